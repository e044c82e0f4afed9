//! What holds for every event of the catalogue, whichever field is dropped, null, new, moved or wrong.

mod support;

use std::{collections::BTreeMap, sync::LazyLock};

use countersign::{
    DecodeError, Fault,
    workos::{Event, EventData},
};
use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};
use support::{
    events::{COMPLETE, SPARSE, fixtures, shape},
    invariants,
};

/// A complete event, and what it consists of.
struct Fixture {
    name: String,
    json: Value,
    event: Event,
    parts: Vec<Part>,
}

/// A field that a struct of ours has, an item of a list, or an entry of a map.
struct Part {
    /// Such as `/data/emails/0/primary`.
    pointer: String,
    kind: Kind,
    /// What is left out if this does not fit: the part itself, or the nearest around it that the event can do without.
    /// There may be none.
    left_out: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Without it, what it is part of cannot be told.
    Required,
    Optional,
    /// An item of a list.
    Item,
    /// An entry of a map of texts.
    Entry,
    /// A field whose JSON may be any.
    FreeForm,
}

impl Kind {
    /// Whether nothing is lost without it, so that it may be null.
    fn may_be_null(self) -> bool {
        matches!(self, Self::Optional | Self::FreeForm)
    }
}

impl Part {
    fn name(&self) -> &str {
        self.pointer.rsplit('/').next().expect("a name")
    }

    fn is_timestamp(&self) -> bool {
        self.name().ends_with("_at") || self.name() == "expiry_date"
    }

    fn is_map(&self) -> bool {
        MAPS_OF_TEXTS.contains(&self.name()) && self.kind == Kind::Optional
    }
}

/// `data.emails[0].primary` for `/data/emails/0/primary`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for segment in pointer.split('/').skip(1) {
        match segment.parse::<usize>() {
            Ok(index) => path += &format!("[{index}]"),
            Err(_) if path.is_empty() => path += segment,
            Err(_) if segment.contains(' ') => path += &format!("[{segment:?}]"),
            Err(_) => path += &format!(".{segment}"),
        }
    }
    path
}

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let sparse: BTreeMap<String, Value> = fixtures(SPARSE)
        .into_iter()
        .map(|(shape, text)| (shape, serde_json::from_str(&text).expect("JSON")))
        .collect();
    let fixture = |(name, text): (String, String)| {
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let event = decode(&json).expect("an event");
        let mut parts = Vec::new();
        if json.get("context").is_some() {
            parts.push(Part {
                pointer: "/context".into(),
                kind: Kind::Optional,
                left_out: Some("/context".into()),
            });
        }
        for (root, left_out) in [("/data", None), ("/context", Some("/context"))] {
            collect(root, left_out, &json, &sparse[shape(&name)], &mut parts);
        }
        Fixture {
            name,
            json,
            event,
            parts,
        }
    };
    fixtures(COMPLETE).into_iter().map(fixture).collect()
});

/// Collects the parts under a pointer. Required are the fields that the sparse fixture has, and within what
/// that one lacks, those that the list below has.
fn collect(
    pointer: &str,
    left_out: Option<&str>,
    complete: &Value,
    sparse: &Value,
    parts: &mut Vec<Part>,
) {
    let Some(value) = complete.pointer(pointer) else {
        return;
    };
    let own_name = pointer.rsplit('/').next().expect("a name");
    let children: Vec<(String, Kind)> = match value {
        _ if FREE_FORM.contains(&own_name) => return,
        Value::Object(object) => object
            .keys()
            .map(|name| {
                let child = format!("{pointer}/{name}");
                let kind = match name.as_str() {
                    _ if MAPS_OF_TEXTS.contains(&own_name) => Kind::Entry,
                    name if FREE_FORM.contains(&name) => Kind::FreeForm,
                    _ if sparse.pointer(&child).is_some() => Kind::Required,
                    name if sparse.pointer(pointer).is_none()
                        && is_required_within(pointer, name) =>
                    {
                        Kind::Required
                    }
                    _ => Kind::Optional,
                };
                (child, kind)
            })
            .collect(),
        Value::Array(items) => (0..items.len())
            .map(|index| (format!("{pointer}/{index}"), Kind::Item))
            .collect(),
        _ => return,
    };
    for (child, kind) in children {
        let left_out = match kind {
            Kind::Required => left_out,
            _ => Some(child.as_str()),
        };
        parts.push(Part {
            pointer: child.clone(),
            kind,
            left_out: left_out.map(str::to_owned),
        });
        collect(&child, left_out, complete, sparse, parts);
    }
}

const FREE_FORM: [&str; 3] = ["custom_attributes", "previous_attributes", "raw_attributes"];
const MAPS_OF_TEXTS: [&str; 3] = ["additional_fields", "key_context", "metadata"];

fn is_required_within(object: &str, field: &str) -> bool {
    let object = object.trim_end_matches(|c: char| c == '/' || c.is_ascii_digit());
    [
        ("/actor", "id"),
        ("/agent_identity", "id"),
        ("/claimed_by", "user_id"),
        ("/detail", "api_key_id"),
        ("/detail", "jti"),
        ("/detail", "kind"),
        ("/domains", "id"),
        ("/impersonator", "email"),
        ("/organizations", "id"),
        ("/owner", "email"),
        ("/owner", "id"),
        ("/owner", "organization_id"),
        ("/owner", "type"),
        ("/role", "slug"),
        ("/roles", "slug"),
        ("/users", "id"),
    ]
    .iter()
    .any(|(end, name)| object.ends_with(end) && *name == field)
}

fn decode(json: &Value) -> Result<Event, DecodeError> {
    support::event(json.to_string().as_bytes())
}

impl Fixture {
    fn with(&self, part: &Part, value: Value) -> Value {
        let mut json = self.json.clone();
        *json.pointer_mut(&part.pointer).expect("the part") = value;
        json
    }

    #[track_caller]
    fn same_variant(&self, json: &Value) -> Event {
        let event = decode(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        assert_eq!(event.data.name(), self.name);
        assert!(!matches!(event.data, EventData::Unknown(_)), "{json}");
        event
    }

    /// Asserts what becomes of an event in which a part does not fit.
    #[track_caller]
    fn does_not_fit(&self, part: &Part, json: &Value, what: &str) {
        match &part.left_out {
            Some(left_out) => self.is_left_out(left_out, json),
            None => {
                let error = decode(json).expect_err(&json.to_string()).to_string();
                let path = path(&part.pointer);
                assert_eq!(error, format!("{}: `{path}` {what}", self.name), "{json}");
            }
        }
    }

    /// Asserts that one part alone is missing from the event, is listed, and is written where it stood.
    #[track_caller]
    fn is_left_out(&self, pointer: &str, json: &Value) {
        let event = self.same_variant(json);
        let value = json.pointer(pointer).expect("the part");
        let [misfit] = event.misfits() else {
            panic!("{:?}: {json}", event.misfits());
        };
        assert_eq!(misfit.path(), path(pointer), "{json}");
        assert_eq!(misfit.fault(), Fault::Unexpected, "{json}");
        assert_eq!(misfit.json(), value.to_string().as_str(), "{json}");
        let without = self.same_variant(&without(json, pointer));
        assert_eq!(without.misfits(), []);
        assert_eq!(
            (&event.id, &event.created_at, &event.context, &event.data),
            (
                &without.id,
                &without.created_at,
                &without.context,
                &without.data
            ),
            "{json}"
        );
        assert_eq!(&json!(event), json);
        assert_eq!(decode(&json!(event)), Ok(event));
    }
}

/// What is left without a part.
fn without(json: &Value, pointer: &str) -> Value {
    let mut json = json.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a parent");
    match json.pointer_mut(parent).expect("the parent") {
        Value::Object(object) => drop(object.shift_remove(name).expect("the field")),
        Value::Array(items) => drop(items.remove(name.parse().expect("an index"))),
        parent => panic!("{parent}"),
    }
    json
}

#[test]
fn each_optional_field_may_be_absent_or_null() {
    for (fixture, part) in parts(|part| part.kind.may_be_null()) {
        let absent = fixture.same_variant(&without(&fixture.json, &part.pointer));
        let null = fixture.same_variant(&fixture.with(part, Value::Null));
        assert_eq!(absent, null, "{}", part.pointer);
        assert_eq!(absent.misfits(), [], "{}", part.pointer);
        assert!(json!(absent).pointer(&part.pointer).is_none());
        assert_ne!(absent, fixture.event, "{}", part.pointer);
    }
}

#[test]
fn each_required_field_is_missed() {
    for (fixture, part) in parts(|part| part.kind == Kind::Required) {
        let missing = "is missing or null";
        fixture.does_not_fit(part, &without(&fixture.json, &part.pointer), missing);
        fixture.does_not_fit(part, &fixture.with(part, Value::Null), missing);
    }
}

#[test]
fn each_part_of_another_type_is_an_error_or_a_misfit() {
    let types = [json!(true), json!(7), json!("text"), json!([]), json!({})];
    for (fixture, part) in parts(|part| part.kind != Kind::FreeForm) {
        let own = fixture.json.pointer(&part.pointer).expect("the part");
        for other in &types {
            if std::mem::discriminant(own) == std::mem::discriminant(other) {
                continue;
            }
            let json = fixture.with(part, other.clone());
            if part.is_map() && *other == json!([]) {
                // PHP's empty map.
                let empty = fixture.with(part, json!({}));
                assert_eq!(decode(&json), decode(&empty), "{json}");
            } else {
                fixture.does_not_fit(part, &json, "has an unexpected type or form");
            }
        }
    }
}

#[test]
fn each_item_and_each_entry_that_is_null_is_a_misfit() {
    for (fixture, part) in parts(|part| matches!(part.kind, Kind::Item | Kind::Entry)) {
        fixture.is_left_out(&part.pointer, &fixture.with(part, Value::Null));
    }
}

#[test]
fn free_form_json_may_be_any() {
    let types = [
        json!(true),
        json!(7),
        json!("text"),
        json!([]),
        json!({"": [null]}),
    ];
    for (fixture, part) in parts(|part| part.kind == Kind::FreeForm) {
        for other in &types {
            let json = fixture.with(part, other.clone());
            let event = fixture.same_variant(&json);
            assert_eq!(event.misfits(), []);
            assert_eq!(json!(event), json);
        }
    }
}

#[test]
fn each_text_may_be_one_from_the_future() {
    for (fixture, part) in parts(|part| part.kind != Kind::FreeForm) {
        let own = fixture.json.pointer(&part.pointer).expect("the part");
        if !own.is_string() {
            continue;
        }
        let json = fixture.with(part, json!("from the future"));
        if part.is_timestamp() {
            fixture.does_not_fit(part, &json, "has an unexpected type or form");
        } else {
            let event = fixture.same_variant(&json);
            assert_eq!(event.misfits(), [], "{json}");
            assert_eq!(json!(event), json);
        }
    }
}

#[test]
fn decoding_each_fixture_is_consistent() {
    for fixture in FIXTURES.iter() {
        invariants::decoding_is_consistent(fixture.json.to_string().as_bytes());
    }
}

/// Every such part of every fixture.
fn parts(which: fn(&Part) -> bool) -> impl Iterator<Item = (&'static Fixture, &'static Part)> {
    let parts = FIXTURES
        .iter()
        .flat_map(|fixture| fixture.parts.iter().map(move |part| (fixture, part)))
        .filter(move |(_, part)| which(part));
    assert!(parts.clone().count() > 30);
    parts
}

fn is_free_form(pointer: &str) -> bool {
    let name = pointer.rsplit('/').next().expect("a name");
    FREE_FORM.contains(&name) || MAPS_OF_TEXTS.contains(&name)
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
    fn any_parts_may_be_absent_null_or_wrong(
        fixture in any::<Index>(),
        fates in proptest::collection::vec(0..6_u8, 100),
    ) {
        let fixture = fixture.get(&FIXTURES);
        let mut json = fixture.json.clone();
        let mut wrong = 0;
        for (part, fate) in fixture.parts.iter().zip(fates) {
            let (parent, name) = part.pointer.rsplit_once('/').expect("a parent");
            let Some(Value::Object(parent)) = json.pointer_mut(parent) else {
                continue;
            };
            match fate {
                1 if part.kind.may_be_null() => drop(parent.shift_remove(name)),
                2 if part.kind.may_be_null() => parent[name] = Value::Null,
                // No field is a list of lists.
                3 if part.kind == Kind::Optional => {
                    parent[name] = json!([["wrong"]]);
                    wrong += 1;
                }
                _ => {}
            }
        }
        let event = fixture.same_variant(&json);
        prop_assert_eq!(wrong > 0, !event.misfits().is_empty(), "{}", json);
        prop_assert_eq!(decode(&json!(event)), Ok(event));
    }

    #[test]
    fn decoding_is_consistent_for_any_end_of_a_timestamp(end in "[-+Z:.0-9é ]{0,7}|\\PC{0,4}") {
        let timestamp = json!(format!("2026-01-02T03:04:05{end}"));
        let fixture = &FIXTURES[0];
        let mut json = fixture.json.clone();
        json["created_at"] = timestamp.clone();
        invariants::decoding_is_consistent(json.to_string().as_bytes());
        let json = json!({"id": "1", "event": "user.created", "created_at": "2026-01-02T03:04:05Z",
            "data": {"id": "1", "created_at": timestamp}});
        invariants::decoding_is_consistent(json.to_string().as_bytes());
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
