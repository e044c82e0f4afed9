//! Every event of the catalogue: its fixture decodes to its own variant and comes out as it went in.

mod support;

use countersign::workos::{Event, EventData};
use serde_json::Value;
use support::events::{COMPLETE, fixtures};

#[track_caller]
fn event(name: &str, json: &str) -> Event {
    support::event(json.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn names_are_sorted_and_each_has_a_fixture() {
    assert!(EventData::NAMES.is_sorted_by(|a, b| a < b));
    let named: Vec<String> = fixtures(COMPLETE).into_keys().collect();
    assert_eq!(named, EventData::NAMES);
    assert_eq!(named.len(), 136);
}

#[test]
fn each_fixture_decodes_to_its_own_variant() {
    for (name, json) in fixtures(COMPLETE) {
        let event = event(&name, &json);
        assert_eq!(event.data.name(), name);
        assert!(!matches!(event.data, EventData::Unknown(_)), "{name}");
        let variant = name.replace(['.', '_'], "");
        let debug = format!("{:?}", event.data).to_lowercase();
        assert!(debug.starts_with(&format!("{variant}(")), "{name}: {debug}");
    }
}

#[test]
fn each_fixture_comes_out_as_it_went_in() {
    for (name, json) in fixtures(COMPLETE) {
        let event = event(&name, &json);
        let written = serde_json::to_string(&event).expect("JSON");
        let [was, is] =
            [&json, &written].map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        assert_eq!(is, was, "{name}");
        assert_eq!(support::event(written.as_bytes()), Ok(event), "{name}");
    }
}
