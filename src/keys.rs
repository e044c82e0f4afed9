//! The keys of a verifier or signer, in one place: they are shared, and never moved or copied while a request is handled.

#[cfg(feature = "diagnose")]
use alloc::vec::Vec;
use alloc::{string::String, sync::Arc};

#[cfg(feature = "diagnose")]
use crate::diagnose::form::{self, Form};
#[cfg(feature = "ed25519")]
use crate::ed25519::{PrivateKey, PublicKey, SIGNATURE_LEN, StandardPrivateKey, StandardPublicKey};
use crate::{
    Secret, StandardSecret,
    header::Signatures,
    mac::{Key, Tag, wipe_setup, wipe_tag},
    scheme::Encoding,
    secret::Label,
};

/// Keys of HMAC-SHA256, made of secrets, and with the feature `ed25519` public keys: at least one, the current one first.
///
/// To clone them costs a count and allocates nothing. They are zeroized when the last clone is dropped. `Debug` prints
/// how many there are.
///
/// A [`Secret`] or a [`StandardSecret`] becomes the one key of such a list; a verifier adds to it by `with_previous`.
#[derive(Clone)]
pub struct Keys(Arc<[Entry]>);

#[derive(Clone)]
struct Entry {
    key: AnyKey,
    label: Option<Arc<Label>>,
    /// The key as it would be if the text of the secret were read otherwise: keyed states too, and never the text.
    #[cfg(feature = "diagnose")]
    others: Arc<[OtherKey]>,
}

/// A key that the provider may have in place of one of ours, and how it comes of the text of that one.
#[cfg(feature = "diagnose")]
pub(crate) struct OtherKey {
    pub(crate) form: Form,
    pub(crate) key: Arc<Key>,
}

/// Behind pointers: in the place of a larger one, a small key would lie among bytes that are never wiped.
#[derive(Clone)]
enum AnyKey {
    Hmac(Arc<Key>),
    #[cfg(feature = "ed25519")]
    Public(Arc<PublicKey>),
    #[cfg(feature = "ed25519")]
    Private(Arc<PrivateKey>),
}

impl Keys {
    fn one(key: impl FnOnce() -> AnyKey, label: Option<Arc<Label>>) -> Self {
        let key = below(key);
        wipe_setup();
        let entry = Entry {
            key,
            label,
            #[cfg(feature = "diagnose")]
            others: Arc::default(),
        };
        Self([entry].into())
    }

    /// The same, with the other keys of a list that was just made.
    #[cfg(feature = "diagnose")]
    fn and(mut self, others: impl FnOnce() -> Vec<OtherKey>) -> Self {
        if let Some(entry) = Arc::get_mut(&mut self.0).and_then(<[_]>::first_mut) {
            entry.others = below(others).into();
            wipe_setup();
        }
        self
    }

    /// The keys of the HMAC, the current one first.
    #[cfg(feature = "diagnose")]
    pub(crate) fn secrets(&self) -> Vec<&Key> {
        let mut secrets = Vec::with_capacity(self.0.len());
        for entry in &*self.0 {
            match &entry.key {
                AnyKey::Hmac(key) => secrets.push(&**key),
                #[cfg(feature = "ed25519")]
                AnyKey::Public(_) | AnyKey::Private(_) => {}
            }
        }
        secrets
    }

    /// What each of them would be if its text were read otherwise.
    #[cfg(feature = "diagnose")]
    pub(crate) fn otherwise(&self) -> impl Iterator<Item = &OtherKey> {
        self.0.iter().flat_map(|entry| entry.others.iter())
    }

    /// These keys, and after them the others.
    #[must_use]
    pub(crate) fn followed_by(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(&*others.0).cloned().collect())
    }

    /// The first key under which any signature is one of the message. All keys and all tags are looked at, so the time
    /// taken tells nothing of where a match or a near miss of a tag was. (What public keys verify is no secret.)
    #[inline]
    pub(crate) fn matching(
        &self,
        message: &[&[u8]],
        signatures: &Signatures,
    ) -> Option<(usize, Option<Arc<Label>>)> {
        let tags = signatures.tags();
        let mut matching = None;
        for (index, entry) in self.0.iter().enumerate() {
            let matches = match &entry.key {
                AnyKey::Hmac(key) => tags
                    .as_ref()
                    .is_some_and(|tags| key.tag(message).equals_any(tags)),
                #[cfg(feature = "ed25519")]
                AnyKey::Public(key) => signatures
                    .of_public_keys()
                    .is_some_and(|signatures| key.verifies_any(message, signatures)),
                #[cfg(feature = "ed25519")]
                AnyKey::Private(key) => signatures
                    .of_public_keys()
                    .is_some_and(|signatures| key.public_key().verifies_any(message, signatures)),
            };
            if matches && matching.is_none() {
                matching = Some((index, &entry.label));
            }
        }
        wipe_tag();
        matching.map(|(index, label)| (index, label.clone()))
    }

    /// The signature of the message by the current key.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> Signature {
        self.sign_by(0, message)
    }

    /// The signature of the message by the key of this index, or by the current one if there is none.
    pub(crate) fn sign_by(&self, index: usize, message: &[&[u8]]) -> Signature {
        let entry = self.0.get(index).or(self.0.first());
        match entry.map(|entry| &entry.key) {
            Some(AnyKey::Hmac(key)) => {
                let tag = key.tag(message);
                wipe_tag();
                Signature::Hmac(tag)
            }
            #[cfg(feature = "ed25519")]
            Some(AnyKey::Private(key)) => Signature::Ed25519(key.sign(message)),
            // Of a public key no signer is to be made, and one key there always is.
            _ => Signature::Hmac(Tag::ZERO),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Which kinds of signatures can match.
    #[inline]
    pub(crate) fn kinds(&self) -> Kinds {
        #[cfg(feature = "ed25519")]
        {
            let is_secret = |entry: &Entry| matches!(entry.key, AnyKey::Hmac(_));
            Kinds {
                secret: self.0.iter().any(is_secret),
                public: !self.0.iter().all(is_secret),
            }
        }
        #[cfg(not(feature = "ed25519"))]
        Kinds { secret: true }
    }
}

/// Never inlined, so that what stays on the stack lies below the frame of the caller, which wipes it.
#[inline(never)]
fn below<T>(make: impl FnOnce() -> T) -> T {
    make()
}

/// Kinds of keys, and of the signatures that they make.
#[derive(Clone, Copy)]
pub(crate) struct Kinds {
    pub(crate) secret: bool,
    #[cfg(feature = "ed25519")]
    pub(crate) public: bool,
}

/// What a key makes of a message.
pub(crate) enum Signature {
    Hmac(Tag),
    #[cfg(feature = "ed25519")]
    Ed25519([u8; SIGNATURE_LEN]),
}

impl Signature {
    pub(crate) fn encode(&self, encoding: Encoding) -> String {
        match self {
            Self::Hmac(tag) => tag.encode(encoding),
            #[cfg(feature = "ed25519")]
            Self::Ed25519(signature) => crate::mac::encode(signature, encoding),
        }
    }
}

/// What a signer can be made of: a secret, or with the feature `ed25519` a private key; not a public key, which signs nothing.
///
/// A type of your own that becomes [`Keys`] can be this too, if the first of them is made of a secret or a private key. What is
/// signed with a public key no verifier accepts.
#[diagnostic::on_unimplemented(
    message = "a signer cannot be made of `{Self}`",
    label = "not a secret or private key",
    note = "pass a `Secret`, a `StandardSecret` or, with the feature `ed25519`, a `StandardPrivateKey`"
)]
pub trait SigningKeys: Into<Keys> {}

impl SigningKeys for Secret {}
impl SigningKeys for StandardSecret {}
#[cfg(feature = "ed25519")]
impl SigningKeys for StandardPrivateKey {}

impl From<Secret> for Keys {
    fn from(secret: Secret) -> Self {
        let label = secret.label();
        let keys = Self::one(
            || AnyKey::Hmac(Arc::new(Key::new(secret.as_bytes()))),
            label,
        );
        #[cfg(feature = "diagnose")]
        let keys = keys.and(|| form::of_text(secret.as_bytes()));
        keys
    }
}

impl From<StandardSecret> for Keys {
    fn from(secret: StandardSecret) -> Self {
        let label = secret.label();
        let keys = Self::one(
            || AnyKey::Hmac(Arc::new(Key::new(secret.as_bytes()))),
            label,
        );
        #[cfg(feature = "diagnose")]
        let keys = keys.and(|| form::of_decoded(secret.as_bytes()));
        keys
    }
}

#[cfg(feature = "ed25519")]
impl From<StandardPublicKey> for Keys {
    fn from(key: StandardPublicKey) -> Self {
        let label = key.label();
        Self::one(|| AnyKey::Public(Arc::new(key.into_key())), label)
    }
}

#[cfg(feature = "ed25519")]
impl From<StandardPrivateKey> for Keys {
    fn from(key: StandardPrivateKey) -> Self {
        let label = key.label();
        Self::one(|| AnyKey::Private(key.into_key()), label)
    }
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}
