//! Any signed body, as a request of WorkOS Actions: decoding neither panics nor quotes it, and answers are of its kind.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|body: &[u8]| support::actions::is_consistent(body));
