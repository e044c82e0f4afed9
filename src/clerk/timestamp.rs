//! The provider's timestamps: Unix time, in milliseconds as a rule, here and there in seconds.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::OffsetDateTime;

use super::Clerk;
use crate::event::{Field, from_millis, to_millis};

impl Field<Clerk> for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(i64::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    /// In the unit that it is read in again. What is finer than that is cut off.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = to_millis(*self);
        if millis.unsigned_abs() < LEAST_MILLIS {
            serializer.serialize_i64(self.unix_timestamp())
        } else {
            serializer.serialize_i64(millis)
        }
    }
}

fn parse(number: i64) -> Option<OffsetDateTime> {
    if number.unsigned_abs() < LEAST_MILLIS {
        OffsetDateTime::from_unix_timestamp(number).ok()
    } else {
        from_millis(number)
    }
}

/// Smaller numbers are seconds: this is March 1973 in milliseconds, and the year 5138 in seconds.
const LEAST_MILLIS: u64 = 100_000_000_000;
