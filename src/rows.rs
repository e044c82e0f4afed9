//! Providers that are a scheme and nothing more: one line each.
//!
//! ```
//! use countersign::{Secret, rows::github};
//!
//! let verifier = github::Verifier::new(Secret::new("It's a Secret to Everybody")?);
//! let header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
//! # #[cfg(feature = "std")]
//! let delivery = verifier.verify(header, "Hello, World!")?;
//! # #[cfg(feature = "std")]
//! assert_eq!(delivery.body(), b"Hello, World!");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A provider that is not here is [a few lines](crate::Provider). Who reads the provider's name from a configuration finds
//! its row by [`find`].
//!
//! How each of them signs is what its source says, which is the provider's own documentation, library or sample wherever
//! one could be read, and else a third party that is named. Where a provider says nothing of a tolerance it is 300 seconds,
//! and none where no time is signed: a delivery that was captured is then accepted for ever, and only its id can tell that
//! it was seen before. `Secret` is the text as it is, `StandardSecret` base64 after an optional `whsec_`.
//!
#![doc = include_str!("rows.md")]
//!
//! - Svix sends its three headers as `svix-*`, or where its customer has it so as `webhook-*`: both are read, and never mixed.
//! - Supabase shows a secret after `v1,`, which is not a part of it.
//! - The secrets of Increase and Polar are text, even where they begin with `whsec_`.
//! - Linear sends the time in the body (`webhookTimestamp`, in milliseconds): look at it, as nothing else is fresh.
//! - PayMongo signs under `te` in test mode and under `li` in live mode, and leaves the other empty; TabaPay signs under `v2`
//!   with the previous secret. Both keys are read.
//! - Persona sends a group of time and signature for each of its secrets while they are rotated.
//! - Paddle advises 5 seconds, in both directions here: a clock that is off by more refuses everything genuine, so set it, or
//!   [`with_tolerance`](crate::Verifier::with_tolerance).
//! - Sanity, Replicate and some others advise no tolerance, and their libraries look at no age: here it is 300 seconds.
//! - Hook0 signs with `v0` where the endpoint is set to, and Convoy so where its signatures are the advanced ones.
//!
//! # What is left out
//!
//! Not signed with HMAC-SHA256 over parts of the request that can be told apart, and so no row:
//!
//! - Another digest: Autodesk APS, Intercom, MongoDB Atlas, Segment, Vercel (SHA-1); Affirm, Authorize.Net, Onfleet,
//!   Paystack (SHA-512).
//! - The URL or other things of the request are signed too: Braintree, HubSpot, Mandrill, Mercado Pago, Square, Trello,
//!   Twilio; or the signature stands in the body: Mailgun.
//! - The headers that are signed are named by the request: Coinbase CDP, Hook0 with `v1`.
//! - Public keys: Bridge, and Gemini's dynamic webhooks.
//! - Several signature headers, or positions in place of names: Box, ConfigCat, Cronofy, DocuSign, Recurly.
//! - The time is a date and no number: Klaviyo, Twitch, Zendesk.
//! - An id or nonce follows the body, so that bytes can be moved from one to the other: Framer, Sinch.
//! - The body is not signed as received: OpenPay.
//! - The key is written in hex (Squarespace), or in base64 of any length (Airtable).
//!
//! Not settled by what could be read: Lob (seconds or milliseconds), Merge (padded or not), paymentplatform.dev (what is
//! signed). Those whose events are typed have a module of their own: `clerk`, `courier` and `workos`.

use alloc::string::String;
use core::{fmt, time::Duration};

use crate::{
    AnySigner, AnyVerifier, Identified, Keys,
    Part::{Body, Literal, Timestamp},
    Provider, Scheme, Secret, SecretError, StandardSecret, Timestamped, Tolerance,
};

/// A provider as a value, for who learns at run time which it is.
///
/// ```
/// use countersign::rows;
///
/// let row = rows::find("github").ok_or("no such provider")?;
/// let verifier = row.verifier("It's a Secret to Everybody")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Row {
    name: &'static str,
    scheme: Scheme,
    tolerance: Tolerance,
    keys: fn(String) -> Result<Keys, SecretError>,
    secret: &'static str,
    source: &'static str,
}

/// The row of this name, which is that of its module: `find("stripe")`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

impl Row {
    /// Name of the provider: [`Provider::NAME`].
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How it signs.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// How far the time of signing may lie from now, where it is signed.
    #[must_use]
    pub const fn tolerance(&self) -> Tolerance {
        self.tolerance
    }

    /// Name of the type of its secret: `Secret` or `StandardSecret`.
    #[must_use]
    pub const fn secret(&self) -> &'static str {
        self.secret
    }

    /// Where the facts come from, in Markdown.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// The keys of this secret: [`AnyVerifier::with_previous`] takes further ones.
    ///
    /// # Errors
    ///
    /// Those of [`Secret::new`] or [`StandardSecret::new`].
    pub fn keys(&self, secret: impl Into<String>) -> Result<Keys, SecretError> {
        (self.keys)(secret.into())
    }

    /// A verifier with this secret and the row's tolerance.
    ///
    /// # Errors
    ///
    /// Those of [`Secret::new`] or [`StandardSecret::new`].
    pub fn verifier(&self, secret: impl Into<String>) -> Result<AnyVerifier, SecretError> {
        let verifier = AnyVerifier::new(self.scheme, self.keys(secret)?);
        Ok(verifier.with_tolerance(self.tolerance))
    }

    /// A signer with this secret.
    ///
    /// # Errors
    ///
    /// Those of [`Secret::new`] or [`StandardSecret::new`].
    pub fn signer(&self, secret: impl Into<String>) -> Result<AnySigner, SecretError> {
        Ok(AnySigner::of_keys(self.scheme, self.keys(secret)?))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("name", &self.name)
            .field("scheme", &self.scheme)
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

/// Makes of each line a module with the provider's type and its aliases, and of all lines [`ROWS`].
///
/// A line is the module and the type, the secret, the tolerance where a time is signed, the scheme, and the source.
macro_rules! rows {
    ($($markers:tt { $(
        $module:ident $Type:ident: $Secret:ident, $($seconds:literal s,)?
        $constructor:ident $arguments:tt $(.$method:ident $method_arguments:tt)*, $source:literal;
    )* })*) => {
        $($(
            #[doc = concat!(
                "`Scheme::", stringify!($constructor $arguments $(.$method $method_arguments)*), "`, `",
                stringify!($Secret), "`. Source: ", $source, "."
            )]
            pub mod $module {
                use super::*;

                /// The provider, for [`Verifier`](crate::Verifier), [`Delivery`](crate::Delivery) and
                /// [`Signer`](crate::Signer). Has no values.
                #[derive(Debug)]
                #[expect(clippy::exhaustive_enums, reason = "a marker that never has a variant")]
                pub enum $Type {}

                impl Provider for $Type {
                    const NAME: &'static str = stringify!($module);
                    const SCHEME: Scheme = Scheme::$constructor $arguments $(.$method $method_arguments)*;
                    $(const TOLERANCE: Tolerance = Tolerance::new(Duration::from_secs($seconds));)?
                    type Secret = $Secret;
                }

                markers! { $markers $Type }

                /// Verifies deliveries of this provider.
                pub type Verifier = crate::Verifier<$Type>;

                /// A delivery of this provider that has been verified, and borrows its body.
                pub type Delivery<'a> = crate::Delivery<$Type, &'a [u8]>;

                /// Signs as this provider does.
                pub type Signer = crate::Signer<$Type>;

                /// Name of the HTTP header that carries the signature, in lower case.
                pub const SIGNATURE_HEADER: &str = $Type::SCHEME.signature_header();
            }
        )*)*

        /// All rows.
        pub const ROWS: &[Row] = &[$($(Row {
            name: $module::$Type::NAME,
            scheme: $module::$Type::SCHEME,
            tolerance: $module::$Type::TOLERANCE,
            keys: |secret| Ok($Secret::new(secret)?.into()),
            secret: stringify!($Secret),
            source: $source,
        },)*)*];
    };
}

macro_rules! markers {
    ([$($marker:ident),*] $Type:ident) => {
        $(impl $marker for $Type {})*
    };
}

rows! {
    [] {
        ably Ably: Secret, prefixed("x-ably-signature", "").base64(), "`ably/docs` c20d2c4ff4fb, `src/pages/docs/platform/integrations/webhooks/index.mdx`";
        aftership AfterShip: Secret, prefixed("aftership-hmac-sha256", "").base64(), "<https://developers.aftership.com/reference/check-signatures>";
        asana Asana: Secret, prefixed("x-hook-signature", ""), "`Asana/devrel-examples` 00d81bb224cc, `javascript/webhooks-nodejs/index.js`";
        ashby Ashby: Secret, prefixed("ashby-signature", "sha256="), "<https://developers.ashbyhq.com/docs/authenticating-webhooks>";
        atlassian_jira AtlassianJira: Secret, prefixed("x-hub-signature", "sha256="), "<https://developer.atlassian.com/cloud/jira/platform/webhooks/>";
        bitbucket Bitbucket: Secret, prefixed("x-hub-signature", "sha256="), "`hookdeck/webhook-skills` 0693eebc9391, `skills/bitbucket-webhooks/examples/fastapi/test_webhook.py`";
        bolt Bolt: Secret, prefixed("x-bolt-hmac-sha256", "").base64(), "<https://help.bolt.com/gaming/guide/bolt-webhooks/validate-authenticity>";
        cal_com CalCom: Secret, prefixed("x-cal-signature-256", ""), "`calcom/cal.com` 008952de0ac2, `packages/features/webhooks/lib/sendPayload.ts`";
        chargify Chargify: Secret, prefixed("x-chargify-webhook-signature-hmac-sha-256", ""), "`chargify/docs.chargify.com` 03f139e9bd82, `doculab/docs/webhooks.textile`";
        checkout_com CheckoutCom: Secret, prefixed("cko-signature", ""), "`hookdeck/webhook-skills` 02695b715dc7, `skills/checkout-com-webhooks/references/verification.md`";
        checkr Checkr: Secret, prefixed("x-checkr-signature", ""), "`checkr/oauth-reference-integration` 51b13e34ad9f, `routes/checkr.js`";
        circleci CircleCi: Secret, list("circleci-signature", "v1=", b','), "`circleci/circleci-docs` 9734a1410cc9, `docs/guides/modules/integration/pages/outbound-webhooks.adoc`";
        clickup ClickUp: Secret, prefixed("x-signature", ""), "<https://developer.clickup.com/docs/webhooksignature>";
        coinbase_commerce CoinbaseCommerce: Secret, prefixed("x-cc-webhook-signature", ""), "`coinbase-commerce-node` 1.0.4 (npm)";
        deel Deel: Secret, prefixed("x-deel-signature", "").message(&[Literal("POST"), Body]), "<https://developer.deel.com/v2.1.72/docs/webhooks-get-started>";
        doppler Doppler: Secret, prefixed("x-doppler-signature", "sha256="), "<https://docs.doppler.com/docs/webhooks>";
        dropbox Dropbox: Secret, prefixed("x-dropbox-signature", ""), "`dropbox/mdwebhook` 1b32d5aec510, `app.py`";
        dub Dub: Secret, prefixed("dub-signature", ""), "`dubinc/docs` 3917ac3a15ac, `docs/webhooks/verify-webhook-requests.mdx`";
        dwolla Dwolla: Secret, prefixed("x-request-signature-sha-256", ""), "<https://developers.dwolla.com/guides/webhooks/validating-webhooks.html>";
        github GitHub: Secret, prefixed("x-hub-signature-256", "sha256="), "`github/docs` 0c4564acdc9f, `content/webhooks/using-webhooks/validating-webhook-deliveries.md`";
        gocardless GoCardless: Secret, prefixed("webhook-signature", ""), "`gocardless-nodejs` 10.1.2 (npm)";
        heroku Heroku: Secret, prefixed("heroku-webhook-hmac-sha256", "").base64(), "`getsentry/sentry` 03a60f9a032b, `src/sentry_plugins/heroku/plugin.py`";
        launchdarkly LaunchDarkly: Secret, prefixed("x-ld-signature", ""), "<https://launchdarkly.com/docs/eu-docs/home/infrastructure/webhooks>";
        lemon_squeezy LemonSqueezy: Secret, prefixed("x-signature", ""), "<https://docs.lemonsqueezy.com/help/webhooks/signing-requests>";
        linear Linear: Secret, prefixed("linear-signature", ""), "`@linear/sdk` 98.0.0 (npm)";
        linkedin LinkedIn: Secret, prefixed("x-li-signature", "").message(&[Literal("hmacsha256="), Body]), "<https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation>";
        meta Meta: Secret, prefixed("x-hub-signature-256", "sha256="), "`garethx/webhook-skills` d033bcee7e86, `skills/whatsapp-webhooks/references/verification.md`";
        modern_treasury ModernTreasury: Secret, prefixed("x-signature", ""), "`modern-treasury` 3.3.0 (npm)";
        ms_teams MsTeams: StandardSecret, prefixed("authorization", "HMAC ").base64(), "`OfficeDev/msteams-samples-outgoing-webhook-nodejs`, `app.js`";
        notion Notion: Secret, prefixed("x-notion-signature", "sha256="), "`@notionhq/client` 5.26.0 (npm)";
        npm Npm: Secret, prefixed("x-npm-signature", "sha256="), "`npm-hook-receiver` 1.0.0 (npm)";
        nylas Nylas: Secret, prefixed("x-nylas-signature", ""), "<https://developer.nylas.com/docs/cookbook/use-cases/build/verify-webhook-signatures/>";
        pagerduty PagerDuty: Secret, list("x-pagerduty-signature", "v1=", b','), "`PagerDuty/developer-docs` 01f977eb0a6b, `docs/webhooks/04-Signatures.md`";
        primer Primer: Secret, prefixed("x-signature-primary", "").base64(), "<https://primer.io/docs/api-reference/get-started/configure-webhooks>";
        pusher Pusher: Secret, prefixed("x-pusher-signature", ""), "`pusher` 5.3.4 (npm)";
        quickbooks QuickBooks: Secret, prefixed("intuit-signature", "").base64(), "`IntuitDeveloper/SampleApp-Webhooks-nodejs` 692e9d0a8490, `util/util.js`";
        razorpay Razorpay: Secret, prefixed("x-razorpay-signature", ""), "`razorpay` 2.9.8 (npm)";
        sendbird Sendbird: Secret, prefixed("x-sendbird-signature", ""), "<https://sendbird.com/docs/chat/v3/platform-api/webhook/webhook-overview>";
        sentry Sentry: Secret, prefixed("sentry-hook-signature", ""), "`getsentry/sentry` 02119258dbe2, `src/sentry/sentry_apps/models/sentry_app.py`";
        shopify Shopify: Secret, prefixed("x-shopify-hmac-sha256", "").base64(), "`@shopify/shopify-api` 13.1.0 (npm)";
        tally Tally: Secret, prefixed("tally-signature", "").base64(), "`garethx/webhook-skills` 64a83e3762d3, `skills/tally-webhooks/references/verification.md`";
        typeform Typeform: Secret, prefixed("typeform-signature", "sha256=").base64(), "<https://www.typeform.com/developers/webhooks/secure-your-webhooks/>";
        woocommerce WooCommerce: Secret, prefixed("x-wc-webhook-signature", "").base64(), "`woocommerce/woocommerce` 00e1bc4da70f, `plugins/woocommerce/includes/class-wc-webhook.php`";
        x X: Secret, prefixed("x-twitter-webhooks-signature", "sha256=").base64(), "`xdevplatform/docs` 287132819074, `x-api/webhooks/quickstart.mdx`";
        xero Xero: Secret, prefixed("x-xero-signature", "").base64(), "`XeroAPI/XeroWebhooksReceiver` 0b9b12b2bfc8, `XeroWebhooksReceiver/Helpers/SignatureVerifier.cs`";
    }

    [Timestamped] {
        airship Airship: Secret, 300 s, prefixed("x-ua-signature", "").timestamp_in("x-ua-timestamp", &[Timestamp, Literal(":"), Body]), "<https://support.airship.com/hc/en-us/articles/360032501831-Implementing-a-Signature-Hash-and-Validating-an-Open-Channel-Webhook>";
        airwallex Airwallex: Secret, 300 s, prefixed("x-signature", "").timestamp_in("x-timestamp", &[Timestamp, Body]).millis(), "<https://www.airwallex.com/docs/developer-tools__listen-for-webhook-events>";
        authsignal Authsignal: Secret, 300 s, keyed("x-signature-v2", "t", "v2").base64().unpadded(), "`@authsignal/node` 2.21.0 (npm)";
        billit Billit: Secret, 300 s, keyed("billit-signature", "t", "s"), "<https://docs.billit.be/reference/webhook>";
        buildkite Buildkite: Secret, 300 s, keyed("x-buildkite-signature", "timestamp", "signature"), "`buildkite/docs` fd5193822f2b, `pages/apis/webhooks/_verifying_hmac_signatures.md`";
        calendly Calendly: Secret, 180 s, keyed("calendly-webhook-signature", "t", "v1"), "`hookdeck/webhook-skills` 455a656ad0b9, `skills/calendly-webhooks/references/verification.md`";
        cloudflare_stream CloudflareStream: Secret, 300 s, keyed("webhook-signature", "time", "sig1"), "`cloudflare/cloudflare-docs` 07acbb6612b5, `src/content/docs/stream/manage-video-library/using-webhooks.mdx`";
        convoy Convoy: Secret, 300 s, keyed("x-convoy-signature", "t", "v1").message(&[Timestamp, Literal(","), Body]), "`frain-dev/convoy` 2b60cc652e1d, `pkg/signature/signature.go`";
        customer_io CustomerIo: Secret, 300 s, prefixed("x-cio-signature", "").timestamp_in("x-cio-timestamp", &[Literal("v0:"), Timestamp, Literal(":"), Body]), "`dailydotdev/daily-api` d5f0706117de, `src/routes/webhooks/customerio.ts`";
        elevenlabs ElevenLabs: Secret, 1800 s, keyed("elevenlabs-signature", "t", "v0"), "`@elevenlabs/elevenlabs-js` 2.73.0 (npm)";
        fintoc Fintoc: Secret, 300 s, keyed("fintoc-signature", "t", "v1"), "`fintoc` 1.15.0 (npm)";
        front Front: Secret, 300 s, prefixed("x-front-signature", "").base64().timestamp_in("x-front-request-timestamp", &[Timestamp, Literal(":"), Body]).millis(), "<https://dev.frontapp.com/docs/application-webhooks>";
        hook0 Hook0: Secret, 300 s, keyed("x-hook0-signature", "t", "v0"), "`hook0-client` 1.1.0 (npm)";
        knock Knock: Secret, 300 s, keyed("x-knock-signature", "t", "s").millis().base64(), "`knocklabs/docs` 06825a1ea059, `content/developer-tools/outbound-webhooks/overview.mdx`";
        moneybird Moneybird: Secret, 300 s, keyed("moneybird-signature", "t", "v1"), "<https://developer.moneybird.com/webhooks/verifying-signatures.md>";
        moonpay MoonPay: Secret, 300 s, keyed("moonpay-signature-v2", "t", "s"), "<https://dev.moonpay.com/api-reference/platform/webhooks/overview.md>";
        mux Mux: Secret, 300 s, keyed("mux-signature", "t", "v1"), "<https://docs.mux.com/core/verify-webhook-signatures>";
        paddle Paddle: Secret, 5 s, keyed("paddle-signature", "ts", "h1").separator(b';').message(&[Timestamp, Literal(":"), Body]), "`@paddle/paddle-node-sdk` 3.10.0 (npm)";
        paymongo PayMongo: Secret, 300 s, keyed("paymongo-signature", "t", "te").or_signature("li"), "<https://developers.paymongo.com/docs/securing-webhook>";
        persona Persona: Secret, 300 s, keyed("persona-signature", "t", "v1").groups(), "<https://docs.withpersona.com/docs/webhooks-best-practices>";
        retell Retell: Secret, 300 s, keyed("x-retell-signature", "v", "d").millis().message(&[Body, Timestamp]), "`retell-sdk` 5.66.1 (npm)";
        rootly Rootly: Secret, 300 s, keyed("x-rootly-signature", "t", "v1").message(&[Timestamp, Body]), "<https://docs.rootly.com/configuration/webhooks>";
        sanity Sanity: Secret, 300 s, keyed("sanity-webhook-signature", "t", "v1").millis().base64url().unpadded(), "`sanity-io/webhook-toolkit` 649f5adcd8e9, `src/signature.ts`";
        shippo Shippo: Secret, 300 s, keyed("shippo-auth-signature", "t", "v1"), "`altissimo-shippo-tracking` 0.2.1 (PyPI)";
        slack Slack: Secret, 300 s, prefixed("x-slack-signature", "v0=").timestamp_in("x-slack-request-timestamp", &[Literal("v0:"), Timestamp, Literal(":"), Body]), "`slack-sdk` 3.48.0 (PyPI)";
        stripe Stripe: Secret, 300 s, keyed("stripe-signature", "t", "v1"), "`stripe` 23.1.0 (npm)";
        surge_deprecated SurgeDeprecated: Secret, 300 s, keyed("surge-signature", "t", "v1"), "<https://docs.surge.app/api-reference/webhooks/signature-validation.md>";
        syntage Syntage: Secret, 300 s, keyed("x-satws-signature", "t", "s"), "<https://docs.syntage.com/guides/validating-webhook-requests.md>";
        tabapay TabaPay: Secret, 300 s, keyed("x-hmac-signature", "t", "v1").or_signature("v2"), "<https://developers.tabapay.com/reference/webhook-signature-headers>";
        terra Terra: Secret, 300 s, keyed("terra-signature", "t", "v1"), "`terra-api` 2.1.0 (npm)";
        tiktok TikTok: Secret, 300 s, keyed("tiktok-signature", "t", "s"), "<https://developers.tiktok.com/doc/webhooks-verification>";
        webflow Webflow: Secret, 300 s, prefixed("x-webflow-signature", "").timestamp_in("x-webflow-timestamp", &[Timestamp, Literal(":"), Body]).millis(), "<https://developers.webflow.com/data/v1.0.0/docs/verifying-webhook-signatures>";
        zoom Zoom: Secret, 300 s, prefixed("x-zm-signature", "v0=").timestamp_in("x-zm-request-timestamp", &[Literal("v0:"), Timestamp, Literal(":"), Body]), "`@zoom/rivet` 0.4.0 (npm)";
    }

    [Timestamped, Identified] {
        brex Brex: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`triggerdotdev/api-reference` 7cf5f20a00f7, `src/brex-http-endpoint.ts`";
        etsy Etsy: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`api-evangelist/etsy` 9d4010e2138f, `asyncapi/etsy-webhooks-asyncapi.yml`";
        finch Finch: StandardSecret, 300 s, standard("finch-event-id", "finch-timestamp", "finch-signature"), "`@tryfinch/finch-api` 10.7.0 (npm)";
        gemini Gemini: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`google-gemini/cookbook` 07cc99765866, `quickstarts/Webhooks.ipynb`";
        incident_io IncidentIo: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "<https://docs.incident.io/api-reference/webhooks>";
        increase Increase: Secret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`increase` 0.583.0 (npm)";
        loops Loops: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "<https://loops.so/docs/webhooks.md>";
        openai OpenAi: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`openai` 6.49.0 (npm)";
        polar Polar: Secret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`polarsource/polar` c6c3645e639e, `sdk/typescript/src/webhooks.ts`";
        render Render: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "<https://render.com/docs/webhooks> (its sample verifies with `standardwebhooks`)";
        replicate Replicate: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`replicate` 1.4.0 (npm)";
        resend Resend: StandardSecret, 300 s, standard("svix-id", "svix-timestamp", "svix-signature"), "<https://resend.com/docs/webhooks/verify-webhooks-requests>";
        standard_webhooks StandardWebhooks: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`standard-webhooks/standard-webhooks` b2fa7b8719fb, `spec/standard-webhooks.md`";
        stytch Stytch: StandardSecret, 300 s, standard("svix-id", "svix-timestamp", "svix-signature"), "<https://stytch.com/docs/b2b/guides/webhooks> (sent by Svix)";
        supabase Supabase: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "`supabase/auth` 02a07864e79d, `internal/hooks/v0hooks/v0http/v0http.go`";
        surge Surge: StandardSecret, 300 s, standard("webhook-id", "webhook-timestamp", "webhook-signature"), "<https://docs.surge.app/api-reference/webhooks/signature-validation.md>";
        svix Svix: StandardSecret, 300 s, standard("svix-id", "svix-timestamp", "svix-signature").or_headers("webhook-id", "webhook-timestamp", "webhook-signature"), "<https://docs.svix.com/receiving/verifying-payloads/how-manual>";
        vanta Vanta: StandardSecret, 300 s, standard("svix-id", "svix-timestamp", "svix-signature"), "<https://developer.vanta.com/docs/webhooks> (sent by Svix)";
    }
}
