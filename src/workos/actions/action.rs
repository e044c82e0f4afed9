//! What is asked: from the JSON of a verified request to one of the kinds of actions.

use alloc::boxed::Box;
use core::{fmt, ops::Deref};

use serde_json::value::RawValue;

use super::{
    Answer, AuthenticationActionContext, UserRegistrationActionContext,
    answer::{Kind, Verdict},
};
use crate::{
    DecodeError, EventMismatch, Misfit,
    event::{
        Object, Place, UnknownObject,
        json::{self, Entries, Lossy},
    },
    json::error,
    workos::WorkOs,
};

/// What WorkOS asks: whether somebody may sign in or sign up. Only a verified request becomes one.
///
/// `Debug` prints the kind.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// `authentication_action_context`: may this user sign in?
    Authentication(Request<AuthenticationActionContext>),
    /// `user_registration_action_context`: may this user sign up?
    UserRegistration(Request<UserRegistrationActionContext>),
    /// An action of a kind that this version does not know. It cannot be answered: with any other answer than a signed one
    /// of 200, WorkOS does as was chosen in the dashboard, and by default denies.
    Unknown(UnknownObject),
}

impl Action {
    pub(super) fn parse(text: &str, key_index: usize) -> Result<Self, DecodeError> {
        let ([id], object) = json::fields(text, ["id"], "object")?;
        let Lossy(id) = json::required("id", id)?;
        let Lossy(object) = json::required("object", object)?;
        let json: &RawValue = serde_json::from_str(text).map_err(|it| error(&it))?;
        let Some(kind) = Kind::of_context(&object) else {
            let unknown = UnknownObject::new(object.into_owned(), json.into());
            return Ok(Self::Unknown(unknown));
        };
        let fields = json::entries(json).ok_or(DecodeError::NotAnObject)?;
        match kind {
            Kind::Authentication => {
                Request::read(kind, &id, fields, key_index).map(Self::Authentication)
            }
            Kind::UserRegistration => {
                Request::read(kind, &id, fields, key_index).map(Self::UserRegistration)
            }
        }
    }

    /// The provider's name for what is asked, such as `authentication_action_context`.
    #[must_use]
    pub fn object(&self) -> &str {
        match self {
            Self::Authentication(request) => request.kind.context(),
            Self::UserRegistration(request) => request.kind.context(),
            Self::Unknown(unknown) => unknown.kind(),
        }
    }

    pub(super) fn misfits(&self) -> &[Misfit] {
        match self {
            Self::Authentication(request) => request.misfits(),
            Self::UserRegistration(request) => request.misfits(),
            Self::Unknown(_) => &[],
        }
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Action")
            .field("object", &self.object())
            .finish_non_exhaustive()
    }
}

/// A verified request, whose fields are those of `C`, and the only way to an answer: its kind is that of the request.
///
/// A decision that looks at nothing but `C` can be tested without a signature, as `C` can be read by `serde_json`.
///
/// `Debug` prints the kind.
#[derive(Clone, PartialEq, Eq)]
pub struct Request<C> {
    context: Box<C>,
    kind: Kind,
    misfits: Box<[Misfit]>,
    /// With which secret it was signed, so that the answer is signed with the same.
    key_index: usize,
}

impl<C> Request<C> {
    fn read(
        kind: Kind,
        id: &str,
        fields: Entries<'_>,
        key_index: usize,
    ) -> Result<Self, DecodeError>
    where
        C: Object<WorkOs>,
    {
        let mut place = Place::default();
        let context = C::assemble(fields, &mut place)
            .map_err(|fault| EventMismatch::new(kind.context(), id, &place.path(), fault))?;
        Ok(Self {
            context: Box::new(context),
            kind,
            misfits: place.into_misfits_with(Place::default()),
            key_index,
        })
    }

    /// Lets it be done.
    pub fn allow(&self) -> Answer {
        self.answer(Verdict::Allow)
    }

    /// Does not let it be done. The message is for the user, and may be empty.
    ///
    /// The provider takes at most 500 characters: what is beyond is cut off, since an answer that is not valid
    /// could count as one that allows. (Characters are those of JavaScript, of which one beyond `U+FFFF` is two.)
    pub fn deny(&self, message: &str) -> Answer {
        self.answer(Verdict::deny(message))
    }

    fn answer(&self, verdict: Verdict) -> Answer {
        Answer::new(self.kind, verdict, self.key_index)
    }

    /// What was left out, as it does not fit and nothing else depends on it: an optional field, which is `None` then, an
    /// item of a list, or an entry of a map. Empty for a request as the provider documents it.
    #[must_use]
    pub fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }
}

impl<C> Deref for Request<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.context
    }
}

impl<C> fmt::Debug for Request<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("object", &self.kind.context())
            .finish_non_exhaustive()
    }
}
