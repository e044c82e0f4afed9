//! Verification from end to end: proof of origin, the order of the checks, rotation, time.
#![cfg(feature = "workos")]

mod support;

use std::time::Duration;

use countersign::{
    Tolerance,
    VerifyError::{self, *},
    workos,
};
use support::{BODY, OLD_SECRET, SECRET, SIGNED_AT_MS, date, header, secret, sign, verifier};
use time::macros::datetime;

fn key_index(
    verifier: &workos::Verifier,
    header: &str,
    body: &[u8],
    now_ms: u64,
) -> Result<usize, VerifyError> {
    verifier
        .verify_at(header, body, date(now_ms))
        .map(|delivery| delivery.key_index())
}

#[test]
fn a_genuine_delivery() {
    let verifier = verifier();
    let delivery = verifier
        .verify_at(header(), BODY, date(SIGNED_AT_MS + 1_500))
        .unwrap();
    assert!(std::ptr::eq(delivery.body(), BODY));
    assert_eq!(delivery.signed_at(), date(SIGNED_AT_MS));
    assert_eq!(delivery.key_index(), 0);
}

#[test]
fn the_header_may_be_text_or_bytes() {
    let verifier = verifier();
    let now = date(SIGNED_AT_MS);
    assert!(verifier.verify_at(header(), BODY, now).is_ok());
    assert!(verifier.verify_at(header().as_str(), BODY, now).is_ok());
    assert!(verifier.verify_at(header().as_bytes(), BODY, now).is_ok());
    assert!(verifier.verify_at(header().into_bytes(), BODY, now).is_ok());
}

#[cfg(feature = "std")]
#[test]
fn by_the_systems_clock() {
    let verifier = verifier();
    let sign = |minutes: i64| {
        let at = time::OffsetDateTime::now_utc() + time::Duration::minutes(minutes);
        workos::Signer::new(secret(SECRET)).sign(BODY, at)
    };
    assert!(verifier.verify(sign(0), BODY).is_ok());
    assert!(matches!(
        verifier.verify(sign(-4), BODY),
        Err(Expired { age, .. }) if (240..250).contains(&age.as_secs())
    ));
    assert!(matches!(
        verifier.verify(sign(4), BODY),
        Err(NotYetValid { ahead, .. }) if (230..=240).contains(&ahead.as_secs())
    ));
}

/// Made with OpenSSL: `printf '1767323045678.{}' | openssl dgst -sha256 -hmac mR4kTq8VnB2xWc7ZpL5yJd3Hs`.
#[test]
fn a_signature_by_another_implementation() {
    let header = concat!(
        "t=1767323045678, v1=",
        "75c7788be582ec648f712e65f0a779533f33d5ea0c002f0a2634d96b9d721175"
    );
    assert_eq!(key_index(&verifier(), header, b"{}", SIGNED_AT_MS), Ok(0));
    assert_eq!(sign(SECRET, b"{}", SIGNED_AT_MS), header);
}

#[test]
fn another_body() {
    for body in [
        b"".as_slice(),
        b"{}",
        &[BODY, b"\n"].concat(),
        &BODY[..BODY.len() - 1],
        &[b"\xef\xbb\xbf", BODY].concat(),
    ] {
        let verdict = key_index(&verifier(), &header(), body, SIGNED_AT_MS);
        assert_eq!(verdict, Err(SignatureMismatch));
    }
}

#[test]
fn another_secret() {
    for other in [OLD_SECRET, "mr4ktq8vnb2xwc7zpl5yjd3hs", &SECRET[1..], "x"] {
        let header = sign(other, BODY, SIGNED_AT_MS);
        let verdict = key_index(&verifier(), &header, BODY, SIGNED_AT_MS);
        assert_eq!(verdict, Err(SignatureMismatch));
    }
}

#[test]
fn another_timestamp() {
    let other = header().replace("t=1767323045678", "t=1767323045679");
    let verdict = key_index(&verifier(), &other, BODY, SIGNED_AT_MS);
    assert_eq!(verdict, Err(SignatureMismatch));
}

/// A body of any bytes can be signed; whether it is UTF-8 or JSON is asked later.
#[test]
fn bodies_of_any_bytes() {
    for body in [
        b"".as_slice(),
        b"\xff\xfe",
        b"\0",
        b"\xef\xbb\xbf{}",
        &[0x61; 100_000],
    ] {
        let header = sign(SECRET, body, SIGNED_AT_MS);
        assert_eq!(key_index(&verifier(), &header, body, SIGNED_AT_MS), Ok(0));
    }
}

#[test]
fn the_mac_comes_before_the_clock() {
    for now_ms in [0, SIGNED_AT_MS - 180_001, SIGNED_AT_MS + 180_001] {
        let verdict = key_index(&verifier(), &header(), b"forged", now_ms);
        assert_eq!(verdict, Err(SignatureMismatch));
    }
}

#[test]
fn the_edges_of_the_default_tolerance() {
    let verifier = verifier();
    let verdict = |now_ms| key_index(&verifier, &header(), BODY, now_ms);
    let signed_at = date(SIGNED_AT_MS);
    assert_eq!(verdict(SIGNED_AT_MS + 180_000), Ok(0));
    assert_eq!(
        verdict(SIGNED_AT_MS + 180_001),
        Err(Expired {
            signed_at,
            age: Duration::from_millis(180_001)
        })
    );
    assert_eq!(verdict(SIGNED_AT_MS - 180_000), Ok(0));
    assert_eq!(
        verdict(SIGNED_AT_MS - 180_001),
        Err(NotYetValid {
            signed_at,
            ahead: Duration::from_millis(180_001)
        })
    );
}

#[test]
fn one_nanosecond_beyond_the_edge() {
    let nanosecond = time::Duration::nanoseconds(1);
    let edge = date(SIGNED_AT_MS + 180_000);
    let age = |now| match verifier().verify_at(header(), BODY, now) {
        Err(Expired { age, .. }) => Some(age),
        _ => None,
    };
    assert_eq!(age(edge), None);
    assert_eq!(age(edge + nanosecond), Some(Duration::new(180, 1)));
}

#[test]
fn the_two_sides_of_the_tolerance_are_apart() {
    let verifier = verifier()
        .with_tolerance(Tolerance::new(Duration::from_secs(10)).with_future(Duration::ZERO));
    let verdict = |now_ms| key_index(&verifier, &header(), BODY, now_ms);
    assert_eq!(verdict(SIGNED_AT_MS + 10_000), Ok(0));
    assert_eq!(verdict(SIGNED_AT_MS), Ok(0));
    assert_eq!(
        verdict(SIGNED_AT_MS - 1),
        Err(NotYetValid {
            signed_at: date(SIGNED_AT_MS),
            ahead: Duration::from_millis(1)
        })
    );
}

#[test]
fn from_the_first_to_the_last_date() {
    let verdict = |at_ms, now| {
        let delivery = verifier().verify_at(sign(SECRET, BODY, at_ms), BODY, now);
        delivery.map(|delivery| delivery.signed_at())
    };
    let (first, last) = (0, 253_402_300_799_999);
    for at_ms in [first, last] {
        assert_eq!(verdict(at_ms, date(at_ms)), Ok(date(at_ms)));
    }
    let early = datetime!(-9999-01-01 00:00 +14);
    let late = datetime!(9999-12-31 23:59:59.999_999_999 -14);
    for (at_ms, now, distance) in [
        (first, early, date(first) - early),
        (last, early, date(last) - early),
        (first, late, late - date(first)),
        (last, late, late - date(last)),
    ] {
        let signed_at = date(at_ms);
        let distance = distance.unsigned_abs();
        let expected = if now < signed_at {
            NotYetValid {
                signed_at,
                ahead: distance,
            }
        } else {
            Expired {
                signed_at,
                age: distance,
            }
        };
        assert_eq!(verdict(at_ms, now), Err(expected));
    }
}

/// A tolerance that is meant to turn the check off does not.
#[test]
fn a_tolerance_is_at_most_a_day() {
    let day = 24 * 60 * 60 * 1000;
    for long in [Duration::MAX, Duration::from_millis(day + 1)] {
        let tolerance = Tolerance::new(Duration::ZERO).with_future(long);
        assert_eq!(tolerance.future(), Duration::from_millis(day));
        let tolerance = Tolerance::new(long);
        assert_eq!(tolerance, Tolerance::MAX);
        assert_eq!(tolerance.past(), Duration::from_millis(day));
        let verifier = verifier().with_tolerance(tolerance);
        let verdict = |now_ms| key_index(&verifier, &header(), BODY, now_ms);
        let signed_at = date(SIGNED_AT_MS);
        assert_eq!(verdict(SIGNED_AT_MS + day), Ok(0));
        assert_eq!(verdict(SIGNED_AT_MS - day), Ok(0));
        assert_eq!(
            verdict(SIGNED_AT_MS + day + 1),
            Err(Expired {
                signed_at,
                age: Duration::from_millis(day + 1)
            })
        );
        assert_eq!(
            verdict(SIGNED_AT_MS - day - 1),
            Err(NotYetValid {
                signed_at,
                ahead: Duration::from_millis(day + 1)
            })
        );
    }
}

#[test]
fn now_may_have_any_offset() {
    let now = date(SIGNED_AT_MS + 180_000).to_offset(time::macros::offset!(-11:30));
    assert!(verifier().verify_at(header(), BODY, now).is_ok());
}

#[test]
fn the_index_of_the_secret_that_matched() {
    let names = ["current", "previous", "before that"];
    let verifier = names[1..]
        .iter()
        .fold(workos::Verifier::new(secret(names[0])), |verifier, name| {
            verifier.with_previous(secret(name))
        });
    for (index, name) in names.iter().enumerate() {
        let header = sign(name, BODY, SIGNED_AT_MS);
        assert_eq!(key_index(&verifier, &header, BODY, SIGNED_AT_MS), Ok(index));
        let clone = verifier.clone();
        assert_eq!(key_index(&clone, &header, BODY, SIGNED_AT_MS), Ok(index));
    }
    let header = sign("unknown", BODY, SIGNED_AT_MS);
    let verdict = key_index(&verifier, &header, BODY, SIGNED_AT_MS);
    assert_eq!(verdict, Err(SignatureMismatch));
}

#[test]
fn the_first_of_several_matching_secrets_is_reported() {
    let twice = verifier().with_previous(secret(SECRET));
    assert_eq!(key_index(&twice, &header(), BODY, SIGNED_AT_MS), Ok(0));

    let rotating = verifier().with_previous(secret(OLD_SECRET));
    let old = sign(OLD_SECRET, BODY, SIGNED_AT_MS).replace("t=1767323045678, ", "");
    let both = format!("{old}, {}", header());
    assert_eq!(key_index(&rotating, &both, BODY, SIGNED_AT_MS), Ok(0));
}

#[test]
fn signing_cuts_to_milliseconds_and_starts_in_1970() {
    let sign = |at| workos::Signer::new(secret(SECRET)).sign(BODY, at);
    let nanosecond = time::Duration::nanoseconds(1);
    assert_eq!(sign(date(SIGNED_AT_MS + 1) - nanosecond), header());
    assert!(sign(date(0)).starts_with("t=0, v1="));
    assert_eq!(sign(date(0) - nanosecond), sign(date(0)));
    assert_eq!(sign(datetime!(1912-06-23 00:00 UTC)), sign(date(0)));
}

#[test]
fn the_header_is_named_in_lower_case() {
    assert_eq!(workos::SIGNATURE_HEADER, "workos-signature");
}
