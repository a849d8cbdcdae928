//! `validate`: the check alone, of environments or of any directory of Terraform JSON.

use std::path::Path;

use terrace_environment::Folder as Stacks;
use terrace_ir::{Diagnostic, Severity, SourceMap};

use super::{Outcome, print_findings, print_json, print_result, with_stacks};
use crate::arguments::{Deny, Format, Validate};
use crate::clock;
use crate::program::{Program, Settings};
use crate::report::{self, Counts};
use crate::synthesis::{self, Destination, synthesize};

pub(super) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: Option<&Path>,
    arguments: &Validate,
) -> Outcome {
    let mut sources = SourceMap::new();
    match &arguments.directory {
        Some(directory) => {
            let checked = Checked {
                subject: format!("{} is", directory.display()),
                diagnostics: check_directory(directory, &mut sources),
                expired: Vec::new(),
            };
            checked.report(arguments, &sources)
        }
        None => with_stacks(stacks, |stacks| {
            let checked = check_environments(program, stacks, arguments, &mut sources);
            checked.report(arguments, &sources)
        }),
    }
}

struct Checked {
    /// What was checked, and its verb.
    subject: String,
    diagnostics: Vec<Diagnostic>,
    /// Sandboxes past their last day.
    expired: Vec<Diagnostic>,
}

impl Checked {
    fn report(mut self, arguments: &Validate, sources: &SourceMap) -> Outcome {
        // That a sandbox is past its day today refuses nothing; an error by a day that was named
        // does.
        let warnings = Counts::of(&self.diagnostics).warnings;
        let denied = arguments.deny == Some(Deny::Warnings) && warnings > 0;
        self.diagnostics.extend(self.expired);
        let counts = Counts::of(&self.diagnostics);
        match arguments.format {
            Format::Json => print_json(&report::json(&self.diagnostics, sources)),
            Format::Text => {
                print_findings(&self.diagnostics, sources);
                if counts.errors == 0 {
                    print_result(&format!("{} valid\n", self.subject));
                }
            }
        }
        if counts.errors > 0 || denied {
            Outcome::Findings
        } else {
            Outcome::Fine
        }
    }
}

fn check_environments<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &Validate,
    sources: &mut SourceMap,
) -> Checked {
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
