//! The table of all events: one row each, by the provider's name, in alphabetical order.

use crate::{clerk::Clerk, event::events};

events! {
    Clerk, "../../../tests/vectors/events/clerk/";
    /// What happened, and the object that it happened to: one variant for each event name.
    pub enum EventData {
    }
}
