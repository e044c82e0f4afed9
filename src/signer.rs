//! The sender's side: the headers for a body, for tests, emulators and senders.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, marker::PhantomData};

use time::OffsetDateTime;

use crate::{
    Identified, Keys, Provider, Scheme, SigningKeys,
    scheme::{Encoding, Layout, MAX_PARTS},
    unix_time::UnixTime,
};
#[cfg(feature = "ed25519")]
use crate::{keys::Signature, scheme::NO_PUBLIC_KEYS};

/// Signs bodies as the provider does.
///
/// `Debug` prints nothing of the secret.
pub struct Signer<P> {
    keys: Keys,
    provider: PhantomData<fn() -> P>,
}

impl<P: Provider> Signer<P> {
    /// A signer with the secret that the receiver's verifier has.
    #[must_use]
    pub fn new(secret: P::Secret) -> Self
    where
        P::Secret: SigningKeys,
    {
        const { P::SCHEME };
        Self {
            keys: secret.into(),
            provider: PhantomData,
        }
    }

    /// A signer with the private key of which the receiver's verifier has the public one. Does not
    /// compile unless the scheme is that of Standard Webhooks.
    #[cfg(feature = "ed25519")]
    #[must_use]
    pub fn from_private_key(key: crate::StandardPrivateKey) -> Self {
        const { assert!(P::SCHEME.public_prefix.is_some(), "{}", NO_PUBLIC_KEYS) };
        Self {
            keys: key.into(),
            provider: PhantomData,
        }
    }

    /// The value of the header [`Scheme::signature_header`] for `body`, signed at `at`, of a provider that sends one header.
    /// Does not compile for others.
    ///
    /// The time is cut to the unit of the scheme; one before 1970, which the header cannot express, is
    /// signed as 1970. Where no time is signed, `at` is not looked at.
    #[must_use]
    pub fn sign(&self, body: &[u8], at: OffsetDateTime) -> String {
        const { assert!(P::SCHEME.has_one_header(), "{}", ONE_HEADER) };
        Signed::new(&P::SCHEME, &self.keys, None, body, at).value
    }

    /// All headers of a request with `body`, signed at `at`: name and value. An id, where the provider signs one, is made
    /// of body and time.
    ///
    /// The time is that of [`sign`](Self::sign).
    #[must_use]
    pub fn headers(&self, body: &[u8], at: OffsetDateTime) -> Vec<(&'static str, String)> {
        Signed::new(&P::SCHEME, &self.keys, None, body, at).into_headers(&P::SCHEME)
    }
}

impl<P: Identified> Signer<P> {
    /// All headers of a request with this id: else [`headers`](Self::headers). A verifier refuses an `id` that is not as
    /// [`Scheme::id_in`] says.
    #[must_use]
    pub fn headers_with_id(
        &self,
        id: &str,
        body: &[u8],
        at: OffsetDateTime,
    ) -> Vec<(&'static str, String)> {
        const { assert!(P::SCHEME.is_identified(), "the scheme has no id") };
        Signed::new(&P::SCHEME, &self.keys, Some(id), body, at).into_headers(&P::SCHEME)
    }
}

/// A signer whose scheme is a value: the other side of [`AnyVerifier`](crate::AnyVerifier).
///
/// `Debug` prints the scheme, and nothing of the secret.
#[derive(Clone)]
pub struct AnySigner {
    scheme: Scheme,
    keys: Keys,
}

impl AnySigner {
    /// A signer of this scheme. `keys` are a secret, of the kind that the provider has, or the private key.
    ///
    /// A private key signs by the scheme of Standard Webhooks alone. By another one no verifier accepts what it signs.
    #[must_use]
    pub fn new(scheme: Scheme, keys: impl SigningKeys) -> Self {
        Self::of_keys(scheme, keys.into())
    }

    pub(crate) fn of_keys(scheme: Scheme, keys: Keys) -> Self {
        Self { scheme, keys }
    }

    /// All headers of a request: [`Signer::headers`].
    #[must_use]
    pub fn headers(&self, body: &[u8], at: OffsetDateTime) -> Vec<(&'static str, String)> {
        Signed::new(&self.scheme, &self.keys, None, body, at).into_headers(&self.scheme)
    }

    /// All headers of a request with this id, which is not looked at where none is signed: [`Signer::headers_with_id`].
    #[must_use]
    pub fn headers_with_id(
        &self,
        id: &str,
        body: &[u8],
        at: OffsetDateTime,
    ) -> Vec<(&'static str, String)> {
        Signed::new(&self.scheme, &self.keys, Some(id), body, at).into_headers(&self.scheme)
    }
}

/// The values that a signer works out.
struct Signed {
    value: String,
    timestamp: String,
    id: String,
}

impl Signed {
    fn new(
        scheme: &Scheme,
        keys: &Keys,
        id: Option<&str>,
        body: &[u8],
        at: OffsetDateTime,
    ) -> Self {
        let timestamp = UnixTime::from_date(at).to_text(scheme.unit);
        let id = match id {
            Some(id) => id.to_string(),
            None if scheme.is_identified() => make_up_id(keys, &timestamp, body),
            None => String::new(),
        };
        let mut room = [[].as_slice(); MAX_PARTS];
        let message = scheme.assemble(id.as_bytes(), timestamp.as_bytes(), body, &mut room);
        let signature = keys.sign(message);
        #[cfg(feature = "ed25519")]
        let is_by_private_key = matches!(signature, Signature::Ed25519(_));
        #[cfg(not(feature = "ed25519"))]
        let is_by_private_key = false;
        let signature = match is_by_private_key {
            true => signature.encode(Encoding::Base64),
            false => signature.encode(scheme.encoding),
        };
        let value = match scheme.layout {
            Layout::Keyed(keyed) => {
                let (time, key) = (keyed.timestamp, keyed.signature);
                let separator = char::from(keyed.separator);
                let space = if keyed.spaced { " " } else { "" };
                format!("{time}={timestamp}{separator}{space}{key}={signature}")
            }
            Layout::List(..) if is_by_private_key => {
                format!("{}{signature}", scheme.public_prefix.unwrap_or_default())
            }
            Layout::Prefixed(prefix) | Layout::List(prefix, _) => format!("{prefix}{signature}"),
        };
        Self {
            value,
            timestamp,
            id,
        }
    }

    fn into_headers(self, scheme: &Scheme) -> Vec<(&'static str, String)> {
        let timestamp = scheme.timestamp_header.map(|name| (name, self.timestamp));
        let id = scheme.id_header.map(|name| (name, self.id));
        let signature = (scheme.header, self.value);
        id.into_iter().chain(timestamp).chain([signature]).collect()
    }
}

/// The same for the same delivery, and another for another.
fn make_up_id(keys: &Keys, timestamp: &str, body: &[u8]) -> String {
    let made = keys.sign(&[b"id", timestamp.as_bytes(), b".", body]);
    let mut id = made.encode(Encoding::Hex);
    id.truncate(24);
    format!("msg_{id}")
}

const ONE_HEADER: &str = "the scheme has several headers: use `headers`";

impl<P> Clone for Signer<P> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            provider: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Signer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

impl fmt::Debug for AnySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnySigner")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}
