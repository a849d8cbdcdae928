//! The JSON Schemas that editors read beside the environment files.

use std::fs;

use terrace_environment::{Derived, Folder as Stacks};
use terrace_ir::Diagnostic;

use crate::codes;
use crate::output::{cannot, replace};

/// The JSON Schemas beside the environment files that are not what they should be, by name. They depend
/// on the types of the settings alone.
pub(crate) struct Stale<'a> {
    stacks: &'a Stacks,
    schemas: Vec<(&'static str, String)>,
}

impl<'a> Stale<'a> {
    /// Finds them.
    pub(crate) fn find<P, E>(stacks: &'a Stacks, settings: &Derived<P, E>) -> Self {
        // The environment files name them in their first line.
        let mut schemas = vec![
            ("environment.schema.json", settings.editor_schema()),
            ("terrace.schema.json", settings.shared_schema()),
        ];
        schemas.retain(|(name, wanted)| {
            let found = fs::read_to_string(stacks.path().join(name));
            !found.is_ok_and(|found| found == *wanted)
        });
        Self { stacks, schemas }
    }

    /// Brings the files up to date, or says which are stale (`check`).
    ///
    /// That one cannot be written is a warning: no output depends on it.
    pub(crate) fn bring_up_to_date(&self, check: bool) -> Vec<Diagnostic> {
        let stale = self.schemas.iter();
        stale
            .filter_map(|(name, wanted)| self.one(name, wanted, check))
            .collect()
    }

    fn one(&self, name: &str, wanted: &str, check: bool) -> Option<Diagnostic> {
        let shown = format!("{}/{name}", self.stacks.name());
        if check {
            let finding = Diagnostic::error(&codes::STALE, format!("{shown} is stale"));
            return Some(finding.hint("run `synth` and commit the result"));
        }
        let error = replace(self.stacks.path(), name, wanted).err()?;
        let mut finding = cannot("write", &shown, &error);
        finding.severity = terrace_ir::Severity::Warning;
        Some(*finding)
    }
}
