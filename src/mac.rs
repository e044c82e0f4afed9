//! HMAC-SHA256 (RFC 2104) over the received bytes, and the only way to compare its results.
//!
//! The only file that names a crypto crate. It knows neither headers nor time.
//!
//! Deemed not secret: lengths, the number of candidates, whether a candidate is well-formed, and
//! which key matched. Secret: the key, the computed tag, and how much of it a candidate has right.

use alloc::string::String;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// A keyed HMAC state. The secret's bytes are not kept; the state is zeroized on drop.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// Prepares the key as RFC 2104, section 2 has it: hashed if longer than a block, then padded
    /// with zeros to a block. So prepared it cannot be refused, whatever its length.
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK_LEN]);
        if secret.len() > BLOCK_LEN {
            let digest = Zeroizing::new(<[u8; TAG_LEN]>::from(Sha256::digest(secret)));
            copy_prefix(block.as_mut_slice(), digest.as_slice());
        } else {
            copy_prefix(block.as_mut_slice(), secret);
        }
        Self(Hmac::new((&*block).into()))
    }

    /// The tag of `timestamp "." body`.
    #[inline]
    pub(crate) fn tag(&self, timestamp: &[u8], body: &[u8]) -> Tag {
        self.tag_of([timestamp, b".", body])
    }

    #[inline]
    fn tag_of<const N: usize>(&self, message: [&[u8]; N]) -> Tag {
        let mut mac = self.0.clone();
        message.iter().for_each(|part| mac.update(part));
        Tag(mac.finalize().into_bytes().into())
    }
}

fn copy_prefix(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// A tag of HMAC-SHA256, computed or claimed. Has no `==`: [`Tag::equals_any`] is the only comparison.
#[derive(Clone, Copy)]
pub(crate) struct Tag([u8; TAG_LEN]);

impl Tag {
    /// Fills the place of a tag that is not there yet.
    pub(crate) const ZERO: Self = Self([0; TAG_LEN]);

    /// Decodes hex digits of either case; anything else is `None`.
    ///
    /// Not with the `hex` crate: it branches on every digit, which costs 16 candidates more than the
    /// HMAC itself. Without a branch the compiler decodes many digits at a time.
    #[inline]
    pub(crate) fn from_hex(hex: &[u8; HEX_LEN]) -> Option<Self> {
        let digits = hex.map(hex_digit);
        let mut tag = Self::ZERO;
        let mut seen = 0;
        for (byte, [high, low]) in tag.0.iter_mut().zip(digits.as_chunks().0) {
            *byte = (high << 4) | low;
            seen |= high | low;
        }
        (seen < 16).then_some(tag)
    }

    /// The tag in lower-case hex digits, to be sent.
    pub(crate) fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    /// Compares with every candidate, whatever the earlier ones gave, each in constant time.
    #[inline]
    pub(crate) fn equals_any(&self, candidates: &[Self]) -> bool {
        let tag = self.words();
        candidates
            .iter()
            .fold(Choice::from(0), |any, candidate| {
                any | tag.as_slice().ct_eq(&candidate.words())
            })
            .into()
    }

    /// The tag in pieces as large as a register, of which fewer need to be compared.
    #[inline]
    fn words(&self) -> [u64; TAG_LEN / 8] {
        let mut words = [0; TAG_LEN / 8];
        for (word, bytes) in words.iter_mut().zip(self.0.as_chunks().0) {
            *word = u64::from_ne_bytes(*bytes);
        }
        words
    }
}

/// The value of a hex digit, 255 if it is none.
#[inline]
fn hex_digit(digit: u8) -> u8 {
    let decimal = digit.wrapping_sub(b'0');
    let letter = (digit | 0x20).wrapping_sub(b'a');
    if decimal < 10 {
        decimal
    } else if letter < 6 {
        letter.wrapping_add(10)
    } else {
        u8::MAX
    }
}

/// Bytes in a block of SHA-256.
const BLOCK_LEN: usize = 64;
/// Bytes in a digest of SHA-256.
const TAG_LEN: usize = 32;
/// Hex digits in a tag.
const HEX_LEN: usize = 64;
