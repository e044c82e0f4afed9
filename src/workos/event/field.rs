//! How the fields of the provider's objects are read and written, and where reading failed.
//!
//! `serde`'s own traits stay the public side of every type. This one adds what they cannot say: that an
//! absent field and `null` are the same, that the provider's timestamps have several forms, and the path
//! to what did not fit, which costs nothing while everything fits.

use alloc::{boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use core::{
    fmt::{self, Write as _},
    marker::PhantomData,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::Number;
use time::OffsetDateTime;

use super::RawJson;
use crate::{error::Fault, json::Text, workos::timestamp};

/// What a field, or an item of an array, can hold.
pub(super) trait Value: Sized {
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Self, D::Error>;

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    #[inline]
    fn read_unless_null<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(UnlessNull(Seed::new(trail)))
    }
}

/// A field of an object: a [`Value`] that has to be there, or an `Option` of one.
pub(super) trait Field: Sized {
    /// What stands for a field that is absent or null, if anything does.
    const ABSENT: Option<Self>;

    /// `None` if there is a null and nothing stands for it.
    fn read_field<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Option<Self>, D::Error>;

    fn write_field<M: SerializeMap>(&self, name: &'static str, map: &mut M)
    -> Result<(), M::Error>;
}

impl<T: Value> Field for T {
    const ABSENT: Option<Self> = None;

    #[inline]
    fn read_field<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Option<Self>, D::Error> {
        T::read_unless_null(deserializer, trail)
    }

    fn write_field<M: SerializeMap>(
        &self,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &Written(self))
    }
}

impl<T: Value> Field for Option<T> {
    const ABSENT: Option<Self> = Some(None);

    #[inline]
    fn read_field<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Option<Self>, D::Error> {
        T::read_unless_null(deserializer, trail).map(Some)
    }

    fn write_field<M: SerializeMap>(
        &self,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match self {
            Some(value) => value.write_field(name, map),
            None => Ok(()),
        }
    }
}

/// The way from a value that did not fit out to the root.
#[derive(Debug, Default)]
pub(super) struct Trail {
    inner_to_outer: Vec<Segment>,
    fault: Fault,
}

#[derive(Debug)]
enum Segment {
    Field(&'static str),
    Key(String),
    Index(usize),
}

impl Trail {
    #[cold]
    fn push<E>(&mut self, segment: Segment, error: E) -> E {
        self.inner_to_outer.push(segment);
        error
    }

    #[cold]
    fn fail<E: de::Error>(&mut self, segment: Segment, fault: Fault) -> E {
        self.fault = fault;
        self.push(segment, E::custom(""))
    }

    pub(super) fn fault(&self) -> Fault {
        self.fault
    }

    /// The error of a value that is read by itself. One that is not ours stays as it is: it has a
    /// category, and a position.
    #[cold]
    pub(super) fn explain<E: de::Error>(&self, error: E) -> E {
        match (self.path("").strip_prefix('.'), self.fault) {
            (None, _) | (_, Fault::Unexpected) => error,
            // Ours has but a position to tell.
            (Some(path), fault) => E::custom(format_args!("`{path}` {fault}{error}")),
        }
    }

    /// The path from `root`, such as `data.emails[1].primary`.
    pub(super) fn path(&self, root: &str) -> String {
        let mut path = String::from(root);
        for segment in self.inner_to_outer.iter().rev() {
            // Writing to a string does not fail.
            let _ = match segment {
                Segment::Field(name) => write!(path, ".{name}"),
                Segment::Key(key) if is_plain(key) => write!(path, ".{key}"),
                Segment::Key(key) => write!(path, "[{key:?}]"),
                Segment::Index(index) => write!(path, "[{index}]"),
            };
        }
        path
    }
}

fn is_plain(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !key.is_empty() && key.bytes().all(plain)
}

/// The fields of an object on the wire, one after the other.
pub(super) struct Fields<'t, A> {
    map: A,
    trail: &'t mut Trail,
}

impl<'de, 't, A: MapAccess<'de>> Fields<'t, A> {
    #[inline]
    pub(super) fn new(map: A, trail: &'t mut Trail) -> Self {
        Self { map, trail }
    }

    #[inline]
    pub(super) fn next_name(&mut self) -> Result<Option<Text<'de>>, A::Error> {
        self.map.next_key()
    }

    #[inline]
    pub(super) fn read<T: Field>(
        &mut self,
        name: &'static str,
        slot: &mut Option<T>,
    ) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(self.trail.fail(Segment::Field(name), Fault::Duplicate));
        }
        match self.map.next_value_seed(FieldSeed::new(self.trail)) {
            Ok(Some(field)) => {
                *slot = Some(field);
                Ok(())
            }
            Ok(None) => Err(self.trail.fail(Segment::Field(name), Fault::Missing)),
            Err(error) => Err(self.trail.push(Segment::Field(name), error)),
        }
    }

    #[inline]
    pub(super) fn skip(&mut self) -> Result<(), A::Error> {
        self.map.next_value::<IgnoredAny>().map(|_| ())
    }

    #[inline]
    pub(super) fn finish<T: Field>(
        &mut self,
        name: &'static str,
        slot: Option<T>,
    ) -> Result<T, A::Error> {
        slot.or(T::ABSENT)
            .ok_or_else(|| self.trail.fail(Segment::Field(name), Fault::Missing))
    }
}

/// Reads a field where `serde` asks for a seed.
pub(super) struct FieldSeed<'t, T>(Seed<'t, T>);

impl<'t, T> FieldSeed<'t, T> {
    #[inline]
    pub(super) fn new(trail: &'t mut Trail) -> Self {
        Self(Seed::new(trail))
    }
}

impl<'de, T: Field> DeserializeSeed<'de> for FieldSeed<'_, T> {
    type Value = Option<T>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read_field(deserializer, self.0.trail)
    }
}

/// Reads a value where `serde` asks for a seed.
struct Seed<'t, T> {
    trail: &'t mut Trail,
    value: PhantomData<T>,
}

impl<'t, T> Seed<'t, T> {
    #[inline]
    fn new(trail: &'t mut Trail) -> Self {
        Self {
            trail,
            value: PhantomData,
        }
    }
}

impl<'de, T: Value> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer, self.trail)
    }
}

struct UnlessNull<'t, T>(Seed<'t, T>);

impl<'de, T: Value> Visitor<'de> for UnlessNull<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}

/// Writes a value where `serde` asks for something to serialize.
struct Written<'a, T>(&'a T);

impl<T: Value> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

macro_rules! as_serde_does {
    ($($type:ty),*) => {$(
        impl Value for $type {
            #[inline]
            fn read<'de, D: Deserializer<'de>>(
                deserializer: D,
                _: &mut Trail,
            ) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

as_serde_does!(String, bool, i64, Number);

impl Value for OffsetDateTime {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Self, D::Error> {
        Self::read_unless_null(deserializer, trail)?
            .ok_or_else(|| de::Error::custom("not a timestamp"))
    }

    /// The provider's schema has the text `null` too, for the value.
    #[inline]
    fn read_unless_null<'de, D: Deserializer<'de>>(
        deserializer: D,
        _: &mut Trail,
    ) -> Result<Option<Self>, D::Error> {
        match Option::deserialize(deserializer)? {
            Some(Text(text)) if text != "null" => match timestamp::parse(&text) {
                None => Err(de::Error::custom("not a timestamp")),
                timestamp => Ok(timestamp),
            },
            _ => Ok(None),
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        timestamp::serialize(*self, serializer)
    }
}

impl<T: Value> Value for Box<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Self, D::Error> {
        T::read(deserializer, trail).map(Self::new)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).write(serializer)
    }
}

impl<T: Value> Value for Vec<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Self, D::Error> {
        struct ItemsVisitor<'t, T>(&'t mut Trail, PhantomData<T>);

        impl<'de, T: Value> Visitor<'de> for ItemsVisitor<'_, T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            #[inline]
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let Self(trail, _) = self;
                let mut values = Vec::new();
                loop {
                    match items.next_element_seed(Seed::new(trail)) {
                        Ok(Some(value)) => values.push(value),
                        Ok(None) => return Ok(values),
                        Err(error) => return Err(trail.push(Segment::Index(values.len()), error)),
                    }
                }
            }
        }

        deserializer.deserialize_seq(ItemsVisitor(trail, PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.len()))?;
        for value in self {
            items.serialize_element(&Written(value))?;
        }
        items.end()
    }
}

impl Value for BTreeMap<String, String> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        trail: &mut Trail,
    ) -> Result<Self, D::Error> {
        struct EntriesVisitor<'t>(&'t mut Trail);

        impl<'de> Visitor<'de> for EntriesVisitor<'_> {
            type Value = BTreeMap<String, String>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            #[inline]
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some(key) = map.next_key()? {
                    if entries.contains_key(&key) {
                        return Err(self.0.fail(Segment::Key(key), Fault::Duplicate));
                    }
                    match map.next_value() {
                        Ok(value) => entries.insert(key, value),
                        Err(error) => return Err(self.0.push(Segment::Key(key), error)),
                    };
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(EntriesVisitor(trail))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// The text of the field `name` of an object.
pub(super) fn tag(
    name: &'static str,
    object: &RawJson,
    trail: &mut Trail,
) -> Result<String, serde_json::Error> {
    struct TagVisitor<'t>(&'static str, &'t mut Trail);

    impl<'de> Visitor<'de> for TagVisitor<'_> {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        #[inline]
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
            let Self(tag, trail) = self;
            let mut fields = Fields::new(map, trail);
            let mut text = None;
            while let Some(Text(name)) = fields.next_name()? {
                if name == tag {
                    fields.read(tag, &mut text)?;
                } else {
                    fields.skip()?;
                }
            }
            fields.finish(tag, text)
        }
    }

    let visitor = TagVisitor(name, trail);
    object.deserializer().deserialize_map(visitor)
}
