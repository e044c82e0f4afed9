//! What the integrations share: what a handler takes, and the steps of the way there that do not depend on
//! the framework. The order is body, header, verification, decoding. To look at the header first would save
//! nothing under attack, as anybody can write one, and a client whose body was not read may never see the answer.

pub use crate::{AnyProvider, Rejection, Signed, Undecoded};
use crate::{DecodeError, Provider, observe, unix_time::now};

/// The event of a delivery that has been verified, as an argument of a handler.
///
/// The request's body is read once, up to the limit, verified as it came in, and decoded. The
/// handler does not run unless all of that went well; otherwise the client is answered as
/// [`Rejection`] says.
///
/// `E` is a provider's event, such as `workos::Event`, and says who has to have
/// signed it.
///
/// `Debug` prints what that of `E` does: of a provider's event the name, the id and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a handler takes it apart where it names it"
)]
pub struct Webhook<E: FromDelivery>(pub E);

/// What can be decoded from a provider's verified delivery.
///
/// Providers' events are. A type of your own can be too, and then be taken by a handler in [`Webhook`]:
///
/// ```
/// # #[cfg(feature = "axum")]
/// use countersign::axum::FromDelivery;
/// # #[cfg(not(feature = "axum"))]
/// # use countersign::actix::FromDelivery;
/// use countersign::{DecodeError, Signed, workos::WorkOs};
///
/// struct EventName(String);
///
/// impl FromDelivery for EventName {
///     type Provider = WorkOs;
///
///     fn from_delivery(delivery: &Signed<WorkOs>) -> Result<Self, DecodeError> {
///         Ok(Self(delivery.envelope()?.event.into_owned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event that can be decoded from a delivery",
    label = "not an event",
    note = "name the event, as in `Webhook<workos::Event>`; the provider belongs in `Signed<WorkOs>`, the delivery as it came in",
    note = "a type of your own can be taken if it implements `FromDelivery`"
)]
pub trait FromDelivery: Sized {
    /// Whose deliveries these are.
    type Provider: Provider;

    /// Decodes it.
    ///
    /// # Errors
    ///
    /// Any [`DecodeError`], such as that of [`Delivery::json`](crate::Delivery::json). The client is then answered 500.
    fn from_delivery(delivery: &Signed<Self::Provider>) -> Result<Self, DecodeError>;
}

impl<E: FromDelivery> Webhook<E> {
    /// Decodes what `receive` of the framework's module has verified.
    ///
    /// # Errors
    ///
    /// [`Rejection::Decode`], with the delivery in it: it does not decode into an `E`. The operator is told of that too.
    pub fn decode(signed: Signed<E::Provider>) -> Result<Self, Rejection> {
        Self::of(signed, |_accepted_before| ())
    }

    /// Decodes it, and tells the operator once of all.
    pub(crate) fn receive(
        signed: Result<Signed<E::Provider>, Rejection>,
    ) -> Result<Self, Rejection> {
        match signed {
            Ok(signed) => Self::of(signed, |signed| observe::delivery(Ok(signed), now)),
            Err(rejection) => Err(observe::refusal::<E::Provider>(rejection, now)),
        }
    }

    fn of(
        signed: Signed<E::Provider>,
        accepted: impl FnOnce(&Signed<E::Provider>),
    ) -> Result<Self, Rejection> {
        match E::from_delivery(&signed) {
            Ok(event) => {
                accepted(&signed);
                Ok(Self(event))
            }
            Err(error) => {
                let rejection = Undecoded::new(error, signed).into();
                Err(observe::refusal::<E::Provider>(rejection, now))
            }
        }
    }
}
