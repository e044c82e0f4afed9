//! `cargo run --example verify` prints what it promises and exits as it promises.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

use countersign::{Secret, workos};
use time::{Duration, OffsetDateTime};

fn verify(arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "verify", "--"])
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = status.code().expect("an exit code");
    (code, text(stdout), text(stderr))
}

/// A file of the given text in the directory that Cargo gives to tests.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a writable directory");
    path
}

fn delivery(id: &str, body: &str, signed_body: &str) -> String {
    let now_ms = 1_767_323_045_678;
    let at = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(now_ms);
    let signer = workos::Signer::new(Secret::new("a secret").expect("a secret"));
    serde_json::json!({
        "id": id,
        "secret": "a secret",
        "header": signer.sign(signed_body.as_bytes(), at),
        "body": body,
        "now_ms": now_ms,
        "note": "a field that is not needed",
    })
    .to_string()
}

#[test]
fn the_built_in_set() {
    let (code, stdout, stderr) = verify(&[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(
        stdout,
        "\
delivery                        verdict   signed at                 key       event
genuine                         verified  2026-01-02T03:04:06Z      current   user.created event_01K0A1B2C3: ada@example.com
an event that is new            verified  2026-01-02T03:04:07Z      current   robot.created event_01K0A1B2C4: unknown, 16 bytes of data
matched by the previous secret  verified  2026-01-02T03:04:06Z      previous  user.created event_01K0A1B2C3: ada@example.com
four minutes late               refused   authentic, but signed too long ago: 240s
ten minutes from the future     refused   authentic, but signed too far in the future: 600s
forged                          refused   no signature matches the body
body re-serialised              refused   no signature matches the body
seconds for milliseconds        refused   authentic, but signed too long ago: 1765555723.953s
two timestamps                  refused   signature header has more than one timestamp
"
    );
}

#[test]
fn a_file_of_genuine_deliveries() {
    let event = |name: &str, data: &str| {
        format!(
            r#"{{"id":"event_1","data":{data},"event":"{name}","created_at":"2026-01-02T03:04:05Z"}}"#
        )
    };
    let at = r#""created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z""#;
    let user = format!(r#"{{"id":"1","email":"a@b.c","email_verified":false,{at}}}"#);
    let directory_user = r#"{"id":"1","idp_id":"1","state":"sleeping"}"#;
    let connection = r#"{"id":"1","name":"A's","state":"active","connection_type":"OktaSAML"}"#;
    let bodies = [
        ("user", event("user.deleted", &user)),
        (
            "directory user",
            event("dsync.user.created", directory_user),
        ),
        ("connection", event("connection.activated", connection)),
        (
            "another",
            event(
                "agent.registration.deleted",
                r#"{"agent_registration_id":"1"}"#,
            ),
        ),
        ("new", event("a.b", "[]")),
        (
            "misfits",
            event(
                "user.created",
                r#"{"id":"1","email":7,"metadata":{"a\\nb":1}}"#,
            ),
        ),
        ("amiss", event("user.created", "{}")),
        ("old", r#"{"event":"a.b"}"#.into()),
        ("te\nxt", "hello".into()),
    ];
    let deliveries: Vec<String> = bodies
        .iter()
        .map(|(id, body)| delivery(id, body, body))
        .collect();
    let path = file(
        "genuine.json",
        &format!(r#"{{"about":"","deliveries":[{}]}}"#, deliveries.join(",")),
    );
    let (code, stdout, stderr) = verify(&[path.to_str().expect("UTF-8")]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(
        stdout,
        "\
delivery        verdict   signed at                 key       event
user            verified  2026-01-02T03:04:05.678Z  current   user.deleted event_1: a@b.c, not verified
directory user  verified  2026-01-02T03:04:05.678Z  current   dsync.user.created event_1: no email address, sleeping
connection      verified  2026-01-02T03:04:05.678Z  current   connection.activated event_1: A's, OktaSAML
another         verified  2026-01-02T03:04:05.678Z  current   agent.registration.deleted event_1: known
new             verified  2026-01-02T03:04:05.678Z  current   a.b event_1: unknown, 2 bytes of data
misfits         verified  2026-01-02T03:04:05.678Z  current   user.created event_1: no email address, without data.email, without data.metadata[\"a\\\\nb\"]
amiss           verified  2026-01-02T03:04:05.678Z  current   user.created event_1 (user.created: `data.id` is missing or null)
old             verified  2026-01-02T03:04:05.678Z  current   a.b - (field `id` is missing or null)
te\\nxt          verified  2026-01-02T03:04:05.678Z  current   (body is not JSON at line 1 column 1)
"
    );
}

#[test]
fn a_file_with_a_forged_delivery() {
    let path = file(
        "forged.json",
        &format!(
            r#"{{"deliveries":[{},{}]}}"#,
            delivery("forged", "{}", "{ }"),
            delivery("genuine", "{}", "{}"),
        ),
    );
    let (code, stdout, stderr) = verify(&[path.to_str().expect("UTF-8")]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(stdout.lines().count(), 3, "{stdout}");
    assert!(stdout.contains("forged    refused   no signature matches the body"));
}

#[track_caller]
fn assert_unreadable(name: &str, text: &str, expected: &str) {
    let path = file(name, text);
    let (code, stdout, stderr) = verify(&[path.to_str().expect("UTF-8")]);
    assert_eq!((code, stdout.as_str()), (2, ""), "{name}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn files_that_cannot_be_read() {
    let genuine = delivery("genuine", "{}", "{}");
    let in_list = |delivery: &str| format!(r#"{{"deliveries":[{delivery}]}}"#);
    for (name, text, expected) in [
        (
            "broken.json",
            "{\"deliveries\":".into(),
            "EOF while parsing a value",
        ),
        ("list.json", "{}".into(), "missing field `deliveries`"),
        ("none.json", in_list(""), "no deliveries"),
        (
            "empty.json",
            in_list(&genuine.replace("a secret", "")),
            "delivery \"genuine\": secret is empty",
        ),
    ] {
        assert_unreadable(name, &text, expected);
    }
    for field in ["id", "secret", "header", "body", "now_ms"] {
        let without = genuine.replace(&format!("{field:?}"), "\"x\"");
        let expected = format!("missing field `{field}`");
        assert_unreadable(&format!("{field}.json"), &in_list(&without), &expected);
    }
    let (code, stdout, stderr) = verify(&["no/such/file.json"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.starts_with("no/such/file.json: "), "{stderr}");
    assert_eq!(
        verify(&["a", "b"]),
        (2, String::new(), "usage: verify [FILE]\n".into())
    );
}
