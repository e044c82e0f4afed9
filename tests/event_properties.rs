//! What holds for every event of the catalogues, whichever field is dropped, null, new, moved or wrong.
#![cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use countersign::{DecodeError, Fault};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Map, Value, json};
use support::{
    decoding,
    events::{COMPLETE, SPARSE, fixtures, shape},
    providers::{Role, Typed, for_each_provider, name_field},
};

for_each_provider! {
    each_optional_field_may_be_absent_or_null
    each_required_field_is_missed
    each_part_of_another_type_is_an_error_or_a_misfit
    each_item_and_each_entry_that_is_null_is_a_misfit
    each_part_that_occurs_twice_is_an_error_or_two_misfits
    free_form_json_may_be_any
    each_text_may_be_one_from_the_future
    each_time_of_another_form_is_an_error_or_a_misfit
    decoding_each_fixture_is_consistent
    any_order_of_keys_and_new_ones_make_no_difference
    any_parts_may_be_absent_null_or_wrong
    decoding_is_consistent_for_any_time
    decoding_is_consistent_for_fixtures_with_a_fault
    decoding_is_consistent_for_any_text
    decoding_is_consistent_for_any_fields
}

/// A complete event, and what it consists of.
struct Fixture<P: Typed> {
    name: String,
    json: Value,
    event: P::Event,
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

    fn is_near(&self) -> bool {
        self.pointer.split('/').count() < 4
    }

    /// Such as `emails/primary`.
    fn kind_of_name(&self) -> String {
        let names = self.pointer.split('/');
        let names: Vec<_> = names
            .filter(|name| name.parse::<usize>().is_err())
            .collect();
        let is_item = self.kind == Kind::Item;
        format!("{} {is_item}", names[names.len() - 2..].join("/"))
    }

    fn is_map<P: Typed>(&self) -> bool {
        is_in(P::MAPS, &self.pointer) && self.kind == Kind::Optional
    }
}

/// Whether a pointer ends in one of these ways.
fn is_in(ends: &[&str], pointer: &str) -> bool {
    ends.iter().any(|end| pointer.ends_with(end))
}

fn is_free_form<P: Typed>(event: &str, pointer: &str) -> bool {
    is_in(P::FREE_FORM, &format!("{event}{pointer}"))
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

fn all<P: Typed>() -> Vec<Fixture<P>> {
    let sparse: BTreeMap<String, Value> = fixtures::<P>(SPARSE)
        .into_iter()
        .map(|(shape, text)| (shape, serde_json::from_str(&text).expect("JSON")))
        .collect();
    let mut all = Vec::new();
    let (mut shapes, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (name, text) in fixtures::<P>(COMPLETE) {
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let mut forms = P::other_forms(&json);
        forms.push(json);
        for json in forms {
            let event = decode::<P>(&json).expect("an event");
            let mut parts = Vec::new();
            for field in P::FIELDS {
                let pointer = format!("/{}", field.name);
                let kind = match field.role {
                    _ if json.get(field.name).is_none() => continue,
                    Role::Data => {
                        collect::<P>(
                            &name,
                            &pointer,
                            None,
                            &json,
                            &sparse[shape::<P>(&name)],
                            &mut parts,
                        );
                        continue;
                    }
                    Role::Required => Kind::Required,
                    Role::Optional | Role::Context => Kind::Optional,
                    Role::Id | Role::Name | Role::Object => continue,
                };
                let left_out = (kind == Kind::Optional).then(|| pointer.clone());
                parts.push(Part {
                    pointer: pointer.clone(),
                    kind,
                    left_out: left_out.clone(),
                });
                collect::<P>(
                    &name,
                    &pointer,
                    left_out.as_deref(),
                    &json,
                    &Value::Null,
                    &mut parts,
                );
            }
            let is_new = shapes.insert(shape::<P>(&name));
            if parts.len() > MANY_PARTS {
                parts.retain(|part| part.is_near() || is_new && names.insert(part.kind_of_name()));
            }
            all.push(Fixture {
                name: name.clone(),
                json,
                event,
                parts,
            });
        }
    }
    all
}

/// Collects the parts under a pointer. Required are the fields that the sparse fixture has, and within what
/// that one lacks, those that the list below has.
fn collect<P: Typed>(
    event: &str,
    pointer: &str,
    left_out: Option<&str>,
    complete: &Value,
    sparse: &Value,
    parts: &mut Vec<Part>,
) {
    let Some(value) = complete.pointer(pointer) else {
        return;
    };
    let children: Vec<(String, Kind)> = match value {
        _ if is_free_form::<P>(event, pointer) => return,
        Value::Object(object) => object
            .keys()
            .map(|name| {
                let child = format!("{pointer}/{name}");
                let kind = match name.as_str() {
                    _ if is_in(P::MAPS, pointer) => Kind::Entry,
                    _ if is_free_form::<P>(event, &child) => Kind::FreeForm,
                    _ if sparse.pointer(&child).is_some() => Kind::Required,
                    name if sparse.pointer(pointer).is_none()
                        && is_required_within::<P>(pointer, name) =>
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
        collect::<P>(event, &child, left_out, complete, sparse, parts);
    }
}

fn is_required_within<P: Typed>(object: &str, field: &str) -> bool {
    let object = object.trim_end_matches(|c: char| c == '/' || c.is_ascii_digit());
    P::REQUIRED_WITHIN
        .iter()
        .any(|(end, name)| object.ends_with(end) && *name == field)
}

fn decode<P: Typed>(json: &Value) -> Result<P::Event, DecodeError> {
    P::event(json.to_string().as_bytes())
}

impl<P: Typed> Fixture<P> {
    fn with(&self, part: &Part, value: Value) -> Value {
        let mut json = self.json.clone();
        *json.pointer_mut(&part.pointer).expect("the part") = value;
        json
    }

    #[track_caller]
    fn same_variant(&self, json: &Value) -> P::Event {
        let event = decode::<P>(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        assert_eq!(P::name(&event), self.name);
        assert_eq!(P::unknown(&event), None, "{json}");
        event
    }

    /// Asserts what becomes of an event in which a part does not fit.
    #[track_caller]
    fn does_not_fit(&self, part: &Part, json: &Value, fault: Fault) {
        match &part.left_out {
            Some(left_out) => self.is_left_out(left_out, json),
            None => self.is_refused(&part.pointer, &json.to_string(), fault),
        }
    }

    #[track_caller]
    fn is_refused(&self, pointer: &str, json: &str, fault: Fault) {
        let error = P::event(json.as_bytes()).expect_err(json);
        let path = path(pointer);
        let text = format!("{}: `{path}` {fault}", self.name);
        assert_eq!(error.to_string(), text, "{json}");
        let DecodeError::EventMismatch(mismatch) = error else {
            panic!("{error:?}");
        };
        assert_eq!(
            (
                mismatch.event(),
                mismatch.id(),
                mismatch.path(),
                mismatch.fault()
            ),
            (
                self.name.as_str(),
                P::mismatch_id(&self.json),
                path.as_str(),
                fault
            )
        );
    }

    /// Asserts that one part alone is missing from the event, is listed, and is written where it stood.
    #[track_caller]
    fn is_left_out(&self, pointer: &str, json: &Value) {
        let event = self.same_variant(json);
        let value = json.pointer(pointer).expect("the part");
        let [misfit] = P::misfits(&event) else {
            panic!("{:?}: {json}", P::misfits(&event));
        };
        assert_eq!(misfit.path(), path(pointer), "{json}");
        assert_eq!(misfit.fault(), Fault::Unexpected, "{json}");
        assert_eq!(misfit.json(), value.to_string().as_str(), "{json}");
        let without = self.same_variant(&without(json, pointer));
        assert_eq!(P::misfits(&without), []);
        assert_ne!(event, without);
        let mut cleared = event.clone();
        P::clear_misfits(&mut cleared);
        assert_eq!(cleared, without, "{json}");
        assert_eq!(&P::written(&event), json);
        assert_eq!(P::from_json(json!(event).to_string().as_bytes()), Ok(event));
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

fn each_optional_field_may_be_absent_or_null<P: Typed>() {
    for (fixture, part) in parts(&all::<P>(), |part| part.kind.may_be_null()) {
        let absent = fixture.same_variant(&without(&fixture.json, &part.pointer));
        let null = fixture.same_variant(&fixture.with(part, Value::Null));
        assert_eq!(absent, null, "{}", part.pointer);
        assert_eq!(P::misfits(&absent), [], "{}", part.pointer);
        assert!(P::written(&absent).pointer(&part.pointer).is_none());
        assert_ne!(absent, fixture.event, "{}", part.pointer);
    }
}

fn each_required_field_is_missed<P: Typed>() {
    for (fixture, part) in parts(&all::<P>(), |part| part.kind == Kind::Required) {
        fixture.does_not_fit(part, &without(&fixture.json, &part.pointer), Fault::Missing);
        fixture.does_not_fit(part, &fixture.with(part, Value::Null), Fault::Missing);
    }
}

fn each_part_of_another_type_is_an_error_or_a_misfit<P: Typed>() {
    let types = [json!(true), json!(7), json!("text"), json!([]), json!({})];
    for (fixture, part) in parts(&all::<P>(), |part| part.kind != Kind::FreeForm) {
        let own = fixture.json.pointer(&part.pointer).expect("the part");
        for other in &types {
            if std::mem::discriminant(own) == std::mem::discriminant(other) {
                continue;
            }
            let json = fixture.with(part, other.clone());
            let is_empty = *other == json!([]) || *other == json!({});
            if part.is_map::<P>() && is_empty {
                // PHP's empty map, or a map that may be a list too.
                let event = fixture.same_variant(&json);
                assert_eq!(P::misfits(&event), [], "{json}");
                let written = P::written(&event);
                let written = written.pointer(&part.pointer).expect("the part");
                assert!(*written == json!({}) || written == other, "{json}");
            } else {
                fixture.does_not_fit(part, &json, Fault::Unexpected);
            }
        }
    }
}

fn each_item_and_each_entry_that_is_null_is_a_misfit<P: Typed>() {
    let is_item = |part: &Part| matches!(part.kind, Kind::Item | Kind::Entry);
    for (fixture, part) in parts(&all::<P>(), is_item) {
        fixture.is_left_out(&part.pointer, &fixture.with(part, Value::Null));
    }
}

fn each_part_that_occurs_twice_is_an_error_or_two_misfits<P: Typed>() {
    let is_field = |part: &Part| part.kind != Kind::Item && part.pointer.starts_with("/data/");
    for (fixture, part) in parts(&all::<P>(), is_field) {
        // No name in the fixtures, and no text.
        let mut marked = fixture.json.clone();
        let (parent, name) = part.pointer.rsplit_once('/').expect("a parent");
        let fields = marked.pointer_mut(parent).and_then(Value::as_object_mut);
        fields
            .expect("an object")
            .insert("SECOND".into(), Value::Null);
        let json = marked
            .to_string()
            .replace(r#""SECOND""#, &format!("{name:?}"));
        match (part.kind, &part.left_out) {
            (Kind::Required, None) => fixture.is_refused(&part.pointer, &json, Fault::Duplicate),
            (Kind::Required, Some(left_out)) => {
                let event = P::event(json.as_bytes()).expect(&json);
                let [misfit] = P::misfits(&event) else {
                    panic!("{:?}: {json}", P::misfits(&event));
                };
                assert_eq!(
                    (misfit.path(), misfit.fault()),
                    (&*path(left_out), Fault::Unexpected)
                );
            }
            _ => {
                let event = P::event(json.as_bytes()).expect(&json);
                let misfits = P::misfits(&event).iter();
                let listed: Vec<_> = misfits
                    .map(|it| (it.path(), it.fault(), it.json().get()))
                    .collect();
                let path = path(&part.pointer);
                let first = fixture
                    .json
                    .pointer(&part.pointer)
                    .expect("the part")
                    .to_string();
                let twice = [&*first, "null"].map(|it| (&*path, Fault::Duplicate, it));
                assert_eq!(listed, twice, "{json}");
                let written = serde_json::to_string(&event).expect("JSON");
                assert_eq!(P::event(written.as_bytes()), Ok(event), "{json}");
            }
        }
    }
}

fn free_form_json_may_be_any<P: Typed>() {
    let types = [
        json!(true),
        json!(7),
        json!("text"),
        json!([]),
        json!({"": [null]}),
    ];
    for (fixture, part) in parts(&all::<P>(), |part| part.kind == Kind::FreeForm) {
        for other in &types {
            let json = fixture.with(part, other.clone());
            let event = fixture.same_variant(&json);
            assert_eq!(P::misfits(&event), []);
            assert_eq!(P::written(&event), json);
        }
    }
}

fn each_text_may_be_one_from_the_future<P: Typed>() {
    for (fixture, part) in parts(&all::<P>(), |part| part.kind != Kind::FreeForm) {
        let own = fixture.json.pointer(&part.pointer).expect("the part");
        if !own.is_string() || P::is_time(part.name(), own) {
            continue;
        }
        let json = fixture.with(part, json!("from the future"));
        let event = fixture.same_variant(&json);
        assert_eq!(P::misfits(&event), [], "{json}");
        assert_eq!(P::written(&event), json);
    }
}

fn each_time_of_another_form_is_an_error_or_a_misfit<P: Typed>() {
    let fixtures = all::<P>();
    let mut times = 0;
    for (fixture, part) in parts(&fixtures, |part| part.kind != Kind::FreeForm) {
        let own = fixture.json.pointer(&part.pointer).expect("the part");
        if P::is_time(part.name(), own) {
            for json in P::NO_TIMES {
                let json = serde_json::from_str(json).expect("JSON");
                fixture.does_not_fit(part, &fixture.with(part, json), Fault::Unexpected);
            }
            times += 1;
        }
    }
    assert!(times > 10, "{times}");
}

fn decoding_each_fixture_is_consistent<P: Typed>() {
    for fixture in all::<P>() {
        decoding::is_consistent::<P>(fixture.json.to_string().as_bytes());
    }
}

/// Every such part of every fixture.
fn parts<P: Typed>(
    fixtures: &[Fixture<P>],
    which: fn(&Part) -> bool,
) -> impl Iterator<Item = (&Fixture<P>, &Part)> {
    let parts = fixtures
        .iter()
        .flat_map(|fixture| fixture.parts.iter().map(move |part| (fixture, part)))
        .filter(move |(_, part)| which(part));
    assert_ne!(parts.clone().count(), 0);
    parts
}

/// Where the data have hundreds of parts, one further within is tried once for each pair of its name and that of what it is
/// in.
const MANY_PARTS: usize = 100;

/// Puts the keys of every object of ours in another order, and one that is new between them.
fn shuffled<P: Typed>(
    event: &str,
    value: Value,
    pointer: &str,
    order: &mut impl FnMut(usize) -> usize,
) -> Value {
    match value {
        value if is_free_form::<P>(event, pointer) => value,
        Value::Object(object) => {
            let mut entries = Vec::new();
            for (key, value) in object {
                let value = shuffled::<P>(event, value, &format!("{pointer}/{key}"), order);
                entries.insert(order(entries.len() + 1), (key, value));
            }
            if !is_in(P::MAPS, pointer) {
                let new = json!({"id": 7, name_field::<P>(): P::SAMPLE});
                entries.insert(
                    order(entries.len() + 1),
                    ("from_the_future".to_owned(), new),
                );
            }
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(items) => items
            .into_iter()
            .map(|item| shuffled::<P>(event, item, pointer, order))
            .collect(),
        value => value,
    }
}

fn config<P: Typed>() -> ProptestConfig {
    ProptestConfig {
        cases: P::CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn any_order_of_keys_and_new_ones_make_no_difference<P: Typed>() {
    let fixtures = all::<P>();
    proptest!(config::<P>(), |(fixture in any::<Index>(), mut order in any::<u64>())| {
        let fixture = fixture.get(&fixtures);
        let json = shuffled::<P>(&fixture.name, fixture.json.clone(), "", &mut |below| {
            // A step of a linear congruential generator.
            order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(order >> 33).expect("31 bits") % below
        });
        let event = decode::<P>(&json);
        prop_assert_eq!(event.as_ref(), Ok(&fixture.event), "{}", json);
    });
}

fn any_parts_may_be_absent_null_or_wrong<P: Typed>() {
    let fixtures = all::<P>();
    let fates = vec(0..6_u8, 100);
    proptest!(config::<P>(), |(fixture in any::<Index>(), fates in fates)| {
        let fixture = fixture.get(&fixtures);
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
        prop_assert_eq!(wrong > 0, !P::misfits(&event).is_empty(), "{}", json);
        prop_assert_eq!(decode::<P>(&json!(event)), Ok(event));
    });
}

fn decoding_is_consistent_for_any_time<P: Typed>() {
    let fixtures = all::<P>();
    let is_time = |fixture: &Fixture<P>, part: &Part| {
        let own = fixture.json.pointer(&part.pointer).expect("the part");
        part.kind != Kind::FreeForm && P::is_time(part.name(), own)
    };
    let times: Vec<_> = parts(&fixtures, |_| true)
        .filter(|(fixture, part)| is_time(fixture, part))
        .collect();
    let time = prop_oneof![
        "[-+Z:.0-9é ]{0,7}|\\PC{0,4}".prop_map(|end| json!(format!("2026-01-02T03:04:05{end}"))),
        any::<i64>().prop_map(Value::from),
        (-200_000_000_000..200_000_000_000_i64).prop_map(Value::from),
        (-400_000_000_000_000..400_000_000_000_000_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ];
    proptest!(config::<P>(), |(place in any::<Index>(), time in time)| {
        let (fixture, part) = place.get(&times);
        let json = fixture.with(part, time);
        decoding::is_consistent::<P>(json.to_string().as_bytes());
    });
}

fn decoding_is_consistent_for_fixtures_with_a_fault<P: Typed>() {
    let fixtures = all::<P>();
    proptest!(config::<P>(), |(
        fixture in any::<Index>(),
        place in any::<Index>(),
        fault in "[\\[\\]{},:\"\\\\a0nt ]{0,3}",
        length in 0..20_usize,
    )| {
        let text = fixture.get(&fixtures).json.to_string();
        let start = place.index(text.len());
        let end = text.len().min(start + length);
        let body = [&text[..start], &fault, &text[end..]].concat();
        decoding::is_consistent::<P>(body.as_bytes());
    });
}

fn decoding_is_consistent_for_any_text<P: Typed>() {
    proptest!(config::<P>(), |(body in "\\PC{0,40}", bytes in any::<Vec<u8>>())| {
        decoding::is_consistent::<P>(body.as_bytes());
        decoding::is_consistent::<P>(&bytes);
    });
}

fn decoding_is_consistent_for_any_fields<P: Typed>() {
    let json = || {
        let own = P::FIELDS.iter().map(|field| format!("{:?}", field.name));
        let texts = P::FIELDS.iter().map(|field| field.json.to_owned());
        let texts = texts.filter(|json| !json.is_empty());
        let name = format!("{:?}", P::SAMPLE);
        let all = JSON
            .iter()
            .map(|&json| json.to_owned())
            .chain(own)
            .chain(texts);
        select(Vec::from_iter(all.chain([name])))
    };
    let fields = vec((json(), json()), 0..7);
    proptest!(config::<P>(), |(fields in fields, pieces in vec(json(), 0..20))| {
        let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        decoding::is_consistent::<P>(format!("{{{}}}", fields.join(",")).as_bytes());
        decoding::is_consistent::<P>(pieces.concat().as_bytes());
    });
}

/// Pieces of which bodies are made, beside those of the provider.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "1",
    r#""id""#,
    r#""d\u0061ta""#,
    r#""$ecret#""#,
    " ",
];
