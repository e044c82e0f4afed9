//! The handler of the guide's leased way, while Redis is restarted: alone in its binary, as the other tests need the server.

use std::{env, process::Command, time::Duration};

use axum::{extract::State, http::StatusCode};
use countersign::{Secret, workos};
use countersign_inbox::{address, page::lease::receive};
use redis::{Client, aio::ConnectionManager};
use tokio::time::{Instant, sleep};

#[tokio::test]
async fn it_connects_anew_and_still_knows_what_is_done() {
    let client = Client::open(address("REDIS_URL")).unwrap();
    let redis = ConnectionManager::new(client).await.unwrap();
    let secret = || Secret::new("a secret").unwrap();
    let now = std::time::SystemTime::now().into();
    let header = workos::Signer::new(secret()).sign(b"{}", now);
    let headers = [(workos::SIGNATURE_HEADER, header)];
    let delivery = workos::Verifier::new(secret()).verify_request(&headers, "{}".into());
    let delivery = delivery.unwrap();
    let answer = async || {
        receive(State(redis.clone()), delivery.clone())
            .await
            .status()
    };
    assert_eq!(answer().await, StatusCode::OK);

    redis_server("stop");
    assert_eq!(answer().await, StatusCode::SERVICE_UNAVAILABLE);
    redis_server("start");
    let started = Instant::now();
    while answer().await != StatusCode::OK {
        assert!(started.elapsed() < Duration::from_secs(30), "still away");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Stops or starts it.
fn redis_server(command: &str) {
    let program = env::var_os("REDIS").expect("run it by .ci/with-servers");
    let status = Command::new(program).arg(command).status().unwrap();
    assert!(status.success(), "{command}: {status}");
}
