//! Extractors for axum 0.8.

use axum_core::{
    extract::{
        FromRef, FromRequest, Request,
        rejection::{BytesRejection, FailedToBufferBody},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;

use crate::{Provider, Verifier, extract};
pub use crate::{
    delivery::Signed,
    extract::{FromDelivery, Webhook},
    rejection::Rejection,
};

impl<E, S> FromRequest<S> for Webhook<E>
where
    E: FromDelivery,
    S: Send + Sync,
    Verifier<E::Provider>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let signed = Signed::from_request(request, state).await?;
        Self::decode(&signed)
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
        receive(request, state)
            .await
            .map_err(|rejection| rejection.reported(None))
    }
}

async fn receive<P, S>(request: Request, state: &S) -> Result<Signed<P>, Rejection>
where
    P: Provider,
    S: Send + Sync,
    Verifier<P>: FromRef<S>,
{
    let header = extract::signature(request.headers().get_all(P::SIGNATURE_HEADER)).cloned();
    // Within the `DefaultBodyLimit`, and 2 MiB if there is none.
    let body = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| unread(&rejection))?;
    Ok(Signed::verify(&Verifier::from_ref(state), header?, body)?)
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
