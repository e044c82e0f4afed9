//! Header bytes to [`Unauthenticated`]: well-formed, and anybody can have written it. No crypto, clock or HTTP types.
//!
//! ```text
//! keyed     = component *( separator component )
//! component = *blank key "=" value *blank
//! prefixed  = *blank prefix signature *blank
//! list      = *blank [ entry ] *blank *( separator *blank [ entry ] *blank )
//! entry     = prefix signature / other
//! blank     = " " / TAB
//! ```
//!
//! where `key` and `value` hold no separator and no white space (space, TAB, LF, FF, CR), and `key` no `=`. Groups of
//! components are separated by blanks alone. Where entries are separated by spaces, a comma after one is dropped: some
//! senders write it, and so does who joins two headers into one.

use crate::{
    Scheme, VerifyError,
    headers::Values,
    mac::{Candidates, Tag},
    scheme::{Encoding, Keyed, Layout},
    unix_time::UnixTime,
};

/// What the headers of a delivery say. Anybody can write them: nothing is true before a tag matches.
pub(crate) struct Unauthenticated<'a> {
    /// The received text of the timestamp, which is what was signed.
    pub(crate) timestamp: &'a [u8],
    /// The same as a time, if the scheme has one.
    pub(crate) signed_at: Option<UnixTime>,
    /// The id, if the scheme has one.
    pub(crate) id: Option<&'a str>,
    /// The well-formed signatures.
    pub(crate) candidates: Candidates<'a>,
}

impl<'a> Unauthenticated<'a> {
    /// Reads everything before it decides, so that the order of components never changes the verdict.
    ///
    /// The caller lends the room for further candidates, as it costs more to move it than to fill it.
    #[inline(always)]
    pub(crate) fn parse(
        scheme: &Scheme,
        values: Values<'a>,
        others: &'a mut Others,
    ) -> Result<Self, VerifyError> {
        let longest = values.signature.len().max(values.timestamp.len());
        if longest.max(values.id.len()) > MAX_LEN {
            return Err(VerifyError::HeaderTooLong);
        }
        let mut signatures = Signatures::new(others);
        let timestamp = match scheme.layout {
            Layout::Keyed(keyed) => {
                read_components(keyed, scheme.encoding, values.signature, &mut signatures)?
            }
            Layout::Prefixed(prefix) => {
                let value = trim_blanks(values.signature);
                if let Some(signature) = value.strip_prefix(prefix.as_bytes()) {
                    signatures.read_all_of(signature, scheme.encoding);
                }
                values.timestamp
            }
            Layout::List(prefix, separator) => {
                for entry in values.signature.split(|byte| *byte == separator) {
                    let mut entry = trim_blanks(entry);
                    if separator == b' ' {
                        entry = entry.strip_suffix(b",").unwrap_or(entry);
                    }
                    if let Some(signature) = entry.strip_prefix(prefix.as_bytes()) {
                        signatures.read_all_of(signature, scheme.encoding);
                    }
                }
                values.timestamp
            }
        };
        let mut signed_at = None;
        if scheme.is_timestamped() {
            let time = UnixTime::parse(timestamp, scheme.unit);
            // Before the time, the end of a body could be taken for zeros in front of it.
            let shifted = scheme.joins_body_and_time() && timestamp.starts_with(b"0");
            signed_at = Some(
                time.filter(|_| !shifted)
                    .ok_or(VerifyError::InvalidTimestamp)?,
            );
        }
        let mut id = None;
        if scheme.is_identified() {
            id = Some(read_id(values.id).ok_or(VerifyError::InvalidId)?);
        }
        Ok(Self {
            timestamp,
            signed_at,
            id,
            candidates: signatures.finish()?,
        })
    }
}

/// The signatures read so far: those that can be compared, and how many there were.
struct Signatures<'a> {
    first: Option<Tag>,
    others: &'a mut Others,
    others_len: usize,
    seen: usize,
}

impl<'a> Signatures<'a> {
    #[inline]
    fn new(others: &'a mut Others) -> Self {
        Self {
            first: None,
            others,
            others_len: 0,
            seen: 0,
        }
    }

    #[inline]
    fn push(&mut self, tag: Option<Tag>) {
        self.seen = self.seen.saturating_add(1);
        if self.first.is_none() {
            self.first = tag;
        } else if let Some(tag) = tag {
            self.push_other(tag);
        }
    }

    fn push_other(&mut self, tag: Tag) {
        let others = self.others.get_or_insert([Tag::ZERO; MAX_OTHERS]);
        if let Some(other) = others.get_mut(self.others_len) {
            *other = tag;
            self.others_len = self.others_len.saturating_add(1);
        }
    }

    #[inline]
    fn read_all_of(&mut self, text: &[u8], encoding: Encoding) {
        self.push(match first_tag(text, encoding) {
            (tag, []) => tag,
            _ => None,
        });
    }

    #[inline]
    fn finish(self) -> Result<Candidates<'a>, VerifyError> {
        if self.seen == 0 {
            return Err(VerifyError::MissingSignature);
        }
        if self.seen > MAX_CANDIDATES {
            return Err(VerifyError::TooManySignatures);
        }
        let others = self.others.as_ref();
        Ok(Candidates {
            first: self.first.ok_or(VerifyError::MalformedSignature)?,
            others: others
                .and_then(|it| it.get(..self.others_len))
                .unwrap_or(&[]),
        })
    }
}

/// Collects the signatures of a list of components, and returns the text of its timestamp.
#[inline(always)]
fn read_components<'a>(
    keyed: Keyed,
    encoding: Encoding,
    header: &'a [u8],
    signatures: &mut Signatures<'_>,
) -> Result<&'a [u8], VerifyError> {
    let mut timestamp = Occurrence::Never;
    let mut rest = Some(header);
    while let Some(list) = rest {
        let (key, list) = key(skip_blanks(list), keyed.separator)?;
        if key == keyed.signature.as_bytes()
            || keyed.other_signature.is_some_and(|it| key == it.as_bytes())
        {
            let (tag, list) = first_tag(list, encoding);
            let (excess, following) = value(list, keyed)?;
            rest = following;
            signatures.push(tag.filter(|_| excess.is_empty()));
        } else {
            let (value, following) = value(list, keyed)?;
            rest = following;
            if key == keyed.timestamp.as_bytes() {
                timestamp = timestamp.and(value, keyed.groups);
            }
        }
    }
    match timestamp {
        Occurrence::Never => Err(VerifyError::MissingTimestamp),
        Occurrence::Once(text) => Ok(text),
        Occurrence::Repeated => Err(VerifyError::DuplicateTimestamp),
    }
}

/// How often a component stood in the header.
enum Occurrence<'a> {
    Never,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> Occurrence<'a> {
    #[inline]
    fn and(self, value: &'a [u8], may_repeat: bool) -> Self {
        match self {
            Self::Never => Self::Once(value),
            Self::Once(first) if may_repeat && first == value => self,
            Self::Once(_) | Self::Repeated => Self::Repeated,
        }
    }
}

/// `"key=value, .."` to `("key", "value, ..")`.
#[inline]
fn key(list: &[u8], separator: u8) -> Result<(&[u8], &[u8]), VerifyError> {
    match split_at(list, |byte| byte == b'=' || ends_value(byte, separator)) {
        (key, [b'=', rest @ ..]) => Ok((key, rest)),
        _ => Err(VerifyError::MalformedHeader),
    }
}

/// `"value , .."` to `("value", Some(" .."))`, and `None` at the end of the header.
#[inline]
fn value(list: &[u8], keyed: Keyed) -> Result<(&[u8], Option<&[u8]>), VerifyError> {
    let (value, after) = split_at(list, |byte| ends_value(byte, keyed.separator));
    match skip_blanks(after) {
        [] => Ok((value, None)),
        [by, rest @ ..] if *by == keyed.separator => Ok((value, Some(rest))),
        group if keyed.groups && group.len() < after.len() => Ok((value, Some(group))),
        _ => Err(VerifyError::MalformedHeader),
    }
}

/// Takes as many characters as a signature has in one go, without a search for its end. More may follow.
#[inline]
fn first_tag(text: &[u8], encoding: Encoding) -> (Option<Tag>, &[u8]) {
    match Tag::decode_first(text, encoding) {
        Some((tag, rest)) => (Some(tag), rest),
        None => (None, text),
    }
}

/// 1 to 256 visible characters of ASCII.
#[inline]
fn read_id(id: &[u8]) -> Option<&str> {
    let fits = (1..=MAX_ID_LEN).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic);
    str::from_utf8(id).ok().filter(|_| fits)
}

/// Spaces and tabs are the white space that HTTP allows around list elements (RFC 9110, 5.6.3).
#[inline]
fn skip_blanks(mut list: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = list {
        list = rest;
    }
    list
}

#[inline]
fn trim_blanks(list: &[u8]) -> &[u8] {
    let mut list = skip_blanks(list);
    while let [rest @ .., b' ' | b'\t'] = list {
        list = rest;
    }
    list
}

#[inline]
fn ends_value(byte: u8, separator: u8) -> bool {
    byte == separator || byte.is_ascii_whitespace()
}

#[inline]
fn split_at(list: &[u8], found: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    list.iter()
        .position(|&byte| found(byte))
        .and_then(|at| list.split_at_checked(at))
        .unwrap_or((list, &[]))
}

/// Room for all candidates but the first. Mostly there is one, and then nothing fills it.
pub(crate) type Others = Option<[Tag; MAX_OTHERS]>;

/// Most signatures in a header: bounds the work that an unsigned header can ask for.
const MAX_CANDIDATES: usize = 16;
const MAX_OTHERS: usize = MAX_CANDIDATES - 1;
/// Most bytes in a header. The header that a provider sends has about 100.
const MAX_LEN: usize = 4096;
/// Most characters of an id.
const MAX_ID_LEN: usize = 256;
