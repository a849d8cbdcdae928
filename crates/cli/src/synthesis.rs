//! From environment files to checked modules.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use terrace_core::App;
use terrace_environment::{Environment, Failed, Files, Folder as Stacks, prepare};
use terrace_ir::{Date, Diagnostic, Module, Origin, Severity, SourceMap, Sourced};
use terrace_schema::check::Checked;

use crate::codes;
use crate::output::Folder;
use crate::program::{Program, Settings};
use crate::threads::{Pending, Threads};

/// Where the output of a run goes.
pub struct Destination {
    /// The folder that holds one folder for each environment.
    pub path: PathBuf,
    /// The folder as people see it.
    pub shown: String,
}

impl Destination {
    /// `explicit`, or `synth-out` beside the folder of the environment files.
    #[must_use]
    pub fn new(stacks: &Stacks, explicit: Option<&Path>) -> Self {
        match explicit {
            Some(path) => Self {
                path: path.to_owned(),
                shown: path.display().to_string().replace('\\', "/"),
            },
            None => {
                let name = "synth-out";
                let shown = match stacks.name().rsplit_once('/') {
                    Some((parent, _)) => format!("{parent}/{name}"),
                    None => name.to_owned(),
                };
                Self {
                    path: stacks.path().parent().unwrap_or(Path::new("")).join(name),
                    shown,
                }
            }
        }
    }

    /// The folder of an environment.
    #[must_use]
    pub fn folder(&self, environment: &str) -> Folder {
        Folder::new(&self.path, &self.shown, environment)
    }
}

/// An environment that could be built, with its findings among all others.
pub struct Built {
    /// The frozen module.
    pub module: Module,
    /// How long building it took, without what is done for all environments together.
    pub time: Duration,
}

/// What a run made of the environment files.
pub struct Synthesis {
    /// The environments that could be built, in the order in which they were asked for.
    pub built: Vec<Built>,
    /// Those that were asked for and could not even be read.
    pub failed: Vec<Failed>,
    /// The last days of the sandboxes among those that were built.
    sandboxes: Vec<(Arc<str>, Sourced<Date>)>,
    /// All findings but those that depend on the day.
    pub diagnostics: Vec<Diagnostic>,
}

impl Synthesis {
    /// The sandboxes that are past their last day on `day`, as findings of that severity.
    #[must_use]
    pub fn expired(&self, day: Date, severity: Severity) -> Vec<Diagnostic> {
        let past = self.sandboxes.iter().filter(|(_, last)| **last < day);
        past.map(|(name, last)| {
            let mut finding = Diagnostic::warning(
                &codes::EXPIRED,
                format!("the last day of the sandbox was {}", **last),
            )
            .argument("sandbox.expires")
            .value(last.to_string())
            .hint(format!(
                "destroy it and `remove {name}`, or name a later day if it is still needed"
            ))
            .at(last.origin())
            .in_module(name);
            finding.severity = severity;
            finding
        })
        .collect()
    }

    /// Whether an environment has an error, or a warning where those are denied.
    #[must_use]
    pub fn is_refused(&self, environment: &str, deny_warnings: bool) -> bool {
        self.diagnostics.iter().any(|diagnostic| {
            // A finding without an environment is about all of them.
            let concerns = diagnostic
                .module
                .as_deref()
                .is_none_or(|module| module == environment);
            concerns && is_refusal(diagnostic, deny_warnings)
        })
    }

    /// Whether anything at all is refused.
    #[must_use]
    pub fn has_refusals(&self, deny_warnings: bool) -> bool {
        !self.failed.is_empty()
            || self
                .diagnostics
                .iter()
                .any(|diagnostic| is_refusal(diagnostic, deny_warnings))
    }
}

fn is_refusal(diagnostic: &Diagnostic, deny_warnings: bool) -> bool {
    match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning => deny_warnings,
        Severity::Note => false,
    }
}

/// Keeps secrets out of the lines that findings show.
pub(crate) fn hide_secrets(modules: &[Module], sources: &mut SourceMap) {
    hide(terrace_schema::secrets(modules), sources);
}

fn hide(secrets: Vec<Origin>, sources: &mut SourceMap) {
    for secret in secrets {
        sources.hide(secret);
    }
}

/// Loads, builds, freezes and checks the environments called `which`, or all.
pub fn synthesize<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    destination: &Destination,
    which: &[String],
    sources: &mut SourceMap,
) -> Synthesis {
    Threads::with(|threads| {
        let files = read(threads, stacks, which, sources);
        let also = |_: &Module| ();
        synthesize_and(threads, program, files, destination, sources, also).0
    })
}

/// The files of a run, and where the origins in them point.
type Read = Pending<(Files, SourceMap)>;

/// Starts to read the files, which needs nothing of the settings.
pub(crate) fn read<'t>(
    threads: &Threads<'t>,
    stacks: &'t Stacks,
    which: &'t [String],
    sources: &mut SourceMap,
) -> Read {
    let mut sources = std::mem::take(sources);
    let read = threads.start(move || (Files::read(stacks, which, &mut sources), sources));
    threads.start(prepare);
    read
}

/// Like [`synthesize`], on these threads, of what is being read into `sources`. What `also` gives of each
/// environment that could be built stands in the order of the environments.
pub(crate) fn synthesize_and<'t, P: Settings + 't, E: Settings + 't, R: Send + 't>(
    threads: &Threads<'t>,
    program: &'t Program<'_, P, E>,
    read: Read,
    destination: &'t Destination,
    sources: &mut SourceMap,
    also: impl Fn(&Module) -> R + Send + Sync + 't,
) -> (Synthesis, Vec<R>) {
    let settings = &*program.settings;
    let files;
    (files, *sources) = threads.finish(read);
    let files = Arc::new(files);
    let shared = {
        let files = Arc::clone(&files);
        threads.start(move || files.shared(settings))
    };
    let loaded = files.load(settings, program.never_inherited, sources, || {
        threads.finish(shared)
    });
    let mut environments = loaded.environments;
    environments.sort_by_key(|environment| (program.stage)(&environment.settings));
    let asked = environments.len();
    environments.extend(loaded.others);
    let environments = Arc::new(environments);
    let mut made = Vec::new();
    if let Some(project) = loaded.shared {
        let all = Arc::clone(&environments);
        let make = move |place: usize| make(program, &project, &all[place], &all, destination);
        let also = move |made: Made| {
            let also = also(&made.module);
            (made, also)
        };
        made = threads.each(asked, make, also);
    }
    let mut diagnostics = loaded.diagnostics;
    let (mut modules, mut checked) = (Vec::new(), Vec::new());
    let (mut times, mut besides) = (Vec::new(), Vec::new());
    for (one, beside) in made {
        diagnostics.extend(one.diagnostics);
        hide(one.secrets, sources);
        modules.push(one.module);
        checked.push(one.checked);
        times.push(one.time);
        besides.push(beside);
    }
    let mut found = terrace_schema::check::together(&modules, checked);
    leave_to_the_constructs(&mut found, &diagnostics);
    diagnostics.extend(found);
    let sandboxes = environments[..asked].iter().filter_map(|environment| {
        let sandbox = (program.sandbox)(&environment.settings)?;
        Some((environment.name.clone(), sandbox.expires.clone()))
    });
    let synthesis = Synthesis {
        sandboxes: sandboxes.collect(),
        built: modules
            .into_iter()
            .zip(times)
            .map(|(module, time)| Built { module, time })
            .collect(),
        failed: loaded.failed,
        diagnostics,
    };
    (synthesis, besides)
}

/// Does not take apart what is done with. A run ends soon, and the system takes all memory back at once.
pub(crate) fn leave_to_the_system<T>(value: T) {
    std::mem::forget(value);
}

/// What is made of an environment whatever the others are.
struct Made {
    module: Module,
    /// What is wrong with its tree.
    diagnostics: Vec<Diagnostic>,
    checked: Checked,
    secrets: Vec<Origin>,
    time: Duration,
}

fn make<P, E>(
    program: &Program<'_, P, E>,
    project: &P,
    environment: &Environment<E>,
    all: &[Environment<E>],
    destination: &Destination,
) -> Made {
    let start = Instant::now();
    let app = App::new();
    let stage = (program.stage)(&environment.settings);
    let stack = app.stack(&environment.name, stage);
    (program.build)(&stack, project, &environment.settings, all);
    let mut frozen = app.into_frozen();
    let mut module = frozen.modules.pop().expect("there is one stack");
    // What concerns an environment as a whole is said of its file.
    let placed = |finding: Diagnostic| match (finding.origin, &finding.construct) {
        (Origin::Default, None) => finding.at(environment.origin),
        _ => finding,
    };
    let diagnostics = frozen.diagnostics.into_iter().map(placed).collect();
    module.beside.native = destination.folder(&module.name).foreign();
    Made {
        checked: terrace_schema::check::alone(&module),
        secrets: terrace_schema::secrets(std::slice::from_ref(&module)),
        module,
        diagnostics,
        time: start.elapsed(),
    }
}

/// Takes out what the constructs say already, in the words of the settings: an error about one value
/// of an environment file is told once, not again for each argument that the value reaches.
fn leave_to_the_constructs(found: &mut Vec<Diagnostic>, said: &[Diagnostic]) {
    let errors = said
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let places: HashSet<(u32, u32)> = errors.filter_map(|finding| span(finding.origin)).collect();
    found.retain(|finding| !span(finding.origin).is_some_and(|span| places.contains(&span)));
}

fn span(origin: Origin) -> Option<(u32, u32)> {
    match origin {
        Origin::File { start, end } => Some((start, end)),
        _ => None,
    }
}
