//! Terraform's own plan and apply, rehearsed offline: without Azure, credentials or network.
//!
//! A rehearsal gives a configuration to the real Terraform, in a folder of its own in which the stand-in provider
//! (`terrace-twin`, a program that nobody links) is in the place of the real ones. `rehearse` and the assertions on plans for
//! users' tests are made of it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`terraform`] | which Terraform there is |
//! | [`twin`] | where the stand-in provider is |
//! | [`sandbox`] | Terraform in a folder of its own, with the stand-in provider |
//! | [`configuration`] | what it is given, and what must be different in a rehearsal |
//! | [`plan`] | what a plan changes |
//! | [`process`] | commands that end when the user wants everything to end |
//! | [`codes`] | the codes of its findings |

pub mod codes;
pub mod configuration;
mod folder;
pub mod plan;
pub mod process;
mod said;
pub mod sandbox;
pub mod terraform;
pub mod twin;

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use terrace_ir::{Diagnostic, Severity};

pub use codes::CODES;
pub use configuration::Configuration;
pub use plan::{Action, Change, Counts};
pub use process::{Interrupted, Interruptions};
pub use sandbox::{Ran, Sandbox};
pub use terraform::Terraform;

use said::Said;

/// The file that says what is different in a rehearsal; the last by name, so that it has the last word.
const OVERRIDES: &str = "zz_rehearsal_override.tf.json";
/// The made-up values of variables.
const VARIABLES: &str = "zz_rehearsal.auto.tfvars.json";
/// The saved plan.
const PLAN: &str = "rehearsal.tfplan";

/// Why a rehearsal does not go on.
#[derive(Debug)]
pub enum Failure {
    /// Something is wrong.
    Found(Vec<Diagnostic>),
    /// The user wants everything to end; what was running has ended.
    Interrupted(Interrupted),
}

/// A rehearsal: one state, and the configurations that are planned and applied on it, one after the other.
pub struct Rehearsal {
    sandbox: Sandbox,
    configuration: Option<Configuration>,
    warnings: RefCell<Vec<Diagnostic>>,
    /// The names under which other root modules' states can be read.
    states: Vec<String>,
}

impl Rehearsal {
    /// A rehearsal from nothing.
    #[must_use]
    pub fn new(sandbox: Sandbox) -> Self {
        Self {
            sandbox,
            configuration: None,
            warnings: RefCell::default(),
            states: Vec::new(),
        }
    }

    /// The folder in which it happens.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What Terraform warned about so far.
    pub fn take_warnings(&self) -> Vec<Diagnostic> {
        self.warnings.take()
    }

    /// Puts a configuration in the place of the one before. Says what is different from what is written.
    ///
    /// # Errors
    /// It needs the network, or cannot be written.
    pub fn configure(&mut self, configuration: Configuration) -> Result<Vec<String>, Failure> {
        let needs = configuration.needs(&self.states);
        if !needs.is_empty() {
            return Err(Failure::Found(needs));
        }
        let work = self.sandbox.work();
        for (path, _) in self.configuration.iter().flat_map(|it| &it.files) {
            // What is written again below would be overwritten anyway.
            let _ = fs::remove_file(work.join(path));
        }
        for (path, text) in &configuration.files {
            self.write(path, text)?;
        }
        let (overrides, mut notes) = configuration.overrides();
        self.write(Path::new(OVERRIDES), overrides.to_string().as_bytes())?;
        let has_values = |(path, _): &(PathBuf, _)| path.to_string_lossy().contains(".tfvars");
        let variables = match configuration.files.iter().any(has_values) {
            true => serde_json::Map::new(),
            false => configuration.variables(),
        };
        if !variables.is_empty() {
            let names: Vec<&str> = variables.keys().map(String::as_str).collect();
            notes.push(format!("made-up values for: {}", names.join(", ")));
        }
        let variables = Json::Object(variables).to_string();
        self.write(Path::new(VARIABLES), variables.as_bytes())?;
        self.configuration = Some(configuration);
        Ok(notes)
    }

    /// Lets the configurations that follow read what has been applied as the state of another root module, by a data source
    /// `terraform_remote_state` of this name. Their own state begins empty.
    ///
    /// # Errors
    /// The state cannot be moved.
    pub fn put_aside(&mut self, name: &str) -> Result<(), Failure> {
        let state = self.sandbox.work().join("terraform.tfstate");
        let aside = self.sandbox.path().join(format!("{name}.tfstate"));
        fs::rename(&state, &aside).map_err(|error| self.sandbox.failed("move", &state, &error))?;
        self.states.push(name.to_owned());
        Ok(())
    }

    /// `terraform init`.
    ///
    /// # Errors
    /// Terraform refused something.
    pub fn init(&self) -> Result<(), Failure> {
        let done = self.step(&["init", "-json"]).map(|_| ());
        done.map_err(|failure| match failure {
            Failure::Found(findings) => Failure::Found(findings.into_iter().map(offline).collect()),
            interrupted => interrupted,
        })
    }

    /// `terraform plan`, which is kept for [`Self::show`], [`Self::changes`] and [`Self::apply`].
    ///
    /// # Errors
    /// Terraform refused something. What it could plan until then is kept all the same.
    pub fn plan(&self) -> Result<Counts, Failure> {
        // One of an earlier configuration is not to be shown in its place.
        let _ = fs::remove_file(self.sandbox.work().join(PLAN));
        self.step(&["plan", "-json", "-out", PLAN])
    }

    /// Lets Terraform print the plan on stdout, where there is one.
    ///
    /// # Errors
    /// Terraform cannot be started, or the user wants everything to end.
    pub fn show(&self, has_colour: bool) -> Result<(), Failure> {
        if !self.sandbox.work().join(PLAN).is_file() {
            return Ok(());
        }
        match has_colour {
            true => self.sandbox.show(&["show", PLAN]),
            false => self.sandbox.show(&["show", "-no-color", PLAN]),
        }
    }

    /// What the plan changes, in order of the addresses; nothing where there is no plan.
    ///
    /// # Errors
    /// Terraform cannot read its plan.
    pub fn changes(&self) -> Result<Vec<Change>, Failure> {
        if !self.sandbox.work().join(PLAN).is_file() {
            return Ok(Vec::new());
        }
        let ran = self.sandbox.run(&["show", "-json", PLAN], &[])?;
        match serde_json::from_str::<Json>(&ran.stdout) {
            Ok(plan) => Ok(Change::all(&plan)),
            Err(_) => Err(self.unexplained("show", &ran)),
        }
    }

    /// `terraform apply` of the plan.
    ///
    /// # Errors
    /// Terraform refused something, by itself or as Azure would.
    pub fn apply(&self) -> Result<Counts, Failure> {
        self.step(&["apply", "-json", PLAN])
    }

    /// A second plan, which must be empty.
    ///
    /// # Errors
    /// It is not: what has been applied would be changed again.
    pub fn settle(&self) -> Result<(), Failure> {
        const DIFFERENT: i32 = 2;
        let arguments = ["plan", "-json", "-detailed-exitcode", "-out", PLAN];
        let ran = self.sandbox.run(&arguments, &[])?;
        if ran.code != Some(DIFFERENT) {
            return self.succeeded("plan", &ran).map(|_| ());
        }
        let found = self.changes()?.into_iter().map(|change| {
            let summary = format!("a second plan is not empty: {}", change.to_string().trim());
            let mut finding = Diagnostic::error(&codes::NOT_SETTLED, summary);
            if !change.differs.is_empty() {
                finding = finding.detail(format!("what differs: {}", change.differs.join(", ")));
            }
            self.blame(finding, &change.address)
        });
        let mut found: Vec<Diagnostic> = found.collect();
        if found.is_empty() {
            let summary = "a second plan is not empty: an output would change";
            found.push(Diagnostic::error(&codes::NOT_SETTLED, summary));
        }
        Err(Failure::Found(found))
    }

    /// How many resources `prevent_destroy` keeps from being destroyed.
    #[must_use]
    pub fn protected(&self) -> usize {
        let configuration = self.configuration.as_ref();
        configuration.map_or(0, |configuration| configuration.unprotected().1)
    }

    /// `terraform destroy`, of everything: `prevent_destroy` is taken back in the copy.
    ///
    /// # Errors
    /// Terraform refused something, by itself or as Azure would.
    pub fn destroy(&self) -> Result<Counts, Failure> {
        if let Some(configuration) = &self.configuration {
            let (mut overrides, _) = configuration.overrides();
            let (resources, count) = configuration.unprotected();
            if count > 0 {
                overrides["resource"] = resources;
            }
            self.write(Path::new(OVERRIDES), overrides.to_string().as_bytes())?;
        }
        self.step(&["destroy", "-auto-approve", "-json"])
    }

    /// A command that speaks JSON, and must succeed.
    fn step(&self, arguments: &[&str]) -> Result<Counts, Failure> {
        let ran = self.sandbox.run(arguments, &[])?;
        self.succeeded(arguments.first().unwrap_or(&""), &ran)
    }

    /// What a command did, or why it failed.
    fn succeeded(&self, step: &str, ran: &Ran) -> Result<Counts, Failure> {
        let Some(configuration) = &self.configuration else {
            return Err(self.unexplained(step, ran));
        };
        let said = Said::new(step, ran, &configuration.module);
        if ran.code == Some(0) {
            let mut warnings = self.warnings.borrow_mut();
            for warning in said.diagnostics {
                // Every step warns of the same.
                let is_same = |known: &Diagnostic| {
                    known.address == warning.address && known.detail == warning.detail
                };
                if !warnings.iter().any(is_same) {
                    warnings.push(warning);
                }
            }
            return Ok(said.counts);
        }
        if !said.has_errors() {
            return Err(self.unexplained(step, ran));
        }
        let mut errors = said.diagnostics;
        errors.retain(|finding| finding.severity == Severity::Error);
        Err(Failure::Found(errors))
    }

    fn unexplained(&self, step: &str, ran: &Ran) -> Failure {
        let nothing = terrace_ir::Module::new("");
        let module = self.configuration.as_ref().map(|it| &it.module);
        let finding = said::unexplained(step, ran, module.unwrap_or(&nothing));
        Failure::Found(vec![finding])
    }

    fn blame(&self, finding: Diagnostic, address: &str) -> Diagnostic {
        match &self.configuration {
            Some(configuration) => {
                let finding = finding.in_module(&configuration.module.name);
                said::blame(finding, address, &configuration.module)
            }
            None => finding.address(address),
        }
    }

    fn write(&self, path: &Path, text: &[u8]) -> Result<(), Failure> {
        let path = self.sandbox.work().join(path);
        let parent = path.parent().unwrap_or(&path);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| self.sandbox.failed("write", &path, &error))
    }
}

/// What `init` cannot get is mostly what only the network has.
fn offline(mut finding: Diagnostic) -> Diagnostic {
    finding.hint.get_or_insert_with(|| {
        let known = configuration::played();
        format!("a rehearsal is offline: modules must stand below the output, and the providers are {known}")
    });
    finding
}
