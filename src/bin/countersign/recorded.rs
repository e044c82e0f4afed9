//! Deliveries that were recorded: as JSON, or as a request of HTTP that a proxy has saved. Which it is, the bytes tell.

use std::{borrow::Cow, collections::BTreeMap};

use base64ct::{Base64, Encoding};
use serde_json::{Deserializer, Map, Value, value::RawValue};
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
    /// How many bytes of the file come after the body, by what the request says of its length.
    pub(crate) left_out: usize,
    /// When it came.
    pub(crate) at: Option<OffsetDateTime>,
}

pub(crate) enum Signature {
    Headers(Headers),
    /// The value of the provider's signature header. Without a provider, it is WorkOS.
    Value(String),
}

/// All that stands in a file. What is wrong with one of them is told when it is its turn.
pub(crate) type Deliveries<'a> = Box<dyn ExactSizeIterator<Item = Result<Delivery, Failure>> + 'a>;

pub(crate) fn parse(bytes: &[u8]) -> Result<Deliveries<'_>, Failure> {
    // What editors put in front.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.trim_ascii_start();
    match request::begins_with_request_line(bytes) {
        true => Ok(Box::new(std::iter::once(saved_request(bytes)))),
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
    let head = request::read_head(&mut bytes, End::OfFile).map_err(unreadable)?;
    let body = head.read_body(&mut bytes, End::OfFile, usize::MAX);
    Ok(Delivery {
        // Not what an editor adds.
        left_out: bytes.trim_ascii().len(),
        id: format!("{} {}", head.method, head.target),
        provider: None,
        secrets: Vec::new(),
        body: body.map_err(unreadable)?,
        signature: Signature::Headers(head.headers),
        at: None,
    })
}

/// Any number of deliveries one after the other, or lists of them. One at a time is taken apart, as there may be many.
fn json(bytes: &[u8]) -> Result<Deliveries<'_>, Failure> {
    let mut deliveries = Vec::new();
    for value in Deserializer::from_slice(bytes).into_iter::<&RawValue>() {
        // That is about the syntax, and quotes nothing.
        let value = value.map_err(|error| {
            let failure = Failure::usage(format!("neither JSON nor a request of HTTP: {error}"));
            match hint(bytes) {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        })?;
        match value.get().as_bytes() {
            [b'[', ..] => deliveries.append(&mut list(value)?),
            [b'{', ..] => match fields(value)?.remove("deliveries") {
                Some(value) => deliveries.append(&mut list(value)?),
                None => deliveries.push(value),
            },
            _ => return Err(Failure::usage(NO_OBJECT)),
        }
    }
    if deliveries.is_empty() {
        return Err(Failure::usage("no deliveries"));
    }
    let deliveries = deliveries.into_iter().enumerate();
    Ok(Box::new(deliveries.map(|(index, value)| {
        let number = index.saturating_add(1);
        let value = serde_json::from_str(value.get())
            .map_err(|error| no_object(&error).at(format!("delivery {number}")))?;
        delivery(number, &value).map_err(|error| match text(&value, "id") {
            Ok(Some(id)) => error.at(format!("delivery {}", printable(&id))),
            _ => error.at(format!("delivery {number}")),
        })
    })))
}

/// What it may be instead.
fn hint(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'{' | b'[', ..] => None,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("it is UTF-16: save it byte for byte, as it came")
        }
        [b'>' | b'*', b' ', ..] => {
            Some("curl -v shows no body: save the request where it comes in")
        }
        _ => Some("a request begins with a line such as POST /hook HTTP/1.1"),
    }
}

type Fields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

fn fields(value: &RawValue) -> Result<Fields<'_>, Failure> {
    serde_json::from_str(value.get()).map_err(|error| no_object(&error))
}

fn list(value: &RawValue) -> Result<Vec<&RawValue>, Failure> {
    serde_json::from_str(value.get())
        .map_err(|_| Failure::usage("field `deliveries` is not a list"))
}

/// What is an object may have something in it that is not JSON all the same, such as half a surrogate.
fn no_object(error: &serde_json::Error) -> Failure {
    match error.is_data() {
        // That would quote what it is instead.
        true => Failure::usage(NO_OBJECT),
        false => Failure::usage(error.to_string()),
    }
}

const NO_OBJECT: &str = "not a JSON object";

fn delivery(number: usize, value: &Map<String, Value>) -> Result<Delivery, Failure> {
    let secrets = [text(value, "secret")?, text(value, "previous_secret")?];
    Ok(Delivery {
        id: text(value, "id")?.unwrap_or_else(|| number.to_string()),
        provider: text(value, "provider")?,
        secrets: secrets.into_iter().flatten().collect(),
        signature: signature(value)?,
        body: body(value)?,
        left_out: 0,
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
        .with_hint("`countersign verify --help` says what a delivery has")
}
