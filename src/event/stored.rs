//! An event at rest.

use alloc::boxed::Box;
use core::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use super::{Event, parse};

/// An event that is believed, whoever wrote it: reading one checks no signature. For a queue or a table of your
/// own, never for a request.
///
/// A provider's event is not `Deserialize`, so that `Json<Event>` as an argument of a handler, which would take
/// a forgery, does not compile. A type of your own can hold this.
///
/// What is written is what the event's type has, and each [`Misfit`](super::Misfit) where it stood. A field that this
/// version does not know is not among it. To keep all of a delivery, also for a later version
/// of this crate, keep its bytes, and read them by `from_json`.
///
/// For `serde_json` alone: by `to_string` or `to_vec`, as a `Value` does not hold all JSON, and not within
/// `flatten` or an untagged or internally tagged enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<E>(E);

impl<E> Stored<E> {
    /// The event.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.0
    }
}

impl<E> Deref for Stored<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0
    }
}

impl<E> From<E> for Stored<E> {
    fn from(event: E) -> Self {
        Self(event)
    }
}

impl<E: Serialize> Serialize for Stored<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, E: Event> Deserialize<'de> for Stored<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        parse(json.get()).map(Self).map_err(de::Error::custom)
    }
}
