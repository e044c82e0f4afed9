//! Sessions of users.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// A session of a user.
    pub struct Session {
        /// The provider's name for this kind of object, `session`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the session.
        pub id: String,
        /// Who acts as the user, if somebody does.
        pub impersonator: Option<SessionImpersonator>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// ID of the organization that the user signed in to, if it is one.
        pub organization_id: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: String,
        /// How the session was authenticated.
        pub auth_method: Option<SessionAuthMethod>,
        /// Whether the session is open.
        pub status: Option<SessionStatus>,
        /// When the session expires.
        pub expires_at: Option<OffsetDateTime>,
        /// When the session ended, if it has.
        pub ended_at: Option<OffsetDateTime>,
        /// When the session was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the session was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A member of your team who acts as the user.
    pub struct SessionImpersonator {
        /// Email address of the impersonator.
        pub email: String,
        /// Why, as the impersonator put it.
        pub reason: Option<String>,
    }
}

open_enum! {
    /// How a session was authenticated.
    pub enum SessionAuthMethod {
        "cross_app_auth" => CrossAppAuth,
        "external_auth" => ExternalAuth,
        "impersonation" => Impersonation,
        "magic_code" => MagicCode,
        "migrated_session" => MigratedSession,
        "oauth" => Oauth,
        "passkey" => Passkey,
        "password" => Password,
        "sso" => Sso,
        "unknown" => UnknownMethod,
    }

    /// Whether a session is open.
    pub enum SessionStatus {
        "active" => Active,
        "expired" => Expired,
        "revoked" => Revoked,
    }
}
