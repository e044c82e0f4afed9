use std::time::Duration;

use countersign::inbox::Claim;
use countersign_inbox::{Postgres, Schema};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;

#[tokio::test]
async fn once() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    assert_eq!(inbox.record("a").await?, 1);
    assert_eq!(inbox.record("a").await?, 0);
    assert_eq!(inbox.record("b").await?, 1);
    assert_eq!(inbox.claim("a", 60.0).await?, (Claim::Done, None));
    Ok(())
}

/// A row is used in one way: whoever asks in another is not told that nobody has handled it.
#[tokio::test]
async fn what_was_claimed_is_a_duplicate_to_the_other_ways() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    inbox.claim_new("run out", -1.0).await?;
    let token = inbox.claim_new("given back", 60.0).await?;
    assert_eq!(inbox.release("given back", &token).await?, 1);
    assert_eq!(inbox.store("waits", None, b"").await?, 1);
    for key in ["run out", "given back", "waits"] {
        assert_eq!(inbox.record(key).await?, 0, "{key}");
        assert_eq!(inbox.store(key, None, b"").await?, 0, "{key}");
    }
    let open = "SELECT count(*) FROM webhook_inbox WHERE done_at IS NULL";
    let open: i64 = inbox.query_one(open, &[]).await?.get(0);
    assert_eq!(open, 3);
    Ok(())
}

#[tokio::test]
async fn keys_of_any_text() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    let longest = "k".repeat(770);
    for key in [
        &longest,
        "it's",
        "\"",
        "\\",
        "'; DROP TABLE webhook_inbox; --",
        "ä",
        "%",
        "A",
        "a",
    ] {
        assert_eq!(inbox.record(key).await?, 1, "{key}");
        assert_eq!(inbox.record(key).await?, 0, "{key}");
    }
    Ok(())
}

/// How the transaction ends for which the duplicate waits.
#[derive(Clone, Copy)]
enum End {
    Commit,
    Rollback,
    Killed,
}

/// Returns how many rows the duplicate affects, or the error in place of that.
async fn duplicate(
    begin: &str,
    end: End,
) -> Result<Result<u64, SqlState>, countersign_inbox::Error> {
    let schema = Schema::new().await?;
    let (first, second, observer) = (
        schema.connect().await?,
        schema.connect().await?,
        schema.connect().await?,
    );
    let (first_pid, second_pid) = (first.pid().await?, second.pid().await?);
    first.batch_execute(begin).await?;
    assert_eq!(first.record("a").await?, 1);

    second.batch_execute(begin).await?;
    let ended = async {
        observer.until_blocked(second_pid, first_pid).await?;
        match end {
            End::Commit => first.batch_execute("COMMIT").await?,
            End::Rollback => first.batch_execute("ROLLBACK").await?,
            End::Killed => observer
                .execute("SELECT pg_terminate_backend($1)", &[&first_pid])
                .await
                .map(drop)?,
        }
        Ok::<_, countersign_inbox::Error>(())
    };
    let (answer, ended) = tokio::join!(second.record("a"), ended);
    ended?;
    let answer = answer.map_err(|error| error.code().cloned().expect("an answer of the server"));
    if answer.is_ok() {
        second.batch_execute("COMMIT").await?;
        assert_eq!(count(&observer).await?, 1);
    }
    Ok(answer)
}

async fn count(inbox: &Postgres) -> Result<i64, tokio_postgres::Error> {
    Ok(inbox
        .query_one("SELECT count(*) FROM webhook_inbox", &[])
        .await?
        .get(0))
}

#[tokio::test]
async fn a_duplicate_waits_for_the_first() -> crate::Result {
    assert_eq!(duplicate("BEGIN", End::Commit).await?, Ok(0));
    assert_eq!(duplicate("BEGIN", End::Rollback).await?, Ok(1));
    assert_eq!(duplicate("BEGIN", End::Killed).await?, Ok(1));
    Ok(())
}

#[tokio::test]
async fn at_a_higher_isolation_level() -> crate::Result {
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        // The snapshot is older than the row of the other one.
        let begin = format!("BEGIN ISOLATION LEVEL {level}; SELECT 1 FROM webhook_inbox");
        assert_eq!(
            duplicate(&begin, End::Commit).await?,
            Err(SqlState::T_R_SERIALIZATION_FAILURE),
            "{level}"
        );
        assert_eq!(duplicate(&begin, End::Rollback).await?, Ok(1), "{level}");
        assert_eq!(duplicate(&begin, End::Killed).await?, Ok(1), "{level}");

        let inbox = Schema::new().await?.connect().await?;
        assert_eq!(inbox.record("a").await?, 1);
        inbox.batch_execute(&begin).await?;
        assert_eq!(inbox.record("a").await?, 0, "{level}");
    }
    Ok(())
}

#[tokio::test]
async fn effects_go_with_it() -> crate::Result {
    let schema = Schema::new().await?;
    let inbox = schema.connect().await?;
    inbox
        .batch_execute("CREATE TABLE effects (key text)")
        .await?;
    for (end, affected) in [("ROLLBACK", 1), ("COMMIT", 1), ("COMMIT", 0)] {
        inbox.batch_execute("BEGIN").await?;
        assert_eq!(inbox.record("a").await?, affected);
        if affected == 1 {
            inbox
                .batch_execute("INSERT INTO effects VALUES ('a')")
                .await?;
        }
        inbox.batch_execute(end).await?;
    }
    let effects: i64 = inbox
        .query_one("SELECT count(*) FROM effects", &[])
        .await?
        .get(0);
    assert_eq!(effects, 1);
    Ok(())
}

/// A client that gives up closes its transaction, and the row is not there.
#[tokio::test]
async fn a_client_that_is_gone() -> crate::Result {
    let schema = Schema::new().await?;
    let (gone, next) = (schema.connect().await?, schema.connect().await?);
    gone.batch_execute("BEGIN").await?;
    assert_eq!(gone.record("a").await?, 1);
    drop(gone);
    assert_eq!(
        timeout(Duration::from_secs(10), next.record("a")).await??,
        1
    );
    Ok(())
}
