//! The waitlist, and the invitations of who was let in.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::{RawJson, open_enum};

object! {
    /// A person on the waitlist.
    pub struct WaitlistEntry {
        /// The provider's name for this kind of object, `waitlist_entry`, in samples `waitlistEntry`.
        pub object: Option<String>,
        /// Identifies the entry.
        pub id: String,
        /// Email address of the person.
        pub email_address: Option<String>,
        /// Where the entry stands.
        pub status: Option<WaitlistEntryStatus>,
        /// Whether the entry cannot be changed because many are being processed at once.
        pub is_locked: Option<bool>,
        /// When the entry was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the entry was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// The person's invitation, if there is one.
        pub invitation: Option<Invitation>,
    }

    /// An invitation to sign up.
    pub struct Invitation {
        /// The provider's name for this kind of object, `invitation`.
        pub object: Option<String>,
        /// Identifies the invitation.
        pub id: String,
        /// Email address that was invited.
        pub email_address: Option<String>,
        /// Your own values, which the frontend can read. The user will have them.
        pub public_metadata: Option<RawJson>,
        /// Whether the invitation was revoked.
        pub revoked: Option<bool>,
        /// Where the invitation stands.
        pub status: Option<InvitationStatus>,
        /// URL to accept the invitation at, which is a secret.
        pub url: Option<String>,
        /// When the invitation expires, if it does.
        pub expires_at: Option<OffsetDateTime>,
        /// When the invitation was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the invitation was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}

open_enum! {
    /// Where an entry of the waitlist stands.
    pub enum WaitlistEntryStatus {
        "pending" => Pending,
        "invited" => Invited,
        "rejected" => Rejected,
        "completed" => Completed,
    }

    /// Where an invitation to sign up stands.
    pub enum InvitationStatus {
        "pending" => Pending,
        "accepted" => Accepted,
        "revoked" => Revoked,
        "expired" => Expired,
    }
}
