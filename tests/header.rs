//! The signature header's grammar: what is accepted, and the exact error of what is not.
#![cfg(feature = "workos")]

mod support;

use countersign::VerifyError::{self, *};
use support::{BODY, SIGNED_AT_MS, date, signature, verifier};

/// Verifies `BODY` under a header in which `T` stands for the timestamp and `S` for the signature.
fn verdict(header: &str) -> Result<usize, VerifyError> {
    let timestamp = SIGNED_AT_MS.to_string();
    let header = header
        .replace('S', &signature(&timestamp, BODY))
        .replace('T', &timestamp);
    verify(&header)
}

fn verify(header: &str) -> Result<usize, VerifyError> {
    verifier()
        .verify_at(header, BODY, date(SIGNED_AT_MS))
        .map(|delivery| delivery.key_index())
}

#[track_caller]
fn accepted(header: &str) {
    assert_eq!(verdict(header), Ok(0), "{header}");
}

#[track_caller]
fn refused(header: &str, error: VerifyError) {
    assert_eq!(verdict(header), Err(error), "{header}");
}

/// However they are put, 4096 bytes of a header are read in a time that one can wait for.
#[cfg(feature = "clerk")]
#[test]
fn blanks_in_a_list_are_read_once() {
    use countersign::{StandardSecret, clerk};

    let secret = StandardSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    let verifier = clerk::Verifier::new(secret);
    let blanks = " ".repeat(4080);
    let started = std::time::Instant::now();
    for (signature, expected) in [
        (format!("x{blanks}y"), MissingSignature),
        (format!("v1,{blanks}v1,y"), MalformedSignature),
        (blanks.clone(), MissingSignature),
    ] {
        let headers = [
            ("svix-id", "msg_1"),
            ("svix-timestamp", "1767323045"),
            ("svix-signature", signature.as_str()),
        ];
        for _ in 0..200 {
            let verdict = verifier.verify_request_at(&headers, b"{}", date(0));
            assert_eq!(verdict.err(), Some(expected));
        }
    }
    // It took minutes, in a debug build, when each blank was read again for each one before it.
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
}

#[test]
fn as_sent() {
    accepted("t=T, v1=S");
}

#[test]
fn spaces_and_tabs_around_components_are_dropped() {
    accepted("t=T,v1=S");
    accepted(" \tt=T\t , \t v1=S \t");
}

#[test]
fn components_come_in_any_order() {
    accepted("v1=S,t=T");
    accepted("v0=x,v1=S,s=y,t=T,v2=");
}

#[test]
fn unknown_components_are_ignored() {
    for unknown in [
        "v0=S", "v2=", "s=a=b", "t1=1", "v11=S", "=x", "=", "x=\u{e9}",
    ] {
        accepted(&format!("{unknown},t=T,v1=S"));
        accepted(&format!("t=T,v1=S,{unknown}"));
    }
}

#[test]
fn unknown_components_may_hold_any_bytes() {
    let header = [b"x=\xff\xfe\x00,".as_slice(), support::header().as_bytes()].concat();
    let verifier = verifier();
    let delivery = verifier.verify_at(&header, BODY, date(SIGNED_AT_MS));
    assert_eq!(delivery.map(|delivery| delivery.key_index()), Ok(0));
}

#[test]
fn keys_are_case_sensitive() {
    assert_eq!(verify("T=1,v1="), Err(MissingTimestamp));
    refused("t=T,V1=S", MissingSignature);
}

#[test]
fn white_space_within_a_component() {
    for header in [
        "t = T,v1=S",
        "t= T,v1=S",
        "t =T,v1=S",
        "t=T,v1= S",
        "t=T,v1=S,x=a b",
        "t=T v1=S",
        "t=T\n,v1=S",
        "t=T,v1=S\r",
        "\x0ct=T,v1=S",
        "t=1 2,v1=S",
    ] {
        refused(header, MalformedHeader);
    }
}

#[test]
fn components_without_equals_sign() {
    for header in ["t", "t=T,v1=S,x", "t=T,v1", "T.S", "t:T,v1:S"] {
        refused(header, MalformedHeader);
    }
}

#[test]
fn empty_components() {
    for header in [
        "",
        " ",
        ",",
        "t=T,v1=S,",
        ",t=T,v1=S",
        "t=T,,v1=S",
        "t=T, ,v1=S",
    ] {
        refused(header, MalformedHeader);
    }
}

#[test]
fn missing_components() {
    refused("v1=S", MissingTimestamp);
    refused("x=1", MissingTimestamp);
    refused("t=T", MissingSignature);
    refused("t=T,v0=S", MissingSignature);
}

#[test]
fn more_than_one_timestamp() {
    refused("t=T,t=T,v1=S", DuplicateTimestamp);
    refused("t=T,v1=S,t=1", DuplicateTimestamp);
    refused("t=x,v1=S,t=T", DuplicateTimestamp);
    refused("t=T, v1=S, t=T, v1=S", DuplicateTimestamp);
}

#[test]
fn timestamps_that_are_not_digits() {
    for timestamp in [
        "", "+1", "-1", "1.0", "1e3", "0x1", "NaN", "inf", "1_000", "\u{661}", "T.", "T:",
    ] {
        refused(&format!("t={timestamp},v1=S"), InvalidTimestamp);
    }
}

#[test]
fn timestamps_up_to_the_year_9999() {
    refused("t=253402300799999,v1=S", SignatureMismatch);
    refused("t=253402300800000,v1=S", InvalidTimestamp);
    refused("t=18446744073709551615,v1=S", InvalidTimestamp);
    refused("t=18446744073709551616,v1=S", InvalidTimestamp);
    refused("t=99999999999999999999,v1=S", InvalidTimestamp);
    refused("t=00000253402300799999,v1=S", SignatureMismatch);
    refused("t=000000253402300799999,v1=S", InvalidTimestamp);
}

#[test]
fn the_mac_covers_the_received_text_of_the_timestamp() {
    let padded = format!("0{SIGNED_AT_MS}");
    assert_eq!(
        verify(&format!("t={padded},v1={}", signature(&padded, BODY))),
        Ok(0)
    );
    refused("t=0T,v1=S", SignatureMismatch);
}

#[test]
fn signatures_that_are_not_64_hex_digits() {
    for signature in ["", "S0", "0S", "Sg", "g", "0xS", "SS", "abc"] {
        refused(&format!("t=T,v1={signature}"), MalformedSignature);
        accepted(&format!("t=T,v1={signature},v1=S"));
        accepted(&format!("t=T,v1=S,v1={signature}"));
    }
}

#[test]
fn hex_digits_of_either_case() {
    let timestamp = SIGNED_AT_MS.to_string();
    let signature = signature(&timestamp, BODY).to_uppercase();
    assert_eq!(verify(&format!("t={timestamp},v1={signature}")), Ok(0));
}

#[test]
fn any_of_16_signatures_may_match() {
    let wrong = format!("v1={},", "0".repeat(64));
    for place in 0..16 {
        let (before, after) = (wrong.repeat(place), wrong.repeat(15 - place));
        accepted(&format!("{before}v1=S,{after}t=T"));
    }
    refused(&format!("{}t=T", wrong.repeat(16)), SignatureMismatch);
    refused(&format!("{}v1=S,t=T", wrong.repeat(16)), TooManySignatures);
    refused(&format!("{}v1=S,t=T", "v1=,".repeat(16)), TooManySignatures);
    refused(&format!("{}t=T", "v1=,".repeat(17)), TooManySignatures);
}

#[test]
fn at_most_4096_bytes() {
    let header = support::header();
    let padded = |len: usize| format!("{header},x={}", "x".repeat(len - header.len() - 3));
    assert_eq!(padded(4096).len(), 4096);
    assert_eq!(verify(&padded(4096)), Ok(0));
    assert_eq!(verify(&padded(4097)), Err(HeaderTooLong));
    assert_eq!(verify(&" ".repeat(4096)), Err(MalformedHeader));
    assert_eq!(verify(&" ".repeat(4097)), Err(HeaderTooLong));
}

/// Which error wins must not depend on the order of the components.
#[test]
fn the_first_check_that_fails_decides() {
    let many = "v1=,".repeat(17);
    refused(&format!("{many}t=x,t=x,v1"), MalformedHeader);
    refused(&format!("{many}t=x,t=x"), DuplicateTimestamp);
    refused(&format!("{many}t=x"), InvalidTimestamp);
    refused(&format!("t=1,{many}v0="), TooManySignatures);
    refused("t=x", InvalidTimestamp);
    refused("v1=x", MissingTimestamp);
    refused("t=1,v1=x", MalformedSignature);
}
