//! Receives webhooks of WorkOS with actix-web: answers as soon as an event is queued, and handles it afterwards.
//! Reads `WORKOS_WEBHOOK_SECRET` and `ADDR`; `countersign send` is the other side. The queue is in memory: what must
//! outlive a crash has to be stored before it is answered, which is what `Signed` is for.

use std::{env, error::Error, io, time::Duration};

use actix_web::{
    App, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorRequestTimeout,
    http::KeepAlive,
    middleware::{Next, from_fn},
    rt::{self, time::timeout},
    web,
};
use countersign::{Secret, actix::Webhook, workos};
use tokio::sync::mpsc;
use tracing_subscriber::filter::LevelFilter;

mod signal;

/// How long a client may take for the head of its request.
const HEAD: Duration = Duration::from_secs(5);
/// How long it may take from there to the answer.
const REQUEST: Duration = Duration::from_secs(10);
const WORKERS: usize = 2;
/// Open at once. A process may have 1,024 files open, unless somebody sets another limit.
const CONNECTIONS: usize = 900;

/// Weak, so that the queue ends when `main` drops its sender, whatever requests are still open.
type Queue = mpsc::WeakSender<workos::Event>;

/// Runs for genuine deliveries only. One that finds the queue full will be delivered again.
async fn receive(queue: web::Data<Queue>, Webhook(event): Webhook<workos::Event>) -> HttpResponse {
    match queue.upgrade() {
        Some(queue) if queue.try_send(event).is_ok() => HttpResponse::Ok().finish(),
        _ => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Your work with an event goes here. It may see one twice: remember the ids that are done.
async fn handle(event: workos::Event) {
    let (name, id) = (event.data.name().escape_debug(), event.id.escape_debug());
    println!("{name} {id}");
}

/// There is an end to the slowest body.
async fn in_time(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = timeout(REQUEST, next.call(request)).await;
    response.unwrap_or_else(|_| Err(ErrorRequestTimeout("request timeout")))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    let secret = Secret::from_env("WORKOS_WEBHOOK_SECRET")?;
    let verifier = web::Data::new(workos::Verifier::new(secret));
    let (queue, mut events) = mpsc::channel(1000);
    let weak_queue = web::Data::new(queue.downgrade());
    let worker = rt::spawn(async move {
        while let Some(event) = events.recv().await {
            // In a task of its own, so that a panic costs no more than this event.
            if let Err(panic) = rt::spawn(handle(event)).await {
                eprintln!("{panic}");
            }
        }
    });

    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(in_time))
            .app_data(verifier.clone())
            .app_data(weak_queue.clone())
            .route("/webhooks/workos", web::post().to(receive))
    })
    // On a connection, only the first head has to come in time.
    .keep_alive(KeepAlive::Disabled)
    .client_request_timeout(HEAD)
    .workers(WORKERS)
    .max_connections(CONNECTIONS / WORKERS)
    .shutdown_timeout(REQUEST.as_secs())
    .disable_signals()
    .bind(address)?;
    for address in server.addrs() {
        println!("listening on {address}");
    }
    let server = server.run();
    let handle = server.handle();
    signal::on_signal(move || drop(handle.stop(true)))?;
    server.await?;
    drop(queue);
    Ok(worker.await?)
}
