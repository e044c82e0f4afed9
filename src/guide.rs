//! Pages by task.
//!
//! - [Events](events): what an event is, and what is done with what does not fit.
//! - [Responses and retries](responses): what is answered, and what the provider does then.
//! - [Receiving for real](receiving): idempotency, queues, order, and what was never delivered.
//! - [Secret rotation](rotation), and the tolerance.
//! - [Testing](testing) of a handler.
//! - [Services](services): tower, hyper, Lambda, Workers, and anything else.
//! - [Providers](providers): some ninety that ship, and one of your own.
//! - [Error reference](errors): every verdict, and what to do about it.
//! - [Operating](operating): logs, metrics and alerts.
//! - [Upgrading](upgrading) from an earlier version.

/// A page, whose examples use all features, and so are tests where all are on.
macro_rules! pages {
    ($($page:ident: $file:literal,)*) => {$(
        #[cfg_attr(
            any(
                not(doctest),
                all(
                    feature = "actix-web",
                    feature = "axum",
                    feature = "clerk",
                    feature = "ed25519",
                    feature = "fixtures",
                    feature = "http",
                    feature = "rows",
                    feature = "workos",
                )
            ),
            doc = include_str!($file)
        )]
        // It links to what is there with all features.
        #[cfg_attr(
            not(all(feature = "clerk", feature = "inbox", feature = "tower", feature = "workos")),
            allow(rustdoc::broken_intra_doc_links)
        )]
        pub mod $page {}
    )*};
}

pages! {
    errors: "guide/errors.md",
    events: "guide/events.md",
    operating: "guide/operating.md",
    providers: "guide/providers.md",
    receiving: "guide/receiving.md",
    responses: "guide/responses.md",
    rotation: "guide/rotation.md",
    services: "guide/services.md",
    testing: "guide/testing.md",
    upgrading: "guide/upgrading.md",
}
