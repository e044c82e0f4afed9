//! hyper's server, over HTTP/1.1 and HTTP/2, and what handlers do there.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use countersign::{Delivery, Rejection};
use futures_util::FutureExt;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::net::TcpListener;

use super::{Handlers, route};
use crate::support::providers::Typed;

pub async fn serve<F>(
    handle: impl Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
) -> SocketAddr
where
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.expect("a connection");
            connection.set_nodelay(true).expect("an open connection");
            let handle = handle.clone();
            let service = service_fn(move |request| handle(request).map(Ok::<_, Infallible>));
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                let connection = TokioIo::new(connection);
                // Fails where the client went away.
                let _ = server.serve_connection(connection, service).await;
            });
        }
    });
    address
}

impl Handlers {
    /// What the handler of a route does.
    pub async fn handle<P: Typed>(
        &self,
        route: &str,
        delivery: &Delivery<P, Bytes>,
    ) -> Result<(), Rejection> {
        match route {
            route::SIGNED | route::LOWERED | route::RAISED => {
                let (length, key_index) = (delivery.body().len(), delivery.key_index());
                self.see(format!("{length} {key_index}"));
            }
            _ => self.see(P::key(&P::event_of(delivery)?)),
        }
        match route {
            route::PANIC => panic!("a handler's own"),
            route::SLOW => self.gate.acquire().await.expect("an open gate").forget(),
            _ => {}
        }
        Ok(())
    }
}
