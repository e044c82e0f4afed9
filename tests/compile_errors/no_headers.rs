// error[E0277]: `axum::http::Request<axum::body::Body>` does not hold the headers of a request
// not headers
// pass those of the whole request, such as `request.headers()`, or pairs of name and value
// the `HeaderMap` of the crate `http` needs the feature `http`; a type of your own has to implement `Headers`

use axum::{body::Body, http::Request};
use countersign::workos;

fn verify(verifier: &workos::Verifier, request: &Request<Body>, body: &[u8]) {
    let _ = verifier.verify_request(request, body);
}

fn main() {}
