//! Feature flags.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// A feature flag.
    pub struct FeatureFlag {
        /// The provider's name for this kind of object, `feature_flag`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the flag.
        pub id: String,
        /// ID of the WorkOS environment.
        pub environment_id: Option<String>,
        /// Name of the flag, for programs.
        pub slug: Option<String>,
        /// Name of the flag, for people.
        pub name: Option<String>,
        /// What the flag is for, if somebody wrote it down.
        pub description: Option<String>,
        /// The member of your team who is in charge of it.
        pub owner: Option<FeatureFlagOwner>,
        /// Tags of the flag.
        pub tags: Option<Vec<String>>,
        /// Whether the flag is switched on.
        pub enabled: Option<bool>,
        /// The value that the flag has when no rule matches.
        pub default_value: Option<bool>,
        /// When the flag was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the flag was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// The member of your team who is in charge of a feature flag.
    pub struct FeatureFlagOwner {
        /// Email address.
        pub email: String,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
    }

    /// Whom a feature flag names.
    pub struct FlagTargets {
        /// The organizations.
        pub organizations: Option<Vec<FlagTargetOrganization>>,
        /// The users.
        pub users: Option<Vec<FlagTargetUser>>,
    }

    /// An organization that a feature flag names.
    pub struct FlagTargetOrganization {
        /// Identifies the organization.
        pub id: String,
        /// Name of the organization, for people.
        pub name: Option<String>,
    }

    /// A user that a feature flag names.
    pub struct FlagTargetUser {
        /// Identifies the user.
        pub id: String,
        /// Email address.
        pub email: Option<String>,
    }
}

open_enum! {
    /// For whom a feature flag is on.
    pub enum FlagAccessType {
        "none" => None,
        "some" => Some,
        "all" => All,
    }
}
