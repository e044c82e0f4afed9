//! Texts that stand for others where these would be too long.

#[cfg(any(feature = "inbox", feature = "workos"))]
use alloc::borrow::Cow;
use alloc::string::String;

use sha2::{Digest, Sha256};

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A text that fits into any index and any protocol, and stands for this one and no other: itself, if it is 1 to 256
/// visible characters of ASCII, or else [`hashed`].
#[cfg(any(feature = "inbox", feature = "workos"))]
pub(crate) fn bounded(text: &str) -> Cow<'_, str> {
    let is_plain = (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.contains(HASHED);
    if is_plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(hashed(text))
    }
}

#[cfg(any(feature = "inbox", feature = "workos"))]
pub(crate) fn hashed(text: &str) -> String {
    [HASHED, &sha256(text.as_bytes())].concat()
}

#[cfg(any(feature = "inbox", feature = "workos"))]
const LONGEST: usize = 256;
#[cfg(any(feature = "inbox", feature = "workos"))]
const HASHED: &str = "sha256-";
