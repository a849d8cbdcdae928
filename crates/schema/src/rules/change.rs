//! What is to become of a resource: what was, what shall be, and what is written.

use crate::eval::Val;
use crate::model::Schema;

use super::view::{Reading, View};

/// A resource that is made, or changed from one state to another.
///
/// All values are objects in the form of the type: blocks are lists or sets of objects, or an object where one stands alone.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    pub(super) schema: &'a Schema,
    pub(super) case: Case<'a>,
}

/// The arguments of a resource, or of one of its blocks, in the three forms in which rules read them.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// What shall be: what is written, with defaults and with what the provider fills in or keeps.
    pub new: View<'a>,
    /// What was.
    pub old: Old<'a>,
    /// What is written and nothing else.
    pub written: View<'a>,
    /// What is wanted of the resource as a whole.
    pub whole: View<'a>,
}

/// What a resource was before.
#[derive(Clone, Copy)]
pub enum Old<'a> {
    /// Nothing: it is made anew.
    Nothing,
    /// It is not known whether it was there, and what it was.
    Unknown,
    /// This.
    Was(View<'a>),
}

impl<'a> Change<'a> {
    /// A resource of which only the configuration is known, as a check before any plan sees it.
    ///
    /// Nothing follows from what is unknown, nor from what is left out and the provider fills in: an existing resource may have
    /// any value there.
    #[must_use]
    pub fn configured(schema: &'a Schema, written: &'a Val) -> Self {
        Self::new(schema, Reading::Certain, Old::Unknown, written, written)
    }

    /// A resource that the configuration changes, where of the state no more is known than the configuration before.
    #[must_use]
    pub fn reconfigured(schema: &'a Schema, old: &'a Val, written: &'a Val) -> Self {
        let old = Old::Was(View::new(old, &schema.body, Reading::Certain));
        Self::new(schema, Reading::Certain, old, written, written)
    }

    /// A resource that is made, as the provider's code sees it: what is unknown reads as its zero.
    ///
    /// `written` is the configuration, `new` what is planned from it.
    #[must_use]
    pub fn create(schema: &'a Schema, written: &'a Val, new: &'a Val) -> Self {
        Self::new(schema, Reading::AsZero, Old::Nothing, written, new)
    }

    /// A resource that is changed, as the provider's code sees it: what is unknown reads as its zero.
    ///
    /// `written` is the configuration, `old` the state, `new` what is planned from both.
    #[must_use]
    pub fn update(schema: &'a Schema, old: &'a Val, written: &'a Val, new: &'a Val) -> Self {
        let old = Old::Was(View::new(old, &schema.body, Reading::AsZero));
        Self::new(schema, Reading::AsZero, old, written, new)
    }

    fn new(
        schema: &'a Schema,
        reading: Reading,
        old: Old<'a>,
        written: &'a Val,
        new: &'a Val,
    ) -> Self {
        let view = |value| View::new(value, &schema.body, reading);
        let case = Case {
            new: view(new),
            old,
            written: view(written),
            whole: view(new),
        };
        Self { schema, case }
    }

    /// The same configuration, if the resource is made anew.
    pub(super) fn anew(mut self) -> Self {
        let Case {
            new,
            written,
            whole,
            ..
        } = self.case;
        self.case = Case {
            new: new.read(Reading::OfNew),
            old: Old::Nothing,
            written: written.read(Reading::OfNew),
            whole: whole.read(Reading::OfNew),
        };
        self
    }

    /// The type.
    #[must_use]
    pub fn type_name(&self) -> &'a str {
        &self.schema.name
    }
}
