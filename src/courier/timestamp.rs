//! The provider's timestamps: Unix time in milliseconds.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::OffsetDateTime;

use super::Courier;
use crate::event::Field;

impl Field<Courier> for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(i64::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    /// What is finer than a millisecond is cut off.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i128(self.unix_timestamp_nanos().div_euclid(NANOS_IN_MILLI))
    }
}

fn parse(millis: i64) -> Option<OffsetDateTime> {
    let nanos = i128::from(millis).checked_mul(NANOS_IN_MILLI)?;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
}

const NANOS_IN_MILLI: i128 = 1_000_000;
