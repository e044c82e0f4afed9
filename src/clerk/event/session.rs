//! Sessions of users.

use alloc::{boxed::Box, string::String};

use time::OffsetDateTime;

use super::user::User;
use crate::event::{RawJson, open_enum};

object! {
    /// A session of a user.
    pub struct SessionEventPayload {
        /// The provider's name for this kind of object, `session`.
        pub object: Option<String>,
        /// Identifies the session.
        pub id: String,
        /// ID of the user.
        pub user_id: String,
        /// ID of the client, such as a browser, that the session is in.
        pub client_id: Option<String>,
        /// Who acts as the user, if somebody does.
        pub actor: Option<RawJson>,
        /// Where the session stands.
        pub status: Option<SessionEventPayloadStatus>,
        /// ID of the organization that was last active in the session, if one was.
        pub last_active_organization_id: Option<String>,
        /// When the session was last active.
        pub last_active_at: Option<OffsetDateTime>,
        /// What the session was last used from, if known.
        pub latest_activity: Option<SessionActivityResponse>,
        /// When the session expires.
        pub expire_at: Option<OffsetDateTime>,
        /// When the session is given up if it is not used.
        pub abandon_at: Option<OffsetDateTime>,
        /// When the session was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// When the session was created.
        pub created_at: Option<OffsetDateTime>,
        /// The user. Older samples omit it.
        pub user: Option<Box<User>>,
    }

    /// What a session was used from.
    pub struct SessionActivityResponse {
        /// The provider's name for this kind of object, `session_activity`.
        pub object: Option<String>,
        /// Identifies the activity.
        pub id: String,
        /// The device, such as `desktop`, if known.
        pub device_type: Option<String>,
        /// Whether the device is a mobile one.
        pub is_mobile: Option<bool>,
        /// Name of the browser, if known.
        pub browser_name: Option<String>,
        /// Version of the browser, if known.
        pub browser_version: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// City of that address, if known.
        pub city: Option<String>,
        /// Country of that address, if known.
        pub country: Option<String>,
    }
}

open_enum! {
    /// Where a session stands.
    pub enum SessionEventPayloadStatus {
        "active" => Active,
        "revoked" => Revoked,
        "ended" => Ended,
        "expired" => Expired,
        "removed" => Removed,
        "abandoned" => Abandoned,
        "replaced" => Replaced,
        "pending" => Pending,
    }
}
