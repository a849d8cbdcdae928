//! The JSON Schemas that editors read beside the environment files.

use std::fs;

use schemars::JsonSchema;
use terrace_environment::{Folder as Stacks, editor_schema, shared_schema};
use terrace_ir::Diagnostic;

use crate::codes;
use crate::output::{cannot, replace};

/// Brings the schemas beside the environment files up to date, or says which are stale (`check`).
///
/// That one cannot be written is a warning: no output depends on it.
pub(crate) fn bring_up_to_date<P, E>(stacks: &Stacks, check: bool) -> Vec<Diagnostic>
where
    P: JsonSchema,
    E: JsonSchema,
{
    // The files name them in their first line.
    [
        ("environment.schema.json", editor_schema::<E>()),
        ("terrace.schema.json", shared_schema::<P>()),
    ]
    .into_iter()
    .filter_map(|(name, wanted)| one(stacks, name, &wanted, check))
    .collect()
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
