//! What holds for every body, as a request of WorkOS Actions. Driven by proptest in `tests/actions.rs` and by libFuzzer in
//! `fuzz/`.

use countersign::workos::actions::{self, Action, Answer};
use serde_json::Value;

use super::{SECRET, SIGNED_AT_MS, date, secret};

/// Nothing panics, no error quotes the body, and a known kind of request is answered with that kind of answer.
pub fn is_consistent(body: &[u8]) {
    let now = date(SIGNED_AT_MS);
    let header = actions::Signer::new(secret(SECRET)).sign(body, now);
    let verifier = actions::Verifier::new(secret(SECRET));
    let delivery = verifier.verify_at(header, body, now).expect("genuine");
    let action = match delivery.action() {
        Ok(action) => action,
        Err(error) => {
            let without_numbers = error
                .to_string()
                .replace(|it: char| it.is_ascii_digit(), "");
            assert!(is_text_of_an_error(&without_numbers), "{error}");
            return;
        }
    };
    assert!(delivery.json::<&serde_json::value::RawValue>().is_ok());
    let respond = |answer: &Answer| -> Value {
        let response = verifier.respond_at(answer, now);
        serde_json::from_str(response.body()).expect("JSON")
    };
    let message = String::from_utf8_lossy(body);
    let (allowed, denied, kind) = match &action {
        Action::Authentication(it) => {
            assert_eq!(
                delivery.json().ok().as_ref(),
                it.misfits().is_empty().then_some(&**it)
            );
            (it.allow(), it.deny(&message), "authentication")
        }
        Action::UserRegistration(it) => {
            assert_eq!(
                delivery.json().ok().as_ref(),
                it.misfits().is_empty().then_some(&**it)
            );
            (it.allow(), it.deny(&message), "user_registration")
        }
        Action::Unknown(it) => {
            assert_eq!(action.object(), it.kind());
            assert_eq!(it.json().get(), message.trim_ascii());
            return;
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(action.object(), format!("{kind}_action_context"));
    for (answer, verdict) in [(allowed, "Allow"), (denied, "Deny")] {
        let response = respond(&answer);
        assert_eq!(response["object"], format!("{kind}_action_response"));
        assert_eq!(response["payload"]["verdict"], verdict);
        assert_eq!(response["payload"]["timestamp"], SIGNED_AT_MS);
        let told = &response["payload"]["error_message"];
        match told.as_str() {
            Some(text) => assert!(message.starts_with(text) && !text.is_empty()),
            None => assert!(told.is_null() && verdict == "Allow"),
        }
    }
}

/// Whether it is a text that those errors can have, without the numbers in it.
fn is_text_of_an_error(text: &str) -> bool {
    const OF_BODIES: [&str; 3] = [
        "body is not UTF- after byte ",
        "body is not JSON at line  column ",
        "body is not a JSON object",
    ];
    const OF_FIELDS: [&str; 6] = [
        "field `id` ",
        "field `object` ",
        "authentication_action_context: `user` ",
        "authentication_action_context: `user.id` ",
        "user_registration_action_context: `user_data` ",
        "user_registration_action_context: `user_data.email` ",
    ];
    const FAULTS: [&str; 3] = [
        "has an unexpected type or form",
        "is missing or null",
        "occurs more than once",
    ];
    let of_a_field = OF_FIELDS.iter().find_map(|field| text.strip_prefix(field));
    OF_BODIES.contains(&text) || of_a_field.is_some_and(|fault| FAULTS.contains(&fault))
}
