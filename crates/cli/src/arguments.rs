//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use terrace_ir::Date;

/// Infrastructure as Rust for Azure Machine Learning platforms.
#[derive(Parser, Debug)]
#[command(name = "terrace", version, about, max_term_width = 100)]
pub struct CommandLine {
    /// The folder of the environment files [default: the nearest `stacks`, from here upwards]
    #[arg(long, global = true, value_name = "DIR")]
    pub stacks: Option<PathBuf>,

    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a sandbox: an environment of somebody's own, with an end
    New(New),
    /// Take an environment out again, once it is destroyed
    Remove(Remove),
    /// Write the Terraform JSON of the environments
    Synth(Synth),
    /// List the environments
    List(List),
    /// Check the environments, or any directory of Terraform JSON
    Validate(Validate),
    /// Run Terraform's own plan, apply and destroy of an environment, offline
    #[cfg(unix)]
    Rehearse(Rehearse),
    /// Show what is known about a resource type or one of its arguments
    Schema(Schema),
    /// Say more about a finding
    Explain(Explain),
    /// Print a script that completes commands in your shell
    Completions(Completions),
}

/// Make a sandbox: an environment of somebody's own, with an end.
///
/// Its file and its output are written together, to be committed together, or nothing is.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  new sandbox-vision --from dev --owner vision-team@example.org \\
    --owner-object-id 00000000-0000-0000-0000-000000000000 --expires 30d")]
pub struct New {
    /// What it is called: lower-case letters, digits, `-` and `_`
    #[arg(value_name = "NAME")]
    pub name: String,

    /// The environment that it is like, of stage dev
    #[arg(long, value_name = "ENV")]
    pub from: String,

    /// The e-mail address of who answers for it, a person or a team
    #[arg(long, value_name = "ADDRESS")]
    pub owner: String,

    /// The owner's object id in Entra, of a person or a group, who gets the rights to work in it
    #[arg(long, value_name = "UUID")]
    pub owner_object_id: Option<String>,

    /// Its last day, or after how many days that is: `2027-01-31` or `30d`
    #[arg(long, value_name = "DATE|DAYS")]
    pub expires: String,
}

/// Take an environment out again, once it is destroyed.
///
/// Deletes its file, and of its output what `synth` wrote. Refuses while anything may still run.
#[derive(Args, Debug)]
pub struct Remove {
    /// The environment
    #[arg(value_name = "NAME")]
    pub name: String,

    /// Say that what is in its state is destroyed, where the state is not on this disk
    #[arg(long)]
    pub destroyed: bool,
}

/// Write the Terraform JSON of the environments.
#[derive(Args, Debug)]
pub struct Synth {
    /// An environment; may be given several times [default: all]
    #[arg(long = "env", value_name = "ENV")]
    pub environments: Vec<String>,

    /// The output folder [default: `synth-out` beside the folder of the environment files]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Write nothing; say which files are stale and how
    #[arg(long)]
    pub check: bool,

    /// Treat warnings as errors: an environment with one is not written
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
}

/// List the environments.
#[derive(Args, Debug)]
pub struct List {
    /// Only the sandboxes that are past their last day
    #[arg(long)]
    pub expired: bool,

    /// The day on which they are [default: today, in UTC]
    #[arg(long, value_name = "DATE", requires = "expired")]
    pub as_of: Option<Date>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Check the environments, or any directory of Terraform JSON.
#[derive(Args, Debug)]
pub struct Validate {
    /// A directory with `*.tf.json` files: the output of an environment, or somebody else's
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// An environment; may be given several times [default: all]
    #[arg(long = "env", value_name = "ENV", conflicts_with = "directory")]
    pub environments: Vec<String>,

    /// The day on which to look: a sandbox past its last day is an error
    #[arg(long, value_name = "DATE", conflicts_with = "directory")]
    pub as_of: Option<Date>,

    /// How to print; `json` is the form of `terraform validate -json`
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Treat warnings as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
}

/// Run Terraform's own plan, apply and destroy of an environment, offline.
#[cfg(unix)]
#[derive(Args, Debug)]
#[command(
    long_about = "Run Terraform's own plan, apply, second plan and destroy of an environment, in a temporary folder and offline: \
stand-ins are in the place of the providers, so neither credentials nor Azure are needed.",
    after_help = "Examples:
  rehearse --env prod                what would be made from nothing
  rehearse --env prod --from main    what this change does to what stands on main

TERRACE_TERRAFORM names another program than `terraform` on the path, `tofu` for instance.
Exit codes: 0 everything went well, 1 something failed, 2 misuse, 130 and 143 interrupted."
)]
pub struct Rehearse {
    /// The environment
    #[arg(long = "env", value_name = "ENV")]
    pub environment: String,

    /// Apply first what stands: the output committed at a git reference, or in a directory
    #[arg(long, value_name = "REF|DIR")]
    pub from: Option<String>,

    /// Do it in this folder, which must be empty, and keep it
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Show what is known about a resource type or one of its arguments.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  schema azurerm_key_vault
  schema azurerm_storage_account.network_rules
  schema data.azurerm_subnet
  schema Microsoft.MachineLearningServices/workspaces/computes
  schema --search datastore")]
pub struct Schema {
    /// A type, or an argument of it
    #[arg(value_name = "TYPE[.ARGUMENT]", required_unless_present = "search")]
    pub subject: Option<String>,

    /// Find types and arguments whose name holds a word
    #[arg(long, value_name = "WORD", conflicts_with = "subject")]
    pub search: Option<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Say more about a finding.
#[derive(Args, Debug)]
pub struct Explain {
    /// The code of a finding, for example T0203 [default: list all codes]
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Print a script that completes commands in your shell.
#[derive(Args, Debug)]
#[command(
    after_help = "bash and zsh read it in a running shell: source <(PROGRAM completions bash)"
)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

/// What to treat as an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Whatever is found as a warning
    Warnings,
}
