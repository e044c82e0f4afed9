//! What verification costs beside the bare HMAC, which any verifier has to pay.
//!
//! `cargo bench --bench verify` times each row with criterion, then prints the table of ratios, timed
//! in turns in one run, and fails if a limit is exceeded.

mod support;

use std::{hint::black_box, process::ExitCode, time::Duration};

use countersign::{Secret, VerifyError, workos};
use criterion::{BenchmarkId, Criterion, Throughput};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use support::Table;
use time::{OffsetDateTime, macros::datetime};

const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
const OLD_SECRET: &str = "aF9gUe6YkQ1oNs3RiM8vCb0Tz";
const SIGNED_AT: OffsetDateTime = datetime!(2026-01-02 03:04:05.678 UTC);
const TIMESTAMP: &[u8] = b"1767323045678";
const SIZES: [usize; 5] = [128, 1 << 10, 8 << 10, 64 << 10, 1 << 20];

fn main() -> ExitCode {
    let mut criterion = Criterion::default().configure_from_args();
    time_rows(&mut criterion);
    criterion.final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        print_ratios()
    } else {
        ExitCode::SUCCESS
    }
}

fn time_rows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify");
    for size in SIZES {
        let case = Case::new(size);
        group.throughput(Throughput::Bytes(size.try_into().expect("a size")));
        group.bench_function(BenchmarkId::new("hmac", size), |b| {
            b.iter(|| case.hmac());
        });
        group.bench_function(BenchmarkId::new("one secret", size), |b| {
            b.iter(|| case.accept(&case.verifier));
        });
    }
    group.finish();

    let case = Case::new(1 << 10);
    let mut group = criterion.benchmark_group("verify 1 KiB");
    group.bench_function("second of two secrets", |b| {
        b.iter(|| case.accept(&case.rotating));
    });
    group.bench_function("sixteen wrong candidates", |b| {
        b.iter(|| case.refuse_candidates());
    });
    group.bench_function("malformed header", |b| {
        b.iter(|| case.refuse_malformed());
    });
    group.finish();
}

fn print_ratios() -> ExitCode {
    let mut table = Table::default();
    for (size, limit) in SIZES.into_iter().zip([1.30, 1.12, 1.03, 1.03, 1.03]) {
        let case = Case::new(size);
        let [hmac, verify] = support::minima(
            [&mut || case.hmac(), &mut || case.accept(&case.verifier)],
            TIME_A_ROW,
        );
        table.row(&format!("{size} B / HMAC"), verify / hmac, limit);
    }
    let small = Case::new(128);
    let case = Case::new(8 << 10);
    let large = Case::new(1 << 20);
    let [hmac, second, sixteen, malformed, malformed_large, longest] = support::minima(
        [
            &mut || case.hmac(),
            &mut || case.accept(&case.rotating),
            &mut || case.refuse_candidates(),
            &mut || small.refuse_malformed(),
            &mut || large.refuse_malformed(),
            &mut || small.refuse_longest(),
        ],
        TIME_A_ROW,
    );
    table.row("second of two secrets / HMAC", second / hmac, 2.1);
    table.row("16 wrong candidates - HMAC, ns", sixteen - hmac, 1000.0);
    table.row("malformed header, 128 B body, ns", malformed, 100.0);
    table.row("malformed header, 1 MiB body, ns", malformed_large, 100.0);
    table.row("header of 4096 bytes, ns", longest, 10_000.0);
    table.verdict
}

const TIME_A_ROW: Duration = Duration::from_secs(2);

/// A body, headers for it, and those who verify them.
struct Case {
    hmac: Hmac<Sha256>,
    verifier: workos::Verifier,
    rotating: workos::Verifier,
    body: Vec<u8>,
    header: String,
    wrong_candidates: String,
    malformed: String,
    longest: String,
}

impl Case {
    fn new(size: usize) -> Self {
        let secret = |text: &str| Secret::new(text).expect("a secret");
        let body = vec![b'x'; size];
        let header = workos::Signer::new(secret(SECRET)).sign(&body, SIGNED_AT);
        let wrong = |i: usize| format!(", v1={i:064x}");
        Self {
            hmac: Hmac::new_from_slice(SECRET.as_bytes()).expect("a key"),
            verifier: workos::Verifier::new(secret(SECRET)),
            rotating: workos::Verifier::new(secret(OLD_SECRET)).with_previous(secret(SECRET)),
            wrong_candidates: format!("t=1767323045678{}", (0..16).map(wrong).collect::<String>()),
            malformed: header.replace(", ", " "),
            longest: format!("{}x", "x=,".repeat(1365)),
            body,
            header,
        }
    }

    /// The floor: a keyed state over the same bytes, nothing parsed, compared or checked.
    fn hmac(&self) {
        let mut hmac = self.hmac.clone();
        hmac.update(black_box(TIMESTAMP));
        hmac.update(b".");
        hmac.update(black_box(&self.body));
        black_box(hmac.finalize().into_bytes());
    }

    fn accept(&self, verifier: &workos::Verifier) {
        let delivery =
            verifier.verify_at(black_box(&self.header), black_box(&self.body), SIGNED_AT);
        black_box(delivery).expect("a genuine delivery");
    }

    fn refuse_candidates(&self) {
        self.refuse(&self.wrong_candidates, VerifyError::SignatureMismatch);
    }

    fn refuse_malformed(&self) {
        self.refuse(&self.malformed, VerifyError::MalformedHeader);
    }

    /// As many components as a header can have, and a fault in the last.
    fn refuse_longest(&self) {
        self.refuse(&self.longest, VerifyError::MalformedHeader);
    }

    fn refuse(&self, header: &str, expected: VerifyError) {
        let verdict = self
            .verifier
            .verify_at(black_box(header), black_box(&self.body), SIGNED_AT);
        assert_eq!(black_box(verdict).err(), Some(expected));
    }
}
