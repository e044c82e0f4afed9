//! Signs and verifies deliveries by name of the provider, and by the kind of the key that the secret is: one request a line on
//! stdin, one answer a line on stdout.

use std::{
    error::Error,
    io::{self, BufRead, Write},
};

use countersign::{
    AnySigner, AnyVerifier, Secret, StandardPrivateKey, StandardPublicKey, StandardSecret,
    VerifyError, clerk, courier, rows, workos,
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
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Headers(Headers),
    Verdict(&'static str),
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
            } => Answer::Headers(sign(&provider, secret, &body, at)?),
            Request::Verify {
                provider,
                secret,
                body,
                headers,
            } => Answer::Verdict(match verify(&provider, secret, &body, &headers)? {
                Ok(()) => "accepted",
                Err(error) => error.kind(),
            }),
        };
        writeln!(stdout, "{}", serde_json::to_string(&answer)?)?;
        stdout.flush()?;
    }
    Ok(())
}

fn sign(provider: &str, secret: String, body: &str, at: i64) -> Result<Headers, Box<dyn Error>> {
    let at = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(at);
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

fn row(provider: &str) -> Result<&'static rows::Row, String> {
    rows::find(provider).ok_or_else(|| format!("no row {provider}"))
}
