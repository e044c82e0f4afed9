use std::{future::pending, time::Duration};

use countersign::inbox::{
    Claim::{Done, InProgress, New},
    postgres::CLAIM,
};
use countersign_inbox::{Postgres, Redis, Schema};
use tokio::{net::TcpListener, time::timeout};
use tokio_postgres::error::SqlState;

/// Two connections, of which one has locked the table and the other one does not wait for long.
async fn locked() -> Result<(Postgres, Postgres), countersign_inbox::Error> {
    let schema = Schema::new().await?;
    let (lock, inbox) = (schema.connect().await?, schema.connect().await?);
    inbox.claim_new("claimed", 60.0).await?;
    lock.batch_execute("BEGIN; LOCK TABLE webhook_inbox, webhook_watermark")
        .await?;
    inbox
        .batch_execute("SET statement_timeout = '100ms'")
        .await?;
    Ok((lock, inbox))
}

#[tokio::test]
async fn the_server_ends_what_takes_too_long() -> crate::Result {
    let (lock, inbox) = locked().await?;
    let errors = [
        inbox.record("a").await.expect_err("record"),
        inbox.claim("a", 60.0).await.expect_err("claim"),
        inbox
            .complete("claimed", "token")
            .await
            .expect_err("complete"),
        inbox
            .release("claimed", "token")
            .await
            .expect_err("release"),
        inbox.store("a", None, b"").await.expect_err("store"),
        inbox.take(60.0, 1, 5).await.expect_err("take"),
        inbox
            .fail("claimed", "token", "why", 1.0)
            .await
            .expect_err("fail"),
        inbox.dead(5).await.expect_err("dead"),
        inbox.revive("a").await.expect_err("revive"),
        inbox.purge(1.0).await.expect_err("purge"),
        inbox.apply("a", 1, false).await.expect_err("apply"),
    ];
    for error in errors {
        assert_eq!(error.code(), Some(&SqlState::QUERY_CANCELED));
    }
    lock.batch_execute("COMMIT").await?;
    // None of them has left anything.
    assert_eq!(inbox.claim("claimed", 60.0).await?, (InProgress, None));
    assert_eq!(inbox.claim("a", 60.0).await?.0, New);
    assert_eq!(inbox.apply("a", 0, false).await?, 1);
    Ok(())
}

/// If the client alone gives up, the statement may yet happen: whole, or not at all.
#[tokio::test]
async fn the_client_gives_up() -> crate::Result {
    let schema = Schema::new().await?;
    let (lock, inbox) = (schema.connect().await?, schema.connect().await?);
    let claim = inbox.prepare(CLAIM).await?;
    lock.batch_execute("BEGIN; LOCK TABLE webhook_inbox")
        .await?;
    timeout(
        Duration::from_millis(100),
        inbox.query_one(&claim, &[&"a", &60.0]),
    )
    .await
    .expect_err("a claim that waits");
    lock.batch_execute("COMMIT").await?;
    // The server answers what nobody waits for, and then this.
    assert_eq!(inbox.claim("a", 60.0).await?, (InProgress, None));
    // Its token is lost: the next one gets it when the lease has run out.
    inbox.is_later_by(61.0).await?;
    let token = inbox.claim_new("a", 60.0).await?;
    assert_eq!(inbox.complete("a", &token).await?, 1);
    assert_eq!(inbox.claim("a", 60.0).await?, (Done, None));
    Ok(())
}

/// A server that takes connections and says nothing.
#[tokio::test]
async fn a_server_that_says_nothing() -> crate::Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
        pending::<()>().await;
    });
    let patience = Duration::from_millis(200);
    let postgres = Schema::at(format!("postgres://postgres@127.0.0.1:{port}/postgres"));
    timeout(patience, postgres)
        .await
        .expect_err("no answer of PostgreSQL");
    let redis = async {
        Redis::at(format!("redis://127.0.0.1:{port}"))
            .await?
            .claim("a", 60_000)
            .await
            .map_err(countersign_inbox::Error::from)
    };
    timeout(patience, redis)
        .await
        .expect_err("no answer of Redis");
    silent.abort();
    Ok(())
}
