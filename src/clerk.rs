//! Clerk.

pub mod event;
mod timestamp;

use crate::{Identified, Provider, Scheme, StandardSecret, Timestamped};

/// The provider Clerk, for [`Verifier`](crate::Verifier), [`Delivery`](crate::Delivery) and [`Signer`](crate::Signer). Has no
/// values.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum Clerk {}

impl Provider for Clerk {
    const NAME: &'static str = "clerk";
    const SCHEME: Scheme = Scheme::standard("svix-id", "svix-timestamp", "svix-signature");
    type Secret = StandardSecret;
}

impl Timestamped for Clerk {}
impl Identified for Clerk {}
