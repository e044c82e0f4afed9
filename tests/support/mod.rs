//! What the tests share: made-up secrets, builders, the model, the invariants.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "no test uses all of it; the fuzz targets use it too"
)]

pub mod events;
pub mod invariants;
pub mod model;

use countersign::{DecodeError, Secret, workos};
use time::{Duration, OffsetDateTime};

pub const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
pub const OLD_SECRET: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
pub const BODY: &[u8] =
    br#"{"id":"event_01","data":{},"event":"user.created","created_at":"2026-01-02T03:04:05.678Z"}"#;
pub const LAST_MILLISECOND_OF_9999: u64 = 253_402_300_799_999;
/// 2026-01-02T03:04:05.678Z
pub const SIGNED_AT_MS: u64 = 1_767_323_045_678;

#[track_caller]
pub fn secret(text: &str) -> Secret {
    Secret::new(text).expect("a secret")
}

pub fn verifier() -> workos::Verifier {
    workos::Verifier::new(secret(SECRET))
}

#[track_caller]
pub fn date(millis: u64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(millis.try_into().expect("a time"))
}

/// The header that WorkOS would send for `BODY`.
pub fn header() -> String {
    sign(SECRET, BODY, SIGNED_AT_MS)
}

#[track_caller]
pub fn sign(with: &str, body: &[u8], at_ms: u64) -> String {
    workos::Signer::new(secret(with)).sign(body, date(at_ms))
}

/// The 64 hex digits of `SECRET` over `timestamp "." body`, whatever `timestamp` is.
pub fn signature(timestamp: &str, body: &[u8]) -> String {
    hex::encode(model::mac(SECRET.as_bytes(), timestamp.as_bytes(), body))
}

/// The event that a genuine delivery of these bytes holds.
pub fn event(body: &[u8]) -> Result<workos::Event, DecodeError> {
    let header = sign(SECRET, body, SIGNED_AT_MS);
    verifier()
        .verify_at(header, body, date(SIGNED_AT_MS))
        .expect("a genuine delivery")
        .event()
}
