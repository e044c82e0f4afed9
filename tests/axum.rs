//! The axum integration, over HTTP/1.1 and HTTP/2.

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
    axum::{Rejection, Signed, Webhook},
    workos::{self, Event, SIGNATURE_HEADER, Verifier, WorkOs},
};
use futures_util::{FutureExt, StreamExt, stream};
use http_body_util::Limited;
use support::{BODY, OLD_SECRET, SECRET, secret, verifier};
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

#[derive(Clone)]
struct App {
    verifier: Verifier,
    handlers: Handlers,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl FromRef<App> for Handlers {
    fn from_ref(app: &App) -> Self {
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
    let app = |verifier| App {
        verifier,
        handlers: handlers.clone(),
    };
    let signed = |limit| post(signed).layer(DefaultBodyLimit::max(limit));
    let other = post(event).with_state(app(Verifier::new(secret(OTHER_SECRET))));
    Router::new()
        .route(route::EVENT, post(event))
        .route(route::SIGNED, post(self::signed))
        .route(route::REASON, post(reason))
        .route(route::PANIC, post(panic))
        .route(route::SLOW, post(slow))
        .route(route::LOWERED, signed(LOWERED))
        .route(route::RAISED, signed(RAISED))
        .route(route::OTHER, other)
        .with_state(app(verifier().with_previous(secret(OLD_SECRET))))
}

async fn event(State(handlers): State<Handlers>, Webhook(event): Webhook<Event>) {
    handlers.see(event.id);
}

async fn signed(State(handlers): State<Handlers>, signed: Signed<WorkOs>) {
    handlers.see(format!("{} {}", signed.body().len(), signed.key_index()));
}

async fn reason(
    State(handlers): State<Handlers>,
    webhook: Result<Webhook<Event>, Rejection>,
) -> String {
    match webhook {
        Ok(Webhook(event)) => {
            handlers.see(event.id);
            String::new()
        }
        Err(rejection) => rejection.to_string(),
    }
}

async fn panic(State(handlers): State<Handlers>, Webhook(event): Webhook<Event>) {
    handlers.see(event.id);
    panic!("a handler's own");
}

async fn slow(State(handlers): State<Handlers>, Webhook(event): Webhook<Event>) {
    handlers.see(event.id);
    let permit = handlers.gate.acquire().await;
    permit.expect("an open gate").forget();
}
