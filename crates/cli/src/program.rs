//! What the stack author gives.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use terrace_core::{Stack, Stage};

/// What an environment file says. Implemented by the stack author's own struct.
pub trait Environment: DeserializeOwned + JsonSchema {
    /// What all environments share: `stacks/terrace.toml`.
    type Project: DeserializeOwned + JsonSchema;

    /// The keys, as paths, that an environment never takes from the one that it inherits from: what
    /// is one's own by nature, such as explicit names, people and budgets.
    const NEVER_INHERITED: &'static [&'static str];

    /// What the environment is for.
    fn stage(&self) -> Stage;
}

/// A program that synthesizes stacks.
pub struct Program<E: Environment> {
    /// Builds the stack of an environment.
    pub build: fn(&Stack, &E::Project, &E),
}
