//! Two errors for two questions: is it theirs, and do I understand it? The first holds no byte of what came
//! in; the second an event's name and id, and a path.

use alloc::{boxed::Box, string::String};
use core::{fmt, time::Duration};

use thiserror::Error;
use time::OffsetDateTime;

/// Why a delivery was refused, in the order of the checks.
///
/// Holds no byte of the header, the body or a secret, so it is safe to log. Do not send it to the
/// client: answer every one of them alike.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request has no signature header, or none of the others that the scheme has: a time, an id.
    #[error("no signature header")]
    MissingHeader,
    /// The request has more than one of such a header.
    #[error("more than one signature header")]
    DuplicateHeader,
    /// Such a header has bytes that are not ASCII.
    #[error("signature header is not ASCII")]
    NonAsciiHeader,
    /// Such a header has more than 4096 bytes. Nothing of it was read.
    #[error("signature header is longer than 4096 bytes")]
    HeaderTooLong,
    /// The header is not a list of `key=value` components with the separator of the scheme, which mostly is a comma.
    #[error("signature header is not a separated list of key=value")]
    MalformedHeader,
    /// The header has no timestamp.
    #[error("signature header has no timestamp")]
    MissingTimestamp,
    /// The header has two timestamps, as when two header lines were joined into one.
    #[error("signature header has more than one timestamp")]
    DuplicateTimestamp,
    /// The timestamp is not 1 to 20 digits, or lies past the year 9999 in the unit of the scheme.
    #[error("timestamp is not a Unix time up to the year 9999")]
    InvalidTimestamp,
    /// The id is not 1 to 256 visible characters of ASCII, or has what could be a time in it.
    #[error("id is not 1 to 256 visible ASCII characters without a time")]
    InvalidId,
    /// The header has no signature of the provider's scheme.
    #[error("signature header has no signature")]
    MissingSignature,
    /// The header has more than 16 signatures, or more than 4 of the kind `v1a` for a verifier that has a public key.
    #[error("signature header has too many signatures")]
    TooManySignatures,
    /// No signature of the header is 32 bytes in the encoding of the scheme, such as 64 hex digits; or 64 bytes in base64, of
    /// the kind `v1a`.
    #[error("no signature is well-formed")]
    MalformedSignature,
    /// No signature matches: forged, changed on the way, re-serialized, or signed with a secret
    /// that the verifier does not have.
    #[error("no signature matches the body")]
    SignatureMismatch,
    /// Authentic, but signed longer ago than the tolerance: a delayed delivery, a replay, or a clock
    /// that is wrong.
    #[error("authentic, but signed too long ago: {age:?}")]
    Expired {
        /// When the provider signed it.
        signed_at: OffsetDateTime,
        /// How long ago that was.
        age: Duration,
    },
    /// Authentic, but signed further in the future than the tolerance: one of the two clocks is wrong.
    #[error("authentic, but signed too far in the future: {ahead:?}")]
    NotYetValid {
        /// When the provider signed it.
        signed_at: OffsetDateTime,
        /// How far ahead of now that is.
        ahead: Duration,
    },
}

impl VerifyError {
    /// A short name that stays the same, for metrics and alerts, such as `signature_mismatch`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MissingHeader => "missing_header",
            Self::DuplicateHeader => "duplicate_header",
            Self::NonAsciiHeader => "non_ascii_header",
            Self::HeaderTooLong => "header_too_long",
            Self::MalformedHeader => "malformed_header",
            Self::MissingTimestamp => "missing_timestamp",
            Self::DuplicateTimestamp => "duplicate_timestamp",
            Self::InvalidTimestamp => "invalid_timestamp",
            Self::InvalidId => "invalid_id",
            Self::MissingSignature => "missing_signature",
            Self::TooManySignatures => "too_many_signatures",
            Self::MalformedSignature => "malformed_signature",
            Self::SignatureMismatch => "signature_mismatch",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
        }
    }
}

/// Why a verified body could not be decoded.
///
/// Quotes nothing of the body but the name of an event and a path in it, which can hold a key of a map such as
/// `metadata`. Lines count from 1; a column is the number of the line's bytes read so far.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body is not UTF-8.
    #[error("body is not UTF-8 after byte {valid_up_to}")]
    NotUtf8 {
        /// How many bytes of the body are.
        valid_up_to: usize,
    },
    /// The body is not JSON, or is more than one JSON value. Asked for a type of your own, also what `serde_json` does
    /// not read: nested deeper than 127, a number that no `f64` holds, half a surrogate pair.
    #[error("body is not JSON at line {line} column {column}")]
    NotJson {
        /// Line of the first fault.
        line: usize,
        /// Column of the first fault.
        column: usize,
    },
    /// The body is valid JSON, but not an object.
    #[error("body is not a JSON object")]
    NotAnObject,
    /// An event has no `id` or `event`, an action no `id` or `object`, or a page of events no `data` or `list_metadata`, or
    /// `null` for it.
    #[error("field `{field}` {}", Fault::Missing)]
    MissingField {
        /// Name of the field.
        field: &'static str,
    },
    /// An event's envelope, an action or a page has a field twice, so readers could disagree about its value.
    #[error("field `{field}` {}", Fault::Duplicate)]
    DuplicateField {
        /// Name of the field.
        field: &'static str,
    },
    /// One of those fields, or the `object` of a page, is of another type than the provider documents.
    #[error("field `{field}` {}", Fault::Unexpected)]
    InvalidField {
        /// Name of the field.
        field: &'static str,
    },
    /// What an event or an action, of which the id and the name are known, is about cannot be told.
    #[error(transparent)]
    EventMismatch(#[from] EventMismatch),
    /// The body is JSON, but does not fit the type that was asked for.
    #[error("body does not fit the type at line {line} column {column}")]
    Mismatch {
        /// Line at which the type refused it.
        line: usize,
        /// Column at which the type refused it.
        column: usize,
    },
}

impl DecodeError {
    /// A short name that stays the same, for metrics and alerts, such as `event_mismatch`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "not_utf8",
            Self::NotJson { .. } => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::MissingField { .. } => "missing_field",
            Self::DuplicateField { .. } => "duplicate_field",
            Self::InvalidField { .. } => "invalid_field",
            Self::EventMismatch(_) => "event_mismatch",
            Self::Mismatch { .. } => "mismatch",
        }
    }

    /// The same of the event that has this id.
    #[cfg(feature = "clerk")]
    pub(crate) fn of_event(mut self, id: &str) -> Self {
        if let Self::EventMismatch(EventMismatch(mismatch)) = &mut self {
            mismatch.id = id.into();
        }
        self
    }
}

/// Which part of which event is not as the provider documents it, so that the event cannot be told.
///
/// `Debug` and `Display` quote nothing of the body but the event's name and the path.
#[derive(Clone, Error, PartialEq, Eq)]
#[error("{}: `{}` {}", .0.event.escape_debug(), .0.path, .0.fault)]
pub struct EventMismatch(Box<Mismatch>);

/// Behind a pointer, so that every `Result` of an event is no larger for it.
#[derive(Clone, PartialEq, Eq)]
struct Mismatch {
    event: String,
    id: String,
    path: String,
    fault: Fault,
}

impl EventMismatch {
    #[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
    pub(crate) fn new(event: &str, id: &str, path: &str, fault: Fault) -> Self {
        Self(Box::new(Mismatch {
            event: event.into(),
            id: id.into(),
            path: path.into(),
            fault,
        }))
    }

    /// Name of the event, such as `user.created`.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.0.event
    }

    /// Identifies the event: empty, if neither the event nor its delivery has an id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Where in the event the value stands, or would stand, such as `data.emails[1].primary`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.0.fault
    }
}

impl fmt::Debug for EventMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventMismatch")
            .field("event", &self.0.event)
            .field("path", &self.0.path)
            .field("fault", &self.0.fault)
            .finish_non_exhaustive()
    }
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It has another type or form than the provider documents.
    Unexpected,
    /// It is missing or null.
    Missing,
    /// It occurs more than once, so readers could disagree about it. So do two keys of a map that differ in nothing but
    /// which half of a surrogate pair stands in them.
    Duplicate,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unexpected => "has an unexpected type or form",
            Self::Missing => "is missing or null",
            Self::Duplicate => "occurs more than once",
        })
    }
}
