//! What happened: the events of WorkOS, each with its data as a type of its own.
//!
//! The structs are `Serialize` and `Deserialize` for `serde_json` alone, as the [`Event`] is. By themselves they are read
//! as strictly as they can be, as they have no place for a [`Misfit`]. Their `Debug` prints all of them, which is mostly
//! about people.

/// The macros of `crate::event`, for this provider.
macro_rules! object {
    ($($item:tt)*) => {
        $crate::event::object! { $crate::workos::WorkOs; $($item)* }
    };
}
macro_rules! union {
    ($($item:tt)*) => {
        $crate::event::union! { $crate::workos::WorkOs; $($item)* }
    };
}

pub mod action;
pub mod agent;
pub mod api_key;
pub mod authentication;
mod catalog;
pub mod connection;
mod context;
pub mod dsync;
pub mod email_verification;
pub mod feature_flags;
pub mod flag;
pub mod group;
pub mod invitation;
pub mod magic_auth;
pub mod organization;
pub mod organization_domain;
pub mod organization_membership;
pub mod organization_role;
mod page;
pub mod password_reset;
pub mod permission;
pub mod pipes;
pub mod radar;
pub mod resource_export;
pub mod role;
pub mod session;
pub mod user;
pub mod vault;
pub mod waitlist_user;

use alloc::{boxed::Box, string::String};
use core::fmt;

use serde::{
    Serialize, Serializer,
    de::{IgnoredAny, MapAccess},
    ser::SerializeMap,
};
use serde_json::value::RawValue;
use time::OffsetDateTime;

use self::catalog::Known;
#[cfg(feature = "fixtures")]
pub(super) use self::catalog::fixture;
pub use self::{
    catalog::EventData,
    context::{EventContext, EventContextActor, EventContextActorSource, GoogleAnalyticsSession},
    page::{EventPage, ListMetadata, PageEntry},
};
use super::{WorkOs, envelope::Parts};
#[doc(no_inline)]
pub use crate::event::{Misfit, RawJson, Stored, UnknownEvent, UnknownObject, UnknownValue};
use crate::{
    DecodeError, Fault,
    event::{Field, Head, Parse, Pass, Place, Row, once, set, with_misfits, write_field},
    json::{self, Entries, Text},
};

/// An event, whether it came by webhook or from the Events API.
///
/// It is `Serialize`, for `serde_json` alone: by `to_string` or `to_vec`, as a `Value` does not hold all JSON, and
/// not within `flatten` or an untagged or internally tagged enum. What is written is what the types here have, and the
/// [`misfits`](Self::misfits) by their paths, unless their field has got a value since; not a field that this version
/// does not know. To keep all of a delivery, keep its bytes.
///
/// It is not `Deserialize`, so that a handler cannot take one that nobody has verified:
///
/// ```compile_fail,E0277
/// fn read(json: &str) -> serde_json::Result<countersign::workos::Event> {
///     serde_json::from_str(json)
/// }
/// ```
///
/// What was verified before is read by [`from_json`](Self::from_json), or within a type of your own as [`Stored`]:
///
/// ```
/// use countersign::{Stored, workos::Event};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Job {
///     event: Stored<Event>,
///     attempts: u32,
/// }
///
/// fn queued(event: Event) -> serde_json::Result<String> {
///     serde_json::to_string(&Job { event: event.into(), attempts: 0 })
/// }
///
/// fn dequeued(job: &str) -> serde_json::Result<Event> {
///     let job: Job = serde_json::from_str(job)?;
///     println!("{}: attempt {}", job.event.id, job.attempts);
///     Ok(job.event.into())
/// }
/// ```
///
/// `Debug` prints the name, the id and the time.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// Identifies the event, also when it is delivered again: the key for deduplication.
    pub id: String,
    /// When the event happened.
    pub created_at: OffsetDateTime,
    /// How the event came about, if the provider says so.
    pub context: Option<EventContext>,
    /// What happened, and the object that it happened to.
    pub data: EventData,
    /// Whether the JSON says `"object": "event"`, so that it does so again when it is written.
    is_object: bool,
    misfits: Box<[Misfit]>,
}

impl Event {
    /// Decodes an event that has been verified before, such as one from a queue.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::event`](crate::workos::Delivery::event).
    pub fn from_json(json: &[u8]) -> Result<Self, DecodeError> {
        Self::parse(json::text(json)?)
    }

    /// What was left out, as it does not fit and nothing else depends on it: an optional field, which is `None` then, an
    /// item of a list, an entry of a map, or the whole `context`. Empty for an event as the provider documents it.
    ///
    /// They are written with the event, by their paths: the place of an item is its index, also in a list that was
    /// changed since. To hand on no more than the fields say, [`clear_misfits`](Self::clear_misfits).
    ///
    /// With the feature `tracing`, a delivered event that has some is told of.
    #[must_use]
    pub fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }

    /// Forgets what was left out, so that it is not written either.
    pub fn clear_misfits(&mut self) {
        self.misfits = Box::default();
    }

    /// The way for what is unusual around data that has been read already.
    fn parse_around(text: &str, known: Known, data: EventData) -> Option<Self> {
        let parts = Parts::<IgnoredAny>::parse(text).ok()?;
        (parts.event == known.name()).then(|| Self::of(parts, data, Place::default()))
    }

    /// The way for what is unusual within the data: it is taken apart along with the envelope.
    fn parse_along(text: &str, known: Known) -> Option<Result<Self, DecodeError>> {
        let mut parts = Parts::<Entries<'_>>::parse(text).ok()?;
        let data = parts.data.take()?;
        (parts.event == known.name()).then(|| Self::known(known, parts, data))
    }

    /// The way for all that is unusual: the envelope first, then what is in it.
    fn parse_in_parts(text: &str) -> Result<Self, DecodeError> {
        let parts = Parts::<&RawValue>::parse(text)?;
        let mismatch = |fault| parts.mismatch("data".into(), fault);
        let data = json::raw(parts.data).ok_or_else(|| mismatch(Fault::Missing))?;
        let Some(known) = Known::by_name(&parts.event) else {
            return Ok(Self::unknown(parts, data));
        };
        let entries = json::entries(data).ok_or_else(|| mismatch(Fault::Unexpected))?;
        Self::known(known, parts, entries)
    }

    fn known<T>(known: Known, parts: Parts<'_, T>, data: Entries<'_>) -> Result<Self, DecodeError> {
        let mut place = Place::default();
        let data = place.at_name("data", |place| known.assemble(data, place));
        let data = data.map_err(|fault| parts.mismatch(place.path(), fault))?;
        Ok(Self::of(parts, data, place))
    }

    fn unknown<T>(parts: Parts<'_, T>, data: &RawValue) -> Self {
        let name = parts.event.clone().into_owned();
        let unknown = UnknownEvent::new(name, data.into(), parts.context.map(RawJson::from));
        Self::of(parts, EventData::Unknown(unknown), Place::default())
    }

    fn of<T>(parts: Parts<'_, T>, data: EventData, mut place: Place) -> Self {
        Self {
            id: parts.id.into_owned(),
            created_at: parts.created_at,
            context: context(parts.context, &mut place),
            data,
            is_object: parts.is_object,
            misfits: place.into_misfits(),
        }
    }

    /// The context of an unknown event, unless somebody has changed it since.
    fn context_as_it_came(&self) -> Option<&RawJson> {
        let EventData::Unknown(event) = &self.data else {
            return None;
        };
        event.context().filter(|json| {
            context(Some(json.as_raw_value()), &mut Place::default()) == self.context
        })
    }
}

/// No context costs an event.
fn context(json: Option<&RawValue>, place: &mut Place) -> Option<EventContext> {
    let context =
        json.map(|json| place.at_name("context", |place| Field::<WorkOs>::salvage(json, place)));
    context.and_then(Result::ok).flatten()
}

impl Parse for Event {
    fn parse(text: &str) -> Result<Self, DecodeError> {
        let mut pass = Pass::<EventHead, Known>::new(text);
        // What the pass has read goes straight to where it is returned: an event is large.
        if pass.is_complete()
            && let Pass {
                head:
                    EventHead {
                        id: Some(id),
                        created_at: Some(created_at),
                        context,
                        is_object,
                    },
                data: Some(data),
                ..
            } = pass
        {
            return Ok(Self {
                id,
                created_at,
                context: context.flatten(),
                data,
                is_object: is_object == Some(true),
                misfits: Box::default(),
            });
        }
        match (pass.row, pass.data) {
            (Some(known), Some(data)) => Self::parse_around(text, known, data).map(Ok),
            (Some(known), None) => Self::parse_along(text, known),
            (None, _) => None,
        }
        .unwrap_or_else(|| Self::parse_in_parts(text))
    }
}

/// What the pass reads around the data.
#[derive(Default)]
struct EventHead {
    id: Option<String>,
    created_at: Option<OffsetDateTime>,
    context: Option<Option<EventContext>>,
    is_object: Option<bool>,
}

impl<'a> Head<'a> for EventHead {
    const NAME: &'static str = "event";

    #[inline]
    fn read<A: MapAccess<'a>>(&mut self, field: &str, map: &mut A) -> Result<bool, A::Error> {
        match field {
            "id" => once::<WorkOs, _, _>(map, "id", &mut self.id)?,
            "created_at" => once::<WorkOs, _, _>(map, "created_at", &mut self.created_at)?,
            "context" => once::<WorkOs, _, _>(map, "context", &mut self.context)?,
            "object" => {
                let Text(object) = map.next_value()?;
                set(&mut self.is_object, object == "event")?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The name that stands where deliveries have it, near the end. It may as well be a name within something else.
    fn guess_name(text: &str) -> Option<&str> {
        let (mut value, mut colon): (&[u8], &[u8]) = (b"", b"");
        let pieces = text.as_bytes().rsplit(|byte| *byte == b'"');
        for piece in pieces.take(PIECES_TO_GUESS_FROM) {
            if piece == b"event" && colon.trim_ascii() == b":" {
                return str::from_utf8(value).ok();
            }
            (value, colon) = (colon, piece);
        }
        None
    }
}

/// How many pieces between quotes are looked at: those of `event`, `created_at` and a small `context`.
const PIECES_TO_GUESS_FROM: usize = 128;

/// Two events are equal if they tell the same, whichever way they came.
impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.created_at == other.created_at
            && self.context == other.context
            && self.data == other.data
            && self.misfits == other.misfits
    }
}

impl Eq for Event {}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event", &self.data.name())
            .field("id", &self.id)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let context = self.context_as_it_came();
        let fields = Fields {
            event: self,
            context,
        };
        if self.misfits.is_empty() || context.is_some() {
            fields.serialize(serializer)
        } else {
            with_misfits(&fields, &self.misfits, serializer)
        }
    }
}

/// What an event writes, but for its misfits.
struct Fields<'a> {
    event: &'a Event,
    /// The context as it came, if it is still that.
    context: Option<&'a RawJson>,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = self.event;
        let mut map = serializer.serialize_map(None)?;
        if event.is_object {
            map.serialize_entry("object", "event")?;
        }
        map.serialize_entry("id", &event.id)?;
        map.serialize_entry("event", event.data.name())?;
        write_field::<WorkOs, _, _>(&mut map, "created_at", &event.created_at)?;
        match self.context {
            Some(context) => map.serialize_entry("context", context)?,
            None => write_field::<WorkOs, _, _>(&mut map, "context", &event.context)?,
        }
        map.serialize_entry("data", &event.data)?;
        map.end()
    }
}

impl From<Stored<Self>> for Event {
    fn from(stored: Stored<Self>) -> Self {
        stored.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    const DATA: &str = r#""data":{"agent_registration_id":"1"}"#;
    const HEAD: &str =
        r#""event":"agent.registration.revoked","created_at":"2026-01-02T03:04:05.678Z""#;
    const CONTEXT: &str = r#""context":{"actor":{"id":"1","source":"system","name":null}}"#;

    fn is_complete(text: &str) -> bool {
        let mut pass = Pass::<EventHead, Known>::new(text);
        pass.is_complete() && pass.head.id.is_some() && pass.head.created_at.is_some()
    }

    #[track_caller]
    fn at_once(text: &str) {
        assert!(is_complete(text), "{text}");
        let event = Event::parse(text).expect(text);
        let in_parts = Event::parse_in_parts(text).expect(text);
        assert_eq!(
            (&in_parts, in_parts.is_object),
            (&event, event.is_object),
            "{text}"
        );
    }

    #[test]
    fn what_is_delivered_is_read_at_once() {
        at_once(&format!(r#"{{"id":"1",{DATA},{HEAD}}}"#));
        at_once(&format!(r#"{{"id":"1",{DATA},{HEAD},{CONTEXT}}}"#));
        at_once(&format!(
            r#"{{"object":"event","id":"1",{HEAD},{DATA},{CONTEXT}}}"#
        ));
        at_once(&format!(
            r#"{{"id":"1",{HEAD},"context":null,"future":[{{}}],{DATA}}}"#
        ));
        at_once(
            &format!("{{\n  \"id\" : \"1\",\n  {DATA},\n  {HEAD}\n}}\n").replace("t\":", "t\" : "),
        );
        at_once(&format!(r#"{{"id":"1",{DATA},{HEAD},"object":"other"}}"#));
        at_once(&format!(
            r#"{{"id":"1",{DATA},{HEAD},"object":"\u0065vent"}}"#
        ));
        let pieces = |count: usize| {
            let strings = r#","","""#.repeat(count);
            format!(r#"{{"id":"1",{DATA},{HEAD},"last":["",""{strings}]}}"#)
        };
        assert!(is_complete(&pieces(20)));
        assert!(!is_complete(&pieces(60)));
    }

    #[test]
    fn what_is_unusual_is_read_in_parts() {
        for text in [
            format!(r#"{{"id":"1",{DATA},{HEAD},"last":{{"event":"user.created"}}}}"#),
            format!(
                r#"{{"id":"1",{DATA},{HEAD},"last":{{"event":"agent.registration.expired"}}}}"#
            ),
            format!(r#"{{"id":"1",{HEAD},{DATA},{DATA}}}"#),
            format!(r#"{{"id":"1",{HEAD},{HEAD},{DATA}}}"#),
            format!(r#"{{"id":"1","id":"1",{HEAD},{DATA}}}"#),
            format!(r#"{{"id":"1",{HEAD},{DATA},{CONTEXT},{CONTEXT}}}"#),
            format!(r#"{{"object":"event","object":"event","id":"1",{HEAD},{DATA}}}"#),
            format!(r#"{{"object":7,"id":"1",{HEAD},{DATA}}}"#),
            format!(r#"{{"id":null,{HEAD},{DATA}}}"#),
            format!(r#"{{"id":"1",{HEAD}}}"#),
            format!(r#"{{{HEAD},{DATA}}}"#),
            format!(r#"{{"id":"1",{HEAD},"data":{{}}}}"#),
            format!(r#"{{"id":"1",{HEAD},{DATA}}}x"#),
            format!(r#"{{"id":"1",{DATA},"event":"a.b"}}"#),
            "[]".into(),
        ] {
            assert!(!is_complete(&text), "{text}");
        }
    }
}
