//! `countersign send`: what a receiver should accept, and what it should not.

use std::time::Duration;

use clap::{Args, ValueEnum};
use time::OffsetDateTime;
use ureq::Agent;

use crate::{
    BodyArguments, SecretArguments,
    failure::Failure,
    output::{Cell, Json, Output, Row},
    provider, sign,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to, such as http://127.0.0.1:3000/webhooks/workos
    url: String,
    #[command(flatten)]
    body: BodyArguments,
    /// Whose deliveries
    #[arg(long, value_name = "NAME")]
    provider: String,
    #[command(flatten)]
    secrets: SecretArguments,
    /// Id of the delivery, where one is signed [default: one made up of body and time]
    #[arg(long)]
    id: Option<String>,
    /// Sends this one alone; again for others
    #[arg(long, value_enum, value_name = "KIND")]
    only: Vec<Kind>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    /// To be answered 2xx
    Genuine,
    /// Signed before the tolerance: to be refused, where the time is signed
    Late,
    /// With one byte more than was signed: to be refused
    Forged,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<bool, Failure> {
    let provider = provider::find(&arguments.provider)?;
    let secrets = arguments.secrets.secrets();
    let body = match arguments.body.read(&provider)? {
        Some(body) => body,
        None => provider.sample().into(),
    };
    let url = arguments.url.as_str();
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    if !scheme.is_some_and(|it| it.eq_ignore_ascii_case("http")) {
        let hint = match scheme {
            Some(_) => {
                "for https, `countersign sign --curl` prints a command that sends a genuine one"
            }
            None => "such as http://127.0.0.1:3000/webhooks/workos",
        };
        return Err(Failure::usage("not an address that begins with http://").with_hint(hint));
    }
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // A receiver may have closed what it was asked by before.
        .max_idle_connections(0)
        .timeout_global(Some(AT_MOST))
        .proxy(None)
        .build()
        .into();

    let now = OffsetDateTime::now_utc();
    let tolerance = provider.tolerance.past();
    let late = now.saturating_sub(tolerance.try_into().unwrap_or(time::Duration::MAX));
    // A clock may be off by some seconds.
    let late = late.saturating_sub(time::Duration::MINUTE);
    // As JSON it is the same, so that who does not verify it accepts it.
    let forged = [body.as_slice(), b" "].concat();
    let mut rows = Vec::new();
    let mut all_as_expected = true;
    for (kind, at, sent) in [
        (Kind::Genuine, now, &body),
        (Kind::Late, late, &body),
        (Kind::Forged, now, &forged),
    ] {
        let is_wanted = arguments.only.is_empty() || arguments.only.contains(&kind);
        let is_possible = kind != Kind::Late || provider.scheme.is_timestamped();
        if !is_wanted || !is_possible {
            continue;
        }
        let headers = sign::headers(&provider, &secrets, arguments.id.as_deref(), &body, at)?;
        let mut request = agent.post(url).content_type("application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let status = match request.send(sent) {
            Ok(answer) => answer.status(),
            Err(error) => {
                // What was answered before is told all the same.
                if !rows.is_empty() {
                    output.table(&TITLES, rows)?;
                }
                return Err(failure(&error).at(without_password(url)));
            }
        };
        let as_expected = status.is_success() == (kind == Kind::Genuine);
        all_as_expected &= as_expected;
        rows.push(row(kind, status.as_u16(), status.to_string(), as_expected));
    }
    output.table(&TITLES, rows)?;
    Ok(all_as_expected)
}

fn failure(error: &ureq::Error) -> Failure {
    Failure::usage(match error {
        ureq::Error::Timeout(_) => format!("no answer within {} s", AT_MOST.as_secs()),
        error => error.to_string(),
    })
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.into();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match host.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => url.into(),
    }
}

fn row(kind: Kind, status: u16, answer: String, as_expected: bool) -> Row {
    let name = match kind {
        Kind::Genuine => "genuine",
        Kind::Late => "late",
        Kind::Forged => "forged",
    };
    Row {
        cells: vec![
            Cell::new(name),
            Cell::new(answer),
            match as_expected {
                true => Cell::good("yes"),
                false => Cell::bad("no"),
            },
        ],
        json: Json(vec![
            ("sent", name.into()),
            ("status", status.into()),
            ("as_expected", as_expected.into()),
        ]),
    }
}

const TITLES: [&str; 3] = ["sent", "answered", "as expected"];
const AT_MOST: Duration = Duration::from_secs(30);
