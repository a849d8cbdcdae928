//! From a function that builds a stack to a program.

use std::process::ExitCode;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use terrace_azureml::{Frame, Project};
use terrace_cli::Program;
use terrace_core::{Stack, Stage};

/// What an environment file says: the stack author's own struct, made of the constructs' settings.
pub trait Environment: DeserializeOwned + JsonSchema + 'static {
    /// What the environment is for.
    fn stage(&self) -> Stage;

    /// What every stack needs around its constructs.
    fn frame<'a>(&'a self, project: &'a Project) -> Frame<'a>;
}

/// What an environment never takes from the one that it inherits from: what is one's own by nature.
const NEVER_INHERITED: &[&str] = &[
    "subscription_id",
    "state.key",
    "people",
    "budget",
    "owner",
    "expires",
    "*.name",
];

/// Runs the commands for the environments in `stacks/`, each built by `platform`.
#[must_use]
pub fn main<E: Environment>(platform: fn(&Stack, &E)) -> ExitCode {
    let program = Program {
        stage: E::stage,
        build: &|stack: &Stack, project: &Project, environment: &E| {
            let frame = environment.frame(project);
            frame.build(stack, || platform(stack, environment));
        },
        never_inherited: NEVER_INHERITED,
    };
    terrace_cli::run(&program, std::env::args_os())
}
