//! From JSON text to the fields of an object, the items of an array and the text of a string.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{DecodeError, json::error};

/// The fields of these names as they stand in an object, in whatever order, and the field `own` as another type.
pub(crate) fn fields<'a, T: Deserialize<'a>, const N: usize>(
    text: &'a str,
    names: [&'static str; N],
    own: &'static str,
) -> Result<([Option<&'a RawValue>; N], Option<T>), DecodeError> {
    let mut fields = Fields {
        slots: names.map(|name| (name, None)),
        own: (own, None),
        duplicate: None,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(&mut fields)
        .and_then(|()| json.end())
        .map_err(|it| match error(&it) {
            // The whole, if it is JSON, or the field `own`, is of another type.
            DecodeError::Mismatch { .. } => serde_json::from_str::<IgnoredAny>(text)
                .map_or_else(|it| error(&it), |_| DecodeError::NotAnObject),
            error => error,
        })?;
    match fields.duplicate {
        None => Ok((fields.slots.map(|(_, value)| value), fields.own.1)),
        Some(field) => Err(DecodeError::DuplicateField { field }),
    }
}

struct Fields<'a, T, const N: usize> {
    slots: [(&'static str, Option<&'a RawValue>); N],
    own: (&'static str, Option<T>),
    duplicate: Option<&'static str>,
}

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for &mut Fields<'de, T, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Lossy(key)) = map.next_key()? {
            let again = if key == self.own.0 {
                self.own.1.replace(map.next_value()?).map(|_| self.own.0)
            } else if let Some((name, slot)) = self.slots.iter_mut().find(|(it, _)| key == *it) {
                slot.replace(map.next_value()?).map(|_| *name)
            } else {
                map.next_value::<IgnoredAny>()?;
                None
            };
            self.duplicate = self.duplicate.or(again);
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

/// Whether a field says that this is an event.
pub(crate) fn is_event(object: Option<&RawValue>) -> bool {
    matches!(optional("object", object), Ok(Some(Lossy(text))) if text == "event")
}

/// A field that is not `null`.
pub(crate) fn raw(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null")
}

/// What stands in an object, entry by entry. With half a surrogate pair in a name it has to be read by [`entries`].
pub(crate) struct Entries<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(|Text(name)| name))
    }
}

/// Names are read as `N`.
struct EntriesVisitor<'de, N>(fn(N) -> Cow<'de, str>);

impl<'de, N: Deserialize<'de>> Visitor<'de> for EntriesVisitor<'de, N> {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::with_capacity(MOST_ENTRIES);
        while let Some((name, value)) = map.next_entry()? {
            entries.push((self.0(name), value));
        }
        Ok(Entries(entries))
    }
}

/// As many as most objects have.
const MOST_ENTRIES: usize = 24;

/// What stands in an object, or nothing if the JSON is none.
pub(crate) fn entries(json: &RawValue) -> Option<Entries<'_>> {
    let object = json.get().starts_with('{').then_some(json.get())?;
    serde_json::from_str(object)
        .or_else(|_| {
            let lossy = EntriesVisitor(|Lossy(name)| name);
            serde_json::Deserializer::from_str(object).deserialize_map(lossy)
        })
        .ok()
}

/// What stands in an array, item by item, or nothing if the JSON is none.
pub(crate) fn items(json: &RawValue) -> Option<Vec<&RawValue>> {
    let array = json.get().starts_with('[').then_some(json.get())?;
    serde_json::from_str(array).ok()
}

/// The text of a JSON string, or nothing if the JSON is none. Borrowed unless it has escapes; each half of a surrogate
/// pair among them, which JavaScript leaves where it cuts a text, is U+FFFD.
pub(crate) fn string(json: &RawValue) -> Option<Cow<'_, str>> {
    struct EscapedVisitor;

    impl Visitor<'_> for EscapedVisitor {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_bytes<E>(self, text: &[u8]) -> Result<String, E> {
            Ok(without_halves(text))
        }
    }

    let text = json.get().strip_prefix('"')?.strip_suffix('"')?;
    if !text.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(text));
    }
    // Asked for bytes, `serde_json` has three for half a pair, as if it were a character.
    serde_json::Deserializer::from_str(json.get())
        .deserialize_bytes(EscapedVisitor)
        .map(Cow::Owned)
        .ok()
}

fn without_halves(text: &[u8]) -> String {
    let mut whole = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        whole.push_str(chunk.valid());
        if chunk.invalid().first() == Some(&FIRST_BYTE_OF_HALF) {
            whole.push(char::REPLACEMENT_CHARACTER);
        }
    }
    whole
}

const FIRST_BYTE_OF_HALF: u8 = 0xED;

/// A JSON string, as [`string`] reads it.
pub(crate) struct Lossy<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Lossy<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?;
        string(json)
            .map(Self)
            .ok_or_else(|| de::Error::custom("not a string"))
    }
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
