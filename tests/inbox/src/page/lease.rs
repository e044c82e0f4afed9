//! Leased.

use std::time::Duration;

use ::redis::{RedisResult, Script, aio::ConnectionManager};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use countersign::{
    axum::Signed,
    inbox::{Claim, InboxKey, redis},
    workos::WorkOs,
};
use tokio::{spawn, time::timeout};

use crate::Error;

const LEASE: u64 = 30_000; // in milliseconds
const WORK: Duration = Duration::from_secs(20); // less than the lease
const REMEMBERED: u64 = 90 * 24 * 60 * 60 * 1000;

/// The handler.
pub async fn receive(
    State(redis): State<ConnectionManager>, // which connects anew when Redis was restarted
    delivery: Signed<WorkOs>,
) -> Response {
    // In a task of its own: axum drops a handler whose client hangs up, be it in the middle of the work.
    match spawn(handle(redis, delivery)).await {
        Ok(true) => StatusCode::OK.into_response(),
        Ok(false) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "30")]).into_response()
        }
    }
}

/// Whether it is handled, now or before.
async fn handle(mut redis: ConnectionManager, delivery: Signed<WorkOs>) -> bool {
    let key = InboxKey::from(&delivery);
    let token = match claim(&mut redis, &key).await {
        Ok((Claim::New, Some(token))) => token,
        Ok((Claim::Done, _)) => return true,
        Ok(_) | Err(_) => return false, // in progress: never 2xx, as the other one may fail
    };
    let is_handled = matches!(timeout(WORK, apply(&key, &delivery)).await, Ok(Ok(())));
    let script = Script::new(if is_handled {
        redis::COMPLETE
    } else {
        redis::RELEASE
    });
    let mut script = script.key(key.as_str());
    script.arg(&token);
    if is_handled {
        script.arg(REMEMBERED);
    }
    // Log it if that fails: then the lease runs out.
    let _: RedisResult<bool> = script.invoke_async(&mut redis).await;
    is_handled
}

async fn claim(
    redis: &mut ConnectionManager,
    key: &InboxKey,
) -> Result<(Claim, Option<String>), Error> {
    let claim = Script::new(redis::CLAIM);
    let answer: Vec<String> = claim
        .key(key.as_str())
        .arg(LEASE)
        .invoke_async(redis)
        .await?;
    let mut answer = answer.into_iter();
    let claim = answer.next().unwrap_or_default().parse()?;
    Ok((claim, answer.next()))
}

/// Stands for the user's effects.
async fn apply(_: &InboxKey, _: &Signed<WorkOs>) -> Result<(), Error> {
    Ok(())
}
