//! What can be wrong: a row for each cause.

use alloc::borrow::Cow;
use core::fmt;

/// A cause of a refusal, and how sure it is.
///
/// `Debug` and `Display` print no byte of a header, a body or a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    kind: CauseKind,
    certainty: Certainty,
    detail: Option<Cow<'static, str>>,
}

impl Cause {
    pub(super) const fn new(
        kind: CauseKind,
        certainty: Certainty,
        detail: Option<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            certainty,
            detail,
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> CauseKind {
        self.kind
    }

    /// How sure it is.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// What it is in this case, for people, such as `spaces, key order`; or the name of an endpoint or a provider.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What to change, for people.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        self.kind.advice()
    }
}

/// `certain: body was re-serialised as JSON (spaces): verify the bytes as received, ..`.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.certainty, self.kind)?;
        if let Some(detail) = &self.detail {
            write!(f, " ({detail})")?;
        }
        write!(f, ": {}", self.advice())
    }
}

/// How sure a cause is. The surer is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Certainty {
    /// A guess: nothing contradicts it.
    Possible,
    /// A guess that something speaks for: the form of a header or body, or a time.
    Likely,
    /// Proven: with this one thing changed, or this and the certain ones before it, the signature is that of the delivery.
    /// Who does not have the secret cannot make it so.
    Certain,
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

/// Makes of each row a variant, its code, what `Display` prints and the advice.
macro_rules! causes {
    ($($Kind:ident $code:literal $text:literal, $advice:expr;)*) => {
        /// What is wrong. `Display` says it in a few words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum CauseKind {
            $(
                #[doc = concat!("`", $code, "`: ", $text, ".")]
                $Kind,
            )*
        }

        impl CauseKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$Kind),*];

            /// A short name that stays the same, such as `json_reserialized`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$Kind => $code,)*
                }
            }

            /// What to change, for people.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self {
                    $(Self::$Kind => $advice,)*
                }
            }
        }

        impl fmt::Display for CauseKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$Kind => $text,)*
                })
            }
        }
    };
}

const RAW: &str = "verify the bytes as received, before any parser, filter or conversion to text";
const SCHEME: &str = "correct the scheme, or use the module or row of the provider";
const PROXY: &str =
    "find the proxy, gateway or framework that changes the header, and have it leave it alone";
const CLOCK: &str =
    "set the clock of this machine by NTP, and compare with the clock only times in UTC";

causes! {
    TrailingNewlineAdded "trailing_newline_added" "body has a line break at its end that was not signed", RAW;
    TrailingNewlineRemoved "trailing_newline_removed" "body lacks the line break at its end that was signed", RAW;
    EdgeSpaceAdded "edge_space_added" "body has white space that was not signed", RAW;
    EdgeSpaceRemoved "edge_space_removed" "body lacks white space at an end that was signed", RAW;
    LineBreaksToCrlf "line_breaks_to_crlf" "line breaks of the body were LF and are CR LF", RAW;
    LineBreaksToLf "line_breaks_to_lf" "line breaks of the body were CR LF and are LF", RAW;
    BomAdded "bom_added" "body has a byte order mark that was not signed", RAW;
    BomRemoved "bom_removed" "body lacks the byte order mark that was signed", RAW;
    JsonReserialized "json_reserialized" "body was parsed and serialised again as JSON", RAW;
    JsonParsedAsForm "json_parsed_as_form" "body is JSON that went through a parser of forms", RAW;
    BodyBase64 "body_base64" "body is still encoded in base64 or hex", "decode it first, such as by `isBase64Encoded` of a Lambda event";
    BodyBase64Decoded "body_base64_decoded" "body was decoded from base64, and signed was the base64", RAW;
    BodyQuoted "body_quoted" "body is a JSON string of the body", RAW;
    BodyUnquoted "body_unquoted" "body is what a JSON string says, and signed was the string", RAW;
    BodyWrapped "body_wrapped" "body is the event of a gateway or queue, which holds the body", "verify what the event holds as the body";
    BodyPrinted "body_printed" "body is a value as a language prints it", RAW;
    BodyEscaped "body_escaped" "body was escaped", "switch the filter off for this route, and verify the bytes as received";
    BodyTranscoded "body_transcoded" "body was converted to another character encoding", RAW;
    BodyLossy "body_lossy" "body has replacement characters, as if it was converted to text", RAW;
    BodyConsumed "body_consumed" "body is empty", "read the body once, before any other extractor or middleware does, and hand on the bytes";
    BodyCompressed "body_compressed" "body is compressed", "find out whether the provider signs before it compresses, and decompress first if so";
    BodyDecompressed "body_decompressed" "body was decompressed, and signed may be the compressed one", "verify before a middleware decompresses";
    BodyLength "body_length" "body is not whole, or not as long as the request says", RAW;
    FormNotDecoded "form_not_decoded" "body is a form, and signed was the value of a field", "verify the value of that field";
    FormDecoded "form_decoded" "body is the value of a field, and signed was the form", RAW;
    FormReserialized "form_reserialized" "body is a form that was parsed and written again", RAW;
    FormToJson "form_to_json" "body is JSON made of a form that was signed", RAW;
    SecretEncoding "secret_encoding" "secret is the right one, but read in the wrong way", "construct the secret as the provider's page of this library says";
    SecretDamaged "secret_damaged" "secret differs from the provider's by what copying or storing does", "copy it anew from the provider, and look at what the service really reads";
    SecretOfOtherEndpoint "secret_of_other_endpoint" "delivery was signed with the secret of another endpoint", "give this verifier that secret, or correct the address at the provider";
    SecretOrBody "secret_or_body" "secret is another, or the body was changed", "compare the secret with the provider's for this endpoint and environment, and verify the bytes as received; else it is a forgery";
    TimestampUnit "timestamp_unit" "time is in another unit than the scheme has", SCHEME;
    TimestampFormat "timestamp_format" "time is no number of the scheme's unit", SCHEME;
    ClockZone "clock_zone" "clock of this machine is off by the offset of a time zone", CLOCK;
    ClockOff "clock_off" "clock of this machine may be off", "compare several deliveries: if all are off by as much it is the clock, so set it by NTP";
    ToleranceTooShort "tolerance_too_short" "tolerance is shorter than clocks and networks need", "see that it is in seconds, as `Duration::from_secs` takes them, and give it some minutes";
    Late "late" "delivery came long after it was signed", "look for a queue or a retry before this, or a recorded request that is replayed; verify when it is received";
    HeaderMissing "header_missing" "header of the signature, time or id is missing", "hand over all headers of the request, see that no proxy drops it, and that the provider is told to sign";
    HeaderRenamed "header_renamed" "header has another name than the provider gave it", PROXY;
    HeaderRepeated "header_repeated" "header is there more than once", PROXY;
    HeadersJoined "headers_joined" "two headers were joined into one", PROXY;
    HeaderAltered "header_altered" "value of the header was changed on the way", PROXY;
    SignatureLayout "signature_layout" "header has another layout than the scheme", SCHEME;
    SignatureEncoding "signature_encoding" "signature is in another encoding than the scheme has", SCHEME;
    SignatureTruncated "signature_truncated" "signature is shorter than one of HMAC-SHA256", PROXY;
    SignatureKind "signature_kind" "signature is by a private key", "verify with the public key of the endpoint, by the feature `ed25519`";
    OtherDigest "other_digest" "signature is of another digest than SHA-256", "have the provider sign with HMAC-SHA256, if it can";
    SignedMessage "signed_message" "signed is another message than the scheme has", SCHEME;
    OtherProvider "other_provider" "delivery is another provider's", "verify with the verifier of that provider, or correct the address there";
}
