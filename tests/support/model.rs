//! The verdict table of the header and its checks, as obvious and as slow as it can be written.

use std::time::Duration;

use countersign::{Tolerance, VerifyError};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::date;

#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    pub signed_at_ms: u64,
    pub key_index: usize,
}

pub fn mac(key: &[u8], timestamp: &[u8], body: &[u8]) -> Vec<u8> {
    let message = [timestamp, b".", body].concat();
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    hmac.update(&message);
    hmac.finalize().into_bytes().to_vec()
}

pub fn verdict(
    secrets: &[&str],
    header: &[u8],
    body: &[u8],
    now_ms: u64,
    tolerance: Tolerance,
) -> Result<Accepted, VerifyError> {
    if header.len() > 4096 {
        return Err(VerifyError::HeaderTooLong);
    }
    let components: Vec<(&[u8], &[u8])> = header
        .split(|byte| *byte == b',')
        .map(component)
        .collect::<Option<_>>()
        .ok_or(VerifyError::MalformedHeader)?;
    let values = |wanted: &[u8]| -> Vec<&[u8]> {
        let wanted = components.iter().filter(|(key, _)| *key == wanted);
        wanted.map(|(_, value)| *value).collect()
    };

    let timestamp = match values(b"t")[..] {
        [] => return Err(VerifyError::MissingTimestamp),
        [timestamp] => timestamp,
        _ => return Err(VerifyError::DuplicateTimestamp),
    };
    let signed_at_ms = milliseconds(timestamp).ok_or(VerifyError::InvalidTimestamp)?;

    let signatures = values(b"v1");
    if signatures.is_empty() {
        return Err(VerifyError::MissingSignature);
    }
    if signatures.len() > 16 {
        return Err(VerifyError::TooManySignatures);
    }
    let tags: Vec<Vec<u8>> = signatures
        .iter()
        .filter(|signature| signature.len() == 64)
        .filter_map(|signature| hex::decode(signature).ok())
        .collect();
    if tags.is_empty() {
        return Err(VerifyError::MalformedSignature);
    }

    let key_index = secrets
        .iter()
        .position(|secret| tags.contains(&mac(secret.as_bytes(), timestamp, body)))
        .ok_or(VerifyError::SignatureMismatch)?;

    let signed_at = date(signed_at_ms);
    if signed_at_ms <= now_ms {
        let age = Duration::from_millis(now_ms - signed_at_ms);
        if age > tolerance.past() {
            return Err(VerifyError::Expired { signed_at, age });
        }
    } else {
        let ahead = Duration::from_millis(signed_at_ms - now_ms);
        if ahead > tolerance.future() {
            return Err(VerifyError::NotYetValid { signed_at, ahead });
        }
    }
    Ok(Accepted {
        signed_at_ms,
        key_index,
    })
}

fn component(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = |byte: &u8| b" \t".contains(byte);
    let start = part.iter().position(|byte| !blank(byte))?;
    let end = part.iter().rposition(|byte| !blank(byte))?;
    let part = &part[start..=end];
    if part.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let equals = part.iter().position(|byte| *byte == b'=')?;
    Some((&part[..equals], &part[equals + 1..]))
}

fn milliseconds(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.chars().all(|digit| "0123456789".contains(digit));
    if !digits || text.is_empty() || text.len() > 20 {
        return None;
    }
    let millis: u128 = text.parse().ok()?;
    let year_10000 = 253_402_300_800_000;
    (millis < year_10000).then(|| millis.try_into().ok())?
}
