//! Proves that every conformance case of `vectors/workos/*.json` gets exactly its verdict, and that no accepted
//! delivery survives tampering.
#![cfg(feature = "workos")]

#[path = "support/tampering.rs"]
mod tampering;

use std::{collections::BTreeSet, fs, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use countersign::{Secret, Tolerance, VerifyError, workos};
use serde::Deserialize;
use tampering::{assert_none, neighbour, other_bodies};
use time::OffsetDateTime;

#[test]
fn the_suite_is_complete() {
    let cases = cases();
    assert_eq!(cases.len(), 586, "a case that is lost is a case not run");

    let mut ids = BTreeSet::new();
    let repeated: Vec<&str> = cases
        .iter()
        .map(|case| case.id.as_str())
        .filter(|id| !ids.insert(*id))
        .collect();
    assert!(repeated.is_empty(), "ids used twice: {repeated:?}");

    let verdicts: BTreeSet<&str> = cases.iter().map(|case| case.verdict.as_str()).collect();
    assert_eq!(verdicts, BTreeSet::from(VERDICTS));
}

#[test]
fn every_case_gets_its_verdict() {
    let mut failures = Vec::new();
    for case in cases() {
        let (expected, actual) = (case.outcome(), verify(&case.request()));
        if actual != expected {
            let Case { id, comment, .. } = &case;
            failures.push(format!(
                "{id}: {comment}\n  expected {expected:?}\n  actual   {actual:?}"
            ));
        }
    }
    assert_none(&failures);
}

#[test]
fn no_accepted_case_survives_tampering() {
    let refused = Outcome::of("SignatureMismatch");
    let mut failures = Vec::new();
    for case in cases().iter().filter(|case| case.verdict == ACCEPTED) {
        let genuine = case.request();
        for (tampering, twin) in twins(&genuine) {
            assert_ne!(twin, genuine, "{}: nothing changed: {tampering}", case.id);
            let actual = verify(&twin);
            if actual != refused {
                failures.push(format!("{}, {tampering}: {actual:?}", case.id));
            }
        }
    }
    assert_none(&failures);
}

fn verify(request: &Request) -> Outcome {
    let mut secrets = request
        .secrets
        .iter()
        .map(|text| Secret::new(text.as_str()).unwrap_or_else(|error| panic!("{text:?}: {error}")));
    let current = secrets.next().expect("a current secret");
    let verifier = secrets
        .fold(
            workos::Verifier::new(current),
            workos::Verifier::with_previous,
        )
        .with_tolerance(request.tolerance);
    match verifier.verify_at(&request.header, &request.body, request.now) {
        Ok(delivery) if delivery.body() != request.body => {
            Outcome::of("accepted, with another body")
        }
        Ok(delivery) => Outcome {
            key_index: Some(delivery.key_index()),
            signed_at: Some(delivery.signed_at()),
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

/// The genuine request, tampered with in one way each.
fn twins(genuine: &Request) -> Vec<(String, Request)> {
    let bodies = other_bodies(&genuine.body).into_iter().map(|(how, body)| {
        let genuine = genuine.clone();
        (how, Request { body, ..genuine })
    });
    let headers = other_headers(&genuine.header)
        .into_iter()
        .map(|(how, header)| {
            let genuine = genuine.clone();
            (how, Request { header, ..genuine })
        });
    let secrets = genuine.secrets.iter().map(|it| format!("{it}x")).collect();
    let other_secrets = Request {
        secrets,
        ..genuine.clone()
    };
    bodies
        .chain(headers)
        .chain([("every secret replaced".to_owned(), other_secrets)])
        .collect()
}

fn other_headers(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut headers = vec![(
        "neighbouring timestamp".to_owned(),
        with_values(header, "t", neighbour),
    )];
    let timestamp = header.split(is_comma).find_map(|it| value(it, "t"));
    // At a limit, one byte more would get another verdict.
    if timestamp.expect("a timestamp").len() < MAX_DIGITS && header.len() < MAX_HEADER_LEN {
        headers.push((
            "zero added before the timestamp".to_owned(),
            with_values(header, "t", |digits| [b"0", digits].concat()),
        ));
    }
    // In all signatures at once, since several may match.
    for at in [0, 31, 63] {
        headers.push((
            format!("bit of hex digit {at} flipped"),
            with_values(header, "v1", |hex| with_digit_flipped(hex, at)),
        ));
    }
    headers
}

/// The header with the value of each component `key` changed.
fn with_values(header: &[u8], key: &str, change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let components: Vec<Vec<u8>> = header
        .split(is_comma)
        .map(|component| match value(component, key) {
            Some(value) => [key.as_bytes(), b"=", &change(value)].concat(),
            None => component.to_vec(),
        })
        .collect();
    components.join(&b',')
}

/// The value of the component, if it is one of `key`.
fn value<'a>(component: &'a [u8], key: &str) -> Option<&'a [u8]> {
    component
        .trim_ascii()
        .strip_prefix(key.as_bytes())?
        .strip_prefix(b"=")
}

fn is_comma(byte: &u8) -> bool {
    *byte == b','
}

fn with_digit_flipped(hex: &[u8], at: usize) -> Vec<u8> {
    let mut hex = hex.to_vec();
    if let Some(digit) = hex.get_mut(at)
        && let Some(nibble) = char::from(*digit).to_digit(16)
    {
        *digit = b"0123456789abcdef"[nibble as usize ^ 1];
    }
    hex
}

fn cases() -> Vec<Case> {
    let files = fs::read_dir(DIRECTORY).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    paths
        .filter(|path| path.is_file() && path.extension().is_some_and(|it| it == "json"))
        .flat_map(|path| {
            let theme: Theme = serde_json::from_slice(&fs::read(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(!theme.about.is_empty(), "{}: about", path.display());
            theme.cases
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Theme {
    about: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    comment: String,
    secrets: Vec<String>,
    header: Option<String>,
    header_base64: Option<String>,
    body: Option<String>,
    body_base64: Option<String>,
    now_ms: i64,
    tolerance: CaseTolerance,
    verdict: String,
    key_index: Option<usize>,
    signed_at_ms: Option<i64>,
    distance_ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseTolerance {
    past_ms: u64,
    future_ms: u64,
}

impl Case {
    fn request(&self) -> Request {
        Request {
            secrets: self.secrets.clone(),
            header: self.bytes(self.header.as_deref(), self.header_base64.as_deref()),
            body: self.bytes(self.body.as_deref(), self.body_base64.as_deref()),
            now: date(self.now_ms),
            tolerance: Tolerance::new(Duration::from_millis(self.tolerance.past_ms))
                .with_future(Duration::from_millis(self.tolerance.future_ms)),
        }
    }

    fn bytes(&self, text: Option<&str>, base64: Option<&str>) -> Vec<u8> {
        match (text, base64) {
            (Some(text), None) => text.into(),
            (None, Some(base64)) => BASE64_STANDARD
                .decode(base64)
                .unwrap_or_else(|error| panic!("{}: {error}", self.id)),
            _ => panic!("{}: header and body are text or base64", self.id),
        }
    }

    /// A field too many or too few makes it differ from every outcome of [`verify`].
    fn outcome(&self) -> Outcome {
        Outcome {
            verdict: self.verdict.clone(),
            key_index: self.key_index,
            signed_at: self.signed_at_ms.map(date),
            distance: self.distance_ms.map(Duration::from_millis),
        }
    }
}

fn date(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap()
}

/// What a verifier is given.
#[derive(Clone, Debug, PartialEq)]
struct Request {
    secrets: Vec<String>,
    header: Vec<u8>,
    body: Vec<u8>,
    now: OffsetDateTime,
    tolerance: Tolerance,
}

/// What a verifier answers.
#[derive(Debug, PartialEq)]
struct Outcome {
    verdict: String,
    key_index: Option<usize>,
    signed_at: Option<OffsetDateTime>,
    distance: Option<Duration>,
}

impl Outcome {
    fn of(verdict: &str) -> Self {
        Self {
            verdict: verdict.to_owned(),
            key_index: None,
            signed_at: None,
            distance: None,
        }
    }
}

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/workos");
/// Most bytes of a header.
const MAX_HEADER_LEN: usize = 4096;
/// Most digits of a timestamp.
const MAX_DIGITS: usize = 20;
const ACCEPTED: &str = "accepted";
const VERDICTS: [&str; 12] = [
    ACCEPTED,
    "HeaderTooLong",
    "MalformedHeader",
    "MissingTimestamp",
    "DuplicateTimestamp",
    "InvalidTimestamp",
    "MissingSignature",
    "TooManySignatures",
    "MalformedSignature",
    "SignatureMismatch",
    "Expired",
    "NotYetValid",
];
