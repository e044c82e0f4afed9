use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
    time::Duration,
};

use countersign_inbox::{Dead, Postgres, Schema, Taken};
use futures_util::future::try_join_all;
use tokio::time::sleep;

const RUN_OUT: f64 = -1.0;
/// How often an event is tried.
const TRIES: i32 = 3;

/// The keys, in the order of the answer.
fn keys(taken: &[Taken]) -> Vec<&str> {
    taken.iter().map(|taken| taken.key.as_str()).collect()
}

async fn stored<const N: usize>(
    events: [(&str, Option<&str>); N],
) -> Result<Postgres, countersign_inbox::Error> {
    let inbox = Schema::new().await?.connect().await?;
    for (key, subject) in events {
        assert_eq!(inbox.store(key, subject, key.as_bytes()).await?, 1);
    }
    Ok(inbox)
}

#[tokio::test]
async fn gives_what_was_stored() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    let large = vec![0xff; 1 << 20];
    let longest = "k".repeat(770);
    let events: [(&str, Option<&str>, &[u8]); 4] = [
        ("it's", Some("o'\"\\"), b"{}"),
        ("empty", None, b""),
        ("large", Some(""), &large),
        (&longest, Some(&longest), b"\0"),
    ];
    for (key, subject, body) in events {
        assert_eq!(inbox.store(key, subject, body).await?, 1);
        assert_eq!(inbox.store(key, Some("other"), b"other").await?, 0);
    }
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(taken.len(), 4);
    for (taken, (key, subject, body)) in taken.iter().zip(events) {
        assert_eq!(taken.key, key);
        assert_eq!(taken.subject.as_deref(), subject, "{key}");
        assert!(taken.body == body, "{key}");
        assert_eq!(taken.attempts, 1, "{key}");
        assert_eq!(inbox.complete(key, &taken.token).await?, 1);
        assert_eq!(inbox.store(key, subject, body).await?, 0);
    }
    assert_eq!(inbox.take(60.0, 10, TRIES).await?, []);
    let bodies: i64 = inbox
        .query_one("SELECT count(body) FROM webhook_inbox", &[])
        .await?
        .get(0);
    assert_eq!(bodies, 0);
    Ok(())
}

#[tokio::test]
async fn the_oldest_first_and_no_more_than_asked_for() -> crate::Result {
    let inbox = stored([("z", None), ("b", None), ("a", None), ("c", None)]).await?;
    assert_eq!(inbox.take(60.0, 0, TRIES).await?, []);
    assert_eq!(keys(&inbox.take(60.0, 3, TRIES).await?), ["z", "b", "a"]);
    assert_eq!(keys(&inbox.take(60.0, 3, TRIES).await?), ["c"]);
    assert_eq!(inbox.take(60.0, 3, TRIES).await?, []);
    Ok(())
}

#[tokio::test]
async fn of_one_object_one_after_the_other() -> crate::Result {
    let inbox = stored([
        ("x1", Some("x")),
        ("x2", Some("x")),
        ("y1", Some("y")),
        ("x3", Some("x")),
        ("n", None),
    ])
    .await?;
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(keys(&taken), ["x1", "y1", "n"]);
    assert_eq!(inbox.take(60.0, 10, TRIES).await?, []);
    assert_eq!(inbox.complete("x1", &taken[0].token).await?, 1);
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(keys(&taken), ["x2"]);

    // Given back: it is still the first.
    assert_eq!(inbox.release("x2", &taken[0].token).await?, 1);
    let taken = inbox.take(RUN_OUT, 10, TRIES).await?;
    assert_eq!((keys(&taken), taken[0].attempts), (vec!["x2"], 1));
    // Stopped: too.
    let again = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(keys(&again), ["x2", "y1", "n"][..1]);
    assert_eq!(again[0].attempts, 2);
    assert_eq!(inbox.complete("x2", &taken[0].token).await?, 0);
    assert_eq!(inbox.fail("x2", &taken[0].token, "late", 0.0).await?, 0);
    assert_eq!(inbox.release("x2", &taken[0].token).await?, 0);
    assert_eq!(inbox.complete("x2", &again[0].token).await?, 1);
    assert_eq!(keys(&inbox.take(60.0, 10, TRIES).await?), ["x3"]);
    Ok(())
}

#[tokio::test]
async fn what_failed_is_tried_later_and_its_object_waits() -> crate::Result {
    let inbox = stored([("x1", Some("x")), ("x2", Some("x"))]).await?;
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(inbox.fail("x1", "another", "why", 60.0).await?, 0);
    assert_eq!(
        inbox.fail("x1", &taken[0].token, "it's why", 60.0).await?,
        1
    );
    assert_eq!(inbox.take(60.0, 10, TRIES).await?, []);
    assert_eq!(inbox.dead(TRIES).await?, []);

    inbox.is_later_by(60.0).await?;
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!((keys(&taken), taken[0].attempts), (vec!["x1"], 2));
    assert_eq!(inbox.complete("x1", &taken[0].token).await?, 1);
    let error: Option<String> = inbox
        .query_one("SELECT error FROM webhook_inbox WHERE key = 'x1'", &[])
        .await?
        .get(0);
    assert_eq!(error, None);
    assert_eq!(keys(&inbox.take(60.0, 10, TRIES).await?), ["x2"]);
    Ok(())
}

#[tokio::test]
async fn the_time_until_the_next_try_doubles() -> crate::Result {
    let inbox = stored([("a", None)]).await?;
    let mut of_longest = Vec::new();
    for attempt in 1..=40 {
        let taken = inbox.take(60.0, 1, 100).await?;
        assert_eq!(taken[0].attempts, attempt);
        assert_eq!(inbox.fail("a", &taken[0].token, "why", 10.0).await?, 1);
        let left =
            "SELECT extract(epoch FROM lease_until - clock_timestamp())::float8 FROM webhook_inbox";
        let left: f64 = inbox.query_one(left, &[]).await?.get(0);
        let longest = (10.0 * 2_f64.powi(attempt - 1)).min(3600.0);
        // Less what has passed since.
        assert!(
            (longest / 2.0 - 2.0..=longest).contains(&left),
            "{attempt}: {left} of {longest}"
        );
        of_longest.push(left / longest);
        inbox.is_later_by(3600.0).await?;
    }
    let (least, most) = (
        of_longest.iter().copied().reduce(f64::min),
        of_longest.iter().copied().reduce(f64::max),
    );
    assert!(
        least < Some(0.65) && most > Some(0.85),
        "{least:?} to {most:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_dead_letter_lets_the_others_pass() -> crate::Result {
    let inbox = stored([("x1", Some("x")), ("x2", Some("x")), ("x3", Some("x"))]).await?;
    for attempt in 1..=TRIES {
        let taken = inbox.take(60.0, 10, TRIES).await?;
        assert_eq!((keys(&taken), taken[0].attempts), (vec!["x1"], attempt));
        // It is being tried for the last time.
        assert_eq!(inbox.dead(TRIES).await?, []);
        assert_eq!(inbox.take(60.0, 10, TRIES).await?, []);
        assert_eq!(
            inbox
                .fail("x1", &taken[0].token, "it's broken", 0.0)
                .await?,
            1
        );
    }
    let dead = Dead {
        key: "x1".into(),
        subject: Some("x".into()),
        body: b"x1".into(),
        attempts: TRIES,
        error: Some("it's broken".into()),
    };
    assert_eq!(inbox.dead(TRIES).await?, [dead]);
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(keys(&taken), ["x2"]);

    // What was revived is the oldest again, but waits for what is under way.
    assert_eq!(inbox.revive("x1").await?, 1);
    assert_eq!(inbox.dead(TRIES).await?, []);
    assert_eq!(inbox.take(60.0, 10, TRIES).await?, []);
    assert_eq!(inbox.complete("x2", &taken[0].token).await?, 1);
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!((keys(&taken), taken[0].attempts), (vec!["x1"], 1));
    assert_eq!(inbox.complete("x1", &taken[0].token).await?, 1);
    assert_eq!(keys(&inbox.take(60.0, 10, TRIES).await?), ["x3"]);
    Ok(())
}

#[tokio::test]
async fn what_kills_its_worker_dies() -> crate::Result {
    let inbox = stored([("x1", Some("x")), ("x2", Some("x"))]).await?;
    let mut tokens = HashSet::new();
    for attempt in 1..=TRIES {
        let taken = inbox.take(RUN_OUT, 10, TRIES).await?;
        assert_eq!((keys(&taken), taken[0].attempts), (vec!["x1"], attempt));
        assert!(tokens.insert(taken[0].token.clone()));
    }
    assert_eq!(keys(&inbox.take(60.0, 10, TRIES).await?), ["x2"]);
    let dead = inbox.dead(TRIES).await?;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (
            dead[0].key.as_str(),
            dead[0].attempts,
            dead[0].error.as_deref()
        ),
        ("x1", TRIES, None)
    );
    Ok(())
}

#[tokio::test]
async fn dead_letters_are_told_in_order() -> crate::Result {
    let inbox = stored([("z", None), ("a", None), ("alive", None)]).await?;
    inbox.take(RUN_OUT, 2, 1).await?;
    let dead = inbox.dead(1).await?;
    assert_eq!(
        dead.iter()
            .map(|dead| dead.key.as_str())
            .collect::<Vec<_>>(),
        ["z", "a"]
    );
    Ok(())
}

#[tokio::test]
async fn revives_what_waits_and_nothing_else() -> crate::Result {
    let inbox = stored([("a", None)]).await?;
    assert_eq!(inbox.revive("unknown").await?, 0);
    let taken = inbox.take(60.0, 1, TRIES).await?;
    assert_eq!(inbox.revive("a").await?, 0);
    assert_eq!(inbox.fail("a", &taken[0].token, "why", 3600.0).await?, 1);
    assert_eq!(inbox.revive("a").await?, 1);
    let taken = inbox.take(RUN_OUT, 1, TRIES).await?;
    assert_eq!(taken[0].attempts, 1);
    // Its worker was stopped, and does not come back to it.
    assert_eq!(inbox.revive("a").await?, 1);
    assert_eq!(inbox.complete("a", &taken[0].token).await?, 0);
    let taken = inbox.take(60.0, 1, TRIES).await?;
    assert_eq!(inbox.complete("a", &taken[0].token).await?, 1);
    assert_eq!(inbox.revive("a").await?, 0);
    inbox.claim_new("leased", RUN_OUT).await?;
    assert_eq!(inbox.revive("leased").await?, 0);
    Ok(())
}

/// A later event of the object that failed does not hold up the earlier one.
#[tokio::test]
async fn what_was_revived_does_not_wait_for_what_failed() -> crate::Result {
    let inbox = stored([("x1", Some("x")), ("x2", Some("x"))]).await?;
    inbox.take(RUN_OUT, 1, 1).await?;
    let taken = inbox.take(60.0, 1, 1).await?;
    assert_eq!(keys(&taken), ["x2"]);
    assert_eq!(inbox.revive("x1").await?, 1);
    assert_eq!(inbox.take(60.0, 1, 1).await?, []);
    let token = &taken[0].token;
    assert_eq!(inbox.fail("x2", token, "why", 3600.0).await?, 1);
    assert_eq!(keys(&inbox.take(60.0, 1, 1).await?), ["x1"]);
    Ok(())
}

#[tokio::test]
async fn a_release_does_not_count() -> crate::Result {
    let inbox = stored([("a", None)]).await?;
    for _ in 0..5 {
        let taken = inbox.take(60.0, 1, 1).await?;
        assert_eq!(taken[0].attempts, 1);
        assert_eq!(inbox.release("a", &taken[0].token).await?, 1);
    }
    assert_eq!(inbox.dead(1).await?, []);
    Ok(())
}

/// What another has taken, and not committed yet, is passed over without waiting.
#[tokio::test]
async fn passes_over_what_is_locked() -> crate::Result {
    let schema = Schema::new().await?;
    let (first, second) = (schema.connect().await?, schema.connect().await?);
    for (key, subject) in [("x1", Some("x")), ("x2", Some("x")), ("n", None)] {
        assert_eq!(first.store(key, subject, b"").await?, 1);
    }
    first.batch_execute("BEGIN").await?;
    assert_eq!(keys(&first.take(60.0, 1, TRIES).await?), ["x1"]);
    second.batch_execute("SET lock_timeout = '5s'").await?;
    assert_eq!(keys(&second.take(60.0, 10, TRIES).await?), ["n"]);
    first.batch_execute("ROLLBACK").await?;
    assert_eq!(keys(&second.take(60.0, 10, TRIES).await?), ["x1"]);
    Ok(())
}

/// The order is that of storing, and not of committing.
#[tokio::test]
async fn an_earlier_one_that_is_seen_late_waits_for_what_is_under_way() -> crate::Result {
    let schema = Schema::new().await?;
    let (slow, inbox) = (schema.connect().await?, schema.connect().await?);
    slow.batch_execute("BEGIN").await?;
    slow.store("x1", Some("x"), b"").await?;
    inbox.store("x2", Some("x"), b"").await?;
    inbox.store("x3", Some("x"), b"").await?;
    let taken = inbox.take(60.0, 10, TRIES).await?;
    assert_eq!(keys(&taken), ["x2"]);
    slow.batch_execute("COMMIT").await?;
    assert_eq!(inbox.take(60.0, 10, TRIES).await?, []);
    assert_eq!(inbox.complete("x2", &taken[0].token).await?, 1);
    assert_eq!(keys(&inbox.take(60.0, 10, TRIES).await?), ["x1"]);
    Ok(())
}

/// The one way in which two events of an object can be under way at once, which the documentation tells: the earlier is
/// first seen (or revived) in the moment in which another worker takes the later one.
#[tokio::test]
async fn two_of_an_object_at_once() -> crate::Result {
    let schema = Schema::new().await?;
    let (slow, first, second) = (
        schema.connect().await?,
        schema.connect().await?,
        schema.connect().await?,
    );
    slow.batch_execute("BEGIN").await?;
    slow.store("x1", Some("x"), b"").await?;
    first.store("x2", Some("x"), b"").await?;
    first.batch_execute("BEGIN").await?;
    assert_eq!(keys(&first.take(60.0, 10, TRIES).await?), ["x2"]);
    slow.batch_execute("COMMIT").await?;
    assert_eq!(keys(&second.take(60.0, 10, TRIES).await?), ["x1"]);
    first.batch_execute("COMMIT").await?;
    Ok(())
}

/// Twenty workers and thousands of events, of which some fail and some are given back.
#[tokio::test(flavor = "multi_thread")]
async fn by_twenty_workers() -> crate::Result {
    const EVENTS: usize = 3000;
    const OBJECTS: usize = 40;
    let schema = Schema::new().await?;
    let inbox = schema.connect().await?;
    inbox
        .execute(
            "INSERT INTO webhook_inbox (key, position, subject, body)
             SELECT 'evt_' || n, n, CASE WHEN n % 10 > 0 THEN 'object_' || n % $2::int8 END, n::text::bytea
             FROM generate_series(1, $1::int8) AS n",
            &[&i64::try_from(EVENTS)?, &i64::try_from(OBJECTS)?],
        )
        .await?;
    let workers = try_join_all((0..20).map(|_| schema.connect())).await?;
    let under_way = Mutex::new(HashMap::new());
    let released = Mutex::new(HashSet::new());
    let done = Mutex::new(Vec::new());
    try_join_all(workers.iter().map(|inbox| async {
        while done.lock().expect("no panic").len() < EVENTS {
            let taken = inbox.take(30.0, 7, 10).await?;
            if taken.is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
            for event in &taken {
                if let Some(subject) = &event.subject {
                    let other = under_way
                        .lock()
                        .expect("no panic")
                        .insert(subject.clone(), event.key.clone());
                    assert_eq!(other, None, "together with {}", event.key);
                }
            }
            for event in taken {
                let number: usize = String::from_utf8(event.body)?.parse()?;
                // The next worker may have it as soon as it is given back.
                if let Some(subject) = &event.subject {
                    under_way.lock().expect("no panic").remove(subject);
                }
                let affected = match number % 17 {
                    0 if event.attempts == 1 => {
                        inbox.fail(&event.key, &event.token, "why", 0.01).await?
                    }
                    1 if released.lock().expect("no panic").insert(number) => {
                        inbox.release(&event.key, &event.token).await?
                    }
                    _ => {
                        done.lock().expect("no panic").push((event.subject, number));
                        inbox.complete(&event.key, &event.token).await?
                    }
                };
                assert_eq!(affected, 1, "{}", event.key);
            }
        }
        Ok::<_, countersign_inbox::Error>(())
    }))
    .await?;

    let done = done.into_inner()?;
    let each: HashSet<_> = done.iter().map(|(_, number)| number).collect();
    assert_eq!((done.len(), each.len()), (EVENTS, EVENTS));
    let mut of_object: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (subject, number) in &done {
        of_object
            .entry(subject.as_deref())
            .or_default()
            .push(*number);
    }
    of_object.remove(&None);
    assert_eq!(of_object.len(), OBJECTS * 9 / 10);
    for (subject, numbers) in of_object {
        assert!(numbers.is_sorted(), "{subject:?}: {numbers:?}");
    }
    Ok(())
}
