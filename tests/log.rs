//! What the operator is told of each delivery, and what not: each line is compared whole, but for its numbers.
#![cfg(feature = "workos")]

mod support;

use std::{
    convert::Infallible,
    io,
    mem::take,
    sync::{Arc, Mutex},
    task::{Context, Waker},
};

use actix_web::{
    App,
    dev::Payload,
    error::PayloadError,
    http::header::CONTENT_LENGTH,
    rt::System,
    test::{TestRequest, call_service, init_service},
    web,
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::Response,
};
use bytes::Bytes;
use countersign::{
    DecodeError, Rejection, Secret, Signed, actix, axum as countersign_axum,
    axum::Webhook,
    tower::VerifyLayer,
    workos::{Event, SIGNATURE_HEADER, Signer, Verifier, WorkOs},
};
use futures_util::{FutureExt, StreamExt, stream};
use support::{
    BODY, OLD_SECRET, SECRET,
    providers::{Typed, body},
    secret,
};
use time::{Duration, OffsetDateTime};
use tower::{Layer, ServiceExt, service_fn};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};

const EVENT: &[u8] = br#"{"id":"event_01","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.678Z"}"#;
const NOT_AN_EVENT: &str = r#"{"id":"event_01","data":{},"event":"NAME","created_at":17}"#;
const ACCEPTED: &str = "DEBUG countersign: webhook accepted provider=\"workos\" age=";
const REFUSED: &str = " WARN countersign: webhook refused provider=\"workos\" kind=";

/// Everything is in one test, as the lines of the process are collected.
#[test]
fn one_line_for_each_delivery() {
    let lines = Lines::collect();
    for way in WAYS {
        println!("{}", way.name);
        accepted_and_refused(&lines, way.receive);
        if way.has_limit {
            too_large_or_in_part(&lines, way.receive);
        }
        if way.decodes {
            events(&lines, way.receive);
        } else {
            what_is_not_decoded(&lines, way.receive);
        }
    }
    decoded_afterwards(&lines);
    misfits::<WorkOs>(&lines);
    #[cfg(feature = "clerk")]
    misfits::<countersign::clerk::Clerk>(&lines);
    #[cfg(feature = "courier")]
    misfits::<countersign::courier::Courier>(&lines);
    labelled_key(&lines);
    refused_before(&lines);
    overloaded(&lines);
    body_taken(&lines);
    no_verifier(&lines);
    two_verifiers(&lines);
}

/// One of the ways to receive a delivery.
struct Way {
    name: &'static str,
    /// The status by which a request of these headers and this body is answered.
    receive: fn(&[&str], Sent<'_>) -> u16,
    has_limit: bool,
    decodes: bool,
}

/// What comes in of a body.
#[derive(Clone, Copy)]
enum Sent<'a> {
    Whole(&'a [u8]),
    InPart(&'a [u8]),
}

const WAYS: [Way; 9] = [
    Way {
        name: "axum::Webhook",
        receive: |headers, body| {
            let request = axum_request(headers, body);
            status(Webhook::<Event>::from_request(request, &verifier()).now_or_never())
        },
        has_limit: true,
        decodes: true,
    },
    Way {
        name: "axum::Signed",
        receive: |headers, body| {
            let request = axum_request(headers, body);
            let verifier = verifier();
            let signed =
                <Signed<WorkOs> as FromRequest<_>>::from_request(request, &verifier).now_or_never();
            status(signed)
        },
        has_limit: true,
        decodes: false,
    },
    Way {
        name: "axum::receive",
        receive: |headers, body| {
            let request = axum_request(headers, body);
            status(countersign_axum::receive(request, &verifier()).now_or_never())
        },
        has_limit: true,
        decodes: false,
    },
    Way {
        name: "actix::Webhook",
        receive: |headers, body| actix_extract::<Webhook<Event>>(headers, body),
        has_limit: true,
        decodes: true,
    },
    Way {
        name: "actix::Signed",
        receive: |headers, body| actix_extract::<Signed<WorkOs>>(headers, body),
        has_limit: true,
        decodes: false,
    },
    Way {
        name: "actix::receive",
        receive: |headers, body| {
            let (request, mut payload) = actix_request(headers, body);
            let payload =
                <web::Payload as actix_web::FromRequest>::from_request(&request, &mut payload);
            let payload = payload.now_or_never().expect("ready").expect("a payload");
            status(actix::receive(&request, payload, &verifier()).now_or_never())
        },
        has_limit: true,
        decodes: false,
    },
    Way {
        name: "tower::VerifyLayer",
        receive: |headers, body| {
            let inner =
                service_fn(async |_request| Ok::<_, Infallible>(Response::new(Body::empty())));
            let service = VerifyLayer::new(verifier()).layer(inner);
            let response = service.oneshot(axum_request(headers, body)).now_or_never();
            let Ok(response) = response.expect("a body that is ready");
            response.status().as_u16()
        },
        has_limit: true,
        decodes: false,
    },
    Way {
        name: "Verifier::receive",
        receive: |headers, body| status(Some(verifier().receive(&pairs(headers), whole(body)))),
        has_limit: false,
        decodes: false,
    },
    Way {
        name: "Verifier::receive_at",
        receive: |headers, body| {
            let now = OffsetDateTime::now_utc();
            status(Some(verifier().receive_at(
                &pairs(headers),
                whole(body),
                now,
            )))
        },
        has_limit: false,
        decodes: false,
    },
];

type Receive = fn(&[&str], Sent<'_>) -> u16;

fn accepted_and_refused(lines: &Lines, receive: Receive) {
    let now = OffsetDateTime::now_utc();
    let receive = |headers: &[&str]| receive(headers, Sent::Whole(EVENT));
    let late = now - Duration::seconds(100);
    for (secret, index) in [(SECRET, 0), (OLD_SECRET, 1)] {
        assert_eq!(receive(&[&sign_with(secret, EVENT, late)]), 200);
        let line = lines.take();
        let line = line.strip_prefix(ACCEPTED).expect(&line);
        let (age, rest) = line.split_once(' ').expect("an age");
        assert!((100.0..160.0).contains(&parse_seconds(age)), "{age}");
        assert_eq!(rest, format!("key_index={index}\n"));
    }
    assert_eq!(receive(&[&sign(EVENT, now + Duration::seconds(60))]), 200);
    assert_eq!(
        lines.take(),
        "DEBUG countersign: webhook accepted provider=\"workos\" key_index=0\n",
        "what was signed ahead of now has no age"
    );

    let forged = sign(b"another", now);
    let cases: [(&[&str], &str, &str); 5] = [
        (&[], "missing_header", "no signature header"),
        (
            &["t=1", "t=1"],
            "duplicate_header",
            "more than one signature header",
        ),
        (&["ä"], "non_ascii_header", "signature header is not ASCII"),
        (
            &["t=1,v2=1"],
            "missing_signature",
            "signature header has no signature",
        ),
        (
            &[&forged],
            "signature_mismatch",
            "no signature matches the body",
        ),
    ];
    for (headers, kind, reason) in cases {
        assert_eq!(receive(headers), 401, "{kind}");
        assert_eq!(lines.take(), refused(kind, reason));
    }

    assert_eq!(receive(&[&sign(EVENT, now - Duration::seconds(1000))]), 401);
    let line = lines.take();
    let (line, age) = line.trim_end().rsplit_once(" age=").expect("an age");
    let reason = format!("authentic, but signed too long ago: {age}");
    assert_eq!(format!("{line}\n"), refused("expired", &reason));
    let age = parse_seconds(age);
    assert!((1000.0..1060.0).contains(&age), "{age}");

    assert_eq!(receive(&[&sign(EVENT, now + Duration::seconds(1000))]), 401);
    let line = lines.take();
    let (line, ahead) = line.trim_end().rsplit_once(": ").expect("a duration");
    let reason = "authentic, but signed too far in the future";
    assert_eq!(format!("{line}\n"), refused("not_yet_valid", reason));
    let ahead = parse_seconds(ahead);
    assert!((940.0..1000.0).contains(&ahead), "{ahead}");
}

fn too_large_or_in_part(lines: &Lines, receive: Receive) {
    let signed = sign(EVENT, OffsetDateTime::now_utc());
    let large = vec![0; 3_000_000];
    assert_eq!(receive(&[&signed], Sent::Whole(&large)), 413);
    assert_eq!(
        lines.take(),
        refused("body_too_large", "body is larger than the limit")
    );
    assert_eq!(receive(&[&signed], Sent::InPart(EVENT)), 400);
    assert_eq!(
        lines.take(),
        refused("unreadable_body", "body could not be read")
    );
}

fn events(lines: &Lines, receive: Receive) {
    let now = OffsetDateTime::now_utc();
    let receive = |body: &[u8], at| receive(&[&sign(body, at)], Sent::Whole(body));
    let misfits = br#"{"id":"event_01","data":{"id":"1","email":7,"metadata":{"a":null,"b c":1}},"event":"user.created","created_at":"2026-01-02T03:04:05Z","context":[]}"#;
    assert_eq!(receive(misfits, now), 200);
    let all = lines.take();
    let (line, accepted) = all.split_once('\n').expect("two lines");
    assert_eq!(
        line,
        " WARN countersign: webhook event has misfits provider=\"workos\" event=\"user.created\" \
         paths=data.email, data.metadata.a, data.metadata[\"b c\"], context"
    );
    is_accepted(accepted);

    let path = "é".repeat(100_000);
    let long = String::from_utf8_lossy(misfits).replace("b c", &path);
    assert_eq!(receive(long.as_bytes(), now), 200);
    let all = lines.take();
    let (line, accepted) = all.split_once('\n').expect("two lines");
    assert!(line.ends_with(&format!("[\"{}", "é".repeat(156))), "{line}");
    is_accepted(accepted);

    let name = "é".repeat(100_000);
    let unknown = NOT_AN_EVENT
        .replace("NAME", &name)
        .replace("17", r#""2026-01-02T03:04:05Z","context":[]"#);
    assert_eq!(receive(unknown.as_bytes(), now), 200);
    let all = lines.take();
    let (line, accepted) = all.split_once('\n').expect("two lines");
    let name = "é".repeat(200);
    assert!(
        line.ends_with(&format!(" event=\"{name}\" paths=context")),
        "{line}"
    );
    is_accepted(accepted);

    let late = now - Duration::seconds(100);
    for (body, kind, reason) in [
        (
            BODY,
            "event_mismatch",
            "user.created: `data.id` is missing or null event=\"user.created\" id=\"event_01\"",
        ),
        (b"[]", "not_an_object", "body is not a JSON object"),
    ] {
        assert_eq!(receive(body, late), 500);
        is_undecoded(&lines.take(), kind, reason);
    }

    let body = NOT_AN_EVENT.replace("NAME", &"é".repeat(100_000));
    assert_eq!(receive(body.as_bytes(), late), 500);
    let reason = format!("{name} event=\"{name}\" id=\"event_01\"");
    is_undecoded(&lines.take(), "event_mismatch", &reason);
}

fn what_is_not_decoded(lines: &Lines, receive: Receive) {
    let signed = sign(BODY, OffsetDateTime::now_utc());
    assert_eq!(receive(&[&signed], Sent::Whole(BODY)), 200);
    is_accepted(&lines.take());
}

/// It was accepted before, and told to be.
fn decoded_afterwards(lines: &Lines) {
    let late = OffsetDateTime::now_utc() - Duration::seconds(100);
    for (body, undecoded) in [(EVENT, false), (BODY, true)] {
        let signature = sign(body, late);
        let headers = pairs(&[&signature]);
        let signed = verifier().receive(&headers, Bytes::copy_from_slice(body));
        is_accepted(&lines.take());
        let webhook = Webhook::<Event>::decode(signed.expect("a genuine delivery"));
        let kind = webhook.err().map(|rejection| rejection.kind());
        assert_eq!(kind, undecoded.then_some("event_mismatch"));
        let line = lines.take();
        if undecoded {
            let reason =
                "user.created: `data.id` is missing or null event=\"user.created\" id=\"event_01\"";
            is_undecoded(&line, "event_mismatch", reason);
        } else {
            assert_eq!(line, "");
        }
    }
}

/// Of each provider's delivery, and not where an event is read that was verified before.
fn misfits<P: Typed>(lines: &Lines) {
    let misfit = format!(r#"{{"id":"1","{}":{{"secret":1}}}}"#, P::OPTIONAL);
    let body = body::<P>(P::SAMPLE, &misfit);
    assert_eq!(
        P::event(body.as_bytes()).map(|event| P::misfits(&event).len()),
        Ok(1)
    );
    assert_eq!(
        lines.take(),
        format!(
            " WARN countersign: webhook event has misfits provider={:?} event={:?} paths=data.{}\n",
            P::NAME,
            P::SAMPLE,
            P::OPTIONAL
        )
    );
    P::from_json(body.as_bytes()).expect("an event");
    P::event(self::body::<P>(P::SAMPLE, r#"{"id":"1"}"#).as_bytes()).expect("an event");
    assert_eq!(lines.take(), "");
    let error = P::event(self::body::<P>(P::SAMPLE, r#"{"id":7}"#).as_bytes());
    let Err(DecodeError::EventMismatch(mismatch)) = error else {
        panic!("{error:?}");
    };
    let id = match mismatch.id() {
        "" => String::new(),
        id => format!(" id={id:?}"),
    };
    assert_eq!(
        lines.take(),
        format!(
            " WARN countersign: webhook event does not decode provider={name:?} \
             kind=\"event_mismatch\" reason={event}: `data.id` has an unexpected type or form \
             event={event:?}{id}\n",
            name = P::NAME,
            event = P::SAMPLE,
        )
    );
}

fn labelled_key(lines: &Lines) {
    let secret = Secret::labelled("tenant-7", SECRET).expect("a secret");
    let signature = sign(EVENT, OffsetDateTime::now_utc());
    let verifier = Verifier::new(secret);
    verifier
        .receive(&pairs(&[&signature]), EVENT)
        .expect("a genuine delivery");
    let line = lines.take();
    let key = " key_index=0 key_label=\"tenant-7\"\n";
    assert!(line.starts_with(ACCEPTED) && line.ends_with(key), "{line}");
}

/// What a service refuses by itself.
fn refused_before(lines: &Lines) {
    let rejection = verifier().refuse(Rejection::BodyTooLarge);
    assert_eq!(rejection, Rejection::BodyTooLarge);
    let reason = "\"body_too_large\" reason=body is larger than the limit";
    assert_eq!(lines.take(), format!("{REFUSED}{reason}\n"));
}

/// While one large body is being read, there is no room for another.
fn overloaded(lines: &Lines) {
    let verifier = verifier();
    let first = stream::iter([Ok::<_, Infallible>(vec![0; 20_000_000])]);
    let mut request = Request::new(Body::from_stream(first.chain(stream::pending())));
    DefaultBodyLimit::disable().apply(&mut request);
    let mut first = Box::pin(countersign_axum::receive(request, &verifier));
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.poll_unpin(&mut context).is_pending());
    assert_eq!(lines.take(), "");

    for way in WAYS.iter().filter(|it| it.has_limit) {
        let status = (way.receive)(&[], Sent::Whole(&[0; 100_000]));
        assert_eq!(status, 503, "{}", way.name);
        assert_eq!(
            lines.take(),
            refused("overloaded", "too many large bodies are being read")
        );
    }
    drop(first);
    assert_eq!(lines.take(), "", "nobody waits for an answer");
}

/// The error, of which `log` is told as by the framework, and the refusal.
macro_rules! answered_500 {
    ($lines:ident, $app:ident, $request:expr, $kind:literal, $reason:ident) => {
        let status = System::new().block_on(async {
            let request = $request.uri("/tenants/1").to_request();
            call_service(&init_service($app).await, request)
                .await
                .status()
        });
        assert_eq!(status, 500);
        let error = "ERROR countersign::actix: webhooks at /tenants/{id} are answered 500";
        assert_eq!(
            $lines.take(),
            format!("{error}: {}\n{}", $reason, refused($kind, $reason))
        );
    };
}
/// By another extractor.
fn body_taken(lines: &Lines) {
    async fn answer(_body: Bytes, _event: Webhook<Event>) -> &'static str {
        ""
    }
    let app = App::new()
        .app_data(verifier())
        .route("/tenants/{id}", web::post().to(answer));
    let request = TestRequest::post().set_payload(EVENT);
    let reason = "body was taken before, by another extractor or a middleware";
    answered_500!(lines, app, request, "body_taken", reason);
}

fn no_verifier(lines: &Lines) {
    let app = App::new().route("/tenants/{id}", web::post().to(answer));
    let reason = "no verifier in the route's app_data";
    answered_500!(lines, app, TestRequest::post(), "missing_verifier", reason);
}

fn two_verifiers(lines: &Lines) {
    let app = App::new()
        .app_data(verifier())
        .app_data(web::Data::new(verifier()))
        .route("/tenants/{id}", web::post().to(answer));
    let reason = "two verifiers in the route's app_data";
    answered_500!(
        lines,
        app,
        TestRequest::post(),
        "ambiguous_verifier",
        reason
    );
}

async fn answer(_event: Webhook<Event>) -> &'static str {
    ""
}

fn refused(kind: &str, reason: &str) -> String {
    format!("{REFUSED}{kind:?} reason={reason}\n")
}

#[track_caller]
fn is_accepted(line: &str) {
    let line = line.strip_prefix(ACCEPTED).expect(line);
    let age = line.strip_suffix(" key_index=0\n").expect("one line");
    parse_duration(age);
}

/// Of a delivery that was signed 100 s ago.
#[track_caller]
fn is_undecoded(line: &str, kind: &str, reason: &str) {
    let (line, age) = line.trim_end().rsplit_once(" age=").expect("an age");
    assert_eq!(format!("{line}\n"), refused(kind, reason));
    let age = parse_seconds(age);
    assert!((100.0..160.0).contains(&age), "{age}");
}

#[track_caller]
fn parse_seconds(text: &str) -> f64 {
    let seconds = text.strip_suffix('s').expect("seconds, and no more");
    seconds.parse().expect("a number")
}

/// Of whatever unit.
#[track_caller]
fn parse_duration(text: &str) -> f64 {
    let number = text.trim_end_matches(|it: char| it.is_alphabetic());
    number.parse().expect("a number")
}

fn sign(body: &[u8], at: OffsetDateTime) -> String {
    sign_with(SECRET, body, at)
}

fn sign_with(with: &str, body: &[u8], at: OffsetDateTime) -> String {
    Signer::new(secret(with)).sign(body, at)
}

fn verifier() -> Verifier {
    support::verifier().with_previous(secret(OLD_SECRET))
}

#[track_caller]
fn status<T>(received: Option<Result<T, Rejection>>) -> u16 {
    match received.expect("a body that is ready") {
        Ok(_) => 200,
        Err(rejection) => rejection.status(),
    }
}

fn whole(body: Sent<'_>) -> &[u8] {
    match body {
        Sent::Whole(body) => body,
        Sent::InPart(_) => panic!("nothing reads it here"),
    }
}

fn pairs<'a>(headers: &[&'a str]) -> Vec<(&'static str, &'a str)> {
    headers.iter().map(|it| (SIGNATURE_HEADER, *it)).collect()
}

fn axum_request(headers: &[&str], body: Sent<'_>) -> Request {
    let mut request = Request::new(match body {
        Sent::Whole(body) => Body::from(body.to_vec()),
        Sent::InPart(body) => Body::from_stream(stream::iter([Ok(body.to_vec()), Err("reset")])),
    });
    for header in headers {
        let header = header.parse().expect("a header value");
        request.headers_mut().append(SIGNATURE_HEADER, header);
    }
    request
}

fn actix_request(headers: &[&str], body: Sent<'_>) -> (actix_web::HttpRequest, Payload) {
    let mut request = TestRequest::post().app_data(verifier());
    for header in headers {
        request = request.append_header((SIGNATURE_HEADER, *header));
    }
    match body {
        Sent::Whole(body) => request.set_payload(body.to_vec()).to_http_parts(),
        Sent::InPart(body) => {
            let request = request.append_header((CONTENT_LENGTH, body.len() + 1));
            let (request, _) = request.to_http_parts();
            let body = Bytes::copy_from_slice(body);
            let pieces = stream::iter([Ok(body), Err(PayloadError::Incomplete(None))]);
            (
                request,
                Payload::Stream {
                    payload: pieces.boxed_local(),
                },
            )
        }
    }
}

fn actix_extract<T: actix_web::FromRequest<Error = Rejection>>(
    headers: &[&str],
    body: Sent<'_>,
) -> u16 {
    let (request, mut payload) = actix_request(headers, body);
    status(T::from_request(&request, &mut payload).now_or_never())
}

/// What is logged, by `tracing` and by `log`.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn collect() -> Self {
        let lines = Self::default();
        tracing_subscriber::fmt()
            .with_writer(lines.clone())
            .with_ansi(false)
            .without_time()
            .with_max_level(LevelFilter::DEBUG)
            .finish()
            .init();
        lines
    }

    /// Those since the last time.
    fn take(&self) -> String {
        let bytes = take(&mut *self.0.lock().expect("no panic"));
        String::from_utf8(bytes).expect("UTF-8")
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
