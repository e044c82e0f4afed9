//! Receives webhooks of WorkOS, Clerk and Courier with axum: answers as soon as an event is queued, and handles it
//! afterwards. Mounts `/webhooks/workos`, `/webhooks/clerk` and `/webhooks/courier`, those whose secret is in the environment
//! (`WORKOS_WEBHOOK_SECRET`, `CLERK_WEBHOOK_SIGNING_SECRET`, `COURIER_WEBHOOK_SECRET`). Reads `ADDR`; `countersign send` is
//! the other side. The queue is in memory: what must outlive a crash has to be stored before it is answered, which is what
//! `Signed` is for.

use std::{borrow::Cow, env, error::Error, io};

use axum::{Router, extract::FromRef, extract::State, http::StatusCode, routing::post};
use countersign::axum::{FromDelivery, Webhook};
use countersign::{
    Provider, Secret, SecretError, StandardSecret, Verifier, clerk, courier, workos,
};
use tokio::{sync::mpsc, task::block_in_place};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;

mod serve;
mod signal;

/// What the queue holds.
enum Event {
    WorkOs(workos::Event),
    Clerk(clerk::Event),
    Courier(courier::Event),
}

/// Weak, so that the queue ends when `main` drops its sender, whatever requests are still open.
type Queue = mpsc::WeakSender<Event>;

/// The state of one provider's route.
struct App<P> {
    verifier: Verifier<P>,
    queue: Queue,
}

impl<P> FromRef<App<P>> for Verifier<P> {
    fn from_ref(app: &App<P>) -> Self {
        app.verifier.clone()
    }
}

/// Runs for genuine deliveries only. One that finds the queue full will be delivered again.
async fn receive<E: FromDelivery + Into<Event>>(
    State(app): State<App<E::Provider>>,
    Webhook(event): Webhook<E>,
) -> StatusCode {
    match app.queue.upgrade() {
        Some(queue) if queue.try_send(event.into()).is_ok() => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Your work with an event goes here. It may see one twice: remember the keys that are done, each with its provider. (What
/// Clerk delivers always has an id.)
async fn handle(event: Event) {
    let (name, key) = match &event {
        Event::WorkOs(event) => (event.data.name(), Cow::from(&event.id)),
        Event::Clerk(event) => (event.data.name(), event.id().unwrap_or_default().into()),
        Event::Courier(event) => (event.data.name(), event.deduplication_key().into()),
    };
    // What blocks, as printing may, would stop the server too.
    block_in_place(|| println!("{} {}", name.escape_debug(), key.escape_debug()));
}

/// Adds the route of a provider, if its secret is set.
fn mount<E>(
    router: Router,
    secret: Result<<E::Provider as Provider>::Secret, SecretError>,
    queue: &Queue,
) -> Result<Router, SecretError>
where
    E: FromDelivery + Into<Event> + Send + 'static,
{
    let secret = match secret {
        Err(SecretError::NotSet { .. }) => return Ok(router),
        secret => secret?,
    };
    let path = format!("/webhooks/{}", E::Provider::NAME);
    let (verifier, queue) = (Verifier::new(secret), queue.clone());
    Ok(router.route(
        &path,
        post(receive::<E>).with_state(App { verifier, queue }),
    ))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    let (queue, mut events) = mpsc::channel(1000);
    let weak = queue.downgrade();
    let secret = Secret::from_env("WORKOS_WEBHOOK_SECRET");
    let router = mount::<workos::Event>(Router::new(), secret, &weak)?;
    let secret = StandardSecret::from_env("CLERK_WEBHOOK_SIGNING_SECRET");
    let router = mount::<clerk::Event>(router, secret, &weak)?;
    let secret = Secret::from_env("COURIER_WEBHOOK_SECRET");
    let router = mount::<courier::Event>(router, secret, &weak)?;
    if !router.has_routes() {
        return Err("none of the three secrets is set".into());
    }
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
    signal::on_signal(move || stopping.cancel())?;
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = serve::listen(address.parse()?)?;
    println!("listening on {}", listener.local_addr()?);
    serve::serve(listener, router, stop).await;
    drop(queue);
    Ok(worker.await?)
}

impl From<workos::Event> for Event {
    fn from(event: workos::Event) -> Self {
        Self::WorkOs(event)
    }
}

impl From<clerk::Event> for Event {
    fn from(event: clerk::Event) -> Self {
        Self::Clerk(event)
    }
}

impl From<courier::Event> for Event {
    fn from(event: courier::Event) -> Self {
        Self::Courier(event)
    }
}

impl<P> Clone for App<P> {
    fn clone(&self) -> Self {
        Self {
            verifier: self.verifier.clone(),
            queue: self.queue.clone(),
        }
    }
}
