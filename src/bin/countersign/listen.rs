//! `countersign listen`: a receiver that answers as a service with this library does.
//!
//! One request a connection, and few connections at a time: it is for one developer, and not for a provider's load.

use std::{
    io::{self, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        mpsc::{SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use countersign::Rejection;
use time::OffsetDateTime;

use crate::{
    JudgeArguments,
    failure::Failure,
    judge::{Judge, Verdict},
    output::{Cell, Output, Row, VERDICT_TITLES},
    provider,
    request::{self, End, Fault},
    tell,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to listen. With 127.0.0.1 nobody can reach it but this machine
    #[arg(default_value = "127.0.0.1:3000")]
    address: String,
    #[command(flatten)]
    judge: JudgeArguments,
}

pub(crate) fn run(arguments: &Arguments, mut output: Output) -> Result<bool, Failure> {
    let judge = Judge {
        provider: arguments.judge.provider()?,
        secrets: arguments.judge.secrets.secrets(),
        tolerance: arguments.judge.tolerance(),
    };
    // What is wrong with the secrets is told now and not with the first delivery.
    match &judge.provider {
        Some(provider) => drop(provider.verifier(&judge.secrets, judge.tolerance)?),
        None if provider::all().any(|it| judge.secrets.are_there(&it)) => {}
        None => {
            return Err(Failure::usage("no provider's secret is set").with_hint(
                "put it into its variable, such as WORKOS_WEBHOOK_SECRET: \
                 `countersign providers` lists them",
            ));
        }
    }
    let cannot = |error: io::Error| {
        let failure = Failure::usage(error.to_string()).at(&arguments.address);
        failure.with_hint(match error.kind() {
            io::ErrorKind::AddrInUse => {
                "name another port, as in: countersign listen 127.0.0.1:3001"
            }
            _ => "name an address and a port, as in: countersign listen 127.0.0.1:3000",
        })
    };
    let listener = Arc::new(TcpListener::bind(&arguments.address).map_err(cannot)?);
    let address = listener.local_addr().map_err(cannot)?;
    tell(&format_args!("listening on http://{address}, until Ctrl-C"));

    let judge = Arc::new(judge);
    let (sender, receiver) = sync_channel(AT_A_TIME);
    for _ in 0..AT_A_TIME {
        let (listener, judge, sender) = (listener.clone(), judge.clone(), sender.clone());
        thread::spawn(move || serve(&listener, &judge, &sender));
    }
    drop(sender);
    let titles = [&VERDICT_TITLES[..], &["answered"]].concat();
    let titles = in_order(titles);
    output.titles(&titles, &WIDTHS)?;
    for mut row in receiver {
        row.cells = in_order(row.cells);
        output.row(&row, &WIDTHS)?;
    }
    Ok(true)
}

/// What is answered stands before the last column, which is of any width.
fn in_order<T>(mut columns: Vec<T>) -> Vec<T> {
    let end = columns.len();
    columns.swap(end.saturating_sub(1), end.saturating_sub(2));
    columns
}

fn serve(listener: &TcpListener, judge: &Judge, rows: &SyncSender<Row>) {
    loop {
        match listener.accept() {
            Ok((stream, _)) => handle(&stream, judge, rows),
            // Such as too many open files: that may pass.
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Answers a request, and has it printed. Of a connection on which none came there is nothing to say.
fn handle(stream: &TcpStream, judge: &Judge, rows: &SyncSender<Row>) {
    let mut reader = BufReader::new(Timed {
        stream,
        since: Instant::now(),
    });
    let (mut row, rejection) = match request::read_head(&mut reader, End::AtOnce) {
        Err(Fault::Empty | Fault::Io(_)) => return,
        Err(fault) => refused("-", &fault),
        Ok(head) => {
            let name = format!("{} {}", head.method, head.target);
            if head.expects_continue() {
                let _ = (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            match head.read_body(&mut reader, End::AtOnce, MAX_BODY) {
                Err(fault) => refused(&name, &fault),
                Ok(body) => judged(&name, judge, &head.headers, &body),
            }
        }
    };
    let (status, text) = match &rejection {
        Some(rejection) => (rejection.status(), rejection.text()),
        None => (200, "ok"),
    };
    row.cells.push(Cell::new(status.to_string()));
    row.json.0.push(("status", status.into()));
    let is_answered = answer(stream, status, text).is_ok();
    // Without a receiver the process is about to end.
    let _ = rows.send(row);
    if is_answered {
        // Who still sends a body would else be reset before the answer is read.
        let _ = io::copy(&mut reader.take(MAX_REST), &mut io::sink());
    }
}

fn judged(
    name: &str,
    judge: &Judge,
    headers: &request::Headers,
    body: &[u8],
) -> (Row, Option<Rejection>) {
    match judge.judge(headers, body, OffsetDateTime::now_utc()) {
        Ok(judgement) => {
            let rejection = match &judgement.verdict {
                Verdict::Refused { error, .. } => Some(Rejection::from(*error)),
                Verdict::Verified {
                    event: Some(Err(error)),
                    ..
                } => Some(Rejection::from(error.clone())),
                Verdict::Verified { .. } => None,
            };
            (Row::judged(name, &judgement), rejection)
        }
        // Of the provider that it seems to be from, there is no secret.
        Err(failure) => {
            let rejection = Rejection::MissingVerifier;
            let row = Row::refused(name, None, rejection.kind(), &failure.message());
            (row, Some(rejection))
        }
    }
}

fn refused(name: &str, fault: &Fault) -> (Row, Option<Rejection>) {
    let rejection = match fault {
        Fault::BodyTooLarge => Rejection::BodyTooLarge,
        _ => Rejection::UnreadableBody,
    };
    let row = Row::refused(name, None, rejection.kind(), &fault.to_string());
    (row, Some(rejection))
}

fn answer(mut stream: &TcpStream, status: u16, text: &str) -> io::Result<()> {
    let len = text.len();
    stream.set_write_timeout(Some(AT_MOST))?;
    write!(
        stream,
        "HTTP/1.1 {status} {text}\r\ncontent-type: text/plain\r\ncontent-length: {len}\r\nconnection: close\r\n\r\n{text}"
    )?;
    stream.shutdown(Shutdown::Write)
}

/// A connection whose client has a time for all that it sends.
struct Timed<'a> {
    stream: &'a TcpStream,
    since: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = AT_MOST.saturating_sub(self.since.elapsed());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        (&mut &*self.stream).read(buffer)
    }
}

const AT_A_TIME: usize = 8;
const AT_MOST: Duration = Duration::from_secs(10);
/// The limit of the library.
const MAX_BODY: usize = 1024 * 1024;
const MAX_REST: u64 = 16 * 1024 * 1024;
const WIDTHS: [usize; 7] = [28, 12, 8, 24, 8, 8, 0];
