// error[E0277]
// Event>>: FromRequest<Verifier<WorkOs>, _>` is not satisfied
// Option<Webhook<workos::Event>>) {}

use countersign::{axum::Webhook, workos};

#[axum::debug_handler(state = workos::Verifier)]
async fn receive(_event: Option<Webhook<workos::Event>>) {}

fn main() {}
