//! What would leak, written as a verifier's search for the key is. Each has to be caught, and the one that leaks nothing not.

use std::hint::black_box;

use subtle::{ConstantTimeEq as _, memcheck};

use crate::watch::{Seen, watch};

pub(crate) struct Twin {
    pub(crate) name: &'static str,
    /// Whether the computed tag is one of the claimed ones.
    equals_any: fn(&Tag, &[Tag]) -> bool,
    /// Whether the search ends at a match.
    stops: bool,
    caught_by: CaughtBy,
}

#[derive(Clone, Copy)]
enum CaughtBy {
    Nothing,
    Memcheck,
    Comparisons,
    Verdicts,
}

type Tag = [u8; 32];

pub(crate) const TWINS: [Twin; 7] = [
    Twin {
        name: "a twin that leaks nothing",
        equals_any: in_constant_time,
        stops: false,
        caught_by: CaughtBy::Nothing,
    },
    Twin {
        name: "a twin that compares with `==`",
        equals_any: |tag, claimed| claimed.iter().fold(false, |any, it| any | (it == tag)),
        stops: false,
        caught_by: CaughtBy::Memcheck,
    },
    Twin {
        name: "a twin that stops at the first byte that differs",
        equals_any: |tag, claimed| claimed.iter().any(|it| bytewise(it, tag)),
        stops: false,
        caught_by: CaughtBy::Memcheck,
    },
    Twin {
        name: "a twin that looks up by a byte of the tag",
        equals_any: |tag, claimed| {
            // Here, so that the verdict itself is come to as it should be.
            black_box(black_box(&PERMUTED)[usize::from(tag[0])]);
            in_constant_time(tag, claimed)
        },
        stops: false,
        caught_by: CaughtBy::Memcheck,
    },
    Twin {
        name: "a twin that branches on a bit of the tag",
        equals_any: |tag, claimed| {
            if tag[31] & 1 == 1 {
                black_box(());
            }
            in_constant_time(tag, claimed)
        },
        stops: false,
        caught_by: CaughtBy::Memcheck,
    },
    Twin {
        name: "a twin that stops at the first candidate that matches",
        equals_any: |tag, claimed| claimed.iter().any(|it| it[..].ct_eq(&tag[..]).into()),
        stops: false,
        caught_by: CaughtBy::Comparisons,
    },
    Twin {
        name: "a twin that stops at the first key that matches",
        equals_any: in_constant_time,
        stops: true,
        caught_by: CaughtBy::Verdicts,
    },
];

impl Twin {
    /// The first key matches by the first candidate: so what stops early, stops there.
    pub(crate) fn run(&self) -> (Option<usize>, Seen) {
        let computed = [[0x5a; 32], [0xa5; 32]];
        let claimed = [[0x5a; 32], [0x5b; 32], [0x5a; 32]];
        memcheck::set_undefined(computed.as_flattened());
        watch(|| {
            let mut matching = None;
            for (index, tag) in computed.iter().enumerate() {
                if (self.equals_any)(tag, &claimed) && matching.is_none() {
                    matching = Some(index);
                    if self.stops {
                        break;
                    }
                }
            }
            matching
        })
    }

    /// Whether what was seen is what is to be seen of it.
    pub(crate) fn is_caught(&self, seen: Seen) -> bool {
        let nothing = Seen::nothing_but(2, 3);
        match self.caught_by {
            CaughtBy::Nothing => seen == nothing,
            CaughtBy::Memcheck => seen.reports > 0,
            CaughtBy::Comparisons => seen.reports == 0 && seen.comparisons < nothing.comparisons,
            CaughtBy::Verdicts => seen.reports == 0 && seen.verdicts < nothing.verdicts,
        }
    }
}

fn in_constant_time(tag: &Tag, claimed: &[Tag]) -> bool {
    let equal = claimed.iter().map(|it| it[..].ct_eq(&tag[..]));
    equal.reduce(|any, it| any | it).is_some_and(Into::into)
}

fn bytewise(a: &Tag, b: &Tag) -> bool {
    a.iter().zip(b).all(|(a, b)| black_box(a) == black_box(b))
}

static PERMUTED: [u8; 256] = [7; 256];
