//! Header bytes to [`SignatureHeader`]: well-formed, not authenticated. No crypto, clock or HTTP types.
//!
//! ```text
//! header    = component *( "," component )
//! component = *blank key "=" value *blank
//! blank     = " " / TAB
//! ```
//!
//! where `key` and `value` hold no comma and no white space (space, TAB, LF, FF, CR), and `key` no `=`.

use crate::{Provider, VerifyError, mac::Tag, unix_millis::UnixMillis};

/// What a signature header says. Anybody can write one: nothing in it is true before a tag matches.
pub(crate) struct SignatureHeader<'a> {
    /// The received text of the timestamp, which is what was signed.
    pub(crate) timestamp: &'a [u8],
    /// The same as a time.
    pub(crate) signed_at: UnixMillis,
    /// The well-formed signatures, at least one.
    pub(crate) candidates: &'a [Tag],
}

impl<'a> SignatureHeader<'a> {
    /// Reads every component before it decides, so that their order never changes the verdict.
    ///
    /// The caller lends the room for the candidates: to move its 512 bytes costs more than to fill it.
    #[inline]
    pub(crate) fn parse<P: Provider>(
        header: &'a [u8],
        candidates: &'a mut [Tag; MAX_CANDIDATES],
    ) -> Result<Self, VerifyError> {
        if header.len() > MAX_LEN {
            return Err(VerifyError::HeaderTooLong);
        }
        let mut timestamp = Occurrence::Never;
        let mut signatures = 0_usize;
        let mut vacant = candidates.iter_mut();
        let mut rest = Some(header);
        while let Some(list) = rest {
            let (key, list) = key(skip_blanks(list))?;
            if key == P::SIGNATURE_KEY.as_bytes() {
                let (tag, list) = signature(list);
                let (excess, following) = value(list)?;
                rest = following;
                signatures = signatures.saturating_add(1);
                if let Some(tag) = tag
                    && excess.is_empty()
                    && let Some(candidate) = vacant.next()
                {
                    *candidate = tag;
                }
            } else {
                let (value, following) = value(list)?;
                rest = following;
                if key == P::TIMESTAMP_KEY.as_bytes() {
                    timestamp = timestamp.and(value);
                }
            }
        }
        let well_formed = MAX_CANDIDATES.saturating_sub(vacant.len());

        let timestamp = match timestamp {
            Occurrence::Never => return Err(VerifyError::MissingTimestamp),
            Occurrence::Once(text) => text,
            Occurrence::Repeated => return Err(VerifyError::DuplicateTimestamp),
        };
        let signed_at = UnixMillis::parse(timestamp).ok_or(VerifyError::InvalidTimestamp)?;
        if signatures == 0 {
            return Err(VerifyError::MissingSignature);
        }
        if signatures > MAX_CANDIDATES {
            return Err(VerifyError::TooManySignatures);
        }
        match candidates.get(..well_formed) {
            None | Some([]) => Err(VerifyError::MalformedSignature),
            Some(candidates) => Ok(Self {
                timestamp,
                signed_at,
                candidates,
            }),
        }
    }
}

/// How often a component stood in the header.
enum Occurrence<'a> {
    Never,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> Occurrence<'a> {
    fn and(self, value: &'a [u8]) -> Self {
        match self {
            Self::Never => Self::Once(value),
            Self::Once(_) | Self::Repeated => Self::Repeated,
        }
    }
}

/// `"key=value, .."` to `("key", "value, ..")`.
#[inline]
fn key(list: &[u8]) -> Result<(&[u8], &[u8]), VerifyError> {
    match split_at(list, |byte| byte == b'=' || ends_value(byte)) {
        (key, [b'=', rest @ ..]) => Ok((key, rest)),
        _ => Err(VerifyError::MalformedHeader),
    }
}

/// `"value , .."` to `("value", Some(" .."))`, and `None` at the end of the header.
#[inline]
fn value(list: &[u8]) -> Result<(&[u8], Option<&[u8]>), VerifyError> {
    let (value, after) = split_at(list, ends_value);
    match skip_blanks(after) {
        [] => Ok((value, None)),
        [b',', rest @ ..] => Ok((value, Some(rest))),
        _ => Err(VerifyError::MalformedHeader),
    }
}

/// Takes 64 hex digits in one go, without a search for their end. More may follow: see [`value`].
#[inline]
fn signature(list: &[u8]) -> (Option<Tag>, &[u8]) {
    if let Some((hex, rest)) = list.split_first_chunk()
        && let Some(tag) = Tag::from_hex(hex)
    {
        return (Some(tag), rest);
    }
    (None, list)
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
fn ends_value(byte: u8) -> bool {
    byte == b',' || byte.is_ascii_whitespace()
}

#[inline]
fn split_at(list: &[u8], found: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    list.iter()
        .position(|&byte| found(byte))
        .and_then(|at| list.split_at_checked(at))
        .unwrap_or((list, &[]))
}

/// Most signatures in a header: bounds the work that an unsigned header can ask for.
pub(crate) const MAX_CANDIDATES: usize = 16;
/// Most bytes in a header. The header that a provider sends has about 100.
const MAX_LEN: usize = 4096;
