//! What the tests and the bench of the inbox share: connections to the servers, and a method for each statement.
//!
//! `.ci/with-servers` starts the servers and tells their addresses.

pub mod page;
mod postgres;
mod redis;

pub use self::{
    postgres::{Dead, Postgres, Schema, Taken},
    redis::Redis,
};

/// What fails in a test.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The address that `.ci/with-servers` tells.
///
/// # Panics
///
/// If it does not: a test that cannot be run has failed.
#[must_use]
pub fn address(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run `.ci/with-servers cargo test --manifest-path tests/inbox/Cargo.toml`")
    })
}

/// A name that no other test has, nor another run on the same servers.
fn name() -> String {
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        time::{SystemTime, UNIX_EPOCH},
    };
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = time.expect("a clock that is set").as_nanos();
    format!("test_{nanos}_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
