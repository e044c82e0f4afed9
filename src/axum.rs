//! Extractors for axum 0.8: a handler that takes a [`Webhook`] runs for genuine deliveries only.
//!
//! ```
//! use axum::{
//!     Router,
//!     extract::{FromRef, State},
//!     http::StatusCode,
//!     routing::post,
//! };
//! use countersign::{Secret, axum::Webhook, workos};
//! use tokio::sync::mpsc;
//!
//! #[derive(Clone)]
//! struct App {
//!     verifier: workos::Verifier,
//!     queue: mpsc::Sender<workos::Event>,
//! }
//!
//! impl FromRef<App> for workos::Verifier {
//!     fn from_ref(app: &App) -> Self {
//!         app.verifier.clone()
//!     }
//! }
//!
//! async fn receive(State(app): State<App>, Webhook(event): Webhook<workos::Event>) -> StatusCode {
//!     match app.queue.try_send(event) {
//!         Ok(()) => StatusCode::OK,
//!         Err(_) => StatusCode::SERVICE_UNAVAILABLE, // the provider will deliver it again
//!     }
//! }
//!
//! fn router(secret: Secret, queue: mpsc::Sender<workos::Event>) -> Router {
//!     let verifier = workos::Verifier::new(secret);
//!     Router::new()
//!         .route("/webhooks/workos", post(receive))
//!         .with_state(App { verifier, queue })
//! }
//! ```
//!
//! The extractor reads the body, so it is the last argument. It takes the verifier from the state by `FromRef`; where
//! the state is the verifier itself, nothing has to be implemented. Without a verifier in the state the handler does
//! not compile:
//!
//! ```compile_fail,E0308
//! use axum::{Router, routing::post};
//! use countersign::{axum::Webhook, workos};
//!
//! async fn receive(_event: Webhook<workos::Event>) {}
//!
//! let router: Router = Router::new().route("/webhooks/workos", post(receive));
//! ```
//!
//! # What a handler must not take
//!
//! What swallows a refusal, such as the `Either<Webhook<E>, Bytes>` of `axum-extra`: where the first does not fit, the
//! handler gets a forged body by the second. An `Option<Webhook<E>>` does not compile. Nor does the event by itself,
//! which nobody would have verified:
//!
//! ```compile_fail,E0277
//! use axum::{Json, Router, routing::post};
//! use countersign::workos;
//!
//! async fn receive(Json(event): Json<workos::Event>) {}
//!
//! let router: Router = Router::new().route("/webhooks/workos", post(receive));
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
//! use axum::http::StatusCode;
//! use countersign::{axum::Signed, workos::WorkOs};
//! # async fn store(body: bytes::Bytes) -> Result<(), std::io::Error> { Ok(()) }
//!
//! async fn receive(delivery: Signed<WorkOs>) -> StatusCode {
//!     match store(delivery.into_body()).await {
//!         Ok(()) => StatusCode::OK,
//!         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
//!     }
//! }
//! ```
//!
//! # The body
//!
//! It may be as large as the route's `DefaultBodyLimit` says, 2 MiB unless that is set. No layer may change it on the
//! way: one that decompresses requests, such as `RequestDecompressionLayer`, belongs on other routes, which can be
//! merged with these. A layer that logs is fine around it as long as it logs neither bodies nor the signature header,
//! which would allow whoever reads the log to repeat the delivery.
//!
//! # Several endpoints
//!
//! Each endpoint has a secret of its own, so each route has a state of its own:
//!
//! ```
//! use axum::{Router, routing::post};
//! use countersign::{axum::Webhook, workos};
//!
//! async fn receive(_event: Webhook<workos::Event>) {}
//!
//! fn router(staging: workos::Verifier, production: workos::Verifier) -> Router {
//!     Router::new()
//!         .route("/staging", post(receive).with_state(staging))
//!         .route("/production", post(receive).with_state(production))
//! }
//! ```
//!
//! # Testing a handler
//!
//! [`Signer`](crate::Signer) signs as the provider does. With the dev-dependency `tower`, and its feature `util`:
//!
//! ```
//! use std::time::SystemTime;
//!
//! use axum::{Router, body::Body, extract::Request, http::StatusCode, routing::post};
//! use countersign::{Secret, axum::Webhook, workos};
//! use tower::ServiceExt;
//!
//! async fn receive(Webhook(_event): Webhook<workos::Event>) {}
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = Secret::new("a secret")?;
//! let router = Router::new()
//!     .route("/", post(receive))
//!     .with_state(workos::Verifier::new(secret.clone()));
//!
//! let body = r#"{"id":"event_01","data":{"group_id":"1","organization_membership_id":"2"},
//!     "event":"group.member_added","created_at":"2026-01-02T03:04:05Z"}"#;
//! let header = workos::Signer::new(secret).sign(body.as_bytes(), SystemTime::now().into());
//! let request = Request::post("/")
//!     .header(workos::SIGNATURE_HEADER, header)
//!     .body(Body::from(body))?;
//! assert_eq!(router.oneshot(request).await?.status(), StatusCode::OK);
//! # Ok(())
//! # }
//! ```

use core::mem;

use axum_core::{
    extract::{
        FromRef, FromRequest, Request,
        rejection::{BytesRejection, FailedToBufferBody},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;

pub use crate::extract::{AnyProvider, FromDelivery, Rejection, Signed, Undecoded, Webhook};
use crate::{Provider, Verifier};

impl<E, S> FromRequest<S> for Webhook<E>
where
    E: FromDelivery,
    S: Send + Sync,
    Verifier<E::Provider>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let signed = Signed::from_request(request, state).await?;
        Self::decode(signed)
    }
}

impl<P, S> FromRequest<S> for Signed<P>
where
    P: Provider,
    S: Send + Sync,
    Verifier<P>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        receive(request, state).await.map_err(Rejection::reported)
    }
}

async fn receive<P, S>(mut request: Request, state: &S) -> Result<Signed<P>, Rejection>
where
    P: Provider,
    S: Send + Sync,
    Verifier<P>: FromRef<S>,
{
    let headers = mem::take(request.headers_mut());
    // Within the `DefaultBodyLimit`, and 2 MiB if there is none.
    let body = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| unread(&rejection))?;
    Ok(Verifier::from_ref(state).verify_request(&headers, body)?)
}

fn unread(rejection: &BytesRejection) -> Rejection {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Rejection::BodyTooLarge
        }
        _ => Rejection::UnreadableBody,
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let (status, text) = self.answer();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, text).into_response()
    }
}
