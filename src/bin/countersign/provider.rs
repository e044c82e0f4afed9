//! The providers as values: how each signs, what its secret is, and what its events are called.

use std::env;

use countersign::{
    AnySigner, AnyVerifier, DecodeError, Headers, Keys, Misfit, Provider as _, Scheme, Secret,
    SecretError, StandardSecret, Tolerance, VerifyError,
    clerk::{self, Clerk},
    courier::{self, Courier},
    rows::ROWS,
    workos::{self, WorkOs},
};

use crate::failure::Failure;

#[derive(Clone, Copy)]
pub(crate) struct Provider {
    pub(crate) name: &'static str,
    pub(crate) scheme: Scheme,
    pub(crate) tolerance: Tolerance,
    /// The secret is the key in base64, and not the key itself.
    pub(crate) is_base64: bool,
    pub(crate) events: Option<Events>,
}

/// What a provider has whose events are typed.
#[derive(Clone, Copy)]
pub(crate) struct Events {
    secret: &'static str,
    sample: &'static str,
    pub(crate) names: &'static [&'static str],
    pub(crate) fixture: fn(&str) -> Option<&'static str>,
    /// Of the body of a delivery that was verified, and the id that was signed with it.
    pub(crate) read: fn(&[u8], Option<&str>) -> Result<Event, DecodeError>,
}

/// What is told of an event.
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) is_known: bool,
    /// The paths of what did not fit.
    pub(crate) misfits: Vec<String>,
}

/// All of them, those first whose events are typed.
pub(crate) fn all() -> impl Iterator<Item = Provider> {
    let typed = [
        Provider {
            name: WorkOs::NAME,
            scheme: WorkOs::SCHEME,
            tolerance: WorkOs::TOLERANCE,
            is_base64: false,
            events: Some(Events {
                secret: "WORKOS_WEBHOOK_SECRET",
                sample: "user.created",
                names: workos::EventData::NAMES,
                fixture: workos::fixture,
                read: |body, _| {
                    let event = workos::Event::from_json(body)?;
                    Ok(Event {
                        name: event.data.name().into(),
                        is_known: !matches!(event.data, workos::EventData::Unknown(_)),
                        misfits: paths(event.misfits()),
                        id: event.id,
                    })
                },
            }),
        },
        Provider {
            name: Clerk::NAME,
            scheme: Clerk::SCHEME,
            tolerance: Clerk::TOLERANCE,
            is_base64: true,
            events: Some(Events {
                secret: "CLERK_WEBHOOK_SIGNING_SECRET",
                sample: "user.created",
                names: clerk::EventData::NAMES,
                fixture: clerk::fixture,
                read: |body, id| {
                    let event = clerk::Event::from_json(body)?;
                    Ok(Event {
                        name: event.data.name().into(),
                        is_known: !matches!(event.data, clerk::EventData::Unknown(_)),
                        misfits: paths(event.misfits()),
                        id: id.unwrap_or_default().into(),
                    })
                },
            }),
        },
        Provider {
            name: Courier::NAME,
            scheme: Courier::SCHEME,
            tolerance: Courier::TOLERANCE,
            is_base64: false,
            events: Some(Events {
                secret: "COURIER_WEBHOOK_SECRET",
                sample: "message:updated",
                names: courier::EventData::NAMES,
                fixture: courier::fixture,
                read: |body, _| {
                    let event = courier::Event::from_json(body)?;
                    Ok(Event {
                        name: event.data.name().into(),
                        is_known: !matches!(event.data, courier::EventData::Unknown(_)),
                        misfits: paths(event.misfits()),
                        id: event.deduplication_key(),
                    })
                },
            }),
        },
    ];
    let rows = ROWS.iter().map(|row| Provider {
        name: row.name(),
        scheme: row.scheme(),
        tolerance: row.tolerance(),
        is_base64: row.secret() == "StandardSecret",
        events: None,
    });
    typed.into_iter().chain(rows)
}

fn paths(misfits: &[Misfit]) -> Vec<String> {
    misfits.iter().map(|it| it.path().to_string()).collect()
}

pub(crate) fn find(name: &str) -> Result<Provider, Failure> {
    let wanted = name.replace(['-', '.'], "_");
    let found = all().find(|it| it.name.eq_ignore_ascii_case(&wanted));
    found.ok_or_else(|| {
        let hint = "`countersign providers` lists them, with how each signs";
        // Its own name is not told: it may be a secret that has got there.
        Failure::usage("no such provider").with_hint(match nearest(&wanted.to_ascii_lowercase()) {
            Some(name) => format!("perhaps {name}; {hint}"),
            None => hint.into(),
        })
    })
}

/// The provider whose name is the likeliest to be meant.
fn nearest(wanted: &str) -> Option<&'static str> {
    let is_part =
        |name: &str| wanted.len() > 3 && (name.contains(wanted) || wanted.starts_with(name));
    let distances = all().map(|it| (edits(wanted, it.name), it.name));
    let likely = distances.filter(|(edits, name)| {
        let is_near = *edits <= 2 && *edits < name.len() / 2;
        is_near || is_part(name)
    });
    likely.min().map(|(_, name)| name)
}

/// How many letters have to be put in, taken out or replaced.
fn edits(from: &str, to: &str) -> usize {
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (number, letter) in (1..).zip(from.bytes().take(MAX_NAME)) {
        let mut left: usize = number;
        let mut row = vec![left];
        for (pair, other) in above.windows(2).zip(to.bytes()) {
            let [diagonal, up] = *pair else { break };
            let replaced = diagonal.saturating_add(usize::from(letter != other));
            left = replaced.min(up.min(left).saturating_add(1));
            row.push(left);
        }
        above = row;
    }
    above.last().copied().unwrap_or_default()
}

const MAX_NAME: usize = 64;

/// Those whose headers a request has, and no one more of them. The likeliest comes first: whose own names they have, where a
/// provider takes others too; and of those that sign alike, the one by whose name the scheme is known.
pub(crate) fn signing_by(headers: &impl Headers) -> Result<Vec<Provider>, Failure> {
    // Whether there are such headers does not depend on the key.
    let any_key = Secret::new("a key").map_err(|error| Failure::usage(error.to_string()))?;
    let any_key = Keys::from(any_key);
    let mut found: Vec<Provider> = all()
        .filter(|provider| {
            let verifier = AnyVerifier::new(provider.scheme, any_key.clone());
            let verdict = verifier.verify_request(headers, b"");
            verdict.err() != Some(VerifyError::MissingHeader)
        })
        .collect();
    let most = found.iter().map(|it| number_of_headers(&it.scheme)).max();
    found.retain(|it| Some(number_of_headers(&it.scheme)) == most);
    found.sort_by_key(|it| {
        let is_own = headers
            .values(it.scheme.signature_header())
            .next()
            .is_some();
        (!is_own, it.events.is_none() && !EPONYMS.contains(&it.name))
    });
    Ok(found)
}

fn number_of_headers(scheme: &Scheme) -> usize {
    let others = [scheme.timestamp_header(), scheme.id_header()];
    others.iter().flatten().count()
}

/// The names by which a scheme is known that others have taken over.
const EPONYMS: [&str; 3] = ["github", "standard_webhooks", "svix"];

impl Provider {
    /// The environment variable in which its secret is looked for, unless another is named.
    pub(crate) fn variable(&self) -> String {
        match self.events {
            Some(events) => events.secret.into(),
            None => format!("{}_WEBHOOK_SECRET", self.name.to_ascii_uppercase()),
        }
    }

    /// The body of a delivery.
    pub(crate) fn sample(&self) -> &'static str {
        let fixture = self.events.and_then(|it| (it.fixture)(it.sample));
        fixture.unwrap_or(r#"{"from":"countersign"}"#)
    }

    /// A verifier with all these secrets, the current one first.
    pub(crate) fn verifier(
        &self,
        secrets: &Secrets,
        tolerance: Option<Tolerance>,
    ) -> Result<AnyVerifier, Failure> {
        let mut keys = secrets
            .texts(self)?
            .into_iter()
            .map(|(text, source)| self.keys(text).map_err(|error| source.refuse(&error)));
        let current = keys.next().unwrap_or_else(|| Err(no_secret()))?;
        let tolerance = tolerance.unwrap_or(self.tolerance);
        let verifier = AnyVerifier::new(self.scheme, current).with_tolerance(tolerance);
        keys.try_fold(verifier, |verifier, keys| Ok(verifier.with_previous(keys?)))
    }

    /// A signer with the first of these secrets.
    pub(crate) fn signer(&self, secrets: &Secrets) -> Result<AnySigner, Failure> {
        let texts = secrets.texts(self)?;
        let (text, source) = texts.into_iter().next().ok_or_else(no_secret)?;
        let signer = match self.is_base64 {
            true => StandardSecret::new(text).map(|secret| AnySigner::new(self.scheme, secret)),
            false => Secret::new(text).map(|secret| AnySigner::new(self.scheme, secret)),
        };
        signer.map_err(|error| source.refuse(&error))
    }

    fn keys(&self, text: String) -> Result<Keys, SecretError> {
        match self.is_base64 {
            true => StandardSecret::new(text).map(Keys::from),
            false => Secret::new(text).map(Keys::from),
        }
    }
}

fn no_secret() -> Failure {
    Failure::usage("no secret")
}

/// Where secrets are taken from.
pub(crate) enum Secrets {
    /// Environment variables that the user has named, the one with the current secret first.
    Named(Vec<String>),
    /// The variable of the provider.
    OfProvider,
    /// Texts that stand in a file of recorded deliveries.
    Recorded(Vec<String>),
}

/// What a secret's error is told of.
enum Source {
    /// Not by its name: who takes `--secret-env` for the secret itself shall not find it in a log.
    Named(usize),
    OfProvider(String),
    Recorded,
}

impl Secrets {
    pub(crate) fn new(named: &[String]) -> Self {
        match named {
            [] => Self::OfProvider,
            names => Self::Named(names.to_vec()),
        }
    }

    /// Whether there is anything that could be a secret of the provider.
    pub(crate) fn are_there(&self, provider: &Provider) -> bool {
        match self {
            Self::OfProvider => env::var_os(provider.variable()).is_some_and(|it| !it.is_empty()),
            Self::Named(_) | Self::Recorded(_) => true,
        }
    }

    fn texts(&self, provider: &Provider) -> Result<Vec<(String, Source)>, Failure> {
        let read = |variable: &str, source: Source| match valid_name(variable).map(env::var) {
            Some(Ok(text)) => Ok((text, source)),
            Some(Err(env::VarError::NotUnicode(_))) => Err(source.refuse(&"is not valid Unicode")),
            Some(Err(env::VarError::NotPresent)) | None => Err(source.missing(provider.name)),
        };
        match self {
            Self::Named(names) => (1..)
                .zip(names)
                .map(|(number, name)| read(name, Source::Named(number)))
                .collect(),
            Self::OfProvider => {
                let variable = provider.variable();
                Ok(vec![read(&variable, Source::OfProvider(variable.clone()))?])
            }
            Self::Recorded(texts) => {
                let texts = texts.iter().cloned();
                Ok(texts.map(|text| (text, Source::Recorded)).collect())
            }
        }
    }
}

/// `env::var` says of other names that they are not set, or panics.
fn valid_name(variable: &str) -> Option<&str> {
    let is_valid = !variable.is_empty() && !variable.contains(['=', '\0']);
    is_valid.then_some(variable)
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::Named(1) => "the environment variable of --secret-env".into(),
            Self::Named(number) => format!("the environment variable of --secret-env {number}"),
            Self::OfProvider(variable) => format!("environment variable {variable}"),
            Self::Recorded => "field `secret` or `previous_secret`".into(),
        }
    }

    fn refuse(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::usage(format!("{}: {error}", self.name()))
    }

    fn missing(&self, provider: &str) -> Failure {
        let failure = Failure::usage(format!("{} is not set", self.name()));
        match self {
            Self::OfProvider(_) => failure.with_hint(format!(
                "put the secret of {provider} there, or name another variable by --secret-env"
            )),
            Self::Named(_) | Self::Recorded => {
                failure.with_hint("it takes the name of a variable, and not the secret")
            }
        }
    }
}
