//! An event is recorded and a job for it is enqueued in one transaction, so that there is one job for each event.

pub mod graphile_worker;
pub mod sqlxmq;
pub mod underway;

/// What fails.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
