//! `countersign` alone: deliveries as a receiver may meet them, signed here.

#![expect(clippy::arithmetic_side_effects, reason = "on constants")]

use time::{Duration, OffsetDateTime};

use crate::{
    JudgeArguments,
    failure::Failure,
    output::Output,
    provider::{self, Secrets},
    recorded::{Delivery, Signature},
    verify::{self, By},
};

pub(crate) fn run(output: &mut Output) -> Result<bool, Failure> {
    let by = By {
        provider: None,
        arguments: &JudgeArguments::default(),
        at: None,
    };
    verify::table(deliveries()?.into_iter().map(Ok), &by, output)?;
    if !output.is_json() {
        output.line(NEXT)?;
    }
    // Some are refused as they should be.
    Ok(true)
}

const NEXT: &str = "
Your own: `countersign verify FILE`, where the file is a request as a proxy saves it.
Or receive some: `countersign listen --provider workos`, and in another terminal
`countersign send http://127.0.0.1:3000 --provider workos`, with WORKOS_WEBHOOK_SECRET=made-up for both.";

/// The first is genuine, most of the others differ in one thing.
fn deliveries() -> Result<Vec<Delivery>, Failure> {
    let now = NOW;
    let genuine = sign("workos", SECRET, BODY, now - SECOND)?;
    let workos = |id: &str, headers: &Headers, body: &str| delivery(id, "workos", headers, body);
    let by_workos = |at: OffsetDateTime| sign("workos", SECRET, BODY, at);
    let previous = sign("workos", PREVIOUS, BODY, now - SECOND)?;
    let in_seconds = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(now.unix_timestamp());
    let clerk = sign("clerk", STANDARD_SECRET, CLERK, now)?;
    let github = sign("github", SECRET, GITHUB, now)?;
    let stripe = sign("stripe", "another secret", STRIPE, now)?;
    let twice: Headers = genuine
        .iter()
        .map(|(name, value)| (*name, format!("{value}, {value}")))
        .collect();
    Ok(vec![
        workos("genuine", &genuine, BODY),
        workos(
            "an event that is new",
            &sign("workos", SECRET, NEW, now)?,
            NEW,
        ),
        workos("matched by the previous secret", &previous, BODY),
        workos(
            "four minutes late",
            &by_workos(now - Duration::minutes(4))?,
            BODY,
        ),
        workos(
            "ten minutes from the future",
            &by_workos(now + Duration::minutes(10))?,
            BODY,
        ),
        workos("forged", &genuine, &BODY.replace("ada@", "eve@")),
        workos("body re-serialised", &genuine, &BODY.replace("\":", "\": ")),
        workos("seconds for milliseconds", &by_workos(in_seconds)?, BODY),
        workos("two timestamps", &twice, BODY),
        delivery("another provider", "clerk", &clerk, CLERK),
        delivery("one that signs no time", "github", &github, GITHUB),
        delivery("secret of another endpoint", "stripe", &stripe, STRIPE),
    ])
}

type Headers = Vec<(&'static str, String)>;

fn sign(provider: &str, secret: &str, body: &str, at: OffsetDateTime) -> Result<Headers, Failure> {
    let secrets = Secrets::Recorded(vec![secret.into()]);
    let signer = provider::find(provider)?.signer(&secrets)?;
    Ok(signer.headers(body.as_bytes(), at))
}

fn delivery(id: &str, provider: &str, headers: &Headers, body: &str) -> Delivery {
    let headers = headers.iter();
    Delivery {
        id: id.into(),
        provider: Some(provider.into()),
        secrets: match provider {
            "clerk" => vec![STANDARD_SECRET.into()],
            _ => vec![SECRET.into(), PREVIOUS.into()],
        },
        signature: Signature::Headers(
            headers
                .map(|(name, value)| ((*name).into(), value.as_bytes().into()))
                .collect(),
        ),
        body: body.into(),
        left_out: 0,
        at: Some(NOW),
    }
}

const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
const PREVIOUS: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"{"id":"event_01K0A1B2C3","data":{"id":"user_01K0A1B2C3","email":"ada@example.com","object":"user","last_name":"Lovelace","created_at":"2026-01-02T03:04:05.000Z","first_name":"Ada","updated_at":"2026-01-02T03:04:05.000Z","email_verified":true},"event":"user.created","created_at":"2026-01-02T03:04:05.000Z"}"#;
const NEW: &str = r#"{"id":"event_01K0A1B2C4","data":{"id":"robot_1"},"event":"robot.created","created_at":"2026-01-02T03:04:05.000Z"}"#;
const CLERK: &str = r#"{"data":{"deleted":true,"id":"user_01","object":"user"},"instance_id":"ins_01","object":"event","timestamp":1767323045678,"type":"user.deleted"}"#;
const GITHUB: &str = r#"{"zen":"Design for failure.","hook_id":1}"#;
const STRIPE: &str = r#"{"id":"evt_01","object":"event","type":"invoice.paid"}"#;
const SECOND: Duration = Duration::SECOND;
/// 2026-01-02T03:04:07Z
const NOW: OffsetDateTime = match OffsetDateTime::from_unix_timestamp(1_767_323_047) {
    Ok(now) => now,
    Err(_) => OffsetDateTime::UNIX_EPOCH,
};
