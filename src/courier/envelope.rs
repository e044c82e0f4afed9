//! What every event has around its data.

use alloc::borrow::Cow;
use core::fmt;

use serde_json::value::RawValue;

use crate::{
    DecodeError, EventMismatch, Fault,
    event::json::{self, Lossy},
};

/// An event with its data unparsed. Borrows from the body; a text with escapes in it is a copy.
///
/// `Debug` omits the data, which is mostly about people.
#[derive(Clone)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// Name of the event, such as `message:updated`.
    pub r#type: Cow<'a, str>,
    /// The object that the event is about, as it stands in the body: JSON, whose text is `data.get()`.
    pub data: &'a RawValue,
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DecodeError> {
        // `object` is named for nothing but to refuse it where it stands twice.
        let ([r#type, _], data) = json::fields(text, ["type", "object"], "data")?;
        let Lossy(r#type) = json::required("type", r#type)?;
        let data = json::raw(data)
            .ok_or_else(|| EventMismatch::new(&r#type, "", "data", Fault::Missing))?;
        Ok(Self { r#type, data })
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("type", &self.r#type)
            .finish_non_exhaustive()
    }
}
