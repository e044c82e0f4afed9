//! Proves that every conformance case of `vectors/<row>/cases.json` gets exactly its verdict, that no accepted delivery
//! survives tampering, and that the rows are what `vectors/schemes.json` says and `src/rows.md` shows.

#![cfg(feature = "rows")]

#[path = "rows/facts.rs"]
mod facts;
#[path = "rows/grammar.rs"]
mod grammar;
#[path = "support/tampering.rs"]
mod tampering;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use countersign::{
    AnyVerifier, Secret, StandardSecret, VerifyError,
    rows::{self, ROWS, Row},
};
use facts::{Facts, SecretForm, VECTORS};
use serde::Deserialize;
use serde_json::{Map, Value};
use tampering::{assert_none, neighbour, other_bodies};
use time::OffsetDateTime;

#[test]
fn every_row_has_vectors_and_all_vectors_a_row() {
    let rows: BTreeSet<&str> = ROWS.iter().map(Row::name).collect();
    assert_eq!(rows.len(), ROWS.len(), "a name used twice");

    let directories: BTreeSet<String> = fs::read_dir(VECTORS)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !NO_ROWS.contains(&name.as_str()))
        .collect();
    assert!(directories.iter().eq(&rows), "{directories:?}");
    let facts = facts::all();
    assert!(facts.keys().eq(&rows), "schemes.json");

    let mut ids = BTreeSet::new();
    for row in ROWS {
        let cases = cases(row.name());
        for Case { id, .. } in &cases {
            let of_row = id.strip_prefix(row.name());
            assert!(
                of_row.is_some_and(|it| it.starts_with('-')),
                "{id}: of {}",
                row.name()
            );
            assert!(ids.insert(id.clone()), "{id}: twice");
        }
        assert_eq!(rows::find(row.name()).map(Row::name), Some(row.name()));
        let verdicts: BTreeSet<&str> = cases.iter().map(|it| it.verdict.as_str()).collect();
        assert_eq!(verdicts, all_verdicts(&facts[row.name()]), "{}", row.name());
    }
}

/// Those that a delivery of such a scheme can get.
fn all_verdicts(facts: &Facts) -> BTreeSet<&'static str> {
    let mut verdicts = BTreeSet::from([
        ACCEPTED,
        "MissingHeader",
        "DuplicateHeader",
        "NonAsciiHeader",
        "HeaderTooLong",
        "MalformedSignature",
        "SignatureMismatch",
    ]);
    if facts.is_keyed() {
        verdicts.extend(["MalformedHeader", "MissingTimestamp", "DuplicateTimestamp"]);
    }
    if facts.unit.is_some() {
        verdicts.extend(["InvalidTimestamp", "Expired", "NotYetValid"]);
    }
    if facts.id_header.is_some() {
        verdicts.insert("InvalidId");
    }
    if facts.has_marked_signatures() {
        verdicts.insert("MissingSignature");
    }
    if facts.may_have_several_signatures() {
        verdicts.insert("TooManySignatures");
    }
    verdicts
}

#[test]
fn every_row_is_what_the_facts_say() {
    let facts = facts::all();
    for row in ROWS {
        let (facts, scheme) = (&facts[row.name()], row.scheme());
        assert_eq!(scheme.to_string(), facts.display(), "{}", row.name());
        assert_eq!(scheme.signature_header(), facts.signature_header);
        assert_eq!(scheme.timestamp_header(), facts.timestamp_header.as_deref());
        assert_eq!(scheme.id_header(), facts.id_header.as_deref());
        assert_eq!(scheme.is_timestamped(), facts.unit.is_some());
        assert_eq!(scheme.is_identified(), facts.id_header.is_some());
        assert_eq!(facts.tolerance_s.is_some(), facts.unit.is_some());
        if let Some(seconds) = facts.tolerance_s {
            let tolerance = row.tolerance();
            assert_eq!(
                tolerance.past(),
                Duration::from_secs(seconds),
                "{}",
                row.name()
            );
            assert_eq!(tolerance.future(), tolerance.past(), "{}", row.name());
        }
        let secret = match facts.secret {
            SecretForm::Text => "Secret",
            SecretForm::Base64 => "StandardSecret",
        };
        assert_eq!(row.secret(), secret, "{}", row.name());
    }
}

#[test]
fn every_case_gets_its_verdict() {
    let mut failures = Vec::new();
    for row in ROWS {
        for case in cases(row.name()) {
            let (expected, actual) = (case.outcome(), verify(row, &case.request()));
            if actual != expected {
                let Case {
                    id, computed_by, ..
                } = &case;
                let comment = case.comment.as_deref().unwrap_or_default();
                failures.push(format!(
                    "{id} ({computed_by}): {comment}\n  expected {expected:?}\n  actual   {actual:?}"
                ));
            }
        }
    }
    assert_none(&failures);
}

#[test]
fn no_accepted_case_survives_tampering() {
    let facts = facts::all();
    let refused = Outcome::of("SignatureMismatch");
    let mut failures = Vec::new();
    for row in ROWS {
        for case in cases(row.name())
            .iter()
            .filter(|case| case.verdict == ACCEPTED)
        {
            let genuine = case.request();
            for (tampering, twin) in twins(&facts[row.name()], &genuine) {
                assert!(twin != genuine, "{}: nothing changed: {tampering}", case.id);
                let actual = verify(row, &twin);
                if actual != refused {
                    failures.push(format!("{}, {tampering}: {actual:?}", case.id));
                }
            }
        }
    }
    assert_none(&failures);
}

#[test]
fn what_a_signer_signs_is_accepted() {
    for row in ROWS {
        let case = cases(row.name()).swap_remove(0);
        let Request {
            secrets, body, now, ..
        } = case.request();
        let signer = row.signer(secrets[0].as_str()).unwrap();
        let headers = signer.headers(&body, now);
        let verifier = row.verifier(secrets[0].as_str()).unwrap();
        let delivery = verifier.verify_request_at(&headers, &body, now);
        assert_eq!(delivery.map(|it| it.key_index()), Ok(0), "{}", row.name());
    }
}

#[test]
fn the_table_in_the_documentation_is_that_of_the_rows() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rows.md");
    let table = table();
    if env::var_os("UPDATE").is_some_and(|it| it == "1") {
        fs::write(path, &table).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap() == table,
        "src/rows.md is not what the rows say. To write it: UPDATE=1 cargo test --features rows --test rows table"
    );
}

fn table() -> String {
    let mut table = String::from(
        "| module | headers | signed | tolerance | secret | source |\n|---|---|---|---|---|---|\n",
    );
    let rows: BTreeMap<&str, &Row> = ROWS.iter().map(|row| (row.name(), row)).collect();
    for (name, row) in rows {
        let scheme = row.scheme().to_string();
        let (headers, signed) = scheme.split_once(" over ").expect("headers and a message");
        let tolerance = match row.scheme().is_timestamped() {
            true => format!("{} s", row.tolerance().past().as_secs()),
            false => "none".to_owned(),
        };
        let (secret, source) = (row.secret(), row.source());
        assert!(!scheme.contains(['|', '`']), "{name}: would end a cell");
        table += &format!(
            "| [`{name}`]({name}) | `{headers}` | `{signed}` | {tolerance} | `{secret}` | {source} |\n"
        );
    }
    table
}

fn verify(row: &Row, request: &Request) -> Outcome {
    let (current, previous) = request.secrets.split_first().expect("a current secret");
    let current = row.verifier(current.as_str()).unwrap();
    let verifier = previous.iter().fold(current, |verifier, secret| {
        with_previous(row, verifier, secret)
    });
    outcome(&verifier, request)
}

fn with_previous(row: &Row, verifier: AnyVerifier, secret: &str) -> AnyVerifier {
    match row.secret() {
        "Secret" => verifier.with_previous(Secret::new(secret).unwrap()),
        "StandardSecret" => verifier.with_previous(StandardSecret::new(secret).unwrap()),
        other => panic!("{other}"),
    }
}

fn outcome(verifier: &AnyVerifier, request: &Request) -> Outcome {
    match verifier.verify_request_at(&request.headers, &request.body, request.now) {
        Ok(delivery) if delivery.body() != request.body => {
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

/// The genuine request, tampered with in one way each.
fn twins(facts: &Facts, genuine: &Request) -> Vec<(String, Request)> {
    let bodies = other_bodies(&genuine.body).into_iter().map(|(how, body)| {
        let genuine = genuine.clone();
        (how, Request { body, ..genuine })
    });
    let headers = other_headers(facts, genuine)
        .into_iter()
        .map(|(how, headers)| {
            let genuine = genuine.clone();
            (how, Request { headers, ..genuine })
        });
    let secrets = genuine.secrets.iter().map(|it| other_secret(facts, it));
    let other_secrets = Request {
        secrets: secrets.collect(),
        ..genuine.clone()
    };
    bodies
        .chain(headers)
        .chain([("every secret replaced".to_owned(), other_secrets)])
        .collect()
}

fn other_headers(facts: &Facts, genuine: &Request) -> Vec<(String, Headers)> {
    let signature = facts.signature_header.as_str();
    let mut headers = Vec::new();
    // In all signatures at once, since several may match.
    for at in [0, 15, 31] {
        let flipped = genuine.with_header(signature, |it| facts.with_tags(it, |tag| tag[at] ^= 1));
        headers.push((format!("bit of signature byte {at} flipped"), flipped));
    }
    if facts.unit.is_some() {
        let with_timestamp = |change: fn(&[u8]) -> Vec<u8>| match &facts.timestamp_header {
            Some(header) => genuine.with_header(header, change),
            None => genuine.with_header(signature, |it| facts.with_timestamps(it, change)),
        };
        headers.push((
            "neighbouring timestamp".to_owned(),
            with_timestamp(neighbour),
        ));
        // At a limit, or where a digit may be one of the body, it would get another verdict.
        let with_zero = with_timestamp(|digits| match digits.len() {
            MAX_DIGITS => digits.to_vec(),
            _ => [b"0", digits].concat(),
        });
        let fits = with_zero
            .iter()
            .all(|(_, value)| value.len() <= MAX_HEADER_LEN);
        if with_zero != genuine.headers && fits && !facts.joins_body_and_time() {
            headers.push(("zero added before the timestamp".to_owned(), with_zero));
        }
    }
    if let Some(header) = &facts.id_header {
        let other = genuine.with_header(header, |id| {
            let (first, rest) = id.split_first().expect("an id");
            [&[if *first == b'x' { b'y' } else { b'x' }], rest].concat()
        });
        headers.push(("another id".to_owned(), other));
    }
    headers
}

fn other_secret(facts: &Facts, secret: &str) -> String {
    match facts.secret {
        SecretForm::Text => format!("{secret}x"),
        SecretForm::Base64 => {
            let base64 = secret.strip_prefix("whsec_").unwrap_or(secret);
            let mut key = BASE64_STANDARD.decode(base64).unwrap();
            key[0] ^= 1;
            BASE64_STANDARD.encode(key)
        }
    }
}

fn cases(row: &str) -> Vec<Case> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        about: String,
        defaults: Map<String, Value>,
        cases: Vec<Map<String, Value>>,
    }

    let path = format!("{VECTORS}/{row}/cases.json");
    let text = fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: File =
        serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(!file.about.is_empty(), "{path}: about");
    let with_defaults = file.cases.into_iter().map(|own| {
        let mut case = file.defaults.clone();
        case.extend(own);
        serde_json::from_value(Value::Object(case))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    });
    with_defaults.collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    comment: Option<String>,
    verdict: String,
    key_index: Option<usize>,
    signed_at_ms: Option<i64>,
    delivery_id: Option<String>,
    distance_ms: Option<u64>,
    computed_by: String,
    headers: Vec<(String, Text)>,
    secrets: Vec<String>,
    body: Text,
    now_ms: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Filled {
        starts: String,
        filled_with: char,
        to: usize,
    },
    Base64 {
        base64: String,
    },
}

impl Text {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Plain(text) => text.clone().into(),
            Self::Filled {
                starts,
                filled_with,
                to,
            } => {
                let mut text = starts.clone().into_bytes();
                text.resize(*to, u8::try_from(*filled_with).expect("an ASCII character"));
                text
            }
            Self::Base64 { base64 } => BASE64_STANDARD.decode(base64).unwrap(),
        }
    }
}

impl Case {
    fn request(&self) -> Request {
        let headers = self.headers.iter();
        Request {
            secrets: self.secrets.clone(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.bytes()))
                .collect(),
            body: self.body.bytes(),
            now: date(self.now_ms),
        }
    }

    /// A field too many or too few makes it differ from every outcome of [`verify`].
    fn outcome(&self) -> Outcome {
        Outcome {
            verdict: self.verdict.clone(),
            key_index: self.key_index,
            signed_at: self.signed_at_ms.map(date),
            id: self.delivery_id.clone(),
            distance: self.distance_ms.map(Duration::from_millis),
        }
    }
}

fn date(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap()
}

type Headers = Vec<(String, Vec<u8>)>;

/// What a verifier is given.
#[derive(Clone, PartialEq)]
struct Request {
    secrets: Vec<String>,
    headers: Headers,
    body: Vec<u8>,
    now: OffsetDateTime,
}

impl Request {
    /// The headers, with the value of one changed.
    fn with_header(&self, name: &str, change: impl Fn(&[u8]) -> Vec<u8>) -> Headers {
        let headers =
            self.headers
                .iter()
                .map(|(key, value)| match key.eq_ignore_ascii_case(name) {
                    true => (key.clone(), change(value)),
                    false => (key.clone(), value.clone()),
                });
        headers.collect()
    }
}

/// What a verifier answers.
#[derive(Debug, PartialEq)]
struct Outcome {
    verdict: String,
    key_index: Option<usize>,
    signed_at: Option<OffsetDateTime>,
    id: Option<String>,
    distance: Option<Duration>,
}

impl Outcome {
    fn of(verdict: &str) -> Self {
        Self {
            verdict: verdict.to_owned(),
            key_index: None,
            signed_at: None,
            id: None,
            distance: None,
        }
    }
}

/// Directories of vectors that belong to no row.
const NO_ROWS: [&str; 3] = ["enums", "events", "workos"];
/// Most bytes of a header.
const MAX_HEADER_LEN: usize = 4096;
/// Most digits of a timestamp.
const MAX_DIGITS: usize = 20;
const ACCEPTED: &str = "accepted";
