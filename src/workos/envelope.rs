//! What every event has around its data.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::timestamp;
use crate::{
    DecodeError, EventMismatch,
    error::Fault,
    json::{self, Lossy},
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
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DecodeError> {
        let parts = Parts::parse(text)?;
        let Some(data) = json::raw(parts.data) else {
            return Err(parts.mismatch("data".into(), Fault::Missing));
        };
        Ok(Self {
            id: parts.id,
            event: parts.event,
            created_at: parts.created_at,
            data,
            context: parts.context,
        })
    }
}

/// What an [`Envelope`] has, with the data as another type.
pub(super) struct Parts<'a, T> {
    pub(super) id: Cow<'a, str>,
    pub(super) event: Cow<'a, str>,
    pub(super) created_at: OffsetDateTime,
    pub(super) data: Option<T>,
    pub(super) context: Option<&'a RawValue>,
    /// Whether the JSON says `"object": "event"`, as that of the Events API does.
    pub(super) is_object: bool,
}

impl<'a, T: Deserialize<'a>> Parts<'a, T> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DecodeError> {
        let names = ["id", "event", "created_at", "context", "object"];
        let ([id, event, created_at, context, object], data) = json::fields(text, names, "data")?;
        let Lossy(id) = json::required("id", id)?;
        let Lossy(event) = json::required("event", event)?;
        let mut parts = Self {
            id,
            event,
            created_at: OffsetDateTime::UNIX_EPOCH,
            data,
            context: json::raw(context),
            is_object: matches!(json::optional("object", object), Ok(Some(Lossy(text))) if text == "event"),
        };
        let mismatch = |fault| parts.mismatch("created_at".into(), fault);
        let created_at = json::raw(created_at).ok_or_else(|| mismatch(Fault::Missing))?;
        parts.created_at = json::string(created_at)
            .and_then(|text| timestamp::parse(&text))
            .ok_or_else(|| mismatch(Fault::Unexpected))?;
        Ok(parts)
    }
}

impl<T> Parts<'_, T> {
    pub(super) fn mismatch(&self, path: String, fault: Fault) -> DecodeError {
        let (event, id) = (self.event.clone(), self.id.clone());
        EventMismatch::new(event.into_owned(), id.into_owned(), path, fault).into()
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
