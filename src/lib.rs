// The README's examples read the clock, so they are documentation, and tests, of the feature `std`.
#![cfg_attr(feature = "std", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "std"), doc = "Receives webhooks, without `std`.")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
mod delivery;
mod error;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod extract;
mod header;
mod json;
mod mac;
mod provider;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod rejection;
mod secret;
mod signer;
mod tolerance;
mod unix_millis;
mod verifier;
pub mod workos;

pub use delivery::Delivery;
pub use error::{DecodeError, EventMismatch, Fault, VerifyError};
pub use provider::Provider;
pub use secret::{Secret, SecretError};
pub use signer::Signer;
pub use tolerance::Tolerance;
pub use verifier::Verifier;
