//! What is answered: a verdict on what was asked, and its signed JSON.

use alloc::{
    format,
    string::{String, ToString},
};
use core::fmt;

use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    Keys,
    scheme::{Encoding, Unit},
    unix_time::UnixTime,
};

/// Whether what was asked may be done: made by [`Request::allow`](super::Request::allow) and
/// [`Request::deny`](super::Request::deny), signed by [`Verifier::respond`](super::Verifier).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer is to be signed and sent"]
pub struct Answer {
    kind: Kind,
    verdict: Verdict,
    key_index: usize,
}

impl Answer {
    pub(super) fn new(kind: Kind, verdict: Verdict, key_index: usize) -> Self {
        Self {
            kind,
            verdict,
            key_index,
        }
    }

    /// Any other JSON of the same payload has another signature: this is that of `JSON.stringify`.
    pub(super) fn sign(&self, keys: &Keys, now: OffsetDateTime) -> Response {
        let timestamp = UnixTime::from_date(now).to_text(Unit::Milliseconds);
        let verdict = match &self.verdict {
            Verdict::Allow => r#""Allow""#.to_string(),
            Verdict::Deny(None) => r#""Deny""#.to_string(),
            Verdict::Deny(Some(message)) => {
                let message = Value::from(message.as_str());
                format!(r#""Deny","error_message":{message}"#)
            }
        };
        let payload = format!(r#"{{"timestamp":{timestamp},"verdict":{verdict}}}"#);
        let message = [timestamp.as_bytes(), b".", payload.as_bytes()];
        let signature = keys.sign_by(self.key_index, &message).encode(Encoding::Hex);
        let object = self.kind.response();
        Response(format!(
            r#"{{"object":"{object}","payload":{payload},"signature":"{signature}"}}"#
        ))
    }
}

/// A signed answer: JSON, to be sent with the status 200 and the content type `application/json`.
///
/// In axum and actix-web a handler returns it; with the feature `http`, a `http::Response` is made of it.
///
/// `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a signed answer is to be sent"]
pub struct Response(String);

impl Response {
    /// The content type to send it with.
    pub const CONTENT_TYPE: &'static str = "application/json";

    /// The body.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.0
    }

    /// The body.
    #[must_use]
    pub fn into_body(self) -> String {
        self.0
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").finish_non_exhaustive()
    }
}

#[cfg(feature = "http")]
impl<B: From<String>> From<Response> for http::Response<B> {
    fn from(response: Response) -> Self {
        let mut answer = Self::new(response.0.into());
        let json = http::HeaderValue::from_static(Response::CONTENT_TYPE);
        answer
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, json);
        answer
    }
}

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for Response {
    fn into_response(self) -> axum_core::response::Response {
        self.into()
    }
}

#[cfg(feature = "actix-web")]
impl actix_web::Responder for Response {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &actix_web::HttpRequest) -> actix_web::HttpResponse {
        actix_web::HttpResponse::Ok()
            .content_type(Self::CONTENT_TYPE)
            .body(self.0)
    }
}

/// What can be asked and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Authentication,
    UserRegistration,
}

impl Kind {
    /// That of a request whose `object` this is.
    pub(super) fn of_context(object: &str) -> Option<Self> {
        [Self::Authentication, Self::UserRegistration]
            .into_iter()
            .find(|kind| kind.context() == object)
    }

    pub(super) fn context(self) -> &'static str {
        match self {
            Self::Authentication => "authentication_action_context",
            Self::UserRegistration => "user_registration_action_context",
        }
    }

    fn response(self) -> &'static str {
        match self {
            Self::Authentication => "authentication_action_response",
            Self::UserRegistration => "user_registration_action_response",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow,
    Deny(Option<String>),
}

impl Verdict {
    pub(super) fn deny(message: &str) -> Self {
        let mut left = MOST;
        let fits = |it: &char| {
            let room = left.checked_sub(it.len_utf16());
            left = room.unwrap_or(0);
            room.is_some()
        };
        let message: String = message.chars().take_while(fits).collect();
        Self::Deny(Some(message).filter(|it| !it.is_empty()))
    }
}

/// How long a message may be, in units of UTF-16: <https://workos.com/docs/authkit/actions>.
const MOST: usize = 500;
