//! The provider's timestamps: RFC 3339, and the older forms without a zone.

use alloc::format;

use serde::Serializer;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// RFC 3339 as `time` reads it, or the form without a zone that old events have
/// (`2023-04-28 20:05:31.093`), as UTC.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| {
        let (date, time) = text.split_once([' ', 'T'])?;
        OffsetDateTime::parse(&format!("{date}T{time}Z"), &Rfc3339).ok()
    })
}

/// RFC 3339 in UTC, in milliseconds as on the wire, or finer if the timestamp is.
pub(super) fn serialize<S: Serializer>(
    timestamp: OffsetDateTime,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let utc = timestamp
        .checked_to_offset(UtcOffset::UTC)
        .filter(|utc| (0..=9999).contains(&utc.year()))
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
