//! What every event has around its data.

use alloc::{borrow::Cow, format, string::String};
use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{DecodeError, json};

/// An event with its data unparsed. Borrows from the body; a text with escapes in it is a copy.
///
/// `Debug` omits the data, which is mostly about people.
#[derive(Clone)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// Identifies the event, also when it is delivered again: the key for deduplication.
    pub id: Cow<'a, str>,
    /// Name of the event, such as `user.created`.
    pub event: Cow<'a, str>,
    /// When the event happened.
    pub created_at: OffsetDateTime,
    /// The object that the event is about, as it stands in the body: JSON, whose text is `data.get()`.
    pub data: &'a RawValue,
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, DecodeError> {
        let fields: Fields<'a> =
            serde_json::from_str(json::text(body)?).map_err(|error| match json::error(&error) {
                // Any value fits any field here, so only the whole can be of a wrong type.
                DecodeError::Mismatch { .. } => DecodeError::NotAnObject,
                error => error,
            })?;
        if let Some(field) = fields.duplicate {
            return Err(DecodeError::DuplicateField { field });
        }
        Ok(Self {
            id: text("id", fields.id)?,
            event: text("event", fields.event)?,
            created_at: timestamp("created_at", fields.created_at)?,
            data: present("data", fields.data)?,
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

/// The envelope's fields as they stand in the body, in whatever order.
#[derive(Default)]
struct Fields<'a> {
    id: Option<&'a RawValue>,
    event: Option<&'a RawValue>,
    created_at: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
    duplicate: Option<&'static str>,
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(Text(key)) = map.next_key()? {
            let (name, field) = match &*key {
                "id" => ("id", &mut fields.id),
                "event" => ("event", &mut fields.event),
                "created_at" => ("created_at", &mut fields.created_at),
                "data" => ("data", &mut fields.data),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if field.replace(map.next_value()?).is_some() {
                fields.duplicate = Some(name);
            }
        }
        Ok(fields)
    }
}

/// A JSON string, borrowed unless it has escapes. (`Cow` by itself always decodes to a copy.)
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(String::from(text))))
    }
}

/// A field that is absent and one that is `null` are the same.
fn present<'a>(
    field: &'static str,
    value: Option<&'a RawValue>,
) -> Result<&'a RawValue, DecodeError> {
    value
        .filter(|value| value.get() != "null")
        .ok_or(DecodeError::MissingField { field })
}

fn text<'a>(field: &'static str, value: Option<&'a RawValue>) -> Result<Cow<'a, str>, DecodeError> {
    serde_json::from_str(present(field, value)?.get())
        .map(|Text(text)| text)
        .map_err(|_| DecodeError::InvalidField { field })
}

fn timestamp(field: &'static str, value: Option<&RawValue>) -> Result<OffsetDateTime, DecodeError> {
    parse_timestamp(&text(field, value)?).ok_or(DecodeError::InvalidField { field })
}

/// RFC 3339 as `time` reads it, or the form without a zone that old events have
/// (`2023-04-28 20:05:31.093`), as UTC.
fn parse_timestamp(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| {
        let (date, time) = text.split_once([' ', 'T'])?;
        OffsetDateTime::parse(&format!("{date}T{time}Z"), &Rfc3339).ok()
    })
}
