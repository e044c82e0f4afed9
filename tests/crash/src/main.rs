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
    time::{Duration, Instant},
};

use service::free_addresses;
use tokio::{join, time::sleep};

type Failure = Box<dyn Error + Send + Sync>;

/// What the checks of hanging servers and of leases take, and the last retries before them.
const APART: u64 = 30;
/// Of each of the two.
const EVENTS_PER_SECOND: u64 = 36;

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let seconds: u64 = env::args()
        .nth(1)
        .ok_or("usage: countersign-crash SECONDS")?
        .parse()?;
    let load = Duration::from_secs(seconds.saturating_sub(APART).max(10));
    let [first, second, third, fourth] = free_addresses()?;
    let (postgres, redis) = join!(
        postgres::run([first, second], load),
        redis::run([third, fourth], load)
    );
    let failed = postgres? + redis?;
    println!("{failed} wrong");
    Ok(match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn random(below: u64) -> u64 {
    RandomState::new().hash_one(()) % below
}

/// Asks again and again until it holds, for a minute.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Result<(), Failure> {
    let started = Instant::now();
    while !holds().await {
        if started.elapsed() > Duration::from_secs(60) {
            return Err(format!("not within a minute: {what}").into());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
