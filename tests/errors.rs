//! Each example that the documentation gives under "Errors", with the error that it gives it for.

mod support;

use countersign::{
    DecodeError::{self, *},
    Fault, RawJson,
    VerifyError::*,
    workos::{Delivery, Event, EventPage},
};
use support::{BODY, SECRET, SIGNED_AT_MS, date, header, sign, signature, verifier};

#[track_caller]
fn delivered<T>(
    body: impl AsRef<[u8]>,
    decode: impl Fn(&Delivery<'_>) -> Result<T, DecodeError>,
) -> Option<DecodeError> {
    let body = body.as_ref();
    let header = sign(SECRET, body, SIGNED_AT_MS);
    let verifier = verifier();
    let delivery = verifier.verify_at(header, body, date(SIGNED_AT_MS));
    decode(&delivery.expect("a genuine delivery")).err()
}

#[test]
fn verifier_verify_at() {
    let genuine = header();
    let tag = signature(&SIGNED_AT_MS.to_string(), BODY);
    let verdict = |header: &str, late_ms: i64| {
        let now = date(SIGNED_AT_MS.saturating_add_signed(late_ms));
        verifier().verify_at(header, BODY, now).err()
    };
    for (header, expected) in [
        ("a".repeat(4097), HeaderTooLong),
        ("t".into(), MalformedHeader),
        (format!("t=1,,v1={tag}"), MalformedHeader),
        (format!("t = 1,v1={tag}"), MalformedHeader),
        (String::new(), MalformedHeader),
        (format!("v1={tag}"), MissingTimestamp),
        (format!("t=1,t=1,v1={tag}"), DuplicateTimestamp),
        (format!("t=-1,v1={tag}"), InvalidTimestamp),
        (format!("t=1.0,v1={tag}"), InvalidTimestamp),
        (format!("t=1e3,v1={tag}"), InvalidTimestamp),
        (format!("t=,v1={tag}"), InvalidTimestamp),
        (format!("t=253402300800000,v1={tag}"), InvalidTimestamp),
        ("t=1".into(), MissingSignature),
        (format!("t=1{}", ",v1=a".repeat(17)), TooManySignatures),
        ("t=1,v1=a".into(), MalformedSignature),
        (format!("t=1,v1={tag}"), SignatureMismatch),
    ] {
        assert_eq!(verdict(&header, 0), Some(expected), "{header}");
    }
    assert_eq!(verdict(&genuine, 0), None);
    let late = verdict(&genuine, 180_001);
    assert!(matches!(late, Some(Expired { .. })), "{late:?}");
    let early = verdict(&genuine, -180_001);
    assert!(matches!(early, Some(NotYetValid { .. })), "{early:?}");
}

/// With a field in the place of another or of none, and the error for that.
fn envelopes() -> Vec<(String, DecodeError)> {
    let at = |line, column| NotJson { line, column };
    let mut cases = vec![
        ("".into(), at(1, 0)),
        (r#"{"id":"#.into(), at(1, 6)),
        ("{} {}".into(), at(1, 4)),
        ("nullx".into(), at(1, 5)),
        ("\u{feff}{}".into(), at(1, 1)),
        ("[]".into(), NotAnObject),
        ("null".into(), NotAnObject),
        ("\"event\"".into(), NotAnObject),
    ];
    let all = [
        ("id", r#""event_1""#),
        ("event", r#""user.created""#),
        ("created_at", r#""2026-01-02T03:04:05Z""#),
        ("data", r#"{"id":"1"}"#),
        ("context", "{}"),
        ("object", r#""event""#),
    ];
    let with = |field: &str, of_field: &str| {
        let fields: Vec<String> = all
            .iter()
            .filter_map(|(name, value)| match *name == field {
                false => Some(format!("{name:?}:{value}")),
                true => (!of_field.is_empty()).then(|| of_field.replace("VALUE", value)),
            })
            .collect();
        format!("{{{}}}", fields.join(","))
    };
    for field in ["id", "event"] {
        cases.push((with(field, ""), MissingField { field }));
        cases.push((
            with(field, &format!("{field:?}:null")),
            MissingField { field },
        ));
    }
    for (field, _) in all {
        let twice = with(field, &format!("{field:?}:VALUE,{field:?}:VALUE"));
        cases.push((twice, DuplicateField { field }));
    }
    cases.push((with("id", r#""id":1"#), InvalidField { field: "id" }));
    cases.push((
        with("event", r#""event":[]"#),
        InvalidField { field: "event" },
    ));
    cases
}

/// `created_at` and `data`, and what is wrong with them.
fn mismatches() -> Vec<(String, &'static str, Fault)> {
    let event = |rest: &str| format!(r#"{{"id":"event_1","event":"user.created"{rest}}}"#);
    let created_at = r#","created_at":"2026-01-02T03:04:05Z""#;
    let data = r#","data":{"id":"1"}"#;
    vec![
        (event(data), "created_at", Fault::Missing),
        (
            event(&format!(r#",{}{data}"#, r#""created_at":null"#)),
            "created_at",
            Fault::Missing,
        ),
        (
            event(&format!(r#",{}{data}"#, r#""created_at":"yesterday""#)),
            "created_at",
            Fault::Unexpected,
        ),
        (event(created_at), "data", Fault::Missing),
        (
            event(&format!(r#"{created_at},"data":null"#)),
            "data",
            Fault::Missing,
        ),
    ]
}

#[track_caller]
fn is_mismatch(error: Option<DecodeError>, path: &str, fault: Fault) {
    let Some(EventMismatch(mismatch)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (mismatch.event(), mismatch.id()),
        ("user.created", "event_1")
    );
    assert_eq!((mismatch.path(), mismatch.fault()), (path, fault));
}

#[test]
fn delivery_envelope_and_delivery_event() {
    for (body, expected) in envelopes() {
        let expected = Some(expected);
        assert_eq!(
            delivered(&body, |it| it.envelope().map(|_| ())),
            expected,
            "{body}"
        );
        assert_eq!(delivered(&body, |it| it.event()), expected, "{body}");
        assert_eq!(Event::from_json(body.as_bytes()).err(), expected, "{body}");
    }
    for (body, path, fault) in mismatches() {
        is_mismatch(
            delivered(&body, |it| it.envelope().map(|_| ())),
            path,
            fault,
        );
        is_mismatch(delivered(&body, |it| it.event()), path, fault);
    }
    let not_utf8 = Some(NotUtf8 { valid_up_to: 0 });
    assert_eq!(delivered(b"\xff", |it| it.envelope().map(|_| ())), not_utf8);
    assert_eq!(delivered(b"\xff", |it| it.event()), not_utf8);
    for (data, path, fault) in [
        ("[]", "data", Fault::Unexpected),
        ("{}", "data.id", Fault::Missing),
        (r#"{"id":7}"#, "data.id", Fault::Unexpected),
        (r#"{"id":"1","id":"1"}"#, "data.id", Fault::Duplicate),
    ] {
        let body = format!(
            r#"{{"id":"event_1","event":"user.created","created_at":"2026-01-02T03:04:05Z","data":{data}}}"#
        );
        assert_eq!(delivered(&body, |it| it.envelope().map(|_| ())), None);
        is_mismatch(delivered(&body, |it| it.event()), path, fault);
    }
}

#[test]
fn page_entry_envelope_and_page_entry_event() {
    let entry = |json: &str| {
        let page = format!(r#"{{"data":[{json}],"list_metadata":{{}}}}"#);
        let mut page = EventPage::from_json(page.as_bytes()).expect("a page");
        page.data.remove(0)
    };
    for (json, expected) in envelopes() {
        if !matches!(expected, NotJson { .. }) {
            assert_eq!(
                entry(&json).envelope().err().as_ref(),
                Some(&expected),
                "{json}"
            );
            assert_eq!(entry(&json).event().err(), Some(expected), "{json}");
        }
    }
    for (json, path, fault) in mismatches() {
        is_mismatch(entry(&json).envelope().err(), path, fault);
        is_mismatch(entry(&json).event().err(), path, fault);
    }
}

#[test]
fn delivery_json() {
    #[derive(Debug, serde::Deserialize)]
    struct Named {
        #[serde(rename = "event")]
        _event: String,
    }
    let at = |line, column| NotJson { line, column };
    let deep = "[".repeat(128);
    for (body, expected) in [
        ("", at(1, 0)),
        (r#"{"id":"#, at(1, 6)),
        ("{} {}", at(1, 4)),
        ("\u{feff}{}", at(1, 1)),
        ("1e999", at(1, 5)),
        (r#""\ud800""#, at(1, 8)),
        (&deep, at(1, 128)),
    ] {
        let json = delivered(body, |it| it.json::<serde_json::Value>());
        assert_eq!(json, Some(expected), "{body}");
    }
    let json = |body: &[u8]| delivered(body, |it| it.json::<Named>());
    assert_eq!(json(b"\xff"), Some(NotUtf8 { valid_up_to: 0 }));
    assert_eq!(
        json(br#"{"event":[]}"#),
        Some(Mismatch { line: 1, column: 9 })
    );
    assert_eq!(json(b"7"), Some(Mismatch { line: 1, column: 1 }));
}

#[test]
fn raw_json_parse() {
    let raw = |json: &str| serde_json::from_str::<RawJson>(json).expect("JSON");
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(
        raw("{}").parse::<u8>(),
        Err(Mismatch { line: 1, column: 0 })
    );
    for (json, column) in [("1e999", 5), (r#""\ud800""#, 8), (deep.as_str(), 128)] {
        let error = NotJson { line: 1, column };
        assert_eq!(raw(json).parse::<serde_json::Value>(), Err(error), "{json}");
    }
}

#[test]
fn event_page_from_json() {
    let page = |body: &[u8]| EventPage::from_json(body).err();
    assert_eq!(page(b"\xff"), Some(NotUtf8 { valid_up_to: 0 }));
    for (body, line, column) in [("", 1, 0), (r#"{"data":"#, 1, 8), ("<!doctype html>", 1, 1)] {
        assert_eq!(
            page(body.as_bytes()),
            Some(NotJson { line, column }),
            "{body}"
        );
    }
    for body in ["[]", "null"] {
        assert_eq!(page(body.as_bytes()), Some(NotAnObject), "{body}");
    }
    for (body, field) in [
        (r#"{"list_metadata":{}}"#, "data"),
        (r#"{"list_metadata":{},"data":null}"#, "data"),
        (r#"{"data":[]}"#, "list_metadata"),
        (r#"{"data":[],"list_metadata":null}"#, "list_metadata"),
        (r#"{"message":"Unauthorized"}"#, "data"),
    ] {
        assert_eq!(
            page(body.as_bytes()),
            Some(MissingField { field }),
            "{body}"
        );
    }
    for (body, field) in [
        (r#"{"data":[],"list_metadata":{},"data":[]}"#, "data"),
        (
            r#"{"list_metadata":{},"data":[],"list_metadata":{}}"#,
            "list_metadata",
        ),
        (
            r#"{"object":"a","data":[],"list_metadata":{},"object":"a"}"#,
            "object",
        ),
    ] {
        assert_eq!(
            page(body.as_bytes()),
            Some(DuplicateField { field }),
            "{body}"
        );
    }
    for (body, field) in [
        (r#"{"data":{},"list_metadata":{}}"#, "data"),
        (r#"{"data":[],"list_metadata":[]}"#, "list_metadata"),
        (r#"{"data":[],"list_metadata":{},"object":1}"#, "object"),
    ] {
        assert_eq!(
            page(body.as_bytes()),
            Some(InvalidField { field }),
            "{body}"
        );
    }
}
