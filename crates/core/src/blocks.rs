//! Blocks that are no resources: variables, outputs, locals, providers, and any other.

use terrace_ir::{Any, BlockKind, Expr, Id, Object, Origin, Root, Text, Type, Value};

use crate::lifecycle::Condition;
use crate::scope::{InScope, Scope};

/// A variable of the root module.
#[derive(Clone, Default)]
pub struct Variable {
    /// Its type; any when unset.
    pub ty: Option<Type>,
    /// What it is for.
    pub description: Option<String>,
    /// Its value when none is given. Never for a secret.
    pub default: Option<Any>,
    /// Whether Terraform hides its value.
    pub sensitive: bool,
    /// Whether it is stored nowhere, neither in the plan nor in the state.
    pub ephemeral: bool,
    /// Whether it may be null; Terraform's default is yes.
    pub nullable: Option<bool>,
    /// What must hold for its value.
    pub validations: Vec<Condition>,
}

/// An output of the root module.
#[derive(Clone)]
pub struct Output {
    value: Any,
    description: Option<String>,
    sensitive: bool,
    ephemeral: bool,
    preconditions: Vec<Condition>,
}

impl Output {
    /// An output of a value.
    #[must_use]
    pub fn new(value: impl Into<Any>) -> Self {
        Self {
            value: value.into(),
            description: None,
            sensitive: false,
            ephemeral: false,
            preconditions: Vec::new(),
        }
    }

    /// Says what it is.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Lets Terraform hide its value. It still is in the state.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Lets Terraform store it nowhere.
    #[must_use]
    pub fn ephemeral(mut self) -> Self {
        self.ephemeral = true;
        self
    }

    /// Adds what must hold before it is given out.
    #[must_use]
    pub fn precondition(mut self, condition: Condition) -> Self {
        self.preconditions.push(condition);
        self
    }
}

impl<T> From<Expr<T>> for Output {
    fn from(value: Expr<T>) -> Self {
        Self::new(value)
    }
}

impl<T> From<Value<T>> for Output {
    fn from(value: Value<T>) -> Self {
        Self::new(value)
    }
}

impl<K> From<Id<K>> for Output {
    fn from(value: Id<K>) -> Self {
        Self::new(value)
    }
}

impl From<&str> for Output {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

/// A further configuration of a provider, for resources that name it.
pub struct ProviderAlias {
    /// The provider's local name, for example `azurerm`.
    pub provider: &'static str,
    /// The alias, for example `hub`.
    pub alias: String,
}

impl Scope {
    /// Declares a variable and gives the reference to it.
    #[track_caller]
    pub fn variable<T>(&self, name: &str, variable: Variable) -> Expr<T> {
        let mut body = Object::new();
        if let Some(default) = variable.default {
            body.set("default", default);
        }
        if let Some(description) = variable.description {
            body.set("description", description);
        }
        flag(&mut body, "ephemeral", variable.ephemeral);
        if let Some(nullable) = variable.nullable {
            body.set("nullable", nullable);
        }
        flag(&mut body, "sensitive", variable.sensitive);
        if let Some(ty) = variable.ty {
            body.set("type", ty.to_string());
        }
        conditions(&mut body, "validation", variable.validations);
        self.block(BlockKind::Variable, [name.to_owned().into()], body);
        Expr::from_node(std::sync::Arc::new(terrace_ir::Node::Root(Root::Variable(
            name.to_owned().into(),
        ))))
    }

    /// Declares an output.
    #[track_caller]
    pub fn output(&self, name: &str, output: impl Into<Output>) {
        let output = output.into();
        let mut body = Object::new();
        if let Some(description) = output.description {
            body.set("description", description);
        }
        flag(&mut body, "ephemeral", output.ephemeral);
        conditions(&mut body, "precondition", output.preconditions);
        flag(&mut body, "sensitive", output.sensitive);
        body.set("value", output.value);
        self.block(BlockKind::Output, [name.to_owned().into()], body);
    }

    /// Says of an output that other settings would give it. Who reads it is told what it is.
    pub fn withhold(&self, name: &'static str, description: &str) {
        let mut tree = self.tree().borrow_mut();
        let stack = tree.scopes[self.index() as usize].stack as usize;
        let withheld = &mut tree.stacks[stack].withheld;
        withheld.insert(name.into(), description.to_owned());
    }

    /// Declares a local value and gives the reference to it.
    #[track_caller]
    pub fn local<T>(&self, name: &str, value: impl Into<Any>) -> Expr<T> {
        let body = Object::new().with(name.to_owned(), value);
        self.block(BlockKind::Locals, [], body);
        terrace_ir::expr::local(name.to_owned())
    }

    /// Configures a provider. One without `alias` in its body is the default one.
    #[track_caller]
    pub fn provider(&self, name: impl Into<Text>, body: Object) {
        self.block(BlockKind::Provider, [name.into()], body);
    }

    /// Declares any block at the root of the module, as it is: the way to what has no call of its
    /// own. The check looks at it all the same.
    #[track_caller]
    pub fn block(&self, kind: BlockKind, labels: impl IntoIterator<Item = Text>, body: Object) {
        self.tree().borrow_mut().add_block(
            self.index(),
            kind,
            labels.into_iter().collect(),
            body,
            Origin::caller(),
        );
    }
}

impl<S: InScope> InScope for &S {
    fn scope(&self) -> &Scope {
        (*self).scope()
    }
}

fn flag(body: &mut Object, name: &'static str, value: bool) {
    if value {
        body.set(name, true);
    }
}

fn conditions(body: &mut Object, name: &'static str, conditions: Vec<Condition>) {
    if !conditions.is_empty() {
        let conditions: Vec<Any> = conditions
            .into_iter()
            .map(|condition| condition.into_object().into())
            .collect();
        body.set(name, conditions);
    }
}
