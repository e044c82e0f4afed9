//! Stands between `countersign` and the crate `subtle`, which does the comparing all the same: counts what is compared, and
//! declares to memcheck that the verdict, for which a [`Choice`] becomes a `bool`, is no secret.
//!
//! Has no more of `subtle` than `countersign` needs. What would get at a verdict in another way does not compile.

pub mod memcheck;

use std::{
    ops::BitOr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// How often two values were compared.
pub static COMPARISONS: AtomicUsize = AtomicUsize::new(0);
/// How often one of the two was undefined, as all that depends on a secret is.
pub static OF_SECRETS: AtomicUsize = AtomicUsize::new(0);
/// How often a result became a `bool`.
pub static VERDICTS: AtomicUsize = AtomicUsize::new(0);

/// The result of a comparison, or of several.
#[derive(Clone, Copy, Debug)]
pub struct Choice(subtle::Choice);

impl BitOr for Choice {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl From<Choice> for bool {
    #[inline]
    fn from(choice: Choice) -> Self {
        VERDICTS.fetch_add(1, Relaxed);
        let verdict = u8::from(Self::from(choice.0));
        memcheck::set_defined(&verdict);
        verdict != 0
    }
}

/// A comparison in constant time.
pub trait ConstantTimeEq {
    /// Whether they are equal.
    fn ct_eq(&self, other: &Self) -> Choice;
}

impl<T: subtle::ConstantTimeEq + ?Sized> ConstantTimeEq for T {
    #[inline]
    fn ct_eq(&self, other: &Self) -> Choice {
        COMPARISONS.fetch_add(1, Relaxed);
        let undefined = memcheck::is_undefined(self) | memcheck::is_undefined(other);
        OF_SECRETS.fetch_add(usize::from(undefined), Relaxed);
        Choice(subtle::ConstantTimeEq::ct_eq(self, other))
    }
}
