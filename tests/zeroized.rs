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
use support::{SECRET, secret, verifier};

/// Counts what a thread gives back while it watches: all of it, and what is not all zeros.
struct Watching;

thread_local! {
    static WATCHES: Cell<bool> = const { Cell::new(false) };
    static FREED: Cell<Freed> = const { Cell::new(Freed { wiped: 0, unwiped: 0 }) };
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Freed {
    wiped: usize,
    unwiped: usize,
}

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
            FREED.set(freed);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

fn freed(by: impl FnOnce()) -> Freed {
    FREED.set(Freed {
        wiped: 0,
        unwiped: 0,
    });
    WATCHES.set(true);
    by();
    WATCHES.set(false);
    FREED.get()
}

fn wiped(wiped: usize) -> Freed {
    Freed { wiped, unwiped: 0 }
}

#[test]
fn what_is_not_wiped_is_noticed() {
    let plain = String::from(SECRET);
    let unwiped = Freed {
        wiped: 0,
        unwiped: 1,
    };
    assert_eq!(freed(|| drop(plain)), unwiped);
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

/// Each one added gives back the text of the secret, the list that it was alone in, and the keys in their old place.
#[test]
fn previous_secrets() {
    let mut verifier = verifier();
    for previous in 0..6 {
        let secret = secret(&format!("previous secret {previous}"));
        let mut added = None;
        assert_eq!(
            freed(|| added = Some(verifier.with_previous(secret))),
            wiped(3),
        );
        verifier = added.unwrap();
    }
    assert_eq!(freed(|| drop(verifier)), wiped(1));
}

/// Clones share the keys, which are wiped with the last of them.
#[test]
fn clones() {
    let verifier = verifier();
    let clone = verifier.clone();
    assert_eq!(freed(|| drop(verifier)), wiped(0));
    assert_eq!(freed(|| drop(clone)), wiped(1));
}

#[test]
fn a_standard_secret() {
    let text = String::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let mut secret = None;
    assert_eq!(freed(|| secret = StandardSecret::new(text).ok()), wiped(1));
    assert_eq!(freed(|| drop(secret)), wiped(1));
}
