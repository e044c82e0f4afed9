//! Memberships: which user belongs to which organization, in which role.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::organization::Organization;
use crate::event::RawJson;

object! {
    /// That a user belongs to an organization.
    pub struct OrganizationMembership {
        /// Identifies the membership.
        pub id: String,
        /// The provider's name for this kind of object, `organization_membership`.
        pub object: Option<String>,
        /// Key of the role, such as `org:admin`.
        pub role: Option<String>,
        /// Name of the role, for people.
        pub role_name: Option<String>,
        /// Keys of the permissions that the role grants.
        pub permissions: Option<Vec<String>>,
        /// Your own values, which the frontend can read.
        pub public_metadata: Option<RawJson>,
        /// Your own values, for your backend alone.
        pub private_metadata: Option<RawJson>,
        /// The organization.
        pub organization: Organization,
        /// What anybody may know of the user.
        pub public_user_data: Option<OrganizationMembershipPublicUserData>,
        /// When the membership was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the membership was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// What anybody may know of a member.
    pub struct OrganizationMembershipPublicUserData {
        /// ID of the user.
        pub user_id: Option<String>,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
        /// The older word for `image_url`.
        pub profile_image_url: Option<String>,
        /// URL of a picture of the user, or of one in its place.
        pub image_url: Option<String>,
        /// Whether a picture was uploaded.
        pub has_image: Option<bool>,
        /// What the user is known by, such as an email address.
        pub identifier: Option<String>,
        /// Username, if the user has one.
        pub username: Option<String>,
        /// Whether the user is banned.
        pub banned: Option<bool>,
        /// Whether the user has been deprovisioned, and cannot sign in.
        pub deprovisioned: Option<bool>,
    }
}
