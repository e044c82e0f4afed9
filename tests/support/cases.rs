//! Requests, and what becomes of them whichever the framework and the provider are.

use super::client::{signed, signed_at};
use crate::support::{
    SECRET,
    providers::{Typed, body},
};

pub struct Case {
    pub name: &'static str,
    pub headers: Vec<(&'static str, Vec<u8>)>,
    pub body: Vec<u8>,
    /// Status and text at `EVENT`.
    pub answer: (u16, &'static str),
    /// What the reason at `REASON` starts with.
    pub reason: String,
    /// Whether `SIGNED` answers 200.
    pub genuine: bool,
}

pub const OK: (u16, &str) = (200, "");

const UNAUTHORIZED: (u16, &str) = (401, "unauthorized");
const NOT_UNDERSTOOD: (u16, &str) = (500, "internal server error");

/// The body of an event that is told by its `KEY`.
pub fn event<P: Typed>() -> String {
    body::<P>(P::SAMPLE, r#"{"id":"1"}"#)
}

pub fn cases<P: Typed>() -> Vec<Case> {
    let event = event::<P>();
    let genuine = |name, body: &[u8], answer, reason: &str| Case {
        name,
        headers: signed::<P>(body),
        body: body.to_vec(),
        answer,
        reason: reason.into(),
        genuine: true,
    };
    let refused = |name, headers, reason: &str| Case {
        name,
        headers,
        body: event.clone().into(),
        answer: UNAUTHORIZED,
        reason: reason.into(),
        genuine: false,
    };
    let body = event.as_bytes();
    let header = P::SCHEME.signature_header();
    // The same headers with something else in the place of the signature, or after it.
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut headers = signed::<P>(body);
        let signature = headers.iter_mut().find(|(name, _)| *name == header);
        change(&mut signature.expect("a signature").1);
        headers
    };
    let with_more = |more: &[u8]| with(&|value| value.extend_from_slice(more));
    let beyond = i64::try_from(P::TOLERANCE.past().as_secs()).expect("minutes") + 60;
    let typed = |content_type: &'static str| {
        let mut headers = signed::<P>(body);
        headers.push(("content-type", content_type.into()));
        headers
    };
    let content_type = |name, content_type| Case {
        headers: typed(content_type),
        ..genuine(name, body, OK, "")
    };
    let unknown = self::body::<P>("robot:created", r#"{"anything":[]}"#);
    let drifted = self::body::<P>(P::SAMPLE, r#"{"id":17}"#);
    let mut cases = vec![
        genuine("genuine", body, OK, ""),
        genuine("unknown event", unknown.as_bytes(), OK, ""),
        genuine(
            "drifted data",
            drifted.as_bytes(),
            NOT_UNDERSTOOD,
            &format!("{}: `data.id` has an unexpected type or form", P::SAMPLE),
        ),
        genuine(
            "not JSON",
            b"hello",
            NOT_UNDERSTOOD,
            "body is not JSON at line 1 column 1",
        ),
        genuine(
            "not UTF-8",
            b"\xff",
            NOT_UNDERSTOOD,
            "body is not UTF-8 after byte 0",
        ),
        genuine(
            "empty body",
            b"",
            NOT_UNDERSTOOD,
            "body is not JSON at line 1 column 0",
        ),
        content_type("no JSON by its type", "text/plain"),
        content_type("a form by its type", "application/x-www-form-urlencoded"),
        content_type("a type that is none", "\"%"),
        Case {
            headers: [signed::<P>(body), vec![("content-encoding", "gzip".into())]].concat(),
            ..genuine("compressed by its header", body, OK, "")
        },
        Case {
            body: event.replace(r#""id":"1""#, r#""id":"2""#).into(),
            ..refused("forged", signed::<P>(body), "no signature matches the body")
        },
        refused(
            "late",
            signed_at::<P>(SECRET, body, -beyond),
            &format!("authentic, but signed too long ago: {}", beyond / 10),
        ),
        refused(
            "early",
            signed_at::<P>(SECRET, body, beyond),
            &format!(
                "authentic, but signed too far in the future: {}",
                beyond / 10 - 1
            ),
        ),
        refused("no header", vec![], "no signature header"),
        refused(
            "the same header twice",
            [signed::<P>(body), signed::<P>(body)].concat(),
            "more than one signature header",
        ),
        refused(
            "another header before it",
            [vec![(header, b"t=1, v1=2".to_vec())], signed::<P>(body)].concat(),
            "more than one signature header",
        ),
        refused(
            "another header after it",
            [signed::<P>(body), vec![(header, b"t=1, v1=2".to_vec())]].concat(),
            "more than one signature header",
        ),
        refused(
            "a header that is not ASCII",
            with_more(b", a=\xff"),
            "signature header is not ASCII",
        ),
        refused(
            "a header in UTF-8",
            with_more(", a=ä".as_bytes()),
            "signature header is not ASCII",
        ),
        refused("an empty header", with(&Vec::clear), P::EMPTY),
        refused(
            "a long header",
            with_more(&[b'a'; 5000]),
            "signature header is longer than 4096 bytes",
        ),
    ];
    let joined = with(&|value| *value = [value.as_slice(), value].join(", ".as_bytes()));
    cases.push(match P::JOINED {
        Some(reason) => refused("two headers joined", joined, reason),
        None => Case {
            headers: joined,
            ..genuine("two headers joined", body, OK, "")
        },
    });
    // Each header that the provider sends has to be there.
    for (missing, _) in signed::<P>(body) {
        let mut headers = signed::<P>(body);
        headers.retain(|(name, _)| *name != missing);
        cases.push(refused("a header less", headers, "no signature header"));
    }
    cases
}
