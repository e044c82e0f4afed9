//! The keys of a verifier or signer, in one place: they are shared, and never moved or copied while a request is handled.

use alloc::sync::Arc;
use core::iter;

use crate::{
    Secret, StandardSecret,
    mac::{Candidates, Key, Tag, wipe_setup, wipe_tag},
    secret::Label,
};

/// Keys of HMAC-SHA256, made of secrets: at least one, the current one first.
///
/// To clone them costs a count and allocates nothing. They are zeroized when the last clone is dropped. `Debug` prints
/// how many there are.
///
/// A [`Secret`] or a [`StandardSecret`] becomes the one key of such a list; a verifier adds to it by `with_previous`.
#[derive(Clone)]
pub struct Keys(Arc<[Entry]>);

struct Entry {
    key: Key,
    label: Option<Arc<Label>>,
}

impl Keys {
    fn one(bytes: &[u8], label: Option<Arc<Label>>) -> Self {
        let keys = Self::collect(iter::once_with(|| Entry {
            key: Key::new(bytes),
            label,
        }));
        wipe_setup();
        keys
    }

    /// A slice of known length is filled where it lies, so that no copy of a key stays behind on the heap. Never inlined, so
    /// that what stays on the stack lies below the frame of the caller, which wipes it.
    #[inline(never)]
    fn collect(entries: impl Iterator<Item = Entry>) -> Self {
        Self(entries.collect())
    }

    /// These keys, and after them the others.
    #[must_use]
    pub(crate) fn followed_by(&self, others: &Self) -> Self {
        let both = self.0.iter().chain(&*others.0).map(Entry::duplicate);
        let keys = Self::collect(both);
        wipe_setup();
        keys
    }

    /// The first key under which any candidate is the tag of the message. All keys and all candidates
    /// are looked at, so the time taken tells nothing of where a match or a near miss was.
    #[inline]
    pub(crate) fn matching(
        &self,
        message: &[&[u8]],
        candidates: &Candidates<'_>,
    ) -> Option<(usize, Option<Arc<Label>>)> {
        let mut matching = None;
        for (index, entry) in self.0.iter().enumerate() {
            let tag = entry.key.tag(message);
            if tag.equals_any(candidates) && matching.is_none() {
                matching = Some((index, &entry.label));
            }
        }
        wipe_tag();
        matching.map(|(index, label)| (index, label.clone()))
    }

    /// The tag of the message under the current key.
    pub(crate) fn sign(&self, message: &[&[u8]]) -> Tag {
        let tag = self.0.first().map(|entry| entry.key.tag(message));
        wipe_tag();
        tag.unwrap_or(Tag::ZERO)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Entry {
    fn duplicate(&self) -> Self {
        Self {
            key: self.key.duplicate(),
            label: self.label.clone(),
        }
    }
}

impl From<Secret> for Keys {
    fn from(secret: Secret) -> Self {
        Self::one(secret.as_bytes(), secret.label())
    }
}

impl From<StandardSecret> for Keys {
    fn from(secret: StandardSecret) -> Self {
        Self::one(secret.as_bytes(), secret.label())
    }
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}
