//! One-time codes to sign in with.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A one-time code that was sent. The code is not in the event.
    pub struct MagicAuth {
        /// The provider's name for this kind of object, `magic_auth`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the code.
        pub id: String,
        /// ID of the user.
        pub user_id: String,
        /// Email address.
        pub email: Option<String>,
        /// When the code expires.
        pub expires_at: Option<OffsetDateTime>,
        /// When the code was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the code was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
