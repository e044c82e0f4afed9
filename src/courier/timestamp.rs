//! The provider's timestamps: Unix time in milliseconds.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::OffsetDateTime;

use super::Courier;
use crate::event::{Field, from_millis, to_millis};

impl Field<Courier> for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_millis(i64::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    /// What is finer than a millisecond is cut off.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(to_millis(*self))
    }
}
