//! What the events about billing share: who pays, amounts, credits.

use alloc::string::String;

use serde_json::Number;
use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// Who pays: a user or an organization.
    pub struct BillingPayerEventPayload {
        /// The provider's name for this kind of object, `commerce_payer`. Some samples omit it.
        pub object: Option<String>,
        /// Identifies the payer.
        pub id: String,
        /// ID of the user. Absent or empty if an organization pays.
        pub user_id: Option<String>,
        /// Given name of the user. Absent or empty if an organization pays.
        pub first_name: Option<String>,
        /// Family name of the user. Absent or empty if an organization pays.
        pub last_name: Option<String>,
        /// Email address of the payer.
        pub email: Option<String>,
        /// ID of the organization. Absent or empty if a user pays.
        pub organization_id: Option<String>,
        /// Name of the organization. Absent or empty if a user pays.
        pub organization_name: Option<String>,
        /// URL of a picture of the user, or of the logo of the organization.
        pub image_url: Option<String>,
        /// When the payer was created. Some samples omit it.
        pub created_at: Option<OffsetDateTime>,
        /// When the payer was last changed. Some samples omit it.
        pub updated_at: Option<OffsetDateTime>,
        /// ID of the instance. Only the provider's SDK has it.
        pub instance_id: Option<String>,
    }

    /// An amount of money.
    pub struct BillingAmount {
        /// The amount, in the smallest unit of the currency, such as cents.
        pub amount: Option<i64>,
        /// The amount, for people, such as `$10.99`.
        pub amount_formatted: Option<String>,
        /// Code of the currency by ISO 4217, such as `USD`.
        pub currency: Option<String>,
        /// Symbol of the currency, such as `$`.
        pub currency_symbol: Option<String>,
    }

    /// A credit for what is left of a billing cycle.
    pub struct BillingSubscriptionCredit {
        /// How much it is.
        pub amount: Option<BillingAmount>,
        /// How many days of the cycle are left.
        pub cycle_days_remaining: Option<i64>,
        /// How many days the cycle has.
        pub cycle_days_total: Option<i64>,
        /// How much of the cycle is left, from 0.0 to 1.0.
        pub cycle_remaining_percent: Option<Number>,
    }
}

open_enum! {
    /// Where a subscription item stands.
    pub enum BillingSubscriptionItemStatus {
        "abandoned" => Abandoned,
        "active" => Active,
        "canceled" => Canceled,
        "ended" => Ended,
        "expired" => Expired,
        "incomplete" => Incomplete,
        "past_due" => PastDue,
        "upcoming" => Upcoming,
    }

    /// How often it is charged for.
    pub enum BillingPeriod {
        "month" => Month,
        "annual" => Annual,
    }
}
