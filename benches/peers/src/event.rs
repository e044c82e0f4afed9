//! The implementations once more: verification and the decoding of an event that a program can use.

use std::error::Error;

use countersign::workos::EventData;
use serde_json::Value;
use workos::{DirectoryUser, DsyncUserCreated};

use crate::rows::{
    Case, Row, countersign_verifier, decoding, floor, webhook_verify_verifier, workos_verifier,
};

/// A row for each way, the floor first.
pub fn rows(cases: &Cases) -> [Row<'_>; ROWS] {
    [
        floor(&cases.delivered),
        countersign(&cases.delivered),
        workos(&cases.with_object),
        workos_in_one_pass(&cases.with_object),
        webhook_verify(&cases.delivered),
    ]
}

pub const ROWS: usize = 5;

fn countersign(case: &Case) -> Row<'_> {
    let verifier = countersign_verifier();
    let header = case.workos_header();
    decoding(
        "countersign, event",
        case,
        move |body| -> Result<_, Box<dyn Error>> {
            let delivery = verifier.verify_at(&header, body.as_bytes(), case.now)?;
            Ok(delivery.event()?)
        },
        |event| match &event.data {
            EventData::DsyncUserCreated(user) => user.email.as_deref(),
            _ => None,
        },
    )
}

/// `construct_event` leaves the data a map of values, whatever the event.
fn workos(case: &Case) -> Row<'_> {
    let verifier = workos_verifier(case);
    let header = case.workos_header();
    decoding(
        "workos 3.5.0, construct_event + DirectoryUser",
        case,
        move |body| -> Result<_, workos::Error> {
            let event = verifier.construct_event(&header, body)?;
            let data = Value::Object(event.data.into_iter().collect());
            let user: DirectoryUser = serde_json::from_value(data)?;
            Ok((event.id, event.event, event.created_at, user))
        },
        |(.., user)| user.email.as_deref(),
    )
}

/// Takes for granted which event it is: the shortest way to a typed one, but none for an endpoint that
/// gets several.
fn workos_in_one_pass(case: &Case) -> Row<'_> {
    let verifier = workos_verifier(case);
    let header = case.workos_header();
    decoding(
        "workos 3.5.0, verify_payload + DsyncUserCreated",
        case,
        move |body| -> Result<DsyncUserCreated, workos::Error> {
            let verified = verifier.verify_payload(&header, body)?;
            Ok(serde_json::from_str(&verified)?)
        },
        |event| event.data.email.as_deref(),
    )
}

/// As by hand: nothing is typed.
fn webhook_verify(case: &Case) -> Row<'_> {
    let verify = webhook_verify_verifier(case);
    decoding(
        "webhook-verify 0.1.0, serde_json::Value",
        case,
        move |body| -> Result<Value, Box<dyn Error>> {
            verify(body)?;
            Ok(serde_json::from_str(body)?)
        },
        |event| event["data"]["email"].as_str(),
    )
}

/// An event as it is delivered, and as `workos` accepts it.
pub struct Cases {
    pub delivered: Case,
    /// `workos` demands the field `object`, which the Events API sends and webhooks do not.
    with_object: Case,
}

impl Cases {
    pub fn new() -> Self {
        let body = include_str!("../../support/dsync.user.created.json").trim_end();
        let with_object = body.replacen('{', r#"{"object":"event","#, 1);
        Self {
            delivered: Case::new(body.to_owned()),
            with_object: Case::new(with_object),
        }
    }

    /// What `workos` says to the event as it is delivered, genuine as it finds it.
    pub fn refusal(&self) -> workos::Error {
        let case = &self.delivered;
        let verifier = workos_verifier(case);
        let header = case.workos_header();
        verifier
            .verify_payload(&header, &case.body)
            .expect("a genuine delivery");
        let refusal = verifier.construct_event(&header, &case.body);
        refusal.expect_err("no event without `object`")
    }
}
