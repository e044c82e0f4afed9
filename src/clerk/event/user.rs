//! Users.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::{
    account::{EnterpriseAccount, ExternalAccountWithVerification, SamlAccount},
    identification::{EmailAddress, Passkey, PhoneNumber, Web3Wallet},
    organization_membership::OrganizationMembership,
};
use crate::event::RawJson;

object! {
    /// A user.
    pub struct User {
        /// Identifies the user.
        pub id: String,
        /// The provider's name for this kind of object, `user`.
        pub object: Option<String>,
        /// Your own identifier, if you gave one.
        pub external_id: Option<String>,
        /// ID of the one of `email_addresses` that is the primary one, if there is one.
        pub primary_email_address_id: Option<String>,
        /// ID of the one of `phone_numbers` that is the primary one, if there is one.
        pub primary_phone_number_id: Option<String>,
        /// ID of the one of `web3_wallets` that is the primary one, if there is one.
        pub primary_web3_wallet_id: Option<String>,
        /// Username, if the user has one.
        pub username: Option<String>,
        /// Given name, if known.
        pub first_name: Option<String>,
        /// Family name, if known.
        pub last_name: Option<String>,
        /// The user's preferred locale, such as `en-US`, if known.
        pub locale: Option<String>,
        /// The older word for `image_url`.
        pub profile_image_url: Option<String>,
        /// URL of a picture of the user, or of one in its place.
        pub image_url: Option<String>,
        /// Whether a picture was uploaded.
        pub has_image: Option<bool>,
        /// Your own values, which the frontend can read.
        pub public_metadata: Option<RawJson>,
        /// Your own values, for your backend alone.
        pub private_metadata: Option<RawJson>,
        /// Your own values, which the frontend can change.
        pub unsafe_metadata: Option<RawJson>,
        /// The email addresses of the user.
        pub email_addresses: Option<Vec<EmailAddress>>,
        /// The phone numbers of the user.
        pub phone_numbers: Option<Vec<PhoneNumber>>,
        /// The wallets of the user.
        pub web3_wallets: Option<Vec<Web3Wallet>>,
        /// The passkeys of the user.
        pub passkeys: Option<Vec<Passkey>>,
        /// Whether the user has a password.
        pub password_enabled: Option<bool>,
        /// Whether the user signs in with a second factor.
        pub two_factor_enabled: Option<bool>,
        /// Whether the second factor can be a code that an app shows.
        pub totp_enabled: Option<bool>,
        /// Whether the second factor can be a backup code.
        pub backup_code_enabled: Option<bool>,
        /// When a second factor was last turned on, if ever, be it off again or not.
        pub mfa_enabled_at: Option<OffsetDateTime>,
        /// When a second factor was last turned off, if ever, be it on again or not.
        pub mfa_disabled_at: Option<OffsetDateTime>,
        /// When the password was last changed, if there is one.
        pub password_last_updated_at: Option<OffsetDateTime>,
        /// The user's accounts at social providers.
        pub external_accounts: Option<Vec<ExternalAccountWithVerification>>,
        /// The user's accounts at identity providers, by SAML.
        pub saml_accounts: Option<Vec<SamlAccount>>,
        /// The user's accounts at identity providers, by any protocol.
        pub enterprise_accounts: Option<Vec<EnterpriseAccount>>,
        /// The memberships of the user, if the provider tells them.
        pub organization_memberships: Option<Vec<OrganizationMembership>>,
        /// When the user last signed in, if ever.
        pub last_sign_in_at: Option<OffsetDateTime>,
        /// Whether the user is banned.
        pub banned: Option<bool>,
        /// Whether the user is locked, and cannot sign in for now.
        pub locked: Option<bool>,
        /// Whether the user has been deprovisioned, and cannot sign in.
        pub deprovisioned: Option<bool>,
        /// How long the user is still locked, in seconds. Absent for one who is locked for good, or not at all.
        pub lockout_expires_in_seconds: Option<i64>,
        /// How many attempts the user has before being locked. Absent if nobody is ever locked.
        pub verification_attempts_remaining: Option<i64>,
        /// When the user was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// When the user was created.
        pub created_at: Option<OffsetDateTime>,
        /// Whether the user can delete the account.
        pub delete_self_enabled: Option<bool>,
        /// Whether the user can create organizations.
        pub create_organization_enabled: Option<bool>,
        /// How many organizations the user can create, if that is limited: 0 is no limit.
        pub create_organizations_limit: Option<i64>,
        /// The day on which the user was last active, if ever.
        pub last_active_at: Option<OffsetDateTime>,
        /// When the user agreed to your terms, if ever.
        pub legal_accepted_at: Option<OffsetDateTime>,
        /// Whether the user signs in without the check for a trusted device.
        pub bypass_client_trust: Option<bool>,
        /// What the directory says that the user comes from, if there is one.
        pub scim: Option<ScimUserMetadata>,
        /// The user's time zone, if known. Only the provider's SDK has it.
        pub timezone: Option<String>,
        /// Birthday of the user. Seen in samples only.
        pub birthday: Option<String>,
        /// Gender of the user. Seen in samples only.
        pub gender: Option<String>,
    }

    /// Which directory a user comes from.
    pub struct ScimUserMetadata {
        /// ID of the directory.
        pub directory_id: Option<String>,
        /// Whether the directory is in use. Absent if it is not.
        pub directory_enabled: Option<bool>,
        /// ID of the user in the directory, if it has one.
        pub external_id: Option<String>,
    }
}
