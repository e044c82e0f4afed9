//! Deliveries that were recorded: as JSON, or as a request of HTTP that a proxy has saved. Which it is, the bytes tell.

use base64ct::{Base64, Encoding};
use serde_json::{Deserializer, Map, Value};
use time::OffsetDateTime;

use crate::{
    failure::Failure,
    output::printable,
    request::{self, End, Headers},
};

pub(crate) struct Delivery {
    /// What the user calls it.
    pub(crate) id: String,
    pub(crate) provider: Option<String>,
    /// The current one first.
    pub(crate) secrets: Vec<String>,
    pub(crate) signature: Signature,
    pub(crate) body: Vec<u8>,
    /// When it came.
    pub(crate) at: Option<OffsetDateTime>,
}

pub(crate) enum Signature {
    Headers(Headers),
    /// The value of the provider's signature header. Without a provider, it is WorkOS.
    Value(String),
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Delivery>, Failure> {
    match request::begins_with_request_line(bytes) {
        true => Ok(vec![saved_request(bytes)?]),
        false => json(bytes),
    }
}

fn saved_request(mut bytes: &[u8]) -> Result<Delivery, Failure> {
    let unreadable = |fault: request::Fault| {
        let is_incomplete = matches!(fault, request::Fault::Incomplete { .. });
        let failure = Failure::usage(fault.to_string());
        match is_incomplete {
            true => {
                failure.with_hint("what saved it may have changed line ends or decompressed it")
            }
            false => failure,
        }
    };
    let head = request::read_head(&mut bytes).map_err(unreadable)?;
    let body = head.read_body(&mut bytes, End::OfFile, usize::MAX);
    Ok(Delivery {
        id: format!("{} {}", head.method, head.target),
        provider: None,
        secrets: Vec::new(),
        body: body.map_err(unreadable)?,
        signature: Signature::Headers(head.headers),
        at: None,
    })
}

/// Any number of deliveries one after the other, or lists of them.
fn json(bytes: &[u8]) -> Result<Vec<Delivery>, Failure> {
    let mut deliveries = Vec::new();
    for value in Deserializer::from_slice(bytes).into_iter::<Value>() {
        // For any `Value` that is about the syntax, and quotes nothing.
        let value = value.map_err(|error| {
            Failure::usage(format!("neither JSON nor a request of HTTP: {error}"))
        })?;
        let mut value = object(value)?;
        match value.remove("deliveries") {
            None => deliveries.push(value),
            Some(Value::Array(list)) => {
                for value in list {
                    deliveries.push(object(value)?);
                }
            }
            Some(_) => return Err(Failure::usage("field `deliveries` is not a list")),
        }
    }
    if deliveries.is_empty() {
        return Err(Failure::usage("no deliveries"));
    }
    let numbered = (1..).zip(deliveries);
    numbered
        .map(|(number, value)| {
            delivery(&value).map_err(|error| match text(&value, "id") {
                Ok(Some(id)) => error.at(format!("delivery {}", printable(&id))),
                _ => error.at(format!("delivery {number}")),
            })
        })
        .collect()
}

fn object(value: Value) -> Result<Map<String, Value>, Failure> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Failure::usage("a delivery is not a JSON object")),
    }
}

fn delivery(value: &Map<String, Value>) -> Result<Delivery, Failure> {
    let secrets = [text(value, "secret")?, text(value, "previous_secret")?];
    Ok(Delivery {
        id: text(value, "id")?.ok_or_else(|| missing("id"))?,
        provider: text(value, "provider")?,
        secrets: secrets.into_iter().flatten().collect(),
        signature: signature(value)?,
        body: body(value)?,
        at: value.get("now_ms").map(time).transpose()?,
    })
}

fn signature(value: &Map<String, Value>) -> Result<Signature, Failure> {
    let Some(headers) = value.get("headers") else {
        let header = text(value, "header")?.ok_or_else(|| missing("header` or `headers"))?;
        return Ok(Signature::Value(header));
    };
    let wrong =
        || Failure::usage("field `headers` is not an object of texts, or of lists of texts");
    let mut all = Headers::new();
    for (name, value) in headers.as_object().ok_or_else(wrong)? {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        for value in values {
            let value = value.as_str().ok_or_else(wrong)?;
            all.push((name.clone(), value.into()));
        }
    }
    Ok(Signature::Headers(all))
}

fn body(value: &Map<String, Value>) -> Result<Vec<u8>, Failure> {
    match (text(value, "body")?, text(value, "body_base64")?) {
        (Some(text), _) => Ok(text.into()),
        (None, Some(base64)) => Base64::decode_vec(&base64)
            .map_err(|_| Failure::usage("field `body_base64` is not base64")),
        (None, None) => Err(missing("body` or `body_base64")),
    }
}

fn time(millis: &Value) -> Result<OffsetDateTime, Failure> {
    let millis = millis.as_i64().map(i128::from);
    let nanos = millis.and_then(|it| it.checked_mul(1_000_000));
    let time = nanos.and_then(|it| OffsetDateTime::from_unix_timestamp_nanos(it).ok());
    time.ok_or_else(|| Failure::usage("field `now_ms` is not a Unix time in milliseconds"))
}

fn text(value: &Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Failure::usage(format!("field `{name}` is not a text"))),
    }
}

fn missing(name: &str) -> Failure {
    Failure::usage(format!("field `{name}` is missing"))
}
