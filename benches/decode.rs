//! What a typed event costs beside a bare scan of its JSON, and with verification beside the bare HMAC.
//!
//! `cargo bench --bench decode` times each row with criterion, then prints the table of ratios, timed in
//! turns in one run, and fails if a limit is exceeded. Clerk and Courier are in it with their features.

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
    #[cfg(feature = "clerk")]
    of_clerk::print_ratios(&mut table);
    #[cfg(feature = "courier")]
    of_courier::print_ratios(&mut table);
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
        scan(&self.body);
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

fn scan(body: &str) {
    let json: &RawValue = serde_json::from_str(black_box(body)).expect("JSON");
    black_box(json);
}

fn envelope(delivery: &workos::Delivery<'_>) {
    black_box(black_box(delivery).envelope()).expect("an envelope");
}

fn event(delivery: &workos::Delivery<'_>) {
    black_box(black_box(delivery).event()).expect("an event");
}

/// A user who signed up by way of Google.
#[cfg(feature = "clerk")]
mod of_clerk {
    use countersign::{
        StandardSecret,
        clerk::{Clerk, Delivery},
    };

    use super::{of_any_provider::Bodies, *};

    pub(super) fn print_ratios(table: &mut Table) {
        let bodies = Bodies::new(
            include_str!("support/clerk.user.created.json"),
            (r#""banned":false"#, r#""banned":"False""#),
            (r#""web3_wallets":[]"#, r#""web3_wallets":7"#),
        );
        let secret = || StandardSecret::new(SECRET).expect("a secret");
        let decode = |delivery: &Delivery<'_>| {
            let event = delivery.event().expect("an event");
            black_box(event).misfits().len()
        };
        bodies.print_ratios::<Clerk>(table, secret, decode);
    }

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
}

/// A message that was delivered by one provider.
#[cfg(feature = "courier")]
mod of_courier {
    use countersign::courier::{Courier, Delivery};

    use super::{of_any_provider::Bodies, *};

    pub(super) fn print_ratios(table: &mut Table) {
        let bodies = Bodies::new(
            include_str!("support/courier.message.updated.json"),
            (r#""enqueued":1767323045678"#, r#""enqueued":"now""#),
            (r#""delivered":1767323050456}]"#, r#""delivered":"now"}]"#),
        );
        let secret = || Secret::new(SECRET).expect("a secret");
        let decode = |delivery: &Delivery<'_>| {
            let event = delivery.event().expect("an event");
            black_box(event).misfits().len()
        };
        bodies.print_ratios::<Courier>(table, secret, decode);
    }
}

/// What is timed of a provider whose events are decoded as those of WorkOS are, by the same code.
#[cfg(any(feature = "clerk", feature = "courier"))]
mod of_any_provider {
    use countersign::{Delivery, Provider, Signer, SigningKeys, Timestamped, Verifier};

    use super::*;

    /// An event as it is delivered, and with one misfit, near the beginning or at the end.
    pub(super) struct Bodies {
        delivered: String,
        misfit: String,
        last_misfit: String,
    }

    impl Bodies {
        pub(super) fn new(file: &str, misfit: (&str, &str), last_misfit: (&str, &str)) -> Self {
            let delivered = file.trim_end().to_owned();
            let with = |(from, to): (&str, &str)| {
                assert!(delivered.contains(from), "{from}");
                delivered.replacen(from, to, 1)
            };
            Self {
                misfit: with(misfit),
                last_misfit: with(last_misfit),
                delivered,
            }
        }

        /// `decode` says how many misfits the event has.
        pub(super) fn print_ratios<P>(
            &self,
            table: &mut Table,
            secret: impl Fn() -> P::Secret,
            decode: impl Fn(&Delivery<P, &[u8]>) -> usize,
        ) where
            P: Provider<Secret: SigningKeys> + Timestamped,
        {
            let verified = |body| {
                let headers = Signer::<P>::new(secret()).headers(body, SIGNED_AT);
                let verifier = Verifier::<P>::new(secret());
                let delivery = verifier.verify_request_at(&headers, body, SIGNED_AT);
                delivery.expect("a genuine delivery")
            };
            let [delivery, misfit, last_misfit] =
                [&self.delivered, &self.misfit, &self.last_misfit]
                    .map(|body| verified(body.as_bytes()));
            let run = |delivery: &_, misfits| assert_eq!(decode(black_box(delivery)), misfits);
            let [scan, typed, typed_misfit, typed_last_misfit] = support::minima(
                [
                    &mut || scan(&self.delivered),
                    &mut || run(&delivery, 0),
                    &mut || run(&misfit, 1),
                    &mut || run(&last_misfit, 1),
                ],
                TIME_A_ROW,
            );
            let name = P::NAME;
            println!("{name}: {} bytes, scan {scan:.0} ns", self.delivered.len());
            table.row(&format!("{name}, event / scan"), typed / scan, 2.5);
            let misfit = format!("{name}, with a misfit");
            table.row(&format!("{misfit} / event"), typed_misfit / typed, 4.5);
            let at_the_end = typed_last_misfit / typed;
            table.row(&format!("{misfit} at the end / event"), at_the_end, 5.0);
        }
    }
}
