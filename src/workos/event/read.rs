//! From JSON text to an event.
//!
//! Most events are read in one pass, data and all. Whatever is unusual about one makes that pass give up,
//! and the event is read in parts: first the envelope, then what is in it. Only the second way decides
//! what an error is.

use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
};
use core::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{de::StrRead, value::RawValue};
use time::OffsetDateTime;

use super::{
    Event, EventContext, EventData, RawJson, UnknownEvent,
    catalog::Known,
    field::{Field, FieldSeed, Trail, Value},
};
use crate::{DecodeError, EventMismatch, json::Text, workos::Envelope};

impl Event {
    pub(super) fn parse(text: &str) -> Result<Self, DecodeError> {
        let mut pass = Pass::new(text);
        // What the pass has read goes straight to where it is returned: an event is large.
        if pass.is_complete()
            && let Pass {
                id: Some(id),
                created_at: Some(created_at),
                data: Some(data),
                ..
            } = pass
        {
            return Ok(Self {
                id,
                created_at,
                context: pass.context.flatten(),
                data,
                is_object: pass.object.is_some_and(|object| object == "event"),
            });
        }
        Self::parse_in_parts(text)
    }

    fn parse_in_parts(text: &str) -> Result<Self, DecodeError> {
        let envelope = Envelope::parse(text)?;
        let context = envelope.context.map(|json| {
            part(&envelope, "context", json, |json, trail| {
                EventContext::read(json, trail)
            })
        });
        let (context, data) = match Known::by_name(&envelope.event) {
            Some(known) => (
                context.transpose()?,
                part(&envelope, "data", envelope.data, |json, trail| {
                    known.read(json, trail)
                })?,
            ),
            None => (
                context.and_then(Result::ok),
                EventData::Unknown(UnknownEvent::new(
                    envelope.event.into_owned(),
                    envelope.data.into(),
                    envelope.context.map(RawJson::from),
                )),
            ),
        };
        Ok(Self {
            id: envelope.id.into_owned(),
            created_at: envelope.created_at,
            context,
            data,
            is_object: envelope.is_object,
        })
    }
}

/// Reads one part of an event, and tells where it does not fit.
fn part<'a, T>(
    envelope: &Envelope<'_>,
    name: &str,
    json: &'a RawValue,
    read: impl FnOnce(&mut serde_json::Deserializer<StrRead<'a>>, &mut Trail) -> serde_json::Result<T>,
) -> Result<T, DecodeError> {
    let mut trail = Trail::default();
    read(
        &mut serde_json::Deserializer::from_str(json.get()),
        &mut trail,
    )
    .map_err(|_| {
        DecodeError::EventMismatch(EventMismatch::new(
            (*envelope.event).to_owned(),
            (*envelope.id).to_owned(),
            trail.path(name),
            trail.fault(),
        ))
    })
}

/// What one pass over an event has read so far.
#[derive(Default)]
struct Pass<'a> {
    text: &'a str,
    id: Option<String>,
    event: Option<Cow<'a, str>>,
    created_at: Option<OffsetDateTime>,
    context: Option<Option<EventContext>>,
    data: Option<EventData>,
    object: Option<Cow<'a, str>>,
}

impl<'a> Pass<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Reads, and tells whether there is a whole event and nothing unusual about it.
    fn is_complete(&mut self) -> bool {
        let mut json = serde_json::Deserializer::from_str(self.text);
        let outcome = json.deserialize_map(&mut *self).and_then(|()| json.end());
        outcome.is_ok()
            && self.id.is_some()
            && self.created_at.is_some()
            && self.data.as_ref().map(EventData::name) == self.event.as_deref()
            && self.data.is_some()
    }
}

impl<'de> Visitor<'de> for &mut Pass<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "id" => field(&mut map, &mut self.id)?,
                "event" => set(&mut self.event, map.next_value::<Text<'_>>()?.0)?,
                "created_at" => field(&mut map, &mut self.created_at)?,
                "context" => field(&mut map, &mut self.context)?,
                "object" => set(&mut self.object, map.next_value::<Text<'_>>()?.0)?,
                "data" => {
                    let name = self.event.as_deref().or_else(|| guess_name(self.text));
                    map.next_value_seed(DataSeed {
                        known: name.and_then(Known::by_name).ok_or_else(unusual)?,
                        slot: &mut self.data,
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a field. Nobody asks where in it the pass gives up.
fn field<'de, A: MapAccess<'de>, T: Field>(
    map: &mut A,
    slot: &mut Option<T>,
) -> Result<(), A::Error> {
    let value = map.next_value_seed(FieldSeed::new(&mut Trail::default()))?;
    set(slot, value.ok_or_else(unusual)?)
}

fn set<T, E: Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    if slot.is_some() {
        return Err(unusual());
    }
    *slot = Some(value);
    Ok(())
}

/// Reads the data to where it will stay: it is large.
struct DataSeed<'s> {
    known: Known,
    slot: &'s mut Option<EventData>,
}

impl<'de> DeserializeSeed<'de> for DataSeed<'_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        set(
            self.slot,
            self.known.read(deserializer, &mut Trail::default())?,
        )
    }
}

/// Makes the pass give up.
fn unusual<E: Error>() -> E {
    E::custom("unusual")
}

/// The event's name if it stands where deliveries have it, near the end. It may as well be a name within
/// something else, so it has to be compared with the event's own in the end.
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

/// How many pieces between quotes are looked at: those of `event`, `created_at` and a small `context`.
const PIECES_TO_GUESS_FROM: usize = 128;

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    const DATA: &str = r#""data":{"agent_registration_id":"1"}"#;
    const HEAD: &str =
        r#""event":"agent.registration.revoked","created_at":"2026-01-02T03:04:05.678Z""#;
    const CONTEXT: &str = r#""context":{"actor":{"id":"1","source":"system","name":null}}"#;

    fn is_complete(text: &str) -> bool {
        Pass::new(text).is_complete()
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
