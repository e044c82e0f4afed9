//! The provider's timestamps: Unix time in milliseconds.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::OffsetDateTime;

use super::Courier;
use crate::event::Field;

impl Field<Courier> for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let millis = i64::deserialize(deserializer)?;
        i128::from(millis)
            .checked_mul(1_000_000)
            .and_then(|nanos| Self::from_unix_timestamp_nanos(nanos).ok())
            .ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = self.unix_timestamp_nanos().div_euclid(1_000_000);
        serializer.serialize_i64(i64::try_from(millis).unwrap_or_default())
    }
}
