//! A whole service that handles each event of WorkOS once, on any number of machines: a delivery is kept in PostgreSQL before
//! it is answered, and workers handle it afterwards, in the transaction of its effects.
//!
//! ```text
//! countersign-inbox-postgres create       makes the tables, once, before the rest is started
//! countersign-inbox-postgres serve        receives at /webhooks/workos, and works
//! countersign-inbox-postgres work         works and does not receive
//! countersign-inbox-postgres dead         lists the dead letters
//! countersign-inbox-postgres revive KEY   lets one be tried again
//! countersign-inbox-postgres purge        forgets what was handled 90 days ago, once a day
//! ```
//!
//! Reads `DATABASE_URL`, `WORKOS_WEBHOOK_SECRET`, `ADDR`, and what `Settings` says. Any process may be killed at any time.

use std::{env, error, str::FromStr, time::Duration};

use axum::{
    Router,
    extract::{FromRef, State},
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::post,
};
use countersign::{
    axum::Signed,
    inbox::{InboxKey, postgres},
    workos::{self, Event, WorkOs},
};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::{task::JoinSet, time::timeout};
use tokio_postgres::{NoTls, error::DbError, types::ToSql};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

#[path = "../../serve.rs"]
mod serve;
#[path = "../../signal.rs"]
mod signal;
mod worker;

type Error = Box<dyn error::Error + Send + Sync>;

/// How long the database may take for one statement. WorkOS wants an answer within 5 s.
const IN_TIME: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 16;
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

#[derive(Clone)]
struct Settings {
    /// `WORKERS`: events that one process handles at the same time. Of 0, it only receives.
    workers: usize,
    /// `LEASE`, in seconds: when an event whose worker was killed is taken by another. A quarter less is what handling
    /// one may take.
    lease: Duration,
    /// `ATTEMPTS`: how often an event is tried before it is a dead letter.
    attempts: i32,
    /// `BACKOFF`, in seconds: after how long it is tried again for the first time, which doubles each time.
    backoff: f64,
}

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
    pool: Pool,
}

impl FromRef<App> for workos::Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Answers 200 to what is stored, now or before. Anything else is delivered again. Also what does not decode is stored, and
/// becomes a dead letter.
async fn receive(State(app): State<App>, delivery: Signed<WorkOs>) -> Response {
    let key = InboxKey::from(&delivery);
    // What does not decode is about nothing.
    let event = delivery.event().ok();
    let subject = event.as_ref().and_then(Event::subject);
    let subject = subject.map(|subject| subject.to_string());
    let parameters: Parameters<'_> = &[&key.as_str(), &subject, &delivery.body()];
    match execute(&app.pool, postgres::STORE, parameters).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(error) => {
            warn!(%key, error = reason(&*error), "not stored");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")]).into_response()
        }
    }
}

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// How many rows are affected.
async fn execute(pool: &Pool, statement: &str, parameters: Parameters<'_>) -> Result<u64, Error> {
    in_time(async { Ok(pool.get().await?.execute(statement, parameters).await?) }).await
}

async fn in_time<T>(statement: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(IN_TIME, statement).await?
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let settings = Settings {
        workers: setting("WORKERS", 4)?,
        lease: Duration::try_from_secs_f64(setting("LEASE", 60.0)?)?,
        attempts: setting("ATTEMPTS", 10)?,
        backoff: setting("BACKOFF", 5.0)?,
    };
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["serve" | "work"] = arguments[..] {
        return run(settings, arguments == ["serve"]).await;
    }
    let client = pool(1, Duration::ZERO)?.get().await?;
    match arguments[..] {
        ["create"] => {
            // Together, as the first of them lets one process at a time do so.
            let create = [postgres::CREATE, worker::CREATE].concat();
            client.batch_execute(&create).await?;
        }
        ["dead"] => {
            for row in client.query(postgres::DEAD, &[&settings.attempts]).await? {
                let (key, attempts): (&str, i32) = (row.get("key"), row.get("attempts"));
                let error: Option<&str> = row.get("error");
                let error = error.unwrap_or("its worker never told");
                println!("{key} after {attempts} attempts: {error}");
            }
        }
        ["revive", key] => match client.execute(postgres::REVIVE, &[&key]).await? {
            0 => return Err("there is no such dead letter".into()),
            _ => println!("{key} waits again"),
        },
        ["purge"] => {
            let seconds = REMEMBERED.as_secs_f64();
            let forgotten = client.execute(postgres::PURGE, &[&seconds]).await?;
            println!("{forgotten} events forgotten");
        }
        _ => return Err("usage: create|serve|work|dead|revive KEY|purge".into()),
    }
    Ok(())
}

/// Until Ctrl-C or SIGTERM. Then nothing new is begun, and what is under way is ended.
async fn run(settings: Settings, receives: bool) -> Result<(), Error> {
    let pool = pool(CONNECTIONS + settings.workers, IN_TIME)?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    signal::on_signal(move || stopping.cancel())?;
    let mut workers = JoinSet::new();
    for _ in 0..settings.workers {
        workers.spawn(worker::work(pool.clone(), settings.clone(), stop.clone()));
    }
    if receives {
        let secret = workos::Secret::from_env("WORKOS_WEBHOOK_SECRET")?;
        let verifier = workos::Verifier::new(secret);
        let router = Router::new()
            .route("/webhooks/workos", post(receive))
            .with_state(App { verifier, pool });
        let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
        let listener = serve::listen(address.parse()?)?;
        info!("listening on {}", listener.local_addr()?);
        serve::serve(listener, router, stop).await;
    }
    workers.join_all().await;
    Ok(())
}

/// Connects when there is something to do, and anew when a connection has died or hangs. It is without TLS: over a network, put
/// that in place of `NoTls`.
fn pool(size: usize, statement_timeout: Duration) -> Result<Pool, Error> {
    let url = env::var("DATABASE_URL").map_err(|_| "DATABASE_URL is not set")?;
    let mut config: tokio_postgres::Config = url.parse()?;
    // So that the server too ends what nobody waits for any more.
    let milliseconds = statement_timeout.as_millis();
    let options = format!(
        "{} -c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={milliseconds}",
        config.get_options().unwrap_or_default()
    );
    config.options(options);
    let recycling_method = RecyclingMethod::Verified;
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method });
    let pool = Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(IN_TIME))
        .create_timeout(Some(IN_TIME))
        .recycle_timeout(Some(IN_TIME / 3))
        .build()?;
    Ok(pool)
}

/// What is at the bottom of it, without the data that PostgreSQL tells of a row.
fn reason(mut error: &(dyn error::Error + 'static)) -> String {
    while let Some(cause) = error.source() {
        error = cause;
    }
    match error.downcast_ref::<DbError>() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

fn setting<T: FromStr>(name: &str, default: T) -> Result<T, Error> {
    match env::var(name) {
        Ok(text) => Ok(text
            .parse()
            .map_err(|_| format!("{name} is not a number"))?),
        Err(_) => Ok(default),
    }
}
