//! Clerk, which signs as Standard Webhooks does: verification, and that with the decoding of an event.

use std::{error::Error, hint::black_box};

use countersign::clerk::{EventData, Verifier};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use serde_json::Value;
use sha2::Sha256;

use crate::rows::{Case, MESSAGE_ID, Row, decoding, verification};

/// A row for each implementation, the floor first.
pub fn rows(case: &Case) -> [Row<'_>; ROWS] {
    [
        floor(case),
        countersign(case),
        countersign_with_map(case),
        svix(case),
        standardwebhooks(case),
    ]
}

pub const ROWS: usize = 5;

/// A row for each way from the headers and the body to an event, the floor first.
pub fn event_rows(case: &Case) -> [Row<'_>; EVENT_ROWS] {
    [
        floor(case),
        countersign_event(case),
        svix_event(case),
        standardwebhooks_event(case),
    ]
}

pub const EVENT_ROWS: usize = 4;

/// A user who signed up by way of Google.
pub fn event() -> Case {
    let body = include_str!("../../support/clerk.user.created.json");
    Case::new(body.trim_end().to_owned())
}

fn floor(case: &Case) -> Row<'_> {
    let key: Hmac<Sha256> = Hmac::new_from_slice(b"a key").expect("a key");
    let timestamp = case.seconds().to_string();
    let message = [MESSAGE_ID, ".", &timestamp, ".", &case.body].map(str::to_owned);
    Row::new("hmac + sha2 alone", move || {
        let mut hmac = key.clone();
        for part in black_box(&message) {
            hmac.update(part.as_bytes());
        }
        hmac.finalize().into_bytes()
    })
}

fn countersign(case: &Case) -> Row<'_> {
    let verifier = countersign_verifier();
    let headers = headers(case, "svix");
    let headers = ["svix-id", "svix-timestamp", "svix-signature"]
        .map(|name| (name, headers[name].to_str().expect("ASCII").to_owned()));
    verification("countersign, array of headers", case, move |body| {
        verifier.verify_request_at(&headers, body.as_bytes(), case.now)
    })
}

fn countersign_with_map(case: &Case) -> Row<'_> {
    let verifier = countersign_verifier();
    let headers = headers(case, "svix");
    verification("countersign, HeaderMap", case, move |body| {
        verifier.verify_request_at(&headers, body.as_bytes(), case.now)
    })
}

fn svix(case: &Case) -> Row<'_> {
    let webhook = svix_webhook();
    let headers = headers(case, "svix");
    verification("svix 2.9.1, HeaderMap", case, move |body| {
        webhook.verify(body.as_bytes(), &headers)
    })
}

fn standardwebhooks(case: &Case) -> Row<'_> {
    let webhook = standardwebhooks::Webhook::new(SECRET).expect("a secret");
    let headers = headers(case, "webhook");
    verification("standardwebhooks 1.0.1, HeaderMap", case, move |body| {
        webhook.verify(body.as_bytes(), &headers)
    })
}

fn countersign_event(case: &Case) -> Row<'_> {
    let verifier = countersign_verifier();
    let headers = headers(case, "svix");
    decoding(
        "countersign, event",
        case,
        move |body| -> Result<_, Box<dyn Error>> {
            let delivery = verifier.verify_request_at(&headers, body.as_bytes(), case.now)?;
            Ok(delivery.event()?)
        },
        |event| match &event.data {
            EventData::UserCreated(user) => {
                let emails = user.email_addresses.as_deref()?;
                emails.first()?.email_address.as_deref()
            }
            _ => None,
        },
    )
}

/// Nothing is typed.
fn svix_event(case: &Case) -> Row<'_> {
    let webhook = svix_webhook();
    let headers = headers(case, "svix");
    decoding(
        "svix 2.9.1, serde_json::Value",
        case,
        move |body| -> Result<Value, Box<dyn Error>> {
            webhook.verify(body.as_bytes(), &headers)?;
            Ok(serde_json::from_str(body)?)
        },
        email,
    )
}

/// Nothing is typed.
fn standardwebhooks_event(case: &Case) -> Row<'_> {
    let webhook = standardwebhooks::Webhook::new(SECRET).expect("a secret");
    let headers = headers(case, "webhook");
    decoding(
        "standardwebhooks 1.0.1, serde_json::Value",
        case,
        move |body| -> Result<Value, Box<dyn Error>> {
            webhook.verify(body.as_bytes(), &headers)?;
            Ok(serde_json::from_str(body)?)
        },
        email,
    )
}

fn email(event: &Value) -> Option<&str> {
    event["data"]["email_addresses"][0]["email_address"].as_str()
}

fn countersign_verifier() -> Verifier {
    Verifier::new(countersign::StandardSecret::new(SECRET).expect("a secret"))
}

fn svix_webhook() -> svix::webhooks::Webhook {
    svix::webhooks::Webhook::new(SECRET).expect("a secret")
}

/// As the provider's own sender signs.
fn headers(case: &Case, prefix: &str) -> HeaderMap {
    let signature = svix_webhook().sign(MESSAGE_ID, case.seconds(), case.body.as_bytes());
    case.headers(prefix, &signature.expect("text"))
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
