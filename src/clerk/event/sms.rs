//! SMS messages to users.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::RawJson;

object! {
    /// An SMS message that the provider sends, or leaves to you to send.
    pub struct SmsEventPayload {
        /// The provider's name for this kind of object, `sms_message`.
        pub object: Option<String>,
        /// Identifies the message.
        pub id: String,
        /// Slug of the template, such as `verification_code`.
        pub slug: Option<String>,
        /// Phone number that the message comes from.
        pub from_phone_number: Option<String>,
        /// Phone number that the message goes to.
        pub to_phone_number: Option<String>,
        /// ID of that phone number, if the provider knows it as a user's.
        pub phone_number_id: Option<String>,
        /// ID of the user, if there is one.
        pub user_id: Option<String>,
        /// Text of the message.
        pub message: Option<String>,
        /// Where the message stands, such as `queued`.
        pub status: Option<String>,
        /// What the template was filled with. This can be a secret, such as the code that the user is to enter.
        pub data: Option<RawJson>,
        /// Whether the provider delivers the message. If not, that is left to you.
        pub delivered_by_clerk: Option<bool>,
        /// When the message was created.
        pub created_at_ms: Option<OffsetDateTime>,
        /// When the message was created, by another name. Seen in samples only.
        pub created_at: Option<OffsetDateTime>,
    }
}
