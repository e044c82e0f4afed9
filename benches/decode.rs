//! What a typed event costs beside a bare scan of its JSON, and with verification beside the bare HMAC.
//!
//! `cargo bench --bench decode` times each row with criterion, then prints the table of ratios, timed in
//! turns in one run, and fails if a limit is exceeded.

mod support;

use std::{hint::black_box, process::ExitCode, time::Duration};

use countersign::{Secret, workos};
use criterion::{Criterion, Throughput};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::value::RawValue;
use sha2::Sha256;
use support::Table;
use time::{OffsetDateTime, macros::datetime};

const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";
const SIGNED_AT: OffsetDateTime = datetime!(2026-01-02 03:04:05.678 UTC);
const TIMESTAMP: &[u8] = b"1767323045678";

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
    for (order, case) in [
        ("as delivered", Case::as_delivered()),
        ("event first", Case::event_first()),
    ] {
        let mut group = criterion.benchmark_group(format!("decode, {order}"));
        let bytes = case.body.len().try_into().expect("a size");
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function("scan", |b| b.iter(|| case.scan()));
        let delivery = case.verify();
        group.bench_function("envelope", |b| b.iter(|| envelope(&delivery)));
        group.bench_function("event", |b| b.iter(|| event(&delivery)));
        group.bench_function("verify and event", |b| b.iter(|| case.verify_and_event()));
        group.finish();
    }
}

fn print_ratios() -> ExitCode {
    let mut table = Table::default();
    let (delivered, first) = (Case::as_delivered(), Case::event_first());
    let with = |from: &str, to: &str| {
        assert!(delivered.body.contains(from), "{from}");
        Case::new(delivered.body.replacen(from, to, 1))
    };
    let unknown = with("dsync.user", "dsync.person");
    // The pass that is in vain ends at the misfit, so one in the last field of the data is the dearest.
    let misfit = with(r#""primary":true"#, r#""primary":"True""#);
    let last_misfit = with(r#""organization_id":""#, r#""organization_id":7,"":""#);
    let [delivery, delivery_first] = [&delivered, &first].map(Case::verify);
    let [unknown, misfit, last_misfit] = [&unknown, &misfit, &last_misfit].map(Case::verify);
    for delivery in [&misfit, &last_misfit] {
        assert_eq!(delivery.event().expect("an event").misfits().len(), 1);
    }
    let [
        scan,
        hmac,
        parts,
        typed,
        typed_first,
        typed_unknown,
        typed_misfit,
        typed_last_misfit,
        both,
        both_first,
    ] = support::minima(
        [
            &mut || delivered.scan(),
            &mut || delivered.hmac(),
            &mut || envelope(&delivery),
            &mut || event(&delivery),
            &mut || event(&delivery_first),
            &mut || event(&unknown),
            &mut || event(&misfit),
            &mut || event(&last_misfit),
            &mut || delivered.verify_and_event(),
            &mut || first.verify_and_event(),
        ],
        TIME_A_ROW,
    );
    println!(
        "{} bytes, scan {scan:.0} ns, HMAC {hmac:.0} ns",
        delivered.body.len()
    );
    table.row("event / scan, event first", typed_first / scan, 2.3);
    table.row("event / scan, as delivered", typed / scan, 2.3);
    table.row("unknown event / scan", typed_unknown / scan, 2.6);
    table.row("envelope / scan", parts / scan, 1.6);
    table.row("with a misfit / event", typed_misfit / typed, 3.0);
    table.row(
        "with a misfit at the end / event",
        typed_last_misfit / typed,
        3.0,
    );
    table.row(
        "verify and event / HMAC, event first",
        both_first / hmac,
        3.0,
    );
    table.row("verify and event / HMAC, as delivered", both / hmac, 3.0);
    table.verdict
}

const TIME_A_ROW: Duration = Duration::from_secs(2);

/// An event of about 1.5 KiB and a verifier for it.
struct Case {
    hmac: Hmac<Sha256>,
    verifier: workos::Verifier,
    body: String,
    header: String,
}

impl Case {
    fn as_delivered() -> Self {
        Self::new(
            include_str!("support/dsync.user.created.json")
                .trim_end()
                .into(),
        )
    }

    /// The same event with its data last, as it is written by us.
    fn event_first() -> Self {
        let case = Self::as_delivered();
        let event = case.verify().event().expect("an event");
        Self::new(serde_json::to_string(&event).expect("JSON"))
    }

    fn new(body: String) -> Self {
        let secret = || Secret::new(SECRET).expect("a secret");
        Self {
            hmac: Hmac::new_from_slice(SECRET.as_bytes()).expect("a key"),
            verifier: workos::Verifier::new(secret()),
            header: workos::Signer::new(secret()).sign(body.as_bytes(), SIGNED_AT),
            body,
        }
    }

    /// The floor of decoding: that the text is JSON, and where it ends.
    fn scan(&self) {
        let json: &RawValue = serde_json::from_str(black_box(&self.body)).expect("JSON");
        black_box(json);
    }

    /// The floor of verifying: a keyed state over the same bytes, nothing parsed, compared or checked.
    fn hmac(&self) {
        let mut hmac = self.hmac.clone();
        hmac.update(black_box(TIMESTAMP));
        hmac.update(b".");
        hmac.update(black_box(self.body.as_bytes()));
        black_box(hmac.finalize().into_bytes());
    }

    fn verify_and_event(&self) {
        event(&self.verify());
    }

    fn verify(&self) -> workos::Delivery<'_> {
        self.verifier
            .verify_at(
                black_box(&self.header),
                black_box(self.body.as_bytes()),
                SIGNED_AT,
            )
            .expect("a genuine delivery")
    }
}

fn envelope(delivery: &workos::Delivery<'_>) {
    black_box(black_box(delivery).envelope()).expect("an envelope");
}

fn event(delivery: &workos::Delivery<'_>) {
    black_box(black_box(delivery).event()).expect("an event");
}
