//! Audiences: groups of users whose profiles match a filter.

use alloc::string::String;

use crate::event::RawJson;

object! {
    /// All users have been matched anew against an audience, as is done after each change of it.
    pub struct AudienceCalculated {
        /// Identifies the audience.
        pub audience_id: String,
        /// How many users match the audience.
        pub user_count: Option<i64>,
        /// How many users there are in all.
        pub total_users: Option<i64>,
        /// How many users were filtered out.
        pub total_users_filtered: Option<i64>,
    }

    /// An audience that was created or changed.
    pub struct AudienceUpdated {
        /// Identifies the audience.
        pub audience_id: String,
        /// Which version of the audience it is.
        pub audience_version: Option<i64>,
        /// Whom the audience consists of: an object with `operator`, `path` and `value`, or with `filters` that are
        /// such objects themselves.
        pub filter: Option<RawJson>,
    }

    /// A user that came into an audience or left it.
    pub struct AudienceUserChange {
        /// Identifies the audience.
        pub audience_id: String,
        /// Which version of the audience the user was matched against.
        pub audience_version: Option<i64>,
        /// Which parts of the filter were met, for people, such as `EQ('title', 'Engineer') => true`.
        pub reason: Option<String>,
        /// Identifies the user.
        pub user_id: String,
    }
}
