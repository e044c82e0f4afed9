//! Receives webhooks of WorkOS in a Lambda function, behind an API Gateway or a function URL. Reads
//! `WORKOS_WEBHOOK_SECRET` when it starts. How large a body can be is bounded by Lambda: 6 MB.
//!
//! `WORKOS_WEBHOOK_SECRET=made-up cargo lambda watch`, in this directory, serves it on port 9000, whatever the path. With
//! the same secret, `countersign send http://127.0.0.1:9000/ --provider workos` is the other side.

use std::convert::Infallible;

use countersign::{Rejection, Secret, workos};
use lambda_http::{Body, Error, Request, Response, run, service_fn, tracing};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let verifier = workos::Verifier::new(Secret::from_env("WORKOS_WEBHOOK_SECRET")?);
    run(service_fn(|request| respond(&verifier, request))).await
}

async fn respond(
    verifier: &workos::Verifier,
    request: Request,
) -> Result<Response<Body>, Infallible> {
    Ok(match receive(verifier, request).await {
        Ok(()) => Response::default(),
        Err(rejection) => {
            tracing::warn!(kind = rejection.kind(), reason = %rejection, "webhook refused");
            rejection.into()
        }
    })
}

async fn receive(verifier: &workos::Verifier, request: Request) -> Result<(), Rejection> {
    // The bytes as they were sent: what the gateway has put into base64, `lambda_http` has decoded.
    let delivery = verifier.receive(request.headers(), request.body())?;
    handle(delivery.event()?).await;
    Ok(())
}

/// Your work with an event goes here. It may see one twice: remember the ids that are done.
async fn handle(event: workos::Event) {
    tracing::info!(event = event.data.name(), id = event.id, "webhook handled");
}
