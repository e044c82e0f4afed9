//! Why a request was refused, and what the client is told of it.

#[cfg(feature = "bytes")]
use alloc::boxed::Box;
use core::time::Duration;

use thiserror::Error;

#[cfg(feature = "bytes")]
use crate::{AnyProvider, Signed};
use crate::{DecodeError, VerifyError};

/// Why a request was refused, in the order of the checks.
///
/// The client is told the status and a text that is the same for all of that status: of what is wrong with
/// a signature it learns nothing. Whoever runs the service finds the reason here, or switches on the feature `tracing` or
/// `metrics`, which tell of each request: see [Operating](crate::guide::operating).
///
/// The integrations answer it by themselves. Elsewhere, `?` makes one of a [`VerifyError`] or a [`DecodeError`], and what
/// is answered is [`status`](Self::status) and [`text`](Self::text), or with the feature `http` a `Response`:
///
/// ```
/// # #[cfg(all(feature = "http", feature = "workos"))] {
/// use countersign::{Rejection, workos};
/// use http::{Request, Response};
///
/// fn receive(verifier: &workos::Verifier, request: &Request<Vec<u8>>) -> Result<(), Rejection> {
///     let delivery = verifier.receive(request.headers(), request.body())?;
///     let event = delivery.event()?;
///     println!("{} {}", event.data.name(), event.id);
///     Ok(())
/// }
///
/// fn answer(verifier: &workos::Verifier, request: &Request<Vec<u8>>) -> Response<String> {
///     match receive(verifier, request) {
///         Ok(()) => Response::new(String::new()),
///         Err(rejection) => rejection.into(),
///     }
/// }
/// # }
/// ```
///
/// `Display` and `Debug` print no byte of the request, except what [`DecodeError`] says of a genuine one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// actix-web: no verifier of this provider is in the `app_data` of the route. Answered 500.
    #[error("no verifier in the route's app_data")]
    MissingVerifier,
    /// actix-web: the `app_data` of the route holds two verifiers of this provider, one in `web::Data` and one bare, so
    /// it cannot be told which of them is meant. Answered 500.
    #[error("two verifiers in the route's app_data")]
    AmbiguousVerifier,
    /// actix-web: another extractor of the handler, or a middleware, has taken the body. Answered 500.
    #[error("body was taken before, by another extractor or a middleware")]
    BodyTaken,
    /// The body is larger than the limit, or is announced to be. Answered 413.
    #[error("body is larger than the limit")]
    BodyTooLarge,
    /// The body did not come in whole. Answered 400: if it is the client that went away, it never sees that. A time-out for slow
    /// bodies belongs around the route and not into the body, so that it is answered as one (408), which no provider takes for
    /// final.
    #[error("body could not be read")]
    UnreadableBody,
    /// Too many large bodies are being read at this moment. Answered 503, with the header `Retry-After`, so that the provider
    /// delivers it again.
    ///
    /// Of a body that is being read, 64 KiB are always taken. What is beyond that counts, and of all bodies of the process
    /// together it may be 16 MiB. (If it is the only one, it may have more, up to its limit; so where a limit
    /// is larger than that, such bodies come one at a time.) So unsigned requests can make a
    /// server hold that, and 64 KiB for each of them that is open; and most deliveries, which are small, come through meanwhile.
    ///
    /// A body that does not end keeps its share until the server gives it up. Without a time-out some slow clients are enough to
    /// have all larger deliveries refused.
    #[error("too many large bodies are being read")]
    Overloaded,
    /// The delivery is not genuine, or not fresh. Answered 401.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The delivery is genuine, but is not the event that was asked for. Answered 500, so that the provider delivers it
    /// again: some do not if they are answered 4xx.
    #[error(transparent)]
    Decode(#[from] Undecoded),
}

impl Rejection {
    /// The status of HTTP that the client is answered.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.answer().0
    }

    /// The text that the client is answered: always the same with the same status.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.answer().1
    }

    const fn answer(&self) -> (u16, &'static str) {
        match self {
            Self::MissingVerifier | Self::AmbiguousVerifier | Self::BodyTaken | Self::Decode(_) => {
                (500, "internal server error")
            }
            Self::BodyTooLarge => (413, "body too large"),
            Self::UnreadableBody => (400, "body not readable"),
            Self::Overloaded => (503, "service unavailable"),
            Self::Verify(_) => (401, "unauthorized"),
        }
    }

    /// After which time the client may try again: the value of the header `Retry-After`, in seconds. Only
    /// [`Overloaded`](Self::Overloaded) has one.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded => Some(Duration::from_secs(10)),
            _ => None,
        }
    }

    /// A short name that stays the same, for metrics and alerts, such as `body_too_large`: that of
    /// [`VerifyError::kind`] or [`DecodeError::kind`] where there is one.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MissingVerifier => "missing_verifier",
            Self::AmbiguousVerifier => "ambiguous_verifier",
            Self::BodyTaken => "body_taken",
            Self::BodyTooLarge => "body_too_large",
            Self::UnreadableBody => "unreadable_body",
            Self::Overloaded => "overloaded",
            Self::Verify(error) => error.kind(),
            Self::Decode(undecoded) => undecoded.error.kind(),
        }
    }

    /// How old the genuine delivery was at `now`, in nanoseconds since 1970.
    #[cfg_attr(
        not(feature = "bytes"),
        expect(unused_variables, reason = "there is no delivery in it")
    )]
    pub(crate) fn age(&self, now: i128) -> Option<Duration> {
        match self {
            Self::Verify(VerifyError::Expired { age, .. }) => Some(*age),
            #[cfg(feature = "bytes")]
            Self::Decode(undecoded) => undecoded.delivery().and_then(|it| it.age(now)),
            _ => None,
        }
    }
}

/// A genuine delivery that is not the event that was asked for. It holds the delivery, so that it is not lost:
///
/// ```
/// # #[cfg(all(feature = "workos", any(feature = "axum", feature = "actix-web")))] {
/// # #[cfg(feature = "axum")]
/// use countersign::axum::{Rejection, Webhook};
/// # #[cfg(not(feature = "axum"))]
/// # use countersign::actix::{Rejection, Webhook};
/// use countersign::workos::Event;
/// # async fn handle(event: Event) {}
/// # async fn keep(delivery: &countersign::Signed<countersign::AnyProvider>) -> std::io::Result<()> { Ok(()) }
///
/// /// A handler that takes this as its last argument calls it.
/// async fn receive(webhook: Result<Webhook<Event>, Rejection>) -> Result<(), Rejection> {
///     match webhook {
///         Ok(Webhook(event)) => handle(event).await,
///         Err(Rejection::Decode(undecoded)) => match undecoded.delivery() {
///             // Not kept is not received: 500, and it is delivered again.
///             Some(delivery) if keep(delivery).await.is_ok() => {}
///             _ => return Err(Rejection::Decode(undecoded)),
///         },
///         Err(refused) => return Err(refused),
///     }
///     Ok(())
/// }
/// # }
/// ```
///
/// `Display` says why it did not decode, `Debug` that and when the delivery was signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{error}")]
pub struct Undecoded {
    error: DecodeError,
    #[cfg(feature = "bytes")]
    delivery: Option<Box<Signed<AnyProvider>>>,
}

impl Undecoded {
    #[cfg(any(feature = "axum", feature = "actix-web"))]
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
}

#[cfg(feature = "bytes")]
impl Undecoded {
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
            #[cfg(feature = "bytes")]
            delivery: None,
        })
    }
}
