//! A whole service whose work with an event of WorkOS is done elsewhere, by a call of another service, on any number of
//! machines: whoever has the lease in Redis makes the call, and the delivery is answered when that is done.
//!
//! Receives at `/webhooks/workos` and sends each event on to `EFFECT_URL`, with its key as `Idempotency-Key`. Reads `REDIS_URL`,
//! `WORKOS_WEBHOOK_SECRET`, `ADDR`, and `LEASE` in seconds (10).
//!
//! Any process may be killed at any time. One that is killed between the call and its record in Redis has called, and the event
//! is handled again: so there is an idempotency key.

use std::{env, error, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRef, State},
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::post,
};
use countersign::{
    axum::Signed,
    inbox::{
        Claim, InboxKey,
        redis::{CLAIM, COMPLETE, RELEASE},
    },
    workos::{self, WorkOs},
};
use redis::{
    Client, FromRedisValue, Script, ToRedisArgs,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

#[path = "../../serve.rs"]
mod serve;
#[path = "../../signal.rs"]
mod signal;

type Error = Box<dyn error::Error + Send + Sync>;

/// How long Redis may take for one script. With two of them and the call, WorkOS has its answer within 5 s.
const IN_TIME: Duration = Duration::from_secs(1);
/// How long the call may take. The lease is longer, by more than this and what Redis may take.
const CALL: Duration = Duration::from_secs(2);
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
    inbox: Inbox,
    client: reqwest::Client,
    effect_url: String,
    tasks: TaskTracker,
}

impl FromRef<App> for workos::Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// 200 says that the event is handled. Anything else is delivered again.
async fn receive(State(app): State<App>, delivery: Signed<WorkOs>) -> Response {
    let tasks = app.tasks.clone();
    // In a task of its own, which goes on if the client hangs up.
    match tasks.spawn(handle(app, delivery)).await {
        Ok(true) => StatusCode::OK.into_response(),
        Ok(false) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")]).into_response()
        }
    }
}

/// Whether it is handled, now or before.
async fn handle(app: App, delivery: Signed<WorkOs>) -> bool {
    let key = InboxKey::from(&delivery);
    let token = match app.inbox.claim(&key).await {
        Ok((Claim::New, Some(token))) => token,
        Ok((Claim::Done, _)) => return true,
        Ok(_) => {
            info!(%key, "somebody else has it");
            return false;
        }
        Err(error) => {
            warn!(%key, %error, "not claimed");
            return false;
        }
    };
    if let Err(error) = call(&app, &key, delivery).await {
        warn!(%key, error = %error.without_url(), "failed");
        // If that fails too, the lease will run out.
        if let Err(error) = app.inbox.release(&key, &token).await {
            warn!(%key, %error, "not given back");
        }
        return false;
    }
    match app.inbox.complete(&key, &token).await {
        Ok(true) => {}
        Ok(false) => warn!(%key, "took longer than its lease: it may have happened twice"),
        // Still it has happened, and is not to be delivered again.
        Err(error) => warn!(%key, %error, "not recorded"),
    }
    true
}

/// Your work, such as an e-mail that is to be sent: it happens again after a crash, unless the other side knows the key. For
/// `https`, reqwest needs one of its features for TLS.
async fn call(app: &App, key: &InboxKey, delivery: Signed<WorkOs>) -> reqwest::Result<()> {
    app.client
        .post(&app.effect_url)
        .header("Idempotency-Key", key.as_str())
        .body(delivery.into_body())
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

#[derive(Clone)]
struct Inbox {
    /// Connects when there is something to do, and anew when the connection has died.
    redis: ConnectionManager,
    scripts: Arc<Scripts>,
    lease: Duration,
}

struct Scripts {
    claim: Script,
    complete: Script,
    release: Script,
}

impl Inbox {
    async fn claim(&self, key: &InboxKey) -> Result<(Claim, Option<String>), Error> {
        let lease = milliseconds(self.lease);
        let answer: Vec<String> = self.run(&self.scripts.claim, key, &[lease]).await?;
        let mut answer = answer.into_iter();
        let claim = answer.next().unwrap_or_default().parse()?;
        Ok((claim, answer.next()))
    }

    async fn complete(&self, key: &InboxKey, token: &str) -> Result<bool, Error> {
        let remembered = milliseconds(REMEMBERED);
        let arguments = [token, &remembered];
        self.run(&self.scripts.complete, key, &arguments).await
    }

    async fn release(&self, key: &InboxKey, token: &str) -> Result<bool, Error> {
        self.run(&self.scripts.release, key, &[token]).await
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &InboxKey,
        arguments: &[impl ToRedisArgs],
    ) -> Result<T, Error> {
        let mut redis = self.redis.clone();
        let mut script = script.key(key.as_str());
        for argument in arguments {
            script.arg(argument);
        }
        // Around all of it, as the manager tries to connect several times.
        Ok(timeout(IN_TIME, script.invoke_async(&mut redis)).await??)
    }
}

fn milliseconds(duration: Duration) -> String {
    duration.as_millis().to_string()
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let lease = setting("LEASE").unwrap_or_else(|_| "10".into()).parse()?;
    let lease = Duration::try_from_secs_f64(lease)?;
    if lease < CALL + 2 * IN_TIME {
        return Err("LEASE is too short for what may happen meanwhile".into());
    }
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(IN_TIME))
        .set_max_delay(IN_TIME / 2);
    let client = Client::open(setting("REDIS_URL")?)?;
    let inbox = Inbox {
        redis: ConnectionManager::new_lazy_with_config(client, config)?,
        scripts: Arc::new(Scripts {
            claim: Script::new(CLAIM),
            complete: Script::new(COMPLETE),
            release: Script::new(RELEASE),
        }),
        lease,
    };
    let tasks = TaskTracker::new();
    let app = App {
        verifier: workos::Verifier::new(workos::Secret::from_env("WORKOS_WEBHOOK_SECRET")?),
        inbox,
        client: reqwest::Client::builder().timeout(CALL).build()?,
        effect_url: setting("EFFECT_URL")?,
        tasks: tasks.clone(),
    };
    let router = Router::new()
        .route("/webhooks/workos", post(receive))
        .with_state(app);

    let stop = CancellationToken::new();
    let stopping = stop.clone();
    signal::on_signal(move || stopping.cancel())?;
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = serve::listen(address.parse()?)?;
    info!("listening on {}", listener.local_addr()?);
    serve::serve(listener, router, stop).await;
    tasks.close();
    tasks.wait().await;
    Ok(())
}

fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set"))
}
