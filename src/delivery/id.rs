//! The id of a delivery, kept without an allocation unless it is unusually long.

use alloc::boxed::Box;

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Id {
    Short { len: u8, text: [u8; SHORT] },
    Long(Box<str>),
}

impl Id {
    #[inline]
    pub(crate) fn new(id: &str) -> Self {
        let mut text = [0; SHORT];
        if let (Ok(len), Some(room)) = (u8::try_from(id.len()), text.get_mut(..id.len())) {
            room.copy_from_slice(id.as_bytes());
            Self::Short { len, text }
        } else {
            Self::Long(id.into())
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Short { len, text } => {
                let text = text.get(..usize::from(*len)).unwrap_or_default();
                str::from_utf8(text).unwrap_or_default()
            }
            Self::Long(text) => text,
        }
    }
}

/// Longer than the ids of any provider known: those of Svix have 31 characters, a UUID with a prefix about 40.
const SHORT: usize = 62;
