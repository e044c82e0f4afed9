//! hyper without an integration, over HTTP/1.1 and HTTP/2: what the feature `http` has is enough.
#![cfg(feature = "workos")]

mod support;
#[path = "support/web.rs"]
mod web;

use std::error::Error;

use bytes::Bytes;
use countersign::{Delivery, Provider, Rejection, Verifier, workos::WorkOs};
use futures_util::{FutureExt, StreamExt};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, StreamBody};
use hyper::{
    Request, Response,
    body::{Body, Frame, Incoming},
};
use support::{OLD_SECRET, SECRET, providers::Typed, verifier};
use web::{
    Answer, DEFAULT_LIMIT, Extraction, Handlers, LOWERED, OTHER_SECRET, Pieced, RAISED, Server,
    route,
};

web::for_each_integration!(server, extract, answer);

async fn server() -> Server {
    let start = async |handlers: Handlers| {
        web::serve(move |request| {
            let handlers = handlers.clone();
            async move { answer_to(request, &handlers).await }
        })
        .await
    };
    Server::new(start).await
}

/// As a service does it.
async fn receive<P: Provider, B>(
    request: Request<B>,
    limit: usize,
    verifier: &Verifier<P>,
) -> Result<Delivery<P, Bytes>, Rejection>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > limit as u64 {
        return Err(Rejection::BodyTooLarge);
    }
    let body = Limited::new(body, limit).collect().await;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => Rejection::BodyTooLarge,
        false => Rejection::UnreadableBody,
    })?;
    verifier.receive(&head.headers, body.to_bytes())
}

fn extract(limit: Option<usize>, header: &str, pieces: Pieced) -> Extraction<Rejection> {
    let request = Request::post("/").header(WorkOs::SCHEME.signature_header(), header);
    let body = StreamBody::new(pieces.map(|piece| piece.map(Frame::data)));
    let request = request.body(body).expect("a request");
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    async move { receive(request, limit, &verifier()).await }.boxed_local()
}

fn answer(rejection: Rejection) -> Answer {
    web::answer_of(Response::<Full<Bytes>>::from(rejection))
}

async fn answer_to(request: Request<Incoming>, handlers: &Handlers) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let (provider, route) = path[1..].split_at(path[1..].find('/').expect("a route"));
    let answered = match provider {
        WorkOs::NAME => of_provider::<WorkOs>(route, request, handlers).await,
        #[cfg(feature = "clerk")]
        countersign::clerk::Clerk::NAME => {
            of_provider::<countersign::clerk::Clerk>(route, request, handlers).await
        }
        #[cfg(feature = "courier")]
        countersign::courier::Courier::NAME => {
            of_provider::<countersign::courier::Courier>(route, request, handlers).await
        }
        _ => panic!("{provider}"),
    };
    match answered {
        Ok(()) => Response::new(Full::default()),
        Err(rejection) if route == route::REASON => Response::new(rejection.to_string().into()),
        Err(rejection) => rejection.into(),
    }
}

async fn of_provider<P: Typed>(
    route: &str,
    request: Request<Incoming>,
    handlers: &Handlers,
) -> Result<(), Rejection> {
    let verifier = match route {
        route::OTHER => Verifier::<P>::new(P::secret(OTHER_SECRET)),
        _ => Verifier::<P>::new(P::secret(SECRET)).with_previous(P::secret(OLD_SECRET)),
    };
    let limit = match route {
        route::LOWERED => LOWERED,
        route::RAISED => RAISED,
        _ => DEFAULT_LIMIT,
    };
    let delivery = receive(request, limit, &verifier).await?;
    handlers.handle(route, &delivery).await
}
