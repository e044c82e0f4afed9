//! Leased.

use std::time::Duration;

use ::redis::{RedisResult, Script, aio::MultiplexedConnection};
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
use tokio::time::timeout;

use crate::Error;

const LEASE: u64 = 30_000; // in milliseconds
const WORK: Duration = Duration::from_secs(20); // less than the lease
const REMEMBERED: u64 = 90 * 24 * 60 * 60 * 1000;

/// The handler.
pub async fn receive(
    State(mut redis): State<MultiplexedConnection>,
    delivery: Signed<WorkOs>,
) -> Response {
    let again = (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "30")]).into_response();
    let key = InboxKey::from(&delivery);
    let token = match claim(&mut redis, &key).await {
        Ok((Claim::New, Some(token))) => token,
        Ok((Claim::Done, _)) => return StatusCode::OK.into_response(),
        Ok(_) | Err(_) => return again, // in progress: never 2xx, as the other one may fail
    };
    if let Ok(Ok(())) = timeout(WORK, apply(&key, &delivery)).await {
        let complete = Script::new(redis::COMPLETE);
        let mut complete = complete.key(key.as_str());
        let _: RedisResult<bool> = complete
            .arg(&token)
            .arg(REMEMBERED)
            .invoke_async(&mut redis)
            .await;
        StatusCode::OK.into_response()
    } else {
        let release = Script::new(redis::RELEASE);
        let _: RedisResult<bool> = release
            .key(key.as_str())
            .arg(&token)
            .invoke_async(&mut redis)
            .await;
        again
    }
}

async fn claim(
    redis: &mut MultiplexedConnection,
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
