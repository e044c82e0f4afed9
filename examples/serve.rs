//! Serves a router over HTTP/1.1 so that no client can stop it: there is an end to each head, each body and each connection,
//! which is for one request. `axum::serve` waits for all three as long as the client likes.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

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
    net::{TcpListener, TcpSocket},
    select,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Open at once. A process may have 1,024 files open, unless somebody sets another limit.
const CONNECTIONS: u32 = 900;
const MAX_HEAD: usize = 16 * 1024;
/// How long a client may take for the head of its request.
const HEAD: Duration = Duration::from_secs(5);
/// How long it may take from there to the answer.
const REQUEST: Duration = Duration::from_secs(10);

/// As `TcpListener::bind`, with more connections that wait for a place.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(CONNECTIONS)
}

/// Returns when it has been told to stop and what was open has been answered.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let service = TowerToHyperService::new(router.layer(middleware::from_fn(in_time)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MAX_HEAD)
        .keep_alive(false);
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
            (Ok((stream, _)), place) => {
                let connection = http.serve_connection(TokioIo::new(stream), service.clone());
                tokio::spawn(async move {
                    let _ = connection.await; // The client's failure.
                    drop(place);
                });
            }
            // Too many open files, for example, of which one may be closed soon.
            (Err(_), _) => sleep(Duration::from_millis(100)).await,
        }
    }
    drop(listener);
    let _all = places.acquire_many(CONNECTIONS).await;
}

async fn in_time(request: Request, next: Next) -> Response {
    let response = timeout(REQUEST, next.run(request)).await;
    response.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}
