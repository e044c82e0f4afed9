//! What to ask for.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use time::OffsetDateTime;

use super::position::whole;
use crate::workos::{EventData, timestamp::Utc};

/// Which events to ask for, and how many at once.
///
/// ```
/// use countersign::workos::events_api::Selection;
///
/// let some = Selection::of(["user.created", "user.deleted"]);
/// let newer_than_the_library = Selection::all().and(["robot.created"]);
/// let of_a_customer = Selection::all().of_organization("org_01EHZNVPK3SFK441A1RGBFSHRT");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Selection {
    names: Vec<Cow<'static, str>>,
    organization_id: Option<String>,
    limit: u8,
}

impl Selection {
    /// The events that this version knows: [`EventData::NAMES`].
    ///
    /// WorkOS has no word for "all of them". So an event that is newer than this library is not asked for, unless
    /// [`and`](Self::and) names it.
    pub fn all() -> Self {
        Self::of(EventData::NAMES.iter().copied())
    }

    /// The events of these names, such as `user.created`. WorkOS refuses a request that names none.
    pub fn of<N: Into<Cow<'static, str>>>(names: impl IntoIterator<Item = N>) -> Self {
        let none = Self {
            names: Vec::new(),
            organization_id: None,
            limit: MOST,
        };
        none.and(names)
    }

    /// The events of these names, too.
    pub fn and<N: Into<Cow<'static, str>>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        for name in names {
            let name = name.into();
            if !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        self
    }

    /// Only the events of this organization. That leaves out the events that have none, such as those of users.
    pub fn of_organization(mut self, id: impl Into<String>) -> Self {
        self.organization_id = Some(id.into());
        self
    }

    /// This many events a page, at the most: 1 to 100, to which other numbers are moved. It is 100 unless this is called.
    pub fn with_limit(mut self, limit: u8) -> Self {
        self.limit = limit.clamp(1, MOST);
        self
    }

    /// Takes out the name that stands first in quotes in the message, as a message can go on to quote the names that are
    /// right.
    pub(super) fn take_quoted_in(&mut self, message: &str) -> Option<String> {
        let names = self.names.iter().enumerate();
        let quoted =
            names.filter_map(|(index, name)| Some((message.find(&format!("'{name}'"))?, index)));
        let (_, index) = quoted.min()?;
        Some(self.names.remove(index).into_owned())
    }
}

/// A request to the Events API. `Display` writes its path and query, for behind `https://api.workos.com`.
///
/// It begins at a time (`range_start`) or behind an event (`after`). WorkOS refuses both at once, and no value has both.
///
/// With the names of all 136 events it has some 3550 bytes, with commas between the names as in the provider's SDKs. That is
/// within the 8000 that RFC 9110 asks of everyone to take.
///
/// ```
/// use countersign::workos::events_api::{Query, Selection};
///
/// let query = Query::after("event_01K0A1B2C3", Selection::of(["user.created", "user.deleted"]));
/// assert_eq!(
///     query.to_string(),
///     "/events?events=user.created,user.deleted&order=asc&limit=100&after=event_01K0A1B2C3",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Query {
    selection: Selection,
    start: Start,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    After(String),
    Since(OffsetDateTime),
}

impl Query {
    /// The events that are in the list behind the event of this id.
    pub fn after(id: impl Into<String>, selection: Selection) -> Self {
        Self::new(Start::After(id.into()), selection)
    }

    /// The events of this time, and later ones. The time is cut to whole milliseconds, and is 1970 if it is earlier.
    pub fn since(time: OffsetDateTime, selection: Selection) -> Self {
        Self::new(Start::Since(whole(time)), selection)
    }

    pub(super) fn new(start: Start, selection: Selection) -> Self {
        Self { selection, start }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Selection {
            names,
            organization_id,
            limit,
        } = &self.selection;
        f.write_str("/events?events=")?;
        for (index, name) in names.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}", Encoded(name))?;
        }
        write!(f, "&order=asc&limit={limit}")?;
        if let Some(id) = organization_id {
            write!(f, "&organization_id={}", Encoded(id))?;
        }
        match &self.start {
            Start::After(id) => write!(f, "&after={}", Encoded(id)),
            Start::Since(time) => write!(f, "&range_start={}", Encoded(&Utc(*time).to_string())),
        }
    }
}

/// Writes what RFC 3986 reserves, and what is not ASCII, as `%2C`.
struct Encoded<'a>(&'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    fmt::Write::write_char(f, byte.into())?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

/// The provider's upper limit.
const MOST: u8 = 100;
