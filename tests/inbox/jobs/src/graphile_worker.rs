//! With graphile_worker 0.14, which has sqlx 0.9.

use countersign::{
    inbox::{InboxKey, postgres::RECORD},
    workos::Delivery,
};
use graphile_worker::{JobSpec, WorkerUtils};
use sqlx::PgPool;

use crate::Error;

/// Enqueues the event, unless it was before.
pub async fn enqueue(
    pool: &PgPool,
    worker: WorkerUtils,
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
        let mut jobs = worker.with_executor(&mut *tx);
        jobs.add_raw_job("workos", body, JobSpec::default()).await?;
    }
    tx.commit().await?;
    Ok(())
}
