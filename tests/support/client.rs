//! Sends deliveries to a server, whole and otherwise.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    client::conn::{http1, http2},
    header::HeaderValue,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use time::OffsetDateTime;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Protocol, Server};
use crate::support::{SECRET, providers::Typed};

pub type Headers = Vec<(&'static str, Vec<u8>)>;

/// The headers of a genuine delivery.
pub fn signed<P: Typed>(body: &[u8]) -> Headers {
    signed_at::<P>(SECRET, body, 0)
}

pub fn signed_at<P: Typed>(with: &str, body: &[u8], seconds_from_now: i64) -> Headers {
    let at = OffsetDateTime::now_utc() + time::Duration::seconds(seconds_from_now);
    let headers = P::sign(with, body, at).into_iter();
    headers.map(|(name, value)| (name, value.into())).collect()
}

/// The headers of a genuine delivery, as lines.
pub fn lines<P: Typed>(body: &str) -> String {
    let headers = P::sign(SECRET, body.as_bytes(), OffsetDateTime::now_utc());
    let lines = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    lines.collect()
}

pub type Body = BoxBody<Bytes, Infallible>;

/// How a body is sent: with its length, or without one in pieces of so many bytes.
#[derive(Clone, Copy, Debug)]
pub enum Pieces {
    Whole,
    Of(usize),
}

impl Pieces {
    pub fn of(self, body: &[u8]) -> Body {
        match self {
            Self::Whole => BoxBody::new(Full::new(Bytes::copy_from_slice(body))),
            Self::Of(length) => {
                let pieces: Vec<_> = body.chunks(length).map(Bytes::copy_from_slice).collect();
                body_of(stream::iter(pieces))
            }
        }
    }
}

/// That comes in as the stream does.
pub fn body_of(pieces: impl Stream<Item = Bytes> + Send + Sync + 'static) -> Body {
    BoxBody::new(StreamBody::new(pieces.map(|it| Ok(Frame::data(it)))))
}

pub async fn post(
    server: &Server,
    route: &str,
    headers: &[(&str, Vec<u8>)],
    body: &str,
) -> (u16, String) {
    let body = Pieces::Whole.of(body.as_bytes());
    send(server, Protocol::Http1, route, headers, body).await
}

pub async fn send(
    server: &Server,
    protocol: Protocol,
    route: &str,
    headers: &[(&str, Vec<u8>)],
    body: Body,
) -> (u16, String) {
    send_to(server.address, protocol, route, headers, body).await
}

/// The status and the text of the answer, over a connection of its own.
pub async fn send_to(
    address: SocketAddr,
    protocol: Protocol,
    route: &str,
    headers: &[(&str, Vec<u8>)],
    body: Body,
) -> (u16, String) {
    let mut connection = Connection::open(address, protocol).await;
    let response = connection
        .send(request(address, protocol, route, headers, body))
        .await;
    (response.status().as_u16(), text(response).await)
}

pub fn request(
    address: SocketAddr,
    protocol: Protocol,
    route: &str,
    headers: &[(&str, Vec<u8>)],
    body: Body,
) -> Request<Body> {
    let mut request = Request::post(format!("http://{address}{route}"));
    if matches!(protocol, Protocol::Http1) {
        request = request.uri(route).header("host", address.to_string());
    }
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value).expect("a header value");
        request = request.header(*name, value);
    }
    request.body(body).expect("a request")
}

/// That several requests go over.
pub enum Connection {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

impl Connection {
    pub async fn open(address: SocketAddr, protocol: Protocol) -> Self {
        let stream = TcpStream::connect(address).await.expect("a server");
        stream.set_nodelay(true).expect("an open connection");
        let io = TokioIo::new(stream);
        match protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(io).await.expect("HTTP/1.1");
                tokio::spawn(connection);
                Self::Http1(sender)
            }
            Protocol::Http2 => {
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io)
                    .await
                    .expect("HTTP/2");
                tokio::spawn(connection);
                Self::Http2(sender)
            }
        }
    }

    pub async fn send(&mut self, request: Request<Body>) -> Response<Incoming> {
        let response = match self {
            Self::Http1(sender) => {
                sender.ready().await.expect("a connection");
                sender.send_request(request).await
            }
            Self::Http2(sender) => {
                sender.ready().await.expect("a connection");
                sender.send_request(request).await
            }
        };
        response.expect("a response")
    }
}

pub async fn text(response: Response<Incoming>) -> String {
    let body = response.into_body().collect().await.expect("a body");
    String::from_utf8(body.to_bytes().into()).expect("UTF-8")
}

/// As `send_to`, of a body that the server may answer before it is sent, and close the connection: `hyper` does not always
/// read that answer.
pub async fn send_refused(
    address: SocketAddr,
    protocol: Protocol,
    route: &str,
    headers: &[(&str, Vec<u8>)],
    body: &str,
    pieces: Pieces,
) -> (u16, String) {
    if matches!(protocol, Protocol::Http2) {
        let body = pieces.of(body.as_bytes());
        return send_to(address, protocol, route, headers, body).await;
    }
    let mut head = String::new();
    for (name, value) in headers {
        head += &format!("{name}: {}\r\n", str::from_utf8(value).expect("UTF-8"));
    }
    let sent = match pieces {
        Pieces::Whole => {
            head += &format!("Content-Length: {}\r\n", body.len());
            body.to_owned()
        }
        Pieces::Of(length) => {
            head += "Transfer-Encoding: chunked\r\n";
            let chunks = body.as_bytes().chunks(length).map(|it| {
                let piece = str::from_utf8(it).expect("UTF-8");
                format!("{:x}\r\n{piece}\r\n", it.len())
            });
            chunks.collect::<String>() + "0\r\n\r\n"
        }
    };
    let answer = send_raw(address, route, &head, [sent.as_str()], Then::Wait).await;
    let status = answer.strip_prefix("HTTP/1.1 ").and_then(|it| it.get(..3));
    let status = status.and_then(|it| it.parse().ok()).expect("a status");
    let (_, text) = answer.split_once("\r\n\r\n").expect("a head");
    (status, text.to_owned())
}

/// What a client does when it has sent all that it will.
#[derive(PartialEq)]
pub enum Then {
    Wait,
    Stop,
}

/// The whole answer to a request of these headers and bytes, of which no more is sent than until it is answered.
#[expect(single_use_lifetimes, reason = "`impl Trait` takes no anonymous one")]
pub async fn send_raw<'a>(
    address: SocketAddr,
    route: &str,
    headers: &str,
    body: impl IntoIterator<Item = &'a str>,
    then: Then,
) -> String {
    let connection = TcpStream::connect(address).await.expect("a server");
    let (mut from, mut to) = connection.into_split();
    let answered = Arc::new(AtomicBool::new(false));
    let answer = Arc::clone(&answered);
    let response = tokio::spawn(async move {
        let mut response = Vec::new();
        let _ = from.read_buf(&mut response).await;
        answer.store(true, Relaxed);
        // A server that has not read all of the request may end the connection with a reset.
        let _ = from.read_to_end(&mut response).await;
        String::from_utf8(response).expect("UTF-8")
    });
    let head = format!("POST {route} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n");
    to.write_all(head.as_bytes()).await.expect("written");
    for piece in body {
        if answered.load(Relaxed) || to.write_all(piece.as_bytes()).await.is_err() {
            break;
        }
    }
    if then == Then::Stop || answered.load(Relaxed) {
        drop(to);
    }
    response.await.expect("no panic")
}
