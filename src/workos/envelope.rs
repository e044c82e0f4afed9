//! What every event has around its data.

use alloc::borrow::{Cow, ToOwned};
use core::fmt;

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::timestamp;
use crate::{
    DecodeError, EventMismatch,
    error::Fault,
    json::{self, Text},
};

/// An event with its data unparsed. Borrows from the body; a text with escapes in it is a copy.
///
/// `Debug` omits the data, which is mostly about people, and the context.
#[derive(Clone)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// Identifies the event, also when it is delivered again: the key for deduplication.
    pub id: Cow<'a, str>,
    /// Name of the event, such as `user.created`.
    pub event: Cow<'a, str>,
    /// When the event happened.
    pub created_at: OffsetDateTime,
    /// How the event came about, if the provider says so, as it stands in the body.
    pub context: Option<&'a RawValue>,
    /// The object that the event is about, as it stands in the body: JSON, whose text is `data.get()`.
    pub data: &'a RawValue,
    /// Whether the JSON says `"object": "event"`, as that of the Events API does.
    pub(super) is_object: bool,
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DecodeError> {
        let [id, event, created_at, data, context, object] = json::fields(
            text,
            ["id", "event", "created_at", "data", "context", "object"],
        )?;
        let id: Text<'a> = json::required("id", id)?;
        let event: Text<'a> = json::required("event", event)?;
        let mismatch = |path: &str, fault| {
            let (event, id) = (event.0.clone().into_owned(), id.0.clone().into_owned());
            DecodeError::EventMismatch(EventMismatch::new(event, id, path.to_owned(), fault))
        };
        let Some(created_at) = json::raw(created_at) else {
            return Err(mismatch("created_at", Fault::Missing));
        };
        let created_at = serde_json::from_str(created_at.get())
            .ok()
            .and_then(|Text(text)| timestamp::parse(&text))
            .ok_or_else(|| mismatch("created_at", Fault::Unexpected))?;
        let data = json::raw(data).ok_or_else(|| mismatch("data", Fault::Missing))?;
        Ok(Self {
            id: id.0,
            event: event.0,
            created_at,
            data,
            context: json::raw(context),
            is_object: matches!(json::optional("object", object), Ok(Some(Text(text))) if text == "event"),
        })
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("id", &self.id)
            .field("event", &self.event)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
