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
//! A handler takes one extractor that reads the body, and this is it: beside a `web::Bytes` or `web::Json` one of the
//! two finds the body gone.
//!
//! The verifier is taken from `app_data`, in `web::Data` or bare. Where there is none, or one of each kind, every
//! request is answered 500, and an error is logged by the crate `log`, as the framework does.
//!
//! # What a handler must not take
//!
//! What swallows a refusal. An `Option<Webhook<E>>` is made `None` of whatever is refused, so that a handler that overlooks
//! it answers 200 to a forgery, and to a genuine event that is lost then. An `Either<Webhook<E>, web::Bytes>` hands the
//! handler a forged body by its second half. Both compile. What does not is the event by itself, which nobody would have
//! verified:
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
//! It may be as large as the `PayloadConfig` in `app_data` says, 2 MiB if there is none. It is verified as it came
//! in: the framework's decompression of requests is not applied to it. No middleware may read or change it on the
//! way. One that logs is fine as long as it logs neither bodies nor the signature header, which would allow whoever
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
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, ContentType},
    },
    test::TestRequest,
    web::{self, PayloadConfig},
};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;

pub use crate::extract::{AnyProvider, FromDelivery, Rejection, Signed, Undecoded, Webhook};
use crate::{Provider, Verifier};

impl<E: FromDelivery + 'static> FromRequest for Webhook<E> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed = receive(request.clone(), payload.take());
        Box::pin(async move { Self::decode(signed.await?) })
    }
}

impl<P: Provider + 'static> FromRequest for Signed<P> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(receive(request.clone(), payload.take()))
    }
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

async fn receive<P: Provider + 'static>(
    request: HttpRequest,
    payload: Payload,
) -> Result<Signed<P>, Rejection> {
    let signed = async {
        let verifier = verifier(&request)?;
        let body = body(&request, payload).await?;
        Ok(verifier.verify_request(request.headers(), body)?)
    };
    signed.await.map_err(Rejection::reported)
}

/// Of two kinds of `app_data` it cannot be told which stands nearer to the route. So there is no guess, which
/// could be at the verifier of another endpoint.
fn verifier<P: Provider + 'static>(request: &HttpRequest) -> Result<&Verifier<P>, Rejection> {
    let bare = request.app_data::<Verifier<P>>();
    let shared = request.app_data::<web::Data<Verifier<P>>>();
    let verifier = match (bare, shared) {
        (Some(verifier), None) => Ok(verifier),
        (None, Some(verifier)) => Ok(verifier.get_ref()),
        (None, None) => Err(Rejection::MissingVerifier),
        (Some(_), Some(_)) => Err(Rejection::AmbiguousVerifier),
    };
    verifier.inspect_err(|rejection| {
        let route = request.match_pattern();
        let route = route.as_deref().unwrap_or("an unmatched route");
        log::error!("webhooks at {route} are answered 500: {rejection}");
    })
}

async fn body(request: &HttpRequest, payload: Payload) -> Result<Bytes, Rejection> {
    let config = request.app_data::<PayloadConfig>().or_else(|| {
        request
            .app_data::<web::Data<PayloadConfig>>()
            .map(|config| config.get_ref())
    });
    match config {
        None => buffer(payload).await,
        Some(config) => buffer_as_configured(request, payload, config).await,
    }
}

/// The framework tells nobody what limit is configured, so its own extractor has to keep it. That extractor
/// would decompress the body as well; so it is not shown the header that asks for it.
async fn buffer_as_configured(
    request: &HttpRequest,
    mut payload: Payload,
    config: &PayloadConfig,
) -> Result<Bytes, Rejection> {
    let buffered = if request.headers().contains_key(CONTENT_ENCODING) {
        let mut plain = TestRequest::default().app_data(config.clone());
        if let Some(content_type) = request.headers().get(CONTENT_TYPE) {
            plain = plain.insert_header((CONTENT_TYPE, content_type.clone()));
        }
        Bytes::from_request(&plain.to_http_request(), &mut payload)
    } else {
        Bytes::from_request(request, &mut payload)
    };
    buffered.await.map_err(|error| unread(error.as_error()))
}

/// A body that comes in one piece is not copied.
async fn buffer(mut payload: Payload) -> Result<Bytes, Rejection> {
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(piece) = poll_fn(|context| Pin::new(&mut payload).poll_next(context)).await {
        let piece = piece.map_err(|error| unread(Some(&error)))?;
        let length = first.len().max(joined.len()).saturating_add(piece.len());
        if length > DEFAULT_LIMIT {
            return Err(Rejection::BodyTooLarge);
        }
        if first.is_empty() {
            first = piece;
        } else {
            if joined.is_empty() {
                joined.extend_from_slice(&first);
            }
            joined.extend_from_slice(&piece);
        }
    }
    Ok(if joined.is_empty() {
        first
    } else {
        joined.freeze()
    })
}

/// That of axum. Without a setting actix-web's own is 256 KiB.
const DEFAULT_LIMIT: usize = 2 * 1024 * 1024;

fn unread(error: Option<&PayloadError>) -> Rejection {
    match error {
        Some(PayloadError::Overflow) => Rejection::BodyTooLarge,
        _ => Rejection::UnreadableBody,
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        let (status, _) = self.answer();
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The text says nothing of the reason, other than that of `Display`.
    fn error_response(&self) -> HttpResponse {
        let (_, text) = self.answer();
        HttpResponse::build(self.status_code())
            .content_type(ContentType::plaintext())
            .body(text)
    }
}
