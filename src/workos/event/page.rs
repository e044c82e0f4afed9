//! Pages of the Events API.

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny},
};
use serde_json::value::RawValue;

use super::{Event, RawJson};
use crate::{
    DecodeError,
    event::{
        self,
        json::{self, Lossy},
    },
    json::text,
    workos::Envelope,
};

/// What `GET /events` answers: events, and where the next and the previous page are.
///
/// Webhooks and pages hold the same events with the same ids, so one set of ids tells which are done. Where to go on
/// is the id of the last event that was handled, for the parameter `after`: keep that. `list_metadata.after` is absent
/// at the end of the list, and who keeps it loses the place there. The [`Reconciler`](crate::workos::events_api::Reconciler)
/// knows when to move it.
///
/// ```
/// use countersign::{DecodeError, workos::EventPage};
///
/// let body = br#"{"object":"list","data":[
///     {"object":"event","id":"event_01","event":"role.deleted","created_at":"2026-01-02T03:04:05.678Z",
///      "data":{"slug":"admin"}},
///     {"object":"event","id":"event_02","event":"role.deleted","created_at":"2026-01-02T03:04:06.789Z",
///      "data":{}}],
///     "list_metadata":{"before":null,"after":null}}"#;
/// let page = EventPage::from_json(body)?;
/// for entry in &page.data {
///     match entry.event() {
///         Ok(event) => println!("{} {}", event.data.name(), event.id),
///         // Keep `entry.json()`, and go on.
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// assert_eq!(page.data[0].event()?.id, "event_01");
/// assert_eq!(page.data[1].envelope()?.id, "event_02");
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventPage {
    /// The name that the provider gives to this kind of object, `list`.
    pub object: Option<String>,
    /// The events. One that does not decode does not cost the others.
    pub data: Vec<PageEntry>,
    /// Where the other pages are.
    pub list_metadata: ListMetadata,
}

object! {
    /// Where the pages before and after this one are.
    pub struct ListMetadata {
        /// The parameter `before` for the page before this one, if there is one.
        pub before: Option<String>,
        /// The parameter `after` for the page after this one, if there is one.
        pub after: Option<String>,
    }
}

/// What a page has in the place of an event: JSON until it is decoded.
///
/// `Debug` prints the name, the id and the time of the event, or why there are none.
#[derive(Clone, PartialEq, Eq)]
pub struct PageEntry(RawJson);

impl PageEntry {
    /// Its JSON, as it stands in the page.
    #[must_use]
    pub fn json(&self) -> &RawJson {
        &self.0
    }

    /// Decodes what every event has, and leaves the event's data unparsed.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::envelope`](crate::workos::Delivery::envelope), but for the first two: it is JSON.
    pub fn envelope(&self) -> Result<Envelope<'_>, DecodeError> {
        Envelope::parse(self.0.get())
    }

    /// Decodes the event.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::event`](crate::workos::Delivery::event), but for the first two: it is JSON.
    pub fn event(&self) -> Result<Event, DecodeError> {
        event::parse(self.0.get())
    }

    /// Its id, also if the rest of the envelope cannot be read. None that is empty.
    pub(in crate::workos) fn id(&self) -> Option<Cow<'_, str>> {
        let ([id], _) = json::fields::<IgnoredAny, 1>(self.0.get(), ["id"], "data").ok()?;
        let Lossy(id) = json::required("id", id).ok()?;
        Some(id).filter(|id| !id.is_empty())
    }
}

/// The same as that of the webhook, but for what has no id.
#[cfg(feature = "inbox")]
impl From<&PageEntry> for crate::inbox::InboxKey {
    fn from(entry: &PageEntry) -> Self {
        Self::of_json::<crate::workos::WorkOs>(entry.0.get().as_bytes())
    }
}

impl fmt::Debug for PageEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PageEntry").field(&self.envelope()).finish()
    }
}

impl EventPage {
    /// Decodes the body of a response.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::NotUtf8`]: the body is not UTF-8.
    /// - [`DecodeError::NotJson`]: an empty body, `{"data":`, a page of HTML.
    /// - [`DecodeError::NotAnObject`]: `[]`, `null`.
    /// - [`DecodeError::MissingField`]: no `data` or `list_metadata`, or `null` for one, as in the body of
    ///   an error.
    /// - [`DecodeError::DuplicateField`]: one of these, or `object`, twice.
    /// - [`DecodeError::InvalidField`]: `"data": {}`, `"list_metadata": []`, `"object": 1`.
    pub fn from_json(body: &[u8]) -> Result<Self, DecodeError> {
        Self::parse(text(body)?)
    }

    fn parse(text: &str) -> Result<Self, DecodeError> {
        let ([object, list_metadata], data) =
            json::fields(text, ["object", "list_metadata"], "data")?;
        let entries: Vec<&RawValue> = json::required("data", data)?;
        Ok(Self {
            object: json::optional("object", object)?,
            data: entries
                .into_iter()
                .map(|entry| PageEntry(entry.into()))
                .collect(),
            list_metadata: json::required("list_metadata", list_metadata)?,
        })
    }
}

impl<'de> Deserialize<'de> for EventPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(json.get()).map_err(de::Error::custom)
    }
}
