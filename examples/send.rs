//! Sends deliveries to a receiver of WorkOS webhooks, such as `examples/axum.rs`: a genuine one, a late one and a
//! forged one, or a genuine one of each file that is named. Reads `WORKOS_WEBHOOK_SECRET` and `ADDR`.

use std::{env, error::Error, fs, process::ExitCode};

use countersign::{Secret, workos};
use time::{Duration, OffsetDateTime};

const BODY: &str = r#"{"id":"event_01K0A1B2C3","data":{"group_id":"group_01","organization_membership_id":"om_01"},"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}"#;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let secret = Secret::from_env("WORKOS_WEBHOOK_SECRET")?;
    let signer = workos::Signer::new(secret);
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let url = format!("http://{address}/webhooks/workos");
    let post = |what: &str, signature: &str, body: &[u8]| {
        let response = ureq::post(&url)
            .config()
            .http_status_as_error(false)
            .build()
            .header(workos::SIGNATURE_HEADER, signature)
            .content_type("application/json")
            .send(body)
            .map_err(|error| format!("{url}: {error}"))?;
        println!("{what}: {}", response.status());
        Ok::<_, String>(response.status().as_u16())
    };

    let now = OffsetDateTime::now_utc();
    let mut as_expected = true;
    let files: Vec<_> = env::args_os().skip(1).collect();
    for path in &files {
        let name = path.display().to_string();
        let body = fs::read(path).map_err(|error| format!("{name}: {error}"))?;
        as_expected &= post(&name, &signer.sign(&body, now), &body)? == 200;
    }
    if files.is_empty() {
        let genuine = signer.sign(BODY.as_bytes(), now);
        let late = signer.sign(BODY.as_bytes(), now - Duration::minutes(4));
        let forged = BODY.replace("om_01", "om_02");
        as_expected &= post("genuine", &genuine, BODY.as_bytes())? == 200;
        as_expected &= post("late", &late, BODY.as_bytes())? == 401;
        as_expected &= post("forged", &genuine, forged.as_bytes())? == 401;
    }
    Ok(if as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
