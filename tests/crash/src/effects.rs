//! The other service, which the instances of `inbox_redis` call.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use tokio::{net::TcpListener, time::sleep};

use crate::{Failure, random};

/// Who called for an event, and when.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) process: usize,
    pub(crate) at: Instant,
}

/// What was called for each key.
#[derive(Clone, Default)]
pub(crate) struct Effects(Arc<Mutex<HashMap<String, Vec<Call>>>>);

impl Effects {
    pub(crate) async fn serve(&self) -> Result<SocketAddr, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/{process}", post(effect))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    pub(crate) fn of(&self, key: &str) -> Vec<Call> {
        let all = self.0.lock().unwrap();
        all.get(key).cloned().unwrap_or_default()
    }

    pub(crate) fn all(&self) -> HashMap<String, Vec<Call>> {
        self.0.lock().unwrap().clone()
    }
}

/// Fails now and then, and then has done nothing.
async fn effect(
    State(effects): State<Effects>,
    Path(process): Path<usize>,
    headers: HeaderMap,
) -> StatusCode {
    let key = headers.get("idempotency-key").map(|key| key.to_str());
    let Some(Ok(key)) = key else {
        return StatusCode::BAD_REQUEST;
    };
    let takes_long = key.contains("pause");
    if random(20) == 0 && !takes_long {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let at = Instant::now();
    let call = Call { process, at };
    effects
        .0
        .lock()
        .unwrap()
        .entry(key.into())
        .or_default()
        .push(call);
    // Long enough to be killed meanwhile.
    let milliseconds = if takes_long { 500 } else { random(30) };
    sleep(Duration::from_millis(milliseconds)).await;
    StatusCode::NO_CONTENT
}
