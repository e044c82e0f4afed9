//! Why a handler did not run, what the client is told of it, and what the operator is.

#[cfg(feature = "tracing")]
use alloc::string::ToString;
use core::{error::Error, fmt};
#[cfg(feature = "tracing")]
use std::time::SystemTime;

use time::OffsetDateTime;

use crate::{DecodeError, VerifyError};

/// Why a request was refused, in the order of the checks.
///
/// The client is told the status and a text that is the same for all of that status: of what is wrong with
/// a signature it learns nothing. Whoever runs the service finds the reason here: take
/// `Result<Webhook<E>, Rejection>` in the handler, or switch on the feature `tracing`, which tells of each
/// refused request.
///
/// Holds no byte of the request, except what [`DecodeError`] says of a genuine one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// No verifier of this provider is in the `app_data` of the route. Answered 500. Does not occur with
    /// axum, where such a handler does not compile.
    MissingVerifier,
    /// The `app_data` of the route holds two verifiers of this provider, one in `web::Data` and one bare, so
    /// it cannot be told which of them is meant. Answered 500. Does not occur with axum.
    AmbiguousVerifier,
    /// The body is larger than the framework's limit. Answered 413.
    BodyTooLarge,
    /// The body did not come in whole, or the framework refused it for a reason of its own, such as the type that an
    /// actix-web `PayloadConfig` asks for. Answered 400.
    UnreadableBody,
    /// The request has no signature header. Answered 401.
    MissingHeader,
    /// The request has more than one signature header. Answered 401.
    DuplicateHeader,
    /// The signature header has bytes that are not ASCII. Answered 401.
    NonAsciiHeader,
    /// The delivery is not genuine, or not fresh. Answered 401.
    Verify(VerifyError),
    /// The delivery is genuine, but is not the event that was asked for. Answered 422: the provider will
    /// deliver it again.
    Decode(DecodeError),
}

impl Rejection {
    /// What the client is told: a status and a text.
    pub(crate) fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::MissingVerifier | Self::AmbiguousVerifier => (500, "internal server error"),
            Self::MissingHeader
            | Self::DuplicateHeader
            | Self::NonAsciiHeader
            | Self::Verify(_) => (401, "unauthorized"),
            Self::BodyTooLarge => (413, "body too large"),
            Self::UnreadableBody => (400, "body not readable"),
            Self::Decode(_) => (422, "event not understood"),
        }
    }

    /// Tells the operator, if the feature `tracing` is on, and gives the rejection back. `signed_at` is when a
    /// delivery that does not decode was signed.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(unused_variables, reason = "nobody is told")
    )]
    pub(crate) fn reported(self, signed_at: Option<OffsetDateTime>) -> Self {
        #[cfg(feature = "tracing")]
        self.trace(signed_at);
        self
    }

    #[cfg(feature = "tracing")]
    fn trace(&self, signed_at: Option<OffsetDateTime>) {
        let reason = self.to_string();
        let event = match self {
            Self::Decode(DecodeError::EventMismatch(mismatch)) => Some(shortened(mismatch.event())),
            _ => None,
        };
        let age = match self {
            Self::Verify(VerifyError::Expired { age, .. }) => Some(*age),
            // What was signed ahead of our clock has no age.
            _ => signed_at.and_then(|at| SystemTime::now().duration_since(at.into()).ok()),
        };
        tracing::warn!(
            reason = %shortened(&reason),
            event,
            age = age.map(tracing::field::debug),
            "webhook refused"
        );
    }
}

/// Its first 200 characters. The name of an event and the path in it are short, unless they are meant to fill a log.
#[cfg(feature = "tracing")]
fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(200).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingVerifier => f.write_str("no verifier in the route's app_data"),
            Self::AmbiguousVerifier => f.write_str("two verifiers in the route's app_data"),
            Self::MissingHeader => f.write_str("no signature header"),
            Self::DuplicateHeader => f.write_str("more than one signature header"),
            Self::NonAsciiHeader => f.write_str("signature header is not ASCII"),
            Self::BodyTooLarge => f.write_str("body is larger than the limit"),
            Self::UnreadableBody => f.write_str("body could not be read"),
            Self::Verify(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl Error for Rejection {}

impl From<VerifyError> for Rejection {
    fn from(error: VerifyError) -> Self {
        Self::Verify(error)
    }
}

impl From<DecodeError> for Rejection {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}
