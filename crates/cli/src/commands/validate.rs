//! `validate`: the check alone, of environments or of any directory of Terraform JSON.

use std::path::Path;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use terrace_ir::{Diagnostic, SourceMap};

use super::{Outcome, find_stacks, print_findings, print_json, print_result};
use crate::arguments::{Deny, Format, Validate};
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
    let (subject, diagnostics) = match &arguments.directory {
        Some(directory) => (
            directory.display().to_string(),
            check_directory(directory, &mut sources),
        ),
        None => {
            let stacks = match find_stacks(stacks) {
                Ok(stacks) => stacks,
                Err(finding) => {
                    print_findings(&[*finding], &sources);
                    return Outcome::Misuse;
                }
            };
            let destination = Destination::new(&stacks, None);
            let synthesis = synthesize(
                program,
                &stacks,
                &destination,
                &arguments.environments,
                &mut sources,
            );
            (arguments.environments.join(", "), synthesis.diagnostics)
        }
    };
    let counts = Counts::of(&diagnostics);
    match arguments.format {
        Format::Json => print_json(&report::json(&diagnostics, &sources)),
        Format::Text => {
            print_findings(&diagnostics, &sources);
            if counts.errors == 0 {
                print_result(&format!("{subject} is valid\n"));
            }
        }
    }
    let denied = arguments.deny == Some(Deny::Warnings) && counts.warnings > 0;
    if counts.errors > 0 || denied {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

fn check_directory(directory: &Path, sources: &mut SourceMap) -> Vec<Diagnostic> {
    let (module, mut diagnostics) = terrace_ir::read::directory(directory, sources);
    let modules = [module];
    diagnostics.extend(terrace_schema::check(&modules));
    synthesis::hide_secrets(&modules, sources);
    diagnostics
}
