//! `countersign verify`: a row for each delivery of a file.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal},
    path::PathBuf,
};

use clap::Args;
use countersign::VerifyError;
use indicatif::ProgressBar;
use time::OffsetDateTime;

use crate::{
    JudgeArguments,
    failure::Failure,
    judge::{Judge, Judgement, Verdict},
    output::{Output, Row, Table, VERDICT_TITLES, printable, rfc3339},
    provider::{self, Provider, Secrets},
    read,
    recorded::{self, Delivery, Signature},
    tell,
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

As JSON, deliveries stand one after the other, or in a list: [..] or {\"deliveries\": [..]}. Each has
  header           value of the provider's signature header, or
  headers          all headers: {\"stripe-signature\": \"t=..\"}
  body             as text, or
  body_base64      in base64
and can have
  id               what you call it, else its number
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
    let bytes = read(&arguments.file)?;
    let deliveries = recorded::parse(&bytes).map_err(|error| error.at(&path))?;
    table(
        deliveries.map(|it| it.map_err(|error| error.at(&path))),
        &by,
        output,
    )
}

/// What deliveries are judged by, unless they say themselves.
pub(crate) struct By<'a> {
    pub(crate) provider: Option<Provider>,
    pub(crate) arguments: &'a JudgeArguments,
    pub(crate) at: Option<OffsetDateTime>,
}

/// Prints a row for each and tells whether all were accepted.
pub(crate) fn table(
    deliveries: impl ExactSizeIterator<Item = Result<Delivery, Failure>>,
    by: &By<'_>,
    output: &mut Output,
) -> Result<bool, Failure> {
    let progress = progress(deliveries.len());
    let mut table = Table::new(&VERDICT_TITLES, output);
    let mut notes = BTreeSet::new();
    let mut late = BTreeSet::new();
    let mut all_verified = true;
    // Where the rows are seen, they are the progress.
    let are_seen = io::stdout().is_terminal();
    for delivery in deliveries {
        let delivery = delivery?;
        let judgement = judge(&delivery, by).map_err(|error| error.at(printable(&delivery.id)))?;
        all_verified &= matches!(judgement.verdict, Verdict::Verified { .. });
        notes.extend(guess(&judgement));
        notes.extend(left_out(&delivery));
        if by.at.is_none() && delivery.at.is_none() && late.len() < 2 {
            late.extend(late_by_now(&judgement.verdict));
        }
        progress.inc(1);
        if are_seen && table.prints_next() {
            progress.finish_and_clear();
        }
        table.push(Row::judged(&delivery.id, &judgement))?;
    }
    progress.finish_and_clear();
    table.end()?;
    notes.extend(clock(&late));
    for note in notes {
        tell(&note);
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

/// More than its length says, such as a second request.
fn left_out(delivery: &Delivery) -> Option<String> {
    let bytes = delivery.left_out;
    (bytes > 0).then(|| {
        format!(
            "note: {bytes} bytes after the body, by the length that the request says, are left out"
        )
    })
}

/// When a delivery was signed that was saved some time ago, and is late by the clock of now.
fn late_by_now(verdict: &Verdict) -> Option<OffsetDateTime> {
    match verdict {
        Verdict::Refused {
            error: VerifyError::Expired { signed_at, .. },
            ..
        } => Some(*signed_at),
        _ => None,
    }
}

fn clock(late: &BTreeSet<OffsetDateTime>) -> Option<String> {
    let first = late.first()?;
    Some(match late.len() {
        1 => format!(
            "hint: it is late by the clock of now; to judge it by when it was signed: --at {}",
            rfc3339(*first)
        ),
        _ => "hint: they are late by the clock of now; to judge each by when it came: its field `now_ms`".into(),
    })
}

/// On a terminal, of files that take a while.
fn progress(deliveries: usize) -> ProgressBar {
    if deliveries < MANY || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    ProgressBar::new(u64::try_from(deliveries).unwrap_or(u64::MAX))
}

const MANY: usize = 2_000;
