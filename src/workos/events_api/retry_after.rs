//! The header `Retry-After`: seconds, or a date of HTTP.

use core::{str, time::Duration};

use time::{OffsetDateTime, format_description::well_known::Rfc2822};

/// How long to wait, unless the value is neither a number of seconds nor a date (RFC 9110 §10.2.3) in the form that servers
/// write (`Sun, 06 Nov 1994 08:49:37 GMT`). A date that has passed is no wait.
pub(super) fn parse(value: &[u8], now: OffsetDateTime) -> Option<Duration> {
    let value = str::from_utf8(value.trim_ascii()).ok()?;
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    let seconds = date.unix_timestamp().saturating_sub(now.unix_timestamp());
    Some(Duration::from_secs(seconds.try_into().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn each_form() {
        let now = datetime!(1994-11-06 08:49:00 UTC);
        let seconds = |value: &str| parse(value.as_bytes(), now).map(|wait| wait.as_secs());
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("3"), Some(3));
        assert_eq!(seconds(" 007\t"), Some(7));
        assert_eq!(seconds("18446744073709551616"), Some(u64::MAX));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:48:37 GMT"), Some(0));
        for none in [
            "",
            " ",
            "-1",
            "+1",
            "1.5",
            "1s",
            "soon",
            "1994-11-06T08:49:37Z",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(seconds(none), None, "{none:?}");
        }
        assert_eq!(parse(b"\xff", now), None);
    }
}
