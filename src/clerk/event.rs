//! What happened: the events of Clerk, each with its data as a type of its own.

/// The macros of `crate::event`, for this provider.
macro_rules! object {
    ($($item:tt)*) => {
        $crate::event::object! { $crate::clerk::Clerk; $($item)* }
    };
}

mod catalog;

pub use self::catalog::EventData;
