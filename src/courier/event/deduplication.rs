//! By what to tell that an event was delivered before.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use serde_json::Value;

use super::{catalog::EventData, message::MessageStatus};
use crate::{Misfit, digest::sha256, event::to_millis};

impl EventData {
    /// As `Event::deduplication_key` says.
    pub(in crate::courier) fn deduplication_key(&self, misfits: &[Misfit]) -> String {
        let mut key = vec![Value::from(self.name())];
        key.extend(self.distinguishing_parts());
        key.extend(misfits.iter().map(|it| Value::from(it.json().get())));
        Value::from(key).to_string()
    }

    fn distinguishing_parts(&self) -> Vec<Value> {
        match self {
            Self::AudiencesCalculated(audience) => vec![
                audience.audience_id.as_str().into(),
                audience.user_count.into(),
                audience.total_users.into(),
                audience.total_users_filtered.into(),
            ],
            Self::AudiencesUpdated(audience) => vec![
                audience.audience_id.as_str().into(),
                audience.audience_version.into(),
            ],
            Self::AudiencesUserMatched(change) | Self::AudiencesUserUnmatched(change) => vec![
                change.audience_id.as_str().into(),
                change.audience_version.into(),
                change.user_id.as_str().into(),
            ],
            Self::MessageUpdated(message) => vec![
                message.id.as_str().into(),
                message.status.as_ref().map(MessageStatus::as_str).into(),
            ],
            Self::NotificationPublished(notification) => vec![
                notification.id.as_str().into(),
                notification.published_at.map(to_millis).into(),
            ],
            Self::NotificationSubmissionCanceled(notification) => vec![
                notification.id.as_str().into(),
                notification.submission_id.into(),
                notification.canceled_at.map(to_millis).into(),
            ],
            Self::NotificationSubmitted(notification) => vec![
                notification.id.as_str().into(),
                notification.submission_id.into(),
            ],
            Self::Unknown(event) => vec![sha256(event.data().get().as_bytes()).into()],
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::{
        RawJson,
        courier::event::catalog::Known,
        event::{Row, UnknownEvent},
    };

    const NOON: i64 = 1_767_355_200_000;

    /// The key of an event with this data.
    #[track_caller]
    fn key(name: &str, data: &Value) -> String {
        let text = data.to_string();
        let data = match Known::by_name(name) {
            Some(row) => row.read(&mut serde_json::Deserializer::from_str(&text)),
            None => serde_json::from_str::<RawJson>(&text)
                .map(|data| EventData::Unknown(UnknownEvent::new(name.into(), data, None))),
        };
        data.expect("data").deduplication_key(&[])
    }

    /// Asserts what the key is, that nothing else but these fields is in it, and that each of them changes it, as its
    /// absence does if it may be absent.
    #[track_caller]
    fn is_told_by(name: &str, data: &Value, fields: &[&str], expected: &str) {
        assert_eq!(key(name, data), expected);
        let mut keys = BTreeSet::from([expected.into()]);
        for (field, value) in data.as_object().expect("an object") {
            let mut changed = data.clone();
            changed[field] = match value {
                Value::String(text) => json!(text.clone() + "x"),
                Value::Number(number) => json!(number.as_i64().expect("an integer") + 1),
                _ => json!(null),
            };
            let is_told = fields.contains(&field.as_str());
            assert_eq!(keys.insert(key(name, &changed)), is_told, "{field}");
            if is_told && !["id", "audience_id", "user_id"].contains(&field.as_str()) {
                changed[field] = json!(null);
                assert!(keys.insert(key(name, &changed)), "{field}");
            }
        }
    }

    #[test]
    fn of_messages() {
        is_told_by(
            "message:updated",
            &json!({"id": "1-a", "status": "SENT", "enqueued": NOON, "providers": [], "recipient": "ada"}),
            &["id", "status"],
            r#"["message:updated","1-a","SENT"]"#,
        );
        let absent = key("message:updated", &json!({"id": "1-a"}));
        assert_eq!(absent, r#"["message:updated","1-a",null]"#);
        let text = key("message:updated", &json!({"id": "1-a", "status": "null"}));
        assert_eq!(text, r#"["message:updated","1-a","null"]"#);
    }

    #[test]
    fn two_clicks_have_one_key() {
        let [first, second] = [NOON, NOON + 1].map(|clicked| {
            let message = json!({"id": "1-a", "status": "CLICKED", "clicked": clicked});
            key("message:updated", &message)
        });
        assert_eq!(first, second);
    }

    #[test]
    fn of_notifications() {
        is_told_by(
            "notification:submitted",
            &json!({"id": "N1", "submission_id": NOON}),
            &["id", "submission_id"],
            r#"["notification:submitted","N1",1767355200000]"#,
        );
        is_told_by(
            "notification:submission_canceled",
            &json!({"id": "N1", "submission_id": NOON, "canceled_at": NOON + 60_000}),
            &["id", "submission_id", "canceled_at"],
            r#"["notification:submission_canceled","N1",1767355200000,1767355260000]"#,
        );
        is_told_by(
            "notification:published",
            &json!({"id": "N1", "published_at": -1}),
            &["id", "published_at"],
            r#"["notification:published","N1",-1]"#,
        );
    }

    #[test]
    fn of_audiences() {
        is_told_by(
            "audiences:updated",
            &json!({"audience_id": "engineers", "audience_version": 3, "filter": {"operator": "EQ"}}),
            &["audience_id", "audience_version"],
            r#"["audiences:updated","engineers",3]"#,
        );
        for name in ["audiences:user:matched", "audiences:user:unmatched"] {
            is_told_by(
                name,
                &json!({"audience_id": "engineers", "audience_version": 3, "reason": "a", "user_id": "ada"}),
                &["audience_id", "audience_version", "user_id"],
                &json!([name, "engineers", 3, "ada"]).to_string(),
            );
        }
        is_told_by(
            "audiences:calculated",
            &json!({"audience_id": "engineers", "user_count": 1, "total_users": 10, "total_users_filtered": 100}),
            &[
                "audience_id",
                "user_count",
                "total_users",
                "total_users_filtered",
            ],
            r#"["audiences:calculated","engineers",1,10,100]"#,
        );
    }

    /// The hashes are those of `sha256sum`.
    #[test]
    fn of_unknown_events() {
        assert_eq!(
            key("audiences:deleted", &json!({"audience_id": "engineers"})),
            r#"["audiences:deleted","e770c1882afd677ba7cefc6d3da4605278a8788bee3e801f62023aaf421ff579"]"#
        );
        assert_eq!(
            key("audiences:deleted", &json!({"audience_id": "designers"})),
            r#"["audiences:deleted","f3acdba4f6d179d0a034c884506034d254dc5f655f224f579cd15c8551b27f4a"]"#
        );
        assert_ne!(key("a", &json!({})), key("b", &json!({})));
    }

    #[test]
    fn ids_with_quotes_and_separators_do_not_collide() {
        let ids = [
            ("a", "b"),
            ("a,3,b", ""),
            ("a", "3,b"),
            (r#"a",3,"b"#, ""),
            ("", r#"a",3,"b"#),
            (r"a\", "b"),
            (r"a\\", "b"),
            ("a", r#"\"b"#),
            ("a\n", "b"),
            (r"a\n", "b"),
            ("\u{e4}", "b"),
            (r"\u00e4", "b"),
        ];
        let keys = ids.map(|(audience_id, user_id)| {
            let change =
                json!({"audience_id": audience_id, "audience_version": 3, "user_id": user_id});
            key("audiences:user:matched", &change)
        });
        assert_eq!(BTreeSet::from(keys.clone()).len(), ids.len());
        for ((audience_id, user_id), key) in ids.into_iter().zip(keys) {
            let parts: Value = serde_json::from_str(&key).expect("JSON");
            assert_eq!(
                parts,
                json!(["audiences:user:matched", audience_id, 3, user_id])
            );
        }
    }
}
