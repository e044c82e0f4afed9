//! The implementations: of each the call that is timed, and before it all that need not be.

use std::{fmt::Debug, hint::black_box, sync::Arc, time::SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::Sha256;
use time::OffsetDateTime;

/// One implementation, ready to verify one delivery any number of times.
pub struct Row<'a> {
    pub name: &'static str,
    pub run: Box<dyn FnMut() + 'a>,
}

impl<'a> Row<'a> {
    /// The row of work that comes to this value, which nobody needs.
    pub fn new<T>(name: &'static str, work: impl Fn() -> T + 'a) -> Self {
        let run = move || {
            black_box(work());
        };
        Self {
            name,
            run: Box::new(run),
        }
    }
}

/// A row for each implementation, the floor first.
pub fn rows(case: &Case) -> [Row<'_>; ROWS] {
    [
        floor(case),
        countersign(case),
        workos(case),
        webhook_verify(case),
        svix(case),
        standardwebhooks(case),
    ]
}

pub const ROWS: usize = 6;

/// Nothing is parsed, compared or checked. That the tags are right shows when others accept them.
pub fn floor(case: &Case) -> Row<'_> {
    let key = key();
    let timestamp = case.millis();
    Row::new("hmac + sha2 alone", move || {
        tag(&key, &timestamp, black_box(&case.body))
    })
}

fn countersign(case: &Case) -> Row<'_> {
    let verifier = countersign_verifier();
    let header = case.workos_header();
    verification("countersign", case, move |body| {
        verifier.verify_at(&header, body.as_bytes(), case.now)
    })
}

pub fn countersign_verifier() -> countersign::workos::Verifier {
    countersign::workos::Verifier::new(countersign::Secret::new(SECRET).expect("a secret"))
}

fn workos(case: &Case) -> Row<'_> {
    let verifier = workos_verifier(case);
    let header = case.workos_header();
    verification("workos 3.5.0", case, move |body| {
        verifier.verify_payload(&header, body)
    })
}

pub fn workos_verifier(case: &Case) -> workos::WebhookVerifier {
    let now = SystemTime::from(case.now);
    workos::WebhookVerifier::new(SECRET).with_clock(move || now)
}

fn webhook_verify(case: &Case) -> Row<'_> {
    verification("webhook-verify 0.1.0", case, webhook_verify_verifier(case))
}

/// Verifies as for Stripe, whose layout differs by seconds and no space after the comma.
pub fn webhook_verify_verifier(
    case: &Case,
) -> impl Fn(&str) -> Result<(), webhook_verify::VerifyError> + use<> {
    let secret = webhook_verify::Secret::new(SECRET);
    let clock = Arc::new(Clock(case.now));
    let options = webhook_verify::VerifyOptions::default().with_clock(Some(clock));
    let header = case.header(&case.seconds().to_string(), ",");
    move |body| {
        webhook_verify::verify(
            webhook_verify::Provider::Stripe,
            &[("stripe-signature", header.as_str())],
            body.as_bytes(),
            &secret,
            options.clone(),
        )
    }
}

struct Clock(OffsetDateTime);

impl webhook_verify::Clock for Clock {
    fn now(&self) -> u64 {
        self.0.unix_timestamp().try_into().expect("after 1970")
    }
}

fn svix(case: &Case) -> Row<'_> {
    let webhook = svix::webhooks::Webhook::from_bytes(SECRET.into()).expect("a secret");
    let signature = webhook.sign(MESSAGE_ID, case.seconds(), case.body.as_bytes());
    let headers = case.headers("svix", &signature.expect("text"));
    verification("svix 2.9.1", case, move |body| {
        webhook.verify(body.as_bytes(), &headers)
    })
}

fn standardwebhooks(case: &Case) -> Row<'_> {
    let webhook = standardwebhooks::Webhook::from_bytes(SECRET.into()).expect("a secret");
    let signature = webhook.sign(MESSAGE_ID, case.seconds(), case.body.as_bytes());
    let headers = case.headers("webhook", &signature.expect("text"));
    verification("standardwebhooks 1.0.1", case, move |body| {
        webhook.verify(body.as_bytes(), &headers)
    })
}

/// The row of a `verify` that accepts the genuine body and refuses the tampered one.
pub fn verification<'a, T, E: Debug>(
    name: &'static str,
    case: &'a Case,
    verify: impl Fn(&'a str) -> Result<T, E> + 'a,
) -> Row<'a> {
    if let Err(error) = verify(&case.body) {
        panic!("{name} refuses a genuine delivery: {error:?}");
    }
    assert!(
        verify(&case.tampered).is_err(),
        "{name} accepts a tampered body"
    );
    Row::new(name, move || {
        verify(black_box(&case.body)).expect("still genuine")
    })
}

/// The row of a `decode` that finds the user's email, and refuses the tampered body.
pub fn decoding<'a, T, E: Debug>(
    name: &'static str,
    case: &'a Case,
    decode: impl Fn(&'a str) -> Result<T, E> + 'a,
    email: impl Fn(&T) -> Option<&str>,
) -> Row<'a> {
    let event = decode(&case.body).expect(name);
    assert_eq!(email(&event), Some(EMAIL), "{name} loses the email");
    verification(name, case, decode)
}

const EMAIL: &str = "ada.lovelace@example.com";

/// A delivery: the same body, time and secret for everyone.
pub struct Case {
    pub body: String,
    tampered: String,
    pub now: OffsetDateTime,
}

impl Case {
    /// JSON of `size` bytes.
    pub fn of_size(size: usize) -> Self {
        let head = r#"{"event":"user.created","data":""#;
        let tail = r#""}"#;
        let filler = "x".repeat(size - head.len() - tail.len());
        Self::new([head, &filler, tail].concat())
    }

    /// A body with an x in a text, which arrives as it is signed: now, as some accept no other clock
    /// than the system's.
    pub fn new(body: String) -> Self {
        Self {
            tampered: body.replacen('x', "y", 1),
            body,
            now: OffsetDateTime::now_utc(),
        }
    }

    fn millis(&self) -> String {
        (self.now.unix_timestamp_nanos() / 1_000_000).to_string()
    }

    pub fn seconds(&self) -> i64 {
        self.now.unix_timestamp()
    }

    pub fn workos_header(&self) -> String {
        self.header(&self.millis(), ", ")
    }

    /// The header in which timestamp and signature are together.
    fn header(&self, timestamp: &str, separator: &str) -> String {
        let tag = tag(&key(), timestamp, &self.body);
        let signature: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("t={timestamp}{separator}v1={signature}")
    }

    /// The headers of Standard Webhooks.
    pub fn headers(&self, prefix: &str, signature: &str) -> HeaderMap {
        let timestamp = self.seconds().to_string();
        [
            ("id", MESSAGE_ID),
            ("timestamp", &timestamp),
            ("signature", signature),
        ]
        .into_iter()
        .map(|(name, value)| {
            let name: HeaderName = format!("{prefix}-{name}").parse().expect("a name");
            let value: HeaderValue = value.parse().expect("a value");
            (name, value)
        })
        .collect()
    }
}

fn key() -> Hmac<Sha256> {
    Hmac::new_from_slice(SECRET.as_bytes()).expect("a key")
}

fn tag(key: &Hmac<Sha256>, timestamp: &str, body: &str) -> [u8; 32] {
    let mut hmac = key.clone();
    hmac.update(timestamp.as_bytes());
    hmac.update(b".");
    hmac.update(body.as_bytes());
    hmac.finalize().into_bytes().into()
}

const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
pub const MESSAGE_ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
