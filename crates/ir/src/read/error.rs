//! What is wrong with a text, and where in it.

use std::fmt;
use std::ops::Range;

/// What is wrong with a text that was read as JSON or as an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// One line, lower case, no full stop.
    pub message: String,
    /// What to do, where the message does not say it.
    pub hint: Option<&'static str>,
    /// The place in the text, in bytes.
    pub at: Range<usize>,
    /// Whether the text is well formed as far as it was read, but nested too deeply.
    pub too_deep: bool,
}

impl Error {
    pub(super) fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            at,
            too_deep: false,
        }
    }

    pub(super) fn too_deep(message: impl Into<String>, at: Range<usize>) -> Self {
        Self {
            too_deep: true,
            ..Self::new(message, at)
        }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
