//! In one transaction.

use axum::{extract::State, http::StatusCode};
use countersign::{
    axum::Signed,
    inbox::{InboxKey, postgres},
    workos::WorkOs,
};
use deadpool_postgres::Pool;

use super::apply;
use crate::Error;

/// The handler.
pub async fn receive(State(pool): State<Pool>, delivery: Signed<WorkOs>) -> StatusCode {
    match once(&pool, &delivery).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE, // log it: it is delivered again
    }
}

async fn once(pool: &Pool, delivery: &Signed<WorkOs>) -> Result<(), Error> {
    let event = delivery.event()?;
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    let key = InboxKey::from(delivery);
    if transaction
        .execute(postgres::RECORD, &[&key.as_str()])
        .await?
        == 1
    {
        apply(&transaction, &event).await?; // your effects, by this transaction alone
    }
    Ok(transaction.commit().await?)
}
