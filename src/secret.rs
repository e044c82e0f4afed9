//! The signing secret as the user has it: checked once, redacted in print, wiped from memory.

use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use base64ct::{Base64, Encoding};
use thiserror::Error;
use zeroize::Zeroizing;

/// A webhook signing secret.
///
/// The key of the HMAC is the text's UTF-8 bytes, just as the provider's dashboard shows it: nothing
/// is decoded, even if it looks like base64 or starts with `whsec_`. For providers that decode it there is
/// [`StandardSecret`].
///
/// `Debug` prints `Secret(..)`, there is no `Display` and no way to read the text back, and the
/// memory is zeroized on drop. A `String` is taken over without a copy. What the secret came from, such
/// as the environment of the process, keeps its own.
///
/// Two secrets cannot be compared, since `==` on text takes as long as the common prefix is:
///
/// ```compile_fail,E0369
/// use countersign::Secret;
///
/// fn same(a: Secret, b: Secret) -> bool {
///     a == b
/// }
/// ```
#[derive(Clone)]
pub struct Secret {
    text: Zeroizing<String>,
    label: Option<Arc<Label>>,
}

impl Secret {
    /// Takes a secret as the provider shows it.
    ///
    /// # Errors
    ///
    /// What copying leaves behind would, as a part of the key, make every genuine delivery fail. So it is refused, and not
    /// removed, since what is stored is then not what the provider gave out:
    ///
    /// - [`SecretError::Empty`]: `""`. Anyone can sign with an empty key.
    /// - [`SecretError::SurroundingWhitespace`]: `" abc"`, `"abc\n"`, `" "`.
    /// - [`SecretError::InvisibleCharacter`]: `"\u{feff}abc"`, `"abc\u{200b}"`: a byte order mark or a character of no
    ///   width at an end.
    /// - [`SecretError::Quoted`]: `"'abc'"`, `"\"abc\""`: a pair of quotation marks around it.
    /// - [`SecretError::EscapedNewline`]: `r"abc\n"`: a backslash and an `n` (or `r`) at its end.
    /// - [`SecretError::ControlCharacter`]: `"a\0b"`, `"a\nb"`. A key of NUL characters alone is the empty key to HMAC.
    /// - [`SecretError::Asymmetric`]: `"whpk_.."`, a public key, which anybody may know.
    pub fn new(secret: impl Into<String>) -> Result<Self, SecretError> {
        let text = Zeroizing::new(secret.into());
        check(&text)?;
        if text.starts_with(PUBLIC_KEY) {
            return Err(SecretError::Asymmetric);
        }
        Ok(Self { text, label: None })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// A signing secret of Standard Webhooks, which Svix and those who send by it use: the key in base64, mostly after
/// `whsec_`.
///
/// The key of the HMAC is what the base64 says. `Debug` prints `StandardSecret(..)`; for the rest it is as a [`Secret`].
#[derive(Clone)]
pub struct StandardSecret {
    key: Zeroizing<Vec<u8>>,
    label: Option<Arc<Label>>,
}

impl StandardSecret {
    /// Takes a secret as the provider shows it: `whsec_` and base64 of 24 to 64 bytes, or the base64 alone, of the
    /// standard alphabet and with padding.
    ///
    /// # Errors
    ///
    /// - Those of [`Secret::new`].
    /// - [`SecretError::Asymmetric`]: `"whsk_.."` or `"whpk_.."`, which are the keys of another kind of signature.
    /// - [`SecretError::NotBase64`]: `"whsec_abc"`, `"whsec_whsec_.."`, base64 for URLs, a secret that is not to be decoded.
    /// - [`SecretError::KeyLength`]: `"whsec_YWJj"`: base64 of less than 24 or more than 64 bytes.
    /// - [`SecretError::ZeroKey`]: base64 of nothing but zeros, which is the empty key to HMAC.
    pub fn new(secret: impl Into<String>) -> Result<Self, SecretError> {
        let text = Zeroizing::new(secret.into());
        check(&text)?;
        if text.starts_with(PRIVATE_KEY) || text.starts_with(PUBLIC_KEY) {
            return Err(SecretError::Asymmetric);
        }
        let base64 = text.strip_prefix("whsec_").unwrap_or(&text);
        let mut room = Zeroizing::new([0; MAX_TEXT_LEN]);
        let key = match Base64::decode(base64, room.as_mut_slice()) {
            Ok(key) => key,
            Err(base64ct::Error::InvalidLength) if base64.len() > MAX_TEXT_LEN => {
                return Err(SecretError::KeyLength);
            }
            Err(_) => return Err(SecretError::NotBase64),
        };
        if !(MIN_KEY_LEN..=MAX_KEY_LEN).contains(&key.len()) {
            return Err(SecretError::KeyLength);
        }
        if key.iter().all(|byte| *byte == 0) {
            return Err(SecretError::ZeroKey);
        }
        Ok(Self {
            key: Zeroizing::new(key.to_vec()),
            label: None,
        })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.key
    }
}

/// What all kinds of secrets and keys have.
macro_rules! secrets {
    ($($Secret:ident),*) => {$(
        impl $Secret {
            /// Takes a secret that bears a label: [`new`](Self::new) and [`with_label`](Self::with_label).
            ///
            /// # Errors
            ///
            /// Those of [`new`](Self::new).
            pub fn labelled(
                label: impl Into<String>,
                secret: impl Into<String>,
            ) -> Result<Self, SecretError> {
                Self::new(secret).map(|it| it.with_label(label))
            }

            /// Reads a secret from the environment variable `variable`.
            ///
            /// # Errors
            ///
            /// All of them name the variable:
            ///
            /// - [`SecretError::NotSet`]: there is no such variable.
            /// - [`SecretError::NotUnicode`]: its value is not valid Unicode.
            /// - [`SecretError::InVariable`]: its value is one that [`new`](Self::new) refuses.
            #[cfg(feature = "std")]
            pub fn from_env(variable: &str) -> Result<Self, SecretError> {
                $crate::secret::in_variable(variable, Self::new)
            }

            /// Gives it a label, such as `tenant-7/2026-11`: [`Delivery::key_label`](crate::Delivery::key_label) tells it
            /// of a delivery that was signed with this secret. It is no secret itself, and may be logged.
            #[must_use]
            pub fn with_label(mut self, label: impl Into<String>) -> Self {
                self.label = Some(alloc::sync::Arc::new($crate::secret::Label(label.into())));
                self
            }

            pub(crate) fn label(&self) -> Option<alloc::sync::Arc<$crate::secret::Label>> {
                self.label.clone()
            }
        }

        impl core::fmt::Debug for $Secret {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($Secret), "(..)"))
            }
        }
    )*};
}

#[cfg(feature = "ed25519")]
pub(crate) use secrets;

secrets!(Secret, StandardSecret);

/// What the user calls a secret. Behind a thin pointer, of which `None` is all zeros.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label(pub(crate) String);

/// What every text of a secret has to be.
pub(crate) fn check(text: &str) -> Result<(), SecretError> {
    if text.is_empty() {
        return Err(SecretError::Empty);
    }
    if text.trim().len() != text.len() {
        return Err(SecretError::SurroundingWhitespace);
    }
    if text.starts_with(is_invisible) || text.ends_with(is_invisible) {
        return Err(SecretError::InvisibleCharacter);
    }
    let mut inner = text.chars();
    if let (Some(first), Some(last)) = (inner.next(), inner.next_back())
        && QUOTES.contains(&(first, last))
    {
        return Err(SecretError::Quoted);
    }
    if text.ends_with(r"\n") || text.ends_with(r"\r") {
        return Err(SecretError::EscapedNewline);
    }
    if text.contains(char::is_control) {
        return Err(SecretError::ControlCharacter);
    }
    Ok(())
}

/// The byte order mark, and what else has no width and is no white space to `char::is_whitespace`: marks of direction, which
/// some systems put before what is copied, joiners, fillers and selectors.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
    )
}

#[cfg(feature = "std")]
pub(crate) fn in_variable<S>(
    variable: &str,
    new: impl FnOnce(String) -> Result<S, SecretError>,
) -> Result<S, SecretError> {
    let variable = || String::from(variable);
    match std::env::var(variable()) {
        Ok(secret) => new(secret).map_err(|error| SecretError::InVariable {
            variable: variable(),
            error: Box::new(error),
        }),
        Err(std::env::VarError::NotPresent) => Err(SecretError::NotSet {
            variable: variable(),
        }),
        Err(std::env::VarError::NotUnicode(text)) => {
            drop(Zeroizing::new(text.into_encoded_bytes()));
            Err(SecretError::NotUnicode {
                variable: variable(),
            })
        }
    }
}

/// Why a text cannot serve as a secret. Holds no part of it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// The secret has no characters.
    #[error("secret is empty")]
    Empty,
    /// The secret begins or ends with white space, as pasted secrets often do.
    #[error("secret begins or ends with white space")]
    SurroundingWhitespace,
    /// The secret begins or ends with a byte order mark or a character of no width.
    #[error("secret begins or ends with an invisible character")]
    InvisibleCharacter,
    /// The secret stands between quotation marks, as a file of environment variables may have it.
    #[error("secret is in quotation marks")]
    Quoted,
    /// The secret ends with a backslash and an `n` or `r`.
    #[error("secret ends with an escaped line break")]
    EscapedNewline,
    /// The secret has a control character, such as a line break or NUL.
    #[error("secret has a control character")]
    ControlCharacter,
    /// The secret is a key for signatures of another kind (`whsk_`, `whpk_`).
    #[error("secret is an asymmetric key")]
    Asymmetric,
    /// The secret is neither base64 nor `whsec_` and base64.
    #[error("secret is not base64")]
    NotBase64,
    /// The secret is base64 of fewer than 24 or more than 64 bytes.
    #[error("secret is not base64 of 24 to 64 bytes")]
    KeyLength,
    /// The secret is base64 of zeros only.
    #[error("secret is base64 of zeros only")]
    ZeroKey,
    /// The text is no public key, as `whpk_` does not stand before it.
    #[error("key is not a public key")]
    NotPublicKey,
    /// The public key is base64 of fewer or more than 32 bytes.
    #[error("public key is not base64 of 32 bytes")]
    PublicKeyLength,
    /// The public key is not a point of the curve.
    #[error("public key is not a point of the curve")]
    InvalidPublicKey,
    /// The public key is a point of small order, under which anyone can sign.
    #[error("public key is weak")]
    WeakPublicKey,
    /// The text is no private key, as `whsk_` does not stand before it.
    #[error("key is not a private key")]
    NotPrivateKey,
    /// The private key is base64 of neither 64 nor 32 bytes.
    #[error("private key is not base64 of 64 or 32 bytes")]
    PrivateKeyLength,
    /// The two halves of the private key do not belong together.
    #[error("private key is not a seed and its public key")]
    InvalidPrivateKey,
    /// The environment variable is not set.
    #[error("environment variable {variable} is not set")]
    NotSet {
        /// Name of the variable.
        variable: String,
    },
    /// The environment variable's value is not valid Unicode.
    #[error("environment variable {variable} is not valid Unicode")]
    NotUnicode {
        /// Name of the variable.
        variable: String,
    },
    /// The environment variable's value cannot serve as a secret.
    #[error("environment variable {variable}: {error}")]
    InVariable {
        /// Name of the variable.
        variable: String,
        /// What is wrong with its value.
        error: Box<Self>,
    },
}

/// What a private key of Standard Webhooks begins with.
pub(crate) const PRIVATE_KEY: &str = "whsk_";
/// What a public key of Standard Webhooks begins with.
pub(crate) const PUBLIC_KEY: &str = "whpk_";
/// Opening and closing quotation marks.
const QUOTES: [(char, char); 5] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
];
/// Bytes that Standard Webhooks allows in a key.
const MIN_KEY_LEN: usize = 24;
const MAX_KEY_LEN: usize = 64;
/// Characters of base64 that are decoded to tell that a key is too long.
const MAX_TEXT_LEN: usize = 128;
