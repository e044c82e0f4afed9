// error[E0277]
// Event: serde::Deserialize<'de>` is not satisfied
// Json<workos::Event>) {}

use axum::Json;
use countersign::workos;

#[axum::debug_handler]
async fn receive(_event: Json<workos::Event>) {}

fn main() {}
