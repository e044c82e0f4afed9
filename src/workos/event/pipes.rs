//! Pipes: accounts that users have connected at other services.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// An account at another service that was connected.
    pub struct PipesConnectedAccount {
        /// The provider's name for this kind of object, `connected_account`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// Identifies the account.
        pub id: String,
        /// ID of the integration: your set-up of the other service.
        pub data_integration_id: Option<String>,
        /// The other service.
        pub provider_slug: Option<String>,
        /// ID of the user, if a user owns the account.
        pub user_id: Option<String>,
        /// ID of the organization, if one owns the account.
        pub organization_id: Option<String>,
        /// The OAuth scopes that were granted.
        pub scopes: Option<Vec<String>>,
        /// Whether the account can be used.
        pub state: Option<PipesConnectedAccountState>,
        /// When the account was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the account was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// How the account takes part.
        pub connection_role: Option<PipesConnectedAccountConnectionRole>,
        /// What the other service calls the account.
        pub account_identifier: Option<String>,
        /// Name of the account at the other service, for people.
        pub account_display_name: Option<String>,
        /// How the account was authorized.
        pub auth_method: Option<PipesConnectedAccountAuthMethod>,
        /// The last four characters of the API key.
        pub api_key_last_4: Option<String>,
        /// ID of the user who connected the account.
        pub established_by_user_id: Option<String>,
        /// Why the account is in its state.
        pub state_reason: Option<PipesConnectedAccountStateReason>,
    }

    /// An account at another service that could not be connected.
    pub struct PipesConnectionFailed {
        /// The provider's name for this kind of object, `connection_failed`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// ID of the integration: your set-up of the other service.
        pub data_integration_id: String,
        /// The other service.
        pub provider_slug: Option<String>,
        /// ID of the user, if it was for a user.
        pub user_id: Option<String>,
        /// ID of the organization, if it was for one.
        pub organization_id: Option<String>,
        /// What went wrong, for programs.
        pub error_code: Option<String>,
        /// What went wrong, for people.
        pub error_reason: Option<String>,
        /// The error that the other service gave.
        pub provider_error: Option<String>,
        /// What the other service said about it.
        pub provider_error_description: Option<String>,
        /// When it failed.
        pub created_at: Option<OffsetDateTime>,
        /// What the other service calls the account.
        pub account_identifier: Option<String>,
    }
}

open_enum! {
    /// Whether a connected account can be used.
    pub enum PipesConnectedAccountState {
        "connected" => Connected,
        "needs_reauthorization" => NeedsReauthorization,
    }

    /// How a connected account takes part.
    pub enum PipesConnectedAccountConnectionRole {
        "compatibility" => Compatibility,
        "standard" => Standard,
    }

    /// How a connected account was authorized.
    pub enum PipesConnectedAccountAuthMethod {
        "oauth" => Oauth,
        "api_key" => ApiKey,
        "client_credentials" => ClientCredentials,
    }

    /// Why a connected account is in its state.
    pub enum PipesConnectedAccountStateReason {
        "establishing_member_membership_ended" => EstablishingMemberMembershipEnded,
    }
}
