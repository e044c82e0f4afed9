//! What an operator reads at `/metrics` of a service that is sent all kinds of deliveries.

mod support;

use std::{convert::Infallible, net::SocketAddr};

use actix_web::test::TestRequest;
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{self, Response},
    routing::{get, post},
};
use countersign::{
    DecodeError, Provider, Rejection, Scheme, Secret, Signed, Signer, Verifier,
    axum::{FromDelivery, Webhook, receive},
    tower::VerifyLayer,
    workos,
};
use futures_util::FutureExt;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use support::{BODY, OLD_SECRET, SECRET, secret, verifier};
use time::{Duration, OffsetDateTime};
use tokio::{net::TcpListener, runtime::Runtime};
use tower::{Layer, ServiceExt, service_fn};

const EVENT: &[u8] = br#"{"id":"event_01","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.678Z"}"#;
const MISFITS: &[u8] = br#"{"id":"event_01","data":{"id":"1","email":7},"event":"user.created","created_at":"2026-01-02T03:04:05Z"}"#;

/// A body that goes into a socket before the answer to it comes out.
const LIMIT: usize = 1000;

/// All lines, but for that of the sum.
const LINES: &str = r#"# HELP countersign_deliveries_total Webhook deliveries, accepted or refused.
# HELP countersign_delivery_age_seconds Time since a genuine delivery was signed.
# HELP countersign_events_total Events of genuine deliveries, decoded or not.
# HELP countersign_previous_key_deliveries_total Deliveries accepted by a previous key.
# TYPE countersign_deliveries_total counter
# TYPE countersign_delivery_age_seconds histogram
# TYPE countersign_events_total counter
# TYPE countersign_previous_key_deliveries_total counter
countersign_deliveries_total{provider="untimed",verdict="accepted"} 2
countersign_deliveries_total{provider="untimed",verdict="mismatch"} 1
countersign_deliveries_total{provider="untimed",verdict="signature_mismatch"} 1
countersign_deliveries_total{provider="workos",verdict="accepted"} 6
countersign_deliveries_total{provider="workos",verdict="body_too_large"} 1
countersign_deliveries_total{provider="workos",verdict="event_mismatch"} 1
countersign_deliveries_total{provider="workos",verdict="expired"} 1
countersign_deliveries_total{provider="workos",verdict="missing_header"} 1
countersign_deliveries_total{provider="workos",verdict="missing_verifier"} 1
countersign_deliveries_total{provider="workos",verdict="not_an_object"} 1
countersign_deliveries_total{provider="workos",verdict="not_yet_valid"} 1
countersign_deliveries_total{provider="workos",verdict="signature_mismatch"} 2
countersign_delivery_age_seconds_bucket{provider="workos",le="+Inf"} 8
countersign_delivery_age_seconds_bucket{provider="workos",le="180"} 7
countersign_delivery_age_seconds_bucket{provider="workos",le="60"} 6
countersign_delivery_age_seconds_count{provider="workos"} 8
countersign_events_total{provider="workos",verdict="decoded"} 5
countersign_events_total{provider="workos",verdict="event_mismatch"} 1
countersign_events_total{provider="workos",verdict="misfits"} 1
countersign_events_total{provider="workos",verdict="not_an_object"} 1
countersign_previous_key_deliveries_total{provider="workos"} 1"#;
const SUM: &str = r#"countersign_delivery_age_seconds_sum{provider="workos"} "#;

/// One test, as the metrics are those of the process.
#[test]
fn deliveries_of_all_kinds() {
    let runtime = Runtime::new().expect("a runtime");
    let address = runtime.block_on(serve());
    let now = OffsetDateTime::now_utc();
    let signed = |with, body, at| workos::Signer::new(secret(with)).headers(body, at);
    let send = |headers, body: &[u8]| send(address, "/workos", headers, body);
    let ago = |seconds| now - Duration::seconds(seconds);

    assert_eq!(send(signed(SECRET, EVENT, now), EVENT), 200);
    assert_eq!(send(signed(SECRET, EVENT, ago(100)), EVENT), 200);
    assert_eq!(send(signed(OLD_SECRET, EVENT, now), EVENT), 200);
    assert_eq!(send(signed(SECRET, MISFITS, now), MISFITS), 200);
    assert_eq!(send(signed(SECRET, BODY, now), BODY), 500);
    assert_eq!(send(signed(SECRET, b"[]", now), b"[]"), 500);
    assert_eq!(send(signed(SECRET, b"another", now), EVENT), 401);
    assert_eq!(send(signed("another", EVENT, now), EVENT), 401);
    assert_eq!(send(Vec::new(), EVENT), 401);
    assert_eq!(send(signed(SECRET, EVENT, ago(1000)), EVENT), 401);
    assert_eq!(send(signed(SECRET, EVENT, ago(-1000)), EVENT), 401);
    let large = vec![b'a'; LIMIT + 1];
    assert_eq!(send(signed(SECRET, &large, now), &large), 413);
    // Signed ahead of now: it has no age.
    let ahead = signed(SECRET, EVENT, ago(-60));
    assert_eq!(self::send(address, "/layer", ahead, EVENT), 200);
    assert_eq!(extract_actix(None), Err(Rejection::MissingVerifier));
    assert_eq!(extract_actix(Some(signed(SECRET, EVENT, now))), Ok(()));

    let signer = Signer::<Untimed>::new(secret(SECRET));
    let send = |headers, body: &[u8]| self::send(address, "/own-type", headers, body);
    assert_eq!(send(signer.headers(b"[1]", now), b"[1]"), 200);
    assert_eq!(send(signer.headers(b"[]", now), b"{}"), 401);
    // Accepted, and then refused.
    assert_eq!(send(signer.headers(b"{}", now), b"{}"), 500);

    let metrics = ureq::get(format!("http://{address}/metrics")).call();
    let text = metrics.expect("metrics").body_mut().read_to_string();
    let text = text.expect("UTF-8");
    let (sum, mut lines): (Vec<_>, Vec<_>) = text
        .lines()
        .filter(|it| it.contains("countersign_"))
        .partition(|it| it.starts_with(SUM));
    lines.sort_unstable();
    assert_eq!(lines.join("\n"), LINES);
    let [sum] = sum[..] else {
        panic!("one sum: {sum:?}")
    };
    let sum: f64 = sum[SUM.len()..].parse().expect("a number");
    assert!((1100.0..1400.0).contains(&sum), "in seconds: {sum}");
}

async fn serve() -> SocketAddr {
    let age = Matcher::Full("countersign_delivery_age_seconds".into());
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(age, &[60.0, 180.0])
        .and_then(PrometheusBuilder::install_recorder)
        .expect("the only recorder");
    let verifier = verifier().with_previous(secret(OLD_SECRET));
    let layer = VerifyLayer::new(verifier.clone());
    let own_type = Verifier::<Untimed>::new(secret(SECRET));
    let router = Router::new()
        .route("/workos", post(async |_: Webhook<workos::Event>| ()))
        .with_state(verifier)
        .layer(DefaultBodyLimit::max(LIMIT))
        .route(
            "/layer",
            post(async move |request: Request| {
                layer.layer(service_fn(read)).oneshot(request).await
            }),
        )
        .route(
            "/own-type",
            post(async move |request: Request| {
                let signed = receive(request, &own_type).await?;
                Webhook::<Numbers>::decode(signed).map(drop)
            }),
        )
        .route("/metrics", get(async move || metrics.render()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

/// What is behind the layer.
async fn read<B>(request: http::Request<B>) -> Result<Response<Body>, Infallible> {
    let signed = request.extensions().get::<Signed<workos::WorkOs>>();
    let event = signed.expect("a delivery").event();
    event.expect("an event");
    Ok(Response::default())
}

/// A provider that signs no time, and a type of one's own.
enum Untimed {}

impl Provider for Untimed {
    const NAME: &'static str = "untimed";
    const SCHEME: Scheme = Scheme::prefixed("x-signature", "sha256=");
    type Secret = Secret;
}

struct Numbers;

impl FromDelivery for Numbers {
    type Provider = Untimed;

    fn from_delivery(delivery: &Signed<Untimed>) -> Result<Self, DecodeError> {
        delivery.json::<Vec<u8>>().map(|_| Self)
    }
}

type Headers = Vec<(&'static str, String)>;

fn send(address: SocketAddr, route: &str, headers: Headers, body: &[u8]) -> u16 {
    let mut request = ureq::post(format!("http://{address}{route}"))
        .config()
        .http_status_as_error(false)
        .build();
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send(body).expect("an answer").status().as_u16()
}

/// By a service with a verifier, if there are headers.
fn extract_actix(headers: Option<Headers>) -> Result<(), Rejection> {
    let mut request = TestRequest::post().set_payload(EVENT);
    if let Some(headers) = headers {
        request = request.app_data(verifier());
        for header in headers {
            request = request.insert_header(header);
        }
    }
    let (request, mut payload) = request.to_http_parts();
    let event =
        <Webhook<workos::Event> as actix_web::FromRequest>::from_request(&request, &mut payload);
    event
        .now_or_never()
        .expect("a body that is ready")
        .map(drop)
}
