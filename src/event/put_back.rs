//! How what did not fit gets back to where it stood, when an event is written.

use alloc::{borrow::Cow, collections::BTreeMap, vec::Vec};
use core::mem;

use serde::{Serialize, Serializer, ser};
use serde_json::value::RawValue;

use super::{
    json::{self, Entries},
    misfit::{Misfit, Segment},
};

/// Writes what was read from an event, and the misfits back where they stood.
///
/// One within an object that is gone since is gone with it, and one whose field has got a value since makes way for that.
/// The place of an item is its index, whatever has become of the list.
pub(crate) fn with_misfits<S: Serializer>(
    written: &impl Serialize,
    misfits: &[Misfit],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let json = serde_json::value::to_raw_value(written).map_err(ser::Error::custom)?;
    let mut root = Node::Leaf(&json);
    root.put_back(misfits, 0);
    root.serialize(serializer)
}

/// JSON, taken apart no further than is needed.
enum Node<'a> {
    Object(Vec<(Cow<'a, str>, Self)>),
    Array(Vec<Self>),
    Leaf(&'a RawValue),
}

impl<'a> Node<'a> {
    /// Puts back the misfits within this, of which the first `depth` steps are the way here. They are in the order in
    /// which they were read, so those of one place stand together, and an array's go upwards.
    fn put_back(&mut self, misfits: &'a [Misfit], depth: usize) {
        self.take_apart();
        let deeper = depth.saturating_add(1);
        let groups = misfits
            .chunk_by(|a, b| a.place.get(depth) == b.place.get(depth))
            .filter_map(|group| {
                let first = group.first()?;
                Some((first.place.get(depth)?, first.place.len() == deeper, group))
            });
        let leaves = |group: &'a [Misfit]| {
            let json = group.iter().map(|misfit| misfit.json().as_raw_value());
            json.map(Self::Leaf)
        };
        match self {
            Self::Object(entries) => {
                let names = entries.iter().map(|(name, _)| name.clone());
                let places: BTreeMap<Cow<'_, str>, usize> = names.zip(0..).collect();
                for (segment, is_here, group) in groups {
                    let Segment::Name(name) = segment else {
                        continue;
                    };
                    match places.get(name) {
                        None if is_here => {
                            entries.extend(leaves(group).map(|leaf| (name.clone(), leaf)));
                        }
                        // One that is here makes way: there is nothing deeper of it.
                        Some(place) => {
                            if let Some((_, node)) = entries.get_mut(*place) {
                                node.put_back(group, deeper);
                            }
                        }
                        None => {}
                    }
                }
            }
            Self::Array(items) => {
                let mut others = mem::take(items).into_iter();
                for (segment, is_here, group) in groups {
                    let Segment::Index(index) = segment else {
                        continue;
                    };
                    let before = index.saturating_sub(items.len());
                    items.extend(others.by_ref().take(before));
                    if is_here {
                        items.extend(leaves(group));
                    } else if let Some(mut item) = others.next() {
                        item.put_back(group, deeper);
                        items.push(item);
                    }
                }
                items.extend(others);
            }
            Self::Leaf(_) => {}
        }
    }

    fn take_apart(&mut self) {
        let Self::Leaf(json) = *self else {
            return;
        };
        if let Some(Entries(all)) = json::entries(json) {
            let all = all.into_iter().map(|(name, json)| (name, Self::Leaf(json)));
            *self = Self::Object(all.collect());
        } else if let Some(items) = json::items(json) {
            *self = Self::Array(items.into_iter().map(Self::Leaf).collect());
        }
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(entries) => {
                serializer.collect_map(entries.iter().map(|(name, node)| (name, node)))
            }
            Self::Array(items) => serializer.collect_seq(items),
            Self::Leaf(json) => json.serialize(serializer),
        }
    }
}
