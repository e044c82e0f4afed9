//! What happened: the events of Clerk, each with its data as a type of its own.
//!
//! Which fields there are, and which of them can be absent, is what the provider's specification
//! (`clerk/openapi-specs`, `webhooks/2025-04-15.yml` at 7987d1b), the types of its SDK (`@clerk/backend` 3.25.0) and its sample
//! payloads say together; they differ in more than a hundred places, and the more tolerant of them counts.
//!
//! Times are Unix time, in milliseconds as a rule, and in seconds in the specification's samples of the envelope. A number
//! below 100,000,000,000 is seconds: as milliseconds it would be before March 1973. Times are written in milliseconds, those
//! nearer to 1970 in seconds.
//!
//! The structs are `Serialize` and `Deserialize` for `serde_json` alone, as the [`Event`] is. By themselves they are read
//! as strictly as they can be, as they have no place for a [`Misfit`]. Their `Debug` prints all of them, which is mostly
//! about people.

/// The macros of `crate::event`, for this provider.
macro_rules! object {
    ($($item:tt)*) => {
        $crate::event::object! { $crate::clerk::Clerk; $($item)* }
    };
}

pub mod account;
mod attributes;
pub mod billing;
mod catalog;
pub mod deleted_object;
pub mod email;
pub mod identification;
pub mod organization;
pub mod organization_domain;
pub mod organization_invitation;
pub mod organization_membership;
pub mod payment_attempt;
pub mod permission;
pub mod role;
pub mod session;
pub mod sms;
pub mod subscription;
pub mod subscription_item;
pub mod user;
pub mod verification;
pub mod waitlist_entry;

use alloc::string::String;
use core::{fmt, mem};

use time::OffsetDateTime;

use self::catalog::Known;
#[cfg(feature = "fixtures")]
pub(super) use self::catalog::fixture;
pub use self::{
    attributes::{EventAttributes, HttpRequest},
    catalog::EventData,
};
use super::Clerk;
use crate::event::event;
#[doc(no_inline)]
pub use crate::event::{Misfit, RawJson, Stored, UnknownEvent, UnknownObject, UnknownValue};

event! {
    Clerk, "type";
    /// An event.
    ///
    /// It is `Serialize`, for `serde_json` alone, and not `Deserialize`, so that a handler cannot take one that nobody has
    /// verified. What was verified before is read by [`from_json`](Self::from_json), or within a type of your own as
    /// [`Stored`]. What is written is what the types here have, the [`id`](Self::id) as `svix-id`, and the
    /// [`misfits`](Self::misfits) by their paths; not a field that this version does not know. To keep all of a delivery,
    /// keep its id and its bytes.
    ///
    /// `Debug` prints the name, the id and the time.
    pub struct Event with event_attributes {
        /// Not part of the body that Clerk sends, but of what we write.
        id: Option<String> = "svix-id",
        /// ID of the instance of Clerk in which the event happened. Old deliveries omit it.
        pub instance_id: Option<String>,
        /// When the event happened. Old deliveries omit it.
        pub timestamp: Option<OffsetDateTime>,
        /// How the event came about, if the provider says so.
        pub event_attributes: Option<EventAttributes>,
    }
}

impl Event {
    /// Identifies the event, also when it is delivered again: the key for deduplication. It is the delivery's `svix-id`,
    /// which is signed. `None` for an event that was read from a body alone, by [`from_json`](Self::from_json).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What stands for it in an inbox. `None` for an event without [`id`](Self::id).
    #[cfg(feature = "inbox")]
    #[must_use]
    pub fn inbox_key(&self) -> Option<crate::inbox::InboxKey> {
        self.id()
            .map(|id| crate::inbox::InboxKey::new(<Clerk as crate::Provider>::NAME, id))
    }

    /// Whatever the body says in its place.
    pub(super) fn with_id(mut self, id: &str) -> Self {
        self.id = Some(id.into());
        let misfits = mem::take(&mut self.misfits).into_iter();
        self.misfits = misfits.filter(|it| !it.is_in("svix-id")).collect();
        self
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event", &self.data.name())
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::event::{assert_at_once, is_read_at_once};

    const DATA: &str = r#""data":{"object":"role","id":"1","type":"a"}"#;
    const ATTRIBUTES: &str =
        r#""event_attributes":{"http_request":{"client_ip":"","user_agent":"a"}}"#;
    const INSTANCE: &str = r#""instance_id":"ins_1","object":"event""#;
    const TIME: &str = r#""timestamp":1767323045678"#;
    const NAME: &str = r#""type":"role.created""#;

    #[test]
    fn what_is_delivered_is_read_at_once() {
        // By their names, as Clerk sends them.
        assert_at_once::<Event>(&format!("{{{DATA},{ATTRIBUTES},{INSTANCE},{TIME},{NAME}}}"));
        assert_at_once::<Event>(&format!(r#"{{{DATA},"object":"event",{NAME}}}"#));
        assert_at_once::<Event>(&format!("{{{DATA},{NAME},{TIME},{ATTRIBUTES}}}"));
        assert_at_once::<Event>(&format!("{{{NAME},{TIME},{DATA}}}"));
        assert_at_once::<Event>(&format!(
            r#"{{{DATA},"event_attributes":null,"instance_id":null,"timestamp":null,{NAME}}}"#
        ));
        assert_at_once::<Event>(&format!(
            r#"{{{DATA},{INSTANCE},"timestamp":1767323045,{NAME},"future":[{{}}]}}"#
        ));
        assert_at_once::<Event>(&format!(
            "{{\n  {DATA},\n  {INSTANCE},\n  \"type\" : \"role.created\"\n}}\n"
        ));
        // As we write them.
        assert_at_once::<Event>(&format!(
            r#"{{"object":"event",{NAME},"svix-id":"msg_1",{TIME},{DATA}}}"#
        ));
    }

    #[test]
    fn what_is_unusual_is_read_in_parts() {
        for text in [
            format!(r#"{{{DATA},{NAME},"last":{{"type":"user.created"}}}}"#),
            format!(r#"{{{DATA},{NAME},"last":{{"type":"kitten.created"}}}}"#),
            format!("{{{NAME},{NAME},{DATA}}}"),
            format!("{{{DATA},{DATA},{NAME}}}"),
            format!("{{{DATA},{TIME},{TIME},{NAME}}}"),
            format!(r#"{{{DATA},"timestamp":"today",{NAME}}}"#),
            format!(r#"{{{DATA},"timestamp":1.5,{NAME}}}"#),
            format!(r#"{{{DATA},"event_attributes":7,{NAME}}}"#),
            format!(r#"{{{DATA},"object":7,{NAME}}}"#),
            format!(r#"{{{DATA},"type":"kitten.created"}}"#),
            format!(r#"{{"data":{{}},{NAME}}}"#),
            format!("{{{NAME}}}"),
            format!("{{{DATA}}}"),
            format!("{{{DATA},{NAME}}}x"),
            "[]".into(),
        ] {
            assert!(!is_read_at_once::<Event>(&text), "{text}");
        }
    }
}
