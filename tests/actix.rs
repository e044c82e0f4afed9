//! The actix-web integration, over HTTP/1.1.
#![cfg(feature = "workos")]

mod support;
#[path = "support/web.rs"]
mod web;

use actix_web::{
    App, FromRequest, HttpServer, ResponseError,
    body::to_bytes,
    dev::Payload,
    error::PayloadError,
    test::TestRequest,
    web::{Data, ServiceConfig, post, resource},
};
use bytes::Bytes;
use countersign::{
    Verifier,
    actix::{FromDelivery, Rejection, Signed, Webhook, WebhookConfig},
    workos::{self, Event, SIGNATURE_HEADER, WorkOs},
};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use support::{BODY, OLD_SECRET, SECRET, providers::Typed, secret, verifier};
use time::OffsetDateTime;
use web::{Handlers, LOWERED, OTHER_SECRET, Protocol, RAISED, Server, route};

web::for_each_integration!(server, extract, answer);

async fn server() -> Server {
    let start = async |handlers: Handlers| {
        let app = move || {
            let app = App::new()
                .app_data(Data::new(handlers.clone()))
                .configure(of_provider::<WorkOs>);
            #[cfg(feature = "clerk")]
            let app = app.configure(of_provider::<countersign::clerk::Clerk>);
            #[cfg(feature = "courier")]
            let app = app.configure(of_provider::<countersign::courier::Courier>);
            app
        };
        let server = HttpServer::new(app).workers(2).disable_signals();
        let server = server.bind("127.0.0.1:0").expect("a port");
        let address = server.addrs()[0];
        tokio::spawn(server.run());
        address
    };
    Server::new(&[Protocol::Http1], start).await
}

fn extract(
    limit: Option<usize>,
    header: &str,
    pieces: Vec<Bytes>,
) -> Result<Signed<WorkOs>, Rejection> {
    let request = request(header).app_data(verifier());
    let request = match limit {
        Some(limit) => request.app_data(WebhookConfig::new(limit)),
        None => request,
    };
    receive(request, pieces)
}

fn request(header: &str) -> TestRequest {
    TestRequest::post().insert_header((SIGNATURE_HEADER, header))
}

fn receive(request: TestRequest, pieces: Vec<Bytes>) -> Result<Signed<WorkOs>, Rejection> {
    receive_stream(request, stream::iter(pieces).map(Ok))
}

fn receive_stream(
    request: TestRequest,
    body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
) -> Result<Signed<WorkOs>, Rejection> {
    let mut payload = Payload::Stream {
        payload: body.boxed_local(),
    };
    let signed = Signed::from_request(&request.to_http_request(), &mut payload);
    signed.now_or_never().expect("a stream that is ready")
}

fn answer(rejection: Rejection) -> (u16, String, String) {
    let response = rejection.error_response();
    assert_eq!(response.status(), rejection.status_code());
    let content_type = response.headers().get("content-type").expect("a type");
    let content_type = content_type.to_str().expect("ASCII").to_owned();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body()).now_or_never();
    let body = body.expect("a body that is ready").expect("a body");
    (
        status,
        content_type,
        String::from_utf8(body.into()).expect("UTF-8"),
    )
}

/// The one in `web::Data`, the bare one, none, and both, of which neither is taken.
#[test]
fn verifiers_in_app_data() {
    let header = sign_now(BODY);
    let body = || vec![Bytes::from_static(BODY)];
    let verdict = |request| receive(request, body()).map(|_| ());
    assert_eq!(verdict(request(&header).app_data(verifier())), Ok(()));
    assert_eq!(
        verdict(request(&header).app_data(Data::new(verifier()))),
        Ok(())
    );
    assert_eq!(verdict(request(&header)), Err(Rejection::MissingVerifier));
    let both = request(&header)
        .app_data(verifier())
        .app_data(Data::new(verifier()));
    assert_eq!(verdict(both), Err(Rejection::AmbiguousVerifier));
}

/// What is genuine and does not decode is not lost.
#[test]
fn what_does_not_decode_comes_with_its_bytes() {
    let now = OffsetDateTime::now_utc();
    let header = workos::Signer::new(secret(SECRET)).sign(b"{}", now);
    let request = request(&header).app_data(verifier()).to_http_request();
    let body = stream::iter([Ok(Bytes::from_static(b"{}"))]);
    let mut payload = Payload::Stream {
        payload: body.boxed_local(),
    };
    let webhook = Webhook::<Event>::from_request(&request, &mut payload).now_or_never();
    let rejection = webhook
        .expect("a body that is ready")
        .expect_err("no event");
    web::is_undecoded(rejection, b"{}", now);
}

/// The framework's own extractors decompress a body of this encoding.
#[test]
fn encoded_bodies_stay_as_they_are() {
    let header = sign_now(BODY);
    let request = request(&header)
        .app_data(verifier())
        .insert_header(("content-encoding", "gzip"));
    let received = receive(request, vec![Bytes::from_static(BODY)]);
    assert_eq!(received.map(Signed::into_body), Ok(BODY.into()));
}

/// The one in `web::Data`, the bare one, and the default.
#[test]
fn limits_in_app_data() {
    let large = vec![b'a'; 1024 * 1024 + 1];
    let header = sign_now(&large);
    let verdict = |request: TestRequest| {
        let request = request.app_data(verifier());
        receive(request, vec![large.clone().into()]).map(|_| ())
    };
    let too_large = Err(Rejection::BodyTooLarge);
    assert_eq!(verdict(request(&header)), too_large);
    for (limit, expected) in [(large.len(), Ok(())), (large.len() - 1, too_large)] {
        let config = WebhookConfig::default().limit(limit);
        assert_eq!(verdict(request(&header).app_data(config)), expected);
        assert_eq!(
            verdict(request(&header).app_data(Data::new(config))),
            expected
        );
    }
}

/// One that stands in front of the extractor, and tells of it as the framework does.
#[test]
fn limit_of_a_layer() {
    let received = receive_stream(
        request(&sign_now(BODY)).app_data(verifier()),
        stream::iter([Err(PayloadError::Overflow)]),
    );
    assert_eq!(received.map(|_| ()), Err(Rejection::BodyTooLarge));
}

fn sign_now(body: &[u8]) -> String {
    workos::Signer::new(secret(SECRET)).sign(body, OffsetDateTime::now_utc())
}

/// The routes of one provider, and its verifier, in the app that has those of the others too.
fn of_provider<P: Typed<Event: FromDelivery<Provider = P>>>(config: &mut ServiceConfig) {
    let of = route::of::<P>;
    let verifier = Verifier::<P>::new(P::secret(SECRET)).with_previous(P::secret(OLD_SECRET));
    let other = Verifier::<P>::new(P::secret(OTHER_SECRET));
    config
        .app_data(Data::new(verifier))
        .route(&of(route::EVENT), post().to(event::<P>))
        .route(&of(route::SIGNED), post().to(signed::<P>))
        .route(&of(route::REASON), post().to(reason::<P>))
        .route(&of(route::PANIC), post().to(panic::<P>))
        .route(&of(route::SLOW), post().to(slow::<P>));
    for (route, limit) in [(route::LOWERED, LOWERED), (route::RAISED, RAISED)] {
        let limited = resource(of(route)).app_data(WebhookConfig::new(limit));
        config.service(limited.route(post().to(signed::<P>)));
    }
    config.service(
        resource(of(route::OTHER))
            .app_data(Data::new(other))
            .route(post().to(event::<P>)),
    );
}

async fn event<P: Typed>(
    handlers: Data<Handlers>,
    Webhook(event): Webhook<P::Event>,
) -> &'static str {
    handlers.see(P::key(&event));
    ""
}

async fn signed<P: Typed>(handlers: Data<Handlers>, signed: Signed<P>) -> &'static str {
    handlers.see(format!("{} {}", signed.body().len(), signed.key_index()));
    ""
}

async fn reason<P: Typed>(
    handlers: Data<Handlers>,
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

async fn panic<P: Typed>(
    handlers: Data<Handlers>,
    Webhook(event): Webhook<P::Event>,
) -> &'static str {
    handlers.see(P::key(&event));
    panic!("a handler's own");
}

async fn slow<P: Typed>(
    handlers: Data<Handlers>,
    Webhook(event): Webhook<P::Event>,
) -> &'static str {
    handlers.see(P::key(&event));
    let permit = handlers.gate.acquire().await;
    permit.expect("an open gate").forget();
    ""
}
