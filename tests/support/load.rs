//! Many bodies at once, slow ones, and verifiers that are replaced meanwhile.

use std::{
    fmt::Debug,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use countersign::{
    Rejection, Secret, VerifyError,
    workos::{self, WorkOs},
};
use futures_util::{FutureExt, StreamExt, stream};
use time::OffsetDateTime;
use tokio::{
    sync::{
        RwLock, Semaphore,
        mpsc::{UnboundedSender, unbounded_channel},
        watch,
    },
    task::JoinSet,
    time::sleep,
};

use super::{
    DEFAULT_LIMIT, Extraction, Handlers, Pieced, Protocol, Server,
    cases::event,
    client::{Connection, Pieces, body_of, request, send_to, signed, text},
    is_handled, process, route, sign_now,
};
use crate::support::{providers::Typed, secret};

/// What every body may have in memory, and what all may beyond that.
const OWN: usize = 64 * 1024;
const SHARED: usize = 16 * 1024 * 1024;

static BYTES: [u8; SHARED + OWN + 1] = [b'a'; SHARED + OWN + 1];

/// It is given back in every way in which a body ends, to the byte; and meanwhile small ones come through.
pub fn budget<E: Clone + Debug + From<Rejection> + PartialEq>(
    extract: impl Fn(Option<usize>, &str, Pieced) -> Extraction<E>,
) {
    let new = |header: &str| Half::new(|pieces| extract(None, header, pieces));
    let refused = |rejection: Rejection| Some(Err(rejection.into()));
    let overloaded = refused(Rejection::Overloaded);
    // Of the last that fits.
    let length = OWN + SHARED % (DEFAULT_LIMIT - OWN);
    let genuine = sign_now(&BYTES[..length]);
    let small = sign_now(&BYTES[..OWN]);

    let mismatch = refused(VerifyError::SignatureMismatch.into());
    let too_large = refused(Rejection::BodyTooLarge);
    let unreadable = refused(Rejection::UnreadableBody);
    let ends: [(_, End<E>, _); 5] = [
        (&genuine, Half::end, Some(Ok(length))),
        (&small, Half::end, mismatch),
        (&genuine, |mut half| half.read(DEFAULT_LIMIT), too_large),
        (&genuine, Half::fail, unreadable),
        (&genuine, |_dropped| None, None),
    ];
    for (header, end, expected) in ends {
        let mut bodies = Vec::new();
        let mut left = SHARED;
        while left > 0 {
            let drawn = left.min(DEFAULT_LIMIT - OWN);
            let mut half = new(header);
            assert_eq!(half.read(OWN + drawn), None, "{left} {expected:?}");
            bodies.push(half);
            left -= drawn;
        }

        assert_eq!(new(&small).read(OWN + 1), overloaded, "{expected:?}");
        let mut in_two_pieces = new(&small);
        assert_eq!(in_two_pieces.read(OWN - 1), None, "{expected:?}");
        assert_eq!(in_two_pieces.read(1), None, "{expected:?}");
        assert_eq!(in_two_pieces.end(), Some(Ok(OWN)), "{expected:?}");

        assert_eq!(bodies.pop().and_then(end), expected);
        let mut another = new(&genuine);
        assert_eq!(another.read(length), None, "{expected:?}");
        assert_eq!(new(&small).read(OWN + 1), overloaded, "{expected:?}");
    }
}

/// Where a limit is larger than the budget, one body after the other comes through.
pub fn one_body_beyond_the_budget<E: Debug + From<Rejection> + PartialEq>(
    extract: impl Fn(Option<usize>, &str, Pieced) -> Extraction<E>,
) {
    let header = sign_now(&BYTES);
    let new = || Half::new(|pieces| extract(Some(BYTES.len()), &header, pieces));
    let overloaded = || Some(Err(Rejection::Overloaded.into()));

    let mut other = new();
    assert_eq!(other.read(OWN), None);
    let mut large = new();
    assert_eq!(large.read(BYTES.len() - 1), None);
    assert_eq!(other.read(1), overloaded());
    assert_eq!(large.read(1), None);
    assert_eq!(large.end(), Some(Ok(BYTES.len())));

    let mut other = new();
    assert_eq!(other.read(OWN + 1), None);
    assert_eq!(new().read(BYTES.len()), overloaded());
}

type Verdict<E> = Option<Result<usize, E>>;

type End<E> = fn(Half<E>) -> Verdict<E>;

/// A body of which more can come.
struct Half<E> {
    pieces: Option<UnboundedSender<io::Result<Bytes>>>,
    extraction: Extraction<E>,
}

impl<E> Half<E> {
    fn new(extract: impl FnOnce(Pieced) -> Extraction<E>) -> Self {
        let (sender, mut pieces) = unbounded_channel();
        let pieces = stream::poll_fn(move |context| pieces.poll_recv(context));
        Self {
            pieces: Some(sender),
            extraction: extract(pieces.boxed()),
        }
    }

    /// What is decided when so many more bytes have come in.
    fn read(&mut self, length: usize) -> Verdict<E> {
        self.send(Ok(Bytes::from_static(&BYTES[..length])))
    }

    fn fail(mut self) -> Verdict<E> {
        self.send(Err(io::ErrorKind::ConnectionReset.into()))
    }

    fn send(&mut self, piece: io::Result<Bytes>) -> Verdict<E> {
        let pieces = self.pieces.as_ref().expect("no end yet");
        pieces.send(piece).expect("a reader");
        self.poll()
    }

    fn end(mut self) -> Verdict<E> {
        self.pieces = None;
        self.poll()
    }

    fn poll(&mut self) -> Verdict<E> {
        let verdict = (&mut self.extraction).now_or_never()?;
        Some(verdict.map(|delivery| delivery.body().len()))
    }
}

/// Almost 1 MiB each, which nobody signed, and none of which ends.
pub async fn streams_of_one_connection<P: Typed>(server: &Server) {
    const STREAMS: usize = 200;
    let (address, route) = (server.address, route::of::<P>(route::EVENT));
    let event = event::<P>();
    let Connection::Http2(connection) = Connection::open(address, Protocol::Http2).await else {
        panic!("another protocol");
    };
    let connection = || Connection::Http2(connection.clone());
    let mut streams = JoinSet::new();
    for _ in 0..STREAMS {
        let pieces = BYTES[..DEFAULT_LIMIT - 1].chunks(16 * 1024);
        let pieces = stream::iter(pieces.map(Bytes::from_static)).chain(stream::pending());
        let headers = signed::<P>(event.as_bytes());
        let request = request(address, Protocol::Http2, &route, &headers, body_of(pieces));
        let mut connection = connection();
        streams.spawn(async move { connection.send(request).await });
    }
    // The others are held.
    let held = SHARED / (DEFAULT_LIMIT - 1 - OWN);
    for _ in held..STREAMS {
        let answer = streams.join_next().await.expect("a stream");
        let answer = answer.expect("no panic");
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()["retry-after"], "10");
        assert_eq!(text(answer).await, "service unavailable");
    }

    is_handled::<P>(server).await;
    let headers = signed::<P>(event.as_bytes());
    let body = Pieces::Whole.of(event.as_bytes());
    let small = request(address, Protocol::Http2, &route, &headers, body);
    assert_eq!(connection().send(small).await.status(), 200);
    assert_eq!(server.seen(), [P::KEY]);

    drop(streams);
    process::peak_is_below_mib(100);
    let large = &BYTES[..DEFAULT_LIMIT];
    let route = route::of::<P>(route::SIGNED);
    loop {
        let body = Pieces::Whole.of(large);
        let answer = send_to(address, Protocol::Http1, &route, &signed::<P>(large), body).await;
        if answer.0 == 200 {
            break;
        }
        assert_eq!(answer.0, 503);
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.seen(), [format!("{DEFAULT_LIMIT} 0")]);
}

/// They send a byte now and then, and then wait.
pub async fn slow_clients<P: Typed>(server: &Server) {
    const CLIENTS: usize = 200;
    let address = server.address;
    let (go_on, waiting) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (go_on, waiting) = (Arc::clone(&go_on), Arc::clone(&waiting));
        clients.spawn(async move {
            let event = event::<P>();
            let headers = signed::<P>(event.as_bytes());
            let half = event.len() / 2;
            let pieces = stream::iter(event.into_bytes().into_iter().enumerate());
            let pieces = pieces.then(move |(index, byte)| {
                let (go_on, waiting) = (Arc::clone(&go_on), Arc::clone(&waiting));
                async move {
                    if index == half {
                        waiting.fetch_add(1, Relaxed);
                        go_on.acquire().await.expect("an open gate").forget();
                    } else {
                        sleep(Duration::from_millis(1)).await;
                    }
                    Bytes::copy_from_slice(&[byte])
                }
            });
            let route = route::of::<P>(route::EVENT);
            let body = body_of(pieces);
            send_to(address, Protocol::Http1, &route, &headers, body).await
        });
    }
    while waiting.load(Relaxed) < CLIENTS {
        is_handled::<P>(server).await;
    }
    is_handled::<P>(server).await;
    go_on.add_permits(CLIENTS);
    for answer in clients.join_all().await {
        assert_eq!(answer, (200, String::new()));
    }
    assert_eq!(server.seen(), vec![P::KEY; CLIENTS]);
}

/// While the secret is rotated again and again, nothing genuine is refused and nothing forged is accepted.
pub async fn rotation(
    start: impl AsyncFnOnce(Handlers, watch::Receiver<workos::Verifier>) -> SocketAddr,
) {
    const DELIVERIES: usize = 10_000;
    const CLIENTS: usize = 8;
    let (verifiers, current_verifier) = watch::channel(verifier_of(2));
    let server = Server::new(async |handlers| start(handlers, current_verifier).await).await;
    let address = server.address;
    // With which secret the provider signs. It is read until the answer is there: so a verifier knows it as its current or its
    // previous one.
    let provider = Arc::new(RwLock::new(2));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let provider = Arc::clone(&provider);
        clients.spawn(async move {
            let mut connection = Connection::open(address, Protocol::Http1).await;
            for number in 0..DELIVERIES / CLIENTS {
                let current = provider.read().await;
                let (secret, altered, status) = match number % 10 {
                    0 => (*current - 2, false, 401),
                    1 => (*current + 2, false, 401),
                    2 => (*current, true, 401),
                    _ => (*current, false, 200),
                };
                let mut body = format!("{client} {number}");
                let now = OffsetDateTime::now_utc();
                let header = workos::Signer::new(secret_of(secret)).sign(body.as_bytes(), now);
                let headers = [(workos::SIGNATURE_HEADER, header.into())];
                if altered {
                    body.push(' ');
                }
                let route = route::of::<WorkOs>(route::SIGNED);
                let body = Pieces::Whole.of(body.as_bytes());
                let request = request(address, Protocol::Http1, &route, &headers, body);
                let answer = connection.send(request).await;
                assert_eq!(answer.status(), status, "{client} {number}");
                text(answer).await;
            }
        });
    }
    let rotate = async {
        for next in 3.. {
            verifiers.send_replace(verifier_of(next));
            sleep(Duration::from_millis(5)).await;
            *provider.write().await = next;
            sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = clients.join_all() => {}
        () = rotate => {}
    }

    let rotations = *provider.read().await - 2;
    assert!(rotations >= 20, "{rotations}");
    let seen = server.seen();
    assert_eq!(seen.len(), DELIVERIES / 10 * 7);
    for index in ["0", "1"] {
        let of_this = seen.iter().filter(|it| it.ends_with(index)).count();
        assert!(of_this > DELIVERIES / 100, "{index}: {of_this}");
    }
}

fn verifier_of(number: usize) -> workos::Verifier {
    workos::Verifier::new(secret_of(number)).with_previous(secret_of(number - 1))
}

fn secret_of(number: usize) -> Secret {
    secret(&format!("a secret for rotation {number:08}"))
}
