//! Any headers, body and time, of which nobody signed anything: a diagnosis is bounded, and nothing in it is certain.
#![no_main]

use countersign::{
    AnyVerifier, Provider, Secret,
    clerk::Clerk,
    diagnose::{Certainty, MAX_MACS},
    rows::slack::Slack,
    workos::WorkOs,
};
use time::{Duration, OffsetDateTime};

libfuzzer_sys::fuzz_target!(|input: (i32, [Vec<u8>; 3], Vec<u8>)| {
    let (seconds, [signature, timestamp, id], body) = input;
    let headers = [
        ("workos-signature", &signature),
        ("svix-signature", &signature),
        ("x-slack-signature", &signature),
        ("svix-timestamp", &timestamp),
        ("x-slack-request-timestamp", &timestamp),
        ("svix-id", &id),
    ];
    let now = OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds.into());
    for scheme in [WorkOs::SCHEME, Clerk::SCHEME, Slack::SCHEME] {
        let secret = Secret::new("a secret of nobody").expect("a secret");
        let diagnosis = AnyVerifier::new(scheme, secret).diagnose(&headers, &body, now);
        assert!(!diagnosis.causes().is_empty());
        assert!(
            diagnosis
                .causes()
                .iter()
                .all(|it| it.certainty() < Certainty::Certain)
        );
        assert!(diagnosis.macs() <= MAX_MACS);
    }
});
