//! What holds for every request. Driven by proptest in `tests/properties.rs` and by libFuzzer in `fuzz/`.

use std::time::Duration;

#[cfg(feature = "workos")]
use countersign::workos;
use countersign::{AnyProvider, AnySigner, AnyVerifier, Delivery, Secret, Tolerance, VerifyError};

#[cfg(feature = "workos")]
use super::sign;
use super::{
    LAST_MILLISECOND_OF_9999, OLD_SECRET, SECRET, SIGNED_AT_MS, date, model, secret, signature,
};

/// Verifier and model come to the same verdict.
///
/// In `header`, `\x01` stands for a genuine timestamp and `\x02` for a genuine signature under the
/// current secret, `\x03` for one under the previous: no search would find them by chance.
#[cfg(feature = "workos")]
pub fn agrees_with_model(header: &[u8], body: &[u8], late_ms: i32) {
    let header = expand(header, body);
    let now_ms = SIGNED_AT_MS.saturating_add_signed(late_ms.into());
    let tolerance = tolerance();
    let verifier = workos::Verifier::new(secret(SECRET))
        .with_previous(secret(OLD_SECRET))
        .with_tolerance(tolerance);
    let verdict = verifier
        .verify_at(&header, body, date(now_ms))
        .map(accepted);
    let case = model::Case {
        secrets: &[SECRET, OLD_SECRET],
        body,
        now_ms,
        tolerance,
    };
    let expected = model::verdict(&model::WORKOS, &header, None, None, case);
    assert_eq!(verdict, expected, "{}", header.escape_ascii());
}

/// Verifier and model come to the same verdict on a request of any scheme.
///
/// In the headers, `\x01` stands for a genuine timestamp, `\x02` for a genuine signature under the current secret and
/// `\x03` for one under the previous, over the id `msg_1`.
pub fn agrees_with_model_on_requests(
    spec: &model::Spec,
    headers: &[(String, Vec<u8>)],
    body: &[u8],
    late_ms: i32,
) {
    let timestamp = SIGNED_AT_MS / if spec.millis { 1 } else { 1000 };
    let timestamp = timestamp.to_string();
    let signature =
        |secret: &str| spec.signature(secret.as_bytes(), b"msg_1", timestamp.as_bytes(), body);
    let expand = |value: &[u8]| -> Vec<u8> {
        let expanded = value.iter().map(|byte| {
            match byte {
                1 => timestamp.clone(),
                2 => signature(SECRET),
                3 => signature(OLD_SECRET),
                byte => return vec![*byte],
            }
            .into_bytes()
        });
        expanded.collect::<Vec<_>>().concat()
    };
    let headers: Vec<(String, Vec<u8>)> = headers
        .iter()
        .map(|(name, value)| (name.clone(), expand(value)))
        .collect();
    let case = model::Case {
        secrets: &[SECRET, OLD_SECRET],
        body,
        now_ms: SIGNED_AT_MS.saturating_add_signed(late_ms.into()),
        tolerance: tolerance(),
    };
    let verdict = any_verifier(spec)
        .verify_request_at(&headers, body, date(case.now_ms))
        .map(accepted_of_any);
    assert_eq!(
        verdict,
        model::request(spec, &headers, case),
        "{spec:?} {headers:?}"
    );
}

/// [`agrees_with_model_on_requests`], with these as the signature, the time and the id.
pub fn agrees_with_model_on_values(
    spec: &model::Spec,
    [signature, timestamp, id]: [Vec<u8>; 3],
    body: &[u8],
    late_ms: i32,
) {
    let mut headers = vec![(spec.header.to_owned(), signature)];
    headers.extend(
        spec.timestamp_header
            .map(|name| (name.to_owned(), timestamp)),
    );
    headers.extend(spec.id_header.map(|name| (name.to_owned(), id)));
    agrees_with_model_on_requests(spec, &headers, body, late_ms);
}

/// Longer for the past than for the future.
fn tolerance() -> Tolerance {
    Tolerance::new(Duration::from_secs(100)).with_future(Duration::from_millis(3_500))
}

fn any_verifier(spec: &model::Spec) -> AnyVerifier {
    AnyVerifier::new(spec.scheme(), secret(SECRET))
        .with_previous(secret(OLD_SECRET))
        .with_tolerance(tolerance())
}

/// What is signed by a scheme is accepted, whatever the order and the case of the headers; with any one bit of the body or
/// of a header's value changed it gets the model's verdict, which is no acceptance of anything else.
pub fn only_the_signed_request_is_accepted(
    spec: &model::Spec,
    body: &[u8],
    at_ms: u64,
    bit: usize,
    rotated: usize,
) {
    // From 2001 to 2286, as there are schemes that take no others.
    let at_ms = 1_000_000_000_000 + at_ms % 9_000_000_000_000;
    let mut headers: Vec<(String, Vec<u8>)> = AnySigner::new(spec.scheme(), secret(SECRET))
        .headers(body, date(at_ms))
        .into_iter()
        .map(|(name, value)| (name.to_ascii_uppercase(), value.into_bytes()))
        .collect();
    headers.push(("Content-Type".into(), b"application/json".to_vec()));
    let count = headers.len();
    headers.rotate_left(rotated % count);
    let verify = |headers: &Vec<(String, Vec<u8>)>, body: &[u8]| {
        any_verifier(spec)
            .verify_request_at(headers, body, date(at_ms))
            .map(accepted_of_any)
    };
    let accepted = verify(&headers, body).expect("a genuine delivery");
    let unit = if spec.millis { 1 } else { 1000 };
    let signed_at = spec.is_timestamped().then_some(at_ms / unit * unit);
    assert_eq!(accepted.signed_at_ms, signed_at);
    assert_eq!(accepted.key_index, 0);
    assert_eq!(accepted.id.is_some(), spec.id_header.is_some());

    if !body.is_empty() {
        let verdict = verify(&headers, &flip(body, bit));
        assert_eq!(verdict, Err(VerifyError::SignatureMismatch));
    }
    for changed in 0..count {
        let mut forged = headers.clone();
        forged[changed].1 = flip(&headers[changed].1, bit);
        let case = model::Case {
            secrets: &[SECRET, OLD_SECRET],
            body,
            now_ms: at_ms,
            tolerance: tolerance(),
        };
        let verdict = verify(&forged, body);
        assert_eq!(verdict, model::request(spec, &forged, case), "{forged:?}");
        // Of all changes only the case of a hex digit means the same.
        if let Ok(again) = verdict {
            assert_eq!(again, accepted);
            assert!(
                forged[changed].0 == "CONTENT-TYPE"
                    || forged[changed].0 == "Content-Type"
                    || forged[changed].1.eq_ignore_ascii_case(&headers[changed].1),
                "{forged:?}"
            );
        }
    }
}

/// The signed bytes of a genuine request, taken apart in every other way, are no request: with the same signature none
/// of them is accepted, whatever the time.
pub fn the_signed_bytes_are_read_in_one_way(spec: &model::Spec, id: &str, body: &[u8]) {
    let now = date(SIGNED_AT_MS);
    let headers = AnySigner::new(spec.scheme(), secret(SECRET)).headers_with_id(id, body, now);
    let verify = |headers: &[(&str, String)], body: &[u8], now| {
        any_verifier(spec)
            .verify_request_at(headers, body, now)
            .is_ok()
    };
    if !verify(&headers, body, now) {
        return;
    }
    let value = |name: &str| headers.iter().find(|(it, _)| *it == name);
    let signature = &value(spec.header).expect("a signature").1;
    let timestamp = SIGNED_AT_MS / if spec.millis { 1 } else { 1000 };
    let timestamp = timestamp.to_string();
    let genuine = model::Split {
        id: id.as_bytes(),
        timestamp: timestamp.as_bytes(),
        body,
    };
    for other in spec.splits(&spec.message_of(genuine)) {
        let is_genuine = (spec.id_header.is_none() || other.id == genuine.id)
            && (!spec.is_timestamped() || other.timestamp == genuine.timestamp)
            && other.body == genuine.body;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("ASCII");
        let signature = signature.replacen(&timestamp, &text(other.timestamp), 1);
        let mut forged = vec![(spec.header, signature)];
        forged.extend(
            spec.timestamp_header
                .map(|name| (name, text(other.timestamp))),
        );
        forged.extend(spec.id_header.map(|name| (name, text(other.id))));
        // Without an id also by a clock that was never set.
        let never_set = date(if spec.id_header.is_some() {
            SIGNED_AT_MS
        } else {
            0
        });
        for now in [now, never_set, date(SIGNED_AT_MS + 1000)] {
            let is_accepted = verify(&forged, other.body, now);
            assert!(
                is_genuine || !is_accepted,
                "{spec:?}: {genuine:?} as {other:?}"
            );
        }
    }
}

fn accepted_of_any<B>(delivery: Delivery<AnyProvider, B>) -> model::Accepted {
    let millis = |time: time::OffsetDateTime| {
        let millis = time.unix_timestamp_nanos() / 1_000_000;
        millis.try_into().expect("a time after 1970")
    };
    model::Accepted {
        signed_at_ms: delivery.signed_at().map(millis),
        id: delivery.id().map(str::to_owned),
        key_index: delivery.key_index(),
    }
}

#[cfg(feature = "workos")]
fn expand(header: &[u8], body: &[u8]) -> Vec<u8> {
    let timestamp = SIGNED_AT_MS.to_string();
    let old = model::mac(OLD_SECRET.as_bytes(), timestamp.as_bytes(), body);
    header
        .iter()
        .flat_map(|byte| match byte {
            1 => timestamp.clone().into_bytes(),
            2 => signature(&timestamp, body).into_bytes(),
            3 => hex::encode(&old).into_bytes(),
            byte => vec![*byte],
        })
        .collect()
}

#[cfg(feature = "workos")]
fn accepted<B>(delivery: Delivery<workos::WorkOs, B>) -> model::Accepted {
    let millis = delivery.signed_at().unix_timestamp_nanos() / 1_000_000;
    model::Accepted {
        signed_at_ms: Some(millis.try_into().expect("a time after 1970")),
        id: None,
        key_index: delivery.key_index(),
    }
}

/// What is signed is accepted, with the same bytes and the same time; nothing else is: not under
/// another key, and not with any one bit of the body or the header changed.
///
/// A key that is no secret is a case without a claim.
#[cfg(feature = "workos")]
pub fn only_the_signed_is_accepted(key: &str, body: &[u8], at_ms: u64, bit: usize) {
    let Ok(current) = Secret::new(key) else {
        return;
    };
    let at_ms = at_ms % (LAST_MILLISECOND_OF_9999 + 1);
    let header = sign(key, body, at_ms);
    let verifier = workos::Verifier::new(current);
    let now = date(at_ms);

    let delivery = verifier
        .verify_at(&header, body, now)
        .expect("a genuine delivery");
    assert_eq!(delivery.body(), body);
    assert_eq!(delivery.signed_at(), now);
    assert_eq!(delivery.key_index(), 0);

    if !body.is_empty() {
        let forged = flip(body, bit);
        let verdict = verifier.verify_at(&header, &forged, now).map(accepted);
        assert_eq!(verdict, Err(VerifyError::SignatureMismatch));
    }

    let forged = flip(header.as_bytes(), bit);
    let verdict = verifier.verify_at(&forged, body, now).map(accepted);
    let tolerance = Tolerance::new(Duration::from_secs(180));
    let case = model::Case {
        secrets: &[key],
        body,
        now_ms: at_ms,
        tolerance,
    };
    let expected = model::verdict(&model::WORKOS, &forged, None, None, case);
    assert_eq!(verdict, expected, "{}", forged.escape_ascii());
    // Hex digits have no case, keys do.
    let same_meaning = forged.eq_ignore_ascii_case(header.as_bytes())
        && forged.starts_with(b"t=")
        && forged.windows(4).any(|window| window == b" v1=");
    assert_eq!(verdict.is_ok(), same_meaning, "{}", forged.escape_ascii());

    let other = String::from_utf8(flip(key.as_bytes(), bit)).unwrap_or(format!("{key}x"));
    if let Ok(other) = Secret::new(other) {
        let verdict = workos::Verifier::new(other)
            .verify_at(&header, body, now)
            .map(accepted);
        assert_eq!(verdict, Err(VerifyError::SignatureMismatch));
    }
}

fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    let bit = bit % (bytes.len() * 8);
    flipped[bit / 8] ^= 1 << (bit % 8);
    flipped
}
