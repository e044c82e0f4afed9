//! Once enqueued however often it is delivered, and not at all if the transaction is rolled back.
//!
//! To be compiled with `SQLX_OFFLINE=true`: underway would otherwise check its own statements in the database.
//! All queues share the server's one database, and each has its own tables there.

use std::{fs, process::Command, time::SystemTime};

use countersign::{
    Secret, Signer,
    inbox::postgres::CREATE,
    workos::{self, Verifier, WorkOs},
};
use countersign_inbox_jobs::{Error, graphile_worker, sqlxmq, underway};

fn address() -> String {
    std::env::var("DATABASE_URL").expect(
        "DATABASE_URL is not set: run `.ci/with-servers env SQLX_OFFLINE=true cargo test --manifest-path tests/inbox/jobs/Cargo.toml`",
    )
}

/// Hands a genuine delivery of an event of this id to a function.
async fn deliver(
    id: &str,
    handle: impl AsyncFnOnce(&workos::Delivery<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let body = format!(
        r#"{{"id":"{id}","event":"user.deleted","data":{{}},"created_at":"2026-11-27T00:00:00.000Z"}}"#
    );
    let secret = Secret::new("a secret")?;
    let headers =
        Signer::<WorkOs>::new(secret.clone()).headers(body.as_bytes(), SystemTime::now().into());
    let delivery = Verifier::new(secret).verify_request(&headers, body.as_bytes())?;
    handle(&delivery).await
}

/// A table that lets no job be added makes the transaction fail, and leaves the event for the next delivery.
const REFUSE: &str = "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''full''; END';
    CREATE TRIGGER refuse BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()";

#[tokio::test]
async fn by_underway() -> Result<(), Error> {
    use sqlx_08::{PgPool, query_scalar, raw_sql};

    let pool = PgPool::connect(&address()).await?;
    raw_sql(CREATE).execute(&pool).await?;
    ::underway::run_migrations(&pool).await?;
    let step = |_, _: String| async { ::underway::To::done() };
    let job = ::underway::Job::builder()
        .step(step)
        .name("workos")
        .pool(pool.clone())
        .build()
        .await?;
    let jobs = || {
        query_scalar::<_, i64>(
            "SELECT count(*) FROM underway.task WHERE task_queue_name = 'workos'",
        )
        .fetch_one(&pool)
    };
    let enqueue = || {
        deliver("underway", async |delivery| {
            underway::enqueue(&pool, &job, delivery).await
        })
    };

    let mut lock = pool.acquire().await?;
    raw_sql(&REFUSE.replace("jobs", "underway.task"))
        .execute(&mut *lock)
        .await?;
    enqueue().await.expect_err("full");
    raw_sql("DROP TRIGGER refuse ON underway.task")
        .execute(&mut *lock)
        .await?;
    assert_eq!(jobs().await?, 0);
    for _ in 0..3 {
        enqueue().await?;
        assert_eq!(jobs().await?, 1);
    }
    Ok(())
}

#[tokio::test]
async fn by_graphile_worker() -> Result<(), Error> {
    use ::graphile_worker::WorkerUtils;
    use sqlx::{AssertSqlSafe, PgPool, query_scalar, raw_sql};

    let pool = PgPool::connect(&address()).await?;
    raw_sql(CREATE).execute(&pool).await?;
    let worker = WorkerUtils::new(pool.clone(), "graphile_worker");
    worker.migrate().await?;
    let jobs = || {
        query_scalar::<_, i64>("SELECT count(*) FROM graphile_worker._private_jobs")
            .fetch_one(&pool)
    };
    let enqueue = || {
        deliver("graphile_worker", async |delivery| {
            graphile_worker::enqueue(&pool, worker.clone(), delivery).await
        })
    };

    let mut lock = pool.acquire().await?;
    let refuse = REFUSE.replace("jobs", "graphile_worker._private_jobs");
    raw_sql(AssertSqlSafe(refuse)).execute(&mut *lock).await?;
    enqueue().await.expect_err("full");
    raw_sql("DROP TRIGGER refuse ON graphile_worker._private_jobs")
        .execute(&mut *lock)
        .await?;
    assert_eq!(jobs().await?, 0);
    for _ in 0..3 {
        enqueue().await?;
        assert_eq!(jobs().await?, 1);
    }
    Ok(())
}

#[tokio::test]
async fn by_sqlxmq() -> Result<(), Error> {
    use sqlx_08::{PgPool, query_scalar, raw_sql};

    let pool = PgPool::connect(&address()).await?;
    raw_sql(CREATE).execute(&pool).await?;
    for migration in migrations_of_sqlxmq()? {
        raw_sql(&migration).execute(&pool).await?;
    }
    let jobs = || {
        query_scalar::<_, i64>("SELECT count(*) FROM mq_msgs WHERE id <> uuid_nil()")
            .fetch_one(&pool)
    };
    let enqueue = || {
        deliver("sqlxmq", async |delivery| {
            sqlxmq::enqueue(&pool, delivery).await
        })
    };

    let mut lock = pool.acquire().await?;
    raw_sql(&REFUSE.replace("jobs", "mq_msgs"))
        .execute(&mut *lock)
        .await?;
    enqueue().await.expect_err("full");
    raw_sql("DROP TRIGGER refuse ON mq_msgs")
        .execute(&mut *lock)
        .await?;
    assert_eq!(jobs().await?, 0);
    for _ in 0..3 {
        enqueue().await?;
        assert_eq!(jobs().await?, 1);
    }
    Ok(())
}

/// They are to be copied out of its package.
fn migrations_of_sqlxmq() -> Result<Vec<String>, Error> {
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--format-version",
            "1",
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let package = packages
        .iter()
        .find(|package| package["name"] == "sqlxmq")
        .ok_or("no sqlxmq")?;
    let manifest = package["manifest_path"].as_str().ok_or("no path")?;
    let mut paths = fs::read_dir(manifest.replace("Cargo.toml", "migrations"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, Error>>()?;
    paths.retain(|path| path.to_string_lossy().ends_with(".up.sql"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok(fs::read_to_string(path)?))
        .collect()
}
