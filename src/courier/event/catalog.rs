//! The table of all events: one row each, by the provider's name, in alphabetical order.

use super::{
    audiences::{AudienceCalculated, AudienceUpdated, AudienceUserChange},
    message::Message,
    notification::{NotificationPublished, NotificationSubmissionCanceled, NotificationSubmitted},
};
use crate::{courier::Courier, event::events};

events! {
    Courier, "../../../tests/vectors/events/courier/";
    /// What happened, and the object that it happened to: one variant for each event name.
    ///
    /// Each variant shows the name that the provider gives it.
    ///
    /// ```
    /// use countersign::courier::event::{EventData, message::MessageStatus};
    ///
    /// fn handle(data: EventData) {
    ///     match data {
    ///         EventData::MessageUpdated(message) => match message.status {
    ///             Some(MessageStatus::Undeliverable) => println!("{}: {:?}", message.id, message.error),
    ///             _ => {}
    ///         },
    ///         EventData::AudiencesUserMatched(change) => println!("{}: {}", change.audience_id, change.user_id),
    ///         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
    ///         _ => {}
    ///     }
    /// }
    /// ```
    ///
    /// `Debug` prints the name alone; the structs' own print all of them, which is mostly about people.
    #[expect(clippy::large_enum_variant, reason = "nearly all events are of messages, which are the large ones")]
    pub enum EventData {
        "audiences:calculated" => AudiencesCalculated(AudienceCalculated) in "audiences.calculated",
        "audiences:updated" => AudiencesUpdated(AudienceUpdated) in "audiences.updated",
        "audiences:user:matched" => AudiencesUserMatched(AudienceUserChange) in "audiences.user.matched",
        "audiences:user:unmatched" => AudiencesUserUnmatched(AudienceUserChange) in "audiences.user.unmatched",
        /// Any change of status. They can come in another order than they happened, such as `OPENED` before `DELIVERED`.
        /// Bounces and complaints are among them, as `UNDELIVERABLE`.
        "message:updated" => MessageUpdated(Message) in "message.updated",
        "notification:published" => NotificationPublished(NotificationPublished) in "notification.published",
        "notification:submission_canceled" => NotificationSubmissionCanceled(NotificationSubmissionCanceled)
            in "notification.submission_canceled",
        "notification:submitted" => NotificationSubmitted(NotificationSubmitted) in "notification.submitted",
    }
}
