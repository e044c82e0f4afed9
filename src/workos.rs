//! WorkOS: its webhooks verified, and each of its 136 events as a type of its own.
//!
//! # Set-up
//!
//! In the WorkOS dashboard, Webhooks: add an endpoint for each environment (staging, production), with the address of your
//! route and the events that you want. Its secret is made for you: give it to the service as `WORKOS_WEBHOOK_SECRET`.
//!
//! # A handler
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::{Router, http::StatusCode, routing::post};
//! use countersign::{
//!     SecretError,
//!     axum::Webhook,
//!     workos::{self, EventData},
//! };
//!
//! async fn receive(Webhook(event): Webhook<workos::Event>) -> StatusCode {
//!     println!("{}", event.id);
//!     match event.data {
//!         EventData::UserCreated(user) => println!("welcome, {:?}", user.first_name),
//!         EventData::UserDeleted(user) => println!("farewell, {}", user.id),
//!         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
//!         _ => {}
//!     }
//!     StatusCode::OK
//! }
//!
//! fn router() -> Result<Router, SecretError> {
//!     let verifier = workos::Verifier::new(workos::Secret::from_env("WORKOS_WEBHOOK_SECRET")?);
//!     Ok(Router::new().route("/webhooks/workos", post(receive)).with_state(verifier))
//! }
//! ```
//!
//! # What is signed
//!
//! The header `workos-signature: t=<milliseconds>, v1=<hex>` holds the HMAC-SHA256 of the time, a dot and the body; the key is
//! the secret's text as it is, also if it begins with `whsec_`. The tolerance is 180 seconds in both directions, as in most of
//! the provider's own SDKs.
//!
//! # Retries
//!
//! What is not answered 2xx is delivered again, at growing intervals, for up to three days; in an environment that is not
//! production for some minutes. How often is told as 12 times and as 6, and how long WorkOS waits for an answer is not told.
//! What was missed can be read from the Events API for 30 days, with the same types: [`EventPage`]. Whether WorkOS signs
//! anew when it delivers again is documented nowhere: if it does not, what is refused as `Expired` is so each time.
//!
//! # Duplicates and order
//!
//! Events can come more than once, and in any order. The [`id`](Event::id) is the same each time an event is delivered, and in
//! the Events API: remember it for as long as you may read events from there. Every event carries the whole object, so
//! compare its `updated_at` before you overwrite newer data. [`Event::subject`] says which object it is, and
//! [`Event::occurred_at`] in which order its events came about.
//!
//! # Tests of a handler
//!
//! With the feature `fixtures`, in your `[dev-dependencies]`, there is a complete payload of each event; [`Signer`] signs it.
//!
#![cfg_attr(all(feature = "axum", feature = "fixtures"), doc = "```")]
#![cfg_attr(not(all(feature = "axum", feature = "fixtures")), doc = "```ignore")]
//! use axum::{Router, body::Body, http::Request};
//! use countersign::workos;
//! use tower::ServiceExt;
//!
//! async fn status(router: Router) -> Result<u16, Box<dyn std::error::Error>> {
//!     let signer = workos::Signer::new(workos::Secret::new("a secret")?);
//!     let body = workos::fixture("user.created").ok_or("no such event")?;
//!     let mut request = Request::post("/webhooks/workos");
//!     for (name, value) in signer.headers(body.as_bytes(), std::time::SystemTime::now().into()) {
//!         request = request.header(name, value);
//!     }
//!     Ok(router.oneshot(request.body(Body::from(body))?).await?.status().as_u16())
//! }
//! ```

#[cfg(feature = "workos-actions")]
pub mod actions;
mod envelope;
pub mod event;
pub mod events_api;
mod timestamp;

use core::time::Duration;

pub use self::{
    envelope::Envelope,
    event::{Event, EventData, EventPage, PageEntry, Subject},
};
use crate::{DecodeError, Provider, Scheme, Timestamped, Tolerance, json, observe};

/// The provider WorkOS, for [`Verifier`], [`Delivery`] and [`Signer`]. Has no values.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum WorkOs {}

/// Verifies deliveries of WorkOS.
pub type Verifier = crate::Verifier<WorkOs>;

/// A delivery of WorkOS that has been verified, and borrows its body.
pub type Delivery<'a> = crate::Delivery<WorkOs, &'a [u8]>;

/// A delivery of WorkOS that has been verified, with its bytes.
#[cfg(feature = "bytes")]
pub type Signed = crate::Signed<WorkOs>;

/// Signs as WorkOS does, for tests, emulators and senders.
pub type Signer = crate::Signer<WorkOs>;

/// A secret of WorkOS: its text is the key.
pub type Secret = crate::Secret;

/// Name of the HTTP header that carries the signature, in lower case. HTTP ignores its case.
pub const SIGNATURE_HEADER: &str = "workos-signature";

impl Provider for WorkOs {
    const NAME: &'static str = "workos";
    const SCHEME: Scheme = Scheme::keyed(SIGNATURE_HEADER, "t", "v1").millis().spaced();
    /// 180 seconds in both directions, as in the provider's own SDKs.
    const TOLERANCE: Tolerance = Tolerance::new(Duration::from_secs(180));
    const EVENT_ID: Option<&'static str> = Some("id");
    type Secret = Secret;
}

impl Timestamped for WorkOs {}

impl<B: AsRef<[u8]>> crate::Delivery<WorkOs, B> {
    /// Decodes what every event has, and leaves the event's data unparsed.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::NotUtf8`]: the body is not UTF-8.
    /// - [`DecodeError::NotJson`]: an empty body, `{"id":`, `{} {}`, `nullx`, a byte order mark in front.
    /// - [`DecodeError::NotAnObject`]: `[]`, `null`, `"event"`.
    /// - [`DecodeError::MissingField`]: no `id` or `event`, or `null` for one.
    /// - [`DecodeError::DuplicateField`]: one of these, `created_at`, `data`, `context` or `object` twice.
    /// - [`DecodeError::InvalidField`]: `"id": 1`, `"event": []`.
    /// - [`DecodeError::EventMismatch`]: no `created_at` or `data`, `null` for one, `"created_at": "yesterday"`.
    pub fn envelope(&self) -> Result<Envelope<'_>, DecodeError> {
        Envelope::parse(json::text(self.body())?)
    }

    /// Decodes the event.
    ///
    /// An event whose name this version does not know is [`EventData::Unknown`], not an error. Nor is what an event can
    /// do without and does not fit: see [`Event::misfits`]. The features `tracing` and
    /// `metrics` tell of an event with misfits, and of one that does not decode.
    ///
    /// # Errors
    ///
    /// - Those of [`envelope`](Self::envelope).
    /// - [`DecodeError::EventMismatch`]: an event of a known name that does not say what it is about, such as
    ///   `"data": []`, or a user without an `id`, with `"id": 7`, or with two.
    pub fn event(&self) -> Result<Event, DecodeError> {
        self.decode().inspect_err(observe::undecoded::<WorkOs>)
    }

    pub(crate) fn decode(&self) -> Result<Event, DecodeError> {
        let event = Event::from_json(self.body());
        observe::event::<WorkOs>(event.as_ref().map(|it| (it.data.name(), it.misfits())));
        event
    }
}

/// A complete payload of the event of this name, with every field that the provider is known to send and values made up,
/// for your tests. `None` for a name that is not in [`EventData::NAMES`].
///
/// ```
/// let payload = countersign::workos::fixture("dsync.user.created").ok_or("no such event")?;
/// let event = countersign::workos::Event::from_json(payload.as_bytes())?;
/// assert_eq!(event.data.name(), "dsync.user.created");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "fixtures")]
#[must_use]
pub fn fixture(name: &str) -> Option<&'static str> {
    event::fixture(name)
}
