use countersign::inbox::postgres::CREATE;
use countersign_inbox::{Schema, address};
use futures_util::future::try_join_all;

#[tokio::test(flavor = "multi_thread")]
async fn by_twenty_at_once() -> crate::Result {
    let schema = Schema::without_tables(address("DATABASE_URL")).await?;
    let connections = try_join_all((0..20).map(|_| schema.connect())).await?;
    for _ in 0..2 {
        try_join_all(
            connections
                .iter()
                .map(|connection| connection.batch_execute(CREATE)),
        )
        .await?;
    }
    let relations =
        "SELECT string_agg(relname::text, ' ' ORDER BY relname::text COLLATE \"C\") FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i', 'S')";
    let names: String = connections[0].query_one(relations, &[]).await?.get(0);
    assert_eq!(
        names,
        "webhook_inbox webhook_inbox_pkey webhook_inbox_position webhook_inbox_queue webhook_inbox_subject \
         webhook_watermark webhook_watermark_pkey"
    );
    Ok(())
}

#[tokio::test]
async fn again_with_rows_in_it() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    assert_eq!(inbox.record("a").await?, 1);
    inbox.batch_execute(CREATE).await?;
    assert_eq!(inbox.record("a").await?, 0);
    Ok(())
}
