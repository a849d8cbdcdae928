//! A handle to a resource, data source or ephemeral resource.

use std::sync::Arc;

use terrace_ir::{
    Any, BlockKind, Expr, Id, IntoValue, Mode, Node, Object, Origin, ResourceAddress, Root, Text,
};

use crate::bindings::append;
use crate::lifecycle::Lifecycle;
use crate::overrides::Override;
use crate::scope::{InScope, Scope};
use crate::tree::{Dependency, Shared};

/// The name of a construct's main resource, which takes the construct's own name.
pub const MAIN: &str = "";

/// What is known of a resource type without the provider's schema.
#[derive(Debug)]
pub struct ResourceType {
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// The type's name, for example `azurerm_key_vault`; empty for untyped resources.
    pub name: &'static str,
    /// Whether it has an argument `tags`; unknown for untyped resources.
    pub has_tags: Option<bool>,
}

static UNTYPED: [ResourceType; 3] = [
    untyped(Mode::Managed),
    untyped(Mode::Data),
    untyped(Mode::Ephemeral),
];

const fn untyped(mode: Mode) -> ResourceType {
    ResourceType {
        mode,
        name: "",
        has_tags: None,
    }
}

impl ResourceType {
    /// A type of managed resources.
    #[must_use]
    pub const fn managed(name: &'static str, has_tags: bool) -> Self {
        Self::typed(Mode::Managed, name, has_tags)
    }

    /// A type of data sources.
    #[must_use]
    pub const fn data(name: &'static str, has_tags: bool) -> Self {
        Self::typed(Mode::Data, name, has_tags)
    }

    /// A type of ephemeral resources.
    #[must_use]
    pub const fn ephemeral(name: &'static str, has_tags: bool) -> Self {
        Self::typed(Mode::Ephemeral, name, has_tags)
    }

    const fn typed(mode: Mode, name: &'static str, has_tags: bool) -> Self {
        Self {
            mode,
            name,
            has_tags: Some(has_tags),
        }
    }
}

/// A resource in the tree: what the typed bindings wrap, and the way to every type without one.
///
/// Handles are cheap to clone and all mean the same resource.
#[derive(Clone)]
pub struct Resource {
    tree: Shared,
    index: u32,
}

/// What wraps a [`Resource`]: the typed bindings. What any resource can do is here.
pub trait IsResource {
    /// The resource without its type.
    fn resource(&self) -> &Resource;

    /// Its address in the module.
    fn address(&self) -> Arc<ResourceAddress> {
        self.resource().address()
    }

    /// Lets it wait for another resource, beside those that it refers to.
    #[track_caller]
    fn depends_on(&self, other: &impl IsResource) -> &Self {
        let other = Dependency::Resource(other.resource().index);
        self.resource().wait_for(other, Origin::caller());
        self
    }

    /// Lets it wait for everything in a construct.
    #[track_caller]
    fn depends_on_all(&self, other: &impl InScope) -> &Self {
        let other = Dependency::Scope(other.scope().index());
        self.resource().wait_for(other, Origin::caller());
        self
    }

    /// Sets its `lifecycle`. Where it is silent, that of the scopes around it holds.
    #[track_caller]
    fn set_lifecycle(&self, lifecycle: Lifecycle) -> &Self {
        let resource = self.resource();
        let mut tree = resource.tree.borrow_mut();
        tree.check_open(Origin::caller(), "lifecycle");
        tree.resources[resource.index as usize].lifecycle = lifecycle;
        drop(tree);
        self
    }

    /// Brings what has this id in the real world under management as this resource, with the next
    /// apply: Terraform's `import` block. It may stay there afterwards.
    #[track_caller]
    fn import(&self, id: impl Into<Any>) -> &Self {
        let resource = self.resource();
        let body = Object::new()
            .with("id", id)
            .with("to", resource.reference::<()>());
        resource.scope().block(BlockKind::Import, [], body);
        self
    }

    /// Changes what its `lifecycle` says so far, and leaves the rest of it.
    #[track_caller]
    fn change_lifecycle(&self, change: impl FnOnce(&mut Lifecycle)) -> &Self
    where
        Self: Sized,
    {
        let resource = self.resource();
        let index = resource.index as usize;
        let mut lifecycle = resource.tree.borrow().resources[index].lifecycle.clone();
        change(&mut lifecycle);
        self.set_lifecycle(lifecycle)
    }

    /// Has the last word on what stands at a path, after all aspects: `network_rules[0].bypass`.
    #[track_caller]
    fn override_(&self, path: &str, change: Override) -> &Self {
        let origin = Origin::caller();
        let resource = self.resource();
        let mut tree = resource.tree.borrow_mut();
        tree.check_open(origin, path);
        tree.resources[resource.index as usize]
            .overrides
            .push((path.to_owned(), change, origin));
        drop(tree);
        self
    }
}

/// A typed binding: a resource whose type is known to the compiler.
///
/// [`InScope::customize`] finds resources by it.
pub trait Binding: IsResource + Sized {
    /// What the tree knows of the type.
    const TYPE: &'static ResourceType;

    /// The binding of a resource, which is to be of this type.
    fn of(resource: Resource) -> Self;
}

impl IsResource for Resource {
    fn resource(&self) -> &Resource {
        self
    }
}

impl Resource {
    /// A resource of a bound type. Stack authors use the binding's own `new`.
    #[track_caller]
    pub fn typed(scope: &impl InScope, kind: &'static ResourceType, name: &str) -> Self {
        Self::add(scope.scope(), kind, kind.name.into(), name)
    }

    /// A resource of any type. The provider's whole schema checks it like a typed one.
    #[track_caller]
    pub fn untyped(scope: &impl InScope, type_name: impl Into<Text>, name: &str) -> Self {
        Self::add(scope.scope(), &UNTYPED[0], type_name.into(), name)
    }

    /// A data source of any type.
    #[track_caller]
    pub fn untyped_data(scope: &impl InScope, type_name: impl Into<Text>, name: &str) -> Self {
        Self::add(scope.scope(), &UNTYPED[1], type_name.into(), name)
    }

    /// An ephemeral resource of any type: read when it is used, and never stored.
    #[track_caller]
    pub fn untyped_ephemeral(scope: &impl InScope, type_name: impl Into<Text>, name: &str) -> Self {
        Self::add(scope.scope(), &UNTYPED[2], type_name.into(), name)
    }

    #[track_caller]
    fn add(scope: &Scope, kind: &'static ResourceType, type_name: Text, name: &str) -> Self {
        let index = scope.tree().borrow_mut().add_resource(
            scope.index(),
            kind,
            type_name,
            name,
            Origin::caller(),
        );
        Self::new_at(scope.tree().clone(), index)
    }

    pub(crate) fn new_at(tree: Shared, index: u32) -> Self {
        Self { tree, index }
    }

    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// Its address in the module.
    #[must_use]
    pub fn address(&self) -> Arc<ResourceAddress> {
        self.tree.borrow().resources[self.index as usize]
            .address
            .clone()
    }

    /// What is known of its type.
    #[must_use]
    pub fn kind(&self) -> &'static ResourceType {
        self.tree.borrow().resources[self.index as usize].kind
    }

    /// The place in the tree where it was declared.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let index = self.tree.borrow().resources[self.index as usize].scope;
        Scope::new_at(self.tree.clone(), index)
    }

    /// Sets an argument, nested block or meta-argument.
    #[track_caller]
    pub fn set(&self, name: impl Into<Text>, value: impl Into<Any>) -> &Self {
        self.put(name.into(), value.into(), Origin::caller());
        self
    }

    fn put(&self, name: Text, value: Any, origin: Origin) {
        let mut tree = self.tree.borrow_mut();
        let index = self.index as usize;
        if tree.frozen {
            let what = format!("{}.{name}", tree.resources[index].address);
            tree.check_open(origin, &what);
        }
        tree.resources[index].body.set(name, value.or_at(origin));
    }

    /// Sets an argument to a value of a known type.
    #[track_caller]
    pub fn set_value<T>(&self, name: &'static str, value: impl IntoValue<T>) -> &Self {
        self.set(name, value.into_value().into_any())
    }

    /// Adds a nested block to those of its name.
    #[track_caller]
    pub fn push(&self, name: &'static str, block: impl Into<Any>) -> &Self {
        let origin = Origin::caller();
        let block = block.into().or_at(origin);
        let mut tree = self.tree.borrow_mut();
        tree.check_open(origin, name);
        append(&mut tree.resources[self.index as usize].body, name, block);
        drop(tree);
        self
    }

    /// What was set so far.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Any> {
        self.tree.borrow().resources[self.index as usize]
            .body
            .get(name)
            .cloned()
    }

    /// Takes an argument back.
    #[track_caller]
    pub fn unset(&self, name: &str) -> &Self {
        let mut tree = self.tree.borrow_mut();
        tree.check_open(Origin::caller(), name);
        tree.resources[self.index as usize].body.remove(name);
        drop(tree);
        self
    }

    /// Its attribute `name`, as an expression.
    #[must_use]
    pub fn attribute<T>(&self, name: impl Into<Text>) -> Expr<T> {
        self.reference::<()>().attribute(name)
    }

    /// Its id. `K` is the kind that the caller vouches for; the bindings know theirs.
    #[must_use]
    pub fn id<K>(&self) -> Id<K> {
        Id::from_expr(self.attribute("id"))
    }

    /// The resource as a whole.
    #[must_use]
    pub fn reference<T>(&self) -> Expr<T> {
        let tree = self.tree.borrow();
        let node = &tree.resources[self.index as usize];
        // Stacks count from 1: 0 is the module in which an expression that was read stands.
        let stack = tree.scopes[node.scope as usize].stack + 1;
        Expr::from_node(Arc::new(Node::Root(Root::Resource {
            stack,
            address: node.address.clone(),
        })))
    }

    fn wait_for(&self, dependency: Dependency, origin: Origin) -> &Self {
        let mut tree = self.tree.borrow_mut();
        tree.check_open(origin, "depends_on");
        tree.resources[self.index as usize]
            .depends_on
            .push(dependency);
        drop(tree);
        self
    }
}
