//! What a provider is to the core: the few constants in which providers of this layout differ.

use crate::Tolerance;

/// A provider whose deliveries carry a header of comma-separated `key=value` components, among them
/// the time of signing in Unix milliseconds and one or more HMAC-SHA256 signatures in hex.
///
/// The trait is sealed; the module of each provider has a type that implements it.
pub trait Provider: sealed::Sealed {
    /// Name of the HTTP header that carries the signature, in lower case as HTTP/2 has it.
    const SIGNATURE_HEADER: &'static str;
    /// Key of the component that holds the time of signing.
    const TIMESTAMP_KEY: &'static str;
    /// Key of the components that hold the signatures.
    const SIGNATURE_KEY: &'static str;
    /// How far the time of signing may lie from now unless the user says otherwise.
    const TOLERANCE: Tolerance;
}

pub(crate) mod sealed {
    #[expect(
        unnameable_types,
        reason = "a trait that cannot be named cannot be implemented"
    )]
    pub trait Sealed {}
}
