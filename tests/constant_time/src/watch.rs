//! What memcheck and the comparisons tell of a piece of code.

use std::{hint::black_box, sync::atomic::Ordering::Relaxed};

use subtle::{COMPARISONS, OF_SECRETS, VERDICTS, memcheck};

/// What was seen while something ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Branches and addresses that depended on what is undefined.
    pub(crate) reports: usize,
    pub(crate) comparisons: usize,
    /// Those of something undefined.
    pub(crate) of_secrets: usize,
    pub(crate) verdicts: usize,
}

impl Seen {
    /// Nothing but what has to be: one verdict on each secret, for which all candidates are compared.
    pub(crate) fn nothing_but(secrets: usize, candidates: usize) -> Self {
        Self {
            reports: 0,
            comparisons: secrets * candidates,
            of_secrets: secrets * candidates,
            verdicts: secrets,
        }
    }

    fn so_far() -> Self {
        Self {
            reports: memcheck::reports(),
            comparisons: COMPARISONS.load(Relaxed),
            of_secrets: OF_SECRETS.load(Relaxed),
            verdicts: VERDICTS.load(Relaxed),
        }
    }
}

pub(crate) fn watch<T>(run: impl FnOnce() -> T) -> (T, Seen) {
    let before = Seen::so_far();
    let result = black_box(run());
    let after = Seen::so_far();
    let seen = Seen {
        reports: after.reports - before.reports,
        comparisons: after.comparisons - before.comparisons,
        of_secrets: after.of_secrets - before.of_secrets,
        verdicts: after.verdicts - before.verdicts,
    };
    (result, seen)
}
