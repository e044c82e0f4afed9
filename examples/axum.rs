//! Receives webhooks of WorkOS with axum: answers as soon as an event is queued, and handles it afterwards.
//! Reads `WORKOS_WEBHOOK_SECRET` and `ADDR`; `examples/send.rs` is the other side. The queue is in memory: what must
//! outlive a crash has to be stored before it is answered, which is what `Signed` is for.

use std::{env, error::Error, time::Duration};

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use countersign::{Secret, axum::Webhook, workos};
use tokio::{net::TcpListener, sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
    /// Weak, so that the queue ends when `main` drops its sender, whatever requests are still open.
    queue: mpsc::WeakSender<workos::Event>,
}

impl FromRef<App> for workos::Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Runs for genuine deliveries only. One that finds the queue full will be delivered again.
async fn receive(State(app): State<App>, Webhook(event): Webhook<workos::Event>) -> StatusCode {
    match app.queue.upgrade() {
        Some(queue) if queue.try_send(event).is_ok() => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Your work with an event goes here. It may see one twice: remember the ids that are done.
async fn handle(event: workos::Event) {
    let (name, id) = (event.data.name().escape_debug(), event.id.escape_debug());
    println!("{name} {id}");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret = Secret::from_env("WORKOS_WEBHOOK_SECRET")?;
    let (queue, mut events) = mpsc::channel(1000);
    let app = App {
        verifier: workos::Verifier::new(secret),
        queue: queue.downgrade(),
    };
    let router = Router::new()
        .route("/webhooks/workos", post(receive))
        .with_state(app);
    let worker = tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            // In a task of its own, so that a panic costs no more than this event.
            if let Err(panic) = tokio::spawn(handle(event)).await {
                eprintln!("{panic}");
            }
        }
    });

    let stop = CancellationToken::new();
    let stopping = stop.clone();
    ctrlc::set_handler(move || stopping.cancel())?; // Ctrl-C or SIGTERM
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    let server =
        axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        result = server => result?,
        // Who takes longer to send a request is not waited for.
        () = async { stop.cancelled().await; sleep(Duration::from_secs(5)).await } => {}
    }
    drop(queue);
    Ok(worker.await?)
}
