//! What happened: the events of Courier, each with its data as a type of its own.
//!
//! The structs are `Serialize` and `Deserialize` for `serde_json` alone, as the [`Event`] is. By themselves they are read
//! as strictly as they can be, as they have no place for a [`Misfit`]. Their `Debug` prints all of them, which is mostly
//! about people.

/// The macros of `crate::event`, for this provider.
macro_rules! object {
    ($($item:tt)*) => {
        $crate::event::object! { $crate::courier::Courier; $($item)* }
    };
}

pub mod audiences;
mod catalog;
mod deduplication;
pub mod message;
pub mod notification;

use alloc::string::String;
use core::fmt;

pub use self::catalog::EventData;
use self::catalog::Known;
#[cfg(feature = "fixtures")]
pub(super) use self::catalog::fixture;
#[allow(unused_imports, reason = "without a framework nothing asks for it")]
use super::Courier;
use crate::event::event;
#[doc(no_inline)]
pub use crate::event::{Misfit, RawJson, Stored, UnknownEvent, UnknownObject, UnknownValue};

event! {
    Courier, "type";
    /// An event.
    ///
    /// It is `Serialize`, for `serde_json` alone, and not `Deserialize`, so that a handler cannot take one that nobody has
    /// verified. What was verified before is read by [`from_json`](Self::from_json), or within a type of your own as
    /// [`Stored`]. What is written is what the types here have, and the [`misfits`](Self::misfits) by their paths; not a
    /// field that this version does not know. To keep all of a delivery, keep its bytes.
    ///
    /// `Debug` prints the name.
    pub struct Event {}
}

impl Event {
    /// A text that is the same each time this event is delivered, and another one for another event: the key for
    /// deduplication, as the provider gives events no id.
    ///
    /// ```
    /// # use countersign::courier::Event;
    /// let event = Event::from_json(br#"{"type":"message:updated","data":{"id":"1-abc","status":"SENT"}}"#)?;
    /// assert_eq!(event.deduplication_key(), r#"["message:updated","1-abc","SENT"]"#);
    /// # Ok::<(), countersign::DecodeError>(())
    /// ```
    ///
    /// The provider's guide says to go by the id of the object and by the status or the event's name
    /// (`trycourier/courier-skills`, `skills/courier/references/guides/webhooks.md`). The key is a JSON array: the event's
    /// name, and then
    ///
    /// - of a message: its `id` and `status`,
    /// - of a notification: its `id`, and `submission_id`, `canceled_at` or `published_at` in Unix milliseconds,
    /// - of an audience: `audience_id` and `audience_version`, and the `user_id` if it is about one,
    /// - of a calculation: `audience_id`, `user_count`, `total_users` and `total_users_filtered`,
    /// - of an unknown event: the SHA-256 of its data, as it stands in the body, in hex.
    ///
    /// What is absent is `null`. What does not fit ([`misfits`](Self::misfits)) stands at the end, as it does in the body.
    ///
    /// It is meant for deliveries that are repeated within a day or so, not for counting. These have the same key though
    /// they are not the same event:
    ///
    /// - a message that comes to one status twice, such as by two clicks or at two providers,
    /// - a user that matches a version of an audience, no longer does, and does again,
    /// - calculations of an audience with the same counts.
    ///
    /// An event that is unknown to this version has another key in one that knows it.
    #[must_use]
    pub fn deduplication_key(&self) -> String {
        self.data.deduplication_key(&self.misfits)
    }
}

/// By the [`deduplication_key`](Event::deduplication_key).
#[cfg(feature = "inbox")]
impl From<&Event> for crate::inbox::InboxKey {
    fn from(event: &Event) -> Self {
        Self::new(
            <Courier as crate::Provider>::NAME,
            &event.deduplication_key(),
        )
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event", &self.data.name())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::event::{assert_at_once, is_read_at_once};

    const DATA: &str = r#""data":{"audience_id":"a","type":"user"}"#;
    const NAME: &str = r#""type":"audiences:updated""#;

    #[test]
    fn what_is_delivered_is_read_at_once() {
        assert_at_once::<Event>(&format!("{{{NAME},{DATA}}}"));
        assert_at_once::<Event>(&format!("{{{DATA},{NAME}}}"));
        assert_at_once::<Event>(&format!(
            r#"{{"object":"event",{NAME},"future":[{{}}],{DATA}}}"#
        ));
        assert_at_once::<Event>(&format!(
            r#"{{{DATA},"future":null,{NAME},"object":"other"}}"#
        ));
        assert_at_once::<Event>(&format!(
            "{{\n  {DATA},\n  \"type\" : \"audiences:updated\"\n}}\n"
        ));
    }

    /// What may have either of two forms is unusual in neither.
    #[test]
    fn providers_of_a_message_are_read_at_once() {
        for providers in [
            "[]",
            "{}",
            "null",
            r#"[{"provider":"a","sent":1}]"#,
            r#"{"a":{"sent":1}}"#,
        ] {
            assert_at_once::<Event>(&format!(
                r#"{{"type":"message:updated","data":{{"id":"1","providers":{providers}}}}}"#
            ));
        }
    }

    #[test]
    fn what_is_unusual_is_read_in_parts() {
        for text in [
            format!(r#"{{{DATA},{NAME},"last":{{"type":"user.created"}}}}"#),
            format!("{{{NAME},{NAME},{DATA}}}"),
            format!("{{{DATA},{DATA},{NAME}}}"),
            format!(r#"{{{DATA},"object":7,{NAME}}}"#),
            format!(r#"{{{DATA},"type":"kitten:created"}}"#),
            format!(r#"{{"data":{{}},{NAME}}}"#),
            r#"{"type":"message:updated","data":{"id":"1","providers":[7]}}"#.into(),
            r#"{"type":"message:updated","data":{"id":"1","sent":1.5}}"#.into(),
            format!("{{{NAME}}}"),
            format!("{{{DATA}}}"),
            format!("{{{DATA},{NAME}}}x"),
            "[]".into(),
        ] {
            assert!(!is_read_at_once::<Event>(&text), "{text}");
        }
    }
}
