//! What the operator is told, by the crate `tracing`: never a header, a body or a secret.

/// Tells of an event that was delivered with misfits.
#[cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]
pub(crate) fn misfits(event: &str, misfits: &[crate::Misfit]) {
    if misfits.is_empty() {
        return;
    }
    // More would be cut off again.
    let paths: alloc::vec::Vec<&str> = misfits.iter().take(MOST).map(|it| it.path()).collect();
    tracing::warn!(
        target: "countersign",
        event = shortened(event),
        paths = %shortened(&paths.join(", ")),
        "webhook event has misfits"
    );
}

/// Its first characters. The name of an event and the path in it are short, unless they are meant to fill a log.
pub(crate) fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(MOST).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// How many characters of a text are told.
const MOST: usize = 200;
