//! Permissions, which roles grant.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A permission.
    pub struct Permission {
        /// The provider's name for this kind of object, `permission`.
        pub object: Option<String>,
        /// Identifies the permission.
        pub id: String,
        /// Name of the permission, for people.
        pub name: Option<String>,
        /// Key of the permission, such as `org:posts:create`.
        pub key: Option<String>,
        /// What the permission is for.
        pub description: Option<String>,
        /// Whose permission it is: `custom` is one of yours.
        pub r#type: Option<String> = "type",
        /// When the permission was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the permission was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
