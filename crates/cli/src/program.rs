//! What the stack author gives.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use terrace_core::{Stack, Stage};
use terrace_environment::{Derived, Environment};
use terrace_ir::{Code, Date, Module, Sourced};

/// What stands in a file, as a struct.
pub trait Settings: DeserializeOwned + JsonSchema + Send + Sync {}

impl<T: DeserializeOwned + JsonSchema + Send + Sync> Settings for T {}

/// Builds the stack of an environment from what all share (`P`), what it says itself (`E`), and what
/// the environments are that can be read, itself among them. Several may be built at the same time.
pub type Build<'a, P, E> = &'a (dyn Fn(&Stack, &P, &E, &[Environment<E>]) + Sync);

/// A program that synthesizes stacks.
///
/// `P` is what all environments share (`stacks/terrace.toml`), `E` what an environment file says.
pub struct Program<'a, P, E> {
    /// What is derived of the two, when it is first needed: `LazyLock::new(Derived::new)`.
    pub settings: LazyLock<Derived<P, E>>,
    /// What an environment is for.
    pub stage: fn(&E) -> Stage,
    /// Whose sandbox an environment is, if it is one.
    pub sandbox: fn(&E) -> Option<Sandbox<'_>>,
    /// What the file of a new sandbox that is like an environment says beside `[sandbox]`, given that
    /// environment as it is built and the owner's e-mail address; `None` where there can be none.
    pub new_sandbox: fn(&E, &Module, &str) -> Option<String>,
    /// Builds the stack of an environment.
    pub build: Build<'a, P, E>,
    /// The keys, as paths, that an environment never takes from the one that it inherits from.
    pub never_inherited: &'a [&'a str],
    /// The codes of the findings of its constructs, for `explain`.
    pub codes: &'a [&'static Code],
}

/// What the commands know of a sandbox.
#[derive(Clone, Copy)]
pub struct Sandbox<'a> {
    /// The e-mail address of who answers for it.
    pub owner: &'a Sourced<String>,
    /// Its last day.
    pub expires: &'a Sourced<Date>,
}
