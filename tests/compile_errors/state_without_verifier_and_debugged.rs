// error[E0277]
// Event>: FromRequest<App, _>` is not satisfied
// Webhook<workos::Event>) {}
// not by the oldest: Verifier<E::Provider>: FromRef<S>, // the router's state is this verifier, or has a `FromRef` for it
// expected `Verifier<WorkOs>`, found `App`

use axum::extract::State;
use countersign::{axum::Webhook, workos};

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
}

#[axum::debug_handler]
async fn receive(_app: State<App>, _event: Webhook<workos::Event>) {}

fn main() {}
