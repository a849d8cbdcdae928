//! Assertions on what Terraform plans, for the tests of a stack: the real Terraform, offline.
//!
//! ```no_run
//! use terrace::{App, ResourceGroup, Stage, Storage, StorageSettings};
//!
//! fn lake(region: &str) -> App {
//!     let app = App::new();
//!     let stack = app.stack("test", Stage::Dev);
//!     let group = ResourceGroup::new(&stack, "lake", &region.into());
//!     Storage::new(&group, "raw", &StorageSettings::default());
//!     app
//! }
//!
//! #[test]
//! fn another_region_replaces_the_data() {
//!     let Some(plan) = terrace::testing::rehearse(&lake("westeurope")) else {
//!         return;
//!     };
//!     plan.creates("azurerm_storage_account.lake_raw");
//!     let standing = plan.apply();
//!     let plan = standing.plan(&lake("northeurope"));
//!     plan.replaces("azurerm_storage_account").because("location");
//! }
//! ```
//!
//! Whatever fails panics at the line of the test, and shows what the plan holds. `terraform` 1.11 or later must be on the path,
//! or `TERRACE_TERRAFORM` names it. Where it is not, a test says that it is left out, and passes;
//! with `TERRACE_REQUIRE_TERRAFORM=1` it fails. The stand-in provider is built when it is first needed.

use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::OnceLock;

use terrace_cli::report::{self, Colour};
use terrace_core::App;
use terrace_ir::{Diagnostic, Module, Severity, SourceMap};
use terrace_rehearsal::{
    Configuration, Failure, Interruptions, Rehearsal, Sandbox, Terraform, twin,
};

pub use terrace_rehearsal::{Action, Change};

/// The variable with which a missing Terraform fails a test.
const REQUIRED: &str = "TERRACE_REQUIRE_TERRAFORM";

/// Plans an app of one stack from nothing. `None` where there is no Terraform, which is said.
///
/// # Panics
/// The stack has errors, or Terraform refuses it.
#[track_caller]
#[must_use]
pub fn rehearse(app: &App) -> Option<Plan> {
    let module = checked(app);
    let terraform = match Terraform::find() {
        Ok(terraform) => terraform,
        Err(finding) => {
            let is_required = std::env::var(REQUIRED).as_deref() == Ok("1");
            assert!(!is_required, "{}", shown(&[*finding]));
            let thread = std::thread::current();
            let test = thread.name().unwrap_or("a test");
            println!("{test}: left out, {}", finding.summary);
            return None;
        }
    };
    let interruptions = Rc::new(Interruptions::unwatched());
    let sandbox = done(Sandbox::new(terraform, twin(), None, interruptions));
    Some(Plan::new(Rehearsal::new(sandbox), module))
}

/// What has been applied, for further plans on it.
pub struct Standing(Rehearsal);

impl Standing {
    /// Plans an app of one stack on what stands.
    ///
    /// # Panics
    /// The stack has errors, or Terraform refuses it.
    #[track_caller]
    #[must_use]
    pub fn plan(self, app: &App) -> Plan {
        Plan::new(self.0, checked(app))
    }

    /// Destroys everything; `prevent_destroy` is no obstacle.
    ///
    /// # Panics
    /// Terraform, or Azure as far as it is known, refuses it.
    #[track_caller]
    pub fn destroy(self) {
        done(self.0.destroy());
    }
}

/// What Terraform would do. The assertions take an address (`azurerm_storage_account.platform_data`) or a type, of which one
/// resource must be concerned.
pub struct Plan {
    rehearsal: Rehearsal,
    changes: Vec<Change>,
}

impl Plan {
    #[track_caller]
    fn new(mut rehearsal: Rehearsal, module: Module) -> Self {
        done(rehearsal.configure(Configuration::of(module)));
        done(rehearsal.init());
        done(rehearsal.plan());
        let changes = done(rehearsal.changes());
        Self { rehearsal, changes }
    }

    /// It makes a resource that was not there.
    ///
    /// # Panics
    /// It does not.
    #[track_caller]
    pub fn creates(&self, subject: &str) -> &Change {
        self.does(Action::Create, subject)
    }

    /// It changes a resource in place.
    ///
    /// # Panics
    /// It does not.
    #[track_caller]
    pub fn updates(&self, subject: &str) -> &Change {
        self.does(Action::Update, subject)
    }

    /// It destroys a resource and makes it anew.
    ///
    /// # Panics
    /// It does not.
    #[track_caller]
    pub fn replaces(&self, subject: &str) -> &Change {
        self.does(Action::Replace, subject)
    }

    /// It destroys a resource for good.
    ///
    /// # Panics
    /// It does not.
    #[track_caller]
    pub fn destroys(&self, subject: &str) -> &Change {
        self.does(Action::Destroy, subject)
    }

    /// It leaves a resource, or all of a type, as they are.
    ///
    /// # Panics
    /// It does not.
    #[track_caller]
    pub fn keeps(&self, subject: &str) -> &Self {
        let change = self.changes.iter().find(|change| concerns(change, subject));
        assert!(change.is_none(), "`{subject}` is not kept, {self}");
        self
    }

    /// Whether it changes no resource.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What it changes, in order of the addresses.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Applies it. A second plan must then be empty.
    ///
    /// # Panics
    /// Terraform, or Azure as far as it is known, refuses it, or the second plan would change something.
    #[track_caller]
    #[must_use]
    pub fn apply(self) -> Standing {
        done(self.rehearsal.apply());
        done(self.rehearsal.settle());
        Standing(self.rehearsal)
    }

    #[track_caller]
    fn does(&self, action: Action, subject: &str) -> &Change {
        let mut changes = self.changes.iter();
        let change = changes.find(|change| change.action == action && concerns(change, subject));
        match change {
            Some(change) => change,
            None => panic!("`{subject}` is not {}, {self}", action.participle()),
        }
    }
}

/// `the plan changes:` and a line for each resource.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("the plan is empty");
        }
        f.write_str("the plan changes:")?;
        self.changes
            .iter()
            .try_for_each(|change| write!(f, "\n  {change}"))
    }
}

fn concerns(change: &Change, subject: &str) -> bool {
    match subject.contains('.') {
        true => change.address == subject,
        false => change.type_name == subject,
    }
}

/// The module of an app's only stack, without errors.
#[track_caller]
fn checked(app: &App) -> Module {
    let frozen = app.freeze();
    let mut found = frozen.diagnostics;
    found.extend(terrace_schema::check(&frozen.modules));
    found.retain(|finding| finding.severity == Severity::Error);
    assert!(found.is_empty(), "{}", shown(&found));
    let names: Vec<_> = frozen
        .modules
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    let mut modules = frozen.modules.into_iter();
    match (modules.next(), modules.next()) {
        (Some(module), None) => module,
        _ => panic!(
            "an app of one stack is rehearsed at a time; the stacks of this one: {}",
            names.join(", ")
        ),
    }
}

/// The stand-in provider, which is looked for once for all tests of a program.
#[track_caller]
fn twin() -> &'static PathBuf {
    static TWIN: OnceLock<PathBuf> = OnceLock::new();
    TWIN.get_or_init(|| done(twin::find(&Interruptions::unwatched())))
}

#[track_caller]
fn done<T>(result: Result<T, Failure>) -> T {
    match result {
        Ok(value) => value,
        Err(Failure::Found(findings)) => panic!("{}", shown(&findings)),
        Err(Failure::Interrupted(_)) => panic!("interrupted"),
    }
}

fn shown(findings: &[Diagnostic]) -> String {
    report::text(findings, &SourceMap::new(), Colour::Off)
}
