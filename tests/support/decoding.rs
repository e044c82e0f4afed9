//! What holds for every body, whosever it is. Driven by proptest in `tests/event_properties.rs` and by libFuzzer in `fuzz/`.

use countersign::{DecodeError, Fault};
use serde_json::value::RawValue;

use super::providers::{Role, Typed, delivery};

/// No body makes decoding panic, and no error quotes it.
pub fn quotes_nothing<P: Typed>(body: &[u8]) {
    let delivery = delivery::<P>(body);
    let mut errors = P::other_errors(body);
    let own = [
        P::envelope(body).err(),
        P::event(body).err(),
        delivery.json::<serde_json::Value>().err(),
        delivery.json::<u8>().err(),
        delivery.json::<Vec<String>>().err(),
    ];
    errors.extend(own.into_iter().flatten());
    for error in errors {
        if matches!(error, DecodeError::EventMismatch(_)) {
            quotes_a_name_and_a_path::<P>(&error);
            continue;
        }
        let without_numbers = error.to_string().replace(|c: char| c.is_ascii_digit(), "");
        assert!(is_text_of_an_error::<P>(&without_numbers), "{error}");
        let own = |byte: u8| byte.is_ascii_alphanumeric() || b" _\"{}:,".contains(&byte);
        assert!(format!("{error:?}").bytes().all(own), "{error:?}");
    }
}

/// Whether it is a text that those errors can have, without the numbers in it.
fn is_text_of_an_error<P: Typed>(text: &str) -> bool {
    const OF_ANY: [&str; 4] = [
        "body is not UTF- after byte ",
        "body is not JSON at line  column ",
        "body is not a JSON object",
        "body does not fit the type at line  column ",
    ];
    let of_a_field = P::FIELDS.iter().any(|field| {
        let rest = text.strip_prefix(&format!("field `{}` ", field.name));
        match rest {
            Some("occurs more than once") => true,
            Some("is missing or null" | "has an unexpected type or form") => {
                field.role.identifies()
            }
            _ => false,
        }
    });
    of_a_field || OF_ANY.contains(&text) || P::OTHER_ERRORS.contains(&text)
}

/// Any text, as an event: nothing panics, all ways of decoding agree, what is decoded is written so that it decodes to the
/// same, and an error quotes a name and a path alone.
pub fn is_consistent<P: Typed>(body: &[u8]) {
    let event = P::event(body);
    P::is_consistent(body, &event);
    quotes_nothing::<P>(body);
    let Ok(text) = str::from_utf8(body) else {
        assert!(matches!(event, Err(DecodeError::NotUtf8 { .. })));
        return;
    };
    match &event {
        Ok(event) => {
            misfits_are_listed::<P>(event);
            is_written_as_it_was_read::<P>(event);
        }
        Err(error) => quotes_a_name_and_a_path::<P>(error),
    }
    is_the_same_at_rest::<P>(text, &event);
    for unusual in unusual(text) {
        let again = P::event(unusual.as_bytes());
        match (&event, &again) {
            (Err(DecodeError::NotJson { .. }), Err(DecodeError::NotJson { .. })) => {}
            _ => assert_eq!(event, again, "{unusual}"),
        }
    }
}

/// A body by itself decodes to what a delivery of it does, but for what the provider says in the delivery alone.
fn is_the_same_at_rest<P: Typed>(text: &str, event: &Result<P::Event, DecodeError>) {
    let bare = P::from_json(text.as_bytes());
    match (event, &bare) {
        (Ok(event), Ok(bare)) => {
            assert!(P::tell_the_same(bare, event), "{text}");
        }
        (Err(error), Err(bare)) => assert_eq!(bare.to_string(), error.to_string()),
        (event, bare) => panic!("{event:?}, but {bare:?}"),
    }
    match (bare, P::stored(text)) {
        (Ok(bare), Ok(same)) => assert_eq!(bare, same),
        (Err(_), Err(_)) => {}
        (bare, other) => panic!("{bare:?}, but {other:?}"),
    }
}

/// The same event with a field, first or last, that makes the one pass over it give up.
fn unusual(text: &str) -> Vec<String> {
    // Half a surrogate pair in a name that is not known.
    const HALF: &str = r#""\ud83d":0"#;

    if !serde_json::from_str::<&RawValue>(text).is_ok_and(|json| json.get().starts_with('{')) {
        return Vec::new();
    }
    let inner = text
        .trim_matches([' ', '\t', '\n', '\r'])
        .strip_prefix('{')
        .and_then(|it| it.strip_suffix('}'));
    let inner = inner.expect("an object");
    let is_empty = inner.trim_matches([' ', '\t', '\n', '\r']).is_empty();
    let comma = if is_empty { "" } else { "," };
    vec![
        format!("{{{HALF}{comma}{inner}}}"),
        format!("{{{inner}{comma}{HALF}}}"),
    ]
}

/// What was left out says where it stood, and not that it was missing: it was there.
fn misfits_are_listed<P: Typed>(event: &P::Event) {
    for misfit in P::misfits(event) {
        let root = misfit.path().split(['.', '[']).next().expect("a root");
        let field = P::FIELDS.iter().find(|field| field.name == root);
        let role = field.expect("a field").role;
        assert!(role == Role::Data || role.is_optional(), "{misfit:?}");
        assert_ne!(misfit.fault(), Fault::Missing, "{misfit:?}");
        assert_ne!(misfit.path(), "data");
        assert!(misfit.json().parse::<&RawValue>().is_ok(), "{misfit:?}");
    }
}

fn is_written_as_it_was_read<P: Typed>(event: &P::Event) {
    let written = serde_json::to_string(event).expect("JSON");
    for again in [
        P::event(written.as_bytes()),
        P::from_json(written.as_bytes()),
    ] {
        assert_eq!(again.as_ref(), Ok(event), "{written}");
    }
}

fn quotes_a_name_and_a_path<P: Typed>(error: &DecodeError) {
    let DecodeError::EventMismatch(mismatch) = error else {
        return;
    };
    let name = mismatch.event().escape_debug();
    let prefix = format!("{name}: `{}` ", mismatch.path());
    let text = error.to_string();
    let what = text.strip_prefix(&prefix).expect("name and path");
    assert!(
        [
            "is missing or null",
            "has an unexpected type or form",
            "occurs more than once"
        ]
        .contains(&what),
        "{text}"
    );
    let root = mismatch.path().split(['.', '[']).next().expect("a root");
    let field = P::FIELDS.iter().find(|field| field.name == root);
    let role = field.expect("a field").role;
    assert!(matches!(role, Role::Data | Role::Required), "{text}");
}
