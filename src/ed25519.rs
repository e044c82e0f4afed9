//! Ed25519 (RFC 8032), by which Standard Webhooks signs as `v1a`: the keys as the user has them, and the only way to verify.
//!
//! Knows neither headers nor time. Nothing of verification is secret; a private key is wiped from memory when it is dropped.

use alloc::{string::String, sync::Arc};

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{
    Signature, SigningKey, VerifyingKey,
    ed25519::signature::{MultipartSigner, MultipartVerifier},
};
use zeroize::Zeroizing;

use crate::{
    SecretError,
    secret::{Label, check, secrets},
};

/// The public key of Standard Webhooks, by which a receiver verifies signatures of the kind `v1a` and can sign nothing.
///
/// ```
/// use countersign::{AnyVerifier, Scheme, StandardPublicKey};
///
/// let scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
/// let key = StandardPublicKey::new("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")?;
/// let verifier = AnyVerifier::new(scheme, key);
/// # let _ = verifier;
/// # Ok::<(), countersign::SecretError>(())
/// ```
///
/// Where a delivery bears both kinds of signatures, a verifier looks at those that it has keys for:
/// [`Verifier::with_public_key`](crate::Verifier::with_public_key).
///
/// `Debug` prints `StandardPublicKey(..)`.
#[derive(Clone)]
pub struct StandardPublicKey {
    key: VerifyingKey,
    label: Option<Arc<Label>>,
}

impl StandardPublicKey {
    /// Takes a key as the provider shows it: `whpk_` and base64 of 32 bytes, of the standard alphabet and with padding.
    ///
    /// # Errors
    ///
    /// - Those of [`Secret::new`](crate::Secret::new).
    /// - [`SecretError::NotPublicKey`]: `"whsec_.."`, `"whsk_.."`, no `whpk_` before it.
    /// - [`SecretError::NotBase64`]: `"whpk_abc"`, base64 for URLs.
    /// - [`SecretError::PublicKeyLength`]: `"whpk_YWJj"`: base64 of more or fewer than 32 bytes.
    /// - [`SecretError::InvalidPublicKey`]: 32 bytes that are no point of the curve, as about half of all are not.
    /// - [`SecretError::WeakPublicKey`]: a point of small order, under which signatures can be made that fit any message.
    pub fn new(key: impl Into<String>) -> Result<Self, SecretError> {
        let text = key.into();
        check(&text)?;
        let base64 = text
            .strip_prefix("whpk_")
            .ok_or(SecretError::NotPublicKey)?;
        let mut room = [0; MAX_TEXT_LEN];
        let bytes = decode(base64, &mut room, SecretError::PublicKeyLength)?;
        let bytes = bytes.try_into().map_err(|_| SecretError::PublicKeyLength)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SecretError::InvalidPublicKey)?;
        if key.is_weak() {
            return Err(SecretError::WeakPublicKey);
        }
        Ok(Self { key, label: None })
    }

    pub(crate) fn into_key(self) -> PublicKey {
        PublicKey(self.key)
    }
}

/// The private key of Standard Webhooks, by which a sender signs as `v1a`.
///
/// `Debug` prints `StandardPrivateKey(..)`; the key is zeroized on drop.
#[derive(Clone)]
pub struct StandardPrivateKey {
    key: SigningKey,
    label: Option<Arc<Label>>,
}

impl StandardPrivateKey {
    /// Takes a key as the provider shows it: `whsk_` and base64 of 64 bytes, which are the seed and the public key, or of the
    /// 32 of the seed alone.
    ///
    /// # Errors
    ///
    /// - Those of [`Secret::new`](crate::Secret::new).
    /// - [`SecretError::NotPrivateKey`]: `"whsec_.."`, `"whpk_.."`, no `whsk_` before it.
    /// - [`SecretError::NotBase64`]: `"whsk_abc"`, base64 for URLs.
    /// - [`SecretError::PrivateKeyLength`]: `"whsk_YWJj"`: base64 of neither 64 nor 32 bytes.
    /// - [`SecretError::InvalidPrivateKey`]: 64 bytes of which the last 32 are not the public key of the first 32.
    pub fn new(key: impl Into<String>) -> Result<Self, SecretError> {
        let text = Zeroizing::new(key.into());
        check(&text)?;
        let base64 = text
            .strip_prefix("whsk_")
            .ok_or(SecretError::NotPrivateKey)?;
        let mut room = Zeroizing::new([0; MAX_TEXT_LEN]);
        let bytes = decode(base64, &mut room, SecretError::PrivateKeyLength)?;
        let key = if let Ok(seed) = bytes.try_into() {
            SigningKey::from_bytes(seed)
        } else {
            let pair = bytes
                .try_into()
                .map_err(|_| SecretError::PrivateKeyLength)?;
            SigningKey::from_keypair_bytes(pair).map_err(|_| SecretError::InvalidPrivateKey)?
        };
        Ok(Self { key, label: None })
    }

    /// The public key that belongs to it, for the receiver.
    #[must_use]
    pub fn public_key(&self) -> StandardPublicKey {
        StandardPublicKey {
            key: self.key.verifying_key(),
            label: self.label.clone(),
        }
    }

    pub(crate) fn into_key(self) -> PrivateKey {
        PrivateKey(self.key)
    }
}

secrets!(StandardPublicKey, StandardPrivateKey);

fn decode<'a>(
    base64: &str,
    room: &'a mut [u8; MAX_TEXT_LEN],
    too_long: SecretError,
) -> Result<&'a [u8], SecretError> {
    if base64.len() > room.len() {
        return Err(too_long);
    }
    Base64::decode(base64, room).map_err(|_| SecretError::NotBase64)
}

/// A key to verify by.
#[derive(Clone)]
pub(crate) struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Whether any candidate is a signature of the message, which is these parts one after another.
    ///
    /// By the equation without the cofactor, for `s` below the order of the group and `R` in its only encoding (RFC 8032,
    /// section 5.1.7); and for no `R` of small order, as `verify_strict` of `ed25519-dalek` has it, which takes a message in
    /// one piece alone.
    pub(crate) fn verifies_any(&self, message: &[&[u8]], candidates: &Candidates) -> bool {
        candidates.found.iter().flatten().any(|candidate| {
            let signature = Signature::from_bytes(candidate);
            let is_strong =
                VerifyingKey::from_bytes(signature.r_bytes()).is_ok_and(|point| !point.is_weak());
            is_strong && self.0.multipart_verify(message, &signature).is_ok()
        })
    }
}

/// A key to sign by.
#[derive(Clone)]
pub(crate) struct PrivateKey(SigningKey);

impl PrivateKey {
    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of the message, as bytes.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> [u8; SIGNATURE_LEN] {
        self.0.multipart_sign(message).to_bytes()
    }
}

/// The signatures of the kind `v1a` that a header claims.
#[derive(Default)]
pub(crate) struct Candidates {
    found: [Option<[u8; SIGNATURE_LEN]>; MAX_CANDIDATES],
    seen: usize,
}

impl Candidates {
    /// Adds what may be the base64 of a signature. Once there are too many, the others are only counted.
    pub(crate) fn push(&mut self, base64: &[u8]) {
        if let Some(place) = self.found.get_mut(self.seen) {
            let mut signature = [0; SIGNATURE_LEN];
            let decoded = Base64::decode(base64, &mut signature).map(<[u8]>::len);
            *place = (decoded == Ok(SIGNATURE_LEN)).then_some(signature);
        }
        self.seen = self.seen.saturating_add(1);
    }

    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    pub(crate) fn has_well_formed(&self) -> bool {
        self.found.iter().any(Option::is_some)
    }
}

/// Most signatures that are compared.
pub(crate) const MAX_CANDIDATES: usize = 4;
/// Bytes of a signature.
pub(crate) const SIGNATURE_LEN: usize = 64;
/// Characters of base64 that are decoded to tell that a key is too long.
const MAX_TEXT_LEN: usize = 128;
