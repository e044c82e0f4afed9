//! Handles what is delivered once, on any number of machines: statements for PostgreSQL and Redis, for the client that
//! you have.
//!
//! A verified delivery can come again, also at the same moment to another machine. To look for its id, handle it and then
//! write the id down is wrong twice: both machines find nothing, and a crash in between handles it again. What arbitrates
//! has to be one statement, and these are such statements, tested on real servers. There is no store here, no pool and no
//! dependency.
//!
//! | way | for | statements |
//! |---|---|---|
//! | in one transaction | effects in the same PostgreSQL database | [`postgres::RECORD`] |
//! | queued | work that takes longer than the provider waits, order, retries of your own | [`postgres::STORE`], [`TAKE`](postgres::TAKE), [`COMPLETE`](postgres::COMPLETE), [`FAIL`](postgres::FAIL) |
//! | leased | effects elsewhere, such as an e-mail or a call of another service | [`postgres::CLAIM`] or [`redis::CLAIM`], `COMPLETE`, `RELEASE` |
//!
//! The page [`guide::receiving`](crate::guide::receiving) tells which to take.
//!
//! An [`InboxKey`] says which event it is, and is a text: the first parameter of most statements.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use countersign::{Provider, Scheme, Secret, Signer, Verifier, inbox::InboxKey};
//!
//! enum Acme {}
//!
//! impl Provider for Acme {
//!     const NAME: &'static str = "acme";
//!     const SCHEME: Scheme = Scheme::prefixed("acme-signature", "sha256=");
//!     const EVENT_ID: Option<&'static str> = Some("id");
//!     type Secret = Secret;
//! }
//!
//! let secret = Secret::new("a secret")?;
//! let body = br#"{"id":"evt_1"}"#;
//! let headers = Signer::<Acme>::new(secret.clone()).headers(body, SystemTime::now().into());
//! let delivery = Verifier::<Acme>::new(secret).verify_request(&headers, body)?;
//! assert_eq!(InboxKey::from(&delivery).as_str(), "acme//evt_1");
//! assert_eq!(InboxKey::from(&delivery).at_endpoint("eu").as_str(), "acme/eu/evt_1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claim;
mod key;
pub mod postgres;
pub mod redis;

pub use self::{
    claim::{Claim, ParseClaimError},
    key::InboxKey,
};
