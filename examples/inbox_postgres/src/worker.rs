//! What happens with an event after it was answered.

use std::time::Duration;

use countersign::{
    inbox::postgres,
    workos::{Event, EventData},
};
use deadpool_postgres::{Client, Pool, Transaction};
use tokio::{select, task::JoinSet, time::sleep};
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{Error, Parameters, Settings, execute, in_time, reason};

/// How long a worker that found nothing waits.
const IDLE: Duration = Duration::from_millis(500);
/// What is under way may go on for so long when the process is told to stop: less than `signal` allows.
const GRACE: Duration = Duration::from_secs(20);

/// An example of yours.
pub(crate) const CREATE: &str = "\
CREATE TABLE IF NOT EXISTS users (id text PRIMARY KEY, email text);
CREATE TABLE IF NOT EXISTS effects (key text NOT NULL)";

/// Your work: what it does by the transaction happens once. What it does elsewhere may happen again: hand on the key there, as
/// in the example `inbox_redis`.
async fn apply(transaction: &Transaction<'_>, key: &str, event: Event) -> Result<(), Error> {
    transaction
        .execute("INSERT INTO effects (key) VALUES ($1)", &[&key])
        .await?;
    let subject = event.subject().map(|subject| subject.to_string());
    let microseconds = i64::try_from(event.occurred_at().unix_timestamp_nanos() / 1000)?;
    let (user, is_deleted) = match event.data {
        EventData::UserCreated(user) | EventData::UserUpdated(user) => (user, false),
        EventData::UserDeleted(user) => (user, true),
        _ => return Ok(()),
    };
    // Events come in any order, so an older one does not overwrite what a newer one has told.
    let is_newer = transaction
        .execute(
            postgres::APPLY_IF_NEWER,
            &[&subject, &microseconds, &is_deleted],
        )
        .await?;
    if is_newer == 0 {
        return Ok(());
    }
    if is_deleted {
        let delete = "DELETE FROM users WHERE id = $1";
        transaction.execute(delete, &[&user.id]).await?;
    } else {
        let upsert = "INSERT INTO users (id, email) VALUES ($1, $2)
            ON CONFLICT (id) DO UPDATE SET email = excluded.email";
        transaction
            .execute(upsert, &[&user.id, &user.email])
            .await?;
    }
    Ok(())
}

/// An event that this worker has for the time of the lease.
#[derive(Clone)]
struct Job {
    key: String,
    token: String,
    body: Vec<u8>,
    attempts: i32,
}

/// Takes one event after the other until it is told to stop.
pub(crate) async fn work(pool: Pool, settings: Settings, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match in_time(take(&pool, &settings)).await {
            Ok(Some((client, job))) => {
                let key = job.key.clone();
                // What cannot be written down either is taken again when the lease has run out.
                if let Err(error) = handle(&pool, &settings, &stop, client, job).await {
                    warn!(
                        key,
                        error = reason(&*error),
                        "neither handled nor given back"
                    );
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => warn!(error = reason(&*error), "nothing taken"),
        }
        select! {
            () = sleep(IDLE) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// With the connection, as each start counts: where none is free, nothing is taken.
async fn take(pool: &Pool, settings: &Settings) -> Result<Option<(Client, Job)>, Error> {
    let client = pool.get().await?;
    let lease = settings.lease.as_secs_f64();
    let row = client
        .query_opt(postgres::TAKE, &[&lease, &1_i64, &settings.attempts])
        .await?;
    Ok(row.map(|row| {
        let job = Job {
            key: row.get("key"),
            token: row.get("token"),
            body: row.get("body"),
            attempts: row.get("attempts"),
        };
        (client, job)
    }))
}

async fn handle(
    pool: &Pool,
    settings: &Settings,
    stop: &CancellationToken,
    client: Client,
    job: Job,
) -> Result<(), Error> {
    let Job { key, token, .. } = &job;
    let is_last = job.attempts >= settings.attempts;
    if is_last {
        warn!(key, "last attempt");
    }
    let limit = settings.lease * 3 / 4;
    let cancel = client.cancel_token();
    // In a task of its own, so that a panic costs no more than this event.
    let mut task = JoinSet::new();
    task.spawn(once(client, job.clone(), limit));
    let (failed, is_over) = select! {
        Some(ended) = task.join_next() => match ended {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => (Some(reason(&*error)), true),
            Err(_) => (Some("panicked".to_owned()), true),
        },
        () = sleep(limit) => (Some(format!("not done in {limit:?}")), false),
        () = overdue(stop) => (None, false),
    };
    if !is_over {
        // Or the server goes on with a statement that nobody waits for, and holds the event as long.
        in_time(async { Ok(cancel.cancel_query(NoTls).await?) }).await?;
        task.shutdown().await;
    }
    let Some(failed) = failed else {
        info!(key, "given back");
        execute(pool, postgres::RELEASE, &[key, token]).await?;
        return Ok(());
    };
    if is_last {
        error!(key, failed, "dead letter");
    } else {
        warn!(key, failed, "to be tried again");
    }
    let parameters: Parameters<'_> = &[key, token, &failed, &settings.backoff];
    execute(pool, postgres::FAIL, parameters).await?;
    Ok(())
}

/// Does all of it in one transaction, or nothing.
async fn once(mut client: Client, job: Job, limit: Duration) -> Result<(), Error> {
    let transaction = client.transaction().await?;
    // The server too ends a transaction whose process stands still, as another worker cannot begin before.
    let milliseconds = limit.as_millis();
    let limits = format!(
        "SET LOCAL statement_timeout = {milliseconds};
        SET LOCAL idle_in_transaction_session_timeout = {milliseconds}"
    );
    transaction.batch_execute(&limits).await?;
    // First, so that whoever's lease has run out does nothing.
    let is_mine = transaction
        .execute(postgres::COMPLETE, &[&job.key, &job.token])
        .await?;
    if is_mine == 0 {
        info!(key = job.key, "somebody else has it");
        return Ok(());
    }
    let event = Event::from_json(&job.body)?;
    apply(&transaction, &job.key, event).await?;
    Ok(transaction.commit().await?)
}

async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    sleep(GRACE).await;
}
