//! Times several ways of doing the same work in one run, so that their ratios mean something on a
//! machine that is busy with other things too.
#![allow(
    clippy::mod_module_files,
    dead_code,
    unreachable_pub,
    reason = "Cargo would take `benches/support.rs` for a bench; not every bench uses all of it"
)]

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

/// Nanoseconds that one call of each work takes at best. The works take turns, in batches of about
/// `BATCH`, until each has had `time`.
pub fn minima<const N: usize>(mut works: [&mut dyn FnMut(); N], time: Duration) -> [f64; N] {
    let calls = works.each_mut().map(|work| calls_in_a_batch(work));
    let mut best = [f64::INFINITY; N];
    let start = Instant::now();
    while start.elapsed() < time * u32::try_from(N).expect("a few works") {
        for ((work, calls), best) in works.iter_mut().zip(calls).zip(&mut best) {
            *best = best.min(nanos_a_call(work, calls));
        }
    }
    best
}

fn calls_in_a_batch(work: &mut dyn FnMut()) -> u32 {
    let mut calls = 1;
    while nanos_a_call(work, calls) * f64::from(calls) < BATCH {
        calls *= 2;
    }
    calls
}

fn nanos_a_call(work: &mut dyn FnMut(), calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(&mut *work)();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

/// Nanoseconds: long against the clock's grain, short against the machine's interruptions.
const BATCH: f64 = 50_000.0;

/// Prints figures beside their limits, and remembers whether one was exceeded.
#[derive(Default)]
pub struct Table {
    pub verdict: ExitCode,
}

impl Table {
    pub fn row(&mut self, name: &str, figure: f64, limit: f64) {
        println!("{name:38} {figure:8.2}  limit {limit:7.2}");
        if figure > limit {
            self.verdict = ExitCode::FAILURE;
        }
    }
}
