//! What the operator is told, by the crate `tracing`: never a header, a body or a secret.

use alloc::string::String;

use crate::Misfit;

/// Tells of an event that was delivered with misfits.
pub(crate) fn misfits(event: &str, misfits: &[Misfit]) {
    if misfits.is_empty() {
        return;
    }
    let mut paths = String::new();
    for misfit in misfits {
        if !paths.is_empty() {
            paths.push_str(", ");
        }
        paths.push_str(misfit.path());
    }
    tracing::warn!(
        target: "countersign",
        event = shortened(event),
        paths = %shortened(&paths),
        "webhook event has misfits"
    );
}

/// Its first 200 characters. The name of an event and the path in it are short, unless they are meant to fill a log.
pub(crate) fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(200).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}
