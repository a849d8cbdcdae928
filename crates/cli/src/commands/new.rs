//! `new`: a sandbox, its file and its output, both or neither.

mod request;

use std::fs;

use terrace_environment::Folder as Stacks;
use terrace_ir::{Diagnostic, Severity, SourceMap};

use super::{Outcome, columns, print_findings, print_result, program_name};
use crate::arguments::New;
use crate::clock;
use crate::output::{self, Folder, Lock, Wanted};
use crate::program::{Program, Settings};
use crate::report::plural;
use crate::synthesis::{Destination, Synthesis, synthesize};

use self::request::Request;

pub(super) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &New,
) -> Outcome {
    let mut sources = SourceMap::new();
    let name = &*arguments.name;
    let destination = Destination::new(stacks, None);
    let folder = destination.folder(name);
    let today = clock::today();
    let (request, mut findings) = Request::check(
        program,
        stacks,
        &destination,
        arguments,
        today,
        &mut sources,
    );
    let Some(request) = request else {
        print_findings(&findings, &sources);
        return Outcome::Misuse;
    };

    // All environments, since the new one must not take the names or the state of another.
    let text = request.file();
    let draft = stacks.with_draft(name, &text);
    let synthesis = synthesize(program, &draft, &destination, &[], &mut sources);
    findings.extend(about(&synthesis, name));
    let built = synthesis
        .built
        .iter()
        .find(|built| *built.module.name == *name && !synthesis.is_refused(name, false));
    let written = match built {
        Some(built) => {
            let wanted = Wanted::new(&built.module);
            Lock::take(&destination.path, &destination.shown)
                .and_then(|_lock| write(stacks, name, &text, &folder, &wanted))
                .map(|()| built.module.resources().count())
                .map_err(|finding| findings.push(*finding))
        }
        None => Err(()),
    };
    print_findings(&findings, &sources);
    let Ok(resources) = written else {
        print_result("nothing was written\n");
        return Outcome::Findings;
    };
    let file = stacks.file_name(name);
    print_result(&columns(&[
        [file.clone(), request.what()],
        [folder.shown().to_owned(), plural(resources, "resource")],
    ]));
    print_result(&next(&file, folder.shown(), name));
    Outcome::Fine
}

/// What was found about the new environment, or is what keeps it from being read.
fn about(synthesis: &Synthesis, name: &str) -> Vec<Diagnostic> {
    let is_read = !synthesis.failed.iter().any(|failed| *failed.name == *name);
    let is_about = |finding: &&Diagnostic| {
        let module = finding.module.as_deref();
        let is_error = finding.severity == Severity::Error;
        module.is_none_or(|module| module == name) || !is_read && is_error
    };
    let findings = synthesis.diagnostics.iter();
    findings.filter(is_about).cloned().collect()
}

/// Writes the file and then the output, so that what a crash leaves is an environment like any other,
/// which `synth` completes.
fn write(
    stacks: &Stacks,
    name: &str,
    text: &str,
    folder: &Folder,
    wanted: &Wanted,
) -> Result<(), Box<Diagnostic>> {
    let differences = folder.compare(wanted)?;
    let (file, shown) = (stacks.file_path(name), stacks.file_name(name));
    output::create(&file, text).map_err(|error| output::cannot("write", &shown, &error))?;
    folder.write(wanted, &differences).inspect_err(|_| {
        // What is said is why it could not be written; that something cannot be taken back either is
        // the same trouble.
        let _ = fs::remove_file(&file);
        let _ = folder.remove();
    })
}

/// What to do now.
fn next(file: &str, output: &str, name: &str) -> String {
    let program = program_name();
    format!(
        "
Commit both together:
  git add {file} {output}
  git commit -m \"Add {name}\"

Make it in Azure:
  terraform -chdir={output} init
  terraform -chdir={output} apply

When it is not needed any more:
  terraform -chdir={output} destroy
  {program} remove {name}
"
    )
}
