//! How providers sign by `vectors/schemes.json`, and signatures by it that owe nothing to the crate but HMAC.

use std::{collections::BTreeMap, fs};

use base64::{
    Engine,
    engine::GeneralPurpose,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

pub(crate) const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// By the name of the provider.
pub(crate) fn all() -> BTreeMap<String, Facts> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "about")]
        _about: String,
        schemes: BTreeMap<String, Facts>,
    }
    let text = fs::read(format!("{VECTORS}/schemes.json")).unwrap();
    let file: File = serde_json::from_slice(&text).unwrap();
    file.schemes
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    pub(crate) signature_header: String,
    pub(crate) timestamp_header: Option<String>,
    pub(crate) id_header: Option<String>,
    pub(crate) other_headers: Option<OtherHeaders>,
    layout: Layout,
    pub(crate) timestamp_key: Option<String>,
    #[serde(default)]
    pub(crate) signature_keys: Vec<String>,
    separator: Option<char>,
    #[serde(default)]
    pub(crate) groups: bool,
    prefix: Option<String>,
    encoding: Encoding,
    pub(crate) unit: Option<Unit>,
    message: Vec<String>,
    pub(crate) secret: SecretForm,
    pub(crate) tolerance_s: Option<u64>,
}

/// Names under which the three headers may come too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherHeaders {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
}

/// Names of the headers that a request has.
pub(crate) struct Names<'a> {
    pub(crate) signature: &'a str,
    pub(crate) timestamp: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Layout {
    Keyed,
    Prefixed,
    List,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Encoding {
    Hex,
    Base64,
    Base64Unpadded,
    Base64url,
    Base64urlUnpadded,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SecretForm {
    Text,
    Base64,
    PublicKey,
}

impl Facts {
    pub(crate) fn is_keyed(&self) -> bool {
        self.layout == Layout::Keyed
    }

    /// The first names, unless one of them is not there and the scheme has others.
    pub(crate) fn names(&self, is_there: impl Fn(&str) -> bool) -> Names<'_> {
        let first = Names {
            signature: &self.signature_header,
            timestamp: self.timestamp_header.as_deref(),
            id: self.id_header.as_deref(),
        };
        let mut all = [Some(first.signature), first.timestamp, first.id]
            .into_iter()
            .flatten();
        match &self.other_headers {
            Some(other) if !all.all(is_there) => Names {
                signature: &other.signature,
                timestamp: Some(&other.timestamp),
                id: Some(&other.id),
            },
            _ => first,
        }
    }

    pub(crate) fn may_have_several_signatures(&self) -> bool {
        self.layout != Layout::Prefixed
    }

    /// Whether something tells a signature from what is none.
    pub(crate) fn has_marked_signatures(&self) -> bool {
        self.is_keyed() || self.prefix.as_ref().is_some_and(|it| !it.is_empty())
    }

    pub(crate) fn separator(&self) -> u8 {
        let separator = self.separator.expect("a separator");
        separator.try_into().expect("an ASCII character")
    }

    /// What `Display` of the scheme is to say.
    pub(crate) fn display(&self) -> String {
        let encoding = match self.encoding {
            Encoding::Hex => "hex",
            Encoding::Base64 => "base64",
            Encoding::Base64Unpadded => "base64 without padding",
            Encoding::Base64url => "base64url",
            Encoding::Base64urlUnpadded => "base64url without padding",
        };
        let unit = match self.unit {
            Some(Unit::Seconds) => "seconds",
            Some(Unit::Milliseconds) => "milliseconds",
            None => "",
        };
        let prefix = self.prefix.as_deref().unwrap_or_default();
        // It names the signatures by a secret, which every scheme has.
        let prefix = match self.secret {
            SecretForm::PublicKey => BY_SECRET,
            SecretForm::Text | SecretForm::Base64 => prefix,
        };
        let mut text = format!("{}: ", self.signature_header);
        match self.layout {
            Layout::Keyed => {
                let separator = char::from(self.separator());
                let timestamp = self
                    .timestamp_key
                    .as_deref()
                    .expect("a key of the timestamp");
                text += &format!("{timestamp}=<{unit}>");
                for key in &self.signature_keys {
                    text += &format!("{separator}{key}=<{encoding}>");
                }
                text += if self.groups { " .." } else { "" };
            }
            Layout::Prefixed => text += &format!("{prefix}<{encoding}>"),
            Layout::List => {
                text += &format!("{prefix}<{encoding}>{}..", char::from(self.separator()));
            }
        }
        if let Some(header) = &self.timestamp_header {
            text += &format!(", {header}: <{unit}>");
        }
        if let Some(header) = &self.id_header {
            text += &format!(", {header}: <id>");
        }
        if let Some(other) = &self.other_headers {
            let OtherHeaders {
                id,
                timestamp,
                signature,
            } = other;
            text += &format!(", or {signature}, {timestamp}, {id}");
        }
        format!("{text} over {}", self.message.concat())
    }

    /// Whether zeros in front of the timestamp could be the end of the body.
    pub(crate) fn joins_body_and_time(&self) -> bool {
        let message = self.message.concat();
        message.contains("{body}{timestamp}") || message.contains("{timestamp}{body}")
    }

    /// The signature as it stands in a header, of a provider that signs no id.
    pub(crate) fn sign(&self, secret: &str, timestamp: &[u8], body: &[u8]) -> String {
        assert!(self.secret == SecretForm::Text);
        let mut message = Vec::new();
        for part in &self.message {
            message.extend_from_slice(match part.as_str() {
                "{timestamp}" => timestamp,
                "{body}" => body,
                text => text.as_bytes(),
            });
        }
        self.encode(&hmac_sha256(secret.as_bytes(), &message))
    }

    pub(crate) fn encode(&self, tag: &[u8]) -> String {
        match self.base64() {
            Some(base64) => base64.encode(tag),
            None => hex::encode(tag),
        }
    }

    fn decode(&self, text: &[u8], len: usize) -> Option<Vec<u8>> {
        let tag = match self.base64() {
            Some(base64) => base64.decode(text).ok(),
            None => hex::decode(text).ok(),
        };
        tag.filter(|tag| tag.len() == len)
    }

    fn base64(&self) -> Option<&'static GeneralPurpose> {
        match self.encoding {
            Encoding::Hex => None,
            Encoding::Base64 => Some(&BASE64_STANDARD),
            Encoding::Base64Unpadded => Some(&BASE64_STANDARD_NO_PAD),
            Encoding::Base64url => Some(&BASE64_URL_SAFE),
            Encoding::Base64urlUnpadded => Some(&BASE64_URL_SAFE_NO_PAD),
        }
    }

    /// The signature header with the bytes of all its well-formed signatures changed.
    pub(crate) fn with_tags(&self, header: &[u8], change: impl Fn(&mut [u8])) -> Vec<u8> {
        let changed = |text: &[u8], len| {
            // Where entries are separated by blanks, a comma may follow one.
            let end = text
                .iter()
                .rposition(|byte| *byte != b',')
                .map_or(0, |at| at + 1);
            let (signature, commas) = text.split_at(end);
            let mut tag = self.decode(signature, len)?;
            change(&mut tag);
            Some([self.encode(&tag).as_bytes(), commas].concat())
        };
        if self.layout == Layout::Keyed {
            return self.with_values(header, |key, value| {
                let is_signature = self.signature_keys.iter().any(|it| it.as_bytes() == key);
                changed(value, TAG_LEN).filter(|_| is_signature)
            });
        }
        let prefix = self.prefix.as_deref().expect("a prefix");
        let kinds = match self.secret {
            SecretForm::PublicKey => vec![(prefix, SIGNATURE_LEN), (BY_SECRET, TAG_LEN)],
            SecretForm::Text | SecretForm::Base64 => vec![(prefix, TAG_LEN)],
        };
        let with_prefix = |entry: &[u8]| {
            kinds.iter().find_map(|(prefix, len)| {
                let changed = changed(entry.strip_prefix(prefix.as_bytes())?, *len)?;
                Some([prefix.as_bytes(), &changed].concat())
            })
        };
        match self.layout {
            Layout::Prefixed => {
                let entry = header.trim_ascii();
                with_prefix(entry).unwrap_or_else(|| entry.to_vec())
            }
            _ => with_words(header, self.separator(), with_prefix),
        }
    }

    /// The signature header with all its timestamps changed.
    pub(crate) fn with_timestamps(
        &self,
        header: &[u8],
        change: impl Fn(&[u8]) -> Vec<u8>,
    ) -> Vec<u8> {
        let timestamp = self
            .timestamp_key
            .as_deref()
            .expect("a key of the timestamp");
        self.with_values(header, |key, value| {
            (key == timestamp.as_bytes()).then(|| change(value))
        })
    }

    fn with_values(
        &self,
        header: &[u8],
        change: impl Fn(&[u8], &[u8]) -> Option<Vec<u8>>,
    ) -> Vec<u8> {
        with_words(header, self.separator(), |component| {
            let equals = component.iter().position(|byte| *byte == b'=')?;
            let (key, value) = (&component[..equals], &component[equals + 1..]);
            Some([key, b"=", &change(key, value)?].concat())
        })
    }
}

/// The text with all that stands between blanks and separators changed, or left if there is nothing to change.
fn with_words(text: &[u8], separator: u8, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut changed = Vec::new();
    for part in text.split_inclusive(|byte| [separator, b' ', b'\t'].contains(byte)) {
        let end = part.len()
            - usize::from(
                part.ends_with(&[separator]) || part.ends_with(b" ") || part.ends_with(b"\t"),
            );
        let (word, end) = part.split_at(end);
        changed.extend(change(word).unwrap_or_else(|| word.to_vec()));
        changed.extend_from_slice(end);
    }
    changed
}

pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// What a signature by a secret begins with, where there are others by a private key.
const BY_SECRET: &str = "v1,";
/// Bytes of HMAC-SHA256.
const TAG_LEN: usize = 32;
/// Bytes of a signature of Ed25519.
const SIGNATURE_LEN: usize = 64;
