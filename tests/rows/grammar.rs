//! Proves that every keyed scheme reads its header by the one grammar: the cases of WorkOS that are about it, with its
//! keys, separator, unit, encoding and message put in, get the same verdicts.

use std::{fs, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use countersign::Tolerance;
use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    MAX_HEADER_LEN, Outcome, Request, date,
    facts::{Facts, Unit, VECTORS, all, hmac_sha256},
    subjects::subjects,
    tampering::assert_none,
};

#[test]
fn every_keyed_scheme_has_the_grammar_of_workos() {
    let facts = all();
    let (mut failures, mut kinds) = (Vec::new(), 0);
    let cases = cases();
    assert_eq!(
        cases.len(),
        87 + 68 + 39,
        "a case that is lost is a case not run"
    );
    let keyed = |name: &str| facts[name].is_keyed();
    for subject in subjects().iter().filter(|subject| keyed(subject.name)) {
        let facts = &facts[subject.name];
        for signature_key in &facts.signature_keys {
            kinds += 1;
            let translation = Translation {
                facts,
                signature_key,
            };
            for case in &cases {
                let request = translation.request(case);
                let expected = expected(facts, case, &request.headers[0].1);
                let actual = subject.outcome(&request, Some(case.tolerance));
                if actual != expected {
                    let header = request.headers[0].1.escape_ascii();
                    failures.push(format!(
                        "{} {signature_key}, {}: {header}\n  expected {expected:?}\n  actual   {actual:?}",
                        subject.name,
                        case.id
                    ));
                }
            }
        }
    }
    assert_eq!(kinds > 20, cfg!(feature = "rows"), "{kinds}");
    assert_none(&failures);
}

/// What WorkOS gets, but for four things.
fn expected(facts: &Facts, case: &Case, header: &[u8]) -> Outcome {
    // Read from the headers of a request, a value is refused for that before its components are looked at.
    if !header.is_ascii() {
        return Outcome::of("NonAsciiHeader");
    }
    // A signature that ends with `=` looks like a component.
    if case.id == "bare-signature" && header.ends_with(b"=") {
        return Outcome::of("MissingTimestamp");
    }
    // A time in seconds for one in milliseconds has too few digits to stand next to the body.
    let is_in_millis = facts.unit == Some(Unit::Milliseconds);
    if case.id == "seconds-and-forged" && facts.joins_body_and_time() && is_in_millis {
        return Outcome::of("InvalidTimestamp");
    }
    let grouped = GROUPED
        .iter()
        .find(|(id, _)| facts.groups && *id == case.id);
    let verdict = grouped.map_or(case.verdict.as_str(), |(_, verdict)| verdict);
    let outcome = Outcome::of(verdict);
    let signed_at = Some(date(SIGNED_AT_MS));
    match verdict {
        "accepted" => Outcome {
            key_index: Some(0),
            signed_at,
            ..outcome
        },
        "Expired" => Outcome {
            signed_at,
            distance: (case.now - date(SIGNED_AT_MS)).try_into().ok(),
            ..outcome
        },
        _ => outcome,
    }
}

/// Where groups are allowed, a blank alone separates, and a time may be repeated as it is. All else stays the same.
const GROUPED: [(&str, &str); 10] = [
    ("components-separated-by-space-only", "accepted"),
    ("timestamp-twice-same-value", "accepted"),
    ("timestamp-twice-apart", "accepted"),
    ("timestamp-three-times", "accepted"),
    ("two-header-lines-same", "accepted"),
    ("two-timestamps-and-no-signature", "MissingSignature"),
    (
        "two-timestamps-and-too-many-signatures",
        "TooManySignatures",
    ),
    (
        "two-timestamps-and-malformed-signature",
        "MalformedSignature",
    ),
    ("two-timestamps-and-forged", "SignatureMismatch"),
    ("two-timestamps-and-expired", "Expired"),
];

/// A case of WorkOS.
struct Case {
    id: String,
    secret: String,
    header: Vec<u8>,
    body: Vec<u8>,
    now: OffsetDateTime,
    tolerance: Tolerance,
    verdict: String,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for theme in ["header-grammar", "white-space", "priority"] {
        let text = fs::read(format!("{VECTORS}/workos/{theme}.json")).unwrap();
        let file: Value = serde_json::from_slice(&text).unwrap();
        cases.extend(file["cases"].as_array().unwrap().iter().map(case));
    }
    cases
}

fn case(case: &Value) -> Case {
    let text = |field: &str| case[field].as_str().map(str::to_owned);
    let millis = |field: &str| Duration::from_millis(case["tolerance"][field].as_u64().unwrap());
    let [secret] = case["secrets"].as_array().unwrap().as_slice() else {
        panic!("{}: more than one secret", case["id"]);
    };
    Case {
        id: text("id").unwrap(),
        secret: secret.as_str().unwrap().to_owned(),
        header: match text("header") {
            Some(header) => header.into(),
            None => BASE64_STANDARD
                .decode(text("header_base64").unwrap())
                .unwrap(),
        },
        body: text("body").unwrap().into(),
        now: date(case["now_ms"].as_i64().unwrap()),
        tolerance: Tolerance::new(millis("past_ms")).with_future(millis("future_ms")),
        verdict: text("verdict").unwrap(),
    }
}

/// From a header of WorkOS to one of another provider.
struct Translation<'a> {
    facts: &'a Facts,
    /// Key of its signatures.
    signature_key: &'a str,
}

impl Translation<'_> {
    fn request(&self, case: &Case) -> Request {
        let mut header = self.header(case);
        if case.verdict == "HeaderTooLong" {
            let last = *header.last().unwrap();
            header.resize(header.len().max(MAX_HEADER_LEN + 1), last);
        } else {
            assert!(header.len() <= MAX_HEADER_LEN, "{}", case.id);
        }
        Request {
            secrets: vec![case.secret.clone()],
            headers: vec![(self.facts.signature_header.clone(), header)],
            body: case.body.clone(),
            now: case.now,
        }
    }

    fn header(&self, case: &Case) -> Vec<u8> {
        let separator = self.facts.separator();
        let signatures = self.signatures(case);
        let components = case.header.split(|byte| *byte == b',').map(|component| {
            let mut component = match component.iter().position(|byte| *byte == b'=') {
                Some(equals) => self.component(&component[..equals], &component[equals + 1..]),
                None => component.to_vec(),
            };
            for (theirs, ours) in &signatures {
                component = replaced(&component, theirs.as_bytes(), ours.as_bytes());
            }
            // What is not the separator of WorkOS is not to be that of this provider.
            let other = |byte| if byte == separator { b',' } else { byte };
            component.into_iter().map(other).collect::<Vec<u8>>()
        });
        components.collect::<Vec<_>>().join(&separator)
    }

    fn component(&self, key: &[u8], value: &[u8]) -> Vec<u8> {
        let blanks = key.iter().take_while(|byte| b" \t".contains(byte)).count();
        let (blanks, key) = key.split_at(blanks);
        [blanks, &self.key(key), b"=", &self.timestamps(value)].concat()
    }

    /// `t` to the key of the time, `v1` to that of a signature, what is like them to what is like those, and others to
    /// others.
    fn key(&self, key: &[u8]) -> Vec<u8> {
        let time = self
            .facts
            .timestamp_key
            .as_deref()
            .expect("a key of the time");
        let signature = self.signature_key;
        let translated = match key {
            b"t" => return time.into(),
            b"v1" => return signature.into(),
            b"T" => time.to_uppercase().into(),
            b"V1" => signature.to_uppercase().into(),
            b"t1" => format!("{time}1").into(),
            b"tt" => format!("{time}{time}").into(),
            b"at" => format!("a{time}").into(),
            b"\"t\"" => format!("\"{time}\"").into(),
            b"v11" => format!("{signature}1").into(),
            b"v01" => format!("0{signature}").into(),
            b"v" if signature.len() > 1 => signature[..signature.len() - 1].into(),
            _ => {
                // What stands after a blank within it is no part of the key.
                let blank = key.iter().position(u8::is_ascii_whitespace);
                if let Some(at) = blank.filter(|at| *at > 0) {
                    return [&self.key(&key[..at]), &key[at..]].concat();
                }
                key.to_vec()
            }
        };
        match translated == time.as_bytes() || self.is_signature(&translated) {
            true => b"other".to_vec(),
            false => translated,
        }
    }

    fn is_signature(&self, key: &[u8]) -> bool {
        self.facts
            .signature_keys
            .iter()
            .any(|it| it.as_bytes() == key)
    }

    /// With all times of 13 digits in the unit of this provider. What is a millisecond later is then a second later.
    fn timestamps(&self, value: &[u8]) -> Vec<u8> {
        let mut translated = Vec::new();
        for run in value.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            let number = str::from_utf8(run).ok().filter(|_| run.len() == 13);
            match (
                number.and_then(|it| it.parse::<u64>().ok()),
                self.facts.unit,
            ) {
                (Some(millis), Some(Unit::Seconds)) => {
                    translated.extend((millis / 1000 + millis % 1000).to_string().bytes());
                }
                _ => translated.extend_from_slice(run),
            }
        }
        translated
    }

    /// Each signature that the case may have, and what takes its place: one over the same timestamp and body, or if it is
    /// of nothing, the same bytes.
    fn signatures(&self, case: &Case) -> Vec<(String, String)> {
        let components = case.header.split(|byte| *byte == b',');
        let timestamps = components.filter_map(|it| it.trim_ascii().strip_prefix(b"t="));
        let genuine = timestamps
            .chain([b"1760000000000".as_slice()])
            .map(|timestamp| {
                let message = [timestamp, b".", &case.body].concat();
                let theirs = hmac_sha256(case.secret.as_bytes(), &message);
                let ours = self
                    .facts
                    .sign(&case.secret, &self.timestamps(timestamp), &case.body);
                (hex::encode(theirs), ours)
            });
        let others = OTHERS.map(|theirs| {
            let ours = self.facts.encode(&hex::decode(theirs).unwrap());
            (theirs.to_owned(), ours)
        });
        genuine.chain(others).collect()
    }
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match text.windows(from.len()).position(|window| window == from) {
        Some(at) => [&text[..at], to, &text[at + from.len()..]].concat(),
        None => text.to_vec(),
    }
}

const SIGNED_AT_MS: i64 = 1_760_000_000_000;
/// Signatures that the cases have where they are of nothing: one over another body, and a forged one.
const OTHERS: [&str; 2] = [
    "6899396625462090001714cee131210a24464c9297559b90ad539a0a4759e054",
    "81fafe97ecf1d5ded6fcc7a084fdeccdae84356704bde940370b7cf6b7cb1512",
];
