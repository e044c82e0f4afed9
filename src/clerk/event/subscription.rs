//! Subscriptions.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::{
    billing::BillingPayerEventPayload, subscription_item::BillingSubscriptionItemEventPayload,
};
use crate::event::open_enum;

object! {
    /// A subscription of a payer.
    pub struct SubscriptionEventPayload {
        /// The provider's name for this kind of object, `commerce_subscription`.
        pub object: Option<String>,
        /// Identifies the subscription.
        pub id: String,
        /// Where the subscription stands.
        pub status: Option<SubscriptionEventPayloadStatus>,
        /// When the subscription became active, if ever.
        pub active_at: Option<OffsetDateTime>,
        /// When the subscription was canceled, if it was.
        pub canceled_at: Option<OffsetDateTime>,
        /// When the subscription was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the subscription ended, if it has.
        pub ended_at: Option<OffsetDateTime>,
        /// Since when a payment is overdue, if one is.
        pub past_due_at: Option<OffsetDateTime>,
        /// When the subscription was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// ID of the latest attempt to charge for it, if there was one.
        pub latest_payment_id: Option<String>,
        /// ID of the payer.
        pub payer_id: Option<String>,
        /// Who pays.
        pub payer: Option<BillingPayerEventPayload>,
        /// ID of what is paid with, if that is known.
        pub payment_source_id: Option<String>,
        /// What the subscription consists of: each is one state of it, over some time.
        pub items: Option<Vec<BillingSubscriptionItemEventPayload>>,
    }
}

open_enum! {
    /// Where a subscription stands.
    pub enum SubscriptionEventPayloadStatus {
        "ended" => Ended,
        "canceled" => Canceled,
        "abandoned" => Abandoned,
        "past_due" => PastDue,
        "active" => Active,
        "incomplete" => Incomplete,
        "expired" => Expired,
        "upcoming" => Upcoming,
    }
}
