//! Emails to users.

use alloc::string::String;

use crate::event::RawJson;

object! {
    /// An email that the provider sends, or leaves to you to send.
    pub struct EmailEventPayload {
        /// Identifies the email.
        pub id: String,
        /// The provider's name for this kind of object, `email`.
        pub object: Option<String>,
        /// Slug of the template, such as `verification_code`.
        pub slug: Option<String>,
        /// Name that the email comes from, such as `notifications`.
        pub from_email_name: Option<String>,
        /// Name that answers go to, if there is one.
        pub reply_to_email_name: Option<String>,
        /// Email address that the email goes to.
        pub to_email_address: Option<String>,
        /// ID of that email address, if the provider knows it as a user's.
        pub email_address_id: Option<String>,
        /// ID of the user, if there is one.
        pub user_id: Option<String>,
        /// Subject of the email.
        pub subject: Option<String>,
        /// Body of the email, as HTML.
        pub body: Option<String>,
        /// Body of the email, as plain text.
        pub body_plain: Option<String>,
        /// Where the email stands, such as `queued`.
        pub status: Option<String>,
        /// What the template was filled with. This can be a secret, such as the code that the user is to enter.
        pub data: Option<RawJson>,
        /// Whether the provider delivers the email. If not, that is left to you.
        pub delivered_by_clerk: Option<bool>,
        /// Why the email was suppressed, if it was. Only the provider's SDK has it.
        pub suppression_reason: Option<String>,
    }
}
