use base64::prelude::{BASE64_STANDARD, Engine as _};
use countersign::{DecodeError, Misfit, StandardSecret, Stored, clerk, event::UnknownEvent};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Envelope, Field, MESSAGE_ID, Role, Typed, common, delivery, field};

impl Typed for clerk::Clerk {
    common!(clerk, "../../../src/clerk/event/catalog.rs");

    const FIELDS: &'static [Field] = &[
        field("data", Role::Data, ""),
        field(
            "event_attributes",
            Role::Context,
            r#"{"http_request":{"client_ip":"192.0.2.7"}}"#,
        ),
        field("instance_id", Role::Optional, r#""ins_1""#),
        field("object", Role::Object, r#""event""#),
        field("timestamp", Role::Optional, "1767323045678"),
        field("type", Role::Name, ""),
    ];
    const SAMPLE: &'static str = "user.created";
    const OPTIONAL: &'static str = "first_name";
    const DEBUG_EVENT: &'static str =
        r#", id: Some("msg_2b6uGkYyX1"), timestamp: Some(2026-01-02 3:04:05.678 +00:00:00), .."#;
    const DEBUG_ENVELOPE: (&'static str, &'static str) = (
        "type: ",
        r#", instance_id: Some("ins_1"), timestamp: Some(2026-01-02 3:04:05.678 +00:00:00), .."#,
    );

    const KEY: &'static str = MESSAGE_ID;
    const EMPTY: &'static str = "signature header has no signature";
    /// As it is a list of signatures.
    const JOINED: Option<&'static str> = None;

    const FREE_FORM: &'static [&'static str] = &[
        "/actor",
        "/meta",
        "/private_metadata",
        "/public_metadata",
        "/unsafe_metadata",
        "email.created/data/data",
        "sms.created/data/data",
    ];
    const MAPS: &'static [&'static str] = &[];
    const REQUIRED_WITHIN: &'static [(&'static str, &'static str)] = &[
        ("/enterprise_accounts", "id"),
        ("/enterprise_connection", "id"),
        ("/external_accounts", "id"),
        ("/invitation", "id"),
        ("/items", "id"),
        ("/latest_activity", "id"),
        ("/linked_to", "id"),
        ("/organization", "id"),
        ("/organization_memberships", "id"),
        ("/organization_memberships", "organization"),
        ("/payee", "id"),
        ("/payer", "id"),
        ("/payment_source", "id"),
        ("/permissions", "id"),
        ("/plan", "id"),
        ("/public_organization_data", "id"),
        ("/saml_accounts", "id"),
        ("/saml_connection", "id"),
        ("/subscription_items", "id"),
        ("/user", "id"),
    ];
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

    const CASES: u32 = 300;

    /// No other number is so large.
    fn is_time(_: &str, value: &Value) -> bool {
        value.as_i64().is_some_and(|it| it > 1_000_000_000_000)
    }

    fn mismatch_id(_: &Value) -> &str {
        MESSAGE_ID
    }

    fn tell_the_same(one: &clerk::Event, other: &clerk::Event) -> bool {
        (
            &one.instance_id,
            &one.timestamp,
            &one.event_attributes,
            &one.data,
        ) == (
            &other.instance_id,
            &other.timestamp,
            &other.event_attributes,
            &other.data,
        ) && one.misfits() == other.misfits()
    }

    fn written(event: &clerk::Event) -> Value {
        let mut json = json!(event);
        let id = json.as_object_mut().and_then(|json| json.remove("svix-id"));
        assert_eq!(id, Some(json!(MESSAGE_ID)));
        json
    }

    fn key(event: &clerk::Event) -> String {
        event.id().expect("the id of a delivery").to_owned()
    }

    fn secret(key: &str) -> StandardSecret {
        StandardSecret::new(format!("whsec_{}", BASE64_STANDARD.encode(key))).expect("a secret")
    }

    fn sign(key: &str, body: &[u8], at: OffsetDateTime) -> Vec<(&'static str, String)> {
        clerk::Signer::new(Self::secret(key)).headers_with_id(MESSAGE_ID, body, at)
    }

    fn envelope(body: &[u8]) -> Result<Envelope, DecodeError> {
        let delivery = delivery::<Self>(body);
        let envelope = delivery.envelope()?;
        Ok(Envelope {
            debug: format!("{envelope:?}"),
            name: envelope.r#type.into_owned(),
            others: vec![
                (
                    "instance_id",
                    envelope.instance_id.map(|id| id.into_owned()),
                ),
                ("timestamp", envelope.timestamp.map(|time| time.to_string())),
                (
                    "event_attributes",
                    envelope.event_attributes.map(|json| json.get().to_owned()),
                ),
            ],
            data: envelope.data.get().to_owned(),
        })
    }

    /// Written by us, and not by Clerk.
    const OTHER_ERRORS: &'static [&'static str] = &["field `svix-id` occurs more than once"];
}
