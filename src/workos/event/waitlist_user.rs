//! People who wait to be let in.

use alloc::{collections::BTreeMap, string::String};

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// Someone who waits to be let in.
    pub struct WaitlistUser {
        /// The provider's name for this kind of object, `waitlist_user`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the entry.
        pub id: String,
        /// Email address.
        pub email: Option<String>,
        /// What became of it.
        pub state: Option<WaitlistUserState>,
        /// When it was approved, if it was.
        pub approved_at: Option<OffsetDateTime>,
        /// ID of the waitlist.
        pub waitlist_id: Option<String>,
        /// When the entry was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the entry was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// What else the form asked.
        pub additional_fields: Option<BTreeMap<String, String>>,
    }
}

open_enum! {
    /// What became of someone on a waitlist.
    pub enum WaitlistUserState {
        "pending" => Pending,
        "approved" => Approved,
        "denied" => Denied,
    }
}
