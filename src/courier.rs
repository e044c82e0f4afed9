//! Courier: its outbound webhooks verified, and 8 events each as a type of its own. Three more, of which the payload of one is
//! documented, are [`EventData::Unknown`] for now.
//!
//! # Set-up
//!
//! In Courier's dashboard, Settings, Webhooks, Outbound Webhooks: add one for each environment (test, production), with the
//! address of your route and a secret of your own making. Give the service the same text as `COURIER_WEBHOOK_SECRET`.
//!
//! Do not leave the secret out: then Courier signs nothing, and each delivery is refused as
//! [`MissingHeader`](crate::VerifyError::MissingHeader).
//!
//! # A handler
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::{Router, http::StatusCode, routing::post};
//! use countersign::{
//!     SecretError,
//!     axum::Webhook,
//!     courier::{self, EventData, event::message::MessageStatus},
//! };
//!
//! async fn receive(Webhook(event): Webhook<courier::Event>) -> StatusCode {
//!     match event.data {
//!         EventData::MessageUpdated(message) if message.status == Some(MessageStatus::Undeliverable) => {
//!             println!("{} did not arrive: {:?}", message.id, message.reason);
//!         }
//!         EventData::NotificationPublished(notification) => println!("{} is public", notification.id),
//!         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
//!         _ => {}
//!     }
//!     StatusCode::OK
//! }
//!
//! fn router() -> Result<Router, SecretError> {
//!     let verifier = courier::Verifier::new(courier::Secret::from_env("COURIER_WEBHOOK_SECRET")?);
//!     Ok(Router::new().route("/webhooks/courier", post(receive)).with_state(verifier))
//! }
//! ```
//!
//! # What is signed
//!
//! The header `courier-signature: t=<milliseconds>,signature=<hex>` holds the HMAC-SHA256 of the time, a dot and the body; the
//! key is the secret's text as it is. Courier names no tolerance; its example accepts five minutes in both directions, and so
//! does [`Verifier`].
//!
//! # Retries
//!
//! Courier waits 10 seconds for an answer. What is answered 408, 429 or 5xx, or not at all, is delivered again for about a
//! day: after 5, 10, 20, 40, 60, 120, 240, 480, 720 and 900 seconds, then every 15 minutes. **Any other 4xx is final**:
//!
//! - A genuine delivery that is refused 401, as when the secret was changed on one side only, is lost. So accept both secrets
//!   while you change it ([`with_previous`](crate::Verifier::with_previous)).
//! - Whether Courier signs anew when it delivers again is documented nowhere. If it does not, what comes later than the
//!   tolerance is refused as [`Expired`](crate::VerifyError::Expired), and lost. If your log has such, verify with
//!   [`Tolerance::MAX`](crate::Tolerance::MAX), and deduplicate.
//! - So is all that comes while your own clock is off by more than the tolerance. Set it by NTP, and have an alert on
//!   `expired` and `not_yet_valid`.
//! - A body that breaks off (400) or is over the limit (413) is not delivered again either.
//!
//! # Duplicates and order
//!
//! Events can come more than once, and in any order: a message can be `OPENED` before it is `DELIVERED`. There is no id of an
//! event. [`Event::deduplication_key`] is a key made of the data, and says when two events share one. Remember a key for longer
//! than a day.
//!
//! # Tests of a handler
//!
//! With the feature `fixtures`, in your `[dev-dependencies]`, there is a complete payload of each event; [`Signer`] signs it.
//!
#![cfg_attr(all(feature = "axum", feature = "fixtures"), doc = "```")]
#![cfg_attr(not(all(feature = "axum", feature = "fixtures")), doc = "```ignore")]
//! use axum::{Router, body::Body, http::Request};
//! use countersign::courier;
//! use tower::ServiceExt;
//!
//! async fn status(router: Router) -> Result<u16, Box<dyn std::error::Error>> {
//!     let signer = courier::Signer::new(courier::Secret::new("a secret")?);
//!     let body = courier::fixture("message:updated").ok_or("no such event")?;
//!     let mut request = Request::post("/webhooks/courier");
//!     for (name, value) in signer.headers(body.as_bytes(), std::time::SystemTime::now().into()) {
//!         request = request.header(name, value);
//!     }
//!     Ok(router.oneshot(request.body(Body::from(body))?).await?.status().as_u16())
//! }
//! ```

mod envelope;
pub mod event;
mod timestamp;

pub use self::{
    envelope::Envelope,
    event::{Event, EventData},
};
use crate::{DecodeError, Provider, Scheme, Timestamped, json, observe};

/// The provider Courier, for [`Verifier`], [`Delivery`] and [`Signer`]. Has no values.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum Courier {}

/// Verifies deliveries of Courier.
pub type Verifier = crate::Verifier<Courier>;

/// A delivery of Courier that has been verified, and borrows its body.
pub type Delivery<'a> = crate::Delivery<Courier, &'a [u8]>;

/// A delivery of Courier that has been verified, with its bytes.
#[cfg(feature = "bytes")]
pub type Signed = crate::Signed<Courier>;

/// Signs as Courier does, for tests, emulators and senders.
pub type Signer = crate::Signer<Courier>;

/// A secret of Courier: its text is the key.
pub type Secret = crate::Secret;

/// Name of the HTTP header that carries the signature, in lower case. HTTP ignores its case.
pub const SIGNATURE_HEADER: &str = "courier-signature";

impl Provider for Courier {
    const NAME: &'static str = "courier";
    const SCHEME: Scheme = Scheme::keyed(SIGNATURE_HEADER, "t", "signature").millis();
    type Secret = Secret;
}

impl Timestamped for Courier {}

impl<B: AsRef<[u8]>> crate::Delivery<Courier, B> {
    /// Decodes what every event has, and leaves the event's data unparsed.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::NotUtf8`]: the body is not UTF-8.
    /// - [`DecodeError::NotJson`]: an empty body, `{"type":`, `{} {}`, `nullx`, a byte order mark in front.
    /// - [`DecodeError::NotAnObject`]: `[]`, `null`, `"event"`.
    /// - [`DecodeError::MissingField`]: no `type`, or `null`.
    /// - [`DecodeError::DuplicateField`]: `type`, `data` or `object` twice.
    /// - [`DecodeError::InvalidField`]: `"type": []`.
    /// - [`DecodeError::EventMismatch`]: no `data`, or `null`.
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
    ///   `"data": []`, or a message without an `id`, with `"id": 7`, or with two.
    pub fn event(&self) -> Result<Event, DecodeError> {
        self.decode().inspect_err(observe::undecoded::<Courier>)
    }

    pub(crate) fn decode(&self) -> Result<Event, DecodeError> {
        let event = Event::from_json(self.body());
        observe::event::<Courier>(event.as_ref().map(|it| (it.data.name(), it.misfits())));
        event
    }
}

/// A complete payload of the event of this name, with every field that the provider is known to send and values made up,
/// for your tests. `None` for a name that is not in [`EventData::NAMES`].
///
/// ```
/// let payload = countersign::courier::fixture("message:updated").ok_or("no such event")?;
/// let event = countersign::courier::Event::from_json(payload.as_bytes())?;
/// assert_eq!(event.data.name(), "message:updated");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "fixtures")]
#[must_use]
pub fn fixture(name: &str) -> Option<&'static str> {
    event::fixture(name)
}
