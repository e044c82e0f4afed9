//! What the events of every provider share: how they are read, what did not fit, what is not known.
//!
//! A provider's module has its table of events and the structs of their data; `macros.rs` shows what
//! becomes of them. Whatever differs between providers, such as the form of a timestamp, stands there.

mod around;
mod field;
pub(crate) mod json;
pub(crate) mod macros;
mod misfit;
mod put_back;
mod raw_json;
mod read;
mod stored;
#[cfg(any(feature = "clerk", feature = "courier"))]
mod unix_millis;
mod unknown;

#[allow(unused_imports, reason = "not every provider has unions")]
pub(crate) use self::macros::union;
#[cfg(test)]
pub(crate) use self::read::{assert_at_once, is_read_at_once};
#[cfg(any(feature = "clerk", feature = "courier"))]
pub(crate) use self::unix_millis::{from_millis, to_millis};
pub(crate) use self::{
    around::event,
    field::{Field, Found, Object, once, present, whole, write_field},
    macros::{events, object, open_enum},
    misfit::Place,
    put_back::with_misfits,
    read::{Around, Event, Head, Parts, Row, parse, set},
};
pub use self::{
    misfit::Misfit,
    raw_json::RawJson,
    stored::Stored,
    unknown::{UnknownEvent, UnknownObject, UnknownValue},
};
