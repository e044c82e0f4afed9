//! What a secret may be: what is refused, by which name, and how it becomes a key.

#![cfg(feature = "workos")]

mod support;

use base64::{Engine, prelude::BASE64_STANDARD};
use countersign::{
    AnySigner, AnyVerifier, Keys, Scheme, Secret,
    SecretError::{self, *},
    StandardSecret, workos,
};
use support::{BODY, SECRET, SIGNED_AT_MS, date, header, secret, sign};

/// Of both kinds, as both check the text alike.
fn refused(text: &str) -> (Option<SecretError>, Option<SecretError>) {
    (Secret::new(text).err(), StandardSecret::new(text).err())
}

#[test]
fn what_copying_leaves_behind_is_refused() {
    for (text, error) in [
        ("", Empty),
        (" ", SurroundingWhitespace),
        (" abc", SurroundingWhitespace),
        ("abc\n", SurroundingWhitespace),
        ("abc\r\n", SurroundingWhitespace),
        ("\tabc", SurroundingWhitespace),
        ("abc\u{a0}", SurroundingWhitespace),
        ("\u{3000}abc", SurroundingWhitespace),
        ("\u{feff}", InvisibleCharacter),
        ("\u{feff}abc", InvisibleCharacter),
        ("abc\u{200b}", InvisibleCharacter),
        ("\u{200c}abc", InvisibleCharacter),
        ("abc\u{200d}", InvisibleCharacter),
        ("abc\u{2060}", InvisibleCharacter),
        ("\u{ad}abc", InvisibleCharacter),
        ("\u{202a}abc", InvisibleCharacter),
        ("abc\u{200e}", InvisibleCharacter),
        ("abc\u{2066}", InvisibleCharacter),
        ("\u{180e}abc", InvisibleCharacter),
        ("abc\u{fe0f}", InvisibleCharacter),
        ("\u{3164}abc", InvisibleCharacter),
        ("'abc'", Quoted),
        ("\"abc\"", Quoted),
        ("`abc`", Quoted),
        ("\u{201c}abc\u{201d}", Quoted),
        ("\u{2018}abc\u{2019}", Quoted),
        ("\"\"", Quoted),
        (r"abc\n", EscapedNewline),
        (r"abc\r\n", EscapedNewline),
        (r"abc\r", EscapedNewline),
        ("a\0b", ControlCharacter),
        ("\0", ControlCharacter),
        ("a\nb", ControlCharacter),
        ("abc\u{7f}", ControlCharacter),
        ("a\u{85}b", ControlCharacter),
    ] {
        assert_eq!(
            refused(text),
            (Some(error.clone()), Some(error)),
            "{text:?}"
        );
    }
}

#[test]
fn other_texts_are_secrets() {
    for text in [
        "a",
        "a b",
        "whsec_abc",
        "whsk_abc",
        "\u{e4}",
        "a\u{200b}b",
        "\"",
        "'a",
        "a'b",
        "\"a'",
        r"a\nb",
    ] {
        assert_eq!(Secret::new(text).err(), None, "{text:?}");
    }
}

/// Anybody may know it, and sign with it if it were the key.
#[test]
fn a_public_key_is_no_secret() {
    let key = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
    assert_eq!(refused(key), (Some(Asymmetric), Some(Asymmetric)));
}

/// A secret of NULs alone is the empty key to HMAC: it would verify what anybody signs.
#[test]
fn keys_that_are_the_empty_key() {
    assert_eq!(refused("\0\0\0\0").0, Some(ControlCharacter));
    let zeros = BASE64_STANDARD.encode([0; 32]);
    assert_eq!(StandardSecret::new(zeros).err(), Some(ZeroKey));
    let mut nearly = [0; 32];
    nearly[31] = 1;
    assert!(StandardSecret::new(BASE64_STANDARD.encode(nearly)).is_ok());
}

#[test]
fn standard_secrets_that_are_refused() {
    let of_length = |len: usize| StandardSecret::new(BASE64_STANDARD.encode(vec![7; len])).err();
    for len in [1, 2, 23, 65, 96, 97, 1000] {
        assert_eq!(of_length(len), Some(KeyLength), "{len}");
    }
    for len in 24..=64 {
        assert_eq!(of_length(len), None, "{len}");
    }
    for (text, error) in [
        ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Asymmetric),
        ("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Asymmetric),
        ("whsec_", KeyLength),
        ("whsec_YWJj", KeyLength),
        ("whsec_abc", NotBase64),
        ("whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
        ("v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", NotBase64),
        ("whsec_MfKQ9r8GKYqrTwjU-_8ILPZIo2LaLaSw", NotBase64),
        ("whsec_MfKQ9r8GKYqr TwjUPD8ILPZIo2LaLaSw", NotBase64),
        ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
        // The last character has bits that no byte has.
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAB==", NotBase64),
        (SECRET, NotBase64),
    ] {
        assert_eq!(StandardSecret::new(text).err(), Some(error), "{text:?}");
    }
}

/// Published by Svix: the prefix is no part of the base64, and may be absent.
#[test]
fn a_standard_secret_is_decoded() {
    let scheme = Scheme::standard("svix-id", "svix-timestamp", "svix-signature");
    let headers = [
        ("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("svix-timestamp", "1614265330"),
        (
            "svix-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ];
    for text in [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ] {
        let verifier = AnyVerifier::new(scheme, StandardSecret::new(text).expect("a secret"));
        let now = date(1_614_265_330_000);
        let delivery = verifier
            .verify_request_at(&headers, br#"{"test": 2432232314}"#, now)
            .expect("a genuine delivery");
        assert_eq!(delivery.id(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
    }
}

#[test]
fn secrets_are_made_of_any_text() {
    let text = String::from(SECRET);
    for secret in [
        Secret::new(SECRET),
        Secret::new(&text),
        Secret::new(text.clone()),
        Secret::labelled("a label", SECRET),
    ] {
        let signer = workos::Signer::new(secret.expect("a secret"));
        assert_eq!(signer.sign(BODY, date(SIGNED_AT_MS)), header());
    }
}

/// Each tenant or rotation has a label of its own, and the delivery tells which it was.
#[test]
fn the_label_of_the_secret_that_matched() {
    let labelled = |label: &str, text: &str| Secret::labelled(label, text).expect("a secret");
    let verifier = workos::Verifier::new(labelled("tenant-7/2026-11", "current"))
        .with_previous(secret("without a label"))
        .with_previous(labelled("tenant-7/2026-05", "previous"))
        .with_previous(secret("another").with_label(String::from("tenant-7/2025-11")));
    for (text, label, index) in [
        ("current", Some("tenant-7/2026-11"), 0),
        ("without a label", None, 1),
        ("previous", Some("tenant-7/2026-05"), 2),
        ("another", Some("tenant-7/2025-11"), 3),
    ] {
        let header = sign(text, BODY, SIGNED_AT_MS);
        let delivery = verifier.clone().verify_at(header, BODY, date(SIGNED_AT_MS));
        let delivery = delivery.expect("a genuine delivery");
        assert_eq!((delivery.key_label(), delivery.key_index()), (label, index));
        assert_eq!(delivery.clone().key_label(), label);
        assert_eq!(delivery.of_any_provider().key_label(), label);
    }
    let standard = StandardSecret::labelled("2026-11", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let standard = standard.expect("a secret");
    let scheme = Scheme::prefixed("x-signature", "");
    let headers = AnySigner::new(scheme, standard.clone()).headers(BODY, date(0));
    let verifier = AnyVerifier::new(scheme, standard.with_label("2026-12"));
    let delivery = verifier.verify_request_at(&headers, BODY, date(0));
    let delivery = delivery.expect("a genuine delivery");
    assert_eq!(delivery.key_label(), Some("2026-12"));
    assert_eq!(
        format!("{delivery:?}"),
        "Delivery { key_index: 0, key_label: \"2026-12\", body_len: 90, .. }"
    );
}

#[test]
fn debug_shows_nothing() {
    let standard = StandardSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    assert_eq!(format!("{standard:#?}"), "StandardSecret(..)");
    assert_eq!(format!("{:#?}", secret(SECRET)), "Secret(..)");
    assert_eq!(format!("{:?}", Keys::from(secret(SECRET))), "Keys(1)");
    let scheme = Scheme::prefixed("x-signature", "");
    let verifier = AnyVerifier::new(scheme, secret(SECRET)).with_previous(secret("another"));
    let printed = format!("{verifier:?}");
    assert!(
        printed.starts_with("AnyVerifier { scheme: Scheme { header: "),
        "{printed}"
    );
    assert!(
        printed.ends_with(", secrets: 2, tolerance: Tolerance { past: 300s, future: 300s }, .. }")
    );
    let signer = format!("{:?}", AnySigner::new(scheme, secret(SECRET)));
    assert!(
        signer.starts_with("AnySigner { scheme: Scheme { header: "),
        "{signer}"
    );
}

#[test]
fn error_texts() {
    let variable = || String::from("WEBHOOK_SECRET");
    for (error, text) in [
        (Empty, "secret is empty"),
        (
            SurroundingWhitespace,
            "secret begins or ends with white space",
        ),
        (
            InvisibleCharacter,
            "secret begins or ends with an invisible character",
        ),
        (Quoted, "secret is in quotation marks"),
        (EscapedNewline, "secret ends with an escaped line break"),
        (ControlCharacter, "secret has a control character"),
        (Asymmetric, "secret is an asymmetric key"),
        (NotBase64, "secret is not base64"),
        (KeyLength, "secret is not base64 of 24 to 64 bytes"),
        (ZeroKey, "secret is base64 of zeros only"),
        (NotPublicKey, "key is not a public key"),
        (PublicKeyLength, "public key is not base64 of 32 bytes"),
        (InvalidPublicKey, "public key is not a point of the curve"),
        (WeakPublicKey, "public key is weak"),
        (NotPrivateKey, "key is not a private key"),
        (
            PrivateKeyLength,
            "private key is not base64 of 64 or 32 bytes",
        ),
        (
            InvalidPrivateKey,
            "private key is not a seed and its public key",
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
        (
            InVariable {
                variable: variable(),
                error: Box::new(Empty),
            },
            "environment variable WEBHOOK_SECRET: secret is empty",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

/// Runs itself once for each value, as a process may not change its own environment while tests run.
#[cfg(feature = "std")]
#[test]
fn from_the_environment() {
    use std::{env, ffi::OsString, process::Command};

    const VARIABLE: &str = "COUNTERSIGN_TEST_SECRET";
    const EXPECTED: &str = "COUNTERSIGN_TEST_EXPECTED";
    if let Ok(expected) = env::var(EXPECTED) {
        let secret = Secret::from_env(VARIABLE).map(|_| ());
        let standard = StandardSecret::from_env(VARIABLE).map(|_| ());
        let texts =
            [secret, standard].map(|it| it.map_or_else(|it| it.to_string(), |()| "".into()));
        assert_eq!(texts.join("|"), expected);
        return;
    }
    let set = |value: &str| Some(OsString::from(value));
    let name = "environment variable COUNTERSIGN_TEST_SECRET";
    let both = |rest: &str| format!("{name}{rest}|{name}{rest}");
    let mut cases = vec![
        (set("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "|".into()),
        (set("abc"), format!("|{name}: secret is not base64")),
        (set(""), both(": secret is empty")),
        (set("'abc'"), both(": secret is in quotation marks")),
        (
            set("abc\n"),
            both(": secret begins or ends with white space"),
        ),
        (None, both(" is not set")),
    ];
    #[cfg(unix)]
    cases.push((
        Some(std::os::unix::ffi::OsStringExt::from_vec(b"a\xff".to_vec())),
        both(" is not valid Unicode"),
    ));
    for (value, expected) in cases {
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", "from_the_environment"])
            .env_remove(VARIABLE)
            .env(EXPECTED, &expected);
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
        assert_eq!(Secret::from_env(&variable).err(), Some(NotSet { variable }));
    }
}
