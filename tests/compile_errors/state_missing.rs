// error[E0308]: mismatched types
// expected `MethodRouter`, found `MethodRouter<Verifier<WorkOs>>`

use axum::{Router, routing::post};
use countersign::{axum::Webhook, workos};

async fn receive(_event: Webhook<workos::Event>) {}

fn main() {
    let _router: Router = Router::new().route("/", post(receive));
}
