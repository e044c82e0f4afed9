//! Courier.

pub mod event;
mod timestamp;

use crate::{Provider, Scheme, Secret, Timestamped};

/// The provider Courier, for [`Verifier`](crate::Verifier), [`Delivery`](crate::Delivery) and [`Signer`](crate::Signer). Has no
/// values.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum Courier {}

impl Provider for Courier {
    const NAME: &'static str = "courier";
    const SCHEME: Scheme = Scheme::keyed("courier-signature", "t", "signature").millis();
    type Secret = Secret;
}

impl Timestamped for Courier {}
