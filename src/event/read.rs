//! From JSON text to an event, in one pass.
//!
//! Most events are read in one pass, data and all. Whatever is unusual about one makes that pass give up,
//! and the provider's module reads the event from its parts: first the envelope, then what is in it. Only
//! that second way leaves anything out, and only it decides what an error is.
//!
//! Why tables (`macros.rs`) and not `serde`'s derive? It was tried in full, for 89 structs, with `serde_path_to_error` on
//! the failing path only: the event of `benches/decode.rs` took 8 to 16 % longer and was over its limit, the crate took 24
//! to 29 s of processor time to compile instead of 11, there were 32 crates in the tree and more lines. And of 107,935
//! bodies it accepted 492 that are to be refused: a derived struct can be read from an array too.

use alloc::borrow::Cow;
use core::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};

use super::Place;
use crate::{
    Fault,
    json::{Entries, Text},
};

/// A row of a provider's table of events: which type the data is read as.
pub(crate) trait Row: Copy {
    /// The data of any row.
    type Data;

    fn by_name(name: &str) -> Option<Self>;

    fn name(self) -> &'static str;

    /// As [`Field::read`](super::Field::read).
    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Data, D::Error>;

    /// As [`Object::assemble`](super::Object::assemble).
    fn assemble(self, entries: Entries<'_>, place: &mut Place) -> Result<Self::Data, Fault>;
}

/// What a provider's events have around their name and their data.
pub(crate) trait Head<'a>: Default {
    /// The field that holds an event's name.
    const NAME: &'static str;

    /// Reads the value of a field, or tells that the head has none of that name.
    fn read<A: MapAccess<'a>>(&mut self, field: &str, map: &mut A) -> Result<bool, A::Error>;

    /// What may be the event's name, if the data stands before it.
    fn guess_name(text: &str) -> Option<&str>;
}

/// What one pass over an event has read so far.
pub(crate) struct Pass<'a, H, R: Row> {
    text: &'a str,
    name: Option<Cow<'a, str>>,
    /// Which row the data was read as.
    pub(crate) row: Option<R>,
    pub(crate) head: H,
    pub(crate) data: Option<R::Data>,
}

impl<'a, H: Head<'a>, R: Row> Pass<'a, H, R> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            name: None,
            row: None,
            head: H::default(),
            data: None,
        }
    }

    /// Reads, and tells whether there are a name and data of it, and nothing unusual.
    pub(crate) fn is_complete(&mut self) -> bool {
        let mut json = serde_json::Deserializer::from_str(self.text);
        let outcome = json.deserialize_map(&mut *self).and_then(|()| json.end());
        outcome.is_ok() && self.row.is_some() && self.row.map(R::name) == self.name.as_deref()
    }
}

impl<'de, H: Head<'de>, R: Row> Visitor<'de> for &mut Pass<'de, H, R> {
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
                // So it is called by every provider.
                let name = self.name.as_deref().or_else(|| H::guess_name(self.text));
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
