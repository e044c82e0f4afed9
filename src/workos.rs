//! WorkOS: what its deliveries look like.
//!
//! The layout, the unit of the timestamp and the default tolerance are those that the provider's
//! documentation, its own SDKs and captured deliveries agree on.

mod envelope;
pub mod event;
mod timestamp;

use core::time::Duration;

pub use self::{
    envelope::Envelope,
    event::{Event, EventData, EventPage, PageEntry},
};
#[cfg(feature = "tracing")]
use crate::observe;
use crate::{DecodeError, Provider, Scheme, Secret, Timestamped, Tolerance, json};

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

/// Name of the HTTP header that carries the signature, in lower case. HTTP ignores its case.
pub const SIGNATURE_HEADER: &str = "workos-signature";

impl Provider for WorkOs {
    const NAME: &'static str = "workos";
    const SCHEME: Scheme = Scheme::keyed(SIGNATURE_HEADER, "t", "v1").millis().spaced();
    /// 180 seconds in both directions, as in the provider's own SDKs.
    const TOLERANCE: Tolerance = Tolerance::new(Duration::from_secs(180));
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
    /// do without and does not fit: see [`Event::misfits`]. With the feature `tracing`, an event with misfits is told of.
    ///
    /// # Errors
    ///
    /// - Those of [`envelope`](Self::envelope).
    /// - [`DecodeError::EventMismatch`]: an event of a known name that does not say what it is about, such as
    ///   `"data": []`, or a user without an `id`, with `"id": 7`, or with two.
    pub fn event(&self) -> Result<Event, DecodeError> {
        let event = Event::from_json(self.body())?;
        #[cfg(feature = "tracing")]
        observe::misfits(event.data.name(), event.misfits());
        Ok(event)
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
