//! The signing secret as the user has it: checked once, redacted in print, wiped from memory.

use alloc::string::String;
use core::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

/// A webhook signing secret.
///
/// The key of the HMAC is the text's UTF-8 bytes, just as the provider's dashboard shows it: nothing
/// is decoded, even if it looks like base64 or starts with `whsec_`.
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
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret as the provider shows it.
    ///
    /// # Errors
    ///
    /// - [`SecretError::Empty`]: `""`. Anyone can sign with an empty key.
    /// - [`SecretError::SurroundingWhitespace`]: `" abc"`, `"abc\n"`, `" "`. Left over from copying;
    ///   as a key it would make every genuine delivery fail.
    pub fn new(secret: impl Into<String>) -> Result<Self, SecretError> {
        let secret = Zeroizing::new(secret.into());
        if secret.is_empty() {
            return Err(SecretError::Empty);
        }
        if secret.trim().len() != secret.len() {
            return Err(SecretError::SurroundingWhitespace);
        }
        Ok(Self(secret))
    }

    /// Reads a secret from the environment variable `variable`.
    ///
    /// # Errors
    ///
    /// Those of [`Secret::new`], and
    ///
    /// - [`SecretError::NotSet`]: there is no such variable.
    /// - [`SecretError::NotUnicode`]: its value is not valid Unicode.
    #[cfg(feature = "std")]
    pub fn from_env(variable: &str) -> Result<Self, SecretError> {
        match std::env::var(variable) {
            Ok(secret) => Self::new(secret),
            Err(std::env::VarError::NotPresent) => Err(SecretError::NotSet {
                variable: variable.into(),
            }),
            Err(std::env::VarError::NotUnicode(_)) => Err(SecretError::NotUnicode {
                variable: variable.into(),
            }),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a text cannot serve as a [`Secret`]. Holds no part of the secret.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// The secret has no characters.
    #[error("secret is empty")]
    Empty,
    /// The secret begins or ends with white space, as pasted secrets often do.
    ///
    /// It is refused and not trimmed: what is stored is not what the provider gave out.
    #[error("secret begins or ends with white space")]
    SurroundingWhitespace,
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
}
