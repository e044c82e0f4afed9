//! The axum integration, over HTTP/1.1 and HTTP/2.
#![cfg(feature = "workos")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::convert::Infallible;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRef, FromRequest, Request, State},
    response::IntoResponse,
    routing::post,
};
use bytes::Bytes;
use countersign::{
    Verifier,
    axum::{FromDelivery, Rejection, Signed, Webhook},
    workos::{self, Event, SIGNATURE_HEADER, WorkOs},
};
use futures_util::{FutureExt, StreamExt, stream};
use http_body_util::Limited;
use support::{BODY, OLD_SECRET, SECRET, providers::Typed, secret, verifier};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use web::{Handlers, LOWERED, OTHER_SECRET, Protocol, RAISED, Server, route};

web::for_each_integration!(server, extract, answer);

async fn server() -> Server {
    let start = async |handlers| {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = router(handlers);
        tokio::spawn(async { axum::serve(listener, router).await });
        address
    };
    Server::new(&[Protocol::Http1, Protocol::Http2], start).await
}

fn extract(
    limit: Option<usize>,
    header: &str,
    pieces: Vec<Bytes>,
) -> Result<Signed<WorkOs>, Rejection> {
    let pieces = stream::iter(pieces).map(Ok::<_, Infallible>);
    let mut request = Request::new(Body::from_stream(pieces));
    let header = header.parse().expect("a header value");
    request.headers_mut().insert(SIGNATURE_HEADER, header);
    if let Some(limit) = limit {
        DefaultBodyLimit::max(limit).apply(&mut request);
    }
    let signed = Signed::from_request(request, &verifier()).now_or_never();
    signed.expect("a stream that is ready")
}

fn answer(rejection: Rejection) -> (u16, String, String) {
    let response = rejection.into_response();
    let content_type = response.headers()["content-type"].to_str();
    let content_type = content_type.expect("ASCII").to_owned();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).now_or_never();
    let body = body.expect("a body that is ready").expect("a body");
    (
        status,
        content_type,
        String::from_utf8(body.into()).expect("UTF-8"),
    )
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
    use axum::http::StatusCode;
    use countersign::{clerk, courier};
    use support::providers::body;
    use tower::ServiceExt;

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
