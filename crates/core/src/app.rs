//! The roots of the tree.

use std::ops::Deref;
use std::sync::Arc;

use terrace_ir::{Origin, Stage};

use crate::freeze::{self, Frozen};
use crate::scope::{InScope, Scope};
use crate::tree::Shared;

/// All stacks of a run.
#[derive(Clone, Default)]
pub struct App {
    tree: Shared,
}

impl App {
    /// An app without stacks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stack: one root module, named after its environment.
    #[track_caller]
    pub fn stack(&self, name: &str, stage: Stage) -> Stack {
        let index = self
            .tree
            .borrow_mut()
            .add_stack(name, stage, Origin::caller());
        Stack(Scope::new_at(self.tree.clone(), index))
    }

    /// Runs the aspects and makes every stack a module.
    ///
    /// What is wrong with the tree itself is in the result; a module is there for every stack all
    /// the same. The tree must not be changed afterwards: a change is recorded as a finding, which
    /// a second call of [`App::late`] gives.
    #[must_use]
    pub fn freeze(&self) -> Frozen {
        freeze::freeze(&self.tree, |resource| resource.body.clone())
    }

    /// Like [`App::freeze`], of an app that is done with: what was set goes into the modules and is not
    /// copied, so [`Resource::get`](crate::Resource::get) gives nothing afterwards.
    #[must_use]
    pub fn into_frozen(self) -> Frozen {
        freeze::freeze(&self.tree, |resource| std::mem::take(&mut resource.body))
    }

    /// The findings of changes that were made after the freeze.
    #[must_use]
    pub fn late(&self) -> Vec<terrace_ir::Diagnostic> {
        std::mem::take(&mut self.tree.borrow_mut().diagnostics)
    }
}

/// One root module in the making: one environment.
#[derive(Clone)]
pub struct Stack(Scope);

impl Stack {
    /// The environment's name.
    #[must_use]
    pub fn name(&self) -> Arc<str> {
        let tree = self.0.tree().borrow();
        tree.stacks[self.stack_index(&tree)].name.clone()
    }

    /// What the environment is for.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let tree = self.0.tree().borrow();
        tree.stacks[self.stack_index(&tree)].stage
    }

    fn stack_index(&self, tree: &crate::tree::Tree) -> usize {
        tree.scopes[self.0.index() as usize].stack as usize
    }
}

impl Deref for Stack {
    type Target = Scope;
    fn deref(&self) -> &Scope {
        &self.0
    }
}

impl InScope for Stack {
    fn scope(&self) -> &Scope {
        &self.0
    }
}
