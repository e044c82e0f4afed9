//! The table of all events: one row each, by the provider's name, in alphabetical order.

use crate::{courier::Courier, event::events};

events! {
    Courier, "../../../tests/vectors/events/courier/";
    /// What happened, and the object that it happened to: one variant for each event name.
    pub enum EventData {
    }
}
