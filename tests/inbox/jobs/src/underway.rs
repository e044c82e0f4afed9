//! With underway 0.2, which has sqlx 0.8.

use countersign::{
    inbox::{InboxKey, postgres::RECORD},
    workos::Delivery,
};
use sqlx_08::{self as sqlx, PgPool};
use underway::Job;

use crate::Error;

/// Enqueues the event, unless it was before.
pub async fn enqueue(
    pool: &PgPool,
    job: &Job<String, ()>,
    delivery: &Delivery<'_>,
) -> Result<(), Error> {
    let key = InboxKey::from(delivery);
    let body = String::from_utf8(delivery.body().to_vec())?;
    let mut tx = pool.begin().await?;
    let recorded = sqlx::query(RECORD)
        .bind(key.as_str())
        .execute(&mut *tx)
        .await?;
    if recorded.rows_affected() == 1 {
        job.enqueue_using(&mut *tx, &body).await?;
    }
    tx.commit().await?;
    Ok(())
}
