//! Each statement in each state, on real servers.

mod apply;
mod claim;

mod clock;
mod create;
mod hang;
mod plan;
mod queue;
mod record;
mod redis;
mod sqlx;
mod trips;

type Result = std::result::Result<(), countersign_inbox::Error>;
