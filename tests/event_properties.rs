//! What holds for every event of the catalogue, whichever field is dropped, null, new, moved or wrong.

mod support;

use std::{collections::BTreeMap, sync::LazyLock};

use countersign::{
    DecodeError,
    workos::{Event, EventData},
};
use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};
use support::{
    events::{COMPLETE, SPARSE, fixtures, shape},
    invariants,
};

/// A complete event, and what of it may be missing.
struct Fixture {
    name: String,
    json: Value,
    event: Event,
    fields: Vec<Field>,
}

/// A field that a struct of ours has.
struct Field {
    /// Such as `/data/emails/0/primary`.
    pointer: String,
    required: bool,
}

impl Field {
    /// Such as `data.emails[0].primary`.
    fn path(&self) -> String {
        let mut path = String::new();
        for segment in self.pointer.split('/').skip(1) {
            match segment.parse::<usize>() {
                Ok(index) => path += &format!("[{index}]"),
                Err(_) if path.is_empty() => path += segment,
                Err(_) => path += &format!(".{segment}"),
            }
        }
        path
    }

    fn name(&self) -> &str {
        self.pointer.rsplit('/').next().expect("a name")
    }

    fn is_timestamp(&self) -> bool {
        self.name().ends_with("_at") || self.name() == "expiry_date"
    }
}

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let sparse: BTreeMap<String, Value> = fixtures(SPARSE)
        .into_iter()
        .map(|(shape, text)| (shape, serde_json::from_str(&text).expect("JSON")))
        .collect();
    let fixture = |(name, text): (String, String)| {
        let json = serde_json::from_str(&text).expect("JSON");
        let event = decode(&json).expect("an event");
        let mut fields = Vec::new();
        for part in ["/data", "/context"] {
            collect(part, &json, &sparse[&shape(&event.data)], &mut fields);
        }
        Fixture {
            name,
            json,
            event,
            fields,
        }
    };
    fixtures(COMPLETE).into_iter().map(fixture).collect()
});

/// Collects the fields under a pointer. Required are those that the sparse fixture has, and within what
/// that one lacks, those that the list below has.
fn collect(pointer: &str, complete: &Value, sparse: &Value, fields: &mut Vec<Field>) {
    let children: Vec<String> = match complete.pointer(pointer).expect("a value") {
        Value::Object(object) if !is_free_form(pointer) => object.keys().cloned().collect(),
        Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
        _ => return,
    };
    for child in children {
        let pointer_to_child = format!("{pointer}/{child}");
        if child.parse::<usize>().is_err() {
            fields.push(Field {
                required: sparse.pointer(&pointer_to_child).is_some()
                    || (sparse.pointer(pointer).is_none() && is_required_within(pointer, &child)),
                pointer: pointer_to_child.clone(),
            });
        }
        collect(&pointer_to_child, complete, sparse, fields);
    }
}

/// What holds names of other people's choice.
fn is_free_form(pointer: &str) -> bool {
    [
        "additional_fields",
        "custom_attributes",
        "key_context",
        "metadata",
        "previous_attributes",
        "raw_attributes",
    ]
    .iter()
    .any(|name| pointer.ends_with(name))
}

fn is_required_within(object: &str, field: &str) -> bool {
    [
        ("/actor", "id"),
        ("/actor", "source"),
        ("/configured_targets", "organizations"),
        ("/configured_targets", "users"),
        ("/domains/0", "domain"),
        ("/domains/0", "id"),
        ("/google_analytics_sessions/0", "containerId"),
        ("/impersonator", "email"),
        ("/organizations/0", "id"),
        ("/organizations/0", "name"),
        ("/owner", "email"),
        ("/owner", "id"),
        ("/owner", "organization_id"),
        ("/owner", "type"),
        ("/role", "slug"),
        ("/roles/0", "slug"),
        ("/users/0", "email"),
        ("/users/0", "id"),
    ]
    .iter()
    .any(|(end, name)| object.ends_with(end) && *name == field)
}

fn decode(json: &Value) -> Result<Event, DecodeError> {
    support::event(json.to_string().as_bytes())
}

impl Fixture {
    fn with(&self, field: &Field, value: Value) -> Value {
        let mut json = self.json.clone();
        *json.pointer_mut(&field.pointer).expect("the field") = value;
        json
    }

    fn without(&self, field: &Field) -> Value {
        let mut json = self.json.clone();
        let (parent, name) = field.pointer.rsplit_once('/').expect("a parent");
        let parent = json.pointer_mut(parent).and_then(Value::as_object_mut);
        parent
            .expect("an object")
            .shift_remove(name)
            .expect("the field");
        json
    }

    #[track_caller]
    fn same_variant(&self, json: &Value) -> Event {
        let event = decode(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        assert_eq!(event.data.name(), self.name);
        assert!(!matches!(event.data, EventData::Unknown(_)), "{json}");
        event
    }

    #[track_caller]
    fn mismatch(&self, field: &Field, json: &Value, what: &str) {
        let error = decode(json)
            .map(|_| field.path())
            .expect_err(&json.to_string());
        let path = field.path();
        assert_eq!(
            error.to_string(),
            format!("{}: `{path}` {what}", self.name),
            "{json}"
        );
    }
}

#[test]
fn each_optional_field_may_be_absent_or_null() {
    for (fixture, field) in fields(|field| !field.required) {
        let absent = fixture.same_variant(&fixture.without(field));
        let null = fixture.same_variant(&fixture.with(field, Value::Null));
        assert_eq!(absent, null, "{}", field.pointer);
        assert!(json!(absent).pointer(&field.pointer).is_none());
        assert_ne!(absent, fixture.event, "{}", field.pointer);
    }
}

#[test]
fn each_required_field_is_missed() {
    for (fixture, field) in fields(|field| field.required) {
        fixture.mismatch(field, &fixture.without(field), "is missing or null");
        let null = fixture.with(field, Value::Null);
        fixture.mismatch(field, &null, "is missing or null");
    }
}

#[test]
fn each_field_of_another_type_is_named() {
    let types = [json!(true), json!(7), json!("text"), json!([]), json!({})];
    for (fixture, field) in fields(|_| true) {
        let own = fixture.json.pointer(&field.pointer).expect("the field");
        for other in &types {
            if std::mem::discriminant(own) != std::mem::discriminant(other) {
                let json = fixture.with(field, other.clone());
                fixture.mismatch(field, &json, "has an unexpected type or form");
            }
        }
    }
}

#[test]
fn each_text_may_be_one_from_the_future() {
    for (fixture, field) in fields(|_| true) {
        if !fixture
            .json
            .pointer(&field.pointer)
            .is_some_and(Value::is_string)
        {
            continue;
        }
        let json = fixture.with(field, json!("from the future"));
        if field.is_timestamp() {
            fixture.mismatch(field, &json, "has an unexpected type or form");
        } else {
            let event = fixture.same_variant(&json);
            assert_eq!(
                json!(event).pointer(&field.pointer),
                json.pointer(&field.pointer)
            );
        }
    }
}

#[test]
fn decoding_each_fixture_is_consistent() {
    for fixture in FIXTURES.iter() {
        invariants::decoding_is_consistent(fixture.json.to_string().as_bytes());
    }
}

/// Every such field of every fixture.
fn fields(which: fn(&Field) -> bool) -> impl Iterator<Item = (&'static Fixture, &'static Field)> {
    let fields = FIXTURES
        .iter()
        .flat_map(|fixture| fixture.fields.iter().map(move |field| (fixture, field)))
        .filter(move |(_, field)| which(field));
    assert!(fields.clone().count() > 500);
    fields
}

/// Puts the keys of every object of ours in another order, and one that is new between them.
fn shuffled(value: Value, pointer: &str, order: &mut impl FnMut(usize) -> usize) -> Value {
    match value {
        Value::Object(object) if !is_free_form(pointer) => {
            let mut entries = Vec::new();
            for (key, value) in object {
                let value = shuffled(value, &format!("{pointer}/{key}"), order);
                entries.insert(order(entries.len() + 1), (key, value));
            }
            let new = (
                "from_the_future".to_owned(),
                json!({"id": 7, "event": "user.created"}),
            );
            entries.insert(order(entries.len() + 1), new);
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(items) => items
            .into_iter()
            .map(|item| shuffled(item, pointer, order))
            .collect(),
        value => value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_order_of_keys_and_new_ones_make_no_difference(
        fixture in any::<Index>(),
        mut order in any::<u64>(),
    ) {
        let fixture = fixture.get(&FIXTURES);
        let json = shuffled(fixture.json.clone(), "", &mut |below| {
            // A step of a linear congruential generator.
            order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(order >> 33).expect("31 bits") % below
        });
        let event = decode(&json);
        prop_assert_eq!(event.as_ref(), Ok(&fixture.event), "{}", json);
    }

    #[test]
    fn any_optional_fields_may_be_absent_or_null(
        fixture in any::<Index>(),
        fates in proptest::collection::vec(0..3_u8, 100),
    ) {
        let fixture = fixture.get(&FIXTURES);
        let mut json = fixture.json.clone();
        for (field, fate) in fixture.fields.iter().zip(fates) {
            let (parent, name) = field.pointer.rsplit_once('/').expect("a parent");
            let parent = json.pointer_mut(parent).and_then(Value::as_object_mut);
            match (parent, fate) {
                (Some(parent), 1) if !field.required => drop(parent.shift_remove(name)),
                (Some(parent), 2) if !field.required => parent[name] = Value::Null,
                _ => {}
            }
        }
        let event = fixture.same_variant(&json);
        prop_assert_eq!(decode(&json!(event)), Ok(event));
    }

    #[test]
    fn decoding_is_consistent_for_fixtures_with_a_fault(
        fixture in any::<Index>(),
        place in any::<Index>(),
        fault in "[\\[\\]{},:\"\\\\a0nt ]{0,3}",
        length in 0..20_usize,
    ) {
        let text = fixture.get(&FIXTURES).json.to_string();
        let start = place.index(text.len());
        let end = text.len().min(start + length);
        let body = [&text[..start], &fault, &text[end..]].concat();
        invariants::decoding_is_consistent(body.as_bytes());
    }

    #[test]
    fn decoding_is_consistent_for_any_text(body in "\\PC{0,40}", bytes in any::<Vec<u8>>()) {
        invariants::decoding_is_consistent(body.as_bytes());
        invariants::decoding_is_consistent(&bytes);
    }
}
