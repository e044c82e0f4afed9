//! What the tests of the example servers share: the servers as processes, and a client.
#![allow(dead_code, unused_macros, reason = "no test uses all of it")]

mod cargo;

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
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

pub(crate) use for_each_server;

/// More than anything here takes, even on a machine that is busy.
pub(crate) const AT_MOST: Duration = Duration::from_secs(60);
pub(crate) const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
pub(crate) const SECRET_VARIABLE: &str = "WORKOS_WEBHOOK_SECRET";
/// The secrets of the other providers.
pub(crate) const OTHER_SECRETS: [(&str, &str); 2] = [
    (
        "CLERK_WEBHOOK_SIGNING_SECRET",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ),
    ("COURIER_WEBHOOK_SECRET", "hT5wQ8zKc2"),
];

pub(crate) fn head(signature: Option<&str>, framing: &str) -> String {
    let signature = signature.map(|it| format!("{}: {it}\r\n", workos::SIGNATURE_HEADER));
    let signature = signature.unwrap_or_default();
    format!("POST /webhooks/workos HTTP/1.1\r\nHost: a\r\n{signature}{framing}\r\n\r\n")
}

/// Of the next response.
pub(crate) fn status(connection: &TcpStream) -> u16 {
    let mut line = String::new();
    let read = BufReader::new(connection).read_line(&mut line);
    read.expect("a response");
    let status = line.split(' ').nth(1).expect("a status line");
    status.parse().expect("a status")
}

/// The header of a genuine delivery.
pub(crate) fn header(body: &[u8]) -> String {
    header_under(SECRET, body)
}

pub(crate) fn header_under(secret: &str, body: &[u8]) -> String {
    let secret = Secret::new(secret).expect("a secret");
    workos::Signer::new(secret).sign(body, OffsetDateTime::now_utc())
}

pub(crate) fn event(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","data":{{"group_id":"group_01","organization_membership_id":"om_01"}},"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}}"#
    )
}

/// What a server prints of that event.
pub(crate) fn handled(id: &str) -> String {
    format!("group.member_added {id}\n")
}

/// Keeps one connection alive.
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
}

impl Client {
    pub(crate) fn new(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(AT_MOST))
            .proxy(None);
        Self {
            agent: config.build().into(),
            url: format!("http://{}/webhooks/workos", server.address),
        }
    }

    pub(crate) fn deliver(&self, id: &str) -> Result<u16, ureq::Error> {
        let body = event(id);
        self.post(&header(body.as_bytes()), body.as_bytes())
    }

    pub(crate) fn post(&self, signature: &str, body: &[u8]) -> Result<u16, ureq::Error> {
        let request = self.agent.post(&self.url);
        let mut response = request
            .header(workos::SIGNATURE_HEADER, signature)
            .send(body)?;
        response.body_mut().read_to_string()?;
        Ok(response.status().as_u16())
    }
}

pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(example: &str) -> Self {
        Self::run(Command::new(executable(example)))
    }

    pub(crate) fn run(command: Command) -> Self {
        let mut process = Process::run(command, Some(SECRET), "127.0.0.1:0", &[]);
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

    pub(crate) fn connect(&self) -> TcpStream {
        let connection = TcpStream::connect(&self.address).expect("a server");
        connection.set_read_timeout(Some(AT_MOST)).expect("a time");
        connection.set_write_timeout(Some(AT_MOST)).expect("a time");
        connection
    }

    /// A connection at which the handler waits for the other half of the body.
    pub(crate) fn send_half(&self, body: &str) -> TcpStream {
        let framing = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
        let head = head(Some(&header(body.as_bytes())), &framing);
        let mut connection = self.connect();
        connection.write_all(head.as_bytes()).expect("written");
        assert_eq!(status(&connection), 100);
        let half = &body.as_bytes()[..body.len() / 2];
        connection.write_all(half).expect("written");
        connection
    }

    pub(crate) fn end(self, signal: &str) -> Ended {
        self.signal(signal);
        self.process.end()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.process.child.id().to_string();
        let kill = Command::new("kill").args([signal, &pid]).status();
        assert!(kill.expect("kill runs").success());
    }

    /// The time of a processor that it has used, in a hundredth of a second.
    #[cfg(target_os = "linux")]
    pub(crate) fn busy_for(&self) -> Duration {
        let path = format!("/proc/{}/stat", self.process.child.id());
        let stat = std::fs::read_to_string(path).expect("a process");
        let fields = stat.rsplit(')').next().expect("fields");
        let ticks = |field: &str| field.parse::<u64>().expect("a number");
        // `utime` and `stime`.
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(ticks).sum();
        Duration::from_millis(ticks * 10)
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn assert_peak_memory_below_mib(&self, mib: u64) {
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
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) stdout: Option<BufReader<ChildStdout>>,
}

pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Process {
    pub(crate) fn start(
        example: &str,
        secret: Option<&str>,
        address: &str,
        arguments: &[&str],
    ) -> Self {
        Self::run(
            Command::new(executable(example)),
            secret,
            address,
            arguments,
        )
    }

    pub(crate) fn run(
        mut command: Command,
        secret: Option<&str>,
        address: &str,
        arguments: &[&str],
    ) -> Self {
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
            // As on a single processor.
            .env("TOKIO_WORKER_THREADS", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("an executable");
        let stdout = child.stdout.take().map(BufReader::new);
        Self { child, stdout }
    }

    /// Reads what it still prints, and waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        let stdout = text(self.stdout.take().expect("not taken"));
        let stderr = text(self.child.stderr.take().expect("a pipe"));
        let (stdout, stderr) = (in_time(&stdout), in_time(&stderr));
        Ended {
            code: self.wait(),
            stdout,
            stderr,
        }
    }

    /// Its exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let until = Instant::now() + AT_MOST;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            assert!(Instant::now() < until, "it runs on");
            thread::sleep(Duration::from_millis(1));
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
    pub(crate) fn assert_handled(&self, expected: &str) {
        self.assert_warned(&[]);
        self.assert_done(expected);
    }

    #[track_caller]
    pub(crate) fn assert_done(&self, expected: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (Some(0), expected));
    }

    /// Of each refusal and nothing else.
    #[track_caller]
    pub(crate) fn assert_warned(&self, reasons: &[&str]) {
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
pub(crate) fn text(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    in_background(move || {
        let mut text = Vec::new();
        let mut piece = || stream.by_ref().take(4096).read_to_end(&mut text);
        while piece().expect("a pipe") > 0 {
            thread::sleep(Duration::from_millis(5));
        }
        String::from_utf8(text).expect("UTF-8")
    })
}

pub(crate) fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Receiver<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver
}

#[track_caller]
pub(crate) fn in_time<T>(result: &Receiver<T>) -> T {
    result.recv_timeout(AT_MOST).expect("an end in time")
}

/// A shell that turns into the example, which is its `$0`.
pub(crate) fn shell(script: &str, example: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(executable(example));
    command
}

/// Built with the features of `cargo test --all-features`, so that it has been already.
pub(crate) fn executable(example: &str) -> &'static Path {
    static EXECUTABLES: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    &EXECUTABLES.get_or_init(build)[example]
}

fn build() -> HashMap<String, PathBuf> {
    let output = cargo::cargo()
        .args([
            "build",
            "--quiet",
            "--all-features",
            "--message-format=json-render-diagnostics",
        ])
        .args([
            "--example=actix",
            "--example=axum",
            "--example=rotation",
            "--bin=countersign",
        ])
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
