//! Roles of the members of organizations.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::permission::Permission;

object! {
    /// A role.
    pub struct Role {
        /// The provider's name for this kind of object, `role`.
        pub object: Option<String>,
        /// Identifies the role.
        pub id: String,
        /// Name of the role, for people.
        pub name: Option<String>,
        /// Key of the role, such as `org:admin`.
        pub key: Option<String>,
        /// What the role is for, if you said so.
        pub description: Option<String>,
        /// Whether who creates an organization can be given the role.
        pub is_creator_eligible: Option<bool>,
        /// The permissions that the role grants.
        pub permissions: Option<Vec<Permission>>,
        /// When the role was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the role was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
