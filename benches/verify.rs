//! What verification costs beside the bare HMAC, which any verifier has to pay.
//!
//! `cargo bench --bench verify` times each row with criterion, then prints the table of ratios, timed
//! in turns in one run, and fails if a limit is exceeded. Clerk, Courier, `v1a` and the rows are in it with
//! `--all-features`.

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

    #[cfg(feature = "courier")]
    of_courier::print_ratios(&mut table);
    #[cfg(all(feature = "clerk", feature = "ed25519", feature = "http"))]
    {
        of_clerk::print_ratios(&mut table);
        of_public_keys::print_ratios(&mut table);
    }
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

/// The bare HMAC over the parts that a provider signs: the floor, whatever the scheme.
#[cfg(any(
    all(feature = "clerk", feature = "ed25519", feature = "http"),
    feature = "courier",
    feature = "rows"
))]
struct Floor<'a> {
    key: Hmac<Sha256>,
    message: Vec<&'a [u8]>,
}

#[cfg(any(
    all(feature = "clerk", feature = "ed25519", feature = "http"),
    feature = "courier",
    feature = "rows"
))]
impl<'a> Floor<'a> {
    /// `headers` and `body` are a delivery that was signed at `SIGNED_AT`.
    fn of<P: countersign::Provider>(headers: &'a [(&str, String)], body: &'a [u8]) -> Self {
        let value = |name: Option<&str>| {
            let named = headers.iter().find(|(it, _)| Some(*it) == name);
            named.map(|(_, value)| value.as_bytes())
        };
        let id = value(P::SCHEME.id_header()).unwrap_or_default();
        let timestamp = value(P::SCHEME.timestamp_header()).unwrap_or(TIMESTAMP);
        let part = |part| match part {
            countersign::Part::Id => id,
            countersign::Part::Timestamp => timestamp,
            countersign::Part::Literal(text) => text.as_bytes(),
            _ => body,
        };
        Self {
            key: Hmac::new_from_slice(b"a key").expect("a key"),
            message: P::SCHEME.parts().iter().copied().map(part).collect(),
        }
    }

    fn hmac(&self) {
        let mut hmac = self.key.clone();
        for part in black_box(&self.message) {
            hmac.update(part);
        }
        black_box(hmac.finalize().into_bytes());
    }
}

/// Three headers, of which the id is signed too.
#[cfg(all(feature = "clerk", feature = "ed25519", feature = "http"))]
mod of_clerk {
    use countersign::{
        StandardSecret,
        clerk::{Clerk, Signer, Verifier},
    };
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    pub(super) fn print_ratios(table: &mut Table) {
        let secret = || StandardSecret::new(SECRET).expect("a secret");
        let verifier = Verifier::new(secret());
        for (size, limit, limit_of_map) in LIMITS {
            let body = vec![b'x'; size];
            let headers = Signer::new(secret()).headers_with_id(MESSAGE_ID, &body, SIGNED_AT);
            let headers: [_; 3] = headers.try_into().expect("three headers");
            let map = as_received(&headers);
            let floor = Floor::of::<Clerk>(&headers, &body);
            let [hmac, array, map] = support::minima(
                [
                    &mut || floor.hmac(),
                    &mut || {
                        let (headers, body) = black_box((&headers, &body));
                        let delivery = verifier.verify_request_at(headers, body, SIGNED_AT);
                        black_box(delivery).expect("a genuine delivery");
                    },
                    &mut || {
                        let (map, body) = black_box((&map, &body));
                        let delivery = verifier.verify_request_at(map, body, SIGNED_AT);
                        black_box(delivery).expect("a genuine delivery");
                    },
                ],
                TIME_A_ROW,
            );
            table.row(&format!("clerk, {size} B / HMAC"), array / hmac, limit);
            let name = format!("clerk, {size} B, HeaderMap / HMAC");
            table.row(&name, map / hmac, limit_of_map);
        }
    }

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    pub(super) const MESSAGE_ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    /// Size, limit for an array of headers, and for a map.
    const LIMITS: [(usize, f64, f64); 3] = [
        (128, 1.35, f64::INFINITY),
        (1 << 10, f64::INFINITY, f64::INFINITY),
        (64 << 10, 1.02, 1.02),
    ];

    /// A dozen headers, as behind a proxy.
    fn as_received(signed: &[(&str, String)]) -> HeaderMap {
        let others = [
            ("host", "example.com"),
            ("user-agent", "Svix-Webhooks/1.93.0"),
            ("accept", "*/*"),
            ("accept-encoding", "gzip, br"),
            ("content-type", "application/json"),
            ("content-length", "128"),
            ("x-forwarded-for", "192.0.2.7"),
            ("x-forwarded-host", "example.com"),
            ("x-forwarded-proto", "https"),
        ];
        let signed = signed.iter().map(|(name, value)| (*name, value.as_str()));
        others
            .into_iter()
            .chain(signed)
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).expect("a value");
                (name.parse::<HeaderName>().expect("a name"), value)
            })
            .collect()
    }
}

/// One header, as of WorkOS, by way of the headers of a request.
#[cfg(feature = "courier")]
mod of_courier {
    use countersign::courier::{Courier, Signer, Verifier};

    use super::*;

    pub(super) fn print_ratios(table: &mut Table) {
        let secret = || Secret::new(SECRET).expect("a secret");
        let verifier = Verifier::new(secret());
        for (size, limit) in [(128, 1.35), (1 << 10, f64::INFINITY), (64 << 10, 1.02)] {
            let body = vec![b'x'; size];
            let headers = Signer::new(secret()).headers(&body, SIGNED_AT);
            let headers: [_; 1] = headers.try_into().expect("one header");
            let floor = Floor::of::<Courier>(&headers, &body);
            let [hmac, verify] = support::minima(
                [&mut || floor.hmac(), &mut || {
                    let (headers, body) = black_box((&headers, &body));
                    let delivery = verifier.verify_request_at(headers, body, SIGNED_AT);
                    black_box(delivery).expect("a genuine delivery");
                }],
                TIME_A_ROW,
            );
            table.row(&format!("courier, {size} B / HMAC"), verify / hmac, limit);
        }
    }
}

/// Signatures of the kind `v1a`, beside Ed25519 alone. No HMAC comes near to what that takes.
#[cfg(all(feature = "clerk", feature = "ed25519", feature = "http"))]
mod of_public_keys {
    use countersign::{
        StandardPrivateKey,
        clerk::{Signer, Verifier},
    };
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::{of_clerk::MESSAGE_ID, *};

    const SEED: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    const PRIVATE_KEY: &str = "whsk_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=";

    pub(super) fn print_ratios(table: &mut Table) {
        let private = StandardPrivateKey::new(PRIVATE_KEY).expect("a key");
        let verifier = Verifier::from_public_key(private.public_key());
        let signer = Signer::from_private_key(private);
        for size in [128, 1 << 10, 64 << 10] {
            let body = vec![b'x'; size];
            let headers = signer.headers_with_id(MESSAGE_ID, &body, SIGNED_AT);
            let headers: [_; 3] = headers.try_into().expect("three headers");
            let timestamp = SIGNED_AT.unix_timestamp().to_string();
            let message = [MESSAGE_ID.as_bytes(), timestamp.as_bytes(), &body].join(&b'.');
            let signature = SigningKey::from_bytes(SEED).sign(&message);
            let key = SigningKey::from_bytes(SEED).verifying_key();
            let [alone, verify] = support::minima(
                [
                    &mut || {
                        let verdict = key.verify_strict(black_box(&message), &signature);
                        black_box(verdict).expect("a signature");
                    },
                    &mut || {
                        let (headers, body) = black_box((&headers, &body));
                        let delivery = verifier.verify_request_at(headers, body, SIGNED_AT);
                        black_box(delivery).expect("a genuine delivery");
                    },
                ],
                TIME_A_ROW,
            );
            let name = format!("v1a, {size} B / verify_strict");
            table.row(&name, verify / alone, f64::INFINITY);
            table.row(
                &format!("v1a, {size} B, us"),
                verify / 1000.0,
                f64::INFINITY,
            );
        }
    }
}

/// The rows, and schemes that are chosen at run time.
#[cfg(feature = "rows")]
mod of_rows {
    use countersign::{
        AnyVerifier, Provider, Signer, SigningKeys, StandardSecret, Verifier,
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
    fn chosen_at_run_time<P: Provider<Secret: SigningKeys>>(
        table: &mut Table,
        secret: impl Fn() -> P::Secret,
    ) {
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
            cloudflare_stream::CloudflareStream, convoy::Convoy,
            elevenlabs::ElevenLabs, fintoc::Fintoc, hook0::Hook0, knock::Knock, moneybird::Moneybird,
            moonpay::MoonPay, mux::Mux, paddle::Paddle, paymongo::PayMongo, persona::Persona,
            retell::Retell, rootly::Rootly, sanity::Sanity, shippo::Shippo, stripe::Stripe,
            surge_deprecated::SurgeDeprecated, syntage::Syntage, tabapay::TabaPay, terra::Terra,
            tiktok::TikTok
        );
        let with_headers = each!(
            |verifier, headers, body| verifier.verify_request_at(headers, body, SIGNED_AT).is_ok();
            airship::Airship, airwallex::Airwallex, brex::Brex, customer_io::CustomerIo,
            etsy::Etsy, finch::Finch, front::Front, gemini::Gemini, incident_io::IncidentIo,
            increase::Increase, loops::Loops, openai::OpenAi, polar::Polar, render::Render,
            replicate::Replicate, resend::Resend, slack::Slack, standard_webhooks::StandardWebhooks,
            stytch::Stytch, supabase::Supabase, surge::Surge, svix::Svix, vanta::Vanta,
            webflow::Webflow, zoom::Zoom
        );
        assert_eq!(untimed.len() + timed.len() + with_headers.len(), ROWS.len());
    }

    /// Beside the bare HMAC over the parts that the row signs.
    fn row<P: Provider<Secret: SigningKeys>>(
        table: &mut Table,
        secret: impl Fn() -> P::Secret,
        verify: impl Fn(&Verifier<P>, &[(&'static str, String)], &[u8]) -> bool,
    ) {
        let body = [b'x'; 128];
        let headers = Signer::<P>::new(secret()).headers(&body, SIGNED_AT);
        let floor = Floor::of::<P>(&headers, &body);
        let verifier = Verifier::<P>::new(secret());
        let [hmac, verify] = support::minima(
            [&mut || floor.hmac(), &mut || {
                assert!(verify(&verifier, black_box(&headers), black_box(&body)))
            }],
            TIME_A_ROW / 8,
        );
        table.row(&format!("{}, 128 B / HMAC", P::NAME), verify / hmac, 1.35);
    }
}
