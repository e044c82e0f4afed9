//! What every integration does. Its test file has a server with the routes named in `route`, a way to extract by
//! hand and one to answer, and runs `for_each_integration!` with the three.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each integration is a test of its own, and not every one has every protocol"
)]

mod cases;
mod client;

use std::{
    iter,
    mem::take,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use countersign::{DecodeError, VerifyError, workos::WorkOs};
use proptest::{collection::vec, option, prelude::*};
use time::OffsetDateTime;
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

use self::{
    cases::{EVENT, ID, OK, cases},
    client::{HEADER, Pieces, Then, post, send, send_raw, send_to, sign, signed},
};
use crate::{
    Rejection, Signed,
    support::{OLD_SECRET, SECRET},
};

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
    protocols: &'static [Protocol],
}

#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    Http1,
    Http2,
}

/// What a server answers at. All but `OTHER` have the verifier of [`SECRET`] and, in second place, [`OLD_SECRET`].
pub mod route {
    /// Takes `Webhook<workos::Event>`, sees the event's id.
    pub const EVENT: &str = "/event";
    /// Takes `Signed<WorkOs>`, sees the length of the body and the index of the secret.
    pub const SIGNED: &str = "/signed";
    /// Takes `Result<Webhook<workos::Event>, Rejection>`, answers the reason, sees the event's id or nothing.
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

pub const DEFAULT_LIMIT: usize = 2 * 1024 * 1024;
pub const LOWERED: usize = 1000;
pub const RAISED: usize = 3_000_000;
pub const OTHER_SECRET: &str = "pT5nWb1XqE8sLd6YfK9hUj2Ga";

impl Server {
    pub async fn new(
        protocols: &'static [Protocol],
        start: impl AsyncFnOnce(Handlers) -> SocketAddr,
    ) -> Self {
        let handlers = Handlers {
            seen: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        };
        Self {
            address: start(handlers.clone()).await,
            handlers,
            protocols,
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
            verdicts
            header_names_in_any_case
            previous_secret
            two_endpoints
            body_limits
            bodies_that_nobody_signed
            clients_that_stop_half_way
            many_at_once
            panicking_handlers
            slow_handlers
        }
    };
    ($server:path: $($test:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let test = async { web::$test(&$server().await).await };
                tokio::time::timeout(web::AT_MOST, test).await.expect("an end in time");
            }
        )*
    };
}
pub(crate) use for_each_integration;

pub const AT_MOST: Duration = Duration::from_secs(60);

pub async fn verdicts(server: &Server) {
    for case in cases() {
        for &protocol in server.protocols {
            for pieces in [Pieces::Whole, Pieces::Of(1), Pieces::Of(7), Pieces::Of(100)] {
                let context = format!("{} {protocol:?} {pieces:?}", case.name);
                let send = async |route| {
                    let body = pieces.of(&case.body);
                    send(server, protocol, route, &case.headers, body).await
                };
                let (status, text) = case.answer;
                let handled: &[&str] = if case.answer == OK { &[ID] } else { &[] };

                assert_eq!(send(route::EVENT).await, (status, text.into()), "{context}");
                assert_eq!(server.seen(), handled, "{context}");

                let (status, reason) = send(route::REASON).await;
                assert_eq!(status, 200, "{context}");
                assert!(reason.starts_with(case.reason), "{context}: {reason}");
                assert_eq!(reason.is_empty(), case.answer == OK, "{context}: {reason}");
                assert_eq!(server.seen(), handled, "{context}");

                let (status, _) = send(route::SIGNED).await;
                assert_eq!(status, if case.genuine { 200 } else { 401 }, "{context}");
                let handled = case.genuine.then(|| format!("{} 0", case.body.len()));
                assert_eq!(server.seen(), Vec::from_iter(handled), "{context}");
            }
        }
    }
}

pub async fn header_names_in_any_case(server: &Server) {
    for name in ["WorkOS-Signature", "workos-signature", "WORKOS-SIGNATURE"] {
        let headers = format!(
            "{name}: {}\r\nContent-Length: {}\r\n",
            sign(SECRET, EVENT.as_bytes(), 0),
            EVENT.len(),
        );
        let response = send_raw(server, route::EVENT, &headers, [EVENT], Then::Wait).await;
        assert!(response.starts_with("HTTP/1.1 200 "), "{name}: {response}");
        assert_eq!(server.seen(), [ID], "{name}");
    }
}

pub async fn previous_secret(server: &Server) {
    let headers = [(HEADER, sign(OLD_SECRET, EVENT.as_bytes(), 0).into())];
    let answer = post(server, route::SIGNED, &headers, EVENT).await;
    assert_eq!(
        (answer.0, server.seen()),
        (200, vec![format!("{} 1", EVENT.len())])
    );
}

/// What is genuine at one endpoint is not at another.
pub async fn two_endpoints(server: &Server) {
    let other = [(HEADER, sign(OTHER_SECRET, EVENT.as_bytes(), 0).into())];
    for (route, headers, status) in [
        (route::OTHER, other.as_slice(), 200),
        (route::EVENT, &other, 401),
        (route::OTHER, &signed(EVENT.as_bytes()), 401),
        (route::EVENT, &signed(EVENT.as_bytes()), 200),
    ] {
        assert_eq!(
            post(server, route, headers, EVENT).await.0,
            status,
            "{route}"
        );
        assert_eq!(server.seen().len(), usize::from(status == 200), "{route}");
    }
}

pub async fn body_limits(server: &Server) {
    for (route, limit) in [
        (route::SIGNED, DEFAULT_LIMIT),
        (route::LOWERED, LOWERED),
        (route::RAISED, RAISED),
    ] {
        for length in [limit - 1, limit, limit + 1] {
            let body = vec![b'a'; length];
            for &protocol in server.protocols {
                for pieces in [Pieces::Whole, Pieces::Of(100_000)] {
                    let headers = signed(&body);
                    let body = pieces.of(&body);
                    let (status, text) = send(server, protocol, route, &headers, body).await;
                    let context = format!("{route} {length} {protocol:?} {pieces:?}");
                    if length > limit {
                        assert_eq!(
                            (status, text.as_str()),
                            (413, "body too large"),
                            "{context}"
                        );
                        assert_eq!(server.seen(), [""; 0], "{context}");
                    } else {
                        assert_eq!(status, 200, "{context}");
                        assert_eq!(server.seen(), [format!("{length} 0")], "{context}");
                    }
                }
            }
        }
    }
}

/// 64 MiB, and one without an end: so it is answered at the limit.
pub async fn bodies_that_nobody_signed(server: &Server) {
    const PIECE: &str = match str::from_utf8(&[b'a'; 0x10000]) {
        Ok(piece) => piece,
        Err(_) => panic!(),
    };
    const PIECES: usize = 1024;
    let length = PIECE.len() * PIECES;
    let with_length = format!("Content-Length: {length}\r\n");
    let without = "Transfer-Encoding: chunked\r\n";
    let forged = format!("{HEADER}: {}\r\n", sign(SECRET, EVENT.as_bytes(), 0));

    for signature in ["", &forged] {
        let pieces = iter::repeat_n(PIECE, PIECES);
        let chunks = iter::repeat(["10000\r\n", PIECE, "\r\n"]).flatten();
        let headers = format!("{signature}{with_length}");
        let known = send_raw(server, route::EVENT, &headers, pieces, Then::Wait).await;
        let headers = format!("{signature}{without}");
        let chunked = send_raw(server, route::EVENT, &headers, chunks, Then::Wait).await;
        for response in [known, chunked] {
            assert!(
                response.starts_with("HTTP/1.1 413 "),
                "{signature} {response}"
            );
            assert!(
                response.ends_with("\r\n\r\nbody too large"),
                "{signature} {response}"
            );
        }
    }
    assert_eq!(server.seen(), [""; 0]);
}

pub async fn clients_that_stop_half_way(server: &Server) {
    let header = format!("{HEADER}: {}\r\n", sign(SECRET, EVENT.as_bytes(), 0));
    let half = &EVENT[..EVENT.len() / 2];
    let length = EVENT.len();
    let chunked = "Transfer-Encoding: chunked";
    for (encoding, body) in [
        (format!("Content-Length: {length}"), half.to_owned()),
        (chunked.into(), format!("{length:x}\r\n{half}")),
        (chunked.into(), format!("{length:x}\r\n{EVENT}\r\n")),
        (chunked.into(), format!("{length:x}\r\n{EVENT}\r\nx\r\n")),
    ] {
        for (route, status, text) in [
            (route::EVENT, 400, "body not readable"),
            (route::SIGNED, 400, "body not readable"),
            (route::REASON, 200, "body could not be read"),
        ] {
            let headers = format!("{header}{encoding}\r\n");
            let response = send_raw(server, route, &headers, [body.as_str()], Then::Stop).await;
            let context = format!("{route} {body}: {response}");
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{context}"
            );
            assert!(response.ends_with(&format!("\r\n\r\n{text}")), "{context}");
        }
    }
    assert_eq!(server.seen(), [""; 0]);
    assert_eq!(
        post(server, route::EVENT, &signed(EVENT.as_bytes()), EVENT).await,
        ok()
    );
    assert_eq!(server.seen(), [ID]);
}

pub async fn many_at_once(server: &Server) {
    let server_address = server.address;
    let mut requests = JoinSet::new();
    for number in 0..200 {
        let body = EVENT.replace(ID, &format!("event_{number}"));
        let signed_body = if number % 2 == 0 {
            body.clone()
        } else {
            EVENT.into()
        };
        requests.spawn(async move {
            let headers = signed(signed_body.as_bytes());
            let body = Pieces::Of(50).of(body.as_bytes());
            let answer = send_to(
                server_address,
                Protocol::Http1,
                route::EVENT,
                &headers,
                body,
            );
            (number, answer.await.0)
        });
    }
    for (number, status) in requests.join_all().await {
        assert_eq!(status, if number % 2 == 0 { 200 } else { 401 }, "{number}");
    }
    let mut seen = server.seen();
    let mut genuine: Vec<_> = (0..200)
        .step_by(2)
        .map(|it| format!("event_{it}"))
        .collect();
    seen.sort();
    genuine.sort();
    assert_eq!(seen, genuine);
}

pub async fn panicking_handlers(server: &Server) {
    let headers = format!(
        "{HEADER}: {}\r\nContent-Length: {}\r\n",
        sign(SECRET, EVENT.as_bytes(), 0),
        EVENT.len(),
    );
    for _ in 0..20 {
        assert_eq!(
            send_raw(server, route::PANIC, &headers, [EVENT], Then::Wait).await,
            ""
        );
        assert_eq!(server.seen(), [ID]);
        assert_eq!(
            post(server, route::EVENT, &signed(EVENT.as_bytes()), EVENT).await,
            ok()
        );
        assert_eq!(server.seen(), [ID]);
    }
}

pub async fn slow_handlers(server: &Server) {
    let address = server.address;
    let mut slow = JoinSet::new();
    for _ in 0..50 {
        slow.spawn(async move {
            let headers = signed(EVENT.as_bytes());
            let body = Pieces::Whole.of(EVENT.as_bytes());
            send_to(address, Protocol::Http1, route::SLOW, &headers, body).await
        });
    }
    let mut seen = 0;
    while seen < 50 {
        sleep(Duration::from_millis(5)).await;
        seen += server.seen().len();
    }
    assert_eq!(
        post(server, route::EVENT, &signed(EVENT.as_bytes()), EVENT)
            .await
            .0,
        200
    );
    server.handlers.gate.add_permits(50);
    for (status, _) in slow.join_all().await {
        assert_eq!(status, 200);
    }
    assert_eq!(server.seen(), [ID]);
}

/// However a body is cut, the verdict is the same; and one that comes in one piece is not copied.
pub fn pieces(
    extract: impl Fn(Option<usize>, &str, Vec<Bytes>) -> Result<Signed<WorkOs>, Rejection>,
) {
    let signed = |pieces: &[Vec<u8>]| sign(SECRET, &pieces.concat(), 0);
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
        let verdict = extract(limit, &header, owned(pieces)).map(Signed::into_body);
        let expected = if limit.is_some_and(|limit| body.len() > limit) {
            Err(Rejection::BodyTooLarge)
        } else if forged {
            Err(Rejection::Verify(VerifyError::SignatureMismatch))
        } else {
            Ok(Bytes::from(body))
        };
        prop_assert_eq!(verdict, expected);
    });

    let body = Bytes::from_static(EVENT.as_bytes());
    let header = sign(SECRET, &body, 0);
    let delivery = extract(None, &header, vec![body.clone()]).expect("a genuine delivery");
    assert_eq!(delivery.body().as_ptr(), body.as_ptr());
}

/// `answer` gives status, type and text.
pub fn answers(answer: impl Fn(Rejection) -> (u16, String, String)) {
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
        let plain = "text/plain; charset=utf-8";
        assert_eq!(
            answer(rejection),
            (status, plain.into(), text.into()),
            "{display}"
        );
    }
}

/// Asserts that a rejection holds these bytes, signed then under the current secret.
#[track_caller]
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

fn ok() -> (u16, String) {
    (200, String::new())
}
