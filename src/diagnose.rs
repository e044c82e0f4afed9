//! Why a delivery is refused: the likely cause and what to change, for the operator.
//!
//! [`Verifier::diagnose`](crate::Verifier::diagnose) takes what a refused request brought and finds out what is wrong with the
//! set-up. Mostly it tries: it computes the MAC of what may have been signed, under what may be the secret. Where one matches, the
//! cause is proven and called [`Certain`](Certainty::Certain). All else is a guess, and called one.
//!
//! ```
//! use countersign::{
//!     AnyVerifier, Scheme, Secret,
//!     diagnose::{CauseKind, Certainty},
//! };
//! use time::OffsetDateTime;
//!
//! let scheme = Scheme::prefixed("x-hub-signature-256", "sha256=");
//! let verifier = AnyVerifier::new(scheme, Secret::new("It's a Secret to Everybody")?);
//! let headers = [(
//!     "x-hub-signature-256",
//!     "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
//! )];
//! // Something has put a line break after what GitHub sent.
//! let body = b"Hello, World!\n";
//! let now = OffsetDateTime::now_utc();
//! # let _ = now;
//! # let now = OffsetDateTime::UNIX_EPOCH;
//!
//! let diagnosis = verifier.diagnose(&headers, body, now);
//! let cause = &diagnosis.causes()[0];
//! assert_eq!(cause.kind(), CauseKind::TrailingNewlineAdded);
//! assert_eq!(cause.certainty(), Certainty::Certain);
//! println!("{diagnosis}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not for the client
//!
//! Never answer a client with it. A forger who reads that only the time is wrong, or that the body of a captured delivery would
//! be right with a line break less, has been told which of his guesses are near: an oracle. The answer to a refusal stays the
//! one that [`Rejection`](crate::Rejection) gives. Print the diagnosis to a log, or on a page for operators.
//!
//! # What it costs
//!
//! At most [`MAX_MACS`] computations of a MAC and [`MAX_BYTES`] bytes that are hashed for them, whatever came in: some ten
//! milliseconds for a body of usual size, and up to a second for one that was made to cost most, or where the processor has no
//! instructions for SHA-256. It needs memory for some sixty copies of the body; one of more than 256 KiB is not taken apart,
//! and needs a few. Anybody can send a request that is refused. So do not diagnose each of them: take one a minute, and none
//! in the task that answers.
//!
//! With the feature on, a verifier holds some twenty more keyed states for each secret: of what the secret would be if it were
//! decoded, not decoded, in quotation marks and so on. The text of the secret is kept no longer than without it.
//!
//! # What it can tell
//!
//! - A body that was changed on the way, if it was changed in a way that is known: [`CauseKind`] lists them. What was *lost*
//!   cannot be found by trying: the order of many keys, fields that a type does not have, the compressed bytes. There the form
//!   of the body gives a guess.
//! - A secret that is read or stored wrongly, if what the provider has comes of what the verifier has; the secret of another
//!   endpoint if [`diagnose_among`](crate::Verifier::diagnose_among) is given it. Any other wrong secret looks like a forgery.
//! - A time in another unit, and a clock that is off: from one delivery nobody can tell a clock that is ahead from a delivery that
//!   is late, so both are named.
//! - Another provider's delivery: of those whose modules are there, and with the feature `rows` of all rows.
//!
//! Signatures by private keys are not tried again. What came out in vain is in [`Diagnosis::ruled_out`].

mod body;
mod cause;
mod clock;
pub(crate) mod form;
mod json;
mod reading;
mod text;

use alloc::{borrow::Cow, format, string::ToString, vec, vec::Vec};
use core::{fmt, ops::ControlFlow};

use time::OffsetDateTime;

pub use self::cause::{Cause, CauseKind, Certainty};
use self::{
    body::Order,
    form::Form,
    reading::{Found, Odd, Reading, Repair},
};
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
use crate::Provider;
use crate::{
    AnyProvider, Headers, Keys, Part, Scheme, Tolerance, VerifyError,
    header::{Signatures, Unauthenticated},
    headers::Values,
    mac::{self, Key, Tag},
    scheme::MAX_PARTS,
    unix_time::UnixTime,
    verifier,
};

/// Most MACs that one diagnosis computes.
pub const MAX_MACS: usize = 8192;
/// Most bytes that it hashes for them: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// What may be wrong with a delivery that was refused, the likeliest cause first.
///
/// For the operator, never for the client. `Display` is a few lines; neither it nor `Debug` prints a byte of a header, a body or
/// a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    verdict: Result<(), VerifyError>,
    causes: Vec<Cause>,
    ruled_out: Vec<&'static str>,
    macs: usize,
}

impl Diagnosis {
    /// What the verifier says of it, which is what is explained.
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify_request_at`](crate::Verifier::verify_request_at).
    pub const fn verdict(&self) -> Result<(), VerifyError> {
        self.verdict
    }

    /// What may be wrong, the likeliest first. Never empty where the delivery is refused; empty where it is accepted.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// What was tried in vain, for people. Only what was tried to the end: not what the [bounds](MAX_BYTES) cut off.
    #[must_use]
    pub fn ruled_out(&self) -> &[&'static str] {
        &self.ruled_out
    }

    /// How many MACs were computed to find out.
    #[must_use]
    pub const fn macs(&self) -> usize {
        self.macs
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.verdict {
            Ok(()) => return f.write_str("accepted: nothing is wrong"),
            Err(error) => write!(f, "refused: {error}")?,
        }
        for cause in &self.causes {
            write!(f, "\n- {cause}")?;
        }
        if !self.ruled_out.is_empty() {
            write!(f, "\nruled out: {}", self.ruled_out.join("; "))?;
        }
        Ok(())
    }
}

/// The diagnosis of a request by a verifier of this scheme, these keys and this tolerance.
pub(crate) fn of(
    (scheme, keys, tolerance): (&Scheme, &Keys, Tolerance),
    others: &[(&str, &Keys)],
    headers: &(impl Headers + ?Sized),
    body: &[u8],
    now: OffsetDateTime,
) -> Diagnosis {
    let now = now.unix_timestamp_nanos();
    let values = Values::of(scheme, headers);
    let verdict = values.and_then(|values| {
        let checked =
            verifier::check::<AnyProvider, _>(scheme, keys, tolerance, values, body, || now);
        checked.map(drop)
    });
    let mut search = Search {
        scheme,
        keys,
        others,
        tolerance,
        now,
        body,
        causes: Vec::new(),
        ruled_out: Vec::new(),
        macs: 0,
        bytes: 0,
    };
    if let Err(error) = verdict {
        search.explain(error, headers);
    }
    mac::wipe_tag();
    Diagnosis {
        verdict,
        causes: search.causes,
        ruled_out: search.ruled_out,
        macs: search.macs,
    }
}

struct Search<'a> {
    scheme: &'a Scheme,
    keys: &'a Keys,
    others: &'a [(&'a str, &'a Keys)],
    tolerance: Tolerance,
    now: i128,
    body: &'a [u8],
    causes: Vec<Cause>,
    ruled_out: Vec<&'static str>,
    macs: usize,
    bytes: usize,
}

/// What the headers of a request claim.
#[derive(Clone)]
struct Claims {
    tags: Vec<Tag>,
    times: Vec<Vec<u8>>,
    ids: Vec<Vec<u8>>,
}

impl Claims {
    /// What a verifier would read, if it reads it.
    fn of(scheme: &Scheme, values: Values<'_>, keys: &Keys) -> Result<Self, VerifyError> {
        let mut signatures = Signatures::none();
        let header = Unauthenticated::parse(scheme, values, keys.kinds(), &mut signatures)?;
        let tags = signatures.tags().map(|tags| {
            let first = [*tags.first].into_iter();
            first.chain(tags.others.iter().copied()).collect()
        });
        Ok(Self {
            tags: tags.unwrap_or_default(),
            times: vec![header.timestamp.to_vec()],
            ids: vec![header.id.unwrap_or_default().to_vec()],
        })
    }

    fn read(scheme: &Scheme, reading: &Reading) -> Self {
        let unless_read = |texts: &Vec<Vec<u8>>, is_read| {
            if is_read {
                texts.clone()
            } else {
                vec![Vec::new()]
            }
        };
        Self {
            tags: reading.tags.iter().map(|(tag, _)| *tag).collect(),
            times: unless_read(&reading.times, scheme.is_timestamped()),
            ids: unless_read(&reading.ids, scheme.is_identified()),
        }
    }

    fn tags(&self) -> Option<mac::Candidates<'_>> {
        let (first, others) = self.tags.split_first()?;
        Some(mac::Candidates { first, others })
    }
}

impl Search<'_> {
    fn explain(&mut self, error: VerifyError, headers: &(impl Headers + ?Sized)) {
        let scheme = self.scheme;
        let values = Values::of(scheme, headers);
        let claims = values.and_then(|values| Claims::of(scheme, values, self.keys));
        match (error, claims) {
            (VerifyError::Expired { .. } | VerifyError::NotYetValid { .. }, Ok(claims)) => {
                claims
                    .times
                    .iter()
                    .for_each(|time| self.authenticated(time));
            }
            (_, Ok(claims)) => {
                if !self.elsewhere(&claims, headers) {
                    self.guess_of_body(headers);
                }
            }
            (error, Err(_)) => self.explain_headers(error, headers),
        }
    }

    /// The headers are not as the scheme has them: what is wrong with them, and whether that is all.
    fn explain_headers(&mut self, error: VerifyError, headers: &(impl Headers + ?Sized)) {
        let scheme = self.scheme;
        let mut found = Found::of(scheme, headers, |name| name.into());
        let mut renamed = None;
        if found.signature.is_empty() {
            for (detail, rename) in reading::RENAMES {
                let other = Found::of(scheme, headers, rename);
                if !other.signature.is_empty() {
                    (found, renamed) = (other, Some(detail));
                    break;
                }
            }
        }
        // As the scheme has them, once what was done to them is undone: by another name, twice, or repaired.
        let as_is: Repair = |value| value.to_vec();
        let repairs = reading::REPAIRS.map(|(detail, repair)| (Some(detail), repair));
        let reading = Reading::of(scheme, &found);
        let mut repaired = None;
        for (detail, repair) in [(None, as_is)].into_iter().chain(repairs) {
            // Without what is between them, two values may look like one with something else in it.
            if reading.is_joined && detail.is_some() {
                break;
            }
            let found = found.repaired(repair);
            let [signature, timestamp, id] = found.firsts();
            let values = Values {
                signature,
                timestamp,
                id,
            };
            let is_ascii = [signature, timestamp, id].concat().is_ascii();
            let claims = Claims::of(scheme, values, self.keys);
            if let Some(claims) = claims.ok().filter(|_| is_ascii) {
                repaired = Some((detail, claims));
                break;
            }
        }
        let (kind, detail, claims) = match repaired {
            Some((Some(detail), claims)) => (CauseKind::HeaderAltered, Some(detail.into()), claims),
            Some((None, claims)) if renamed.is_some() => {
                (CauseKind::HeaderRenamed, renamed.map(Cow::from), claims)
            }
            _ => {
                let (kind, detail) = self.header_fault(error, &reading);
                (kind, detail, Claims::read(scheme, &reading))
            }
        };
        if let Some(time) = self.signed(&claims, self.body) {
            self.push(kind, Certainty::Certain, detail);
            self.authenticated(&time);
            return;
        }
        let at = self.causes.len();
        if self.elsewhere(&claims, headers) {
            // Only as another provider's are headers right that are wrong as ours.
            let is_ours = |cause: &Cause| cause.kind() != CauseKind::OtherProvider;
            if self.causes.iter().all(is_ours) {
                self.causes
                    .insert(at, Cause::new(kind, Certainty::Certain, detail));
            }
            return;
        }
        let names = self.providers_seen(headers);
        if let Some(names) = names {
            self.push(CauseKind::OtherProvider, Certainty::Likely, Some(names));
        }
        if kind == CauseKind::HeaderMissing
            && let Some(older) = scheme.header.strip_suffix("-256")
            && headers.values(older).next().is_some()
        {
            let detail = format!("there is `{older}`");
            self.push(
                CauseKind::OtherDigest,
                Certainty::Likely,
                Some(detail.into()),
            );
        }
        self.push(kind, Certainty::Likely, detail);
        if !claims.tags.is_empty() {
            self.guess_of_body(headers);
        }
    }

    /// What is wrong with headers in which more can be read than the scheme reads, if it is no more than that.
    fn header_fault(
        &self,
        error: VerifyError,
        reading: &Reading,
    ) -> (CauseKind, Option<Cow<'static, str>>) {
        let own = self.scheme.encoding;
        let other = reading.tags.iter().find(|(_, encoding)| *encoding != own);
        match error {
            VerifyError::MissingHeader => (
                CauseKind::HeaderMissing,
                Some(self.scheme.to_string().into()),
            ),
            VerifyError::DuplicateHeader => (CauseKind::HeaderRepeated, None),
            VerifyError::DuplicateTimestamp => (CauseKind::HeadersJoined, None),
            VerifyError::InvalidTimestamp | VerifyError::InvalidId if reading.is_joined => {
                (CauseKind::HeadersJoined, None)
            }
            VerifyError::InvalidTimestamp => {
                let unit = reading.times.iter().find_map(|time| self.other_unit(time));
                match unit {
                    Some(cause) => (
                        CauseKind::TimestampUnit,
                        cause.detail().map(|it| it.to_string().into()),
                    ),
                    None => (CauseKind::TimestampFormat, None),
                }
            }
            VerifyError::InvalidId => (CauseKind::HeaderAltered, Some("the id".into())),
            VerifyError::NonAsciiHeader
            | VerifyError::HeaderTooLong
            | VerifyError::TooManySignatures => {
                (CauseKind::HeaderAltered, Some(error.to_string().into()))
            }
            _ if reading.is_joined => (CauseKind::HeadersJoined, None),
            _ => match (other, reading.odd) {
                (Some((_, encoding)), _) => {
                    let detail = format!("{encoding}, where the scheme has {own}");
                    (CauseKind::SignatureEncoding, Some(detail.into()))
                }
                (None, Some(odd)) if reading.tags.is_empty() => self.odd_signature(odd),
                (None, _) => (CauseKind::SignatureLayout, None),
            },
        }
    }

    fn odd_signature(&self, odd: Odd) -> (CauseKind, Option<Cow<'static, str>>) {
        match odd {
            Odd::Truncated => (CauseKind::SignatureTruncated, None),
            Odd::Sha512 if self.scheme.public_prefix.is_some() => (CauseKind::SignatureKind, None),
            Odd::Sha1 => (CauseKind::OtherDigest, Some("as long as SHA-1".into())),
            Odd::Sha512 => (CauseKind::OtherDigest, Some("as long as SHA-512".into())),
        }
    }

    /// Whether another secret, body, provider or message is what was signed.
    fn elsewhere(&mut self, claims: &Claims, headers: &(impl Headers + ?Sized)) -> bool {
        self.other_secret(self.scheme, claims, self.body)
            || self.other_time(claims)
            || self.other_provider(claims, headers)
            || self.other_message(claims)
            || self.other_body(claims)
    }

    /// Whether a secret of another endpoint is right, or another form of one of ours.
    fn other_secret(&mut self, scheme: &Scheme, claims: &Claims, body: &[u8]) -> bool {
        for (name, keys) in self.others {
            if let Some(time) = self.signed_by(scheme, &keys.secrets(), claims, body) {
                let detail = Some((*name).to_string().into());
                self.push(CauseKind::SecretOfOtherEndpoint, Certainty::Certain, detail);
                self.authenticated_by(scheme, &time);
                return true;
            }
        }
        let keys = self.keys;
        for other in keys.otherwise() {
            if let Some(time) = self.signed_by(scheme, &[&*other.key], claims, body) {
                let kind = secret_kind(other.form);
                self.push(kind, Certainty::Certain, Some(other.form.detail().into()));
                self.authenticated_by(scheme, &time);
                return true;
            }
        }
        if !self.others.is_empty() {
            self.rule_out(claims, "the secrets of the other endpoints");
        }
        let forms = "the secret decoded, not decoded, in quotation marks or with white space";
        self.rule_out(claims, forms);
        false
    }

    /// Whether the time was signed in another unit than the header has it in.
    fn other_time(&mut self, claims: &Claims) -> bool {
        let mut times = Vec::new();
        for time in &claims.times {
            if time.iter().all(u8::is_ascii_digit) && !time.is_empty() {
                times.push([time, b"000".as_slice()].concat());
                times.extend(time.strip_suffix(b"000").map(<[u8]>::to_vec));
                times.push(time.get(..10).unwrap_or_default().to_vec());
            }
        }
        times.retain(|time| !claims.times.contains(time) && !time.is_empty());
        let claims = Claims {
            times,
            ..claims.clone()
        };
        let is_signed = self.signed(&claims, self.body).is_some();
        if is_signed {
            let detail = "the header has it in another unit than was signed";
            self.push(
                CauseKind::TimestampUnit,
                Certainty::Certain,
                Some(detail.into()),
            );
        } else if self.scheme.is_timestamped() {
            self.rule_out(&claims, "seconds for milliseconds and the reverse");
        }
        is_signed
    }

    /// Whether the delivery is one of another provider, by its headers and any of our secrets.
    fn other_provider(&mut self, ours: &Claims, headers: &(impl Headers + ?Sized)) -> bool {
        let mut tried: Vec<Scheme> = vec![*self.scheme];
        for (_, scheme) in providers() {
            if tried.contains(&scheme) {
                continue;
            }
            tried.push(scheme);
            let values = Values::of(&scheme, headers);
            let Ok(claims) = values.and_then(|values| Claims::of(&scheme, values, self.keys))
            else {
                continue;
            };
            // The other provider may have it by another name too, and that one came.
            let is_ours = scheme.header == self.scheme.header
                && headers.values(scheme.header).next().is_some();
            let (kind, at) = if is_ours {
                (CauseKind::SignedMessage, self.causes.len())
            } else {
                (CauseKind::OtherProvider, self.causes.len())
            };
            let keys = self.keys;
            let time = self.signed_by(&scheme, &keys.secrets(), &claims, self.body);
            if let Some(time) = &time {
                self.authenticated_by(&scheme, time);
            }
            if time.is_some() || self.other_secret(&scheme, &claims, self.body) {
                let detail = Some(names_of(&scheme));
                self.causes
                    .insert(at, Cause::new(kind, Certainty::Certain, detail));
                return true;
            }
        }
        let what = "a delivery of another provider that is known, with this secret";
        self.rule_out(ours, what);
        false
    }

    /// Providers of which all headers are there and well-formed, where one of ours is not.
    fn providers_seen(&self, headers: &(impl Headers + ?Sized)) -> Option<Cow<'static, str>> {
        let seen = providers().find(|(_, scheme)| {
            let values = Values::of(scheme, headers);
            let claims = values.and_then(|values| Claims::of(scheme, values, self.keys));
            scheme.header != self.scheme.header && claims.is_ok()
        });
        seen.map(|(_, scheme)| names_of(&scheme))
    }

    /// Whether other parts were signed than the scheme says.
    fn other_message(&mut self, claims: &Claims) -> bool {
        for message in MESSAGES {
            let has = |part| message.contains(&part);
            let is_known = (self.scheme.is_timestamped() || !has(Part::Timestamp))
                && (self.scheme.is_identified() || !has(Part::Id));
            if message == self.scheme.message || !is_known {
                continue;
            }
            // Not to be made by its constructors, which refuse what is not safe. It is only tried.
            let scheme = Scheme {
                message,
                ..*self.scheme
            };
            let keys = self.keys;
            if self
                .signed_by(&scheme, &keys.secrets(), claims, self.body)
                .is_some()
            {
                let detail = format!("{scheme}");
                let detail = detail
                    .split_once(" over ")
                    .map_or("", |(_, message)| message);
                let detail = Some(detail.to_string().into());
                self.push(CauseKind::SignedMessage, Certainty::Certain, detail);
                return true;
            }
        }
        let what = "another usual message, such as the body alone";
        self.rule_out(claims, what);
        false
    }

    fn other_body(&mut self, claims: &Claims) -> bool {
        let body = self.body;
        for group in body::GROUPS {
            if body.len() > group.max_len || claims.tags.is_empty() || self.is_spent() {
                continue;
            }
            let mut found = None;
            let _ = (group.candidates)(body, &mut |change, candidate| {
                if candidate == body {
                    return ControlFlow::Continue(());
                }
                if let Some(time) = self.signed(claims, candidate) {
                    found = Some((change.clone(), time));
                }
                if found.is_some() || self.is_spent() {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
            if let Some(((kind, detail), time)) = found {
                self.push(kind, Certainty::Certain, detail);
                self.authenticated(&time);
                return true;
            }
            self.rule_out(claims, group.rules_out);
        }
        false
    }

    /// No MAC matched: what the form of the body and the headers about it suggest.
    fn guess_of_body(&mut self, headers: &(impl Headers + ?Sized)) {
        let body = self.body;
        if let Some((kind, detail)) = look_of_bytes(headers, body) {
            self.push(kind, Certainty::Likely, detail.map(Cow::from));
            self.push(CauseKind::SecretOrBody, Certainty::Likely, None);
            return;
        }
        let json = body::json_of(body);
        let order = json
            .as_ref()
            .and_then(body::sorted_by_chance)
            .filter(|(_, chance)| *chance >= MIN_CHANCE)
            .map(|(order, _)| order);
        let is_spaced = json.as_ref().is_some_and(|it| body::is_spaced(it, body));
        let is_rounded = json.as_ref().is_some_and(body::is_rounded);
        let other_length = announced(headers).filter(|len| *len != body.len());
        let rest = other_length.and_then(|len| body.get(len..));
        let of_json = CauseKind::JsonReserialized;
        let guess = if let Some(rest) = rest.filter(|rest| rest.trim_ascii().is_empty()) {
            let kind = match rest {
                b"\n" | b"\r\n" => CauseKind::TrailingNewlineAdded,
                _ => CauseKind::EdgeSpaceAdded,
            };
            Some((kind, OTHER_LENGTH))
        } else if other_length.is_some_and(|len| body.len() / MIN_RATIO >= len) {
            Some((CauseKind::BodyDecompressed, OTHER_LENGTH))
        } else if other_length.is_some() && json.is_some() {
            // What is cut off is no JSON any more.
            Some((of_json, OTHER_LENGTH))
        } else if other_length.is_some() {
            Some((CauseKind::BodyLength, OTHER_LENGTH))
        } else if json.is_none() && body::is_cut_off(body) {
            Some((CauseKind::BodyLength, "the JSON breaks off"))
        } else if is_rounded {
            Some((of_json, "large numbers are rounded"))
        } else if order == Some(Order::ByText) && !self.scheme.is_identified() {
            // Who sends by Standard Webhooks mostly sorts them itself: Svix, and so Clerk.
            Some((of_json, "keys are sorted"))
        } else if body::is_sorted_form(body) {
            Some((CauseKind::FormReserialized, "fields are sorted"))
        } else {
            None
        };
        if let Some((kind, detail)) = guess {
            self.push(kind, Certainty::Likely, Some(detail.into()));
        }
        self.push(CauseKind::SecretOrBody, Certainty::Likely, None);
        let detail = if guess.is_some_and(|(kind, _)| kind == of_json) {
            return;
        } else if is_spaced {
            "it has white space in it"
        } else if order == Some(Order::ByLength) {
            // WorkOS has them so itself.
            "keys are ordered as PostgreSQL's `jsonb` does"
        } else {
            return;
        };
        self.push(of_json, Certainty::Possible, Some(detail.into()));
    }

    /// Says what is wrong with a time that was found to be signed.
    fn authenticated(&mut self, time: &[u8]) {
        self.authenticated_by(self.scheme, time);
    }

    fn authenticated_by(&mut self, scheme: &Scheme, time: &[u8]) {
        if !scheme.is_timestamped() {
            return;
        }
        let is_told = |cause: &Cause| cause.kind() == CauseKind::TimestampUnit;
        if let Some(cause) = clock::other_unit(time, scheme.unit, self.tolerance, self.now) {
            if !self.causes.iter().any(is_told) {
                self.causes.push(cause);
            }
            return;
        }
        if let Some(signed_at) = UnixTime::parse(time, scheme.unit)
            && self.tolerance.check(signed_at, self.now).is_err()
        {
            let causes = clock::off(signed_at, self.tolerance, self.now);
            self.causes.extend(causes.into_iter().flatten());
        }
    }

    fn other_unit(&self, time: &[u8]) -> Option<Cause> {
        clock::other_unit(time, self.scheme.unit, self.tolerance, self.now)
    }

    /// The time with which one of our secrets signed this body, if one did.
    fn signed(&mut self, claims: &Claims, body: &[u8]) -> Option<Vec<u8>> {
        let keys = self.keys;
        self.signed_by(self.scheme, &keys.secrets(), claims, body)
    }

    fn signed_by(
        &mut self,
        scheme: &Scheme,
        keys: &[&Key],
        claims: &Claims,
        body: &[u8],
    ) -> Option<Vec<u8>> {
        let tags = claims.tags()?;
        for key in keys {
            for time in &claims.times {
                for id in &claims.ids {
                    let mut room = [[].as_slice(); MAX_PARTS];
                    let message = scheme.assemble(id, time, body, &mut room);
                    // What the HMAC hashes beside the message: two blocks of the key are, and two of the digest.
                    let len = message.iter().map(|part| part.len()).sum::<usize>();
                    let bytes = self.bytes.saturating_add(len).saturating_add(128);
                    if self.macs >= MAX_MACS || bytes > MAX_BYTES {
                        self.bytes = usize::MAX;
                        return None;
                    }
                    self.macs = self.macs.saturating_add(1);
                    self.bytes = bytes;
                    if key.tag(message).equals_any(&tags) {
                        return Some(time.clone());
                    }
                }
            }
        }
        None
    }

    fn is_spent(&self) -> bool {
        self.bytes > MAX_BYTES
    }

    fn push(&mut self, kind: CauseKind, certainty: Certainty, detail: Option<Cow<'static, str>>) {
        self.causes.push(Cause::new(kind, certainty, detail));
    }

    /// Unless the bounds cut it off, or there was nothing to try.
    fn rule_out(&mut self, claims: &Claims, what: &'static str) {
        let was_tried = !self.is_spent() && !claims.tags.is_empty() && self.keys.kinds().secret;
        if was_tried && !self.ruled_out.contains(&what) {
            self.ruled_out.push(what);
        }
    }
}

/// What the first bytes, the lack of any, and the headers about the body suggest.
fn look_of_bytes(
    headers: &(impl Headers + ?Sized),
    body: &[u8],
) -> Option<(CauseKind, Option<&'static str>)> {
    let encoding = headers
        .values("content-encoding")
        .next()
        .filter(|it| !it.trim_ascii().is_empty() && !it.eq_ignore_ascii_case(b"identity"));
    if body.is_empty() && announced(headers) != Some(0) {
        Some((CauseKind::BodyConsumed, None))
    } else if MAGIC.iter().any(|magic| body.starts_with(magic)) {
        Some((CauseKind::BodyCompressed, None))
    } else if encoding.is_some() {
        // Brotli begins with nothing in particular, but is no text.
        let kind = match core::str::from_utf8(body) {
            Ok(_) => CauseKind::BodyDecompressed,
            Err(_) => CauseKind::BodyCompressed,
        };
        Some((kind, Some("there is `content-encoding`")))
    } else if body::is_printed(body) {
        Some((CauseKind::BodyPrinted, None))
    } else if core::str::from_utf8(body).is_ok_and(|it| it.contains('\u{fffd}')) {
        Some((CauseKind::BodyLossy, None))
    } else {
        None
    }
}

/// How long the body is, as the request says.
fn announced(headers: &(impl Headers + ?Sized)) -> Option<usize> {
    let text = headers.values("content-length").next()?;
    core::str::from_utf8(text).ok()?.trim().parse().ok()
}

fn secret_kind(form: Form) -> CauseKind {
    if form.is_encoding() {
        CauseKind::SecretEncoding
    } else {
        CauseKind::SecretDamaged
    }
}

/// The providers that are compiled in.
fn providers() -> impl Iterator<Item = (&'static str, Scheme)> {
    let typed = [
        #[cfg(feature = "workos")]
        (crate::workos::WorkOs::NAME, crate::workos::WorkOs::SCHEME),
        #[cfg(feature = "clerk")]
        (crate::clerk::Clerk::NAME, crate::clerk::Clerk::SCHEME),
        #[cfg(feature = "courier")]
        (
            crate::courier::Courier::NAME,
            crate::courier::Courier::SCHEME,
        ),
    ];
    #[cfg(feature = "rows")]
    let rows = crate::rows::ROWS
        .iter()
        .map(|row| (row.name(), row.scheme()));
    #[cfg(not(feature = "rows"))]
    let rows = [];
    typed.into_iter().chain(rows)
}

/// The first of those that sign by this scheme, and that there are more.
fn names_of(scheme: &Scheme) -> Cow<'static, str> {
    let mut names = providers()
        .filter(|(_, it)| it == scheme)
        .map(|(name, _)| name);
    let first: Vec<&str> = names.by_ref().take(MAX_NAMES).collect();
    let more = if names.next().is_some() {
        " or another that signs alike"
    } else {
        ""
    };
    format!("{}{more}", first.join(" or ")).into()
}

/// Messages that some provider signs.
const MESSAGES: [&[Part]; 9] = [
    &[Part::Body],
    &[Part::Timestamp, Part::Literal("."), Part::Body],
    &[Part::Timestamp, Part::Literal(":"), Part::Body],
    &[Part::Timestamp, Part::Body],
    &[Part::Body, Part::Timestamp],
    &[Part::Timestamp, Part::Literal(","), Part::Body],
    &[
        Part::Literal("v0:"),
        Part::Timestamp,
        Part::Literal(":"),
        Part::Body,
    ],
    &[
        Part::Id,
        Part::Literal("."),
        Part::Timestamp,
        Part::Literal("."),
        Part::Body,
    ],
    &[Part::Timestamp, Part::Literal("\n"), Part::Body],
];
/// What gzip, zlib and Zstandard begin with.
const MAGIC: [&[u8]; 5] = [
    b"\x1f\x8b",
    b"\x78\x9c",
    b"\x78\x01",
    b"\x78\xda",
    b"\x28\xb5\x2f\xfd",
];
/// One in how many is sorted by chance, that is taken for sorted by a program.
const MIN_CHANCE: usize = 700;
/// How many times longer a body is that was decompressed, rather than indented.
const MIN_RATIO: usize = 3;
const OTHER_LENGTH: &str = "another `content-length`";
/// Names of providers in one detail.
const MAX_NAMES: usize = 4;
