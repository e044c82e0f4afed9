//! The example servers, as processes: what they accept is handled once, whatever clients and signals do.
#![cfg(unix)]

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        OnceLock,
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, Instant},
};

use countersign::{Secret, workos};
use time::OffsetDateTime;

macro_rules! for_each_server {
    ($($test:ident)*) => {
        for_each_server! { axum: $($test)* }
        for_each_server! { actix: $($test)* }
    };
    ($server:ident: $($test:ident)*) => {
        mod $server {
            $(
                #[test]
                fn $test() {
                    super::$test(stringify!($server));
                }
            )*
        }
    };
}

for_each_server! {
    deliveries_of_the_sender
    full_queue_at_sigterm
    full_queue_at_sigint
    deliveries_while_it_ends
    half_requests_while_it_ends
    half_request_completed_while_it_ends
    bodies_that_nobody_signed
    no_secret
}

/// More than anything here takes, even on a machine that is busy.
const AT_MOST: Duration = Duration::from_secs(60);
const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
const SECRET_VARIABLE: &str = "WORKOS_WEBHOOK_SECRET";
/// The secrets of the other providers.
const OTHER_SECRETS: [(&str, &str); 2] = [
    (
        "CLERK_WEBHOOK_SIGNING_SECRET",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ),
    ("COURIER_WEBHOOK_SECRET", "hT5wQ8zKc2"),
];

fn deliveries_of_the_sender(server: &str) {
    let user = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/events/workos/user.created.json"
    );
    let no_event = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/workos/body.json"
    );
    let server = Server::start(server);

    for (files, code, stdout) in [
        (
            vec![],
            0,
            "genuine: 200 OK\nlate: 401 Unauthorized\nforged: 401 Unauthorized\n".into(),
        ),
        (vec![user], 0, format!("{user}: 200 OK\n")),
        (
            vec![no_event],
            1,
            format!("{no_event}: 500 Internal Server Error\n"),
        ),
        (
            vec![no_event, user],
            1,
            format!("{no_event}: 500 Internal Server Error\n{user}: 200 OK\n"),
        ),
    ] {
        let arguments = [&["workos"], &files[..]].concat();
        let sent = Process::start("send", Some(SECRET), &server.address, &arguments).end();
        assert_eq!(
            (sent.code, sent.stdout, sent.stderr),
            (Some(code), stdout, String::new())
        );
    }

    let user = "user.created event_01K2V5S7Q3N8M4B6C9D1E0F2GM\n";
    let ended = server.end("-TERM");
    ended.assert_warned(&[
        "signed too long ago",
        "no signature matches",
        "field `id` is missing",
        "field `id` is missing",
    ]);
    ended.assert_done(&format!(
        "group.member_added event_01K0A1B2C3\n{user}{user}"
    ));
}

#[test]
fn sender_without_a_receiver() {
    let sent = Process::start("send", Some(SECRET), "127.0.0.1:1", &["workos"]).end();
    assert_eq!((sent.code, sent.stdout.as_str()), (Some(1), ""));
    let refusal = TcpStream::connect("127.0.0.1:1").expect_err("nobody listens");
    let expected = format!("Error: \"http://127.0.0.1:1/webhooks/workos: io: {refusal}\"\n");
    assert_eq!(sent.stderr, expected);
}

/// The server in axum mounts all providers whose secrets are set, and each takes its own deliveries alone.
#[test]
fn deliveries_of_all_providers() {
    let server = Server::start("axum");
    for provider in ["workos", "clerk", "courier"] {
        let sent = Process::start("send", Some(SECRET), &server.address, &[provider]).end();
        let expected = "genuine: 200 OK\nlate: 401 Unauthorized\nforged: 401 Unauthorized\n";
        assert_eq!(
            (sent.code, sent.stdout.as_str(), sent.stderr.as_str()),
            (Some(0), expected, ""),
            "{provider}"
        );
    }
    let ended = server.end("-TERM");
    let handled: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(ended.code, Some(0));
    ended.assert_warned(&["signed too long ago", "no signature matches"].repeat(3));
    assert_eq!(handled.len(), 3, "{handled:?}");
    assert_eq!(handled[0], "group.member_added event_01K0A1B2C3");
    // The signer makes the id up.
    assert!(handled[1].starts_with("user.deleted msg_"), "{handled:?}");
    let key = r#"["message:updated","1-01","DELIVERED"]"#;
    assert_eq!(
        handled[2],
        format!("message:updated {}", key.escape_debug())
    );
}

#[test]
fn sender_without_a_provider() {
    for arguments in [&[][..], &["workOS"]] {
        let sent = Process::start("send", Some(SECRET), "127.0.0.1:1", arguments).end();
        assert_eq!((sent.code, sent.stdout.as_str()), (Some(1), ""));
        let usage = r#"Error: "usage: send workos|clerk|courier [FILE..]""#;
        assert_eq!(sent.stderr, format!("{usage}\n"));
    }
}

#[test]
fn sender_without_a_secret() {
    no_secret_for("send", r#"NotSet { variable: "WORKOS_WEBHOOK_SECRET" }"#);
}

fn no_secret(server: &str) {
    let error = match server {
        "axum" => r#""none of the three secrets is set""#,
        _ => r#"NotSet { variable: "WORKOS_WEBHOOK_SECRET" }"#,
    };
    no_secret_for(server, error);
}

fn no_secret_for(example: &str, none: &str) {
    for (secret, error) in [
        (None, none),
        (
            Some(""),
            r#"InVariable { variable: "WORKOS_WEBHOOK_SECRET", error: Empty }"#,
        ),
    ] {
        let ended = Process::start(example, secret, "127.0.0.1:0", &["workos"]).end();
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
        assert_eq!(ended.stderr, format!("Error: {error}\n"));
    }
}

fn full_queue_at_sigterm(server: &str) {
    full_queue(server, "-TERM");
}

fn full_queue_at_sigint(server: &str) {
    full_queue(server, "-INT");
}

/// Nobody reads what the server prints, so after the 64 KiB that a pipe holds it handles nothing more.
fn full_queue(server: &str, signal: &str) {
    let server = Server::start(server);
    let client = Client::new(&server);
    let mut accepted = String::new();
    let mut refused = 0;
    for id in (0..5000).map(|number| format!("event_{number:0994}")) {
        match client.deliver(&id).expect("an answer") {
            200 => accepted += &handled(&id),
            status => {
                assert_eq!(status, 503);
                refused += 1;
            }
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5);
    assert!(accepted.lines().count() > 1000);
    assert_eq!(
        client
            .post(&header(b"{}"), event("event_01").as_bytes())
            .expect("an answer"),
        401
    );
    let ended = server.end(signal);
    ended.assert_warned(&["no signature matches"]);
    ended.assert_done(&accepted);
}

fn deliveries_while_it_ends(server: &str) {
    let server = Server::start(server);
    let client = Client::new(&server);
    let (sender, answered) = mpsc::channel();
    thread::spawn(move || {
        for id in (0..).map(|number| format!("event_{number}")) {
            let answer = client.deliver(&id);
            let failed = answer.is_err();
            if sender.send((id, answer)).is_err() || failed {
                break;
            }
        }
    });
    let mut answers: Vec<_> = answered.iter().take(100).collect();
    let ended = server.end("-TERM");
    answers.extend(answered);

    let (unanswered, _) = answers.pop().expect("a last delivery");
    let mut accepted = String::new();
    for (number, (id, answer)) in answers.into_iter().enumerate() {
        match answer.expect("an answer") {
            200 => accepted += &handled(&id),
            status => assert_eq!((status, number >= 100), (503, true)),
        }
    }
    if ended.stdout != accepted {
        accepted += &handled(&unanswered);
    }
    ended.assert_handled(&accepted);
}

fn half_request_completed_while_it_ends(server: &str) {
    let server = Server::start(server);
    let body = event("event_01");
    let mut connection = server.send_half(&body);
    server.signal("-TERM");
    let signalled = Instant::now();
    while TcpStream::connect(&server.address).is_ok() {
        assert!(signalled.elapsed() < AT_MOST, "it takes new connections");
        thread::sleep(Duration::from_millis(1));
    }
    let rest = &body.as_bytes()[body.len() / 2..];
    connection.write_all(rest).expect("written");
    assert_eq!(status(&connection), 200);
    server.process.end().assert_handled(&handled("event_01"));
}

fn half_requests_while_it_ends(server: &str) {
    let server = Server::start(server);
    let in_its_head = server.connect();
    let head = b"POST /webhooks/workos HTTP/1.1\r\nHost";
    (&in_its_head).write_all(head).expect("written");
    let _in_its_body = server.send_half(&event("event_01"));
    assert_eq!(
        Client::new(&server).deliver("event_02").expect("an answer"),
        200
    );

    let signalled = Instant::now();
    server.end("-TERM").assert_handled(&handled("event_02"));
    assert!(
        signalled.elapsed() < Duration::from_secs(20),
        "{:?}",
        signalled.elapsed()
    );
}

/// 64 MiB each, first one after another, then all at once.
fn bodies_that_nobody_signed(server: &str) {
    let forged = header(b"{}");
    let floods = [
        (Some(forged.as_str()), true),
        (Some(&forged), false),
        (None, true),
        (None, false),
    ];
    let server = Server::start(server);
    let flood = |&(signature, chunked)| {
        let connection = server.connect();
        let answered = thread::scope(|scope| {
            scope.spawn(|| write_64_mib(&connection, signature, chunked));
            status(&connection)
        });
        assert_eq!(answered, 413, "{signature:?} {chunked}");
    };
    floods.iter().for_each(flood);
    thread::scope(|scope| {
        for case in floods.iter().chain(&floods) {
            scope.spawn(move || flood(case));
        }
    });

    assert_eq!(
        Client::new(&server).deliver("event_01").expect("an answer"),
        200
    );
    #[cfg(target_os = "linux")]
    server.assert_peak_memory_below_mib(60);
    let ended = server.end("-TERM");
    ended.assert_warned(&["body is larger than the limit"; 12]);
    ended.assert_done(&handled("event_01"));
}

/// Stops when the server closes the connection.
fn write_64_mib(mut connection: &TcpStream, signature: Option<&str>, chunked: bool) {
    const PIECE: &[u8] = &[b'a'; 64 * 1024];
    let (framing, piece, end) = if chunked {
        let piece = [b"10000\r\n", PIECE, b"\r\n"].concat();
        ("Transfer-Encoding: chunked", piece, "0\r\n\r\n")
    } else {
        ("Content-Length: 67108864", PIECE.to_vec(), "")
    };
    let mut write = || {
        connection.write_all(head(signature, framing).as_bytes())?;
        (0..1024).try_for_each(|_| connection.write_all(&piece))?;
        connection.write_all(end.as_bytes())
    };
    match write().map_err(|error| error.kind()) {
        Ok(()) | Err(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {}
        Err(error) => panic!("neither read nor closed: {error}"),
    }
}

fn head(signature: Option<&str>, framing: &str) -> String {
    let signature = signature.map(|it| format!("{}: {it}\r\n", workos::SIGNATURE_HEADER));
    let signature = signature.unwrap_or_default();
    format!("POST /webhooks/workos HTTP/1.1\r\nHost: a\r\n{signature}{framing}\r\n\r\n")
}

/// Of the next response.
fn status(connection: &TcpStream) -> u16 {
    let mut line = String::new();
    let read = BufReader::new(connection).read_line(&mut line);
    read.expect("a response");
    let status = line.split(' ').nth(1).expect("a status line");
    status.parse().expect("a status")
}

/// The header of a genuine delivery.
fn header(body: &[u8]) -> String {
    let secret = Secret::new(SECRET).expect("a secret");
    workos::Signer::new(secret).sign(body, OffsetDateTime::now_utc())
}

fn event(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","data":{{"group_id":"group_01","organization_membership_id":"om_01"}},"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}}"#
    )
}

/// What a server prints of that event.
fn handled(id: &str) -> String {
    format!("group.member_added {id}\n")
}

/// Keeps one connection alive.
struct Client {
    agent: ureq::Agent,
    url: String,
}

impl Client {
    fn new(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(AT_MOST))
            .proxy(None);
        Self {
            agent: config.build().into(),
            url: format!("http://{}/webhooks/workos", server.address),
        }
    }

    fn deliver(&self, id: &str) -> Result<u16, ureq::Error> {
        let body = event(id);
        self.post(&header(body.as_bytes()), body.as_bytes())
    }

    fn post(&self, signature: &str, body: &[u8]) -> Result<u16, ureq::Error> {
        let request = self.agent.post(&self.url);
        let mut response = request
            .header(workos::SIGNATURE_HEADER, signature)
            .send(body)?;
        response.body_mut().read_to_string()?;
        Ok(response.status().as_u16())
    }
}

struct Server {
    process: Process,
    address: String,
}

impl Server {
    fn start(example: &str) -> Self {
        let mut process = Process::start(example, Some(SECRET), "127.0.0.1:0", &[]);
        let mut stdout = process.stdout.take().expect("not taken");
        let (line, stdout) = in_time(&in_background(move || {
            let mut line = String::new();
            stdout.read_line(&mut line).map(|_| (line, stdout))
        }))
        .expect("UTF-8");
        process.stdout = Some(stdout);
        let address = line
            .strip_prefix("listening on ")
            .expect("an address")
            .trim_end()
            .into();
        Self { process, address }
    }

    fn connect(&self) -> TcpStream {
        let connection = TcpStream::connect(&self.address).expect("a server");
        connection.set_read_timeout(Some(AT_MOST)).expect("a time");
        connection.set_write_timeout(Some(AT_MOST)).expect("a time");
        connection
    }

    /// A connection at which the handler waits for the other half of the body.
    fn send_half(&self, body: &str) -> TcpStream {
        let framing = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
        let head = head(Some(&header(body.as_bytes())), &framing);
        let mut connection = self.connect();
        connection.write_all(head.as_bytes()).expect("written");
        assert_eq!(status(&connection), 100);
        let half = &body.as_bytes()[..body.len() / 2];
        connection.write_all(half).expect("written");
        connection
    }

    fn end(self, signal: &str) -> Ended {
        self.signal(signal);
        self.process.end()
    }

    fn signal(&self, signal: &str) {
        let pid = self.process.child.id().to_string();
        let kill = Command::new("kill").args([signal, &pid]).status();
        assert!(kill.expect("kill runs").success());
    }

    #[cfg(target_os = "linux")]
    fn assert_peak_memory_below_mib(&self, mib: u64) {
        let path = format!("/proc/{}/status", self.process.child.id());
        let status = std::fs::read_to_string(path).expect("a process");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak
            .and_then(|it| it.trim().strip_suffix(" kB"))
            .expect("a peak");
        let kib: u64 = peak.parse().expect("a number");
        assert!(kib < mib * 1024, "{kib} KiB");
    }
}

/// Is killed when dropped.
struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
}

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Process {
    fn start(example: &str, secret: Option<&str>, address: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(executable(example));
        match secret {
            Some(secret) => command.env(SECRET_VARIABLE, secret).envs(OTHER_SECRETS),
            None => OTHER_SECRETS
                .iter()
                .fold(command.env_remove(SECRET_VARIABLE), |it, (name, _)| {
                    it.env_remove(name)
                }),
        };
        let mut child = command
            .args(arguments)
            .env("ADDR", address)
            .env("NO_PROXY", "127.0.0.1")
            // On a single processor there would be one, and a full pipe would stop it.
            .env("TOKIO_WORKER_THREADS", "2")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("an executable");
        let stdout = child.stdout.take().map(BufReader::new);
        Self { child, stdout }
    }

    /// Reads what it still prints, and waits for its end.
    fn end(mut self) -> Ended {
        let stdout = text(self.stdout.take().expect("not taken"));
        let stderr = text(self.child.stderr.take().expect("a pipe"));
        let (stdout, stderr) = (in_time(&stdout), in_time(&stderr));
        let until = Instant::now() + AT_MOST;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(Instant::now() < until, "it closed its output and runs on");
            thread::sleep(Duration::from_millis(1));
        };
        Ended {
            code: status.code(),
            stdout,
            stderr,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    #[track_caller]
    fn assert_handled(&self, expected: &str) {
        self.assert_warned(&[]);
        self.assert_done(expected);
    }

    #[track_caller]
    fn assert_done(&self, expected: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (Some(0), expected));
    }

    /// Of each refusal and nothing else.
    #[track_caller]
    fn assert_warned(&self, reasons: &[&str]) {
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(lines.len(), reasons.len(), "{lines:#?}");
        for (line, reason) in lines.iter().zip(reasons) {
            assert!(line.contains(" WARN countersign"), "{line}");
            assert!(line.contains("webhook refused"), "{line}");
            assert!(line.contains(reason), "{line}");
        }
    }
}

/// All of it, read so slowly that a server that does not wait for its queue ends before.
fn text(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    in_background(move || {
        let mut text = Vec::new();
        let mut piece = || stream.by_ref().take(4096).read_to_end(&mut text);
        while piece().expect("a pipe") > 0 {
            thread::sleep(Duration::from_millis(5));
        }
        String::from_utf8(text).expect("UTF-8")
    })
}

fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver
}

#[track_caller]
fn in_time<T>(result: &Receiver<T>) -> T {
    result.recv_timeout(AT_MOST).expect("an end in time")
}

/// Built with the features of `cargo test --all-features`, so that it has been already.
fn executable(example: &str) -> &'static Path {
    static EXECUTABLES: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    &EXECUTABLES.get_or_init(build)[example]
}

fn build() -> HashMap<String, PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--all-features",
            "--message-format=json-render-diagnostics",
        ])
        .args(["--example=actix", "--example=axum", "--example=send"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success());
    let messages = String::from_utf8(output.stdout).expect("UTF-8");
    let messages = messages
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    messages
        .filter_map(|message: serde_json::Value| {
            let name = message["target"]["name"].as_str()?;
            let executable = message["executable"].as_str()?;
            Some((name.into(), executable.into()))
        })
        .collect()
}
