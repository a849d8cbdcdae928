//! Which of the contexts a place in a body is.

use std::borrow::Cow;
use std::rc::Rc;

use super::{expression, template};
use crate::module::BlockKind;
use crate::node::Node;

/// A place in a module, as far as it decides how text is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// The body of a block of the language, whose entries have contexts of their own.
    Body(Body),
    /// Text is a template.
    Template,
    /// A reference without `${}`.
    Bare,
    /// Text is never evaluated.
    Literal,
}

/// A body whose keys Terraform's language knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Provider,
    /// A resource, data source or ephemeral resource, and any block nested in it.
    Resource,
    Lifecycle,
    Provisioners,
    Provisioner,
    /// `dynamic`, before the label.
    Dynamics,
    Dynamic,
    Variable,
    Module,
    Import,
    Removed,
    RemovedLifecycle,
    Check,
    /// The data sources of a check, before `depth` labels.
    CheckData(u8),
    Output,
    /// `precondition`, `validation`, `assert`: templates only.
    Condition,
}

impl Context {
    /// The context of a block's body.
    pub(crate) fn of(kind: BlockKind) -> Self {
        match kind {
            BlockKind::Terraform => Self::Literal,
            BlockKind::Moved => Self::Bare,
            BlockKind::Locals => Self::Template,
            BlockKind::Provider => Self::Body(Body::Provider),
            BlockKind::Variable => Self::Body(Body::Variable),
            BlockKind::Data | BlockKind::Ephemeral | BlockKind::Resource => {
                Self::Body(Body::Resource)
            }
            BlockKind::Module => Self::Body(Body::Module),
            BlockKind::Import => Self::Body(Body::Import),
            BlockKind::Removed => Self::Body(Body::Removed),
            BlockKind::Check => Self::Body(Body::Check),
            BlockKind::Output => Self::Body(Body::Output),
        }
    }

    /// The context of the value of `key`.
    pub(crate) fn enter(self, key: &str) -> Self {
        use Body as B;
        let Self::Body(body) = self else {
            return self;
        };
        match (body, key) {
            (B::Provider, "alias" | "version") => Self::Literal,
            (B::Resource, "provider" | "depends_on") => Self::Bare,
            (B::Resource, "lifecycle") => Self::Body(B::Lifecycle),
            (B::Resource, "provisioner") => Self::Body(B::Provisioners),
            (B::Resource, "dynamic") => Self::Body(B::Dynamics),
            // A nested block may hold `dynamic` too. Inside a plain object nothing of the names
            // above is expected, and text there is a template all the same.
            (B::Resource, _) => Self::Body(B::Resource),
            (B::Lifecycle, "ignore_changes" | "replace_triggered_by") => Self::Bare,
            (B::Lifecycle | B::Output, "precondition" | "postcondition") => {
                Self::Body(B::Condition)
            }
            (B::Lifecycle, _) => Self::Literal,
            (B::Provisioners, _) => Self::Body(B::Provisioner),
            (B::Provisioner, "when" | "on_failure") => Self::Bare,
            (B::Dynamics, _) => Self::Body(B::Dynamic),
            (B::Dynamic, "iterator") => Self::Bare,
            (B::Dynamic, "content") => Self::Body(B::Resource),
            (B::Variable, "validation") => Self::Body(B::Condition),
            (B::Variable, _) => Self::Literal,
            (B::Module, "source" | "version") => Self::Literal,
            (B::Module, "providers" | "depends_on") => Self::Bare,
            (B::Import, "to" | "provider") => Self::Bare,
            (B::Removed, "from") => Self::Bare,
            (B::Removed, "lifecycle") => Self::Body(B::RemovedLifecycle),
            (B::Removed, "provisioner") => Self::Body(B::Provisioners),
            (B::RemovedLifecycle, _) => Self::Literal,
            (B::Check, "data") => Self::Body(B::CheckData(2)),
            (B::CheckData(2), _) => Self::Body(B::CheckData(1)),
            (B::CheckData(_), _) => Self::Body(B::Resource),
            (B::Check, _) => Self::Body(B::Condition),
            (B::Output, "description" | "sensitive" | "ephemeral") => Self::Literal,
            (B::Output, "depends_on") => Self::Bare,
            _ => Self::Template,
        }
    }

    /// The context of an element of a list here: a list of bodies is many of the same body.
    pub(crate) fn element(self) -> Self {
        self
    }

    /// Plain text, written so that Terraform reads the same text.
    pub(super) fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Literal | Self::Bare => Cow::Borrowed(text),
            Self::Template | Self::Body(_) => template::escape(text),
        }
    }

    /// A key: a template inside a value, a name elsewhere. Names have nothing to escape.
    pub(super) fn key<'t>(self, key: &'t str) -> Cow<'t, str> {
        self.text(key)
    }

    /// An expression, written so that Terraform reads the same expression.
    pub(super) fn expression(self, node: &Rc<Node>) -> String {
        match self {
            Self::Bare => expression(node),
            _ => template(node),
        }
    }
}
