//! Queued.

use axum::{extract::State, http::StatusCode};
use countersign::{
    axum::Signed,
    inbox::{InboxKey, postgres},
    workos::{Event, WorkOs},
};
use deadpool_postgres::{Client, Pool};

use super::apply;
use crate::Error;

/// The handler.
pub async fn receive(State(pool): State<Pool>, delivery: Signed<WorkOs>) -> StatusCode {
    match store(&pool, &delivery).await {
        Ok(()) => StatusCode::OK,                  // also for a duplicate
        Err(_) => StatusCode::SERVICE_UNAVAILABLE, // log it: it is delivered again
    }
}

async fn store(pool: &Pool, delivery: &Signed<WorkOs>) -> Result<(), Error> {
    let key = InboxKey::from(delivery);
    // What does not decode is stored too. It becomes a dead letter, and not a delivery that the provider gives up.
    let event = delivery.event().ok();
    let subject = event
        .as_ref()
        .and_then(Event::subject)
        .map(|it| it.to_string());
    let client = pool.get().await?;
    client
        .execute(
            postgres::STORE,
            &[&key.as_str(), &subject, &delivery.body()],
        )
        .await?;
    Ok(())
}

/// Handles one event that waits, if there is one.
pub async fn work(client: &mut Client) -> Result<bool, Error> {
    // For 30 seconds; one; which is tried 10 times.
    let Some(row) = client
        .query_opt(postgres::TAKE, &[&30.0, &1_i64, &10])
        .await?
    else {
        return Ok(false);
    };
    let (key, token): (&str, &str) = (row.get("key"), row.get("token"));
    if let Err(error) = handle(client, key, token, row.get("body")).await {
        client
            .execute(postgres::FAIL, &[&key, &token, &error.to_string(), &5.0])
            .await?;
    }
    Ok(true)
}

async fn handle(client: &mut Client, key: &str, token: &str, body: &[u8]) -> Result<(), Error> {
    let event = Event::from_json(body)?;
    let transaction = client.transaction().await?;
    if transaction
        .execute(postgres::COMPLETE, &[&key, &token])
        .await?
        == 1
    {
        apply(&transaction, &event).await?;
        transaction.commit().await?;
    } // else the lease had run out, and another worker has the event
    Ok(())
}
