//! The id of a delivery, kept without an allocation unless it is unusually long.

use alloc::boxed::Box;

/// Visible characters of ASCII.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Id {
    Short { len: u8, text: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Id {
    #[inline(always)]
    pub(crate) fn new(id: &[u8]) -> Self {
        let Ok(len) = u8::try_from(id.len()) else {
            return Self::Long(id.into());
        };
        let mut short = Self::Short {
            len,
            text: [0; SHORT],
        };
        if let Self::Short { text, .. } = &mut short
            && let Some(text) = text.get_mut(..id.len())
        {
            text.copy_from_slice(id);
            return short;
        }
        Self::Long(id.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = match self {
            Self::Short { len, text } => text.get(..usize::from(*len)).unwrap_or_default(),
            Self::Long(text) => text,
        };
        str::from_utf8(text).unwrap_or_default()
    }
}

/// Longer than the ids of any provider known: those of Svix have 31 characters, a UUID with a prefix about 40.
const SHORT: usize = 46;
