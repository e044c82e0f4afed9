//! The provider's timestamps: Unix time, mostly in milliseconds, here and there in seconds.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::{OffsetDateTime, UtcOffset};

use super::Clerk;
use crate::event::Field;

/// Milliseconds, unless they would be from before March 1973: then seconds.
fn from_number(number: i64) -> Option<OffsetDateTime> {
    let nanos_in_unit = if number.unsigned_abs() < LEAST_MILLIS {
        1_000_000_000
    } else {
        1_000_000
    };
    let nanos = i128::from(number).checked_mul(nanos_in_unit)?;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
}

/// Smaller numbers are seconds: 100,000,000,000 is March 1973 in milliseconds, and the year 5138 in seconds.
const LEAST_MILLIS: u64 = 100_000_000_000;

impl Field<Clerk> for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_number(i64::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utc = self.checked_to_offset(UtcOffset::UTC).unwrap_or(*self);
        let millis = utc.unix_timestamp_nanos().div_euclid(1_000_000);
        let millis = i64::try_from(millis).unwrap_or_default();
        if millis.unsigned_abs() < LEAST_MILLIS {
            serializer.serialize_i64(utc.unix_timestamp())
        } else {
            serializer.serialize_i64(millis)
        }
    }
}
