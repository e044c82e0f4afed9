//! What an authenticated time says of the clocks. Of one delivery alone mostly a guess.

use alloc::{borrow::Cow, format, string::String};

use super::{Cause, CauseKind, Certainty};
use crate::{Tolerance, scheme::Unit, unix_time::UnixTime};

/// The unit that the time is in, where that is not the one of the scheme: whether it is certain. `text` is authenticated.
pub(super) fn other_unit(
    text: &[u8],
    unit: Unit,
    tolerance: Tolerance,
    now: i128,
) -> Option<Cause> {
    let other = match unit {
        Unit::Seconds => Unit::Milliseconds,
        Unit::Milliseconds => Unit::Seconds,
    };
    let time = UnixTime::parse(text, other)?;
    if !other.is_of_today(text) || unit.is_of_today(text) {
        return None;
    }
    let is_now = tolerance.check(time, now).is_ok();
    // A time that is off by decades as the one and by less than a year as the other is the other.
    let is_near = time.age_in_nanos(now).unsigned_abs() < YEAR;
    let certainty = if is_now {
        Certainty::Certain
    } else {
        Certainty::Likely
    };
    let detail = format!("{other}, where the scheme has {unit}");
    (is_now || is_near)
        .then(|| Cause::new(CauseKind::TimestampUnit, certainty, Some(detail.into())))
}

/// Why a time that is authenticated is not now.
pub(super) fn off(signed_at: UnixTime, tolerance: Tolerance, now: i128) -> [Option<Cause>; 2] {
    let age = signed_at.age_in_nanos(now);
    let seconds = (age.unsigned_abs() / NANOS).try_into().unwrap_or(u64::MAX);
    let by = duration(seconds);
    let cause = |kind, certainty, detail: String| {
        Some(Cause::new(kind, certainty, Some(Cow::Owned(detail))))
    };
    let allowed = if age < 0 {
        tolerance.future()
    } else {
        tolerance.past()
    };
    // Of some milliseconds it is a mistake; of some seconds it may be meant, as Paddle advises it.
    let most = if allowed.as_secs() == 0 {
        USUAL
    } else {
        SHORTEST
    };
    if allowed.as_secs() < SHORTEST && seconds < most {
        let detail = format!("{allowed:?}, and off by {by}");
        let late = Some(Cause::new(CauseKind::Late, Certainty::Possible, None)).filter(|_| age > 0);
        return [
            cause(CauseKind::ToleranceTooShort, Certainty::Likely, detail),
            late,
        ];
    }
    if age < 0 {
        let zone = zone(seconds, tolerance);
        let clock = match zone {
            _ if now < UNSET => cause(
                CauseKind::ClockOff,
                Certainty::Likely,
                "it was never set".into(),
            ),
            Some(zone) => cause(
                CauseKind::ClockZone,
                Certainty::Likely,
                format!("behind by {zone}"),
            ),
            None => cause(
                CauseKind::ClockOff,
                Certainty::Likely,
                format!("behind by {by}"),
            ),
        };
        return [clock, None];
    }
    let late = |certainty| cause(CauseKind::Late, certainty, format!("signed {by} ago"));
    let ahead = cause(
        CauseKind::ClockOff,
        Certainty::Possible,
        format!("ahead by {by}"),
    );
    match zone(seconds, tolerance) {
        Some(zone) => [
            cause(
                CauseKind::ClockZone,
                Certainty::Likely,
                format!("ahead by {zone}"),
            ),
            late(Certainty::Possible),
        ],
        None if seconds > LONGEST_RETRY => [late(Certainty::Likely), ahead],
        None => [ahead, late(Certainty::Possible)],
    }
}

/// An offset that some zone has, if it is one but for what a delivery takes.
fn zone(seconds: u64, tolerance: Tolerance) -> Option<String> {
    let leeway = tolerance.past().as_secs().clamp(SHORTEST, MAX_LEEWAY);
    let nearest = seconds.checked_add(QUARTER / 2)?.checked_div(QUARTER)?;
    let is_near = nearest.checked_mul(QUARTER)?.abs_diff(seconds) <= leeway;
    let (hours, quarters) = (nearest / 4, nearest % 4);
    let is_zone = match quarters {
        0 => (1..=14).contains(&hours),
        2 => matches!(hours, 3..=6 | 9 | 10),
        3 => matches!(hours, 5 | 8 | 12),
        _ => false,
    };
    let minutes = quarters.saturating_mul(15);
    (is_near && is_zone).then(|| format!("{hours}:{minutes:02} hours"))
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..600 => format!("{seconds} seconds"),
        600..86_400 => format!("{} minutes", seconds / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

const NANOS: u128 = 1_000_000_000;
/// Seconds by which clocks and networks are off at times, and those that most providers advise as a tolerance.
const SHORTEST: u64 = 30;
const USUAL: u64 = 300;
/// A year, in nanoseconds.
const YEAR: u128 = 365 * 86_400 * NANOS;
/// 2020, in nanoseconds since 1970. A clock that says less was never set.
const UNSET: i128 = 1_577_836_800_000_000_000;
/// A quarter of an hour, in seconds.
const QUARTER: u64 = 900;
/// Seconds by which a delivery may miss the offset of a zone, for what it took and for how far clocks drift.
const MAX_LEEWAY: u64 = 120;
/// Seconds within which providers deliver again, three days and some.
const LONGEST_RETRY: u64 = 4 * 86_400;
