//! Serves a router over HTTP/1.1, and no client can stop it by what it does not send or does not read. `axum::serve` waits
//! for either as long as the client likes.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Open at once. A process may have 1,024 files open, unless somebody sets another limit.
const CONNECTIONS: u32 = 900;
/// How long a connection may be idle or in the head of a request.
const HEAD: Duration = Duration::from_secs(5);
const MAX_HEAD: usize = 16 * 1024;
/// How long it may take from the end of the head to the answer.
const REQUEST: Duration = Duration::from_secs(10);
/// How old a connection may be when its last request begins.
const CONNECTION: Duration = Duration::from_secs(60);

/// Returns when it has been told to stop and all connections have ended, at most `REQUEST` later.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let router = router.layer(middleware::from_fn(in_time));
    let places = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let accept = async || {
        let place = places.clone().acquire_owned().await;
        (listener.accept().await, place)
    };
    loop {
        let accepted = select! {
            () = stop.cancelled() => break,
            accepted = accept() => accepted,
        };
        match accepted {
            (Ok((stream, _)), Ok(place)) => {
                tokio::spawn(serve_connection(
                    stream,
                    router.clone(),
                    stop.clone(),
                    place,
                ));
            }
            // Too many open files, for example, of which one may be closed soon.
            _ => sleep(Duration::from_millis(100)).await,
        }
    }
    drop(listener);
    let _all = places.acquire_many(CONNECTIONS).await;
}

async fn in_time(request: Request, next: Next) -> Response {
    let response = timeout(REQUEST, next.run(request)).await;
    response.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    select! {
        _ = connection.as_mut() => return,
        () = stop.cancelled() => {}
        () = sleep(CONNECTION) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(REQUEST, connection).await;
}
