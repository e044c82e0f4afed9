//! How far an authenticated timestamp may lie from now. Never reads the clock.

use core::time::Duration;

use crate::{VerifyError, unix_time::UnixTime};

/// How far the time of signing may lie from the time of receipt, in either direction: at most a day.
///
/// A delivery exactly at the edge is accepted. A captured delivery can be replayed for as long as
/// the tolerance lasts, so a long one weakens the check, and none turns it off: what is longer than a day is
/// cut to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    past: Duration,
    future: Duration,
}

impl Tolerance {
    /// The longest, 24 hours.
    pub const MAX: Self = Self {
        past: DAY,
        future: DAY,
    };

    /// 300 seconds in both directions: what most providers advise.
    pub const DEFAULT: Self = Self::new(Duration::from_secs(300));

    /// The same tolerance for late deliveries and for those from the future, cut to a day.
    #[must_use]
    pub const fn new(tolerance: Duration) -> Self {
        let tolerance = at_most_a_day(tolerance);
        Self {
            past: tolerance,
            future: tolerance,
        }
    }

    /// Sets how far ahead of the receiver's clock the time of signing may lie, cut to a day, and leaves the past.
    #[must_use]
    pub const fn with_future(self, future: Duration) -> Self {
        Self {
            future: at_most_a_day(future),
            ..self
        }
    }

    /// How long ago the delivery may have been signed.
    #[must_use]
    pub const fn past(&self) -> Duration {
        self.past
    }

    /// How far ahead of the receiver's clock the time of signing may lie.
    #[must_use]
    pub const fn future(&self) -> Duration {
        self.future
    }

    /// `now` is in nanoseconds since 1970.
    #[inline]
    pub(crate) fn check(self, signed_at: UnixTime, now: i128) -> Result<(), VerifyError> {
        let age = signed_at.age_in_nanos(now);
        let distance = age.unsigned_abs();
        if age < 0 {
            if distance > self.future.as_nanos() {
                return Err(VerifyError::NotYetValid {
                    signed_at: signed_at.to_date(),
                    ahead: from_nanos(distance),
                });
            }
        } else if distance > self.past.as_nanos() {
            return Err(VerifyError::Expired {
                signed_at: signed_at.to_date(),
                age: from_nanos(distance),
            });
        }
        Ok(())
    }
}

const fn at_most_a_day(tolerance: Duration) -> Duration {
    if tolerance.as_nanos() > DAY.as_nanos() {
        DAY
    } else {
        tolerance
    }
}

fn from_nanos(nanos: u128) -> Duration {
    let secs = u64::try_from(nanos / NANOS_PER_SEC).unwrap_or(u64::MAX);
    let subsec_nanos = u32::try_from(nanos % NANOS_PER_SEC).unwrap_or(0);
    Duration::new(secs, subsec_nanos)
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const NANOS_PER_SEC: u128 = 1_000_000_000;
