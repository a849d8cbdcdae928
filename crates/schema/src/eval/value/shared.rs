//! Text, as a value and as a key.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

/// A text, the name of an attribute or a key of a map. Cloning is cheap.
#[derive(Clone)]
pub struct SharedText(Form);

#[derive(Clone)]
enum Form {
    /// Part of the program: the names of a provider's arguments are.
    Fixed(&'static str),
    Shared(Rc<str>),
}

impl SharedText {
    /// A text that is part of the program.
    #[must_use]
    pub fn fixed(text: &'static str) -> Self {
        Self(Form::Fixed(text))
    }
}

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Form::Fixed(text) => text,
            Form::Shared(text) => text,
        }
    }
}

impl Borrow<str> for SharedText {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for SharedText {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedText {}

impl PartialOrd for SharedText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedText {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self(Form::Shared(text.into()))
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self(Form::Shared(text.into()))
    }
}

/// As modules have it: what is part of the program is not copied.
impl From<&terrace_ir::Text> for SharedText {
    fn from(text: &terrace_ir::Text) -> Self {
        match text {
            Cow::Borrowed(text) => Self::fixed(text),
            Cow::Owned(text) => text.as_str().into(),
        }
    }
}

impl From<Rc<str>> for SharedText {
    fn from(text: Rc<str>) -> Self {
        Self(Form::Shared(text))
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
