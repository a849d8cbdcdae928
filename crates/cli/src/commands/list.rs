//! `list`: the environments.

use std::path::Path;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::json;
use terrace_ir::SourceMap;

use super::{Outcome, columns, find_stacks, print_findings, print_json, print_result};
use crate::arguments::{Format, List};
use crate::program::Program;
use crate::synthesis::Destination;

pub(super) fn run<P, E>(
    program: &Program<'_, P, E>,
    stacks: Option<&Path>,
    arguments: &List,
) -> Outcome
where
    P: DeserializeOwned + JsonSchema,
    E: DeserializeOwned + JsonSchema,
{
    let mut sources = SourceMap::new();
    let stacks = match find_stacks(stacks) {
        Ok(stacks) => stacks,
        Err(finding) => {
            print_findings(&[*finding], &sources);
            return Outcome::Misuse;
        }
    };
    let loaded =
        terrace_environment::load::<P, E>(&stacks, &[], program.never_inherited, &mut sources);
    let destination = Destination::new(&stacks, None);
    let mut environments = loaded.environments;
    environments.sort_by_key(|environment| (program.stage)(&environment.settings));
    let rows: Vec<[String; 5]> = environments
        .iter()
        .map(|environment| {
            [
                environment.name.to_string(),
                environment.kind.clone(),
                (program.stage)(&environment.settings).to_string(),
                destination.folder(&environment.name).shown().to_owned(),
                environment.files.join(" < "),
            ]
        })
        .collect();
    match arguments.format {
        Format::Json => {
            let rows: Vec<_> = rows
                .iter()
                .zip(&environments)
                .map(|([name, kind, stage, output, _], environment)| {
                    json!({
                        "name": name,
                        "stack": kind,
                        "stage": stage,
                        "output": output,
                        "files": environment.files,
                    })
                })
                .collect();
            print_json(&json!({"format_version": "1.0", "environments": rows}));
        }
        Format::Text => {
            let head = ["NAME", "STACK", "STAGE", "OUTPUT", "FILES"].map(str::to_owned);
            let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
            print_result(&columns(&rows));
        }
    }
    print_findings(&loaded.diagnostics, &sources);
    if loaded.failed.is_empty() && loaded.shared.is_some() {
        Outcome::Fine
    } else {
        Outcome::Findings
    }
}
