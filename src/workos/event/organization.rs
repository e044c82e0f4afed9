//! Organizations: your customers.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use time::OffsetDateTime;

use super::organization_domain::OrganizationDomain;

object! {
    /// An organization: one of your customers.
    pub struct Organization {
        /// The provider's name for this kind of object, `organization`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the organization.
        pub id: String,
        /// Name of the organization, for people.
        pub name: Option<String>,
        /// The domains of the organization.
        pub domains: Option<Vec<OrganizationDomain>>,
        /// Your own values: at most 50, of at most 600 characters each.
        pub metadata: Option<BTreeMap<String, String>>,
        /// Your own identifier, if you gave one.
        pub external_id: Option<String>,
        /// The customer at Stripe.
        pub stripe_customer_id: Option<String>,
        /// When the organization was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the organization was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}
