//! What every event has around its data.

use alloc::borrow::Cow;
use core::fmt;

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::Clerk;
use crate::{
    DecodeError, EventMismatch, Fault,
    event::{
        Found, Place,
        json::{self, Lossy},
    },
};

/// An event with its data unparsed. Borrows from the body; a text with escapes in it is a copy.
///
/// What is optional and does not fit is `None`. `Debug` omits the data, which is mostly about people, and the attributes.
#[derive(Clone)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// Name of the event, such as `user.created`.
    pub r#type: Cow<'a, str>,
    /// ID of the instance of Clerk in which the event happened. Old deliveries omit it.
    pub instance_id: Option<Cow<'a, str>>,
    /// When the event happened. Old deliveries omit it.
    pub timestamp: Option<OffsetDateTime>,
    /// How the event came about, if the provider says so, as it stands in the body.
    pub event_attributes: Option<&'a RawValue>,
    /// The object that the event is about, as it stands in the body: JSON, whose text is `data.get()`.
    pub data: &'a RawValue,
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DecodeError> {
        // The last two are named for nothing but to refuse them where they stand twice.
        let names = [
            "type",
            "instance_id",
            "timestamp",
            "event_attributes",
            "svix-id",
            "object",
        ];
        let ([r#type, instance_id, timestamp, event_attributes, ..], data) =
            json::fields(text, names, "data")?;
        let Lossy(r#type) = json::required("type", r#type)?;
        let timestamp = Found::from(timestamp)
            .salvage::<Clerk, Option<OffsetDateTime>>("timestamp", &mut Place::default());
        let data = json::raw(data)
            .ok_or_else(|| EventMismatch::new(&r#type, "", "data", Fault::Missing))?;
        Ok(Self {
            r#type,
            instance_id: instance_id.and_then(json::string),
            timestamp: timestamp.ok().flatten(),
            event_attributes: json::raw(event_attributes),
            data,
        })
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("type", &self.r#type)
            .field("instance_id", &self.instance_id)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
