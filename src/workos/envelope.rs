//! What every event has around its data.

use alloc::borrow::Cow;
use core::fmt;

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::timestamp;
use crate::{
    DecodeError,
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
        Ok(Self {
            id: string("id", id)?,
            event: string("event", event)?,
            created_at: timestamp::parse(&string("created_at", created_at)?).ok_or(
                DecodeError::InvalidField {
                    field: "created_at",
                },
            )?,
            data: json::raw(data).ok_or(DecodeError::MissingField { field: "data" })?,
            context: json::raw(context),
            is_object: object.is_some_and(|object| object.get() == r#""event""#),
        })
    }
}

fn string<'a>(
    field: &'static str,
    value: Option<&'a RawValue>,
) -> Result<Cow<'a, str>, DecodeError> {
    json::required(field, value).map(|Text(text)| text)
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
