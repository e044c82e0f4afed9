//! What a claim came to.

use core::str::FromStr;

/// What a statement `CLAIM` answers: whether this delivery is yours to handle. It is read from the statement's text
/// by `parse`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "each needs an answer of its own, which a match has to give"
)]
pub enum Claim {
    /// Nobody has it: handle it, then `COMPLETE`, or `RELEASE` if it failed.
    New,
    /// Somebody is handling it, or was stopped while doing so. Answer 503 with `Retry-After`, and never 2xx: if the other one
    /// fails, the provider has to deliver it again.
    InProgress,
    /// It has been handled. Answer 200, or the provider delivers it again.
    Done,
}

impl FromStr for Claim {
    type Err = ParseClaimError;

    /// # Errors
    ///
    /// [`ParseClaimError`]: any text but `new`, `in_progress` and `done`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "new" => Ok(Self::New),
            "in_progress" => Ok(Self::InProgress),
            "done" => Ok(Self::Done),
            _ => Err(ParseClaimError(())),
        }
    }
}

/// The text is not one that a statement `CLAIM` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the answer of a claim")]
pub struct ParseClaimError(());
