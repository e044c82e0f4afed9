//! Order.

use countersign::{inbox::postgres, workos::Event};
use deadpool_postgres::Transaction;

use crate::Error;

/// Whether to apply it.
pub async fn is_newer(
    transaction: &Transaction<'_>,
    event: &Event,
    is_deleted: bool,
) -> Result<bool, Error> {
    let Some(subject) = event.subject() else {
        return Ok(true); // it is about no object
    };
    let subject = subject.to_string();
    let microseconds = i64::try_from(event.occurred_at().unix_timestamp_nanos() / 1000)?;
    let watermark = transaction
        .execute(
            postgres::APPLY_IF_NEWER,
            &[&subject, &microseconds, &is_deleted],
        )
        .await?;
    Ok(watermark == 1)
}
