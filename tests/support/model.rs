//! What a verifier has to answer, for any scheme: as obvious and as slow as it can be written.

use std::time::Duration;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use countersign::{Part, Scheme, Tolerance, VerifyError};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::date;

/// A scheme in the terms of the model.
#[derive(Clone, Debug)]
pub struct Spec {
    pub header: &'static str,
    pub layout: Layout,
    pub encoding: Encoding,
    pub timestamp_header: Option<&'static str>,
    pub millis: bool,
    pub id_header: Option<&'static str>,
    /// Other names of all three: of the id, the time and the signature.
    pub other_headers: Option<[&'static str; 3]>,
    pub message: &'static [Part],
}

#[derive(Clone, Copy, Debug)]
pub enum Layout {
    Keyed {
        timestamp: &'static str,
        signature: &'static str,
        other: Option<&'static str>,
        separator: u8,
        groups: bool,
    },
    Prefixed(&'static str),
    List(&'static str, u8),
}

#[derive(Clone, Copy, Debug)]
pub enum Encoding {
    Hex,
    Base64,
    Base64Unpadded,
    Base64Url,
    Base64UrlUnpadded,
}

pub const WORKOS: Spec = Spec {
    header: "workos-signature",
    layout: Layout::Keyed {
        timestamp: "t",
        signature: "v1",
        other: None,
        separator: b',',
        groups: false,
    },
    encoding: Encoding::Hex,
    timestamp_header: None,
    millis: true,
    id_header: None,
    other_headers: None,
    message: &[Part::Timestamp, Part::Literal("."), Part::Body],
};

pub const STANDARD: Spec = Spec {
    header: "webhook-signature",
    layout: Layout::List("v1,", b' '),
    encoding: Encoding::Base64,
    timestamp_header: Some("webhook-timestamp"),
    millis: false,
    id_header: Some("webhook-id"),
    other_headers: None,
    message: &[
        Part::Id,
        Part::Literal("."),
        Part::Timestamp,
        Part::Literal("."),
        Part::Body,
    ],
};

pub const SLACK: Spec = Spec {
    header: "x-slack-signature",
    layout: Layout::Prefixed("v0="),
    encoding: Encoding::Hex,
    timestamp_header: Some("x-slack-request-timestamp"),
    millis: false,
    id_header: None,
    other_headers: None,
    message: &[
        Part::Literal("v0:"),
        Part::Timestamp,
        Part::Literal(":"),
        Part::Body,
    ],
};

/// Components in groups, of two kinds of signatures, and the time right after the body.
pub const GROUPS: Spec = Spec {
    header: "x-signature",
    layout: Layout::Keyed {
        timestamp: "ts",
        signature: "te",
        other: Some("li"),
        separator: b';',
        groups: true,
    },
    encoding: Encoding::Base64UrlUnpadded,
    timestamp_header: None,
    millis: false,
    id_header: None,
    other_headers: None,
    message: &[Part::Body, Part::Timestamp],
};

impl Spec {
    pub fn scheme(&self) -> Scheme {
        let mut scheme = match self.layout {
            Layout::Keyed {
                timestamp,
                signature,
                other,
                separator,
                groups,
            } => {
                let mut scheme =
                    Scheme::keyed(self.header, timestamp, signature).separator(separator);
                if let Some(other) = other {
                    scheme = scheme.or_signature(other);
                }
                if groups {
                    scheme = scheme.groups();
                }
                scheme
            }
            Layout::Prefixed(prefix) => Scheme::prefixed(self.header, prefix),
            Layout::List(prefix, separator) => Scheme::list(self.header, prefix, separator),
        };
        if let Some(header) = self.timestamp_header {
            scheme = scheme.timestamp_in(header, &[Part::Timestamp, Part::Body]);
        }
        scheme = match self.id_header {
            Some(header) => scheme.id_in(header, self.message),
            None => scheme.message(self.message),
        };
        if let Some([id, timestamp, signature]) = self.other_headers {
            scheme = scheme.or_headers(id, timestamp, signature);
        }
        if self.millis {
            scheme = scheme.millis();
        }
        match self.encoding {
            Encoding::Hex => scheme,
            Encoding::Base64 => scheme.base64(),
            Encoding::Base64Unpadded => scheme.base64().unpadded(),
            Encoding::Base64Url => scheme.base64url(),
            Encoding::Base64UrlUnpadded => scheme.base64url().unpadded(),
        }
    }

    pub fn is_timestamped(&self) -> bool {
        self.message.contains(&Part::Timestamp)
    }

    /// The signature's text for these parts, whatever they are.
    pub fn signature(&self, key: &[u8], id: &[u8], timestamp: &[u8], body: &[u8]) -> String {
        let tag = self.mac(key, id, timestamp, body);
        match self.encoding {
            Encoding::Hex => hex::encode(tag),
            Encoding::Base64 => BASE64_STANDARD.encode(tag),
            Encoding::Base64Unpadded => BASE64_STANDARD_NO_PAD.encode(tag),
            Encoding::Base64Url => BASE64_URL_SAFE.encode(tag),
            Encoding::Base64UrlUnpadded => BASE64_URL_SAFE_NO_PAD.encode(tag),
        }
    }

    fn mac(&self, key: &[u8], id: &[u8], timestamp: &[u8], body: &[u8]) -> Vec<u8> {
        let split = Split {
            id,
            timestamp,
            body,
        };
        hmac(key, &self.message_of(split))
    }

    /// What is signed.
    pub fn message_of(&self, split: Split<'_>) -> Vec<u8> {
        let parts = self.message.iter().map(|part| match part {
            Part::Id => split.id,
            Part::Timestamp => split.timestamp,
            Part::Body => split.body,
            Part::Literal(text) => text.as_bytes(),
            _ => panic!("{part:?}"),
        });
        parts.collect::<Vec<_>>().concat()
    }

    /// All ways in which these bytes are an id, a time and a body.
    pub fn splits<'a>(&self, message: &'a [u8]) -> Vec<Split<'a>> {
        let nothing = Split {
            id: &[],
            timestamp: &[],
            body: &[],
        };
        let mut found = Vec::new();
        split(self.message, message, nothing, &mut found);
        found
    }

    fn decode(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let tag = match self.encoding {
            Encoding::Hex => hex::decode(signature).ok(),
            Encoding::Base64 => BASE64_STANDARD.decode(signature).ok(),
            Encoding::Base64Unpadded => BASE64_STANDARD_NO_PAD.decode(signature).ok(),
            Encoding::Base64Url => BASE64_URL_SAFE.decode(signature).ok(),
            Encoding::Base64UrlUnpadded => BASE64_URL_SAFE_NO_PAD.decode(signature).ok(),
        };
        tag.filter(|tag| tag.len() == 32)
    }
}

/// The parts of a message that a request brings.
#[derive(Clone, Copy, Debug)]
pub struct Split<'a> {
    pub id: &'a [u8],
    pub timestamp: &'a [u8],
    pub body: &'a [u8],
}

fn split<'a>(parts: &[Part], message: &'a [u8], so_far: Split<'a>, found: &mut Vec<Split<'a>>) {
    let [part, parts @ ..] = parts else {
        if message.is_empty() {
            found.push(so_far);
        }
        return;
    };
    if let Part::Literal(text) = part {
        if let Some(rest) = message.strip_prefix(text.as_bytes()) {
            split(parts, rest, so_far, found);
        }
        return;
    }
    for at in 0..=message.len() {
        let (first, rest) = message.split_at(at);
        let mut so_far = so_far;
        match part {
            Part::Id if first.iter().all(u8::is_ascii_graphic) => so_far.id = first,
            Part::Timestamp if first.iter().all(u8::is_ascii_digit) => so_far.timestamp = first,
            Part::Body => so_far.body = first,
            _ => break,
        }
        split(parts, rest, so_far, found);
    }
}

pub fn mac(key: &[u8], timestamp: &[u8], body: &[u8]) -> Vec<u8> {
    WORKOS.mac(key, b"", timestamp, body)
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    hmac.update(message);
    hmac.finalize().into_bytes().to_vec()
}

#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    pub signed_at_ms: Option<u64>,
    pub id: Option<String>,
    pub key_index: usize,
}

/// A request, and who receives it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub secrets: &'a [&'a str],
    pub body: &'a [u8],
    pub now_ms: u64,
    pub tolerance: Tolerance,
}

/// The verdict on a request with these headers.
pub fn request(
    spec: &Spec,
    headers: &[(String, Vec<u8>)],
    case: Case<'_>,
) -> Result<Accepted, VerifyError> {
    let values = |name: &str| -> Vec<&[u8]> {
        let named = headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_slice()).collect()
    };
    let first = [Some(spec.header), spec.timestamp_header, spec.id_header];
    let has_first = first.iter().flatten().all(|name| !values(name).is_empty());
    let [header, timestamp, id] = match spec.other_headers {
        Some([id, timestamp, signature]) if !has_first => {
            [Some(signature), Some(timestamp), Some(id)]
        }
        _ => first,
    };
    let all: Vec<Vec<&[u8]>> = [header, timestamp, id]
        .into_iter()
        .flatten()
        .map(values)
        .collect();
    if all.iter().any(Vec::is_empty) {
        return Err(VerifyError::MissingHeader);
    }
    if all.iter().any(|values| values.len() > 1) {
        return Err(VerifyError::DuplicateHeader);
    }
    if !all.concat().concat().is_ascii() {
        return Err(VerifyError::NonAsciiHeader);
    }
    let value = |name: Option<&str>| name.map(|name| values(name)[0]);
    let header = value(header).expect("a signature header");
    verdict(spec, header, value(timestamp), value(id), case)
}

/// The verdict on the values of the headers.
pub fn verdict(
    spec: &Spec,
    header: &[u8],
    timestamp: Option<&[u8]>,
    id: Option<&[u8]>,
    case: Case<'_>,
) -> Result<Accepted, VerifyError> {
    let longest = [Some(header), timestamp, id].into_iter().flatten();
    if longest.into_iter().any(|value| value.len() > 4096) {
        return Err(VerifyError::HeaderTooLong);
    }
    let (timestamp, signatures) = match spec.layout {
        Layout::Keyed {
            timestamp: timestamp_key,
            signature,
            other,
            separator,
            groups,
        } => {
            let components =
                components(header, separator, groups).ok_or(VerifyError::MalformedHeader)?;
            let values = |wanted: &dyn Fn(&[u8]) -> bool| -> Vec<&[u8]> {
                let wanted = components.iter().filter(|(key, _)| wanted(key));
                wanted.map(|(_, value)| *value).collect()
            };
            let mut timestamps = values(&|key| key == timestamp_key.as_bytes());
            if groups {
                timestamps.dedup();
            }
            let timestamp = match timestamps[..] {
                [] => return Err(VerifyError::MissingTimestamp),
                [timestamp] => timestamp,
                _ => return Err(VerifyError::DuplicateTimestamp),
            };
            let keys = [Some(signature), other];
            let is_signature = |key: &[u8]| keys.iter().flatten().any(|it| it.as_bytes() == key);
            (Some(timestamp), values(&is_signature))
        }
        Layout::Prefixed(prefix) => {
            let signature = trim(header).strip_prefix(prefix.as_bytes());
            (timestamp, signature.into_iter().collect())
        }
        Layout::List(prefix, separator) => {
            let entries = header.split(|byte| *byte == separator).map(trim);
            let signatures = entries.filter_map(|entry| entry.strip_prefix(prefix.as_bytes()));
            let signatures = signatures.map(|signature| match signature {
                [signature @ .., b','] if separator == b' ' => signature,
                signature => signature,
            });
            (timestamp, signatures.collect())
        }
    };

    let mut signed_at_ms = None;
    if spec.is_timestamped() {
        let text = timestamp.expect("a time");
        let millis = milliseconds(text, spec.millis).ok_or(VerifyError::InvalidTimestamp)?;
        let adjoins = spec.message.windows(2).any(|pair| {
            pair == [Part::Body, Part::Timestamp] || pair == [Part::Timestamp, Part::Body]
        });
        let digits = if spec.millis { 13 } else { 10 };
        if adjoins && (text.len() != digits || text[0] == b'0') {
            return Err(VerifyError::InvalidTimestamp);
        }
        signed_at_ms = Some(millis);
    }
    if let Some(id) = id {
        let visible = id.iter().all(|byte| (b'!'..=b'~').contains(byte));
        let after_id = spec
            .message
            .iter()
            .skip_while(|part| **part != Part::Id)
            .nth(1);
        let Some(Part::Literal(literal)) = after_id else {
            panic!("{:?}", spec.message);
        };
        let holds_time = (0..id.len()).any(|at| {
            let rest = String::from_utf8_lossy(&id[at..]);
            let rest = rest.strip_prefix(literal).unwrap_or_default();
            rest.len() >= 10 && rest.bytes().take(10).all(|digit| digit.is_ascii_digit())
        });
        if id.is_empty() || id.len() > 256 || !visible || holds_time {
            return Err(VerifyError::InvalidId);
        }
    }

    if signatures.is_empty() {
        return Err(VerifyError::MissingSignature);
    }
    if signatures.len() > 16 {
        return Err(VerifyError::TooManySignatures);
    }
    let tags: Vec<Vec<u8>> = signatures
        .iter()
        .filter_map(|signature| spec.decode(signature))
        .collect();
    if tags.is_empty() {
        return Err(VerifyError::MalformedSignature);
    }

    let mac = |secret: &str| {
        let (id, timestamp) = (id.unwrap_or_default(), timestamp.unwrap_or_default());
        spec.mac(secret.as_bytes(), id, timestamp, case.body)
    };
    let key_index = case
        .secrets
        .iter()
        .position(|secret| tags.contains(&mac(secret)))
        .ok_or(VerifyError::SignatureMismatch)?;

    if let Some(signed_at_ms) = signed_at_ms {
        let signed_at = date(signed_at_ms);
        if signed_at_ms <= case.now_ms {
            let age = Duration::from_millis(case.now_ms - signed_at_ms);
            if age > case.tolerance.past() {
                return Err(VerifyError::Expired { signed_at, age });
            }
        } else {
            let ahead = Duration::from_millis(signed_at_ms - case.now_ms);
            if ahead > case.tolerance.future() {
                return Err(VerifyError::NotYetValid { signed_at, ahead });
            }
        }
    }
    Ok(Accepted {
        signed_at_ms,
        id: id.map(|id| String::from_utf8(id.to_vec()).expect("ASCII")),
        key_index,
    })
}

fn components(header: &[u8], separator: u8, groups: bool) -> Option<Vec<(&[u8], &[u8])>> {
    let parts = header.split(|byte| *byte == separator).map(trim);
    let mut all = Vec::new();
    for part in parts {
        if groups && !part.is_empty() {
            let of_group = part.split(is_blank).filter(|it| !it.is_empty());
            all.extend(of_group.map(component));
        } else {
            all.push(component(part));
        }
    }
    all.into_iter().collect()
}

fn component(part: &[u8]) -> Option<(&[u8], &[u8])> {
    if part.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let equals = part.iter().position(|byte| *byte == b'=')?;
    Some((&part[..equals], &part[equals + 1..]))
}

fn is_blank(byte: &u8) -> bool {
    b" \t".contains(byte)
}

fn trim(mut part: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = part {
        part = rest;
    }
    part
}

fn milliseconds(text: &[u8], millis: bool) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.chars().all(|digit| "0123456789".contains(digit));
    if !digits || text.is_empty() || text.len() > 20 {
        return None;
    }
    let number: u128 = text.parse().ok()?;
    let millis = if millis { number } else { number * 1000 };
    let year_10000 = 253_402_300_800_000;
    (millis < year_10000).then(|| millis.try_into().ok())?
}
