//! Groups of organization memberships.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A group of organization memberships.
    pub struct Group {
        /// The provider's name for this kind of object, `group`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the group.
        pub id: String,
        /// ID of the organization.
        pub organization_id: String,
        /// Name of the group, for people.
        pub name: Option<String>,
        /// What the group is for, if somebody wrote it down.
        pub description: Option<String>,
        /// When the group was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the group was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// That a membership belongs to a group, or no longer does.
    pub struct GroupMember {
        /// ID of the group.
        pub group_id: String,
        /// ID of the membership.
        pub organization_membership_id: String,
    }
}
