//! Organizations.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::RawJson;

object! {
    /// An organization.
    pub struct Organization {
        /// The provider's name for this kind of object, `organization`.
        pub object: Option<String>,
        /// Identifies the organization.
        pub id: String,
        /// Name of the organization, for people.
        pub name: Option<String>,
        /// Name of the organization, for URLs.
        pub slug: Option<String>,
        /// URL of the logo, or of a picture in place of one.
        pub image_url: Option<String>,
        /// Whether a logo was uploaded.
        pub has_image: Option<bool>,
        /// How many members there are.
        pub members_count: Option<i64>,
        /// Whether no member has elevated permissions.
        pub missing_member_with_elevated_permissions: Option<bool>,
        /// How many invitations are open.
        pub pending_invitations_count: Option<i64>,
        /// How many members there may be.
        pub max_allowed_memberships: Option<i64>,
        /// Whether admins can delete the organization.
        pub admin_delete_enabled: Option<bool>,
        /// Your own values, which the frontend can read.
        pub public_metadata: Option<RawJson>,
        /// Your own values, for your backend alone.
        pub private_metadata: Option<RawJson>,
        /// ID of the user who created the organization.
        pub created_by: Option<String>,
        /// When the organization was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the organization was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// When somebody was last active in the organization.
        pub last_active_at: Option<OffsetDateTime>,
        /// Key of the role set of the organization, if it has one.
        pub role_set_key: Option<String>,
        /// URL of the logo, if there is one. Seen in samples only.
        pub logo_url: Option<String>,
    }
}
