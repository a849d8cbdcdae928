//! `validate`: the check alone, of environments or of any directory of Terraform JSON.

use std::path::Path;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use terrace_environment::Folder as Stacks;
use terrace_ir::{Diagnostic, Severity, SourceMap};

use super::{Outcome, find_stacks, print_findings, print_json, print_result};
use crate::arguments::{Deny, Format, Validate};
use crate::clock;
use crate::program::Program;
use crate::report::{self, Counts};
use crate::synthesis::{self, Destination, synthesize};

pub(super) fn run<P, E>(
    program: &Program<'_, P, E>,
    stacks: Option<&Path>,
    arguments: &Validate,
) -> Outcome
where
    P: DeserializeOwned + JsonSchema,
    E: DeserializeOwned + JsonSchema,
{
    let mut sources = SourceMap::new();
    let Checked {
        subject,
        mut diagnostics,
        expired,
    } = match &arguments.directory {
        Some(directory) => Checked {
            subject: format!("{} is", directory.display()),
            diagnostics: check_directory(directory, &mut sources),
            expired: Vec::new(),
        },
        None => {
            let stacks = match find_stacks(stacks) {
                Ok(stacks) => stacks,
                Err(finding) => {
                    print_findings(&[*finding], &sources);
                    return Outcome::Misuse;
                }
            };
            check_environments(program, &stacks, arguments, &mut sources)
        }
    };
    // That a sandbox is past its day today refuses nothing; an error by a day that was named does.
    let denied = arguments.deny == Some(Deny::Warnings) && Counts::of(&diagnostics).warnings > 0;
    diagnostics.extend(expired);
    let counts = Counts::of(&diagnostics);
    match arguments.format {
        Format::Json => print_json(&report::json(&diagnostics, &sources)),
        Format::Text => {
            print_findings(&diagnostics, &sources);
            if counts.errors == 0 {
                print_result(&format!("{subject} valid\n"));
            }
        }
    }
    if counts.errors > 0 || denied {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

struct Checked {
    /// What was checked, and its verb.
    subject: String,
    diagnostics: Vec<Diagnostic>,
    /// Sandboxes past their last day.
    expired: Vec<Diagnostic>,
}

fn check_environments<P, E>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &Validate,
    sources: &mut SourceMap,
) -> Checked
where
    P: DeserializeOwned + JsonSchema,
    E: DeserializeOwned + JsonSchema,
{
    let destination = Destination::new(stacks, None);
    let which = &arguments.environments;
    let synthesis = synthesize(program, stacks, &destination, which, sources);
    let names: Vec<&str> = synthesis.built.iter().map(|it| &*it.module.name).collect();
    let expired = match arguments.as_of {
        Some(day) => synthesis.expired(day, Severity::Error),
        None => synthesis.expired(clock::today(), Severity::Warning),
    };
    Checked {
        subject: match names.as_slice() {
            [one] => format!("{one} is"),
            many => format!("{} are", many.join(", ")),
        },
        diagnostics: synthesis.diagnostics,
        expired,
    }
}

fn check_directory(directory: &Path, sources: &mut SourceMap) -> Vec<Diagnostic> {
    let (module, mut diagnostics) = terrace_ir::read::directory(directory, sources);
    let modules = [module];
    diagnostics.extend(terrace_schema::check(&modules));
    synthesis::hide_secrets(&modules, sources);
    diagnostics
}
