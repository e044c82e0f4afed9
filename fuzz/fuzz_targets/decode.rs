//! Any signed body: decoding neither panics nor quotes it.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|body: &[u8]| support::invariants::decoding_quotes_nothing(body));
