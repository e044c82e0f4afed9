//! What a provider's tables turn into. Where it matters which provider it is, that comes first: a provider's module has
//! an `object!` and a `union!` of its own, which put it there.

/// Turns a provider's table of events into the enum of their data.
///
/// ```text
/// events! {
///     Acme, "../fixtures/";
///     /// What happened.
///     pub enum EventData {
///         "user.created" => UserCreated(User),
///     }
/// }
/// ```
///
/// becomes
///
/// - `enum EventData { UserCreated(User), Unknown(UnknownEvent) }`, each variant documented by its name,
///   `EventData::NAMES` and `EventData::name()`, `Serialize` and a `Debug` that prints the name,
/// - the private `enum Known { UserCreated }`, by which the data is read,
/// - with the feature `fixtures`, the private function that has the text of `../fixtures/user.created.json`. A name that
///   cannot be that of a file is followed by one that can: `"user:created" => UserCreated(User) in "user.created"`.
macro_rules! events {
    (
        $provider:ty, $fixtures:literal;
        $(#[$about:meta])*
        pub enum EventData {
            $($(#[$row_about:meta])* $name:literal => $variant:ident($data:ty) $(in $file:literal)?,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum EventData {
            $(
                #[doc = "`"]
                #[doc = $name]
                #[doc = "`"]
                ///
                $(#[$row_about])*
                $variant($data),
            )*
            /// An event whose name this version does not know.
            Unknown($crate::event::UnknownEvent),
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

        impl core::fmt::Debug for EventData {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct("EventData").field("event", &self.name()).finish_non_exhaustive()
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

        #[derive(Clone, Copy)]
        pub(crate) enum Known {
            $($variant,)*
        }

        impl $crate::event::Row for Known {
            type Data = EventData;

            fn by_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            fn unknown(event: $crate::event::UnknownEvent) -> EventData {
                EventData::Unknown(event)
            }

            #[inline]
            fn read<'de, D: serde::Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<EventData, D::Error> {
                match self {
                    $(Self::$variant => {
                        $crate::event::Field::<$provider>::read(deserializer).map(EventData::$variant)
                    })*
                }
            }

            fn assemble(
                self,
                entries: $crate::event::json::Entries<'_>,
                place: &mut $crate::event::Place,
            ) -> Result<EventData, $crate::Fault> {
                match self {
                    $(Self::$variant => {
                        $crate::event::Object::<$provider>::assemble(entries, place).map(EventData::$variant)
                    })*
                }
            }
        }

        #[cfg(feature = "fixtures")]
        pub(crate) fn fixture(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!(
                    $fixtures,
                    $crate::event::macros::file!($name $($file)?),
                    ".json"
                ))),)*
                _ => None,
            }
        }
    };
}

/// Turns structs into a provider's objects.
///
/// ```text
/// object! {
///     Acme;
///     /// A session.
///     pub struct Session {
///         /// Identifies it.
///         pub id: String,
///         /// What it is of.
///         pub r#type: Option<String> = "type",
///         /// Whose it is.
///         pub user_id: Option<String> | "null",
///     }
/// }
/// ```
///
/// becomes the same `#[non_exhaustive] pub struct Session`, with a `Field<Acme>` and from that a
/// `Deserialize` and a `Serialize`: the fields may come in any order, unknown ones are ignored, and an `Option` that
/// is `None` is not written. `= "type"` is the name on the wire where Rust cannot spell it; `| "null"` marks
/// a text that the provider also writes as `"null"` where there is none.
macro_rules! object {
    ($provider:ty; $(
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
                Deserializer, Serializer,
                de::{IgnoredAny, MapAccess, Visitor},
                ser::SerializeMap,
            };
            use serde_json::value::RawValue;

            use $crate::{
                Fault,
                event::{
                    Field, Found, Object, Place, json::{self, Entries, Text}, macros::{name, serde_as_field, value}, once,
                    present, whole, write_field,
                },
            };

            struct ObjectVisitor;

            impl<'de> Visitor<'de> for ObjectVisitor {
                type Value = $object;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                #[inline]
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$object, A::Error> {
                    $(let mut $field: Option<$type> = None;)*
                    while let Some(Text(name)) = map.next_key()? {
                        match &*name {
                            $(name!($field $($wire)?) => {
                                once::<$provider, _, _>(&mut map, name!($field $($wire)?), &mut $field)?;
                            })*
                            _ => {
                                map.next_value::<IgnoredAny>()?;
                            }
                        }
                    }
                    Ok($object {
                        $($field: value!(
                            present::<$provider, _, _>(name!($field $($wire)?), $field)? $(, $null)?
                        ),)*
                    })
                }
            }

            impl Field<$provider> for $object {
                #[inline]
                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(ObjectVisitor)
                }

                fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
                    Self::assemble(json::entries(json).ok_or(Fault::Unexpected)?, place)
                }

                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $(write_field::<$provider, _, _>(&mut map, name!($field $($wire)?), &self.$field)?;)*
                    map.end()
                }
            }

            impl Object<$provider> for $object {
                fn assemble(
                    Entries(entries): Entries<'_>,
                    place: &mut Place,
                ) -> Result<Self, Fault> {
                    $(let mut $field = Found::default();)*
                    for (name, json) in entries {
                        match &*name {
                            $(name!($field $($wire)?) => $field.add(json),)*
                            _ => {}
                        }
                    }
                    Ok(Self {
                        $($field: value!(
                            $field.salvage::<$provider, _>(name!($field $($wire)?), place)? $(, $null)?
                        ),)*
                    })
                }
            }

            serde_as_field!($provider, $object, whole::<$provider, _, _>);
        };
    )*};
}

/// Turns rows of texts into an enum that keeps a text it does not know.
///
/// ```text
/// open_enum! {
///     /// Where it stands.
///     pub enum State {
///         "draft" => Draft,
///     }
/// }
/// ```
///
/// becomes `enum State { Draft, Unknown(UnknownValue) }` with `as_str` and `Display`, a `Field` of any provider, and
/// from that `Deserialize` and `Serialize`.
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
            Unknown($crate::event::UnknownValue),
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

            fn from_text(text: alloc::borrow::Cow<'_, str>) -> Self {
                match &*text {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown($crate::event::UnknownValue::new(text)),
                }
            }
        }

        const _: () = {
            use core::fmt;

            use serde::{Deserialize, Deserializer, Serializer};
            use serde_json::value::RawValue;

            use $crate::{
                Fault,
                event::{Field, Place, json::{self, Text}, macros::serde_as_field},
            };

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(self.as_str())
                }
            }

            impl<P> Field<P> for $name {
                #[inline]
                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Text::deserialize(deserializer).map(|Text(text)| Self::from_text(text))
                }

                fn salvage(json: &RawValue, _: &mut Place) -> Result<Self, Fault> {
                    json::string(json).map(Self::from_text).ok_or(Fault::Unexpected)
                }

                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            serde_as_field!((), $name, Field::<()>::read);
        };
    )*};
}

/// Turns rows of objects into an enum of them, told apart by the text of one of their fields.
///
/// ```text
/// union! {
///     Acme;
///     /// Who owns it.
///     pub enum Owner by "type" {
///         "user" => User(OwnerUser),
///     }
/// }
/// ```
///
/// becomes `enum Owner { User(OwnerUser), Unknown(UnknownObject) }`, with what `object!` gives to `OwnerUser`. An object
/// with another text in its `type` is kept as it is.
#[allow(unused_macros, reason = "not every provider has unions")]
macro_rules! union {
    (
        $provider:ty;
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
            Unknown($crate::event::UnknownObject),
        }

        const _: () = {
            use alloc::string::String;

            use serde::{Deserializer, Serialize, Serializer};
            use serde_json::value::RawValue;

            use $crate::{
                Fault,
                event::{Field, Found, Place, UnknownObject, json, macros::serde_as_field, whole},
            };

            impl Field<$provider> for $name {
                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    whole::<$provider, _, _>(deserializer)
                }

                fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
                    let mut kind = Found::default();
                    for (name, json) in json::entries(json).ok_or(Fault::Unexpected)?.0 {
                        if name == $tag {
                            kind.add(json);
                        }
                    }
                    let kind: String = kind.salvage::<$provider, _>($tag, place)?;
                    match kind.as_str() {
                        $($text => Field::<$provider>::salvage(json, place).map(Self::$variant),)*
                        _ => Ok(Self::Unknown(UnknownObject::new(kind, json.into()))),
                    }
                }

                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        $(Self::$variant(object) => object.write(serializer),)*
                        Self::Unknown(object) => object.json().serialize(serializer),
                    }
                }
            }

            serde_as_field!($provider, $name, whole::<$provider, _, _>);
        };
    };
}

/// The public side of a type that is a field: what `serde` has is what the provider writes. What does not fit is an error.
macro_rules! serde_as_field {
    ($provider:ty, $type:ty, $read:expr) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $read(deserializer)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Field::<$provider>::write(self, serializer)
            }
        }
    };
}

/// The name of a field on the wire: `name!(user_id)` is `"user_id"`, `name!(r#type "type")` is `"type"`.
macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

/// The name of an event's fixture.
#[cfg(feature = "fixtures")]
macro_rules! file {
    ($name:literal) => {
        $name
    };
    ($name:literal $file:literal) => {
        $file
    };
}

/// A text, unless it is one that means null: `value!(text, "null")`.
macro_rules! value {
    ($value:expr) => {
        $value
    };
    ($text:expr, $null:literal) => {
        Option::filter($text, |text: &alloc::string::String| text != $null)
    };
}

#[cfg(feature = "fixtures")]
pub(crate) use file;
#[allow(unused_imports, reason = "not every provider has unions")]
pub(crate) use {events, name, object, open_enum, serde_as_field, union, value};
