use countersign::{DecodeError, Misfit, Secret, Stored, courier, event::UnknownEvent};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Envelope, Field, Role, Typed, common, delivery, field};

impl Typed for courier::Courier {
    common!(courier, "../../../src/courier/event/catalog.rs");

    const FIELDS: &'static [Field] = &[
        field("type", Role::Name, ""),
        field("data", Role::Data, ""),
        // Not documented.
        field("object", Role::Object, r#""event""#),
    ];
    const SAMPLE: &'static str = "message:updated";
    const OPTIONAL: &'static str = "recipient";
    const DEBUG_EVENT: &'static str = ", ..";
    const DEBUG_ENVELOPE: (&'static str, &'static str) = ("type: ", ", ..");

    const KEY: &'static str = r#"["message:updated","1",null]"#;
    const EMPTY: &'static str = "signature header is not a separated list of key=value";
    const JOINED: Option<&'static str> = Some("signature header has more than one timestamp");

    const FREE_FORM: &'static [&'static str] = &[
        "/filter",
        "/providerResponse",
        "/reference",
        "/tags",
        "/trace_id",
        "/utm",
    ];
    const MAPS: &'static [&'static str] = &["/providers"];
    const REQUIRED_WITHIN: &'static [(&'static str, &'static str)] = &[];
    const NO_TIMES: &'static [&'static str] = &[
        r#""from the future""#,
        r#""1767323045678""#,
        r#""2026-01-02T03:04:05.678Z""#,
        "1767323045678.0",
        "1.767323045678e12",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
    ];
    const SIZES: (usize, usize) = (512, 768);

    /// No other number is so large, but for an id.
    fn is_time(name: &str, value: &Value) -> bool {
        name != "submission_id" && value.as_i64().is_some_and(|it| it > 1_000_000_000_000)
    }

    /// The providers of a message by their names.
    fn other_forms(fixture: &Value) -> Vec<Value> {
        let Some(providers) = fixture.pointer("/data/providers").and_then(Value::as_array) else {
            return Vec::new();
        };
        let name = |provider: &Value| provider["provider"].as_str().expect("a name").to_owned();
        let by_name = providers
            .iter()
            .map(|provider| (name(provider), provider.clone()));
        let mut other = fixture.clone();
        other["data"]["providers"] = Value::Object(by_name.collect());
        vec![other]
    }

    fn key(event: &courier::Event) -> String {
        event.deduplication_key()
    }

    fn secret(key: &str) -> Secret {
        Secret::new(key).expect("a secret")
    }

    fn sign(key: &str, body: &[u8], at: OffsetDateTime) -> Vec<(&'static str, String)> {
        courier::Signer::new(Self::secret(key)).headers(body, at)
    }

    fn envelope(body: &[u8]) -> Result<Envelope, DecodeError> {
        let delivery = delivery::<Self>(body);
        let envelope = delivery.envelope()?;
        Ok(Envelope {
            debug: format!("{envelope:?}"),
            name: envelope.r#type.into_owned(),
            others: Vec::new(),
            data: envelope.data.get().to_owned(),
        })
    }
}
