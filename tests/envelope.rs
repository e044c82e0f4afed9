//! Decoding a verified body: the envelope, any serde type, and the exact error of what does not decode.

mod support;

use std::borrow::Cow;

use countersign::{
    DecodeError::{self, *},
    workos::{Delivery, Envelope},
};
use support::{BODY, SECRET, SIGNED_AT_MS, date, sign, verifier};
use time::macros::datetime;

fn envelope(body: &[u8]) -> Result<Envelope<'_>, DecodeError> {
    delivery(body).envelope()
}

fn json<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, DecodeError> {
    delivery(body).json()
}

/// For ever, as what is decoded borrows from it.
fn delivery(body: &[u8]) -> &Delivery<'_> {
    let header = sign(SECRET, body, SIGNED_AT_MS);
    let delivery = verifier().verify_at(header, body, date(SIGNED_AT_MS));
    Box::leak(Box::new(delivery.expect("a genuine delivery")))
}

#[track_caller]
fn refused(body: impl AsRef<[u8]>, expected: DecodeError) {
    assert_eq!(envelope(body.as_ref()).err(), Some(expected));
}

/// The error of an event `a` with the id `1`.
#[track_caller]
fn mismatch(body: &str, path: &str, what: &str) {
    let error = envelope(body.as_bytes()).expect_err(body);
    assert_eq!(error.to_string(), format!("a: `{path}` {what}"), "{body}");
    assert!(
        matches!(&error, EventMismatch(it) if (it.event(), it.id(), it.path()) == ("a", "1", path))
    );
}

#[test]
fn as_sent() {
    let envelope = envelope(BODY).unwrap();
    assert!(matches!(envelope.id, Cow::Borrowed("event_01")));
    assert!(matches!(envelope.event, Cow::Borrowed("user.created")));
    assert_eq!(envelope.created_at, datetime!(2026-01-02 03:04:05.678 UTC));
    assert_eq!(envelope.data.get(), "{}");
}

#[test]
fn keys_in_any_order_and_unknown_ones() {
    let body = br#" {"object":"event","created_at":"2026-01-02T03:04:05Z","context":{"a":[1]},
        "event":"a.b","environment_id":null,"id":"x","data":{"id": 1.50, "b":[ ]} } "#;
    let envelope = envelope(body).unwrap();
    assert_eq!(envelope.id, "x");
    assert_eq!(envelope.event, "a.b");
    assert_eq!(envelope.data.get(), r#"{"id": 1.50, "b":[ ]}"#);
}

#[test]
fn escapes_in_keys_and_values() {
    let body = br#"{"\u0069d":"caf\u00e9","\u0065vent":"a\u002eb","dat\u0061":0,
        "created_at":"2026-01-02T03:04:05\u005a"}"#;
    let envelope = envelope(body).unwrap();
    assert_eq!(envelope.id, "caf\u{e9}");
    assert_eq!(envelope.event, "a.b");
    assert_eq!(envelope.data.get(), "0");
    assert_eq!(envelope.created_at, datetime!(2026-01-02 03:04:05 UTC));
}

fn with_created_at(text: &str) -> String {
    format!(r#"{{"id":"1","event":"a","data":{{}},"created_at":{text}}}"#)
}

#[test]
fn timestamps_with_and_without_a_zone() {
    for (text, expected) in [
        (
            "2021-06-25T19:07:33.155Z",
            datetime!(2021-06-25 19:07:33.155 UTC),
        ),
        ("2021-06-25T19:07:33Z", datetime!(2021-06-25 19:07:33 UTC)),
        (
            "2021-06-25T21:07:33+02:00",
            datetime!(2021-06-25 19:07:33 UTC),
        ),
        (
            "2021-06-25T19:07:33.123456789Z",
            datetime!(2021-06-25 19:07:33.123_456_789 UTC),
        ),
        (
            "2023-04-28 20:05:31.093",
            datetime!(2023-04-28 20:05:31.093 UTC),
        ),
        (
            "2020-05-06 04:21:48.649164",
            datetime!(2020-05-06 04:21:48.649164 UTC),
        ),
        ("2020-05-06T04:21:48", datetime!(2020-05-06 04:21:48 UTC)),
        (
            "2023-11-18 22:44:21.134+00",
            datetime!(2023-11-18 22:44:21.134 UTC),
        ),
        (
            "2023-11-18 22:44:21.134-0330",
            datetime!(2023-11-19 02:14:21.134 UTC),
        ),
    ] {
        let body = with_created_at(&format!("{text:?}"));
        assert_eq!(
            envelope(body.as_bytes()).unwrap().created_at,
            expected,
            "{text}"
        );
    }
}

#[test]
fn timestamps_of_another_form() {
    for text in [
        r#""""#,
        r#""yesterday""#,
        r#""2021-06-25""#,
        r#""2021-06-25 19:07""#,
        r#""2021-13-25T19:07:33Z""#,
        r#""2021-06-25T19:07:33ZZ""#,
        r#""T""#,
        r#""2021-06-25x19:07:33Z""#,
        r#""2021-06-25_19:07:33""#,
        r#""2021-06-25\t19:07:33Z""#,
        r#""2021-06-25T19:07:33+0é0""#,
        r#""2021-06-25T19:07:33+0""#,
        r#""0000-01-01T00:00:00+00:01""#,
        r#""9999-12-31T23:59:59-00:01""#,
        r#""1624648053155""#,
        "1624648053155",
        "{}",
        "[]",
        "true",
    ] {
        mismatch(
            &with_created_at(text),
            "created_at",
            "has an unexpected type or form",
        );
    }
    mismatch(&with_created_at("null"), "created_at", "is missing or null");
}

#[test]
fn not_utf8() {
    refused(b"{\"id\":\"\xff\"}", NotUtf8 { valid_up_to: 7 });
    assert_eq!(json::<u8>(b"\xff").err(), Some(NotUtf8 { valid_up_to: 0 }));
}

#[test]
fn not_json() {
    let at = |line, column| NotJson { line, column };
    refused("", at(1, 0));
    refused("{\"id\":", at(1, 6));
    refused("{}\n{}", at(2, 1));
    refused("\u{feff}{}", at(1, 1));
    refused("{\"id\":\"a\nb\"}", at(1, 8));
    refused("user.created", at(1, 1));
    refused("nullx", at(1, 5));
    refused("nul", at(1, 3));
    refused("[1,", at(1, 3));
    refused("7 x", at(1, 3));
    refused("\"event\" {}", at(1, 9));
    refused("{\"data\":{\"a\":}}", at(1, 14));
    assert_eq!(json::<()>(b"nul").err(), Some(at(1, 3)));
    // What only `serde_json` cannot read, the data of an envelope may hold: it is not looked into.
    for data in [
        "1e999",
        r#""\ud800""#,
        &format!("{}{}", "[".repeat(200), "]".repeat(200)),
    ] {
        let body = format!(
            r#"{{"id":"1","event":"a","created_at":"2026-01-02T03:04:05Z","data":{data}}}"#
        );
        assert_eq!(
            envelope(body.as_bytes()).map(|envelope| envelope.data.get()),
            Ok(data)
        );
        assert!(matches!(
            json::<serde_json::Value>(body.as_bytes()),
            Err(NotJson { .. })
        ));
    }
}

#[test]
fn not_an_object() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for body in ["[]", "null", "1", "\"event\"", "true", " [{}] \n", &deep] {
        refused(body, NotAnObject);
    }
}

#[test]
fn fields_that_are_missing_or_null() {
    let all = [
        ("id", r#""1""#),
        ("event", r#""a""#),
        ("created_at", r#""2026-01-02T03:04:05Z""#),
        ("data", "{}"),
    ];
    for (field, _) in all {
        let body = |of_field: &dyn Fn(&str) -> Option<String>| {
            let fields: Vec<String> = all
                .iter()
                .filter_map(|(name, value)| {
                    let value = if *name == field {
                        of_field(value)
                    } else {
                        Some((*value).into())
                    };
                    value.map(|value| format!("{name:?}:{value}"))
                })
                .collect();
            format!("{{{}}}", fields.join(","))
        };
        assert!(envelope(body(&|value| Some(value.into())).as_bytes()).is_ok());
        for body in [body(&|_| None), body(&|_| Some("null".into()))] {
            match field {
                "id" | "event" => refused(&body, MissingField { field }),
                _ => mismatch(&body, field, "is missing or null"),
            }
        }
        let twice = body(&|value| Some(format!("{value},{field:?}:{value}")));
        refused(twice, DuplicateField { field });
        let hidden = body(&|value| Some(format!("null,{field:?}:{value}")));
        refused(hidden, DuplicateField { field });
    }
    refused("{}", MissingField { field: "id" });
}

#[test]
fn fields_of_another_type() {
    for value in ["1", "true", "{}", "[]", "[\"a\"]"] {
        let body = format!(r#"{{"id":{value},"event":"a","data":{{}},"created_at":"x"}}"#);
        refused(body, InvalidField { field: "id" });
        let body = format!(r#"{{"id":"a","event":{value},"data":{{}},"created_at":"x"}}"#);
        refused(body, InvalidField { field: "event" });
    }
}

/// JavaScript leaves them where it cuts a text.
#[test]
fn halves_of_surrogate_pairs() {
    let body = br#"{"id":"1\ud83d","event":"\ude00a","\ud83d":1,"data":"\ud83d",
        "created_at":"2026-01-02T03:04:05Z"}"#;
    let envelope = envelope(body).unwrap();
    assert_eq!(envelope.id, "1\u{fffd}");
    assert_eq!(envelope.event, "\u{fffd}a");
    assert_eq!(envelope.data.get(), r#""\ud83d""#);
}

#[test]
fn any_type_of_serde() {
    #[derive(serde::Deserialize)]
    struct Named<'a> {
        event: &'a str,
    }
    assert_eq!(
        json::<Named<'_>>(BODY).map(|named| named.event),
        Ok("user.created")
    );
    assert_eq!(
        json::<Named<'_>>(b"{\n\"event\":1}").map(|named| named.event),
        Err(Mismatch { line: 2, column: 9 })
    );
    assert_eq!(json::<Vec<u8>>(b"[1,2]"), Ok(vec![1, 2]));
    assert_eq!(json::<u8>(b"256"), Err(Mismatch { line: 1, column: 3 }));
}
