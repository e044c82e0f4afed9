//! Memberships: which user belongs to which organization, in which role.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::role::SlimRole;
use crate::event::{RawJson, open_enum};

object! {
    /// That a user belongs to an organization.
    pub struct OrganizationMembership {
        /// The provider's name for this kind of object, `organization_membership`. Some deliveries
        /// omit it.
        pub object: Option<String>,
        /// Identifies the membership.
        pub id: String,
        /// ID of the user.
        pub user_id: String,
        /// ID of the organization.
        pub organization_id: String,
        /// Whether the membership is in force.
        pub status: Option<OrganizationMembershipStatus>,
        /// The primary role.
        pub role: Option<SlimRole>,
        /// All roles, where there can be more than one.
        pub roles: Option<Vec<SlimRole>>,
        /// The attributes that you have mapped in the dashboard.
        pub custom_attributes: Option<RawJson>,
        /// Whether directory sync, not you, decides over the membership.
        pub directory_managed: Option<bool>,
        /// When the membership was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the membership was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}

open_enum! {
    /// Whether a membership is in force.
    pub enum OrganizationMembershipStatus {
        "active" => Active,
        "inactive" => Inactive,
        "pending" => Pending,
    }
}
