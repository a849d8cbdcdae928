//! Who may do what: role assignments on the narrowest scope.
//!
//! ```
//! # use terrace_azureml::*;
//! # let app = terrace_core::App::new();
//! # let stack = app.stack("dev", terrace_core::Stage::Dev);
//! # let group = ResourceGroup::new(&stack, "platform", &"westeurope".into());
//! # let vault = KeyVault::new(&group, "vault", &VaultSettings::default());
//! let job = Identity::new(&group, "job", &IdentitySettings::default());
//! vault.grant(&job.principal(), VaultRole::SecretsUser);
//! ```
//!
//! An assignment stands below what it is granted on, named by who gets it and the role:
//! `azurerm_role_assignment.platform_vault_job_key_vault_secrets_user`. So no grant is renamed when
//! another one comes or goes.

mod duplicates;
mod eligible;
pub(crate) mod named;
mod roles;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use terrace_azure::Role;
use terrace_azurerm::role_assignment::{ConditionVersion, PrincipalType};
use terrace_azurerm::{RoleAssignment, RoleAssignmentArgs};
use terrace_core::{InScope, IsResource as _, Scope, Stage};
use terrace_ir::expr::{Part, call};
use terrace_ir::{AnyId, Diagnostic, Expr, Sourced, Value, tf};

use crate::{client, codes};

pub(crate) use duplicates::{made_by_azure, report_duplicates};
pub use eligible::EligibleGrant;
pub use roles::{
    GroupRole, IdentityRole, InsightsRole, LogsRole, ModelRegistryRole, RegistryRole, StorageRole,
    VaultRole, WorkspaceRole,
};

/// One to whom rights are granted.
#[derive(Clone)]
pub struct Principal {
    name: String,
    object_id: Value<String>,
    kind: Option<PrincipalType>,
    /// What was granted to it so far, where several constructs act as it.
    granted: Option<Granted>,
}

/// Assignments by their places in the tree.
pub(crate) type Granted = Rc<RefCell<BTreeMap<String, Grant>>>;

impl Principal {
    /// An identity or application, by its principal id. Naming its kind keeps Azure from looking for
    /// it in the directory, which it may not have reached yet.
    ///
    /// `name` is how its grants are called. For a construct it is the path; what the path shares
    /// with the place of a grant is left out there.
    #[must_use]
    pub fn service(name: impl Into<String>, object_id: impl Into<Value<String>>) -> Self {
        Self::new(name, object_id, PrincipalType::ServicePrincipal)
    }

    /// A group of people, by its object id in Entra. `name` is how its grants are called.
    #[must_use]
    pub fn group(name: impl Into<String>, object_id: impl Into<Value<String>>) -> Self {
        Self::new(name, object_id, PrincipalType::Group)
    }

    /// A person or a group, whichever has the object id in Entra: Azure looks it up. `name` is how
    /// its grants are called.
    #[must_use]
    pub fn person_or_group(name: impl Into<String>, object_id: impl Into<Value<String>>) -> Self {
        Self {
            name: name.into(),
            object_id: object_id.into(),
            kind: None,
            granted: None,
        }
    }

    /// One person, by the object id in Entra. `name` is how the grants are called.
    ///
    /// Rights of a person outlive the person's task. In staging and production a grant to one is a
    /// warning: use a group.
    #[must_use]
    pub fn user(name: impl Into<String>, object_id: impl Into<Value<String>>) -> Self {
        Self::new(name, object_id, PrincipalType::User)
    }

    fn new(
        name: impl Into<String>,
        object_id: impl Into<Value<String>>,
        kind: PrincipalType,
    ) -> Self {
        Self {
            name: name.into(),
            object_id: object_id.into(),
            kind: Some(kind),
            granted: None,
        }
    }

    /// The same, granted each right once, whoever asks.
    pub(crate) fn shares(mut self, granted: &Granted) -> Self {
        self.granted = Some(granted.clone());
        self
    }

    /// The object id.
    #[must_use]
    pub fn object_id(&self) -> &Value<String> {
        &self.object_id
    }
}

/// A role that can be granted: one of Azure's own, or a [`CustomRole`](crate::CustomRole).
#[derive(Clone)]
pub struct AnyRole {
    name: String,
    definition: Definition,
}

#[derive(Clone)]
enum Definition {
    /// Its id is the same everywhere; its name, which Azure would look up at apply, may change.
    BuiltIn(Role),
    Custom(Value<String>),
}

impl From<Role> for AnyRole {
    fn from(role: Role) -> Self {
        Self {
            name: role.name.to_owned(),
            definition: Definition::BuiltIn(role),
        }
    }
}

impl AnyRole {
    /// A role that is not built in, by the whole id of its definition.
    #[must_use]
    pub fn custom(name: impl Into<String>, definition_id: impl Into<Value<String>>) -> Self {
        Self {
            name: name.into(),
            definition: Definition::Custom(definition_id.into()),
        }
    }

    /// The id of the definition, spelt as Azure gives it back: an eligible assignment is never found
    /// again by another spelling.
    fn definition_id(&self, scope: &Scope) -> Value<String> {
        match &self.definition {
            Definition::BuiltIn(role) => tf!(
                "/subscriptions/{}{}",
                client::current(scope).subscription_id(),
                role.definition_id()
            )
            .into(),
            Definition::Custom(id) => id.clone(),
        }
    }

    /// What tells the role from all others of the stack.
    pub(crate) fn key(&self) -> String {
        match &self.definition {
            Definition::BuiltIn(role) => role.guid.to_owned(),
            Definition::Custom(_) => self.name.clone(),
        }
    }

    /// What tells the role from all others of Azure.
    fn seed(&self) -> Value<String> {
        match &self.definition {
            Definition::BuiltIn(role) => role.guid.into(),
            Definition::Custom(id) => id.clone(),
        }
    }
}

/// A right that was granted.
#[derive(Clone)]
pub struct Grant(RoleAssignment);

impl Grant {
    /// Grants a role on something that has an id. Constructs have a `grant` of their own, which
    /// calls this.
    ///
    /// `scope` is where the assignment stands in the tree. For two things below one construct, such
    /// as two containers of a storage account, give each a place: `Scope::new(&storage, "models")`.
    ///
    /// Reported are a person in staging or production, and a role that is granted twice.
    #[track_caller]
    pub fn new(
        scope: &impl InScope,
        on: impl Into<AnyId>,
        role: impl Into<AnyRole>,
        to: &Principal,
    ) -> Self {
        let (scope, on, role) = (scope.scope(), on.into(), role.into());
        report_person(scope, to);
        let name = name_of(scope, to, &role);
        let place = format!("{}/{name}", scope.path());
        let granted = to.granted.as_ref();
        if let Some(known) = granted.and_then(|granted| granted.borrow().get(&place).cloned()) {
            return known;
        }
        let assignment = RoleAssignment::new(
            scope,
            &name,
            RoleAssignmentArgs {
                scope: on.clone(),
                principal_id: to.object_id.clone(),
            },
        );
        assignment
            .set_name(unique(&on, &role, to))
            .set_role_definition_id(role.definition_id(scope))
            .set_description(format!("{} for {}", role.name, to.name));
        if let Some(kind) = to.kind {
            assignment.set_principal_type(kind);
        }
        let grant = Self(assignment);
        if let Some(granted) = granted {
            granted.borrow_mut().insert(place, grant.clone());
        }
        grant
    }

    /// Grants the role of that name, one of Azure's or of the stack's own, where no construct has a
    /// `grant` for it: `"Network Contributor"`.
    ///
    /// Reported, beside what [`Grant::new`] reports, is a name that no role has.
    #[track_caller]
    pub fn named(
        scope: &impl InScope,
        on: impl Into<AnyId>,
        role: impl Into<Sourced<String>>,
        to: &Principal,
    ) -> Self {
        let found = named::find(scope.scope(), "role", &role.into());
        // In place of one that there is not stands one that allows little.
        Self::new(scope, on, found.unwrap_or(Role::READER.into()), to)
    }

    /// Narrows the grant by a condition in Azure's language of attributes.
    ///
    /// Source: "Azure role assignment condition format and syntax"; only version 2.0 can be made.
    #[track_caller]
    pub fn only_when(self, condition: &str) -> Self {
        self.0
            .set_condition(condition)
            .set_condition_version(ConditionVersion::V2_0);
        self
    }

    /// The resource itself.
    #[must_use]
    pub fn assignment(&self) -> &RoleAssignment {
        &self.0
    }
}

/// Lets what depends on the result wait until grants are known everywhere: Azure answers before a new
/// role is, and what uses it at once is refused.
///
/// Two minutes is what the public templates wait. A replaced grant starts the wait anew; one that
/// stays costs nothing. Call it once in a scope.
#[track_caller]
pub fn wait_for_all(scope: &impl InScope, grants: &[Grant]) -> terrace_time::Sleep {
    let sleep = terrace_time::Sleep::new(scope, "roles_known");
    sleep.set_create_duration("120s");
    let triggers = grants
        .iter()
        .map(|grant| {
            let address = grant.0.address();
            (address.name.to_string(), Value::from(grant.0.id()))
        })
        .collect::<BTreeMap<String, Value<String>>>();
    sleep.set_triggers(triggers);
    sleep
}

/// The assignment's own name in Azure, always the same for the same right: a right that is there
/// already, because a state was lost or an answer never came, is refused with the id to import,
/// and not as one of another name.
fn unique(on: &AnyId, role: &AnyRole, to: &Principal) -> Expr<String> {
    let seed = tf!("{}|{}|{}", *on, role.seed(), to.object_id);
    call("uuidv5", [Part::from("url"), Part::from(seed)])
}

/// What an assignment is called below `scope`: who gets it, without the part of the path that both
/// share, and the role.
fn name_of(scope: &Scope, to: &Principal, role: &AnyRole) -> String {
    let path = scope.path();
    let mut rest = to.name.as_str();
    for shared in path.split('/') {
        match rest.split_once('/') {
            Some((first, after)) if first == shared => rest = after,
            _ => break,
        }
    }
    format!("{}_{}", identifier(rest), identifier(&role.name))
}

/// Text as a part of an address: lower case, all but letters and digits one `_`.
pub(crate) fn identifier(text: &str) -> String {
    let mut identifier = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => identifier.push(c.to_ascii_lowercase()),
            _ if identifier.ends_with('_') || identifier.is_empty() => {}
            _ => identifier.push('_'),
        }
    }
    identifier.trim_end_matches('_').to_owned()
}

fn report_person(scope: &Scope, to: &Principal) {
    if to.kind == Some(PrincipalType::User) && scope.stage() != Stage::Dev {
        scope.report(
            Diagnostic::warning(
                &codes::PERSON,
                format!(
                    "a role is granted to one person, `{}`, in {}",
                    to.name,
                    scope.stage().as_str()
                ),
            )
            .hint("grant it to a group of Entra, and let the person be a member")
            .at(to.object_id.as_any().origin),
        );
    }
}
