//! What an expression may use where it stands, besides what the module declares.

use super::declared::{Id, Repetition};

/// The names that are known in a place, and whose place it is.
#[derive(Clone, Default)]
pub(super) struct Scope<'a> {
    /// Whether there is `each`.
    pub(super) each: bool,
    /// Whether there is `count`.
    pub(super) count: bool,
    /// Whether there is `self`.
    pub(super) self_object: bool,
    /// Variables of `for` and iterators of `dynamic`, the innermost last.
    pub(super) names: Vec<&'a str>,
    /// What waits for everything that is referred to here.
    pub(super) waits: Option<Id>,
    /// What cannot be referred to here, because it is being made of this.
    pub(super) own: Option<Id>,
    /// The check that the expression stands in.
    pub(super) check: Option<&'a str>,
    /// Whether everything else may be destroyed already.
    pub(super) at_destroy: bool,
}

impl Scope<'_> {
    /// The scope of the arguments of something that waits for what it refers to.
    pub(super) fn of(waits: Id) -> Self {
        Self {
            waits: Some(waits),
            ..Self::default()
        }
    }

    /// The same with what `count` and `for_each` bring.
    pub(super) fn repeated(mut self, repetition: Repetition) -> Self {
        self.each = matches!(repetition, Repetition::ForEach(_));
        self.count = matches!(repetition, Repetition::Count(_));
        self
    }
}
