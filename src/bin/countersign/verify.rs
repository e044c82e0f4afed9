//! `countersign verify`: a row for each delivery of a file.

use std::{collections::BTreeSet, io::IsTerminal, path::PathBuf};

use clap::Args;
use countersign::VerifyError;
use indicatif::{ProgressBar, ProgressIterator};
use time::OffsetDateTime;

use crate::{
    JudgeArguments,
    failure::Failure,
    judge::{Judge, Judgement, Verdict},
    output::{Output, Row, VERDICT_TITLES, printable, rfc3339},
    provider::{self, Provider, Secrets},
    read,
    recorded::{self, Delivery, Signature},
};

#[derive(Args)]
#[command(after_help = FORMATS)]
pub(crate) struct Arguments {
    /// Deliveries as JSON, or a request of HTTP/1.1; - for what comes in
    file: PathBuf,
    #[command(flatten)]
    judge: JudgeArguments,
    /// When they came: now, or a time such as 2026-01-02T03:04:05Z [default: what the file says, or else now]
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    at: Option<OffsetDateTime>,
}

const FORMATS: &str = "\
A request of HTTP/1.1 is its first line, its headers, an empty line and the body.

As JSON, deliveries stand one after the other, or in a list: {\"deliveries\": [..]}. Each has
  id               what you call it
  header           value of the provider's signature header, or
  headers          all headers: {\"stripe-signature\": \"t=..\"}
  body             as text, or
  body_base64      in base64
and can have
  provider         else what the headers tell, and of a single header WorkOS
  now_ms           when it came, in Unix milliseconds
  secret           for tests; else it is read from the environment
  previous_secret";

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<bool, Failure> {
    let by = By {
        provider: arguments.judge.provider()?,
        arguments: &arguments.judge,
        at: arguments.at,
    };
    let path = arguments.file.display();
    let deliveries = recorded::parse(&read(&arguments.file)?).map_err(|error| error.at(&path))?;
    table(&deliveries, &by, output)
}

/// What deliveries are judged by, unless they say themselves.
pub(crate) struct By<'a> {
    pub(crate) provider: Option<Provider>,
    pub(crate) arguments: &'a JudgeArguments,
    pub(crate) at: Option<OffsetDateTime>,
}

/// Prints a row for each and tells whether all were accepted.
pub(crate) fn table(
    deliveries: &[Delivery],
    by: &By<'_>,
    output: &mut Output,
) -> Result<bool, Failure> {
    let mut rows = Vec::new();
    let mut notes = BTreeSet::new();
    let mut all_verified = true;
    for delivery in deliveries.iter().progress_with(progress(deliveries.len())) {
        let judgement = judge(delivery, by).map_err(|error| error.at(printable(&delivery.id)))?;
        all_verified &= matches!(judgement.verdict, Verdict::Verified { .. });
        notes.extend(guess(&judgement));
        if by.at.is_none() && delivery.at.is_none() {
            notes.extend(clock(&judgement.verdict));
        }
        rows.push(Row::judged(&delivery.id, &judgement));
    }
    output.table(&VERDICT_TITLES, &rows)?;
    for note in notes {
        anstream::eprintln!("{note}");
    }
    Ok(all_verified)
}

fn judge(delivery: &Delivery, by: &By<'_>) -> Result<Judgement, Failure> {
    let provider = match &delivery.provider {
        Some(name) => Some(provider::find(name)?),
        None => by.provider,
    };
    let (provider, headers) = match &delivery.signature {
        Signature::Headers(headers) => (provider, headers),
        Signature::Value(value) => {
            let provider = provider.map_or_else(|| provider::find("workos"), Ok)?;
            let name = provider.scheme.signature_header();
            (Some(provider), &vec![(name.into(), value.as_str().into())])
        }
    };
    let judge = Judge {
        provider,
        secrets: match delivery.secrets.as_slice() {
            [] => by.arguments.secrets.secrets(),
            texts => Secrets::Recorded(texts.to_vec()),
        },
        tolerance: by.arguments.tolerance(),
    };
    let at = by.at.or(delivery.at);
    judge.judge(
        headers,
        &delivery.body,
        at.unwrap_or_else(OffsetDateTime::now_utc),
    )
}

/// Who else it could have been from.
fn guess(judgement: &Judgement) -> Option<String> {
    let provider = judgement.provider?;
    (!judgement.alike.is_empty()).then(|| {
        let alike = judgement.alike.join(", ");
        format!(
            "note: taken for {provider} by its headers, which {alike} may have too: else --provider"
        )
    })
}

/// A delivery that was saved some time ago is late by the clock of now.
fn clock(verdict: &Verdict) -> Option<String> {
    let Verdict::Refused { error, .. } = verdict else {
        return None;
    };
    let VerifyError::Expired { signed_at, .. } = error else {
        return None;
    };
    let signed_at = rfc3339(*signed_at);
    Some(format!(
        "hint: it is late by the clock of now; to judge it by when it was signed: --at {signed_at}"
    ))
}

/// On a terminal, of files that take a while.
fn progress(deliveries: usize) -> ProgressBar {
    if deliveries < MANY || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    ProgressBar::new(u64::try_from(deliveries).unwrap_or(u64::MAX))
}

const MANY: usize = 2_000;
