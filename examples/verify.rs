//! Verifies deliveries and prints, for each, what came in and what was decided.
//!
//! ```text
//! cargo run --example verify               a built-in set, signed here
//! cargo run --example verify -- FILE       deliveries that you have recorded
//! ```
//!
//! The file holds `{"deliveries":[{"id","secret","header","body","now_ms"}]}`: an id of your own, the
//! secret, the value of the header, the body as text, and when it came, in Unix milliseconds. There may
//! be a `previous_secret` too. With a file it exits with 1 if a delivery is refused, and with 2 if the file
//! cannot be read.

use std::{env, ffi::OsString, fs, path::Path, process::ExitCode};

use countersign::{
    Secret, VerifyError,
    workos::{self, EventData},
};
use serde::Deserialize;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

#[derive(Deserialize)]
struct Deliveries {
    deliveries: Vec<Request>,
}

/// What a receiver has: the request's header and body, when it came, and the secrets.
#[derive(Deserialize)]
struct Request {
    id: String,
    secret: String,
    previous_secret: Option<String>,
    header: String,
    body: String,
    now_ms: i64,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [] => print_table(&built_in()).map(|_some_are_refused| true),
        [path] => read(Path::new(path)).and_then(|requests| print_table(&requests)),
        _ => Err("usage: verify [FILE]".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn read(path: &Path) -> Result<Vec<Request>, String> {
    let in_file = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| in_file(&error))?;
    let file: Deliveries = serde_json::from_str(&text).map_err(|error| in_file(&error))?;
    if file.deliveries.is_empty() {
        return Err(in_file(&"no deliveries"));
    }
    Ok(file.deliveries)
}

const TITLE: &str = "delivery";

/// Prints a row for each request and tells whether all were accepted.
fn print_table(requests: &[Request]) -> Result<bool, String> {
    let rows = requests.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let ids = rows.iter().map(|row| row.id.as_str());
    let width = ids.chain([TITLE]).map(|id| id.chars().count()).max();
    let width = width.unwrap_or(0);
    println!("{TITLE:width$}  verdict   signed at                 key       event");
    for row in &rows {
        let verdict = if row.accepted { "verified" } else { "refused" };
        println!("{:width$}  {verdict:8}  {}", row.id, row.detail);
    }
    Ok(rows.iter().all(|row| row.accepted))
}

struct Row {
    id: String,
    accepted: bool,
    detail: String,
}

fn row(request: &Request) -> Result<Row, String> {
    let verdict = verify(request)?;
    Ok(Row {
        id: printable(&request.id),
        accepted: verdict.is_ok(),
        detail: match verdict {
            Ok(delivery) => describe(&delivery),
            Err(error) => error.to_string(),
        },
    })
}

fn verify(request: &Request) -> Result<Result<workos::Delivery<'_>, VerifyError>, String> {
    let in_request = |error: &dyn std::error::Error| format!("delivery {:?}: {error}", request.id);
    let secret = |text: &str| Secret::new(text).map_err(|error| in_request(&error));
    let mut verifier = workos::Verifier::new(secret(&request.secret)?);
    if let Some(previous) = &request.previous_secret {
        verifier = verifier.with_previous(secret(previous)?);
    }
    let now = OffsetDateTime::from_unix_timestamp_nanos(i128::from(request.now_ms) * 1_000_000)
        .map_err(|error| in_request(&error))?;
    Ok(verifier.verify_at(&request.header, request.body.as_bytes(), now))
}

fn describe(delivery: &workos::Delivery<'_>) -> String {
    let signed_at = delivery
        .signed_at()
        .format(&Rfc3339)
        .unwrap_or_else(|error| error.to_string());
    let key = match delivery.key_index() {
        0 => "current",
        _ => "previous",
    };
    format!("{signed_at:24}  {key:8}  {}", event(delivery))
}

/// Name, id and detail of the event; of what is no event, what there is of them and what is wrong.
fn event(delivery: &workos::Delivery<'_>) -> String {
    #[derive(Deserialize)]
    struct Named {
        event: Option<String>,
        id: Option<String>,
    }
    match delivery.event() {
        Ok(event) => {
            let (name, id) = (printable(event.data.name()), printable(&event.id));
            let misfits = event.misfits().iter();
            let misfits = misfits.map(|it| format!(", without {}", it.path()));
            let detail = detail(&event.data);
            format!("{name} {id}: {detail}{}", misfits.collect::<String>())
        }
        Err(error) => match delivery.json::<Named>() {
            Ok(named) => {
                let or_dash = |text: Option<String>| printable(text.as_deref().unwrap_or("-"));
                format!("{} {} ({error})", or_dash(named.event), or_dash(named.id))
            }
            Err(_) => format!("({error})"),
        },
    }
}

/// What there is to say of some kinds of events, and of one that this version does not know.
fn detail(data: &EventData) -> String {
    match data {
        EventData::UserCreated(user) | EventData::UserDeleted(user) => {
            let verified = match user.email_verified {
                Some(false) => ", not verified",
                _ => "",
            };
            format!(
                "{}{verified}",
                or_no(user.email.as_deref(), "email address")
            )
        }
        EventData::DsyncUserCreated(user) | EventData::DsyncUserDeleted(user) => format!(
            "{}, {}",
            or_no(user.email.as_deref(), "email address"),
            or_no(user.state.as_ref().map(|it| it.as_str()), "state")
        ),
        EventData::ConnectionActivated(connection) => format!(
            "{}, {}",
            or_no(connection.name.as_deref(), "name"),
            or_no(
                connection.connection_type.as_ref().map(|it| it.as_str()),
                "type"
            )
        ),
        EventData::Unknown(event) => format!("unknown, {} bytes of data", event.data().get().len()),
        _ => String::from("known"),
    }
}

fn or_no(text: Option<&str>, what: &str) -> String {
    text.map_or_else(|| format!("no {what}"), printable)
}

/// No text from outside shall break the table, or the terminal.
fn printable(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\'' => c.to_string(),
        c => c.escape_debug().to_string(),
    });
    escaped.collect()
}

/// Deliveries as a receiver may meet them. The first is genuine, most of the others differ in one thing.
fn built_in() -> Vec<Request> {
    const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
    const PREVIOUS: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
    const BODY: &str = r#"{"id":"event_01K0A1B2C3","data":{"id":"user_01K0A1B2C3","email":"ada@example.com","object":"user","last_name":"Lovelace","created_at":"2026-01-02T03:04:05.000Z","first_name":"Ada","updated_at":"2026-01-02T03:04:05.000Z","email_verified":true},"event":"user.created","created_at":"2026-01-02T03:04:05.000Z"}"#;
    const FUTURE: &str = r#"{"id":"event_01K0A1B2C4","data":{"id":"robot_1"},"event":"robot.created","created_at":"2026-01-02T03:04:05.000Z"}"#;
    const NOW_MS: i64 = 1_767_323_047_000;

    let epoch = OffsetDateTime::UNIX_EPOCH;
    let now = epoch + Duration::milliseconds(NOW_MS);
    let sign_body = |secret: &str, at: OffsetDateTime, body: &str| {
        let secret = Secret::new(secret).expect("the secrets above are well-formed");
        workos::Signer::new(secret).sign(body.as_bytes(), at)
    };
    let sign = |secret: &str, at: OffsetDateTime| sign_body(secret, at, BODY);
    let request = |id: &str, header: &str, body: &str| Request {
        id: id.into(),
        secret: SECRET.into(),
        previous_secret: Some(PREVIOUS.into()),
        header: header.into(),
        body: body.into(),
        now_ms: NOW_MS,
    };

    let genuine = sign(SECRET, now - Duration::SECOND);
    let previous = sign(PREVIOUS, now - Duration::SECOND);
    let future = sign_body(SECRET, now, FUTURE);
    let late = sign(SECRET, now - Duration::minutes(4));
    let ahead = sign(SECRET, now + Duration::minutes(10));
    let in_seconds = sign(SECRET, epoch + Duration::milliseconds(NOW_MS / 1000));
    vec![
        request("genuine", &genuine, BODY),
        request("an event that is new", &future, FUTURE),
        request("matched by the previous secret", &previous, BODY),
        request("four minutes late", &late, BODY),
        request("ten minutes from the future", &ahead, BODY),
        request("forged", &genuine, &BODY.replace("ada@", "eve@")),
        request("body re-serialised", &genuine, &BODY.replace("\":", "\": ")),
        request("seconds for milliseconds", &in_seconds, BODY),
        request("two timestamps", &format!("{genuine}, {genuine}"), BODY),
    ]
}
