//! Times as providers write them who count milliseconds since 1970.

use time::OffsetDateTime;

/// Without the 128 bits of nanoseconds, which take longer than all else that is done with a number.
#[inline]
pub(crate) fn from_millis(millis: i64) -> Option<OffsetDateTime> {
    let date = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000)).ok()?;
    let millis = u16::try_from(millis.rem_euclid(1000)).ok()?;
    date.replace_millisecond(millis).ok()
}

/// Cut to whole milliseconds.
pub(crate) fn to_millis(date: OffsetDateTime) -> i64 {
    let millis = date.unix_timestamp().saturating_mul(1000);
    millis.saturating_add(date.millisecond().into())
}
