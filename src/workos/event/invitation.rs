//! Invitations to sign up or to join an organization.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// An invitation.
    pub struct Invitation {
        /// The provider's name for this kind of object, `invitation`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the invitation.
        pub id: String,
        /// Email address of the invited person.
        pub email: Option<String>,
        /// The state of the invitation.
        pub state: Option<InvitationState>,
        /// When it was accepted, if it was.
        pub accepted_at: Option<OffsetDateTime>,
        /// When the invitation was revoked, if it was.
        pub revoked_at: Option<OffsetDateTime>,
        /// When the invitation expires.
        pub expires_at: Option<OffsetDateTime>,
        /// ID of the organization to join, if it is for one.
        pub organization_id: Option<String>,
        /// ID of the user who invites, if it was a user.
        pub inviter_user_id: Option<String>,
        /// ID of the user who accepted it, if it was accepted.
        pub accepted_user_id: Option<String>,
        /// Slug of the role that the invited person will have.
        pub role_slug: Option<String>,
        /// When the invitation was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the invitation was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}

open_enum! {
    /// What became of an invitation.
    pub enum InvitationState {
        "pending" => Pending,
        "accepted" => Accepted,
        "expired" => Expired,
        "revoked" => Revoked,
    }
}
