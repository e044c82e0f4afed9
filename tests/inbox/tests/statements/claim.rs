use std::time::Duration;

use countersign::inbox::Claim::{Done, InProgress, New};
use countersign_inbox::Schema;
use futures_util::future::try_join_all;
use tokio::time::sleep;
use tokio_postgres::error::SqlState;

/// For how long a lease lasts that has run out when it is given.
const RUN_OUT: f64 = -1.0;

#[tokio::test]
async fn in_each_state() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    let first = inbox.claim_new("a", 60.0).await?;
    assert_eq!(inbox.claim("a", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.complete("a", "another").await?, 0);
    assert_eq!(inbox.release("a", "another").await?, 0);
    assert_eq!(inbox.complete("b", &first).await?, 0);
    assert_eq!(inbox.release("b", &first).await?, 0);
    assert_eq!(inbox.claim("a", 60.0).await?, (InProgress, None));

    assert_eq!(inbox.release("a", &first).await?, 1);
    assert_eq!(inbox.release("a", &first).await?, 0);
    assert_eq!(inbox.complete("a", &first).await?, 0);
    let second = inbox.claim_new("a", 60.0).await?;
    assert_ne!(first, second);
    assert_eq!(inbox.complete("a", &first).await?, 0);
    assert_eq!(inbox.release("a", &first).await?, 0);
    assert_eq!(inbox.complete("a", &second).await?, 1);
    assert_eq!(inbox.claim("a", 60.0).await?, (Done, None));
    assert_eq!(inbox.complete("a", &second).await?, 0);
    assert_eq!(inbox.release("a", &second).await?, 0);
    assert_eq!(inbox.claim("a", 60.0).await?, (Done, None));
    assert_eq!(inbox.record("a").await?, 0);
    Ok(())
}

#[tokio::test]
async fn of_what_another_way_has() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    assert_eq!(inbox.record("recorded").await?, 1);
    assert_eq!(inbox.claim("recorded", 60.0).await?, (Done, None));
    assert_eq!(inbox.store("queued", None, b"").await?, 1);
    assert_eq!(inbox.claim("queued", 60.0).await?, (InProgress, None));
    let taken = inbox.take(RUN_OUT, 1, 5).await?;
    assert_eq!(inbox.claim("queued", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.complete("queued", &taken[0].token).await?, 1);
    assert_eq!(inbox.claim("queued", 60.0).await?, (Done, None));
    let token = inbox.claim_new("claimed", RUN_OUT).await?;
    assert_eq!(inbox.store("claimed", None, b"").await?, 0);
    assert_eq!(inbox.record("claimed").await?, 0);
    assert_eq!(inbox.take(60.0, 1, 5).await?, []);
    assert_eq!(inbox.complete("claimed", &token).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_lease_that_has_run_out() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    let first = inbox.claim_new("a", RUN_OUT).await?;
    let second = inbox.claim_new("a", 60.0).await?;
    assert_ne!(first, second);
    assert_eq!(inbox.claim("a", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.complete("a", &first).await?, 0);
    assert_eq!(inbox.release("a", &first).await?, 0);
    assert_eq!(inbox.claim("a", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.complete("a", &second).await?, 1);
    assert_eq!(inbox.claim("a", 60.0).await?, (Done, None));

    // Nobody has asked for it meanwhile.
    let late = inbox.claim_new("b", RUN_OUT).await?;
    assert_eq!(inbox.complete("b", &late).await?, 1);
    assert_eq!(inbox.claim("b", 60.0).await?, (Done, None));
    let late = inbox.claim_new("c", RUN_OUT).await?;
    assert_eq!(inbox.release("c", &late).await?, 1);
    inbox.claim_new("c", 60.0).await?;
    Ok(())
}

#[tokio::test]
async fn the_lease_lasts_for_as_many_seconds() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    inbox.claim_new("a", 90.5).await?;
    let left =
        "SELECT extract(epoch FROM lease_until - clock_timestamp())::float8 FROM webhook_inbox";
    let left: f64 = inbox.query_one(left, &[]).await?.get(0);
    assert!((80.0..=90.5).contains(&left), "{left}");

    inbox.claim_new("b", 0.3).await?;
    while inbox.claim("b", 60.0).await?.0 == InProgress {
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(inbox.claim("b", 60.0).await?, (InProgress, None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn by_fifty_at_once() -> crate::Result {
    let schema = Schema::new().await?;
    let connections = try_join_all((0..50).map(|_| schema.connect())).await?;
    for round in 0..40 {
        let key = format!("round {round}");
        // In every other round, somebody was stopped before.
        if round % 2 == 1 {
            connections[0].claim_new(&key, RUN_OUT).await?;
        }
        let claims = try_join_all(connections.iter().map(|inbox| inbox.claim(&key, 60.0))).await?;
        let tokens: Vec<_> = claims
            .iter()
            .filter_map(|(_, token)| token.as_deref())
            .collect();
        assert_eq!(
            claims.iter().filter(|(claim, _)| *claim == New).count(),
            1,
            "{key}"
        );
        assert_eq!(
            claims
                .iter()
                .filter(|(claim, _)| *claim == InProgress)
                .count(),
            49,
            "{key}"
        );
        assert_eq!(tokens.len(), 1, "{key}");
        assert_eq!(connections[1].complete(&key, tokens[0]).await?, 1);
        let claims = try_join_all(connections.iter().map(|inbox| inbox.claim(&key, 60.0))).await?;
        assert!(claims.iter().all(|claim| *claim == (Done, None)), "{key}");
    }
    Ok(())
}

/// A lease runs out while fifty ask for it again and again: they get it one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn by_fifty_when_it_runs_out() -> crate::Result {
    let schema = Schema::new().await?;
    let connections = try_join_all((0..50).map(|_| schema.connect())).await?;
    connections[0].claim_new("a", 0.5).await?;
    let got = try_join_all(connections.iter().map(|inbox| async {
        loop {
            match inbox.claim("a", 60.0).await? {
                (New, _) => return Ok::<_, tokio_postgres::Error>(1),
                (InProgress, None) => {}
                other => panic!("{other:?}"),
            }
            let left =
                "SELECT lease_until > clock_timestamp() + interval '5 seconds' FROM webhook_inbox";
            if inbox.query_one(left, &[]).await?.get(0) {
                return Ok(0);
            }
        }
    }))
    .await?;
    assert_eq!(got.iter().sum::<i32>(), 1);
    Ok(())
}

/// The row of the other one is there when it is to be written, and was not when it was looked for.
#[tokio::test]
async fn of_what_is_committed_meanwhile() -> crate::Result {
    for (other, claim) in [
        ("CLAIM", InProgress),
        ("RECORD", InProgress),
        ("STORE", InProgress),
    ] {
        let schema = Schema::new().await?;
        let (first, second, observer) = (
            schema.connect().await?,
            schema.connect().await?,
            schema.connect().await?,
        );
        let (first_pid, second_pid) = (first.pid().await?, second.pid().await?);
        first.batch_execute("BEGIN").await?;
        match other {
            "CLAIM" => first.claim_new("a", 60.0).await.map(drop)?,
            "RECORD" => first.record("a").await.map(drop)?,
            _ => first.store("a", None, b"").await.map(drop)?,
        }
        let commit = async {
            observer.until_blocked(second_pid, first_pid).await?;
            first.batch_execute("COMMIT").await
        };
        let (answer, committed) = tokio::join!(second.claim("a", 60.0), commit);
        committed?;
        assert_eq!(answer?, (claim, None), "{other}");
    }
    Ok(())
}

/// A row that was run out, and is taken, given back or done by another while this one waits for it.
#[tokio::test]
async fn of_what_changes_meanwhile() -> crate::Result {
    for (other, claim) in [
        ("CLAIM", InProgress),
        ("COMPLETE", InProgress),
        ("RELEASE", New),
        ("ROLLBACK", New),
    ] {
        let schema = Schema::new().await?;
        let (first, second, observer) = (
            schema.connect().await?,
            schema.connect().await?,
            schema.connect().await?,
        );
        let (first_pid, second_pid) = (first.pid().await?, second.pid().await?);
        let token = first.claim_new("a", RUN_OUT).await?;
        first.batch_execute("BEGIN").await?;
        let affected = match other {
            "COMPLETE" => first.complete("a", &token).await?,
            "RELEASE" => first.release("a", &token).await?,
            _ => first.claim_new("a", 60.0).await.map(|_| 1)?,
        };
        assert_eq!(affected, 1);
        let end = async {
            observer.until_blocked(second_pid, first_pid).await?;
            first
                .batch_execute(if other == "ROLLBACK" { other } else { "COMMIT" })
                .await
        };
        let (answer, ended) = tokio::join!(second.claim("a", 60.0), end);
        ended?;
        assert_eq!(answer?.0, claim, "{other}");
    }
    Ok(())
}

#[tokio::test]
async fn at_a_higher_isolation_level() -> crate::Result {
    let schema = Schema::new().await?;
    let (first, second) = (schema.connect().await?, schema.connect().await?);
    second
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM webhook_inbox")
        .await?;
    first.claim_new("a", 60.0).await?;
    let error = second
        .claim("a", 60.0)
        .await
        .expect_err("it cannot see the row");
    assert_eq!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE));
    Ok(())
}

/// A duplicate, which is asked for again and again, is not to write anything.
#[tokio::test]
async fn duplicates_write_nothing() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    inbox.claim_new("under way", 60.0).await?;
    assert_eq!(inbox.record("done").await?, 1);
    assert_eq!(inbox.store("queued", None, b"").await?, 1);
    for (key, claim) in [
        ("under way", InProgress),
        ("done", Done),
        ("queued", InProgress),
    ] {
        inbox.batch_execute("BEGIN").await?;
        assert_eq!(inbox.claim(key, 60.0).await?, (claim, None));
        let wrote: bool = inbox
            .query_one("SELECT pg_current_xact_id_if_assigned() IS NOT NULL", &[])
            .await?
            .get(0);
        assert!(!wrote, "{key}");
        inbox.batch_execute("COMMIT").await?;
    }
    Ok(())
}

#[tokio::test]
async fn old_ones_are_purged() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    assert_eq!(inbox.record("recorded").await?, 1);
    inbox.claim_new("run out", RUN_OUT).await?;
    let released = inbox.claim_new("released", 60.0).await?;
    assert_eq!(inbox.release("released", &released).await?, 1);
    assert_eq!(inbox.store("dead", None, b"").await?, 1);
    inbox.take(RUN_OUT, 1, 1).await?;
    assert_eq!(inbox.store("waiting", None, b"").await?, 1);
    assert_eq!(inbox.apply("object", 0, false).await?, 1);
    assert_eq!(inbox.purge(50.0).await?, 0);
    assert_eq!(inbox.apply("object", -1, false).await?, 0);

    inbox.is_later_by(100.0).await?;
    // It was received long ago, and is under way, or was just done.
    inbox.claim_new("run out", 60.0).await?;
    let just = inbox.claim_new("just done", 60.0).await?;
    inbox.is_later_by(40.0).await?;
    inbox.complete("just done", &just).await?;
    inbox.claim_new("new", 60.0).await?;
    assert_eq!(inbox.purge(50.0).await?, 2);
    let kept = "SELECT string_agg(key, ', ' ORDER BY key) FROM webhook_inbox";
    let kept: String = inbox.query_one(kept, &[]).await?.get(0);
    assert_eq!(kept, "dead, just done, new, run out, waiting");
    assert_eq!(inbox.record("recorded").await?, 1);

    inbox.watermarks_are_later_by_an_hour().await?;
    assert_eq!(inbox.purge(50.0).await?, 0);
    assert_eq!(inbox.apply("object", -1, false).await?, 1);
    Ok(())
}

/// An event that waits or is a dead letter for longer than others are remembered is late all the same.
#[tokio::test]
async fn of_what_is_queued_the_object_is_remembered() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    assert_eq!(inbox.store("old", Some("x"), b"").await?, 1);
    let taken = inbox.take(60.0, 1, 1).await?;
    assert_eq!(inbox.fail("old", &taken[0].token, "why", 0.0).await?, 1);
    assert_eq!(inbox.store("new", Some("x"), b"").await?, 1);
    let taken = inbox.take(60.0, 1, 1).await?;
    assert_eq!((taken.len(), taken[0].key.as_str()), (1, "new"));
    assert_eq!(inbox.complete("new", &taken[0].token).await?, 1);
    for subject in ["x", "y"] {
        assert_eq!(inbox.apply(subject, 2, true).await?, 1);
    }
    inbox.watermarks_are_later_by_an_hour().await?;
    inbox.is_later_by(3600.0).await?;
    assert_eq!(inbox.purge(50.0).await?, 1);

    assert_eq!(inbox.revive("old").await?, 1);
    let taken = inbox.take(60.0, 1, 1).await?;
    assert_eq!((taken.len(), taken[0].key.as_str()), (1, "old"));
    assert_eq!(inbox.apply("x", 1, false).await?, 0);
    assert_eq!(inbox.apply("y", 1, false).await?, 1);
    // When it is handled, nothing holds the object any more.
    assert_eq!(inbox.complete("old", &taken[0].token).await?, 1);
    assert_eq!(inbox.purge(50.0).await?, 0);
    assert_eq!(inbox.apply("x", 1, false).await?, 1);
    Ok(())
}
