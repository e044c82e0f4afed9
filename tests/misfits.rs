//! What does not fit and does not cost the event: what is left of it, what is listed, and that it is written as it came.
//! By kinds that public bug reports tell of.
#![cfg(feature = "workos")]

mod support;

use countersign::{
    Fault, Misfit, Stored,
    workos::{Event, EventData},
};
use serde_json::{Value, json};
use support::event;
use time::macros::datetime;

/// One event, made of what it is to be tried with.
struct Case {
    name: &'static str,
    /// The fields beside the data, each with a comma in front.
    around: String,
    data: String,
}

impl Case {
    fn decoded(&self) -> Event {
        event(self.body().as_bytes()).unwrap_or_else(|error| panic!("{error}: {}", self.body()))
    }

    fn body(&self) -> String {
        let Self { name, around, data } = self;
        format!(
            r#"{{"id":"event_1","data":{data},"event":"{name}","created_at":"2026-01-02T03:04:05.678Z"{around}}}"#
        )
    }

    /// Asserts which paths are listed, what the data is without what stands there, and that all of it is written.
    #[track_caller]
    fn leaves_out(&self, paths: &[&str], data: Value) {
        let event = self.decoded();
        assert_eq!(self.listed(&event), paths, "{}", self.body());
        assert_eq!(json!(event.data), data, "{}", self.body());
        let written = serde_json::to_string(&event).expect("JSON");
        let came: Value = serde_json::from_str(&self.body()).expect("JSON");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("JSON"), came);
        let queued: Stored<Event> = serde_json::from_str(&written).expect("an event");
        assert_eq!(Event::from(queued), event);
    }

    /// Asserts that nothing is listed, and how the data is written.
    #[track_caller]
    fn is_read(&self, data: Value) {
        let event = self.decoded();
        assert_eq!(event.misfits(), [], "{}", self.body());
        assert_eq!(json!(event.data), data, "{}", self.body());
        let written = serde_json::to_string(&event).expect("JSON");
        assert_eq!(Event::from_json(written.as_bytes()), Ok(event), "{written}");
    }

    fn listed(&self, event: &Event) -> Vec<String> {
        assert_eq!(event.data.name(), self.name);
        let path = |misfit: &Misfit| misfit.path().to_owned();
        event.misfits().iter().map(path).collect()
    }
}

/// An event about an object with an id, and with these fields.
fn about(name: &'static str, fields: &str) -> Case {
    Case {
        name,
        around: String::new(),
        data: format!(r#"{{"id":"1",{fields}}}"#),
    }
}

fn user(fields: &str) -> Case {
    about("user.updated", fields)
}

fn directory_user(fields: &str) -> Case {
    about("dsync.user.updated", fields)
}

/// An event with this context.
fn context(json: &str) -> Case {
    Case {
        name: "role.deleted",
        around: format!(r#","context":{json}"#),
        data: r#"{"slug":"admin"}"#.into(),
    }
}

#[test]
fn free_form_json_may_be_any() {
    for (name, field) in [
        ("dsync.user.updated", "raw_attributes"),
        ("dsync.user.updated", "custom_attributes"),
        ("dsync.user.updated", "previous_attributes"),
        ("dsync.group.updated", "raw_attributes"),
        ("api_key.updated", "previous_attributes"),
    ] {
        for value in ["[]", "\"a\"", "1.50", "false", "[[{}]]", r#"{"a":[null]}"#] {
            let value: Value = serde_json::from_str(value).expect("JSON");
            about(name, &format!(r#""{field}":{value}"#)).is_read(json!({"id":"1",field:value}));
        }
    }
    let membership = r#"{"id":"1","user_id":"2","organization_id":"3","custom_attributes":[]}"#;
    let membership = Case {
        name: "organization_membership.updated",
        around: String::new(),
        data: membership.into(),
    };
    membership.is_read(serde_json::from_str(&membership.data).expect("JSON"));
    context(r#"{"previous_attributes":"secret"}"#).is_read(json!({"slug":"admin"}));
    about("api_key.updated", r#""name":"CI""#).is_read(json!({"id":"1","name":"CI"}));
}

#[test]
fn what_no_value_of_serde_json_holds_is_kept_as_text() {
    for text in [
        r#"{ "n": 1e999 }"#.to_owned(),
        r#"{"s":"\ud800", "\udc00":1}"#.to_owned(),
        format!("{}{}", "[".repeat(200), "]".repeat(200)),
    ] {
        let free_form = directory_user(&format!(r#""raw_attributes":{text}"#)).decoded();
        let EventData::DsyncUserUpdated(user) = &free_form.data else {
            panic!("{free_form:?}");
        };
        assert_eq!(
            user.raw_attributes.as_ref().expect("attributes"),
            text.as_str()
        );
        let misfit = directory_user(&format!(r#""email":{text}"#)).decoded();
        assert_eq!(misfit.misfits()[0].path(), "data.email");
        for event in [free_form, misfit] {
            let written = serde_json::to_string(&event).expect("JSON");
            assert!(written.contains(&text), "{written}");
            assert_eq!(Event::from_json(written.as_bytes()), Ok(event));
        }
    }
}

#[test]
fn maps_of_texts() {
    let organization =
        |metadata: &str| about("organization.updated", &format!(r#""metadata":{metadata}"#));
    organization("[]").is_read(json!({"id":"1","metadata":{}}));
    organization("{}").is_read(json!({"id":"1","metadata":{}}));
    for value in [
        "null",
        "1",
        "true",
        "{}",
        "[]",
        r#"{"nested":["a"]}"#,
        "1.50",
    ] {
        organization(&format!(r#"{{"plan":"pro","seats":{value}}}"#)).leaves_out(
            &["data.metadata.seats"],
            json!({"id":"1","metadata":{"plan":"pro"}}),
        );
    }
    for whole in ["\"\"", "\"pro\"", "7", "true", r#"["pro"]"#, "[null]"] {
        organization(whole).leaves_out(&["data.metadata"], json!({"id":"1"}));
    }
    organization(r#"{"crm id":1,"":{},"a\n\"":[],"ok":"a"}"#).leaves_out(
        &[
            r#"data.metadata[""]"#,
            r#"data.metadata["a\n\""]"#,
            r#"data.metadata["crm id"]"#,
        ],
        json!({"id":"1","metadata":{"ok":"a"}}),
    );
    user(r#""metadata":{"a":null}"#)
        .leaves_out(&["data.metadata.a"], json!({"id":"1","metadata":{}}));
    about(
        "waitlist_user.created",
        r#""additional_fields":{"size":50,"why":"a"}"#,
    )
    .leaves_out(
        &["data.additional_fields.size"],
        json!({"id":"1","additional_fields":{"why":"a"}}),
    );
    let vault = |key_context: &str| Case {
        name: "vault.data.created",
        around: String::new(),
        data: format!(r#"{{"kv_name":"a","key_context":{key_context}}}"#),
    };
    vault(r#"{"organization_id":null,"n":1}"#).leaves_out(
        &["data.key_context.n", "data.key_context.organization_id"],
        json!({"kv_name":"a","key_context":{}}),
    );
    vault("\"org_1\"").leaves_out(&["data.key_context"], json!({"kv_name":"a"}));
}

#[test]
fn halves_of_surrogate_pairs() {
    let half = |text: &str| {
        let event = user(&format!(
            r#""first_name":"{text}","metadata":{{"a":"{text}"}}"#
        ))
        .decoded();
        let EventData::UserUpdated(user) = &event.data else {
            panic!("{event:?}");
        };
        assert_eq!(event.misfits(), []);
        let name = user.first_name.clone().expect("a name");
        assert_eq!(user.metadata.as_ref().expect("a map")["a"], name);
        let written = serde_json::to_string(&event).expect("JSON");
        assert_eq!(Event::from_json(written.as_bytes()), Ok(event));
        name
    };
    assert_eq!(half(r"Ada \ud83d"), "Ada \u{fffd}");
    assert_eq!(half(r"\ude00 Ada"), "\u{fffd} Ada");
    assert_eq!(half(r"\ud83d\ud83d\ude00"), "\u{fffd}\u{1f600}");
    assert_eq!(
        half(r"\ud83d\n\u00e9\ud83dé\ude00"),
        "\u{fffd}\n\u{e9}\u{fffd}\u{e9}\u{fffd}"
    );
    assert_eq!(half(r"\uD83D\uD83D"), "\u{fffd}\u{fffd}");
    assert_eq!(half(r"\ufffd\ud83d\ude00"), "\u{fffd}\u{1f600}");

    user(r#""from the \ud83d":1,"email":"a@example.com""#)
        .is_read(json!({"id":"1","email":"a@example.com"}));
    user(r#""metadata":{"\ud83d":"a"}"#).is_read(json!({"id":"1","metadata":{"\u{fffd}":"a"}}));
    directory_user(r#""state":"\ud83d""#).is_read(json!({"id":"1","state":"\u{fffd}"}));
    let around = |json: &str| Case {
        around: json.into(),
        ..user(r#""email":"a@example.com""#)
    };
    around(r#","\udc00":{"\ud83d":"\ud83d"}"#).is_read(json!({"id":"1","email":"a@example.com"}));
    let id = |body: String| event(body.as_bytes()).map(|event| event.id);
    let body = user(r#""email":"a""#).body();
    assert_eq!(
        id(body.replace("event_1", r"event_\ud83d")),
        Ok("event_\u{fffd}".into())
    );
    let unknown = event(body.replace("user.updated", r"kitten.\ud83d").as_bytes());
    assert_eq!(unknown.expect("an event").data.name(), "kitten.\u{fffd}");
}

#[test]
fn timestamps() {
    for value in [
        "\"\"",
        "1767323045678",
        "1767323045.5",
        "\"1767323045678\"",
        "\"2026-01-02\"",
        "\"2026-01-02 03:04\"",
        "\"2026-01-02T03:04:05ZZ\"",
        "\"2026-01-02T03:04:05+0\"",
        "\"2026-01-02T03:04:05+00000\"",
        "\"2026-01-02T03:04:05+é0\"",
        "\"2026-01-02T03:04:05+0é0\"",
        "\"2026-01-02T03:04:05+é\"",
        "\"2026-01-02 +0000\"",
        "\"0000-01-01T00:00:00+0100\"",
        "\"Null\"",
        "{}",
        "[]",
        "false",
    ] {
        about(
            "permission.updated",
            &format!(r#""slug":"a","created_at":{value}"#),
        )
        .leaves_out(&["data.created_at"], json!({"id":"1","slug":"a"}));
    }
    let event = user(r#""last_sign_in_at":"2023-11-18 22:44:21.134+00""#).decoded();
    let EventData::UserUpdated(user) = &event.data else {
        panic!("{event:?}");
    };
    assert_eq!(event.misfits(), []);
    assert_eq!(
        user.last_sign_in_at,
        Some(datetime!(2023-11-18 22:44:21.134 UTC))
    );
}

#[test]
fn lists_of_what_others_sent() {
    let ada = r#"{"primary":true,"value":"ada@example.com"}"#;
    let typed = || json!({"primary":true,"value":"ada@example.com"});
    directory_user(&format!(
        r#""emails":[{{"primary":"True","value":"a"}},{ada}]"#
    ))
    .leaves_out(
        &["data.emails[0].primary"],
        json!({"id":"1","emails":[{"value":"a"},typed()]}),
    );
    for item in ["null", "\"ada@example.com\"", "[]", "7", r#"["work","a"]"#] {
        directory_user(&format!(r#""emails":[{item},{ada},{item}]"#)).leaves_out(
            &["data.emails[0]", "data.emails[2]"],
            json!({"id":"1","emails":[typed()]}),
        );
    }
    directory_user(&format!(
        r#""emails":[{{"type":7}},null,{{"value":["a"],"type":"work"}},{ada},null]"#
    ))
    .leaves_out(
        &[
            "data.emails[0].type",
            "data.emails[1]",
            "data.emails[2].value",
            "data.emails[4]",
        ],
        json!({"id":"1","emails":[{},{"type":"work"},typed()]}),
    );
    for emails in ["{}", "\"a\"", "7"] {
        directory_user(&format!(r#""emails":{emails}"#))
            .leaves_out(&["data.emails"], json!({"id":"1"}));
    }
    directory_user(r#""roles":[{"slug":"a"},{},{"slug":null},["member"],{"slug":"b"}]"#)
        .leaves_out(
            &["data.roles[1]", "data.roles[2]", "data.roles[3]"],
            json!({"id":"1","roles":[{"slug":"a"},{"slug":"b"}]}),
        );
    about("api_key.created", r#""permissions":["a",1,null,"b"]"#).leaves_out(
        &["data.permissions[1]", "data.permissions[2]"],
        json!({"id":"1","permissions":["a","b"]}),
    );
    about(
        "organization.created",
        r#""domains":[{"domain":"a"},{"id":"1","domain":7}]"#,
    )
    .leaves_out(
        &["data.domains[0]", "data.domains[1].domain"],
        json!({"id":"1","domains":[{"id":"1"}]}),
    );
}

/// `serde`'s derive would take the array for the object.
#[test]
fn an_array_of_an_objects_values_is_not_the_object() {
    directory_user(r#""role":["member"]"#).leaves_out(&["data.role"], json!({"id":"1"}));
    let session = Case {
        name: "session.created",
        around: String::new(),
        data: r#"{"id":"1","user_id":"2","impersonator":["a@example.com","support"]}"#.into(),
    };
    session.leaves_out(&["data.impersonator"], json!({"id":"1","user_id":"2"}));
}

#[test]
fn fields_that_a_handler_may_not_look_at() {
    user(r#""email_verified":"true","locale":{}"#)
        .leaves_out(&["data.email_verified", "data.locale"], json!({"id":"1"}));
    about(
        "flag.updated",
        r#""tags":"a","enabled":"yes","owner":{"first_name":"Ada"}"#,
    )
    .leaves_out(
        &["data.owner", "data.tags", "data.enabled"],
        json!({"id":"1"}),
    );
    for owner in [
        "7",
        "[]",
        "{}",
        r#"{"id":"1"}"#,
        r#"{"type":7,"id":"1"}"#,
        r#"{"type":null,"id":"1"}"#,
        r#"{"type":"user","organization_id":"1"}"#,
        r#"{"type":"user","id":1}"#,
        r#"{"type":"user","id":"1"}"#,
    ] {
        about("api_key.created", &format!(r#""owner":{owner}"#))
            .leaves_out(&["data.owner"], json!({"id":"1"}));
    }
    about("api_key.created", r#""owner":{"type":"team","id":7}"#)
        .is_read(json!({"id":"1","owner":{"type":"team","id":7}}));
    let rule = Case {
        name: "feature_flags.flag_rule.created",
        around: String::new(),
        data: r#"{"id":"1","flag_id":"2","position":1.5,"value":"true"}"#.into(),
    };
    rule.leaves_out(
        &["data.position", "data.value"],
        json!({"id":"1","flag_id":"2"}),
    );
    about(
        "agent.blueprint.created",
        r#""session_settings":{"max_age_seconds":"60"}"#,
    )
    .leaves_out(
        &["data.session_settings.max_age_seconds"],
        json!({"id":"1","session_settings":{}}),
    );
}

#[test]
fn fields_that_published_fixtures_lack() {
    let member = |name| Case {
        name,
        around: String::new(),
        data: r#"{"user":{"id":"1"},"group":{"id":"2"}}"#.into(),
    };
    for name in ["dsync.group.user_added", "dsync.group.user_removed"] {
        member(name).is_read(json!({"user":{"id":"1"},"group":{"id":"2"}}));
    }
    for (name, data) in [
        ("vault.data.created", r#"{"kv_name":"a"}"#),
        ("vault.data.read", r#"{"kv_name":"a","actor_id":"1"}"#),
        ("vault.metadata.read", r#"{"kv_name":"a"}"#),
        ("vault.dek.decrypted", r#"{"key_id":"a"}"#),
        ("vault.dek.read", r#"{"key_ids":["a"]}"#),
        ("vault.kek.created", r#"{"key_id":"a"}"#),
        ("vault.names.listed", r#"{"actor_id":"1"}"#),
    ] {
        let case = Case {
            name,
            around: String::new(),
            data: data.into(),
        };
        case.is_read(serde_json::from_str(data).expect("JSON"));
    }
}

#[test]
fn contexts() {
    let admin = || json!({"slug":"admin"});
    for json in ["7", "[]", "\"web\"", "true", "[{}]"] {
        context(json).leaves_out(&["context"], admin());
        assert_eq!(context(json).decoded().context, None);
    }
    context(r#"{"client_id":7,"actor":{"source":"api"},"ajs_anonymous_id":"a"}"#)
        .leaves_out(&["context.client_id", "context.actor"], admin());
    context(r#"{"actor":{"id":"1","source":7}}"#).leaves_out(&["context.actor.source"], admin());
    context(r#"{"actor":"user_1"}"#).leaves_out(&["context.actor"], admin());
    context(r#"{"google_analytics_sessions":[{"containerId":1},7]}"#).leaves_out(
        &[
            "context.google_analytics_sessions[0].containerId",
            "context.google_analytics_sessions[1]",
        ],
        admin(),
    );
    context(r#"{"configured_targets":{"users":[{"email":"a"}],"organizations":{}}}"#).leaves_out(
        &[
            "context.configured_targets.organizations",
            "context.configured_targets.users[0]",
        ],
        admin(),
    );
    context("null").is_read(admin());
    context("{}").is_read(admin());
    let rest = context(r#"{"client_id":7,"ajs_anonymous_id":"a"}"#).decoded();
    let rest = rest.context.expect("a context");
    assert_eq!(
        (rest.client_id, rest.ajs_anonymous_id.as_deref()),
        (None, Some("a"))
    );
}

/// Nobody knows what the context of an event that is not known should be: it is written as it came.
#[test]
fn contexts_of_events_that_are_not_known() {
    let unknown = |json: &str| Case {
        name: "kitten.created",
        around: format!(r#","context":{json}"#),
        data: "[]".into(),
    };
    let cases: [(&str, &[&str]); 5] = [
        ("7", &["context"]),
        ("[]", &["context"]),
        (r#"{"client_id":7}"#, &["context.client_id"]),
        (
            r#"{"google_analytics_sessions":[7],"new":[ ]}"#,
            &["context.google_analytics_sessions[0]"],
        ),
        (
            r#"{"client_id":"a","client_id":"b"}"#,
            &["context.client_id", "context.client_id"],
        ),
    ];
    for (json, paths) in cases {
        let case = unknown(json);
        let event = case.decoded();
        assert_eq!(case.listed(&event), paths);
        let written = serde_json::to_string(&event).expect("JSON");
        assert!(
            written.contains(&format!(r#""context":{json},"#)),
            "{written}"
        );
        assert_eq!(Event::from_json(written.as_bytes()), Ok(event));
    }
}

#[test]
fn fields_that_occur_twice() {
    let twice = user(r#""email":"a","first_name":"b","email":null,"email":7"#);
    let event = twice.decoded();
    assert_eq!(twice.listed(&event), ["data.email"; 3]);
    let listed = event.misfits().iter();
    let listed: Vec<(Fault, &str)> = listed.map(|it| (it.fault(), it.json().get())).collect();
    assert_eq!(
        listed,
        [
            (Fault::Duplicate, "\"a\""),
            (Fault::Duplicate, "null"),
            (Fault::Duplicate, "7")
        ]
    );
    assert_eq!(json!(event.data), json!({"id":"1","first_name":"b"}));
    let written = serde_json::to_string(&event).expect("JSON");
    assert!(
        written.contains(r#""email":"a","email":null,"email":7"#),
        "{written}"
    );
    assert_eq!(Event::from_json(written.as_bytes()), Ok(event));

    let twice = user(r#""metadata":{"plan":"a","b":"c","plan":"a"}"#);
    let event = twice.decoded();
    assert_eq!(twice.listed(&event), ["data.metadata.plan"; 2]);
    assert_eq!(json!(event.data), json!({"id":"1","metadata":{"b":"c"}}));
    let written = serde_json::to_string(&event).expect("JSON");
    assert_eq!(Event::from_json(written.as_bytes()), Ok(event));
}

/// A misfit whose place is gone is gone with it, and one makes way for a value that its field has got.
#[test]
fn what_was_changed_since_is_written_as_it_is_now() {
    let case = directory_user(r#""email":7,"username":[],"emails":[{"value":7},null],"role":{}"#);
    let mut event = case.decoded();
    let EventData::DsyncUserUpdated(user) = &mut event.data else {
        panic!("{event:?}");
    };
    user.email = Some("ada@example.com".into());
    user.emails = Some(Vec::new());
    let written = serde_json::to_value(&event).expect("JSON");
    assert_eq!(
        written["data"],
        json!({"id":"1","email":"ada@example.com","username":[],"emails":[null],"role":{}})
    );
    let EventData::DsyncUserUpdated(user) = &mut event.data else {
        panic!("{event:?}");
    };
    user.emails = None;
    let written = serde_json::to_value(&event).expect("JSON");
    assert_eq!(
        written["data"],
        json!({"id":"1","email":"ada@example.com","username":[],"role":{}})
    );
    event.clear_misfits();
    assert_eq!(event.misfits(), []);
    let written = serde_json::to_value(&event).expect("JSON");
    assert_eq!(written["data"], json!({"id":"1","email":"ada@example.com"}));

    // The same for what occurred twice.
    let mut event = directory_user(r#""email":"a","email":"b""#).decoded();
    let EventData::DsyncUserUpdated(user) = &mut event.data else {
        panic!("{event:?}");
    };
    user.email = Some("c".into());
    let written = serde_json::to_string(&event).expect("JSON");
    assert!(
        written.ends_with(r#""data":{"id":"1","email":"c"}}"#),
        "{written}"
    );
}

#[test]
fn what_is_written_keeps_its_order() {
    let event = directory_user(r#""email":7,"state":"active","role":{"slug":7}"#).decoded();
    assert_eq!(
        serde_json::to_string(&event).expect("JSON"),
        r#"{"id":"event_1","event":"dsync.user.updated","created_at":"2026-01-02T03:04:05.678Z","data":{"id":"1","state":"active","email":7,"role":{"slug":7}}}"#
    );
}

/// What a directory sends is the customer's choice: no list costs much more than its text does, in time or in memory.
#[test]
fn lists_and_maps_of_many_misfits() {
    let list = |bad: usize| format!("[\"a\",{}\"z\"]", "null,".repeat(bad));
    let map = |bad: usize| {
        let bad: String = (0..bad).map(|it| format!(r#""{it}":{it},"#)).collect();
        format!(r#"{{{bad}"a":"z"}}"#)
    };
    let owned = |json: String| about("api_key.created", &format!(r#""permissions":{json}"#));
    let few = owned(list(1000)).decoded();
    assert_eq!(few.misfits().len(), 1000);
    assert_eq!(json!(few.data), json!({"id":"1","permissions":["a","z"]}));
    let few = user(&format!(r#""metadata":{}"#, map(1000))).decoded();
    assert_eq!(few.misfits().len(), 1000);
    assert_eq!(json!(few.data), json!({"id":"1","metadata":{"a":"z"}}));
    for many in [1001, 100_000] {
        owned(list(many)).leaves_out(&["data.permissions"], json!({"id":"1"}));
        user(&format!(r#""metadata":{}"#, map(many)))
            .leaves_out(&["data.metadata"], json!({"id":"1"}));
    }
    let body = Case {
        name: "vault.dek.read",
        around: String::new(),
        data: format!(r#"{{"key_ids":{}}}"#, list(1001)),
    };
    let error = event(body.body().as_bytes())
        .expect_err("no keys")
        .to_string();
    assert_eq!(
        error,
        "vault.dek.read: `data.key_ids` has an unexpected type or form"
    );

    let twice = directory_user(&format!(r#""email":7{}"#, r#","email":7"#.repeat(100_000)));
    let event = twice.decoded();
    let written = serde_json::to_string(&event).expect("JSON");
    assert_eq!(Event::from_json(written.as_bytes()), Ok(event));
}

#[test]
fn a_misfit_says_what_it_is_and_prints_where_it_was() {
    let event = user(r#""locale":{"secret": [1]}"#).decoded();
    let [misfit] = event.misfits() else {
        panic!("{event:?}");
    };
    assert_eq!(
        (misfit.path(), misfit.fault()),
        ("data.locale", Fault::Unexpected)
    );
    assert_eq!(misfit.json(), r#"{"secret": [1]}"#);
    assert_eq!(misfit.json().parse::<Value>(), Ok(json!({"secret": [1]})));
    assert_eq!(
        format!("{misfit:?}"),
        "Misfit { path: \"data.locale\", fault: Unexpected, .. }"
    );
}
