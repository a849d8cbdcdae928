//! Infrastructure as Rust for Azure Machine Learning platforms.
//!
//! This is what a stack author imports: the constructs, the typed resources below them, the
//! expressions, and [`main`], which makes a program of a function that builds a stack.
//!
//! ```no_run
//! use std::process::ExitCode;
//! use terrace::{Environment, Frame, Project, ResourceGroup, Sourced, Stack, Stage};
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Settings {
//!     stage: Stage,
//!     location: Sourced<String>,
//! }
//!
//! impl Environment for Settings {
//!     fn stage(&self) -> Stage {
//!         self.stage
//!     }
//!     fn frame<'a>(&'a self, project: &'a Project) -> Frame<'a> {
//!         Frame::new(project, &self.location)
//!     }
//! }
//!
//! fn platform(stack: &Stack, env: &Settings) {
//!     ResourceGroup::new(stack, "platform", &env.location);
//! }
//!
//! fn main() -> ExitCode {
//!     terrace::main(platform)
//! }
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`azureml`] | the constructs, also at the top here |
//! | [`azurerm`], [`azapi`], [`time`] | typed resources and data sources |
//! | [`azure`] | facts about Azure: regions, sizes, roles |
//! | [`core`] | the construct tree |
//! | [`ir`] | values, expressions, modules |
//! | [`schema`] | the providers as data, and the check of a module |
//! | `testing` | assertions on what Terraform plans |

mod program;
#[cfg(unix)]
pub mod testing;

pub use program::{Environment, main};

pub use terrace_azapi as azapi;
pub use terrace_azure as azure;
pub use terrace_azureml as azureml;
pub use terrace_azurerm as azurerm;
pub use terrace_cli as cli;
pub use terrace_core as core;
pub use terrace_ir as ir;
pub use terrace_schema as schema;
pub use terrace_time as time;

pub use terrace_azureml::*;
pub use terrace_core::{
    App, Binding, InScope, IsResource, Lifecycle, MAIN, Output, Outputs, Override, RemoteState,
    Resource, Scope, Stack, Variable, outputs,
};
pub use terrace_ir::{AnyId, Expr, Id, Sourced, Stage, Value, tf};
