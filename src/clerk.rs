//! Clerk: its webhooks verified, and each of its 46 events as a type of its own.
//!
//! # Set-up
//!
//! In Clerk's dashboard, Webhooks, Add Endpoint: add one for each instance (development, production), with the address of your
//! route and the events that you want. On its page is the Signing Secret, `whsec_..`: give it to the service as
//! `CLERK_WEBHOOK_SIGNING_SECRET`.
//!
//! # A handler
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::{Router, http::StatusCode, routing::post};
//! use countersign::{
//!     SecretError,
//!     axum::Webhook,
//!     clerk::{self, EventData},
//! };
//!
//! async fn receive(Webhook(event): Webhook<clerk::Event>) -> StatusCode {
//!     println!("{:?}", event.id());
//!     match event.data {
//!         EventData::UserCreated(user) => println!("welcome, {:?}", user.first_name),
//!         EventData::UserDeleted(user) => println!("farewell, {:?}", user.id),
//!         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
//!         _ => {}
//!     }
//!     StatusCode::OK
//! }
//!
//! fn router() -> Result<Router, SecretError> {
//!     let secret = clerk::Secret::from_env("CLERK_WEBHOOK_SIGNING_SECRET")?;
//!     let verifier = clerk::Verifier::new(secret);
//!     Ok(Router::new().route("/webhooks/clerk", post(receive)).with_state(verifier))
//! }
//! ```
//!
//! # What is signed
//!
//! Clerk sends by Svix, which signs as Standard Webhooks does. The headers `svix-id`, `svix-timestamp` (seconds) and
//! `svix-signature` (`v1,<base64> v1,<base64>`) hold the HMAC-SHA256 of the id, the time and the body, with a dot between; the
//! key is the secret's base64, decoded. Svix also uses the names `webhook-id`, `webhook-timestamp` and `webhook-signature`:
//! they are accepted as well, but all three headers have to be of one set. The tolerance is five minutes in both directions,
//! as in Svix's libraries.
//!
//! # Retries
//!
//! Anything but a 2xx within 15 seconds, a redirect too, is delivered again: after 5 seconds, 5 minutes, 30 minutes, 2, 5,
//! 10 and 10 hours, each time signed anew. Then it has failed, and the dashboard can send it again (Message Attempts,
//! Replay). Svix may disable an endpoint that did nothing but fail for five days.
//!
//! Clerk's way to rotate a secret is a second endpoint with the same address: while both are there, each event comes from both,
//! with the same id. So accept both secrets ([`with_previous`](crate::Verifier::with_previous)) and deduplicate.
//!
//! # Duplicates and order
//!
//! Events can come more than once, and in any order. The `svix-id` is the same each time an event is delivered, is signed, and
//! is the only id there is: [`Event::id`]. Remember it for longer than the retries last, 28 hours, and than you may want to
//! replay.
//!
//! # Tests of a handler
//!
//! With the feature `fixtures`, in your `[dev-dependencies]`, there is a complete payload of each event; [`Signer`] signs
//! it. A secret for tests has to be base64 of 24 to 64 bytes. An event that is read from a fixture alone has no id: Clerk
//! sends it in a header.
//!
#![cfg_attr(all(feature = "axum", feature = "fixtures"), doc = "```")]
#![cfg_attr(not(all(feature = "axum", feature = "fixtures")), doc = "```ignore")]
//! use axum::{Router, body::Body, http::Request};
//! use countersign::clerk;
//! use tower::ServiceExt;
//!
//! async fn status(router: Router) -> Result<u16, Box<dyn std::error::Error>> {
//!     let signer = clerk::Signer::new(clerk::Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?);
//!     let body = clerk::fixture("user.created").ok_or("no such event")?;
//!     let mut request = Request::post("/webhooks/clerk");
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
use crate::{
    DecodeError, Identified, Provider, Scheme, StandardSecret, Timestamped, json, observe,
};

/// The provider Clerk, for [`Verifier`], [`Delivery`] and [`Signer`]. Has no values.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum Clerk {}

/// Verifies deliveries of Clerk.
pub type Verifier = crate::Verifier<Clerk>;

/// A delivery of Clerk that has been verified, and borrows its body.
pub type Delivery<'a> = crate::Delivery<Clerk, &'a [u8]>;

/// A delivery of Clerk that has been verified, with its bytes.
#[cfg(feature = "bytes")]
pub type Signed = crate::Signed<Clerk>;

/// Signs as Clerk does, for tests, emulators and senders.
pub type Signer = crate::Signer<Clerk>;

/// A secret of Clerk: `whsec_` and base64.
pub type Secret = StandardSecret;

/// Name of the HTTP header that carries the signature, in lower case. HTTP ignores its case.
pub const SIGNATURE_HEADER: &str = "svix-signature";

impl Provider for Clerk {
    const NAME: &'static str = "clerk";
    const SCHEME: Scheme = Scheme::standard("svix-id", "svix-timestamp", SIGNATURE_HEADER)
        .or_headers("webhook-id", "webhook-timestamp", "webhook-signature");
    type Secret = Secret;
}

impl Timestamped for Clerk {}
impl Identified for Clerk {}

impl<B: AsRef<[u8]>> crate::Delivery<Clerk, B> {
    /// Decodes what every event has, and leaves the event's data unparsed. The id is that of the delivery:
    /// [`id`](Self::id).
    ///
    /// # Errors
    ///
    /// - [`DecodeError::NotUtf8`]: the body is not UTF-8.
    /// - [`DecodeError::NotJson`]: an empty body, `{"type":`, `{} {}`, `nullx`, a byte order mark in front.
    /// - [`DecodeError::NotAnObject`]: `[]`, `null`, `"event"`.
    /// - [`DecodeError::MissingField`]: no `type`, or `null`.
    /// - [`DecodeError::DuplicateField`]: `type`, `data`, `instance_id`, `timestamp`, `event_attributes`, `object` or `svix-id`
    ///   twice.
    /// - [`DecodeError::InvalidField`]: `"type": []`.
    /// - [`DecodeError::EventMismatch`]: no `data`, or `null`.
    pub fn envelope(&self) -> Result<Envelope<'_>, DecodeError> {
        let envelope = Envelope::parse(json::text(self.body())?);
        envelope.map_err(|error| error.of_event(self.id()))
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
        self.decode().inspect_err(observe::undecoded::<Clerk>)
    }

    pub(crate) fn decode(&self) -> Result<Event, DecodeError> {
        let event = Event::from_json(self.body());
        let event = match event {
            Ok(event) => Ok(event.with_id(self.id())),
            Err(error) => Err(error.of_event(self.id())),
        };
        observe::event::<Clerk>(event.as_ref().map(|it| (it.data.name(), it.misfits())));
        event
    }
}

/// A complete payload of the event of this name, with every field that the provider is known to send and values made up,
/// for your tests. `None` for a name that is not in [`EventData::NAMES`].
///
/// ```
/// let payload = countersign::clerk::fixture("user.created").ok_or("no such event")?;
/// let event = countersign::clerk::Event::from_json(payload.as_bytes())?;
/// assert_eq!(event.data.name(), "user.created");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "fixtures")]
#[must_use]
pub fn fixture(name: &str) -> Option<&'static str> {
    event::fixture(name)
}
