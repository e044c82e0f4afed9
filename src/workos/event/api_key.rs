//! API keys of organizations and users.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use crate::event::RawJson;

object! {
    /// An API key.
    pub struct ApiKey {
        /// The provider's name for this kind of object, `api_key`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the API key.
        pub id: String,
        /// To whom the key belongs.
        pub owner: Option<ApiKeyOwner>,
        /// Name of the API key, for people.
        pub name: Option<String>,
        /// The key, with all but a few characters hidden.
        pub obfuscated_value: Option<String>,
        /// When the key was last used, if it ever was.
        pub last_used_at: Option<OffsetDateTime>,
        /// When the key expires, if it does.
        pub expires_at: Option<OffsetDateTime>,
        /// Slugs of the permissions that the key grants.
        pub permissions: Option<Vec<String>>,
        /// When the API key was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the API key was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// An organization that owns an API key.
    pub struct ApiKeyOwnerOrganization {
        /// Always `organization`.
        pub r#type: String = "type",
        /// Identifies the organization.
        pub id: String,
    }

    /// A user that owns an API key.
    pub struct ApiKeyOwnerUser {
        /// Always `user`.
        pub r#type: String = "type",
        /// Identifies the user.
        pub id: String,
        /// ID of the organization in which the user owns the key.
        pub organization_id: String,
    }

    /// An API key that was changed.
    pub struct ApiKeyWithPreviousAttributes {
        /// The provider's name for this kind of object, `api_key`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the API key.
        pub id: String,
        /// To whom the key belongs.
        pub owner: Option<ApiKeyOwner>,
        /// Name of the API key, for people.
        pub name: Option<String>,
        /// The key, with all but a few characters hidden.
        pub obfuscated_value: Option<String>,
        /// When the key was last used, if it ever was.
        pub last_used_at: Option<OffsetDateTime>,
        /// When the key expires, if it does.
        pub expires_at: Option<OffsetDateTime>,
        /// Slugs of the permissions that it grants.
        pub permissions: Option<Vec<String>>,
        /// When the API key was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the API key was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// The old values of what changed, and of nothing else. A value that is new is `null`.
        pub previous_attributes: Option<RawJson>,
    }
}

union! {
    /// To whom an API key belongs.
    pub enum ApiKeyOwner by "type" {
        "organization" => Organization(ApiKeyOwnerOrganization),
        "user" => User(ApiKeyOwnerUser),
    }
}
