//! What happened: the events of WorkOS, each with its data as a type of its own.

#[macro_use]
mod macros;

pub mod action;
pub mod agent;
pub mod api_key;
pub mod authentication;
mod catalog;
mod common;
pub mod connection;
pub mod dsync;
pub mod email_verification;
pub mod feature_flags;
mod field;
pub mod flag;
pub mod group;
pub mod invitation;
pub mod magic_auth;
pub mod organization;
pub mod organization_domain;
pub mod organization_membership;
pub mod organization_role;
mod page;
pub mod password_reset;
pub mod permission;
pub mod pipes;
pub mod radar;
mod read;
pub mod resource_export;
pub mod role;
pub mod session;
pub mod user;
pub mod vault;
pub mod waitlist_user;

use alloc::{boxed::Box, string::String};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};
use serde_json::value::RawValue;
use time::OffsetDateTime;

use self::field::Field;
pub use self::{
    catalog::EventData,
    common::{
        EventContext, EventContextActor, EventContextActorSource, GoogleAnalyticsSession, RawJson,
        UnknownEvent, UnknownObject, UnknownValue,
    },
    page::{EventPage, ListMetadata},
};
use crate::{DecodeError, json};

/// An event, whether it came by webhook or from the Events API.
///
/// It is `Serialize` and `Deserialize` for `serde_json` alone, so that it can go to a queue and come back:
/// by `to_string` or `to_vec`, as a `Value` does not hold all JSON, and not within `flatten` or an untagged
/// or internally tagged enum. To have a [`DecodeError`] for what does not decode, use
/// [`from_json`](Self::from_json).
///
/// `Debug` prints all of it, which is mostly about people.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// Identifies the event, also when it is delivered again: the key for deduplication.
    pub id: String,
    /// When the event happened.
    pub created_at: OffsetDateTime,
    /// How the event came about, if the provider says so. Of an unknown event it is `None` also if it does
    /// not fit the type.
    pub context: Option<EventContext>,
    /// What happened, and the object that it happened to.
    pub data: EventData,
    /// Whether the JSON says `"object": "event"`, so that it does so again when it is written.
    is_object: bool,
}

impl Event {
    /// Decodes an event that has been verified before, such as one from a queue.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::event`](crate::workos::Delivery::event).
    pub fn from_json(json: &[u8]) -> Result<Self, DecodeError> {
        Self::parse(json::text(json)?)
    }

    /// The context of an unknown event, unless somebody has changed it since.
    fn context_as_it_came(&self) -> Option<&RawJson> {
        let EventData::Unknown(event) = &self.data else {
            return None;
        };
        let context = event.context()?;
        (context.parse().ok() == self.context).then_some(context)
    }
}

/// Two events are equal if they tell the same, whichever way they came.
impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.created_at == other.created_at
            && self.context == other.context
            && self.data == other.data
    }
}

impl Eq for Event {}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(json.get()).map_err(de::Error::custom)
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.is_object {
            map.serialize_entry("object", "event")?;
        }
        self.id.write_field("id", &mut map)?;
        map.serialize_entry("event", self.data.name())?;
        self.created_at.write_field("created_at", &mut map)?;
        match self.context_as_it_came() {
            Some(context) => map.serialize_entry("context", context)?,
            None => self.context.write_field("context", &mut map)?,
        }
        map.serialize_entry("data", &self.data)?;
        map.end()
    }
}
