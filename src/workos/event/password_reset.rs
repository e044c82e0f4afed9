//! Password resets.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A password reset. The token is not in the event.
    pub struct PasswordReset {
        /// The provider's name for this kind of object, `password_reset`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the reset.
        pub id: String,
        /// ID of the user.
        pub user_id: String,
        /// Email address.
        pub email: Option<String>,
        /// When the reset expires.
        pub expires_at: Option<OffsetDateTime>,
        /// When the reset was created.
        pub created_at: Option<OffsetDateTime>,
    }
}
