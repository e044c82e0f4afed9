//! What the types promise: threads, what `Debug` shows, every error text verbatim, secrets refused.

#![cfg(feature = "workos")]

mod support;

use std::{error::Error, ops::Deref, time::Duration};

use countersign::{
    AnySigner, AnyVerifier, DecodeError, Delivery, EventMismatch, Fault, Keys, Misfit, RawJson,
    Scheme, Secret, SecretError, StandardSecret, Stored, Tolerance, VerifyError,
    workos::{self, EventPage, PageEntry, event::UnknownEvent},
};
use serde::{Serialize, de::DeserializeOwned};
use static_assertions::{assert_impl_all, assert_not_impl_any, assert_type_eq_all};
use support::{BODY, OLD_SECRET, SECRET, SIGNED_AT_MS, date, header, secret, verifier};

assert_impl_all!(AnyVerifier: Clone, Send, Sync);
assert_impl_all!(AnySigner: Clone, Send, Sync);
assert_impl_all!(Keys: Clone, Send, Sync, From<Secret>, From<StandardSecret>);
assert_impl_all!(Scheme: Copy, Eq, std::fmt::Display, Send, Sync);
assert_impl_all!(StandardSecret: Clone, Send, Sync);
assert_impl_all!(Secret: Clone, Send, Sync);
assert_impl_all!(Tolerance: Copy, Eq, Send, Sync);
assert_impl_all!(VerifyError: Copy, Eq, Error, Send, Sync);
assert_impl_all!(DecodeError: Clone, Eq, Error, Send, Sync);
assert_impl_all!(SecretError: Clone, Eq, Error, Send, Sync);
assert_impl_all!(EventMismatch: Clone, Eq, Error, Send, Sync);
assert_impl_all!(Fault: Copy, Eq, std::fmt::Display, Send, Sync);
/// What holds for the events of each provider.
macro_rules! assert_of_each_provider {
    ($($(#[$attribute:meta])* $module:ident $provider:ident $secret:ident,)*) => {$(
        $(#[$attribute])*
        const _: () = {
            use countersign::$module::{self, Event, EventData};

            assert_impl_all!($module::Verifier: Clone, Send, Sync);
            assert_impl_all!($module::Signer: Clone, Send, Sync);
            assert_impl_all!(Delivery<$module::$provider, &'static [u8]>: Clone, Eq, Send, Sync);
            assert_impl_all!(Delivery<$module::$provider, Vec<u8>>: Clone, Eq, Send, Sync);
            assert_type_eq_all!(Delivery<$module::$provider, &'static [u8]>, $module::Delivery<'static>);
            assert_type_eq_all!(<$module::$provider as countersign::Provider>::Secret, $secret);
            assert_impl_all!(Event: Clone, Eq, Serialize, Send, Sync, Unpin);
            // Whoever could decode one could take a forgery for it.
            assert_not_impl_any!(Event: DeserializeOwned);
            assert_impl_all!(Stored<Event>: Clone, Eq, Serialize, DeserializeOwned, From<Event>, Deref<Target = Event>);
            assert_impl_all!(Event: From<Stored<Event>>);
            assert_impl_all!(EventData: Clone, Eq, Serialize);
        };
    )*};
}
assert_of_each_provider! {
    workos WorkOs Secret,
    #[cfg(feature = "clerk")]
    clerk Clerk StandardSecret,
    #[cfg(feature = "courier")]
    courier Courier Secret,
}
assert_impl_all!(Misfit: Clone, Eq, Send, Sync);
assert_impl_all!(PageEntry: Clone, Eq, Send, Sync);
assert_impl_all!(RawJson: Clone, Eq, Serialize, DeserializeOwned, Deref<Target = str>, Send, Sync);
assert_impl_all!(EventPage: Clone, Eq, DeserializeOwned, Send, Sync);
// Nobody can make one that bears a name which is known.
assert_not_impl_any!(UnknownEvent: Default, DeserializeOwned);
assert_not_impl_any!(Secret: std::fmt::Display, PartialEq, AsRef<str>, AsRef<[u8]>, ToString);
assert_not_impl_any!(StandardSecret: std::fmt::Display, PartialEq, AsRef<str>, AsRef<[u8]>, ToString);

#[test]
fn debug_shows_no_secret_and_no_body() {
    assert_eq!(format!("{:?}", secret(SECRET)), "Secret(..)");
    assert_eq!(format!("{:#?}", secret(SECRET)), "Secret(..)");
    assert_eq!(
        format!("{:?}", verifier().with_previous(secret(OLD_SECRET))),
        "Verifier { secrets: 2, tolerance: Tolerance { past: 180s, future: 180s }, .. }"
    );
    assert_eq!(
        format!("{:?}", workos::Signer::new(secret(SECRET))),
        "Signer { .. }"
    );
    let verifier = verifier();
    let delivery = verifier
        .verify_at(header(), BODY, date(SIGNED_AT_MS))
        .unwrap();
    assert_eq!(
        format!("{delivery:?}"),
        "Delivery { signed_at: 2026-01-02 3:04:05.678 +00:00:00, key_index: 0, body_len: 90, .. }"
    );
    assert_eq!(
        format!("{:?}", delivery.envelope().unwrap()),
        "Envelope { id: \"event_01\", event: \"user.created\", \
         created_at: 2026-01-02 3:04:05.678 +00:00:00, .. }"
    );
}

#[test]
fn the_default_tolerance() {
    let tolerance = Tolerance::new(Duration::from_secs(180));
    assert_eq!(
        format!("{:?}", verifier()),
        format!("{:?}", verifier().with_tolerance(tolerance))
    );
    assert_eq!(tolerance.past(), Duration::from_secs(180));
    assert_eq!(tolerance.future(), Duration::from_secs(180));
    let asymmetric = tolerance.with_future(Duration::from_secs(5));
    assert_eq!(asymmetric.past(), Duration::from_secs(180));
    assert_eq!(asymmetric.future(), Duration::from_secs(5));
}

#[test]
fn verify_error_texts() {
    use VerifyError::*;
    let signed_at = date(SIGNED_AT_MS);
    let age = Duration::from_millis(180_001);
    for (error, text) in [
        (MissingHeader, "no signature header"),
        (DuplicateHeader, "more than one signature header"),
        (NonAsciiHeader, "signature header is not ASCII"),
        (HeaderTooLong, "signature header is longer than 4096 bytes"),
        (
            MalformedHeader,
            "signature header is not a separated list of key=value",
        ),
        (MissingTimestamp, "signature header has no timestamp"),
        (
            DuplicateTimestamp,
            "signature header has more than one timestamp",
        ),
        (
            InvalidTimestamp,
            "timestamp is not a Unix time up to the year 9999",
        ),
        (
            InvalidId,
            "id is not 1 to 256 visible ASCII characters without a time",
        ),
        (MissingSignature, "signature header has no signature"),
        (
            TooManySignatures,
            "signature header has too many signatures",
        ),
        (MalformedSignature, "no signature is well-formed"),
        (SignatureMismatch, "no signature matches the body"),
        (
            Expired { signed_at, age },
            "authentic, but signed too long ago: 180.001s",
        ),
        (
            NotYetValid {
                signed_at,
                ahead: age,
            },
            "authentic, but signed too far in the future: 180.001s",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn decode_error_texts() {
    use DecodeError::*;
    for (error, text) in [
        (NotUtf8 { valid_up_to: 7 }, "body is not UTF-8 after byte 7"),
        (
            NotJson { line: 1, column: 2 },
            "body is not JSON at line 1 column 2",
        ),
        (NotAnObject, "body is not a JSON object"),
        (
            MissingField { field: "id" },
            "field `id` is missing or null",
        ),
        (
            DuplicateField { field: "id" },
            "field `id` occurs more than once",
        ),
        (
            InvalidField {
                field: "created_at",
            },
            "field `created_at` has an unexpected type or form",
        ),
        (
            Mismatch { line: 3, column: 4 },
            "body does not fit the type at line 3 column 4",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}
