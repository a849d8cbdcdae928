//! A hub and its projects: workspaces for generative AI. The hub holds what projects share, connections
//! and the network above all; people work in projects.
//!
//! Source: "Hubs and hub-based projects overview" and "Role-based access control in hubs".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::{AzapiUpdateResource, AzapiUpdateResourceArgs};
use terrace_azure::private_link::Target;
use terrace_azurerm::ai_foundry::{
    Identity as IdentityBlock, IdentityArgs, IdentityType, ManagedNetwork,
    ManagedNetworkIsolationMode, PublicNetworkAccess,
};
use terrace_azurerm::{AiFoundry, AiFoundryArgs, MachineLearningWorkspace};
use terrace_core::{InScope, IsResource, MAIN, Scope};
use terrace_ir::{Any, Expr, Id, Object, Sourced};

use super::ai_project::{AiProject, AiProjectSettings};
use super::{Uses, WorkspaceIdentity, check_storage, isolation, rights};
use crate::connection::{self, ConnectionSettings};
use crate::existing::{self, Existing, ExistingSettings};
use crate::grant::{self, Grant, Principal, WorkspaceRole};
use crate::group::{InGroup, ResourceGroup};
use crate::identity::IdentitySettings;
use crate::model_registry::{self, ModelRegistry};
use crate::network::{NetworkSettings, Rules};
use crate::{ML_API, encryption, naming, network};

/// Settings of a hub: `[ai_hub]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AiHubSettings {
    /// The hub's name in Azure, where it is not to be made by the naming template: 3 to 33 letters,
    /// digits, `-` and `_`. A change replaces the hub and its projects.
    #[schemars(transform = naming::Named("azurerm_ai_foundry"))]
    pub name: Option<Sourced<String>>,

    /// A hub that is there already, in place of a new one: it stays as it is, and gets the connections and
    /// projects that are said here. It must be in `location`; Azure puts the projects into its resource
    /// group.
    pub existing: Option<ExistingSettings>,

    /// The id of a hub that is there and is to be managed from now on: the next apply changes it into
    /// what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// The name that people see.
    pub friendly_name: Option<Sourced<String>>,

    /// What the hub is for.
    pub description: Option<Sourced<String>>,

    /// Which identity the hub acts as.
    pub identity: Sourced<WorkspaceIdentity>,

    /// The identity itself, with `identity = "user"`: its name, or one that is there already. It is given
    /// the roles that the hub needs in any case.
    pub user_identity: Option<IdentitySettings>,

    /// Whether the data is of high business impact: less is sent to Microsoft. A change replaces the hub
    /// and its projects.
    pub high_business_impact: Sourced<bool>,

    /// What all projects of the hub connect to outside, by name.
    #[schemars(extend("propertyNames" = ConnectionSettings::names()))]
    pub connections: BTreeMap<Sourced<String>, ConnectionSettings>,

    /// Projects, by name: each is a place where some people work together.
    #[schemars(extend("propertyNames" = AiProjectSettings::names()))]
    pub projects: BTreeMap<Sourced<String>, AiProjectSettings>,
}

impl Default for AiHubSettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            friendly_name: None,
            description: None,
            identity: WorkspaceIdentity::User.into(),
            user_identity: None,
            high_business_impact: false.into(),
            connections: BTreeMap::new(),
            projects: BTreeMap::new(),
        }
    }
}

/// A hub with its projects.
#[derive(Clone)]
pub struct AiHub {
    scope: Scope,
    group: ResourceGroup,
    hub: Held,
    /// What ends its use of the storage's keys.
    keyless: Option<AzapiUpdateResource>,
    projects: Vec<AiProject>,
}

/// The hub itself.
#[derive(Clone)]
enum Held {
    Made(AiFoundry, Principal),
    Existing(Existing<MachineLearningWorkspace>),
}

impl AiHub {
    /// A hub on what a workspace uses too, as isolated as the network says, or one that is there already,
    /// with its connections and projects.
    ///
    /// Reported is a data lake as its storage.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        uses: Uses<'_>,
        settings: &AiHubSettings,
    ) -> Self {
        let scope = Scope::new(parent, name);
        uses.network.covers(&scope);
        let group = parent.group().at(&scope);
        let mut keyless = None;
        let hub = match &settings.existing {
            Some(existing) => {
                existing::check_not_imported(&scope, settings.import_id.as_ref());
                Held::Existing(Existing::new(&scope, existing))
            }
            None => {
                check_storage(&scope, uses.storage);
                let (hub, principal) = make(&group, uses, settings);
                let rules = isolate(&hub, &scope, uses.network.settings(), &principal);
                if !**uses.storage.shared_keys() {
                    keyless = Some(without_keys(&scope, &hub, rules.as_ref()));
                }
                rights::show_storage(uses.storage, &principal);
                Held::Made(hub, principal)
            }
        };
        let mut this = Self {
            scope,
            group,
            hub,
            keyless,
            projects: Vec::new(),
        };
        if ExistingSettings::is_connected(settings.existing.as_ref()) {
            network::connect(&this.scope, this.id(), &[Target::Workspace]);
        }
        for (name, connection) in &settings.connections {
            this.completes(&connection::to(
                &this,
                this.id(),
                name,
                uses.vault,
                connection,
            ));
        }
        for (name, project) in &settings.projects {
            this.project(name, project);
        }
        this
    }

    /// A project of the hub.
    #[track_caller]
    pub fn project(
        &mut self,
        name: impl Into<Sourced<String>>,
        settings: &AiProjectSettings,
    ) -> AiProject {
        let project = AiProject::new(self, &name.into(), settings);
        self.completes(project.project());
        self.projects.push(project.clone());
        project
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn hub(&self) -> Option<&AiFoundry> {
        match &self.hub {
            Held::Made(hub, _) => Some(hub),
            Held::Existing(_) => None,
        }
    }

    /// The hub's id: to Azure it is a workspace.
    #[must_use]
    pub fn id(&self) -> Id<MachineLearningWorkspace> {
        match &self.hub {
            Held::Made(hub, _) => workspace_id(hub),
            Held::Existing(hub) => hub.id(),
        }
    }

    /// The hub's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        match &self.hub {
            Held::Made(hub, _) => hub.name(),
            Held::Existing(hub) => hub.name(),
        }
    }

    /// The identity that it acts as, as one to which more rights are granted. Of a hub that is there already
    /// it is the one that came with it.
    #[must_use]
    #[track_caller]
    pub fn principal(&self) -> Principal {
        match &self.hub {
            Held::Made(_, principal) => principal.clone(),
            Held::Existing(hub) => rights::came_with(&self.scope, &hub.attribute("identity")),
        }
    }

    /// Lets a part wait until the hub uses no keys.
    fn completes(&self, part: &impl IsResource) {
        if let Some(keyless) = &self.keyless {
            part.depends_on(keyless);
        }
    }

    /// Its projects.
    #[must_use]
    pub fn projects(&self) -> &[AiProject] {
        &self.projects
    }
}

impl InScope for AiHub {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl InGroup for AiHub {
    fn group(&self) -> &ResourceGroup {
        &self.group
    }
}

/// What all kinds of workspaces have the id of.
fn workspace_id(hub: &AiFoundry) -> Id<MachineLearningWorkspace> {
    hub.resource().id()
}

/// The hub, and what it acts as.
#[track_caller]
fn make(group: &ResourceGroup, uses: Uses<'_>, settings: &AiHubSettings) -> (AiFoundry, Principal) {
    let scope = group.scope();
    let said = settings.user_identity.as_ref();
    let acts_as_user = *settings.identity == WorkspaceIdentity::User;
    IdentitySettings::check_used(said, scope, acts_as_user);
    let identity = acts_as_user.then(|| rights::own_identity(group, scope, said));
    let ids = rights::identity_ids(scope, &identity);
    let kind = settings.identity.map(|identity| match identity {
        WorkspaceIdentity::System if ids.is_empty() => IdentityType::SystemAssigned,
        WorkspaceIdentity::System => IdentityType::SystemAndUserAssigned,
        WorkspaceIdentity::User => IdentityType::UserAssigned,
    });
    let block = IdentityBlock::new(IdentityArgs { type_: kind.into() });
    let hub = AiFoundry::new(
        scope,
        MAIN,
        AiFoundryArgs {
            name: naming::name(scope, "azurerm_ai_foundry", settings.name.as_ref()),
            resource_group_name: group.name().into(),
            location: group.location(),
            storage_account_id: uses.storage.id(),
            key_vault_id: uses.vault.id(),
            identity: match ids.as_slice() {
                [] => block,
                _ => block.identity_ids(ids),
            },
        },
    );
    hub.set_application_insights_id(uses.insights.id())
        .set_container_registry_id(uses.registry.id());
    encryption::of_hub(scope, &hub);
    if let Some(id) = &settings.import_id {
        hub.import(id);
    }
    if *settings.high_business_impact {
        hub.set_high_business_impact_enabled(&settings.high_business_impact);
    }
    if let Some(name) = &settings.friendly_name {
        hub.set_friendly_name(name);
    }
    if let Some(description) = &settings.description {
        hub.set_description(description);
    }
    let principal = match &identity {
        None => rights::granted_by_azure(scope, hub.identity_principal_id(), group, uses),
        Some(identity) => {
            let principal = identity.principal();
            hub.set_primary_user_assigned_identity(identity.id());
            let grants = rights::needed_grants(&principal, group, uses);
            hub.depends_on(&grant::wait_for_all(identity, &grants));
            let on = workspace_id(&hub);
            Grant::new(scope, on, WorkspaceRole::Contributor, &principal);
            principal
        }
    };
    (hub, principal)
}

#[track_caller]
fn isolate(
    hub: &AiFoundry,
    scope: &Scope,
    settings: &NetworkSettings,
    principal: &Principal,
) -> Option<Rules> {
    let access = network::access(scope).public_workspace;
    let access = access.map(|public| match public {
        true => PublicNetworkAccess::Enabled,
        false => PublicNetworkAccess::Disabled,
    });
    hub.set_public_network_access(&access);
    let mode = isolation::mode(settings).map(|mode| match mode {
        isolation::Mode::Disabled => ManagedNetworkIsolationMode::Disabled,
        isolation::Mode::Internet => ManagedNetworkIsolationMode::AllowInternetOutbound,
        isolation::Mode::Approved => ManagedNetworkIsolationMode::AllowOnlyApprovedOutbound,
    });
    hub.set_managed_network(ManagedNetwork::new().isolation_mode(&mode));
    let NetworkSettings::Managed(isolated) = settings else {
        return None;
    };
    let hub = workspace_id(hub);
    let models = model_registry::of(scope);
    let models = models.as_deref().and_then(ModelRegistry::reached);
    Some(Rules::declare(scope, &hub, isolated, principal, models))
}

/// Lets the hub open its storage as what it acts as: azurerm has no argument for it, and left out, Azure
/// uses the account's keys.
#[track_caller]
fn without_keys(scope: &Scope, hub: &AiFoundry, rules: Option<&Rules>) -> AzapiUpdateResource {
    let update = AzapiUpdateResource::new(
        scope,
        "keyless",
        AzapiUpdateResourceArgs {
            type_: format!("Microsoft.MachineLearningServices/workspaces@{ML_API}").into(),
        },
    );
    let properties = Object::new().with("systemDatastoresAuthMode", "Identity");
    update
        .set_resource_id(workspace_id(hub))
        .set_body(Any::from(Object::new().with("properties", properties)));
    if let Some(rules) = rules {
        rules.add(update.resource().clone());
    }
    update
}
