//! Attempts to sign in.

use alloc::string::String;

use crate::event::open_enum;

object! {
    /// A failed attempt to sign in, other than by SSO.
    pub struct AuthenticationFailed {
        /// How the user tried to sign in: `email_verification`, `magic_auth`, `mfa`, `oauth`,
        /// `passkey` or `password`.
        pub r#type: Option<String> = "type",
        /// Always `failed`.
        pub status: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// Why it failed.
        pub error: Option<AuthenticationError>,
        /// The OAuth provider. With `oauth` only.
        pub provider: Option<String>,
    }

    /// Why an attempt to sign in failed.
    pub struct AuthenticationError {
        /// What went wrong, for programs.
        pub code: Option<String>,
        /// What went wrong, for people.
        pub message: Option<String>,
    }

    /// A successful sign-in, other than by OAuth or SSO.
    pub struct AuthenticationSucceeded {
        /// How the user signed in: `email_verification`, `magic_auth`, `mfa`, `passkey`, `password`
        /// or `reauthentication`.
        pub r#type: Option<String> = "type",
        /// Always `succeeded`.
        pub status: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: String,
        /// Email address.
        pub email: Option<String>,
    }

    /// A successful sign-in by OAuth.
    pub struct AuthenticationOAuthSucceeded {
        /// Always `oauth`.
        pub r#type: Option<String> = "type",
        /// Always `succeeded`.
        pub status: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// The OAuth provider, if known.
        pub provider: Option<String>,
    }

    /// A risky attempt that Radar noticed.
    pub struct AuthenticationRadarRiskDetected {
        /// How the attempt was made, such as `magic_auth`.
        pub auth_method: Option<String>,
        /// What Radar looked at.
        pub action: Option<RadarAction>,
        /// The control of Radar that noticed it, if one did.
        pub control: Option<String>,
        /// The kind of blocklist that matched, if one did.
        pub blocklist_type: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: String,
        /// Email address.
        pub email: Option<String>,
    }

    /// A sign-in by SSO that failed or timed out.
    pub struct AuthenticationSsoFailed {
        /// Always `sso`.
        pub r#type: Option<String> = "type",
        /// `failed` or `timed_out`.
        pub status: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// The SSO side of the attempt.
        pub sso: Option<AuthenticationSso>,
        /// Why it failed.
        pub error: Option<AuthenticationError>,
    }

    /// The SSO side of an attempt to sign in.
    pub struct AuthenticationSso {
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// ID of the connection.
        pub connection_id: Option<String>,
        /// ID of the session of the identity provider.
        pub session_id: Option<String>,
    }

    /// A sign-in by SSO that has begun.
    pub struct AuthenticationSsoStarted {
        /// Always `sso`.
        pub r#type: Option<String> = "type",
        /// Always `started`.
        pub status: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// The SSO side of the attempt.
        pub sso: Option<AuthenticationSso>,
    }

    /// A successful sign-in by SSO.
    pub struct AuthenticationSsoSucceeded {
        /// Always `sso`.
        pub r#type: Option<String> = "type",
        /// Always `succeeded`.
        pub status: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// ID of the user.
        pub user_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// The SSO side of the attempt.
        pub sso: Option<AuthenticationSso>,
    }
}

open_enum! {
    /// What Radar looked at.
    pub enum RadarAction {
        "signup" => Signup,
        "login" => Login,
    }
}
