//! `remove`: takes an environment out again, once nothing of it is left in Azure.

use std::fs;
use std::io::ErrorKind;

use terrace_core::Stage;
use terrace_environment::{Folder as Stacks, heirs};
use terrace_ir::{Diagnostic, Module, SourceMap};

use super::{Outcome, print_findings, print_result};
use crate::arguments::Remove;
use crate::codes;
use crate::output::{self, Folder, Lock};
use crate::program::{Program, Settings};
use crate::report::plural;
use crate::state;
use crate::synthesis::{Destination, synthesize};

pub(super) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &Remove,
) -> Outcome {
    let mut sources = SourceMap::new();
    let name = &*arguments.name;
    let destination = Destination::new(stacks, None);
    let folder = destination.folder(name);
    let which = [name.to_owned()];
    let synthesis = synthesize(program, stacks, &destination, &which, &mut sources);
    // One whose file is gone already may have left its output.
    let is_known = stacks.file_path(name).exists() || folder.known_stage().is_some();
    if !is_known || Stacks::name_problem(name).is_some() {
        print_findings(&synthesis.diagnostics, &sources);
        return Outcome::Misuse;
    }
    // None where its file cannot be read; then the output says what it was.
    let module = synthesis.built.first().map(|built| &built.module);
    let stage = match module {
        Some(module) => Some(module.stage.to_string()),
        None => folder.known_stage(),
    };
    let mut findings = Vec::new();
    findings.extend(stage.and_then(|stage| of_stage(&stage, name)));
    findings.extend(inherited(stacks, name, &mut sources));
    findings.extend(alive(&folder, module, arguments.destroyed));
    if !findings.is_empty() {
        print_findings(&findings, &sources);
        print_result("nothing was removed\n");
        return Outcome::Findings;
    }
    let removed = Lock::take(&destination.path, &destination.shown)
        .and_then(|_lock| remove(stacks, name, &folder));
    match removed {
        Ok(left) => {
            print_result(&said(&stacks.file_name(name), folder.shown(), name, &left));
            Outcome::Fine
        }
        Err(finding) => {
            print_findings(&[*finding], &sources);
            Outcome::Findings
        }
    }
}

fn refusal(summary: String) -> Diagnostic {
    Diagnostic::error(&codes::NOT_REMOVED, summary)
}

/// Staging and production do not go by one command.
fn of_stage(stage: &str, name: &str) -> Option<Diagnostic> {
    (stage != Stage::Dev.as_str()).then(|| {
        refusal(format!("`{name}` is of stage \"{stage}\""))
            .hint("destroy it, and delete its file and its output by hand")
    })
}

/// Others would lose what they inherit.
fn inherited(stacks: &Stacks, name: &str, sources: &mut SourceMap) -> Vec<Diagnostic> {
    heirs(stacks, name, sources)
        .into_iter()
        .map(|(heir, origin)| {
            refusal(format!("`{heir}` inherits `{name}`"))
                .argument("inherits")
                .hint(format!("remove `{heir}` first, or let it inherit another"))
                .at(origin)
        })
        .collect()
}

/// What may still run in Azure.
fn alive(folder: &Folder, module: Option<&Module>, is_destroyed: bool) -> Option<Diagnostic> {
    let output = folder.shown();
    let destroy = format!("`terraform -chdir={output} destroy`");
    match state::local(folder.path()) {
        Ok(0) => {}
        Ok(count) => {
            let held = plural(count, "resource");
            let finding = refusal(format!("the state in `{output}` holds {held}"));
            return Some(finding.hint(format!("run {destroy} first")));
        }
        Err(why) => {
            let finding = refusal(format!("the state in `{output}` cannot be read: {why}"));
            return Some(
                finding.hint("see what it is, and move it away once everything is destroyed"),
            );
        }
    }
    let backend = state::remote(folder.path()).or_else(|| state::remote_of(module?));
    let backend = backend.filter(|_| !is_destroyed)?;
    Some(
        refusal(format!(
            "the state is elsewhere (backend `{backend}`): nothing here can see whether it is empty"
        ))
        .hint(format!("run {destroy} first, then say `--destroyed`")),
    )
}

/// Removes the output and then the file: what a crash leaves can be removed again. Gives what is left
/// in the output's folder.
fn remove(stacks: &Stacks, name: &str, folder: &Folder) -> Result<Vec<String>, Box<Diagnostic>> {
    let left = folder.remove()?;
    match fs::remove_file(stacks.file_path(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(output::cannot("delete", &stacks.file_name(name), &error))
        }
        _ => Ok(left),
    }
}

fn said(file: &str, output: &str, name: &str, left: &[String]) -> String {
    let mut said = format!("removed {file} and its output in {output}\n");
    if !left.is_empty() {
        let left = left.join(", ");
        said.push_str(&format!(
            "
Left there, since `synth` did not write it: {left}
When nothing of it is wanted:
  rm -r {output}
"
        ));
    }
    said.push_str(&format!(
        "
Commit that, where they were committed:
  git add --all {file} {output}
  git commit -m \"Remove {name}\"
"
    ));
    said
}
