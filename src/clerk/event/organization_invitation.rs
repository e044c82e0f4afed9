//! Invitations to organizations.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::{RawJson, open_enum};

object! {
    /// An invitation to an organization.
    pub struct OrganizationInvitationWithPublicOrganizationData {
        /// The provider's name for this kind of object, `organization_invitation`.
        pub object: Option<String>,
        /// Identifies the invitation.
        pub id: String,
        /// Email address that was invited.
        pub email_address: Option<String>,
        /// Key of the role that the member will have, such as `org:member`.
        pub role: Option<String>,
        /// Name of that role, for people.
        pub role_name: Option<String>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// ID of the user who sent the invitation, if a user did.
        pub inviter_id: Option<String>,
        /// What anybody may know of that user.
        pub public_inviter_data: Option<OrganizationInvitationPublicUserData>,
        /// Where the invitation stands.
        pub status: Option<OrganizationInvitationStatus>,
        /// Your own values, which the frontend can read. The membership will have them.
        pub public_metadata: Option<RawJson>,
        /// Your own values, for your backend alone. The membership will have them.
        pub private_metadata: Option<RawJson>,
        /// URL to accept the invitation at, which is a secret.
        pub url: Option<String>,
        /// When the invitation expires, if it does.
        pub expires_at: Option<OffsetDateTime>,
        /// When the invitation was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the invitation was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// What anybody may know of the organization, where the specification has it.
        pub data: Option<OrganizationInvitationData>,
        /// The same, where the provider's SDK has it.
        pub public_organization_data: Option<OrganizationInvitationPublicOrganizationData>,
    }

    /// An invitation to an organization that was accepted.
    pub struct OrganizationInvitationAcceptedPayload {
        /// The provider's name for this kind of object, `organization_invitation`.
        pub object: Option<String>,
        /// Identifies the invitation.
        pub id: String,
        /// Email address that was invited.
        pub email_address: Option<String>,
        /// Key of the role that the member has, such as `org:member`.
        pub role: Option<String>,
        /// Name of that role, for people.
        pub role_name: Option<String>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// ID of the user who sent the invitation, if a user did.
        pub inviter_id: Option<String>,
        /// What anybody may know of that user.
        pub public_inviter_data: Option<OrganizationInvitationPublicUserData>,
        /// Where the invitation stands: at `accepted`.
        pub status: Option<OrganizationInvitationStatus>,
        /// Your own values, which the frontend can read. The membership has them.
        pub public_metadata: Option<RawJson>,
        /// Your own values, for your backend alone. The membership has them.
        pub private_metadata: Option<RawJson>,
        /// URL at which the invitation was accepted.
        pub url: Option<String>,
        /// When the invitation would have expired, if it would.
        pub expires_at: Option<OffsetDateTime>,
        /// When the invitation was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the invitation was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// ID of the user who accepted the invitation.
        pub user_id: Option<String>,
        /// What anybody may know of the organization, where the specification has it.
        pub data: Option<OrganizationInvitationData>,
        /// The same, where the provider's SDK has it.
        pub public_organization_data: Option<OrganizationInvitationPublicOrganizationData>,
    }

    /// What an invitation has besides, by the specification.
    pub struct OrganizationInvitationData {
        /// What anybody may know of the organization.
        pub public_organization_data: Option<OrganizationInvitationPublicOrganizationData>,
    }

    /// What anybody may know of an organization.
    pub struct OrganizationInvitationPublicOrganizationData {
        /// Identifies the organization.
        pub id: String,
        /// Name of the organization, for people.
        pub name: Option<String>,
        /// Name of the organization, for URLs.
        pub slug: Option<String>,
        /// URL of the logo, or of a picture in place of one.
        pub image_url: Option<String>,
        /// Whether a logo was uploaded.
        pub has_image: Option<bool>,
        /// The provider's name for this kind of object. Only the provider's SDK has it.
        pub object: Option<String>,
    }

    /// What anybody may know of the user who sent an invitation.
    pub struct OrganizationInvitationPublicUserData {
        /// ID of the user.
        pub user_id: Option<String>,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
        /// URL of a picture of the user, or of one in its place.
        pub image_url: Option<String>,
        /// Whether a picture was uploaded.
        pub has_image: Option<bool>,
        /// What the user is known by, such as an email address.
        pub identifier: Option<String>,
    }
}

open_enum! {
    /// Where an invitation to an organization stands.
    pub enum OrganizationInvitationStatus {
        "pending" => Pending,
        "accepted" => Accepted,
        "revoked" => Revoked,
        "expired" => Expired,
    }
}
