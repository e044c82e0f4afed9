//! Any signed body, as an event and as a page of events: all ways of decoding agree.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|body: &[u8]| support::invariants::decoding_is_consistent(body));
