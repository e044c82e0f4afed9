//! Verified bytes. No public constructor; `Debug` omits the body.

mod id;

use alloc::sync::Arc;
use core::{fmt, marker::PhantomData, time::Duration};

use serde::Deserialize;
use time::OffsetDateTime;

use self::id::Id;
use crate::{
    DecodeError, Identified, Provider, Timestamped, json, secret::Label, unix_time::UnixTime,
};

/// A delivery whose signature has been checked, and its age where the provider signs the time; and so the proof that they
/// were.
///
/// `B` holds the body: `&[u8]` borrows it, `Vec<u8>` or `Bytes` owns it, so that the delivery can be queued or sent to
/// another thread. (A type of your own has to show the same bytes each time.)
///
/// Only a verifier makes one: see [`Verifier::verify_at`](crate::Verifier::verify_at). A function that
/// takes a `Delivery` cannot be given bytes that nobody verified:
///
/// ```compile_fail,E0451
/// use countersign::Delivery;
///
/// fn forge<P>(genuine: Delivery<P, &'static [u8]>) -> Delivery<P, &'static [u8]> {
///     Delivery { body: b"forged", ..genuine }
/// }
/// ```
///
/// `Debug` prints when it was signed, under which secret, and how long the body is.
pub struct Delivery<P, B> {
    body: B,
    signed_at: Option<UnixTime>,
    id: Option<Id>,
    key_index: usize,
    key_label: Option<Arc<Label>>,
    provider: PhantomData<fn() -> P>,
}

/// A delivery that owns its bytes as the frameworks have them: a part of the buffer that the server read from the
/// connection, which they keep alive. To keep many in memory, copy them (`Bytes::copy_from_slice`).
///
/// As an argument of a handler it is the request's body, read up to the limit and verified as
/// it came in, to be stored first and decoded later. What can be wrong with it is told by [`Rejection`](crate::Rejection); a body
/// that does not decode is not among it.
#[cfg(feature = "bytes")]
pub type Signed<P> = Delivery<P, bytes::Bytes>;

/// In the place of a provider: a delivery that one of them signed, and which one is not told by the type.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum AnyProvider {}

impl<P, B> Delivery<P, B> {
    #[inline]
    pub(crate) fn new(
        body: B,
        signed_at: Option<UnixTime>,
        id: Option<&[u8]>,
        key_index: usize,
        key_label: Option<Arc<Label>>,
    ) -> Self {
        Self {
            body,
            signed_at,
            id: id.map(Id::new),
            key_index,
            key_label,
            provider: PhantomData,
        }
    }

    /// Exactly the bytes that were signed.
    #[must_use]
    pub fn into_body(self) -> B {
        self.body
    }

    /// Which secret or public key matched, in the order in which they were given: 0 is the current one.
    ///
    /// While this is one that `with_previous` added, the provider still signs with an old secret.
    #[must_use]
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// The label of the secret that matched, if it has one: [`Secret::with_label`](crate::Secret::with_label). Unlike the
    /// index it stays the same when secrets are rotated.
    #[must_use]
    pub fn key_label(&self) -> Option<&str> {
        self.key_label.as_deref().map(|label| label.0.as_str())
    }

    /// The same delivery where deliveries of several providers go the same way.
    #[must_use]
    pub fn of_any_provider(self) -> Delivery<AnyProvider, B> {
        Delivery {
            body: self.body,
            signed_at: self.signed_at,
            id: self.id,
            key_index: self.key_index,
            key_label: self.key_label,
            provider: PhantomData,
        }
    }
}

impl<P, B: AsRef<[u8]>> Delivery<P, B> {
    /// Exactly the bytes that were signed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.body.as_ref()
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
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        serde_json::from_str(json::text(self.body())?).map_err(|error| json::error(&error))
    }
}

#[cfg(feature = "tower")]
impl<P> Signed<P> {
    pub(crate) fn bytes(&self) -> &bytes::Bytes {
        &self.body
    }
}

// The bounds of the methods are their own, as the compiler then says in words what is missing.
impl<P: Provider, B> Delivery<P, B> {
    /// When the provider signed this delivery, to the unit of its timestamp. An event can be older than that.
    #[must_use]
    pub fn signed_at(&self) -> OffsetDateTime
    where
        P: Timestamped,
    {
        const { assert!(P::SCHEME.is_timestamped(), "the scheme has no time") };
        self.time().unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// What the provider calls this delivery, or the message in it. It was signed, and is the same when it is
    /// delivered again.
    #[must_use]
    pub fn id(&self) -> &str
    where
        P: Identified,
    {
        const { assert!(P::SCHEME.is_identified(), "the scheme has no id") };
        self.id.as_ref().map_or("", Id::as_str)
    }
}

impl<B> Delivery<AnyProvider, B> {
    /// When the provider signed this delivery, if it signs the time.
    #[must_use]
    pub fn signed_at(&self) -> Option<OffsetDateTime> {
        self.time()
    }

    /// What the provider calls this delivery, if it signs an id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_ref().map(Id::as_str)
    }
}

impl<P, B> Delivery<P, B> {
    #[cfg(feature = "inbox")]
    pub(crate) fn signed_id(&self) -> Option<&str> {
        self.id.as_ref().map(Id::as_str)
    }

    fn time(&self) -> Option<OffsetDateTime> {
        self.signed_at.map(UnixTime::to_date)
    }

    /// How old it is at `now`, in nanoseconds since 1970. What was signed ahead of that has no age.
    pub(crate) fn age(&self, now: i128) -> Option<Duration> {
        let nanos = self.signed_at?.age_in_nanos(now);
        u64::try_from(nanos).ok().map(Duration::from_nanos)
    }
}

impl<P, B: PartialEq> PartialEq for Delivery<P, B> {
    fn eq(&self, other: &Self) -> bool {
        self.body == other.body
            && self.signed_at == other.signed_at
            && self.id == other.id
            && self.key_index == other.key_index
            && self.key_label == other.key_label
    }
}

impl<P, B: Eq> Eq for Delivery<P, B> {}

impl<P, B: Clone> Clone for Delivery<P, B> {
    fn clone(&self) -> Self {
        Self {
            body: self.body.clone(),
            signed_at: self.signed_at,
            id: self.id.clone(),
            key_index: self.key_index,
            key_label: self.key_label.clone(),
            provider: PhantomData,
        }
    }
}

impl<P, B: AsRef<[u8]>> fmt::Debug for Delivery<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Delivery");
        if let Some(signed_at) = self.time() {
            fields.field("signed_at", &signed_at);
        }
        fields.field("key_index", &self.key_index);
        if let Some(label) = self.key_label() {
            fields.field("key_label", &label);
        }
        fields
            .field("body_len", &self.body.as_ref().len())
            .finish_non_exhaustive()
    }
}
