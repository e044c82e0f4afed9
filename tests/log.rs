//! What the operator is told of refused requests, and what not.
#![cfg(feature = "workos")]

mod support;

use std::{
    io,
    mem::take,
    sync::{Arc, Mutex},
};

use actix_web::{
    App,
    rt::System,
    test::{TestRequest, call_service, init_service},
    web,
};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use countersign::{
    VerifyError,
    axum::{Rejection, Webhook},
    workos::{Event, SIGNATURE_HEADER, Signer, WorkOs},
};
use futures_util::{FutureExt, stream};
use support::{
    BODY, SECRET,
    providers::{Typed, body},
    secret, verifier,
};
use time::{Duration, OffsetDateTime};
use tracing_subscriber::{fmt::MakeWriter, util::SubscriberInitExt};

const EVENT: &[u8] = br#"{"id":"event_01","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.678Z"}"#;
const NOT_AN_EVENT: &str = r#"{"id":"event_01","data":{},"event":"NAME","created_at":17}"#;
const WARNING: &str = " WARN countersign::extract::rejection: webhook refused reason=";

#[test]
fn one_line_for_each_refused_request() {
    let lines = Lines::collect();
    for receive in [axum, actix] {
        refused_alike_by_both(&lines, receive);
    }
    misfits::<WorkOs>(&lines);
    #[cfg(feature = "clerk")]
    misfits::<countersign::clerk::Clerk>(&lines);
    #[cfg(feature = "courier")]
    misfits::<countersign::courier::Courier>(&lines);
    body_that_breaks_off(&lines);
    no_verifier(&lines);
    two_verifiers(&lines);
}

fn refused_alike_by_both(lines: &Lines, receive: Receive) {
    let now = OffsetDateTime::now_utc();
    assert_eq!(receive(&[&sign(EVENT, now)], EVENT), None);
    assert_eq!(lines.take(), "");

    let misfits = br#"{"id":"event_01","data":{"id":"1","email":7,"metadata":{"a":null,"b c":1}},"event":"user.created","created_at":"2026-01-02T03:04:05Z","context":[]}"#;
    assert_eq!(receive(&[&sign(misfits, now)], misfits), None);
    assert_eq!(
        lines.take(),
        " WARN countersign: webhook event has misfits event=\"user.created\" \
         paths=data.email, data.metadata.a, data.metadata[\"b c\"], context\n"
    );
    let path = "é".repeat(100_000);
    let long = String::from_utf8_lossy(misfits).replace("b c", &path);
    assert_eq!(
        receive(&[&sign(long.as_bytes(), now)], long.as_bytes()),
        None
    );
    let line = lines.take();
    assert!(
        line.ends_with(&format!("[\"{}\n", "é".repeat(156))),
        "{line}"
    );

    let genuine = sign(BODY, now);
    let forged = sign(b"another", now);
    let large = vec![0; 3_000_000];
    let cases: [(&[&str], &[u8], Rejection, &str); 6] = [
        (
            &[],
            BODY,
            Rejection::Verify(VerifyError::MissingHeader),
            "no signature header",
        ),
        (
            &["t=1", "t=1"],
            BODY,
            Rejection::Verify(VerifyError::DuplicateHeader),
            "more than one signature header",
        ),
        (
            &["ä"],
            BODY,
            Rejection::Verify(VerifyError::NonAsciiHeader),
            "signature header is not ASCII",
        ),
        (
            &["t=1,v2=1"],
            BODY,
            Rejection::Verify(VerifyError::MissingSignature),
            "signature header has no signature",
        ),
        (
            &[&forged],
            BODY,
            Rejection::Verify(VerifyError::SignatureMismatch),
            "no signature matches the body",
        ),
        (
            &[&genuine],
            &large,
            Rejection::BodyTooLarge,
            "body is larger than the limit",
        ),
    ];
    for (headers, body, rejection, reason) in cases {
        assert_eq!(receive(headers, body), Some(rejection));
        assert_eq!(lines.take(), format!("{WARNING}{reason}\n"));
    }

    receive(&[&sign(BODY, now - Duration::seconds(1000))], BODY);
    let line = lines.take();
    let (line, age) = parse_age(&line);
    let reason = format!("authentic, but signed too long ago: {age}s");
    assert_eq!(line, format!("{WARNING}{reason}"));
    assert!((1000.0..1060.0).contains(&age), "{age}");

    receive(&[&sign(BODY, now + Duration::seconds(1000))], BODY);
    let line = lines.take();
    let (line, ahead) = line.rsplit_once(": ").expect("a duration");
    let reason = "authentic, but signed too far in the future";
    assert_eq!(line, format!("{WARNING}{reason}"));
    let ahead = parse_seconds(ahead);
    assert!((940.0..1000.0).contains(&ahead), "{ahead}");

    let late = now - Duration::seconds(100);
    for (body, reason) in [
        (
            BODY,
            "user.created: `data.id` is missing or null event=\"user.created\"",
        ),
        (b"[]", "body is not a JSON object"),
    ] {
        receive(&[&sign(body, late)], body);
        let line = lines.take();
        let (line, age) = parse_age(&line);
        assert_eq!(line, format!("{WARNING}{reason}"));
        assert!((100.0..160.0).contains(&age), "{age}");
    }

    let name = "é".repeat(100_000);
    let body = NOT_AN_EVENT.replace("NAME", &name);
    receive(&[&sign(body.as_bytes(), late)], body.as_bytes());
    let line = lines.take();
    let (line, _) = parse_age(&line);
    let name = "é".repeat(200);
    assert_eq!(line, format!("{WARNING}{name} event=\"{name}\""));
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
            " WARN countersign: webhook event has misfits event={:?} paths=data.{}\n",
            P::SAMPLE,
            P::OPTIONAL
        )
    );
    P::from_json(body.as_bytes()).expect("an event");
    P::event(self::body::<P>(P::SAMPLE, r#"{"id":"1"}"#).as_bytes()).expect("an event");
    assert_eq!(lines.take(), "");
}

fn body_that_breaks_off(lines: &Lines) {
    let pieces = stream::iter([Ok(BODY), Err("reset")]);
    let request = Request::new(Body::from_stream(pieces));
    assert_eq!(extract(request), Some(Rejection::UnreadableBody));
    assert_eq!(lines.take(), format!("{WARNING}body could not be read\n"));
}

fn no_verifier(lines: &Lines) {
    assert_eq!(
        extract_actix(TestRequest::post(), BODY),
        Some(Rejection::MissingVerifier)
    );
    let reason = "no verifier in the route's app_data";
    let error = "ERROR countersign::actix: webhooks at an unmatched route are answered 500";
    assert_eq!(
        lines.take(),
        format!("{error}: {reason}\n{WARNING}{reason}\n")
    );
}

fn two_verifiers(lines: &Lines) {
    let app = App::new()
        .app_data(verifier())
        .app_data(web::Data::new(verifier()))
        .route("/tenants/{id}", web::post().to(answer));
    let status = System::new().block_on(async {
        let request = TestRequest::post().uri("/tenants/1").to_request();
        call_service(&init_service(app).await, request)
            .await
            .status()
    });
    assert_eq!(status, 500);
    let reason = "two verifiers in the route's app_data";
    let error = "ERROR countersign::actix: webhooks at /tenants/{id} are answered 500";
    assert_eq!(
        lines.take(),
        format!("{error}: {reason}\n{WARNING}{reason}\n")
    );
}

async fn answer(_event: Webhook<Event>) -> &'static str {
    ""
}

/// The line without its age, and that.
fn parse_age(line: &str) -> (&str, f64) {
    let (line, age) = line.rsplit_once(" age=").expect("an age");
    (line, parse_seconds(age))
}

fn parse_seconds(end: &str) -> f64 {
    let seconds = end.strip_suffix("s\n").expect("seconds, and no more");
    seconds.parse().expect("a number")
}

fn sign(body: &[u8], at: OffsetDateTime) -> String {
    Signer::new(secret(SECRET)).sign(body, at)
}

/// Why a request of these headers and this body is refused.
type Receive = fn(&[&str], &[u8]) -> Option<Rejection>;

fn axum(headers: &[&str], body: &[u8]) -> Option<Rejection> {
    let mut request = Request::new(Body::from(body.to_vec()));
    for header in headers {
        let header = header.parse().expect("a header value");
        request.headers_mut().append(SIGNATURE_HEADER, header);
    }
    extract(request)
}

fn extract(request: Request) -> Option<Rejection> {
    let verifier = verifier();
    let webhook = Webhook::<Event>::from_request(request, &verifier);
    webhook.now_or_never().expect("a body that is ready").err()
}

fn actix(headers: &[&str], body: &[u8]) -> Option<Rejection> {
    let mut request = TestRequest::post().app_data(verifier());
    for header in headers {
        request = request.append_header((SIGNATURE_HEADER, *header));
    }
    extract_actix(request, body)
}

fn extract_actix(request: TestRequest, body: &[u8]) -> Option<Rejection> {
    let (request, mut payload) = request.set_payload(body.to_vec()).to_http_parts();
    let webhook = <Webhook<Event> as actix_web::FromRequest>::from_request(&request, &mut payload);
    webhook.now_or_never().expect("a body that is ready").err()
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
