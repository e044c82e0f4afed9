//! How a provider signs, as a value: where the signature stands, how it is written, and what it covers.
//!
//! The constructors check what they make, so that a scheme which exists is sound. In a constant, a wrong one does
//! not compile.

use core::fmt;

/// How a provider signs a delivery with HMAC-SHA256.
///
/// Begin with the layout of the signature header ([`keyed`](Self::keyed), [`prefixed`](Self::prefixed),
/// [`list`](Self::list), [`standard`](Self::standard)) and say in what the provider departs from it:
///
/// ```
/// use countersign::{Part::*, Scheme};
///
/// const STRIPE: Scheme = Scheme::keyed("stripe-signature", "t", "v1");
/// const PADDLE: Scheme = Scheme::keyed("paddle-signature", "ts", "h1")
///     .separator(b';')
///     .message(&[Timestamp, Literal(":"), Body]);
/// const GITHUB: Scheme = Scheme::prefixed("x-hub-signature-256", "sha256=");
/// const SLACK: Scheme = Scheme::prefixed("x-slack-signature", "v0=").timestamp_in(
///     "x-slack-request-timestamp",
///     &[Literal("v0:"), Timestamp, Literal(":"), Body],
/// );
/// # let _ = (STRIPE, PADDLE, GITHUB, SLACK);
/// ```
///
/// What would not be safe cannot be written. Such a constant does not compile; at run time the constructor panics.
/// A time is read if and only if it is signed, since a time that anybody can change says nothing of when
/// the delivery was signed:
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const UNSIGNED: Scheme = Scheme::keyed("x-signature", "t", "v1").message(&[Body]);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const UNREAD: Scheme = Scheme::prefixed("x-signature", "").message(&[Timestamp, Literal("."), Body]);
/// ```
///
/// So it is with an id:
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const UNSIGNED: Scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature")
///     .message(&[Timestamp, Literal("."), Body]);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const UNREAD: Scheme = Scheme::keyed("x-signature", "t", "v1")
///     .message(&[Id, Literal("."), Timestamp, Literal("."), Body]);
/// ```
///
/// The body is signed once, and where it begins and ends cannot be shifted. So between an id, which may be any text, and the
/// body stands the time, which may not:
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const NEVER: Scheme = Scheme::keyed("x-signature", "t", "v1").message(&[Timestamp]);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const TWICE: Scheme = Scheme::keyed("x-signature", "t", "v1").message(&[Body, Timestamp, Body]);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Part::*, Scheme};
///
/// const SHIFTED: Scheme = Scheme::prefixed("x-signature", "").id_in("x-id", &[Id, Literal("."), Body]);
/// ```
///
/// A separator needs something to separate:
///
/// ```compile_fail,E0080
/// use countersign::Scheme;
///
/// const ONE_VALUE: Scheme = Scheme::prefixed("x-signature", "sha256=").separator(b';');
/// ```
///
/// `Display` writes it down for people, as in the table of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Name of the header that carries the signature.
    pub(crate) header: &'static str,
    pub(crate) layout: Layout,
    pub(crate) encoding: Encoding,
    /// Name of the header that carries the time, where it is not a component of the signature's.
    pub(crate) timestamp_header: Option<&'static str>,
    pub(crate) unit: Unit,
    /// Name of the header that carries the id.
    pub(crate) id_header: Option<&'static str>,
    /// Names under which the same three headers may come too.
    pub(crate) other_names: Option<Names>,
    /// What a signature by a private key begins with, in a list of signatures.
    pub(crate) public_prefix: Option<&'static str>,
    pub(crate) message: &'static [Part],
}

/// Names of a delivery's three headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) id: &'static str,
    pub(crate) timestamp: &'static str,
    pub(crate) signature: &'static str,
}

/// A piece of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The id of the delivery, as received.
    Id,
    /// The time of signing, as received.
    Timestamp,
    /// The body, as received.
    Body,
    /// A fixed text.
    Literal(&'static str),
}

/// What stands in the signature header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Components `key=value`, among them the time and the signatures.
    Keyed(Keyed),
    /// Nothing but a signature, after this text.
    Prefixed(&'static str),
    /// Entries, of which those that begin with this text are signatures.
    List(&'static str, u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keyed {
    pub(crate) timestamp: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) other_signature: Option<&'static str>,
    pub(crate) separator: u8,
    pub(crate) spaced: bool,
    pub(crate) groups: bool,
}

/// How the 32 bytes of a signature are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Hex,
    Base64,
    Base64Unpadded,
    Base64Url,
    Base64UrlUnpadded,
}

/// In what the time of signing is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
}

impl Scheme {
    /// Components `key=value` in one header, such as `t=1767323045,v1=<hex>`: the time in Unix seconds under the key
    /// `timestamp`, and any number of signatures in hex under the key `signature`. Signed are the time, a dot and the
    /// body. Separated by commas; spaces and tabs around a component are dropped, and other components are ignored.
    ///
    /// A signature without a value (`v1=`) matches nothing and takes nothing from the others.
    ///
    /// Header names are written in lower case.
    ///
    /// # Panics
    ///
    /// If the header's name is not one in lower case, a key is empty, has a `=`, a separator, a space or other than visible
    /// ASCII in it, or both are the same.
    #[must_use]
    pub const fn keyed(
        header: &'static str,
        timestamp: &'static str,
        signature: &'static str,
    ) -> Self {
        let layout = Layout::Keyed(Keyed {
            timestamp,
            signature,
            other_signature: None,
            separator: b',',
            spaced: false,
            groups: false,
        });
        Self::new(header, layout).message(&[Part::Timestamp, Part::Literal("."), Part::Body])
    }

    /// One signature in hex after a fixed text, such as `sha256=<hex>`; the text may be empty. Signed is the body
    /// alone, so nothing tells when: what was captured once is accepted for ever.
    ///
    /// # Panics
    ///
    /// If the header's name is not one in lower case, or `prefix` has other characters than visible ASCII and spaces, or
    /// begins with a space.
    #[must_use]
    pub const fn prefixed(header: &'static str, prefix: &'static str) -> Self {
        Self::new(header, Layout::Prefixed(prefix)).checked()
    }

    /// Signatures in hex, each after the same text, and separated, such as `v1=<hex>,v1=<hex>`. Entries that begin
    /// otherwise are ignored, and spaces and tabs around an entry are dropped. Signed is the body alone.
    ///
    /// Where the separator is a space, a comma before it is dropped too.
    ///
    /// # Panics
    ///
    /// If the header's name is not one in lower case, `prefix` is empty, has the separator or other characters than visible
    /// ASCII and spaces in it or begins with a space, or `separator` is neither a space nor one of
    /// [`separator`](Self::separator).
    #[must_use]
    pub const fn list(header: &'static str, prefix: &'static str, separator: u8) -> Self {
        Self::new(header, Layout::List(prefix, separator)).checked()
    }

    /// Standard Webhooks: three headers with the id, the time in Unix seconds, and signatures such as
    /// `v1,<base64> v1,<base64>`. Signed are the id, the time and the body, with a dot between.
    ///
    /// Entries that begin with `v1a,` are signatures by a private key, which count for a verifier that has the public one.
    ///
    /// # Panics
    ///
    /// If a header's name is not one in lower case, or two are the same.
    #[must_use]
    pub const fn standard(
        id: &'static str,
        timestamp: &'static str,
        signature: &'static str,
    ) -> Self {
        const DOT: Part = Part::Literal(".");
        let mut scheme = Self::list(signature, "v1,", b' ')
            .base64()
            .timestamp_in(timestamp, &[Part::Timestamp, DOT, Part::Body])
            .id_in(id, &[Part::Id, DOT, Part::Timestamp, DOT, Part::Body]);
        scheme.public_prefix = Some("v1a,");
        scheme
    }

    /// Takes the three headers under other names too, where a provider sends them under either: `svix-id` and the others, or
    /// `webhook-id` and the others. They are never mixed: unless all of the first are there, those of these names are
    /// taken. A signer writes the first.
    ///
    /// # Panics
    ///
    /// If the scheme does not have three headers, or has other names already; if a name is not one in lower case, or two are
    /// the same.
    #[must_use]
    pub const fn or_headers(
        mut self,
        id: &'static str,
        timestamp: &'static str,
        signature: &'static str,
    ) -> Self {
        assert!(
            self.id_header.is_some() && self.timestamp_header.is_some(),
            "not three headers"
        );
        assert!(
            self.other_names.is_none(),
            "more than two names of a header"
        );
        self.other_names = Some(Names {
            id,
            timestamp,
            signature,
        });
        self.checked()
    }

    const fn new(header: &'static str, layout: Layout) -> Self {
        Self {
            header,
            layout,
            encoding: Encoding::Hex,
            timestamp_header: None,
            unit: Unit::Seconds,
            id_header: None,
            other_names: None,
            public_prefix: None,
            message: &[Part::Body],
        }
    }

    /// Counts the time in milliseconds.
    ///
    /// # Panics
    ///
    /// If the scheme has no time.
    #[must_use]
    pub const fn millis(mut self) -> Self {
        assert!(self.is_timestamped(), "a unit without a time");
        self.unit = Unit::Milliseconds;
        self
    }

    /// Writes signatures in base64, of the standard alphabet and with padding (RFC 4648, section 4).
    #[must_use]
    pub const fn base64(mut self) -> Self {
        self.encoding = Encoding::Base64;
        self
    }

    /// Writes signatures in base64 of the alphabet for URLs and with padding (RFC 4648, section 5).
    #[must_use]
    pub const fn base64url(mut self) -> Self {
        self.encoding = Encoding::Base64Url;
        self
    }

    /// Leaves out the padding of base64.
    ///
    /// # Panics
    ///
    /// If signatures are in hex.
    #[must_use]
    pub const fn unpadded(mut self) -> Self {
        assert!(
            !matches!(self.encoding, Encoding::Hex),
            "padding without base64"
        );
        self.encoding = match self.encoding {
            Encoding::Base64Url | Encoding::Base64UrlUnpadded => Encoding::Base64UrlUnpadded,
            Encoding::Hex | Encoding::Base64 | Encoding::Base64Unpadded => Encoding::Base64Unpadded,
        };
        self
    }

    /// Separates components by `by` in place of the comma: punctuation of ASCII other than `=` and `+`, `/`, `-`, `_`,
    /// which signatures have.
    ///
    /// # Panics
    ///
    /// If the layout is not [`keyed`](Self::keyed), `by` is another character, or a key has it.
    #[must_use]
    pub const fn separator(self, by: u8) -> Self {
        let mut keyed = self.as_keyed();
        keyed.separator = by;
        self.with_keyed(keyed)
    }

    /// Writes a space after a separator. To a verifier it makes no difference.
    ///
    /// # Panics
    ///
    /// If the layout is not [`keyed`](Self::keyed).
    #[must_use]
    pub const fn spaced(self) -> Self {
        let mut keyed = self.as_keyed();
        keyed.spaced = true;
        self.with_keyed(keyed)
    }

    /// Takes the components of this key for signatures too, where a provider has two kinds of them: such as `te` in
    /// test mode and `li` in live mode.
    ///
    /// # Panics
    ///
    /// If the layout is not [`keyed`](Self::keyed), there are two kinds already, or the key is none or not another.
    #[must_use]
    pub const fn or_signature(self, key: &'static str) -> Self {
        let mut keyed = self.as_keyed();
        assert!(
            keyed.other_signature.is_none(),
            "more than two kinds of signatures"
        );
        keyed.other_signature = Some(key);
        self.with_keyed(keyed)
    }

    /// Takes groups of components separated by spaces (`t=1,v1=<hex> t=1,v1=<hex>`), where a provider that rotates
    /// its secret signs once with each. All of them have to bear the same time.
    ///
    /// # Panics
    ///
    /// If the layout is not [`keyed`](Self::keyed).
    #[must_use]
    pub const fn groups(self) -> Self {
        let mut keyed = self.as_keyed();
        keyed.groups = true;
        self.with_keyed(keyed)
    }

    #[expect(clippy::panic, reason = "in a constant it is an error of the compiler")]
    const fn as_keyed(&self) -> Keyed {
        match self.layout {
            Layout::Keyed(keyed) => keyed,
            Layout::Prefixed(_) | Layout::List(..) => panic!("there are no components"),
        }
    }

    const fn with_keyed(mut self, keyed: Keyed) -> Self {
        self.layout = Layout::Keyed(keyed);
        self.checked()
    }

    /// Reads the time from a header of its own, in Unix seconds, and signs `message`, of which it is a part.
    ///
    /// # Panics
    ///
    /// If the scheme has a time already, the header's name is not one in lower case or one of the others, or as
    /// [`message`](Self::message) does.
    #[must_use]
    pub const fn timestamp_in(mut self, header: &'static str, message: &'static [Part]) -> Self {
        assert!(!self.is_timestamped(), "a second time");
        self.timestamp_header = Some(header);
        self.message(message)
    }

    /// Reads the id of the delivery from a header of its own, and signs `message`, of which it is a part. An id is 1
    /// to 256 visible characters of ASCII, in which the literal that follows it is not followed by ten digits. Say where the
    /// time is first.
    ///
    /// Not for a provider whose ids can end with that literal and a time: of those nobody can tell where the body begins.
    ///
    /// # Panics
    ///
    /// If the scheme has an id already, the header's name is not one in lower case or one of the others, or as
    /// [`message`](Self::message) does.
    #[must_use]
    pub const fn id_in(mut self, header: &'static str, message: &'static [Part]) -> Self {
        assert!(self.id_header.is_none(), "a second id");
        self.id_header = Some(header);
        self.message(message)
    }

    /// Signs these parts, in this order: at most 8.
    ///
    /// Where the time adjoins the body, it has to have as many digits as times of today have, so that none of them can be one
    /// of the body.
    ///
    /// # Panics
    ///
    /// If the body is not among them exactly once, a time or an id that the scheme reads not exactly once, or one that it does
    /// not read at all; if an id is not followed by a literal without digits, the time and the body; if a literal is empty,
    /// or has a digit next to the time; if there are more than 8 parts.
    #[must_use]
    pub const fn message(mut self, parts: &'static [Part]) -> Self {
        self.message = parts;
        self.checked()
    }

    /// Name of the HTTP header that carries the signature, in lower case.
    #[must_use]
    pub const fn signature_header(&self) -> &'static str {
        self.header
    }

    /// Name of the HTTP header that carries the time of signing, in lower case, where it is another.
    #[must_use]
    pub const fn timestamp_header(&self) -> Option<&'static str> {
        self.timestamp_header
    }

    /// Name of the HTTP header that carries the id, in lower case.
    #[must_use]
    pub const fn id_header(&self) -> Option<&'static str> {
        self.id_header
    }

    /// What is signed, in this order.
    #[must_use]
    pub const fn parts(&self) -> &'static [Part] {
        self.message
    }

    /// Whether a time is signed, and so how old a delivery is can be told.
    #[must_use]
    pub const fn is_timestamped(&self) -> bool {
        self.timestamp_header.is_some() || matches!(self.layout, Layout::Keyed(_))
    }

    /// Whether an id of the delivery is signed.
    #[must_use]
    pub const fn is_identified(&self) -> bool {
        self.id_header.is_some()
    }

    /// Whether one header carries all there is.
    pub(crate) const fn has_one_header(&self) -> bool {
        self.timestamp_header.is_none() && self.id_header.is_none()
    }

    /// What is signed, in pieces that lie where they were received.
    #[inline(always)]
    pub(crate) fn assemble<'a, 'b>(
        &self,
        id: &'a [u8],
        timestamp: &'a [u8],
        body: &'a [u8],
        room: &'b mut [&'a [u8]; MAX_PARTS],
    ) -> &'b [&'a [u8]] {
        for (piece, part) in room.iter_mut().zip(self.message) {
            *piece = match part {
                Part::Id => id,
                Part::Timestamp => timestamp,
                Part::Body => body,
                Part::Literal(text) => text.as_bytes(),
            };
        }
        room.get(..self.message.len()).unwrap_or(room)
    }

    /// The text that stands between the id and the time.
    pub(crate) const fn literal_after_id(&self) -> &'static str {
        let mut rest = self.message;
        while let [part, following @ ..] = rest {
            if let (Part::Id, [Part::Literal(text), ..]) = (part, following) {
                return text;
            }
            rest = following;
        }
        ""
    }

    const fn checked(self) -> Self {
        self.check_message();
        match self.layout {
            Layout::Keyed(keyed) => keyed.check(),
            Layout::Prefixed(prefix) => assert!(is_prefix(prefix), "not a prefix"),
            Layout::List(prefix, separator) => {
                assert!(
                    separator == b' ' || is_separator(separator),
                    "not a separator"
                );
                assert!(
                    !prefix.is_empty() && is_prefix(prefix) && !has(prefix, separator),
                    "not a prefix"
                );
            }
        }
        assert!(
            is_header_name(self.header),
            "not a header name in lower case"
        );
        if let Some(header) = self.timestamp_header {
            assert!(is_header_name(header), "not a header name in lower case");
            assert!(!same(header, self.header), "two values of one header");
        }
        if let Some(header) = self.id_header {
            assert!(is_header_name(header), "not a header name in lower case");
            assert!(!same(header, self.header), "two values of one header");
            if let Some(other) = self.timestamp_header {
                assert!(!same(header, other), "two values of one header");
            }
        }
        if let Some(Names {
            id,
            timestamp,
            signature,
        }) = self.other_names
        {
            self.check_other_name(id);
            self.check_other_name(timestamp);
            self.check_other_name(signature);
            assert!(
                !same(id, timestamp) && !same(id, signature) && !same(timestamp, signature),
                "two values of one header"
            );
        }
        self
    }

    const fn check_other_name(&self, name: &str) {
        assert!(is_header_name(name), "not a header name in lower case");
        let mut is_new = !same(name, self.header);
        if let Some(header) = self.timestamp_header {
            is_new &= !same(name, header);
        }
        if let Some(header) = self.id_header {
            is_new &= !same(name, header);
        }
        assert!(is_new, "two values of one header");
    }

    const fn check_message(&self) {
        assert!(self.message.len() <= MAX_PARTS, "more than 8 parts");
        let (mut bodies, mut times, mut ids) = (0_u8, 0_u8, 0_u8);
        let mut rest = self.message;
        while let [part, following @ ..] = rest {
            match part {
                Part::Body => bodies = bodies.saturating_add(1),
                Part::Timestamp => times = times.saturating_add(1),
                Part::Id => {
                    ids = ids.saturating_add(1);
                    assert!(
                        bodies == 0 && matches!(following, [Part::Literal(_), Part::Timestamp, ..]),
                        "no time between an id and the body"
                    );
                    assert!(
                        !has_digit(self.literal_after_id()),
                        "a digit between an id and the time"
                    );
                }
                Part::Literal(text) => assert!(!text.is_empty(), "an empty literal"),
            }
            match (part, following) {
                (Part::Literal(text), [Part::Timestamp, ..]) => assert!(
                    !matches!(text.as_bytes(), [.., b'0'..=b'9']),
                    "a digit next to the time"
                ),
                (Part::Timestamp, [Part::Literal(text), ..]) => assert!(
                    !matches!(text.as_bytes(), [b'0'..=b'9', ..]),
                    "a digit next to the time"
                ),
                _ => {}
            }
            rest = following;
        }
        assert!(bodies == 1, "the body is signed exactly once");
        if self.is_timestamped() {
            assert!(times == 1, "a time that is read is signed, exactly once");
        } else {
            assert!(times == 0, "a time that is signed is read");
        }
        if self.is_identified() {
            assert!(ids == 1, "an id that is read is signed, exactly once");
        } else {
            assert!(ids == 0, "an id that is signed is read");
        }
    }

    /// Whether the time adjoins the body, so that a digit of the one could be one of the other.
    pub(crate) const fn joins_body_and_time(&self) -> bool {
        let mut rest = self.message;
        while let [part, following @ ..] = rest {
            if matches!(
                (part, following),
                (Part::Body, [Part::Timestamp, ..]) | (Part::Timestamp, [Part::Body, ..])
            ) {
                return true;
            }
            rest = following;
        }
        false
    }
}

impl Keyed {
    const fn check(&self) {
        assert!(is_separator(self.separator), "not a separator");
        self.check_key(self.timestamp);
        self.check_key(self.signature);
        assert!(
            !same(self.timestamp, self.signature),
            "one key for the time and the signature"
        );
        if let Some(other) = self.other_signature {
            self.check_key(other);
            assert!(
                !same(other, self.timestamp) && !same(other, self.signature),
                "one key for two things"
            );
        }
    }

    const fn check_key(&self, key: &str) {
        assert!(
            !key.is_empty()
                && is_prefix(key)
                && !has(key, b' ')
                && !has(key, b'=')
                && !has(key, self.separator),
            "not a key"
        );
    }
}

/// A token of RFC 9110, without upper case.
const fn is_header_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    while let [byte, following @ ..] = rest {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_') {
            return false;
        }
        rest = following;
    }
    !name.is_empty()
}

/// Punctuation that stands neither in a component nor in any signature.
const fn is_separator(byte: u8) -> bool {
    byte.is_ascii_punctuation() && !matches!(byte, b'=' | b'+' | b'/' | b'-' | b'_')
}

/// Visible ASCII and spaces, of which the first is none: blanks before a signature are dropped.
const fn is_prefix(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, following @ ..] = rest {
        if !matches!(byte, b' '..=b'~') {
            return false;
        }
        rest = following;
    }
    !matches!(text.as_bytes(), [b' ', ..])
}

const fn has(text: &str, wanted: u8) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, following @ ..] = rest {
        if *byte == wanted {
            return true;
        }
        rest = following;
    }
    false
}

const fn has_digit(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, following @ ..] = rest {
        if byte.is_ascii_digit() {
            return true;
        }
        rest = following;
    }
    false
}

const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([first, a_rest @ ..], [second, b_rest @ ..]) = (a, b) {
        if *first != *second {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.is_empty() && b.is_empty()
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            header,
            encoding,
            unit,
            ..
        } = self;
        match self.layout {
            Layout::Keyed(keyed) => {
                let Keyed {
                    timestamp,
                    signature,
                    ..
                } = keyed;
                let separator = char::from(keyed.separator);
                let space = if keyed.spaced { " " } else { "" };
                write!(
                    f,
                    "{header}: {timestamp}=<{unit}>{separator}{space}{signature}=<{encoding}>"
                )?;
                if let Some(other) = keyed.other_signature {
                    write!(f, "{separator}{other}=<{encoding}>")?;
                }
                if keyed.groups {
                    f.write_str(" ..")?;
                }
            }
            Layout::Prefixed(prefix) => write!(f, "{header}: {prefix}<{encoding}>")?,
            Layout::List(prefix, separator) => {
                let separator = char::from(separator);
                write!(f, "{header}: {prefix}<{encoding}>{separator}..")?;
            }
        }
        if let Some(header) = self.timestamp_header {
            write!(f, ", {header}: <{unit}>")?;
        }
        if let Some(header) = self.id_header {
            write!(f, ", {header}: <id>")?;
        }
        if let Some(Names {
            id,
            timestamp,
            signature,
        }) = self.other_names
        {
            write!(f, ", or {signature}, {timestamp}, {id}")?;
        }
        f.write_str(" over ")?;
        self.message.iter().try_for_each(|part| match part {
            Part::Id => f.write_str("{id}"),
            Part::Timestamp => f.write_str("{timestamp}"),
            Part::Body => f.write_str("{body}"),
            Part::Literal(text) => f.write_str(text),
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Unpadded => "base64 without padding",
            Self::Base64Url => "base64url",
            Self::Base64UrlUnpadded => "base64url without padding",
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
        })
    }
}

/// Why a verifier or signer of such a scheme has no public or private key.
#[cfg(feature = "ed25519")]
pub(crate) const NO_PUBLIC_KEYS: &str = "the scheme has no signatures by a private key";
/// Most parts of a message: bounds the list of them, which stands on the stack.
pub(crate) const MAX_PARTS: usize = 8;
