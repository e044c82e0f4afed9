//! Kills the services `inbox_postgres` and `inbox_redis` and restarts their servers while events are delivered, and counts how
//! often each event was handled. Run by `.ci/crash`, beside servers of its own; takes about as many seconds as its argument.

mod checks;
mod effects;
mod postgres;
mod redis;
mod sender;
mod service;

use std::{
    env,
    error::Error,
    hash::{BuildHasher, RandomState},
    process::ExitCode,
    time::Duration,
};

use checks::Checks;
use service::Services;

type Failure = Box<dyn Error + Send + Sync>;

/// What the checks of hanging servers and of leases take.
const APART: u64 = 20;
const EVENTS_PER_SECOND: u64 = 63;

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let seconds: u64 = env::args()
        .nth(1)
        .ok_or("usage: countersign-crash SECONDS")?
        .parse()?;
    let of_load = seconds.saturating_sub(APART);
    let mut checks = Checks::start();
    let services = Services::default();
    let load = Duration::from_secs(of_load * 55 / 100);
    let ended = postgres::run(&mut checks, &services, load).await;
    services.kill_all();
    ended?;
    let services = Services::default();
    let load = Duration::from_secs(of_load * 30 / 100);
    let ended = redis::run(&mut checks, &services, load).await;
    services.kill_all();
    ended?;
    Ok(checks.end())
}

fn random(below: u64) -> u64 {
    RandomState::new().hash_one(()) % below
}

/// Asks again and again until it holds, for a minute.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Result<(), Failure> {
    for _ in 0..6000 {
        if holds().await {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(format!("not within a minute: {what}").into())
}
