//! Receives webhooks of WorkOS with actix-web: answers as soon as an event is queued, and handles it afterwards.
//! Reads `WORKOS_WEBHOOK_SECRET` and `ADDR`; `examples/send.rs` is the other side. The queue is in memory: what must
//! outlive a crash has to be stored before it is answered, which is what `Signed` is for.

use std::{env, error::Error};

use actix_web::{App, HttpResponse, HttpServer, rt, web};
use countersign::{Secret, actix::Webhook, workos};
use tokio::sync::mpsc;

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

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
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
            .app_data(verifier.clone())
            .app_data(weak_queue.clone())
            .route("/webhooks/workos", web::post().to(receive))
    })
    .bind(address)?
    .shutdown_timeout(5);
    for address in server.addrs() {
        println!("listening on {address}");
    }
    server.run().await?; // until Ctrl-C or SIGTERM
    drop(queue);
    Ok(worker.await?)
}
