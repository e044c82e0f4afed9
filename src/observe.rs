//! What the operator is told, by the crates `tracing` and `metrics`: never a header, a body or a secret. Without these features
//! nothing of it is left.
#![cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "nobody is told")
)]

#[cfg(feature = "tracing")]
use alloc::string::ToString;
use core::time::Duration;

use crate::{Delivery, Provider, Rejection};

/// Tells of a delivery that was accepted, or why it was refused. `now` is in nanoseconds since 1970.
#[inline]
pub(crate) fn delivery<P: Provider, B>(
    delivery: Result<&Delivery<P, B>, &Rejection>,
    now: impl FnOnce() -> i128,
) {
    if cfg!(any(feature = "tracing", feature = "metrics")) {
        match delivery {
            Ok(delivery) => {
                let key = (delivery.key_index(), delivery.key_label());
                accepted(P::NAME, key, delivery.age(now()));
            }
            Err(rejection) => refused(P::NAME, rejection, now()),
        }
    }
}

/// [`delivery`], and gives it back.
#[inline]
pub(crate) fn told<P: Provider, B>(
    received: Result<Delivery<P, B>, Rejection>,
    now: impl FnOnce() -> i128,
) -> Result<Delivery<P, B>, Rejection> {
    delivery(received.as_ref(), now);
    received
}

/// Tells why a request was refused, and gives that back.
#[inline]
pub(crate) fn refusal<P: Provider>(rejection: Rejection, now: impl FnOnce() -> i128) -> Rejection {
    delivery::<P, &[u8]>(Err(&rejection), now);
    rejection
}

fn accepted(
    provider: &'static str,
    (key_index, key_label): (usize, Option<&str>),
    age: Option<Duration>,
) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "countersign",
        provider,
        age = age.map(tracing::field::debug),
        key_index,
        key_label,
        "webhook accepted"
    );
    #[cfg(feature = "metrics")]
    {
        count_delivery(provider, "accepted", age);
        if key_index > 0 {
            metrics::counter!(PREVIOUS_KEY, "provider" => provider).increment(1);
        }
    }
}

#[cold]
fn refused(provider: &'static str, rejection: &Rejection, now: i128) {
    let age = rejection.age(now);
    #[cfg(feature = "tracing")]
    let mismatch = match rejection {
        Rejection::Decode(undecoded) => mismatch(undecoded.error()),
        _ => None,
    };
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "countersign",
        provider,
        kind = rejection.kind(),
        reason = %shortened(&rejection.to_string()),
        event = mismatch.map(|it| shortened(it.event())),
        id = mismatch.and_then(id),
        age = age.map(tracing::field::debug),
        "webhook refused"
    );
    #[cfg(feature = "metrics")]
    count_delivery(provider, rejection.kind(), age);
}

/// Tells of an event of a verified delivery: of its name and its misfits, or why it did not decode.
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
#[inline]
pub(crate) fn event<P: Provider>(event: Result<(&str, &[crate::Misfit]), &crate::DecodeError>) {
    if cfg!(any(feature = "tracing", feature = "metrics")) {
        tell_event(P::NAME, event);
    }
}

#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
fn tell_event(
    provider: &'static str,
    event: Result<(&str, &[crate::Misfit]), &crate::DecodeError>,
) {
    #[cfg(feature = "tracing")]
    if let Ok((name, misfits @ [_, ..])) = event {
        tracing::warn!(
            target: "countersign",
            provider,
            event = shortened(name),
            paths = %shortened(&paths(misfits)),
            "webhook event has misfits"
        );
    }
    #[cfg(feature = "metrics")]
    {
        let verdict = match event {
            Ok((_, [])) => "decoded",
            Ok(_) => "misfits",
            Err(error) => error.kind(),
        };
        metrics::counter!(EVENTS, "provider" => provider, "verdict" => verdict).increment(1);
    }
}

#[cfg(all(
    feature = "tracing",
    any(feature = "workos", feature = "clerk", feature = "courier")
))]
fn paths(misfits: &[crate::Misfit]) -> alloc::string::String {
    // More would be cut off again.
    let paths = misfits.iter().take(MOST).map(crate::Misfit::path);
    paths.collect::<alloc::vec::Vec<_>>().join(", ")
}

/// Tells of an event of a verified delivery that did not decode where no request is refused for it.
#[cold]
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
pub(crate) fn undecoded<P: Provider>(error: &crate::DecodeError) {
    let provider = P::NAME;
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "countersign",
        provider,
        kind = error.kind(),
        reason = %shortened(&error.to_string()),
        event = mismatch(error).map(|it| shortened(it.event())),
        id = mismatch(error).and_then(id),
        "webhook event does not decode"
    );
}

/// Which event it is, if that is known.
#[cfg(feature = "tracing")]
fn mismatch(error: &crate::DecodeError) -> Option<&crate::EventMismatch> {
    match error {
        crate::DecodeError::EventMismatch(mismatch) => Some(mismatch),
        _ => None,
    }
}

#[cfg(feature = "metrics")]
const DELIVERIES: &str = "countersign_deliveries_total";
#[cfg(feature = "metrics")]
const PREVIOUS_KEY: &str = "countersign_previous_key_deliveries_total";
#[cfg(feature = "metrics")]
const EVENTS: &str = "countersign_events_total";
#[cfg(feature = "metrics")]
const AGE: &str = "countersign_delivery_age_seconds";

#[cfg(feature = "metrics")]
fn count_delivery(provider: &'static str, verdict: &'static str, age: Option<Duration>) {
    static DESCRIBED: std::sync::OnceLock<()> = std::sync::OnceLock::new();
    DESCRIBED.get_or_init(describe);
    metrics::counter!(DELIVERIES, "provider" => provider, "verdict" => verdict).increment(1);
    if let Some(age) = age {
        metrics::histogram!(AGE, "provider" => provider).record(age);
    }
}

/// Says what they are to whoever looks at them: by the first delivery, as a recorder is installed by then.
#[cfg(feature = "metrics")]
fn describe() {
    use metrics::{Unit, describe_counter, describe_histogram};

    describe_counter!(DELIVERIES, "Webhook deliveries, accepted or refused.");
    describe_counter!(PREVIOUS_KEY, "Deliveries accepted by a previous key.");
    describe_counter!(EVENTS, "Events of genuine deliveries, decoded or not.");
    describe_histogram!(
        AGE,
        Unit::Seconds,
        "Time since a genuine delivery was signed."
    );
}

#[cfg(feature = "tracing")]
fn id(mismatch: &crate::EventMismatch) -> Option<&str> {
    Some(shortened(mismatch.id())).filter(|id| !id.is_empty())
}

/// Its first characters. The name of an event and the path in it are short, unless they are meant to fill a log.
#[cfg(feature = "tracing")]
fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(MOST).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// How many characters of a text are told.
#[cfg(feature = "tracing")]
const MOST: usize = 200;
