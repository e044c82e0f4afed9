//! Extractors for actix-web 4: a handler that takes a [`Webhook`] runs for genuine deliveries only.
//!
//! ```no_run
//! use actix_web::{App, HttpResponse, HttpServer, web};
//! use countersign::{Secret, actix::Webhook, workos};
//! use tokio::sync::mpsc;
//!
//! async fn receive(
//!     queue: web::Data<mpsc::Sender<workos::Event>>,
//!     Webhook(event): Webhook<workos::Event>,
//! ) -> HttpResponse {
//!     match queue.try_send(event) {
//!         Ok(()) => HttpResponse::Ok().finish(),
//!         Err(_) => HttpResponse::ServiceUnavailable().finish(), // the provider will deliver it again
//!     }
//! }
//!
//! async fn serve(secret: Secret, queue: mpsc::Sender<workos::Event>) -> std::io::Result<()> {
//!     let verifier = web::Data::new(workos::Verifier::new(secret));
//!     let queue = web::Data::new(queue);
//!     let app = move || {
//!         App::new()
//!             .app_data(verifier.clone())
//!             .app_data(queue.clone())
//!             .route("/webhooks/workos", web::post().to(receive))
//!     };
//!     HttpServer::new(app).bind("127.0.0.1:3000")?.run().await
//! }
//! ```
//!
//! A handler takes one extractor that reads the body, and this is it. Beside a `web::Bytes` or `web::Json` before it, it finds the
//! body gone: every request is answered 500, and an error is logged.
//!
//! The verifier is taken from `app_data`, in `web::Data` or bare. Where there is none, or one of each kind, every
//! request is answered 500, and an error is logged by the crate `log`, as the framework does.
//!
//! # What a handler must not take
//!
//! What swallows a refusal. An `Option<Webhook<E>>` is made `None` of whatever is refused, so that a handler that overlooks
//! it answers 200 to a forgery, and to a genuine event that is lost then. An `Either<Webhook<E>, web::Bytes>` hands the
//! handler a forged body by its second half.
//!
//! Both compile, and cannot be made not to: the framework makes an `Option` and an `Either` of every extractor, which is not
//! told of what it is in, and they throw its refusal away. (`tracing` and `metrics` tell of it all the same.) Take a
//! `Result<Webhook<E>, Rejection>` instead, as [below](#what-is-refused).
//!
//! What does not compile is the event by itself, which nobody would have verified:
//!
//! ```compile_fail,E0277
//! use actix_web::{HttpResponse, Route, web};
//! use countersign::workos;
//!
//! async fn receive(_event: web::Json<workos::Event>) -> HttpResponse {
//!     HttpResponse::Ok().finish()
//! }
//!
//! let route: Route = web::post().to(receive);
//! ```
//!
//! (`Stored<Event>` would compile there, and believes what it reads: it is for a queue of your own.)
//!
//! # What is refused
//!
//! [`Rejection`] says what the client is answered. To answer otherwise, or to know the reason, take
//! `Result<Webhook<E>, Rejection>`; and do not answer 2xx to what was refused, as that tells the provider that it was
//! handled. A genuine delivery that does not decode is in [`Undecoded`], with its bytes, so that it can be kept. To keep
//! the bytes of every delivery, take [`Signed`]:
//!
//! ```
//! use actix_web::HttpResponse;
//! use countersign::{actix::Signed, workos::WorkOs};
//! # async fn store(body: bytes::Bytes) -> Result<(), std::io::Error> { Ok(()) }
//!
//! async fn receive(delivery: Signed<WorkOs>) -> HttpResponse {
//!     match store(delivery.into_body()).await {
//!         Ok(()) => HttpResponse::Ok().finish(),
//!         Err(_) => HttpResponse::ServiceUnavailable().finish(),
//!     }
//! }
//! ```
//!
//! # The body
//!
//! It may be as large as the [`WebhookConfig`] in `app_data` says, 1 MiB if there is none; the framework's `PayloadConfig` is for its
//! own extractors. One whose `Content-Length` is larger is refused before any of it is read. What all bodies hold together
//! while they are read is [bounded too](Rejection::Overloaded). How long a client may take to send one is for the
//! service to say: `examples/actix.rs` shows how.
//!
//! The body is verified as it came in: the framework's decompression of requests is not applied to it. No middleware may read or
//! change it on the way. One that logs is fine as long as it logs neither bodies nor the signature header, which would allow whoever
//! reads the log to repeat the delivery.
//!
//! # Several endpoints
//!
//! Each endpoint has a secret of its own, so each resource has a verifier of its own:
//!
//! ```
//! use actix_web::web::{self, Data, ServiceConfig};
//! use countersign::{actix::Webhook, workos};
//!
//! async fn receive(_event: Webhook<workos::Event>) -> &'static str {
//!     ""
//! }
//!
//! fn endpoint(path: &str, verifier: workos::Verifier) -> actix_web::Resource {
//!     web::resource(path)
//!         .app_data(Data::new(verifier))
//!         .route(web::post().to(receive))
//! }
//!
//! fn routes(config: &mut ServiceConfig, staging: workos::Verifier, production: workos::Verifier) {
//!     config
//!         .service(endpoint("/staging", staging))
//!         .service(endpoint("/production", production));
//! }
//! ```
//!
//! # A verifier chosen by the request
//!
//! [`receive`] takes a request and a verifier, such as that of the tenant in the path:
//!
//! ```
//! use actix_web::{HttpRequest, HttpResponse, web};
//! use countersign::{
//!     actix::{Rejection, Webhook, receive},
//!     workos,
//! };
//! # struct Tenants;
//! # impl Tenants { async fn verifier(&self, _tenant: &str) -> Option<workos::Verifier> { None } }
//! # async fn handle(tenant: &str, event: workos::Event) {}
//!
//! async fn of_tenant(
//!     tenants: web::Data<Tenants>,
//!     tenant: web::Path<String>,
//!     request: HttpRequest,
//!     payload: web::Payload,
//! ) -> Result<HttpResponse, Rejection> {
//!     // From a database, or a cache before it.
//!     let Some(verifier) = tenants.verifier(&tenant).await else {
//!         return Ok(HttpResponse::NotFound().finish());
//!     };
//!     let signed = receive(&request, payload, &verifier).await?;
//!     let Webhook(event) = Webhook::<workos::Event>::decode(signed)?;
//!     handle(&tenant, event).await;
//!     Ok(HttpResponse::Ok().finish())
//! }
//!
//! fn routes(config: &mut web::ServiceConfig) {
//!     config.route("/webhooks/{tenant}", web::post().to(of_tenant));
//! }
//! ```
//!
//! A tenant with a secret of his own can sign any id of an event. So remember what is done by tenant:
//! `countersign::inbox::InboxKey::at_endpoint`, feature `inbox`.
//!
//! # Secret rotation
//!
//! A secret that is known at start-up is given to the verifier with
//! [`with_previous`](crate::Verifier::with_previous) as long as both are in use. To take a new one without a restart, keep the
//! verifier where it can be replaced, and take it out for each request:
//!
//! ```
//! use actix_web::{HttpRequest, HttpResponse, web};
//! use countersign::{
//!     actix::{Rejection, Webhook, receive},
//!     workos,
//! };
//! use tokio::sync::watch;
//! # async fn handle(event: workos::Event) {}
//!
//! async fn rotated(
//!     verifier: web::Data<watch::Receiver<workos::Verifier>>,
//!     request: HttpRequest,
//!     payload: web::Payload,
//! ) -> Result<HttpResponse, Rejection> {
//!     let verifier = verifier.borrow().clone();
//!     let signed = receive(&request, payload, &verifier).await?;
//!     let Webhook(event) = Webhook::<workos::Event>::decode(signed)?;
//!     handle(event).await;
//!     Ok(HttpResponse::Ok().finish())
//! }
//!
//! /// Called by whatever learns of a new secret.
//! fn rotate(sender: &watch::Sender<workos::Verifier>, new: workos::Verifier) {
//!     sender.send_replace(new);
//! }
//! ```
//!
//! # Testing a handler
//!
//! [`Signer`](crate::Signer) signs as the provider does:
//!
//! ```
//! use std::time::SystemTime;
//!
//! use actix_web::{App, http::StatusCode, test, web};
//! use countersign::{Secret, actix::Webhook, workos};
//!
//! async fn receive(Webhook(_event): Webhook<workos::Event>) -> &'static str {
//!     ""
//! }
//!
//! # #[actix_web::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = Secret::new("a secret")?;
//! let app = App::new()
//!     .app_data(web::Data::new(workos::Verifier::new(secret.clone())))
//!     .route("/", web::post().to(receive));
//!
//! let body = r#"{"id":"event_01","data":{"group_id":"1","organization_membership_id":"2"},
//!     "event":"group.member_added","created_at":"2026-01-02T03:04:05Z"}"#;
//! let header = workos::Signer::new(secret).sign(body.as_bytes(), SystemTime::now().into());
//! let request = test::TestRequest::post()
//!     .insert_header((workos::SIGNATURE_HEADER, header))
//!     .set_payload(body);
//! let response = test::call_service(&test::init_service(app).await, request.to_request()).await;
//! assert_eq!(response.status(), StatusCode::OK);
//! # Ok(())
//! # }
//! ```

use alloc::boxed::Box;
use core::{
    future::{Future, poll_fn},
    pin::Pin,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError,
    dev::Payload,
    error::PayloadError,
    http::{
        StatusCode, Version,
        header::{
            CONTENT_LENGTH, ContentType, HeaderMap, HeaderValue, RETRY_AFTER, TRANSFER_ENCODING,
        },
    },
    web,
};
use bytes::Bytes;
use futures_core::Stream;

pub use crate::extract::{AnyProvider, FromDelivery, Rejection, Signed, Undecoded, Webhook};
use crate::{
    Headers, Provider, Verifier,
    buffer::{Buffer, DEFAULT_LIMIT},
    observe,
    unix_time::now,
};

/// How large a body may be: 1 MiB unless this is in the `app_data` of the app, the scope or the resource, bare or in `web::Data`. Where one
/// of each kind is there, the larger limit holds.
///
/// ```
/// use actix_web::web;
/// use countersign::actix::WebhookConfig;
///
/// let resource = web::resource("/webhooks").app_data(WebhookConfig::default().limit(64 * 1024));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WebhookConfig {
    limit: usize,
}

impl WebhookConfig {
    /// A limit of so many bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// Sets the limit to so many bytes.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Of two kinds of `app_data` it cannot be told which stands nearer to the route. The smaller limit could lose a genuine
    /// delivery.
    fn limit_of(request: &HttpRequest) -> usize {
        let bare = request.app_data::<Self>();
        let shared = request.app_data::<web::Data<Self>>();
        let configs = bare.into_iter().chain(shared.map(|it| it.get_ref()));
        configs.map(|it| it.limit).max().unwrap_or(DEFAULT_LIMIT)
    }
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self::new(DEFAULT_LIMIT)
    }
}

impl<E: FromDelivery + 'static> FromRequest for Webhook<E> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::receive(extracted(&request, payload).await) })
    }
}

impl<P: Provider + 'static> FromRequest for Signed<P> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { observe::told(extracted(&request, payload).await, now) })
    }
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

/// Reads the body within the limit, and verifies it with a verifier that the handler has chosen, such as that of the
/// tenant in the path. [`Webhook::decode`] makes it an event.
///
/// # Errors
///
/// - [`Rejection::BodyTaken`]: another extractor of the handler or a middleware has read the body.
/// - [`Rejection::BodyTooLarge`]: the body has more bytes than the limit, or its `Content-Length` says so.
/// - [`Rejection::UnreadableBody`]: the client went away before the end of the body.
/// - [`Rejection::Overloaded`]: it has more than 64 KiB, and too many such bodies are being read.
/// - [`Rejection::Verify`]: with those of [`Verifier::verify_request`].
pub async fn receive<P: Provider>(
    request: &HttpRequest,
    payload: web::Payload,
    verifier: &Verifier<P>,
) -> Result<Signed<P>, Rejection> {
    observe::told(verified(request, payload.into_inner(), verifier).await, now)
}

async fn extracted<P: Provider + 'static>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<Signed<P>, Rejection> {
    verified(request, payload, verifier(request)?).await
}

/// Of two kinds of `app_data` it cannot be told which stands nearer to the route. So there is no guess, which
/// could be at the verifier of another endpoint.
fn verifier<P: Provider + 'static>(request: &HttpRequest) -> Result<&Verifier<P>, Rejection> {
    let bare = request.app_data::<Verifier<P>>();
    let shared = request.app_data::<web::Data<Verifier<P>>>();
    match (bare, shared) {
        (Some(verifier), None) => Ok(verifier),
        (None, Some(verifier)) => Ok(verifier.get_ref()),
        (None, None) => Err(logged(request, Rejection::MissingVerifier)),
        (Some(_), Some(_)) => Err(logged(request, Rejection::AmbiguousVerifier)),
    }
}

async fn verified<P: Provider>(
    request: &HttpRequest,
    payload: Payload,
    verifier: &Verifier<P>,
) -> Result<Signed<P>, Rejection> {
    if is_taken(request, &payload) {
        return Err(logged(request, Rejection::BodyTaken));
    }
    let body = read(payload, request).await?;
    Ok(verifier.verify_request(request.headers(), body)?)
}

/// Over HTTP/2 every request has a payload, else only one that says so.
fn is_taken(request: &HttpRequest, payload: &Payload) -> bool {
    let has_body = || {
        request.version() == Version::HTTP_2
            || announced(request) > 0
            || request.headers().contains_key(TRANSFER_ENCODING)
    };
    matches!(payload, Payload::None) && has_body()
}

/// What a change of the service's code mends.
fn logged(request: &HttpRequest, rejection: Rejection) -> Rejection {
    let route = request.match_pattern();
    let route = route.as_deref().unwrap_or("an unmatched route");
    log::error!("webhooks at {route} are answered 500: {rejection}");
    rejection
}

async fn read(mut payload: Payload, request: &HttpRequest) -> Result<Bytes, Rejection> {
    let mut body = Buffer::new(WebhookConfig::limit_of(request));
    body.announce(announced(request))?;
    while let Some(piece) = poll_fn(|context| Pin::new(&mut payload).poll_next(context)).await {
        body.push(piece.map_err(|error| unread(&error))?)?;
    }
    Ok(body.take())
}

/// What the `Content-Length` says. Over HTTP/1.1 the framework has refused what is no number.
fn announced(request: &HttpRequest) -> u64 {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.trim().parse().ok());
    length.unwrap_or(0)
}

/// A middleware in front may have a limit of its own.
fn unread(error: &PayloadError) -> Rejection {
    match error {
        PayloadError::Overflow => Rejection::BodyTooLarge,
        _ => Rejection::UnreadableBody,
    }
}

impl Headers for HeaderMap {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).map(HeaderValue::as_bytes)
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The text says nothing of the reason, other than that of `Display`.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(after) = self.retry_after() {
            response.insert_header((RETRY_AFTER, after.as_secs()));
        }
        response
            .content_type(ContentType::plaintext())
            .body(self.text())
    }
}
