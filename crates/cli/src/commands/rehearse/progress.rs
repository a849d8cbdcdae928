//! How a rehearsal tells what it does: a line for each step, or one document at the end.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use terrace_ir::{Diagnostic, Severity, SourceMap};
use terrace_rehearsal::{Change, Failure, Terraform};

use crate::arguments::{Format, Rehearse};
use crate::commands::{print_findings, print_json, print_result};
use crate::report;

/// What has happened so far.
pub(super) struct Progress {
    environment: String,
    from: Option<String>,
    format: Format,
    start: Instant,
    terraform: Option<String>,
    notes: Vec<String>,
    steps: Vec<Step>,
    /// What the plan changes, where a document is wanted.
    pub(super) changes: Option<Vec<Change>>,
    has_succeeded: bool,
}

/// A step that has ended.
struct Step {
    name: &'static str,
    time: Duration,
    has_succeeded: bool,
    /// What it did, in words.
    result: String,
}

impl Progress {
    pub(super) fn new(environment: &str, arguments: &Rehearse) -> Self {
        Self {
            environment: environment.to_owned(),
            from: arguments.from.clone(),
            format: arguments.format,
            start: Instant::now(),
            terraform: None,
            notes: Vec::new(),
            steps: Vec::new(),
            changes: None,
            has_succeeded: false,
        }
    }

    pub(super) fn begin(&mut self, terraform: &Terraform) {
        // Building the stand-in provider is no part of it.
        self.start = Instant::now();
        let name = terraform.name();
        self.say(&format!(
            "rehearsing {} with {name}, offline",
            self.environment
        ));
        self.terraform = Some(name.to_owned());
    }

    /// Says which part of the rehearsal begins.
    pub(super) fn part(&mut self, what: &str) {
        self.say(what);
    }

    /// Says what is different from what is written.
    pub(super) fn notes(&mut self, notes: Vec<String>) {
        for note in notes {
            if !self.notes.contains(&note) {
                self.say(&format!("  {note}"));
                self.notes.push(note);
            }
        }
    }

    /// Does a step and tells its time and, in words, its result.
    pub(super) fn step<T>(
        &mut self,
        name: &'static str,
        act: impl FnOnce() -> Result<T, Failure>,
        words: impl FnOnce(&T) -> String,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        let done = act();
        let time = start.elapsed();
        let result = match &done {
            Ok(value) => words(value),
            Err(Failure::Found(_)) => "failed".to_owned(),
            Err(Failure::Interrupted(_)) => return done,
        };
        let line = format!("{name:<8} {:>5.1} s  {result}", time.as_secs_f64());
        self.say(line.trim_end());
        self.steps.push(Step {
            name,
            time,
            has_succeeded: done.is_ok(),
            result,
        });
        done
    }

    pub(super) fn kept(&self, folder: &Path) {
        let folder = folder.display();
        self.say(&format!(
            "kept in {folder}; to go on with Terraform by hand:"
        ));
        self.say(&format!(
            "  cd {folder}/work; export TF_CLI_CONFIG_FILE=../terraform.rc TF_DISABLE_PLUGIN_TLS=1 TERRACE_TWIN_STATE=../azure"
        ));
    }

    pub(super) fn succeed(&mut self) {
        self.has_succeeded = true;
        let time = self.start.elapsed().as_secs_f64();
        self.say(&format!("{} is rehearsed in {time:.1} s", self.environment));
    }

    /// Prints findings, or the document.
    pub(super) fn finish(&self, findings: &[Diagnostic], sources: &SourceMap) {
        match self.format {
            Format::Text => print_findings(findings, sources),
            Format::Json => print_json(&self.document(findings, sources)),
        }
    }

    fn document(&self, findings: &[Diagnostic], sources: &SourceMap) -> Json {
        let steps = self.steps.iter().map(|step| {
            json!({
                "step": step.name,
                "seconds": (step.time.as_secs_f64() * 1000.0).round() / 1000.0,
                "succeeded": step.has_succeeded,
                "result": step.result,
            })
        });
        let changes = self.changes.as_ref();
        let changes = changes.map(|it| it.iter().map(Change::to_json).collect::<Vec<_>>());
        let has_errors = findings.iter().any(|it| it.severity == Severity::Error);
        let found = report::json(findings, sources);
        json!({
            "format_version": "1.0",
            "environment": self.environment,
            "from": self.from,
            "terraform": self.terraform,
            "succeeded": self.has_succeeded && !has_errors,
            "seconds": (self.start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            "notes": self.notes,
            "steps": steps.collect::<Vec<_>>(),
            "resource_changes": changes,
            "diagnostics": found["diagnostics"],
        })
    }

    fn say(&self, line: &str) {
        if self.format == Format::Text {
            print_result(&format!("{line}\n"));
        }
    }
}
