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
mod subject;
pub mod user;
pub mod vault;
pub mod waitlist_user;

use core::fmt;

use time::OffsetDateTime;

use self::catalog::Known;
#[cfg(feature = "fixtures")]
pub(super) use self::catalog::fixture;
pub use self::{
    catalog::EventData,
    context::{EventContext, EventContextActor, EventContextActorSource, GoogleAnalyticsSession},
    page::{EventPage, ListMetadata, PageEntry},
    subject::Subject,
};
use super::WorkOs;
use crate::event::event;
#[doc(no_inline)]
pub use crate::event::{Misfit, RawJson, Stored, UnknownEvent, UnknownObject, UnknownValue};

event! {
    WorkOs, "event";
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
    pub struct Event by id with context {
        /// When the event happened.
        pub created_at: OffsetDateTime,
        /// How the event came about, if the provider says so.
        pub context: Option<EventContext>,
    }
}

/// The key of the event's id. One with an empty id has that of what it is written as, which is another than that of its delivery.
#[cfg(feature = "inbox")]
impl From<&Event> for crate::inbox::InboxKey {
    fn from(event: &Event) -> Self {
        let provider = <WorkOs as crate::Provider>::NAME;
        match event.id.as_str() {
            "" => Self::of_body(provider, &serde_json::to_vec(event).unwrap_or_default()),
            id => Self::new(provider, id),
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event", &self.data.name())
            .field("id", &self.id)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::event::{assert_at_once, is_read_at_once};

    const DATA: &str = r#""data":{"agent_registration_id":"1"}"#;
    const HEAD: &str =
        r#""event":"agent.registration.revoked","created_at":"2026-01-02T03:04:05.678Z""#;
    const CONTEXT: &str = r#""context":{"actor":{"id":"1","source":"system","name":null}}"#;

    #[test]
    fn what_is_delivered_is_read_at_once() {
        assert_at_once::<Event>(&format!(r#"{{"id":"1",{DATA},{HEAD}}}"#));
        assert_at_once::<Event>(&format!(r#"{{"id":"1",{DATA},{HEAD},{CONTEXT}}}"#));
        assert_at_once::<Event>(&format!(
            r#"{{"object":"event","id":"1",{HEAD},{DATA},{CONTEXT}}}"#
        ));
        assert_at_once::<Event>(&format!(
            r#"{{"id":"1",{HEAD},"context":null,"future":[{{}}],{DATA}}}"#
        ));
        assert_at_once::<Event>(
            &format!("{{\n  \"id\" : \"1\",\n  {DATA},\n  {HEAD}\n}}\n").replace("t\":", "t\" : "),
        );
        assert_at_once::<Event>(&format!(r#"{{"id":"1",{DATA},{HEAD},"object":"other"}}"#));
        assert_at_once::<Event>(&format!(
            r#"{{"id":"1",{DATA},{HEAD},"object":"\u0065vent"}}"#
        ));
        let pieces = |count: usize| {
            let strings = r#","","""#.repeat(count);
            format!(r#"{{"id":"1",{DATA},{HEAD},"last":["",""{strings}]}}"#)
        };
        assert!(is_read_at_once::<Event>(&pieces(20)));
        assert!(!is_read_at_once::<Event>(&pieces(60)));
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
            assert!(!is_read_at_once::<Event>(&text), "{text}");
        }
    }
}
