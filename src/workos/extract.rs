//! What a handler can take of a delivery of WorkOS.

use super::{Delivery, Envelope, Event, WorkOs};
use crate::{
    DecodeError,
    extract::{FromDelivery, Signed},
};

impl FromDelivery for Event {
    type Provider = WorkOs;

    fn from_delivery(delivery: &Delivery<'_>) -> Result<Self, DecodeError> {
        delivery.event()
    }
}

impl Signed<WorkOs> {
    /// Decodes what every event has, and leaves the event's data unparsed.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::envelope`].
    pub fn envelope(&self) -> Result<Envelope<'_>, DecodeError> {
        self.delivery().envelope()
    }

    /// Decodes the event.
    ///
    /// # Errors
    ///
    /// Those of [`Delivery::event`].
    pub fn event(&self) -> Result<Event, DecodeError> {
        self.delivery().event()
    }
}
