//! The axum integration, over HTTP/1.1 and HTTP/2.
#![cfg(feature = "workos")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::{collections::HashMap, io, net::SocketAddr};

use axum::{
    Extension, Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRef, FromRequest, Path, Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use bytes::Bytes;
use countersign::{
    Verifier,
    axum::{FromDelivery, Rejection, Signed, Webhook, receive},
    workos::{self, Event, SIGNATURE_HEADER, WorkOs},
};
use futures_util::{FutureExt, stream};
use http_body_util::Limited;
use support::{BODY, OLD_SECRET, SECRET, providers::Typed, secret, verifier};
use time::OffsetDateTime;
use tokio::{net::TcpListener, sync::watch, task::yield_now};
use tower::ServiceExt;
use web::{
    Answer, DEFAULT_LIMIT, Extraction, Handlers, LOWERED, OTHER_SECRET, Pieced, RAISED, Server,
    route,
};

web::for_each_integration!(server, extract, answer);
web::for_each_bounded_integration!(server, extract);

async fn server() -> Server {
    Server::new(async |handlers| serve(router(handlers)).await).await
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let listener = listener.tap_io(|it| it.set_nodelay(true).expect("an open connection"));
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

fn extract(limit: Option<usize>, header: &str, pieces: Pieced) -> Extraction<Rejection> {
    let mut request = Request::new(Body::from_stream(pieces));
    let header = header.parse().expect("a header value");
    request.headers_mut().insert(SIGNATURE_HEADER, header);
    if let Some(limit) = limit {
        DefaultBodyLimit::max(limit).apply(&mut request);
    }
    async { Signed::from_request(request, &verifier()).await }.boxed_local()
}

fn answer(rejection: Rejection) -> Answer {
    web::answer_of(rejection.into_response())
}

/// What it says is what the delivery says.
#[test]
fn signed_deliveries() {
    let now = OffsetDateTime::now_utc();
    let header = workos::Signer::new(secret(OLD_SECRET)).sign(BODY, now);
    let mut request = Request::new(Body::from(BODY));
    let value = header.parse().expect("a header value");
    request.headers_mut().insert(SIGNATURE_HEADER, value);
    let verifier = verifier().with_previous(secret(OLD_SECRET));
    let signed = Signed::<WorkOs>::from_request(request, &verifier).now_or_never();
    let signed = signed
        .expect("a body that is ready")
        .expect("a genuine delivery");

    let delivery = verifier
        .verify_at(header, BODY, now)
        .expect("a genuine delivery");
    assert_eq!(signed.body(), BODY);
    assert_eq!(signed.signed_at(), delivery.signed_at());
    assert_eq!(signed.key_index(), 1);
    assert_eq!(signed.event(), delivery.event());
    let event = Webhook(Event::from_json(EVENT).expect("an event"));
    assert_eq!(format!("{event:?}"), format!("Webhook({:?})", event.0));
    assert_eq!(signed.envelope().expect("an event").id, "event_01");
    let json: serde_json::Value = signed.json().expect("JSON");
    assert_eq!(json["event"], "user.created");
    assert_eq!(format!("{signed:?}"), format!("{delivery:?}"));
    assert_eq!(signed.clone().into_body().as_ptr(), signed.body().as_ptr());
}

/// What is genuine and does not decode is not lost.
#[test]
fn what_does_not_decode_comes_with_its_bytes() {
    let now = OffsetDateTime::now_utc();
    let header = workos::Signer::new(secret(SECRET)).sign(b"{}", now);
    let mut request = Request::new(Body::from("{}"));
    let value = header.parse().expect("a header value");
    request.headers_mut().insert(SIGNATURE_HEADER, value);
    let verifier = verifier();
    let webhook = Webhook::<Event>::from_request(request, &verifier).now_or_never();
    let rejection = webhook
        .expect("a body that is ready")
        .expect_err("no event");
    web::is_undecoded(rejection, b"{}", now);
}

const EVENT: &[u8] = br#"{"id":"event_01","data":{"group_id":"1","organization_membership_id":"2"},"event":"group.member_added","created_at":"2026-01-02T03:04:05Z"}"#;

/// What the routes of one provider have.
struct App<P: Typed> {
    verifier: Verifier<P>,
    handlers: Handlers,
}

impl<P: Typed> Clone for App<P> {
    fn clone(&self) -> Self {
        Self {
            verifier: self.verifier.clone(),
            handlers: self.handlers.clone(),
        }
    }
}

impl<P: Typed> FromRef<App<P>> for Verifier<P> {
    fn from_ref(app: &App<P>) -> Self {
        app.verifier.clone()
    }
}

impl<P: Typed> FromRef<App<P>> for Handlers {
    fn from_ref(app: &App<P>) -> Self {
        app.handlers.clone()
    }
}

/// One that stands in front of the extractor, and tells of it as those of the framework's authors do.
#[test]
fn limit_of_a_layer() {
    let body = Body::new(Limited::new(Body::from(BODY), BODY.len() - 1));
    let signed = Signed::<WorkOs>::from_request(Request::new(body), &verifier()).now_or_never();
    let signed = signed.expect("a body that is ready");
    assert_eq!(signed.map(|_| ()), Err(Rejection::BodyTooLarge));
}

/// One that is set counts, even where it is the framework's own, and none at all where it is switched off.
#[test]
fn default_body_limits() {
    const MIB: usize = 1024 * 1024;
    for (limit, at_most) in [
        (None, DEFAULT_LIMIT),
        (Some(DefaultBodyLimit::max(DEFAULT_LIMIT)), DEFAULT_LIMIT),
        (Some(DefaultBodyLimit::max(2 * MIB)), 2 * MIB),
        (Some(DefaultBodyLimit::max(2 * MIB + 1)), 2 * MIB + 1),
        (Some(DefaultBodyLimit::max(0)), 0),
        (Some(DefaultBodyLimit::disable()), usize::MAX),
    ] {
        for length in [0, 1, DEFAULT_LIMIT, DEFAULT_LIMIT + 1, 2 * MIB, 2 * MIB + 1] {
            let body = vec![b'a'; length];
            let mut request = signed_request("/", SECRET, &body);
            if let Some(limit) = limit {
                limit.apply(&mut request);
            }
            let signed = Signed::<WorkOs>::from_request(request, &verifier()).now_or_never();
            let read = signed.expect("a body that is ready");
            let read = read.map(|it| it.body().len());
            let expected = match length <= at_most {
                true => Ok(length),
                false => Err(Rejection::BodyTooLarge),
            };
            assert_eq!(read, expected, "{limit:?} {length}");
        }
    }
    // And of a length that is not told before.
    for (limit, expected) in [
        (DefaultBodyLimit::max(2 * MIB), Err(Rejection::BodyTooLarge)),
        (DefaultBodyLimit::disable(), Ok(())),
    ] {
        let body = vec![b'a'; 2 * MIB + 1];
        let pieces = stream::iter([Ok::<_, io::Error>(body.clone())]);
        let mut request = signed_request("/", SECRET, &body);
        *request.body_mut() = Body::from_stream(pieces);
        limit.apply(&mut request);
        let signed = Signed::<WorkOs>::from_request(request, &verifier()).now_or_never();
        let signed = signed.expect("a body that is ready");
        assert_eq!(signed.map(|_| ()), expected, "{limit:?}");
    }
}

/// The verifier of the tenant in the path, which is looked up.
#[tokio::test]
async fn verifiers_chosen_by_the_request() {
    async fn handler(
        State(tenants): State<HashMap<&'static str, workos::Verifier>>,
        Path(tenant): Path<String>,
        request: Request,
    ) -> Result<(StatusCode, String), Rejection> {
        yield_now().await;
        let Some(verifier) = tenants.get(tenant.as_str()) else {
            return Ok((StatusCode::NOT_FOUND, "no such tenant".into()));
        };
        let Webhook(event): Webhook<Event> = Webhook::decode(receive(request, verifier).await?)?;
        Ok((StatusCode::OK, format!("{tenant} {}", event.id)))
    }

    let tenants = [("one", SECRET), ("two", OTHER_SECRET)];
    let tenants = tenants.map(|(tenant, key)| (tenant, workos::Verifier::new(secret(key))));
    let router = Router::new()
        .route("/webhooks/{tenant}", post(handler))
        .with_state(HashMap::from(tenants));
    for (path, secret, body, expected) in [
        ("/webhooks/one", SECRET, EVENT, (200, "one event_01")),
        ("/webhooks/two", OTHER_SECRET, EVENT, (200, "two event_01")),
        ("/webhooks/one", OTHER_SECRET, EVENT, (401, "unauthorized")),
        ("/webhooks/two", SECRET, EVENT, (401, "unauthorized")),
        (
            "/webhooks/one",
            SECRET,
            b"{}",
            (500, "internal server error"),
        ),
        ("/webhooks/three", SECRET, EVENT, (404, "no such tenant")),
    ] {
        let answer = answer_to(&router, signed_request(path, secret, body)).await;
        assert_eq!(answer, (expected.0, expected.1.into()), "{path} {secret}");
    }
    let large = vec![b'a'; DEFAULT_LIMIT + 1];
    let answer = answer_to(&router, signed_request("/webhooks/one", SECRET, &large)).await;
    assert_eq!(answer, (413, "body too large".into()));
}

/// One verifier for all routes of a router, whose handlers get the body as if nobody had read it.
#[tokio::test]
async fn verifier_of_a_router() {
    async fn verify(
        State(verifier): State<workos::Verifier>,
        request: Request,
        next: Next,
    ) -> Result<Response, Rejection> {
        let (head, body) = request.into_parts();
        let signed = receive(Request::from_parts(head.clone(), body), &verifier).await?;
        let mut request = Request::from_parts(head, Body::from(signed.clone().into_body()));
        request.extensions_mut().insert(signed);
        Ok(next.run(request).await)
    }
    async fn handler(Extension(signed): Extension<Signed<WorkOs>>, body: Bytes) -> String {
        assert_eq!(body.as_ptr(), signed.body().as_ptr());
        String::from_utf8(body.into()).expect("UTF-8")
    }

    let router = Router::new()
        .route("/one", post(handler))
        .route("/two", post(async |webhook: Webhook<Event>| webhook.0.id))
        .with_state(verifier())
        .layer(from_fn_with_state(verifier(), verify))
        .route("/open", post(async || "open"));
    let forged = || signed_request("/", SECRET, EVENT).map(|_| Body::from("forged"));
    for (path, expected) in [
        ("/one", str::from_utf8(EVENT).expect("UTF-8")),
        ("/two", "event_01"),
        ("/open", "open"),
    ] {
        let answer = answer_to(&router, signed_request(path, SECRET, EVENT)).await;
        assert_eq!(answer, (200, expected.into()), "{path}");
        let mut forged = forged();
        *forged.uri_mut() = path.parse().expect("a path");
        let expected = match path {
            "/open" => (200, "open".into()),
            _ => (401, "unauthorized".into()),
        };
        assert_eq!(answer_to(&router, forged).await, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation() {
    #[derive(Clone)]
    struct Rotated {
        verifier: watch::Receiver<workos::Verifier>,
        handlers: Handlers,
    }
    impl FromRef<Rotated> for workos::Verifier {
        fn from_ref(state: &Rotated) -> Self {
            state.verifier.borrow().clone()
        }
    }
    impl FromRef<Rotated> for Handlers {
        fn from_ref(state: &Rotated) -> Self {
            state.handlers.clone()
        }
    }

    web::rotation(async |handlers, verifier| {
        let state = Rotated { verifier, handlers };
        let route = route::of::<WorkOs>(route::SIGNED);
        serve(
            Router::new()
                .route(&route, post(signed::<WorkOs>))
                .with_state(state),
        )
        .await
    })
    .await;
}

fn signed_request(path: &str, key: &str, body: &[u8]) -> Request {
    let header = workos::Signer::new(secret(key)).sign(body, OffsetDateTime::now_utc());
    let request = Request::post(path).header(SIGNATURE_HEADER, header);
    request.body(Body::from(body.to_vec())).expect("a request")
}

async fn answer_to(router: &Router, request: Request) -> (u16, String) {
    let Ok(answer) = router.clone().oneshot(request).await;
    let answer = web::answer_of(answer);
    (answer.status, answer.text)
}

fn router(handlers: Handlers) -> Router {
    let router = Router::new().merge(of_provider::<WorkOs>(&handlers));
    #[cfg(feature = "clerk")]
    let router = router.merge(of_provider::<countersign::clerk::Clerk>(&handlers));
    #[cfg(feature = "courier")]
    let router = router.merge(of_provider::<countersign::courier::Courier>(&handlers));
    router
}

fn of_provider<P: Typed<Event: FromDelivery<Provider = P>>>(handlers: &Handlers) -> Router {
    let app = |verifier| App {
        verifier,
        handlers: handlers.clone(),
    };
    let of = route::of::<P>;
    let limited = |limit| post(signed::<P>).layer(DefaultBodyLimit::max(limit));
    let verifier = Verifier::<P>::new(P::secret(SECRET)).with_previous(P::secret(OLD_SECRET));
    let other = Verifier::<P>::new(P::secret(OTHER_SECRET));
    Router::new()
        .route(&of(route::EVENT), post(event::<P>))
        .route(&of(route::SIGNED), post(signed::<P>))
        .route(&of(route::REASON), post(reason::<P>))
        .route(&of(route::PANIC), post(panic::<P>))
        .route(&of(route::SLOW), post(slow::<P>))
        .route(&of(route::LOWERED), limited(LOWERED))
        .route(&of(route::RAISED), limited(RAISED))
        .route(&of(route::OTHER), post(event::<P>).with_state(app(other)))
        .with_state(app(verifier))
}

async fn event<P: Typed<Event: FromDelivery>>(
    State(handlers): State<Handlers>,
    Webhook(event): Webhook<P::Event>,
) {
    handlers.see(P::key(&event));
}

async fn signed<P: Typed>(State(handlers): State<Handlers>, signed: Signed<P>) {
    handlers.see(format!("{} {}", signed.body().len(), signed.key_index()));
}

async fn reason<P: Typed<Event: FromDelivery>>(
    State(handlers): State<Handlers>,
    webhook: Result<Webhook<P::Event>, Rejection>,
) -> String {
    match webhook {
        Ok(Webhook(event)) => {
            handlers.see(P::key(&event));
            String::new()
        }
        Err(rejection) => rejection.to_string(),
    }
}

async fn panic<P: Typed<Event: FromDelivery>>(
    State(handlers): State<Handlers>,
    Webhook(event): Webhook<P::Event>,
) {
    handlers.see(P::key(&event));
    panic!("a handler's own");
}

async fn slow<P: Typed<Event: FromDelivery>>(
    State(handlers): State<Handlers>,
    Webhook(event): Webhook<P::Event>,
) {
    handlers.see(P::key(&event));
    let permit = handlers.gate.acquire().await;
    permit.expect("an open gate").forget();
}

/// One state that has the verifiers of all.
#[cfg(all(feature = "clerk", feature = "courier"))]
#[tokio::test]
async fn verifiers_of_several_providers_in_one_state() {
    use countersign::{clerk, courier};
    use support::providers::body;

    #[derive(Clone)]
    struct All(workos::Verifier, clerk::Verifier, courier::Verifier);

    impl FromRef<All> for workos::Verifier {
        fn from_ref(all: &All) -> Self {
            all.0.clone()
        }
    }
    impl FromRef<All> for clerk::Verifier {
        fn from_ref(all: &All) -> Self {
            all.1.clone()
        }
    }
    impl FromRef<All> for courier::Verifier {
        fn from_ref(all: &All) -> Self {
            all.2.clone()
        }
    }

    let all = All(
        workos::Verifier::new(WorkOs::secret(SECRET)),
        clerk::Verifier::new(clerk::Clerk::secret(OLD_SECRET)),
        courier::Verifier::new(courier::Courier::secret(OTHER_SECRET)),
    );
    let router = Router::new()
        .route("/workos", post(async |_: Webhook<Event>| "workos"))
        .route("/clerk", post(async |_: Webhook<clerk::Event>| "clerk"))
        .route(
            "/courier",
            post(async |_: Webhook<courier::Event>| "courier"),
        )
        .with_state(all);
    async fn answer<P: Typed>(router: &Router, secret: &str) -> StatusCode {
        let body = body::<P>(P::SAMPLE, r#"{"id":"1"}"#);
        let mut request = Request::post(format!("/{}", P::NAME));
        for (name, value) in P::sign(secret, body.as_bytes(), OffsetDateTime::now_utc()) {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer")
            .status()
    }
    let secrets = [SECRET, OLD_SECRET, OTHER_SECRET];
    for (index, secret) in secrets.into_iter().enumerate() {
        let answers = [
            answer::<WorkOs>(&router, secret).await,
            answer::<clerk::Clerk>(&router, secret).await,
            answer::<courier::Courier>(&router, secret).await,
        ];
        for (provider, answer) in answers.into_iter().enumerate() {
            assert_eq!(
                answer,
                if provider == index { 200 } else { 401 },
                "{provider} {secret}"
            );
        }
    }
}
