// error[E0277]: `WorkOs` is not an event that can be decoded from a delivery
// Webhook<WorkOs>) {}
// not an event
// name the event, as in `Webhook<workos::Event>`; the provider belongs in `Signed<WorkOs>`, the delivery as it came in
// a type of your own can be taken if it implements `FromDelivery`

use countersign::{axum::Webhook, workos::WorkOs};

async fn receive(_event: Webhook<WorkOs>) {}

fn main() {}
