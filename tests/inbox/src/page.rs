//! The functions of the page `guide::receiving`, which quotes them.

pub mod lease;
pub mod order;
pub mod queue;
pub mod transaction;

use countersign::workos;
use deadpool_postgres::Transaction;

use crate::Error;

/// Stands for the user's effects.
async fn apply(transaction: &Transaction<'_>, event: &workos::Event) -> Result<(), Error> {
    let effect = "INSERT INTO effects (id) VALUES ($1)";
    transaction.execute(effect, &[&event.id]).await?;
    Ok(())
}
