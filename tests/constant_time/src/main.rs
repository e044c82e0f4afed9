//! Verifies deliveries with secrets that memcheck takes for undefined, and fails if
//!
//! - memcheck reports a branch or an address that depends on a secret, or on a tag computed with it, before the verdict;
//! - a verdict was come to otherwise than by `subtle`: nothing else declares it to be known, so memcheck reports it;
//! - some candidate was not compared under some secret, or there was not exactly one verdict on each secret: then a match
//!   ends it early.
//!
//! Then it looks at comparisons that leak in the same way, and fails if one of them passes.
//!
//! The SHA-256 that is looked at is the one in software, as valgrind knows no instructions for it.

mod leaky;
mod watch;

use std::process::ExitCode;

use countersign::{
    AnySigner, AnyVerifier, Part, Provider as _, Scheme, Secret, VerifyError, rows::svix, workos,
    workos::WorkOs,
};
use subtle::memcheck;
use time::OffsetDateTime;
use watch::{Seen, watch};

fn main() -> ExitCode {
    if !memcheck::is_running() {
        eprintln!("nothing is seen without memcheck: run .ci/constant-time");
        return ExitCode::FAILURE;
    }
    let mut all_is_right = true;
    let mut report = |name: &str, is_right: bool, found: (Option<usize>, Seen)| {
        all_is_right &= is_right;
        let mark = if is_right { "ok  " } else { "FAIL" };
        println!("{mark} {name}: key {:?}, {:?}", found.0, found.1);
    };
    for case in cases() {
        let found = case.run();
        let expected = Seen::nothing_but(case.secrets.len(), case.signed_by.len());
        report(&case.name, found == (case.key_index, expected), found);
    }
    let found = by_the_type_of_its_provider();
    let is_right = found == (Some(1), Seen::nothing_but(2, 1));
    report("Verifier<WorkOs>, by the second of two", is_right, found);

    for twin in leaky::TWINS {
        let (key_index, seen) = twin.run();
        let is_right = key_index == Some(0) && twin.is_caught(seen);
        report(twin.name, is_right, (key_index, seen));
    }
    if all_is_right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A delivery, and what is to become of it.
struct Case {
    name: String,
    scheme: &'static Row,
    /// Those of the verifier, the current one first.
    secrets: &'static [&'static str],
    /// By which the signatures of the header were made.
    signed_by: &'static [&'static str],
    /// Which of the verifier's matches.
    key_index: Option<usize>,
}

/// Each place of a match, and none, in each encoding.
fn cases() -> Vec<Case> {
    type Keys = &'static [&'static str];
    const ONE: [(&str, Keys, Keys, Option<usize>); 4] = [
        ("by the only secret", &[NEW], &[NEW], Some(0)),
        ("by the first of two", &[NEW, OLD], &[NEW], Some(0)),
        ("by the second of two", &[NEW, OLD], &[OLD], Some(1)),
        ("by none of two", &[NEW, OLD], &[OTHER], None),
    ];
    const SEVERAL: [(&str, Keys, Keys, Option<usize>); 4] = [
        (
            "the first of three signatures",
            &[NEW],
            &[NEW, OTHER, OTHER],
            Some(0),
        ),
        (
            "the last of three signatures",
            &[NEW],
            &[OTHER, OTHER, NEW],
            Some(0),
        ),
        (
            "signatures by two of two",
            &[NEW, OLD],
            &[OLD, NEW],
            Some(0),
        ),
        (
            "none of three signatures",
            &[NEW, OLD],
            &[OTHER, OTHER, OTHER],
            None,
        ),
    ];
    let mut cases = Vec::new();
    for scheme in &SCHEMES {
        let several = SEVERAL.iter().filter(|_| scheme.between.is_some());
        for (name, secrets, signed_by, key_index) in ONE.iter().chain(several) {
            cases.push(Case {
                name: format!("{}, {name}", scheme.name),
                scheme,
                secrets,
                signed_by,
                key_index: *key_index,
            });
        }
    }
    cases
}

impl Case {
    fn run(&self) -> (Option<usize>, Seen) {
        let headers = self.headers();
        let secrets: Vec<Secret> = self.secrets.iter().copied().map(undefined).collect();
        watch(|| {
            let mut secrets = secrets.into_iter();
            let mut verifier = AnyVerifier::new(self.scheme.scheme, secrets.next()?);
            for secret in secrets {
                verifier = verifier.with_previous(secret);
            }
            key_index(verifier.verify_request_at(&headers, BODY, NOW))
        })
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        for secret in self.signed_by {
            let signer = AnySigner::new(self.scheme.scheme, known(secret));
            let headers = signer.headers_with_id("msg_1", BODY, NOW);
            match (all.last_mut(), headers.last(), self.scheme.between) {
                (None, _, _) => all = headers,
                (Some((_, header)), Some((_, other)), Some((separator, prefix))) => {
                    let at = other.find(prefix).expect("a signature");
                    header.push_str(separator);
                    header.push_str(&other[at..]);
                }
                _ => panic!("the scheme has one signature"),
            }
        }
        all
    }
}

/// Most of it is compiled once more for each provider.
fn by_the_type_of_its_provider() -> (Option<usize>, Seen) {
    let header = workos::Signer::new(known(OLD)).sign(BODY, NOW);
    let (new, old) = (undefined(NEW), undefined(OLD));
    watch(|| {
        let verifier = workos::Verifier::new(new).with_previous(old);
        key_index::<WorkOs>(verifier.verify_at(&header, BODY, NOW))
    })
}

fn key_index<P>(verdict: Result<countersign::Delivery<P, &[u8]>, VerifyError>) -> Option<usize> {
    match verdict {
        Ok(delivery) => Some(delivery.key_index()),
        Err(VerifyError::SignatureMismatch) => None,
        Err(error) => panic!("the header is well-formed: {error}"),
    }
}

fn known(text: &str) -> Secret {
    Secret::new(text).expect("a secret")
}

/// A secret that nothing may depend on once it is made: how it was copied is looked at before.
fn undefined(text: &str) -> Secret {
    let text = String::from(text);
    let memory: *const [u8] = text.as_bytes();
    let secret = Secret::new(text).expect("a secret");
    memcheck::set_undefined(memory);
    secret
}

struct Row {
    name: &'static str,
    scheme: Scheme,
    /// What stands between two signatures, and what each begins with.
    between: Option<(&'static str, &'static str)>,
}

const SCHEMES: [Row; 5] = [
    Row {
        name: "hex",
        scheme: Scheme::keyed("x-signature", "t", "v1"),
        between: Some((",", "v1=")),
    },
    Row {
        name: "base64",
        scheme: Scheme::prefixed("x-signature", "").base64(),
        between: None,
    },
    Row {
        name: "base64url",
        scheme: Scheme::prefixed("x-signature", "").base64url(),
        between: None,
    },
    Row {
        name: "base64url without padding",
        scheme: Scheme::prefixed("x-signature", "sha256=")
            .base64url()
            .unpadded()
            .timestamp_in("x-time", &[Part::Timestamp, Part::Literal("."), Part::Body]),
        between: None,
    },
    Row {
        name: "Standard Webhooks",
        scheme: svix::Svix::SCHEME,
        between: Some((" ", "v1,")),
    },
];

const NEW: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
/// Longer than a block of SHA-256, so that it is hashed first.
const OLD: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz.aF9gUe6YkQ1oNs3RiM8vCb0Tz.aF9gUe6YkQ1oNs3RiM8vCb0Tz";
const OTHER: &str = "Lw5XhP0uDj2EtS7aKf9GrV4Bn";
const BODY: &[u8] = br#"{"id":"event_01","event":"user.created","data":{},"created_at":"2026-01-02T03:04:05.678Z"}"#;
const NOW: OffsetDateTime = match OffsetDateTime::from_unix_timestamp(1_767_323_045) {
    Ok(now) => now,
    Err(_) => OffsetDateTime::UNIX_EPOCH,
};
