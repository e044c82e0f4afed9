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
pub trait Headers {
    /// All values of the header `name`, which is in lower case, while headers may be of any case: each header of the
    /// name by itself and as received, without the white space around it. To give only the first would hide that there
    /// are two.
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]>;
}

impl<H: Headers + ?Sized> Headers for &H {
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        H::values(self, name)
    }
}

impl<K: AsRef<[u8]>, V: AsRef<[u8]>> Headers for [(K, V)] {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(key, _)| is_named(key.as_ref(), name.as_bytes()))
            .map(|(_, value)| value.as_ref())
    }
}

impl<K: AsRef<[u8]>, V: AsRef<[u8]>, const N: usize> Headers for [(K, V); N] {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.as_slice().values(name)
    }
}

impl<K: AsRef<[u8]>, V: AsRef<[u8]>> Headers for Vec<(K, V)> {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.as_slice().values(name)
    }
}

/// Names without regard to case. Mostly they are written alike; those of one provider begin alike.
#[inline]
fn is_named(key: &[u8], name: &[u8]) -> bool {
    let ends_alike = match (key, name) {
        ([.., k], [.., n]) => k.eq_ignore_ascii_case(n),
        _ => true,
    };
    ends_alike && key.len() == name.len() && (key == name || key.eq_ignore_ascii_case(name))
}

#[cfg(feature = "http")]
impl Headers for http::HeaderMap {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).iter().map(http::HeaderValue::as_bytes)
    }
}

#[cfg(feature = "actix-web")]
impl Headers for actix_web::http::header::HeaderMap {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).map(|value| value.as_bytes())
    }
}

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

    #[inline]
    pub(crate) fn of<H: Headers + ?Sized>(
        scheme: &Scheme,
        headers: &'a H,
    ) -> Result<Self, VerifyError> {
        let named = (scheme.header, scheme.timestamp_header, scheme.id_header);
        let fault = match Self::named(named, headers) {
            Ok(values) => return Ok(values),
            Err(fault) => match (fault, scheme.other_names) {
                (Fault::Missing, Some(names)) => {
                    let named = (names.signature, Some(names.timestamp), Some(names.id));
                    match Self::named(named, headers) {
                        Ok(values) => return Ok(values),
                        Err(fault) => fault,
                    }
                }
                _ => fault,
            },
        };
        Err(match fault {
            Fault::Missing => VerifyError::MissingHeader,
            Fault::Duplicate => VerifyError::DuplicateHeader,
            Fault::NonAscii => VerifyError::NonAsciiHeader,
        })
    }

    /// The values of the headers of these names.
    #[inline]
    fn named<H: Headers + ?Sized>(
        (signature, timestamp, id): (&str, Option<&str>, Option<&str>),
        headers: &'a H,
    ) -> Result<Self, Fault> {
        let optional = |name| match name {
            Some(name) => only(headers.values(name)),
            None => Ok([].as_slice()),
        };
        let signature = only(headers.values(signature));
        let timestamp = optional(timestamp);
        let id = optional(id);
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

/// The one value that there is.
#[inline]
fn only<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Result<&'a [u8], Fault> {
    let value = values.next().ok_or(Fault::Missing)?;
    if values.next().is_some() {
        return Err(Fault::Duplicate);
    }
    if !value.is_ascii() {
        return Err(Fault::NonAscii);
    }
    Ok(value)
}
