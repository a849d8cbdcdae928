//! The JSON Schemas that editors read beside the environment files.

use std::fs;
use std::panic::resume_unwind;
use std::thread;

use terrace_environment::{Derived, Folder as Stacks};
use terrace_ir::Diagnostic;

use crate::codes;
use crate::output::{cannot, replace};

/// The JSON Schemas beside the environment files. They depend on the types of the settings alone.
pub(crate) struct Schemas {
    environment: String,
    shared: String,
}

impl Schemas {
    /// Makes them on a thread of their own while something else is done here.
    pub(crate) fn make_beside<P, E, T>(
        settings: &Derived<P, E>,
        work: impl FnOnce() -> T,
    ) -> (Self, T) {
        thread::scope(|threads| {
            let schemas = threads.spawn(|| Self::of(settings));
            let done = work();
            let schemas = schemas.join();
            (schemas.unwrap_or_else(|panic| resume_unwind(panic)), done)
        })
    }

    fn of<P, E>(settings: &Derived<P, E>) -> Self {
        Self {
            environment: settings.editor_schema(),
            shared: settings.shared_schema(),
        }
    }

    /// Brings the files up to date, or says which are stale (`check`).
    ///
    /// That one cannot be written is a warning: no output depends on it.
    pub(crate) fn bring_up_to_date(&self, stacks: &Stacks, check: bool) -> Vec<Diagnostic> {
        // The environment files name them in their first line.
        [
            ("environment.schema.json", &self.environment),
            ("terrace.schema.json", &self.shared),
        ]
        .into_iter()
        .filter_map(|(name, wanted)| one(stacks, name, wanted, check))
        .collect()
    }
}

fn one(stacks: &Stacks, name: &str, wanted: &str, check: bool) -> Option<Diagnostic> {
    let found = fs::read_to_string(stacks.path().join(name));
    if found.is_ok_and(|found| found == wanted) {
        return None;
    }
    let shown = format!("{}/{name}", stacks.name());
    if check {
        let finding = Diagnostic::error(&codes::STALE, format!("{shown} is stale"));
        return Some(finding.hint("run `synth` and commit the result"));
    }
    let error = replace(stacks.path(), name, wanted).err()?;
    let mut finding = cannot("write", &shown, &error);
    finding.severity = terrace_ir::Severity::Warning;
    Some(*finding)
}
