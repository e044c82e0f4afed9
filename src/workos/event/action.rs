//! Actions: a synchronous hook of yours that refused something.

use alloc::string::String;

object! {
    /// An authentication that an action denied.
    pub struct ActionAuthenticationDenied {
        /// ID of the endpoint of yours that answered.
        pub action_endpoint_id: Option<String>,
        /// ID of the run of the action.
        pub action_execution_id: String,
        /// Always `authentication`.
        pub r#type: Option<String> = "type",
        /// Always `Deny`.
        pub verdict: Option<String>,
        /// ID of the user.
        pub user_id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
    }

    /// A registration of a user that an action denied.
    pub struct ActionUserRegistrationDenied {
        /// ID of the endpoint of yours that answered.
        pub action_endpoint_id: Option<String>,
        /// ID of the run of the action.
        pub action_execution_id: String,
        /// Always `user_registration`.
        pub r#type: Option<String> = "type",
        /// Always `Deny`.
        pub verdict: Option<String>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
    }
}
