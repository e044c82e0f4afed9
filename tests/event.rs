//! Decoding events of WorkOS: order, what costs an event and why, timestamps, writing, pages. What does not cost it is in
//! `tests/misfits.rs`, and what holds for every provider in `tests/events.rs`.
#![cfg(feature = "workos")]

mod support;

use countersign::{
    DecodeError::*,
    workos::{
        Event, EventData, EventPage,
        event::{RawJson, agent::AgentRegistrationCredentialDetail},
    },
};
use serde_json::json;
use support::event;
use time::{OffsetDateTime, macros::datetime};

/// A complete `dsync.user.updated` in few fields.
const DATA: &str = r#"{"id":"directory_user_1","idp_id":"1","state":"active","emails":[
    {"type":"work","value":"ada@example.com","primary":true},{"value":null}]}"#;

fn delivered(name: &str, data: &str) -> String {
    format!(
        r#"{{"id":"event_1","data":{data},"event":"{name}","created_at":"2026-01-02T03:04:05.678Z"}}"#
    )
}

#[track_caller]
fn decoded(body: &str) -> Event {
    event(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// Asserts which part of which event does not fit, however the error is looked at.
#[track_caller]
fn mismatch(body: &str, name: &str, path: &str, what: &str) {
    let error = event(body.as_bytes()).expect_err(body);
    assert_eq!(
        error.to_string(),
        format!("{name}: `{path}` {what}"),
        "{body}"
    );
    let EventMismatch(mismatch) = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (
            mismatch.event(),
            mismatch.id(),
            mismatch.path(),
            mismatch.fault().to_string()
        ),
        (name, "event_1", path, what.to_owned())
    );
}

const UNEXPECTED: &str = "has an unexpected type or form";
const MISSING: &str = "is missing or null";
const TWICE: &str = "occurs more than once";

#[test]
fn as_delivered() {
    let event = decoded(&delivered("dsync.user.updated", DATA));
    assert_eq!(event.id, "event_1");
    assert_eq!(event.created_at, datetime!(2026-01-02 03:04:05.678 UTC));
    assert_eq!(event.context, None);
    let EventData::DsyncUserUpdated(user) = event.data else {
        panic!("{event:?}");
    };
    assert_eq!(user.id, "directory_user_1");
    let emails = user.emails.expect("emails");
    assert_eq!(emails[0].value.as_deref(), Some("ada@example.com"));
    assert_eq!((emails[1].value.as_ref(), emails[1].primary), (None, None));
}

#[test]
fn in_any_order_and_whatever_else_it_holds() {
    let expected = decoded(&delivered("dsync.user.updated", DATA));
    let head = r#""event":"dsync.user.updated","created_at":"2026-01-02T03:04:05.678Z""#;
    for body in [
        format!(r#"{{"object":"event","id":"event_1",{head},"data":{DATA}}}"#),
        format!(r#"{{"data":{DATA},{head},"id":"event_1"}}"#),
        format!(r#"{{"data":{DATA},"id":"event_1",{head},"object":5,"environment_id":null}}"#),
        format!(
            "{{ \"data\" : {DATA} ,\n{} , \"id\" : \"event_1\" }} ",
            head.replace(':', " : ").replace("03 : 04 : 05", "03:04:05")
        ),
        // Names that stand where the event's own is looked for.
        format!(r#"{{{head},"id":"event_1","data":{DATA},"last":{{"event":"user.created"}}}}"#),
        format!(r#"{{"data":{DATA},{head},"id":"event_1","last":{{"event":"user.created"}}}}"#),
        format!(r#"{{"data":{DATA},{head},"id":"event_1","last":{{"event":"a.b"}}}}"#),
        format!(
            r#"{{"data":{DATA},{head},"id":"event_1","last":{{"event":"agent.registration.revoked"}}}}"#
        ),
        format!(r#"{{"data":{DATA},{head},"id":"event_1","last":["event",":","user.created"]}}"#),
        format!(
            r#"{{"data":{DATA},{head},"id":"event_1","last":{:?}}}"#,
            ["x"; 50]
        ),
        format!(
            r#"{{"data":{DATA},{head},"id":"event_1","last":{:?}}}"#,
            ["x"; 100]
        ),
        // Escapes, also in names.
        format!(
            r#"{{"d\u0061ta":{DATA},{},"i\u0064":"event\u005f1"}}"#,
            head.replace("dsync", "d\\u0073ync")
        ),
        format!(
            r#"{{"data":{},{head},"id":"event_1"}}"#,
            DATA.replace("\"state\"", "\"st\\u0061te\"")
        ),
        format!(
            r#"{{"data":{},{head},"id":"event_1"}}"#,
            DATA.replace("\"id\"", "\"event\":\"user.created\",\"id\"")
        ),
    ] {
        assert_eq!(decoded(&body), expected, "{body}");
    }
}

#[test]
fn what_identifies_an_event_has_to_fit() {
    let name = "dsync.user.updated";
    let with = |from: &str, to: &str| {
        assert!(DATA.contains(from), "{from}");
        delivered(name, &DATA.replace(from, to))
    };
    for (body, path, what) in [
        (with(r#""id":"directory_user_1","#, ""), "data.id", MISSING),
        (with(r#""directory_user_1""#, "null"), "data.id", MISSING),
        (with(r#""directory_user_1""#, "7"), "data.id", UNEXPECTED),
        (
            with(r#""directory_user_1""#, r#"["secret"]"#),
            "data.id",
            UNEXPECTED,
        ),
        (
            with(r#""idp_id""#, r#""id":"secret","idp_id""#),
            "data.id",
            TWICE,
        ),
        (
            with(r#""idp_id""#, r#""i\u0064":null,"idp_id""#),
            "data.id",
            TWICE,
        ),
        (delivered(name, "[]"), "data", UNEXPECTED),
        (delivered(name, "\"secret\""), "data", UNEXPECTED),
        (
            delivered(name, r#"["directory_user_1"]"#),
            "data",
            UNEXPECTED,
        ),
    ] {
        mismatch(&body, name, path, what);
        // In the other order too, and when there is more to read at once.
        let (data, rest) = body.split_once(r#","event":"#).expect("an event");
        let (id, data) = data.split_once(r#","data":"#).expect("data");
        let rest = rest.trim_end_matches('}');
        mismatch(
            &format!(r#"{id},"event":{rest},"data":{data}}}"#),
            name,
            path,
            what,
        );
    }
    let member = |user: &str, group: &str| {
        let data = format!(r#"{{"directory_id":7,"user":{user},"group":{group}}}"#);
        delivered("dsync.group.user_added", &data)
    };
    for (user, group, path, what) in [
        ("null", r#"{"id":"1"}"#, "data.user", MISSING),
        (r#"{"id":"1"}"#, "[]", "data.group", UNEXPECTED),
        (r#"{"id":"1"}"#, r#"{"name":"a"}"#, "data.group.id", MISSING),
        (r#"{"id":{}}"#, r#"{"id":"1"}"#, "data.user.id", UNEXPECTED),
        (
            r#"{"id":"1","id":"2"}"#,
            r#"{"id":"1"}"#,
            "data.user.id",
            TWICE,
        ),
    ] {
        mismatch(&member(user, group), "dsync.group.user_added", path, what);
    }
}

#[test]
fn null_as_a_text() {
    let detail = |expires_at: &str| {
        let json = json!({"kind": "access_token", "jti": "1", "expires_at": expires_at});
        serde_json::from_value::<AgentRegistrationCredentialDetail>(json)
    };
    let Ok(AgentRegistrationCredentialDetail::AccessToken(token)) = detail("null") else {
        panic!("{:?}", detail("null"));
    };
    assert_eq!(token.expires_at, None);
    let error = detail("Null").expect_err("no timestamp").to_string();
    assert_eq!(error, "`expires_at` has an unexpected type or form");
    let claim = |organization_id: &str, more: &str| {
        let data = format!(
            r#"{{"id":"1","agent_registration_id":"1","completed_by_attempt_id":"1",
            "claimed_by":{{"user_id":"null","organization_id":{organization_id}{more}}},
            "completed_at":"2026-01-02T03:04:05Z","created_at":"2026-01-02T03:04:05Z",
            "updated_at":"2026-01-02T03:04:05Z"}}"#
        );
        delivered("agent.registration.claim.completed", &data)
    };
    for (text, expected) in [
        ("null", None),
        (r#""null""#, None),
        (r#""org_1""#, Some("org_1")),
    ] {
        let EventData::AgentRegistrationClaimCompleted(claim) = decoded(&claim(text, "")).data
        else {
            panic!("{text}");
        };
        let claimed_by = claim.claimed_by.expect("somebody");
        assert_eq!(claimed_by.organization_id.as_deref(), expected);
        assert_eq!(claimed_by.user_id, "null");
    }
    let registration = |userland_user_id: &str| {
        let data = format!(
            r#"{{"id":"1","organization_id":"1","status":"a","kind":"a","method":"a",
            "agent_identity":{{"id":"1","userland_user_id":"{userland_user_id}"}},
            "created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}}"#
        );
        match decoded(&delivered("agent.registration.created", &data)).data {
            EventData::AgentRegistrationCreated(it) => {
                it.agent_identity.expect("an identity").userland_user_id
            }
            data => panic!("{data:?}"),
        }
    };
    assert_eq!(registration("null"), None);
    assert_eq!(registration("user_1").as_deref(), Some("user_1"));
}

#[test]
fn timestamps() {
    let role = |text: &str| {
        let data =
            format!(r#"{{"slug":"a","created_at":"{text}","updated_at":"2026-01-02T03:04:05Z"}}"#);
        delivered("role.created", &data)
    };
    for (text, expected, written) in [
        (
            "2026-01-02T03:04:05.600Z",
            datetime!(2026-01-02 03:04:05.6 UTC),
            "2026-01-02T03:04:05.600Z",
        ),
        (
            "2026-01-02T03:04:05Z",
            datetime!(2026-01-02 03:04:05 UTC),
            "2026-01-02T03:04:05.000Z",
        ),
        (
            "2026-01-02T03:04:05+02:00",
            datetime!(2026-01-02 01:04:05 UTC),
            "2026-01-02T01:04:05.000Z",
        ),
        (
            "2023-04-28 20:05:31.093",
            datetime!(2023-04-28 20:05:31.093 UTC),
            "2023-04-28T20:05:31.093Z",
        ),
        (
            "2020-05-06 04:21:48.649164",
            datetime!(2020-05-06 04:21:48.649_164 UTC),
            "2020-05-06T04:21:48.649164Z",
        ),
        (
            "2020-05-06T04:21:48.649160",
            datetime!(2020-05-06 04:21:48.649_16 UTC),
            "2020-05-06T04:21:48.649160Z",
        ),
        (
            "2020-05-06T04:21:48.000000001Z",
            datetime!(2020-05-06 04:21:48.000_000_001 UTC),
            "2020-05-06T04:21:48.000000001Z",
        ),
        (
            "2023-11-18 22:44:21.134+00",
            datetime!(2023-11-18 22:44:21.134 UTC),
            "2023-11-18T22:44:21.134Z",
        ),
        (
            "2023-11-18 22:44:21.134-08",
            datetime!(2023-11-19 06:44:21.134 UTC),
            "2023-11-19T06:44:21.134Z",
        ),
        (
            "2023-11-18T22:44:21+0530",
            datetime!(2023-11-18 17:14:21 UTC),
            "2023-11-18T17:14:21.000Z",
        ),
        (
            "2023-11-18 22:44:21+00:00",
            datetime!(2023-11-18 22:44:21 UTC),
            "2023-11-18T22:44:21.000Z",
        ),
        (
            "0000-01-01T00:00:00Z",
            datetime!(0000-01-01 00:00 UTC),
            "0000-01-01T00:00:00.000Z",
        ),
        (
            "9999-12-31T23:59:59.999Z",
            datetime!(9999-12-31 23:59:59.999 UTC),
            "9999-12-31T23:59:59.999Z",
        ),
    ] {
        let event = decoded(&role(text));
        let EventData::RoleCreated(role) = &event.data else {
            panic!("{event:?}");
        };
        assert_eq!(role.created_at, Some(expected));
        assert_eq!(event.misfits(), [], "{text}");
        assert_eq!(json!(event)["data"]["created_at"], written);
    }
    assert_eq!(decoded(&role("null")).misfits(), []);
    // One that RFC 3339 cannot spell is not written, rather than written wrong.
    let mut event = decoded(&role("2026-01-02T03:04:05Z"));
    for created_at in [
        datetime!(0000-01-01 00:00 +1),
        datetime!(9999-12-31 23:59 -1),
        OffsetDateTime::new_utc(time::Date::MIN, time::Time::MIDNIGHT),
    ] {
        event.created_at = created_at;
        let error = serde_json::to_string(&event).expect_err("no such year");
        assert_eq!(
            error.to_string(),
            "timestamp is not within the years 0 to 9999"
        );
    }
}

#[test]
fn written_with_its_name_before_its_data() {
    let body = delivered(
        "permission.deleted",
        r#"{"id":"1","slug":"a","name":"a","system":false,
        "created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","future":1}"#,
    );
    let event = decoded(&body);
    let data = r#"{"id":"1","slug":"a","name":"a","system":false,"created_at":"2026-01-02T03:04:05.000Z","updated_at":"2026-01-02T03:04:05.000Z"}"#;
    let head =
        r#""id":"event_1","event":"permission.deleted","created_at":"2026-01-02T03:04:05.678Z""#;
    let written = serde_json::to_string(&event).expect("JSON");
    assert_eq!(written, format!(r#"{{{head},"data":{data}}}"#));
    assert_eq!(serde_json::to_string(&event.data).expect("JSON"), data);

    // An event of the Events API is the same event, and is written as one again.
    let from_api = decoded(&body.replacen('{', r#"{"object":"event","#, 1));
    assert_eq!(from_api, event);
    let written = serde_json::to_string(&from_api).expect("JSON");
    assert_eq!(
        written,
        format!(r#"{{"object":"event",{head},"data":{data}}}"#)
    );
    for last in ["", r#","last":{"event":"a.b"}"#] {
        let with_object = |object: &str| {
            let body = body.trim_end_matches('}');
            let event = decoded(&format!(r#"{body}{last},"object":{object}}}"#));
            json!(event).get("object").cloned()
        };
        assert_eq!(with_object(r#""event""#), Some(json!("event")));
        assert_eq!(with_object(r#""other""#), None);
        assert_eq!(with_object("7"), None);
    }
}

#[test]
fn events_differ_in_any_of_their_parts() {
    let event = decoded(&delivered("kitten.created", "{}"));
    let misfit = delivered("kitten.created", "{}").replacen('{', r#"{"context":7,"#, 1);
    assert_ne!(decoded(&misfit), event);
    let mut others = [event.clone(), event.clone(), event.clone(), event.clone()];
    others[0].id.push('1');
    others[1].created_at += time::Duration::NANOSECOND;
    others[2].context = serde_json::from_str("{}").expect("a context");
    others[3].data = decoded(&delivered("kitten.deleted", "{}")).data;
    for other in others {
        assert_ne!(other, event);
    }
}

#[test]
fn data_by_itself() {
    use countersign::workos::event::{api_key::ApiKeyOwner, dsync::DirectoryUser, user::User};

    let user = serde_json::from_str::<DirectoryUser>(DATA).expect("a user");
    assert_eq!(user.id, "directory_user_1");
    fn error<T: serde::de::DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        serde_json::from_str::<T>(json).expect_err(json).to_string()
    }
    for (json, expected) in [
        ("{}", "`id` is missing or null"),
        (
            r#"{"id":"1","emails":[{},{"primary":7}]}"#,
            "`emails[1].primary` has an unexpected type or form",
        ),
        (
            r#"{"id":"1","role":{"slug":"a","slug":"a"}}"#,
            "`role` has an unexpected type or form",
        ),
        (
            r#"{"id":"1","role":["member"]}"#,
            "`role` has an unexpected type or form",
        ),
        (
            r#"{"id":"1","created_at":"today"}"#,
            "`created_at` has an unexpected type or form",
        ),
        (
            r#"{"id":"1","email":"a","email":"a"}"#,
            "`email` occurs more than once",
        ),
        ("7", "has an unexpected type or form"),
        (
            r#"{"id":"a"#,
            "EOF while parsing a string at line 1 column 8",
        ),
        ("{", "EOF while parsing an object at line 1 column 1"),
    ] {
        assert_eq!(error::<DirectoryUser>(json), expected);
    }
    // What an event takes without a misfit.
    let odd = r#"{"id":"\ud83d","metadata":[],"last_sign_in_at":"null"}"#;
    let odd = serde_json::from_str::<User>(odd).expect("a user");
    assert_eq!((odd.id.as_str(), odd.last_sign_in_at), ("\u{fffd}", None));
    assert!(odd.metadata.is_some_and(|map| map.is_empty()));
    let from_value = serde_json::from_value::<User>(json!({"id": "1"})).expect("a user");
    assert_eq!(from_value.id, "1");
    let truncated = serde_json::from_str::<DirectoryUser>(r#"{"id":"a"#);
    assert!(truncated.expect_err("no end").is_eof());
    for (owner, expected) in [
        ("{}", "`type` is missing or null"),
        (
            r#"{"type":"user","id":"1"}"#,
            "`organization_id` is missing or null",
        ),
        (r#"{"type":7}"#, "`type` has an unexpected type or form"),
        (r#"{"type":"a","type":"b"}"#, "`type` occurs more than once"),
        ("[]", "has an unexpected type or form"),
    ] {
        let error = error::<ApiKeyOwner>(owner);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn numbers_keep_their_form() {
    let event = decoded(&delivered(
        "agent.blueprint.created",
        r#"{"id":"1","name":"a","permissions":[],"invocable_by":{"role_slugs":[],"organization_ids":[]},
        "invocable_as":{"instance_types":["delegated","future"]},
        "session_settings":{"max_age_seconds":86400,"access_token_ttl_seconds":300.0,"refresh_token_ttl_seconds":0.5},
        "created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}"#,
    ));
    let written = &json!(event)["data"]["session_settings"];
    assert_eq!(written["max_age_seconds"].to_string(), "86400");
    assert_eq!(written["access_token_ttl_seconds"].to_string(), "300.0");
    assert_eq!(written["refresh_token_ttl_seconds"].to_string(), "0.5");
}

#[test]
fn free_form_json() {
    let body = delivered(
        "dsync.user.updated",
        &DATA.replacen(
            '{',
            r#"{"raw_attributes":{ "n": 1e999, "deep": [[]], "s": "\ud800" },"#,
            1,
        ),
    );
    let event = decoded(&body);
    let EventData::DsyncUserUpdated(user) = &event.data else {
        panic!("{event:?}");
    };
    let raw = user.raw_attributes.as_ref().expect("attributes");
    assert_eq!(raw.get(), r#"{ "n": 1e999, "deep": [[]], "s": "\ud800" }"#);
    assert_eq!(format!("{raw:?}"), raw.get());
    assert!(
        serde_json::to_string(&event)
            .expect("JSON")
            .contains(raw.get())
    );

    #[derive(serde::Deserialize)]
    struct Named<'a> {
        s: &'a str,
    }
    let raw = |json: &str| serde_json::from_str::<RawJson>(json).expect("JSON");
    assert_eq!(
        raw(r#"{"s":"a"}"#)
            .parse::<Named<'_>>()
            .map(|named| named.s.to_owned()),
        Ok("a".into())
    );
    assert_eq!(
        raw("{\n\"s\":1}").parse::<Named<'_>>().err(),
        Some(Mismatch { line: 2, column: 5 })
    );
    assert_eq!(
        raw("1e999").parse::<f64>(),
        Err(NotJson { line: 1, column: 5 })
    );
    assert_eq!(raw("[1, 2]"), raw("[1, 2]"));
    assert_ne!(raw("[1, 2]"), raw("[1,2]"));
    assert_ne!(raw("[1]"), raw("[2]"));
    assert_eq!((raw("[1]").len(), &raw("[1]")[1..2]), (3, "1"));
    assert!(raw("[1]") == *"[1]" && raw("[1]") == "[1]");
    assert!(raw("[1]") != *"[2]" && raw("[1]") != "[2]");
}

#[test]
fn pages() {
    let good = delivered("dsync.user.updated", DATA);
    let bad = delivered("user.created", "{}");
    let unknown = delivered("kitten.created", "{}");
    let body = format!(
        r#"{{"object":"list","data":[{good}, {bad},7,{{}},{unknown}],
        "list_metadata":{{"before":"event_0","after":"event_9","future":1}}}}"#
    );
    let page = EventPage::from_json(body.as_bytes()).expect("a page");
    assert_eq!(page.object.as_deref(), Some("list"));
    assert_eq!(page.list_metadata.before.as_deref(), Some("event_0"));
    assert_eq!(page.list_metadata.after.as_deref(), Some("event_9"));
    let json: Vec<&str> = page.data.iter().map(|entry| entry.json().get()).collect();
    assert_eq!(json, [&*good, &bad, "7", "{}", &unknown]);
    let [first, second, third, fourth, last] = page.data.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!(first.event(), event(good.as_bytes()));
    assert_eq!(second.event(), event(bad.as_bytes()));
    assert!(matches!(second.event(), Err(EventMismatch(error)) if error.path() == "data.id"));
    assert_eq!(third.event(), Err(NotAnObject));
    assert_eq!(fourth.event(), Err(MissingField { field: "id" }));
    assert_eq!(last.event(), event(unknown.as_bytes()));
    let envelope = second.envelope().expect("an envelope");
    assert_eq!(
        (&*envelope.id, &*envelope.event, envelope.data.get()),
        ("event_1", "user.created", "{}")
    );
    assert_eq!(third.envelope().err(), Some(NotAnObject));
    assert_eq!(
        format!("{second:?} {fourth:?}"),
        "PageEntry(Ok(Envelope { id: \"event_1\", event: \"user.created\", \
         created_at: 2026-01-02 3:04:05.678 +00:00:00, .. })) \
         PageEntry(Err(MissingField { field: \"id\" }))"
    );
    assert_eq!(
        serde_json::from_str::<EventPage>(&body).expect("a page"),
        page
    );
}

#[test]
fn pages_that_are_none() {
    let page = |body: &str| EventPage::from_json(body.as_bytes());
    let empty = page(r#"{"data":[],"list_metadata":{}}"#).expect("a page");
    assert_eq!((empty.object, empty.data.len()), (None, 0));
    assert_eq!(
        (empty.list_metadata.before, empty.list_metadata.after),
        (None, None)
    );
    for (body, expected) in [
        ("", NotJson { line: 1, column: 0 }),
        ("<html>", NotJson { line: 1, column: 1 }),
        ("[]", NotAnObject),
        (
            r#"{"message":"Unauthorized"}"#,
            MissingField { field: "data" },
        ),
        (
            r#"{"data":null,"list_metadata":{}}"#,
            MissingField { field: "data" },
        ),
        (
            r#"{"data":[]}"#,
            MissingField {
                field: "list_metadata",
            },
        ),
        (
            r#"{"data":{},"list_metadata":{}}"#,
            InvalidField { field: "data" },
        ),
        (
            r#"{"data":[],"list_metadata":[]}"#,
            InvalidField {
                field: "list_metadata",
            },
        ),
        (
            r#"{"data":[],"list_metadata":{"after":7}}"#,
            InvalidField {
                field: "list_metadata",
            },
        ),
        (
            r#"{"data":[],"list_metadata":{},"object":7}"#,
            InvalidField { field: "object" },
        ),
        (
            r#"{"data":[],"data":[],"list_metadata":{}}"#,
            DuplicateField { field: "data" },
        ),
    ] {
        assert_eq!(page(body), Err(expected), "{body}");
    }
    assert_eq!(
        EventPage::from_json(b"\xff"),
        Err(NotUtf8 { valid_up_to: 0 })
    );
    let error = serde_json::from_str::<EventPage>("{}")
        .expect_err("no data")
        .to_string();
    assert!(
        error.starts_with("field `data` is missing or null"),
        "{error}"
    );
}
