//! Decoding events: order, unknown names, what does not fit and where, timestamps, writing, pages.

mod support;

use countersign::{
    DecodeError::{self, *},
    workos::{
        Event, EventData, EventPage,
        event::{RawJson, agent::AgentRegistrationCredentialDetail},
    },
};
use serde_json::{Value, json};
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

#[track_caller]
fn refused(body: &str, expected: DecodeError) {
    assert_eq!(event(body.as_bytes()), Err(expected), "{body}");
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
fn names_that_are_not_known() {
    for name in [
        "kitten.created",
        "dsync.deactivated",
        "user",
        "",
        "User.created",
        "caf\u{e9}.opened",
    ] {
        for data in [r#"{"id": 1.50, "b":[ ]}"#, "[]", "0", "\"text\"", "{}"] {
            let event = decoded(&delivered(name, data));
            let EventData::Unknown(unknown) = &event.data else {
                panic!("{event:?}");
            };
            assert_eq!((unknown.name(), event.data.name()), (name, name));
            assert_eq!(unknown.data().get(), data);
            let written = serde_json::to_string(&event).expect("JSON");
            assert!(written.contains(data), "{written}");
            assert_eq!(decoded(&written), event);
        }
    }
}

#[test]
fn data_that_does_not_fit() {
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
            with(r#""directory_user_1""#, r#""\ud800""#),
            "data.id",
            UNEXPECTED,
        ),
        (with(r#""idp_id":"1","#, ""), "data.idp_id", MISSING),
        (with(r#""active""#, "true"), "data.state", UNEXPECTED),
        (
            with("true", r#""secret""#),
            "data.emails[0].primary",
            UNEXPECTED,
        ),
        (with("null", "{}"), "data.emails[1].value", UNEXPECTED),
        (
            with(r#"{"value":null}"#, "null"),
            "data.emails[1]",
            UNEXPECTED,
        ),
        (
            with(r#"{"value":null}"#, "[]"),
            "data.emails[1]",
            UNEXPECTED,
        ),
        (
            with(r#""idp_id""#, r#""idp_id":"2","idp_id""#),
            "data.idp_id",
            TWICE,
        ),
        (
            with(r#""idp_id""#, r#""role":{},"idp_id""#),
            "data.role.slug",
            MISSING,
        ),
        (
            with(r#""idp_id""#, r#""created_at":"secret","idp_id""#),
            "data.created_at",
            UNEXPECTED,
        ),
        (
            with(r#""idp_id""#, r#""custom_attributes":[],"idp_id""#),
            "data.custom_attributes",
            UNEXPECTED,
        ),
        (delivered(name, "[]"), "data", UNEXPECTED),
        (delivered(name, "\"secret\""), "data", UNEXPECTED),
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
}

#[test]
fn data_that_does_not_fit_in_maps_and_unions() {
    let organization = |metadata: &str| {
        let data = r#"{"id":"1","name":"a","domains":[],"created_at":"2026-01-02T03:04:05Z",
            "updated_at":"2026-01-02T03:04:05Z","metadata":"#;
        delivered("organization.created", &format!("{data}{metadata}}}"))
    };
    for (metadata, path) in [
        ("[]", "data.metadata"),
        (r#"{"plan":1}"#, "data.metadata.plan"),
        (r#"{"plan-2_B":1}"#, "data.metadata.plan-2_B"),
        (r#"{"a":"b","crm id":null}"#, r#"data.metadata["crm id"]"#),
        (r#"{"":{}}"#, r#"data.metadata[""]"#),
        (r#"{"a\n\"":{}}"#, r#"data.metadata["a\n\""]"#),
    ] {
        mismatch(
            &organization(metadata),
            "organization.created",
            path,
            UNEXPECTED,
        );
    }
    let twice = organization(r#"{"plan":"a","plan":"a"}"#);
    mismatch(&twice, "organization.created", "data.metadata.plan", TWICE);
    let key = |owner: &str| {
        let data = r#"{"id":"1","name":"a","obfuscated_value":"a","permissions":[],
            "created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","owner":"#;
        delivered("api_key.created", &format!("{data}{owner}}}"))
    };
    for (owner, path, what) in [
        ("7", "data.owner", UNEXPECTED),
        ("[]", "data.owner", UNEXPECTED),
        ("{}", "data.owner.type", MISSING),
        (r#"{"id":"1"}"#, "data.owner.type", MISSING),
        (r#"{"type":7}"#, "data.owner.type", UNEXPECTED),
        (r#"{"type":null}"#, "data.owner.type", MISSING),
        (r#"{"type":"user","type":"user"}"#, "data.owner.type", TWICE),
        (
            r#"{"type":"future","type":"user"}"#,
            "data.owner.type",
            TWICE,
        ),
        (
            r#"{"type":"user","organization_id":"1"}"#,
            "data.owner.id",
            MISSING,
        ),
        (r#"{"type":"user","id":1}"#, "data.owner.id", UNEXPECTED),
        (
            r#"{"type":"user","id":"1"}"#,
            "data.owner.organization_id",
            MISSING,
        ),
    ] {
        mismatch(&key(owner), "api_key.created", path, what);
    }
    for owner in [
        "null",
        r#"{"type":"future"}"#,
        r#"{"id":"1","type":"organization","organization_id":7}"#,
    ] {
        decoded(&key(owner));
    }
    mismatch(
        &key("null").replace("\"permissions\":[]", "\"permissions\":[\"a\",1]"),
        "api_key.created",
        "data.permissions[1]",
        UNEXPECTED,
    );
}

#[test]
fn contexts() {
    let with = |name: &str, context: &str| {
        delivered(name, r#"{"slug":"a","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}"#)
            .replace("\"event\"", &format!("\"context\":{context},\"event\""))
    };
    let context = |context: &str| decoded(&with("role.deleted", context)).context;
    assert_eq!(context("null"), None);
    let empty = context("{}").expect("a context");
    assert!(empty.actor.is_none() && empty.client_id.is_none());
    let flat = context(r#"{"client_id":"client_1","previous_attributes":{"description":null}}"#);
    let previous = flat.and_then(|context| context.previous_attributes);
    assert_eq!(
        previous.expect("attributes").get(),
        r#"{"description":null}"#
    );
    let actor = context(r#"{"actor":{"id":"1","source":"moon","name":null},"future":1}"#)
        .and_then(|context| context.actor)
        .expect("an actor");
    assert_eq!((actor.source.as_str(), actor.name), ("moon", None));

    let misfits = [
        ("7", "context", UNEXPECTED),
        ("[]", "context", UNEXPECTED),
        (r#"{"actor":{"id":"1"}}"#, "context.actor.source", MISSING),
        (
            r#"{"previous_attributes":"secret"}"#,
            "context.previous_attributes",
            UNEXPECTED,
        ),
        (
            r#"{"configured_targets":{"users":[{"id":"1"}]}}"#,
            "context.configured_targets.users[0].email",
            MISSING,
        ),
        (
            r#"{"google_analytics_sessions":[{}]}"#,
            "context.google_analytics_sessions[0].containerId",
            MISSING,
        ),
    ];
    for (context, path, what) in misfits {
        mismatch(&with("role.deleted", context), "role.deleted", path, what);
        // Of an event that is not known, nobody knows what its context should be.
        let event = decoded(&with("kitten.created", context));
        assert_eq!(event.context, None);
        let EventData::Unknown(unknown) = &event.data else {
            panic!("{event:?}");
        };
        assert_eq!(unknown.context().map(RawJson::get), Some(context));
        let written = serde_json::to_string(&event).expect("JSON");
        assert_eq!(decoded(&written), event);
    }
    let event = decoded(&with("kitten.created", r#"{"client_id":"1","new":[ ]}"#));
    let client = event
        .context
        .as_ref()
        .and_then(|context| context.client_id.as_deref());
    assert_eq!(client, Some("1"));
    let written = serde_json::to_string(&event).expect("JSON");
    assert!(
        written.contains(r#","context":{"client_id":"1","new":[ ]},"#),
        "{written}"
    );
    let mut redacted = event.clone();
    redacted.context = None;
    let written = serde_json::to_string(&redacted).expect("JSON");
    assert!(!written.contains("context"), "{written}");
    let without = serde_json::to_string(&decoded(&with("kitten.created", "null")));
    assert!(!without.expect("JSON").contains("context"));
}

#[test]
fn what_is_wrong_with_the_envelope_comes_first() {
    let name = "dsync.user.updated";
    let good = delivered(name, "7");
    let id = ("\"id\":\"event_1\",", "id");
    let event_name = ("\"event\":\"dsync.user.updated\",", "event");
    let data = ("\"data\":7,", "data");
    for (text, field) in [id, event_name] {
        refused(&good.replace(text, ""), MissingField { field });
    }
    mismatch(&good.replace(data.0, ""), name, "data", MISSING);
    mismatch(&good.replace("7,", "null,"), name, "data", MISSING);
    let context = ("\"context\":null,", "context");
    let object = ("\"object\":\"event\",", "object");
    for (text, field) in [id, event_name, data] {
        let twice = good.replace(text, &text.repeat(2));
        refused(&twice, DuplicateField { field });
    }
    for (text, field) in [context, object] {
        let twice = good.replacen('{', &format!("{{{text}{text}"), 1);
        refused(&twice, DuplicateField { field });
    }
    refused(
        &good.replace("\"event_1\"", "1"),
        InvalidField { field: "id" },
    );
    mismatch(
        &good.replace("2026-", "secret"),
        name,
        "created_at",
        UNEXPECTED,
    );
    mismatch(
        &good.replace("\"2026-01-02T03:04:05.678Z\"", "7"),
        name,
        "created_at",
        UNEXPECTED,
    );
    mismatch(
        &good.replace("\"2026-01-02T03:04:05.678Z\"", "null"),
        name,
        "created_at",
        MISSING,
    );
    let (line, column) = (1, good.len() + 1);
    refused(&format!("{good}x"), NotJson { line, column });
    refused("[]", NotAnObject);
    assert_eq!(event(b"\xff"), Err(NotUtf8 { valid_up_to: 0 }));
}

#[test]
fn an_error_quotes_the_name_and_the_path_alone() {
    let body = delivered(
        "dsync.user.updated",
        r#"{"id":"secret","emails":["secret"]}"#,
    );
    let error = event(body.as_bytes()).expect_err("no email");
    assert_eq!(
        error.to_string(),
        "dsync.user.updated: `data.emails[0]` has an unexpected type or form"
    );
    assert_eq!(
        format!("{error:?}"),
        "EventMismatch(EventMismatch { event: \"dsync.user.updated\", path: \"data.emails[0]\", \
         fault: Unexpected, .. })"
    );
    let body = delivered("a\\n\\u001b[31m", "null");
    let error = event(body.as_bytes()).expect_err("no data");
    assert_eq!(
        error.to_string(),
        "a\\n\\u{1b}[31m: `data` is missing or null"
    );
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
    assert_eq!(error, "not a timestamp at line 1 column 53");
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
        assert_eq!(claim.claimed_by.organization_id.as_deref(), expected);
        assert_eq!(claim.claimed_by.user_id, "null");
    }
    let path = "data.claimed_by.organization_id";
    let name = "agent.registration.claim.completed";
    mismatch(&claim("7", ""), name, path, UNEXPECTED);
    mismatch(
        &claim("null", ",\"organization_id\":null"),
        name,
        path,
        TWICE,
    );
    let registration = |userland_user_id: &str| {
        let data = format!(
            r#"{{"id":"1","organization_id":"1","status":"a","kind":"a","method":"a",
            "agent_identity":{{"id":"1","userland_user_id":"{userland_user_id}"}},
            "created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}}"#
        );
        match decoded(&delivered("agent.registration.created", &data)).data {
            EventData::AgentRegistrationCreated(it) => it.agent_identity.userland_user_id,
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
        assert_eq!(role.created_at, expected);
        assert_eq!(json!(event)["data"]["created_at"], written);
    }
    for text in [
        "",
        "2026-01-02",
        "1767323045678",
        "Null",
        "2026-01-02T03:04:05ZZ",
    ] {
        mismatch(&role(text), "role.created", "data.created_at", UNEXPECTED);
    }
    mismatch(&role("null"), "role.created", "data.created_at", MISSING);
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
fn from_everything_that_serde_json_reads() {
    let body = delivered("dsync.user.updated", DATA);
    let event = decoded(&body);
    assert_eq!(
        serde_json::from_str::<Event>(&body).expect("an event"),
        event
    );
    assert_eq!(
        serde_json::from_slice::<Event>(body.as_bytes()).expect("an event"),
        event
    );
    assert_eq!(
        serde_json::from_reader::<_, Event>(body.as_bytes()).expect("an event"),
        event
    );
    let value: Value = serde_json::from_str(&body).expect("JSON");
    let from_value = serde_json::from_value::<Event>(value).expect("an event");
    assert_eq!(from_value.data, event.data);
    let list = serde_json::from_str::<Vec<Event>>(&format!("[{body},{body}]"));
    assert_eq!(list.expect("events"), [event.clone(), event]);

    let error = serde_json::from_str::<Event>(&delivered("dsync.user.updated", "{}"));
    let error = error.expect_err("no id").to_string();
    assert!(
        error.starts_with("dsync.user.updated: `data.id` is missing or null"),
        "{error}"
    );
    let error = serde_json::from_str::<Event>("{}")
        .expect_err("no id")
        .to_string();
    assert!(
        error.starts_with("field `id` is missing or null"),
        "{error}"
    );
}

#[test]
fn data_by_itself() {
    use countersign::workos::event::{api_key::ApiKeyOwner, dsync::DirectoryUser};

    let user = serde_json::from_str::<DirectoryUser>(DATA).expect("a user");
    assert_eq!(user.id, "directory_user_1");
    fn error<T: serde::de::DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        serde_json::from_str::<T>(json).expect_err(json).to_string()
    }
    for (json, expected) in [
        ("{}", "`id` is missing or null at line 1 column 2"),
        (
            r#"{"emails":[{},{"primary":7}]}"#,
            "invalid type: integer `7`, expected a boolean at line 1 column 26",
        ),
        (
            r#"{"role":{"slug":"a","slug":"a"}}"#,
            "`role.slug` occurs more than once at line 1 column 26",
        ),
        (
            "7",
            "invalid type: integer `7`, expected an object at line 1 column 1",
        ),
        (
            r#"{"id":"a"#,
            "EOF while parsing a string at line 1 column 8",
        ),
        (
            r#"{"created_at":"today"}"#,
            "not a timestamp at line 1 column 22",
        ),
        (
            r#"{"raw_attributes":[]}"#,
            "not an object at line 1 column 21",
        ),
        ("{", "EOF while parsing an object at line 1 column 1"),
    ] {
        assert_eq!(error::<DirectoryUser>(json), expected);
    }
    let truncated = serde_json::from_str::<DirectoryUser>(r#"{"id":"a"#);
    assert!(truncated.expect_err("no end").is_eof());
    assert_eq!(
        error::<ApiKeyOwner>("{}"),
        "`type` is missing or null at line 1 column 2"
    );
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
    let [first, second, third, fourth, last] = page.data.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!(first, &event(good.as_bytes()));
    assert_eq!(second, &event(bad.as_bytes()));
    assert!(matches!(second, Err(EventMismatch(error)) if error.path() == "data.id"));
    assert_eq!(third, &Err(NotAnObject));
    assert_eq!(fourth, &Err(MissingField { field: "id" }));
    assert_eq!(last, &event(unknown.as_bytes()));
    let json: Vec<&str> = page.json.iter().map(RawJson::get).collect();
    assert_eq!(json, [&*good, &bad, "7", "{}", &unknown]);
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
