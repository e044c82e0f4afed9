//! What one client can do to the example servers without a secret, while the deliveries of a provider come in.
#![cfg(target_os = "linux")]

mod support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::{self, Command},
    sync::{
        Once,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use support::{Client, Server, for_each_server, handled, head, shell, status};

for_each_server! {
    half_heads
    half_heads_and_no_file_left
    half_heads_after_a_request
    slow_bodies
}

/// Providers wait for 10 s and longer.
const SOON: Duration = Duration::from_secs(9);
const HALF_HEAD: &str = "POST /webhooks/workos HTTP/1.1\r\nHost";

fn half_heads(server: &str) {
    let server = with_files(1024, server);
    let started = Instant::now();
    let attack = attack(&server, 1100, HALF_HEAD);
    // Otherwise it is over already.
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    deliver_soon(&server, 5);
    drop(attack);
    let ended = server.end("-TERM");
    ended.assert_handled(&handled("event_01").repeat(5));
}

fn half_heads_and_no_file_left(server: &str) {
    let server = with_files(100, server);
    let attack = attack(&server, 150, HALF_HEAD);
    deliver_soon(&server, 5);
    drop(attack);
    let busy = server.busy_for();
    assert!(busy < Duration::from_secs(2), "{busy:?}");
    let ended = server.end("-TERM");
    ended.assert_done(&handled("event_01").repeat(5));
}

fn half_heads_after_a_request(server: &str) {
    let server = Server::start(server);
    let attack = attack(&server, 1, &head(None, "Content-Length: 0"));
    let started = Instant::now();
    for mut connection in attack {
        assert_eq!(status(&connection), 401);
        let _closed = connection.write(HALF_HEAD.as_bytes());
        let _reset = connection.read_to_end(&mut Vec::new());
    }
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

/// A byte now and then.
fn slow_bodies(server: &str) {
    let server = Server::start(server);
    let attack = attack(&server, 200, &head(None, "Content-Length: 1000"));
    thread::scope(|scope| {
        let (attacking, ended) = mpsc::channel::<()>();
        let attack = &attack;
        scope.spawn(move || {
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                for mut connection in attack {
                    let _closed = connection.write(b"a");
                }
            }
        });
        deliver_soon(&server, 5);
        let started = Instant::now();
        for connection in attack {
            assert_eq!(status(connection), 408);
        }
        for mut connection in attack {
            let _reset = connection.read_to_end(&mut Vec::new());
        }
        drop(attacking);
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    });
    let ended = server.end("-TERM");
    ended.assert_handled(&handled("event_01").repeat(5));
}

/// That many connections, on each of which this and nothing more is sent.
fn attack(server: &Server, connections: usize, sent: &str) -> Vec<TcpStream> {
    static MORE_FILES: Once = Once::new();
    MORE_FILES.call_once(|| {
        let pid = process::id().to_string();
        let limited = Command::new("prlimit")
            .args(["--pid", &pid, "--nofile=4096:"])
            .status();
        assert!(limited.expect("prlimit runs").success());
    });
    let connect = |_| {
        let mut connection = server.connect();
        connection.write_all(sent.as_bytes()).expect("written");
        connection
    };
    (0..connections).map(connect).collect()
}

/// Each on a connection of its own.
fn deliver_soon(server: &Server, deliveries: usize) {
    for _ in 0..deliveries {
        let started = Instant::now();
        let status = Client::new(server).deliver("event_01");
        assert_eq!(status.expect("an answer"), 200);
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
        thread::sleep(Duration::from_secs(1));
    }
}

fn with_files(files: usize, server: &str) -> Server {
    Server::run(shell(&format!(r#"ulimit -n {files} && exec "$0""#), server))
}
