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
/// at the end of the list, and who keeps it loses the place there.
///
/// ```
/// use std::collections::HashSet;
///
/// use countersign::{DecodeError, workos::{Event, EventPage, PageEntry}};
///
/// fn handle(event: &Event) {
///     println!("{} {}", event.data.name(), event.id);
/// }
///
/// /// A webhook calls this with `&delivery.event()?`.
/// fn once(event: &Event, done: &mut HashSet<String>) {
///     if !done.contains(&event.id) {
///         handle(event);
///         done.insert(event.id.clone());
///     }
/// }
///
/// /// Goes through a page, and keeps what does not decode. `last` is where to go on, now or after a restart.
/// fn page(
///     body: &[u8],
///     done: &mut HashSet<String>,
///     last: &mut Option<String>,
///     kept: &mut Vec<PageEntry>,
/// ) -> Result<(), DecodeError> {
///     for entry in EventPage::from_json(body)?.data {
///         let id = entry.envelope().map(|envelope| envelope.id.into_owned());
///         match entry.event() {
///             Ok(event) => once(&event, done),
///             Err(error) => {
///                 eprintln!("{error}");
///                 kept.push(entry);
///             }
///         }
///         *last = id.ok().or(last.take());
///     }
///     Ok(())
/// }
///
/// let body = br#"{"object":"list","data":[
///     {"object":"event","id":"event_01","event":"role.deleted","created_at":"2026-01-02T03:04:05.678Z",
///      "data":{"slug":"admin"}},
///     {"object":"event","id":"event_02","event":"role.deleted","created_at":"2026-01-02T03:04:06.789Z",
///      "data":{}}],
///     "list_metadata":{"before":null,"after":null}}"#;
/// let (mut done, mut last, mut kept) = (HashSet::new(), None, Vec::new());
/// page(body, &mut done, &mut last, &mut kept)?;
/// assert!(done.contains("event_01") && kept.len() == 1);
/// assert_eq!(last.as_deref(), Some("event_02"));
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
