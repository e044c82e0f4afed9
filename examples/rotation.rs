//! Receives webhooks of WorkOS with axum, and takes a new secret while it runs.
//!
//! `WORKOS_WEBHOOK_SECRET_FILE` is the path of a file with a secret on each line: first the current one, then those that are
//! still accepted. When the file has changed, it is read again; if it cannot be used, that is logged, and the secrets stay. To
//! change it, move another file to its place, so that it is never read half-written. `examples/axum.rs` shows the rest.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use axum::{Router, extract::FromRef, http::StatusCode, routing::post};
use countersign::{Secret, axum::Webhook, workos};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;
use zeroize::Zeroizing;

mod serve;
mod signal;

#[derive(Clone)]
struct App {
    verifier: watch::Receiver<workos::Verifier>,
}

impl FromRef<App> for workos::Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.borrow().clone()
    }
}

/// Your work with an event, or a queue, goes here.
async fn receive(Webhook(_event): Webhook<workos::Event>) -> StatusCode {
    StatusCode::OK
}

fn read(path: &Path) -> Result<workos::Verifier, Box<dyn Error>> {
    let text = Zeroizing::new(fs::read_to_string(path)?);
    let mut secrets = text.lines().map(Secret::new);
    let current = secrets.next().ok_or("no secret")??;
    secrets.try_fold(workos::Verifier::new(current), |verifier, previous| {
        Ok(verifier.with_previous(previous?))
    })
}

fn rotate(
    path: &Path,
    mut read_at: Option<SystemTime>,
    verifier: &watch::Sender<workos::Verifier>,
) {
    loop {
        thread::sleep(Duration::from_secs(1));
        let changed_at = changed_at(path);
        if changed_at == read_at {
            continue;
        }
        read_at = changed_at;
        match read(path) {
            Ok(changed) => drop(verifier.send_replace(changed)),
            Err(error) => tracing::error!("{}: {error}", path.display()),
        }
    }
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|it| it.modified()).ok()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    let path = env::var_os("WORKOS_WEBHOOK_SECRET_FILE").ok_or("no WORKOS_WEBHOOK_SECRET_FILE")?;
    let path = PathBuf::from(path);
    let read_at = changed_at(&path);
    let (sender, verifier) = watch::channel(read(&path)?);
    thread::spawn(move || rotate(&path, read_at, &sender));

    let stop = CancellationToken::new();
    let stopping = stop.clone();
    signal::on_signal(move || stopping.cancel())?;
    let router = Router::new().route("/webhooks/workos", post(receive));
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = serve::listen(address.parse()?)?;
    println!("listening on {}", listener.local_addr()?);
    serve::serve(listener, router.with_state(App { verifier }), stop).await;
    Ok(())
}
