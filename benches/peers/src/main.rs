//! What it costs to verify a delivery with countersign and with other crates, as a Markdown table.
//!
//! ```sh
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```
//!
//! takes about three minutes. The first row is what HMAC-SHA256 alone takes once its key is prepared, which
//! any verifier has to spend; the others are multiples of that. All rows take turns in one run, so the
//! ratios mean something on a busy machine too.
//!
//! Everyone verifies the same body under the same secret, in headers of their own layout, and has to
//! refuse another body first. What can be made once is made before the clock starts. Allocations are
//! those that one verification asks of Rust's allocator, at most.
//!
//! The first table is about a delivery of WorkOS, or what is nearest to it. The second is about a delivery of Clerk, with an id
//! and a secret in base64, which takes three headers.
//!
//! The third table is about an event as a program wants it: verified and decoded. `workos` gets a body of
//! 17 bytes more than the others, without which it would refuse the event. The fourth is about an event of Clerk; countersign's
//! is typed, and for the others, which have no types, `serde_json::Value` has to do.
//!
//! countersign has `hmac` and `sha2` wipe their states. In one program with it the first row does so too,
//! which is a few nanoseconds.

mod clerk;
mod event;
mod rows;
#[path = "../../support/mod.rs"]
mod support;

use std::{process::ExitCode, time::Duration};

use crate::rows::{Case, Row};

fn main() -> ExitCode {
    print_table(&SIZES.map(|(label, size)| {
        let case = Case::of_size(size);
        Column::measure(label, rows::rows(&case))
    }));
    println!();
    print_table(&SIZES.map(|(label, size)| {
        let case = Case::of_size(size);
        Column::measure(label, clerk::rows(&case))
    }));
    println!();
    let verdict = compare_events();
    println!();
    compare_events_of_clerk();
    verdict
}

const SIZES: [(&str, usize); 5] = [
    ("128 B", 128),
    ("1 KiB", 1 << 10),
    ("8 KiB", 8 << 10),
    ("64 KiB", 64 << 10),
    ("1 MiB", 1 << 20),
];

fn compare_events() -> ExitCode {
    let cases = event::Cases::new();
    let refusal = cases.refusal();
    let column = Column::measure("1.5 KiB", event::rows(&cases));
    let [_, countersign, workos, ..] = column.nanos;
    let ratio = workos / countersign;
    print_table(&[column]);
    println!();
    println!(
        "The event is a `dsync.user.created` of {} bytes.",
        cases.delivered.body.len()
    );
    println!(
        "As delivered, workos 3.5.0 refuses it ({refusal}); it gets one with `\"object\":\"event\"` added."
    );
    println!(
        "countersign is {ratio:.1} times as fast as `construct_event` + `DirectoryUser`, limit {LEAST_RATIO}."
    );
    if ratio < LEAST_RATIO {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn compare_events_of_clerk() {
    let case = clerk::event();
    print_table(&[Column::measure("2.5 KiB", clerk::event_rows(&case))]);
    println!();
    println!(
        "The event is a `user.created` of {} bytes.",
        case.body.len()
    );
}

/// How many times as fast as `workos` a verified and typed event has to be.
const LEAST_RATIO: f64 = 2.5;

/// What one verification of the same body costs, row by row.
struct Column<const ROWS: usize> {
    label: &'static str,
    names: [&'static str; ROWS],
    nanos: [f64; ROWS],
    allocations: [u64; ROWS],
}

impl<const ROWS: usize> Column<ROWS> {
    fn measure(label: &'static str, mut rows: [Row<'_>; ROWS]) -> Self {
        eprintln!("timing bodies of {label}");
        let names = rows.each_ref().map(|row| row.name);
        let allocations = rows
            .each_mut()
            .map(|row| allocation_counter::measure(&mut row.run).count_total);
        let mut nanos = [0.0; ROWS];
        // Counting takes time, and only from those who allocate.
        allocation_counter::opt_out(|| {
            let works = rows
                .each_mut()
                .map(|row| -> &mut dyn FnMut() { &mut *row.run });
            nanos = support::minima(works, TIME_A_ROW);
        });
        Self {
            label,
            names,
            nanos,
            allocations,
        }
    }
}

const TIME_A_ROW: Duration = Duration::from_millis(2500);

fn print_table<const ROWS: usize, const COLUMNS: usize>(columns: &[Column<ROWS>; COLUMNS]) {
    let names = columns[0].names;
    let width = names.map(str::len).into_iter().max().expect("a row");
    let labels = columns.each_ref().map(|column| column.label.to_owned());
    print_line(&" ".repeat(width), labels, "allocations");
    let right = format!("{:->FIGURE_WIDTH$}", ":");
    print_line(
        &"-".repeat(width),
        columns.each_ref().map(|_| right.clone()),
        &right,
    );
    for (row, name) in names.into_iter().enumerate() {
        print_row(&format!("{name:width$}"), columns, row);
    }
}

fn print_row<const ROWS: usize, const COLUMNS: usize>(
    name: &str,
    columns: &[Column<ROWS>; COLUMNS],
    row: usize,
) {
    let times = columns.each_ref().map(|column| match row {
        0 => format!("{:.0} ns", column.nanos[0]),
        _ => format!("{:.2}", column.nanos[row] / column.nanos[0]),
    });
    let allocations = columns.iter().map(|column| column.allocations[row]).max();
    let allocations = allocations.expect("a size").to_string();
    print_line(name, times, &allocations);
}

fn print_line<const COLUMNS: usize>(name: &str, times: [String; COLUMNS], allocations: &str) {
    print!("| {name} |");
    for figure in times.iter().map(String::as_str).chain([allocations]) {
        print!(" {figure:>FIGURE_WIDTH$} |");
    }
    println!();
}

const FIGURE_WIDTH: usize = 11;
