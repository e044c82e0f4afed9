//! Notifications: the templates of messages, and their review.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A notification that was published.
    pub struct NotificationPublished {
        /// Identifies the notification.
        pub id: String,
        /// When the notification was published.
        pub published_at: Option<OffsetDateTime>,
    }

    /// A notification that is no longer to be reviewed.
    pub struct NotificationSubmissionCanceled {
        /// Identifies the notification.
        pub id: String,
        /// When the submission was canceled.
        pub canceled_at: Option<OffsetDateTime>,
        /// Identifies the submission, among those of the notification. The provider takes the time of the submission for
        /// it, in Unix milliseconds.
        pub submission_id: Option<i64>,
    }

    /// A notification that was submitted for review.
    pub struct NotificationSubmitted {
        /// Identifies the notification.
        pub id: String,
        /// Identifies the submission, among those of the notification. The provider takes the time of the submission for
        /// it, in Unix milliseconds.
        pub submission_id: Option<i64>,
    }
}
