//! How a field of a provider's object is read and written.
//!
//! There are two ways of reading, see `read.rs`. The fast one is `serde`'s, and gives up at whatever is unusual. The other
//! one has the text of a field before it reads it, so it can tell null from a wrong type, say where it is, and leave out
//! what does not fit.

use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, string::String, vec, vec::Vec};
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::{Number, value::RawValue};

use super::{
    Place, RawJson,
    json::{self, Entries},
};
use crate::Fault;

/// What stands in a field of an object, or in an item of a list, of the provider `P`.
///
/// Providers write some things, such as a time, in forms of their own; most they write alike.
pub(crate) trait Field<P>: Sized {
    /// What a field is that is absent or null. If it is nothing, the field is required.
    const ABSENT: Option<Self> = None;

    /// The fast way: any error means that there is something unusual.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The other way: what can be left out is, and an error means that something is missing that cannot.
    fn salvage(json: &RawValue, _: &mut Place) -> Result<Self, Fault> {
        Self::read(&mut serde_json::Deserializer::from_str(json.get()))
            .map_err(|_| Fault::Unexpected)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Whether the JSON says that there is no value.
    fn is_null(json: &str) -> bool {
        json == "null"
    }

    /// Whether there is nothing to write.
    fn is_absent(&self) -> bool {
        false
    }
}

/// An object of the provider `P`, which may be in a field too.
pub(crate) trait Object<P>: Field<P> {
    /// Reads it as [`Field::salvage`] does.
    fn assemble(entries: Entries<'_>, place: &mut Place) -> Result<Self, Fault>;
}

/// A field, where `serde` asks for a type of its own.
pub(crate) struct Wire<P, T>(pub(crate) T, PhantomData<fn() -> P>);

impl<'de, P, T: Field<P>> Deserialize<'de> for Wire<P, T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(|value| Self(value, PhantomData))
    }
}

impl<P, T: Field<P>> Serialize for Wire<P, &T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Reads a field the fast way. One that occurs twice is unusual.
#[inline]
pub(crate) fn once<'de, P, T: Field<P>, A: MapAccess<'de>>(
    map: &mut A,
    name: &'static str,
    slot: &mut Option<T>,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(de::Error::duplicate_field(name));
    }
    let Wire(value, _) = map.next_value::<Wire<P, T>>()?;
    *slot = Some(value);
    Ok(())
}

/// What a field is after all of the object has been read the fast way.
#[inline]
pub(crate) fn present<P, T: Field<P>, E: de::Error>(
    name: &'static str,
    slot: Option<T>,
) -> Result<T, E> {
    slot.or(T::ABSENT)
        .ok_or_else(|| de::Error::missing_field(name))
}

/// Reads as the other way does, but an error is whatever it would leave out.
pub(crate) fn whole<'de, P, T: Field<P>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let json = RawJson::deserialize(deserializer)?;
    let mut place = Place::default();
    let error = |path: &str, fault| match path {
        "" => de::Error::custom(fault),
        path => de::Error::custom(format_args!("`{path}` {fault}")),
    };
    match (T::salvage(json.as_raw_value(), &mut place), place.misfits()) {
        (Ok(value), []) => Ok(value),
        (Ok(_), [misfit, ..]) => Err(error(misfit.path(), misfit.fault())),
        (Err(fault), _) => Err(error(&place.path(), fault)),
    }
}

/// Writes a field, unless there is nothing to write.
pub(crate) fn write_field<P, T: Field<P>, M: SerializeMap>(
    map: &mut M,
    name: &'static str,
    field: &T,
) -> Result<(), M::Error> {
    if field.is_absent() {
        return Ok(());
    }
    map.serialize_entry(name, &Wire(field, PhantomData))
}

/// What stands in a field of an object, to be read the other way.
#[derive(Default)]
pub(crate) enum Found<'a> {
    #[default]
    Nothing,
    Once(&'a RawValue),
    Again(Vec<&'a RawValue>),
}

impl<'a> From<Option<&'a RawValue>> for Found<'a> {
    fn from(json: Option<&'a RawValue>) -> Self {
        json.map_or(Self::Nothing, Self::Once)
    }
}

impl<'a> Found<'a> {
    pub(crate) fn add(&mut self, json: &'a RawValue) {
        *self = match core::mem::take(self) {
            Self::Nothing => Self::Once(json),
            Self::Once(first) => Self::Again(vec![first, json]),
            Self::Again(mut values) => {
                values.push(json);
                Self::Again(values)
            }
        };
    }

    /// Reads it, as [`Field::salvage`] does.
    pub(crate) fn salvage<P, T: Field<P>>(
        self,
        name: &'static str,
        place: &mut Place,
    ) -> Result<T, Fault> {
        place.at_name(name, |place| match self {
            Self::Nothing => T::ABSENT.ok_or(Fault::Missing),
            Self::Once(json) if T::is_null(json.get()) => T::ABSENT.ok_or(Fault::Missing),
            Self::Once(json) => T::salvage(json, place),
            Self::Again(values) => {
                let absent = T::ABSENT.ok_or(Fault::Duplicate)?;
                place.leave_out_each(values);
                Ok(absent)
            }
        })
    }
}

/// A field that the event can do without.
impl<P, T: Field<P>> Field<P> for Option<T> {
    const ABSENT: Option<Self> = Some(None);

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Option::<Wire<P, T>>::deserialize(deserializer)?;
        Ok(wire.map(|Wire(value, _)| value))
    }

    fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
        Ok(place.or_misfit(json, |place| T::salvage(json, place)))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref()
            .map(|value| Wire(value, PhantomData::<fn() -> P>))
            .serialize(serializer)
    }

    fn is_null(json: &str) -> bool {
        T::is_null(json)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<P, T: Field<P>> Field<P> for Box<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self::new)
    }

    fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
        T::salvage(json, place).map(Self::new)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).write(serializer)
    }
}

impl<P, T: Object<P>> Object<P> for Box<T> {
    fn assemble(entries: Entries<'_>, place: &mut Place) -> Result<Self, Fault> {
        T::assemble(entries, place).map(Self::new)
    }
}

impl<P, T: Field<P>> Field<P> for Vec<T> {
    /// With room for one at first: most lists of large items have no more.
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<P, T>(PhantomData<fn() -> (P, T)>);

        impl<'de, P, T: Field<P>> Visitor<'de> for ListVisitor<P, T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            #[inline]
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(Wire(value, _)) = items.next_element::<Wire<P, T>>()? {
                    if values.is_empty() {
                        values.reserve_exact(1);
                    }
                    values.push(value);
                }
                Ok(values)
            }
        }

        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }

    fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
        let items = json::items(json).ok_or(Fault::Unexpected)?;
        let before = place.misfits().len();
        let mut values = Self::new();
        for (index, json) in items.into_iter().enumerate() {
            let value = place.at_index(index, |place| {
                Ok(place.or_misfit(json, |place| T::salvage(json, place)))
            });
            values.extend(value?);
            place.few_since(before)?;
        }
        Ok(values)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.iter()
                .map(|value| Wire(value, PhantomData::<fn() -> P>)),
        )
    }
}

/// A map. Names that occur twice are unusual.
impl<P, T: Field<P>> Field<P> for BTreeMap<String, T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<P, T>(PhantomData<fn() -> (P, T)>);

        impl<'de, P, T: Field<P>> Visitor<'de> for MapVisitor<P, T> {
            type Value = BTreeMap<String, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            #[inline]
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some((name, Wire(value, _))) = map.next_entry::<_, Wire<P, T>>()? {
                    if entries.insert(name, value).is_some() {
                        return Err(de::Error::custom("an entry occurs more than once"));
                    }
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(MapVisitor(PhantomData))
    }

    /// An empty map of PHP is an empty array.
    fn salvage(json: &RawValue, place: &mut Place) -> Result<Self, Fault> {
        if json::items(json).is_some_and(|items| items.is_empty()) {
            return Ok(Self::new());
        }
        let mut entries = BTreeMap::<_, Vec<_>>::new();
        for (name, json) in json::entries(json).ok_or(Fault::Unexpected)?.0 {
            entries.entry(name.into_owned()).or_default().push(json);
        }
        let before = place.misfits().len();
        let mut values = Self::new();
        for (name, found) in entries {
            let value = place.at_name(name.clone(), |place| match *found.as_slice() {
                [json] => Ok(place.or_misfit(json, |place| T::salvage(json, place))),
                _ => {
                    place.leave_out_each(found);
                    Ok(None)
                }
            })?;
            values.extend(value.map(|value| (name, value)));
            place.few_since(before)?;
        }
        Ok(values)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.iter()
                .map(|(name, value)| (name, Wire(value, PhantomData::<fn() -> P>))),
        )
    }
}

impl<P> Field<P> for String {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn salvage(json: &RawValue, _: &mut Place) -> Result<Self, Fault> {
        json::string(json)
            .map(Cow::into_owned)
            .ok_or(Fault::Unexpected)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

macro_rules! as_serde_does {
    ($($type:ty),*) => {$(
        impl<P> Field<P> for $type {
            #[inline]
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

as_serde_does!(bool, i64, Number);
