//! What the tests share: made-up secrets, builders, the model, the providers, the invariants.
#![allow(
    dead_code,
    unnameable_types,
    unreachable_pub,
    unused_imports,
    unused_macros,
    reason = "no test uses all of it; the fuzz targets use it too"
)]

#[cfg(feature = "workos-actions")]
pub mod actions;
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
pub mod decoding;
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
pub mod events;
pub mod invariants;
pub mod model;
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
pub mod providers;

use countersign::Secret;
use time::{Duration, OffsetDateTime};
#[cfg(feature = "workos")]
pub use workos::{event, header, sign, verifier};

pub const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
pub const OLD_SECRET: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
/// A delivery of WorkOS.
pub const BODY: &[u8] =
    br#"{"id":"event_01","data":{},"event":"user.created","created_at":"2026-01-02T03:04:05.678Z"}"#;
pub const LAST_MILLISECOND_OF_9999: u64 = 253_402_300_799_999;
/// 2026-01-02T03:04:05.678Z
pub const SIGNED_AT_MS: u64 = 1_767_323_045_678;

#[track_caller]
pub fn secret(text: &str) -> Secret {
    Secret::new(text).expect("a secret")
}

#[track_caller]
pub fn date(millis: u64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(millis.try_into().expect("a time"))
}

/// The 64 hex digits of `SECRET` over `timestamp "." body`, whatever `timestamp` is.
pub fn signature(timestamp: &str, body: &[u8]) -> String {
    hex::encode(model::mac(SECRET.as_bytes(), timestamp.as_bytes(), body))
}

#[cfg(feature = "workos")]
mod workos {
    use countersign::{DecodeError, workos};

    use super::{BODY, SECRET, SIGNED_AT_MS, date, providers::Typed as _, secret};

    pub fn verifier() -> workos::Verifier {
        workos::Verifier::new(secret(SECRET))
    }

    /// The header that WorkOS would send for `BODY`.
    pub fn header() -> String {
        sign(SECRET, BODY, SIGNED_AT_MS)
    }

    #[track_caller]
    pub fn sign(with: &str, body: &[u8], at_ms: u64) -> String {
        workos::Signer::new(secret(with)).sign(body, date(at_ms))
    }

    /// The event that a genuine delivery of these bytes holds.
    pub fn event(body: &[u8]) -> Result<workos::Event, DecodeError> {
        workos::WorkOs::event(body)
    }
}
