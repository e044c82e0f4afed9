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
//! # When a handler does not compile
//!
//! - ``the trait `Handler<_, _>` is not implemented`` does not say why. The attribute `#[axum::debug_handler]` on the
//!   handler does. Give it the state, unless an argument is a `State` of it.
//! - ``expected `Verifier<WorkOs>`, found `App` ``: the state `App` has no `FromRef` for the verifier. It can be derived,
//!   for every field.
//! - ``found `MethodRouter<Verifier<WorkOs>>` ``, or a `Router<Verifier<WorkOs>>` that cannot be served: the router lacks
//!   its `with_state`.
//! - `` `Webhook<Event>: FromRequestParts<App>` is not satisfied``: it is not the last argument.
//! - `` `Delivery<Event, Bytes>: FromRequest<App>` is not satisfied``: `Signed` takes the provider, as in `Signed<WorkOs>`; the
//!   event belongs in `Webhook`.
//!
//! Both the attribute and the derivation need axum's feature `macros`:
//!
//! ```
//! use axum::{Router, extract::FromRef, routing::post};
//! use countersign::{axum::Webhook, workos};
//!
//! #[derive(Clone, FromRef)]
//! struct App {
//!     verifier: workos::Verifier,
//! }
//!
//! #[axum::debug_handler(state = App)]
//! async fn receive(_event: Webhook<workos::Event>) {}
//!
//! fn router(app: App) -> Router {
//!     Router::new().route("/webhooks/workos", post(receive)).with_state(app)
//! }
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
//! It may be as large as the route's `DefaultBodyLimit` says, 1 MiB unless that is set. One whose `Content-Length` is larger is
//! refused before any of it is read. What all bodies hold together while they are read is
//! [bounded too](Rejection::Overloaded). How long a client may take to send one is for the server to say, and `axum::serve`
//! has no limit: `examples/axum.rs` shows how.
//!
//! No layer may change the body on the way: one that decompresses requests, such as `RequestDecompressionLayer`, belongs on other
//! routes, which can be merged with these. A layer that logs is fine around it as long as it logs neither bodies nor the signature
//! header, which would allow whoever reads the log to repeat the delivery.
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
//! # A verifier chosen by the request
//!
//! [`receive`] takes a request and a verifier, such as that of the tenant in the path. It is the last argument of the handler:
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{
//!     Router,
//!     extract::{Path, Request, State},
//!     http::StatusCode,
//!     response::{IntoResponse, Response},
//!     routing::post,
//! };
//! use countersign::{
//!     axum::{Webhook, receive},
//!     workos,
//! };
//! # struct Tenants;
//! # impl Tenants { async fn verifier(&self, _tenant: &str) -> Option<workos::Verifier> { None } }
//! # async fn handle(tenant: String, event: workos::Event) {}
//!
//! async fn of_tenant(
//!     State(tenants): State<Arc<Tenants>>,
//!     Path(tenant): Path<String>,
//!     request: Request,
//! ) -> Result<StatusCode, Response> {
//!     // From a database, or a cache before it.
//!     let Some(verifier) = tenants.verifier(&tenant).await else {
//!         return Err(StatusCode::NOT_FOUND.into_response());
//!     };
//!     let signed = receive(request, &verifier).await.map_err(IntoResponse::into_response)?;
//!     let webhook = Webhook::<workos::Event>::decode(signed);
//!     let Webhook(event) = webhook.map_err(IntoResponse::into_response)?;
//!     handle(tenant, event).await;
//!     Ok(StatusCode::OK)
//! }
//!
//! fn router(tenants: Arc<Tenants>) -> Router {
//!     Router::new().route("/webhooks/{tenant}", post(of_tenant)).with_state(tenants)
//! }
//! ```
//!
//! A tenant with a secret of his own can sign any id of an event. So remember what is done by tenant:
//! `countersign::inbox::InboxKey::at_endpoint`, feature `inbox`.
//!
//! # One verifier for a whole router
//!
//! With the feature `tower`, `countersign::tower::VerifyLayer` is a middleware. The handlers need no verifier in their state,
//! and find the delivery in the extensions:
//!
//! ```
//! # #[cfg(feature = "tower")] {
//! use axum::{Extension, Router, http::StatusCode, routing::post};
//! use countersign::{
//!     Signed,
//!     axum::Rejection,
//!     tower::VerifyLayer,
//!     workos::{self, WorkOs},
//! };
//!
//! async fn users(Extension(delivery): Extension<Signed<WorkOs>>) -> Result<StatusCode, Rejection> {
//!     let event = delivery.event()?;
//!     println!("{} {}", event.data.name(), event.id);
//!     Ok(StatusCode::OK)
//! }
//!
//! fn router(verifier: workos::Verifier) -> Router {
//!     Router::new()
//!         .route("/webhooks/users", post(users))
//!         .route_layer(VerifyLayer::new(verifier))
//! }
//! # }
//! ```
//!
//! # Secret rotation
//!
//! A secret that is known at start-up is given to the verifier with
//! [`with_previous`](crate::Verifier::with_previous) as long as both are in use. To take a new one without a restart, keep the
//! verifier where it can be replaced, and take it out for each request. `examples/rotation.rs` is the whole service. (`watch` is in
//! tokio's feature `sync`.)
//!
//! ```
//! use axum::extract::FromRef;
//! use countersign::workos;
//! use tokio::sync::watch;
//!
//! #[derive(Clone)]
//! struct App {
//!     verifier: watch::Receiver<workos::Verifier>,
//! }
//!
//! impl FromRef<App> for workos::Verifier {
//!     fn from_ref(app: &App) -> Self {
//!         app.verifier.borrow().clone()
//!     }
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
    RequestExt,
    body::Body,
    extract::{DefaultBodyLimit, FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use http_body::Body as _;

pub use crate::extract::{AnyProvider, FromDelivery, Rejection, Signed, Undecoded, Webhook};
use crate::{Provider, Verifier, buffer::DEFAULT_LIMIT, http::Collect, observe, unix_time::now};

// Of these two the compiler prints the lines, comments included, where a handler does not compile.
impl<E, S> FromRequest<S> for Webhook<E>
where
    E: FromDelivery,
    S: Send + Sync,
    Verifier<E::Provider>: FromRef<S>, // the router's state is this verifier, or has a `FromRef` for it
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        Self::receive(verified(request, &Verifier::from_ref(state)).await)
    }
}

impl<P, S> FromRequest<S> for Signed<P>
where
    P: Provider, // such as `WorkOs`, and not an event
    S: Send + Sync,
    Verifier<P>: FromRef<S>, // the router's state is this verifier, or has a `FromRef` for it
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        receive(request, &Verifier::from_ref(state)).await
    }
}

/// Reads the body within the route's limit, and verifies it with a verifier that the handler has chosen, such as that of the
/// tenant in the path. [`Webhook::decode`] makes it an event.
///
/// # Errors
///
/// - [`Rejection::BodyTooLarge`]: the body has more bytes than the limit, or its `Content-Length` says so.
/// - [`Rejection::UnreadableBody`]: the client went away before the end of the body.
/// - [`Rejection::Overloaded`]: it has more than 64 KiB, and too many such bodies are being read.
/// - [`Rejection::Verify`]: with those of [`Verifier::verify_request`].
pub async fn receive<P: Provider>(
    request: Request,
    verifier: &Verifier<P>,
) -> Result<Signed<P>, Rejection> {
    observe::told(verified(request, verifier).await, now)
}

async fn verified<P: Provider>(
    mut request: Request,
    verifier: &Verifier<P>,
) -> Result<Signed<P>, Rejection> {
    let headers = mem::take(request.headers_mut());
    let announced = request.body().size_hint().lower();
    let body = limited(request).announce(announced)?.await?;
    Ok(verifier.verify_request(&headers, body)?)
}

/// The body within the limit of the route. Where none is set the framework has a limit of its own, which is not ours. That none is
/// set can be told by the extensions: to set one adds one.
fn limited(request: Request) -> Collect<Body> {
    let mut request = request.with_limited_body();
    let at_most = request.body().size_hint().upper().map(usize::try_from);
    let limit = match at_most {
        // Whatever the limit of the route, there is no more to come.
        Some(Ok(at_most)) if at_most <= DEFAULT_LIMIT => at_most,
        _ => {
            let extensions = request.extensions().len();
            DefaultBodyLimit::max(DEFAULT_LIMIT).apply(&mut request);
            match at_most {
                _ if request.extensions().len() > extensions => DEFAULT_LIMIT,
                Some(Ok(at_most)) => at_most,
                // Without an upper bound the limit is disabled.
                _ => usize::MAX,
            }
        }
    };
    Collect::new(request.into_body(), limit)
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.into()
    }
}
