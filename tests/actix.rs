//! The actix-web integration, over HTTP/1.1 and HTTP/2.
#![cfg(feature = "workos")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::net::SocketAddr;

use actix_web::{
    App, FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpServer, ResponseError,
    body::{MessageBody, to_bytes},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    middleware::{Next, from_fn},
    test::TestRequest,
    web::{Data, Either, Path, ReqData, ServiceConfig, post, resource, scope},
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
use tokio::{sync::watch, task::yield_now};
use web::{
    Answer, DEFAULT_LIMIT, Extraction, Handlers, LOWERED, OTHER_SECRET, Pieced, Protocol, RAISED,
    Server,
    client::{self, Pieces, Then, lines, send_raw, send_refused, send_to, signed_at},
    route, sign_now,
};

web::for_each_integration!(server, extract, answer);

web::for_each_bounded_integration!(server, extract);

async fn server() -> Server {
    let start = async |handlers: Handlers| {
        serve(move |config| {
            config
                .app_data(Data::new(handlers.clone()))
                .configure(of_provider::<WorkOs>);
            #[cfg(feature = "clerk")]
            config.configure(of_provider::<countersign::clerk::Clerk>);
            #[cfg(feature = "courier")]
            config.configure(of_provider::<countersign::courier::Courier>);
        })
    };
    Server::new(start).await
}

fn serve(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> SocketAddr {
    let server = HttpServer::new(move || App::new().configure(configure.clone()));
    let server = server.workers(2).tcp_nodelay(true).disable_signals();
    let server = server.bind_auto_h2c("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    address
}

fn extract(limit: Option<usize>, header: &str, pieces: Pieced) -> Extraction<Rejection> {
    let mut request = request(header).app_data(verifier());
    if let Some(limit) = limit {
        request = request.app_data(WebhookConfig::new(limit));
    }
    let pieces = pieces.map(|piece| piece.map_err(PayloadError::Io));
    signed_of(request, pieces)
}

fn request(header: &str) -> TestRequest {
    TestRequest::post().insert_header((SIGNATURE_HEADER, header))
}

fn receive(
    request: TestRequest,
    pieces: impl IntoIterator<Item = Result<Bytes, PayloadError>, IntoIter: 'static>,
) -> Result<Signed<WorkOs>, Rejection> {
    let signed = signed_of(request, stream::iter(pieces)).now_or_never();
    signed.expect("a stream that is ready")
}

fn signed_of(
    request: TestRequest,
    body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
) -> Extraction<Rejection> {
    let payload = body.boxed_local();
    Signed::from_request(&request.to_http_request(), &mut Payload::Stream { payload })
}

fn answer(rejection: Rejection) -> Answer {
    let response = rejection.error_response();
    assert_eq!(response.status(), rejection.status_code());
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().expect("ASCII").to_owned())
    };
    let status = response.status().as_u16();
    let content_type = header("content-type").expect("a type");
    let retry_after = header("retry-after");
    let text = to_bytes(response.into_body()).now_or_never();
    let text = text.expect("a body that is ready").expect("a body");
    Answer {
        status,
        content_type,
        retry_after,
        text: String::from_utf8(text.into()).expect("UTF-8"),
    }
}

/// The one in `web::Data`, the bare one, none, and both, of which neither is taken.
#[test]
fn verifiers_in_app_data() {
    let header = sign_now(BODY);
    let verdict = |request| receive(request, [Ok(BODY.into())]).map(|_| ());
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

/// The framework's own extractors around ours. Should this fail, they have learnt not to, and the documentation of the module,
/// which warns of them, is out of date.
#[test]
fn what_swallows_a_refusal() {
    let request = request("t=1, v1=00").app_data(verifier()).to_http_request();
    let payload = || Payload::Stream {
        payload: stream::iter([Ok(Bytes::from_static(BODY))]).boxed_local(),
    };
    let refused = Webhook::<Event>::from_request(&request, &mut payload()).now_or_never();
    assert!(matches!(refused, Some(Err(Rejection::Verify(_)))));

    let option = Option::<Webhook<Event>>::from_request(&request, &mut payload()).now_or_never();
    assert_eq!(
        option.expect("a body that is ready").expect("an option"),
        None
    );

    let either = Either::<Webhook<Event>, Bytes>::from_request(&request, &mut payload());
    let either = either.now_or_never().expect("a body that is ready");
    assert!(matches!(either, Ok(Either::Right(body)) if body == BODY));
}

/// The framework's own extractors decompress a body of this encoding.
#[test]
fn encoded_bodies_stay_as_they_are() {
    let header = sign_now(BODY);
    let request = request(&header)
        .app_data(verifier())
        .insert_header(("content-encoding", "gzip"));
    let received = receive(request, [Ok(BODY.into())]);
    assert_eq!(received.map(Signed::into_body), Ok(BODY.into()));
}

/// The one in `web::Data`, the bare one, and the default.
#[test]
fn limits_in_app_data() {
    let large = vec![b'a'; 1024 * 1024 + 1];
    let header = sign_now(&large);
    let verdict = |request: TestRequest| {
        let request = request.app_data(verifier());
        receive(request, [Ok(large.clone().into())]).map(|_| ())
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
        // Which of the two stands nearer to the route cannot be told.
        let other = WebhookConfig::new(limit - 1);
        for request in [
            request(&header).app_data(config).app_data(Data::new(other)),
            request(&header).app_data(other).app_data(Data::new(config)),
        ] {
            assert_eq!(verdict(request), expected);
        }
    }
}

/// One that stands in front of the extractor, and tells of it as the framework does.
#[test]
fn limit_of_a_layer() {
    let request = request(&sign_now(BODY)).app_data(verifier());
    let received = receive(request, [Err(PayloadError::Overflow)]);
    assert_eq!(received.map(|_| ()), Err(Rejection::BodyTooLarge));
}

/// The verifier of the tenant in the path, which is looked up. The framework's extractor of bytes would decompress the body, and
/// take no more than 256 KiB.
#[tokio::test(flavor = "multi_thread")]
async fn verifiers_chosen_by_the_request() {
    async fn handler(
        tenant: Path<String>,
        request: HttpRequest,
        payload: actix_web::web::Payload,
    ) -> Result<HttpResponse, Rejection> {
        yield_now().await;
        let secret_of_tenant = match tenant.as_str() {
            "one" => SECRET,
            "two" => OTHER_SECRET,
            _ => return Ok(HttpResponse::NotFound().body("no such tenant")),
        };
        let verifier = workos::Verifier::new(secret(secret_of_tenant));
        let signed = countersign::actix::receive(&request, payload, &verifier).await?;
        let length = signed.body().len();
        let Webhook(event): Webhook<Event> = Webhook::decode(signed)?;
        Ok(HttpResponse::Ok().body(format!("{} {length}", event.id)))
    }

    let address = serve(|config| {
        config.route("/webhooks/{tenant}", post().to(handler));
    });
    let event = |length: usize| format!("{EVENT}{}", " ".repeat(length - EVENT.len()));
    let limit = DEFAULT_LIMIT;
    for (tenant, key, body, encoding, expected) in [
        ("one", SECRET, event(1000), None, (200, "event_01 1000")),
        (
            "two",
            OTHER_SECRET,
            event(1000),
            None,
            (200, "event_01 1000"),
        ),
        (
            "one",
            OTHER_SECRET,
            event(1000),
            None,
            (401, "unauthorized"),
        ),
        ("two", SECRET, event(1000), None, (401, "unauthorized")),
        ("three", SECRET, event(1000), None, (404, "no such tenant")),
        (
            "one",
            SECRET,
            "{}".into(),
            None,
            (500, "internal server error"),
        ),
        (
            "one",
            SECRET,
            event(1000),
            Some("gzip"),
            (200, "event_01 1000"),
        ),
        (
            "one",
            SECRET,
            event(300_000),
            None,
            (200, "event_01 300000"),
        ),
        (
            "one",
            SECRET,
            event(limit),
            Some("br"),
            (200, "event_01 1048576"),
        ),
        (
            "one",
            SECRET,
            event(limit + 1),
            None,
            (413, "body too large"),
        ),
    ] {
        let path = format!("/webhooks/{tenant}");
        let mut headers = signed_at::<WorkOs>(key, body.as_bytes(), 0);
        headers.extend(encoding.map(|it| ("content-encoding", it.into())));
        for protocol in [Protocol::Http1, Protocol::Http2] {
            let pieces = Pieces::Of(10_000);
            let answer = send_refused(address, protocol, &path, &headers, &body, pieces).await;
            assert_eq!(
                answer,
                (expected.0, expected.1.into()),
                "{tenant} {key} {encoding:?}"
            );
        }
    }
}

/// One verifier for all routes of a scope, whose handlers get the body as if nobody had read it.
#[tokio::test(flavor = "multi_thread")]
async fn verifier_of_a_scope() {
    async fn verify(
        verifier: Data<workos::Verifier>,
        mut request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
        let payload = request.extract::<actix_web::web::Payload>().await?;
        let signed = countersign::actix::receive(request.request(), payload, &verifier).await?;
        let body = stream::iter([Ok(signed.clone().into_body())]);
        request.set_payload(Payload::Stream {
            payload: body.boxed_local(),
        });
        request.extensions_mut().insert(signed);
        next.call(request).await
    }
    async fn handler(signed: ReqData<Signed<WorkOs>>, body: Bytes) -> String {
        assert_eq!(body, signed.body());
        format!("{} {}", body.len(), signed.key_index())
    }
    async fn event(Webhook(event): Webhook<Event>) -> String {
        event.id
    }

    let address = serve(|config| {
        let guarded = scope("/guarded")
            .wrap(from_fn(verify))
            .route("/bytes", post().to(handler))
            .route("/event", post().to(event));
        config.app_data(Data::new(verifier())).service(guarded);
    });
    let length = format!("{} 0", EVENT.len());
    for (path, expected) in [
        ("/guarded/bytes", length.as_str()),
        ("/guarded/event", "event_01"),
    ] {
        for protocol in [Protocol::Http1, Protocol::Http2] {
            let send = async |signed_body: &str| {
                let headers = client::signed::<WorkOs>(signed_body.as_bytes());
                let body = Pieces::Of(20).of(EVENT.as_bytes());
                send_to(address, protocol, path, &headers, body).await
            };
            assert_eq!(
                send(EVENT).await,
                (200, expected.into()),
                "{path} {protocol:?}"
            );
            let refused = (401, "unauthorized".into());
            assert_eq!(send("forged").await, refused, "{path} {protocol:?}");
        }
    }
}

/// By what stands in front of the extractor. A request without a body has none that could be taken.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_were_taken() {
    type Received = Result<Webhook<Event>, Rejection>;
    fn reason(received: Received) -> String {
        match received {
            Ok(Webhook(event)) => event.id,
            Err(rejection) => format!("{rejection:?}"),
        }
    }
    async fn drain(
        _body: Bytes,
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
        next.call(request).await
    }
    async fn by_hand(
        _body: Bytes,
        request: HttpRequest,
        payload: actix_web::web::Payload,
    ) -> Result<String, Rejection> {
        let signed = countersign::actix::receive(&request, payload, &verifier()).await?;
        Ok(reason(Webhook::decode(signed)))
    }

    let address = serve(|config| {
        config
            .app_data(Data::new(verifier()))
            .route(
                "/first",
                post().to(async |it: Received, _: Bytes| reason(it)),
            )
            .route(
                "/second",
                post().to(async |_: Bytes, it: Received| reason(it)),
            )
            .route("/signed", post().to(async |_: Bytes, _: Signed<WorkOs>| ""))
            .route("/event", post().to(async |_: Bytes, _: Webhook<Event>| ""))
            .route("/by_hand", post().to(by_hand))
            .service(
                resource("/middleware")
                    .wrap(from_fn(drain))
                    .route(post().to(async |it: Received| reason(it))),
            );
    });
    let (taken, missing) = ("BodyTaken", "Verify(MissingHeader)");
    let mismatch = "Verify(SignatureMismatch)";
    let answered_500 = (500, "internal server error");
    let headers = client::signed::<WorkOs>(EVENT.as_bytes());
    for (path, expected) in [
        ("/first", (200, "event_01")),
        ("/second", (200, taken)),
        ("/middleware", (200, taken)),
        ("/signed", answered_500),
        ("/event", answered_500),
        ("/by_hand", answered_500),
    ] {
        for protocol in [Protocol::Http1, Protocol::Http2] {
            for pieces in [Pieces::Whole, Pieces::Of(20)] {
                let body = pieces.of(EVENT.as_bytes());
                let answer = send_to(address, protocol, path, &headers, body).await;
                let context = format!("{path} {protocol:?} {pieces:?}");
                assert_eq!(answer, (expected.0, expected.1.into()), "{context}");
            }
        }
    }

    let unsigned = String::new();
    let header = lines::<WorkOs>(EVENT);
    let without = ["", "Content-Length: 0\r\n", "Content-Length: 00\r\n"];
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (path, signature, length, body, expected) in [
        ("/second", &unsigned, without.as_slice(), "", missing),
        ("/second", &header, &without, "", mismatch),
        ("/middleware", &header, &without, "", mismatch),
        ("/first", &header, &without, "", mismatch),
        ("/first", &header, &[chunked], "0\r\n\r\n", mismatch),
        ("/second", &header, &[chunked], "0\r\n\r\n", taken),
        ("/second", &header, &["Content-Length: 02\r\n"], "{}", taken),
    ] {
        for length in length {
            let headers = format!("{signature}{length}");
            let answer = send_raw(address, path, &headers, [body], Then::Wait).await;
            assert!(
                answer.starts_with("HTTP/1.1 200 "),
                "{path} {headers}: {answer}"
            );
            let expected = format!("\r\n\r\n{expected}");
            assert!(answer.ends_with(&expected), "{path} {headers}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation() {
    async fn handler(
        verifier: Data<watch::Receiver<workos::Verifier>>,
        handlers: Data<Handlers>,
        request: HttpRequest,
        payload: actix_web::web::Payload,
    ) -> Result<&'static str, Rejection> {
        let verifier = verifier.borrow().clone();
        let delivery = countersign::actix::receive(&request, payload, &verifier).await?;
        Ok(signed(handlers, delivery).await)
    }

    web::rotation(async |handlers, verifier| {
        serve(move |config| {
            config
                .app_data(Data::new(handlers.clone()))
                .app_data(Data::new(verifier.clone()))
                .route(&route::of::<WorkOs>(route::SIGNED), post().to(handler));
        })
    })
    .await;
}

const EVENT: &str = r#"{"id":"event_01","data":{"group_id":"1","organization_membership_id":"2"},"event":"group.member_added","created_at":"2026-01-02T03:04:05Z"}"#;

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

async fn event<P: Typed<Event: FromDelivery>>(
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

async fn reason<P: Typed<Event: FromDelivery>>(
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

async fn panic<P: Typed<Event: FromDelivery>>(
    handlers: Data<Handlers>,
    Webhook(event): Webhook<P::Event>,
) -> &'static str {
    handlers.see(P::key(&event));
    panic!("a handler's own");
}

async fn slow<P: Typed<Event: FromDelivery>>(
    handlers: Data<Handlers>,
    Webhook(event): Webhook<P::Event>,
) -> &'static str {
    handlers.see(P::key(&event));
    let permit = handlers.gate.acquire().await;
    permit.expect("an open gate").forget();
    ""
}
