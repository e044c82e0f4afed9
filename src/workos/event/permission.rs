//! Permissions that roles grant.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A permission.
    pub struct Permission {
        /// The provider's name for this kind of object, `permission`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the permission.
        pub id: String,
        /// Name of the permission, for programs.
        pub slug: Option<String>,
        /// Name of the permission, for people.
        pub name: Option<String>,
        /// What the permission is for, if somebody wrote it down.
        pub description: Option<String>,
        /// Whether it is built in and cannot be changed.
        pub system: Option<bool>,
        /// Slug of the type of resource that it is for.
        pub resource_type_slug: Option<String>,
        /// When the permission was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the permission was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
