//! The order of the checks, and the clock. No parsing and no arithmetic of its own.
//!
//! `verify_at` is generic and so compiled in the user's crate. What it calls for each delivery is
//! `#[inline]`, to be compiled along with it.

use alloc::vec::Vec;
use core::{fmt, iter, marker::PhantomData};

use time::OffsetDateTime;

use crate::{
    Delivery, Provider, Secret, Tolerance, VerifyError,
    header::{MAX_CANDIDATES, SignatureHeader},
    mac::{Key, Tag},
};

/// Proves that a provider signed a delivery just now.
///
/// Holds keyed HMAC states, not the secrets. Make one at start-up, keep it for the life of the
/// service, and share or clone it freely. `Debug` prints the number of secrets and the tolerance.
///
/// The module of a provider has an alias for its own.
pub struct Verifier<P> {
    current: Key,
    previous: Vec<Key>,
    tolerance: Tolerance,
    provider: PhantomData<fn() -> P>,
}

impl<P: Provider> Verifier<P> {
    /// A verifier with one secret and the provider's default tolerance, [`Provider::TOLERANCE`].
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self {
            current: Key::new(secret.as_bytes()),
            previous: Vec::new(),
            tolerance: P::TOLERANCE,
            provider: PhantomData,
        }
    }

    /// Accepts a further secret, for as long as a rotation lasts. Can be called any number of times.
    ///
    /// Each secret costs one more HMAC over every body, whichever of them matches.
    #[must_use]
    pub fn with_previous(mut self, secret: Secret) -> Self {
        // A vector that grew in place would leave its old states behind, not wiped.
        let mut previous = Vec::with_capacity(self.previous.len().saturating_add(1));
        previous.extend_from_slice(&self.previous);
        previous.push(Key::new(secret.as_bytes()));
        self.previous = previous;
        self
    }

    /// Replaces the tolerance.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a delivery that came in just now, by the system's clock.
    ///
    /// `header` is the value of the header [`Provider::SIGNATURE_HEADER`], `body` the request's body
    /// as it was received: parsed and re-serialized, it is another body.
    ///
    /// Targets that have no clock (`wasm32-unknown-unknown`) have [`Verifier::verify_at`] only.
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify_at`].
    #[cfg(all(
        feature = "std",
        not(all(target_family = "wasm", target_os = "unknown"))
    ))]
    pub fn verify<'a>(
        &self,
        header: impl AsRef<[u8]>,
        body: &'a [u8],
    ) -> Result<Delivery<'a, P>, VerifyError> {
        self.verify_at(header, body, OffsetDateTime::now_utc())
    }

    /// Verifies a delivery that was received at `now`.
    ///
    /// # Errors
    ///
    /// The first that applies:
    ///
    /// - [`VerifyError::HeaderTooLong`]: `header` has more than 4096 bytes.
    /// - [`VerifyError::MalformedHeader`]: a component without `=` (`t`), an empty one (`t=1,,v1=..`),
    ///   white space within one (`t = 1`); so also an empty header.
    /// - [`VerifyError::MissingTimestamp`]: no component has the key [`Provider::TIMESTAMP_KEY`].
    /// - [`VerifyError::DuplicateTimestamp`]: two have, be it with the same value.
    /// - [`VerifyError::InvalidTimestamp`]: its value is not 1 to 20 ASCII digits (`-1`, `1.0`, `1e3`,
    ///   nothing), or lies past the year 9999.
    /// - [`VerifyError::MissingSignature`]: no component has the key [`Provider::SIGNATURE_KEY`].
    /// - [`VerifyError::TooManySignatures`]: more than 16 have.
    /// - [`VerifyError::MalformedSignature`]: the value of none of them is 64 hex digits.
    /// - [`VerifyError::SignatureMismatch`]: none is the HMAC of the timestamp as received, a dot and
    ///   `body` under any of the secrets.
    /// - [`VerifyError::Expired`]: genuine, but signed longer ago than the tolerance.
    /// - [`VerifyError::NotYetValid`]: genuine, but signed further in the future than the tolerance.
    pub fn verify_at<'a>(
        &self,
        header: impl AsRef<[u8]>,
        body: &'a [u8],
        now: OffsetDateTime,
    ) -> Result<Delivery<'a, P>, VerifyError> {
        let mut candidates = [Tag::ZERO; MAX_CANDIDATES];
        let header = SignatureHeader::parse::<P>(header.as_ref(), &mut candidates)?;
        let key_index = self
            .matching_key(&header, body)
            .ok_or(VerifyError::SignatureMismatch)?;
        // Only now does the timestamp mean anything: a forger can write any.
        self.tolerance.check(header.signed_at, now)?;
        Ok(Delivery::new(body, header.signed_at, key_index))
    }

    /// The first key under which any candidate is the tag of the message. All keys and all candidates
    /// are looked at, so the time taken tells nothing of where a match or a near miss was.
    fn matching_key(&self, header: &SignatureHeader<'_>, body: &[u8]) -> Option<usize> {
        let mut matching = None;
        for (index, key) in iter::once(&self.current).chain(&self.previous).enumerate() {
            let tag = key.tag(header.timestamp, body);
            if tag.equals_any(header.candidates) && matching.is_none() {
                matching = Some(index);
            }
        }
        matching
    }
}

impl<P> Clone for Verifier<P> {
    fn clone(&self) -> Self {
        Self {
            current: self.current.clone(),
            previous: self.previous.clone(),
            tolerance: self.tolerance,
            provider: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Verifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.previous.len().saturating_add(1))
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}
