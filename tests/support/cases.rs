//! Requests, and what becomes of them whichever the framework is.

use super::client::{HEADER, sign, signed, signed_at};
use crate::support::SECRET;

pub struct Case {
    pub name: &'static str,
    pub headers: Vec<(&'static str, Vec<u8>)>,
    pub body: Vec<u8>,
    /// Status and text at `EVENT`.
    pub answer: (u16, &'static str),
    /// What the reason at `REASON` starts with.
    pub reason: &'static str,
    /// Whether `SIGNED` answers 200.
    pub genuine: bool,
}

pub const OK: (u16, &str) = (200, "");

const UNAUTHORIZED: (u16, &str) = (401, "unauthorized");
const NOT_UNDERSTOOD: (u16, &str) = (500, "internal server error");

pub const ID: &str = "event_01";
pub const EVENT: &str = r#"{"id":"event_01","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}"#;
const UNKNOWN: &str = r#"{"id":"event_01","data":{"anything":[]},"event":"robot.created","created_at":"2026-01-02T03:04:05.000Z"}"#;
const DRIFTED: &str = r#"{"id":"event_01","data":{"group_id":17,"organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}"#;

pub fn cases() -> Vec<Case> {
    let genuine = |name, body: &[u8], answer, reason| Case {
        name,
        headers: signed(body),
        body: body.to_vec(),
        answer,
        reason,
        genuine: true,
    };
    let refused = |name, headers, reason| Case {
        name,
        headers,
        body: EVENT.into(),
        answer: UNAUTHORIZED,
        reason,
        genuine: false,
    };
    let body = EVENT.as_bytes();
    let header = sign(SECRET, body, 0);
    let with = |more: &[u8]| vec![(HEADER, [header.as_bytes(), more].concat())];
    let typed = |content_type: &'static str| {
        let mut headers = signed(body);
        headers.push(("content-type", content_type.into()));
        headers
    };
    let content_type = |name, content_type| Case {
        headers: typed(content_type),
        ..genuine(name, body, OK, "")
    };
    vec![
        genuine("genuine", body, OK, ""),
        genuine("unknown event", UNKNOWN.as_bytes(), OK, ""),
        genuine(
            "drifted data",
            DRIFTED.as_bytes(),
            NOT_UNDERSTOOD,
            "group.member_added: `data.group_id` has an unexpected type or form",
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
            headers: [signed(body), vec![("content-encoding", "gzip".into())]].concat(),
            ..genuine("compressed by its header", body, OK, "")
        },
        Case {
            body: EVENT.replace("om_01", "om_02").into(),
            ..refused("forged", signed(body), "no signature matches the body")
        },
        refused(
            "late",
            signed_at(body, -240),
            "authentic, but signed too long ago: 24",
        ),
        refused(
            "early",
            signed_at(body, 240),
            "authentic, but signed too far in the future: 23",
        ),
        refused("no header", vec![], "no signature header"),
        refused(
            "the same header twice",
            [signed(body), signed(body)].concat(),
            "more than one signature header",
        ),
        refused(
            "another header before it",
            [vec![(HEADER, b"t=1, v1=2".to_vec())], signed(body)].concat(),
            "more than one signature header",
        ),
        refused(
            "another header after it",
            [signed(body), vec![(HEADER, b"t=1, v1=2".to_vec())]].concat(),
            "more than one signature header",
        ),
        refused(
            "two headers joined",
            with(format!(", {header}").as_bytes()),
            "signature header has more than one timestamp",
        ),
        refused(
            "a header that is not ASCII",
            with(b", a=\xff"),
            "signature header is not ASCII",
        ),
        refused(
            "a header in UTF-8",
            with(", a=ä".as_bytes()),
            "signature header is not ASCII",
        ),
        refused(
            "an empty header",
            vec![(HEADER, vec![])],
            "signature header is not a separated list of key=value",
        ),
        refused(
            "a long header",
            with(&[b'a'; 5000]),
            "signature header is longer than 4096 bytes",
        ),
    ]
}
