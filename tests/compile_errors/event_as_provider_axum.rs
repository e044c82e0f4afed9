// error[E0277]
// FromRequest<Verifier<WorkOs>, _>` is not satisfied
// Signed<workos::Event>) {}
// not by the oldest: impl<P, S> FromRequest<S> for Signed<P>
// not by the oldest: P: Provider, // such as `WorkOs`, and not an event

use countersign::{axum::Signed, workos};

#[axum::debug_handler(state = workos::Verifier)]
async fn receive(_delivery: Signed<workos::Event>) {}

fn main() {}
