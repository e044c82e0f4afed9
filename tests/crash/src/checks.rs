//! The table that is printed, and whether all of it is as it should be.

use std::{
    fmt::{Debug, Write as _},
    time::Instant,
};

pub(crate) struct Checks {
    started: Instant,
    table: String,
    pub(crate) failed: usize,
}

impl Checks {
    pub(crate) fn of(heading: &str) -> Self {
        Self {
            started: Instant::now(),
            table: format!("{heading}\n"),
            failed: 0,
        }
    }

    /// How far it has come.
    pub(crate) fn seconds(&mut self, what: &str) {
        self.figure(what, self.started.elapsed().as_secs());
    }

    /// A figure that can be any.
    pub(crate) fn figure(&mut self, name: &str, value: impl Debug) {
        self.that(name, value, true);
    }

    /// A figure that has to be this.
    pub(crate) fn exactly<T: Debug + PartialEq>(&mut self, name: &str, value: T, expected: T) {
        let holds = value == expected;
        self.that(name, value, holds);
    }

    /// A figure that has to be as `holds` says.
    pub(crate) fn that(&mut self, name: &str, value: impl Debug, holds: bool) {
        let value = format!("{value:?}");
        let verdict = if holds { "" } else { "   WRONG" };
        writeln!(self.table, "  {name:<58} {value:>12}{verdict}").expect("a text has room");
        self.failed += usize::from(!holds);
    }

    pub(crate) fn print(&self) {
        println!("\n{}", self.table);
    }
}
