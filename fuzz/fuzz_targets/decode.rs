//! Any signed body, of each provider: decoding neither panics nor quotes it.
#![no_main]

use countersign::{clerk::Clerk, courier::Courier, workos::WorkOs};

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    support::decoding::quotes_nothing::<WorkOs>(body);
    support::decoding::quotes_nothing::<Clerk>(body);
    support::decoding::quotes_nothing::<Courier>(body);
});
