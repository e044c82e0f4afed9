// What is defined first counts: where the links of the README lead on these pages.
//! [errors]: crate::guide::errors
//! [events]: crate::guide::events
//! [operating]: crate::guide::operating
//! [providers]: crate::guide::providers
//! [receiving]: crate::guide::receiving
//! [responses]: crate::guide::responses
//! [rotation]: crate::guide::rotation
//! [services]: crate::guide::services
//! [testing]: crate::guide::testing
#![cfg_attr(feature = "rows", doc = "[rows]: crate::rows")]
//!
// Its examples need these features.
#![cfg_attr(
    any(
        not(doctest),
        all(feature = "actix-web", feature = "axum", feature = "workos")
    ),
    doc = include_str!("../README.md")
)]
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
#[cfg(any(feature = "axum", feature = "actix-web", feature = "tower"))]
mod buffer;
#[cfg(feature = "clerk")]
pub mod clerk;
#[cfg(feature = "courier")]
pub mod courier;
mod delivery;
#[cfg(feature = "diagnose")]
pub mod diagnose;
#[cfg(any(feature = "courier", feature = "inbox", feature = "workos"))]
mod digest;
#[cfg(feature = "ed25519")]
mod ed25519;
mod error;
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
pub mod event;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod extract;
pub mod guide;
mod header;
mod headers;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "inbox")]
pub mod inbox;
mod json;
mod keys;
mod mac;
mod observe;
mod provider;
mod rejection;
#[cfg(feature = "rows")]
pub mod rows;
mod scheme;
mod secret;
mod signer;
mod tolerance;
#[cfg(feature = "tower")]
pub mod tower;
mod unix_time;
mod verifier;
#[cfg(feature = "workos")]
pub mod workos;

#[cfg(not(target_has_atomic = "ptr"))]
compile_error!("keys are shared by `Arc`, and this target has no atomic operations");

#[cfg(all(
    any(feature = "axum", feature = "actix-web", feature = "tower"),
    target_family = "wasm",
    target_os = "unknown"
))]
compile_error!(
    "the integrations read the clock, and this target has none: use `Verifier::receive_at`"
);

#[cfg(feature = "bytes")]
pub use delivery::Signed;
pub use delivery::{AnyProvider, Delivery};
#[cfg(feature = "ed25519")]
pub use ed25519::{StandardPrivateKey, StandardPublicKey};
pub use error::{DecodeError, EventMismatch, Fault, VerifyError};
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
#[doc(no_inline)]
pub use event::{Misfit, RawJson, Stored};
pub use headers::Headers;
pub use keys::{Keys, SigningKeys};
pub use provider::{Identified, Provider, Timestamped};
pub use rejection::{Rejection, Undecoded};
pub use scheme::{Part, Scheme};
pub use secret::{Secret, SecretError, StandardSecret};
pub use signer::{AnySigner, Signer};
pub use tolerance::Tolerance;
pub use verifier::{AnyVerifier, Verifier};
