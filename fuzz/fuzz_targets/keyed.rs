//! Any headers, body and time, for a list of components in groups: the verifier agrees with the model.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: (i32, [Vec<u8>; 3], Vec<u8>)| {
    let (late_ms, headers, body) = input;
    support::invariants::agrees_with_model_on_values(
        &support::model::GROUPS,
        headers,
        &body,
        late_ms,
    );
});
