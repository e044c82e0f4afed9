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
    for (size, limit) in SIZES.into_iter().zip([1.25, 1.08, 1.02, 1.02, 1.02]) {
        let case = Case::new(size);
        let [hmac, verify] = support::minima(
            [&mut || case.hmac(), &mut || case.accept(&case.verifier)],
            TIME_A_ROW,
        );
        table.row(&format!("{size} B / HMAC"), verify / hmac, limit);
    }
    let small = Case::new(128);
    let signed_now = Case::signed_at(128, OffsetDateTime::now_utc());
    let [hmac, by_the_clock] = support::minima(
        [&mut || signed_now.hmac(), &mut || signed_now.accept_now()],
        TIME_A_ROW,
    );
    table.row("128 B by the clock / HMAC", by_the_clock / hmac, 1.32);

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

    #[cfg(feature = "rows")]
    of_rows::print_ratios(&mut table);

    let verifier = Case::new(128).verifier;
    let [clone] = support::minima([&mut || drop(black_box(&verifier).clone())], TIME_A_ROW);
    table.row("clone of a verifier, ns", clone, 25.0);
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
        Self::signed_at(size, SIGNED_AT)
    }

    fn signed_at(size: usize, at: OffsetDateTime) -> Self {
        let secret = |text: &str| Secret::new(text).expect("a secret");
        let body = vec![b'x'; size];
        let header = workos::Signer::new(secret(SECRET)).sign(&body, at);
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

    fn accept_now(&self) {
        let delivery = self
            .verifier
            .verify(black_box(&self.header), black_box(&self.body));
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

/// The rows, and schemes that are chosen at run time.
#[cfg(feature = "rows")]
mod of_rows {
    use countersign::{
        AnyVerifier, Part, Provider, Signer, StandardSecret, Verifier,
        rows::{self, ROWS, github::GitHub, slack::Slack, standard_webhooks::StandardWebhooks},
        workos::WorkOs,
    };

    use super::*;

    const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    pub(super) fn print_ratios(table: &mut Table) {
        let secret = || Secret::new(SECRET).expect("a secret");
        let standard = || StandardSecret::new(STANDARD_SECRET).expect("a secret");
        chosen_at_run_time::<WorkOs>(table, secret);
        chosen_at_run_time::<GitHub>(table, secret);
        chosen_at_run_time::<Slack>(table, secret);
        chosen_at_run_time::<StandardWebhooks>(table, standard);
        every_row(table);
    }

    /// `AnyVerifier` beside the verifier whose scheme is a constant.
    fn chosen_at_run_time<P: Provider>(table: &mut Table, secret: impl Fn() -> P::Secret) {
        let body = [b'x'; 128];
        let now = OffsetDateTime::now_utc();
        let headers = Signer::<P>::new(secret()).headers(&body, now);
        let constant = Verifier::<P>::new(secret());
        let any = AnyVerifier::new(P::SCHEME, secret());
        let [constant, any] = support::minima(
            [
                &mut || {
                    let delivery = constant.verify_request(black_box(&headers), black_box(&body));
                    black_box(delivery).expect("a genuine delivery");
                },
                &mut || {
                    let delivery = any.verify_request(black_box(&headers), black_box(&body));
                    black_box(delivery).expect("a genuine delivery");
                },
            ],
            TIME_A_ROW,
        );
        let name = format!("AnyVerifier / constant, {}", P::NAME);
        table.row(&name, any / constant, 1.05);
    }

    /// Each row at 128 bytes, by the value of its header where there is one, else by the request's headers.
    fn every_row(table: &mut Table) {
        macro_rules! each {
            ($verify:expr; $($module:ident::$Provider:ident),*) => {{
                $({
                    type Kind = <rows::$module::$Provider as Provider>::Secret;
                    let secret = || Kind::new(STANDARD_SECRET).expect("a secret");
                    row::<rows::$module::$Provider>(table, secret, $verify);
                })*
                [$(stringify!($module)),*]
            }};
        }
        let untimed = each!(
            |verifier, headers, body| verifier.verify(&headers[0].1, body).is_ok();
            ably::Ably, aftership::AfterShip, asana::Asana, ashby::Ashby, atlassian_jira::AtlassianJira,
            bitbucket::Bitbucket, bolt::Bolt, cal_com::CalCom, chargify::Chargify,
            checkout_com::CheckoutCom, checkr::Checkr, circleci::CircleCi, clickup::ClickUp,
            coinbase_commerce::CoinbaseCommerce, deel::Deel, doppler::Doppler, dropbox::Dropbox,
            dub::Dub, dwolla::Dwolla, github::GitHub, gocardless::GoCardless, heroku::Heroku,
            launchdarkly::LaunchDarkly, lemon_squeezy::LemonSqueezy, linear::Linear, linkedin::LinkedIn,
            meta::Meta, modern_treasury::ModernTreasury, ms_teams::MsTeams, notion::Notion, npm::Npm,
            nylas::Nylas, pagerduty::PagerDuty, primer::Primer, pusher::Pusher, quickbooks::QuickBooks,
            razorpay::Razorpay, sendbird::Sendbird, sentry::Sentry, shopify::Shopify, tally::Tally,
            typeform::Typeform, woocommerce::WooCommerce, x::X, xero::Xero
        );
        let timed = each!(
            |verifier, headers, body| verifier.verify_at(&headers[0].1, body, SIGNED_AT).is_ok();
            authsignal::Authsignal, billit::Billit, buildkite::Buildkite, calendly::Calendly,
            cloudflare_stream::CloudflareStream, courier::Courier, convoy::Convoy,
            elevenlabs::ElevenLabs, fintoc::Fintoc, hook0::Hook0, knock::Knock, moneybird::Moneybird,
            moonpay::MoonPay, mux::Mux, paddle::Paddle, paymongo::PayMongo, persona::Persona,
            retell::Retell, rootly::Rootly, sanity::Sanity, shippo::Shippo, stripe::Stripe,
            surge_deprecated::SurgeDeprecated, syntage::Syntage, tabapay::TabaPay, terra::Terra,
            tiktok::TikTok
        );
        let with_headers = each!(
            |verifier, headers, body| verifier.verify_request_at(headers, body, SIGNED_AT).is_ok();
            airship::Airship, airwallex::Airwallex, brex::Brex, clerk::Clerk, customer_io::CustomerIo,
            etsy::Etsy, finch::Finch, front::Front, gemini::Gemini, incident_io::IncidentIo,
            increase::Increase, loops::Loops, openai::OpenAi, polar::Polar, render::Render,
            replicate::Replicate, resend::Resend, slack::Slack, standard_webhooks::StandardWebhooks,
            stytch::Stytch, supabase::Supabase, surge::Surge, svix::Svix, vanta::Vanta,
            webflow::Webflow, zoom::Zoom
        );
        assert_eq!(untimed.len() + timed.len() + with_headers.len(), ROWS.len());
    }

    /// Beside the bare HMAC over the parts that the row signs.
    fn row<P: Provider>(
        table: &mut Table,
        secret: impl Fn() -> P::Secret,
        verify: impl Fn(&Verifier<P>, &[(&'static str, String)], &[u8]) -> bool,
    ) {
        let body = [b'x'; 128];
        let headers = Signer::<P>::new(secret()).headers(&body, SIGNED_AT);
        let value = |name: Option<&str>| {
            let named = headers.iter().find(|(it, _)| Some(*it) == name);
            named.map(|(_, value)| value.as_bytes())
        };
        let id = value(P::SCHEME.id_header()).unwrap_or_default();
        let timestamp = value(P::SCHEME.timestamp_header()).unwrap_or(TIMESTAMP);
        let message: Vec<&[u8]> = P::SCHEME
            .parts()
            .iter()
            .map(|part| match part {
                Part::Id => id,
                Part::Timestamp => timestamp,
                Part::Literal(text) => text.as_bytes(),
                _ => &body,
            })
            .collect();
        let key: Hmac<Sha256> = Hmac::new_from_slice(b"a key").expect("a key");
        let verifier = Verifier::<P>::new(secret());
        let [hmac, verify] = support::minima(
            [
                &mut || {
                    let mut hmac = key.clone();
                    black_box(&message)
                        .iter()
                        .for_each(|part| hmac.update(part));
                    black_box(hmac.finalize().into_bytes());
                },
                &mut || assert!(verify(&verifier, black_box(&headers), black_box(&body))),
            ],
            TIME_A_ROW / 8,
        );
        table.row(&format!("{}, 128 B / HMAC", P::NAME), verify / hmac, 1.35);
    }
}
