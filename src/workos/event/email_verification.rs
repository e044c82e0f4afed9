//! Codes that prove an email address.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A code that was sent to prove an email address. The code is not in the event.
    pub struct EmailVerification {
        /// The provider's name for this kind of object, `email_verification`. Some deliveries omit
        /// it.
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
