//! The command `countersign`, as a process: what it prints, where, and how it exits. None of it has a secret in it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
    thread,
};

use countersign::{
    AnySigner, Provider, Secret, StandardSecret, courier,
    rows::{self, github::GitHub, stripe::Stripe},
    workos,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, macros::datetime};

const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
const OTHER_SECRET: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const AT: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);
const STRIPE: (&str, &str) = ("STRIPE_WEBHOOK_SECRET", SECRET);
const BODY: &str = r#"{"id":"evt_01","type":"invoice.paid"}"#;

/// Exit code, and what was printed.
#[derive(Debug, PartialEq)]
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], variables: &[(&str, &str)], stdin: &[u8]) -> Ran {
    let mut child = command(arguments, variables).spawn().expect("it runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let stdin = stdin.to_vec();
    // It ends without reading what it does not need.
    let writer = thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    ran(output)
}

fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let ran = Ran {
        code: output.status.code().expect("an exit code"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    assert_keeps_secrets(&ran.stdout);
    assert_keeps_secrets(&ran.stderr);
    ran
}

fn assert_keeps_secrets(printed: &str) {
    for secret in [
        SECRET,
        OTHER_SECRET,
        STANDARD_SECRET,
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[track_caller]
fn assert_ran(ran: &Ran, code: i32, stdout: &str, stderr: &str) {
    assert_eq!(ran.stdout, stdout);
    assert_eq!(ran.stderr, stderr);
    assert_eq!(ran.code, code);
}

/// It could do nothing, and said why.
#[track_caller]
fn assert_failed(ran: &Ran, message: &str) {
    assert_ran(ran, 2, "", &format!("error: {message}\n"));
}

fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("a writable directory");
    path.into_os_string().into_string().expect("UTF-8")
}

fn lines(json: &str) -> Vec<Value> {
    json.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn secret(text: &str) -> Secret {
    Secret::new(text).expect("a secret")
}

/// A request with the provider's headers, and further lines.
fn request<P: Provider>(keys: impl countersign::SigningKeys, more: &str, body: &str) -> String {
    let signer = AnySigner::new(P::SCHEME, keys);
    let headers = signer.headers(body.as_bytes(), AT).into_iter();
    let headers: String = headers
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("POST /hook HTTP/1.1\r\nHost: a\r\n{headers}{more}\r\n{body}")
}

fn stripe(more: &str) -> String {
    request::<Stripe>(secret(SECRET), more, BODY)
}

const AT_THAT_TIME: [&str; 4] = ["verify", "-", "--at", "2026-01-02T03:04:06Z"];

#[test]
fn the_built_in_deliveries() {
    assert_ran(
        &run(&[], &[], b""),
        0,
        "\
delivery                        provider  verdict   signed at                 key       event, or why not
genuine                         workos    verified  2026-01-02T03:04:06Z      current   user.created event_01K0A1B2C3
an event that is new            workos    verified  2026-01-02T03:04:07Z      current   robot.created event_01K0A1B2C4 (unknown)
matched by the previous secret  workos    verified  2026-01-02T03:04:06Z      previous  user.created event_01K0A1B2C3
four minutes late               workos    refused   2026-01-02T03:00:07Z      -         authentic, but signed too long ago: 240s
ten minutes from the future     workos    refused   2026-01-02T03:14:07Z      -         authentic, but signed too far in the future: 600s
forged                          workos    refused   -                         -         no signature matches the body
body re-serialised              workos    refused   -                         -         no signature matches the body; certain: body was parsed and serialised again as JSON (spaces)
seconds for milliseconds        workos    refused   1970-01-21T10:55:23.047Z  -         authentic, but signed too long ago: 1765555723.953s; certain: time is in another unit than the scheme has (seconds, where the scheme has milliseconds)
two timestamps                  workos    refused   -                         -         signature header has more than one timestamp; certain: two headers were joined into one
another provider                clerk     verified  2026-01-02T03:04:07Z      current   user.deleted msg_8c72afb6173cfdf7574c82d5
one that signs no time          github    verified  -                         current   -
secret of another endpoint      stripe    refused   -                         -         no signature matches the body

Your own: `countersign verify FILE`, where the file is a request as a proxy saves it.
Or receive some: `countersign listen --provider workos`, and in another terminal
`countersign send http://127.0.0.1:3000 --provider workos`, with WORKOS_WEBHOOK_SECRET=made-up for both.
",
        "",
    );
}

#[test]
fn the_built_in_deliveries_as_json() {
    let ran = run(&["--json"], &[], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 12);
    // In this order.
    assert_eq!(
        lines[0],
        r#"{"delivery":"genuine","provider":"workos","verdict":"verified","signed_at":"2026-01-02T03:04:06Z","key_index":0,"event":"user.created","event_id":"event_01K0A1B2C3"}"#
    );
    assert_eq!(
        lines[3],
        r#"{"delivery":"four minutes late","provider":"workos","verdict":"refused","signed_at":"2026-01-02T03:00:07Z","kind":"expired","reason":"authentic, but signed too long ago: 240s"}"#
    );
    assert_eq!(
        lines[5],
        r#"{"delivery":"forged","provider":"workos","verdict":"refused","kind":"signature_mismatch","reason":"no signature matches the body"}"#
    );
    assert_eq!(
        lines[9],
        r#"{"delivery":"another provider","provider":"clerk","verdict":"verified","signed_at":"2026-01-02T03:04:07Z","key_index":0,"id":"msg_8c72afb6173cfdf7574c82d5","event":"user.deleted","event_id":"msg_8c72afb6173cfdf7574c82d5"}"#
    );
    assert_eq!(
        lines[10],
        r#"{"delivery":"one that signs no time","provider":"github","verdict":"verified","key_index":0}"#
    );
}

/// What a file of recorded deliveries had in it before there were other providers.
fn recorded(id: &str, body: &str, signed_body: &str) -> String {
    let now_ms = 1_767_323_045_678;
    let at = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(now_ms);
    json!({
        "id": id,
        "secret": SECRET,
        "header": workos::Signer::new(secret(SECRET)).sign(signed_body.as_bytes(), at),
        "body": body,
        "now_ms": now_ms,
        "note": "a field that is not needed",
    })
    .to_string()
}

#[test]
fn recorded_deliveries() {
    let event = |name: &str, data: &str| {
        format!(
            r#"{{"id":"event_1","data":{data},"event":"{name}","created_at":"2026-01-02T03:04:05Z"}}"#
        )
    };
    let misfits = r#"{"id":"1","email":7,"metadata":{"a\\nb":1}}"#;
    let bodies = [
        ("known", event("user.created", r#"{"id":"1"}"#)),
        ("new", event("a.b", "[]")),
        ("misfits", event("user.created", misfits)),
        ("amiss", event("user.created", "{}")),
        ("old", r#"{"event":"a.b"}"#.into()),
        ("te\n\u{1b}[xt", "hello".into()),
    ];
    let bodies = bodies.iter();
    let deliveries: Vec<String> = bodies.map(|(id, body)| recorded(id, body, body)).collect();
    let list = format!(r#"{{"about":"","deliveries":[{}]}}"#, deliveries.join(","));
    let expected = "\
delivery       provider  verdict   signed at                 key      event, or why not
known          workos    verified  2026-01-02T03:04:05.678Z  current  user.created event_1
new            workos    verified  2026-01-02T03:04:05.678Z  current  a.b event_1 (unknown)
misfits        workos    verified  2026-01-02T03:04:05.678Z  current  user.created event_1, without data.email, without data.metadata[\"a\\\\nb\"]
amiss          workos    verified  2026-01-02T03:04:05.678Z  current  (user.created: `data.id` is missing or null)
old            workos    verified  2026-01-02T03:04:05.678Z  current  (field `id` is missing or null)
te\\n\\u{1b}[xt  workos    verified  2026-01-02T03:04:05.678Z  current  (body is not JSON at line 1 column 1)
";
    let path = file("genuine.json", &list);
    assert_ran(&run(&["verify", &path], &[], b""), 0, expected, "");
    // One after the other, as a program writes them.
    for text in [
        deliveries.join("\n"),
        deliveries.join("\r\n"),
        format!("\u{feff}\r\n[{}]\n", deliveries.join(",")),
    ] {
        let ran = run(&["verify", "-"], &[], text.as_bytes());
        assert_ran(&ran, 0, expected, "");
    }

    let ran = run(&["verify", &path, "--json"], &[], b"");
    let lines = lines(&ran.stdout);
    assert_eq!(
        lines[2],
        json!({
            "delivery": "misfits",
            "provider": "workos",
            "verdict": "verified",
            "signed_at": "2026-01-02T03:04:05.678Z",
            "key_index": 0,
            "event": "user.created",
            "event_id": "event_1",
            "misfits": ["data.email", r#"data.metadata["a\\nb"]"#],
        })
    );
    assert_eq!(
        lines[3]["undecoded"],
        "user.created: `data.id` is missing or null"
    );
}

/// It is called by its number then.
#[test]
fn recorded_deliveries_without_an_id() {
    let delivery = |id: Value| {
        let mut delivery: Value = serde_json::from_str(&recorded("", "{}", "{}")).expect("JSON");
        delivery["id"] = id;
        delivery.to_string()
    };
    let list = [json!("first"), Value::Null].map(delivery).join(" ");
    let ran = run(&["verify", "-", "--json"], &[], list.as_bytes());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let names: Vec<Value> = lines(&ran.stdout)
        .into_iter()
        .map(|it| it["delivery"].clone())
        .collect();
    assert_eq!(names, [json!("first"), json!("2")]);
}

/// The widths of the columns are those of the first thousand, so that the others need not be waited for.
#[test]
fn more_deliveries_than_are_held() {
    let first = recorded("1", "{}", "{}").repeat(1000);
    let amiss = format!(r#"{first}{{"id":"last"}}"#);
    let ran = run(&["verify", "-"], &[], amiss.as_bytes());
    assert_eq!(ran.code, 2);
    assert_eq!(ran.stdout.lines().count(), 1001);
    assert_eq!(
        ran.stderr,
        "error: -: delivery last: field `header` or `headers` is missing\n\
         hint: `countersign verify --help` says what a delivery has\n"
    );
    let ran = run(
        &["verify", "-"],
        &[],
        amiss.split_once('}').expect("two").1.as_bytes(),
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));

    let long = recorded("longer than delivery", "{}", "{}");
    let ran = run(&["verify", "-"], &[], format!("{first}{long}").as_bytes());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let of = |line: &str| ran.stdout.lines().filter(|it| *it == line).count();
    let rest =
        "workos    verified  2026-01-02T03:04:05.678Z  current  (field `id` is missing or null)";
    assert_eq!(of(&format!("1         {rest}")), 1000);
    assert_eq!(of(&format!("longer than delivery  {rest}")), 1);
}

/// On a terminal, and gone before the first row.
#[test]
#[cfg(target_os = "linux")]
fn the_progress_of_many_deliveries() {
    let path = file("many.json", recorded("1", "{}", "{}").repeat(2000));
    let shown = |redirection: &str| {
        let binary = env!("CARGO_BIN_EXE_countersign");
        let verify = format!("'{binary}' verify '{path}' {redirection}");
        let output = Command::new("script")
            .args(["--quiet", "--return", "--command", &verify, "/dev/null"])
            .env("TERM", "xterm")
            .stdin(Stdio::null())
            .output()
            .expect("util-linux is there");
        ran(output)
    };
    let ran = shown("");
    assert_eq!(ran.code, 0);
    let (progress, table) = ran.stdout.split_once("\u{1b}[1mdelivery").expect("a title");
    assert!(progress.contains("/2000"), "{progress:?}");
    assert!(progress.ends_with("\r\u{1b}[2K"), "{progress:?}");
    assert!(!table.contains("/2000"));
    assert_eq!(
        table.matches("(field `id` is missing or null)\r\n").count(),
        2000
    );
    // Where the table is not seen, it goes on to the end.
    let ran = shown(">/dev/null");
    assert!(ran.stdout.contains("/2000"));
    assert!(ran.stdout.ends_with("\r\u{1b}[2K"), "{:?}", ran.stdout);
}

/// Of JSON each row is printed at once.
#[test]
fn rows_before_what_cannot_be_read() {
    let both = format!(r#"{}{{"id":"last"}}"#, recorded("first", "{}", "{}"));
    let ran = run(&["verify", "-", "--json"], &[], both.as_bytes());
    assert_eq!(ran.code, 2);
    assert_eq!(lines(&ran.stdout)[0]["delivery"], "first");
}

#[test]
fn recorded_deliveries_of_which_one_is_forged() {
    let (forged, genuine) = (
        recorded("forged", "{}", "{ }"),
        recorded("genuine", "{}", "{}"),
    );
    let ran = run(
        &["verify", "-"],
        &[],
        format!("{forged}{genuine}").as_bytes(),
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    assert_eq!(ran.stdout.lines().count(), 3, "{}", ran.stdout);
    let row = "forged    workos    refused   -                         -        no signature matches the body; certain: \
        body was parsed and serialised again as JSON (spaces)\n";
    assert!(ran.stdout.contains(row), "{}", ran.stdout);
}

#[test]
fn a_recorded_delivery_of_any_provider() {
    let signer = AnySigner::new(Stripe::SCHEME, secret(OTHER_SECRET));
    let headers = signer.headers(b"\xff", AT);
    let mut delivery = json!({
        "id": "1",
        "headers": {"Stripe-Signature": [headers[0].1]},
        "body_base64": "/w==",
        "now_ms": (AT.unix_timestamp() + 299) * 1000,
    });
    let verify = |delivery: &Value, arguments: &[&str]| {
        let arguments = [&["verify", "-", "--json"], arguments].concat();
        let variables = [STRIPE, ("PREVIOUS", OTHER_SECRET)];
        let ran = run(&arguments, &variables, delivery.to_string().as_bytes());
        assert_eq!(ran.stderr, "");
        let line = lines(&ran.stdout).remove(0);
        (ran.code, line)
    };
    let secrets = ["--secret-env", STRIPE.0, "--secret-env", "PREVIOUS"];
    let verified = json!({
        "delivery": "1",
        "provider": "stripe",
        "verdict": "verified",
        "signed_at": "2026-01-02T03:04:05Z",
        "key_index": 1,
    });
    assert_eq!(verify(&delivery, &secrets), (0, verified.clone()));
    // The variable of the provider has another secret.
    let (code, line) = verify(&delivery, &[]);
    assert_eq!((code, &line["kind"]), (1, &json!("signature_mismatch")));
    // What the delivery says itself goes before what the arguments say.
    delivery["provider"] = json!("stripe");
    delivery["secret"] = json!(SECRET);
    delivery["previous_secret"] = json!(OTHER_SECRET);
    assert_eq!(verify(&delivery, &["--provider", "github"]), (0, verified));
    // But for the time.
    let (code, line) = verify(&delivery, &["--at", "2026-01-02T03:09:06Z"]);
    assert_eq!(
        (code, &line["reason"]),
        (1, &json!("authentic, but signed too long ago: 301s"))
    );
    let (code, _) = verify(
        &delivery,
        &["--at", "2026-01-02T03:09:06Z", "--tolerance", "301"],
    );
    assert_eq!(code, 0);
}

#[test]
fn recorded_deliveries_that_cannot_be_read() {
    let genuine = recorded("genuine", "{}", "{}");
    let no_request = "\nhint: a request begins with a line such as POST /hook HTTP/1.1";
    let has = "\nhint: `countersign verify --help` says what a delivery has";
    let with = |name: &str, value: Value| {
        let mut delivery: Value = serde_json::from_str(&genuine).expect("JSON");
        delivery[name] = value;
        delivery.to_string()
    };
    for (text, expected) in [
        (
            "{\"deliveries\":".into(),
            "neither JSON nor a request of HTTP: EOF while parsing a value at line 1 column 14"
                .into(),
        ),
        (
            "hello".into(),
            format!(
                "neither JSON nor a request of HTTP: expected value at line 1 column 1{no_request}"
            ),
        ),
        (
            "\u{fffd}".into(),
            format!(
                "neither JSON nor a request of HTTP: expected value at line 1 column 1{no_request}"
            ),
        ),
        (
            "> POST / HTTP/1.1\n> host: a\n>\n".into(),
            "neither JSON nor a request of HTTP: expected value at line 1 column 1\n\
             hint: curl -v shows no body: save the request where it comes in"
                .into(),
        ),
        (String::new(), "no deliveries".into()),
        (r#"{"deliveries":[]}"#.into(), "no deliveries".into()),
        ("[]".into(), "no deliveries".into()),
        (
            r#"{"deliveries":{}}"#.into(),
            "field `deliveries` is not a list".into(),
        ),
        (
            format!("[[{genuine}]]"),
            "delivery 1: not a JSON object".into(),
        ),
        ("7".into(), "not a JSON object".into()),
        (
            format!(r#"{{"deliveries":["{SECRET}"]}}"#),
            "delivery 1: not a JSON object".into(),
        ),
        (
            format!(r#"{genuine} {{"id":"{SECRET}\ud800"}}"#),
            "delivery 2: unexpected end of hex escape at line 1 column 39".into(),
        ),
        (
            "{}".into(),
            format!("delivery 1: field `header` or `headers` is missing{has}"),
        ),
        (
            format!("[{genuine},{}]", with("id", json!(1))),
            "delivery 2: field `id` is not a text".into(),
        ),
        (
            with("header", Value::Null),
            format!("delivery genuine: field `header` or `headers` is missing{has}"),
        ),
        (
            with("headers", json!([SECRET])),
            "delivery genuine: field `headers` is not an object of texts, or of lists of texts"
                .into(),
        ),
        (
            with("headers", json!({"a": [1]})),
            "delivery genuine: field `headers` is not an object of texts, or of lists of texts"
                .into(),
        ),
        (
            with("body", Value::Null),
            format!("delivery genuine: field `body` or `body_base64` is missing{has}"),
        ),
        (
            with("body", json!([SECRET])),
            "delivery genuine: field `body` is not a text".into(),
        ),
        (
            with("secret", json!([SECRET])),
            "delivery genuine: field `secret` is not a text".into(),
        ),
        (
            with("now_ms", json!("1")),
            "delivery genuine: field `now_ms` is not a Unix time in milliseconds".into(),
        ),
        (
            with("now_ms", json!(i64::MAX)),
            "delivery genuine: field `now_ms` is not a Unix time in milliseconds".into(),
        ),
        (
            with("body", Value::Null).replace("note", "body_base64"),
            "delivery genuine: field `body_base64` is not base64".into(),
        ),
    ] {
        assert_failed(
            &run(&["verify", "-"], &[], text.as_bytes()),
            &format!("-: {expected}"),
        );
    }
    // As PowerShell writes what it is to write to a file.
    let wide: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_failed(
        &run(&["verify", "-"], &[], &wide),
        "-: neither JSON nor a request of HTTP: expected value at line 1 column 1\n\
         hint: it is UTF-16: save it byte for byte, as it came",
    );
    let ran = run(&["verify", "-"], &[], with("secret", json!("")).as_bytes());
    assert_failed(
        &ran,
        "genuine: field `secret` or `previous_secret`: secret is empty",
    );

    let missing = run(&["verify", "no/such/file"], &[], b"");
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert!(
        missing.stderr.starts_with("error: no/such/file: "),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_saved_request() {
    let expected = "\
delivery    provider  verdict   signed at             key      event, or why not
POST /hook  stripe    verified  2026-01-02T03:04:05Z  current  -
";
    let genuine = stripe("");
    let with_length = stripe(&format!("Content-Length: {}\r\n", BODY.len()));
    for request in [
        // Without a length it goes to the end of the file.
        genuine.clone(),
        // With one it ends there, whatever an editor has put behind it.
        format!("{with_length}\n"),
        // In chunks.
        stripe("Transfer-Encoding: chunked\r\n").replace(
            BODY,
            &format!(
                "5\r\n{}\r\n20;a=b\r\n{}\r\n0\r\nTrailer: 1\r\n\r\n",
                &BODY[..5],
                &BODY[5..]
            ),
        ),
        // What saved it has put the chunks together.
        stripe("Transfer-Encoding: chunked\r\n"),
        // Or has changed the ends of lines around them.
        stripe("Transfer-Encoding: chunked\r\n")
            .replace(BODY, &format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len()))
            .replace("\r\n", "\n"),
        // An editor has put something in front.
        format!("\u{feff}{genuine}"),
        format!("\r\n\n{genuine}"),
        // Of HTTP/2, as a browser or a proxy shows it.
        genuine.replace(
            "POST /hook HTTP/1.1\r\n",
            ":method: POST\r\n:path: /hook\r\n:authority: a:1\r\n",
        ),
        genuine.replace("Host: a\r\n", ":scheme: https\r\n:authority: a\r\n"),
        // Other ends of lines, and another version of HTTP.
        genuine.replace("\r\n", "\n"),
        genuine.replace("HTTP/1.1", "HTTP/2"),
    ] {
        let ran = run(&AT_THAT_TIME, &[STRIPE], request.as_bytes());
        assert_ran(&ran, 0, expected, "");
        let path = file("saved.txt", &request);
        let ran = run(
            &["verify", &path, "--at", "2026-01-02T03:04:06Z"],
            &[STRIPE],
            b"",
        );
        assert_ran(&ran, 0, expected, "");
    }
}

#[test]
fn a_saved_request_that_is_refused() {
    let row = |detail: &str| {
        format!(
            "\
delivery    provider  verdict  signed at  key  event, or why not
POST /hook  stripe    refused  -          -    {detail}
"
        )
    };
    let forged = stripe("").replace("paid", "void");
    let ran = run(&AT_THAT_TIME, &[STRIPE], forged.as_bytes());
    assert_ran(&ran, 1, &row("no signature matches the body"), "");
    let no_time = stripe("").replace(": t=", ": x=");
    let ran = run(&AT_THAT_TIME, &[STRIPE], no_time.as_bytes());
    let why =
        "signature header has no timestamp; certain: header has another layout than the scheme";
    assert_ran(&ran, 1, &row(why), "");
    let none = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let ran = run(&AT_THAT_TIME, &[STRIPE], none.as_bytes());
    let expected = "\
delivery  provider  verdict  signed at  key  event, or why not
GET /     -         refused  -          -    no signature header of a known provider
";
    assert_ran(&ran, 1, expected, "");
    let as_stripe = [&AT_THAT_TIME[..], &["--provider", "stripe"]].concat();
    let ran = run(&as_stripe, &[STRIPE], none.as_bytes());
    assert_ran(
        &ran,
        1,
        "\
delivery  provider  verdict  signed at  key  event, or why not
GET /     stripe    refused  -          -    no signature header; likely: header of the signature, time or id is missing \
(stripe-signature: t=<seconds>,v1=<hex> over {timestamp}.{body})
",
        "",
    );
}

/// By the clock of now, unless it is said when it came.
#[test]
fn a_saved_request_that_is_old() {
    let ran = run(&["verify", "-", "--json"], &[STRIPE], stripe("").as_bytes());
    let line = lines(&ran.stdout).remove(0);
    assert_eq!((ran.code, &line["kind"]), (1, &json!("expired")));
    assert_eq!(line["signed_at"], "2026-01-02T03:04:05Z");
    assert_eq!(
        ran.stderr,
        "hint: it is late by the clock of now; to judge it by when it was signed: --at 2026-01-02T03:04:05Z\n"
    );
    // One hint is enough.
    let signer = AnySigner::new(Stripe::SCHEME, secret(SECRET));
    let deliveries = (0..3).map(|second| {
        let headers = signer.headers(BODY.as_bytes(), AT + Duration::seconds(second));
        json!({"headers": {"stripe-signature": headers[0].1}, "body": BODY}).to_string()
    });
    let deliveries: String = deliveries.collect();
    let ran = run(&["verify", "-"], &[STRIPE], deliveries.as_bytes());
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "hint: they are late by the clock of now; to judge each by when it came: its field `now_ms`\n"
    );
    let late = ["verify", "-", "--at", "2026-01-02T03:09:06Z"];
    let ran = run(&late, &[STRIPE], stripe("").as_bytes());
    let expected = "\
delivery    provider  verdict  signed at             key  event, or why not
POST /hook  stripe    refused  2026-01-02T03:04:05Z  -    authentic, but signed too long ago: 301s
";
    assert_ran(&ran, 1, expected, "");
}

#[test]
fn a_saved_request_that_cannot_be_read() {
    let length = BODY.len();
    let hint = "\nhint: what saved it may have changed line ends or decompressed it";
    for (request, expected) in [
        (
            stripe(&format!("Content-Length: {}\r\n", length + 1)),
            format!(
                "body has {length} bytes, and should have {}{hint}",
                length + 1
            ),
        ),
        (
            stripe("Content-Length: -1\r\n"),
            "content-length is not a number".into(),
        ),
        (
            stripe("Content-Length: +1\r\n"),
            "content-length is not a number".into(),
        ),
        (
            stripe("Transfer-Encoding: chunked\r\n").replace(BODY, "26\r\n{}"),
            "a chunk breaks off".into(),
        ),
        (
            stripe("Transfer-Encoding: chunked\r\n").replace(BODY, "2\r\n{}\r\n"),
            "chunks are malformed".into(),
        ),
        (
            stripe("Transfer-Encoding: gzip\r\n"),
            "transfer-encoding is not chunked".into(),
        ),
        (stripe("a b: c\r\n"), "headers are malformed".into()),
        (
            stripe(&"a: b\r\n".repeat(128)),
            "more than 128 headers".into(),
        ),
        (
            stripe(&"a: b\r\n".repeat(12_000)),
            "headers are longer than 64 KiB".into(),
        ),
        (
            "POST / HTTP/1.1\r\nhost: a\r\n".into(),
            "no empty line after the headers".into(),
        ),
    ] {
        let ran = run(&AT_THAT_TIME, &[STRIPE], request.as_bytes());
        assert_failed(&ran, &format!("-: {expected}"));
    }
}

/// Such as a second request, of which nothing is judged.
#[test]
fn a_saved_request_with_more_behind_it() {
    let request = stripe(&format!("Content-Length: {}\r\n", BODY.len()));
    let ran = run(
        &AT_THAT_TIME,
        &[STRIPE],
        format!("{request}\r\n{request}").as_bytes(),
    );
    let expected = "\
delivery    provider  verdict   signed at             key      event, or why not
POST /hook  stripe    verified  2026-01-02T03:04:05Z  current  -
";
    let note = format!(
        "note: {} bytes after the body, by the length that the request says, are left out\n",
        request.len()
    );
    assert_ran(&ran, 0, expected, &note);
}

/// Several providers may sign by the same headers: then the one whose secret is there, or that accepts it.
#[test]
fn whose_request_it_is() {
    let svix = request::<rows::svix::Svix>(
        StandardSecret::new(STANDARD_SECRET).expect("a secret"),
        "",
        r#"{"data":{"deleted":true,"id":"user_01","object":"user"},"object":"event","type":"user.deleted"}"#,
    );
    let github = request::<GitHub>(secret(SECRET), "", BODY);
    let webhook = svix.replace("svix-", "webhook-");
    let whose = |request: &str, variable: &str, secret: &str| {
        let arguments = [&AT_THAT_TIME[..], &["--json"]].concat();
        let ran = run(&arguments, &[(variable, secret)], request.as_bytes());
        assert_eq!(ran.code, 0, "{ran:?}");
        (lines(&ran.stdout).remove(0)["provider"].clone(), ran.stderr)
    };
    let note = |provider: &str, alike: &str| {
        let note = format!(
            "note: taken for {provider} by its headers, which {alike} may have too: else --provider\n"
        );
        (json!(provider), note)
    };
    assert_eq!(
        whose(&svix, "CLERK_WEBHOOK_SIGNING_SECRET", STANDARD_SECRET),
        note("clerk", "svix, resend, stytch, vanta")
    );
    assert_eq!(
        whose(&svix, "RESEND_WEBHOOK_SECRET", STANDARD_SECRET),
        note("resend", "clerk, svix, stytch, vanta")
    );
    assert_eq!(
        whose(&github, "GITHUB_WEBHOOK_SECRET", SECRET),
        note("github", "meta")
    );
    assert_eq!(
        whose(&github, "META_WEBHOOK_SECRET", SECRET),
        note("meta", "github")
    );
    let (provider, _) = whose(
        &webhook,
        "STANDARD_WEBHOOKS_WEBHOOK_SECRET",
        STANDARD_SECRET,
    );
    assert_eq!(provider, "standard_webhooks");
    let (provider, _) = whose(&webhook, "CLERK_WEBHOOK_SIGNING_SECRET", STANDARD_SECRET);
    assert_eq!(provider, "clerk");
    // A secret that is named can be of any of them.
    let arguments = [&AT_THAT_TIME[..], &["--json", "--secret-env", "A"]].concat();
    let ran = run(&arguments, &[("A", STANDARD_SECRET)], svix.as_bytes());
    assert_eq!(
        (ran.code, &lines(&ran.stdout)[0]["provider"]),
        (0, &json!("clerk"))
    );
    // The key is not the base64 that stands for it.
    let polar = request::<rows::polar::Polar>(secret(STANDARD_SECRET), "", "{}");
    let ran = run(&arguments, &[("A", STANDARD_SECRET)], polar.as_bytes());
    assert_eq!(
        (ran.code, &lines(&ran.stdout)[0]["provider"]),
        (0, &json!("increase"))
    );
}

#[test]
fn providers_that_there_are_not() {
    let hint = "hint: `countersign providers` lists them, with how each signs";
    for arguments in [
        &["verify", "-", "--provider", "nobody"][..],
        &["sign", "-", "--provider", "nobody"],
        &["send", "http://127.0.0.1:1", "--provider", "nobody"],
        &["listen", "127.0.0.1:0", "--provider", "nobody"],
    ] {
        assert_failed(
            &run(arguments, &[], b""),
            &format!("no such provider\n{hint}"),
        );
    }
    let recorded = br#"{"id":"\u001b[1","provider":"nobody","header":"","body":""}"#;
    let ran = run(&["verify", "-"], &[], recorded);
    assert_failed(&ran, &format!("\\u{{1b}}[1: no such provider\n{hint}"));
    for (written, meant) in [
        ("strpe", "stripe"),
        ("gtihub", "github"),
        ("LemonSqueezy", "lemon_squeezy"),
        ("standard-webhook", "standard_webhooks"),
        ("stripe_webhooks", "stripe"),
    ] {
        assert_failed(
            &run(&["verify", "-", "--provider", written], &[], b""),
            &format!(
                "no such provider\nhint: perhaps {meant}; `countersign providers` lists them, with how each signs"
            ),
        );
    }
    let ran = run(&["verify", "-", "--provider", SECRET], &[], b"");
    assert_failed(&ran, &format!("no such provider\n{hint}"));
    // Its name may be written otherwise.
    let ran = run(
        &["verify", "-", "--provider", "Cal.com"],
        &[],
        stripe("").as_bytes(),
    );
    let missing = "POST /hook: environment variable CAL_COM_WEBHOOK_SECRET is not set";
    assert!(
        ran.stderr.starts_with(&format!("error: {missing}\n")),
        "{}",
        ran.stderr
    );
}

#[test]
fn secrets_that_are_no_secrets() {
    let request = stripe("");
    let verify = |arguments: &[&str], variables: &[(&str, &str)]| {
        let arguments = [&AT_THAT_TIME[..], arguments].concat();
        run(&arguments, variables, request.as_bytes())
    };
    assert_failed(
        &verify(&[], &[]),
        "POST /hook: environment variable STRIPE_WEBHOOK_SECRET is not set\n\
         hint: put the secret of stripe there, or name another variable by --secret-env",
    );
    assert_failed(
        &verify(&[], &[("STRIPE_WEBHOOK_SECRET", &format!("'{SECRET}'"))]),
        "POST /hook: environment variable STRIPE_WEBHOOK_SECRET: secret is in quotation marks",
    );
    // Whoever takes the flag for the secret itself does not see it again: `run` looks for it.
    let hint = "hint: it takes the name of a variable, and not the secret";
    for (arguments, expected) in [
        (vec!["--secret-env", SECRET], "--secret-env"),
        (
            vec!["--secret-env", "A", "--secret-env", SECRET],
            "--secret-env 2",
        ),
    ] {
        assert_failed(
            &verify(&arguments, &[("A", SECRET)]),
            &format!("POST /hook: the environment variable of {expected} is not set\n{hint}"),
        );
    }
    for named in ["", "a=b"] {
        let ran = verify(&["--secret-env", named], &[]);
        assert_failed(
            &ran,
            &format!("POST /hook: the environment variable of --secret-env is not set\n{hint}"),
        );
    }
    assert_failed(
        &verify(
            &["--secret-env", "A", "--provider", "svix"],
            &[("A", SECRET)],
        ),
        "POST /hook: the environment variable of --secret-env: secret is not base64",
    );
    // There is no flag for a secret.
    let ran = verify(&[&format!("--secret={SECRET}")], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr
            .starts_with("error: unexpected argument '--secret' found\n")
    );
    let ran = verify(&[SECRET], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.starts_with(
            "error: unexpected argument '..' found\n\n  \
             tip: secrets are read from environment variables, of which --secret-env takes the name\n"
        ),
        "{}",
        ran.stderr
    );
}

/// One that is empty is as good as none, where another provider could have signed it.
#[test]
fn a_variable_that_is_empty() {
    let svix = request::<rows::svix::Svix>(
        StandardSecret::new(STANDARD_SECRET).expect("a secret"),
        "",
        "{ }",
    );
    let forged = svix.replace("{ }", "{}");
    let variables = [
        ("CLERK_WEBHOOK_SIGNING_SECRET", ""),
        ("SVIX_WEBHOOK_SECRET", STANDARD_SECRET),
    ];
    let arguments = [&AT_THAT_TIME[..], &["--json"]].concat();
    let ran = run(&arguments, &variables, forged.as_bytes());
    let line = lines(&ran.stdout).remove(0);
    assert_eq!(
        (ran.code, &line["provider"], &line["kind"]),
        (1, &json!("svix"), &json!("signature_mismatch"))
    );
    let ran = run(&["listen", "127.0.0.1:0"], &variables[..1], b"");
    assert!(
        ran.stderr
            .starts_with("error: no provider's secret is set\n"),
        "{}",
        ran.stderr
    );
}

/// What a client puts into a request does nothing to the terminal.
#[test]
fn what_a_terminal_would_act_on() {
    let long = "a".repeat(300);
    let request = format!("GET /\u{9b}2J\u{7f}\u{202e}\u{e0001}é\"\u{1b}[{long} HTTP/1.1\n\n");
    let ran = run(&AT_THAT_TIME, &[], request.as_bytes());
    let shown = format!(
        r#"GET /\u{{9b}}2J\u{{7f}}\u{{202e}}\u{{e0001}}é"\u{{1b}}[{}.."#,
        "a".repeat(185)
    );
    let row = ran.stdout.lines().last().expect("a row");
    assert!(row.starts_with(&format!("{shown}  -  ")), "{row}");
    // As JSON too, and there it is whole.
    let ran = run(
        &[&AT_THAT_TIME[..], &["--json"]].concat(),
        &[("CLICOLOR_FORCE", "1")],
        request.as_bytes(),
    );
    let start = r#"{"delivery":"GET /\u009b2J\u007f\u202e\udb40\udc01é\"\u001b[aaa"#;
    assert!(ran.stdout.starts_with(start), "{}", ran.stdout);
    let line = lines(&ran.stdout).remove(0);
    let target = line["delivery"]
        .as_str()
        .and_then(|it| it.strip_prefix("GET "));
    assert_eq!(target, request.split(' ').nth(1));
}

/// That is no reason to panic.
#[test]
#[cfg(target_os = "linux")]
fn an_error_that_cannot_be_written() {
    let mut command = command(&["verify", "no/such/file"], &[]);
    command.stderr(
        fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("there"),
    );
    assert_eq!(command.output().expect("it ends").status.code(), Some(2));
}

#[test]
fn arguments_that_are_wrong() {
    for (arguments, expected) in [
        (
            &["verify"][..],
            "error: the following required arguments were not provided:\n  <FILE>\n",
        ),
        (
            &["verify", "-", "--at", "yesterday"],
            "error: invalid value 'yesterday' for '--at <TIME>': neither `now` nor a time such as 2026-01-02T03:04:05Z\n",
        ),
        (
            &["verify", "-", "--tolerance", "-1"],
            "error: unexpected argument '-1' found\n",
        ),
        (
            &["sign", "-"],
            "error: the following required arguments were not provided:\n  --provider <NAME>\n",
        ),
        (
            &[
                "sign",
                "-",
                "--provider",
                "workos",
                "--event",
                "user.created",
            ],
            "error: the argument '[FILE]' cannot be used with '--event <NAME>'\n",
        ),
        (&["sing"], "error: unrecognized subcommand 'sing'\n"),
    ] {
        let ran = run(arguments, &[], b"");
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.starts_with(expected), "{}", ran.stderr);
    }
}

#[test]
fn help_and_version() {
    let ran = run(&["--version"], &[], b"");
    assert_ran(
        &ran,
        0,
        concat!("countersign ", env!("CARGO_PKG_VERSION"), "\n"),
        "",
    );
    let ran = run(&["--help"], &[], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let others = format!(
        "WorkOS, Clerk, Courier and {} other providers",
        rows::ROWS.len()
    );
    assert!(ran.stdout.contains(&others), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("Exit code: 0 all as expected"),
        "{}",
        ran.stdout
    );
    for command in ["verify", "sign", "send", "listen", "providers"] {
        assert_eq!(run(&[command, "--help"], &[], b"").code, 0);
    }
}

#[test]
fn colour_on_a_terminal_alone() {
    let plain = run(&[], &[], b"").stdout;
    assert!(!plain.contains('\u{1b}'));
    let coloured = run(&[], &[("CLICOLOR_FORCE", "1")], b"").stdout;
    assert!(
        coloured.contains("\u{1b}[32mverified\u{1b}[0m  2026"),
        "{coloured}"
    );
    assert!(
        coloured.contains("\u{1b}[31mrefused\u{1b}[0m   2026"),
        "{coloured}"
    );
    let json = run(&["--json"], &[("CLICOLOR_FORCE", "1")], b"").stdout;
    assert!(!json.contains('\u{1b}'));
    assert_eq!(
        run(&[], &[("NO_COLOR", "1"), ("TERM", "xterm")], b"").stdout,
        plain
    );
}

/// As `head` does, which ends after the first line.
#[test]
fn a_reader_that_goes_away() {
    let mut child = command(&["providers"], &[]).spawn().expect("it runs");
    drop(child.stdout.take());
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert_ran(&ran, 0, "", "");
}

#[test]
fn the_list_of_providers() {
    let ran = run(&["providers"], &[], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.stdout.lines().count(), 1 + 3 + rows::ROWS.len());
    let ran = run(&["providers", "--json"], &[], b"");
    let github = format!(
        r#"{{"provider":"github","variable":"GITHUB_WEBHOOK_SECRET","secret":"text","scheme":{}}}"#,
        json!(GitHub::SCHEME.to_string())
    );
    assert!(ran.stdout.contains(&github), "{}", ran.stdout);
    assert_eq!(
        lines(&ran.stdout)[0]["events"],
        workos::EventData::NAMES.len()
    );
}

#[test]
fn signatures() {
    let path = file("body.json", BODY);
    let sign = |more: &[&str]| {
        let arguments = [&["sign", &path, "--at", "2026-01-02T03:04:05Z"], more].concat();
        let svix = ("SVIX_WEBHOOK_SECRET", STANDARD_SECRET);
        run(
            &arguments,
            &[STRIPE, svix, ("GITHUB_WEBHOOK_SECRET", SECRET)],
            b"",
        )
    };
    let header = AnySigner::new(Stripe::SCHEME, secret(SECRET)).headers(BODY.as_bytes(), AT);
    let header = format!("stripe-signature: {}", header[0].1);
    assert_ran(
        &sign(&["--provider", "stripe"]),
        0,
        &format!("{header}\n"),
        "",
    );
    assert_ran(
        &sign(&["--provider", "stripe", "--request"]),
        0,
        &format!(
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{header}\r\ncontent-length: {}\r\n\r\n{BODY}",
            BODY.len()
        ),
        "",
    );
    assert_ran(
        &sign(&["--provider", "stripe", "--curl", "https://a/'b"]),
        0,
        &format!(
            "curl --header 'content-type: application/json' --header '{header}' --data-binary '@{path}' 'https://a/'\\''b'\n"
        ),
        "",
    );
    let ran = sign(&["--provider", "svix", "--id", "msg_1"]);
    assert!(
        ran.stdout
            .starts_with("svix-id: msg_1\nsvix-timestamp: 1767323045\nsvix-signature: v1,")
    );
    assert_failed(
        &sign(&["--provider", "svix", "--id", "msg 1"]),
        "no verifier would accept it: id is not 1 to 256 visible ASCII characters without a time",
    );
    assert_failed(
        &sign(&["--provider", "github", "--id", "1"]),
        "github signs no id",
    );
    let ran = sign(&["--provider", "stripe", "--at", "1969-01-01T00:00:00Z"]);
    assert_eq!(ran.code, 2, "{ran:?}");

    // The body stands in the command.
    let arguments = ["sign", "--provider", "stripe", "--curl", "http://a", "-"];
    let ran = run(&arguments, &[STRIPE], b"it's");
    assert!(
        ran.stdout.ends_with(" --data-raw 'it'\\''s' 'http://a'\n"),
        "{}",
        ran.stdout
    );
    // It is not the name of a file.
    let ran = run(&arguments, &[STRIPE], b"@/etc/passwd");
    assert!(
        ran.stdout
            .ends_with(" --data-raw '@/etc/passwd' 'http://a'\n"),
        "{}",
        ran.stdout
    );
    for lost in ["\0", "a\u{1b}[31m", "\u{9b}", "a\r\n"] {
        assert_failed(
            &run(&arguments, &[STRIPE], lost.as_bytes()),
            "body has control characters: name a file with it",
        );
    }
    assert_failed(
        &run(&arguments, &[STRIPE], b"\xff"),
        "body is not UTF-8: name a file with it",
    );
    let nothing = run(&["sign", "--provider", "stripe"], &[STRIPE], b"");
    assert_failed(&nothing, "nothing to sign: name a file, or --event");
}

#[test]
fn events_that_are_made_up() {
    let sign = |provider: &str, event: &str| {
        let arguments = ["sign", "--provider", provider, "--event", event, "--json"];
        let variables = [("A", SECRET)];
        run(
            &[&arguments[..], &["--secret-env", "A"]].concat(),
            &variables,
            b"",
        )
    };
    for (provider, names) in [
        ("workos", workos::EventData::NAMES),
        ("courier", courier::EventData::NAMES),
    ] {
        let ran = sign(provider, names[0]);
        let body = lines(&ran.stdout).remove(0)["body"].clone();
        assert!(body.as_str().expect("a body").contains(names[0]), "{body}");
    }
    let ran = sign("courier", "user.created");
    let names = courier::EventData::NAMES.join(", ");
    assert_failed(
        &ran,
        &format!("no such event of courier\nhint: there are {names}"),
    );
    assert_failed(
        &sign("stripe", "user.created"),
        "no such event of stripe\nhint: its events are not typed: name a file with the body",
    );
}

/// The names of all providers, and the variable and a secret of each.
fn providers() -> Vec<(String, String, &'static str)> {
    let listed = lines(&run(&["providers", "--json"], &[], b"").stdout);
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let listed = listed.iter().map(|it| {
        let secret = if it["secret"] == "base64" {
            STANDARD_SECRET
        } else {
            SECRET
        };
        (text(&it["provider"]), text(&it["variable"]), secret)
    });
    listed.collect()
}

/// What is signed is accepted, as a request and as JSON.
#[test]
fn every_provider() {
    let providers = providers();
    assert_eq!(providers.len(), 3 + rows::ROWS.len());
    let variables = providers
        .iter()
        .map(|(_, variable, secret)| (variable.as_str(), *secret));
    let variables: Vec<_> = variables.collect();
    let mut recorded = String::new();
    for (name, ..) in &providers {
        let sign = ["sign", "-", "--provider", name];
        let ran = run(&[&sign[..], &["--request"]].concat(), &variables, b"{}");
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{name}");
        let verify = ["verify", "-", "--json", "--provider", name];
        let ran = run(&verify, &variables, ran.stdout.as_bytes());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{name}");
        assert_eq!(lines(&ran.stdout)[0]["verdict"], "verified", "{name}");

        let ran = run(&[&sign[..], &["--json"]].concat(), &variables, b"\xff{}");
        recorded.push_str(&ran.stdout);
    }
    let ran = run(&["verify", "-", "--json"], &variables, recorded.as_bytes());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let verified = lines(&ran.stdout);
    assert_eq!(verified.len(), providers.len());
    for (line, (name, ..)) in verified.iter().zip(&providers) {
        assert_eq!(
            (&line["verdict"], &line["provider"]),
            (&json!("verified"), &json!(name))
        );
    }
}

/// `countersign listen`, which is killed in the end.
struct Listening {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Listening {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["listen", "127.0.0.1:0"], arguments].concat();
        let mut child = command(&arguments, variables).spawn().expect("it runs");
        let mut line = String::new();
        let stderr = child.stderr.take().expect("a pipe");
        BufReader::new(stderr).read_line(&mut line).expect("a line");
        let address = line
            .strip_prefix("listening on http://")
            .expect("an address");
        let address = address
            .strip_suffix(", until Ctrl-C\n")
            .expect("an end")
            .into();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            stdout,
            address,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        assert_keeps_secrets(&line);
        line
    }

    fn json(&mut self) -> Value {
        lines(&self.line()).remove(0)
    }

    /// What is answered to these bytes.
    fn answer(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.write_all(request).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn deliveries_that_are_sent_and_received() {
    for (provider, variable, secret, event) in [
        (
            "workos",
            "WORKOS_WEBHOOK_SECRET",
            SECRET,
            Some("user.created"),
        ),
        (
            "clerk",
            "CLERK_WEBHOOK_SIGNING_SECRET",
            STANDARD_SECRET,
            Some("user.created"),
        ),
        (
            "courier",
            "COURIER_WEBHOOK_SECRET",
            SECRET,
            Some("message:updated"),
        ),
        ("github", "GITHUB_WEBHOOK_SECRET", SECRET, None),
        ("stripe", "STRIPE_WEBHOOK_SECRET", SECRET, None),
    ] {
        let mut listening =
            Listening::start(&["--provider", provider, "--json"], &[(variable, secret)]);
        let url = format!("http://{}/a?b=c", listening.address);
        let send = ["send", &url, "--provider", provider];
        let sent = run(&send, &[(variable, secret)], b"");
        let late = match provider {
            "github" => "",
            _ => "late     401 Unauthorized  yes\n",
        };
        let expected = format!(
            "\
sent     answered          as expected
genuine  200 OK            yes
{late}forged   401 Unauthorized  yes
"
        );
        assert_ran(&sent, 0, &expected, "");

        let genuine = listening.json();
        assert_eq!(
            (
                &genuine["delivery"],
                &genuine["provider"],
                &genuine["verdict"],
                &genuine["status"]
            ),
            (
                &json!("POST /a?b=c"),
                &json!(provider),
                &json!("verified"),
                &json!(200)
            )
        );
        assert_eq!(genuine["event"], json!(event));
        let mut refused = |kind: &str| {
            let line = listening.json();
            assert_eq!(
                (&line["kind"], &line["status"]),
                (&json!(kind), &json!(401)),
                "{line}"
            );
        };
        if provider != "github" {
            refused("expired");
        }
        refused("signature_mismatch");
    }
}

#[test]
fn what_is_printed_of_what_is_received() {
    let mut listening = Listening::start(&[], &[("WORKOS_WEBHOOK_SECRET", SECRET)]);
    assert_eq!(
        listening.line(),
        "delivery                      provider      verdict   signed at                 key       answered  event, or why not\n"
    );
    let answer = listening.answer(b"GET /\x1b HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(
        answer,
        "HTTP/1.1 401 unauthorized\r\ncontent-type: text/plain\r\ncontent-length: 12\r\nconnection: close\r\n\r\nunauthorized"
    );
    assert_eq!(
        listening.line(),
        "GET /\\u{1b}                   -             refused   -                         -         401       no signature header of a known provider\n"
    );
    // Of the provider that it seems to be from, there is no secret.
    let answer =
        listening.answer(stripe(&format!("content-length: {}\r\n", BODY.len())).as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 500 internal server error\r\n"),
        "{answer}"
    );
    assert_eq!(
        listening.line(),
        "POST /hook                    -             refused   -                         -         500       environment variable STRIPE_WEBHOOK_SECRET is not set\n"
    );
}

#[test]
fn requests_that_are_not_as_they_should_be() {
    let workos = ("WORKOS_WEBHOOK_SECRET", SECRET);
    let mut listening = Listening::start(&["--json"], &[workos]);
    let mut assert_answered = |request: &[u8], status: &str, kind: &str, reason: &str| {
        let answer = listening.answer(request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{answer}"
        );
        let line = listening.json();
        assert_eq!(
            (&line["kind"], &line["reason"]),
            (&json!(kind), &json!(reason))
        );
    };
    assert_answered(
        b"hello\r\n\r\n",
        "400 body not readable",
        "unreadable_body",
        "does not begin with a request line",
    );
    // From whoever takes it for https.
    assert_answered(
        b"\x16\x03\x01\x02\0",
        "400 body not readable",
        "unreadable_body",
        "TLS, and not HTTP: send it to http://",
    );
    // An empty line in front is to be overlooked. What HTTP/2 has is nothing that HTTP/1.1 could have.
    assert_answered(
        b"\r\nPOST / HTTP/1.1\r\n\r\n",
        "401 unauthorized",
        "missing_header",
        "no signature header of a known provider",
    );
    for pseudo in [
        ":method: POST\r\n\r\n",
        "POST / HTTP/1.1\r\n:path: /\r\n\r\n",
    ] {
        let reason = match pseudo.starts_with(':') {
            true => "does not begin with a request line",
            false => "headers are malformed",
        };
        assert_answered(
            pseudo.as_bytes(),
            "400 body not readable",
            "unreadable_body",
            reason,
        );
    }
    let head = |length: usize| format!("POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n");
    let limit = 1024 * 1024;
    let largest = [head(limit).as_bytes(), &vec![b' '; limit]].concat();
    assert_answered(
        &largest,
        "401 unauthorized",
        "missing_header",
        "no signature header of a known provider",
    );
    // All of it is read, so that the answer is.
    let too_large = [head(limit + 1).as_bytes(), &vec![b' '; limit + 1]].concat();
    assert_answered(
        &too_large,
        "413 body too large",
        "body_too_large",
        "body is larger than the limit",
    );
    let chunked = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n100001\r\n";
    let too_large = [&chunked[..], &vec![b' '; limit + 1]].concat();
    assert_answered(
        &too_large,
        "413 body too large",
        "body_too_large",
        "body is larger than the limit",
    );
    let chunked = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nhello\r\n";
    assert_answered(
        chunked,
        "400 body not readable",
        "unreadable_body",
        "chunks are malformed",
    );
}

/// Rows that nobody reads hold up what comes in. They would else pile up.
#[test]
fn a_reader_that_waits() {
    let mut listening = Listening::start(&["--json"], &[STRIPE]);
    let request = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(60_000));
    let is_answered = |_: &u32| {
        let mut stream = TcpStream::connect(&listening.address).expect("it listens");
        let at_most = Some(std::time::Duration::from_secs(1));
        stream.set_read_timeout(at_most).expect("a time");
        stream.write_all(request.as_bytes()).expect("written");
        stream.read_exact(&mut [0; 12]).is_ok()
    };
    let answered = (0..100).take_while(is_answered).count();
    assert!((8..30).contains(&answered), "{answered}");
    // It goes on when they are read, with the one that had to wait.
    for _ in 0..=answered {
        assert_eq!(listening.json()["status"], 401);
    }
}

/// It is answered as a service does that wants the event.
#[test]
fn a_genuine_delivery_that_is_no_event() {
    let workos = ("WORKOS_WEBHOOK_SECRET", SECRET);
    let mut listening = Listening::start(&["--json"], &[workos]);
    let path = file("no-event.json", "{}");
    let url = format!("http://{}/", listening.address);
    let send = [
        "send",
        &url,
        &path,
        "--provider",
        "workos",
        "--only",
        "genuine",
        "--json",
    ];
    let sent = run(&send, &[workos], b"");
    let expected = "{\"sent\":\"genuine\",\"status\":500,\"as_expected\":false}\n";
    assert_ran(&sent, 1, expected, "");
    let line = listening.json();
    assert_eq!(
        (&line["verdict"], &line["undecoded"], &line["status"]),
        (
            &json!("verified"),
            &json!("field `id` is missing or null"),
            &json!(500)
        )
    );
}

#[test]
fn a_body_that_waits_to_be_asked_for() {
    let mut listening = Listening::start(&["--json"], &[("WORKOS_WEBHOOK_SECRET", SECRET)]);
    let signer = workos::Signer::new(secret(SECRET));
    let body = workos::fixture("user.created").expect("an event");
    let (header, value) = signer
        .headers(body.as_bytes(), OffsetDateTime::now_utc())
        .remove(0);
    let mut stream = TcpStream::connect(&listening.address).expect("it listens");
    let length = body.len();
    write!(stream, "POST / HTTP/1.1\r\n{header}: {value}\r\ncontent-length: {length}\r\nexpect: 100-continue\r\n\r\n").expect("written");
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).expect("an answer");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 ok\r\n"), "{answer}");
    assert_eq!(listening.json()["verdict"], "verified");
}

#[test]
fn listeners_that_cannot_begin() {
    assert_failed(
        &run(&["listen", "127.0.0.1:0"], &[], b""),
        "no provider's secret is set\nhint: put it into its variable, such as WORKOS_WEBHOOK_SECRET: `countersign providers` lists them",
    );
    let ran = run(&["listen", "127.0.0.1:0", "--provider", "stripe"], &[], b"");
    assert_eq!(ran.code, 2);
    let ran = run(&["listen", "127.0.0.1:99999"], &[STRIPE], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.starts_with("error: 127.0.0.1:99999: "),
        "{}",
        ran.stderr
    );
    let ran = run(&["listen", "3000"], &[STRIPE], b"");
    assert_failed(
        &ran,
        "3000: invalid socket address\n\
         hint: name an address and a port, as in: countersign listen 127.0.0.1:3000",
    );
    let listening = Listening::start(&[], &[STRIPE]);
    let ran = run(&["listen", &listening.address], &[STRIPE], b"");
    let error = TcpListener::bind(&listening.address).expect_err("it is in use");
    assert_failed(
        &ran,
        &format!(
            "{}: {error}\nhint: name another port, as in: countersign listen 127.0.0.1:3001",
            listening.address
        ),
    );
}

/// A receiver that verifies nothing is found out.
#[test]
fn a_receiver_that_accepts_everything() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    let ran = run(&["send", &url, "--provider", "stripe"], &[STRIPE], b"");
    let expected = "\
sent     answered        as expected
genuine  204 No Content  yes
late     204 No Content  no
forged   204 No Content  no
";
    assert_ran(&ran, 1, expected, "");
}

#[test]
fn receivers_that_cannot_be_reached() {
    let ran = run(
        &["send", "http://127.0.0.1:1/", "--provider", "stripe"],
        &[STRIPE],
        b"",
    );
    let refusal = TcpStream::connect("127.0.0.1:1").expect_err("nobody listens");
    assert_failed(&ran, &format!("http://127.0.0.1:1/: io: {refusal}"));
    // A password in it stays where it is.
    let url = format!("HTTP://me:{SECRET}@127.0.0.1:1/a@b?c");
    let ran = run(&["send", &url, "--provider", "stripe"], &[STRIPE], b"");
    assert_failed(&ran, &format!("HTTP://127.0.0.1:1/a@b?c: io: {refusal}"));
    for (url, hint) in [
        (
            "127.0.0.1:1",
            "such as http://127.0.0.1:3000/webhooks/workos",
        ),
        (
            "https://127.0.0.1:1/",
            "for https, `countersign sign --curl` prints a command that sends a genuine one",
        ),
    ] {
        let ran = run(&["send", url, "--provider", "stripe"], &[STRIPE], b"");
        let failure = format!("not an address that begins with http://\nhint: {hint}");
        assert_failed(&ran, &failure);
    }
}

/// What was answered before is told, and a connection that is closed in between is no fault.
#[test]
fn a_receiver_that_goes_away() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.expect("a connection");
            // What is left unread would reset the connection. The third is the forged one.
            let end: &[u8] = if number < 2 { b"}" } else { b"} " };
            let mut request = Vec::new();
            while !request.ends_with(end) {
                let mut some = [0; 4096];
                let length = stream.read(&mut some).expect("a request");
                request.extend_from_slice(&some[..length]);
            }
            if let Some(answer) = ["200 OK", "401 Unauthorized"].get(number) {
                let _ = write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
                // A second request by this connection would not be answered.
                let _ = stream.read(&mut [0; 4096]);
            }
        }
    });
    let ran = run(&["send", &url, "--provider", "stripe"], &[STRIPE], b"");
    let expected = "\
sent     answered          as expected
genuine  200 OK            yes
late     401 Unauthorized  yes
";
    assert_ran(
        &ran,
        2,
        expected,
        &format!("error: {url}: io: Peer disconnected\n"),
    );
}
