//! What is handled, as it is stored.

use alloc::{borrow::ToOwned, string::String};
use core::{fmt, str::FromStr};

use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::{
    unix_time::UnixTime,
    workos::timestamp::{self, Utc},
};

/// Up to where events are handled, and none can come late: an event, by its id and time; or a time to begin at.
///
/// Store it as one text, in the transaction that handles the events:
///
/// ```
/// use countersign::workos::events_api::Position;
///
/// let stored = "2026-01-02T03:04:05.678Z event_01K0A1B2C3";
/// let position: Position = stored.parse()?;
/// assert_eq!(position.id(), Some("event_01K0A1B2C3"));
/// assert_eq!(position.to_string(), stored);
/// # Ok::<(), countersign::workos::events_api::ParsePositionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Position {
    pub(super) time: OffsetDateTime,
    pub(super) id: Option<String>,
}

impl Position {
    /// From this time on, nothing is handled. For the first start, or to read once more what there was.
    ///
    /// The time is cut to whole milliseconds, and is 1970 if it is earlier.
    pub fn since(time: OffsetDateTime) -> Self {
        Self {
            time: whole(time),
            id: None,
        }
    }

    /// At the oldest events that WorkOS still has: 30 days before now, and a minute less, for the clocks.
    pub fn oldest(now: OffsetDateTime) -> Self {
        Self::since(now.saturating_sub(RETENTION))
    }

    /// The event of this id, which happened at this time or later, is the last that is handled. For those who have stored an id
    /// so far. Not for the id of a webhook: see the rules of the [module](super). Without an id it is [`since`](Self::since).
    pub fn after(id: impl Into<String>, created_at: OffsetDateTime) -> Self {
        Self {
            time: whole(created_at),
            id: Some(id.into()).filter(|id| !id.is_empty()),
        }
    }

    /// When the event of the [id](Self::id) happened, by the provider's clock; or when to begin, if there is no id.
    #[must_use]
    pub fn time(&self) -> OffsetDateTime {
        self.time
    }

    /// The cursor: the id of the last event that was handled and that was old enough by then.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// The time, as in RFC 3339 in UTC and in milliseconds; if there is an id, a blank and the id.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Utc(self.time))?;
        self.id.iter().try_for_each(|id| write!(f, " {id}"))
    }
}

/// Reads what `Display` has written.
///
/// # Errors
///
/// [`ParsePositionError`]: an empty text, `event_01`, `yesterday`, `2026-01-02 event_01`.
impl FromStr for Position {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (time, id) = match text.split_once(' ') {
            Some((time, id)) => (time, Some(id.to_owned())),
            None => (text, None),
        };
        let time = timestamp::parse(time).ok_or(ParsePositionError)?;
        if id.as_deref() == Some("") {
            return Err(ParsePositionError);
        }
        Ok(Self {
            time: whole(time),
            id,
        })
    }
}

/// The text is not a time in RFC 3339, nor one that is followed by a blank and an id.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a time, nor a time, a blank and an id")]
#[non_exhaustive]
pub struct ParsePositionError;

/// The same time in UTC and in whole milliseconds, from 1970 to 9999, as a URL can have it.
pub(super) fn whole(time: OffsetDateTime) -> OffsetDateTime {
    UnixTime::from_date(time).to_date()
}

const RETENTION: Duration = Duration::days(30).saturating_sub(Duration::minutes(1));
