use countersign_inbox::Schema;
use futures_util::future::try_join_all;

/// What is told of an object: when it happened, and whether the object is deleted.
type Told = (i64, bool);

const CREATED: Told = (1_700_000_000_000_001, false);
const UPDATED: Told = (1_700_000_000_000_002, false);
const DELETED: Told = (1_700_000_000_000_003, true);

/// As many rows as each affects, in this order.
async fn apply<const N: usize>(told: [Told; N]) -> Result<[u64; N], countersign_inbox::Error> {
    let inbox = Schema::new().await?.connect().await?;
    let mut affected = [0; N];
    for ((micros, is_deleted), affected) in told.into_iter().zip(&mut affected) {
        *affected = inbox.apply("user:it's", micros, is_deleted).await?;
        assert_eq!(inbox.apply("another", micros, is_deleted).await?, *affected);
    }
    Ok(affected)
}

#[tokio::test]
async fn in_every_order() -> crate::Result {
    assert_eq!(apply([CREATED, UPDATED, DELETED]).await?, [1, 1, 1]);
    assert_eq!(apply([CREATED, DELETED, UPDATED]).await?, [1, 1, 0]);
    assert_eq!(apply([UPDATED, CREATED, DELETED]).await?, [1, 0, 1]);
    assert_eq!(apply([UPDATED, DELETED, CREATED]).await?, [1, 1, 0]);
    assert_eq!(apply([DELETED, CREATED, UPDATED]).await?, [1, 0, 0]);
    assert_eq!(apply([DELETED, UPDATED, CREATED]).await?, [1, 0, 0]);
    Ok(())
}

#[tokio::test]
async fn of_the_same_time() -> crate::Result {
    let (alive, deleted) = ((5, false), (5, true));
    assert_eq!(apply([alive, alive]).await?, [1, 1]);
    assert_eq!(apply([alive, deleted, alive, deleted]).await?, [1, 1, 0, 1]);
    assert_eq!(apply([deleted, alive]).await?, [1, 0]);
    Ok(())
}

#[tokio::test]
async fn made_again_after_a_deletion() -> crate::Result {
    let again = (DELETED.0 + 1, false);
    assert_eq!(
        apply([DELETED, again, UPDATED, DELETED]).await?,
        [1, 1, 0, 0]
    );
    Ok(())
}

#[tokio::test]
async fn to_the_microsecond() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    // In the years 1969, 2023 and 2255.
    for micros in [-1, 1_700_000_000_123_457, 9_007_199_254_740_991] {
        assert_eq!(inbox.apply("a", micros, false).await?, 1);
        assert_eq!(inbox.apply("a", micros - 1, true).await?, 0);
        let at = "SELECT (extract(epoch FROM occurred_at) * 1000000)::int8 FROM webhook_watermark";
        let at: i64 = inbox.query_one(at, &[]).await?.get(0);
        assert_eq!(at, micros);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn by_many_at_once() -> crate::Result {
    let schema = Schema::new().await?;
    let connections = try_join_all((0..20).map(|_| schema.connect())).await?;
    connections[0]
        .batch_execute("CREATE TABLE object (micros bigint); INSERT INTO object VALUES (-1)")
        .await?;
    for round in 0..20_i64 {
        try_join_all(connections.iter().zip(0..).map(|(inbox, n)| async move {
            // 7 and 20 have no common divisor: in each round all times, in another order.
            let micros = round * 20 + n * 7 % 20;
            inbox.batch_execute("BEGIN").await?;
            if inbox.apply("a", micros, false).await? == 1 {
                inbox
                    .execute("UPDATE object SET micros = $1", &[&micros])
                    .await?;
            }
            inbox.batch_execute("COMMIT").await
        }))
        .await?;
        let micros: i64 = connections[0]
            .query_one("SELECT micros FROM object", &[])
            .await?
            .get(0);
        assert_eq!(micros, round * 20 + 19);
    }
    Ok(())
}

#[tokio::test]
async fn not_if_the_effects_are_rolled_back() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    for end in ["ROLLBACK", "COMMIT"] {
        inbox.batch_execute("BEGIN").await?;
        assert_eq!(inbox.apply("a", 1, true).await?, 1);
        inbox.batch_execute(end).await?;
    }
    assert_eq!(inbox.apply("a", 1, false).await?, 0);
    Ok(())
}
