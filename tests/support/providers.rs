//! The providers whose events are typed, as far as they differ: a row of facts and a few functions for each. What holds for
//! all of them is tested by functions over any of them, of which `for_each_provider!` makes the tests.

use std::fmt::Debug;

use countersign::{
    DecodeError, Delivery, Misfit, Provider, Timestamped, Verifier, event::UnknownEvent,
};
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{SECRET, SIGNED_AT_MS, date};

/// A provider whose events are typed.
pub trait Typed: Provider + Timestamped + Sized {
    type Event: Clone + Debug + Eq + Serialize + Send + Sync + Unpin + 'static;

    /// The names of its events.
    const NAMES: &'static [&'static str];
    /// The source of its table of events.
    const TABLE: &'static str;
    /// What stands in an event, in the provider's order.
    const FIELDS: &'static [Field];
    /// An event that has to have a `data.id`, and can have a text `data.{OPTIONAL}`.
    const SAMPLE: &'static str;
    const OPTIONAL: &'static str;
    /// What `Debug` prints of an event of [`FIELDS`](Self::FIELDS) after its name, and of its envelope around it.
    const DEBUG_EVENT: &'static str;
    const DEBUG_ENVELOPE: (&'static str, &'static str);

    /// By what a handler tells one event of [`SAMPLE`](Self::SAMPLE) from another: what [`key`](Self::key) is of this one.
    const KEY: &'static str;
    /// Why a signature header is refused that is empty.
    const EMPTY: &'static str;
    /// Why two of them joined are, if they are.
    const JOINED: Option<&'static str>;

    /// The ends of pointers to fields whose JSON may be any. The event's name may stand before one.
    const FREE_FORM: &'static [&'static str];
    /// The ends of pointers to maps.
    const MAPS: &'static [&'static str];
    /// The ends of pointers to objects that a sparse event does not have, and the fields that they have to have.
    const REQUIRED_WITHIN: &'static [(&'static str, &'static str)];
    /// JSON that is no time.
    const NO_TIMES: &'static [&'static str];
    /// At most so large are the data of an event, and an event.
    const SIZES: (usize, usize);

    /// How often proptest tries: an event of some is much larger than one of others.
    const CASES: u32 = 2_000;

    /// Whether a field of a fixture is a time.
    fn is_time(name: &str, value: &Value) -> bool;

    /// Other forms of a fixture, of which all holds that does of it.
    fn other_forms(_: &Value) -> Vec<Value> {
        Vec::new()
    }

    /// What the error tells of the id of a delivered event.
    fn mismatch_id(_: &Value) -> &str {
        ""
    }

    /// Whether two events are equal but for what they have from their deliveries.
    fn tell_the_same(one: &Self::Event, other: &Self::Event) -> bool {
        one == other
    }

    /// What an event is written as, but for what it has from its delivery and not from its body.
    fn written(event: &Self::Event) -> Value {
        json!(event)
    }

    /// A secret whose key is this text.
    fn secret(key: &str) -> Self::Secret;

    /// The headers of a delivery of these bytes, signed by the provider's own signer.
    fn sign(key: &str, body: &[u8], at: OffsetDateTime) -> Vec<(&'static str, String)>;

    /// The event of a delivery.
    fn event_of(delivery: &Delivery<Self, impl AsRef<[u8]>>) -> Result<Self::Event, DecodeError>;

    /// The event that a genuine delivery of these bytes holds.
    fn event(body: &[u8]) -> Result<Self::Event, DecodeError> {
        Self::event_of(&delivery(body))
    }

    /// The envelope of such a delivery.
    fn envelope(body: &[u8]) -> Result<Envelope, DecodeError>;

    fn from_json(body: &[u8]) -> Result<Self::Event, DecodeError>;

    /// What `Stored` reads.
    fn stored(json: &str) -> serde_json::Result<Self::Event>;

    /// The same by the other ways that `serde_json` has.
    fn stored_otherwise(json: &str) -> Vec<serde_json::Result<Self::Event>>;

    fn name(event: &Self::Event) -> &str;

    /// By what to tell that an event was delivered before.
    fn key(event: &Self::Event) -> String;

    /// The data, if the event's name is not known.
    fn unknown(event: &Self::Event) -> Option<&UnknownEvent>;

    /// The data as they are written.
    fn data(event: &Self::Event) -> String;

    fn debug_of_data(event: &Self::Event) -> String;

    fn misfits(event: &Self::Event) -> &[Misfit];

    fn clear_misfits(event: &mut Self::Event);

    fn sizes() -> (usize, usize);

    #[cfg(feature = "fixtures")]
    fn fixture(name: &str) -> Option<&'static str>;

    /// What is consistent too, and of this provider alone.
    fn is_consistent(_body: &[u8], _event: &Result<Self::Event, DecodeError>) {}

    /// The errors of what else it decodes.
    fn other_errors(_body: &[u8]) -> Vec<DecodeError> {
        Vec::new()
    }

    /// The texts of those, without the numbers in them.
    const OTHER_ERRORS: &'static [&'static str] = &[];
}

/// What stands in an event, beside unknown fields.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub role: Role,
    /// JSON that fits.
    pub json: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// Without it, it is no event.
    Id,
    /// As an id.
    Name,
    Data,
    /// Without it, the event cannot be told.
    Required,
    Optional,
    /// As `Optional`, and kept for unknown events.
    Context,
    /// `"object": "event"`.
    Object,
}

impl Role {
    /// Whether an event without the field has no name or id to tell.
    pub fn identifies(self) -> bool {
        matches!(self, Self::Id | Self::Name)
    }

    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::Context)
    }
}

const fn field(name: &'static str, role: Role, json: &'static str) -> Field {
    Field { name, role, json }
}

/// An envelope of any provider.
#[derive(Debug, PartialEq)]
pub struct Envelope {
    pub name: String,
    /// What the other fields are, by their names: a text or a time as it prints, or JSON.
    pub others: Vec<(&'static str, Option<String>)>,
    pub data: String,
    pub debug: String,
}

/// The field of a role, if the provider has one.
pub fn field_of<P: Typed>(role: Role) -> Option<&'static Field> {
    P::FIELDS.iter().find(|field| field.role == role)
}

/// The name of the field that holds an event's name.
pub fn name_field<P: Typed>() -> &'static str {
    field_of::<P>(Role::Name)
        .expect("every event has a name")
        .name
}

/// Name and JSON of each field of an event, in the provider's order, all there.
pub fn fields<P: Typed>(name: &str, data: &str) -> Vec<(&'static str, String)> {
    let json = |field: &Field| match field.role {
        Role::Name => format!("{name:?}"),
        Role::Data => data.to_owned(),
        _ => field.json.to_owned(),
    };
    P::FIELDS.iter().map(|it| (it.name, json(it))).collect()
}

/// An object of these fields.
pub fn object<N: AsRef<str>, T: AsRef<str>>(fields: &[(N, T)]) -> String {
    let fields = fields
        .iter()
        .map(|(name, json)| format!("\"{}\":{}", name.as_ref(), json.as_ref()));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// An event as the provider delivers it.
pub fn body<P: Typed>(name: &str, data: &str) -> String {
    object(&fields::<P>(name, data))
}

/// The id of each delivery, where the provider signs one.
pub const MESSAGE_ID: &str = "msg_2b6uGkYyX1";

/// A genuine delivery of these bytes.
pub fn delivery<P: Typed>(body: &[u8]) -> Delivery<P, &[u8]> {
    let at = date(SIGNED_AT_MS);
    Verifier::<P>::new(P::secret(SECRET))
        .verify_request_at(&P::sign(SECRET, body, at), body, at)
        .expect("a genuine delivery")
}

/// Makes a module of tests for each provider, of functions over any of them.
macro_rules! for_each_provider {
    ($($(#[$attribute:meta])* $test:ident)*) => {
        #[cfg(feature = "workos")]
        mod workos {
            $($(#[$attribute])* #[test] fn $test() { super::$test::<countersign::workos::WorkOs>(); })*
        }
        #[cfg(feature = "clerk")]
        mod clerk {
            $($(#[$attribute])* #[test] fn $test() { super::$test::<countersign::clerk::Clerk>(); })*
        }
        #[cfg(feature = "courier")]
        mod courier {
            $($(#[$attribute])* #[test] fn $test() { super::$test::<countersign::courier::Courier>(); })*
        }
    };
}
pub(crate) use for_each_provider;

/// What is the same for each provider but for the path.
macro_rules! common {
    ($module:ident, $source:literal) => {
        type Event = $module::Event;

        const NAMES: &'static [&'static str] = $module::EventData::NAMES;
        const TABLE: &'static str = include_str!($source);

        fn event_of(
            delivery: &countersign::Delivery<Self, impl AsRef<[u8]>>,
        ) -> Result<$module::Event, DecodeError> {
            delivery.event()
        }

        fn from_json(body: &[u8]) -> Result<$module::Event, DecodeError> {
            $module::Event::from_json(body)
        }

        fn stored(json: &str) -> serde_json::Result<$module::Event> {
            serde_json::from_str::<Stored<$module::Event>>(json).map(Into::into)
        }

        fn stored_otherwise(json: &str) -> Vec<serde_json::Result<$module::Event>> {
            let value = serde_json::from_str::<Value>(json);
            let list =
                serde_json::from_str::<Vec<Stored<$module::Event>>>(&format!("[{json},{json}]"));
            let list = list.unwrap_or_default().into_iter().map(Ok);
            [
                serde_json::from_slice::<Stored<$module::Event>>(json.as_bytes()),
                serde_json::from_reader::<_, Stored<$module::Event>>(json.as_bytes()),
                value.and_then(serde_json::from_value::<Stored<$module::Event>>),
            ]
            .into_iter()
            .chain(list)
            .map(|stored| stored.map(Into::into))
            .collect()
        }

        fn name(event: &$module::Event) -> &str {
            event.data.name()
        }

        fn unknown(event: &$module::Event) -> Option<&UnknownEvent> {
            match &event.data {
                $module::EventData::Unknown(unknown) => Some(unknown),
                _ => None,
            }
        }

        fn data(event: &$module::Event) -> String {
            serde_json::to_string(&event.data).expect("JSON")
        }

        fn debug_of_data(event: &$module::Event) -> String {
            format!("{:?}", event.data)
        }

        fn misfits(event: &$module::Event) -> &[Misfit] {
            event.misfits()
        }

        fn clear_misfits(event: &mut $module::Event) {
            event.clear_misfits();
        }

        fn sizes() -> (usize, usize) {
            (size_of::<$module::EventData>(), size_of::<$module::Event>())
        }

        #[cfg(feature = "fixtures")]
        fn fixture(name: &str) -> Option<&'static str> {
            $module::fixture(name)
        }
    };
}
use common;

#[cfg(feature = "clerk")]
mod clerk;
#[cfg(feature = "courier")]
mod courier;
#[cfg(feature = "workos")]
mod workos;
