//! Memory that held a secret, or a key made of one, is wiped before it is given back.
#![cfg(feature = "workos")]
#![allow(
    unsafe_code,
    reason = "only an allocator sees what is in memory that is given back"
)]

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    slice,
};

use countersign::{Secret, SecretError, StandardSecret};
#[cfg(feature = "ed25519")]
use support::{BODY, SIGNED_AT_MS, date};
use support::{SECRET, secret, verifier};

/// Counts what a thread gives back while it watches: what is all zeros, what is not, and what has the seed of a key in it.
struct Watching;

thread_local! {
    static WATCHES: Cell<bool> = const { Cell::new(false) };
    static FREED: Cell<Freed> = const { Cell::new(Freed::NOTHING) };
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Freed {
    wiped: usize,
    unwiped: usize,
    with_seed: usize,
}

impl Freed {
    const NOTHING: Self = Self {
        wiped: 0,
        unwiped: 0,
        with_seed: 0,
    };
}

/// Of a private key: no other memory holds these bytes by chance.
const SEED: [u8; 32] = *b"abcdefghijklmnopqrstuvwxyz.ABCDE";

#[global_allocator]
static ALLOCATOR: Watching = Watching;

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise. Zeroed, so that `dealloc` may read all of it.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if WATCHES.get() {
            // SAFETY: the memory is still the caller's, and was written when it was allocated.
            let bytes = unsafe { slice::from_raw_parts(memory, layout.size()) };
            let mut freed = FREED.get();
            if bytes.iter().all(|byte| *byte == 0) {
                freed.wiped += 1;
            } else {
                freed.unwiped += 1;
            }
            freed.with_seed += usize::from(bytes.windows(SEED.len()).any(|it| it == SEED));
            FREED.set(freed);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

fn freed(by: impl FnOnce()) -> Freed {
    FREED.set(Freed::NOTHING);
    WATCHES.set(true);
    by();
    WATCHES.set(false);
    FREED.get()
}

fn wiped(wiped: usize) -> Freed {
    Freed {
        wiped,
        ..Freed::NOTHING
    }
}

#[test]
fn what_is_not_wiped_is_noticed() {
    let plain = String::from(SECRET);
    let unwiped = Freed {
        unwiped: 1,
        ..Freed::NOTHING
    };
    assert_eq!(freed(|| drop(plain)), unwiped);
    let with_seed = Freed {
        with_seed: 1,
        ..unwiped
    };
    let plain = [b"..", SEED.as_slice()].concat();
    assert_eq!(freed(|| drop(plain)), with_seed);
}

#[test]
fn a_secret() {
    let secret = secret(SECRET);
    assert_eq!(freed(|| drop(secret)), wiped(1));
}

#[test]
fn a_secret_with_room_to_spare() {
    let mut text = String::with_capacity(100);
    text.push_str(SECRET);
    let secret = Secret::new(text).unwrap();
    assert_eq!(freed(|| drop(secret)), wiped(1));
}

#[test]
fn a_text_that_is_refused() {
    let text = format!("{SECRET}\n");
    let mut error = None;
    assert_eq!(freed(|| error = Secret::new(text).err()), wiped(1));
    assert_eq!(error, Some(SecretError::SurroundingWhitespace));
}

/// Each one added gives back the text of the secret, the list that it was alone in, and the list that it is added to. The lists
/// hold pointers to the keys, which stay where they are until all are dropped.
#[test]
fn previous_secrets() {
    let mut verifier = verifier();
    for previous in 0..6 {
        let secret = secret(&format!("previous secret {previous}"));
        let mut added = None;
        assert_freed(
            || added = Some(verifier.with_previous(secret)),
            Freed {
                unwiped: 2,
                ..wiped(1)
            },
        );
        verifier = added.unwrap();
    }
    let all = Freed {
        unwiped: 1,
        ..wiped(7)
    };
    assert_freed(|| drop(verifier), all);
}

/// With the feature `diagnose`, keys and lists of further forms of the secret are given back too, at least one of each.
#[track_caller]
fn assert_freed(by: impl FnOnce(), expected: Freed) {
    let freed = freed(by);
    if cfg!(feature = "diagnose") {
        assert!(freed.wiped > expected.wiped && freed.unwiped > expected.unwiped);
        assert_eq!(freed.with_seed, expected.with_seed);
    } else {
        assert_eq!(freed, expected);
    }
}

/// With the feature `diagnose` more is made of the text: whatever of it is decoded, quoted or cut, nothing that is given back
/// has the text in it, nor what it decodes to.
#[test]
fn other_forms_of_a_secret() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use countersign::{AnyVerifier, Scheme};

    let seed = String::from_utf8(SEED.to_vec()).unwrap();
    let scheme = Scheme::prefixed("x-signature", "");
    for text in [
        seed.clone(),
        format!("{seed}%zz"),
        format!("{seed}%41"),
        format!("NAME={seed}"),
        format!("{seed}$$"),
        BASE64_STANDARD.encode(&seed),
        format!("{}!", BASE64_STANDARD.encode(&seed)),
        hex::encode(&seed),
        format!("{}x", hex::encode(&seed)),
    ] {
        let secret = Secret::new(text).unwrap();
        let mut verifier = None;
        let freed = freed(|| verifier = Some(AnyVerifier::new(scheme, secret)));
        assert_eq!(freed.with_seed, 0);
        assert_ne!(freed.wiped, 0);
    }
    let secret = StandardSecret::new(BASE64_STANDARD.encode(&seed)).unwrap();
    let freed = freed(|| drop(AnyVerifier::new(scheme, secret)));
    assert_eq!(freed.with_seed, 0);
}

/// Clones share the keys, which are wiped with the last of them.
#[test]
fn clones() {
    let verifier = verifier();
    let clone = verifier.clone();
    assert_eq!(freed(|| drop(verifier)), wiped(0));
    let list = Freed {
        unwiped: 1,
        ..wiped(1)
    };
    assert_freed(|| drop(clone), list);
}

#[test]
fn a_standard_secret() {
    let text = String::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let mut secret = None;
    assert_eq!(freed(|| secret = StandardSecret::new(text).ok()), wiped(1));
    assert_eq!(freed(|| drop(secret)), wiped(1));
}

/// The text, the key itself, and the keys of a verifier or signer, when others are added to them and when they are dropped:
/// nothing that is given back has the seed in it, be it in the place of another key.
#[cfg(feature = "ed25519")]
#[test]
fn a_private_key() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use countersign::{AnySigner, AnyVerifier, Scheme, StandardPrivateKey};

    fn has_no_seed(by: impl FnOnce()) {
        let freed = freed(by);
        assert_ne!(freed.wiped + freed.unwiped, 0, "nothing is given back");
        assert_eq!(freed.with_seed, 0);
    }

    let text = format!("whsk_{}", BASE64_STANDARD.encode(SEED));
    let mut key = None;
    assert_eq!(freed(|| key = StandardPrivateKey::new(text).ok()), wiped(1));
    let key = Box::new(key.expect("a key"));
    let scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
    let signer = AnySigner::new(scheme, (*key).clone());
    let verifier = AnyVerifier::new(scheme, (*key).clone());
    has_no_seed(|| drop(key));
    let headers = signer.headers(BODY, date(SIGNED_AT_MS));
    has_no_seed(|| drop(signer.headers(BODY, date(SIGNED_AT_MS))));
    has_no_seed(|| drop(signer));

    let mut added = None;
    has_no_seed(|| added = Some(verifier.with_previous(secret(SECRET))));
    let verifier = added.unwrap();
    let delivery = verifier.verify_request_at(&headers, BODY, date(SIGNED_AT_MS));
    assert_eq!(delivery.map(|it| it.key_index()), Ok(0));
    has_no_seed(|| drop(verifier));
}
