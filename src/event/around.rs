//! What stands around an event's data, and with the data is the event.

/// Turns the fields that stand around the data into a provider's event.
///
/// ```text
/// event! {
///     Acme, "event";
///     /// An event.
///     pub struct Event by id with context {
///         /// When the event happened.
///         pub created_at: OffsetDateTime,
///         /// How the event came about.
///         pub context: Option<EventContext>,
///     }
/// }
/// ```
///
/// becomes
///
/// - the same `#[non_exhaustive] pub struct Event`, with `data: EventData` too, and the `id: String` that the provider's
///   events have if it says `by id`; with `from_json`, `misfits`, `clear_misfits`, `Serialize`, `==` and `Stored`,
/// - what a handler can take in a `Webhook`,
/// - the private `Head` and `Around`, by which `read.rs` reads it.
///
/// `"event"` is the field that holds the event's name. `with context` says which field tells how the event came about; an
/// event of an unknown name keeps it as it came. A field's name on the wire may follow it as in `object!`.
macro_rules! event {
    (
        $provider:ty, $name:literal;
        $(#[$about:meta])*
        pub struct Event $(by $id:ident)? $(with $context:ident)? {
            $($(#[$field_about:meta])* $visible:vis $field:ident: $type:ty $(= $wire:literal)?,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone)]
        #[non_exhaustive]
        pub struct Event {
            $(
                /// Identifies the event, also when it is delivered again: the key for deduplication.
                pub $id: alloc::string::String,
            )?
            $($(#[$field_about])* $visible $field: $type,)*
            /// What happened, and the object that it happened to.
            pub data: EventData,
            /// Whether the JSON says `"object": "event"`, so that it does so again when it is written.
            is_object: bool,
            misfits: alloc::boxed::Box<[$crate::Misfit]>,
        }

        impl Event {
            /// Decodes an event that has been verified before, such as one from a queue.
            ///
            /// # Errors
            ///
            /// Those of `event` of the provider's [`Delivery`](crate::Delivery).
            pub fn from_json(json: &[u8]) -> Result<Self, $crate::DecodeError> {
                $crate::event::parse($crate::json::text(json)?)
            }

            /// What was left out, as it does not fit and nothing else depends on it: an optional field, which is `None`
            /// then, an item of a list, or an entry of a map. Empty for an event as the provider documents it.
            ///
            /// They are written with the event, by their paths: the place of an item is its index, also in a list that was
            /// changed since. To hand on no more than the fields say, [`clear_misfits`](Self::clear_misfits).
            ///
            /// With the feature `tracing`, a delivered event that has some is told of.
            #[must_use]
            pub fn misfits(&self) -> &[$crate::Misfit] {
                &self.misfits
            }

            /// Forgets what was left out, so that it is not written either.
            pub fn clear_misfits(&mut self) {
                self.misfits = alloc::boxed::Box::default();
            }
        }

        /// Two events are equal if they tell the same, whichever way they came.
        impl PartialEq for Event {
            fn eq(&self, other: &Self) -> bool {
                $(self.$id == other.$id &&)?
                $(self.$field == other.$field &&)*
                self.data == other.data && self.misfits == other.misfits
            }
        }

        impl Eq for Event {}

        impl From<$crate::Stored<Self>> for Event {
            fn from(stored: $crate::Stored<Self>) -> Self {
                stored.into_inner()
            }
        }

        #[cfg(any(feature = "axum", feature = "actix-web"))]
        impl $crate::extract::FromDelivery for Event {
            type Provider = $provider;

            fn from_delivery(
                delivery: &$crate::Signed<$provider>,
            ) -> Result<Self, $crate::DecodeError> {
                // What the handler is refused for is told with the refusal.
                delivery.decode()
            }
        }

        #[allow(
            dead_code, unused_imports, unused_mut, unused_variables,
            reason = "there may be nothing around the data"
        )]
        const _: () = {
            use alloc::{boxed::Box, string::String, vec::Vec};

            use serde::{Deserialize, Serialize, Serializer, de::MapAccess, ser::SerializeMap};
            use serde_json::value::RawValue;

            use $crate::{
                DecodeError, EventMismatch, Misfit,
                event::{
                    self, Field, Found, Parts, Place, RawJson, json::{self, Lossy, Text}, macros::name, once, set,
                    with_misfits, write_field,
                },
            };

            #[derive(Default)]
            pub(crate) struct Head {
                $($id: Option<String>,)?
                $($field: Option<$type>,)*
                is_object: Option<bool>,
            }

            impl event::Head for Head {
                const NAME: &'static str = $name;

                #[inline]
                fn read<'a, A: MapAccess<'a>>(
                    &mut self,
                    field: &str,
                    map: &mut A,
                ) -> Result<bool, A::Error> {
                    match field {
                        $(stringify!($id) => once::<$provider, _, _>(map, stringify!($id), &mut self.$id)?,)?
                        $(
                            name!($field $($wire)?) => {
                                once::<$provider, _, _>(map, name!($field $($wire)?), &mut self.$field)?;
                            }
                        )*
                        "object" => {
                            let Text(object) = map.next_value()?;
                            set(&mut self.is_object, object == "event")?;
                        }
                        _ => return Ok(false),
                    }
                    Ok(true)
                }
            }

            pub(crate) struct Around {
                $($id: String,)?
                $($field: $type,)*
            }

            impl event::Around for Around {
                fn id(&self) -> &str {
                    let ids: &[&str] = &[$(&self.$id)?];
                    ids.first().copied().unwrap_or_default()
                }
            }

            impl event::Event for Event {
                type Row = Known;
                type Head = Head;
                type Around = Around;

                #[inline]
                fn from_head(head: Head, data: EventData) -> Option<Self> {
                    Some(Self {
                        $($id: head.$id?,)?
                        $($field: head.$field.or(<$type as Field<$provider>>::ABSENT)?,)*
                        data,
                        is_object: head.is_object == Some(true),
                        misfits: Box::default(),
                    })
                }

                fn parts<'a, T: Deserialize<'a>>(
                    text: &'a str,
                ) -> Result<Parts<'a, Around, T>, DecodeError> {
                    let names = [$(stringify!($id),)? $name, $(name!($field $($wire)?),)* "object"];
                    let ([$($id,)? name, $($field,)* object], data) = json::fields(text, names, "data")?;
                    $(let Lossy($id) = json::required(stringify!($id), $id)?;)?
                    let Lossy(name) = json::required($name, name)?;
                    let contexts: &[Option<&RawValue>] = &[$(json::raw($context))?];
                    let context = contexts.first().copied().flatten();
                    let ids: &[&str] = &[$(&*$id)?];
                    let id = ids.first().copied().unwrap_or_default();
                    let mut place = Place::default();
                    $(
                        let $field = Found::from($field)
                            .salvage::<$provider, $type>(name!($field $($wire)?), &mut place)
                            .map_err(|fault| EventMismatch::new(&name, id, &place.path(), fault))?;
                    )*
                    Ok(Parts {
                        name,
                        around: Around {
                            $($id: $id.into_owned(),)?
                            $($field,)*
                        },
                        context,
                        is_object: json::is_event(object),
                        place,
                        data,
                    })
                }

                fn new(around: Around, data: EventData, is_object: bool, misfits: Box<[Misfit]>) -> Self {
                    Self {
                        $($id: around.$id,)?
                        $($field: around.$field,)*
                        data,
                        is_object,
                        misfits,
                    }
                }
            }

            impl Event {
                /// The context of an unknown event, unless somebody has changed it since.
                fn context_as_it_came(&self) -> Option<(&'static str, &RawJson)> {
                    let EventData::Unknown(event) = &self.data else {
                        return None;
                    };
                    let context = event.context()?;
                    $(
                        let read = Found::Once(context.as_raw_value())
                            .salvage::<$provider, _>(stringify!($context), &mut Place::default());
                        if read.as_ref() == Ok(&self.$context) {
                            return Some((stringify!($context), context));
                        }
                    )?
                    None
                }
            }

            impl Serialize for Event {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let context = self.context_as_it_came();
                    let fields = Fields { event: self, context };
                    let is_written = |misfit: &Misfit| context.is_some_and(|(field, _)| misfit.is_in(field));
                    if self.misfits.iter().all(is_written) {
                        return fields.serialize(serializer);
                    }
                    let others = self.misfits.iter().filter(|misfit| !is_written(misfit));
                    with_misfits(&fields, &others.cloned().collect::<Vec<_>>(), serializer)
                }
            }

            /// What an event writes, but for its misfits.
            struct Fields<'a> {
                event: &'a Event,
                /// The context as it came, if it is still that.
                context: Option<(&'static str, &'a RawJson)>,
            }

            impl Serialize for Fields<'_> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let event = self.event;
                    let mut map = serializer.serialize_map(None)?;
                    if event.is_object {
                        map.serialize_entry("object", "event")?;
                    }
                    $(map.serialize_entry(stringify!($id), &event.$id)?;)?
                    map.serialize_entry($name, event.data.name())?;
                    $(
                        match self.context {
                            Some((name!($field $($wire)?), context)) => {
                                map.serialize_entry(name!($field $($wire)?), context)?;
                            }
                            _ => write_field::<$provider, _, _>(&mut map, name!($field $($wire)?), &event.$field)?,
                        }
                    )*
                    map.serialize_entry("data", &event.data)?;
                    map.end()
                }
            }
        };
    };
}

pub(crate) use event;
