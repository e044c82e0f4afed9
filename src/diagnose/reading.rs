//! Headers read as leniently as can be: whatever in them could be a signature, a time or an id. What is found proves
//! nothing before a MAC matches.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::text;
use crate::{
    Headers, Scheme,
    mac::Tag,
    scheme::{Encoding, Layout},
};

/// What the headers of a scheme may say.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) tags: Vec<(Tag, Encoding)>,
    pub(super) times: Vec<Vec<u8>>,
    pub(super) ids: Vec<Vec<u8>>,
    /// What is not a signature of HMAC-SHA256, but looks like one that is something else.
    pub(super) odd: Option<Odd>,
    /// Whether one header has the prefix of a signature, or the key of a time, more than once.
    pub(super) is_joined: bool,
}

/// What a text is by its length that could be a signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    Sha1,
    Sha512,
    Truncated,
}

/// The values of the three headers of a scheme. What it does not have is empty.
#[derive(Clone, Default)]
pub(super) struct Found {
    pub(super) signature: Vec<Vec<u8>>,
    pub(super) time: Vec<Vec<u8>>,
    pub(super) id: Vec<Vec<u8>>,
}

impl Found {
    /// By the names that the scheme has, or by those that `rename` makes of them.
    pub(super) fn of(
        scheme: &Scheme,
        headers: &(impl Headers + ?Sized),
        rename: impl Fn(&str) -> String,
    ) -> Self {
        let values = |name: &str| {
            let name = rename(name);
            let values = headers.values(&name);
            values
                .take(MAX_VALUES)
                .map(|it| it.get(..MAX_LEN).unwrap_or(it).to_vec())
                .collect()
        };
        let of = |signature, time: Option<&str>, id: Option<&str>| Self {
            signature: values(signature),
            time: time.map(values).unwrap_or_default(),
            id: id.map(values).unwrap_or_default(),
        };
        let found = of(scheme.header, scheme.timestamp_header, scheme.id_header);
        match scheme.other_names {
            Some(other) if found.signature.is_empty() => {
                of(other.signature, Some(other.timestamp), Some(other.id))
            }
            _ => found,
        }
    }

    /// One value of each, as far as there is one.
    pub(super) fn firsts(&self) -> [&[u8]; 3] {
        [&self.signature, &self.time, &self.id]
            .map(|values| values.first().map_or([].as_slice(), Vec::as_slice))
    }

    /// The same with each value repaired.
    pub(super) fn repaired(&self, repair: Repair) -> Self {
        let repaired = |values: &Vec<Vec<u8>>| values.iter().map(|it| repair(it)).collect();
        Self {
            signature: repaired(&self.signature),
            time: repaired(&self.time),
            id: repaired(&self.id),
        }
    }
}

impl Reading {
    pub(super) fn of(scheme: &Scheme, found: &Found) -> Self {
        let mut reading = Self::default();
        for value in &found.signature {
            for token in value.split(|byte| !is_of_token(*byte)) {
                reading.read_token(token, scheme.encoding);
            }
            reading.is_joined |= is_joined(scheme, value);
        }
        if scheme.timestamp_header.is_none() {
            for value in &found.signature {
                for token in value.split(|byte| b",; \t\"'&".contains(byte)) {
                    let split = token.iter().position(|byte| matches!(byte, b'=' | b':'));
                    let value = split.and_then(|at| token.get(at.saturating_add(1)..));
                    let value = value.unwrap_or(token);
                    let is_time = value.first().is_some_and(u8::is_ascii_digit);
                    if is_time
                        && value.len() < MAX_TIME
                        && Tag::decode_first(value, Encoding::Hex).is_none()
                    {
                        reading.add_time(value);
                    }
                }
            }
        }
        for value in &found.time {
            reading.is_joined |= value.contains(&b',');
            reading.add_time(value);
            for piece in value.split(|byte| b", .".contains(byte)) {
                reading.add_time(piece);
            }
        }
        for value in &found.id {
            reading.is_joined |= value.contains(&b',');
            for id in [value.as_slice(), value.trim_ascii()]
                .into_iter()
                .chain(value.split(|byte| b", ".contains(byte)))
            {
                let id = id.to_vec();
                if reading.ids.len() < MAX_IDS && !reading.ids.contains(&id) {
                    reading.ids.push(id);
                }
            }
        }
        reading
    }

    fn add_time(&mut self, text: &[u8]) {
        let text = text.to_vec();
        if !text.is_empty() && self.times.len() < MAX_TIMES && !self.times.contains(&text) {
            self.times.push(text);
        }
    }

    fn read_token(&mut self, token: &[u8], own: Encoding) {
        let unpadded = token.iter().rposition(|byte| *byte != b'=');
        let Some((core, padding)) =
            unpadded.and_then(|at| token.split_at_checked(at.saturating_add(1)))
        else {
            return;
        };
        let core = core.rsplit(|byte| *byte == b'=').next().unwrap_or(core);
        let is_hex = core.iter().all(u8::is_ascii_hexdigit);
        // What is glued to the front of a signature belongs to no other.
        let core = match core.len() {
            65..=80 => core.last_chunk::<64>().map_or(core, |it| it.as_slice()),
            _ => core,
        };
        let text = [
            core,
            if padding.is_empty() {
                &[]
            } else {
                b"=".as_slice()
            },
        ]
        .concat();
        let encodings = [
            own,
            Encoding::Hex,
            Encoding::Base64,
            Encoding::Base64Unpadded,
            Encoding::Base64Url,
            Encoding::Base64UrlUnpadded,
        ];
        let tag =
            encodings
                .into_iter()
                .find_map(|encoding| match Tag::decode_first(&text, encoding) {
                    Some((tag, [])) => Some((tag, encoding)),
                    _ => None,
                });
        match tag {
            Some(tag) if self.tags.len() < MAX_TAGS => self.tags.push(tag),
            Some(_) => {}
            None => {
                let odd = match (core.len(), is_hex) {
                    (40, true) | (27, _) => Some(Odd::Sha1),
                    (128, true) | (86, _) => Some(Odd::Sha512),
                    (24..64, true) | (30..43, _) => Some(Odd::Truncated),
                    _ => None,
                };
                self.odd = self.odd.or(odd);
            }
        }
    }
}

/// Whether a header of this layout has in it twice what it has but once.
fn is_joined(scheme: &Scheme, value: &[u8]) -> bool {
    // What proxies and frameworks put between two values.
    let mut pieces = value
        .split(|byte| b",;\r\n".contains(byte))
        .map(<[u8]>::trim_ascii)
        .filter(|piece| !piece.is_empty());
    match scheme.layout {
        Layout::Keyed(keyed) if keyed.groups => false,
        Layout::Keyed(keyed) => {
            let mark = [keyed.timestamp, "="].concat();
            let pieces = value.split(|byte| b", ;\r\n".contains(byte));
            pieces.filter(|it| it.starts_with(mark.as_bytes())).count() > 1
        }
        Layout::Prefixed(prefix) => {
            let is_whole = |piece: &[u8]| {
                let signature = piece.strip_prefix(prefix.as_bytes());
                let tag = signature.and_then(|it| Tag::decode_first(it, scheme.encoding));
                matches!(tag, Some((_, [])))
            };
            pieces.clone().count() > 1 && pieces.all(is_whole)
        }
        Layout::List(prefix, separator) => {
            // The prefix may have a comma in it.
            let mut rests = (1..=value.len()).filter_map(|at| {
                let (before, rest) = value.split_at_checked(at)?;
                let end = before.last()?;
                let is_end = b",;\r\n".contains(end) && *end != separator;
                is_end.then(|| rest.trim_ascii_start())
            });
            rests.any(|rest| rest.starts_with(prefix.as_bytes()))
        }
    }
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

/// Undoes what was done to a value.
pub(super) type Repair = fn(&[u8]) -> Vec<u8>;

/// What is done to the values of headers on the way, and how it is undone. All of it together comes last.
pub(super) const REPAIRS: [(&str, Repair); 7] = [
    ("in quotation marks or brackets", unquoted),
    ("percent-encoded", from_percent),
    ("with spaces for `+`", with_plus),
    ("with the name of the header before it", without_name),
    ("folded over lines, or with white space in it", unfolded),
    ("with characters that are not ASCII", ascii),
    ("in several ways", |value| {
        let value = ascii(&from_percent(&unquoted(&unfolded(value))));
        unquoted(&without_name(&value))
    }),
];

fn unquoted(value: &[u8]) -> Vec<u8> {
    let value = value.strip_prefix(b"Some(").unwrap_or(value);
    let is_quote = |byte: &u8| b"\"'`[](){}\\ ".contains(byte) || byte.is_ascii_whitespace();
    let start = value.iter().position(|byte| !is_quote(byte));
    let end = value.iter().rposition(|byte| !is_quote(byte));
    let inner = start
        .zip(end)
        .and_then(|(start, end)| value.get(start..=end));
    inner.unwrap_or_default().to_vec()
}

fn from_percent(value: &[u8]) -> Vec<u8> {
    let text = core::str::from_utf8(value).ok();
    let decoded = text.and_then(|text| text::from_percent(text, false));
    decoded.unwrap_or_else(|| value.to_vec())
}

/// Spaces between digits of base64 to the `+` that they were.
fn with_plus(value: &[u8]) -> Vec<u8> {
    let is_digit = |byte: Option<&u8>| {
        byte.is_some_and(|it| it.is_ascii_alphanumeric() || b"+/ ".contains(it))
    };
    let next = value.iter().skip(1).map(Some).chain([None]);
    let mut before = None;
    let mut out = Vec::with_capacity(value.len());
    for (byte, after) in value.iter().zip(next) {
        let was_plus = *byte == b' ' && is_digit(before) && is_digit(after);
        out.push(if was_plus { b'+' } else { *byte });
        before = Some(byte);
    }
    out
}

/// `webhook-signature: v1,..` to `v1,..`. A colon that belongs to a value stands among other characters, or so late that the name
/// of no header comes before it.
fn without_name(value: &[u8]) -> Vec<u8> {
    let colon = value.iter().position(|byte| *byte == b':');
    let rest = colon.and_then(|at| {
        let (name, rest) = value.split_at_checked(at)?;
        let is_name = name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(byte));
        is_name.then(|| rest.strip_prefix(b":"))?
    });
    rest.unwrap_or(value).trim_ascii().to_vec()
}

fn unfolded(value: &[u8]) -> Vec<u8> {
    value
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != 0x0b)
        .collect()
}

fn ascii(value: &[u8]) -> Vec<u8> {
    let ascii = value
        .iter()
        .copied()
        .filter(|byte| byte.is_ascii_graphic() || *byte == b' ');
    ascii.collect::<Vec<u8>>().trim_ascii().to_vec()
}

/// Makes the other name of a header.
type Rename = fn(&str) -> String;

/// Other names under which a header may arrive, and what has been done to the name.
pub(super) const RENAMES: [(&str, Rename); 7] = [
    ("with `_` for `-`", |name| name.replace('-', "_")),
    ("as a variable of CGI", |name| {
        ["http_", &name.replace('-', "_")].concat()
    }),
    ("after `x-`", |name| ["x-", name].concat()),
    ("after `x-original-`", |name| ["x-original-", name].concat()),
    ("after `x-forwarded-`", |name| {
        ["x-forwarded-", name].concat()
    }),
    // API Gateway of AWS.
    ("after `x-amzn-remapped-`", |name| {
        ["x-amzn-remapped-", name].concat()
    }),
    ("without `x-`", |name| {
        Cow::from(name.strip_prefix("x-").unwrap_or(name)).into_owned()
    }),
];

/// Values of one header, bytes of each, and what is read in them: bounds the work.
const MAX_VALUES: usize = 3;
const MAX_LEN: usize = 4096;
const MAX_TAGS: usize = 16;
const MAX_TIMES: usize = 4;
const MAX_IDS: usize = 3;
/// Bytes of a text that is taken for a time: a date with fractions and a zone has fewer.
const MAX_TIME: usize = 40;
