//! What is signed is accepted; with any one bit changed it is not.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: (u64, usize, String, Vec<u8>)| {
    support::invariants::only_the_signed_is_accepted(&input.2, &input.3, input.0, input.1);
});
