//! What an environment file says, composed of the constructs' settings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace::ir::Module;
use terrace::{
    AiHubSettings, AlertsSettings, BatchEndpointSettings, BudgetSettings, CiSettings,
    ClusterSettings, ConnectionSettings, DashboardSettings, Destroy, DiagnosticsSettings,
    EncryptionSettings, EndpointSettings, ExemptionSettings, FeatureStoreSettings, Frame,
    GroupSettings, HubSettings, Imports, InsightsSettings, InstanceDefaults, InstanceSettings,
    KubernetesSettings, LogsSettings, ModelRegistrySettings, NetworkSettings, PeopleSettings,
    PolicySettings, Project, RegistrySettings, RoleSettings, SandboxSettings,
    ServerlessEndpointSettings, Sourced, Stack, Stage, StateSettings, StateStorageSettings,
    StorageSettings, VaultSettings, WorkspaceSettings, compute, serving,
};

use crate::bootstrap::bootstrap;
use crate::platform::platform;
use crate::sandbox;
use crate::shared::shared;

/// An environment: one root module with a state of its own.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Environment {
    /// What the environment is for. It decides how severe a finding is.
    pub(crate) stage: Stage,

    /// The region in which everything is, for example `westeurope`. A change replaces everything.
    pub(crate) location: Sourced<String>,

    /// The subscription that the environment belongs to. Left out, it is the one of the login or of
    /// `ARM_SUBSCRIPTION_ID`.
    #[serde(default)]
    pub(crate) subscription_id: Option<Sourced<String>>,

    /// Tags on everything that takes them.
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, Sourced<String>>,

    /// Tags that others set on the resources, such as Azure Policy: they are left alone.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub(crate) ignore_tags: Vec<Sourced<String>>,

    /// Whether what holds data is kept from being destroyed, and what others depend on from being
    /// deleted (but not in `shared`, whose users must be able to give their roles back). Taken back in two steps: set it to `false`, apply, and only then destroy.
    #[serde(default)]
    pub(crate) protect: Sourced<bool>,

    /// Where the state is. Left out, it is beside the output, on your own disk.
    #[serde(default)]
    pub(crate) state: Option<StateSettings>,

    /// What destroying leaves behind.
    #[serde(default)]
    pub(crate) destroy: Destroy,

    /// What is there already and is to be managed from now on: ids in Azure by the addresses that the
    /// output has, `azurerm_role_assignment.platform_data_…`. The next apply changes each into what the
    /// settings say. Never inherited.
    #[serde(default)]
    pub(crate) imports: Imports,

    /// What is built.
    #[schemars(flatten)]
    pub(crate) stack: Kind,
}

/// The kinds of environments. What all have in common stands in [`Environment`], beside the keys of
/// the kind.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename = "stack", rename_all = "lowercase")]
#[expect(clippy::large_enum_variant, reason = "a run reads a handful of them")]
#[schemars(rename = "Kind", tag = "stack", extend("default" = "platform"))]
pub(crate) enum Kind {
    /// A workspace and all that it stands on.
    Platform(Platform),
    /// What environments share.
    Shared(Shared),
    /// The storage account that holds the states of all environments.
    Bootstrap(Bootstrap),
}

/// What is built by [`platform`](crate::platform).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Platform {
    /// Whose sandbox it is, if it is one. Never inherited.
    #[serde(default)]
    pub(crate) sandbox: Option<SandboxSettings>,

    /// The resource group.
    #[serde(default)]
    pub(crate) group: GroupSettings,

    /// How isolated the platform is.
    #[serde(default)]
    pub(crate) network: NetworkSettings,

    /// The logs of everything.
    #[serde(default)]
    pub(crate) logs: LogsSettings,

    /// Application Insights.
    #[serde(default)]
    pub(crate) insights: InsightsSettings,

    /// The key vault.
    #[serde(default)]
    pub(crate) vault: VaultSettings,

    /// Encryption with a key of one's own. Left out, the services encrypt with theirs.
    #[serde(default)]
    pub(crate) encryption: Option<EncryptionSettings>,

    /// The workspace's storage account.
    #[serde(default)]
    pub(crate) storage: StorageSettings,

    /// Further storage accounts, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = StorageSettings::names()))]
    pub(crate) accounts: BTreeMap<Sourced<String>, StorageSettings>,

    /// The container registry.
    #[serde(default)]
    pub(crate) registry: RegistrySettings,

    /// The registry for models that environments share. Left out, there is none.
    #[serde(default)]
    pub(crate) models: Option<ModelRegistrySettings>,

    /// The workspace.
    #[serde(default)]
    pub(crate) workspace: WorkspaceSettings,

    /// A feature store beside the workspace. Left out, there is none.
    #[serde(default)]
    pub(crate) feature_store: Option<FeatureStoreSettings>,

    /// A hub with projects for generative AI, beside the workspace. Left out, there is none.
    #[serde(default)]
    pub(crate) ai_hub: Option<AiHubSettings>,

    /// What the workspace connects to outside, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = ConnectionSettings::names()))]
    pub(crate) connections: BTreeMap<Sourced<String>, ConnectionSettings>,

    /// Compute clusters, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = compute::names()))]
    pub(crate) clusters: BTreeMap<Sourced<String>, ClusterSettings>,

    /// What holds for all compute instances that do not say otherwise.
    #[serde(default)]
    pub(crate) instance_defaults: InstanceDefaults,

    /// Compute instances, by name: each is one person's machine.
    #[serde(default)]
    #[schemars(extend("propertyNames" = compute::names()))]
    pub(crate) instances: BTreeMap<Sourced<String>, InstanceSettings>,

    /// Clusters of Kubernetes that are there already and are attached to the workspace, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = compute::names()))]
    pub(crate) kubernetes: BTreeMap<Sourced<String>, KubernetesSettings>,

    /// Endpoints that answer at once, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = serving::endpoint_names()))]
    pub(crate) endpoints: BTreeMap<Sourced<String>, EndpointSettings>,

    /// Endpoints that work through files, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = serving::endpoint_names()))]
    pub(crate) batch_endpoints: BTreeMap<Sourced<String>, BatchEndpointSettings>,

    /// Models of Azure's catalog that answer without machines, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = serving::endpoint_names()))]
    pub(crate) serverless_endpoints: BTreeMap<Sourced<String>, ServerlessEndpointSettings>,

    /// What the platform may cost.
    #[serde(default)]
    pub(crate) budget: Option<BudgetSettings>,

    /// Who is told when something breaks.
    #[serde(default)]
    pub(crate) alerts: AlertsSettings,

    /// The dashboard in Azure's portal.
    #[serde(default)]
    pub(crate) dashboard: DashboardSettings,

    /// Which logs are kept.
    #[serde(default)]
    pub(crate) diagnostics: DiagnosticsSettings,

    /// Policies that hold in the resource group, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = PolicySettings::names()))]
    pub(crate) policies: BTreeMap<Sourced<String>, PolicySettings>,

    /// Policies from above that need not hold in the resource group, by a name of your own.
    #[serde(default)]
    pub(crate) policy_exemptions: BTreeMap<Sourced<String>, ExemptionSettings>,

    /// Who works with the platform. Never inherited.
    #[serde(default)]
    pub(crate) people: PeopleSettings,

    /// Roles of one's own, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = RoleSettings::names()))]
    pub(crate) roles: BTreeMap<Sourced<String>, RoleSettings>,

    /// Pipelines that deploy, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = CiSettings::names()))]
    pub(crate) ci: BTreeMap<Sourced<String>, CiSettings>,
}

/// What is built by [`bootstrap`](crate::bootstrap).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bootstrap {
    /// The storage account.
    #[serde(default)]
    pub(crate) account: StateStorageSettings,
}

/// What is built by [`shared`](crate::shared).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shared {
    /// The resource group.
    #[serde(default)]
    pub(crate) group: GroupSettings,

    /// From where what is shared is reached.
    #[serde(default)]
    pub(crate) network: NetworkSettings,

    /// The network through which environments are connected. Left out, there is none.
    #[serde(default)]
    pub(crate) hub: Option<HubSettings>,

    /// The logs of all environments.
    #[serde(default)]
    pub(crate) logs: LogsSettings,

    /// The container registry.
    #[serde(default)]
    pub(crate) registry: RegistrySettings,

    /// The registry for models. Left out, there is none.
    #[serde(default)]
    pub(crate) models: Option<ModelRegistrySettings>,

    /// Which logs are kept.
    #[serde(default)]
    pub(crate) diagnostics: DiagnosticsSettings,

    /// Who uses what is shared. Never inherited.
    #[serde(default)]
    pub(crate) people: PeopleSettings,
}

/// Builds the stack of an environment.
pub(crate) fn build(stack: &Stack, env: &Environment) {
    match &env.stack {
        Kind::Platform(own) => platform(stack, &env.location, own),
        Kind::Shared(own) => shared(stack, &env.location, own),
        Kind::Bootstrap(own) => bootstrap(stack, &env.location, own),
    }
}

impl terrace::Environment for Environment {
    fn stage(&self) -> Stage {
        self.stage
    }

    fn frame<'a>(&'a self, project: &'a Project) -> Frame<'a> {
        Frame::new(project, &self.location)
            .tags(&self.tags)
            .subscription_id(self.subscription_id.as_ref())
            .state(self.state.as_ref())
            .destroy(&self.destroy)
            .sandbox(self.sandbox())
            .protect(&self.protect)
            .lends(matches!(self.stack, Kind::Shared(_)))
            .ignore_tags(&self.ignore_tags)
            .imports(&self.imports)
    }

    fn sandbox(&self) -> Option<&SandboxSettings> {
        match &self.stack {
            Kind::Platform(platform) => platform.sandbox.as_ref(),
            Kind::Shared(_) | Kind::Bootstrap(_) => None,
        }
    }

    fn new_sandbox(&self, module: &Module, owner: &str) -> Option<String> {
        match &self.stack {
            Kind::Platform(own) => Some(sandbox::like(self, own, module, owner)),
            Kind::Shared(_) | Kind::Bootstrap(_) => None,
        }
    }
}
