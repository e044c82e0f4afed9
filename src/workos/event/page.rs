//! Pages of the Events API.

use alloc::{boxed::Box, string::String, vec::Vec};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{Event, RawJson};
use crate::{DecodeError, json};

/// What `GET /events` answers: events, and where the next and the previous page are.
///
/// Webhooks and pages hold the same events with the same ids, so one set of ids tells which are done:
///
/// ```
/// use std::collections::HashSet;
///
/// use countersign::{DecodeError, workos::{Event, EventPage, event::RawJson}};
///
/// fn handle(event: &Event) {
///     println!("{} {}", event.data.name(), event.id);
/// }
///
/// /// A webhook calls this with `&delivery.event()?`.
/// fn once(event: &Event, done: &mut HashSet<String>) {
///     if done.insert(event.id.clone()) {
///         handle(event);
///     }
/// }
///
/// /// Goes through a page, keeps what does not decode, and returns where the next page starts: the
/// /// parameter `after`.
/// fn page(
///     body: &[u8],
///     done: &mut HashSet<String>,
///     kept: &mut Vec<RawJson>,
/// ) -> Result<Option<String>, DecodeError> {
///     let page = EventPage::from_json(body)?;
///     for (event, json) in page.data.into_iter().zip(page.json) {
///         match event {
///             Ok(event) => once(&event, done),
///             Err(error) => {
///                 eprintln!("{error}");
///                 kept.push(json);
///             }
///         }
///     }
///     Ok(page.list_metadata.after)
/// }
///
/// let body = br#"{"object":"list","data":[{"object":"event","id":"event_01","event":"role.deleted",
///     "created_at":"2026-01-02T03:04:05.678Z","data":{"slug":"admin",
///     "created_at":"2026-01-02T03:04:05.678Z","updated_at":"2026-01-02T03:04:05.678Z"}}],
///     "list_metadata":{"before":null,"after":"event_01"}}"#;
/// let (mut done, mut kept) = (HashSet::new(), Vec::new());
/// assert_eq!(page(body, &mut done, &mut kept)?.as_deref(), Some("event_01"));
/// assert!(done.contains("event_01") && kept.is_empty());
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventPage {
    /// The name that the provider gives to this kind of object, `list`.
    pub object: Option<String>,
    /// The events. One that does not decode does not cost the others.
    pub data: Vec<Result<Event, DecodeError>>,
    /// Where the other pages are.
    pub list_metadata: ListMetadata,
    /// The JSON of each of the events, as it stands in the page: `data` and this are of one length.
    pub json: Vec<RawJson>,
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
        Self::parse(json::text(body)?)
    }

    fn parse(text: &str) -> Result<Self, DecodeError> {
        let [object, data, list_metadata] =
            json::fields(text, ["object", "data", "list_metadata"])?;
        let events: Vec<&RawValue> = json::required("data", data)?;
        Ok(Self {
            object: json::optional("object", object)?,
            data: events
                .iter()
                .map(|event| Event::parse(event.get()))
                .collect(),
            list_metadata: json::required("list_metadata", list_metadata)?,
            json: events.into_iter().map(RawJson::from).collect(),
        })
    }
}

impl<'de> Deserialize<'de> for EventPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(json.get()).map_err(de::Error::custom)
    }
}
