//! Roles that exist in one organization only.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

object! {
    /// A role of one organization.
    pub struct OrganizationRole {
        /// The provider's name for this kind of object, `organization_role`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// ID of the organization.
        pub organization_id: String,
        /// Name of the role, for programs.
        pub slug: String,
        /// Name of the role, for people.
        pub name: Option<String>,
        /// What the role is for, if somebody wrote it down.
        pub description: Option<String>,
        /// Slug of the type of resource that it is for.
        pub resource_type_slug: Option<String>,
        /// Slugs of the permissions that it grants.
        pub permissions: Option<Vec<String>>,
        /// When the role was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the role was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
