//! Subscription items: what a subscription consists of.

use alloc::{string::String, vec::Vec};

use serde_json::Number;
use time::OffsetDateTime;

use super::billing::{
    BillingAmount, BillingPayerEventPayload, BillingPeriod, BillingSubscriptionCredit,
    BillingSubscriptionItemStatus,
};

object! {
    /// A subscription to a plan, in one state and over some time.
    pub struct BillingSubscriptionItemEventPayload {
        /// The provider's name for this kind of object, `commerce_subscription_item`, in samples also `subscription_item`.
        pub object: Option<String>,
        /// Identifies the subscription item.
        pub id: String,
        /// Where the subscription item stands.
        pub status: Option<BillingSubscriptionItemStatus>,
        /// Whether it is a free trial.
        pub is_free_trial: Option<bool>,
        /// When the subscription item was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the subscription item was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// When the period begins.
        pub period_start: Option<OffsetDateTime>,
        /// When the period ends. Absent with the default plan, which has no end.
        pub period_end: Option<OffsetDateTime>,
        /// How often it is charged for.
        pub interval: Option<BillingPeriod>,
        /// ID of the plan, if there is one.
        pub plan_id: Option<String>,
        /// The plan, if there is one.
        pub plan: Option<BillingSubscriptionItemEventPlan>,
        /// Who pays. Absent within a subscription, which has it.
        pub payer: Option<BillingPayerEventPayload>,
        /// ID of the subscription. Absent within the subscription.
        pub subscription_id: Option<String>,
        /// How many seats there are, where seats are paid for.
        pub seats: Option<BillingSeats>,
        /// A credit for what was left of the cycle. Only the provider's SDK has it.
        pub credit: Option<BillingSubscriptionCredit>,
        /// From which date charges are prorated, such as `2026-01-15`. Only the provider's SDK has it.
        pub proration_date: Option<String>,
        /// How often it is charged for, by the name that the provider's SDK has for it.
        pub plan_period: Option<BillingPeriod>,
        /// When the subscription item was canceled, if it was. Only the provider's SDK has it.
        pub canceled_at: Option<OffsetDateTime>,
        /// Since when a payment is overdue, if one is. Only the provider's SDK has it.
        pub past_due_at: Option<OffsetDateTime>,
        /// How much was paid so far, in the smallest unit of the currency, such as cents. Only the provider's SDK has it.
        pub lifetime_paid: Option<Number>,
        /// How much the next charge will be, in the smallest unit of the currency. Only the provider's SDK has it.
        pub next_payment_amount: Option<Number>,
        /// When the next charge is due. Only the provider's SDK has it.
        pub next_payment_date: Option<OffsetDateTime>,
        /// How much is charged for the subscription item. Only the provider's SDK has it.
        pub amount: Option<BillingAmount>,
    }

    /// The plan of a subscription item.
    pub struct BillingSubscriptionItemEventPlan {
        /// Identifies the plan.
        pub id: String,
        /// Name of the plan, for URLs.
        pub slug: Option<String>,
        /// Name of the plan, for people.
        pub name: Option<String>,
        /// Whether the plan is charged for again and again.
        pub is_recurring: Option<bool>,
        /// Price of the plan, in the smallest unit of the currency, such as cents.
        pub amount: Option<i64>,
        /// Code of the currency by ISO 4217, such as `USD`.
        pub currency: Option<String>,
        /// Prices by the unit, where there are any.
        pub unit_prices: Option<Vec<BillingSubscriptionItemEventPlanUnitPrice>>,
        /// ID of the instance. Only the provider's SDK has it.
        pub instance_id: Option<String>,
        /// ID of the product. Only the provider's SDK has it.
        pub product_id: Option<String>,
        /// What the plan is, if you said so. Only the provider's SDK has it.
        pub description: Option<String>,
        /// Whether it is the plan of who has not chosen one. Only the provider's SDK has it.
        pub is_default: Option<bool>,
        /// What `interval` counts. Only the provider's SDK has it.
        pub period: Option<BillingPeriod>,
        /// How many periods lie between two charges. Only the provider's SDK has it.
        pub interval: Option<Number>,
        /// Whether there is a fee that does not depend on units. Only the provider's SDK has it.
        pub has_base_fee: Option<bool>,
        /// Price of a month if a year is paid for, in the smallest unit of the currency. Only the provider's SDK has it.
        pub annual_monthly_amount: Option<Number>,
        /// Whether the plan is shown to all. Only the provider's SDK has it.
        pub publicly_visible: Option<bool>,
    }

    /// What units of one kind cost.
    pub struct BillingSubscriptionItemEventPlanUnitPrice {
        /// The kind of unit, such as `seats`.
        pub name: Option<String>,
        /// How many units make a block.
        pub block_size: Option<i64>,
        /// What a block costs, by how many there are: sorted by `starts_at_block`.
        pub tiers: Option<Vec<BillingSubscriptionItemEventPlanUnitPriceTier>>,
    }

    /// What each block of some costs.
    pub struct BillingSubscriptionItemEventPlanUnitPriceTier {
        /// The first block of this price.
        pub starts_at_block: Option<i64>,
        /// The last block of this price. Absent if there is no last one.
        pub ends_after_block: Option<i64>,
        /// Price of a block, in the smallest unit of the currency, such as cents.
        pub amount_per_block: Option<i64>,
        /// Code of the currency by ISO 4217, such as `USD`.
        pub currency: Option<String>,
    }

    /// How many seats there are.
    pub struct BillingSeats {
        /// How many. Absent if there is no limit.
        pub quantity: Option<i64>,
    }
}
