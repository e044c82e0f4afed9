//! The order of the checks, and the clock. No parsing and no arithmetic of its own.
//!
//! What is generic is compiled in the user's crate, where the scheme is a constant and most of it
//! folds away. What it calls for each delivery is `#[inline]`, to be compiled along with it.

use core::{fmt, marker::PhantomData};

use time::OffsetDateTime;

#[cfg(feature = "diagnose")]
use crate::diagnose::{self, Diagnosis};
#[cfg(feature = "ed25519")]
use crate::scheme::NO_PUBLIC_KEYS;
use crate::{
    Delivery, Headers, Keys, Provider, Rejection, Scheme, Timestamped, Tolerance, VerifyError,
    delivery::AnyProvider,
    header::{Signatures, Unauthenticated},
    headers::Values,
    observe,
    scheme::MAX_PARTS,
    unix_time::{HAS_CLOCK, now},
};

/// Proves that a provider signed a delivery, and just now where it signs the time.
///
/// Holds keyed HMAC states, not the secrets. Make one at start-up, keep it for the life of the
/// service, and share or clone it freely: clones share the keys. `Debug` prints the number of secrets and the tolerance.
///
/// The module of a provider has an alias for its own. Of one that is known at run time only, see [`AnyVerifier`].
pub struct Verifier<P> {
    pub(crate) keys: Keys,
    tolerance: Tolerance,
    provider: PhantomData<fn() -> P>,
}

impl<P: Provider> Verifier<P> {
    /// A verifier with one secret and the provider's default tolerance, [`Provider::TOLERANCE`].
    #[must_use]
    pub fn new(secret: P::Secret) -> Self {
        const { P::SCHEME };
        Self {
            keys: secret.into(),
            tolerance: P::TOLERANCE,
            provider: PhantomData,
        }
    }

    /// Accepts a further secret, for as long as a rotation lasts. Can be called any number of times.
    ///
    /// Each secret costs one more HMAC over every body, whichever of them matches.
    #[must_use]
    pub fn with_previous(mut self, secret: P::Secret) -> Self {
        self.keys = self.keys.followed_by(&secret.into());
        self
    }

    /// A verifier with the public key of the endpoint in place of a secret. Else [`new`](Self::new).
    ///
    /// Does not compile unless the scheme is that of Standard Webhooks: no other has signatures by a private key.
    ///
    /// ```compile_fail,E0080
    /// # use countersign::{Provider, Scheme, Secret, StandardPublicKey, Verifier};
    /// enum Acme {}
    ///
    /// impl Provider for Acme {
    ///     const NAME: &'static str = "acme";
    ///     const SCHEME: Scheme = Scheme::prefixed("acme-signature", "sha256=");
    ///     type Secret = Secret;
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = StandardPublicKey::new("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")?;
    /// let verifier = Verifier::<Acme>::from_public_key(key);
    /// # let _ = verifier;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "ed25519")]
    #[must_use]
    pub fn from_public_key(key: crate::StandardPublicKey) -> Self {
        const { assert!(P::SCHEME.public_prefix.is_some(), "{}", NO_PUBLIC_KEYS) };
        Self {
            keys: key.into(),
            tolerance: P::TOLERANCE,
            provider: PhantomData,
        }
    }

    /// Accepts signatures by the private key of this public one too. Can be called any number of times.
    ///
    /// Each public key costs up to four verifications of a delivery that bears so many signatures of that kind. With more than
    /// four of them it is refused, whatever else it bears.
    #[cfg(feature = "ed25519")]
    #[must_use]
    pub fn with_public_key(mut self, key: crate::StandardPublicKey) -> Self {
        const { assert!(P::SCHEME.public_prefix.is_some(), "{}", NO_PUBLIC_KEYS) };
        self.keys = self.keys.followed_by(&key.into());
        self
    }

    /// Verifies a delivery that came in just now, by the system's clock, of a provider that sends one header.
    ///
    /// `header` is the value of the header [`Scheme::signature_header`], `body` the request's body
    /// as it was received: parsed and re-serialized, it is another body. It may be borrowed (`&[u8]`) or owned (`Vec<u8>`,
    /// `Bytes`), and is not copied: the delivery has it.
    ///
    /// Does not compile for a scheme that has other headers too, which are verified by
    /// [`verify_request`](Self::verify_request); nor, on targets that have no clock (`wasm32-unknown-unknown`) or without
    /// the feature `std`, for one that has a time, which is verified by [`verify_at`](Self::verify_at).
    ///
    /// ```compile_fail,E0080
    /// # use countersign::{Part::*, Provider, Scheme, Secret, Verifier};
    /// enum Acme {}
    ///
    /// impl Provider for Acme {
    ///     const NAME: &'static str = "acme";
    ///     const SCHEME: Scheme =
    ///         Scheme::prefixed("acme-signature", "").timestamp_in("acme-time", &[Timestamp, Body]);
    ///     type Secret = Secret;
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let verifier = Verifier::<Acme>::new(Secret::new("a secret")?);
    /// verifier.verify("..", b"body")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify_at`]; of a provider that signs no time, those that speak of no time.
    #[inline]
    pub fn verify<B: AsRef<[u8]>>(
        &self,
        header: impl AsRef<[u8]>,
        body: B,
    ) -> Result<Delivery<P, B>, VerifyError> {
        const { assert!(P::SCHEME.has_one_header(), "{}", ONE_HEADER) };
        const { assert!(HAS_CLOCK || !P::SCHEME.is_timestamped(), "{}", NO_CLOCK) };
        self.check(Values::one(header.as_ref()), body, now)
    }

    /// Verifies a delivery that came in just now, by the system's clock, and takes what it needs from the
    /// headers of the request.
    ///
    /// `headers` are all of them, such as an array of pairs or a framework's map: see [`Headers`]. Where there is no clock
    /// it compiles as [`verify`](Self::verify) does.
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify_request_at`]; of a provider that signs no time, those that speak of no time.
    #[inline]
    pub fn verify_request<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
    ) -> Result<Delivery<P, B>, VerifyError> {
        const { assert!(HAS_CLOCK || !P::SCHEME.is_timestamped(), "{}", NO_CLOCK) };
        self.check(Values::of(&P::SCHEME, headers)?, body, now)
    }

    /// [`verify_request`](Self::verify_request), for a service: what is decided is told to the operator, by the features
    /// `tracing` and `metrics`, and a [`Rejection`] says what the client is answered.
    ///
    /// The integrations do it by themselves. It is for what else receives requests: hyper, poem, warp, a Lambda.
    ///
    /// # Errors
    ///
    /// [`Rejection::Verify`], with those of [`verify_request`](Self::verify_request).
    pub fn receive<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
    ) -> Result<Delivery<P, B>, Rejection> {
        let received = self.verify_request(headers, body);
        observe::told(received.map_err(Rejection::from), now)
    }

    /// Gives the rejection back, having told the operator of it: of a request that is refused before [`receive`](Self::receive),
    /// such as [`Rejection::BodyTooLarge`].
    #[must_use]
    pub fn refuse(&self, rejection: Rejection) -> Rejection {
        observe::refusal::<P>(rejection, now)
    }

    /// The likely cause of a refusal of this request at `now`, for the operator: [its module](crate::diagnose) says what it
    /// costs, and why the client must not see it. Where the scheme has no time, `now` is not looked at.
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub fn diagnose(
        &self,
        headers: &(impl Headers + ?Sized),
        body: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Diagnosis {
        self.diagnose_among(&[], headers, body, now)
    }

    /// [`diagnose`](Self::diagnose), which also tells when the delivery was signed with the secret of another endpoint: `others`
    /// are names, of your own making, and the keys of each.
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub fn diagnose_among(
        &self,
        others: &[(&str, &Keys)],
        headers: &(impl Headers + ?Sized),
        body: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Diagnosis {
        let verifier = (&P::SCHEME, &self.keys, self.tolerance);
        diagnose::of(verifier, others, headers, body.as_ref(), now)
    }

    /// The keys, such as for [`diagnose_among`](Self::diagnose_among) of another verifier.
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    #[inline]
    fn check<B: AsRef<[u8]>>(
        &self,
        values: Values<'_>,
        body: B,
        now: impl FnOnce() -> i128,
    ) -> Result<Delivery<P, B>, VerifyError> {
        check(&P::SCHEME, &self.keys, self.tolerance, values, body, now)
    }
}

impl<P: Timestamped> Verifier<P> {
    /// Replaces the tolerance.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Tolerance) -> Self {
        const { assert!(P::SCHEME.is_timestamped(), "{}", NO_TIME) };
        self.tolerance = tolerance;
        self
    }

    /// Verifies a delivery that was received at `now`, of a provider that sends one header: else
    /// [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// The first that applies:
    ///
    /// - [`VerifyError::HeaderTooLong`]: `header` has more than 4096 bytes.
    /// - [`VerifyError::MalformedHeader`]: a component without `=` (`t`), an empty one (`t=1,,v1=..`),
    ///   white space within one (`t = 1`); so also an empty header.
    /// - [`VerifyError::MissingTimestamp`]: no component has the key of the time.
    /// - [`VerifyError::DuplicateTimestamp`]: two have, be it with the same value.
    /// - [`VerifyError::InvalidTimestamp`]: its value is not 1 to 20 ASCII digits (`-1`, `1.0`, `1e3`,
    ///   nothing), or lies past the year 9999.
    /// - [`VerifyError::MissingSignature`]: no component has the key of a signature.
    /// - [`VerifyError::TooManySignatures`]: more than 16 have.
    /// - [`VerifyError::MalformedSignature`]: the value of none of them is 64 hex digits, or 32 bytes in the encoding of the
    ///   scheme.
    /// - [`VerifyError::SignatureMismatch`]: none is the HMAC of the message, such as the timestamp as received, a dot and
    ///   `body`, under any of the secrets.
    /// - [`VerifyError::Expired`]: genuine, but signed longer ago than the tolerance.
    /// - [`VerifyError::NotYetValid`]: genuine, but signed further in the future than the tolerance.
    #[inline]
    pub fn verify_at<B: AsRef<[u8]>>(
        &self,
        header: impl AsRef<[u8]>,
        body: B,
        now: OffsetDateTime,
    ) -> Result<Delivery<P, B>, VerifyError> {
        const { assert!(P::SCHEME.is_timestamped(), "{}", NO_TIME) };
        const { assert!(P::SCHEME.has_one_header(), "{}", ONE_HEADER) };
        self.check(Values::one(header.as_ref()), body, || {
            now.unix_timestamp_nanos()
        })
    }

    /// Verifies a delivery that was received at `now`, with the headers of the request: else
    /// [`verify_request`](Self::verify_request).
    ///
    /// # Errors
    ///
    /// The first that applies:
    ///
    /// - [`VerifyError::MissingHeader`]: one of the headers of the scheme is not there.
    /// - [`VerifyError::DuplicateHeader`]: one is there twice, be it with the same value.
    /// - [`VerifyError::NonAsciiHeader`]: one has bytes from 128 on, be it in a component that `verify_at` ignores.
    /// - [`VerifyError::HeaderTooLong`]: one has more than 4096 bytes.
    /// - [`VerifyError::MalformedHeader`], [`MissingTimestamp`](VerifyError::MissingTimestamp) and
    ///   [`DuplicateTimestamp`](VerifyError::DuplicateTimestamp), as of [`verify_at`](Self::verify_at), where the time is a
    ///   component of the signature header.
    /// - [`VerifyError::InvalidTimestamp`]: the time is not 1 to 20 ASCII digits, or lies past the year 9999. Where it
    ///   adjoins the body in what is signed: or does not have the digits of a time from 2001 to 2286.
    /// - [`VerifyError::InvalidId`]: the id is empty, longer than 256 bytes, not visible ASCII (`msg 1`), or has what could be a
    ///   time after what separates the two (`msg_1.1767323045`): then the body could begin elsewhere.
    /// - [`VerifyError::MissingSignature`]: `sha1=..` for `sha256=..`, nothing but `v1a,..` where there is no public key.
    /// - [`VerifyError::TooManySignatures`]: more than 16; or with a public key more than 4 of `v1a`.
    /// - The others of [`verify_at`](Self::verify_at), from [`VerifyError::MalformedSignature`] on.
    #[inline]
    pub fn verify_request_at<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
        now: OffsetDateTime,
    ) -> Result<Delivery<P, B>, VerifyError> {
        const { assert!(P::SCHEME.is_timestamped(), "{}", NO_TIME) };
        self.check(Values::of(&P::SCHEME, headers)?, body, || {
            now.unix_timestamp_nanos()
        })
    }

    /// [`verify_request_at`](Self::verify_request_at), for a service: else [`receive`](Self::receive). For a Worker, which has
    /// a clock of its own.
    ///
    /// # Errors
    ///
    /// [`Rejection::Verify`], with those of [`verify_request_at`](Self::verify_request_at).
    pub fn receive_at<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
        now: OffsetDateTime,
    ) -> Result<Delivery<P, B>, Rejection> {
        let received = self.verify_request_at(headers, body, now);
        observe::told(received.map_err(Rejection::from), || {
            now.unix_timestamp_nanos()
        })
    }
}

/// A verifier whose scheme is a value, for who learns at run time which provider it is: from a configuration, say.
///
/// It costs what a [`Verifier`] does. What it does not tell is by its type whose delivery it was.
///
/// ```
/// use countersign::{AnyVerifier, Scheme, Secret};
///
/// let scheme = Scheme::prefixed("x-hub-signature-256", "sha256=");
/// let verifier = AnyVerifier::new(scheme, Secret::new("It's a Secret to Everybody")?);
/// let headers = [(
///     "X-Hub-Signature-256",
///     "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
/// )];
/// # #[cfg(feature = "std")]
/// let delivery = verifier.verify_request(&headers, b"Hello, World!")?;
/// # #[cfg(feature = "std")]
/// assert_eq!(delivery.signed_at(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `Debug` prints the scheme, the number of secrets and the tolerance.
#[derive(Clone)]
pub struct AnyVerifier {
    scheme: Scheme,
    keys: Keys,
    tolerance: Tolerance,
}

impl AnyVerifier {
    /// A verifier of this scheme with a tolerance of 300 seconds. `keys` are a secret, of the kind that the provider has; or,
    /// of Standard Webhooks, a public key, by which a verifier of any other scheme refuses all that comes.
    #[must_use]
    pub fn new(scheme: Scheme, keys: impl Into<Keys>) -> Self {
        Self {
            scheme,
            keys: keys.into(),
            tolerance: Tolerance::DEFAULT,
        }
    }

    /// Accepts a further secret: [`Verifier::with_previous`].
    #[must_use]
    pub fn with_previous(mut self, keys: impl Into<Keys>) -> Self {
        self.keys = self.keys.followed_by(&keys.into());
        self
    }

    /// Replaces the tolerance. Changes nothing where the scheme has no time.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a delivery that came in just now, by the system's clock: [`Verifier::verify_request`].
    ///
    /// Targets that have no clock (`wasm32-unknown-unknown`) have [`verify_request_at`](Self::verify_request_at) only.
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify_request_at`].
    #[cfg(all(
        feature = "std",
        not(all(target_family = "wasm", target_os = "unknown"))
    ))]
    pub fn verify_request<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
    ) -> Result<Delivery<AnyProvider, B>, VerifyError> {
        self.check(headers, body, now)
    }

    /// Verifies a delivery that was received at `now`, which is not looked at where the scheme has no time.
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify_request_at`].
    pub fn verify_request_at<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
        now: OffsetDateTime,
    ) -> Result<Delivery<AnyProvider, B>, VerifyError> {
        self.check(headers, body, || now.unix_timestamp_nanos())
    }

    /// The likely cause of a refusal: [`Verifier::diagnose`].
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub fn diagnose(
        &self,
        headers: &(impl Headers + ?Sized),
        body: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Diagnosis {
        self.diagnose_among(&[], headers, body, now)
    }

    /// The same among the keys of other endpoints: [`Verifier::diagnose_among`].
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub fn diagnose_among(
        &self,
        others: &[(&str, &Keys)],
        headers: &(impl Headers + ?Sized),
        body: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Diagnosis {
        let verifier = (&self.scheme, &self.keys, self.tolerance);
        diagnose::of(verifier, others, headers, body.as_ref(), now)
    }

    /// The keys, such as for [`diagnose_among`](Self::diagnose_among) of another verifier.
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    #[inline]
    fn check<B: AsRef<[u8]>>(
        &self,
        headers: &(impl Headers + ?Sized),
        body: B,
        now: impl FnOnce() -> i128,
    ) -> Result<Delivery<AnyProvider, B>, VerifyError> {
        let values = Values::of(&self.scheme, headers)?;
        check(&self.scheme, &self.keys, self.tolerance, values, body, now)
    }
}

/// Parse, then MAC, then tolerance. Inlined, so that where the scheme is a constant nothing asks for it any more.
#[inline(always)]
pub(crate) fn check<P, B: AsRef<[u8]>>(
    scheme: &Scheme,
    keys: &Keys,
    tolerance: Tolerance,
    values: Values<'_>,
    body: B,
    now: impl FnOnce() -> i128,
) -> Result<Delivery<P, B>, VerifyError> {
    let mut signatures = Signatures::none();
    let header = Unauthenticated::parse(scheme, values, keys.kinds(), &mut signatures)?;
    let mut room = [[].as_slice(); MAX_PARTS];
    let message = scheme.assemble(
        header.id.unwrap_or_default(),
        header.timestamp,
        body.as_ref(),
        &mut room,
    );
    let (key_index, key_label) = keys
        .matching(message, &signatures)
        .ok_or(VerifyError::SignatureMismatch)?;
    // Only now does the timestamp mean anything: a forger can write any.
    if let Some(signed_at) = header.signed_at {
        tolerance.check(signed_at, now())?;
    }
    Ok(Delivery::new(
        body,
        header.signed_at,
        header.id,
        key_index,
        key_label,
    ))
}

const ONE_HEADER: &str = "the scheme has several headers: use `verify_request`";
const NO_TIME: &str = "the scheme has no time: use `verify` or `verify_request`";
const NO_CLOCK: &str = "there is no clock: use `verify_at` or `verify_request_at`";

impl<P> Clone for Verifier<P> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            tolerance: self.tolerance,
            provider: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Verifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AnyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyVerifier")
            .field("scheme", &self.scheme)
            .field("secrets", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}
