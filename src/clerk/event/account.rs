//! Accounts that users have elsewhere, and sign in with.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::verification::Verification;
use crate::event::{RawJson, open_enum};

object! {
    /// A user's account at a social provider.
    pub struct ExternalAccountWithVerification {
        /// The provider's name for this kind of object: `external_account`, `facebook_account` or `google_account`. Some
        /// samples omit it.
        pub object: Option<String>,
        /// Identifies the account.
        pub id: String,
        /// The social provider, such as `oauth_google`.
        pub provider: Option<String>,
        /// ID of the user's identification by the account.
        pub identification_id: Option<String>,
        /// ID of the user at the social provider.
        pub provider_user_id: Option<String>,
        /// The scopes that the user granted, separated by spaces.
        pub approved_scopes: Option<String>,
        /// Email address of the account.
        pub email_address: Option<String>,
        /// Whether the social provider had verified the email address when the account was created, if known.
        pub email_address_verified: Option<bool>,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
        /// The older word for `image_url`.
        pub avatar_url: Option<String>,
        /// URL of a picture of the user, if there is one.
        pub image_url: Option<String>,
        /// Username of the account, if it has one.
        pub username: Option<String>,
        /// Phone number of the account, if it has one.
        pub phone_number: Option<String>,
        /// Your own values, which the frontend can read.
        pub public_metadata: Option<RawJson>,
        /// Name of the account, for people, if it has one.
        pub label: Option<String>,
        /// When the account was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the account was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// How far the account is verified, if that was begun.
        pub verification: Option<Verification>,
        /// Another ID of the account, which begins with `eac_`. At Google and Facebook only.
        pub external_account_id: Option<String>,
    }

    /// A user's account at an identity provider, by SAML.
    pub struct SamlAccount {
        /// Identifies the account.
        pub id: String,
        /// The provider's name for this kind of object, `saml_account`.
        pub object: Option<String>,
        /// The identity provider, such as `saml_okta`.
        pub provider: Option<String>,
        /// Whether the account is active.
        pub active: Option<bool>,
        /// Email address of the account.
        pub email_address: Option<String>,
        /// Given name, if known.
        pub first_name: Option<String>,
        /// Family name, if known.
        pub last_name: Option<String>,
        /// ID of the user at the identity provider, if known.
        pub provider_user_id: Option<String>,
        /// When the user last signed in with the account, if ever.
        pub last_authenticated_at: Option<OffsetDateTime>,
        /// Values from the identity provider, which the frontend can read.
        pub public_metadata: Option<RawJson>,
        /// How far the account is verified, if that was begun.
        pub verification: Option<Verification>,
        /// The connection to the identity provider, if there still is one.
        pub saml_connection: Option<SamlAccountConnection>,
    }

    /// A connection to an identity provider, by SAML.
    pub struct SamlAccountConnection {
        /// Identifies the connection.
        pub id: String,
        /// Name of the connection, for people.
        pub name: Option<String>,
        /// The older field for the first of `domains`.
        pub domain: Option<String>,
        /// The domains of the connection, such as `example.com`.
        pub domains: Option<Vec<String>>,
        /// Whether the connection is active.
        pub active: Option<bool>,
        /// The identity provider, such as `saml_okta`.
        pub provider: Option<String>,
        /// Whether users get what the identity provider says of them at each sign-in.
        pub sync_user_attributes: Option<bool>,
        /// Whether email addresses at subdomains belong to the connection too.
        pub allow_subdomains: Option<bool>,
        /// Whether the identity provider can begin a sign-in.
        pub allow_idp_initiated: Option<bool>,
        /// Whether users of the connection cannot be known by anything else.
        pub disable_additional_identifications: Option<bool>,
        /// When the connection was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the connection was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A user's account at an identity provider, by any protocol.
    pub struct EnterpriseAccount {
        /// Identifies the account.
        pub id: String,
        /// The provider's name for this kind of object, `enterprise_account`.
        pub object: Option<String>,
        /// The protocol by which the user signs in.
        pub protocol: Option<EnterpriseAccountProtocol>,
        /// The identity provider, such as `saml_okta`.
        pub provider: Option<String>,
        /// Whether the account is active.
        pub active: Option<bool>,
        /// Email address of the account.
        pub email_address: Option<String>,
        /// Given name, if known.
        pub first_name: Option<String>,
        /// Family name, if known.
        pub last_name: Option<String>,
        /// ID of the user at the identity provider, if known.
        pub provider_user_id: Option<String>,
        /// ID of the connection to the identity provider, if there still is one.
        pub enterprise_connection_id: Option<String>,
        /// Values from the identity provider, which the frontend can read.
        pub public_metadata: Option<RawJson>,
        /// How far the account is verified, if that was begun.
        pub verification: Option<Verification>,
        /// The connection to the identity provider, if there still is one.
        pub enterprise_connection: Option<EnterpriseAccountConnection>,
        /// When the user last signed in with the account, if ever.
        pub last_authenticated_at: Option<OffsetDateTime>,
    }

    /// A connection to an identity provider, by any protocol.
    pub struct EnterpriseAccountConnection {
        /// Identifies the connection.
        pub id: String,
        /// The protocol of the connection, such as `saml`.
        pub protocol: Option<String>,
        /// The identity provider, such as `saml_okta`.
        pub provider: Option<String>,
        /// Name of the connection, for people.
        pub name: Option<String>,
        /// URL of the logo of the identity provider, if there is one.
        pub logo_public_url: Option<String>,
        /// The older field for the first of `domains`.
        pub domain: Option<String>,
        /// The domains of the connection, such as `example.com`.
        pub domains: Option<Vec<String>>,
        /// Whether the connection is active.
        pub active: Option<bool>,
        /// Whether users get what the identity provider says of them at each sign-in.
        pub sync_user_attributes: Option<bool>,
        /// Whether email addresses at subdomains belong to the connection too.
        pub allow_subdomains: Option<bool>,
        /// Whether the identity provider can begin a sign-in.
        pub allow_idp_initiated: Option<bool>,
        /// Whether users of the connection cannot be known by anything else.
        pub disable_additional_identifications: Option<bool>,
        /// When the connection was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the connection was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// The provider's name for this kind of object. Only the provider's SDK has it.
        pub object: Option<String>,
    }
}

open_enum! {
    /// The protocol by which a user signs in at an identity provider.
    pub enum EnterpriseAccountProtocol {
        "oauth" => Oauth,
        "saml" => Saml,
    }
}
