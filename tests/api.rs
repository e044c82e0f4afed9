//! What the types promise: threads, what `Debug` shows, every error text verbatim, secrets refused.

mod support;

use std::{error::Error, ops::Deref, time::Duration};

use countersign::{
    DecodeError, Delivery, EventMismatch, Fault, Misfit, RawJson, Secret, SecretError, Stored,
    Tolerance, VerifyError,
    workos::{self, Event, EventData, EventPage, PageEntry, event::UnknownEvent},
};
use serde::{Serialize, de::DeserializeOwned};
use static_assertions::{assert_impl_all, assert_not_impl_any, assert_type_eq_all};
use support::{BODY, OLD_SECRET, SECRET, SIGNED_AT_MS, date, header, secret, verifier};

assert_impl_all!(workos::Verifier: Clone, Send, Sync);
assert_impl_all!(workos::Signer: Clone, Send, Sync);
assert_impl_all!(Delivery<'static, workos::WorkOs>: Copy, Send, Sync);
assert_type_eq_all!(Delivery<'static, workos::WorkOs>, workos::Delivery<'static>);
assert_impl_all!(Secret: Clone, Send, Sync);
assert_impl_all!(Tolerance: Copy, Eq, Send, Sync);
assert_impl_all!(VerifyError: Copy, Eq, Error, Send, Sync);
assert_impl_all!(DecodeError: Clone, Eq, Error, Send, Sync);
assert_impl_all!(SecretError: Clone, Eq, Error, Send, Sync);
assert_impl_all!(EventMismatch: Clone, Eq, Error, Send, Sync);
assert_impl_all!(Fault: Copy, Eq, std::fmt::Display, Send, Sync);
assert_impl_all!(Event: Clone, Eq, Serialize, Send, Sync, Unpin);
// Whoever could decode one could take a forgery for it.
assert_not_impl_any!(Event: DeserializeOwned);
assert_impl_all!(Stored<Event>: Clone, Eq, Serialize, DeserializeOwned, From<Event>, Deref<Target = Event>);
assert_impl_all!(Event: From<Stored<Event>>);
assert_impl_all!(Misfit: Clone, Eq, Send, Sync);
assert_impl_all!(PageEntry: Clone, Eq, Send, Sync);
assert_impl_all!(RawJson: Clone, Eq, Serialize, DeserializeOwned, Deref<Target = str>, Send, Sync);
assert_impl_all!(EventData: Clone, Eq, Serialize);
assert_impl_all!(EventPage: Clone, Eq, DeserializeOwned, Send, Sync);
// Nobody can make one that bears a name which is known.
assert_not_impl_any!(UnknownEvent: Default, DeserializeOwned);
assert_not_impl_any!(Secret: std::fmt::Display, PartialEq, AsRef<str>, AsRef<[u8]>, ToString);

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
        (HeaderTooLong, "signature header is longer than 4096 bytes"),
        (
            MalformedHeader,
            "signature header is not a comma-separated list of key=value",
        ),
        (MissingTimestamp, "signature header has no timestamp"),
        (
            DuplicateTimestamp,
            "signature header has more than one timestamp",
        ),
        (
            InvalidTimestamp,
            "timestamp is not in Unix milliseconds up to the year 9999",
        ),
        (MissingSignature, "signature header has no signature"),
        (
            TooManySignatures,
            "signature header has more than 16 signatures",
        ),
        (MalformedSignature, "no signature is 64 hex digits"),
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

#[test]
fn secret_error_texts() {
    use SecretError::*;
    let variable = || String::from("WEBHOOK_SECRET");
    for (error, text) in [
        (Empty, "secret is empty"),
        (
            SurroundingWhitespace,
            "secret begins or ends with white space",
        ),
        (
            NotSet {
                variable: variable(),
            },
            "environment variable WEBHOOK_SECRET is not set",
        ),
        (
            NotUnicode {
                variable: variable(),
            },
            "environment variable WEBHOOK_SECRET is not valid Unicode",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn secrets_that_are_refused() {
    let error = |text: &str| Secret::new(text).err();
    assert_eq!(error(""), Some(SecretError::Empty));
    for text in [
        " ",
        " abc",
        "abc\n",
        "abc\r\n",
        "\tabc",
        "abc\u{a0}",
        "\u{3000}abc",
    ] {
        assert_eq!(
            error(text),
            Some(SecretError::SurroundingWhitespace),
            "{text:?}"
        );
    }
    for text in ["a", "a b", "whsec_abc", "\u{e4}", "\u{feff}"] {
        assert_eq!(error(text), None, "{text:?}");
    }
}

#[test]
fn secrets_are_made_of_any_text() {
    let text = String::from(SECRET);
    for secret in [
        Secret::new(SECRET),
        Secret::new(&text),
        Secret::new(text.clone()),
    ] {
        assert_eq!(
            workos::Signer::new(secret.unwrap()).sign(BODY, date(SIGNED_AT_MS)),
            header()
        );
    }
}

/// Runs itself once for each value, as a process may not change its own environment while tests run.
#[cfg(feature = "std")]
#[test]
fn secrets_from_the_environment() {
    use std::{env, ffi::OsString, process::Command};

    const VARIABLE: &str = "COUNTERSIGN_TEST_SECRET";
    const EXPECTED: &str = "COUNTERSIGN_TEST_EXPECTED";
    if let Ok(expected) = env::var(EXPECTED) {
        assert_eq!(format!("{:?}", Secret::from_env(VARIABLE)), expected);
        return;
    }
    let set = |value: &str| Some(OsString::from(value));
    let mut cases = vec![
        (set("abc"), "Ok(Secret(..))"),
        (set(""), "Err(Empty)"),
        (set("abc\n"), "Err(SurroundingWhitespace)"),
        (
            None,
            r#"Err(NotSet { variable: "COUNTERSIGN_TEST_SECRET" })"#,
        ),
    ];
    #[cfg(unix)]
    cases.push((
        Some(std::os::unix::ffi::OsStringExt::from_vec(b"a\xff".to_vec())),
        r#"Err(NotUnicode { variable: "COUNTERSIGN_TEST_SECRET" })"#,
    ));
    for (value, expected) in cases {
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", "secrets_from_the_environment"])
            .env_remove(VARIABLE)
            .env(EXPECTED, expected);
        if let Some(value) = &value {
            test.env(VARIABLE, value);
        }
        let output = test.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{expected}: {printed}");
        assert!(printed.contains("1 passed"), "{printed}");
    }
}

#[cfg(feature = "std")]
#[test]
fn names_that_no_variable_can_have() {
    for variable in ["", "A=B", "A\0B"] {
        let variable = String::from(variable);
        assert_eq!(
            Secret::from_env(&variable).err(),
            Some(SecretError::NotSet { variable })
        );
    }
}
