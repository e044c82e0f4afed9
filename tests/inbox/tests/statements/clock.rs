//! What happens if the server's clock is set by an hour, either way.

use std::{fs, net::TcpListener, path::PathBuf, process::Command};

use countersign::inbox::Claim::{Done, InProgress, New};
use countersign_inbox::{Error, Redis, Schema, address};

const HOUR: i64 = 3600;

/// A PostgreSQL server of its own, whose clock can be set.
struct Clocked {
    directory: PathBuf,
    port: u16,
}

impl Clocked {
    fn start() -> Result<Self, Error> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let control = PathBuf::from(address("POSTGRES"));
        let parent = control.parent().ok_or("no directory")?;
        let directory = parent.join(format!("clock_{port}"));
        let server = Self { directory, port };
        server.set(0)?;
        let init = "--username postgres --auth trust --encoding UTF8 --locale C";
        server.control(&["init", "--options", init])?;
        let options =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=");
        let log = server.directory.join("log");
        server.control(&[
            "start",
            "--options",
            &options,
            "--log",
            log.to_str().ok_or("not UTF-8")?,
        ])?;
        Ok(server)
    }

    fn clock(&self) -> PathBuf {
        self.directory.with_extension("time")
    }

    /// Sets the clock to so many seconds later than it is.
    fn set(&self, seconds: i64) -> Result<(), Error> {
        Ok(fs::write(self.clock(), format!("{seconds:+}"))?)
    }

    fn control(&self, arguments: &[&str]) -> Result<(), Error> {
        let status = Command::new(address("POSTGRES"))
            .args(arguments)
            // The last one counts.
            .arg("--pgdata")
            .arg(&self.directory)
            .env("PRELOAD", faketime()?)
            .env("FAKETIME_TIMESTAMP_FILE", self.clock())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{arguments:?}: {status}").into())
        }
    }

    async fn tables(&self) -> Result<Schema, Error> {
        Schema::at(format!(
            "postgres://postgres@127.0.0.1:{}/postgres",
            self.port
        ))
        .await
    }
}

impl Drop for Clocked {
    fn drop(&mut self) {
        // `.ci/with-servers` removes its files.
        if let Err(error) = self.control(&["stop", "--mode", "immediate"]) {
            eprintln!("the server goes on: {error}");
        }
    }
}

/// What sets the clock of a process and not that of the machine.
fn faketime() -> Result<PathBuf, Error> {
    let library = |entry: fs::DirEntry| entry.path().join("faketime/libfaketime.so.1");
    fs::read_dir("/usr/lib")?
        .filter_map(Result::ok)
        .map(library)
        .find(|library| library.exists())
        .ok_or_else(|| "libfaketime is missing: install the package faketime".into())
}

#[tokio::test]
async fn of_postgresql() -> crate::Result {
    let server = Clocked::start()?;
    let inbox = server.tables().await?.connect().await?;
    let now = "SELECT extract(epoch FROM clock_timestamp())::int8";
    let start: i64 = inbox.query_one(now, &[]).await?.get(0);
    server.set(HOUR)?;
    let later: i64 = inbox.query_one(now, &[]).await?.get(0);
    assert!(
        (HOUR..HOUR + 60).contains(&(later - start)),
        "the clock is not set: {start}, {later}"
    );

    forward(&server).await?;
    back(&server).await?;
    there_and_back(&server).await
}

/// Leases run out early. A second worker may have the event, and the first one is told.
async fn forward(server: &Clocked) -> crate::Result {
    let inbox = server.tables().await?.connect().await?;
    server.set(0)?;
    assert_eq!(inbox.record("recorded").await?, 1);
    let first = inbox.claim_new("leased", 60.0).await?;
    let unasked = inbox.claim_new("unasked", 60.0).await?;
    assert_eq!(inbox.store("queued", Some("x"), b"").await?, 1);
    assert_eq!(inbox.store("next", Some("x"), b"").await?, 1);
    let taken = inbox.take(60.0, 10, 3).await?;
    assert_eq!(taken.len(), 1);

    server.set(HOUR)?;
    assert_eq!(inbox.record("recorded").await?, 0);
    let second = inbox.claim_new("leased", 60.0).await?;
    assert_eq!(inbox.claim("leased", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.complete("leased", &first).await?, 0);
    assert_eq!(inbox.release("leased", &first).await?, 0);
    assert_eq!(inbox.complete("leased", &second).await?, 1);
    assert_eq!(inbox.claim("leased", 60.0).await?, (Done, None));
    assert_eq!(inbox.complete("unasked", &unasked).await?, 1);
    let again = inbox.take(60.0, 10, 3).await?;
    assert_eq!(
        (again.len(), again[0].key.as_str(), again[0].attempts),
        (1, "queued", 2)
    );
    assert_eq!(inbox.complete("queued", &taken[0].token).await?, 0);
    assert_eq!(inbox.complete("queued", &again[0].token).await?, 1);
    assert_eq!(inbox.take(60.0, 10, 3).await?[0].key, "next");
    assert_eq!(inbox.purge(7_776_000.0).await?, 0);
    Ok(())
}

/// Leases last longer by as much. Nothing is lost, and nothing is done twice.
async fn back(server: &Clocked) -> crate::Result {
    let inbox = server.tables().await?.connect().await?;
    server.set(0)?;
    assert_eq!(inbox.record("recorded").await?, 1);
    let first = inbox.claim_new("leased", 60.0).await?;
    inbox.claim_new("stopped", 60.0).await?;
    let released = inbox.claim_new("released", 60.0).await?;
    assert_eq!(inbox.release("released", &released).await?, 1);
    for (key, subject) in [
        ("failed", Some("x")),
        ("next", Some("x")),
        ("waiting", None),
    ] {
        assert_eq!(inbox.store(key, subject, b"").await?, 1);
    }
    let taken = inbox.take(60.0, 1, 3).await?;
    assert_eq!(inbox.fail("failed", &taken[0].token, "why", 10.0).await?, 1);
    assert_eq!(inbox.apply("x", 2, false).await?, 1);

    server.set(-HOUR)?;
    assert_eq!(inbox.record("recorded").await?, 0);
    assert_eq!(inbox.claim("recorded", 60.0).await?, (Done, None));
    inbox.claim_new("released", 60.0).await?;
    assert_eq!(inbox.apply("x", 1, true).await?, 0);
    // What waits is taken, and what failed is tried again an hour later, and until then its object waits.
    let taken = inbox.take(60.0, 10, 3).await?;
    assert_eq!((taken.len(), taken[0].key.as_str()), (1, "waiting"));
    for seconds in [-HOUR, -HOUR + 90, 0] {
        server.set(seconds)?;
        assert_eq!(
            inbox.claim("leased", 60.0).await?,
            (InProgress, None),
            "{seconds}"
        );
        assert_eq!(
            inbox.claim("stopped", 60.0).await?,
            (InProgress, None),
            "{seconds}"
        );
    }
    server.set(-HOUR + 90)?;
    assert_eq!(inbox.complete("leased", &first).await?, 1);
    assert_eq!(inbox.claim("leased", 60.0).await?, (Done, None));
    server.set(90)?;
    assert_eq!(inbox.claim("leased", 60.0).await?, (Done, None));
    assert_eq!(inbox.claim("stopped", 60.0).await?.0, New);
    let keys = inbox
        .take(60.0, 10, 3)
        .await?
        .into_iter()
        .map(|taken| taken.key);
    assert_eq!(keys.collect::<Vec<_>>(), ["failed", "waiting"]);
    Ok(())
}

/// A clock that was set forward by mistake, and is corrected: who has the event keeps it, the others wait.
async fn there_and_back(server: &Clocked) -> crate::Result {
    let inbox = server.tables().await?.connect().await?;
    server.set(HOUR)?;
    let token = inbox.claim_new("leased", 60.0).await?;
    assert_eq!(inbox.store("queued", None, b"").await?, 1);
    assert_eq!(inbox.record("recorded").await?, 1);
    let taken = inbox.take(60.0, 10, 3).await?;
    server.set(0)?;
    assert_eq!(inbox.purge(0.0).await?, 0);
    assert_eq!(inbox.claim("leased", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.take(60.0, 10, 3).await?, []);
    assert_eq!(inbox.complete("leased", &token).await?, 1);
    assert_eq!(inbox.complete("queued", &taken[0].token).await?, 1);
    for key in ["leased", "queued", "recorded"] {
        assert_eq!(inbox.claim(key, 60.0).await?, (Done, None));
    }
    Ok(())
}

/// A Redis server cannot be started with another clock (its allocator asks for the time too early): here the times of the
/// keys are moved, which comes to the same.
#[tokio::test]
async fn of_redis() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let first = inbox.claim_new("forward", 60_000).await?;
    inbox.is_later_by("forward", HOUR).await?;
    let second = inbox.claim_new("forward", 60_000).await?;
    assert_eq!(inbox.complete("forward", &first, 60_000).await?, 0);
    assert_eq!(inbox.release("forward", &first).await?, 0);
    assert_eq!(inbox.claim("forward", 60_000).await?, (InProgress, None));
    assert_eq!(inbox.complete("forward", &second, 7_776_000_000).await?, 1);
    inbox.is_later_by("forward", HOUR).await?;
    assert_eq!(inbox.claim("forward", 60_000).await?, (Done, None));

    let first = inbox.claim_new("back", 60_000).await?;
    inbox.is_later_by("back", -HOUR).await?;
    inbox.is_later_by("back", 90).await?;
    assert_eq!(inbox.claim("back", 60_000).await?, (InProgress, None));
    assert_eq!(inbox.complete("back", &first, 60_000).await?, 1);
    assert_eq!(inbox.claim("back", 60_000).await?, (Done, None));

    inbox.claim_new("stopped", 60_000).await?;
    inbox.is_later_by("stopped", -HOUR).await?;
    inbox.is_later_by("stopped", HOUR - 30).await?;
    assert_eq!(inbox.claim("stopped", 60_000).await?, (InProgress, None));
    inbox.is_later_by("stopped", 90).await?;
    assert_eq!(inbox.claim("stopped", 60_000).await?.0, New);
    Ok(())
}
