use countersign::{DecodeError, Misfit, Secret, Stored, event::UnknownEvent, workos};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Envelope, Field, Role, Typed, common, delivery, field};

impl Typed for workos::WorkOs {
    common!(workos, "../../../src/workos/event/catalog.rs");

    const FIELDS: &'static [Field] = &[
        field("object", Role::Object, r#""event""#),
        field("id", Role::Id, r#""event_1""#),
        field("data", Role::Data, ""),
        field("event", Role::Name, ""),
        field(
            "created_at",
            Role::Required,
            r#""2026-01-02T03:04:05.678Z""#,
        ),
        field("context", Role::Context, r#"{"client_id":"client_1"}"#),
    ];
    const SAMPLE: &'static str = "user.created";
    const OPTIONAL: &'static str = "first_name";
    const DEBUG_EVENT: &'static str =
        r#", id: "event_1", created_at: 2026-01-02 3:04:05.678 +00:00:00, .."#;
    const DEBUG_ENVELOPE: (&'static str, &'static str) = (
        r#"id: "event_1", event: "#,
        ", created_at: 2026-01-02 3:04:05.678 +00:00:00, ..",
    );

    const KEY: &'static str = "event_1";
    const EMPTY: &'static str = "signature header is not a separated list of key=value";
    const JOINED: Option<&'static str> = Some("signature header has more than one timestamp");

    const FREE_FORM: &'static [&'static str] = &[
        "/custom_attributes",
        "/previous_attributes",
        "/raw_attributes",
    ];
    const MAPS: &'static [&'static str] = &["/additional_fields", "/key_context", "/metadata"];
    const REQUIRED_WITHIN: &'static [(&'static str, &'static str)] = &[
        ("/actor", "id"),
        ("/agent_identity", "id"),
        ("/claimed_by", "user_id"),
        ("/detail", "api_key_id"),
        ("/detail", "jti"),
        ("/detail", "kind"),
        ("/domains", "id"),
        ("/impersonator", "email"),
        ("/organizations", "id"),
        ("/owner", "email"),
        ("/owner", "id"),
        ("/owner", "organization_id"),
        ("/owner", "type"),
        ("/role", "slug"),
        ("/roles", "slug"),
        ("/users", "id"),
    ];
    const NO_TIMES: &'static [&'static str] = &[
        r#""from the future""#,
        r#""2026-01-02""#,
        r#""1767323045678""#,
        "1767323045678",
    ];
    const SIZES: (usize, usize) = (512, 768);

    fn is_time(name: &str, _: &Value) -> bool {
        name.ends_with("_at") || name == "expiry_date"
    }

    fn mismatch_id(json: &Value) -> &str {
        json["id"].as_str().expect("an id")
    }

    fn key(event: &workos::Event) -> String {
        event.id.clone()
    }

    fn secret(key: &str) -> Secret {
        Secret::new(key).expect("a secret")
    }

    fn sign(key: &str, body: &[u8], at: OffsetDateTime) -> Vec<(&'static str, String)> {
        workos::Signer::new(Self::secret(key)).headers(body, at)
    }

    fn envelope(body: &[u8]) -> Result<Envelope, DecodeError> {
        let delivery = delivery::<Self>(body);
        let envelope = delivery.envelope()?;
        Ok(Envelope {
            debug: format!("{envelope:?}"),
            name: envelope.event.into_owned(),
            others: vec![
                ("id", Some(envelope.id.into_owned())),
                ("created_at", Some(envelope.created_at.to_string())),
                (
                    "context",
                    envelope.context.map(|json| json.get().to_owned()),
                ),
            ],
            data: envelope.data.get().to_owned(),
        })
    }

    /// As the only event of a page too, and as a page.
    fn is_consistent(body: &[u8], event: &Result<workos::Event, DecodeError>) {
        let Ok(text) = str::from_utf8(body) else {
            let page = workos::EventPage::from_json(body);
            assert!(matches!(page, Err(DecodeError::NotUtf8 { .. })));
            return;
        };
        if event.is_ok() {
            let page = format!(r#"{{"data":[{text}],"list_metadata":{{}}}}"#);
            let page = workos::EventPage::from_json(page.as_bytes()).expect("a page");
            assert_eq!(page.data.len(), 1);
            assert_eq!(&page.data[0].event(), event);
            assert_eq!(page.data[0].json(), text.trim());
        }
        if let Ok(page) = workos::EventPage::from_json(body) {
            for entry in page.data {
                let event = Self::event(entry.json().as_bytes());
                assert_eq!(entry.event(), event);
                assert!(entry.envelope().is_ok() || event.is_err());
            }
        }
    }

    fn other_errors(body: &[u8]) -> Vec<DecodeError> {
        Vec::from_iter(workos::EventPage::from_json(body).err())
    }

    const OTHER_ERRORS: &'static [&'static str] = &[
        "field `data` is missing or null",
        "field `list_metadata` is missing or null",
        "field `list_metadata` occurs more than once",
        "field `data` has an unexpected type or form",
        "field `list_metadata` has an unexpected type or form",
        "field `object` has an unexpected type or form",
    ];
}
