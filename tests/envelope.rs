//! Decoding a verified body: the envelope, any serde type, and the exact error of what does not decode.
#![cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]

mod support;

use countersign::DecodeError::{self, *};
use support::providers::{
    Envelope, Role, Typed, delivery, field_of, fields, for_each_provider, name_field, object,
};

for_each_provider! {
    as_sent
    without_what_is_optional
    keys_in_any_order_and_unknown_ones
    escapes_in_keys_and_values
    halves_of_surrogate_pairs
    what_is_optional_and_does_not_fit
    data_of_any_kind
    not_utf8
    not_json
    not_an_object
    any_type_of_serde
}

#[track_caller]
fn envelope<P: Typed>(body: &str) -> Envelope {
    P::envelope(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[track_caller]
fn refused<P: Typed>(body: &str, expected: DecodeError) {
    assert_eq!(P::envelope(body.as_bytes()).err(), Some(expected), "{body}");
}

fn as_sent<P: Typed>() {
    let body = object(&fields::<P>("a.b", r#"{"id": 1.50, "b":[ ]}"#));
    let envelope = envelope::<P>(&body);
    assert_eq!(envelope.name, "a.b");
    assert_eq!(envelope.data, r#"{"id": 1.50, "b":[ ]}"#);
    let (before, after) = P::DEBUG_ENVELOPE;
    assert_eq!(
        envelope.debug,
        format!("Envelope {{ {before}\"a.b\"{after} }}")
    );
    for (name, value) in envelope.others {
        let field = P::FIELDS.iter().find(|field| field.name == name);
        let text = match field.expect("a field").json {
            r#""2026-01-02T03:04:05.678Z""# | "1767323045678" => "2026-01-02 3:04:05.678 +00:00:00",
            json => json.trim_matches('"'),
        };
        assert_eq!(value.as_deref(), Some(text), "{name}");
    }
}

fn without_what_is_optional<P: Typed>() {
    for null in [false, true] {
        let mut all = fields::<P>("a.b", "{}");
        for field in P::FIELDS.iter().filter(|field| field.role.is_optional()) {
            let place = all.iter().position(|(name, _)| *name == field.name);
            let place = place.expect("the field");
            if null {
                all[place].1 = "null".into();
            } else {
                all.remove(place);
            }
        }
        for (name, value) in envelope::<P>(&object(&all)).others {
            let field = P::FIELDS.iter().find(|field| field.name == name);
            assert_eq!(
                value.is_none(),
                field.expect("a field").role.is_optional(),
                "{name}"
            );
        }
    }
}

fn keys_in_any_order_and_unknown_ones<P: Typed>() {
    let mut all = fields::<P>("a.b", "{}");
    let expected = envelope::<P>(&object(&all));
    for _ in 0..all.len() {
        all.rotate_left(1);
        assert_eq!(envelope::<P>(&object(&all)), expected);
        let mut more = all.clone();
        more.insert(1, ("environment_id", "null".into()));
        more.push((
            "last",
            format!(r#"{{"{}":"user.created"}}"#, name_field::<P>()),
        ));
        let body = object(&more).replace(',', " ,\n\t");
        assert_eq!(envelope::<P>(&format!(" \r\n{body} ")), expected, "{body}");
    }
    all.reverse();
    assert_eq!(envelope::<P>(&object(&all)), expected);
}

fn escapes_in_keys_and_values<P: Typed>() {
    let mut all = fields::<P>("NAME", "0");
    for (name, json) in &mut all {
        *json = json.replace("NAME", "caf\\u00e9\\u002eb");
        assert!(!name.is_empty());
    }
    let escaped = |name: &str| format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
    let all: Vec<_> = all
        .iter()
        .map(|(name, json)| (escaped(name), json))
        .collect();
    let envelope = envelope::<P>(&object(&all));
    assert_eq!(
        (envelope.name.as_str(), envelope.data.as_str()),
        ("caf\u{e9}.b", "0")
    );
    assert!(envelope.others.iter().all(|(_, value)| value.is_some()));
}

/// JavaScript leaves them where it cuts a text.
fn halves_of_surrogate_pairs<P: Typed>() {
    let mut all = fields::<P>("NAME", r#""\ud83d""#);
    for (_, json) in &mut all {
        *json = json.replace("NAME", "\\ude00a");
    }
    all.insert(0, ("\\ud83d", "1".into()));
    let envelope = envelope::<P>(&object(&all));
    assert_eq!(envelope.name, "\u{fffd}a");
    assert_eq!(envelope.data, r#""\ud83d""#);
    if let Some(id) = field_of::<P>(Role::Id) {
        let with_half = object(&all).replace(id.json, r#""1\ud83d""#);
        let others = self::envelope::<P>(&with_half).others;
        assert!(
            others.contains(&(id.name, Some("1\u{fffd}".into()))),
            "{others:?}"
        );
    }
}

/// An envelope has no place for a misfit.
fn what_is_optional_and_does_not_fit<P: Typed>() {
    for field in P::FIELDS
        .iter()
        .filter(|field| field.role == Role::Optional)
    {
        for json in ["true", "[]", "{}", "1.5"] {
            let mut all = fields::<P>("a.b", "{}");
            let place = all.iter().position(|(name, _)| *name == field.name);
            all[place.expect("the field")].1 = json.into();
            let others = envelope::<P>(&object(&all)).others;
            assert!(others.contains(&(field.name, None)), "{json}: {others:?}");
        }
    }
}

/// What only `serde_json` cannot read, the data of an envelope may hold: it is not looked into.
fn data_of_any_kind<P: Typed>() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for data in ["1e999", r#""\ud800""#, &deep] {
        let body = object(&fields::<P>("a", data));
        assert_eq!(envelope::<P>(&body).data, data);
        let json = delivery::<P>(body.as_bytes()).json::<serde_json::Value>();
        assert!(matches!(json, Err(NotJson { .. })), "{json:?}");
    }
    for data in ["[]", "7", "\"a\"", "false"] {
        assert_eq!(envelope::<P>(&object(&fields::<P>("a", data))).data, data);
    }
}

fn not_utf8<P: Typed>() {
    let error = P::envelope(b"{\"id\":\"\xff\"}").err();
    assert_eq!(error, Some(NotUtf8 { valid_up_to: 7 }));
    let error = delivery::<P>(b"\xff").json::<u8>().err();
    assert_eq!(error, Some(NotUtf8 { valid_up_to: 0 }));
}

fn not_json<P: Typed>() {
    for (body, line, column) in [
        ("", 1, 0),
        ("{\"id\":", 1, 6),
        ("{}\n{}", 2, 1),
        ("\u{feff}{}", 1, 1),
        ("{\"id\":\"a\nb\"}", 1, 8),
        ("user.created", 1, 1),
        ("nullx", 1, 5),
        ("nul", 1, 3),
        ("[1,", 1, 3),
        ("7 x", 1, 3),
        ("\"event\" {}", 1, 9),
        ("{\"data\":{\"a\":}}", 1, 14),
    ] {
        refused::<P>(body, NotJson { line, column });
    }
    let error = delivery::<P>(b"nul").json::<()>().err();
    assert_eq!(error, Some(NotJson { line: 1, column: 3 }));
}

fn not_an_object<P: Typed>() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for body in ["[]", "null", "1", "\"event\"", "true", " [{}] \n", &deep] {
        refused::<P>(body, NotAnObject);
    }
    let first = P::FIELDS.iter().find(|field| field.role.identifies());
    let field = first.expect("a name").name;
    refused::<P>("{}", MissingField { field });
}

fn any_type_of_serde<P: Typed>() {
    #[derive(serde::Deserialize)]
    struct Named<'a> {
        #[serde(alias = "type")]
        event: &'a str,
    }
    let named = |body: &str| {
        let delivery = delivery::<P>(body.as_bytes());
        delivery
            .json::<Named<'_>>()
            .map(|named| named.event.to_owned())
    };
    let sent = object(&fields::<P>(P::SAMPLE, "{}"));
    assert_eq!(named(&sent), Ok(P::SAMPLE.into()));
    assert_eq!(
        named("{\n\"event\":1}"),
        Err(Mismatch { line: 2, column: 9 })
    );
    assert_eq!(delivery::<P>(b"[1,2]").json(), Ok(vec![1, 2]));
    let error = delivery::<P>(b"256").json::<u8>();
    assert_eq!(error, Err(Mismatch { line: 1, column: 3 }));
}

#[cfg(feature = "workos")]
mod of_workos {
    use countersign::workos::{Delivery, WorkOs};
    use time::macros::datetime;

    use super::*;
    use crate::support::BODY;

    fn envelope(body: &[u8]) -> Result<countersign::workos::Envelope<'_>, DecodeError> {
        // For ever, as the envelope borrows from it.
        let delivery: &Delivery<'_> = Box::leak(Box::new(delivery::<WorkOs>(body)));
        delivery.envelope()
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
    fn borrows_from_the_body() {
        use std::borrow::Cow;

        let envelope = envelope(BODY).expect("an envelope");
        assert!(matches!(envelope.id, Cow::Borrowed("event_01")));
        assert!(matches!(envelope.event, Cow::Borrowed("user.created")));
        assert_eq!(envelope.created_at, datetime!(2026-01-02 03:04:05.678 UTC));
        assert_eq!(envelope.data.get(), "{}");
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
}
