//! The headers of a request, whatever holds them, to the values that a scheme asks for: one of each, and ASCII.

use alloc::vec::Vec;

use crate::{Scheme, VerifyError};

/// What holds the headers of a request.
///
/// Pairs of name and value do, in a slice, an array or a vector; with the feature `http` its `HeaderMap`, and with
/// `actix-web` that of actix-web. For another framework it is a few lines:
///
/// ```
/// use std::collections::BTreeMap;
///
/// use countersign::Headers;
///
/// struct MyHeaders(BTreeMap<String, Vec<String>>);
///
/// impl Headers for MyHeaders {
///     fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
///         let values = self.0.get(name).into_iter().flatten();
///         values.map(|value| value.as_bytes())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold the headers of a request",
    label = "not headers",
    note = "pass those of the whole request, such as `request.headers()`, or pairs of name and value",
    note = "the `HeaderMap` of the crate `http` needs the feature `http`; a type of your own has to implement `Headers`"
)]
pub trait Headers {
    /// All values of the header `name`, which is in lower case, while headers may be of any case: each header of the
    /// name by itself and as received, without the white space around it. To give only the first would hide that there
    /// are two.
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]>;

    /// The values of several headers. What holds pairs is gone through once for all of them, which takes a third of the time.
    #[doc(hidden)]
    #[inline(always)]
    fn find_each<'a, const N: usize>(&'a self, names: [&str; N]) -> [Found<'a>; N] {
        names.map(|name| {
            let mut found = Found::default();
            self.values(name).for_each(|value| found.add(value));
            found
        })
    }
}

/// The last value of a header, and whether it has more of them.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
#[expect(unnameable_types, reason = "nobody is to write `Headers::find_each`")]
pub struct Found<'a> {
    value: Option<&'a [u8]>,
    again: bool,
}

impl<'a> Found<'a> {
    #[inline(always)]
    fn add(&mut self, value: &'a [u8]) {
        self.again |= self.value.is_some();
        self.value = Some(value);
    }

    /// The one value that there is.
    #[inline(always)]
    fn only(self) -> Result<&'a [u8], Fault> {
        let value = self.value.ok_or(Fault::Missing)?;
        if self.again {
            return Err(Fault::Duplicate);
        }
        if !value.is_ascii() {
            return Err(Fault::NonAscii);
        }
        Ok(value)
    }
}

impl<H: Headers + ?Sized> Headers for &H {
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        H::values(self, name)
    }

    fn find_each<'a, const N: usize>(&'a self, names: [&str; N]) -> [Found<'a>; N] {
        H::find_each(self, names)
    }
}

impl<K: AsRef<[u8]>, V: AsRef<[u8]>> Headers for [(K, V)] {
    #[inline(always)]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(key, _)| is_named(key.as_ref(), name.as_bytes()))
            .map(|(_, value)| value.as_ref())
    }

    #[inline(always)]
    fn find_each<'a, const N: usize>(&'a self, names: [&str; N]) -> [Found<'a>; N] {
        let mut all = [Found::default(); N];
        for (key, value) in self {
            for (found, name) in all.iter_mut().zip(names) {
                if is_named(key.as_ref(), name.as_bytes()) {
                    found.add(value.as_ref());
                }
            }
        }
        all
    }
}

impl<K: AsRef<[u8]>, V: AsRef<[u8]>, const COUNT: usize> Headers for [(K, V); COUNT] {
    #[inline(always)]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.as_slice().values(name)
    }

    #[inline(always)]
    fn find_each<'a, const N: usize>(&'a self, names: [&str; N]) -> [Found<'a>; N] {
        self.as_slice().find_each(names)
    }
}

impl<K: AsRef<[u8]>, V: AsRef<[u8]>> Headers for Vec<(K, V)> {
    #[inline(always)]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.as_slice().values(name)
    }

    #[inline(always)]
    fn find_each<'a, const N: usize>(&'a self, names: [&str; N]) -> [Found<'a>; N] {
        self.as_slice().find_each(names)
    }
}

/// Names without regard to case. Those of one provider begin alike, so the last characters are looked at first.
#[inline(always)]
fn is_named(key: &[u8], name: &[u8]) -> bool {
    let ends_alike = match (key, name) {
        ([.., k], [.., n]) => k | CASE == n | CASE,
        _ => true,
    };
    key.len() == name.len() && ends_alike && (key == name || key.eq_ignore_ascii_case(name))
}

/// The bit in which the cases of a letter differ.
const CASE: u8 = 0x20;

/// The values of a scheme's headers. What the scheme does not have is empty.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) signature: &'a [u8],
    pub(crate) timestamp: &'a [u8],
    pub(crate) id: &'a [u8],
}

impl<'a> Values<'a> {
    /// For a scheme of one header, its value.
    #[inline]
    pub(crate) fn one(signature: &'a [u8]) -> Self {
        Self {
            signature,
            timestamp: &[],
            id: &[],
        }
    }

    #[inline(always)]
    pub(crate) fn of<H: Headers + ?Sized>(
        scheme: &Scheme,
        headers: &'a H,
    ) -> Result<Self, VerifyError> {
        let named = (scheme.header, scheme.timestamp_header, scheme.id_header);
        let values = match (Self::named(named, headers), scheme.other_names) {
            (Err(Fault::Missing), Some(names)) => {
                let named = (names.signature, Some(names.timestamp), Some(names.id));
                Self::named(named, headers)
            }
            (values, _) => values,
        };
        values.map_err(|fault| match fault {
            Fault::Missing => VerifyError::MissingHeader,
            Fault::Duplicate => VerifyError::DuplicateHeader,
            Fault::NonAscii => VerifyError::NonAsciiHeader,
        })
    }

    /// The values of the headers of these names.
    #[inline(always)]
    fn named<H: Headers + ?Sized>(
        (signature, timestamp, id): (&str, Option<&str>, Option<&str>),
        headers: &'a H,
    ) -> Result<Self, Fault> {
        let none = Ok([].as_slice());
        let (signature, timestamp, id) = match (timestamp, id) {
            (Some(timestamp), Some(id)) => {
                let found = headers.find_each([signature, timestamp, id]);
                let [signature, timestamp, id] = found.map(Found::only);
                (signature, timestamp, id)
            }
            (Some(timestamp), None) => {
                let [signature, timestamp] =
                    headers.find_each([signature, timestamp]).map(Found::only);
                (signature, timestamp, none)
            }
            (None, Some(id)) => {
                let [signature, id] = headers.find_each([signature, id]).map(Found::only);
                (signature, none, id)
            }
            (None, None) => {
                let [signature] = headers.find_each([signature]).map(Found::only);
                (signature, none, none)
            }
        };
        if let (Ok(signature), Ok(timestamp), Ok(id)) = (signature, timestamp, id) {
            return Ok(Self {
                signature,
                timestamp,
                id,
            });
        }
        let faults = [signature.err(), timestamp.err(), id.err()];
        Err(faults.into_iter().flatten().min().unwrap_or(Fault::Missing))
    }
}

/// What is wrong with a header, in the order of the checks: the first of all headers' faults decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Missing,
    Duplicate,
    NonAscii,
}
