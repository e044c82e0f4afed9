//! What a handler can take of a delivery of WorkOS.

use super::{Event, Signed, WorkOs};
use crate::{DecodeError, extract::FromDelivery};

impl FromDelivery for Event {
    type Provider = WorkOs;

    fn from_delivery(delivery: &Signed) -> Result<Self, DecodeError> {
        delivery.event()
    }
}
