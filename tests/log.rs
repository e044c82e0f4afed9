//! What the operator is told of refused requests, and what not.

mod support;

use std::{
    io,
    mem::take,
    sync::{Arc, Mutex},
};

use actix_web::test::TestRequest;
use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use countersign::{
    axum::Webhook,
    workos::{Event, SIGNATURE_HEADER, Signer},
};
use futures_util::FutureExt;
use support::{BODY, SECRET, secret, verifier};
use time::{Duration, OffsetDateTime};
use tracing_subscriber::{fmt::MakeWriter, util::SubscriberInitExt};

#[test]
fn one_line_for_each_refused_request() {
    let lines = Lines::collect();
    let genuine = br#"{"id":"event_01","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.678Z"}"#;
    let now = OffsetDateTime::now_utc();

    axum(&[&sign(genuine, now)], genuine);
    actix(&[&sign(genuine, now)], genuine);
    assert_eq!(lines.take(), "");

    let warning = " WARN countersign::rejection: webhook refused reason=";
    axum(&[], BODY);
    assert_eq!(lines.take(), format!("{warning}no signature header\n"));
    actix(&[], BODY);
    assert_eq!(lines.take(), format!("{warning}no signature header\n"));
    axum(&["t=1", "t=1"], BODY);
    assert_eq!(
        lines.take(),
        format!("{warning}more than one signature header\n")
    );
    axum(&["ä"], BODY);
    assert_eq!(
        lines.take(),
        format!("{warning}signature header is not ASCII\n")
    );
    axum(&["t=1,v2=1"], BODY);
    assert_eq!(
        lines.take(),
        format!("{warning}signature header has no signature\n")
    );
    axum(&[&sign(b"another", now)], BODY);
    assert_eq!(
        lines.take(),
        format!("{warning}no signature matches the body\n")
    );
    axum(&[&sign(BODY, now)], &vec![0; 3_000_000]);
    assert_eq!(
        lines.take(),
        format!("{warning}body is larger than the limit\n")
    );

    axum(&[&sign(BODY, now - Duration::seconds(1000))], BODY);
    let line = lines.take();
    let expected = format!("{warning}authentic, but signed too long ago: 100");
    assert!(line.starts_with(&expected), "{line}");
    assert!(line.contains("s age=100"), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");

    axum(&[&sign(BODY, now + Duration::seconds(1000))], BODY);
    let line = lines.take();
    let expected = format!("{warning}authentic, but signed too far in the future: 99");
    assert!(line.starts_with(&expected), "{line}");
    assert!(!line.contains("age="), "{line}");

    let late = sign(BODY, now - Duration::seconds(100));
    for framework in ["axum", "actix-web"] {
        match framework {
            "axum" => axum(&[&late], BODY),
            _ => actix(&[&late], BODY),
        }
        let line = lines.take();
        let expected = format!(
            "{warning}user.created: `data.id` is missing or null event=\"user.created\" age=10"
        );
        assert!(line.starts_with(&expected), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
    receive(TestRequest::post(), BODY);
    assert_eq!(
        lines.take(),
        format!(
            "ERROR countersign::actix: webhooks at an unmatched route are answered 500: no verifier in the route's app_data\n\
             {warning}no verifier in the route's app_data\n"
        )
    );

    axum(&[&sign(b"[]", now)], b"[]");
    let line = lines.take();
    assert!(
        line.starts_with(&format!("{warning}body is not a JSON object age=")),
        "{line}"
    );
}

fn sign(body: &[u8], at: OffsetDateTime) -> String {
    Signer::new(secret(SECRET)).sign(body, at)
}

fn axum(headers: &[&str], body: &[u8]) {
    let mut request = Request::new(Body::from(body.to_vec()));
    for header in headers {
        let header = header.parse().expect("a header value");
        request.headers_mut().append(SIGNATURE_HEADER, header);
    }
    let verifier = verifier();
    let webhook = Webhook::<Event>::from_request(request, &verifier);
    let _ = webhook.now_or_never().expect("a body that is ready");
}

fn actix(headers: &[&str], body: &[u8]) {
    let mut request = TestRequest::post().app_data(verifier());
    for header in headers {
        request = request.append_header((SIGNATURE_HEADER, *header));
    }
    receive(request, body);
}

fn receive(request: TestRequest, body: &[u8]) {
    let (request, mut payload) = request.set_payload(body.to_vec()).to_http_parts();
    let webhook = <Webhook<Event> as actix_web::FromRequest>::from_request(&request, &mut payload);
    let _ = webhook.now_or_never().expect("a body that is ready");
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
