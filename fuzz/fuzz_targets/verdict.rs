//! Any header, body and time: the verifier agrees with the model of the verdict table.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: (i32, Vec<u8>, Vec<u8>)| {
    support::invariants::agrees_with_model(&input.2, &input.1, input.0);
});
