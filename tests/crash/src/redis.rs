//! Two instances of `inbox_redis`.

use std::{
    collections::HashMap,
    env,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::{sleep, sleep_until};

use crate::{
    EVENTS_PER_SECOND, Failure,
    checks::Checks,
    effects::{Call, Effects},
    eventually,
    sender::{Answer, Event, SECRET, Sender, UNAVAILABLE},
    service::{self, Hanging, Services, control},
};

const NAMES: [&str; 2] = ["redis-1", "redis-2"];
const LEASE: Duration = Duration::from_secs(4);
/// From when an event was claimed until the call comes in, at most.
const UNDER_WAY: Duration = Duration::from_secs(2);

/// How much was wrong.
pub(crate) async fn run(instances: [SocketAddr; 2], load: Duration) -> Result<usize, Failure> {
    let mut checks = Checks::of("Redis: two services");
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
    let program = PathBuf::from(env::var("INBOX_REDIS")?);
    let effects = Effects::default();
    let other = effects.serve().await?;
    for (name, address) in NAMES.into_iter().zip(instances) {
        services.start(name, &program, &[], Some(address), move |process| {
            vec![
                ("ADDR", address.to_string()),
                ("EFFECT_URL", format!("http://{other}/{process}")),
                ("LEASE", LEASE.as_secs().to_string()),
                ("WORKOS_WEBHOOK_SECRET", SECRET.into()),
            ]
        })?;
    }
    let done = effects.clone();
    let sender = Sender::new(instances, move |key| !done.of(key).is_empty())?;

    let of = |at| Event::new(&format!("event_{at:06}"), "user.updated", "user_1", at);
    let mut events: Vec<Event> = (0..EVENTS_PER_SECOND * load.as_secs()).map(of).collect();
    let harassing = services.harass(load, Duration::ZERO);
    let restarting = tokio::spawn(restart_twice(load));
    sender.deliver_all(&events, load).await;
    checks.seconds("seconds: load");
    restarting.await??;
    harassing.join().expect("nothing panicked");

    hang(checks, &sender, &mut events).await?;
    checks.seconds("seconds: hanging server");
    let kills = services.kills();
    lose_a_lease(checks, &effects, services, &sender, &mut events).await?;
    services.end(checks);
    checks.seconds("seconds: leases, and the queue empty");
    sender.report(checks, events.len());

    let calls = effects.all();
    let missing = events
        .iter()
        .filter(|event| !calls.contains_key(&event.key()));
    checks.figure("events that were handled", calls.len());
    checks.exactly("events that are missing", missing.count(), 0);
    repetitions(checks, &sender, &calls, &kills)
}

/// Why anything was called for twice: the process was killed in between, or said itself that it could not know. What was
/// answered 200 is not called for again.
fn repetitions(
    checks: &mut Checks,
    sender: &Sender,
    calls: &HashMap<String, Vec<Call>>,
    kills: &[(usize, Instant)],
) -> Result<(), Failure> {
    let mut log = String::new();
    for name in NAMES {
        log += &service::log_of(name)?;
    }
    let done = sender.done();
    let (mut repeated, mut by_log, mut by_kill) = (0, 0, 0);
    let (mut too_soon, mut too_late) = (0, 0);
    for (key, calls) in calls.iter().filter(|(key, _)| !key.contains("pause")) {
        for call in calls.windows(2) {
            repeated += 1;
            let said_so = log.lines().any(|line| {
                let reasons = ["not recorded", "error sending request", "took longer"];
                line.contains(key) && reasons.iter().any(|reason| line.contains(reason))
            });
            // A call that is seen after the kill was made before.
            let was_killed =
                |(process, at): &(usize, Instant)| *process == call[0].process && *at < call[1].at;
            if said_so {
                by_log += 1;
            } else if kills.iter().any(was_killed) {
                by_kill += 1;
                too_soon += usize::from(call[1].at - call[0].at < LEASE - UNDER_WAY);
                too_late += usize::from(done.get(key).is_some_and(|done| *done < call[1].at));
            }
        }
    }
    checks.figure("calls that were repeated", repeated);
    checks.figure("  as the call or its record was cut off or late", by_log);
    checks.figure("  as the process was killed during the first", by_kill);
    checks.exactly("    before its lease had run out", too_soon, 0);
    checks.exactly("    after a delivery was answered 200", too_late, 0);
    checks.exactly("  without such a reason", repeated - by_kill - by_log, 0);
    Ok(())
}

/// Once in order, and once by SIGKILL.
async fn restart_twice(load: Duration) -> Result<(), Failure> {
    let started = Instant::now();
    let redis = control("REDIS")?;
    for (third, how) in [(1, &["stop"]), (2, &["kill"])] {
        sleep_until((started + load * third / 3).into()).await;
        service::run(&redis, how).await?;
        service::run(&redis, &["start"]).await?;
    }
    Ok(())
}

/// Redis takes connections and answers nothing.
async fn hang(
    checks: &mut Checks,
    sender: &Arc<Sender>,
    events: &mut Vec<Event>,
) -> Result<(), Failure> {
    let of = |at| Event::new(&format!("event_hang_{at}"), "user.updated", "hang", at);
    let hung: Vec<Event> = (0..20).map(of).collect();
    let hanging = Hanging::of(&control("REDIS")?.with_file_name("redis.pid"))?;
    let (answers, longest) = sender.attempt_all(&hung).await;
    drop(hanging);
    sender.deliver_all(&hung, Duration::from_secs(1)).await;
    events.extend(hung);
    let all_alike = answers.iter().all(|answer| *answer == UNAVAILABLE);
    checks.exactly("while Redis hangs, all answered 503", all_alike, true);
    let milliseconds = longest.as_millis();
    checks.that("  within milliseconds", milliseconds, milliseconds < 5000);
    Ok(())
}

/// A process that stands still in the middle for longer than its lease: what is documented to happen twice.
async fn lose_a_lease(
    checks: &mut Checks,
    effects: &Effects,
    services: &Services,
    sender: &Arc<Sender>,
    events: &mut Vec<Event>,
) -> Result<(), Failure> {
    let event = Event::new("event_pause", "user.updated", "pause", 0);
    let first = tokio::spawn({
        let (sender, event) = (sender.clone(), event.clone());
        async move { sender.attempt(&event, 0).await }
    });
    let calls = || effects.of(&event.key());
    eventually("it has called", async || !calls().is_empty()).await?;
    let stopped = calls()[0].process;
    services.signal("-STOP", |_, process| process == stopped);
    let meanwhile = sender.attempt(&event, 1).await;
    checks.exactly("a duplicate within the lease", meanwhile, UNAVAILABLE);
    checks.exactly("  calls", calls().len(), 1);
    sleep(LEASE).await;
    let afterwards = sender.attempt(&event, 1).await;
    let ok = Answer::Status {
        code: 200,
        retry_after: false,
    };
    checks.exactly(
        "a duplicate after a lease that nobody ended",
        afterwards,
        ok,
    );
    checks.exactly("  calls", calls().len(), 2);
    services.signal("-CONT", |_, process| process == stopped);
    let first = first.await?;
    let all_but_cut_off = [ok, UNAVAILABLE, Answer::Late].contains(&first);
    checks.that("  who was late", first, all_but_cut_off);
    checks.exactly("another duplicate", sender.attempt(&event, 1).await, ok);
    checks.exactly("  calls", calls().len(), 2);
    events.push(event);
    Ok(())
}
