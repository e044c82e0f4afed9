//! What every event has around its data.

use alloc::borrow::Cow;
use core::fmt;

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::WorkOs;
use crate::{
    DecodeError, EventMismatch, Fault,
    event::{
        Found, Place,
        json::{self, Lossy},
    },
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
        let names = ["id", "event", "created_at", "context", "object"];
        let ([id, event, created_at, context, _], data) = json::fields(text, names, "data")?;
        let Lossy(id) = json::required("id", id)?;
        let Lossy(event) = json::required("event", event)?;
        let mismatch = |path, fault| EventMismatch::new(&event, &id, path, fault);
        let created_at = Found::from(created_at)
            .salvage::<WorkOs, _>("created_at", &mut Place::default())
            .map_err(|fault| mismatch("created_at", fault))?;
        let data = json::raw(data).ok_or_else(|| mismatch("data", Fault::Missing))?;
        Ok(Self {
            id,
            event,
            created_at,
            context: json::raw(context),
            data,
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
