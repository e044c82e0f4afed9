//! From body bytes to JSON text, and from `serde_json`'s errors, which may quote the body, to ours, which do not.

use core::str;

use serde_json::error::Category;

use crate::DecodeError;

pub(crate) fn text(body: &[u8]) -> Result<&str, DecodeError> {
    str::from_utf8(body).map_err(|error| DecodeError::NotUtf8 {
        valid_up_to: error.valid_up_to(),
    })
}

pub(crate) fn error(error: &serde_json::Error) -> DecodeError {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Data => DecodeError::Mismatch { line, column },
        Category::Eof | Category::Io | Category::Syntax => DecodeError::NotJson { line, column },
    }
}
