//! Verification never allocates, whether it accepts or refuses. A typed event takes a few allocations.

#![cfg(feature = "workos")]

mod support;

use countersign::{Rejection, VerifyError, workos};
use support::{BODY, OLD_SECRET, SECRET, SIGNED_AT_MS, date, header, secret, sign, verifier};

#[track_caller]
fn no_allocation(header: &str, body: &[u8], late_ms: i64, expected: Result<usize, &str>) {
    let verifier = workos::Verifier::new(secret(SECRET)).with_previous(secret(OLD_SECRET));
    let now = date(SIGNED_AT_MS.saturating_add_signed(late_ms));
    let mut verdict = Err(VerifyError::HeaderTooLong);
    let allocations = allocation_counter::measure(|| {
        verdict = verifier
            .verify_at(header, body, now)
            .map(|delivery| delivery.key_index());
    });
    let name = verdict.map_err(|error| format!("{error:?}"));
    let name = name
        .as_ref()
        .map_err(|name| name.split(' ').next().unwrap());
    assert_eq!(name.copied(), expected);
    assert_eq!(allocations.count_total, 0, "{expected:?}");
}

#[test]
fn the_counter_counts() {
    let allocations = allocation_counter::measure(|| drop(vec![1_u8; 10]));
    assert_eq!(allocations.count_total, 1);
}

#[test]
fn accepted() {
    no_allocation(&header(), BODY, 0, Ok(0));
    no_allocation(&sign(OLD_SECRET, BODY, SIGNED_AT_MS), BODY, 0, Ok(1));
    let body = vec![b'x'; 1 << 20];
    no_allocation(&sign(SECRET, &body, SIGNED_AT_MS), &body, 0, Ok(0));

    let labelled = secret(SECRET).with_label("a label");
    let verifier = workos::Verifier::new(labelled);
    let (mut label, header) = (false, header());
    let allocations = allocation_counter::measure(|| {
        let delivery = verifier.verify_at(&header, BODY, date(SIGNED_AT_MS));
        label = delivery.is_ok_and(|it| it.key_label() == Some("a label"));
    });
    assert!(label);
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn refused() {
    let header = header();
    let signature = header.replace("t=1767323045678, ", "");
    for (header, late_ms, expected) in [
        (" ".repeat(5000), 0, "HeaderTooLong"),
        (header.replace(',', " "), 0, "MalformedHeader"),
        (signature.clone(), 0, "MissingTimestamp"),
        (format!("{header},t=1"), 0, "DuplicateTimestamp"),
        (format!("t=x,{signature}"), 0, "InvalidTimestamp"),
        ("t=1".into(), 0, "MissingSignature"),
        (
            format!("{header}{}", ",v1=".repeat(16)),
            0,
            "TooManySignatures",
        ),
        ("t=1,v1=x".into(), 0, "MalformedSignature"),
        (format!("t=1,{signature}"), 0, "SignatureMismatch"),
        (header.clone(), 180_001, "Expired"),
        (header.clone(), -180_001, "NotYetValid"),
    ] {
        no_allocation(&header, BODY, late_ms, Err(expected));
    }
}

/// Where nobody listens to what is told of it, that is not put into words.
#[test]
fn refused_and_told() {
    let verifier = verifier();
    let headers = [(workos::SIGNATURE_HEADER, header())];
    let mut refused = 0;
    let mut receive = || {
        let received = verifier.receive_at(&headers, b"forged", date(SIGNED_AT_MS));
        let mismatch = Rejection::Verify(VerifyError::SignatureMismatch);
        refused += u32::from(received.err() == Some(mismatch));
    };
    receive();
    let allocations = allocation_counter::measure(receive);
    assert_eq!(refused, 2);
    let labels = u64::from(cfg!(feature = "metrics"));
    assert_eq!(allocations.count_total, labels);
}

/// Each row, by a request that is accepted, one that is forged, and one whose signature is none.
#[cfg(feature = "rows")]
#[test]
fn rows() {
    use countersign::rows::ROWS;

    let now = date(SIGNED_AT_MS);
    for row in ROWS {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let verifier = row.verifier(secret).expect("a secret");
        let headers = row.signer(secret).expect("a secret").headers(BODY, now);
        let mut malformed = headers.clone();
        malformed.last_mut().expect("a signature").1.pop();
        for (headers, body, expected) in [
            (&headers, BODY, Ok(())),
            (&headers, b"forged", Err(VerifyError::SignatureMismatch)),
            (&malformed, BODY, Err(VerifyError::MalformedSignature)),
        ] {
            let mut verdict = Ok(());
            let allocations = allocation_counter::measure(|| {
                verdict = verifier.verify_request_at(headers, body, now).map(drop);
            });
            assert_eq!(verdict, expected, "{}", row.name());
            assert_eq!(allocations.count_total, 0, "{}: {expected:?}", row.name());
        }
    }
}

/// The other typed providers, with an id as long as any that is known.
#[cfg(all(feature = "clerk", feature = "courier"))]
#[test]
fn typed_providers() {
    use countersign::{Timestamped, Verifier, clerk, courier};

    fn no_allocation<P: Timestamped>(verifier: &Verifier<P>, headers: &[(&'static str, String)]) {
        for (body, expected) in [
            (BODY, Ok(())),
            (b"forged", Err(VerifyError::SignatureMismatch)),
        ] {
            let mut verdict = Ok(());
            let now = date(SIGNED_AT_MS);
            let allocations = allocation_counter::measure(|| {
                verdict = verifier.verify_request_at(headers, body, now).map(drop);
            });
            assert_eq!(
                (verdict, allocations.count_total),
                (expected, 0),
                "{}",
                P::NAME
            );
        }
    }

    let now = date(SIGNED_AT_MS);
    let secret = || clerk::Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    let id = "msg_01234567-89ab-cdef-0123-456789abcdef";
    let headers = clerk::Signer::new(secret()).headers_with_id(id, BODY, now);
    no_allocation(&clerk::Verifier::new(secret()), &headers);
    let secret = || courier::Secret::new("a secret").expect("a secret");
    let headers = courier::Signer::new(secret()).headers(BODY, now);
    no_allocation(&courier::Verifier::new(secret()), &headers);
}

/// A request is decoded, and answered.
#[cfg(feature = "workos-actions")]
#[test]
fn answers() {
    use countersign::workos::actions::{self, Action};

    let body = br#"{"id":"1","object":"authentication_action_context","user":{"id":"1"}}"#;
    let now = date(SIGNED_AT_MS);
    let header = actions::Signer::new(secret(SECRET)).sign(body, now);
    let verifier = actions::Verifier::new(secret(SECRET));
    let delivery = verifier.verify_at(header, body, now).expect("genuine");
    let mut answers = 0;
    let allocations = allocation_counter::measure(|| {
        if let Ok(Action::Authentication(request)) = delivery.action() {
            let response = verifier.respond_at(&request.allow(), now);
            answers += response.body().matches("Allow").count();
        }
    });
    assert_eq!(answers, 1);
    let labels = u64::from(cfg!(feature = "metrics"));
    assert_eq!(allocations.count_total, 15 + labels);
}

/// By public keys and a secret, whatever the header claims.
#[cfg(feature = "ed25519")]
#[test]
fn public_keys() {
    use countersign::{AnySigner, AnyVerifier, Scheme, StandardPrivateKey, StandardSecret};

    let key = |fill| {
        let seed = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, [fill; 32]);
        StandardPrivateKey::new(format!("whsk_{seed}")).expect("a private key")
    };
    let secret = StandardSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
    let verifier = AnyVerifier::new(scheme, key(1).public_key().with_label("a label"))
        .with_previous(secret.expect("a secret"))
        .with_previous(key(2).public_key());
    let now = date(SIGNED_AT_MS);
    let headers = |fill| AnySigner::new(scheme, key(fill)).headers(BODY, now);
    let with = |change: fn(&str) -> String| {
        let mut headers = headers(2);
        headers[2].1 = change(&headers[2].1);
        headers
    };
    for (headers, expected) in [
        (headers(1), Ok(0)),
        (headers(2), Ok(2)),
        (headers(3), Err(VerifyError::SignatureMismatch)),
        (with(|it| format!("v1,x {}{it}", "v1a,x ".repeat(3))), Ok(2)),
        (
            with(|it| [it; 5].join(" ")),
            Err(VerifyError::TooManySignatures),
        ),
        (
            with(|it| it.replace('=', "")),
            Err(VerifyError::MalformedSignature),
        ),
        (
            with(|it| it.replace("v1a", "v2")),
            Err(VerifyError::MissingSignature),
        ),
    ] {
        let mut verdict = Ok(0);
        let allocations = allocation_counter::measure(|| {
            let delivery = verifier.verify_request_at(&headers, BODY, now);
            verdict = delivery.map(|it| it.key_index());
        });
        assert_eq!(verdict, expected);
        assert_eq!(allocations.count_total, 0, "{expected:?}");
    }
}

/// Whoever clones a verifier for each request, as axum does, allocates nothing.
#[test]
fn a_clone() {
    let verifier = verifier().with_previous(secret(OLD_SECRET));
    let allocations = allocation_counter::measure(|| drop(verifier.clone()));
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn a_typed_event() {
    let delivered = include_str!("../benches/support/dsync.user.created.json").trim_end();
    let event = workos::Event::from_json(delivered.as_bytes()).expect("an event");
    let event_first = serde_json::to_string(&event).expect("JSON");
    for body in [delivered, &event_first] {
        let header = sign(SECRET, body.as_bytes(), SIGNED_AT_MS);
        let verifier = verifier();
        let delivery = verifier
            .verify_at(header, body.as_bytes(), date(SIGNED_AT_MS))
            .expect("a genuine delivery");
        let mut event = None;
        let allocations = allocation_counter::measure(|| event = delivery.event().ok());
        assert!(event.is_some());
        let labels = u64::from(cfg!(feature = "metrics"));
        assert_eq!(
            allocations.count_total,
            21 + labels,
            "at most 30, and none more than it takes"
        );
    }
}
