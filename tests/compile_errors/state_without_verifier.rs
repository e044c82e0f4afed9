// error[E0308]: mismatched types
// expected `Verifier<WorkOs>`, found `App`

use axum::{Router, routing::post};
use countersign::{axum::Webhook, workos};

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
}

async fn receive(_event: Webhook<workos::Event>) {}

fn router(app: App) -> Router {
    Router::new().route("/", post(receive)).with_state(app)
}

fn main() {}
