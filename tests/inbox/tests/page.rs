//! The page `guide::receiving` quotes functions that compile, and what it says of them is so.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::FromRef,
    http::{Request, StatusCode},
    routing::post,
};
use countersign::workos::{self, Secret, Signer};
use countersign_inbox::{
    address,
    page::{queue, transaction},
};
use deadpool_postgres::{Config, Pool, Runtime};
use tokio_postgres::NoTls;
use tower::ServiceExt;

#[test]
fn what_is_quoted() {
    let page = include_str!("../../../src/guide/receiving.md");
    let sources = [
        include_str!("../src/page/lease.rs"),
        include_str!("../src/page/order.rs"),
        include_str!("../src/page/queue.rs"),
        include_str!("../src/page/transaction.rs"),
        include_str!("../jobs/src/graphile_worker.rs"),
        include_str!("../jobs/src/sqlxmq.rs"),
        include_str!("../jobs/src/underway.rs"),
    ];
    let blocks: Vec<&str> = page.split("```ignore\n").skip(1).collect();
    assert_eq!(blocks.len(), sources.len());
    for block in blocks {
        let (code, _) = block.split_once("```").expect("an end");
        assert!(sources.iter().any(|it| it.contains(code)), "{code}");
    }
}

#[derive(Clone)]
struct App {
    verifier: workos::Verifier,
    pool: Pool,
}

impl FromRef<App> for workos::Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl FromRef<App> for Pool {
    fn from_ref(app: &App) -> Self {
        app.pool.clone()
    }
}

const CREATED: &str = r#"{"id":"event_1","event":"user.created","data":{"id":"user_1"},"created_at":"2026-01-02T03:04:05.678Z"}"#;
const DELETED: &str = r#"{"id":"event_2","event":"user.deleted","data":{"id":"user_1"},"created_at":"2026-01-02T03:04:06.789Z"}"#;
const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";

async fn status(router: &Router, path: &str, body: &'static str) -> StatusCode {
    let signer = Signer::new(Secret::new(SECRET).expect("a secret"));
    let mut request = Request::post(path);
    for (name, value) in signer.headers(body.as_bytes(), std::time::SystemTime::now().into()) {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(body)).expect("a request");
    router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer")
        .status()
}

#[tokio::test]
async fn ten_at_once_have_one_effect() {
    let schema = format!("page_{}", std::process::id());
    let mut config = Config::new();
    config.url = Some(address("DATABASE_URL"));
    config.options = Some(format!("-c search_path={schema}"));
    let pool = config
        .create_pool(Some(Runtime::Tokio1), NoTls)
        .expect("a pool");
    let mut client = pool.get().await.expect("a connection");
    let create = format!(
        "CREATE SCHEMA {schema}; {} CREATE TABLE effects (id text NOT NULL)",
        countersign::inbox::postgres::CREATE
    );
    client.batch_execute(&create).await.expect("tables");
    let verifier = workos::Verifier::new(Secret::new(SECRET).expect("a secret"));
    let router = Router::new()
        .route("/transaction", post(transaction::receive))
        .route("/queue", post(queue::receive))
        .with_state(App { verifier, pool });

    let effects = "SELECT count(*) FROM effects";
    for (path, body, expected) in [("/transaction", CREATED, 1_i64), ("/queue", DELETED, 2)] {
        let router = Arc::new(router.clone());
        let tasks = (0..10).map(|_| {
            let router = router.clone();
            tokio::spawn(async move { status(&router, path, body).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert_eq!(task.await.expect("no panic"), StatusCode::OK);
        }
        while queue::work(&mut client).await.expect("to work") {}
        let count: i64 = client.query_one(effects, &[]).await.expect("a row").get(0);
        assert_eq!(count, expected, "{path}");
    }
    // What is no event is kept, and fails.
    assert_eq!(status(&router, "/queue", "{}").await, StatusCode::OK);
    assert!(queue::work(&mut client).await.expect("to work"));
    let error = "SELECT error FROM webhook_inbox WHERE body IS NOT NULL";
    let error: String = client.query_one(error, &[]).await.expect("a row").get(0);
    assert_eq!(error, "field `id` is missing or null");
    let drop = format!("DROP SCHEMA {schema} CASCADE");
    client.batch_execute(&drop).await.expect("to drop");
}
