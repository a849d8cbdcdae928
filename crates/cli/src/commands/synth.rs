//! `synth`: the Terraform JSON of the environments, written or compared.

mod change;

use std::time::{Duration, Instant};

use terrace_environment::Folder as Stacks;
use terrace_ir::{Diagnostic, Module, Severity, SourceMap, Stage};

use super::{Outcome, columns, print_findings, print_result};
use crate::arguments::{Deny, Synth};
use crate::clock;
use crate::codes;
use crate::editor::Stale;
use crate::output::{Difference, Folder, Lock, Wanted};
use crate::program::{Program, Settings};
use crate::report::plural;
use crate::synthesis::{Built, Destination, leave_to_the_system, read, synthesize_and};
use crate::threads::Threads;

use self::change::Change;

pub(super) fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    arguments: &Synth,
) -> Outcome {
    let start = Instant::now();
    let mut sources = SourceMap::new();
    let destination = Destination::new(stacks, arguments.out.as_deref());
    let which = &arguments.environments;
    let (stale, (synthesis, rendered)) = Threads::with(|threads| {
        let files = read(threads, stacks, which, &mut sources);
        // Derived here, where the load waits for it: to be woken takes longer than to derive it.
        let settings = &*program.settings;
        let stale = threads.start(|| Stale::find(stacks, settings));
        let render = |module: &Module| Rendered::of(module, &destination);
        let synthesis = synthesize_and(threads, program, files, &destination, &mut sources, render);
        (threads.finish(stale), synthesis)
    });
    let deny_warnings = arguments.deny == Some(Deny::Warnings);
    let mut run = Run {
        destination: &destination,
        check: arguments.check,
        lock: None,
        findings: Vec::new(),
    };
    let mut lines: Vec<((Stage, &str), [String; 5])> = Vec::new();
    for (built, rendered) in synthesis.built.iter().zip(rendered) {
        let name = &*built.module.name;
        let line = match synthesis.is_refused(name, deny_warnings) {
            true => not_written(name),
            false => run.environment(built, rendered),
        };
        lines.push(((built.module.stage, name), line));
    }
    for failed in &synthesis.failed {
        lines.push(((failed.stage, &failed.name), not_written(&failed.name)));
    }
    lines.sort_by_key(|(place, _)| *place);
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    let mut findings = run.findings;
    findings.extend(stale.bring_up_to_date(arguments.check));
    let refused = synthesis.has_refusals(deny_warnings)
        || findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
    // Known after what is refused: the day decides nothing.
    findings.extend(synthesis.expired(clock::today(), Severity::Warning));
    findings.extend(synthesis.diagnostics.iter().cloned());
    print_findings(&findings, &sources);
    print_result(&summary(&lines, start.elapsed()));
    leave_to_the_system((synthesis, findings));
    if refused {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

/// A line for each environment and, where there are several, one for all.
fn summary(lines: &[[String; 5]], time: Duration) -> String {
    let mut out = columns(lines);
    if lines.len() > 1 {
        out.push_str(&format!(
            "{} in {}\n",
            plural(lines.len(), "environment"),
            milliseconds(time)
        ));
    }
    out
}

fn not_written(environment: &str) -> [String; 5] {
    let mut line = <[String; 5]>::default();
    line[0] = environment.to_owned();
    line[1] = "not written".to_owned();
    line
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// What is to be written, and how it differs from what there is.
struct Rendered {
    folder: Folder,
    wanted: Wanted,
    differences: Result<Vec<(String, Difference)>, Box<Diagnostic>>,
    time: Duration,
}

impl Rendered {
    fn of(module: &Module, destination: &Destination) -> Self {
        let start = Instant::now();
        let folder = destination.folder(&module.name);
        let wanted = Wanted::new(module);
        Self {
            differences: folder.compare(&wanted),
            folder,
            wanted,
            time: start.elapsed(),
        }
    }
}

/// One run over several environments.
struct Run<'a> {
    destination: &'a Destination,
    check: bool,
    /// Taken when the first file has to be written.
    lock: Option<Lock>,
    findings: Vec<Diagnostic>,
}

impl Run<'_> {
    /// Writes or compares one environment, and says in a line what there was to do.
    fn environment(&mut self, built: &Built, rendered: Rendered) -> [String; 5] {
        let start = Instant::now();
        let name = &*built.module.name;
        let Rendered {
            folder,
            wanted,
            differences,
            time,
        } = rendered;
        match self.bring_up_to_date(&folder, &wanted, differences) {
            Ok(change) => [
                name.to_owned(),
                plural(built.module.resources().count(), "resource"),
                change,
                milliseconds(built.time + time + start.elapsed()),
                folder.shown().to_owned(),
            ],
            Err(finding) => {
                let mut line = not_written(name);
                if finding.code == &codes::STALE {
                    line[1] = "stale".to_owned();
                }
                self.findings.push(finding.in_module(&built.module.name));
                line
            }
        }
    }

    fn bring_up_to_date(
        &mut self,
        folder: &Folder,
        wanted: &Wanted,
        differences: Result<Vec<(String, Difference)>, Box<Diagnostic>>,
    ) -> Result<String, Box<Diagnostic>> {
        let mut differences = differences?;
        if differences.is_empty() {
            return Ok("unchanged".to_owned());
        }
        let change = Change::between(folder, wanted);
        if self.check {
            return Err(stale(folder, &differences, &change));
        }
        if self.lock.is_none() {
            let destination = self.destination;
            self.lock = Some(Lock::take(&destination.path, &destination.shown)?);
            // Another run may have written meanwhile.
            differences = folder.compare(wanted)?;
        }
        folder.write(wanted, &differences)?;
        Ok(change.words())
    }
}

fn stale(
    folder: &Folder,
    differences: &[(String, Difference)],
    change: &Change,
) -> Box<Diagnostic> {
    let mut lines: Vec<String> = differences
        .iter()
        .map(|(file, difference)| format!("{}/{file} {}", folder.shown(), difference.words()))
        .collect();
    lines.extend(change.lines());
    Box::new(
        Diagnostic::error(&codes::STALE, format!("`{}` is stale", folder.shown()))
            .detail(lines.join("\n"))
            .hint("run `synth` and commit the result"),
    )
}
