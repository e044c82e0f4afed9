//! JSON that stays text.

use alloc::{borrow::ToOwned, boxed::Box};
use core::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Field, Place};
use crate::{DecodeError, Fault, json};

/// JSON that is kept as its text, for what has no fixed fields.
///
/// Any JSON is: an object, `[]`, a text, a number that no `f64` holds. Two are equal if their texts are.
/// `Debug` prints the text.
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The text, as it stood in the body.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Decodes the text into any type of serde. The type may borrow from it.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::Mismatch`]: JSON that `T` does not accept, such as `{}` for a number.
    /// - [`DecodeError::NotJson`]: JSON beyond the limits of `serde_json` (nested deeper than 127, `1e999`,
    ///   `"\ud800"`).
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        serde_json::from_str(self.get()).map_err(|error| json::error(&error))
    }

    pub(crate) fn as_raw_value(&self) -> &RawValue {
        &self.0
    }
}

impl From<&RawValue> for RawJson {
    fn from(value: &RawValue) -> Self {
        Self(value.to_owned())
    }
}

impl Deref for RawJson {
    type Target = str;

    fn deref(&self) -> &str {
        self.get()
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawJson {}

impl PartialEq<str> for RawJson {
    fn eq(&self, other: &str) -> bool {
        self.get() == other
    }
}

impl PartialEq<&str> for RawJson {
    fn eq(&self, other: &&str) -> bool {
        self.get() == *other
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl<'de> Deserialize<'de> for RawJson {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self)
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<P> Field<P> for RawJson {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn salvage(json: &RawValue, _: &mut Place) -> Result<Self, Fault> {
        Ok(json.into())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}
