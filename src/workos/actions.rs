//! Actions of WorkOS: requests that ask whether a user may sign up or sign in, verified, typed and answered.
//!
//! # Set-up
//!
//! In the WorkOS dashboard, Actions: add the address of your route for sign-ups, for sign-ins, or for both, and enable it. A
//! secret is made for it, which is not that of your webhooks: give it to the service as `WORKOS_ACTIONS_SECRET`. If
//! there are two secrets and one route, give the verifier the second one by
//! [`with_previous`](crate::Verifier::with_previous): each answer is signed with the secret of its request.
//!
//! Choose there too what happens if the answer is missing or not valid: by default WorkOS denies. Where it is set to allow,
//! whoever keeps the answer from arriving is let in.
//!
//! # A handler
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::{Router, extract::State, http::StatusCode, routing::post};
//! use countersign::{
//!     SecretError,
//!     axum::Webhook,
//!     workos::actions::{self, Action},
//! };
//!
//! async fn decide(
//!     State(verifier): State<actions::Verifier>,
//!     Webhook(action): Webhook<Action>,
//! ) -> Result<actions::Response, StatusCode> {
//!     let answer = match action {
//!         Action::UserRegistration(request) => match request.user_data.email.rsplit_once('@') {
//!             Some((_, "example.com")) => request.allow(),
//!             _ => request.deny("Please use your work email address."),
//!         },
//!         Action::Authentication(request) => request.allow(),
//!         // A kind of action that this version does not know has no answer, and WorkOS does as you chose.
//!         _ => return Err(StatusCode::NOT_IMPLEMENTED),
//!     };
//!     Ok(verifier.respond(&answer))
//! }
//!
//! fn router() -> Result<Router, SecretError> {
//!     let verifier = actions::Verifier::new(actions::Secret::from_env("WORKOS_ACTIONS_SECRET")?);
//!     Ok(Router::new().route("/actions", post(decide)).with_state(verifier))
//! }
//! ```
//!
//! In actix-web and by `http` it is the same: a [`Response`] is answered as it is. Elsewhere, answer its
//! [`body`](Response::body) with the status 200 and the content type `application/json`.
//!
//! # What is signed
//!
//! The request as webhooks are: the header `workos-signature: t=<milliseconds>, v1=<hex>` holds the HMAC-SHA256 of the time, a
//! dot and the body, and the key is the secret's text. The answer by the same secret:
//!
//! ```json
//! {"object":"authentication_action_response","payload":{"timestamp":1767323045678,"verdict":"Deny","error_message":"No"},"signature":"<hex>"}
//! ```
//!
//! `object` begins as that of the request does: `authentication_` or `user_registration_`. `signature` is the HMAC-SHA256 of
//! the `timestamp`, a dot and the JSON of `payload`, byte for byte as it stands here: without white space, in this order,
//! and without `error_message` where there is none. It covers neither `object` nor what was asked.
//!
//! So [the documentation](https://workos.com/docs/authkit/actions) has it, and the provider's SDKs for Node.js, Ruby, Kotlin and
//! Rust. Those for Python and PHP do too, but escape what is not ASCII before they sign. That for .NET (6.2) makes the
//! timestamp a text, and that for Go (10.1) answers something else altogether.
//!
//! # Before you allow
//!
//! What a request can do without and does not fit is left out, so a field that is `None` may have been there in a form that this
//! version cannot read. Do not allow something because a field is not there, unless
//! [`misfits`](Request::misfits) is empty:
//!
//! ```
//! use countersign::workos::actions::{Answer, AuthenticationActionContext, Request};
//!
//! /// Who belongs to an organization may not sign in without it.
//! fn decide(request: &Request<AuthenticationActionContext>) -> Answer {
//!     if request.organization.is_none() && request.misfits().is_empty() {
//!         request.allow()
//!     } else {
//!         request.deny("Please sign in by your organization.")
//!     }
//! }
//! ```
//!
//! # Time
//!
//! The tolerance is 30 seconds in both directions, as in most of the provider's SDKs; its documentation speaks of 3 to 5
//! minutes. A user waits meanwhile: answer at once, by what you have at hand. How long WorkOS waits, and how old an answer may
//! be, is told nowhere. An answer has the time of your clock, so keep that right.
//!
//! # What else the secret signs
//!
//! A signature does not say what it is for. With one secret for actions and webhooks, the verifier of the one accepts deliveries
//! of the other, and only decoding keeps them apart: a webhook has no `object`, or says `"event"`, so it is refused or is
//! an [`Action::Unknown`], which cannot be answered. Likewise an answer that is sent back as a request is genuine, and does
//! not decode. So let actions have a secret of their own, and do nothing upon a delivery that you have not decoded.
//!
//! # Tests of a handler
//!
//! With the feature `fixtures`, in your `[dev-dependencies]`, there is a complete request of each kind; [`Signer`] signs it.
//!
#![cfg_attr(all(feature = "axum", feature = "fixtures"), doc = "```")]
#![cfg_attr(not(all(feature = "axum", feature = "fixtures")), doc = "```ignore")]
//! use axum::{Router, body::Body, http::Request};
//! use countersign::workos::actions;
//! use tower::ServiceExt;
//!
//! async fn status(router: Router) -> Result<u16, Box<dyn std::error::Error>> {
//!     let signer = actions::Signer::new(actions::Secret::new("a secret")?);
//!     let body = actions::fixture("authentication_action_context").ok_or("no such action")?;
//!     let mut request = Request::post("/actions");
//!     for (name, value) in signer.headers(body.as_bytes(), std::time::SystemTime::now().into()) {
//!         request = request.header(name, value);
//!     }
//!     Ok(router.oneshot(request.body(Body::from(body))?).await?.status().as_u16())
//! }
//! ```

mod action;
mod answer;
mod context;

use core::time::Duration;

use time::OffsetDateTime;

pub use self::{
    action::{Action, Request},
    answer::{Answer, Response},
    context::{
        AuthenticationActionContext, AuthenticationMethod, UserData, UserRegistrationActionContext,
    },
};
use super::WorkOs;
use crate::{DecodeError, Provider, Scheme, Timestamped, Tolerance, json, observe};

/// WorkOS as it asks whether something may be done, for [`Verifier`], [`Delivery`] and [`Signer`]. Has no values.
///
/// It is another provider than that of the webhooks, and so its deliveries are of another type:
///
/// ```compile_fail,E0308
/// use countersign::workos::{self, actions};
///
/// fn decide(webhook: workos::Delivery<'_>) -> actions::Delivery<'_> {
///     webhook
/// }
/// ```
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
pub enum Actions {}

/// Verifies requests of WorkOS Actions, and signs the answers.
pub type Verifier = crate::Verifier<Actions>;

/// A request of WorkOS Actions that has been verified, and borrows its body.
pub type Delivery<'a> = crate::Delivery<Actions, &'a [u8]>;

/// A request of WorkOS Actions that has been verified, with its bytes.
#[cfg(feature = "bytes")]
pub type Signed = crate::Signed<Actions>;

/// Signs requests as WorkOS Actions does, for tests and emulators. It does not sign answers: that does the [`Verifier`].
pub type Signer = crate::Signer<Actions>;

/// A secret of WorkOS Actions: its text is the key.
pub type Secret = crate::Secret;

impl Provider for Actions {
    const NAME: &'static str = "workos_actions";
    const SCHEME: Scheme = WorkOs::SCHEME;
    /// 30 seconds in both directions, as in the provider's own SDKs.
    const TOLERANCE: Tolerance = Tolerance::new(Duration::from_secs(30));
    type Secret = Secret;
}

impl Timestamped for Actions {}

impl<B: AsRef<[u8]>> crate::Delivery<Actions, B> {
    /// Decodes the request.
    ///
    /// A kind of action that this version does not know is [`Action::Unknown`], not an error. Nor is what a known one can do
    /// without and does not fit: see [`Request::misfits`]. The features `tracing` and `metrics` tell of a request
    /// with misfits, and of one that does not decode.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::NotUtf8`]: the body is not UTF-8.
    /// - [`DecodeError::NotJson`]: an empty body, `{"id":`, `{} {}`, `nullx`, a byte order mark in front.
    /// - [`DecodeError::NotAnObject`]: `[]`, `null`, `"action"`.
    /// - [`DecodeError::MissingField`]: no `id` or `object`, or `null` for one, as in an answer or a webhook.
    /// - [`DecodeError::DuplicateField`]: one of these twice.
    /// - [`DecodeError::InvalidField`]: `"id": 1`, `"object": []`.
    /// - [`DecodeError::EventMismatch`]: a known kind of action that does not say whom it is about, such as a sign-in
    ///   without a `user`, or of one without an `id`; a sign-up without `user_data`, or without the `email` in it.
    pub fn action(&self) -> Result<Action, DecodeError> {
        self.decode().inspect_err(observe::undecoded::<Actions>)
    }

    fn decode(&self) -> Result<Action, DecodeError> {
        let action = json::text(self.body()).and_then(|it| Action::parse(it, self.key_index()));
        observe::event::<Actions>(action.as_ref().map(|it| (it.object(), it.misfits())));
        action
    }
}

#[cfg(any(feature = "axum", feature = "actix-web"))]
impl crate::extract::FromDelivery for Action {
    type Provider = Actions;

    fn from_delivery(delivery: &Signed) -> Result<Self, DecodeError> {
        // What the handler is refused for is told with the refusal.
        delivery.decode()
    }
}

impl Verifier {
    /// Signs an answer that is given at `now`.
    ///
    /// It is signed with the secret that the request was signed with, so answers are right while a secret is replaced. Another
    /// verifier, which has fewer secrets than that, signs with its current one.
    ///
    /// The time is cut to milliseconds; one before 1970 is signed as 1970.
    pub fn respond_at(&self, answer: &Answer, now: OffsetDateTime) -> Response {
        answer.sign(&self.keys, now)
    }

    /// Signs an answer that is given just now, by the system's clock: else [`respond_at`](Self::respond_at). Missing on
    /// targets that have no clock (`wasm32-unknown-unknown`).
    #[cfg(all(
        feature = "std",
        not(all(target_family = "wasm", target_os = "unknown"))
    ))]
    pub fn respond(&self, answer: &Answer) -> Response {
        self.respond_at(answer, OffsetDateTime::now_utc())
    }
}

/// A complete request of this kind, with every field that the provider is known to send and values made up, for your tests.
/// `None` for a kind of which there is no variant of [`Action`].
///
/// ```
/// use countersign::workos::actions::fixture;
///
/// assert!(fixture("authentication_action_context").is_some());
/// assert!(fixture("user_registration_action_context").is_some());
/// assert!(fixture("authentication").is_none());
/// ```
#[cfg(feature = "fixtures")]
#[must_use]
pub fn fixture(object: &str) -> Option<&'static str> {
    macro_rules! text {
        ($file:literal) => {
            include_str!(concat!(
                "../../tests/vectors/events/workos_actions/",
                $file,
                ".json"
            ))
        };
    }
    match object {
        "authentication_action_context" => Some(text!("authentication_action_context")),
        "user_registration_action_context" => Some(text!("user_registration_action_context")),
        _ => None,
    }
}
