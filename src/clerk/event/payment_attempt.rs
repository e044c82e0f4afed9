//! Attempts to charge a payer.

use alloc::{string::String, vec::Vec};

use serde_json::Number;
use time::OffsetDateTime;

use super::billing::{
    BillingAmount, BillingPayerEventPayload, BillingPeriod, BillingSubscriptionCredit,
    BillingSubscriptionItemStatus,
};
use crate::event::open_enum;

object! {
    /// An attempt to charge a payer.
    pub struct PaymentAttemptEventPayload {
        /// Identifies the attempt.
        pub id: String,
        /// ID of the instance.
        pub instance_id: Option<String>,
        /// ID of the payment.
        pub payment_id: Option<String>,
        /// ID of the invoice. Deprecated, and in no sample.
        pub invoice_id: Option<String>,
        /// ID of the statement.
        pub statement_id: Option<String>,
        /// ID of the attempt at the payment gateway.
        pub gateway_external_id: Option<String>,
        /// Where the attempt stands.
        pub status: Option<PaymentAttemptEventPayloadStatus>,
        /// When the attempt was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the attempt was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// When the payer was charged, if that worked.
        pub paid_at: Option<OffsetDateTime>,
        /// When the attempt failed, if it did.
        pub failed_at: Option<OffsetDateTime>,
        /// Why the attempt failed, if it did.
        pub failed_reason: Option<BillingPaymentFailedReason>,
        /// The date that is charged for.
        pub billing_date: Option<OffsetDateTime>,
        /// What the charge comes from.
        pub charge_type: Option<PaymentAttemptEventPayloadChargeType>,
        /// Who is paid.
        pub payee: Option<BillingPayee>,
        /// Who pays.
        pub payer: Option<BillingPayerEventPayload>,
        /// How much is charged.
        pub totals: Option<BillingTotals>,
        /// What is paid with.
        pub payment_source: Option<BillingPaymentSource>,
        /// The subscription items that are paid for.
        pub subscription_items: Option<Vec<BillingSubscriptionItem>>,
        /// The provider's name for this kind of object, `commerce_payment_attempt`. Only the provider's SDK has it.
        pub object: Option<String>,
    }

    /// Why an attempt failed.
    pub struct BillingPaymentFailedReason {
        /// Why, in general, such as `card_declined`.
        pub code: Option<String>,
        /// Why, as the payment gateway has it.
        pub decline_code: Option<String>,
    }

    /// Who is paid.
    pub struct BillingPayee {
        /// Identifies the payee.
        pub id: String,
        /// The payment gateway, such as `stripe`.
        pub gateway_type: Option<String>,
        /// ID of the payee at the payment gateway.
        pub gateway_external_id: Option<String>,
        /// Where the payee stands at the payment gateway.
        pub gateway_status: Option<BillingPayeeGatewayStatus>,
    }

    /// How much is charged.
    pub struct BillingTotals {
        /// The amount before taxes and fees.
        pub subtotal: Option<BillingAmount>,
        /// The taxes.
        pub tax_total: Option<BillingAmount>,
        /// The amount with taxes and fees.
        pub grand_total: Option<BillingAmount>,
        /// What of it is charged by the unit, if anything is.
        pub per_unit_totals: Option<Vec<BillingUnitTotal>>,
    }

    /// What is charged for units of one kind.
    pub struct BillingUnitTotal {
        /// The kind of unit, such as `seats`.
        pub name: Option<String>,
        /// Price of one unit, in the smallest unit of the currency, such as cents.
        pub amount: Option<i64>,
        /// How many units have this price. Absent if that is not limited.
        pub quantity: Option<i64>,
        /// Price of them all, in the smallest unit of the currency.
        pub total: Option<i64>,
        /// Code of the currency by ISO 4217, such as `USD`.
        pub currency: Option<String>,
    }

    /// What is paid with.
    pub struct BillingPaymentSource {
        /// Identifies the payment source.
        pub id: String,
        /// The payment gateway, such as `stripe`.
        pub gateway: Option<String>,
        /// ID of the payment source at the payment gateway.
        pub gateway_external_id: Option<String>,
        /// ID of the account at the payment gateway, if there is one.
        pub gateway_external_account_id: Option<String>,
        /// How it is paid.
        pub payment_method: Option<BillingPaymentSourcePaymentMethod>,
        /// Whether the payment source can be used.
        pub status: Option<BillingPaymentSourceStatus>,
        /// The kind of card, such as `visa`, if it is one.
        pub card_type: Option<String>,
        /// The last four digits of the card, if it is one.
        pub last4: Option<String>,
    }

    /// A subscription item that is paid for.
    pub struct BillingSubscriptionItem {
        /// Identifies the subscription item.
        pub id: String,
        /// The provider's name for this kind of object, `commerce_subscription_item`. Some samples omit it.
        pub object: Option<String>,
        /// Where the subscription item stands.
        pub status: Option<BillingSubscriptionItemStatus>,
        /// When the subscription item was created. Some samples omit it.
        pub created_at: Option<OffsetDateTime>,
        /// When the subscription item was last changed. Some samples omit it.
        pub updated_at: Option<OffsetDateTime>,
        /// When the period began.
        pub period_start: Option<OffsetDateTime>,
        /// When the period ends, if it does.
        pub period_end: Option<OffsetDateTime>,
        /// How often it is charged for. Some samples have `plan_period` instead.
        pub interval: Option<BillingPeriod>,
        /// ID of the plan, if there is one.
        pub plan_id: Option<String>,
        /// The plan, if there is one.
        pub plan: Option<BillingPlan>,
        /// Who pays, where it is told here too.
        pub payer: Option<BillingPayerEventPayload>,
        /// ID of the subscription.
        pub subscription_id: Option<String>,
        /// The older field for the `proration` of `credits`.
        pub credit: Option<BillingSubscriptionCredit>,
        /// The credits that were applied, if any were.
        pub credits: Option<BillingSubscriptionCredits>,
        /// From which date charges are prorated, such as `2026-01-15`, if they are.
        pub proration_date: Option<String>,
        /// How often it is charged for, by another name.
        pub plan_period: Option<BillingPeriod>,
        /// When the subscription item was canceled, if it was.
        pub canceled_at: Option<OffsetDateTime>,
        /// Since when a payment is overdue, if one is.
        pub past_due_at: Option<OffsetDateTime>,
        /// How much was paid so far, in the smallest unit of the currency, such as cents.
        pub lifetime_paid: Option<Number>,
        /// How much the next charge will be, in the smallest unit of the currency.
        pub next_payment_amount: Option<Number>,
        /// When the next charge is due.
        pub next_payment_date: Option<OffsetDateTime>,
        /// How much is charged for the subscription item.
        pub amount: Option<BillingAmount>,
    }

    /// A plan that was subscribed to.
    pub struct BillingPlan {
        /// Identifies the plan.
        pub id: String,
        /// Name of the plan, for URLs.
        pub slug: Option<String>,
        /// Name of the plan, for people.
        pub name: Option<String>,
        /// Whether the plan is charged for again and again.
        pub is_recurring: Option<bool>,
        /// Price for a period of the subscription item, in the smallest unit of the currency, such as cents.
        pub amount: Option<i64>,
        /// Code of the currency by ISO 4217, such as `USD`.
        pub currency: Option<String>,
        /// ID of the instance.
        pub instance_id: Option<String>,
        /// ID of the product.
        pub product_id: Option<String>,
        /// What the plan is, if you said so.
        pub description: Option<String>,
        /// Whether it is the plan of who has not chosen one.
        pub is_default: Option<bool>,
        /// What `interval` counts.
        pub period: Option<BillingPeriod>,
        /// How many periods lie between two charges.
        pub interval: Option<Number>,
        /// Whether there is a fee that does not depend on units.
        pub has_base_fee: Option<bool>,
        /// Price of a month if a year is paid for, in the smallest unit of the currency.
        pub annual_monthly_amount: Option<Number>,
        /// Whether the plan is shown to all.
        pub publicly_visible: Option<bool>,
        /// Whether charges are prorated. Seen in samples only.
        pub is_prorated: Option<bool>,
    }

    /// The credits that were applied.
    pub struct BillingSubscriptionCredits {
        /// For what was left of the cycle, if the plan was changed within it.
        pub proration: Option<BillingSubscriptionCredit>,
        /// From the balance of the payer, if there was one.
        pub payer: Option<BillingSubscriptionPayerCredit>,
        /// All of it.
        pub total: Option<BillingAmount>,
    }

    /// A credit from the balance of a payer.
    pub struct BillingSubscriptionPayerCredit {
        /// How much was applied.
        pub applied_amount: Option<BillingAmount>,
        /// How much is left.
        pub remaining_balance: Option<BillingAmount>,
    }
}

open_enum! {
    /// Where an attempt stands.
    pub enum PaymentAttemptEventPayloadStatus {
        "pending" => Pending,
        "paid" => Paid,
        "failed" => Failed,
    }

    /// What the charge comes from.
    pub enum PaymentAttemptEventPayloadChargeType {
        "checkout" => Checkout,
        "recurring" => Recurring,
    }

    /// Where a payee stands at the payment gateway.
    pub enum BillingPayeeGatewayStatus {
        "active" => Active,
        "pending" => Pending,
        "restricted" => Restricted,
        "disconnected" => Disconnected,
    }

    /// How it is paid.
    pub enum BillingPaymentSourcePaymentMethod {
        "link" => Link,
        "card" => Card,
    }

    /// Whether a payment source can be used.
    pub enum BillingPaymentSourceStatus {
        "active" => Active,
        "disconnected" => Disconnected,
    }
}
