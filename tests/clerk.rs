//! What is Clerk's alone: the id of an event, the two units of its times.
#![cfg(feature = "clerk")]

mod support;

use countersign::{
    DecodeError, EventMismatch, Fault, Stored, VerifyError,
    clerk::{self, Clerk, Event, EventData},
};
use serde_json::{Value, json};
use support::{
    SECRET, SIGNED_AT_MS, date,
    providers::{MESSAGE_ID, Typed},
};
use time::{Duration, OffsetDateTime, macros::datetime};

#[track_caller]
fn decoded(body: &str) -> Event {
    Clerk::event(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

const USER: &str =
    r#"{"data":{"id":"user_1"},"object":"event","timestamp":1767323045678,"type":"user.created"}"#;

#[test]
fn the_id_of_an_event_is_that_of_its_delivery() {
    let at = date(SIGNED_AT_MS);
    let signer = clerk::Signer::new(Clerk::secret(SECRET));
    let verifier = clerk::Verifier::new(Clerk::secret(SECRET));
    for id in ["msg_1", "msg_2b6uGkYyX1", "a\"b\\"] {
        let headers = signer.headers_with_id(id, USER.as_bytes(), at);
        let delivery = verifier.verify_request_at(&headers, USER.as_bytes(), at);
        let delivery = delivery.expect("a genuine delivery");
        let event = delivery.event().expect("an event");
        assert_eq!((delivery.id(), event.id()), (id, Some(id)));

        // It is kept where the event is.
        let queued = serde_json::to_string(&Stored::from(event.clone())).expect("JSON");
        let json: Value = serde_json::from_str(&queued).expect("JSON");
        assert_eq!(json["svix-id"], id);
        let dequeued: Stored<Event> = serde_json::from_str(&queued).expect("an event");
        assert_eq!(dequeued.id(), Some(id));
        assert_eq!(Event::from(dequeued), event);
        assert_eq!(Event::from_json(queued.as_bytes()), Ok(event));
    }
    // Signed anew, it has the same id, and another one if it is not told any.
    let later = at + Duration::minutes(4);
    let id = |headers: Vec<(&str, String)>| {
        let delivery = verifier.verify_request_at(&headers, USER.as_bytes(), later);
        delivery.expect("a genuine delivery").id().to_owned()
    };
    assert_eq!(
        id(signer.headers_with_id("msg_1", USER.as_bytes(), later)),
        "msg_1"
    );
    assert_ne!(
        id(signer.headers(USER.as_bytes(), later)),
        id(signer.headers(USER.as_bytes(), at))
    );
}

#[test]
fn a_body_alone_has_no_id() {
    let event = Event::from_json(USER.as_bytes()).expect("an event");
    assert_eq!(event.id(), None);
    assert_eq!(
        json!(event),
        serde_json::from_str::<Value>(USER).expect("JSON")
    );
    assert_ne!(event, decoded(USER));
    assert_eq!(
        format!("{event:?}"),
        "Event { event: \"user.created\", id: None, timestamp: Some(2026-01-02 3:04:05.678 +00:00:00), .. }"
    );
}

/// Whoever can choose a field of a body could otherwise choose the key for deduplication.
#[test]
fn the_id_of_a_delivery_counts_and_not_one_in_its_body() {
    for other in [r#""msg_other""#, r#""""#, "null"] {
        let body = USER.replacen('{', &format!(r#"{{"svix-id":{other},"#), 1);
        assert_eq!(decoded(&body).id(), Some(MESSAGE_ID));
        assert_eq!(decoded(&body), decoded(USER));
    }
    let written = USER.replacen('{', r#"{"svix-id":"msg_other","#, 1);
    let written = Event::from_json(written.as_bytes()).expect("an event");
    assert_eq!(written.id(), Some("msg_other"));
}

/// Clerk sends none.
#[test]
fn an_id_in_a_body_that_is_no_text() {
    for other in ["7", r#"["msg_other"]"#] {
        let body = USER.replacen('{', &format!(r#"{{"svix-id":{other},"#), 1);
        let event = decoded(&body);
        assert_eq!(
            (event.id(), event.misfits()),
            (Some(MESSAGE_ID), [].as_slice())
        );
        assert_eq!(event, decoded(USER));
        let written = serde_json::to_string(&event).expect("JSON");
        assert_eq!(Event::from_json(written.as_bytes()), Ok(event), "{written}");
    }
}

#[test]
fn an_error_tells_the_id_of_the_delivery() {
    let bad = USER.replace(r#"{"id":"user_1"}"#, "{}");
    let id = |error: DecodeError| match error {
        DecodeError::EventMismatch(mismatch) => mismatch,
        error => panic!("{error:?}"),
    };
    let told = |mismatch: EventMismatch| {
        let (event, path) = (mismatch.event().to_owned(), mismatch.path().to_owned());
        (event, path, mismatch.fault(), mismatch.id().to_owned())
    };
    let expected = |id: &str| {
        (
            "user.created".into(),
            "data.id".into(),
            Fault::Missing,
            id.into(),
        )
    };
    let delivered = Clerk::event(bad.as_bytes()).expect_err("no id");
    assert_eq!(told(id(delivered)), expected(MESSAGE_ID));
    let bare = Event::from_json(bad.as_bytes()).expect_err("no id");
    assert_eq!(told(id(bare)), expected(""));
    let none = USER.replace(r#""data":{"id":"user_1"},"#, "");
    let delivery = support::providers::delivery::<Clerk>(none.as_bytes());
    let error = id(delivery.envelope().expect_err("no data"));
    assert_eq!((error.id(), error.path()), (MESSAGE_ID, "data"));
}

/// Where the time stands, in the event and in its data.
fn times(json: &str) -> (Event, [Option<OffsetDateTime>; 2], String) {
    let body = format!(
        r#"{{"type":"role.created","timestamp":{json},"data":{{"id":"1","created_at":{json}}}}}"#
    );
    let event = decoded(&body);
    let EventData::RoleCreated(role) = &event.data else {
        panic!("{event:?}");
    };
    let times = [event.timestamp, role.created_at];
    (event, times, body)
}

#[test]
fn timestamps() {
    for (json, expected) in [
        ("1767323045678", datetime!(2026-01-02 03:04:05.678 UTC)),
        ("1767323045000", datetime!(2026-01-02 03:04:05 UTC)),
        ("1654012591514", datetime!(2022-05-31 15:56:31.514 UTC)),
        // Seconds are less than this.
        ("100000000000", datetime!(1973-03-03 09:46:40 UTC)),
        ("-100000000000", datetime!(1966-10-31 14:13:20 UTC)),
        ("100000000001", datetime!(1973-03-03 09:46:40.001 UTC)),
        ("253402300799999", datetime!(9999-12-31 23:59:59.999 UTC)),
        ("-377705116800000", datetime!(-9999-01-01 00:00 UTC)),
    ] {
        let (event, times, _) = times(json);
        assert_eq!(times, [Some(expected); 2], "{json}");
        assert_eq!(event.misfits(), [], "{json}");
        assert_eq!(json!(event)["timestamp"].to_string(), json);
        assert_eq!(json!(event)["data"]["created_at"].to_string(), json);
        assert_eq!(
            Event::from_json(json!(event).to_string().as_bytes()),
            Ok(event)
        );
    }
}

#[test]
fn timestamps_in_seconds() {
    for (json, expected, written) in [
        (
            "1767323045",
            datetime!(2026-01-02 03:04:05 UTC),
            "1767323045000",
        ),
        (
            "1654012591",
            datetime!(2022-05-31 15:56:31 UTC),
            "1654012591000",
        ),
        (
            "99999999999",
            datetime!(5138-11-16 09:46:39 UTC),
            "99999999999000",
        ),
        (
            "100000000",
            datetime!(1973-03-03 09:46:40 UTC),
            "100000000000",
        ),
        // In milliseconds they would be taken for seconds.
        ("99999999", datetime!(1973-03-03 09:46:39 UTC), "99999999"),
        ("1", datetime!(1970-01-01 00:00:01 UTC), "1"),
        ("0", datetime!(1970-01-01 00:00 UTC), "0"),
        ("-1", datetime!(1969-12-31 23:59:59 UTC), "-1"),
        ("-99999999", datetime!(1966-10-31 14:13:21 UTC), "-99999999"),
        (
            "-100000000",
            datetime!(1966-10-31 14:13:20 UTC),
            "-100000000000",
        ),
        (
            "-99999999999",
            datetime!(-1199-02-15 14:13:21 UTC),
            "-99999999999000",
        ),
    ] {
        let (event, times, _) = times(json);
        assert_eq!(times, [Some(expected); 2], "{json}");
        assert_eq!(event.misfits(), [], "{json}");
        assert_eq!(json!(event)["timestamp"].to_string(), written);
        // What is written is the same time, and is written so again.
        let again = Event::from_json(json!(event).to_string().as_bytes());
        assert_eq!(again.as_ref(), Ok(&event), "{json}");
        assert_eq!(json!(again.expect("an event")), json!(event));
    }
}

/// A time that a user sets is read again as the same, but for what is finer than can be written.
#[test]
fn times_of_a_users_own() {
    let (mut event, ..) = times("0");
    for (time, again) in [
        (
            datetime!(2026-01-02 03:04:05.678_999_999 UTC),
            datetime!(2026-01-02 03:04:05.678 UTC),
        ),
        (
            datetime!(2026-01-02 03:04:05.678 +5),
            datetime!(2026-01-01 22:04:05.678 UTC),
        ),
        // Within these years there are only whole seconds.
        (
            datetime!(1970-01-01 00:00:01.999 UTC),
            datetime!(1970-01-01 00:00:01 UTC),
        ),
        (
            datetime!(1973-03-03 09:46:39.999 UTC),
            datetime!(1973-03-03 09:46:39 UTC),
        ),
        (
            datetime!(1973-03-03 09:46:40.001 UTC),
            datetime!(1973-03-03 09:46:40.001 UTC),
        ),
        (
            datetime!(1966-10-31 14:13:20.000 UTC),
            datetime!(1966-10-31 14:13:20 UTC),
        ),
        (
            datetime!(1966-10-31 14:13:19.999 UTC),
            datetime!(1966-10-31 14:13:19.999 UTC),
        ),
        (
            datetime!(9999-12-31 23:59:59.999_999_999 UTC),
            datetime!(9999-12-31 23:59:59.999 UTC),
        ),
    ] {
        event.timestamp = Some(time);
        let written = serde_json::to_string(&event).expect("JSON");
        let read = Event::from_json(written.as_bytes()).expect("an event");
        assert_eq!(read.timestamp, Some(again), "{written}");
    }
}

#[test]
fn timestamps_of_another_form_are_misfits() {
    for json in [
        "1767323045678.0",
        "1767323045.5",
        "1.767323045678e12",
        "1e3",
        "253402300800000",
        "-377705116800001",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1e999",
        "\"1767323045678\"",
        "\"2026-01-02T03:04:05.678Z\"",
        "\"\"",
        "true",
        "[]",
        "{}",
    ] {
        let (event, times, body) = times(json);
        assert_eq!(times, [None; 2], "{json}");
        let listed: Vec<_> = event
            .misfits()
            .iter()
            .map(|it| (it.path(), it.fault(), it.json().get()))
            .collect();
        let expected = [
            ("data.created_at", Fault::Unexpected, json),
            ("timestamp", Fault::Unexpected, json),
        ];
        assert_eq!(listed, expected, "{body}");
        let written = serde_json::to_string(&event).expect("JSON");
        assert!(
            written.contains(&format!(r#""timestamp":{json}"#)),
            "{written}"
        );
        assert_eq!(Clerk::event(written.as_bytes()), Ok(event));
        // The envelope has no place for it.
        let delivery = support::providers::delivery::<Clerk>(body.as_bytes());
        assert_eq!(delivery.envelope().expect("an envelope").timestamp, None);
    }
}

/// Of a header and its other name, never some of these and some of those.
#[test]
fn names_of_the_headers() {
    let at = date(SIGNED_AT_MS);
    let headers =
        clerk::Signer::new(Clerk::secret(SECRET)).headers_with_id("msg_1", USER.as_bytes(), at);
    assert_eq!(
        headers.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["svix-id", "svix-timestamp", "svix-signature"]
    );
    let verifier = clerk::Verifier::new(Clerk::secret(SECRET));
    let verdict = |renamed: [bool; 3]| {
        let headers: Vec<_> = headers
            .iter()
            .zip(renamed)
            .map(|((name, value), renamed)| {
                let name = if renamed {
                    name.replace("svix", "webhook")
                } else {
                    (*name).to_owned()
                };
                (name, value.clone())
            })
            .collect();
        let delivery = verifier.verify_request_at(&headers, USER.as_bytes(), at);
        delivery.map(|delivery| delivery.id().to_owned())
    };
    for bits in 0..8_u8 {
        let renamed = [0, 1, 2].map(|bit| bits & (1 << bit) != 0);
        let expected = match bits {
            0 | 7 => Ok("msg_1".into()),
            _ => Err(VerifyError::MissingHeader),
        };
        assert_eq!(verdict(renamed), expected, "{renamed:?}");
    }
}
