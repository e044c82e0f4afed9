//! The example servers, as processes: what they accept is handled once, whatever clients and signals do.
#![cfg(unix)]

mod support;

use std::{
    fs,
    io::{ErrorKind, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use support::{
    AT_MOST, Client, Process, SECRET, Server, event, executable, for_each_server, handled, head,
    header, header_under, shell, status,
};

for_each_server! {
    deliveries_of_the_sender
    full_queue_at_sigterm
    full_queue_at_sigint
    deliveries_while_it_ends
    half_requests_while_it_ends
    half_request_completed_while_it_ends
    bodies_that_nobody_signed
    no_secret
    stalled_output
}

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

    for (body, code, sent) in [
        (None, 0, ACCEPTED),
        (Some(user), 0, ACCEPTED),
        (
            Some(no_event),
            1,
            "\
sent     answered                   as expected
genuine  500 Internal Server Error  no
late     401 Unauthorized           yes
forged   401 Unauthorized           yes
",
        ),
    ] {
        assert_sent("workos", body, &server, code, sent);
    }

    let user = "user.created event_01K2V5S7Q3N8M4B6C9D1E0F2GM\n";
    let ended = server.end("-TERM");
    ended.assert_warned(&[
        "signed too long ago",
        "no signature matches",
        "signed too long ago",
        "no signature matches",
        "field `id` is missing",
        "signed too long ago",
        "no signature matches",
    ]);
    ended.assert_done(&user.repeat(2));
}

const ACCEPTED: &str = "\
sent     answered          as expected
genuine  200 OK            yes
late     401 Unauthorized  yes
forged   401 Unauthorized  yes
";

/// By the command, of the body in a file or else of its own.
#[track_caller]
fn assert_sent(provider: &str, body: Option<&str>, server: &Server, code: i32, sent: &str) {
    let url = format!("http://{}/webhooks/{provider}", server.address);
    let arguments: Vec<&str> = ["send", &url, "--provider", provider]
        .into_iter()
        .chain(body)
        .collect();
    let ended = Process::start("countersign", Some(SECRET), "", &arguments).end();
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (Some(code), sent, ""),
        "{provider}"
    );
}

/// The server in axum mounts all providers whose secrets are set, and each takes its own deliveries alone.
#[test]
fn deliveries_of_all_providers() {
    let server = Server::start("axum");
    for provider in ["workos", "clerk", "courier"] {
        assert_sent(provider, None, &server, 0, ACCEPTED);
    }
    let ended = server.end("-TERM");
    let handled: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(ended.code, Some(0));
    ended.assert_warned(&["signed too long ago", "no signature matches"].repeat(3));
    assert_eq!(handled.len(), 3, "{handled:?}");
    assert_eq!(handled[0], "user.created event_01K2V5S7Q3N8M4B6C9D1E0F2GM");
    // The signer makes the id up.
    assert!(handled[1].starts_with("user.created msg_"), "{handled:?}");
    let key = r#"["message:updated","1-695735a5-0f1e2d3c4b5a69788796a5b4","CLICKED"]"#;
    assert_eq!(
        handled[2],
        format!("message:updated {}", key.escape_debug())
    );
}

fn no_secret(server: &str) {
    let error = match server {
        "axum" => r#""none of the three secrets is set""#,
        _ => r#"NotSet { variable: "WORKOS_WEBHOOK_SECRET" }"#,
    };
    for (secret, error) in [
        (None, error),
        (
            Some(""),
            r#"InVariable { variable: "WORKOS_WEBHOOK_SECRET", error: Empty }"#,
        ),
    ] {
        let ended = Process::start(server, secret, "127.0.0.1:0", &[]).end();
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

fn full_queue(server: &str, signal: &str) {
    let server = Server::start(server);
    let client = Client::new(&server);
    let accepted = fill_queue(&client);
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

/// Nobody reads what the server prints, so after the 64 KiB that a pipe holds it handles nothing more. What it will print.
fn fill_queue(client: &Client) -> String {
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
    accepted
}

/// Nobody reads it before the server has ended.
fn stalled_output(server: &str) {
    let stderr_after = |script: &str| {
        let mut server = Server::run(shell(script, server));
        fill_queue(&Client::new(&server));
        server.signal("-TERM");
        let signalled = Instant::now();
        assert_eq!(server.process.wait(), Some(1), "{script}");
        assert!(signalled.elapsed() < Duration::from_secs(40), "{script}");
        server.process.end().stderr
    };
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(stderr_after(r#"exec "$0" 2>&1"#), ""));
        let lost = "not ended in 30s: what is still in memory is lost\n";
        assert_eq!(stderr_after(r#"exec "$0""#), lost);
    });
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
    // A connection that ends just then can make actix-server count one too few, and panic. So mostly there is none.
    loop {
        thread::sleep(Duration::from_millis(100));
        if TcpStream::connect(&server.address).is_err() {
            break;
        }
        assert!(signalled.elapsed() < AT_MOST, "it takes new connections");
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

/// The file is what counts, and what cannot be used changes nothing.
#[test]
fn rotation() {
    const NEW: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets");
    let write = |text: &str| {
        let beside = path.with_extension("new");
        fs::write(&beside, text).expect("written");
        fs::rename(&beside, &path).expect("moved");
    };
    write(&format!("{SECRET}\n"));
    let mut command = Command::new(executable("rotation"));
    command.env("WORKOS_WEBHOOK_SECRET_FILE", &path);
    let server = Server::run(command);
    let client = Client::new(&server);
    let body = event("event_01");
    let answers = || {
        [SECRET, NEW].map(|secret| {
            let header = header_under(secret, body.as_bytes());
            client.post(&header, body.as_bytes()).expect("an answer")
        })
    };
    let wait_for = |expected| {
        let until = Instant::now() + AT_MOST;
        while answers() != expected {
            assert!(Instant::now() < until, "never {expected:?}");
            thread::sleep(Duration::from_millis(100));
        }
    };

    assert_eq!(answers(), [200, 401]);
    write(&format!("{NEW}\n{SECRET}\n"));
    wait_for([200, 200]);
    for unusable in ["", "\n", "\"in quotation marks\"\n"] {
        write(unusable);
        // Twice as long as it takes to be seen.
        thread::sleep(Duration::from_secs(2));
        assert_eq!(answers(), [200, 200], "{unusable:?}");
    }
    fs::remove_file(&path).expect("removed");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(answers(), [200, 200]);
    write(NEW);
    wait_for([401, 200]);

    let ended = server.end("-TERM");
    assert_eq!(ended.code, Some(0));
    let logged: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|it| it.contains("ERROR"))
        .collect();
    let path = path.display().to_string();
    assert_eq!(logged.len(), 4, "{logged:#?}");
    for (line, reason) in logged.iter().zip([
        "no secret",
        "secret is empty",
        "secret is in quotation marks",
        "No such file",
    ]) {
        assert!(line.contains(&format!("{path}: ")), "{line}");
        assert!(line.contains(reason), "{line}");
    }
}

#[test]
fn rotation_without_secrets() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_secrets");
    fs::write(&path, "").expect("written");
    let mut command = Command::new(executable("rotation"));
    command.env("WORKOS_WEBHOOK_SECRET_FILE", &path);
    let ended = Process::run(command, None, "127.0.0.1:0", &[]).end();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert_eq!(ended.stderr, "Error: \"no secret\"\n");
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
