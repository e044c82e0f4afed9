//! Why a handler did not run, what the client is told of it, and what the operator is.

use alloc::boxed::Box;
#[cfg(feature = "tracing")]
use alloc::string::ToString;
#[cfg(feature = "tracing")]
use std::time::SystemTime;

use thiserror::Error;

use super::{AnyProvider, Signed};
#[cfg(feature = "tracing")]
use crate::observe::shortened;
use crate::{DecodeError, VerifyError};

/// Why a request was refused, in the order of the checks.
///
/// The client is told the status and a text that is the same for all of that status: of what is wrong with
/// a signature it learns nothing. Whoever runs the service finds the reason here: take
/// `Result<Webhook<E>, Rejection>` in the handler, or switch on the feature `tracing`, which tells of each
/// refused request.
///
/// `Display` and `Debug` print no byte of the request, except what [`DecodeError`] says of a genuine one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// No verifier of this provider is in the `app_data` of the route. Answered 500. Does not occur with
    /// axum, where such a handler does not compile.
    #[error("no verifier in the route's app_data")]
    MissingVerifier,
    /// The `app_data` of the route holds two verifiers of this provider, one in `web::Data` and one bare, so
    /// it cannot be told which of them is meant. Answered 500. Does not occur with axum.
    #[error("two verifiers in the route's app_data")]
    AmbiguousVerifier,
    /// The body is larger than the framework's limit. Answered 413.
    #[error("body is larger than the limit")]
    BodyTooLarge,
    /// The body did not come in whole, or the framework refused it for a reason of its own, such as the type that an
    /// actix-web `PayloadConfig` asks for. Answered 400.
    #[error("body could not be read")]
    UnreadableBody,
    /// The delivery is not genuine, or not fresh. Answered 401.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The delivery is genuine, but is not the event that was asked for. Answered 500, so that the provider delivers it
    /// again: some do not if they are answered 4xx.
    #[error(transparent)]
    Decode(#[from] Undecoded),
}

/// A genuine delivery that is not the event that was asked for. It holds the delivery, so that it is not lost:
///
/// ```
/// # #[cfg(feature = "axum")]
/// use countersign::axum::{Rejection, Webhook};
/// # #[cfg(not(feature = "axum"))]
/// # use countersign::actix::{Rejection, Webhook};
/// use countersign::workos::Event;
/// # async fn handle(event: Event) {}
/// # async fn keep(body: bytes::Bytes) {}
///
/// /// A handler that takes this as its last argument calls it.
/// async fn receive(webhook: Result<Webhook<Event>, Rejection>) -> Result<(), Rejection> {
///     match webhook {
///         Ok(Webhook(event)) => handle(event).await,
///         Err(Rejection::Decode(undecoded)) => match undecoded.into_delivery() {
///             Some(delivery) => keep(delivery.into_body()).await,
///             None => {}
///         },
///         Err(refused) => return Err(refused),
///     }
///     Ok(())
/// }
/// ```
///
/// `Display` says why it did not decode, `Debug` that and when the delivery was signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{error}")]
pub struct Undecoded {
    error: DecodeError,
    delivery: Option<Box<Signed<AnyProvider>>>,
}

impl Undecoded {
    pub(crate) fn new<P>(error: DecodeError, delivery: Signed<P>) -> Self {
        Self {
            error,
            delivery: Some(Box::new(delivery.of_any_provider())),
        }
    }

    /// Why it did not decode.
    #[must_use]
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// The verified delivery, with its bytes. `None` only where a rejection was made of a [`DecodeError`] alone, as by
    /// `?` in a handler, which has the delivery itself.
    #[must_use]
    pub fn delivery(&self) -> Option<&Signed<AnyProvider>> {
        self.delivery.as_deref()
    }

    /// The verified delivery, with its bytes, as [`delivery`](Self::delivery).
    #[must_use]
    pub fn into_delivery(self) -> Option<Signed<AnyProvider>> {
        self.delivery.map(|delivery| *delivery)
    }
}

impl From<DecodeError> for Rejection {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Undecoded {
            error,
            delivery: None,
        })
    }
}

impl Rejection {
    /// What the client is told: a status and a text.
    pub(crate) fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::MissingVerifier | Self::AmbiguousVerifier | Self::Decode(_) => {
                (500, "internal server error")
            }
            Self::Verify(_) => (401, "unauthorized"),
            Self::BodyTooLarge => (413, "body too large"),
            Self::UnreadableBody => (400, "body not readable"),
        }
    }

    /// Tells the operator, if the feature `tracing` is on, and gives the rejection back.
    pub(crate) fn reported(self) -> Self {
        #[cfg(feature = "tracing")]
        self.trace();
        self
    }

    #[cfg(feature = "tracing")]
    fn trace(&self) {
        let reason = self.to_string();
        let event = match self {
            Self::Decode(Undecoded {
                error: DecodeError::EventMismatch(mismatch),
                ..
            }) => Some(shortened(mismatch.event())),
            _ => None,
        };
        let age = match self {
            Self::Verify(VerifyError::Expired { age, .. }) => Some(*age),
            // What was signed ahead of our clock has no age.
            Self::Decode(undecoded) => undecoded
                .delivery()
                .and_then(|it| it.signed_at())
                .and_then(|it| SystemTime::now().duration_since(it.into()).ok()),
            _ => None,
        };
        tracing::warn!(
            reason = %shortened(&reason),
            event,
            age = age.map(tracing::field::debug),
            "webhook refused"
        );
    }
}
