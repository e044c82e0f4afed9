//! `countersign sign`: the headers for a body.

use std::path::Path;

use base64ct::{Base64, Encoding};
use clap::Args;
use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    BodyArguments, SecretArguments,
    failure::Failure,
    is_stdin,
    output::{Json, Output},
    provider::{self, Provider, Secrets},
};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    body: BodyArguments,
    /// Whose signature
    #[arg(long, value_name = "NAME")]
    provider: String,
    #[command(flatten)]
    secrets: SecretArguments,
    /// When it is signed: now, or a time such as 2026-01-02T03:04:05Z
    #[arg(long, value_name = "TIME", value_parser = crate::time, default_value = "now")]
    at: OffsetDateTime,
    /// Id of the delivery, where one is signed [default: one made up of body and time]
    #[arg(long)]
    id: Option<String>,
    /// Prints a command that sends it there
    #[arg(long, value_name = "URL", conflicts_with_all = ["json", "request"])]
    curl: Option<String>,
    /// Prints a whole request of HTTP/1.1, which `verify` reads
    #[arg(long, conflicts_with = "json")]
    request: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<bool, Failure> {
    let provider = provider::find(&arguments.provider)?;
    let body = arguments.body.read(&provider)?;
    let body = body.ok_or_else(|| Failure::usage("nothing to sign: name a file, or --event"))?;
    let secrets = arguments.secrets.secrets();
    let (id, at) = (arguments.id.as_deref(), arguments.at);
    let headers = headers(&provider, &secrets, id, &body, at)?;

    if output.is_json() {
        output.json(&recorded(&provider, headers, body, at))?;
    } else if arguments.request {
        let host = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n";
        output.bytes(host.as_bytes())?;
        for (name, value) in headers {
            output.bytes(format!("{name}: {value}\r\n").as_bytes())?;
        }
        output.bytes(format!("content-length: {}\r\n\r\n", body.len()).as_bytes())?;
        output.bytes(&body)?;
    } else if let Some(url) = &arguments.curl {
        let mut command = String::from("curl --header 'content-type: application/json'");
        for (name, value) in headers {
            command.push_str(&format!(
                " --header {}",
                quoted(&format!("{name}: {value}"))
            ));
        }
        let (flag, data) = match &arguments.body.file {
            Some(path) if !is_stdin(path) => ("--data-binary", format!("@{}", absolute(path))),
            // There, a body that begins with @ is not taken for the name of a file.
            _ => ("--data-raw", pasted(body)?),
        };
        output.line(&format!(
            "{command} {flag} {} {}",
            quoted(&data),
            quoted(url)
        ))?;
    } else {
        for (name, value) in headers {
            output.line(&format!("{name}: {value}"))?;
        }
    }
    Ok(true)
}

/// The headers of a delivery that a verifier accepts at that time.
pub(crate) fn headers(
    provider: &Provider,
    secrets: &Secrets,
    id: Option<&str>,
    body: &[u8],
    at: OffsetDateTime,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let signer = provider.signer(secrets)?;
    let headers = match id {
        Some(_) if !provider.scheme.is_identified() => {
            return Err(Failure::usage(format!("{} signs no id", provider.name)));
        }
        Some(id) => signer.headers_with_id(id, body, at),
        None => signer.headers(body, at),
    };
    // Not with an id of other characters, nor at a time before 1970.
    let verifier = provider.verifier(secrets, None)?;
    match verifier.verify_request_at(&headers, body, at) {
        Ok(_) => Ok(headers),
        Err(error) => Err(Failure::usage(format!(
            "no verifier would accept it: {error}"
        ))),
    }
}

/// As `verify` reads it.
fn recorded(
    provider: &Provider,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    at: OffsetDateTime,
) -> Json {
    let headers = headers.into_iter();
    let headers: serde_json::Map<_, _> = headers
        .map(|(name, value)| (name.into(), Value::String(value)))
        .collect();
    let (text, base64) = match String::from_utf8(body) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(Base64::encode_string(error.as_bytes()))),
    };
    let millis = i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000));
    Json(vec![
        ("id", "signed".into()),
        ("provider", provider.name.into()),
        ("headers", headers.into()),
        ("body", text.into()),
        ("body_base64", base64.into()),
        ("now_ms", millis.ok().into()),
    ])
}

/// A body that comes through a terminal and a shell as it is.
fn pasted(body: Vec<u8>) -> Result<String, Failure> {
    let body = String::from_utf8(body)
        .map_err(|_| Failure::usage("body is not UTF-8: name a file with it"))?;
    let is_lost = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    match body.contains(is_lost) {
        true => Err(Failure::usage(
            "body has control characters: name a file with it",
        )),
        false => Ok(body),
    }
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn absolute(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.into());
    absolute.display().to_string()
}
