//! What WorkOS tells of a sign-in or sign-up that it asks about.

use alloc::string::String;

use crate::{
    event::{object, open_enum},
    workos::{
        WorkOs,
        event::{
            invitation::Invitation, organization::Organization,
            organization_membership::OrganizationMembership, user::User,
        },
    },
};

object! {
    WorkOs;
    /// A sign-in, after the user has been authenticated.
    pub struct AuthenticationActionContext {
        /// Always `authentication_action_context`.
        pub object: String,
        /// Identifies the request.
        pub id: String,
        /// Who signs in.
        pub user: User,
        /// The organization that the user signs in to, if it is one.
        pub organization: Option<Organization>,
        /// The user's membership in it.
        pub organization_membership: Option<OrganizationMembership>,
        /// How the user was authenticated. Only the newest of the provider's SDKs have it.
        pub authentication_method: Option<AuthenticationMethod>,
        /// Who issues the tokens.
        pub issuer: Option<String>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// What tells the user's device from others, if known.
        pub device_fingerprint: Option<String>,
    }

    /// A sign-up, before there is a user.
    pub struct UserRegistrationActionContext {
        /// Always `user_registration_action_context`.
        pub object: String,
        /// Identifies the request.
        pub id: String,
        /// Who signs up.
        pub user_data: UserData,
        /// The invitation that is accepted so, if there is one.
        pub invitation: Option<Invitation>,
        /// How the user signs up. Only the newest of the provider's SDKs have it.
        pub authentication_method: Option<AuthenticationMethod>,
        /// IP address that the request came from, if known.
        pub ip_address: Option<String>,
        /// User agent that sent the request, if known.
        pub user_agent: Option<String>,
        /// What tells the user's device from others, if known.
        pub device_fingerprint: Option<String>,
    }

    /// What is known of someone who signs up.
    pub struct UserData {
        /// The provider's name for this kind of object, `user_data`.
        pub object: Option<String>,
        /// Email address.
        pub email: String,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
        /// Full name.
        pub name: Option<String>,
    }
}

open_enum! {
    /// How a user is authenticated.
    pub enum AuthenticationMethod {
        "AppleOAuth" => AppleOAuth,
        "BitbucketOAuth" => BitbucketOAuth,
        "CrossAppAuth" => CrossAppAuth,
        "DiscordOAuth" => DiscordOAuth,
        "ExternalAuth" => ExternalAuth,
        "GitHubOAuth" => GitHubOAuth,
        "GitLabOAuth" => GitLabOAuth,
        "GoogleOAuth" => GoogleOAuth,
        "GrokOAuth" => GrokOAuth,
        "Impersonation" => Impersonation,
        "IntuitOAuth" => IntuitOAuth,
        "LinkedInOAuth" => LinkedInOAuth,
        "MagicAuth" => MagicAuth,
        "MicrosoftOAuth" => MicrosoftOAuth,
        "MigratedSession" => MigratedSession,
        "Passkey" => Passkey,
        "Password" => Password,
        "SSO" => Sso,
        "SalesforceOAuth" => SalesforceOAuth,
        "SlackOAuth" => SlackOAuth,
        "VercelMarketplaceOAuth" => VercelMarketplaceOAuth,
        "VercelOAuth" => VercelOAuth,
        "XOAuth" => XOAuth,
        "XeroOAuth" => XeroOAuth,
    }
}
