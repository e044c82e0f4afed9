//! What this version does not know, kept as it came.

use alloc::{borrow::Cow, boxed::Box, string::String};

use super::RawJson;

/// An event whose name this version does not know, with its data unparsed.
///
/// Only decoding makes one, so it never bears a name that this version knows:
///
/// ```compile_fail,E0451
/// use countersign::event::UnknownEvent;
///
/// fn forge(name: String, genuine: UnknownEvent) -> UnknownEvent {
///     UnknownEvent { name, ..genuine }
/// }
/// ```
///
/// `Debug` prints all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEvent {
    name: String,
    data: RawJson,
    context: Option<RawJson>,
}

impl UnknownEvent {
    #[inline]
    pub(crate) fn new(name: String, data: RawJson, context: Option<RawJson>) -> Self {
        Self {
            name,
            data,
            context,
        }
    }

    /// The provider's name for the event.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The event's data, as it stands in the body.
    #[must_use]
    pub fn data(&self) -> &RawJson {
        &self.data
    }

    /// How the event came about, as it stands in the body, if the provider says so.
    #[must_use]
    pub fn context(&self) -> Option<&RawJson> {
        self.context.as_ref()
    }
}

/// A text that this version does not know, where the provider has a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    #[inline]
    pub(crate) fn new(text: Cow<'_, str>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An object of a kind that this version does not know, where the provider has a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownObject {
    kind: String,
    json: RawJson,
}

impl UnknownObject {
    #[inline]
    #[allow(dead_code, reason = "not every provider has unions")]
    pub(crate) fn new(kind: String, json: RawJson) -> Self {
        Self { kind, json }
    }

    /// The text by which the provider tells the kinds apart.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The object, as it stands in the body.
    #[must_use]
    pub fn json(&self) -> &RawJson {
        &self.json
    }
}
