//! A layer for any service of `tower`: what is behind it gets genuine deliveries only.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use bytes::Bytes;
//! use countersign::{
//!     Secret, Signed,
//!     tower::{Rejection, VerifyLayer},
//!     workos::{self, WorkOs},
//! };
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! async fn handle(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
//!     let delivery: Option<&Signed<WorkOs>> = request.extensions().get();
//!     Ok(match delivery.map(|it| it.event()) {
//!         Some(Ok(event)) => Response::new(Bytes::from(event.id).into()),
//!         Some(Err(error)) => Rejection::from(error).into(),
//!         None => Rejection::MissingVerifier.into(), // the layer is not there
//!     })
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = workos::Verifier::new(Secret::new("a secret")?);
//! let service = ServiceBuilder::new()
//!     .layer(VerifyLayer::new(verifier))
//!     .service(service_fn(handle));
//!
//! let unsigned = Request::post("/").body(Full::<Bytes>::from("{}"))?;
//! assert_eq!(service.oneshot(unsigned).await?.status(), 401);
//! # Ok(())
//! # }
//! ```
//!
//! Under axum, the page of `countersign::axum` shows the layer around a router. A service that takes another body than this one, such as a
//! Lambda's, gets it by `map_request` behind the layer.
//!
//! The body may be as large as [`VerifyLayer::with_limit`] says. One that is announced to be larger is refused before any of it is
//! read. What all bodies hold together while they are read is [bounded too](Rejection::Overloaded). A layer that changes the body,
//! as decompression does, belongs behind this one.

use alloc::boxed::Box;
use core::{
    error::Error,
    fmt, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Either, Full};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::{Provider, Verifier, buffer::DEFAULT_LIMIT, http::Collect, observe, unix_time::now};
pub use crate::{Rejection, Signed};

/// Verifies each request before the service behind it gets it.
///
/// The body is read once, within the limit, and verified as it came in. The service gets the same bytes in one piece, with the
/// [`Signed<P>`](Signed) in the request's extensions. What is refused is answered as [`Rejection`] says.
pub struct VerifyLayer<P> {
    verifier: Verifier<P>,
    limit: usize,
}

impl<P: Provider> VerifyLayer<P> {
    /// A layer with this verifier, and a limit of 1 MiB.
    #[must_use]
    pub fn new(verifier: Verifier<P>) -> Self {
        Self {
            verifier,
            limit: DEFAULT_LIMIT,
        }
    }

    /// Sets how many bytes a body may have.
    #[must_use]
    pub fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
}

impl<S, P> Layer<S> for VerifyLayer<P> {
    type Service = Verify<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        Verify {
            inner,
            layer: self.clone(),
        }
    }
}

/// The service that [`VerifyLayer`] makes.
///
/// It is ready when the inner service is. What that has reserved for a request, such as a place in a
/// `ConcurrencyLimit`, is held while the body is read.
pub struct Verify<S, P> {
    inner: S,
    layer: VerifyLayer<P>,
}

impl<S, P, B, R> Service<Request<B>> for Verify<S, P>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>> + Clone,
    P: Provider,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    type Response = Response<Either<R, Full<Bytes>>>;
    type Error = S::Error;
    type Future = VerifyFuture<S, P, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that is ready, and not its clone.
        let clone = self.inner.clone();
        let inner = mem::replace(&mut self.inner, clone);
        let (head, body) = request.into_parts();
        VerifyFuture {
            state: State::Reading {
                body: Collect::new(body, self.layer.limit),
                head: Request::from_parts(head, ()),
                verifier: self.layer.verifier.clone(),
                inner,
            },
        }
    }
}

pin_project! {
    /// The answer of [`Verify`].
    pub struct VerifyFuture<S, P, B>
    where
        S: Service<Request<Full<Bytes>>>,
    {
        #[pin]
        state: State<S, S::Future, P, B>,
    }
}

pin_project! {
    #[project = StateOf]
    enum State<S, F, P, B> {
        Reading {
            #[pin]
            body: Collect<B>,
            head: Request<()>,
            verifier: Verifier<P>,
            inner: S,
        },
        Handling {
            #[pin]
            answer: F,
        },
    }
}

impl<S, P, B, R> Future for VerifyFuture<S, P, B>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>>,
    P: Provider,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    type Output = Result<Response<Either<R, Full<Bytes>>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateOf::Reading {
                    body,
                    head,
                    verifier,
                    inner,
                } => {
                    let body = ready!(body.poll(context));
                    let request = verified(mem::take(head), body, verifier);
                    let answer = match request {
                        Ok(request) => inner.call(request),
                        Err(rejection) => {
                            return Poll::Ready(Ok(Response::from(rejection).map(Either::Right)));
                        }
                    };
                    state.set(State::Handling { answer });
                }
                StateOf::Handling { answer } => {
                    let answer = ready!(answer.poll(context))?;
                    return Poll::Ready(Ok(answer.map(Either::Left)));
                }
            }
        }
    }
}

/// The request for the inner service.
fn verified<P: Provider>(
    head: Request<()>,
    body: Result<Bytes, Rejection>,
    verifier: &Verifier<P>,
) -> Result<Request<Full<Bytes>>, Rejection> {
    let verified = body.and_then(|body| Ok(verifier.verify_request(head.headers(), body)?));
    let signed = observe::told(verified, now)?;
    let mut request = head.map(|()| Full::new(signed.bytes().clone()));
    request.extensions_mut().insert(signed);
    Ok(request)
}

impl<P> Clone for VerifyLayer<P> {
    fn clone(&self) -> Self {
        Self {
            verifier: self.verifier.clone(),
            limit: self.limit,
        }
    }
}

impl<S: Clone, P> Clone for Verify<S, P> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<P> fmt::Debug for VerifyLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyLayer")
            .field("verifier", &self.verifier)
            .field("limit", &self.limit)
            .finish()
    }
}

impl<S: fmt::Debug, P> fmt::Debug for Verify<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verify")
            .field("inner", &self.inner)
            .field("layer", &self.layer)
            .finish()
    }
}

impl<S: Service<Request<Full<Bytes>>>, P, B> fmt::Debug for VerifyFuture<S, P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyFuture").finish_non_exhaustive()
    }
}
