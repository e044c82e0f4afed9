//! The provider's timestamps: RFC 3339, the older forms without a zone, and those of PostgreSQL.

use alloc::{format, string::String};
use core::fmt;

use serde::{Deserialize, Deserializer, Serializer, de};
use serde_json::value::RawValue;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use super::WorkOs;
use crate::{
    Fault,
    event::{
        Field, Place,
        json::{self, Text},
    },
};

/// RFC 3339 as `time` reads it, or a form that old events have: without a zone (`2023-04-28 20:05:31.093`), which is
/// UTC, or with one of other spelling (`2023-11-18 22:44:21.134+00`, `+0000`).
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    // `time` takes any byte between date and time.
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&with_whole_zone(text), &Rfc3339))
        .ok()
        .filter(|timestamp| timestamp.offset().is_utc() || in_utc(*timestamp).is_some())
}

/// The text with its zone as RFC 3339 has it.
fn with_whole_zone(text: &str) -> String {
    // A date has hyphens too.
    let sign = text.rfind(['+', '-']).filter(|at| *at > DATE);
    let Some((time, zone)) = sign.and_then(|at| text.split_at_checked(at)) else {
        return format!("{text}Z");
    };
    match zone.split_at_checked("+00".len()) {
        Some((_, "")) => format!("{text}:00"),
        Some((hours, minutes)) => format!("{time}{hours}:{minutes}"),
        None => text.into(),
    }
}

const DATE: usize = "2023-11-18".len();

impl Field<WorkOs> for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    fn salvage(json: &RawValue, _: &mut Place) -> Result<Self, Fault> {
        json::string(json)
            .and_then(|text| parse(&text))
            .ok_or(Fault::Unexpected)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utc = in_utc(*self).ok_or_else(|| {
            serde::ser::Error::custom("timestamp is not within the years 0 to 9999")
        })?;
        serializer.collect_str(&Utc(utc))
    }

    /// The provider's schema has the text `null` too, for the value.
    fn is_null(json: &str) -> bool {
        matches!(json, "null" | r#""null""#)
    }
}

/// The same instant in UTC, unless that is in no year that RFC 3339 can spell.
fn in_utc(timestamp: OffsetDateTime) -> Option<OffsetDateTime> {
    timestamp
        .checked_to_offset(UtcOffset::UTC)
        .filter(|utc| (0..=9999).contains(&utc.year()))
}

/// A time in UTC in the years 0 to 9999, whose `Display` is RFC 3339, in milliseconds as on the wire, or finer if it is.
pub(super) struct Utc(pub(super) OffsetDateTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        let nanos = time.nanosecond();
        let (digits, fraction) = match nanos {
            _ if nanos.is_multiple_of(1_000_000) => (3, time.millisecond().into()),
            _ if nanos.is_multiple_of(1_000) => (6, time.microsecond()),
            _ => (9, nanos),
        };
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{fraction:0digits$}Z",
            date.year(),
            u8::from(date.month()),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
        )
    }
}
