//! The JSON Schema that editors read beside the environment files.

use std::fs;

use schemars::JsonSchema;
use terrace_environment::{Folder as Stacks, editor_schema};
use terrace_ir::Diagnostic;

use crate::codes;
use crate::output::{cannot, replace};

/// The file, which the environment files name in their first line.
const NAME: &str = "environment.schema.json";

/// Brings the schema beside the environment files up to date, or says that it is stale (`check`).
///
/// That it cannot be written is a warning: no output depends on it.
pub(crate) fn bring_up_to_date<E: JsonSchema>(stacks: &Stacks, check: bool) -> Option<Diagnostic> {
    let wanted = editor_schema::<E>();
    let found = fs::read_to_string(stacks.path().join(NAME));
    if found.is_ok_and(|found| found == wanted) {
        return None;
    }
    let shown = format!("{}/{NAME}", stacks.name());
    if check {
        let finding = Diagnostic::error(&codes::STALE, format!("{shown} is stale"));
        return Some(finding.hint("run `synth` and commit the result"));
    }
    let error = replace(stacks.path(), NAME, &wanted).err()?;
    let mut finding = cannot("write", &shown, &error);
    finding.severity = terrace_ir::Severity::Warning;
    Some(*finding)
}
