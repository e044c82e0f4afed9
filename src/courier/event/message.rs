//! Messages, and what became of them.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserializer, Serializer,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use serde_json::value::RawValue;
use time::OffsetDateTime;

use crate::{
    Fault,
    courier::Courier,
    event::{Field, Place, RawJson, macros::serde_as_field, open_enum, whole},
};

object! {
    /// A message to one recipient.
    pub struct Message {
        /// Identifies the message.
        pub id: String,
        /// What became of the message. It can be `OPENED` or `CLICKED` before it is `DELIVERED`, or without ever being so.
        pub status: Option<MessageStatus>,
        /// When the provider, Courier, received the request for the message.
        pub enqueued: Option<OffsetDateTime>,
        /// When the message was passed on to whoever delivers it, if it was.
        pub sent: Option<OffsetDateTime>,
        /// When the message was delivered, if that is known.
        pub delivered: Option<OffsetDateTime>,
        /// When the recipient first opened the message, if that is known.
        pub opened: Option<OffsetDateTime>,
        /// When the recipient first clicked on a link of the message, if that is known.
        pub clicked: Option<OffsetDateTime>,
        /// ID or address of the recipient.
        pub recipient: Option<String>,
        /// ID of the recipient.
        pub recipient_id: Option<String> = "recipientId",
        /// ID of the event that the message was sent for. Often it is that of the notification.
        pub event: Option<String>,
        /// ID of the notification, which is the template of the message.
        pub notification: Option<String>,
        /// What went wrong, if anything, for people.
        pub error: Option<String>,
        /// Why the message was not delivered, if it was not.
        pub reason: Option<MessageReason>,
        /// Who was to deliver the message, and what became of that. Empty as long as nobody was.
        pub providers: Option<MessageProviders>,
        /// Your own ID to trace the message by, if you gave one.
        pub trace_id: Option<RawJson>,
        /// Your own tags, if you gave any.
        pub tags: Option<RawJson>,
        /// The UTM parameters for links in the message, if you gave any.
        pub utm: Option<RawJson>,
    }

    /// A delivery of a message by one provider, such as `twilio`.
    pub struct MessageProvider {
        /// The channel that the provider serves.
        pub channel: Option<MessageProviderChannel>,
        /// Name of the provider. Absent if the message did not get as far.
        pub provider: Option<String>,
        /// What became of the message at the provider.
        pub status: Option<MessageProviderStatus>,
        /// When the message was passed on to the provider, if it was.
        pub sent: Option<OffsetDateTime>,
        /// When the provider delivered the message, if that is known.
        pub delivered: Option<OffsetDateTime>,
        /// When the recipient first opened the message, if that is known.
        pub opened: Option<OffsetDateTime>,
        /// When the recipient first clicked on a link of the message, if that is known.
        pub clicked: Option<OffsetDateTime>,
        /// What went wrong, if anything, for people.
        pub error: Option<String>,
        /// The IDs that the provider gave to the message.
        pub reference: Option<RawJson>,
        /// What the provider answered.
        pub provider_response: Option<RawJson> = "providerResponse",
    }

    /// A channel of a notification, such as email.
    pub struct MessageProviderChannel {
        /// Identifies the kind of channel, such as `direct_message:slack`.
        pub key: Option<String>,
        /// Name of the channel, for people.
        pub name: Option<String>,
        /// Identifies the channel.
        pub template: Option<String>,
    }
}

/// Who was to deliver a message, in either of the forms that the provider writes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageProviders {
    /// A list, as it mostly is.
    List(Vec<MessageProvider>),
    /// An object, by the provider's name.
    ByName(BTreeMap<String, MessageProvider>),
}

impl MessageProviders {
    /// All of them in either form, each with its name where it stands by that.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &MessageProvider)> {
        let (list, by_name) = match self {
            Self::List(list) => (Some(list), None),
            Self::ByName(by_name) => (None, Some(by_name)),
        };
        let list = list.into_iter().flatten().map(|it| (None, it));
        let by_name = by_name.into_iter().flatten();
        list.chain(by_name.map(|(name, it)| (Some(name.as_str()), it)))
    }
}

impl Field<Courier> for MessageProviders {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ProvidersVisitor;

        impl<'de> Visitor<'de> for ProvidersVisitor {
            type Value = MessageProviders;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array or an object")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                let items = SeqAccessDeserializer::new(items);
                Field::<Courier>::read(items).map(MessageProviders::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                let entries = MapAccessDeserializer::new(entries);
                Field::<Courier>::read(entries).map(MessageProviders::ByName)
            }
        }

        deserializer.deserialize_any(ProvidersVisitor)
    }

    fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
        if json.get().starts_with('[') {
            Field::<Courier>::salvage(json, place).map(Self::List)
        } else {
            Field::<Courier>::salvage(json, place).map(Self::ByName)
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::List(providers) => Field::<Courier>::write(providers, serializer),
            Self::ByName(providers) => Field::<Courier>::write(providers, serializer),
        }
    }
}

serde_as_field!(Courier, MessageProviders, whole::<Courier, _, _>);

open_enum! {
    /// What became of a message.
    pub enum MessageStatus {
        "CANCELED" => Canceled,
        "CLICKED" => Clicked,
        "DELAYED" => Delayed,
        "DELIVERED" => Delivered,
        "DIGESTED" => Digested,
        "ENQUEUED" => Enqueued,
        "FAILED" => Failed,
        "FILTERED" => Filtered,
        "OPENED" => Opened,
        "PROCESSED" => Processed,
        "ROUTED" => Routed,
        "SENT" => Sent,
        "SIMULATED" => Simulated,
        "THROTTLED" => Throttled,
        "UNDELIVERABLE" => Undeliverable,
        "UNMAPPED" => Unmapped,
        "UNROUTABLE" => Unroutable,
    }

    /// Why a message was not delivered.
    pub enum MessageReason {
        "BOUNCED" => Bounced,
        "FAILED" => Failed,
        "FILTERED" => Filtered,
        "NO_CHANNELS" => NoChannels,
        "NO_PROVIDERS" => NoProviders,
        "OPT_IN_REQUIRED" => OptInRequired,
        "PROVIDER_ERROR" => ProviderError,
        "UNPUBLISHED" => Unpublished,
        "UNSUBSCRIBED" => Unsubscribed,
    }

    /// What became of a message at one provider.
    pub enum MessageProviderStatus {
        "CLICKED" => Clicked,
        "DELIVERED" => Delivered,
        "OPENED" => Opened,
        "SENT" => Sent,
        "UNDELIVERABLE" => Undeliverable,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use serde_json::{Value, json};

    use super::*;

    /// The providers of a message, which are written as they came.
    #[track_caller]
    fn providers(providers: Value) -> MessageProviders {
        let json = json!({"id": "1", "providers": providers});
        let message: Message = serde_json::from_str(&json.to_string()).expect("a message");
        assert_eq!(json!(message), json);
        message.providers.expect("providers")
    }

    /// What is left of the providers of a message, and the paths of what is left out. Nothing is by `serde`.
    #[track_caller]
    fn leaves_out(providers: &str, left: Value, paths: &[&str]) {
        let json: &RawValue = serde_json::from_str(providers).expect("JSON");
        let mut place = Place::default();
        let found = Option::<MessageProviders>::salvage(json, &mut place).expect("optional");
        assert_eq!(json!(found), left, "{providers}");
        let found: Vec<&str> = place.misfits().iter().map(|misfit| misfit.path()).collect();
        assert_eq!(found, paths, "{providers}");
        serde_json::from_str::<MessageProviders>(providers).expect_err(providers);
    }

    #[test]
    fn providers_in_a_list() {
        let sent = json!({"provider": "twilio", "status": "SENT", "sent": 0});
        let MessageProviders::List(list) = providers(json!([sent, {}])) else {
            panic!("not a list");
        };
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].sent, Some(OffsetDateTime::UNIX_EPOCH));
        let all = MessageProviders::List(list.clone());
        assert!(all.iter().eq(list.iter().map(|it| (None, it))));
        assert_eq!(providers(json!([])), MessageProviders::List(Vec::new()));
    }

    #[test]
    fn providers_by_name() {
        let sent = json!({"channel": {"key": "msteams"}, "status": "SENT", "sent": 0});
        let MessageProviders::ByName(by_name) = providers(json!({"msteams": sent, "twilio": {}}))
        else {
            panic!("not an object");
        };
        assert_eq!(by_name.len(), 2);
        assert_eq!(by_name["msteams"].sent, Some(OffsetDateTime::UNIX_EPOCH));
        let all = MessageProviders::ByName(by_name.clone());
        let names: Vec<_> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names, [Some("msteams"), Some("twilio")]);
        assert_eq!(
            providers(json!({})),
            MessageProviders::ByName(BTreeMap::new())
        );
    }

    #[test]
    fn providers_that_do_not_fit() {
        leaves_out(r#"[7,{"sent":0}]"#, json!([{"sent": 0}]), &["[0]"]);
        leaves_out(
            r#"[{"sent":"0","error":"a"}]"#,
            json!([{"error": "a"}]),
            &["[0].sent"],
        );
        leaves_out(
            r#"{"a":7,"b":{"sent":0}}"#,
            json!({"b": {"sent": 0}}),
            &["a"],
        );
        leaves_out(
            r#"{"a":{"sent":"0","error":"a"}}"#,
            json!({"a": {"error": "a"}}),
            &["a.sent"],
        );
        leaves_out(r#"{"a":null,"b":[]}"#, json!({}), &["a", "b"]);
        leaves_out(r#"{"a":{},"b":{},"a":{}}"#, json!({"b": {}}), &["a", "a"]);
        leaves_out("7", json!(null), &[""]);
        leaves_out(r#""twilio""#, json!(null), &[""]);
    }
}
