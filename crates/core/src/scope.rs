//! A place in the tree, and what holds for all below it.

use std::rc::Rc;
use std::sync::Arc;

use terrace_ir::{Diagnostic, Origin, Sourced, Stage, Text};

use crate::codes;
use crate::lifecycle::Lifecycle;
use crate::resource::{Binding, IsResource, Resource};
use crate::tree::{Dependency, Shared};

/// A place in the tree: a stack, a construct, or a plain level of one's own.
///
/// A construct makes a scope with its name and declares its resources in it.
#[derive(Clone)]
pub struct Scope {
    tree: Shared,
    index: u32,
}

/// What has a place in the tree: stacks, scopes and every construct.
pub trait InScope {
    /// The place.
    fn scope(&self) -> &Scope;

    /// Changes every resource of one type that a construct has declared so far: the way to any
    /// argument for which the construct has no setting.
    ///
    /// `storage.customize(|account: &mut StorageAccount| { account.set_dns_endpoint_type(…); })`
    ///
    /// Reported is a construct that holds no resource of the type.
    #[track_caller]
    fn customize<R: Binding>(&self, mut change: impl FnMut(&mut R)) -> &Self
    where
        Self: Sized,
    {
        let mut found = false;
        for resource in self.scope().resources() {
            let address = resource.address();
            if address.type_name == R::TYPE.name && address.mode == R::TYPE.mode {
                found = true;
                change(&mut R::of(resource));
            }
        }
        if !found {
            let path = self.scope().path();
            self.scope().report(
                Diagnostic::error(
                    &codes::CUSTOMIZES_NOTHING,
                    format!("`{path}` has no `{}` to customize", R::TYPE.name),
                )
                .hint("customize the construct that declares it, after it is made")
                .at(Origin::caller()),
            );
        }
        self
    }
}

impl InScope for Scope {
    fn scope(&self) -> &Scope {
        self
    }
}

impl Scope {
    /// A new place called `name` below `parent`. The line of the caller is what findings about its
    /// resources name.
    #[track_caller]
    pub fn new(parent: &impl InScope, name: &str) -> Self {
        Self::add(parent.scope(), name, Origin::Default, Origin::caller())
    }

    /// A new place whose name a setting says. Where the name collides with another one, the setting
    /// is blamed.
    #[track_caller]
    pub fn named(parent: &impl InScope, name: &Sourced<String>) -> Self {
        Self::add(parent.scope(), name, name.origin(), Origin::caller())
    }

    fn add(parent: &Self, name: &str, named_at: Origin, origin: Origin) -> Self {
        let index = parent
            .tree
            .borrow_mut()
            .add_scope(parent.index, name, named_at, origin);
        Self::new_at(parent.tree.clone(), index)
    }

    pub(crate) fn new_at(tree: Shared, index: u32) -> Self {
        Self { tree, index }
    }

    pub(crate) fn tree(&self) -> &Shared {
        &self.tree
    }

    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// The names from the stack down, joined by `/`: `platform/data`. Empty for the stack itself.
    #[must_use]
    pub fn path(&self) -> Arc<str> {
        self.tree.borrow().scopes[self.index as usize].path.clone()
    }

    /// The stack's own place, at the top of the tree.
    #[must_use]
    pub fn root(&self) -> Self {
        let tree = self.tree.borrow();
        let mut index = self.index;
        while let Some(parent) = tree.scopes[index as usize].parent {
            index = parent;
        }
        Self::new_at(self.tree.clone(), index)
    }

    /// The name of the stack in which this is.
    #[must_use]
    pub fn stack_name(&self) -> Arc<str> {
        let tree = self.tree.borrow();
        tree.stacks[tree.scopes[self.index as usize].stack as usize]
            .name
            .clone()
    }

    /// The stage of the stack in which this is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let tree = self.tree.borrow();
        tree.stacks[tree.scopes[self.index as usize].stack as usize].stage
    }

    /// Reports what a construct finds wrong with its settings. It joins the findings of the
    /// freeze, with the construct's path and line.
    pub fn report(&self, finding: Diagnostic) {
        let mut tree = self.tree.borrow_mut();
        let stack = tree.scopes[self.index as usize].stack as usize;
        let module = tree.stacks[stack].name.clone();
        let construct = finding
            .construct
            .clone()
            .or_else(|| tree.construct_of(self.index));
        tree.diagnostics
            .push(finding.construct(construct).in_module(&module));
    }

    /// Gives something to all constructs below: how things are named, which tags they carry. The
    /// nearest one above wins.
    pub fn provide<T: 'static>(&self, what: T) {
        self.tree.borrow_mut().scopes[self.index as usize]
            .provided
            .push(Rc::new(what));
    }

    /// What was given here or above, the nearest first.
    #[must_use]
    pub fn provided<T: 'static>(&self) -> Option<Rc<T>> {
        let tree = self.tree.borrow();
        tree.ancestors(self.index).find_map(|scope| {
            scope
                .provided
                .iter()
                .rev()
                .find_map(|one| one.clone().downcast::<T>().ok())
        })
    }

    /// Calls `visit` with every resource here and below, before the freeze. Aspects of outer
    /// scopes run first, so that inner ones have the last word.
    pub fn aspect(&self, visit: impl Fn(&Resource) + 'static) {
        self.tree.borrow_mut().scopes[self.index as usize]
            .aspects
            .push(Rc::new(visit));
    }

    /// Sets the `lifecycle` of every managed resource here and below. What a resource says for
    /// itself wins.
    #[track_caller]
    pub fn set_lifecycle(&self, lifecycle: Lifecycle) -> &Self {
        let mut tree = self.tree.borrow_mut();
        tree.check_open(Origin::caller(), "lifecycle");
        tree.scopes[self.index as usize].lifecycle = lifecycle;
        drop(tree);
        self
    }

    /// Lets every resource here and below wait for all of `other`.
    #[track_caller]
    pub fn depends_on(&self, other: &impl InScope) -> &Self {
        self.wait_for(Dependency::Scope(other.scope().index), Origin::caller())
    }

    /// Lets every resource here and below wait for one resource.
    #[track_caller]
    pub fn depends_on_resource(&self, other: &impl IsResource) -> &Self {
        self.wait_for(
            Dependency::Resource(other.resource().index()),
            Origin::caller(),
        )
    }

    fn wait_for(&self, dependency: Dependency, origin: Origin) -> &Self {
        let mut tree = self.tree.borrow_mut();
        tree.check_open(origin, "depends_on");
        tree.scopes[self.index as usize].depends_on.push(dependency);
        drop(tree);
        self
    }

    /// Lets every resource of `provider` here and below use the configuration with this alias.
    #[track_caller]
    pub fn use_provider(&self, provider: impl Into<Text>, alias: impl Into<Text>) -> &Self {
        let mut tree = self.tree.borrow_mut();
        tree.check_open(Origin::caller(), "provider");
        tree.scopes[self.index as usize]
            .provider_alias
            .push((provider.into(), alias.into()));
        drop(tree);
        self
    }

    /// The resources here and below.
    #[must_use]
    pub fn resources(&self) -> Vec<Resource> {
        let tree = self.tree.borrow();
        (0..tree.resources.len() as u32)
            .filter(|at| tree.is_within(tree.resources[*at as usize].scope, self.index))
            .map(|at| Resource::new_at(self.tree.clone(), at))
            .collect()
    }
}
