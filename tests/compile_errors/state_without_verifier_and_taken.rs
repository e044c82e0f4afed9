// error[E0277]
// {receive}: Handler<
// Consider using `#[axum::debug_handler]` to improve the error message

use axum::{Router, extract::State, routing::post};
use countersign::{axum::Webhook, workos};

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
}

async fn receive(_app: State<App>, _event: Webhook<workos::Event>) {}

fn router(app: App) -> Router {
    Router::new().route("/", post(receive)).with_state(app)
}

fn main() {}
