//! `list`: the environments.

use serde_json::{Value as Json, json};
use terrace_environment::{Folder as Stacks, load};
use terrace_ir::{SourceMap, Stage};

use super::{Outcome, columns, print_findings, print_json, print_result};
use crate::arguments::{Format, List};
use crate::clock;
use crate::program::{Program, Sandbox, Settings};
use crate::synthesis::Destination;

pub(super) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &List,
) -> Outcome {
    let mut sources = SourceMap::new();
    let loaded = load(
        &program.settings,
        stacks,
        &[],
        program.never_inherited,
        &mut sources,
    );
    let destination = Destination::new(stacks, None);
    let mut environments = loaded.environments;
    environments.sort_by_key(|environment| (program.stage)(&environment.settings));
    let day = arguments.as_of.unwrap_or_else(clock::today);
    let rows: Vec<Row> = environments
        .iter()
        .map(|environment| Row {
            name: &environment.name,
            kind: &environment.kind,
            stage: (program.stage)(&environment.settings),
            sandbox: (program.sandbox)(&environment.settings),
            output: destination.folder(&environment.name).shown().to_owned(),
            files: &environment.files,
        })
        .filter(|row| !arguments.expired || row.sandbox.is_some_and(|it| **it.expires < day))
        .collect();
    match arguments.format {
        Format::Json => {
            let rows: Vec<_> = rows.iter().map(Row::json).collect();
            print_json(&json!({"format_version": "1.0", "environments": rows}));
        }
        Format::Text => print_result(&table(&rows)),
    }
    print_findings(&loaded.diagnostics, &sources);
    if loaded.failed.is_empty() && loaded.shared.is_some() {
        Outcome::Fine
    } else {
        Outcome::Findings
    }
}

struct Row<'a> {
    name: &'a str,
    /// Empty where the settings know no kinds.
    kind: &'a str,
    stage: Stage,
    sandbox: Option<Sandbox<'a>>,
    output: String,
    files: &'a [String],
}

impl Row<'_> {
    fn json(&self) -> Json {
        let mut json = json!({
            "name": self.name,
            "stack": self.kind,
            "stage": self.stage.as_str(),
            "output": self.output,
            "files": self.files,
        });
        if let Some(Sandbox { owner, expires }) = self.sandbox {
            json["owner"] = owner.as_str().into();
            json["expires"] = expires.to_string().into();
        }
        json
    }
}

/// A line for each environment, without the columns that all leave empty.
fn table(rows: &[Row<'_>]) -> String {
    let cells = rows.iter().map(|row| {
        let (owner, expires) = match row.sandbox {
            Some(sandbox) => (sandbox.owner.to_string(), sandbox.expires.to_string()),
            None => Default::default(),
        };
        [
            row.name.to_owned(),
            row.kind.to_owned(),
            row.stage.to_string(),
            owner,
            expires,
            row.output.clone(),
            row.files.join(" < "),
        ]
    });
    let head = [
        "NAME", "STACK", "STAGE", "OWNER", "EXPIRES", "OUTPUT", "FILES",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(cells);
    for column in (0..head.len()).rev() {
        if lines.iter().skip(1).all(|line| line[column].is_empty()) {
            for line in &mut lines {
                line[column].clear();
                line[column..].rotate_left(1);
            }
        }
    }
    columns(&lines)
}
