//! The table that is printed, and whether all of it is as it should be.

use std::{fmt::Debug, process::ExitCode, time::Instant};

pub(crate) struct Checks {
    started: Instant,
    failed: usize,
}

impl Checks {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            failed: 0,
        }
    }

    /// How far it has come.
    pub(crate) fn seconds(&self) {
        self.figure("seconds since the start", self.started.elapsed().as_secs());
    }

    pub(crate) fn heading(&self, text: &str) {
        println!("\n{text}");
    }

    /// A figure that can be any.
    pub(crate) fn figure(&self, name: &str, value: impl Debug) {
        println!("  {name:<58} {value:>8?}");
    }

    /// A figure that has to be this.
    pub(crate) fn exactly<T: Debug + PartialEq>(&mut self, name: &str, value: T, expected: T) {
        let holds = value == expected;
        self.that(name, value, holds);
    }

    /// A figure that has to be as `holds` says.
    pub(crate) fn that(&mut self, name: &str, value: impl Debug, holds: bool) {
        println!(
            "  {name:<58} {value:>8?}{}",
            if holds { "" } else { "   WRONG" }
        );
        self.failed += usize::from(!holds);
    }

    pub(crate) fn end(self) -> ExitCode {
        match self.failed {
            0 => {
                println!("\nall as it should be");
                ExitCode::SUCCESS
            }
            failed => {
                println!("\nWRONG: {failed}");
                ExitCode::FAILURE
            }
        }
    }
}
