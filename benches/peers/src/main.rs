//! What it costs to verify a delivery with countersign and with other crates, as a Markdown table.
//!
//! ```sh
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```
//!
//! takes about 75 seconds. The first row is what HMAC-SHA256 alone takes once its key is prepared, which
//! any verifier has to spend; the others are multiples of that. All rows take turns in one run, so the
//! ratios mean something on a busy machine too.
//!
//! Everyone verifies the same body under the same secret, in headers of their own layout, and has to
//! refuse another body first. What can be made once is made before the clock starts. Allocations are
//! those that one verification asks of Rust's allocator, at most.
//!
//! countersign has `hmac` and `sha2` wipe their states. In one program with it the first row does so too,
//! which is a few nanoseconds.

mod rows;
#[path = "../../support/mod.rs"]
mod support;

use std::time::Duration;

use crate::rows::{Case, ROWS, rows};

fn main() {
    let columns = SIZES.map(|(label, size)| {
        eprintln!("timing bodies of {label}");
        Column::measure(&Case::new(size))
    });
    print_heading();
    for row in 0..ROWS {
        print_row(&columns, row);
    }
}

const SIZES: [(&str, usize); 5] = [
    ("128 B", 128),
    ("1 KiB", 1 << 10),
    ("8 KiB", 8 << 10),
    ("64 KiB", 64 << 10),
    ("1 MiB", 1 << 20),
];

/// What one verification of the same body costs, row by row.
struct Column {
    names: [&'static str; ROWS],
    nanos: [f64; ROWS],
    allocations: [u64; ROWS],
}

impl Column {
    fn measure(case: &Case) -> Self {
        let mut rows = rows(case);
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
            names,
            nanos,
            allocations,
        }
    }
}

const TIME_A_ROW: Duration = Duration::from_millis(2500);

fn print_heading() {
    print_line("", SIZES.map(|(label, _)| label.to_owned()), "allocations");
    let left = "-".repeat(NAME_WIDTH);
    let right = format!("{:->FIGURE_WIDTH$}", ":");
    print_line(&left, SIZES.map(|_| right.clone()), &right);
}

fn print_row(columns: &[Column; SIZES.len()], row: usize) {
    let times = columns.each_ref().map(|column| match row {
        0 => format!("{:.0} ns", column.nanos[0]),
        _ => format!("{:.2}", column.nanos[row] / column.nanos[0]),
    });
    let allocations = columns.iter().map(|column| column.allocations[row]).max();
    let allocations = allocations.expect("a size").to_string();
    print_line(columns[0].names[row], times, &allocations);
}

fn print_line(name: &str, times: [String; SIZES.len()], allocations: &str) {
    print!("| {name:NAME_WIDTH$} |");
    for figure in times.iter().map(String::as_str).chain([allocations]) {
        print!(" {figure:>FIGURE_WIDTH$} |");
    }
    println!();
}

const NAME_WIDTH: usize = 22;
const FIGURE_WIDTH: usize = 11;
