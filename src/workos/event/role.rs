//! Roles that exist in the whole environment.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

object! {
    /// A role of the environment.
    pub struct Role {
        /// The provider's name for this kind of object, `role`. Some deliveries omit it.
        pub object: Option<String>,
        /// Name of the role, for programs.
        pub slug: String,
        /// Slug of the type of resource that it is for.
        pub resource_type_slug: Option<String>,
        /// Slugs of the permissions that it grants.
        pub permissions: Option<Vec<String>>,
        /// When the role was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the role was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A role, by its slug alone.
    pub struct SlimRole {
        /// Name of the role, for programs.
        pub slug: String,
    }
}
