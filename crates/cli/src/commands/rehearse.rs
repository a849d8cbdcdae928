//! `rehearse`: Terraform's own plan, apply and destroy of an environment, offline.

mod from;
mod progress;

use std::io::IsTerminal as _;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use terrace_environment::Folder as Stacks;
use terrace_ir::{Diagnostic, Module, SourceMap};
use terrace_rehearsal::configuration::remote_states;
use terrace_rehearsal::{
    Configuration, Failure, Interruptions, Rehearsal, Sandbox, Terraform, codes, twin,
};

use self::from::Standing;
use self::progress::Progress;
use super::Outcome;
use crate::arguments::{Format, Rehearse};
use crate::program::{Program, Settings};
use crate::synthesis::{Destination, hide_secrets, synthesize};

pub(super) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &Rehearse,
) -> Outcome {
    let mut sources = SourceMap::new();
    let destination = Destination::new(stacks, None);
    let environment = &arguments.environment;
    let which = [environment.clone()];
    let mut synthesis = synthesize(program, stacks, &destination, &which, &mut sources);
    let is_refused = synthesis.is_refused(environment, false) || !synthesis.failed.is_empty();
    let mut progress = Progress::new(environment, arguments);
    let (Some(built), false) = (synthesis.built.pop(), is_refused) else {
        progress.finish(&synthesis.diagnostics, &sources);
        return Outcome::Findings;
    };
    let mut others = Others {
        seen: vec![built.module.name.clone()],
        modules: Vec::new(),
    };
    let read = synthesize_read(
        program,
        stacks,
        &destination,
        &built.module,
        &mut sources,
        &mut others,
    );
    if let Err(findings) = read {
        progress.finish(&findings, &sources);
        return Outcome::Findings;
    }
    let mut stage = Stage {
        others: others.modules,
        environment,
        destination: &destination,
        module: built.module,
        arguments,
        sources: &mut sources,
        progress: &mut progress,
    };
    match stage.rehearse() {
        Ok(warnings) => {
            progress.succeed();
            progress.finish(&warnings, &sources);
            Outcome::Fine
        }
        Err(Failure::Found(findings)) => {
            let is_unusable = |code| {
                let is_kept = arguments.keep.is_some();
                code == &codes::NOTHING_STANDS || is_kept && code == &codes::NO_FOLDER
            };
            let is_misuse = findings.iter().any(|finding| is_unusable(finding.code));
            progress.finish(&findings, &sources);
            match is_misuse {
                true => Outcome::Misuse,
                false => Outcome::Findings,
            }
        }
        Err(Failure::Interrupted(interrupted)) => {
            let folder = match arguments.keep {
                Some(_) => "kept",
                None => "removed",
            };
            eprintln!("interrupted: what was running has ended, and its folder is {folder}");
            Outcome::Interrupted(interrupted.exit_code())
        }
    }
}

/// One rehearsal and what it is about.
struct Stage<'a> {
    environment: &'a str,
    destination: &'a Destination,
    module: Module,
    /// The environments whose states it reads, in the order in which they are to be applied.
    others: Vec<Module>,
    arguments: &'a Rehearse,
    sources: &'a mut SourceMap,
    progress: &'a mut Progress,
}

impl Stage<'_> {
    /// Runs all steps, and gives what Terraform warned about.
    fn rehearse(&mut self) -> Result<Vec<Diagnostic>, Failure> {
        let standing = self.standing()?;
        let present = self.present().map_err(found)?;
        let terraform = Terraform::find().map_err(found)?;
        let interruptions = Rc::new(Interruptions::watched().map_err(|error| {
            let summary = format!("cannot watch signals: {}", terrace_ir::reason(&error));
            found(Box::new(Diagnostic::error(&codes::NO_FOLDER, summary)))
        })?);
        let twin = twin::find(&interruptions)?;
        let keep = self.arguments.keep.as_deref();
        let sandbox = Sandbox::new(terraform, &twin, keep, interruptions)?;
        self.progress.begin(sandbox.terraform());
        let mut rehearsal = Rehearsal::new(sandbox);
        for other in std::mem::take(&mut self.others) {
            let name = other.name.clone();
            self.progress
                .part(&format!("first {name}, whose state is read"));
            self.apply(&mut rehearsal, Configuration::of(other))?;
            rehearsal.put_aside(&data_name(&name))?;
        }
        if let Some((name, standing)) = standing {
            self.progress.part(&format!("first what stands at {name}"));
            self.apply(&mut rehearsal, standing)?;
            self.progress
                .part(&format!("then {} as it is now", self.environment));
            rehearsal.take_warnings();
        }
        self.whole_life(&mut rehearsal, present)?;
        if let Some(keep) = keep {
            self.progress.kept(keep);
        }
        Ok(rehearsal.take_warnings())
    }

    /// What `--from` names, under the name by which it is shown.
    fn standing(&mut self) -> Result<Option<(String, Configuration)>, Failure> {
        let Some(from) = &self.arguments.from else {
            return Ok(None);
        };
        let Standing { name, files } =
            from::find(from, self.environment, self.destination).map_err(found)?;
        let (configuration, findings) = Configuration::read(&name, files, self.sources);
        hide_secrets(std::slice::from_ref(&configuration.module), self.sources);
        match findings.is_empty() {
            true => Ok(Some((name, configuration))),
            false => Err(Failure::Found(findings)),
        }
    }

    /// The environment as it would be written, with what somebody else has put beside it.
    fn present(&mut self) -> Result<Configuration, Box<Diagnostic>> {
        let folder = self.destination.folder(self.environment);
        let mut configuration = Configuration::of(self.module.clone());
        if folder.path().is_dir() {
            let beside = Configuration::files_in(folder.path());
            let beside =
                beside.map_err(|error| crate::output::cannot("read", folder.shown(), &error))?;
            let is_ours = |path: &Path| path.to_str().is_some_and(|path| folder.is_ours(path));
            let foreign = beside.into_iter().filter(|(path, _)| !is_ours(path));
            configuration.files.extend(foreign);
        }
        Ok(configuration)
    }

    fn apply(
        &mut self,
        rehearsal: &mut Rehearsal,
        configuration: Configuration,
    ) -> Result<(), Failure> {
        let notes = rehearsal.configure(configuration)?;
        self.progress.notes(notes);
        self.progress
            .step("init", || rehearsal.init(), |()| String::new())?;
        self.progress
            .step("plan", || rehearsal.plan(), ToString::to_string)?;
        self.progress
            .step("apply", || rehearsal.apply(), |counts| counts.done())?;
        Ok(())
    }

    /// From the plan, which is shown, to nothing left.
    fn whole_life(
        &mut self,
        rehearsal: &mut Rehearsal,
        configuration: Configuration,
    ) -> Result<(), Failure> {
        let notes = rehearsal.configure(configuration)?;
        self.progress.notes(notes);
        let progress = &mut *self.progress;
        progress.step("init", || rehearsal.init(), |()| String::new())?;
        let planned = progress.step("plan", || rehearsal.plan(), ToString::to_string);
        if !matches!(planned, Err(Failure::Interrupted(_))) {
            // Also what could be planned before an error.
            match self.arguments.format {
                Format::Json => progress.changes = Some(rehearsal.changes()?),
                Format::Text => rehearsal.show(has_colour())?,
            }
        }
        planned?;
        progress.step("apply", || rehearsal.apply(), |counts| counts.done())?;
        progress.step(
            "plan",
            || rehearsal.settle(),
            |()| "nothing left to do".to_owned(),
        )?;
        let protected = rehearsal.protected();
        if protected > 0 {
            let resources = crate::report::plural(protected, "resource");
            progress.notes(vec![format!(
                "prevent_destroy is taken back in {resources}, to rehearse destroying them"
            )]);
        }
        progress.step("destroy", || rehearsal.destroy(), |counts| counts.done())?;
        Ok(())
    }
}

/// The environments whose states are read.
struct Others {
    /// Those that were looked at: two that read each other are looked at once.
    seen: Vec<Arc<str>>,
    modules: Vec<Module>,
}

/// The environments whose states a module reads, and those that these read, each after what it needs itself.
fn synthesize_read<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    destination: &Destination,
    module: &Module,
    sources: &mut SourceMap,
    others: &mut Others,
) -> Result<(), Vec<Diagnostic>> {
    let names = stacks.environments().unwrap_or_default();
    for (read, _) in remote_states(module) {
        let Some(name) = names.iter().find(|name| data_name(name) == read) else {
            continue;
        };
        if others.seen.contains(name) {
            continue;
        }
        others.seen.push(name.clone());
        let which = [name.to_string()];
        let mut synthesis = synthesize(program, stacks, destination, &which, sources);
        if synthesis.is_refused(name, false) {
            return Err(synthesis.diagnostics);
        }
        if let Some(built) = synthesis.built.pop() {
            synthesize_read(program, stacks, destination, &built.module, sources, others)?;
            others.modules.push(built.module);
        }
    }
    Ok(())
}

/// How the data source is called that reads an environment's state.
fn data_name(environment: &str) -> String {
    environment.replace('-', "_")
}

fn found(finding: Box<Diagnostic>) -> Failure {
    Failure::Found(vec![*finding])
}

/// Whether Terraform may colour what it prints on stdout.
fn has_colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::io::stdout().is_terminal()
}
