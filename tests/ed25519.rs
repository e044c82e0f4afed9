//! Keys of Standard Webhooks for signatures by private keys (`v1a`), and who verifies and signs by them. What each single
//! delivery gets is told by `vectors/standard_webhooks_v1a`; that the signatures are Ed25519, by the tests of the module.

#![cfg(feature = "ed25519")]

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE},
};
use countersign::{
    AnySigner, AnyVerifier, Identified, Keys, Part, Provider, Scheme, Secret,
    SecretError::{self, *},
    Signer, SigningKeys, StandardPrivateKey, StandardPublicKey, StandardSecret, Timestamped,
    Tolerance, Verifier,
    VerifyError::{self, *},
};
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::{collection::vec, prelude::*, sample::select};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use time::OffsetDateTime;

assert_impl_all!(StandardPublicKey: Clone, Into<Keys>, Send, Sync);
assert_impl_all!(StandardPrivateKey: Clone, Into<Keys>, SigningKeys, Send, Sync);
assert_not_impl_any!(StandardPublicKey: SigningKeys);
assert_not_impl_any!(StandardPrivateKey: std::fmt::Display, PartialEq, AsRef<str>, AsRef<[u8]>);

/// Published by Svix (`svix/svix-webhooks`, `server/svix-server/README.md`): 64 bytes, and their public key.
const PRIVATE: &str =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
/// Published by Signet (`signet` 1.0.0.0 at Hackage): 32 bytes, and their public key.
const OTHER_PRIVATE: &str = "whsk_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=";
const OTHER_PUBLIC: &str = "whpk_wuzPrKxPfWpJSsXgyg/MEoMGvjs5SjDO4ad6X4ZYqqg=";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SCHEME: Scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
const ID: &str = "msg_1";
const BODY: &[u8] = br#"{"event":"ping"}"#;

/// A provider of the user's own, with secrets and public keys.
enum Acme {}

impl Provider for Acme {
    const NAME: &'static str = "acme";
    const SCHEME: Scheme = SCHEME;
    type Secret = StandardSecret;
}
impl Timestamped for Acme {}
impl Identified for Acme {}

#[track_caller]
fn public(text: &str) -> StandardPublicKey {
    StandardPublicKey::new(text).expect("a public key")
}

#[track_caller]
fn private(text: &str) -> StandardPrivateKey {
    StandardPrivateKey::new(text).expect("a private key")
}

fn secret() -> StandardSecret {
    StandardSecret::new(SECRET).expect("a secret")
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_767_323_045).expect("a time")
}

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

type Headers = Vec<(&'static str, String)>;

/// The headers that a private key makes for `BODY`.
fn signed(key: &str) -> Headers {
    AnySigner::new(SCHEME, private(key)).headers_with_id(ID, BODY, now())
}

/// The entry in the signature header.
fn entry(headers: &Headers) -> &str {
    &headers[2].1
}

fn with_entries(entries: &str) -> Headers {
    let mut headers = signed(PRIVATE);
    headers[2].1 = entries.to_owned();
    headers
}

fn key_index(verifier: &AnyVerifier, headers: &Headers) -> Result<usize, VerifyError> {
    let delivery = verifier.verify_request_at(headers, BODY, now());
    delivery.map(|delivery| delivery.key_index())
}

/// What the text of either kind of key has to be, as of any secret.
/// `y` is a number below the prime of the field: other ways to write a point are refused, though it is one.
#[test]
fn points_written_in_another_way() {
    let mut other_way = [0xff; 32];
    let mut refused = 0;
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            (other_way[0], other_way[31]) = (low, high);
            let text = format!("whpk_{}", base64(&other_way));
            match StandardPublicKey::new(text).map(|_| ()) {
                Err(InvalidPublicKey | WeakPublicKey) => refused += 1,
                other => panic!("{low:#x} {high:#x}: {other:?}"),
            }
        }
    }
    assert_eq!(refused, 38);
}

/// Whatever the scheme says of `v1`.
#[test]
fn a_signature_by_a_private_key_is_in_base64_with_padding() {
    let scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
    let key = || StandardPrivateKey::new(PRIVATE).expect("a private key");
    for scheme in [scheme, scheme.base64url(), scheme.unpadded()] {
        let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
        let headers = AnySigner::new(scheme, key()).headers(b"{}", now);
        let verifier = AnyVerifier::new(scheme, key().public_key());
        let verdict = verifier.verify_request_at(&headers, b"{}", now);
        assert_eq!(verdict.map(|it| it.key_index()), Ok(0), "{scheme}");
    }
}

#[test]
fn what_copying_leaves_behind_is_refused() {
    for (around, error) in [
        (["", "\n"], SurroundingWhitespace),
        ([" ", ""], SurroundingWhitespace),
        (["\u{feff}", ""], InvisibleCharacter),
        (["'", "'"], Quoted),
        (["\"", "\""], Quoted),
        (["", r"\n"], EscapedNewline),
        (["", "\0="], ControlCharacter),
    ] {
        let text = |key: &str| around.join(key);
        let error = Some(error);
        assert_eq!(StandardPublicKey::new(text(PUBLIC)).err(), error);
        assert_eq!(StandardPrivateKey::new(text(PRIVATE)).err(), error);
    }
    assert_eq!(StandardPublicKey::new("").err(), Some(Empty));
    assert_eq!(StandardPrivateKey::new("").err(), Some(Empty));
}

#[test]
fn public_keys_that_are_refused() {
    let of_length = |len: usize| format!("whpk_{}", base64(&vec![7; len]));
    for len in [1, 24, 31, 33, 64, 96, 97, 1000] {
        let refused = StandardPublicKey::new(of_length(len)).err();
        assert_eq!(refused, Some(PublicKeyLength), "{len}");
    }
    let for_urls = BASE64_URL_SAFE.encode([0xfb; 32]);
    let no_point = base64(&[2; 32]);
    let weak = base64(&[0; 32]);
    for (text, error) in [
        (SECRET, NotPublicKey),
        (PRIVATE, NotPublicKey),
        (&PUBLIC[5..], NotPublicKey),
        (
            "WHPK_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
            NotPublicKey,
        ),
        ("whpk", NotPublicKey),
        (
            "v1a,whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
            NotPublicKey,
        ),
        ("whpk_", PublicKeyLength),
        ("whpk_YWJj", PublicKeyLength),
        ("whpk_abc", NotBase64),
        (
            "whpk_whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
            NotBase64,
        ),
        (
            "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4",
            NotBase64,
        ),
        (
            "whpk_1SiA4o9hyqTCpIqC5V9 UakiiaeACeqfZTInDBbOir4=",
            NotBase64,
        ),
        // The last character has bits that no byte has.
        (
            "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir5=",
            NotBase64,
        ),
        (&format!("whpk_{for_urls}"), NotBase64),
        (&format!("whpk_{no_point}"), InvalidPublicKey),
        (&format!("whpk_{weak}"), WeakPublicKey),
    ] {
        assert_eq!(StandardPublicKey::new(text).err(), Some(error), "{text}");
    }
}

/// About half of all numbers are the `y` of a point.
#[test]
fn half_of_all_keys_are_none() {
    let refused = (0..=u8::MAX).map(|byte| {
        let mut key = [7; 32];
        key[0] = byte;
        StandardPublicKey::new(format!("whpk_{}", base64(&key))).err()
    });
    let refused: Vec<SecretError> = refused.flatten().collect();
    assert!(refused.iter().all(|error| *error == InvalidPublicKey));
    assert!((100..156).contains(&refused.len()), "{}", refused.len());
}

#[test]
fn private_keys_that_are_refused() {
    let of_length = |len: usize| format!("whsk_{}", base64(&vec![7; len]));
    for len in [1, 24, 31, 33, 63, 65, 96, 97, 1000] {
        let refused = StandardPrivateKey::new(of_length(len)).err();
        assert_eq!(refused, Some(PrivateKeyLength), "{len}");
    }
    let for_urls = BASE64_URL_SAFE.encode([0xfb; 32]);
    for (text, error) in [
        (SECRET, NotPrivateKey),
        (PUBLIC, NotPrivateKey),
        (&PRIVATE[5..], NotPrivateKey),
        (
            "WHSK_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=",
            NotPrivateKey,
        ),
        ("whsk_", PrivateKeyLength),
        ("whsk_YWJj", PrivateKeyLength),
        ("whsk_abc", NotBase64),
        (
            "whsk_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU",
            NotBase64,
        ),
        (
            "whsk_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDV=",
            NotBase64,
        ),
        (&format!("whsk_{for_urls}"), NotBase64),
        (&of_length(64), InvalidPrivateKey),
    ] {
        assert_eq!(StandardPrivateKey::new(text).err(), Some(error), "{text}");
    }
}

/// The seed of one key with the public key of another, and each bit of a key.
#[test]
fn halves_that_do_not_belong_together() {
    let pair = BASE64_STANDARD.decode(&PRIVATE[5..]).unwrap();
    let refused = |bytes: &[u8]| StandardPrivateKey::new(format!("whsk_{}", base64(bytes))).err();
    assert_eq!(refused(&pair), None);
    let other = BASE64_STANDARD.decode(&OTHER_PUBLIC[5..]).unwrap();
    let swapped = [&pair[32..], &pair[..32]].concat();
    for bytes in [[&pair[..32], &other].concat(), swapped] {
        assert_eq!(refused(&bytes), Some(InvalidPrivateKey));
    }
    for bit in (0..pair.len() * 8).step_by(7) {
        assert_eq!(
            refused(&flipped(&pair, bit)),
            Some(InvalidPrivateKey),
            "{bit}"
        );
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:#?}", public(PUBLIC)), "StandardPublicKey(..)");
    assert_eq!(format!("{:#?}", private(PRIVATE)), "StandardPrivateKey(..)");
    assert_eq!(format!("{:?}", Keys::from(private(PRIVATE))), "Keys(1)");
    let signer = Signer::<Acme>::from_private_key(private(PRIVATE));
    assert_eq!(format!("{signer:?}"), "Signer { .. }");
    let verifier = Verifier::<Acme>::new(secret()).with_public_key(public(PUBLIC));
    assert_eq!(
        format!("{verifier:?}"),
        "Verifier { secrets: 2, tolerance: Tolerance { past: 300s, future: 300s }, .. }"
    );
}

/// Published: with the public key, and without.
#[test]
fn a_private_key_signs_what_is_published() {
    for (key, id, at, body, expected) in [
        (
            PRIVATE,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
        ),
        (
            OTHER_PRIVATE,
            "i",
            0,
            "Hello, world!",
            "v1a,CV1O+PvrwXM42OMUX+tmm6bA3cS0tgLp0qo3YKuu0MGmBrsUhA0MHXF11HsEUJtPfTKs80WE7WUKVt9TueLDCQ==",
        ),
    ] {
        let at = OffsetDateTime::from_unix_timestamp(at).expect("a time");
        let any = AnySigner::new(SCHEME, private(key));
        let typed = Signer::<Acme>::from_private_key(private(key));
        for headers in [
            any.headers_with_id(id, body.as_bytes(), at),
            typed.headers_with_id(id, body.as_bytes(), at),
        ] {
            assert_eq!(entry(&headers), expected);
            let verifier = AnyVerifier::new(SCHEME, private(key).public_key());
            let delivery = verifier.verify_request_at(&headers, body, at);
            assert_eq!(delivery.expect("genuine").id(), Some(id));
        }
    }
    let verifier = AnyVerifier::new(SCHEME, public(OTHER_PUBLIC));
    assert_eq!(key_index(&verifier, &signed(OTHER_PRIVATE)), Ok(0));
}

/// The id that a signer makes up is the same for the same delivery, and another for another.
#[test]
fn a_signer_is_deterministic() {
    let signer = Signer::<Acme>::from_private_key(private(PRIVATE));
    let headers = signer.headers(BODY, now());
    assert_eq!(signer.clone().headers(BODY, now()), headers);
    assert_eq!(
        AnySigner::new(SCHEME, private(PRIVATE)).headers(BODY, now()),
        headers
    );
    let (name, id) = &headers[0];
    assert_eq!(*name, "webhook-id");
    assert_eq!(id.len(), "msg_".len() + 24);
    assert_ne!(signer.headers(b"", now())[0], headers[0]);
    let verifier = Verifier::<Acme>::from_public_key(public(PUBLIC));
    let delivery = verifier.verify_request_at(&headers, BODY, now());
    assert_eq!(delivery.expect("genuine").id(), id);
}

/// Of keys of both kinds, in any order, the first that matches tells its index and its label.
#[test]
fn the_label_of_the_key_that_matched() {
    let verifier = Verifier::<Acme>::from_public_key(public(PUBLIC).with_label("2026-11"))
        .with_previous(secret().with_label("secret"))
        .with_public_key(StandardPublicKey::labelled("2026-05", OTHER_PUBLIC).expect("a key"))
        .with_public_key(public(PUBLIC).with_label("again"));
    let by_secret = AnySigner::new(SCHEME, secret()).headers_with_id(ID, BODY, now());
    let both = format!("{} {}", entry(&signed(OTHER_PRIVATE)), entry(&by_secret));
    for (headers, index, label) in [
        (signed(PRIVATE), 0, "2026-11"),
        (by_secret.clone(), 1, "secret"),
        (signed(OTHER_PRIVATE), 2, "2026-05"),
        (with_entries(&both), 1, "secret"),
    ] {
        let delivery = verifier.clone().verify_request_at(&headers, BODY, now());
        let delivery = delivery.expect("genuine");
        assert_eq!(delivery.key_index(), index);
        assert_eq!(delivery.key_label(), Some(label));
        assert_eq!(delivery.of_any_provider().key_label(), Some(label));
    }
    let unlabelled = Verifier::<Acme>::from_public_key(public(PUBLIC));
    let delivery = unlabelled.verify_request_at(&signed(PRIVATE), BODY, now());
    assert_eq!(delivery.expect("genuine").key_label(), None);
}

#[test]
fn a_private_key_verifies_too_and_has_the_label_of_its_public_key() {
    let labelled = StandardPrivateKey::labelled("2026-11", PRIVATE).expect("a key");
    for verifier in [
        AnyVerifier::new(SCHEME, labelled.clone()),
        AnyVerifier::new(SCHEME, labelled.public_key()),
        AnyVerifier::new(SCHEME, labelled.clone()).with_previous(secret()),
    ] {
        let delivery = verifier.verify_request_at(&signed(PRIVATE), BODY, now());
        assert_eq!(delivery.expect("genuine").key_label(), Some("2026-11"));
        assert_eq!(
            key_index(&verifier, &signed(OTHER_PRIVATE)),
            Err(SignatureMismatch)
        );
    }
}

/// Whose only secret is a public key, or a private one that both sides have.
#[test]
fn a_provider_whose_secret_is_a_key() {
    enum Public {}
    impl Provider for Public {
        const NAME: &'static str = "public";
        const SCHEME: Scheme = SCHEME;
        type Secret = StandardPublicKey;
    }
    impl Timestamped for Public {}

    enum Private {}
    impl Provider for Private {
        const NAME: &'static str = "private";
        const SCHEME: Scheme = SCHEME;
        type Secret = StandardPrivateKey;
    }
    impl Timestamped for Private {}

    let headers = Signer::<Private>::new(private(PRIVATE)).headers(BODY, now());
    assert_eq!(
        headers,
        Signer::<Public>::from_private_key(private(PRIVATE)).headers(BODY, now())
    );
    let index = |verdict: Result<usize, VerifyError>| assert_eq!(verdict, Ok(1));
    let of_public = Verifier::<Public>::new(public(OTHER_PUBLIC)).with_previous(public(PUBLIC));
    let delivery = of_public.verify_request_at(&headers, BODY, now());
    index(delivery.map(|it| it.key_index()));
    let of_private =
        Verifier::<Private>::new(private(OTHER_PRIVATE)).with_previous(private(PRIVATE));
    let delivery = of_private.verify_request_at(&headers, BODY, now());
    index(delivery.map(|it| it.key_index()));
}

/// No other scheme has signatures by a private key, so there is nothing to look at.
#[test]
fn a_scheme_without_them() {
    let secret = || Secret::new("a secret").expect("a secret");
    let by = |scheme: Scheme| AnySigner::new(scheme, secret()).headers(BODY, now());
    const NAME: &str = "webhook-signature";
    for (scheme, beside_a_secret) in [
        (Scheme::prefixed(NAME, "sha256="), MalformedSignature),
        (Scheme::prefixed(NAME, ""), MalformedSignature),
        (Scheme::keyed(NAME, "t", "v1a"), MalformedSignature),
        (Scheme::list(NAME, "v1,", b' '), MissingSignature),
        (Scheme::list(NAME, "v1a,", b' ').base64(), MissingSignature),
    ] {
        let by_key = AnySigner::new(scheme, private(PRIVATE)).headers(BODY, now());
        let verifier = AnyVerifier::new(scheme, public(PUBLIC));
        for headers in [by(scheme), by_key.clone()] {
            let verdict = key_index(&verifier, &headers);
            assert_eq!(verdict, Err(MissingSignature), "{scheme}");
        }
        let both = verifier.with_previous(secret());
        assert_eq!(key_index(&both, &by(scheme)), Ok(1), "{scheme}");
        let verdict = key_index(&both, &by_key);
        assert_eq!(verdict, Err(beside_a_secret), "{scheme}");
    }
}

/// Every bit of what is signed, and of the signature.
#[test]
fn no_bit_can_be_changed() {
    let verifier = AnyVerifier::new(SCHEME, public(PUBLIC));
    let headers = signed(PRIVATE);
    for bit in 0..BODY.len() * 8 {
        let verdict = verifier.verify_request_at(&headers, flipped(BODY, bit), now());
        assert_eq!(verdict.err(), Some(SignatureMismatch), "{bit}");
    }
    let signature = BASE64_STANDARD.decode(&entry(&headers)[4..]).unwrap();
    for bit in 0..signature.len() * 8 {
        let forged = format!("v1a,{}", base64(&flipped(&signature, bit)));
        let verdict = key_index(&verifier, &with_entries(&forged));
        assert_eq!(verdict, Err(SignatureMismatch), "{bit}");
    }
    for changed in 0..2 {
        let (_, value) = &headers[changed];
        for bit in 0..value.len() * 8 {
            let forged = flipped(value.as_bytes(), bit);
            let expected = if !forged.is_ascii() {
                NonAsciiHeader
            } else if changed == 1 && !forged.iter().all(u8::is_ascii_digit) {
                InvalidTimestamp
            } else if !forged.iter().all(u8::is_ascii_graphic) {
                InvalidId
            } else {
                SignatureMismatch
            };
            let mut all: Vec<(&str, &[u8])> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_bytes()))
                .collect();
            all[changed].1 = &forged;
            let verdict = verifier.verify_request_at(&all, BODY, now());
            assert_eq!(verdict.err(), Some(expected), "{}", forged.escape_ascii());
        }
    }
}

/// Only what is genuine can be late.
#[test]
fn the_time_is_looked_at() {
    let tolerance = Tolerance::new(std::time::Duration::from_secs(10));
    let verifier = Verifier::<Acme>::from_public_key(public(PUBLIC)).with_tolerance(tolerance);
    let at = |seconds| now() + time::Duration::seconds(seconds);
    for (seconds, expected) in [
        (10, "accepted"),
        (11, "expired"),
        (-10, "accepted"),
        (-11, "not_yet_valid"),
    ] {
        let verdict = |headers: &Headers| {
            let verdict = verifier.verify_request_at(headers, BODY, at(seconds));
            verdict.map_or_else(|error| error.kind(), |_| "accepted")
        };
        assert_eq!(verdict(&signed(PRIVATE)), expected, "{seconds}");
        assert_eq!(
            verdict(&signed(OTHER_PRIVATE)),
            "signature_mismatch",
            "{seconds}"
        );
    }
}

/// Entries of a signature header: what they are for a verifier that has keys of these kinds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    BySecret,
    ByKey,
    ForgedBySecret,
    ForgedByKey,
    MalformedBySecret,
    MalformedByKey,
    Other,
}

impl Entry {
    fn text(self) -> String {
        let message = format!("{ID}.{}.", now().unix_timestamp());
        let message = [message.as_bytes(), BODY].concat();
        let seed = |fill| SigningKey::from_bytes(&[fill; 32]);
        let by_key = |fill| format!("v1a,{}", base64(&seed(fill).sign(&message).to_bytes()));
        match self {
            Self::BySecret => {
                let headers = AnySigner::new(SCHEME, secret()).headers_with_id(ID, BODY, now());
                headers[2].1.clone()
            }
            Self::ByKey => by_key(SEED),
            Self::ForgedBySecret => format!("v1,{}", base64(&[7; 32])),
            Self::ForgedByKey => by_key(SEED + 1),
            Self::MalformedBySecret => format!("v1,{}", base64(&[7; 31])),
            Self::MalformedByKey => format!("v1a,{}", base64(&[7; 32])),
            Self::Other => "v2,x".to_owned(),
        }
    }

    fn is_by_secret(self) -> bool {
        matches!(
            self,
            Self::BySecret | Self::ForgedBySecret | Self::MalformedBySecret
        )
    }

    fn is_by_key(self) -> bool {
        matches!(self, Self::ByKey | Self::ForgedByKey | Self::MalformedByKey)
    }

    fn is_malformed(self) -> bool {
        matches!(self, Self::MalformedBySecret | Self::MalformedByKey)
    }
}

const SEED: u8 = 9;

/// Whether each key of a verifier is public.
fn model(entries: &[Entry], keys: &[bool]) -> Result<usize, VerifyError> {
    let secrets = keys.contains(&false);
    let public_keys = keys.contains(&true);
    let counts =
        |entry: &&Entry| (secrets && entry.is_by_secret()) || (public_keys && entry.is_by_key());
    let looked_at: Vec<&Entry> = entries.iter().filter(counts).collect();
    if looked_at.is_empty() {
        return Err(MissingSignature);
    }
    let by_keys = looked_at.iter().filter(|it| it.is_by_key()).count();
    if by_keys > 4 || looked_at.len() - by_keys > 16 {
        return Err(TooManySignatures);
    }
    if looked_at.iter().all(|it| it.is_malformed()) {
        return Err(MalformedSignature);
    }
    let matching = |is_public: &bool| {
        let genuine = if *is_public {
            Entry::ByKey
        } else {
            Entry::BySecret
        };
        looked_at.contains(&&genuine)
    };
    keys.iter().position(matching).ok_or(SignatureMismatch)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Any entries in any order and with any blanks, for keys of both kinds in any order: each looks at its own.
    #[test]
    fn entries_of_both_kinds(
        entries in vec(select(&[
            Entry::BySecret,
            Entry::ByKey,
            Entry::ForgedBySecret,
            Entry::ForgedByKey,
            Entry::MalformedBySecret,
            Entry::MalformedByKey,
            Entry::Other,
        ]), 0..8),
        keys in vec(any::<bool>(), 1..4),
        separator in select(&[" ", "  ", " \t", "\t ", ", ", " , "]),
        around in select(&["", " ", "\t"]),
    ) {
        let texts: Vec<String> = entries.iter().map(|it| it.text()).collect();
        let headers = with_entries(&format!("{around}{}{around}", texts.join(separator)));
        let public = SigningKey::from_bytes(&[SEED; 32]).verifying_key();
        let key = |is_public: &bool| -> Keys {
            match is_public {
                true => self::public(&format!("whpk_{}", base64(public.as_bytes()))).into(),
                false => secret().into(),
            }
        };
        let verifier = keys[1..].iter().fold(AnyVerifier::new(SCHEME, key(&keys[0])), |verifier, it| {
            verifier.with_previous(key(it))
        });
        prop_assert_eq!(key_index(&verifier, &headers), model(&entries, &keys), "{}", headers[2].1);
    }

    #[test]
    fn what_is_signed_is_accepted(
        seed in any::<[u8; 32]>(),
        body in vec(any::<u8>(), 0..200),
        id in "[!-~&&[^.]]{1,256}",
        at in 0..253_402_300_800_i64,
    ) {
        let key = private(&format!("whsk_{}", base64(&seed)));
        let at = OffsetDateTime::from_unix_timestamp(at).expect("a time");
        let headers = Signer::<Acme>::from_private_key(key.clone()).headers_with_id(&id, &body, at);
        let message = [format!("{id}.{}.", at.unix_timestamp()).as_bytes(), &body].concat();
        let expected = SigningKey::from_bytes(&seed).sign(&message).to_bytes();
        prop_assert_eq!(entry(&headers), format!("v1a,{}", base64(&expected)));
        let verifier = Verifier::<Acme>::from_public_key(key.public_key());
        let delivery = verifier.verify_request_at(&headers, &body, at).expect("genuine");
        prop_assert_eq!((delivery.id(), delivery.signed_at()), (id.as_str(), at));
    }
}

/// A private key signs what the scheme says, which need not be what Standard Webhooks does.
#[test]
fn a_message_of_ones_own() {
    let scheme = SCHEME.message(&[
        Part::Literal("v1a:"),
        Part::Id,
        Part::Literal(":"),
        Part::Timestamp,
        Part::Body,
    ]);
    let headers = AnySigner::new(scheme, private(PRIVATE)).headers_with_id(ID, BODY, now());
    let verdict = |scheme| key_index(&AnyVerifier::new(scheme, public(PUBLIC)), &headers);
    assert_eq!(verdict(scheme), Ok(0));
    assert_eq!(verdict(SCHEME), Err(SignatureMismatch));
}

/// Runs itself once for each value, as a process may not change its own environment while tests run.
#[cfg(feature = "std")]
#[test]
fn from_the_environment() {
    use std::{env, process::Command};

    const VARIABLE: &str = "COUNTERSIGN_TEST_KEY";
    const EXPECTED: &str = "COUNTERSIGN_TEST_EXPECTED";
    if let Ok(expected) = env::var(EXPECTED) {
        let public = StandardPublicKey::from_env(VARIABLE).map(drop);
        let private = StandardPrivateKey::from_env(VARIABLE).map(drop);
        let texts =
            [public, private].map(|it| it.map_or_else(|it| it.to_string(), |()| "a key".into()));
        assert_eq!(texts.join("|"), expected);
        return;
    }
    let name = "environment variable COUNTERSIGN_TEST_KEY";
    let weak = format!("whpk_{}", base64(&[0; 32]));
    for (value, public, private) in [
        (Some(PUBLIC), "a key", ": key is not a private key"),
        (Some(PRIVATE), ": key is not a public key", "a key"),
        (
            Some(weak.as_str()),
            ": public key is weak",
            ": key is not a private key",
        ),
        (
            Some("whsk_YWJj"),
            ": key is not a public key",
            ": private key is not base64 of 64 or 32 bytes",
        ),
        (Some(""), ": secret is empty", ": secret is empty"),
        (None, " is not set", " is not set"),
    ] {
        let text = |rest: &str| {
            if rest == "a key" {
                rest.to_owned()
            } else {
                format!("{name}{rest}")
            }
        };
        let expected = format!("{}|{}", text(public), text(private));
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", "from_the_environment"])
            .env_remove(VARIABLE)
            .env(EXPECTED, &expected);
        if let Some(value) = value {
            test.env(VARIABLE, value);
        }
        let output = test.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{expected}: {printed}");
        assert!(printed.contains("1 passed"), "{printed}");
    }
}
