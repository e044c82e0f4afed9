//! What a provider is to the core: a name, a scheme, a tolerance and the kind of its secret. Data, and nothing else.

use crate::{Keys, Scheme, Tolerance};

/// A provider of webhooks. The module of each has a type for it; one of your own is these lines. An unsound scheme is an
/// error of the compiler where a verifier or signer is made, which `cargo build` tells of and `cargo check` does not.
///
/// ```
/// use std::time::Duration;
///
/// use countersign::{Provider, Scheme, Secret, Timestamped, Tolerance, Verifier};
///
/// enum Acme {}
///
/// impl Provider for Acme {
///     const NAME: &'static str = "acme";
///     const SCHEME: Scheme = Scheme::keyed("acme-signature", "t", "v1");
///     const TOLERANCE: Tolerance = Tolerance::new(Duration::from_secs(60));
///     type Secret = Secret;
/// }
/// impl Timestamped for Acme {}
///
/// let verifier = Verifier::<Acme>::new(Secret::new("a secret")?);
/// # Ok::<(), countersign::SecretError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a provider of webhooks",
    label = "not a provider",
    note = "name the provider and not its event, as in `Signed<WorkOs>` or `Verifier<WorkOs>`; the event belongs in `Webhook`",
    note = "a provider of your own is a type that implements `Provider`"
)]
pub trait Provider: 'static {
    /// Name of the provider in lower case, such as `workos`, for logs, metrics and keys of deduplication.
    const NAME: &'static str;
    /// How it signs.
    const SCHEME: Scheme;
    /// How far the time of signing may lie from now unless the user says otherwise: [`Tolerance::DEFAULT`], if the provider
    /// does not say. Without meaning where the scheme has no time.
    const TOLERANCE: Tolerance = Tolerance::DEFAULT;
    /// Which member of a JSON body names the event, if the scheme signs no id in a header: a text that stays the same when
    /// the event is delivered again, such as `"id"`. It is what a key of deduplication is made of, by the feature `inbox`;
    /// without it, that is a hash of the body.
    const EVENT_ID: Option<&'static str> = None;
    /// What its secret looks like: [`Secret`](crate::Secret), whose text is the key, or
    /// [`StandardSecret`](crate::StandardSecret), which is decoded.
    type Secret: Into<Keys>;
}

/// A provider that signs the time: how old a delivery is can be told, and it has a tolerance.
///
/// Without it, the time of a scheme that has one is looked at all the same, but `verify_at`, `with_tolerance` and `signed_at`
/// are missing. And the scheme has to have a time. Otherwise nothing that needs the trait compiles:
///
/// ```compile_fail,E0080
/// # use countersign::{Provider, Scheme, Secret, Timestamped, Verifier};
/// enum Untimed {}
///
/// impl Provider for Untimed {
///     const NAME: &'static str = "untimed";
///     const SCHEME: Scheme = Scheme::prefixed("x-signature", "sha256=");
///     type Secret = Secret;
/// }
/// impl Timestamped for Untimed {}
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = Verifier::<Untimed>::new(Secret::new("a secret")?);
/// verifier.verify_at("sha256=..", b"body", time::OffsetDateTime::UNIX_EPOCH)?;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the provider `{Self}` does not sign the time",
    label = "its provider does not sign the time",
    note = "so how old a delivery is cannot be told"
)]
pub trait Timestamped: Provider {}

/// A provider that signs an id of the delivery, which stays the same when it is delivered again.
///
/// The scheme has to have an id. Otherwise nothing that needs the trait compiles:
///
/// ```compile_fail,E0080
/// # use countersign::{Identified, Provider, Scheme, Secret, Verifier};
/// enum Nameless {}
///
/// impl Provider for Nameless {
///     const NAME: &'static str = "nameless";
///     const SCHEME: Scheme = Scheme::prefixed("x-signature", "sha256=");
///     type Secret = Secret;
/// }
/// impl Identified for Nameless {}
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = Verifier::<Nameless>::new(Secret::new("a secret")?);
/// let delivery = verifier.verify("sha256=..", b"body")?;
/// assert_eq!(delivery.id(), "");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the provider `{Self}` does not sign an id of the delivery",
    label = "its provider does not sign an id",
    note = "an id in a header that is not signed could be anybody's"
)]
pub trait Identified: Provider {}
