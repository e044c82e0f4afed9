//! A delivery that owns its bytes, to be kept or sent on. As [`Delivery`], only a verifier makes one.

use core::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::Deserialize;
use time::OffsetDateTime;

use super::Delivery;
use crate::{DecodeError, Provider, Verifier, VerifyError, unix_millis::UnixMillis};

/// A delivery that has been verified, with its bytes: to store it first and decode it later.
///
/// As an argument of a handler it is the request's body, read up to the framework's limit and verified as
/// it came in. What can be wrong with it is told by [`Rejection`](crate::extract::Rejection); a body that does
/// not decode is not among it.
///
/// `Debug` prints when it was signed, under which secret, and how long the body is.
pub struct Signed<P> {
    body: Bytes,
    signed_at: UnixMillis,
    key_index: usize,
    provider: PhantomData<fn() -> P>,
}

impl<P: Provider> Signed<P> {
    pub(crate) fn verify(
        verifier: &Verifier<P>,
        header: impl AsRef<[u8]>,
        body: Bytes,
    ) -> Result<Self, VerifyError> {
        let Delivery {
            signed_at,
            key_index,
            ..
        } = verifier.verify(header, &body)?;
        Ok(Self {
            body,
            signed_at,
            key_index,
            provider: PhantomData,
        })
    }
}

impl<P> Signed<P> {
    /// The same delivery, borrowed.
    #[must_use]
    pub fn delivery(&self) -> Delivery<'_, P> {
        Delivery::new(&self.body, self.signed_at, self.key_index)
    }

    pub(crate) fn of_any_provider(self) -> Signed<AnyProvider> {
        Signed {
            body: self.body,
            signed_at: self.signed_at,
            key_index: self.key_index,
            provider: PhantomData,
        }
    }

    /// Exactly the bytes that were signed. To clone them copies nothing: they are a part of the buffer that the server
    /// read from the connection, and keep it alive. To keep many deliveries in memory, copy them (`Bytes::copy_from_slice`).
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Exactly the bytes that were signed, as [`body`](Self::body).
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// When the provider signed this delivery: [`Delivery::signed_at`].
    #[must_use]
    pub fn signed_at(&self) -> OffsetDateTime {
        self.delivery().signed_at()
    }

    /// Which secret matched: [`Delivery::key_index`].
    #[must_use]
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// Decodes the whole body into any type that serde can make of JSON.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::json`].
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        self.delivery().json()
    }
}

/// In the place of a provider: a delivery that one of them signed, and which one is not told by the type.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum AnyProvider {}

impl<P> PartialEq for Signed<P> {
    fn eq(&self, other: &Self) -> bool {
        self.body == other.body
            && self.signed_at == other.signed_at
            && self.key_index == other.key_index
    }
}

impl<P> Eq for Signed<P> {}

impl<P> Clone for Signed<P> {
    fn clone(&self) -> Self {
        Self {
            body: self.body.clone(),
            ..*self
        }
    }
}

impl<P> fmt::Debug for Signed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.delivery().fmt(f)
    }
}
