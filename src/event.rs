//! What the events of every provider share: how they are read, what did not fit, what is not known.
//!
//! A provider's module has its table of events and the structs of their data; `macros.rs` shows what
//! becomes of them. Whatever differs between providers, such as the form of a timestamp, stands there.

mod field;
pub(crate) mod macros;
mod misfit;
mod put_back;
mod raw_json;
mod read;
mod stored;
mod unknown;

pub(crate) use self::{
    field::{Field, Found, Object, once, present, whole, write_field},
    macros::{events, object, open_enum, union},
    misfit::Place,
    put_back::with_misfits,
    read::{Head, Pass, Row, set},
    stored::Parse,
};
pub use self::{
    misfit::Misfit,
    raw_json::RawJson,
    stored::Stored,
    unknown::{UnknownEvent, UnknownObject, UnknownValue},
};
