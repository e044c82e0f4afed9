//! With sqlxmq 0.6, which has sqlx 0.8.

use countersign::{
    inbox::{InboxKey, postgres::RECORD},
    workos::Delivery,
};
use sqlx_08::{self as sqlx, PgPool};
use sqlxmq::JobBuilder;

use crate::Error;

/// Enqueues the event, unless it was before.
pub async fn enqueue(pool: &PgPool, delivery: &Delivery<'_>) -> Result<(), Error> {
    let key = InboxKey::from(delivery);
    let mut tx = pool.begin().await?;
    let recorded = sqlx::query(RECORD)
        .bind(key.as_str())
        .execute(&mut *tx)
        .await?;
    if recorded.rows_affected() == 1 {
        JobBuilder::new("workos")
            .set_raw_bytes(delivery.body())
            .spawn(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
