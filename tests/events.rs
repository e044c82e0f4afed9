//! Decoding an event of any provider, by hand: where its name stands, names that are not known, what is printed and what is
//! written. What holds for each event and each of its parts is in `tests/event_properties.rs`.
#![cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]

mod support;

use countersign::{DecodeError, Fault};
use support::providers::{
    Role, Typed, body, field_of, fields, for_each_provider, name_field, object,
};

for_each_provider! {
    names_that_stand_where_the_events_own_is_looked_for
    names_that_are_not_known
    contexts_of_events_that_are_not_known
    what_says_that_it_is_an_event
    the_name_is_written_before_the_data
    an_event_prints_its_name_and_what_tells_it_from_others_alone
    an_error_quotes_the_name_and_the_path_alone
    from_everything_that_serde_json_reads
    what_was_left_out_is_written_or_forgotten
    events_differ_in_their_names_and_their_data
}

#[track_caller]
fn decoded<P: Typed>(body: &str) -> P::Event {
    P::event(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[track_caller]
fn written<P: Typed>(event: &P::Event) -> String {
    serde_json::to_string(event).expect("JSON")
}

/// The data of an event of which nothing is left out.
const DATA: &str = r#"{"id":"1","from_the_future":[1.50]}"#;

fn names_that_stand_where_the_events_own_is_looked_for<P: Typed>() {
    let field = name_field::<P>();
    let expected = decoded::<P>(&body::<P>(P::SAMPLE, DATA));
    assert_eq!(P::unknown(&expected), None);
    let others = [P::SAMPLE, P::NAMES[0], "kitten.created", ""];
    let mut lasts: Vec<String> = others
        .iter()
        .flat_map(|other| {
            [
                format!("{{{field:?}:{other:?}}}"),
                format!("[{field:?},\":\",{other:?}]"),
            ]
        })
        .collect();
    lasts.push(format!("{:?}", ["x"; 50]));
    lasts.push(format!("{:?}", ["x"; 100]));
    for last in lasts {
        for data_first in [false, true] {
            let mut all = fields::<P>(P::SAMPLE, DATA);
            all.sort_by_key(|(name, _)| (*name == "data") != data_first);
            all.push(("last", last.clone()));
            assert_eq!(decoded::<P>(&object(&all)), expected, "{last}");
            // And within the data.
            let within = DATA.replacen('{', &format!("{{\"last\":{last},"), 1);
            all.pop();
            for (name, json) in &mut all {
                if *name == "data" {
                    json.clone_from(&within);
                }
            }
            assert_eq!(decoded::<P>(&object(&all)), expected, "{last}");
        }
    }
    // Escapes, also in names.
    let escaped = |text: &str| format!("\\u{:04x}{}", u32::from(text.as_bytes()[0]), &text[1..]);
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, json) in fields::<P>(P::SAMPLE, DATA) {
        all.push((escaped(name), json.replace(P::SAMPLE, &escaped(P::SAMPLE))));
    }
    assert_eq!(decoded::<P>(&object(&all)), expected);
}

fn names_that_are_not_known<P: Typed>() {
    let almost = [
        P::SAMPLE.to_uppercase(),
        format!("{} ", P::SAMPLE),
        P::SAMPLE[1..].to_owned(),
    ];
    let names = [
        "kitten.created",
        "kitten:created",
        "user",
        "",
        "caf\u{e9}.opened",
    ];
    for name in names.into_iter().chain(almost.iter().map(String::as_str)) {
        for data in [
            r#"{"id": 1.50, "b":[ ]}"#,
            "[]",
            "0",
            "\"text\"",
            "{}",
            "1e999",
            r#""\ud800""#,
        ] {
            let event = decoded::<P>(&body::<P>(name, data));
            let unknown = P::unknown(&event).expect("an unknown event");
            assert_eq!((unknown.name(), P::name(&event)), (name, name));
            assert_eq!(unknown.data().get(), data);
            assert_eq!(P::misfits(&event), []);
            let written = written::<P>(&event);
            assert!(written.contains(data), "{written}");
            assert_eq!(decoded::<P>(&written), event);
            assert_eq!(P::from_json(written.as_bytes()), Ok(event));
        }
    }
}

/// Nobody knows what the context of an event that is not known should be: it is written as it came.
fn contexts_of_events_that_are_not_known<P: Typed>() {
    let Some(context) = field_of::<P>(Role::Context) else {
        return;
    };
    for json in ["7", "[]", r#"{"from_the_future":[ 1.50 ]}"#, context.json] {
        let came = body::<P>("kitten.created", "[]").replace(context.json, json);
        let event = decoded::<P>(&came);
        let unknown = P::unknown(&event).expect("an unknown event");
        assert_eq!(unknown.context().map(|it| it.get()), Some(json));
        let paths: Vec<_> = P::misfits(&event).iter().map(|it| it.path()).collect();
        let expected: &[&str] = if json.starts_with('{') {
            &[]
        } else {
            &[context.name]
        };
        assert_eq!(paths, expected);
        let written = written::<P>(&event);
        let field = format!("{:?}:{json}", context.name);
        assert_eq!(written.matches(&field).count(), 1, "{written}");
        assert_eq!(decoded::<P>(&written), event);
    }
    for none in ["null", ""] {
        let field = format!("{:?}:{},", context.name, context.json);
        let came = body::<P>("kitten.created", "[]");
        let came = came.replace(context.json, "null");
        let came = if none.is_empty() {
            came.replace(&field.replace(context.json, "null"), "")
        } else {
            came
        };
        let event = decoded::<P>(&came);
        assert_eq!(P::unknown(&event).and_then(|it| it.context()), None);
        assert!(!written::<P>(&event).contains(context.name));
    }
}

fn what_says_that_it_is_an_event<P: Typed>() {
    let came = body::<P>(P::SAMPLE, DATA);
    let event = decoded::<P>(&came);
    for (object, is_written) in [
        (r#""event""#, true),
        (r#""\u0065vent""#, true),
        (r#""other""#, false),
        ("7", false),
        ("null", false),
    ] {
        let other = came.replace(r#""object":"event""#, &format!(r#""object":{object}"#));
        let other = decoded::<P>(&other);
        assert_eq!(other, event);
        assert_eq!(
            written::<P>(&other).contains(r#""object":"event""#),
            is_written,
            "{object}"
        );
    }
}

/// So it is read in one pass.
fn the_name_is_written_before_the_data<P: Typed>() {
    let written = written::<P>(&decoded::<P>(&body::<P>(P::SAMPLE, DATA)));
    let name = written.find(&format!("{:?}:{:?}", name_field::<P>(), P::SAMPLE));
    let data = written.find(r#""data":{"id":"1"}"#);
    assert!(
        name.expect("the name") < data.expect("the data"),
        "{written}"
    );
}

/// Arguments of functions are printed by `tracing`'s `instrument`.
fn an_event_prints_its_name_and_what_tells_it_from_others_alone<P: Typed>() {
    for name in [P::SAMPLE, "kitten.created"] {
        let event = decoded::<P>(&body::<P>(name, r#"{"id":"ada@example.com"}"#));
        assert_eq!(
            format!("{event:?}"),
            format!("Event {{ event: {name:?}{} }}", P::DEBUG_EVENT)
        );
        assert_eq!(
            P::debug_of_data(&event),
            format!("EventData {{ event: {name:?}, .. }}")
        );
        let stored = countersign::Stored::from(event.clone());
        assert_eq!(format!("{stored:?}"), format!("Stored({event:?})"));
    }
}

fn an_error_quotes_the_name_and_the_path_alone<P: Typed>() {
    let secret = r#"{"id":["secret"],"emails":["secret"]}"#;
    let error = P::event(body::<P>(P::SAMPLE, secret).as_bytes()).expect_err("no id");
    let name = P::SAMPLE;
    assert_eq!(
        error.to_string(),
        format!("{name}: `data.id` has an unexpected type or form")
    );
    assert_eq!(
        format!("{error:?}"),
        format!(
            "EventMismatch(EventMismatch {{ event: {name:?}, path: \"data.id\", fault: Unexpected, .. }})"
        )
    );
    let none = body::<P>("NAME", "null").replace("NAME", "a\\n\\u001b[31m");
    let error = P::event(none.as_bytes()).expect_err("no data");
    assert_eq!(
        error.to_string(),
        "a\\n\\u{1b}[31m: `data` is missing or null"
    );
}

fn from_everything_that_serde_json_reads<P: Typed>() {
    let body = body::<P>(P::SAMPLE, DATA);
    let event = P::from_json(body.as_bytes()).expect("an event");
    assert_eq!(P::stored(&body).expect("an event"), event);
    assert_eq!(P::stored(&format!(" {body}\n")).expect("an event"), event);
    for stored in P::stored_otherwise(&body) {
        assert_eq!(stored.expect("an event"), event);
    }
    let stored = countersign::Stored::from(event.clone());
    assert_eq!(
        serde_json::to_string(&stored).expect("JSON"),
        written::<P>(&event)
    );
    assert_eq!(*stored, event);
    assert_eq!(stored.into_inner(), event);

    let error = P::stored(&body.replace(DATA, "{}"))
        .expect_err("no id")
        .to_string();
    let expected = format!("{}: `data.id` is missing or null", P::SAMPLE);
    assert!(error.starts_with(&expected), "{error}");
    let error = P::stored("{}").expect_err("no id").to_string();
    let first = P::FIELDS.iter().find(|field| field.role.identifies());
    let expected = format!("field `{}` is missing or null", first.expect("a name").name);
    assert!(error.starts_with(&expected), "{error}");
}

fn what_was_left_out_is_written_or_forgotten<P: Typed>() {
    let misfit = format!(r#"{{"id":"1","{}":{{"secret": [1]}}}}"#, P::OPTIONAL);
    let mut event = decoded::<P>(&body::<P>(P::SAMPLE, &misfit));
    let path = format!("data.{}", P::OPTIONAL);
    let [left_out] = P::misfits(&event) else {
        panic!("{event:?}");
    };
    assert_eq!(
        (left_out.path(), left_out.fault()),
        (path.as_str(), Fault::Unexpected)
    );
    assert_eq!(left_out.json(), r#"{"secret": [1]}"#);
    let printed = format!("Misfit {{ path: {path:?}, fault: Unexpected, .. }}");
    assert_eq!(format!("{left_out:?}"), printed);
    assert!(
        written::<P>(&event).contains(&misfit),
        "{}",
        written::<P>(&event)
    );
    assert_eq!(P::data(&event), r#"{"id":"1"}"#);
    P::clear_misfits(&mut event);
    assert_eq!(P::misfits(&event), []);
    assert_eq!(event, decoded::<P>(&body::<P>(P::SAMPLE, r#"{"id":"1"}"#)));
    assert!(!written::<P>(&event).contains("secret"));
}

fn events_differ_in_their_names_and_their_data<P: Typed>() {
    let event = |name, data| decoded::<P>(&body::<P>(name, data));
    let one = event("kitten.created", "{}");
    assert_eq!(one, event("kitten.created", "{}"));
    assert_ne!(one, event("kitten.deleted", "{}"));
    assert_ne!(one, event("kitten.created", "[]"));
    assert_ne!(
        event(P::SAMPLE, r#"{"id":"1"}"#),
        event(P::SAMPLE, r#"{"id":"2"}"#)
    );
    for field in P::FIELDS.iter().filter(|field| field.role.is_optional()) {
        let came = body::<P>("kitten.created", "{}");
        let without = came.replace(field.json, "null");
        assert_ne!(decoded::<P>(&without), one, "{}", field.name);
        let misfit = came.replace(field.json, "true");
        assert_ne!(
            decoded::<P>(&misfit),
            decoded::<P>(&without),
            "{}",
            field.name
        );
    }
    let missing = P::event(b"{}");
    assert!(
        matches!(missing, Err(DecodeError::MissingField { .. })),
        "{missing:?}"
    );
}
