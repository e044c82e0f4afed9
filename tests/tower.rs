//! The layer for services of tower, over HTTP/1.1 and HTTP/2.
#![cfg(feature = "workos")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::{
    collections::HashMap,
    convert::Infallible,
    error::Error,
    fmt,
    future::{Ready, ready},
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use countersign::{
    Rejection, Signed, Verifier,
    tower::VerifyLayer,
    workos::{SIGNATURE_HEADER, WorkOs},
};
use futures_util::{FutureExt, StreamExt, stream};
use http_body_util::{BodyExt, Either, Full, Limited, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    HeaderMap, Method, Request, Response, Uri, Version,
    body::{Body, Frame, Incoming, SizeHint},
    header::{HeaderName, HeaderValue},
};
use support::{BODY, OLD_SECRET, SECRET, providers::Typed, verifier};
use tokio::sync::{
    Semaphore,
    mpsc::{UnboundedSender, unbounded_channel},
};
use tower::{
    Layer, Service, ServiceBuilder, ServiceExt, limit::ConcurrencyLimit, service_fn,
    util::BoxCloneSyncService,
};
use web::{
    Answer, Extraction, Handlers, LOWERED, OTHER_SECRET, Pieced, RAISED, Server, route, sign_now,
};

web::for_each_integration!(server, extract, answer);
web::for_each_bounded_integration!(server, extract);

type Route = BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

async fn server() -> Server {
    let start = async |handlers: Handlers| {
        let mut routes = HashMap::new();
        add_provider::<WorkOs>(&mut routes, &handlers);
        #[cfg(feature = "clerk")]
        add_provider::<countersign::clerk::Clerk>(&mut routes, &handlers);
        #[cfg(feature = "courier")]
        add_provider::<countersign::courier::Courier>(&mut routes, &handlers);
        web::serve(move |request| {
            let route = routes[request.uri().path()].clone();
            route.oneshot(request).map(|Ok(answer)| answer)
        })
        .await
    };
    Server::new(start).await.without_reasons()
}

fn add_provider<P: Typed>(routes: &mut HashMap<String, Route>, handlers: &Handlers) {
    let verifier = Verifier::<P>::new(P::secret(SECRET)).with_previous(P::secret(OLD_SECRET));
    let other = Verifier::<P>::new(P::secret(OTHER_SECRET));
    let own = || VerifyLayer::new(verifier.clone());
    for (route, layer) in [
        (route::EVENT, own()),
        (route::SIGNED, own()),
        (route::PANIC, own()),
        (route::SLOW, own()),
        (route::LOWERED, own().with_limit(LOWERED)),
        (route::RAISED, own().with_limit(RAISED)),
        (route::OTHER, VerifyLayer::new(other)),
    ] {
        let handlers = handlers.clone();
        let handler = service_fn(move |request| {
            let handlers = handlers.clone();
            async move {
                let delivery = delivery::<P>(request).await;
                Ok(match handlers.handle(route, &delivery).await {
                    Ok(()) => Response::new(Full::default()),
                    Err(rejection) => rejection.into(),
                })
            }
        });
        let service = ServiceBuilder::new()
            .map_response(|answer: Response<Either<_, _>>| answer.map(Either::into_inner))
            .layer(layer)
            .service(handler);
        routes.insert(route::of::<P>(route), Route::new(service));
    }
}

/// What a handler gets, which is the body as it was signed, and not a copy.
async fn delivery<P: Typed>(request: Request<Full<Bytes>>) -> Signed<P> {
    let (mut head, body) = request.into_parts();
    let delivery: Signed<P> = head.extensions.remove().expect("a delivery");
    let Ok(body) = body.collect().await;
    let body = body.to_bytes();
    assert_eq!(body, delivery.body());
    assert!(body.is_empty() || body.as_ptr() == delivery.body().as_ptr());
    delivery
}

/// The client learns no more than this.
#[derive(Clone, Debug, PartialEq)]
struct Refusal(u16, String);

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection.status(), rejection.text().to_owned())
    }
}

fn extract(limit: Option<usize>, header: &str, pieces: Pieced) -> Extraction<Refusal> {
    let mut layer = VerifyLayer::new(verifier());
    if let Some(limit) = limit {
        layer = layer.with_limit(limit);
    }
    let service = layer.layer(service_fn(async |request| {
        let mut answer = Response::new(Full::<Bytes>::default());
        answer
            .extensions_mut()
            .insert(delivery::<WorkOs>(request).await);
        Ok::<_, Infallible>(answer)
    }));
    let body = StreamBody::new(pieces.map(|piece| piece.map(Frame::data)));
    let request = request(header, body);
    async {
        let Ok(mut answer) = service.oneshot(request).await;
        match answer.extensions_mut().remove() {
            Some(delivery) => Ok(delivery),
            None => {
                let answer = web::answer_of(answer);
                Err(Refusal(answer.status, answer.text))
            }
        }
    }
    .boxed_local()
}

fn answer(rejection: Rejection) -> Answer {
    web::answer_of(Response::<Full<Bytes>>::from(rejection))
}

/// The instance that was ready is called, and what it has reserved is kept until the answer.
#[tokio::test]
async fn readiness_is_that_of_the_inner_service() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let inner = service_fn(move |_: Request<Full<Bytes>>| {
        let wait = Arc::clone(&wait);
        async move {
            wait.acquire().await.expect("an open gate").forget();
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }
    });
    // Panics if it is called without having been ready.
    let inner = ConcurrencyLimit::new(inner, 1);
    let mut service = VerifyLayer::new(verifier()).layer(inner);

    assert!(is_ready(&mut service));
    assert!(!is_ready(&mut service.clone()));
    let (pieces, body) = body();
    let mut answer = Box::pin(service.call(request(&sign_now(BODY), body)));
    assert!((&mut answer).now_or_never().is_none());
    assert!(!is_ready(&mut service), "while the body is read");
    pieces.send(Ok(Frame::data(BODY.into()))).expect("a reader");
    drop(pieces);
    assert!((&mut answer).now_or_never().is_none());
    assert!(!is_ready(&mut service), "while it is handled");
    gate.add_permits(1);
    assert_eq!(status(answer.now_or_never()), Some(200));
    assert!(is_ready(&mut service), "afterwards");

    // What a refused request had reserved is free when it is answered, or given up.
    let refused = service.call(request("", whole()));
    assert_eq!(status(refused.now_or_never()), Some(401));
    assert!(is_ready(&mut service), "after a refusal");
    let (_pieces, body) = self::body();
    let mut dropped = Box::pin(service.call(request(&sign_now(BODY), body)));
    assert!((&mut dropped).now_or_never().is_none());
    assert!(!is_ready(&mut service), "while the body is read");
    drop(dropped);
    assert!(is_ready(&mut service), "after a client that went away");
}

#[tokio::test]
async fn errors_of_the_inner_service() {
    #[derive(Clone, Debug, PartialEq)]
    enum Failure {
        Ready,
        Call,
    }
    #[derive(Clone)]
    struct Failing(Failure);

    impl Service<Request<Full<Bytes>>> for Failing {
        type Response = Response<Full<Bytes>>;
        type Error = Failure;
        type Future = Ready<Result<Self::Response, Failure>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
            Poll::Ready(match self.0 {
                Failure::Ready => Err(Failure::Ready),
                Failure::Call => Ok(()),
            })
        }

        fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
            ready(Err(Failure::Call))
        }
    }

    for failure in [Failure::Ready, Failure::Call] {
        let service = VerifyLayer::new(verifier()).layer(Failing(failure.clone()));
        let request = request(&sign_now(BODY), whole());
        let answer = service.oneshot(request).await;
        assert_eq!(answer.map(|_| ()), Err(failure));
    }
    // It is not called for what is refused.
    let service = VerifyLayer::new(verifier()).layer(Failing(Failure::Call));
    let answer = service.oneshot(request("", whole())).await;
    assert_eq!(answer.map(|it| it.status().as_u16()), Ok(401));
}

/// Bodies in boxes, an error that is a status, and trailers, as in services of gRPC.
#[tokio::test]
async fn boxed_bodies() {
    #[derive(Debug)]
    struct Status(&'static str);
    impl fmt::Display for Status {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl Error for Status {}
    type Boxed = UnsyncBoxBody<Bytes, Status>;

    async fn answer<B>(request: Request<B>) -> Result<Response<Boxed>, Infallible>
    where
        B: Body<Data = Bytes, Error: fmt::Debug>,
    {
        assert!(request.extensions().get::<Signed<WorkOs>>().is_some());
        let body = request.into_body().collect().await.expect("a body");
        assert_eq!(body.to_bytes(), BODY);
        let trailers = HeaderMap::from_iter([("grpc-status", "0")].map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        }));
        let body = Full::from("answer").with_trailers(ready(Some(Ok(trailers))));
        Ok(Response::new(Boxed::new(body.map_err(|it| match it {}))))
    }

    let service = ServiceBuilder::new()
        .map_response(|answer: Response<Either<Boxed, Full<Bytes>>>| answer.map(UnsyncBoxBody::new))
        .layer(VerifyLayer::new(verifier()))
        .service(service_fn(answer));
    let service = BoxCloneSyncService::new(service);
    let send = async |header: &str, body: Boxed| {
        let answer = service.clone().oneshot(request(header, body)).await;
        let Ok(answer) = answer;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body");
        let grpc_status = body
            .trailers()
            .and_then(|it| it.get("grpc-status"))
            .cloned();
        (status, body.to_bytes(), grpc_status)
    };
    let header = sign_now(BODY);
    let boxed = || Boxed::new(whole().map_err(|it| match it {}));
    let ok = (200, "answer".into(), Some(HeaderValue::from_static("0")));
    assert_eq!(send(&header, boxed()).await, ok);
    let refused = (401, "unauthorized".into(), None);
    assert_eq!(send("", boxed()).await, refused);
    let half = stream::iter([Ok(Frame::data(BODY.into())), Err(Status("cancelled"))]);
    let unread = (400, "body not readable".into(), None);
    assert_eq!(
        send(&header, Boxed::new(StreamBody::new(half))).await,
        unread
    );
    let limited = Limited::new(boxed(), BODY.len() - 1);
    let service = VerifyLayer::new(verifier()).layer(service_fn(answer));
    let answer = service.oneshot(request(&header, limited)).await;
    assert_eq!(answer.map(|it| it.status().as_u16()), Ok(413));
}

/// Pieces that are no `Bytes` are copied, but none before it is known to be within the limit.
#[tokio::test]
async fn pieces_of_another_type() {
    let inner = service_fn(async |request| {
        assert_eq!(delivery::<WorkOs>(request).await.body(), BODY);
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let layer = VerifyLayer::new(verifier()).with_limit(BODY.len());
    let service = layer.layer(inner);
    let (one, other) = BODY.split_at(BODY.len() / 2);
    let (second, third) = other.split_at(other.len() / 2);
    for pieces in [
        vec![one.chain(other)],
        vec![one.chain(second), third.chain(&[])],
    ] {
        let pieces = pieces
            .into_iter()
            .map(|it| Ok::<_, Infallible>(Frame::data(it)));
        let body = StreamBody::new(stream::iter(pieces));
        let answer = service.clone().oneshot(request(&sign_now(BODY), body));
        assert_eq!(status(answer.now_or_never()), Some(200));
    }

    /// More than there is memory for.
    struct Endless;
    impl Buf for Endless {
        fn remaining(&self) -> usize {
            usize::MAX
        }

        fn chunk(&self) -> &[u8] {
            BODY
        }

        fn advance(&mut self, _: usize) {}
    }
    let pieces = stream::iter([Ok::<_, Infallible>(Frame::data(Endless))]);
    let request = request(&sign_now(BODY), StreamBody::new(pieces));
    assert_eq!(status(service.oneshot(request).now_or_never()), Some(413));
}

/// A body that goes on to say how long it was in the beginning is not too large for it.
#[tokio::test]
async fn a_length_that_is_not_counted_down() {
    struct Stale(Vec<&'static [u8]>);
    impl Body for Stale {
        type Data = &'static [u8];
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
            Poll::Ready(self.0.pop().map(|piece| Ok(Frame::data(piece))))
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(BODY.len() as u64)
        }
    }

    let (start, end) = BODY.split_at(BODY.len() / 2);
    for (limit, expected) in [(BODY.len(), 200), (BODY.len() - 1, 413)] {
        let service = VerifyLayer::new(verifier())
            .with_limit(limit)
            .layer(service_fn(async |_| {
                Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
            }));
        let answer = service.oneshot(request(&sign_now(BODY), Stale(vec![end, start])));
        assert_eq!(status(answer.now_or_never()), Some(expected));
    }
}

/// All that can be said of a body is passed on, and all of the request that is not its body.
#[tokio::test]
async fn what_the_inner_service_gets() {
    let inner = service_fn(async |request: Request<Full<Bytes>>| {
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.uri(), "/path?query");
        assert_eq!(request.version(), Version::HTTP_2);
        assert_eq!(request.headers()["x-header"], "value");
        assert_eq!(
            request.extensions().get(),
            Some(&"an extension of a layer in front")
        );
        assert_eq!(request.body().size_hint().exact(), Some(BODY.len() as u64));
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut request = request(&sign_now(BODY), whole());
    *request.method_mut() = Method::PUT;
    *request.uri_mut() = Uri::from_static("/path?query");
    *request.version_mut() = Version::HTTP_2;
    let headers = request.headers_mut();
    headers.insert("x-header", HeaderValue::from_static("value"));
    request
        .extensions_mut()
        .insert("an extension of a layer in front");
    let answer = VerifyLayer::new(verifier()).layer(inner).oneshot(request);
    assert_eq!(status(answer.now_or_never()), Some(200));
}

/// A provider's type has to implement nothing else.
#[test]
fn any_provider() {
    enum Bare {}
    impl countersign::Provider for Bare {
        type Secret = countersign::Secret;
        const NAME: &'static str = "bare";
        const SCHEME: countersign::Scheme = countersign::Scheme::prefixed("x-signature", "sha256=");
    }
    let layer = VerifyLayer::new(Verifier::<Bare>::new(support::secret(SECRET)));
    let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    let answer = service.clone().oneshot(request("", whole()));
    assert_eq!(status(answer.now_or_never()), Some(401));
    assert!(!format!("{layer:?} {service:?}").contains(SECRET));
}

/// With a router of axum behind it, whose handlers take the delivery by an extractor.
#[cfg(feature = "axum")]
#[tokio::test]
async fn under_axum() {
    use axum::{Extension, Router, body::Body, routing::post};

    async fn handler(Extension(delivery): Extension<Signed<WorkOs>>, body: Bytes) -> String {
        assert_eq!(body, delivery.body());
        assert_eq!(body.as_ptr(), delivery.body().as_ptr());
        format!("{}", delivery.key_index())
    }

    let router = Router::new()
        .route("/", post(handler))
        .layer(VerifyLayer::new(verifier()).with_limit(BODY.len()))
        .route("/open", post(async || "open"));
    let send = async |path: &'static str, header: &str, body: &'static [u8]| {
        let mut request = request(header, Body::from(body));
        *request.uri_mut() = Uri::from_static(path);
        let Ok(answer) = router.clone().oneshot(request).await;
        let answer = web::answer_of(answer);
        (answer.status, answer.text)
    };
    let header = sign_now(BODY);
    assert_eq!(send("/", &header, BODY).await, (200, "0".into()));
    assert_eq!(send("/", "", BODY).await, (401, "unauthorized".into()));
    assert_eq!(
        send("/", &header, b"{}").await,
        (401, "unauthorized".into())
    );
    let larger = b"{}".repeat(BODY.len()).leak();
    assert_eq!(
        send("/", &header, larger).await,
        (413, "body too large".into())
    );
    assert_eq!(send("/open", "", BODY).await, (200, "open".into()));
}

fn is_ready(service: &mut impl Service<Request<Full<Bytes>>>) -> bool {
    service.ready().now_or_never().is_some()
}

type Pieces = UnboundedSender<io::Result<Frame<Bytes>>>;

/// A body whose pieces come when they are sent.
fn body() -> (Pieces, impl Body<Data = Bytes, Error = io::Error>) {
    let (pieces, mut receiver) = unbounded_channel();
    let body = stream::poll_fn(move |context| receiver.poll_recv(context));
    (pieces, StreamBody::new(body))
}

fn whole() -> Full<Bytes> {
    Full::from(BODY)
}

fn request<B>(header: &str, body: B) -> Request<B> {
    let request = Request::post("/").header(SIGNATURE_HEADER, header);
    request.body(body).expect("a request")
}

fn status<B>(answer: Option<Result<Response<B>, Infallible>>) -> Option<u16> {
    answer.map(|Ok(answer)| answer.status().as_u16())
}
