//! Users of AuthKit.

use alloc::{collections::BTreeMap, string::String};

use time::OffsetDateTime;

object! {
    /// A user of AuthKit.
    pub struct User {
        /// The provider's name for this kind of object, `user`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the user.
        pub id: String,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
        /// Full name.
        pub name: Option<String>,
        /// URL of a picture of the user.
        pub profile_picture_url: Option<String>,
        /// Email address.
        pub email: Option<String>,
        /// Whether the email address has been verified.
        pub email_verified: Option<bool>,
        /// Your own identifier, if you gave one.
        pub external_id: Option<String>,
        /// Your own values: at most 50, of at most 600 characters each.
        pub metadata: Option<BTreeMap<String, String>>,
        /// When the user last signed in, if ever.
        pub last_sign_in_at: Option<OffsetDateTime>,
        /// The user's preferred locale, such as `en-US`.
        pub locale: Option<String>,
        /// When the user was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the user was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
