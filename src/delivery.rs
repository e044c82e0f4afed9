//! Verified bytes. No public constructor; `Debug` omits the body.

#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) mod signed;

use core::{fmt, marker::PhantomData};

use serde::Deserialize;
use time::OffsetDateTime;

use crate::{DecodeError, json, unix_millis::UnixMillis};

/// A delivery whose signature and age have been checked, and so the proof that they were.
///
/// Only a verifier makes one: see [`Verifier::verify_at`](crate::Verifier::verify_at). A function that
/// takes a `Delivery` cannot be given bytes that nobody verified:
///
/// ```compile_fail,E0451
/// use countersign::Delivery;
///
/// fn forge<P>(genuine: Delivery<'static, P>) -> Delivery<'static, P> {
///     Delivery { body: b"forged", ..genuine }
/// }
/// ```
///
/// `Debug` prints when it was signed, under which secret, and how long the body is.
pub struct Delivery<'a, P> {
    body: &'a [u8],
    signed_at: UnixMillis,
    key_index: usize,
    provider: PhantomData<fn() -> P>,
}

impl<'a, P> Delivery<'a, P> {
    pub(crate) fn new(body: &'a [u8], signed_at: UnixMillis, key_index: usize) -> Self {
        Self {
            body,
            signed_at,
            key_index,
            provider: PhantomData,
        }
    }

    /// Exactly the bytes that were signed.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// When the provider signed this delivery, to the millisecond. An event can be older than that.
    #[must_use]
    pub fn signed_at(&self) -> OffsetDateTime {
        self.signed_at.to_date()
    }

    /// Which secret matched: 0 is the current one, 1 and up the previous ones in the order given.
    ///
    /// While this is not 0, the provider still signs with an old secret.
    #[must_use]
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// Decodes the whole body into any type that serde can make of JSON.
    ///
    /// The type may borrow from the body.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::NotUtf8`]: the body is not UTF-8.
    /// - [`DecodeError::NotJson`]: an empty body, `{"id":`, `{} {}`, a byte order mark in front, or JSON
    ///   beyond the limits of `serde_json` (nested deeper than 127, `1e999`, `"\ud800"`).
    /// - [`DecodeError::Mismatch`]: JSON that `T` does not accept, such as `[]` for a struct.
    pub fn json<T: Deserialize<'a>>(&self) -> Result<T, DecodeError> {
        serde_json::from_str(json::text(self.body)?).map_err(|error| json::error(&error))
    }
}

impl<P> Clone for Delivery<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Delivery<'_, P> {}

impl<P> fmt::Debug for Delivery<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("signed_at", &self.signed_at())
            .field("key_index", &self.key_index)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}
