// error[E0277]
// Event` is not a provider of webhooks
// not a provider
// name the provider and not its event, as in `Signed<WorkOs>` or `Verifier<WorkOs>`; the event belongs in `Webhook`
// a provider of your own is a type that implements `Provider`

use actix_web::{Route, web};
use countersign::{actix::Signed, workos};

async fn receive(_delivery: Signed<workos::Event>) -> &'static str {
    ""
}

fn main() {
    let _route: Route = web::post().to(receive);
}
