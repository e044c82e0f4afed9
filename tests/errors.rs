//! Each example that the documentation gives under "Errors", with the error that it gives it for.

#![cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]

mod support;

#[cfg(feature = "workos")]
use countersign::workos::{EventPage, WorkOs};
use countersign::{
    DecodeError::{self, *},
    Fault, RawJson,
};
use support::providers::{Field, Role, Typed, delivery, fields, for_each_provider, object};

for_each_provider! {
    delivery_envelope_and_delivery_event
    what_is_wrong_with_the_envelope_comes_first
    delivery_json
}

#[cfg(feature = "workos")]
#[test]
fn verifier_verify_at() {
    use countersign::VerifyError::*;
    use support::{BODY, SIGNED_AT_MS, date, header, signature, verifier};

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

/// Bodies of which the error is the same for each provider.
fn bodies_that_are_no_object() -> Vec<(String, DecodeError)> {
    let at = |line, column| NotJson { line, column };
    vec![
        ("".into(), at(1, 0)),
        (r#"{"id":"#.into(), at(1, 6)),
        (r#"{"type":"#.into(), at(1, 8)),
        ("{} {}".into(), at(1, 4)),
        ("nullx".into(), at(1, 5)),
        ("\u{feff}{}".into(), at(1, 1)),
        ("[]".into(), NotAnObject),
        ("null".into(), NotAnObject),
        ("\"event\"".into(), NotAnObject),
    ]
}

/// An event about an object with an id, with this in the place of one field: its JSON or nothing, and that again.
fn with<P: Typed>(field: &str, with: &[&str]) -> String {
    let mut all = fields::<P>(P::SAMPLE, r#"{"id":"1"}"#);
    let place = all.iter().position(|(name, _)| *name == field);
    let place = place.expect("a field");
    let (name, own) = all.remove(place);
    for json in with {
        all.insert(place, (name, json.replace("OWN", &own)));
    }
    object(&all)
}

/// What is wrong with a field, and the error for that.
fn envelopes<P: Typed>() -> Vec<(String, DecodeError)> {
    let mut cases = bodies_that_are_no_object();
    for Field {
        name: field, role, ..
    } in P::FIELDS
    {
        if role.identifies() {
            cases.push((with::<P>(field, &[]), MissingField { field }));
            cases.push((with::<P>(field, &["null"]), MissingField { field }));
            for json in ["1", "true", "{}", "[]", r#"["a"]"#] {
                cases.push((with::<P>(field, &[json]), InvalidField { field }));
            }
        }
        cases.push((with::<P>(field, &["OWN", "OWN"]), DuplicateField { field }));
        cases.push((with::<P>(field, &["null", "OWN"]), DuplicateField { field }));
    }
    cases
}

/// What else an event has to have, and what is wrong with it.
fn mismatches<P: Typed>() -> Vec<(String, &'static str, Fault)> {
    let mut cases = Vec::new();
    for Field { name, role, .. } in P::FIELDS {
        if matches!(role, Role::Required | Role::Data) {
            cases.push((with::<P>(name, &[]), *name, Fault::Missing));
            cases.push((with::<P>(name, &["null"]), *name, Fault::Missing));
        }
        if *role == Role::Required {
            for json in ["\"yesterday\"", "7", "[]"] {
                cases.push((with::<P>(name, &[json]), *name, Fault::Unexpected));
            }
        }
    }
    cases
}

#[track_caller]
fn is_mismatch<P: Typed>(error: Option<DecodeError>, id: &str, path: &str, fault: Fault) {
    let Some(EventMismatch(mismatch)) = error else {
        panic!("{error:?}");
    };
    assert_eq!((mismatch.event(), mismatch.id()), (P::SAMPLE, id));
    assert_eq!((mismatch.path(), mismatch.fault()), (path, fault));
}

fn delivery_envelope_and_delivery_event<P: Typed>() {
    for (body, expected) in envelopes::<P>() {
        let expected = Some(expected);
        let body = body.as_bytes();
        let context = body.escape_ascii();
        assert_eq!(P::envelope(body).err(), expected, "{context}");
        assert_eq!(P::event(body).err(), expected, "{context}");
        assert_eq!(P::from_json(body).err(), expected, "{context}");
    }
    let id = |body: &str| {
        let json: serde_json::Value = serde_json::from_str(body).expect("JSON");
        P::mismatch_id(&json).to_owned()
    };
    for (body, path, fault) in mismatches::<P>() {
        let id = id(&body);
        is_mismatch::<P>(P::envelope(body.as_bytes()).err(), &id, path, fault);
        is_mismatch::<P>(P::event(body.as_bytes()).err(), &id, path, fault);
    }
    let not_utf8 = Some(NotUtf8 { valid_up_to: 0 });
    assert_eq!(P::envelope(b"\xff").err(), not_utf8);
    assert_eq!(P::event(b"\xff").err(), not_utf8);
    for (data, path, fault) in [
        ("[]", "data", Fault::Unexpected),
        ("7", "data", Fault::Unexpected),
        ("\"secret\"", "data", Fault::Unexpected),
        (r#"["1"]"#, "data", Fault::Unexpected),
        ("{}", "data.id", Fault::Missing),
        (r#"{"id":null}"#, "data.id", Fault::Missing),
        (r#"{"id":7}"#, "data.id", Fault::Unexpected),
        (r#"{"id":["secret"]}"#, "data.id", Fault::Unexpected),
        (r#"{"id":"1","id":"1"}"#, "data.id", Fault::Duplicate),
        (r#"{"id":"1","i\u0064":null}"#, "data.id", Fault::Duplicate),
    ] {
        let body = with::<P>("data", &[data]);
        assert_eq!(P::envelope(body.as_bytes()).err(), None, "{body}");
        is_mismatch::<P>(P::event(body.as_bytes()).err(), &id(&body), path, fault);
    }
}

/// Whatever is wrong with the data.
fn what_is_wrong_with_the_envelope_comes_first<P: Typed>() {
    let replaced = |(body, error): (String, DecodeError)| {
        let bad = body.replace(r#"{"id":"1"}"#, "7");
        (bad != body).then_some((bad, error))
    };
    let cases: Vec<_> = envelopes::<P>().into_iter().filter_map(replaced).collect();
    assert!(cases.len() > 5);
    for (body, expected) in cases {
        assert_eq!(P::event(body.as_bytes()), Err(expected), "{body}");
    }
}

#[cfg(feature = "workos")]
#[test]
fn page_entry_envelope_and_page_entry_event() {
    let entry = |json: &str| {
        let page = format!(r#"{{"data":[{json}],"list_metadata":{{}}}}"#);
        let mut page = EventPage::from_json(page.as_bytes()).expect("a page");
        page.data.remove(0)
    };
    for (json, expected) in envelopes::<WorkOs>() {
        if !matches!(expected, NotJson { .. }) {
            assert_eq!(
                entry(&json).envelope().err().as_ref(),
                Some(&expected),
                "{json}"
            );
            assert_eq!(entry(&json).event().err(), Some(expected), "{json}");
        }
    }
    for (json, path, fault) in mismatches::<WorkOs>() {
        is_mismatch::<WorkOs>(entry(&json).envelope().err(), "event_1", path, fault);
        is_mismatch::<WorkOs>(entry(&json).event().err(), "event_1", path, fault);
    }
}

fn delivery_json<P: Typed>() {
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
        let json = delivery::<P>(body.as_bytes()).json::<serde_json::Value>();
        assert_eq!(json, Err(expected), "{body}");
    }
    let json = |body: &[u8]| delivery::<P>(body).json::<Named>().err();
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

#[cfg(feature = "workos")]
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
