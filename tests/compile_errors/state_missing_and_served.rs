// error[E0277]
// Router<Verifier<WorkOs>>: Service<IncomingStream<

use axum::{Router, routing::post};
use countersign::{axum::Webhook, workos};
use tokio::net::TcpListener;

async fn receive(_event: Webhook<workos::Event>) {}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let router = Router::new().route("/", post(receive));
    axum::serve(listener, router).await
}

fn main() {}
