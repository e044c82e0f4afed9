//! Proves that every conformance case of `vectors/<provider>/cases.json` gets exactly its verdict, that no accepted delivery
//! survives tampering, and that the providers are what `vectors/schemes.json` says and `src/rows.md` shows.

#![cfg(any(
    feature = "rows",
    feature = "clerk",
    feature = "courier",
    feature = "ed25519"
))]

#[path = "rows/facts.rs"]
mod facts;
#[path = "rows/grammar.rs"]
mod grammar;
#[path = "rows/subjects.rs"]
mod subjects;
#[path = "support/tampering.rs"]
mod tampering;

use std::{collections::BTreeSet, fs, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use facts::{Facts, Names, SecretForm, VECTORS};
use serde::Deserialize;
use serde_json::{Map, Value};
use subjects::{ALL, subjects};
use tampering::{assert_none, neighbour, other_bodies};
use time::OffsetDateTime;

#[test]
fn every_provider_has_vectors_and_all_vectors_a_provider() {
    let subjects = subjects();
    let names: BTreeSet<&str> = subjects.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), subjects.len(), "a name used twice");

    let directories: BTreeSet<String> = fs::read_dir(VECTORS)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !NO_SCHEMES.contains(&name.as_str()))
        .collect();
    let facts = facts::all();
    assert!(directories.iter().eq(facts.keys()), "{directories:?}");
    let without: Vec<&String> = facts
        .keys()
        .filter(|it| !names.contains(it.as_str()))
        .collect();
    assert_eq!(facts.len() - without.len(), names.len(), "schemes.json");
    assert_eq!(without.is_empty(), ALL, "{without:?}");

    let mut ids = BTreeSet::new();
    for name in names {
        let cases = cases(name);
        for Case { id, .. } in &cases {
            let of_provider = id.strip_prefix(name);
            assert!(
                of_provider.is_some_and(|it| it.starts_with('-')),
                "{id}: of {name}"
            );
            assert!(ids.insert(id.clone()), "{id}: twice");
        }
        let verdicts: BTreeSet<&str> = cases.iter().map(|it| it.verdict.as_str()).collect();
        assert_eq!(verdicts, all_verdicts(&facts[name]), "{name}");
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
        "Empty",
    ]);
    match facts.secret {
        SecretForm::Text => {}
        SecretForm::Base64 => {
            verdicts.insert("KeyLength");
        }
        SecretForm::PublicKey => {
            verdicts.extend(["PublicKeyLength", "InvalidPublicKey", "WeakPublicKey"]);
        }
    }
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
fn every_provider_is_what_the_facts_say() {
    let facts = facts::all();
    for subject in subjects() {
        let (name, scheme) = (subject.name, subject.scheme);
        let facts = &facts[name];
        assert_eq!(scheme.to_string(), facts.display(), "{name}");
        assert_eq!(scheme.signature_header(), facts.signature_header);
        assert_eq!(scheme.timestamp_header(), facts.timestamp_header.as_deref());
        assert_eq!(scheme.id_header(), facts.id_header.as_deref());
        assert_eq!(scheme.is_timestamped(), facts.unit.is_some());
        assert_eq!(scheme.is_identified(), facts.id_header.is_some());
        assert_eq!(facts.tolerance_s.is_some(), facts.unit.is_some());
        if let Some(seconds) = facts.tolerance_s {
            let tolerance = subject.tolerance;
            assert_eq!(tolerance.past(), Duration::from_secs(seconds), "{name}");
            assert_eq!(tolerance.future(), tolerance.past(), "{name}");
        }
        assert_eq!(subject.secret, facts.secret, "{name}");
    }
}

#[test]
fn every_case_gets_its_verdict() {
    let mut failures = Vec::new();
    for subject in subjects() {
        for case in cases(subject.name) {
            let (expected, actual) = (case.outcome(), subject.outcome(&case.request(), None));
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
    for subject in subjects() {
        for case in cases(subject.name)
            .iter()
            .filter(|case| case.verdict == ACCEPTED)
        {
            let genuine = case.request();
            for (tampering, twin) in twins(&facts[subject.name], &genuine) {
                assert!(twin != genuine, "{}: nothing changed: {tampering}", case.id);
                let actual = subject.outcome(&twin, None);
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
    for subject in subjects() {
        let Some(sign) = &subject.sign else {
            continue;
        };
        let mut request = cases(subject.name).swap_remove(0).request();
        request.secrets.truncate(1);
        let headers = sign(&request.secrets[0], &request.body, request.now).into_iter();
        request.headers = headers
            .map(|(name, value)| (name.to_owned(), value.into_bytes()))
            .collect();
        let outcome = subject.outcome(&request, None);
        let verdict = (outcome.verdict.as_str(), outcome.key_index);
        assert_eq!(verdict, (ACCEPTED, Some(0)), "{}", subject.name);
    }
}

/// What only rows have: to be found by name, and a table in the documentation.
#[cfg(feature = "rows")]
mod of_rows {
    use std::{collections::BTreeMap, env, fs};

    use countersign::rows::{self, ROWS, Row};

    #[test]
    fn are_found_by_name() {
        for row in ROWS {
            assert_eq!(rows::find(row.name()).map(Row::name), Some(row.name()));
        }
        for name in ["", "GitHub", "github ", "workos", "clerk", "courier"] {
            assert!(rows::find(name).is_none(), "{name}");
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
    let Names {
        signature,
        timestamp,
        id,
    } = facts.names(|name| genuine.has_header(name));
    let mut headers = Vec::new();
    // In all signatures at once, since several may match.
    for (place, at) in [("first", 0), ("16th", 15), ("last", usize::MAX)] {
        let flip = |tag: &mut [u8]| tag[at.min(tag.len() - 1)] ^= 1;
        let flipped = genuine.with_header(signature, |it| facts.with_tags(it, flip));
        headers.push((format!("bit of {place} signature byte flipped"), flipped));
    }
    if facts.unit.is_some() {
        let with_timestamp = |change: fn(&[u8]) -> Vec<u8>| match timestamp {
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
    if let Some(header) = id {
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
        SecretForm::PublicKey if secret.starts_with("whpk_") => {
            let other = OTHER_KEYS.iter().find(|key| **key != secret);
            (*other.expect("another key")).to_owned()
        }
        SecretForm::Base64 | SecretForm::PublicKey => {
            let (prefix, base64) = secret.split_at(secret.find('_').map_or(0, |at| at + 1));
            let mut key = BASE64_STANDARD.decode(base64).unwrap();
            key[0] ^= 1;
            format!("{prefix}{}", BASE64_STANDARD.encode(key))
        }
    }
}

fn cases(provider: &str) -> Vec<Case> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        about: String,
        defaults: Map<String, Value>,
        cases: Vec<Map<String, Value>>,
    }

    let path = format!("{VECTORS}/{provider}/cases.json");
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

    /// A field too many or too few makes it differ from every outcome of a subject.
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
    /// The current secret, and the previous ones.
    fn keys(&self) -> (&str, impl Iterator<Item = &str>) {
        let (current, previous) = self.secrets.split_first().expect("a current secret");
        (current, previous.iter().map(String::as_str))
    }

    fn has_header(&self, name: &str) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(key, _)| key.eq_ignore_ascii_case(name))
    }

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

/// Directories of vectors that belong to no scheme of `schemes.json`.
const NO_SCHEMES: [&str; 4] = ["enums", "events", "workos", "workos_actions"];
/// Two public keys, published by Svix and by Signet.
const OTHER_KEYS: [&str; 2] = [
    "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
    "whpk_wuzPrKxPfWpJSsXgyg/MEoMGvjs5SjDO4ad6X4ZYqqg=",
];
/// Most bytes of a header.
const MAX_HEADER_LEN: usize = 4096;
/// Most digits of a timestamp.
const MAX_DIGITS: usize = 20;
const ACCEPTED: &str = "accepted";
