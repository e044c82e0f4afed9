//! Extractors for actix-web 4.

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

use crate::{Provider, Verifier, extract};
pub use crate::{
    delivery::Signed,
    extract::{FromDelivery, Webhook},
    rejection::Rejection,
};

impl<E: FromDelivery + 'static> FromRequest for Webhook<E> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed = receive(request.clone(), payload.take());
        Box::pin(async move { Self::decode(&signed.await?) })
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
        let header = extract::signature(request.headers().get_all(P::SIGNATURE_HEADER))?;
        Ok(Signed::verify(verifier, header, body)?)
    };
    signed
        .await
        .map_err(|rejection: Rejection| rejection.reported(None))
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
    buffered.await.map_err(|error| match error.as_error() {
        Some(PayloadError::Overflow) => Rejection::BodyTooLarge,
        _ => Rejection::UnreadableBody,
    })
}

/// A body that comes in one piece is not copied.
async fn buffer(mut payload: Payload) -> Result<Bytes, Rejection> {
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(piece) = poll_fn(|context| Pin::new(&mut payload).poll_next(context)).await {
        let piece = piece.map_err(|_| Rejection::UnreadableBody)?;
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
