//! From JSON text to an event, in one pass.
//!
//! Most events are read in one pass, data and all. Whatever is unusual about one makes that pass give up,
//! and the event is read from its parts: first what stands around the data, then the data. Only
//! that second way leaves anything out, and only it decides what an error is.
//!
//! Why tables (`macros.rs`, `around.rs`) and not `serde`'s derive? It was tried in full, for 89 structs, with
//! `serde_path_to_error` on the failing path only: the event of `benches/decode.rs` took 8 to 16 % longer and was over its
//! limit, the crate took 24 to 29 s of processor time to compile instead of 11, there were 32 crates in the tree and more
//! lines. And of 107,935 bodies it accepted 492 that are to be refused: a derived struct can be read from an array too.

use alloc::{borrow::Cow, boxed::Box};
use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    Misfit, Place, UnknownEvent,
    json::{self, Entries, Text},
};
use crate::{DecodeError, EventMismatch, Fault};

/// Reads an event of any provider.
pub(crate) fn parse<E: Event>(text: &str) -> Result<E, DecodeError> {
    let mut pass = Pass::<E::Head, E::Row>::new(text);
    if pass.is_complete()
        && let Pass {
            head,
            data: Some(data),
            ..
        } = pass
    {
        // What the pass has read goes straight to where it is returned: an event is large.
        return match E::from_head(head, data) {
            Some(event) => Ok(event),
            None => in_parts(text),
        };
    }
    match (pass.row, pass.data) {
        (Some(row), Some(data)) => around(text, row, data).map(Ok),
        (Some(row), None) => along(text, row),
        (None, _) => None,
    }
    .unwrap_or_else(|| in_parts(text))
}

/// The way for what is unusual around data that has been read already.
fn around<E: Event>(text: &str, row: E::Row, data: Data<E>) -> Option<E> {
    let parts = E::parts::<IgnoredAny>(text).ok()?;
    (parts.name == row.name()).then(|| E::from_parts(parts, data, Place::default()))
}

/// The way for what is unusual within the data: it is taken apart along with what stands around it.
fn along<E: Event>(text: &str, row: E::Row) -> Option<Result<E, DecodeError>> {
    let mut parts = E::parts::<Entries<'_>>(text).ok()?;
    let data = parts.data.take()?;
    (parts.name == row.name()).then(|| known(row, parts, data))
}

/// The way for all that is unusual: what stands around the data first, then the data.
fn in_parts<E: Event>(text: &str) -> Result<E, DecodeError> {
    let parts = E::parts::<&RawValue>(text)?;
    let data = json::raw(parts.data).ok_or_else(|| parts.mismatch("data", Fault::Missing))?;
    let Some(row) = E::Row::by_name(&parts.name) else {
        let context = parts.context.map(Into::into);
        let event = UnknownEvent::new(parts.name.clone().into_owned(), data.into(), context);
        return Ok(E::from_parts(
            parts,
            E::Row::unknown(event),
            Place::default(),
        ));
    };
    let entries = json::entries(data).ok_or_else(|| parts.mismatch("data", Fault::Unexpected))?;
    known(row, parts, entries)
}

fn known<E: Event, T>(
    row: E::Row,
    parts: Parts<'_, E::Around, T>,
    data: Entries<'_>,
) -> Result<E, DecodeError> {
    let mut place = Place::default();
    let data = place.at_name("data", |place| row.assemble(data, place));
    let data = data.map_err(|fault| parts.mismatch(&place.path(), fault))?;
    Ok(E::from_parts(parts, data, place))
}

/// An event of a provider: what `around.rs` makes.
pub(crate) trait Event: Sized {
    type Row: Row;
    /// What stands around the data, as far as the pass has read it.
    type Head: Head;
    /// What stands around the data.
    type Around: Around;

    /// Makes an event of what the pass has read, unless something is missing.
    fn from_head(head: Self::Head, data: Data<Self>) -> Option<Self>;

    /// Takes an event apart, with the data as any type.
    fn parts<'a, T: Deserialize<'a>>(
        text: &'a str,
    ) -> Result<Parts<'a, Self::Around, T>, DecodeError>;

    /// Makes an event of what stands around the data, and of data that were read in that place.
    fn new(around: Self::Around, data: Data<Self>, is_object: bool, misfits: Box<[Misfit]>)
    -> Self;

    fn from_parts<T>(parts: Parts<'_, Self::Around, T>, data: Data<Self>, place: Place) -> Self {
        let misfits = place.into_misfits_with(parts.place);
        Self::new(parts.around, data, parts.is_object, misfits)
    }
}

/// The data of any event of a provider.
pub(crate) type Data<E> = <<E as Event>::Row as Row>::Data;

/// What stands around the data of a provider's events.
pub(crate) trait Around {
    /// What identifies the event, if the provider says that in it.
    fn id(&self) -> &str;
}

/// An event, taken apart.
pub(crate) struct Parts<'a, A, T> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) around: A,
    /// How the event came about, as it stands in the body.
    pub(crate) context: Option<&'a RawValue>,
    /// Whether the JSON says `"object": "event"`.
    pub(crate) is_object: bool,
    /// What did not fit around the data.
    pub(crate) place: Place,
    pub(crate) data: Option<T>,
}

impl<A: Around, T> Parts<'_, A, T> {
    fn mismatch(&self, path: &str, fault: Fault) -> DecodeError {
        EventMismatch::new(&self.name, self.around.id(), path, fault).into()
    }
}

/// A row of a provider's table of events: which type the data is read as.
pub(crate) trait Row: Copy {
    /// The data of any row.
    type Data;

    fn by_name(name: &str) -> Option<Self>;

    fn name(self) -> &'static str;

    /// The data of an event that has no row.
    fn unknown(event: UnknownEvent) -> Self::Data;

    /// As [`Field::read`](super::Field::read).
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Data, D::Error>;

    /// As [`Object::assemble`](super::Object::assemble).
    fn assemble(self, entries: Entries<'_>, place: &mut Place) -> Result<Self::Data, Fault>;
}

/// What the pass reads around an event's name and data.
pub(crate) trait Head: Default {
    /// The field that holds an event's name.
    const NAME: &'static str;

    /// Reads the value of a field, or tells that the head has none of that name.
    fn read<'a, A: MapAccess<'a>>(&mut self, field: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// What one pass over an event has read so far.
struct Pass<'a, H, R: Row> {
    text: &'a str,
    name: Option<Cow<'a, str>>,
    /// Which row the data was read as.
    row: Option<R>,
    head: H,
    data: Option<R::Data>,
}

impl<'a, H: Head, R: Row> Pass<'a, H, R> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            name: None,
            row: None,
            head: H::default(),
            data: None,
        }
    }

    /// Reads, and tells whether there are a name and data of it, and nothing unusual.
    fn is_complete(&mut self) -> bool {
        let mut json = serde_json::Deserializer::from_str(self.text);
        let outcome = json.deserialize_map(&mut *self).and_then(|()| json.end());
        outcome.is_ok() && self.row.is_some() && self.row.map(R::name) == self.name.as_deref()
    }
}

impl<'de, H: Head, R: Row> Visitor<'de> for &mut Pass<'de, H, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(field)) = map.next_key()? {
            if field == H::NAME {
                set(&mut self.name, map.next_value::<Text<'_>>()?.0)?;
            } else if field == "data" {
                // Every provider calls its data that.
                let name = self
                    .name
                    .as_deref()
                    .or_else(|| guess_name(self.text, H::NAME));
                let row = name.and_then(R::by_name).ok_or_else(unusual)?;
                set(&mut self.row, row)?;
                map.next_value_seed(DataSeed(row, &mut self.data))?;
            } else if !self.head.read(&field, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// What may be the event's name, if the data stands before it: the one that stands where deliveries have it, near the
/// end. It may as well be a name within something else.
fn guess_name<'a>(text: &'a str, field: &str) -> Option<&'a str> {
    let (mut value, mut colon): (&[u8], &[u8]) = (b"", b"");
    let pieces = text.as_bytes().rsplit(|byte| *byte == b'"');
    for piece in pieces.take(PIECES_TO_GUESS_FROM) {
        if piece == field.as_bytes() && colon.trim_ascii() == b":" {
            return str::from_utf8(value).ok();
        }
        (value, colon) = (colon, piece);
    }
    None
}

/// How many pieces between quotes are looked at: enough for a name, a time and a small object that stand after the data.
const PIECES_TO_GUESS_FROM: usize = 128;

/// Reads the data to where it will stay: it is large.
struct DataSeed<'s, R: Row>(R, &'s mut Option<R::Data>);

impl<'de, R: Row> DeserializeSeed<'de> for DataSeed<'_, R> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self(row, slot) = self;
        *slot = Some(row.read(deserializer)?);
        Ok(())
    }
}

/// Keeps what may occur once.
pub(crate) fn set<T, E: Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(unusual()),
    }
}

/// Makes the pass give up.
fn unusual<E: Error>() -> E {
    E::custom("unusual")
}

/// Whether the pass reads all of an event.
#[cfg(test)]
pub(crate) fn is_read_at_once<E: Event>(text: &str) -> bool {
    let mut pass = Pass::<E::Head, E::Row>::new(text);
    let is_complete = pass.is_complete();
    let event = pass.data.and_then(|data| E::from_head(pass.head, data));
    is_complete && event.is_some()
}

/// Asserts that it does, and that the other way reads the same.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_at_once<E: Event + PartialEq + fmt::Debug + serde::Serialize>(text: &str) {
    assert!(is_read_at_once::<E>(text), "{text}");
    let (event, in_parts): (E, E) = (parse(text).expect(text), in_parts(text).expect(text));
    assert_eq!(event, in_parts, "{text}");
    let written = |event| serde_json::to_string(event).expect(text);
    assert_eq!(written(&event), written(&in_parts), "{text}");
}
