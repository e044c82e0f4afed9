//! From body bytes to JSON text, from an object to its fields, and from `serde_json`'s errors, which may
//! quote the body, to ours, which do not.

use alloc::{borrow::Cow, string::String};
use core::{fmt, str};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{error::Category, value::RawValue};

use crate::DecodeError;

pub(crate) fn text(body: &[u8]) -> Result<&str, DecodeError> {
    str::from_utf8(body).map_err(|error| DecodeError::NotUtf8 {
        valid_up_to: error.valid_up_to(),
    })
}

pub(crate) fn error(error: &serde_json::Error) -> DecodeError {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Data => DecodeError::Mismatch { line, column },
        Category::Eof | Category::Io | Category::Syntax => DecodeError::NotJson { line, column },
    }
}

/// The fields of these names as they stand in an object, in whatever order.
pub(crate) fn fields<'a, const N: usize>(
    text: &'a str,
    names: [&'static str; N],
) -> Result<[Option<&'a RawValue>; N], DecodeError> {
    let mut fields = Fields {
        slots: names.map(|name| (name, None)),
        duplicate: None,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(&mut fields)
        .and_then(|()| json.end())
        .map_err(|error| match self::error(&error) {
            // Any value fits any field here, so only the whole can be of a wrong type.
            DecodeError::Mismatch { .. } => DecodeError::NotAnObject,
            error => error,
        })?;
    match fields.duplicate {
        None => Ok(fields.slots.map(|(_, value)| value)),
        Some(field) => Err(DecodeError::DuplicateField { field }),
    }
}

struct Fields<'a, const N: usize> {
    slots: [(&'static str, Option<&'a RawValue>); N],
    duplicate: Option<&'static str>,
}

impl<'de, const N: usize> Visitor<'de> for &mut Fields<'de, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            match self.slots.iter_mut().find(|(name, _)| key == *name) {
                Some((name, slot)) => {
                    if slot.replace(map.next_value()?).is_some() {
                        self.duplicate = Some(name);
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A field that is absent and one that is `null` are the same.
pub(crate) fn optional<'a, T: Deserialize<'a>>(
    field: &'static str,
    value: Option<&'a RawValue>,
) -> Result<Option<T>, DecodeError> {
    value.map_or(Ok(None), |value| {
        serde_json::from_str(value.get()).map_err(|_| DecodeError::InvalidField { field })
    })
}

pub(crate) fn required<'a, T: Deserialize<'a>>(
    field: &'static str,
    value: Option<&'a RawValue>,
) -> Result<T, DecodeError> {
    optional(field, value)?.ok_or(DecodeError::MissingField { field })
}

pub(crate) fn raw(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null")
}

/// A JSON string, borrowed unless it has escapes. (`Cow` by itself always decodes to a copy.)
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    #[inline]
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

    #[inline]
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(String::from(text))))
    }
}
