//! Properties over random inputs: agreement with the model, tampering, layout, time.
#![cfg(feature = "workos")]

mod support;

use std::time::Duration;

use countersign::{Tolerance, VerifyError, workos};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use support::{
    BODY, LAST_MILLISECOND_OF_9999, SECRET, SIGNED_AT_MS, date, header, invariants, secret, sign,
    signature,
};

/// Pieces of which headers are made, good and bad. `\x01`, `\x02` and `\x03` are explained at
/// `invariants::agrees_with_model`.
const PIECES: &[&[u8]] = &[
    b"t=\x01",
    b"v1=\x02",
    b"v1=\x03",
    b"v1=",
    b"t=",
    b"t",
    b"v1",
    b"v0=\x02",
    b"T=\x01",
    b"=",
    b"==",
    b"s=x",
    b"0",
    b"-1",
    b"253402300799999",
    b"253402300800000",
    b"18446744073709551616",
    b"00000000000000000000",
    b"a",
    b"F",
    b"\n",
    b"\r",
    b"\x0c",
    b"\xff",
    b"\xc2\xa0",
    b"\x02",
    b"\x01",
    b"v1=0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789",
    b"v1=0123456789abcdefABCDEF0123456789abcdef0123456789abcdef012345678g",
];
const SEPARATORS: &[&[u8]] = &[b",", b", ", b" ,\t", b" ", b"\t"];

fn header_piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        12 => select(PIECES).prop_map(<[u8]>::to_vec),
        12 => select(SEPARATORS).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 1..4),
    ]
}

/// A component that a header may have, or a faulty one.
fn component() -> impl Strategy<Value = String> {
    let genuine = format!("v1={}", signature(&SIGNED_AT_MS.to_string(), BODY));
    prop_oneof![
        6 => Just(format!("t={SIGNED_AT_MS}")),
        6 => Just(genuine),
        2 => "v1=[0-9a-fA-F]{64}",
        1 => "v1=[0-9a-g]{60,66}",
        1 => "t=[0-9]{1,22}",
        1 => "[a-zA-Z0-9]{0,3}=[!-+\\--~]{0,9}",
        1 => "[a-z0-9]{0,3}",
        1 => "[a-z]=[0-9] [0-9]",
    ]
}

const A_DAY_NS: u64 = 24 * 60 * 60 * 1_000_000_000;

fn text_secret() -> impl Strategy<Value = String> {
    "\\PC{1,80}".prop_filter("no white space around it", |text| text.trim() == text)
}

fn from_nanos(nanos: u128) -> Duration {
    let secs = u64::try_from(nanos / 1_000_000_000).unwrap();
    Duration::from_secs(secs) + Duration::from_nanos(u64::try_from(nanos % 1_000_000_000).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn agrees_with_model_on_pieces(
        pieces in vec(header_piece(), 0..12),
        body in vec(any::<u8>(), 0..9),
        late_ms in -4_000..101_000_i32,
    ) {
        invariants::agrees_with_model(&pieces.concat(), &body, late_ms);
    }

    #[test]
    fn agrees_with_model_on_any_bytes(
        header in vec(any::<u8>(), 0..200),
        body in vec(any::<u8>(), 0..9),
        late_ms in any::<i32>(),
    ) {
        invariants::agrees_with_model(&header, &body, late_ms);
    }

    #[test]
    fn agrees_with_model_around_the_bounds(
        signatures in 15..18_usize,
        padding in 3990..4010_usize,
        many in any::<bool>(),
    ) {
        let header = if many {
            ["v1=a,".repeat(signatures - 1).as_bytes(), b"t=\x01,v1=\x02"].concat()
        } else {
            // A timestamp and a signature take up 80 bytes more than their stand-ins.
            [b"t=\x01,v1=\x02,x=".as_slice(), &vec![b'x'; padding]].concat()
        };
        invariants::agrees_with_model(&header, BODY, 0);
    }

    #[test]
    fn only_the_signed_is_accepted(
        key in text_secret(),
        body in vec(any::<u8>(), 0..300),
        at_ms in any::<u64>(),
        bit in any::<usize>(),
    ) {
        invariants::only_the_signed_is_accepted(&key, &body, at_ms, bit);
    }

    #[test]
    fn order_and_spacing_never_change_the_verdict(
        components in vec((component(), any::<Index>(), "[ \t]{0,2}", "[ \t]{0,2}"), 1..9),
        late_ms in select(&[0, 180_000, 180_001, -180_000, -180_001]),
    ) {
        let now = date(SIGNED_AT_MS) + time::Duration::milliseconds(late_ms);
        let verdict = |header: &str| {
            support::verifier().verify_at(header, BODY, now).map(|delivery| delivery.key_index())
        };
        let plain: Vec<&str> = components.iter().map(|(text, ..)| text.as_str()).collect();
        let mut other = Vec::new();
        for (text, index, before, after) in &components {
            other.insert(index.index(other.len() + 1), format!("{before}{text}{after}"));
        }
        prop_assert_eq!(verdict(&plain.join(",")), verdict(&other.join(",")));
    }

    #[test]
    fn unknown_components_never_change_the_verdict(
        unknown in "(v0|v2|s|T|V1|tt|t1|v11|)=[!-+\\--~]{0,70}",
        place in 0..3_usize,
        forged in any::<bool>(),
    ) {
        let body = if forged { b"{}" } else { BODY };
        let header = header();
        let mut components: Vec<&str> = header.split(", ").collect();
        components.insert(place, &unknown);
        let verdict = |header: &str| {
            let now = date(SIGNED_AT_MS);
            support::verifier().verify_at(header, body, now).map(|delivery| delivery.key_index())
        };
        prop_assert_eq!(verdict(&header), verdict(&components.join(",")));
    }

    #[test]
    fn accepted_within_the_tolerance_and_only_there(
        at_ms in 0..=LAST_MILLISECOND_OF_9999,
        now_ns in any::<i64>().prop_map(i128::from),
        past in (0..=A_DAY_NS).prop_map(Duration::from_nanos),
        future in (0..=A_DAY_NS).prop_map(Duration::from_nanos),
        edge in select(&[None, Some((0, 1_i128)), Some((0, 0)), Some((1, 1)), Some((1, 0))]),
    ) {
        let at_ns = i128::from(at_ms) * 1_000_000;
        let signed_ns = |tolerance: Duration| i128::try_from(tolerance.as_nanos()).unwrap();
        // At the edges and one nanosecond beyond them; else anywhere.
        let now_ns = match edge {
            None => at_ns + now_ns,
            Some((0, beyond)) => at_ns + signed_ns(past) + beyond,
            Some((_, beyond)) => at_ns - signed_ns(future) - beyond,
        };
        let Ok(now) = time::OffsetDateTime::from_unix_timestamp_nanos(now_ns) else {
            return Ok(());
        };
        let verdict = workos::Verifier::new(secret(SECRET))
            .with_tolerance(Tolerance::new(past).with_future(future))
            .verify_at(sign(SECRET, b"", at_ms), b"", now)
            .map(|delivery| delivery.signed_at());
        let signed_at = date(at_ms);
        let distance = from_nanos(now_ns.abs_diff(at_ns));
        let expected = if now_ns > at_ns && distance > past {
            Err(VerifyError::Expired { signed_at, age: distance })
        } else if now_ns < at_ns && distance > future {
            Err(VerifyError::NotYetValid { signed_at, ahead: distance })
        } else {
            Ok(signed_at)
        };
        prop_assert_eq!(verdict, expected);
    }
}
