//! Radar: challenges to suspicious sign-ins.

use alloc::string::String;

object! {
    /// A challenge that Radar put to a user.
    pub struct RadarChallenge {
        /// Always `email`.
        pub r#type: Option<String> = "type",
        /// ID of the challenge.
        pub radar_challenge_id: String,
        /// ID of the user.
        pub user_id: String,
        /// Email address.
        pub email: Option<String>,
    }
}
