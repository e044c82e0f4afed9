//! Two instances of `inbox_postgres` and a process that only works.

use std::{
    collections::{BTreeSet, HashMap},
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{
    join,
    task::JoinHandle,
    time::{sleep, sleep_until},
};
use tokio_postgres::{Client, NoTls};

use crate::{
    EVENTS_PER_SECOND, Failure,
    checks::Checks,
    eventually,
    sender::{Event, SECRET, Sender, UNAVAILABLE},
    service::{self, Hanging, Services, control},
};

const LEASE: Duration = Duration::from_secs(2);
const ATTEMPTS: &str = "8";
/// Few enough that several events of one wait at the same time.
const USERS: u64 = 400;

/// What makes handling fail, from outside: the service has no code for it. Whoever is to be killed or stopped says so by the
/// name of its connection.
const TROUBLE: &str = "
CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_first boolean := (SELECT max(attempts) = 1 FROM webhook_inbox WHERE key = NEW.key);
    kind text := split_part(NEW.key, '_', 2);
BEGIN
    IF kind = 'poison' THEN RAISE EXCEPTION 'poison'; END IF;
    IF kind = 'killer' OR kind = 'pause' AND is_first THEN
        PERFORM set_config('application_name', current_setting('application_name') || ' ' || kind, false);
    END IF;
    IF kind = 'pause' AND is_first THEN PERFORM pg_sleep(1); END IF;
    IF kind = 'killer' OR kind = 'slow' AND is_first THEN PERFORM pg_sleep(600); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trouble BEFORE INSERT ON effects FOR EACH ROW EXECUTE FUNCTION trouble();
-- As if the one who has just taken it had stood still, and another had it since.
CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE webhook_inbox SET token = 'of another' WHERE key = NEW.key;
    RETURN NULL;
END $$;
CREATE TRIGGER steal AFTER UPDATE ON webhook_inbox FOR EACH ROW
    WHEN (NEW.key LIKE '%_late' AND OLD.attempts = 0 AND NEW.attempts = 1) EXECUTE FUNCTION steal();
";

/// How much was wrong.
pub(crate) async fn run(instances: [SocketAddr; 2], load: Duration) -> Result<usize, Failure> {
    let mut checks = Checks::of("PostgreSQL: two services and a process that only works");
    let services = Services::default();
    let ended = run_with(&mut checks, &services, instances, load).await;
    services.kill_all();
    checks.print();
    ended.map(|()| checks.failed)
}

async fn run_with(
    checks: &mut Checks,
    services: &Services,
    instances: [SocketAddr; 2],
    load: Duration,
) -> Result<(), Failure> {
    let program = PathBuf::from(env::var("INBOX_POSTGRES")?);
    // Two deployments at once.
    let (one, other) = join!(
        service::run(&program, &["create"]),
        service::run(&program, &["create"])
    );
    one.and(other)?;
    connect().await?.batch_execute(TROUBLE).await?;

    for (name, mode, address) in [
        ("postgres-1", "serve", Some(instances[0])),
        ("postgres-2", "serve", Some(instances[1])),
        ("postgres-3", "work", None),
    ] {
        let environment = move |_| environment(name, address);
        services.start(name, &program, &[mode], address, environment)?;
    }
    let sender = Sender::new(instances, |_| true)?;
    let killer = Killer::start(services);

    let planned = dead_on_arrival();
    let mut events = planned.clone();
    let of_users = EVENTS_PER_SECOND * load.as_secs();
    events.extend((0..of_users).map(of_user));
    let harassing = services.harass(load, LEASE * 3 / 2);
    let restarting = tokio::spawn(restart_twice(load));
    sender.deliver_all(&events, load).await;
    checks.seconds("seconds: load");
    restarting.await??;
    harassing.join().expect("nothing panicked");

    let sql = connect().await?;
    hang(checks, &sender, &mut events).await?;
    checks.seconds("seconds: hanging server");
    lose_a_lease(checks, &sql, services, &sender, &mut events).await?;
    let waits = format!(
        "SELECT count(*) FROM webhook_inbox
        WHERE body IS NOT NULL AND (attempts < {ATTEMPTS} OR lease_until >= clock_timestamp())"
    );
    eventually("an empty queue", async || count(&sql, &waits).await == 0).await?;
    let kills = killer.end().await;
    checks.that(
        "processes killed by one event",
        kills,
        (2..=8).contains(&kills),
    );
    services.end(checks);
    checks.seconds("seconds: leases, and the queue empty");
    sender.report(checks, events.len());

    effects(checks, &sql, &events, &planned).await?;
    let planned = BTreeSet::from_iter(planned.iter().map(Event::key));
    checks.exactly("dead letters", dead(&program)?.len(), planned.len());
    checks.exactly(
        "  which are those planned",
        dead(&program)? == planned,
        true,
    );
    let wrong = wrong_users(&sql, of_users).await?;
    checks.exactly("users that are not as their newest event says", wrong, 0);
    Ok(())
}

/// How often each event was handled.
async fn effects(
    checks: &mut Checks,
    sql: &Client,
    events: &[Event],
    planned: &[Event],
) -> Result<(), Failure> {
    let attempts = "SELECT count(*) FROM webhook_inbox WHERE attempts > 1";
    let mut effects = HashMap::new();
    let all = "SELECT key, count(*) FROM effects GROUP BY key";
    for row in sql.query(all, &[]).await? {
        effects.insert(row.get::<_, String>(0), row.get::<_, i64>(1));
    }
    let planned = BTreeSet::from_iter(planned.iter().map(Event::key));
    let expected = BTreeSet::from_iter(events.iter().map(Event::key));
    let expected: BTreeSet<_> = expected.difference(&planned).collect();
    let missing = |key: &&&String| !effects.contains_key(**key);
    let missing = expected.iter().filter(missing).count();
    let twice = effects.values().filter(|effects| **effects > 1).count();
    let unplanned = effects.keys().filter(|key| !expected.contains(key));
    checks.figure(
        "events that were begun more than once",
        count(sql, attempts).await,
    );
    checks.exactly("events that were handled", effects.len(), expected.len());
    checks.exactly("events that are missing", missing, 0);
    checks.exactly("events that were handled twice", twice, 0);
    checks.exactly("dead letters that were handled", unplanned.count(), 0);
    Ok(())
}

fn environment(name: &str, address: Option<SocketAddr>) -> Vec<(&'static str, String)> {
    let url = env::var("DATABASE_URL").expect("set, as the driver is connected");
    let mut environment = vec![
        ("DATABASE_URL", format!("{url}?application_name={name}")),
        ("WORKOS_WEBHOOK_SECRET", SECRET.into()),
        ("WORKERS", "2".into()),
        ("LEASE", LEASE.as_secs().to_string()),
        ("ATTEMPTS", ATTEMPTS.into()),
        ("BACKOFF", "0.05".into()),
    ];
    environment.extend(address.map(|address| ("ADDR", address.to_string())));
    environment
}

/// What can never be handled: its handler fails, its worker is killed, it does not decode.
fn dead_on_arrival() -> Vec<Event> {
    let of = |name: &str| Event::new(&format!("event_{name}"), "user.updated", name, 0);
    let mut events: Vec<Event> = ["poison_1", "poison_2", "poison_3", "killer"]
        .map(of)
        .into();
    events.extend(["broken_1", "broken_2"].map(|name| {
        let mut event = of(name);
        event.body = event
            .body
            .replace(r#""id":"broken"#, r#""id":7,"was":"broken"#);
        event
    }));
    events
}

/// Three events of one user come one after the other. The last of ten tells that the user is deleted.
fn of_user(at: u64) -> Event {
    let name = if is_deletion(at) {
        "user.deleted"
    } else {
        "user.updated"
    };
    Event::new(&format!("event_{at:06}"), name, &user(at), at)
}

fn user(at: u64) -> String {
    format!("user_{}", at / 3 % USERS)
}

fn is_deletion(at: u64) -> bool {
    at % 10 == 9
}

async fn wrong_users(sql: &Client, of_users: u64) -> Result<usize, Failure> {
    let mut expected = HashMap::new();
    for at in 0..of_users {
        let email = (!is_deletion(at)).then(|| format!("{at}@example.com"));
        expected.insert(user(at), email);
    }
    expected.retain(|_, email| email.is_some());
    let mut found = HashMap::new();
    let users = "SELECT id, email FROM users WHERE id LIKE 'user%'";
    for row in sql.query(users, &[]).await? {
        found.insert(row.get::<_, String>(0), row.get::<_, Option<String>>(1));
    }
    let differ = expected
        .iter()
        .filter(|(id, email)| found.get(*id) != Some(email));
    let too_many = found.keys().filter(|id| !expected.contains_key(*id));
    Ok(differ.count() + too_many.count())
}

async fn restart_twice(load: Duration) -> Result<(), Failure> {
    let started = Instant::now();
    for third in 1..=2 {
        sleep_until((started + load * third / 3).into()).await;
        service::run(&control("POSTGRES")?, &["restart", "--mode", "immediate"]).await?;
    }
    Ok(())
}

/// The database takes connections and answers nothing.
async fn hang(
    checks: &mut Checks,
    sender: &Arc<Sender>,
    events: &mut Vec<Event>,
) -> Result<(), Failure> {
    let of = |at| Event::new(&format!("event_hang_{at}"), "user.updated", "hang", at);
    let hung: Vec<Event> = (0..20).map(of).collect();
    let pid_file = control("POSTGRES")?.with_file_name("data/postmaster.pid");
    let hanging = Hanging::of(&pid_file)?;
    let (answers, longest) = sender.attempt_all(&hung).await;
    drop(hanging);
    sender.deliver_all(&hung, Duration::from_secs(1)).await;
    events.extend(hung);
    let all_alike = answers.iter().all(|answer| *answer == UNAVAILABLE);
    checks.exactly(
        "while the database hangs, all answered 503",
        all_alike,
        true,
    );
    let milliseconds = longest.as_millis();
    checks.that("  within milliseconds", milliseconds, milliseconds < 5000);
    Ok(())
}

/// Work that takes longer than its lease, and a process that stands still in the middle for longer than that.
async fn lose_a_lease(
    checks: &mut Checks,
    sql: &Client,
    services: &Services,
    sender: &Arc<Sender>,
    events: &mut Vec<Event>,
) -> Result<(), Failure> {
    let of = |name: &str| Event::new(&format!("event_{name}"), "user.updated", name, 0);
    for (name, what) in [
        ("slow", "slow work, in the attempt"),
        ("late", "work that another has meanwhile, in the attempt"),
    ] {
        let event = of(name);
        sender.clone().deliver(event.clone(), 0).await;
        let effects = format!("SELECT count(*) FROM effects WHERE key = '{}'", event.key());
        eventually(what, async || count(sql, &effects).await > 0).await?;
        // As soon as it is done by the second, if the first did nothing.
        let attempts = format!(
            "SELECT attempts::bigint FROM webhook_inbox WHERE key = '{}'",
            event.key()
        );
        checks.exactly(what, count(sql, &attempts).await, 2);
        checks.exactly("  effects", count(sql, &effects).await, 1);
        events.push(event);
    }

    let pause = of("pause");
    sender.clone().deliver(pause.clone(), 0).await;
    let mut name = None;
    eventually("somebody handles it", async || {
        name = asking_for(sql, "pause").await.ok().flatten();
        name.is_some()
    })
    .await?;
    services.signal("-STOP", |it, _| Some(it) == name.as_deref());
    let effects = "SELECT count(*) FROM effects WHERE key = 'workos//event_pause'";
    eventually("another one has done it", async || {
        count(sql, effects).await > 0
    })
    .await?;
    services.signal("-CONT", |it, _| Some(it) == name.as_deref());
    sleep(LEASE).await;
    checks.exactly(
        "work whose process stood still, effects",
        count(sql, effects).await,
        1,
    );
    events.push(pause);
    Ok(())
}

/// Kills whoever handles the event that kills.
struct Killer {
    stop: Arc<AtomicBool>,
    kills: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Killer {
    fn start(services: &Services) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let kills = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(kill(services.clone(), stop.clone(), kills.clone()));
        Self { stop, kills, task }
    }

    async fn end(self) -> usize {
        self.stop.store(true, Relaxed);
        self.task.await.expect("nothing panicked");
        self.kills.load(Relaxed)
    }
}

async fn kill(services: Services, stop: Arc<AtomicBool>, kills: Arc<AtomicUsize>) {
    while !stop.load(Relaxed) {
        // Anew each time the database is restarted.
        let Ok(sql) = connect().await else {
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let mut is_killed = false;
        while !stop.load(Relaxed) {
            let Ok(name) = asking_for(&sql, "killer").await else {
                break;
            };
            // Its connection stays for a while.
            if let Some(name) = name.as_ref().filter(|_| !is_killed) {
                services.kill(name);
                kills.fetch_add(1, Relaxed);
            }
            is_killed = name.is_some();
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The process whose connection says so.
async fn asking_for(sql: &Client, what: &str) -> Result<Option<String>, tokio_postgres::Error> {
    let names = "SELECT split_part(application_name, ' ', 1) FROM pg_stat_activity
        WHERE split_part(application_name, ' ', 2) = $1 AND wait_event = 'PgSleep'";
    Ok(sql
        .query(names, &[&what])
        .await?
        .first()
        .map(|row| row.get(0)))
}

/// As an operator sees them.
fn dead(program: &Path) -> Result<BTreeSet<String>, Failure> {
    let output = Command::new(program)
        .arg("dead")
        .env("ATTEMPTS", ATTEMPTS)
        .output()?;
    let lines = String::from_utf8(output.stdout)?;
    let key = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    Ok(lines.lines().map(key).collect())
}

async fn count(sql: &Client, query: &str) -> i64 {
    let row = sql.query_one(query, &[]).await;
    row.expect("the database is there").get(0)
}

async fn connect() -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(&env::var("DATABASE_URL")?, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
