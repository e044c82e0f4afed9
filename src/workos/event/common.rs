//! What the objects of several families share.

use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    string::String,
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use super::{
    field::{Trail, Value},
    flag::{FlagAccessType, FlagTargets},
};
use crate::{DecodeError, json};

/// JSON that is kept as its text, for what has no fixed fields.
///
/// Two are equal if their texts are. `Debug` prints the text.
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The text, as it stood in the body.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Decodes the text into any type of serde. The type may borrow from it.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::Mismatch`]: JSON that `T` does not accept, such as `{}` for a number.
    /// - [`DecodeError::NotJson`]: JSON beyond the limits of `serde_json` (nested deeper than 127, `1e999`,
    ///   `"\ud800"`).
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        serde_json::from_str(self.get()).map_err(|error| json::error(&error))
    }

    pub(super) fn deserializer(&self) -> serde_json::Deserializer<serde_json::de::StrRead<'_>> {
        serde_json::Deserializer::from_str(self.get())
    }
}

impl From<&RawValue> for RawJson {
    fn from(value: &RawValue) -> Self {
        Self(value.to_owned())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl<'de> Deserialize<'de> for RawJson {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self)
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Free-form as it is, the provider's schema has an object there.
impl Value for RawJson {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Trail) -> Result<Self, D::Error> {
        let json = Self::deserialize(deserializer)?;
        if json.get().starts_with('{') {
            Ok(json)
        } else {
            Err(de::Error::custom("not an object"))
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// An event whose name this version does not know, with its data unparsed.
///
/// Only decoding makes one, so it never bears a name that this version knows:
///
/// ```compile_fail,E0451
/// use countersign::workos::event::UnknownEvent;
///
/// fn forge(name: String, genuine: UnknownEvent) -> UnknownEvent {
///     UnknownEvent { name, ..genuine }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEvent {
    name: String,
    data: RawJson,
    context: Option<RawJson>,
}

impl UnknownEvent {
    #[inline]
    pub(super) fn new(name: String, data: RawJson, context: Option<RawJson>) -> Self {
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

    /// How the event came about, as it stands in the body, if it does. [`Event::context`](super::Event) has
    /// it too, unless it does not fit the type there.
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
    pub(super) fn new(text: Cow<'_, str>) -> Self {
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
    pub(super) fn new(kind: String, json: RawJson) -> Self {
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

object! {
    /// How an event came about. What it holds depends on the event.
    pub struct EventContext {
        /// Client ID of Google Analytics.
        pub google_analytics_client_id: Option<String>,
        /// Sessions of Google Analytics.
        pub google_analytics_sessions: Option<Vec<GoogleAnalyticsSession>>,
        /// Anonymous ID of the browser library of Segment.
        pub ajs_anonymous_id: Option<String>,
        /// ID of the WorkOS client, that is the application, in which the event happened.
        pub client_id: Option<String>,
        /// Who did it.
        pub actor: Option<EventContextActor>,
        /// For whom a feature flag is on. With `flag.rule_updated` only.
        pub access_type: Option<FlagAccessType>,
        /// Whom a feature flag names. With `flag.rule_updated` only.
        pub configured_targets: Option<FlagTargets>,
        /// The old values of what changed, and of nothing else. They may be nested under `data` and
        /// `context`; a value that is new is `null`.
        pub previous_attributes: Option<RawJson>,
    }

    /// A session of Google Analytics. Its fields are in camel case on the wire.
    pub struct GoogleAnalyticsSession {
        /// ID of the container, or measurement, that the session belongs to.
        pub container_id: String = "containerId",
        /// ID of the session.
        pub session_id: Option<String> = "sessionId",
        /// Which of the visitor's sessions it is. A number, but text on the wire.
        pub session_number: Option<String> = "sessionNumber",
    }

    /// Who did what the event tells.
    pub struct EventContextActor {
        /// Identifies the user, the API key or the part of the system.
        pub id: String,
        /// Where it was done.
        pub source: EventContextActorSource,
        /// Name of the user, if there is one.
        pub name: Option<String>,
    }
}

open_enum! {
    /// Where something was done.
    pub enum EventContextActorSource {
        "api" => Api,
        "dashboard" => Dashboard,
        "admin_portal" => AdminPortal,
        "system" => System,
    }
}
