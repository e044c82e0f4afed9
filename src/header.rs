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

#[cfg(feature = "ed25519")]
use crate::ed25519;
use crate::{
    Scheme, VerifyError,
    headers::Values,
    keys::Kinds,
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
    pub(crate) id: Option<&'a [u8]>,
}

impl<'a> Unauthenticated<'a> {
    /// Reads everything before it decides, so that the order of components never changes the verdict.
    ///
    /// The caller lends the room for the signatures, as it costs more to move them than to read them.
    #[inline(always)]
    pub(crate) fn parse(
        scheme: &Scheme,
        values: Values<'a>,
        kinds: Kinds,
        signatures: &mut Signatures,
    ) -> Result<Self, VerifyError> {
        let longest = values.signature.len().max(values.timestamp.len());
        if longest.max(values.id.len()) > MAX_LEN {
            return Err(VerifyError::HeaderTooLong);
        }
        let timestamp = match scheme.layout {
            Layout::Keyed(keyed) => {
                read_components(keyed, scheme.encoding, values.signature, signatures)?
            }
            Layout::Prefixed(prefix) => {
                let value = trim_blanks(values.signature);
                if let Some(signature) = value.strip_prefix(prefix.as_bytes()) {
                    signatures.read_all_of(signature, scheme.encoding);
                }
                values.timestamp
            }
            Layout::List(prefix, separator) => {
                let mut rest = Some(values.signature);
                while let Some(list) = rest {
                    rest = signatures.read_entry(list, prefix, separator, scheme.encoding);
                }
                values.timestamp
            }
        };
        let mut signed_at = None;
        if scheme.is_timestamped() {
            let time = UnixTime::parse(timestamp, scheme.unit);
            let is_whole = !scheme.joins_body_and_time() || scheme.unit.is_of_today(timestamp);
            let time = time.filter(|_| is_whole);
            signed_at = Some(time.ok_or(VerifyError::InvalidTimestamp)?);
        }
        let mut id = None;
        if scheme.is_identified() {
            let read = read_id(values.id, scheme.literal_after_id());
            id = Some(read.ok_or(VerifyError::InvalidId)?);
        }
        #[cfg(feature = "ed25519")]
        if let (true, Layout::List(_, separator), Some(prefix)) =
            (kinds.public, scheme.layout, scheme.public_prefix)
        {
            signatures.read_of_public_keys(values.signature, prefix, separator);
        }
        signatures.check(kinds)?;
        Ok(Self {
            timestamp,
            signed_at,
            id,
        })
    }
}

/// The signatures of a header: those that can be compared, and how many there were.
///
/// Mostly there is one. Only further ones make room for themselves.
pub(crate) struct Signatures {
    first: Tag,
    others: Option<[Tag; MAX_OTHERS]>,
    well_formed: usize,
    seen: usize,
    #[cfg(feature = "ed25519")]
    of_public_keys: Option<ed25519::Candidates>,
}

impl Signatures {
    #[inline]
    pub(crate) fn none() -> Self {
        Self {
            first: Tag::ZERO,
            others: None,
            well_formed: 0,
            seen: 0,
            #[cfg(feature = "ed25519")]
            of_public_keys: None,
        }
    }

    /// The well-formed tags, if there are any, once [`Unauthenticated::parse`] has read them.
    #[inline]
    pub(crate) fn tags(&self) -> Option<Candidates<'_>> {
        let others = self.others.as_ref();
        let others_len = self.well_formed.checked_sub(1)?;
        Some(Candidates {
            first: &self.first,
            others: others.and_then(|it| it.get(..others_len)).unwrap_or(&[]),
        })
    }

    /// The signatures that a public key can verify, if they were read.
    #[cfg(feature = "ed25519")]
    pub(crate) fn of_public_keys(&self) -> Option<&ed25519::Candidates> {
        self.of_public_keys.as_ref()
    }

    #[inline]
    fn push(&mut self, tag: Option<Tag>) {
        self.seen = self.seen.saturating_add(1);
        match tag {
            None => {}
            Some(tag) if self.well_formed == 0 => {
                self.first = tag;
                self.well_formed = 1;
            }
            Some(tag) => self.push_other(tag),
        }
    }

    #[cold]
    fn push_other(&mut self, tag: Tag) {
        let others = self.others.get_or_insert([Tag::ZERO; MAX_OTHERS]);
        if let Some(other) = others.get_mut(self.well_formed.saturating_sub(1)) {
            *other = tag;
            self.well_formed = self.well_formed.saturating_add(1);
        }
    }

    #[inline]
    fn read_all_of(&mut self, text: &[u8], encoding: Encoding) {
        self.push(match Tag::decode_first(text, encoding) {
            Some((tag, [])) => Some(tag),
            _ => None,
        });
    }

    /// Once there are too many, the others are only counted.
    #[inline]
    fn decode_first<'a>(&self, text: &'a [u8], encoding: Encoding) -> Option<(Tag, &'a [u8])> {
        if self.seen < MAX_SIGNATURES {
            Tag::decode_first(text, encoding)
        } else {
            None
        }
    }

    /// Reads the first entry of a list, and returns what follows it.
    #[inline(always)]
    fn read_entry<'a>(
        &mut self,
        list: &'a [u8],
        prefix: &str,
        separator: u8,
        encoding: Encoding,
    ) -> Option<&'a [u8]> {
        // Once: blanks are looked at by nobody else, however many there are.
        let list = skip_blanks(list);
        let signature = list.strip_prefix(prefix.as_bytes());
        let tag = signature.and_then(|text| self.decode_first(text, encoding));
        if let Some((tag, after)) = tag
            && let Some(following) = end_of_entry(after, separator)
        {
            self.push(Some(tag));
            return following;
        }
        let (entry, after) = split_at(list, |byte| byte == separator);
        if entry.starts_with(prefix.as_bytes()) {
            self.push(None);
        }
        after.split_first().map(|(_, following)| following)
    }

    #[cfg(feature = "ed25519")]
    #[cold]
    fn read_of_public_keys(&mut self, list: &[u8], prefix: &str, separator: u8) {
        let mut candidates = ed25519::Candidates::default();
        for entry in list.split(|byte| *byte == separator) {
            let signature = trim_blanks(entry).strip_prefix(prefix.as_bytes());
            if let Some(signature) = signature {
                candidates.push(match signature {
                    [signature @ .., b','] if separator == b' ' => signature,
                    signature => signature,
                });
            }
        }
        self.of_public_keys = Some(candidates);
    }

    /// Whether there is something to compare, and not too much of it. What no key can match is not looked at.
    #[inline]
    fn check(&self, kinds: Kinds) -> Result<(), VerifyError> {
        let of_secrets = if kinds.secret { self.seen } else { 0 };
        #[cfg(feature = "ed25519")]
        let (others, others_are_well_formed) = match &self.of_public_keys {
            Some(others) => (others.seen(), others.has_well_formed()),
            None => (0, false),
        };
        #[cfg(not(feature = "ed25519"))]
        let (others, others_are_well_formed) = (0, false);

        if of_secrets == 0 && others == 0 {
            return Err(VerifyError::MissingSignature);
        }
        if of_secrets > MAX_SIGNATURES || others > MAX_OF_PUBLIC_KEYS {
            return Err(VerifyError::TooManySignatures);
        }
        if (of_secrets == 0 || self.well_formed == 0) && !others_are_well_formed {
            return Err(VerifyError::MalformedSignature);
        }
        Ok(())
    }
}

/// Collects the signatures of a list of components, and returns the text of its timestamp.
#[inline(always)]
fn read_components<'a>(
    keyed: Keyed,
    encoding: Encoding,
    header: &'a [u8],
    signatures: &mut Signatures,
) -> Result<&'a [u8], VerifyError> {
    let mut timestamp = Occurrence::Never;
    let mut rest = Some(header);
    while let Some(list) = rest {
        let (key, list) = key(skip_blanks(list), keyed.separator)?;
        if key == keyed.signature.as_bytes()
            || keyed.other_signature.is_some_and(|it| key == it.as_bytes())
        {
            let (tag, list) = match signatures.decode_first(list, encoding) {
                Some((tag, list)) => (Some(tag), list),
                None => (None, list),
            };
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
        // A blank alone, before another group. If it is other white space, that is no key.
        group if keyed.groups => Ok((value, Some(group))),
        _ => Err(VerifyError::MalformedHeader),
    }
}

/// What follows an entry that ends here, which is `None` at the end of the header; and `None` if it does not end here.
#[inline]
fn end_of_entry(mut after: &[u8], separator: u8) -> Option<Option<&[u8]>> {
    if let ([b',', rest @ ..], b' ') = (after, separator) {
        after = rest;
    }
    loop {
        match after {
            [] => return Some(None),
            [by, following @ ..] if *by == separator => return Some(Some(following)),
            [b' ' | b'\t', rest @ ..] => after = rest,
            _ => return None,
        }
    }
}

/// 1 to 256 visible characters of ASCII, in which the literal that follows an id is not followed by a time: it could be that
/// of a genuine delivery, with the beginning of its body after it.
#[inline(always)]
fn read_id<'a>(id: &'a [u8], literal: &str) -> Option<&'a [u8]> {
    let fits = (1..=MAX_ID_LEN).contains(&id.len());
    let first = literal.as_bytes().first().copied().unwrap_or_default();
    let (is_visible, holds_literal) = id.iter().fold((true, false), |(visible, found), byte| {
        (visible & byte.is_ascii_graphic(), found | (*byte == first))
    });
    let is_before_time = |at: &[u8]| {
        let rest = at.strip_prefix(literal.as_bytes());
        let digits = rest.and_then(|rest| rest.first_chunk::<TIME_LEN>());
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    let holds_time = || (0..id.len()).any(|at| id.get(at..).is_some_and(is_before_time));
    (fits && is_visible && !(holds_literal && holds_time())).then_some(id)
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

/// Most signatures in a header: bounds the work that an unsigned header can ask for.
const MAX_SIGNATURES: usize = 16;
/// Most signatures by private keys, each of which costs some hundred times as much to verify.
#[cfg(feature = "ed25519")]
const MAX_OF_PUBLIC_KEYS: usize = ed25519::MAX_CANDIDATES;
#[cfg(not(feature = "ed25519"))]
const MAX_OF_PUBLIC_KEYS: usize = 0;
/// All but the first.
const MAX_OTHERS: usize = 15;
/// Most bytes in a header. The header that a provider sends has about 100.
const MAX_LEN: usize = 4096;
/// Most characters of an id.
const MAX_ID_LEN: usize = 256;
/// Digits of a time in seconds since 2001; one in milliseconds has more.
const TIME_LEN: usize = 10;
