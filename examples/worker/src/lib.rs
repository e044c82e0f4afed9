//! Receives webhooks of WorkOS in a Cloudflare Worker, whose secret is set by `wrangler secret put WORKOS_WEBHOOK_SECRET`.

use std::time::Duration;

use countersign::{Rejection, Secret, workos};
use futures_util::StreamExt;
use time::OffsetDateTime;
use worker::{Context, Date, Env, Request, Response, console_log, console_warn, event};

/// The largest body that is read: 1 MiB.
const LIMIT: usize = 1024 * 1024;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let secret = env.secret("WORKOS_WEBHOOK_SECRET")?.to_string();
    let secret = Secret::new(secret).map_err(|error| error.to_string())?;
    match receive(&workos::Verifier::new(secret), request).await {
        Ok(()) => Response::empty(),
        Err(rejection) => {
            console_warn!("webhook refused: {}: {rejection}", rejection.kind());
            Response::error(rejection.text(), rejection.status())
        }
    }
}

async fn receive(verifier: &workos::Verifier, mut request: Request) -> Result<(), Rejection> {
    let body = read(&mut request).await?;
    let headers: Vec<(String, String)> = request.headers().entries().collect();
    let now = OffsetDateTime::UNIX_EPOCH + Duration::from_millis(Date::now().as_millis());
    let delivery = verifier.receive_at(&headers, body, now)?;
    handle(delivery.event()?).await;
    Ok(())
}

async fn read(request: &mut Request) -> Result<Vec<u8>, Rejection> {
    let mut body = Vec::new();
    // What has no body has no stream.
    let Ok(mut chunks) = request.stream() else {
        return Ok(body);
    };
    while let Some(chunk) = chunks.next().await {
        body.append(&mut chunk.map_err(|_| Rejection::UnreadableBody)?);
        if body.len() > LIMIT {
            return Err(Rejection::BodyTooLarge);
        }
    }
    Ok(body)
}

/// Your work with an event goes here. It may see one twice: remember the ids that are done.
async fn handle(event: workos::Event) {
    let (name, id) = (event.data.name().escape_debug(), event.id.escape_debug());
    console_log!("{name} {id}");
}
