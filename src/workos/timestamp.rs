//! The provider's timestamps: RFC 3339, and the older forms without a zone.

use alloc::format;

use serde::Serializer;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// RFC 3339 as `time` reads it, or the form without a zone that old events have
/// (`2023-04-28 20:05:31.093`), as UTC.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    // `time` takes any byte between date and time.
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .ok()
        .filter(|timestamp| timestamp.offset().is_utc() || in_utc(*timestamp).is_some())
}

/// RFC 3339 in UTC, in milliseconds as on the wire, or finer if the timestamp is.
pub(super) fn serialize<S: Serializer>(
    timestamp: OffsetDateTime,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let utc = in_utc(timestamp)
        .ok_or_else(|| serde::ser::Error::custom("timestamp is not within the years 0 to 9999"))?;
    let (date, time) = (utc.date(), utc.time());
    let nanos = time.nanosecond();
    let (digits, fraction) = match nanos {
        _ if nanos.is_multiple_of(1_000_000) => (3, time.millisecond().into()),
        _ if nanos.is_multiple_of(1_000) => (6, time.microsecond()),
        _ => (9, nanos),
    };
    serializer.collect_str(&format_args!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{fraction:0digits$}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
    ))
}

/// The same instant in UTC, unless that is in no year that RFC 3339 can spell.
fn in_utc(timestamp: OffsetDateTime) -> Option<OffsetDateTime> {
    timestamp
        .checked_to_offset(UtcOffset::UTC)
        .filter(|utc| (0..=9999).contains(&utc.year()))
}
