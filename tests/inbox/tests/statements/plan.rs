use countersign::inbox::postgres::{CLAIM, TAKE};
use countersign_inbox::{Postgres, Schema};

/// What the server does for a statement, with both kinds of plan that it may take for a prepared one.
async fn plans(
    inbox: &Postgres,
    types: &str,
    statement: &str,
    values: &str,
) -> Result<[String; 2], tokio_postgres::Error> {
    let mut plans = [const { String::new() }; 2];
    for (mode, plan) in ["force_custom_plan", "force_generic_plan"]
        .iter()
        .zip(&mut plans)
    {
        let prepare =
            format!("SET plan_cache_mode = {mode}; PREPARE explained ({types}) AS {statement}");
        inbox.batch_execute(&prepare).await?;
        let explain = format!(
            "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) EXECUTE explained ({values})"
        );
        for row in inbox.query(&explain, &[]).await? {
            plan.push_str(row.get(0));
            plan.push('\n');
        }
        inbox.batch_execute("DEALLOCATE explained").await?;
    }
    Ok(plans)
}

/// Neither what is done long ago nor what waits has to be read.
#[tokio::test]
async fn of_much_that_is_done_or_waits() -> crate::Result {
    let inbox = Schema::new().await?.connect().await?;
    inbox
        .batch_execute(
            "INSERT INTO webhook_inbox (key, done_at) SELECT 'done_' || n, now() FROM generate_series(1, 100000) AS n;
             INSERT INTO webhook_inbox (key, position, subject, body)
             SELECT 'evt_' || n, n, 'object_' || n % 1000, '{}' FROM generate_series(1, 10000) AS n;
             ANALYZE webhook_inbox",
        )
        .await?;
    for plan in plans(&inbox, "float8, int8, int4", TAKE, "60, 10, 5").await? {
        assert!(!plan.contains("Seq Scan"), "{plan}");
        assert!(plan.contains("Index Scan using webhook_inbox_position on webhook_inbox waiting (actual rows=10 loops=1)"), "{plan}");
        assert!(plan.contains("Index Scan using webhook_inbox_subject on webhook_inbox other (actual rows=0 loops=10)"), "{plan}");
    }
    for plan in plans(&inbox, "text, float8", CLAIM, "'done_5000', 60").await? {
        assert!(!plan.contains("Seq Scan"), "{plan}");
        assert!(
            plan.contains(
                "Index Scan using webhook_inbox_pkey on webhook_inbox (actual rows=1 loops=1)"
            ),
            "{plan}"
        );
    }
    Ok(())
}
