//! The sender's side: the header for a body, for tests, emulators and senders.

use alloc::{
    format,
    string::{String, ToString},
};
use core::{fmt, marker::PhantomData};

use time::OffsetDateTime;

use crate::{Provider, Secret, mac::Key, unix_millis::UnixMillis};

/// Signs bodies as the provider does.
///
/// `Debug` prints nothing of the secret.
pub struct Signer<P> {
    key: Key,
    provider: PhantomData<fn() -> P>,
}

impl<P: Provider> Signer<P> {
    /// A signer with the secret that the receiver's verifier has.
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self {
            key: Key::new(secret.as_bytes()),
            provider: PhantomData,
        }
    }

    /// The value of the header [`Provider::SIGNATURE_HEADER`] for `body`, signed at `at`.
    ///
    /// The time is cut to whole milliseconds; one before 1970, which the header cannot express, is
    /// signed as 1970.
    #[must_use]
    pub fn sign(&self, body: &[u8], at: OffsetDateTime) -> String {
        let timestamp = UnixMillis::from_date(at).to_string();
        let signature = self.key.tag(timestamp.as_bytes(), body).to_hex();
        format!(
            "{}={timestamp}, {}={signature}",
            P::TIMESTAMP_KEY,
            P::SIGNATURE_KEY
        )
    }
}

impl<P> Clone for Signer<P> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            provider: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Signer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}
