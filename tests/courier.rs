//! What is Courier's alone: the key for deduplication, the two forms of `providers`, its times, deliveries that are not signed.
#![cfg(feature = "courier")]

mod support;

use countersign::{
    Fault, VerifyError,
    courier::{self, Courier, Event, EventData, event::message::MessageProviders},
};
use serde_json::{Value, json};
use support::{
    SECRET, SIGNED_AT_MS, date,
    providers::{Typed, body},
};
use time::{OffsetDateTime, macros::datetime};

#[track_caller]
fn decoded(body: &str) -> Event {
    Courier::event(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn message(fields: &str) -> Event {
    decoded(&body::<Courier>(
        "message:updated",
        &format!(r#"{{"id":"1-a"{fields}}}"#),
    ))
}

/// A part that does not fit tells events from one another all the same.
#[test]
fn keys_of_what_does_not_fit() {
    let key = |published_at: &str| {
        let body = format!(
            r#"{{"type":"notification:published","data":{{"id":"1","published_at":{published_at}}}}}"#
        );
        let event = Event::from_json(body.as_bytes()).expect("an event");
        event.deduplication_key()
    };
    let of_text = r#"["notification:published","1",null,"\"2026-01-02\""]"#;
    assert_eq!(key(r#""2026-01-02""#), of_text);
    assert_ne!(key(r#""2026-01-03""#), of_text);
    assert_eq!(key("7"), r#"["notification:published","1",7]"#);
}

#[test]
fn an_event_that_is_delivered_again_has_the_same_key() {
    let key = |fields: &str| message(fields).deduplication_key();
    assert_eq!(
        key(r#","status":"SENT""#),
        r#"["message:updated","1-a","SENT"]"#
    );
    assert_eq!(key(""), r#"["message:updated","1-a",null]"#);
    assert_eq!(
        key(r#","status":"FROM_THE_FUTURE""#),
        r#"["message:updated","1-a","FROM_THE_FUTURE"]"#
    );
    // By what it is about, and not by all of it.
    assert_eq!(
        key(r#","status":"SENT","sent":1767323045678"#),
        key(r#","status":"SENT""#)
    );
    for (name, data, expected) in [
        (
            "notification:submitted",
            r#"{"id":"N","submission_id":1767323045678}"#,
            r#"["notification:submitted","N",1767323045678]"#,
        ),
        (
            "notification:submission_canceled",
            r#"{"id":"N","canceled_at":1767323045678,"submission_id":1}"#,
            r#"["notification:submission_canceled","N",1,1767323045678]"#,
        ),
        (
            "notification:published",
            r#"{"id":"N","published_at":1767323045678}"#,
            r#"["notification:published","N",1767323045678]"#,
        ),
        (
            "audiences:updated",
            r#"{"audience_id":"A","audience_version":2}"#,
            r#"["audiences:updated","A",2]"#,
        ),
        (
            "audiences:user:matched",
            r#"{"audience_id":"A","audience_version":2,"user_id":"u"}"#,
            r#"["audiences:user:matched","A",2,"u"]"#,
        ),
        (
            "audiences:calculated",
            r#"{"audience_id":"A","user_count":1,"total_users":3,"total_users_filtered":2}"#,
            r#"["audiences:calculated","A",1,3,2]"#,
        ),
        (
            "kitten:created",
            "{}",
            r#"["kitten:created","44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"]"#,
        ),
    ] {
        let body = body::<Courier>(name, data);
        let event = decoded(&body);
        assert_eq!(event.deduplication_key(), expected);
        // Out of a queue too.
        let queued = serde_json::to_string(&event).expect("JSON");
        let dequeued = Courier::stored(&queued).expect("an event");
        assert_eq!(dequeued.deduplication_key(), expected);
    }
}

#[test]
fn providers_of_a_message_in_both_forms() {
    let with = |providers: &str| message(&format!(r#","providers":{providers}"#));
    let of = |event: &Event| match &event.data {
        EventData::MessageUpdated(message) => message.providers.clone(),
        data => panic!("{data:?}"),
    };
    let listed = |event: &Event| {
        let misfits = event.misfits().iter();
        misfits
            .map(|it| (it.path().to_owned(), it.fault()))
            .collect::<Vec<_>>()
    };
    let misfit = |path: &str| (path.to_owned(), Fault::Unexpected);

    let list = with(r#"[{"provider":"sendgrid","status":"SENT"},7,{"status":[]},null]"#);
    let Some(MessageProviders::List(providers)) = of(&list) else {
        panic!("{:?}", of(&list));
    };
    let names: Vec<_> = providers.iter().map(|it| it.provider.as_deref()).collect();
    assert_eq!(names, [Some("sendgrid"), None]);
    assert_eq!(
        listed(&list),
        [
            misfit("data.providers[1]"),
            misfit("data.providers[2].status"),
            misfit("data.providers[3]")
        ]
    );

    let by_name =
        with(r#"{"sendgrid":{"status":"SENT"},"b c":7,"twilio":{"sent":"today"},"x":null}"#);
    let Some(MessageProviders::ByName(providers)) = of(&by_name) else {
        panic!("{:?}", of(&by_name));
    };
    assert_eq!(providers.keys().collect::<Vec<_>>(), ["sendgrid", "twilio"]);
    assert_eq!(
        listed(&by_name),
        [
            misfit(r#"data.providers["b c"]"#),
            misfit("data.providers.twilio.sent"),
            misfit("data.providers.x"),
        ]
    );

    let twice = with(r#"{"a":{},"a":{}}"#);
    let duplicate = || ("data.providers.a".to_owned(), Fault::Duplicate);
    assert_eq!(listed(&twice), [duplicate(), duplicate()]);

    assert_eq!(of(&with("[]")), Some(MessageProviders::List(Vec::new())));
    assert!(matches!(of(&with("{}")), Some(MessageProviders::ByName(it)) if it.is_empty()));
    for none in ["7", "\"sendgrid\"", "true"] {
        let event = with(none);
        assert_eq!(
            (of(&event), listed(&event)),
            (None, vec![misfit("data.providers")])
        );
    }
    for event in [list, by_name, twice, with("[]"), with("{}"), with("7")] {
        let written = serde_json::to_string(&event).expect("JSON");
        assert_eq!(Courier::event(written.as_bytes()), Ok(event), "{written}");
    }
}

#[test]
fn timestamps() {
    let sent = |json: &str| {
        let event = message(&format!(r#","sent":{json}"#));
        let sent = match &event.data {
            EventData::MessageUpdated(message) => message.sent,
            data => panic!("{data:?}"),
        };
        (event, sent)
    };
    for (json, expected) in [
        ("1767323045678", datetime!(2026-01-02 03:04:05.678 UTC)),
        ("0", OffsetDateTime::UNIX_EPOCH),
        ("1", datetime!(1970-01-01 00:00:00.001 UTC)),
        ("-1", datetime!(1969-12-31 23:59:59.999 UTC)),
        // Milliseconds as they always are.
        ("1767323045", datetime!(1970-01-21 10:55:23.045 UTC)),
        ("253402300799999", datetime!(9999-12-31 23:59:59.999 UTC)),
        ("-377705116800000", datetime!(-9999-01-01 00:00 UTC)),
    ] {
        let (event, sent) = sent(json);
        assert_eq!((sent, event.misfits().len()), (Some(expected), 0), "{json}");
        assert_eq!(json!(event)["data"]["sent"].to_string(), json);
        assert_eq!(
            Event::from_json(json!(event).to_string().as_bytes()),
            Ok(event)
        );
    }
    for json in [
        "1767323045678.0",
        "253402300800000",
        "-377705116800001",
        "9223372036854775807",
        "9223372036854775808",
        "1e999",
        "\"1767323045678\"",
        "[]",
    ] {
        let (event, sent) = sent(json);
        let [misfit] = event.misfits() else {
            panic!("{:?}: {json}", event.misfits());
        };
        assert_eq!(
            (sent, misfit.path(), misfit.json().get()),
            (None, "data.sent", json)
        );
    }
    // An id that is a time to look at.
    let submitted = |id: &str| {
        let data = format!(r#"{{"id":"N","submission_id":{id}}}"#);
        decoded(&body::<Courier>("notification:submitted", &data))
    };
    for id in [
        "1767323045678",
        "0",
        "9223372036854775807",
        "-9223372036854775808",
    ] {
        let event = submitted(id);
        assert_eq!(event.misfits(), [], "{id}");
        assert_eq!(json!(event)["data"]["submission_id"].to_string(), id);
    }
    assert_eq!(submitted("1.5").misfits()[0].path(), "data.submission_id");

    // What is finer than a millisecond is not written.
    let (mut event, _) = sent("0");
    let EventData::MessageUpdated(message) = &mut event.data else {
        panic!("{event:?}");
    };
    message.sent = Some(datetime!(1969-12-31 23:59:59.998_999_999 UTC));
    assert_eq!(json!(event)["data"]["sent"], Value::from(-2));
}

/// Where the dashboard has no secret, Courier signs nothing.
#[test]
fn deliveries_that_are_not_signed() {
    let at = date(SIGNED_AT_MS);
    let body = body::<Courier>("message:updated", r#"{"id":"1-a"}"#);
    let verifier = courier::Verifier::new(Courier::secret(SECRET));
    let verdict = |headers: &[(&str, &str)]| {
        let delivery = verifier.verify_request_at(headers, body.as_bytes(), at);
        delivery.map(|delivery| delivery.signed_at())
    };
    assert_eq!(verdict(&[]), Err(VerifyError::MissingHeader));
    assert_eq!(
        verdict(&[("content-type", "application/json")]),
        Err(VerifyError::MissingHeader)
    );
    let header = courier::Signer::new(Courier::secret(SECRET)).sign(body.as_bytes(), at);
    assert!(header.starts_with("t=1767323045678,signature="), "{header}");
    assert_eq!(verdict(&[("Courier-Signature", &header)]), Ok(at));
    let other = header.replace("signature", "v1");
    assert_eq!(
        verdict(&[("courier-signature", &other)]),
        Err(VerifyError::MissingSignature)
    );
}
