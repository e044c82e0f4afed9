//! Domains of organizations, and their verification.

use alloc::string::String;

use time::OffsetDateTime;

use super::organization_invitation::OrganizationInvitationPublicOrganizationData;
use crate::event::open_enum;

object! {
    /// A domain of an organization. Who has an email address at it can join.
    pub struct OrganizationDomain {
        /// The provider's name for this kind of object, `organization_domain`.
        pub object: Option<String>,
        /// Identifies the domain.
        pub id: String,
        /// ID of the organization.
        pub organization_id: String,
        /// The domain, such as `example.com`.
        pub name: Option<String>,
        /// How users with an email address at the domain become members.
        pub enrollment_mode: Option<OrganizationDomainEnrollmentMode>,
        /// Email address at the domain by which it was verified, if it was.
        pub affiliation_email_address: Option<String>,
        /// How far it is verified that the organization belongs to the domain, if that was begun.
        pub affiliation_verification: Option<OrganizationDomainVerification>,
        /// How far it is verified that the domain is owned, by DNS or in the dashboard, if that was begun.
        pub ownership_verification: Option<OrganizationDomainVerification>,
        /// The older word for `affiliation_verification`.
        pub verification: Option<OrganizationDomainVerification>,
        /// How many invitations are open because of the domain.
        pub total_pending_invitations: Option<i64>,
        /// How many suggestions are open because of the domain.
        pub total_pending_suggestions: Option<i64>,
        /// What anybody may know of the organization.
        pub public_organization_data: Option<OrganizationInvitationPublicOrganizationData>,
        /// When the domain was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the domain was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// How far a domain is verified.
    pub struct OrganizationDomainVerification {
        /// Where the verification stands.
        pub status: Option<OrganizationDomainVerificationStatus>,
        /// By what means the domain is verified.
        pub strategy: Option<OrganizationDomainVerificationStrategy>,
        /// How many attempts there were.
        pub attempts: Option<i64>,
        /// When the verification expires, if it does.
        pub expire_at: Option<OffsetDateTime>,
        /// When ownership was verified. Only with `ownership_verification`.
        pub verified_at: Option<OffsetDateTime>,
        /// The same as `expire_at`, by the name that the provider's SDK has for it.
        pub expires_at: Option<OffsetDateTime>,
    }
}

open_enum! {
    /// How users with an email address at a domain become members of the organization.
    pub enum OrganizationDomainEnrollmentMode {
        "manual_invitation" => ManualInvitation,
        "automatic_invitation" => AutomaticInvitation,
        "automatic_suggestion" => AutomaticSuggestion,
        "enterprise_sso" => EnterpriseSso,
    }

    /// Where the verification of a domain stands.
    pub enum OrganizationDomainVerificationStatus {
        "unverified" => Unverified,
        "verified" => Verified,
        "failed" => Failed,
        "expired" => Expired,
    }

    /// By what means a domain is verified.
    pub enum OrganizationDomainVerificationStrategy {
        "email_code" => EmailCode,
        "affiliation_email_code" => AffiliationEmailCode,
    }
}
