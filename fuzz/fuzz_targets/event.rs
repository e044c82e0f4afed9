//! Any signed body, as an event of each provider, and of WorkOS as a page of events too: all ways of decoding agree.
#![no_main]

use countersign::{clerk::Clerk, courier::Courier, workos::WorkOs};

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    support::decoding::is_consistent::<WorkOs>(body);
    support::decoding::is_consistent::<Clerk>(body);
    support::decoding::is_consistent::<Courier>(body);
});
