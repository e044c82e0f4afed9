//! What happened: the events of Courier, each with its data as a type of its own.

/// The macros of `crate::event`, for this provider.
macro_rules! object {
    ($($item:tt)*) => {
        $crate::event::object! { $crate::courier::Courier; $($item)* }
    };
}

pub mod audiences;
mod catalog;
mod deduplication;
pub mod message;
pub mod notification;

pub use self::catalog::EventData;
