//! Which event it is, as one text.

use alloc::{borrow::Cow, format, string::String};
use core::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    Delivery, Provider,
    digest::{bounded, hashed, sha256},
};

/// Which event a delivery is about: `provider/endpoint/id`, such as `workos//event_01J44T81`.
///
/// It is the same each time the event is delivered, and names nothing that is not signed:
///
/// | provider | id |
/// |---|---|
/// | signs an id in a header ([`Identified`](crate::Identified): Clerk, Standard Webhooks) | that id |
/// | has one in the body ([`Provider::EVENT_ID`]: WorkOS) | that id, if the body has it once and as a text that is not empty |
/// | neither (GitHub signs no header but the body) | `body-sha256-` and the hash of the body |
///
/// A hash takes what differs in a single byte for another event. Whether a provider sends the same bytes again is its own
/// affair: an id that it puts into the body is better, by [`new`](Self::new) or a [`Provider`] of your own. An id in a header
/// that is not signed is worse: whoever has one genuine delivery can send it again under other ids.
///
/// Each of the three parts is 1 to 256 visible characters of ASCII, but `/`, or else `sha256-` and its hash; the endpoint may
/// be empty. So different parts are different keys, and a key fits into the index of any database: it has at most 770
/// characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InboxKey(String);

impl InboxKey {
    /// The key of the event to which a provider gave this id. Take the id from what is signed.
    #[must_use]
    pub fn new(provider: &str, id: &str) -> Self {
        Self(format!("{}//{}", part(provider), part(id)))
    }

    /// The key of an event that has nothing but its bytes.
    #[must_use]
    pub fn of_body(provider: &str, body: &[u8]) -> Self {
        Self(format!("{}//body-sha256-{}", part(provider), sha256(body)))
    }

    /// The same event as it is delivered to one of several endpoints, each of which handles it once. Without it, the
    /// event is handled once wherever it arrives.
    ///
    /// Where each tenant has a secret of its own, name the tenant so. Whoever has a secret can sign any id by it: without
    /// the name, a tenant could take the ids of another's events, which are then duplicates, and lost.
    ///
    /// This is not the label of a secret, which may differ before and after a rotation. Where events are also read from
    /// elsewhere, such as an API, the same endpoint has to be named there.
    #[must_use]
    pub fn at_endpoint(&self, endpoint: &str) -> Self {
        let mut parts = self.0.splitn(3, '/');
        let provider = parts.next().unwrap_or_default();
        let id = parts.nth(1).unwrap_or_default();
        let endpoint = match endpoint {
            "" => Cow::Borrowed(""),
            endpoint => part(endpoint),
        };
        Self(format!("{provider}/{endpoint}/{id}"))
    }

    /// What stands for the event in a table or a store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of what a body says, also where the body came another way than by delivery.
    pub(crate) fn of_json<P: Provider>(body: &[u8]) -> Self {
        P::EVENT_ID
            .and_then(|name| text_in(body, name))
            .filter(|id| !id.is_empty())
            .map_or_else(
                || Self::of_body(P::NAME, body),
                |id| Self::new(P::NAME, &id),
            )
    }
}

/// As the table above says.
impl<P: Provider, B: AsRef<[u8]>> From<&Delivery<P, B>> for InboxKey {
    fn from(delivery: &Delivery<P, B>) -> Self {
        match delivery.signed_id() {
            Some(id) => Self::new(P::NAME, id),
            None => Self::of_json::<P>(delivery.body()),
        }
    }
}

impl AsRef<str> for InboxKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<InboxKey> for String {
    fn from(key: InboxKey) -> Self {
        key.0
    }
}

impl fmt::Display for InboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for InboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InboxKey").field(&self.0).finish()
    }
}

fn part(text: &str) -> Cow<'_, str> {
    if text.contains('/') {
        Cow::Owned(hashed(text))
    } else {
        bounded(text)
    }
}

/// The text that a JSON object has under this name, if it has it once.
fn text_in(json: &[u8], name: &str) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let text = deserializer.deserialize_map(TextIn(name)).ok()?;
    deserializer.end().ok()?;
    text
}

struct TextIn<'a>(&'a str);

impl<'de> Visitor<'de> for TextIn<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found: Option<&RawValue> = None;
        let mut is_single = true;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if key == self.0 {
                is_single = found.replace(map.next_value()?).is_none() && is_single;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let text = found.filter(|_| is_single);
        Ok(text.and_then(|text| serde_json::from_str(text.get()).ok()))
    }
}
