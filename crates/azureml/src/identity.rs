//! A user-assigned identity.

use std::cell::RefCell;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::{UserAssignedIdentity, UserAssignedIdentityArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced};

use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, Granted, IdentityRole, Principal};
use crate::group::{InGroup, ResourceGroup};
use crate::{codes, naming};

/// Settings of a user-assigned identity.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdentitySettings {
    /// The identity's name in Azure, where it is not to be made by the naming template. A change
    /// replaces the identity and everything that was granted to it.
    #[schemars(transform = naming::Named("azurerm_user_assigned_identity"))]
    pub name: Option<Sourced<String>>,

    /// An identity that is there already, in place of a new one. It must be in the subscription of this
    /// environment, where its ids are looked up.
    pub existing: Option<ExistingSettings>,

    /// The id of an identity that is there and is to be managed from now on: the next apply changes it
    /// into what the settings say.
    pub import_id: Option<Sourced<String>>,
}

impl IdentitySettings {
    /// Reports settings of an identity that is not made, since `identity` says otherwise.
    pub(crate) fn check_used(said: Option<&Self>, scope: &Scope, used: bool) {
        let Some(said) = said.filter(|_| !used) else {
            return;
        };
        let texts = [&said.name, &said.import_id].into_iter().flatten();
        let existing = said.existing.iter().map(ExistingSettings::origin);
        let origin = existing.chain(texts.map(Sourced::origin)).next();
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`user_identity` describes an identity that is not used",
            )
            .argument("user_identity")
            .hint("set `identity = \"user\"`, or take `user_identity` out")
            .at(origin.unwrap_or_default()),
        );
    }
}

/// An identity that outlives what uses it, and can be granted rights before that exists.
#[derive(Clone)]
pub struct Identity {
    scope: Scope,
    identity: Subject<UserAssignedIdentity>,
    /// What it is called where several constructs may act as it, and what it is granted there.
    shared: Option<(String, Granted)>,
}

/// The identities that are there already and that parts of the stack act as, by what names them.
#[derive(Default)]
struct Adopted(RefCell<BTreeMap<String, Identity>>);

impl Identity {
    /// A user-assigned identity, or the one that the settings name.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &IdentitySettings) -> Self {
        Self::alone(parent, Scope::new(parent, name), settings)
    }

    /// An identity as a part of another construct. One that is there already may be part of several: it is
    /// the same identity, which is granted each right once, under a name that is its own.
    #[track_caller]
    pub(crate) fn in_scope(
        parent: &impl InGroup,
        scope: Scope,
        settings: &IdentitySettings,
    ) -> Self {
        let named = settings.existing.as_ref().and_then(ExistingSettings::named);
        let Some((key, name)) = named else {
            return Self::alone(parent, scope, settings);
        };
        let root = scope.root();
        let adopted = match root.provided::<Adopted>() {
            Some(adopted) => adopted,
            None => {
                root.provide(Adopted::default());
                root.provided::<Adopted>().unwrap_or_default()
            }
        };
        if let Some(known) = adopted.0.borrow().get(&key) {
            return known.clone();
        }
        let identity = Self {
            shared: Some((name, Granted::default())),
            ..Self::alone(parent, scope, settings)
        };
        adopted.0.borrow_mut().insert(key, identity.clone());
        identity
    }

    #[track_caller]
    fn alone(parent: &impl InGroup, scope: Scope, settings: &IdentitySettings) -> Self {
        let import_id = settings.import_id.as_ref();
        let identity = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, parent.group(), settings), import_id),
        };
        Self {
            scope,
            identity,
            shared: None,
        }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn identity(&self) -> Option<&UserAssignedIdentity> {
        self.identity.made()
    }

    /// The identity's id.
    #[must_use]
    pub fn id(&self) -> Id<UserAssignedIdentity> {
        self.identity.id()
    }

    /// The identity's client id, by which applications name it.
    #[must_use]
    #[track_caller]
    pub fn client_id(&self) -> Expr<String> {
        self.identity.attribute("client_id")
    }

    /// The identity as one to which rights are granted.
    #[must_use]
    #[track_caller]
    pub fn principal(&self) -> Principal {
        let object_id: Expr<String> = self.identity.attribute("principal_id");
        match &self.shared {
            Some((name, granted)) => Principal::service(name, object_id).shares(granted),
            None => Principal::service(&*self.scope.path(), object_id),
        }
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: IdentityRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(Identity, IdentitySettings);

impl InScope for Identity {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &IdentitySettings) -> UserAssignedIdentity {
    UserAssignedIdentity::new(
        scope,
        MAIN,
        UserAssignedIdentityArgs {
            name: naming::name(
                scope,
                "azurerm_user_assigned_identity",
                settings.name.as_ref(),
            ),
            resource_group_name: group.name().into(),
            location: group.location(),
        },
    )
}
