//! Signs and verifies deliveries by name of the provider, and by the kind of the key that the secret is: one request a line on
//! stdin, one answer a line on stdout.

use std::{
    error::Error,
    io::{self, BufRead, Write},
};

use countersign::{
    AnySigner, AnyVerifier, Secret, StandardPrivateKey, StandardPublicKey, StandardSecret,
    VerifyError, clerk, courier, rows,
    workos::{
        self,
        actions::{self, Action, Answer},
    },
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

type Headers = Vec<(String, String)>;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Request {
    Sign {
        provider: String,
        secret: String,
        body: String,
        /// In milliseconds since 1970.
        at: i64,
    },
    Verify {
        provider: String,
        secret: String,
        body: String,
        headers: Headers,
    },
    /// Answers an action.
    Answer {
        kind: String,
        verdict: String,
        message: String,
        secret: String,
        /// In milliseconds since 1970.
        at: i64,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply {
    Headers(Headers),
    Verdict(&'static str),
    Body(String),
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut stdout = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = match serde_json::from_str(&line?)? {
            Request::Sign {
                provider,
                secret,
                body,
                at,
            } => Reply::Headers(sign(&provider, secret, &body, at)?),
            Request::Verify {
                provider,
                secret,
                body,
                headers,
            } => Reply::Verdict(match verify(&provider, secret, &body, &headers)? {
                Ok(()) => "accepted",
                Err(error) => error.kind(),
            }),
            Request::Answer {
                kind,
                verdict,
                message,
                secret,
                at,
            } => Reply::Body(answer(&kind, &verdict, &message, secret, at)?),
        };
        writeln!(stdout, "{}", serde_json::to_string(&answer)?)?;
        stdout.flush()?;
    }
    Ok(())
}

fn sign(provider: &str, secret: String, body: &str, at: i64) -> Result<Headers, Box<dyn Error>> {
    let at = date(at);
    let body = body.as_bytes();
    let is_private_key = secret.starts_with("whsk_");
    let headers = match provider {
        "clerk" if is_private_key => {
            let key = StandardPrivateKey::new(secret)?;
            clerk::Signer::from_private_key(key).headers(body, at)
        }
        "clerk" => clerk::Signer::new(StandardSecret::new(secret)?).headers(body, at),
        "courier" => courier::Signer::new(Secret::new(secret)?).headers(body, at),
        "workos" => workos::Signer::new(Secret::new(secret)?).headers(body, at),
        "workos_actions" => actions::Signer::new(Secret::new(secret)?).headers(body, at),
        _ if is_private_key => {
            let key = StandardPrivateKey::new(secret)?;
            AnySigner::new(row(provider)?.scheme(), key).headers(body, at)
        }
        _ => row(provider)?.signer(secret)?.headers(body, at),
    };
    Ok(headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

fn verify(
    provider: &str,
    secret: String,
    body: &str,
    headers: &Headers,
) -> Result<Result<(), VerifyError>, Box<dyn Error>> {
    let is_public_key = secret.starts_with("whpk_");
    Ok(match provider {
        "clerk" => {
            let verifier = if is_public_key {
                clerk::Verifier::from_public_key(StandardPublicKey::new(secret)?)
            } else {
                clerk::Verifier::new(StandardSecret::new(secret)?)
            };
            verifier.verify_request(headers, body).map(drop)
        }
        "courier" => {
            let verifier = courier::Verifier::new(Secret::new(secret)?);
            verifier.verify_request(headers, body).map(drop)
        }
        "workos" => {
            let verifier = workos::Verifier::new(Secret::new(secret)?);
            verifier.verify_request(headers, body).map(drop)
        }
        "workos_actions" => {
            let verifier = actions::Verifier::new(Secret::new(secret)?);
            let delivery = verifier.verify_request(headers, body);
            if let Ok(delivery) = &delivery {
                match delivery.action()? {
                    Action::Authentication(_) | Action::UserRegistration(_) => {}
                    other => return Err(format!("{other:?}").into()),
                }
            }
            delivery.map(drop)
        }
        _ => {
            let row = row(provider)?;
            let verifier = if is_public_key {
                AnyVerifier::new(row.scheme(), StandardPublicKey::new(secret)?)
            } else {
                row.verifier(secret)?
            };
            verifier.verify_request(headers, body).map(drop)
        }
    })
}

fn answer(
    kind: &str,
    verdict: &str,
    message: &str,
    secret: String,
    at: i64,
) -> Result<String, Box<dyn Error>> {
    let body = match kind {
        "authentication" => {
            r#"{"id":"1","object":"authentication_action_context","user":{"id":"1"}}"#
        }
        _ => r#"{"id":"1","object":"user_registration_action_context","user_data":{"email":"1"}}"#,
    };
    let (at, secret) = (date(at), Secret::new(secret)?);
    let header = actions::Signer::new(secret.clone()).sign(body.as_bytes(), at);
    let verifier = actions::Verifier::new(secret);
    let is_allowed = verdict == "Allow";
    let answer: Answer = match verifier.verify_at(header, body, at)?.action()? {
        Action::Authentication(request) if is_allowed => request.allow(),
        Action::Authentication(request) => request.deny(message),
        Action::UserRegistration(request) if is_allowed => request.allow(),
        Action::UserRegistration(request) => request.deny(message),
        other => return Err(format!("{other:?}").into()),
    };
    Ok(verifier.respond_at(&answer, at).into_body())
}

fn date(millis: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(millis)
}

fn row(provider: &str) -> Result<&'static rows::Row, String> {
    rows::find(provider).ok_or_else(|| format!("no row {provider}"))
}
