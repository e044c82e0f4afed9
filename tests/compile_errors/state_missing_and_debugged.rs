// error[E0277]
// Event>: FromRequest<(), _>` is not satisfied
// Webhook<workos::Event>) {}
// not by the oldest: Verifier<E::Provider>: FromRef<S>, // the router's state is this verifier, or has a `FromRef` for it
// expected `Verifier<WorkOs>`, found `()`

use countersign::{axum::Webhook, workos};

#[axum::debug_handler]
async fn receive(_event: Webhook<workos::Event>) {}

fn main() {}
