//! How events came about.

use alloc::{string::String, vec::Vec};

use super::flag::{FlagAccessType, FlagTargets};
use crate::event::{RawJson, open_enum};

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
        pub container_id: Option<String> = "containerId",
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
        pub source: Option<EventContextActorSource>,
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
