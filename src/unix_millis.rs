//! The time of signing as the header has it: a decimal number of milliseconds since 1970.

use core::fmt;

use time::{Duration, OffsetDateTime};

/// A time in whole milliseconds, from 1970 to the end of the year 9999.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnixMillis(u64);

impl UnixMillis {
    /// Reads 1 to 20 ASCII digits. There may be leading zeros, but no sign, blank or point.
    #[inline]
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > MAX_DIGITS {
            return None;
        }
        let millis = text.iter().try_fold(0_u64, |millis, &byte| {
            let digit = char::from(byte).to_digit(10)?;
            millis.checked_mul(10)?.checked_add(digit.into())
        })?;
        (millis <= LAST).then_some(Self(millis))
    }

    /// Cut to whole milliseconds. A time before 1970 becomes 1970.
    pub(crate) fn from_date(date: OffsetDateTime) -> Self {
        Self(u64::try_from(date.unix_timestamp_nanos() / NANOS_PER_MILLI).unwrap_or(0))
    }

    pub(crate) fn to_date(self) -> OffsetDateTime {
        let millis = i64::try_from(self.0).unwrap_or(i64::MAX);
        OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::milliseconds(millis))
    }

    /// Nanoseconds from this time to `now`, negative if it is still to come. Whole numbers only: a date
    /// is not worked out before somebody asks for one.
    #[inline]
    pub(crate) fn age_in_nanos(self, now: OffsetDateTime) -> i128 {
        now.unix_timestamp_nanos()
            .saturating_sub(i128::from(self.0).saturating_mul(NANOS_PER_MILLI))
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

const NANOS_PER_MILLI: i128 = 1_000_000;
/// Digits in `u64::MAX`.
const MAX_DIGITS: usize = 20;
/// 9999-12-31T23:59:59.999Z, the last that RFC 3339 can write.
const LAST: u64 = 253_402_300_799_999;
