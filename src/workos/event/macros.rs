//! What the tables of this module turn into.

/// Turns the table of events into `EventData`. A row `"user.created" => UserCreated(User),` becomes
///
/// - the variant `EventData::UserCreated(User)`, documented by the name and by how the event arrives,
/// - an entry of `EventData::NAMES`, an arm of `EventData::name` and an arm of its `Serialize`,
/// - a variant of the private `Known`, by which the data is read.
///
/// A row of an event that webhooks do not carry ends in `[events api]`.
macro_rules! events {
    ($($name:literal => $variant:ident($data:ty) $([$only:ident api])?,)*) => {
        /// What happened, and the object that it happened to: one variant for each event name.
        ///
        /// Each variant shows the name that the provider gives it, and how it arrives.
        ///
        /// ```
        /// use countersign::workos::EventData;
        ///
        /// fn handle(data: EventData) {
        ///     match data {
        ///         EventData::DsyncUserCreated(user) => println!("{}: {:?}", user.id, user.email),
        ///         EventData::UserDeleted(user) => println!("farewell, {}", user.email),
        ///         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
        ///         _ => {}
        ///     }
        /// }
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum EventData {
            $(
                #[doc = "`"]
                #[doc = $name]
                #[doc = "`"]
                ///
                #[doc = arrival!($($only)?)]
                $variant($data),
            )*
            /// An event whose name this version does not know.
            Unknown(UnknownEvent),
        }

        impl EventData {
            /// The names of all events that have a variant, sorted.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The provider's name for the event, such as `user.created`.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $name,)*
                    Self::Unknown(event) => event.name(),
                }
            }
        }

        impl serde::Serialize for EventData {
            /// Writes the data alone, as it stands in an event.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(data) => data.serialize(serializer),)*
                    Self::Unknown(event) => event.data().serialize(serializer),
                }
            }
        }

        /// A row of the table: which type the data is read as.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Known {
            $($variant,)*
        }

        impl Known {
            pub(super) fn by_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[inline]
            pub(super) fn read<'de, D: serde::Deserializer<'de>>(
                self,
                deserializer: D,
                trail: &mut Trail,
            ) -> Result<EventData, D::Error> {
                match self {
                    $(Self::$variant => Value::read(deserializer, trail).map(EventData::$variant),)*
                }
            }
        }
    };
}

macro_rules! arrival {
    () => {
        "By webhook, and from the Events API."
    };
    (events) => {
        "From the Events API only: webhooks do not carry it."
    };
}

/// Turns structs into the provider's objects: readable in any order of fields, unknown ones ignored, and
/// an `Option` that is `None` left out when written.
///
/// `= "type"` gives the name on the wire where Rust cannot spell it. `| "null"` stands by a text for which
/// the provider's schema allows the text `null` too, and means the value.
macro_rules! object {
    ($(
        $(#[$about:meta])*
        pub struct $object:ident {
            $(
                $(#[$field_about:meta])*
                pub $field:ident: $type:ty $(= $wire:literal)? $(| $null:literal)?,
            )*
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $object {
            $($(#[$field_about])* pub $field: $type,)*
        }

        const _: () = {
            use core::fmt;

            use serde::{
                Deserialize, Deserializer, Serialize, Serializer,
                de::{MapAccess, Visitor},
                ser::SerializeMap,
            };

            use $crate::{
                json::Text,
                workos::event::field::{Field, Fields, Trail, Value},
            };

            struct ObjectVisitor<'t>(&'t mut Trail);

            impl<'de> Visitor<'de> for ObjectVisitor<'_> {
                type Value = $object;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                #[inline]
                fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$object, A::Error> {
                    let mut fields = Fields::new(map, self.0);
                    $(let mut $field = None;)*
                    while let Some(Text(name)) = fields.next_name()? {
                        match &*name {
                            $(name!($field $($wire)?) => {
                                fields.read(name!($field $($wire)?), &mut $field)?;
                            })*
                            _ => fields.skip()?,
                        }
                    }
                    Ok($object {
                        $($field: value!(
                            fields.finish(name!($field $($wire)?), $field)? $(, $null)?
                        ),)*
                    })
                }
            }

            impl Value for $object {
                #[inline]
                fn read<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    trail: &mut Trail,
                ) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(ObjectVisitor(trail))
                }

                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $(self.$field.write_field(name!($field $($wire)?), &mut map)?;)*
                    map.end()
                }
            }

            serde_as_field!($object);
        };
    )*};
}

/// The public side of a type that reads and writes itself as a field.
macro_rules! serde_as_field {
    ($type:ty) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut trail = Trail::default();
                Self::read(deserializer, &mut trail).map_err(|error| trail.explain(error))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.write(serializer)
            }
        }
    };
}

macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

macro_rules! value {
    ($value:expr) => {
        $value
    };
    ($text:expr, $null:literal) => {
        Option::filter($text, |text: &String| text != $null)
    };
}

/// Turns rows `"draft" => Draft,` into an enum of texts that keeps a text it does not know.
macro_rules! open_enum {
    ($(
        $(#[$about:meta])*
        pub enum $name:ident {
            $($text:literal => $variant:ident,)*
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = "`"]
                #[doc = $text]
                #[doc = "`"]
                $variant,
            )*
            /// A value that this version does not know.
            Unknown($crate::workos::event::UnknownValue),
        }

        impl $name {
            /// The provider's text for the value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        const _: () = {
            use core::fmt;

            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            use $crate::{
                json::Text,
                workos::event::{
                    UnknownValue,
                    field::{Trail, Value},
                },
            };

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(self.as_str())
                }
            }

            impl Value for $name {
                #[inline]
                fn read<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    _: &mut Trail,
                ) -> Result<Self, D::Error> {
                    let Text(text) = Text::deserialize(deserializer)?;
                    Ok(match &*text {
                        $($text => Self::$variant,)*
                        _ => Self::Unknown(UnknownValue::new(text)),
                    })
                }

                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            serde_as_field!($name);
        };
    )*};
}

/// Turns rows `"user" => User(ApiKeyOwnerUser),` into an enum of objects, told apart by the text of one
/// of their fields. An object with another text there is kept as it is.
macro_rules! union {
    (
        $(#[$about:meta])*
        pub enum $name:ident by $tag:literal {
            $($text:literal => $variant:ident($object:ty),)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = "`"]
                #[doc = $text]
                #[doc = "`"]
                $variant($object),
            )*
            /// An object of a kind that this version does not know.
            Unknown($crate::workos::event::UnknownObject),
        }

        const _: () = {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

            use $crate::workos::event::{
                RawJson, UnknownObject,
                field::{Trail, Value, tag},
            };

            impl Value for $name {
                #[inline]
                fn read<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    trail: &mut Trail,
                ) -> Result<Self, D::Error> {
                    let json = RawJson::read(deserializer, trail)?;
                    let kind = tag($tag, &json, trail).map_err(D::Error::custom)?;
                    match kind.as_str() {
                        $($text => {
                            let object = Value::read(&mut json.deserializer(), trail);
                            object.map(Self::$variant).map_err(D::Error::custom)
                        })*
                        _ => Ok(Self::Unknown(UnknownObject::new(kind, json))),
                    }
                }

                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        $(Self::$variant(object) => object.write(serializer),)*
                        Self::Unknown(object) => object.json().serialize(serializer),
                    }
                }
            }

            serde_as_field!($name);
        };
    };
}
