//! What ends the command before its work is done: exit code 2.

use std::{fmt, io};

#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong arguments, or input that cannot be read. What is told holds no secret and no header.
    Usage {
        message: String,
        hint: Option<String>,
    },
    /// Nothing can be printed. Where the reader went away, as `head` does, nothing is wrong.
    Output(io::Error),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn with_hint(self, text: impl Into<String>) -> Self {
        match self {
            Self::Usage { message, .. } => Self::Usage {
                message,
                hint: Some(text.into()),
            },
            output => output,
        }
    }

    /// The same, of this file or delivery.
    pub(crate) fn at(self, place: impl fmt::Display) -> Self {
        match self {
            Self::Usage { message, hint } => Self::Usage {
                message: format!("{place}: {message}"),
                hint,
            },
            output => output,
        }
    }

    /// Without the hint, in one line.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Usage { message, .. } => message.clone(),
            Self::Output(error) => error.to_string(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { message, hint } => {
                write!(f, "error: {message}")?;
                match hint {
                    Some(hint) => write!(f, "\nhint: {hint}"),
                    None => Ok(()),
                }
            }
            Self::Output(error) => write!(f, "error: output: {error}"),
        }
    }
}

/// Of what is printed. What is read has a place to be told.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
