//! What of an event did not fit, and where it stood.

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
use core::fmt::{self, Write as _};

use serde_json::value::RawValue;

use super::RawJson;
use crate::Fault;

/// A part of an event that does not fit and that nothing else depends on, so it was left out.
///
/// It is an optional field, which is `None` then, an item of a list, an entry of a map, or all of the context; or
/// a whole list or map that would have more than 1000.
///
/// `Debug` prints the path, which can hold a key of a map such as `metadata`, and the fault.
#[derive(Clone, PartialEq, Eq)]
pub struct Misfit {
    pub(super) place: Box<[Segment]>,
    path: Box<str>,
    fault: Fault,
    json: RawJson,
}

impl Misfit {
    /// Where in the event it stands, such as `data.emails[1].primary`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it: [`Fault::Unexpected`], or [`Fault::Duplicate`] for each of several fields or entries of
    /// one name.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// Its JSON, as it stands in the body.
    #[must_use]
    pub fn json(&self) -> &RawJson {
        &self.json
    }

    /// Whether it stands in this field of the event.
    pub(crate) fn is_in(&self, field: &str) -> bool {
        matches!(self.place.first(), Some(Segment::Name(name)) if name == field)
    }
}

impl fmt::Debug for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Misfit")
            .field("path", &self.path)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// One step into JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Name(Cow<'static, str>),
    Index(usize),
}

/// Where in an event its reader is, and what it has left out so far.
#[derive(Debug, Default)]
pub(crate) struct Place {
    segments: Vec<Segment>,
    misfits: Vec<Misfit>,
}

impl Place {
    /// Reads what stands at a name. If that fails, the place stays where it failed.
    pub(crate) fn at_name<T>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.at(Segment::Name(name.into()), read)
    }

    /// Reads an item of an array, as [`at_name`](Self::at_name).
    pub(crate) fn at_index<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.at(Segment::Index(index), read)
    }

    fn at<T>(
        &mut self,
        segment: Segment,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.segments.push(segment);
        let value = read(self)?;
        self.segments.pop();
        Ok(value)
    }

    /// Reads what the event can do without: if it does not fit, it is left out, and listed as a whole.
    pub(crate) fn or_misfit<T>(
        &mut self,
        json: &RawValue,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Option<T> {
        let (depth, misfits) = (self.segments.len(), self.misfits.len());
        match read(self) {
            Ok(value) => Some(value),
            Err(_) => {
                self.segments.truncate(depth);
                self.misfits.truncate(misfits);
                self.leave_out(json, Fault::Unexpected);
                None
            }
        }
    }

    /// Leaves out several values of one name: readers could disagree about which of them counts.
    pub(crate) fn leave_out_each(&mut self, values: Vec<&RawValue>) {
        for json in values {
            self.leave_out(json, Fault::Duplicate);
        }
    }

    fn leave_out(&mut self, json: &RawValue, fault: Fault) {
        self.misfits.push(Misfit {
            place: self.segments.as_slice().into(),
            path: self.path().into(),
            fault,
            json: json.into(),
        });
    }

    /// Such as `data.emails[1].primary`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for segment in &self.segments {
            // Writing to a string does not fail.
            let _ = match segment {
                Segment::Name(name) if path.is_empty() => write!(path, "{name}"),
                Segment::Name(name) if is_plain(name) => write!(path, ".{name}"),
                Segment::Name(name) => write!(path, "[{name:?}]"),
                Segment::Index(index) => write!(path, "[{index}]"),
            };
        }
        path
    }

    pub(crate) fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }

    /// Whether a list or a map that began after `before` misfits has few of them, so that none takes much more memory
    /// than its text.
    pub(crate) fn few_since(&self, before: usize) -> Result<(), Fault> {
        match self.misfits.len().saturating_sub(before) {
            0..=FEW => Ok(()),
            _ => Err(Fault::Unexpected),
        }
    }

    /// These misfits, and after them the others.
    pub(crate) fn into_misfits_with(mut self, others: Self) -> Box<[Misfit]> {
        self.misfits.extend(others.misfits);
        self.misfits.into()
    }
}

/// How many misfits a list or a map may have.
const FEW: usize = 1000;

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !name.is_empty() && name.bytes().all(plain)
}
