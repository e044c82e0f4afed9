//! Everything that has a scheme by the facts: the rows, the providers whose events are typed, and Standard Webhooks with
//! public keys. WorkOS has vectors of its own.

use countersign::{AnyProvider, Delivery, Scheme, SecretError, Tolerance, VerifyError};
#[cfg(any(feature = "clerk", feature = "courier"))]
use countersign::{SigningKeys, Timestamped};
use time::OffsetDateTime;

use crate::{ACCEPTED, Outcome, Request, facts::SecretForm};

pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) scheme: Scheme,
    pub(crate) tolerance: Tolerance,
    pub(crate) secret: SecretForm,
    verify: Box<Verify>,
    /// Headers for a body, signed at a time with a secret; a public key signs nothing.
    pub(crate) sign: Option<Box<Sign>>,
}

/// By this tolerance, or that of the provider.
type Verify = dyn Fn(&Request, Option<Tolerance>) -> Result<Verdict, SecretError>;
type Verdict = Result<Delivery<AnyProvider, Vec<u8>>, VerifyError>;
type Sign = dyn Fn(&str, &[u8], OffsetDateTime) -> Vec<(&'static str, String)>;

/// Whether the features give all of them.
pub(crate) const ALL: bool = cfg!(all(
    feature = "rows",
    feature = "clerk",
    feature = "courier",
    feature = "ed25519"
));

pub(crate) fn subjects() -> Vec<Subject> {
    let subjects = [
        #[cfg(feature = "rows")]
        countersign::rows::ROWS
            .iter()
            .map(of_row)
            .collect::<Vec<_>>(),
        #[cfg(feature = "clerk")]
        vec![typed::<countersign::clerk::Clerk>(
            SecretForm::Base64,
            |secret| countersign::StandardSecret::new(secret),
        )],
        #[cfg(feature = "courier")]
        vec![typed::<countersign::courier::Courier>(
            SecretForm::Text,
            |secret| countersign::Secret::new(secret),
        )],
        #[cfg(feature = "ed25519")]
        vec![of_public_keys()],
    ];
    subjects.into_iter().flatten().collect()
}

#[cfg(feature = "rows")]
fn of_row(row: &'static countersign::rows::Row) -> Subject {
    Subject {
        name: row.name(),
        scheme: row.scheme(),
        tolerance: row.tolerance(),
        secret: match row.secret() {
            "Secret" => SecretForm::Text,
            "StandardSecret" => SecretForm::Base64,
            other => panic!("{other}"),
        },
        verify: Box::new(|request, tolerance| {
            let (current, previous) = request.keys();
            let mut verifier = row.verifier(current)?;
            for secret in previous {
                verifier = verifier.with_previous(row.keys(secret)?);
            }
            if let Some(tolerance) = tolerance {
                verifier = verifier.with_tolerance(tolerance);
            }
            Ok(verifier.verify_request_at(&request.headers, request.body.clone(), request.now))
        }),
        sign: Some(Box::new(|secret, body, at| {
            row.signer(secret).unwrap().headers(body, at)
        })),
    }
}

#[cfg(any(feature = "clerk", feature = "courier"))]
fn typed<P: Timestamped<Secret: SigningKeys>>(
    form: SecretForm,
    secret: fn(&str) -> Result<P::Secret, SecretError>,
) -> Subject {
    Subject {
        name: P::NAME,
        scheme: P::SCHEME,
        tolerance: P::TOLERANCE,
        secret: form,
        verify: Box::new(move |request, tolerance| {
            let (current, previous) = request.keys();
            let mut verifier = countersign::Verifier::<P>::new(secret(current)?);
            for previous in previous {
                verifier = verifier.with_previous(secret(previous)?);
            }
            if let Some(tolerance) = tolerance {
                verifier = verifier.with_tolerance(tolerance);
            }
            let verdict =
                verifier.verify_request_at(&request.headers, request.body.clone(), request.now);
            Ok(verdict.map(Delivery::of_any_provider))
        }),
        sign: Some(Box::new(move |text, body, at| {
            countersign::Signer::<P>::new(secret(text).unwrap()).headers(body, at)
        })),
    }
}

/// Standard Webhooks, with public keys and secrets.
#[cfg(feature = "ed25519")]
fn of_public_keys() -> Subject {
    use countersign::{AnyVerifier, Keys, StandardPublicKey, StandardSecret};

    let scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
    let keys = |text: &str| -> Result<Keys, SecretError> {
        if text.starts_with("whsec_") {
            return Ok(StandardSecret::new(text)?.into());
        }
        Ok(StandardPublicKey::new(text)?.into())
    };
    Subject {
        name: "standard_webhooks_v1a",
        scheme,
        tolerance: Tolerance::DEFAULT,
        secret: SecretForm::PublicKey,
        verify: Box::new(move |request, tolerance| {
            let (current, previous) = request.keys();
            let mut verifier = AnyVerifier::new(scheme, keys(current)?);
            for previous in previous {
                verifier = verifier.with_previous(keys(previous)?);
            }
            if let Some(tolerance) = tolerance {
                verifier = verifier.with_tolerance(tolerance);
            }
            Ok(verifier.verify_request_at(&request.headers, request.body.clone(), request.now))
        }),
        sign: None,
    }
}

impl Subject {
    /// What its verifier answers.
    pub(crate) fn outcome(&self, request: &Request, tolerance: Option<Tolerance>) -> Outcome {
        let verdict = match (self.verify)(request, tolerance) {
            Ok(verdict) => verdict,
            Err(error) => return Outcome::of(&format!("{error:?}")),
        };
        match verdict {
            Ok(delivery) if *delivery.body() != request.body => {
                Outcome::of("accepted, with another body")
            }
            Ok(delivery) => Outcome {
                key_index: Some(delivery.key_index()),
                signed_at: delivery.signed_at(),
                id: delivery.id().map(str::to_owned),
                ..Outcome::of(ACCEPTED)
            },
            Err(VerifyError::Expired { signed_at, age }) => Outcome {
                signed_at: Some(signed_at),
                distance: Some(age),
                ..Outcome::of("Expired")
            },
            Err(VerifyError::NotYetValid { signed_at, ahead }) => Outcome {
                signed_at: Some(signed_at),
                distance: Some(ahead),
                ..Outcome::of("NotYetValid")
            },
            Err(error) => Outcome::of(&format!("{error:?}")),
        }
    }
}
