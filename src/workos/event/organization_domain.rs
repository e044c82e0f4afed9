//! Domains of organizations, and their verification.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// A domain of an organization.
    pub struct OrganizationDomain {
        /// The provider's name for this kind of object, `organization_domain`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// Identifies the domain.
        pub id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// The domain, such as `example.com`.
        pub domain: Option<String>,
        /// The state of the domain.
        pub state: Option<OrganizationDomainState>,
        /// Where the DNS record for the verification goes, in front of the domain.
        pub verification_prefix: Option<String>,
        /// What the DNS record for the verification has to hold.
        pub verification_token: Option<String>,
        /// How the domain is verified.
        pub verification_strategy: Option<OrganizationDomainVerificationStrategy>,
        /// When the domain was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the domain was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A domain that could not be verified.
    pub struct OrganizationDomainVerificationFailed {
        /// Why it could not be verified.
        pub reason: Option<OrganizationDomainVerificationFailedReason>,
        /// The domain.
        pub organization_domain: OrganizationDomain,
    }
}

open_enum! {
    /// Whether a domain is verified.
    pub enum OrganizationDomainState {
        "failed" => Failed,
        "legacy_verified" => LegacyVerified,
        "pending" => Pending,
        "unverified" => Unverified,
        "verified" => Verified,
    }

    /// How a domain is verified.
    pub enum OrganizationDomainVerificationStrategy {
        "dns" => Dns,
        "manual" => Manual,
    }

    /// Why a domain could not be verified.
    pub enum OrganizationDomainVerificationFailedReason {
        "domain_verification_period_expired" => DomainVerificationPeriodExpired,
        "domain_verified_by_other_organization" => DomainVerifiedByOtherOrganization,
    }
}
