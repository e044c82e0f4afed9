//! Sends deliveries of a provider to a receiver, such as `examples/axum.rs`: a genuine one, a late one and a forged one, or a
//! genuine one of each file that is named.
//!
//! ```text
//! cargo run --example send --features send -- workos|clerk|courier [FILE..]
//! ```
//!
//! Reads the provider's secret from the environment (`WORKOS_WEBHOOK_SECRET`, `CLERK_WEBHOOK_SIGNING_SECRET`,
//! `COURIER_WEBHOOK_SECRET`), and `ADDR`.

use std::{env, error::Error, ffi::OsString, fs, process::ExitCode, time::Duration};

use countersign::{
    Secret, Signer, StandardSecret, Timestamped, clerk::Clerk, courier::Courier, workos::WorkOs,
};
use time::OffsetDateTime;

const WORKOS: &str = r#"{"id":"event_01K0A1B2C3","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}"#;
const CLERK: &str = r#"{"data":{"deleted":true,"id":"user_01","object":"user"},"instance_id":"ins_01","object":"event","timestamp":1767323045678,"type":"user.deleted"}"#;
const COURIER: &str =
    r#"{"type":"message:updated","data":{"id":"1-01","status":"DELIVERED","recipient":"user_01"}}"#;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let provider = arguments.next().unwrap_or_default();
    let files: Vec<OsString> = arguments.collect();
    match provider.to_str() {
        Some("workos") => {
            let secret = Secret::from_env("WORKOS_WEBHOOK_SECRET")?;
            send(&Signer::<WorkOs>::new(secret), WORKOS, &files)
        }
        Some("clerk") => {
            let secret = StandardSecret::from_env("CLERK_WEBHOOK_SIGNING_SECRET")?;
            send(&Signer::<Clerk>::new(secret), CLERK, &files)
        }
        Some("courier") => {
            let secret = Secret::from_env("COURIER_WEBHOOK_SECRET")?;
            send(&Signer::<Courier>::new(secret), COURIER, &files)
        }
        _ => Err("usage: send workos|clerk|courier [FILE..]".into()),
    }
}

fn send<P: Timestamped>(
    signer: &Signer<P>,
    body: &str,
    files: &[OsString],
) -> Result<ExitCode, Box<dyn Error>> {
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let url = format!("http://{address}/webhooks/{}", P::NAME);
    let post = |what: &str, headers: Vec<(&str, String)>, body: &[u8]| {
        let mut request = ureq::post(&url)
            .config()
            .http_status_as_error(false)
            .build()
            .content_type("application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request
            .send(body)
            .map_err(|error| format!("{url}: {error}"))?;
        println!("{what}: {}", response.status());
        Ok::<_, String>(response.status().as_u16())
    };

    let now = OffsetDateTime::now_utc();
    let mut as_expected = true;
    for path in files {
        let name = path.display().to_string();
        let body = fs::read(path).map_err(|error| format!("{name}: {error}"))?;
        as_expected &= post(&name, signer.headers(&body, now), &body)? == 200;
    }
    if files.is_empty() {
        let signed_at = |at| signer.headers(body.as_bytes(), at);
        let late = now - P::TOLERANCE.past() - Duration::from_secs(60);
        let forged = body.replace("_01", "_02");
        as_expected &= post("genuine", signed_at(now), body.as_bytes())? == 200;
        as_expected &= post("late", signed_at(late), body.as_bytes())? == 401;
        as_expected &= post("forged", signed_at(now), forged.as_bytes())? == 401;
    }
    Ok(if as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
