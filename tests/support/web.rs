//! What every integration does. Its test file has a server with the routes named in `route`, a way to extract by
//! hand and one to answer, and runs `for_each_integration!` with the three.
//!
//! The bodies of a process draw on one budget: what exhausts it, or measures memory, has a process [of its own](is_alone).

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    unused_macros,
    reason = "each integration is a test of its own, and not every one has all of it"
)]

mod cases;
pub mod client;
mod load;
mod process;
mod serve;

use std::{
    fmt::Debug,
    io, iter,
    mem::take,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use countersign::{
    DecodeError, Delivery, Rejection, VerifyError,
    workos::{self, WorkOs},
};
use futures_util::{
    FutureExt, StreamExt,
    future::{self, LocalBoxFuture},
    stream::{self, BoxStream},
};
use http_body_util::BodyExt;
use hyper::{Response, body::Body};
use proptest::{collection::vec, option, prelude::*};
use time::OffsetDateTime;
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use self::{
    cases::{OK, cases, event},
    client::{
        Pieces, Then, body_of, lines, post, send, send_raw, send_refused, send_to, signed,
        signed_at,
    },
};
pub use self::{
    load::{budget, one_body_beyond_the_budget, rotation, slow_clients, streams_of_one_connection},
    process::is_alone,
    serve::serve,
};
use crate::support::{BODY, OLD_SECRET, SECRET, providers::Typed, secret};

/// What the handlers saw, and what lets the slow ones go.
#[derive(Clone)]
pub struct Handlers {
    seen: Arc<Mutex<Vec<String>>>,
    pub gate: Arc<Semaphore>,
}

impl Handlers {
    pub fn see(&self, what: impl Into<String>) {
        self.seen.lock().expect("no panic").push(what.into());
    }
}

pub struct Server {
    pub address: SocketAddr,
    handlers: Handlers,
    /// Whether it has the route [`REASON`](route::REASON).
    tells_reasons: bool,
    /// Those whose routes it has.
    providers: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    Http1,
    Http2,
}

const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

/// The pieces of a body that is extracted by hand, the next of which may not be there yet.
pub type Pieced = BoxStream<'static, io::Result<Bytes>>;

/// What becomes of it. `E` is a rejection, or what an integration makes of one.
pub type Extraction<E> = LocalBoxFuture<'static, Result<Delivery<WorkOs, Bytes>, E>>;

pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub retry_after: Option<String>,
    pub text: String,
}

/// What a server answers at, for each provider: behind its name, as in `/workos/event`. All but `OTHER` have the provider's
/// verifier of [`SECRET`] and, in second place, [`OLD_SECRET`].
pub mod route {
    use crate::support::providers::Typed;

    /// Where a route of a provider is.
    pub fn of<P: Typed>(route: &str) -> String {
        format!("/{}{route}", P::NAME)
    }

    /// Takes `Webhook<P::Event>`, sees the event's key.
    pub const EVENT: &str = "/event";
    /// Takes `Signed<P>`, sees the length of the body and the index of the secret.
    pub const SIGNED: &str = "/signed";
    /// Takes `Result<Webhook<P::Event>, Rejection>`, answers the reason, sees the event's key or nothing. Behind a layer there
    /// is no such thing.
    pub const REASON: &str = "/reason";
    /// As `EVENT`, and panics.
    pub const PANIC: &str = "/panic";
    /// As `EVENT`, and answers when the gate lets it.
    pub const SLOW: &str = "/slow";
    /// As `SIGNED`, with the framework's limit at [`LOWERED`](super::LOWERED).
    pub const LOWERED: &str = "/lowered";
    /// As `SIGNED`, with the framework's limit at [`RAISED`](super::RAISED).
    pub const RAISED: &str = "/raised";
    /// As `EVENT`, with a verifier of [`OTHER_SECRET`](super::OTHER_SECRET) alone.
    pub const OTHER: &str = "/other";
}

pub const DEFAULT_LIMIT: usize = 1024 * 1024;
pub const LOWERED: usize = 1000;
pub const RAISED: usize = 3_000_000;
pub const OTHER_SECRET: &str = "pT5nWb1XqE8sLd6YfK9hUj2Ga";

impl Server {
    pub async fn new(start: impl AsyncFnOnce(Handlers) -> SocketAddr) -> Self {
        let handlers = Handlers {
            seen: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        };
        Self {
            address: start(handlers.clone()).await,
            handlers,
            tells_reasons: true,
            providers: vec![
                #[cfg(feature = "workos")]
                "workos",
                #[cfg(feature = "clerk")]
                "clerk",
                #[cfg(feature = "courier")]
                "courier",
            ],
        }
    }

    pub fn without_reasons(self) -> Self {
        Self {
            tells_reasons: false,
            ..self
        }
    }

    /// What the handlers have seen since this was asked last.
    fn seen(&self) -> Vec<String> {
        take(&mut *self.handlers.seen.lock().expect("no panic"))
    }
}

macro_rules! for_each_integration {
    ($server:path, $extract:path, $answer:path) => {
        #[test]
        fn pieces() {
            web::pieces($extract);
        }

        #[test]
        fn answers() {
            web::answers($answer);
        }

        web::for_each_integration! { $server:
            #[cfg(feature = "workos")] of_workos = countersign::workos::WorkOs
            #[cfg(feature = "clerk")] of_clerk = countersign::clerk::Clerk
            #[cfg(feature = "courier")] of_courier = countersign::courier::Courier
        }

        web::for_each_integration! { $server, countersign::workos::WorkOs:
            body_limits
            announced_bodies
            clients_that_stop_half_way
            many_at_once
            panicking_handlers
            slow_handlers
            slow_clients
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn bodies_that_nobody_signed() {
            if web::is_alone("bodies_that_nobody_signed") {
                let test = async |server| {
                    web::bodies_that_nobody_signed::<countersign::workos::WorkOs>(&server).await;
                };
                web::in_time(async { test($server().await).await }).await;
            }
        }
    };
    ($server:path: $(#[$is_there:meta] $module:ident = $provider:path)*) => {
        $(
            #[$is_there]
            mod $module {
                use super::{$server, web};

                web::for_each_integration! { $server, $provider:
                    verdicts
                    header_names_in_any_case
                    previous_secret
                    two_endpoints
                }
            }
        )*
    };
    ($server:path, $provider:path: $($test:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                web::in_time(async { web::$test::<$provider>(&$server().await).await }).await;
            }
        )*
    };
}
pub(crate) use for_each_integration;

/// And of one that bounds what all bodies together have in memory.
macro_rules! for_each_bounded_integration {
    ($server:path, $extract:path) => {
        #[test]
        fn budget() {
            if web::is_alone("budget") {
                web::budget($extract);
            }
        }

        #[test]
        fn one_body_beyond_the_budget() {
            if web::is_alone("one_body_beyond_the_budget") {
                web::one_body_beyond_the_budget($extract);
            }
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn streams_of_one_connection() {
            if web::is_alone("streams_of_one_connection") {
                let test = async |server| {
                    web::streams_of_one_connection::<countersign::workos::WorkOs>(&server).await;
                };
                web::in_time(async { test($server().await).await }).await;
            }
        }
    };
}
pub(crate) use for_each_bounded_integration;

pub async fn in_time(test: impl Future<Output = ()>) {
    let at_most = Duration::from_secs(60);
    timeout(at_most, test).await.expect("an end in time");
}

pub async fn verdicts<P: Typed>(server: &Server) {
    for case in cases::<P>() {
        for protocol in PROTOCOLS {
            for pieces in [Pieces::Whole, Pieces::Of(1), Pieces::Of(7), Pieces::Of(100)] {
                let context = format!("{} {protocol:?} {pieces:?}", case.name);
                let send = async |route| {
                    let body = pieces.of(&case.body);
                    let route = route::of::<P>(route);
                    send(server, protocol, &route, &case.headers, body).await
                };
                let (status, text) = case.answer;
                let is_seen = case.answer == OK;
                let seen = || {
                    let seen = server.seen();
                    assert_eq!(seen.len(), usize::from(is_seen), "{context}");
                    let is_known = case.name != "unknown event";
                    assert!(
                        !is_known || seen.iter().all(|it| it == P::KEY),
                        "{context}: {seen:?}"
                    );
                };

                assert_eq!(send(route::EVENT).await, (status, text.into()), "{context}");
                seen();

                if server.tells_reasons {
                    let (status, reason) = send(route::REASON).await;
                    assert_eq!(status, 200, "{context}");
                    assert!(reason.starts_with(&case.reason), "{context}: {reason}");
                    assert_eq!(reason.is_empty(), is_seen, "{context}: {reason}");
                    seen();
                }

                let (status, _) = send(route::SIGNED).await;
                assert_eq!(status, if case.genuine { 200 } else { 401 }, "{context}");
                let handled = case.genuine.then(|| format!("{} 0", case.body.len()));
                assert_eq!(server.seen(), Vec::from_iter(handled), "{context}");
            }
        }
    }
}

pub async fn header_names_in_any_case<P: Typed>(server: &Server) {
    let event = event::<P>();
    let title = |name: &str| -> String {
        let words = name.split('-').map(|it| it[..1].to_uppercase() + &it[1..]);
        words.collect::<Vec<_>>().join("-")
    };
    let as_they_are = |name: &str| name.to_owned();
    let spellings: [&dyn Fn(&str) -> String; 3] =
        [&title, &as_they_are, &|name| name.to_uppercase()];
    for spell in spellings {
        let mut headers = format!("Content-Length: {}\r\n", event.len());
        for line in lines::<P>(&event).lines() {
            let (name, value) = line.split_once(':').expect("a header");
            headers += &format!("{}:{value}\r\n", spell(name));
        }
        let route = route::of::<P>(route::EVENT);
        let response = send_raw(
            server.address,
            &route,
            &headers,
            [event.as_str()],
            Then::Wait,
        )
        .await;
        assert!(
            response.starts_with("HTTP/1.1 200 "),
            "{headers}: {response}"
        );
        assert_eq!(server.seen(), [P::KEY], "{headers}");
    }
}

pub async fn previous_secret<P: Typed>(server: &Server) {
    let event = event::<P>();
    let headers = signed_at::<P>(OLD_SECRET, event.as_bytes(), 0);
    let answer = post(server, &route::of::<P>(route::SIGNED), &headers, &event).await;
    assert_eq!(
        (answer.0, server.seen()),
        (200, vec![format!("{} 1", event.len())])
    );
}

/// What is genuine at one endpoint is not at another, be that of the same provider or not.
pub async fn two_endpoints<P: Typed>(server: &Server) {
    let event = event::<P>();
    let other = signed_at::<P>(OTHER_SECRET, event.as_bytes(), 0);
    let own = signed::<P>(event.as_bytes());
    for (route, headers, status) in [
        (route::OTHER, &other, 200),
        (route::EVENT, &other, 401),
        (route::OTHER, &own, 401),
        (route::EVENT, &own, 200),
    ] {
        let answer = post(server, &route::of::<P>(route), headers, &event).await;
        assert_eq!(answer.0, status, "{route}");
        assert_eq!(server.seen().len(), usize::from(status == 200), "{route}");
    }
    for provider in &server.providers {
        let route = format!("/{provider}{}", route::EVENT);
        let expected = if *provider == P::NAME { 200 } else { 401 };
        assert_eq!(
            post(server, &route, &own, &event).await.0,
            expected,
            "{provider}"
        );
        assert_eq!(
            server.seen().len(),
            usize::from(expected == 200),
            "{provider}"
        );
    }
}

pub async fn body_limits<P: Typed>(server: &Server) {
    for (route, limit) in [
        (route::SIGNED, DEFAULT_LIMIT),
        (route::LOWERED, LOWERED),
        (route::RAISED, RAISED),
    ] {
        for length in [limit - 1, limit, limit + 1] {
            let body = "a".repeat(length);
            let headers = signed::<P>(body.as_bytes());
            let route = route::of::<P>(route);
            for protocol in PROTOCOLS {
                for pieces in [Pieces::Whole, Pieces::Of(100_000)] {
                    let context = format!("{route} {length} {protocol:?} {pieces:?}");
                    if length > limit {
                        let address = server.address;
                        let answer =
                            send_refused(address, protocol, &route, &headers, &body, pieces).await;
                        assert_eq!(answer, (413, "body too large".into()), "{context}");
                        assert_eq!(server.seen(), [""; 0], "{context}");
                    } else {
                        let body = pieces.of(body.as_bytes());
                        let answer = send(server, protocol, &route, &headers, body).await;
                        assert_eq!(answer.0, 200, "{context}");
                        assert_eq!(server.seen(), [format!("{length} 0")], "{context}");
                    }
                }
            }
        }
    }
}

/// More than the limit, of which nothing comes: the answer does not wait for it.
pub async fn announced_bodies<P: Typed>(server: &Server) {
    let (event, route) = (event::<P>(), route::of::<P>(route::SIGNED));
    let too_large = "\r\n\r\nbody too large";
    for length in [DEFAULT_LIMIT + 1, 1 << 40] {
        for signature in ["", &lines::<P>(&event)] {
            let headers = format!("{signature}Content-Length: {length}\r\n");
            let answer = send_raw(server.address, &route, &headers, [], Then::Wait).await;
            assert!(answer.starts_with("HTTP/1.1 413 "), "{headers}{answer}");
            assert!(answer.ends_with(too_large), "{headers}{answer}");
        }
        let mut headers = signed::<P>(event.as_bytes());
        headers.push(("content-length", length.to_string().into()));
        let nothing = body_of(stream::pending());
        let answer = send(server, Protocol::Http2, &route, &headers, nothing).await;
        assert_eq!(answer, (413, "body too large".into()), "{length}");
    }
    assert_eq!(server.seen(), [""; 0]);
}

/// 64 MiB, and one without an end: so it is answered at the limit.
pub async fn bodies_that_nobody_signed<P: Typed>(server: &Server) {
    const PIECE: &str = match str::from_utf8(&[b'a'; 0x10000]) {
        Ok(piece) => piece,
        Err(_) => panic!(),
    };
    const PIECES: usize = 1024;
    let with_length = format!("Content-Length: {}\r\n", PIECE.len() * PIECES);
    let without = "Transfer-Encoding: chunked\r\n";
    let forged = lines::<P>(&event::<P>());
    let route = route::of::<P>(route::EVENT);

    let flood = async |headers: &str| {
        let response = if headers.ends_with(without) {
            let chunks = iter::repeat(["10000\r\n", PIECE, "\r\n"]).flatten();
            send_raw(server.address, &route, headers, chunks, Then::Wait).await
        } else {
            let pieces = iter::repeat_n(PIECE, PIECES);
            send_raw(server.address, &route, headers, pieces, Then::Wait).await
        };
        let answer = (
            response.starts_with("HTTP/1.1 413 "),
            response.ends_with("\r\n\r\nbody too large"),
        );
        assert_eq!(answer, (true, true), "{headers} {response}");
    };
    let floods = ["", &forged].map(|signature| {
        [&with_length, without].map(|encoding: &str| format!("{signature}{encoding}"))
    });
    let floods = floods.concat();
    for headers in &floods {
        flood(headers).await;
    }
    future::join_all(floods.iter().cycle().take(12).map(|it| flood(it))).await;

    process::peak_is_below_mib(60);
    assert_eq!(server.seen(), [""; 0]);
    is_handled::<P>(server).await;
}

pub async fn clients_that_stop_half_way<P: Typed>(server: &Server) {
    let event = event::<P>();
    let header = lines::<P>(&event);
    let half = &event[..event.len() / 2];
    let length = event.len();
    let chunked = "Transfer-Encoding: chunked";
    for (encoding, body) in [
        (format!("Content-Length: {length}"), half.to_owned()),
        (chunked.into(), format!("{length:x}\r\n{half}")),
        (chunked.into(), format!("{length:x}\r\n{event}\r\n")),
        (chunked.into(), format!("{length:x}\r\n{event}\r\nx\r\n")),
    ] {
        for (route, status, text) in [
            (route::EVENT, 400, "body not readable"),
            (route::SIGNED, 400, "body not readable"),
            (route::REASON, 200, "body could not be read"),
        ] {
            if route == route::REASON && !server.tells_reasons {
                continue;
            }
            let headers = format!("{header}{encoding}\r\n");
            let response = send_raw(
                server.address,
                &route::of::<P>(route),
                &headers,
                [body.as_str()],
                Then::Stop,
            )
            .await;
            let context = format!("{route} {body}: {response}");
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{context}"
            );
            assert!(response.ends_with(&format!("\r\n\r\n{text}")), "{context}");
        }
    }
    assert_eq!(server.seen(), [""; 0]);
    is_handled::<P>(server).await;
}

pub async fn many_at_once<P: Typed>(server: &Server) {
    let server_address = server.address;
    let mut requests = JoinSet::new();
    for number in 0..200 {
        let body = event::<P>().replace(P::KEY, &format!("event_of_{number}"));
        let signed_body = if number % 2 == 0 {
            body.clone()
        } else {
            event::<P>()
        };
        requests.spawn(async move {
            let headers = signed::<P>(signed_body.as_bytes());
            let body = Pieces::Of(50).of(body.as_bytes());
            let route = route::of::<P>(route::EVENT);
            let answer = send_to(server_address, Protocol::Http1, &route, &headers, body);
            (number, answer.await.0)
        });
    }
    for (number, status) in requests.join_all().await {
        assert_eq!(status, if number % 2 == 0 { 200 } else { 401 }, "{number}");
    }
    let mut seen = server.seen();
    let mut genuine: Vec<_> = (0..200)
        .step_by(2)
        .map(|it| format!("event_of_{it}"))
        .collect();
    seen.sort();
    genuine.sort();
    assert_eq!(seen, genuine);
}

pub async fn panicking_handlers<P: Typed>(server: &Server) {
    let event = event::<P>();
    let headers = format!("{}Content-Length: {}\r\n", lines::<P>(&event), event.len());
    for _ in 0..20 {
        let route = route::of::<P>(route::PANIC);
        let answer = send_raw(
            server.address,
            &route,
            &headers,
            [event.as_str()],
            Then::Wait,
        )
        .await;
        assert_eq!(answer, "");
        assert_eq!(server.seen(), [P::KEY]);
        is_handled::<P>(server).await;
    }
}

/// Asserts that the server handles a genuine event.
async fn is_handled<P: Typed>(server: &Server) {
    let event = event::<P>();
    let headers = signed::<P>(event.as_bytes());
    let answer = post(server, &route::of::<P>(route::EVENT), &headers, &event).await;
    assert_eq!(answer, (200, String::new()));
    assert_eq!(server.seen(), [P::KEY]);
}

pub async fn slow_handlers<P: Typed>(server: &Server) {
    let address = server.address;
    let mut slow = JoinSet::new();
    for _ in 0..50 {
        slow.spawn(async move {
            let event = event::<P>();
            let headers = signed::<P>(event.as_bytes());
            let body = Pieces::Whole.of(event.as_bytes());
            let route = route::of::<P>(route::SLOW);
            send_to(address, Protocol::Http1, &route, &headers, body).await
        });
    }
    let mut seen = 0;
    while seen < 50 {
        sleep(Duration::from_millis(5)).await;
        seen += server.seen().len();
    }
    is_handled::<P>(server).await;
    server.handlers.gate.add_permits(50);
    for (status, _) in slow.join_all().await {
        assert_eq!(status, 200);
    }
    assert_eq!(server.seen(), [""; 0]);
}

/// However a body is cut, the verdict is the same; and one that comes in one piece is not copied.
pub fn pieces<E: Debug + From<Rejection> + PartialEq>(
    extract: impl Fn(Option<usize>, &str, Pieced) -> Extraction<E>,
) {
    let extract = |limit, header: &str, pieces: Vec<Bytes>| {
        let extracted = extract(limit, header, stream::iter(pieces).map(Ok).boxed()).now_or_never();
        extracted.expect("a stream that is ready")
    };
    let signed = |pieces: &[Vec<u8>]| sign_now(&pieces.concat());
    let owned = |pieces: Vec<Vec<u8>>| pieces.into_iter().map(Bytes::from).collect::<Vec<_>>();
    let pieces = vec(vec(any::<u8>(), 0..20), 0..10);
    let limit = option::of(0..200_usize);
    let strategy = (pieces, limit, any::<bool>());
    proptest!(ProptestConfig::with_cases(2000), |((mut pieces, limit, forged) in strategy)| {
        let header = signed(&pieces);
        if forged {
            pieces.push(vec![0]);
        }
        let body = pieces.concat();
        let verdict = extract(limit, &header, owned(pieces)).map(Delivery::into_body);
        let expected = if limit.is_some_and(|limit| body.len() > limit) {
            Err(Rejection::BodyTooLarge.into())
        } else if forged {
            Err(Rejection::Verify(VerifyError::SignatureMismatch).into())
        } else {
            Ok(Bytes::from(body))
        };
        prop_assert_eq!(verdict, expected);
    });

    let body = Bytes::from_static(BODY);
    let header = sign_now(&body);
    let delivery = extract(None, &header, vec![body.clone()]).expect("a genuine delivery");
    assert_eq!(delivery.body().as_ptr(), body.as_ptr());
}

/// The header of a genuine delivery of WorkOS.
pub fn sign_now(body: &[u8]) -> String {
    workos::Signer::new(secret(SECRET)).sign(body, OffsetDateTime::now_utc())
}

/// A response of the crate `http`.
pub fn answer_of<B: Body<Error: Debug>>(response: Response<B>) -> Answer {
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().expect("ASCII").to_owned())
    };
    let status = response.status().as_u16();
    let content_type = header("content-type").expect("a type");
    let retry_after = header("retry-after");
    let text = response.into_body().collect().now_or_never();
    let text = text.expect("a body that is ready").expect("a body");
    Answer {
        status,
        content_type,
        retry_after,
        text: String::from_utf8(text.to_bytes().into()).expect("UTF-8"),
    }
}

pub fn answers(answer: impl Fn(Rejection) -> Answer) {
    let age = Duration::from_secs(200);
    let signed_at = OffsetDateTime::UNIX_EPOCH;
    for (rejection, status, text, display) in [
        (
            Rejection::MissingVerifier,
            500,
            "internal server error",
            "no verifier in the route's app_data",
        ),
        (
            Rejection::AmbiguousVerifier,
            500,
            "internal server error",
            "two verifiers in the route's app_data",
        ),
        (
            Rejection::BodyTaken,
            500,
            "internal server error",
            "body was taken before, by another extractor or a middleware",
        ),
        (
            Rejection::Overloaded,
            503,
            "service unavailable",
            "too many large bodies are being read",
        ),
        (
            Rejection::BodyTooLarge,
            413,
            "body too large",
            "body is larger than the limit",
        ),
        (
            Rejection::UnreadableBody,
            400,
            "body not readable",
            "body could not be read",
        ),
        (
            Rejection::Verify(VerifyError::MissingHeader),
            401,
            "unauthorized",
            "no signature header",
        ),
        (
            Rejection::Verify(VerifyError::DuplicateHeader),
            401,
            "unauthorized",
            "more than one signature header",
        ),
        (
            Rejection::Verify(VerifyError::NonAsciiHeader),
            401,
            "unauthorized",
            "signature header is not ASCII",
        ),
        (
            VerifyError::SignatureMismatch.into(),
            401,
            "unauthorized",
            "no signature matches the body",
        ),
        (
            VerifyError::Expired { signed_at, age }.into(),
            401,
            "unauthorized",
            "authentic, but signed too long ago: 200s",
        ),
        (
            DecodeError::NotAnObject.into(),
            500,
            "internal server error",
            "body is not a JSON object",
        ),
    ] {
        assert_eq!(rejection.to_string(), display);
        assert_eq!(
            (rejection.status(), rejection.text()),
            (status, text),
            "{display}"
        );
        let plain = "text/plain; charset=utf-8";
        let retry_after = (status == 503).then(|| "10".to_owned());
        let answer = answer(rejection);
        assert_eq!((answer.status, answer.text.as_str()), (status, text));
        assert_eq!(answer.content_type, plain, "{display}");
        assert_eq!(answer.retry_after, retry_after, "{display}");
    }
}

/// Asserts that a rejection holds these bytes, signed then under the current secret.
#[track_caller]
#[cfg(feature = "bytes")]
pub fn is_undecoded(rejection: Rejection, body: &[u8], signed_at: OffsetDateTime) {
    assert_eq!(
        rejection.to_string(),
        "field `id` is missing or null",
        "{rejection:?}"
    );
    let same = rejection.clone();
    assert_eq!(same, rejection);
    assert_ne!(rejection, DecodeError::MissingField { field: "id" }.into());
    let Rejection::Decode(undecoded) = rejection else {
        panic!("{rejection:?}");
    };
    assert_eq!(
        undecoded.error(),
        &DecodeError::MissingField { field: "id" }
    );
    let delivery = undecoded.delivery().expect("the delivery");
    assert_eq!((delivery.body(), delivery.key_index()), (body, 0));
    let signed_then = delivery.signed_at().expect("a time");
    assert!((signed_at - signed_then).abs() < time::Duration::MILLISECOND);
    assert!(
        delivery
            .json::<serde_json::Map<String, serde_json::Value>>()
            .is_ok()
    );
    assert_eq!(
        undecoded.into_delivery().expect("the delivery").into_body(),
        body
    );
}
