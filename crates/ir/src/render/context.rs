//! Which of the contexts a place in a body is: the one table that rendering and reading share.

use std::borrow::Cow;
use std::sync::Arc;

use super::{expression, template};
use crate::module::BlockKind;
use crate::node::Node;

/// A place in a module, as far as it decides how text is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// A body of names, whose values have contexts of their own.
    Body(Body),
    /// An expression: text is a template, and so are the keys of objects.
    Template,
    /// A reference without `${}`.
    Bare(Bare),
    /// A list of references without `${}`.
    BareList(Bare),
    /// Text is never evaluated.
    Literal,
}

/// What a reference without `${}` begins with, and what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bare {
    /// Something that the module declares: `azurerm_key_vault.vault`. Literal indexes only.
    Reference,
    /// The same, and an index may be an expression: `azurerm_key_vault.vault[each.key]`.
    Target,
    /// A name that means something only here: a provider, an argument, a keyword.
    Name,
}

/// A body whose keys Terraform's language knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Terraform,
    Provider,
    /// A resource, data source or ephemeral resource.
    Resource,
    /// A value in a resource or a provider: a nested block or an object, which only the provider
    /// knows. In both, text is a template.
    Nested,
    Lifecycle,
    Provisioners,
    Provisioner,
    /// `dynamic`, before the label.
    Dynamics,
    Dynamic,
    Variable,
    Locals,
    Module,
    /// `providers` of a module.
    Providers,
    Moved,
    Import,
    Removed,
    Check,
    /// The data sources of a check, before so many labels.
    CheckData(u8),
    Output,
    /// `precondition`, `validation`, `assert`, `connection`: templates only.
    Templates,
    /// Blocks of literals before a label: `backend`, `provider_meta`.
    Labelled,
    /// Literals only: `required_providers`, a backend, `lifecycle` of `removed`.
    Literals,
}

impl Context {
    /// The context of a block's body.
    pub(crate) fn of(kind: BlockKind) -> Self {
        Self::Body(match kind {
            BlockKind::Terraform => Body::Terraform,
            BlockKind::Moved => Body::Moved,
            BlockKind::Locals => Body::Locals,
            BlockKind::Provider => Body::Provider,
            BlockKind::Variable => Body::Variable,
            BlockKind::Data | BlockKind::Ephemeral | BlockKind::Resource => Body::Resource,
            BlockKind::Module => Body::Module,
            BlockKind::Import => Body::Import,
            BlockKind::Removed => Body::Removed,
            BlockKind::Check => Body::Check,
            BlockKind::Output => Body::Output,
        })
    }

    /// The context of the value of `key`.
    pub(crate) fn enter(self, key: &str) -> Self {
        use Bare::{Name, Reference, Target};
        use Body as B;
        let Self::Body(body) = self else {
            return self;
        };
        match (body, key) {
            (B::Terraform, "backend" | "provider_meta") => Self::Body(B::Labelled),
            (B::Terraform, "required_providers" | "cloud") => Self::Body(B::Literals),
            (B::Labelled, _) => Self::Body(B::Literals),
            (B::Terraform | B::Literals, _) => Self::Literal,
            (B::Provider, "alias" | "version") => Self::Literal,
            (B::Resource, "provider") => Self::Bare(Name),
            (B::Resource, "depends_on") => Self::BareList(Reference),
            (B::Resource, "lifecycle") => Self::Body(B::Lifecycle),
            (B::Resource | B::Removed, "provisioner") => Self::Body(B::Provisioners),
            (B::Resource | B::Removed | B::Provisioner, "connection") => Self::Body(B::Templates),
            (B::Resource | B::Provider | B::Nested, "dynamic") => Self::Body(B::Dynamics),
            (B::Resource | B::Provider | B::Nested, _) => Self::Body(B::Nested),
            (B::Lifecycle, "ignore_changes") => Self::BareList(Name),
            (B::Lifecycle, "replace_triggered_by") => Self::BareList(Target),
            (B::Lifecycle | B::Output, "precondition" | "postcondition") => {
                Self::Body(B::Templates)
            }
            (B::Lifecycle, _) => Self::Literal,
            (B::Provisioners, _) => Self::Body(B::Provisioner),
            (B::Provisioner, "when" | "on_failure") => Self::Bare(Name),
            (B::Dynamics, _) => Self::Body(B::Dynamic),
            (B::Dynamic, "iterator") => Self::Bare(Name),
            (B::Dynamic, "content") => Self::Body(B::Nested),
            (B::Variable, "validation") => Self::Body(B::Templates),
            (B::Variable, _) => Self::Literal,
            (B::Module, "source" | "version") => Self::Literal,
            (B::Module, "providers") => Self::Body(B::Providers),
            (B::Module | B::Output, "depends_on") => Self::BareList(Reference),
            (B::Providers, _) => Self::Bare(Name),
            (B::Moved, _) => Self::Bare(Reference),
            (B::Import, "to") => Self::Bare(Target),
            (B::Import, "provider") => Self::Bare(Name),
            (B::Removed, "from") => Self::Bare(Reference),
            (B::Removed, "lifecycle") => Self::Body(B::Literals),
            (B::Check, "data") => Self::Body(B::CheckData(2)),
            (B::Check, "assert") => Self::Body(B::Templates),
            (B::CheckData(2), _) => Self::Body(B::CheckData(1)),
            (B::CheckData(_), _) => Self::Body(B::Resource),
            (B::Output, "description" | "sensitive" | "ephemeral") => Self::Literal,
            _ => Self::Template,
        }
    }

    /// The context of an element of a list here: a list of bodies is many of the same body.
    pub(crate) fn element(self) -> Self {
        match self {
            Self::BareList(bare) => Self::Bare(bare),
            other => other,
        }
    }

    /// Whether keys are templates here, and not names.
    pub(crate) fn has_template_keys(self) -> bool {
        matches!(self, Self::Template | Self::Body(Body::Nested))
    }

    /// Whether the keys here are the labels of blocks.
    pub(crate) fn has_labels(self) -> bool {
        matches!(
            self,
            Self::Body(Body::Provisioners | Body::Dynamics | Body::CheckData(_) | Body::Labelled)
        )
    }

    /// Whether this is surely the body of a block, where Terraform ignores `//`.
    pub(crate) fn is_block(self) -> bool {
        match self {
            Self::Body(Body::Nested | Body::Providers) => false,
            Self::Body(_) => !self.has_labels(),
            _ => false,
        }
    }

    /// Plain text, written so that Terraform reads the same text.
    pub(super) fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Literal | Self::Bare(_) | Self::BareList(_) => Cow::Borrowed(text),
            Self::Template | Self::Body(_) => template::escape(text),
        }
    }

    /// A key: a template inside a value, a name elsewhere.
    pub(super) fn key<'t>(self, key: &'t str) -> Cow<'t, str> {
        if self.has_template_keys() {
            template::escape(key)
        } else {
            Cow::Borrowed(key)
        }
    }

    /// An expression, written so that Terraform reads the same expression.
    pub(super) fn expression(self, node: &Arc<Node>) -> String {
        match self {
            Self::Bare(_) | Self::BareList(_) => expression(node),
            _ => template(node),
        }
    }
}
