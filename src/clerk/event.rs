//! What happened: the events of Clerk, each with its data as a type of its own.

/// The macros of `crate::event`, for this provider.
macro_rules! object {
    ($($item:tt)*) => {
        $crate::event::object! { $crate::clerk::Clerk; $($item)* }
    };
}

pub mod account;
pub mod billing;
mod catalog;
pub mod deleted_object;
pub mod email;
pub mod identification;
pub mod organization;
pub mod organization_domain;
pub mod organization_invitation;
pub mod organization_membership;
pub mod payment_attempt;
pub mod permission;
pub mod role;
pub mod session;
pub mod sms;
pub mod subscription;
pub mod subscription_item;
pub mod user;
pub mod verification;
pub mod waitlist_entry;

pub use self::catalog::EventData;
