// error[E0277]
// Event>: FromRequestParts<Verifier<WorkOs>>` is not satisfied
// Webhook<workos::Event>, _verifier

use axum::extract::State;
use countersign::{axum::Webhook, workos};

#[axum::debug_handler]
async fn receive(_event: Webhook<workos::Event>, _verifier: State<workos::Verifier>) {}

fn main() {}
