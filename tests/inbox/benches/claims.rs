//! Claims a second, beside the least that a server can do for the same: an insertion into a table of keys, and a `SET`
//! of a key that is not there. Fails if a statement comes to less than nine tenths of that. Duplicates are told too, but the
//! bare ones learn less: not whether the event is done.
//!
//!     .ci/with-servers cargo bench --locked --manifest-path tests/inbox/Cargo.toml [-- postgres | redis]
//!
//! Each round runs all contenders, one after the other, with the same connections; what is told is the median of the rounds.

use std::time::{Duration, Instant};

use countersign::inbox::{postgres, redis as scripts};
use countersign_inbox::{Error, Postgres, Redis, Schema};
use futures_util::future::try_join_all;
use redis::{Cmd, Script, Value, cmd};
use tokio_postgres::Statement;

const ROUNDS: usize = 21;
const ROUND: Duration = Duration::from_millis(400);
const LEAST: f64 = 0.9;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut is_slow = false;
    let only = std::env::args()
        .nth(1)
        .filter(|only| !only.starts_with('-'));
    let is_wanted = |name| only.as_deref().is_none_or(|only| only == name);
    for connections in [1, 32] {
        if is_wanted("postgres") {
            is_slow |= of_postgres(connections).await?;
        }
        if is_wanted("redis") {
            is_slow |= of_redis(connections).await?;
        }
    }
    if is_slow {
        Err(format!("less than {LEAST} of the bare statement").into())
    } else {
        Ok(())
    }
}

async fn of_postgres(connections: usize) -> Result<bool, Error> {
    let schema = Schema::new().await?;
    let inboxes = try_join_all((0..connections).map(|_| schema.connect())).await?;
    inboxes[0]
        .batch_execute("CREATE TABLE bare (key text PRIMARY KEY)")
        .await?;
    let statements = [
        "INSERT INTO bare (key) VALUES ($1) ON CONFLICT DO NOTHING",
        postgres::RECORD,
        postgres::CLAIM,
    ];
    // Each of a connection's statements, once prepared, is one message there and one back.
    let prepared = try_join_all(inboxes.iter().map(async |inbox| {
        try_join_all(statements.map(|statement| inbox.prepare(statement))).await
    }))
    .await?;
    let mut is_slow = false;
    for fresh in [true, false] {
        let mut rates = [const { Vec::new() }; 3];
        for round in 0..ROUNDS {
            for (which, rates) in rates.iter_mut().enumerate() {
                let start = Instant::now();
                let counts = try_join_all(inboxes.iter().zip(&prepared).enumerate().map(
                    async |(n, (inbox, prepared))| {
                        let mut count = 0;
                        while start.elapsed() < ROUND {
                            let key = key(which, fresh.then_some((round, n, count)));
                            ask(inbox, &prepared[which], which, &key, fresh).await?;
                            count += 1;
                        }
                        Ok::<_, Error>(count)
                    },
                ))
                .await?;
                rates.push(rate(counts, start));
            }
        }
        let [bare, record, claim] = rates.map(median);
        let what = if fresh { "new" } else { "duplicate" };
        println!("PostgreSQL, connections {connections:2}, {what:9}: bare {bare:6.0}/s");
        let parts = [tell("RECORD", record, bare), tell("CLAIM", claim, bare)];
        is_slow |= fresh && parts.iter().any(|part| *part < LEAST);
    }
    Ok(is_slow)
}

/// Runs the statement, and makes sure of its answer.
async fn ask(
    inbox: &Postgres,
    statement: &Statement,
    which: usize,
    key: &str,
    is_fresh: bool,
) -> Result<(), Error> {
    let is_new = if which == 2 {
        let row = inbox.query_one(statement, &[&key, &3600.0]).await?;
        row.get::<_, &str>("claim") == "new"
    } else {
        inbox.execute(statement, &[&key]).await? == 1
    };
    if is_new == is_fresh {
        Ok(())
    } else {
        Err(format!("{key}: {is_new}").into())
    }
}

async fn of_redis(connections: usize) -> Result<bool, Error> {
    let first = Redis::new().await?;
    let mut inboxes = try_join_all((0..connections).map(|_| first.connect())).await?;
    let load = cmd("SCRIPT").arg("LOAD").arg(scripts::CLAIM).to_owned();
    let _: String = load.query_async(&mut inboxes[0].connection).await?;
    let hash = Script::new(scripts::CLAIM).get_hash().to_owned();
    let mut is_slow = false;
    for fresh in [true, false] {
        let mut rates = [const { Vec::new() }; 2];
        for round in 0..ROUNDS {
            for (which, rates) in rates.iter_mut().enumerate() {
                let start = Instant::now();
                let counts =
                    try_join_all(inboxes.iter_mut().enumerate().map(async |(n, inbox)| {
                        let mut count = 0;
                        while start.elapsed() < ROUND {
                            let key = key(which, fresh.then_some((round, n, count)));
                            let key = inbox.key(&key);
                            let is_new = match which {
                                0 => !matches!(
                                    set(&key).query_async(&mut inbox.connection).await?,
                                    Value::Nil
                                ),
                                _ => {
                                    let claim = cmd("EVALSHA")
                                        .arg(&hash)
                                        .arg(1)
                                        .arg(&key)
                                        .arg(3_600_000)
                                        .to_owned();
                                    let answer: Vec<String> =
                                        claim.query_async(&mut inbox.connection).await?;
                                    answer[0] == "new"
                                }
                            };
                            if is_new != fresh {
                                return Err::<_, Error>(format!("{key}: {is_new}").into());
                            }
                            count += 1;
                        }
                        Ok(count)
                    }))
                    .await?;
                rates.push(rate(counts, start));
            }
        }
        let [bare, claim] = rates.map(median);
        let what = if fresh { "new" } else { "duplicate" };
        println!("Redis,      connections {connections:2}, {what:9}: bare {bare:6.0}/s");
        is_slow |= tell("CLAIM", claim, bare) < LEAST && fresh;
    }
    Ok(is_slow)
}

/// A key of the usual length: the one of this round, connection and number, or the very first.
fn key(which: usize, fresh: Option<(usize, usize, u32)>) -> String {
    let (round, connection, number) = fresh.unwrap_or_default();
    format!("{which}//event_{round:08}_{connection:03}_{number:012}")
}

fn set(key: &str) -> Cmd {
    cmd("SET")
        .arg(key)
        .arg("1785000000.000000")
        .arg("NX")
        .arg("PX")
        .arg(3_600_000)
        .to_owned()
}

fn rate(counts: Vec<u32>, start: Instant) -> f64 {
    f64::from(counts.iter().sum::<u32>()) / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The part of the bare rate.
fn tell(name: &str, rate: f64, bare: f64) -> f64 {
    let part = rate / bare;
    println!("    {name:6} {rate:6.0}/s, {part:.2} of it");
    part
}
