//! The commands, one module each.

mod completions;
mod explain;
mod list;
mod new;
#[cfg(unix)]
mod rehearse;
mod remove;
mod schema;
mod synth;
mod validate;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use terrace_environment::Folder as Stacks;
use terrace_ir::{Diagnostic, SourceMap};

use crate::arguments::{Command, CommandLine};
use crate::program::{Program, Settings};
use crate::report::{self, Colour};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Fine,
    /// There are findings, or stale output.
    Findings,
    /// What was asked for makes no sense.
    Misuse,
    /// The user has ended it, with the exit code that a shell would see.
    #[cfg(unix)]
    Interrupted(u8),
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Fine => 0,
            Outcome::Findings => 1,
            Outcome::Misuse => 2,
            #[cfg(unix)]
            Outcome::Interrupted(code) => code,
        })
    }
}

pub(crate) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    line: CommandLine,
) -> ExitCode {
    let explicit = line.stacks.as_deref();
    let outcome = match line.command {
        Command::New(arguments) => {
            with_stacks(explicit, |stacks| new::run(program, stacks, &arguments))
        }
        Command::Remove(arguments) => {
            with_stacks(explicit, |stacks| remove::run(program, stacks, &arguments))
        }
        Command::Synth(arguments) => {
            with_stacks(explicit, |stacks| synth::run(program, stacks, &arguments))
        }
        Command::List(arguments) => {
            with_stacks(explicit, |stacks| list::run(program, stacks, &arguments))
        }
        Command::Validate(arguments) => validate::run(program, explicit, &arguments),
        #[cfg(unix)]
        Command::Rehearse(arguments) => with_stacks(explicit, |stacks| {
            rehearse::run(program, stacks, &arguments)
        }),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Explain(arguments) => explain::run(program.codes, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    outcome.into()
}

/// Runs a command on the folder of the environment files, or says why there is none.
fn with_stacks(explicit: Option<&Path>, command: impl FnOnce(&Stacks) -> Outcome) -> Outcome {
    match terrace_environment::find(Path::new("."), explicit) {
        Ok(stacks) => command(&stacks),
        Err(finding) => {
            print_findings(&[*finding], &SourceMap::new());
            Outcome::Misuse
        }
    }
}

/// Prints findings on stderr.
fn print_findings(diagnostics: &[Diagnostic], sources: &SourceMap) {
    if !diagnostics.is_empty() {
        eprint!(
            "{}",
            report::text(diagnostics, sources, Colour::of_stderr())
        );
    }
}

/// How the person ran this program: `cargo run --`, or what was typed.
fn program_name() -> String {
    // Cargo sets this for what it runs.
    if std::env::var_os("CARGO").is_some() {
        return "cargo run --".to_owned();
    }
    let name = std::env::args_os().next().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Prints a result on stdout. A reader that went away (`| head`) is no error.
fn print_result(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

fn print_json(json: &serde_json::Value) {
    print_result(&format!("{json:#}\n"));
}

/// Columns as wide as their widest cell, two blanks apart.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = String::new();
    for row in rows {
        let line: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        out.push_str(line.join("  ").trim_end());
        out.push('\n');
    }
    out
}
