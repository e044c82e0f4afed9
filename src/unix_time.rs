//! The time of signing as a header has it: a decimal number of seconds or milliseconds since 1970. And the clock.

use alloc::string::{String, ToString};

use time::{Duration, OffsetDateTime};

use crate::scheme::Unit;

/// A time in whole milliseconds, from 1970 to the end of the year 9999.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnixTime {
    millis: u64,
}

impl UnixTime {
    /// Reads 1 to 20 ASCII digits. There may be leading zeros, but no sign, blank or point.
    ///
    /// Each digit is multiplied by the power of its place, so that none has to wait for the one before it.
    #[inline(always)]
    pub(crate) fn parse(text: &[u8], unit: Unit) -> Option<Self> {
        if text.is_empty() || text.len() > MAX_DIGITS {
            return None;
        }
        let leading = text.len().saturating_sub(POWERS.len());
        let (zeros, digits) = text.split_at_checked(leading)?;
        let mut are_digits = zeros.iter().all(|byte| *byte == b'0');
        let mut number = 0_u64;
        for (byte, power) in digits.iter().rev().zip(POWERS) {
            let digit = byte.wrapping_sub(b'0');
            are_digits &= digit < 10;
            number = number.wrapping_add(power.wrapping_mul(digit.into()));
        }
        let millis = number.checked_mul(unit.in_millis())?;
        (are_digits && millis <= LAST).then_some(Self { millis })
    }

    /// Cut to whole milliseconds. A time before 1970 becomes 1970.
    pub(crate) fn from_date(date: OffsetDateTime) -> Self {
        let millis = date.unix_timestamp_nanos() / NANOS_PER_MILLI;
        Self {
            millis: u64::try_from(millis).unwrap_or(0),
        }
    }

    /// The number that a header has, cut to the unit.
    pub(crate) fn to_text(self, unit: Unit) -> String {
        let number = self.millis.checked_div(unit.in_millis());
        number.unwrap_or(self.millis).to_string()
    }

    pub(crate) fn to_date(self) -> OffsetDateTime {
        let millis = i64::try_from(self.millis).unwrap_or(i64::MAX);
        OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::milliseconds(millis))
    }

    /// Nanoseconds from this time to `now`, which counts them from 1970; negative if this is still to come. Whole numbers
    /// only: a date is not worked out before somebody asks for one.
    #[inline]
    pub(crate) fn age_in_nanos(self, now: i128) -> i128 {
        now.saturating_sub(i128::from(self.millis).saturating_mul(NANOS_PER_MILLI))
    }
}

impl Unit {
    /// Whether a time has the digits that times have from 2001 to 2286.
    #[inline]
    pub(crate) fn is_of_today(self, text: &[u8]) -> bool {
        let digits = match self {
            Self::Seconds => 10,
            Self::Milliseconds => 13,
        };
        text.len() == digits && !text.starts_with(b"0")
    }

    #[inline]
    const fn in_millis(self) -> u64 {
        match self {
            Self::Seconds => 1000,
            Self::Milliseconds => 1,
        }
    }
}

/// The system's clock, in nanoseconds since 1970. One that is set before 1970 says 1970.
///
/// Where there is none, nothing that asks for it compiles: see [`HAS_CLOCK`].
#[inline]
pub(crate) fn now() -> i128 {
    #[cfg(all(
        feature = "std",
        not(all(target_family = "wasm", target_os = "unknown"))
    ))]
    if let Ok(since) = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        return i128::try_from(since.as_nanos()).unwrap_or(i128::MAX);
    }
    0
}

/// Whether the target has a clock that std can read.
pub(crate) const HAS_CLOCK: bool = cfg!(all(
    feature = "std",
    not(all(target_family = "wasm", target_os = "unknown"))
));

const NANOS_PER_MILLI: i128 = 1_000_000;
/// Digits in `u64::MAX`.
const MAX_DIGITS: usize = 20;
/// What the digits of a time are worth, from the last to the first. A digit before these is 0, or the time is after
/// the [last](LAST).
const POWERS: [u64; 15] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    100_000_000_000,
    1_000_000_000_000,
    10_000_000_000_000,
    100_000_000_000_000,
];
/// 9999-12-31T23:59:59.999Z, the last that RFC 3339 can write.
const LAST: u64 = 253_402_300_799_999;
