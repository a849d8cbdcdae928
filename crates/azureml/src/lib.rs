//! The constructs of an Azure Machine Learning platform.
//!
//! Each construct is one file with its settings struct, which reads from an environment file and
//! can be written in Rust alike. Constructs are secure by default: what one opens, its setting says.
//!
//! | module | construct |
//! |---|---|
//! | [`group`] | [`ResourceGroup`], in which all others live |
//! | [`network`] | [`Network`]: how isolated the platform is, one choice that all others follow |
//! | [`storage`] | [`Storage`] |
//! | [`container`] | containers and file shares, and what becomes of old data |
//! | [`connection`] | connections to what is outside, with secrets from variables or the vault |
//! | [`datastore`] | datastores: containers and shares as the workspace knows them |
//! | [`state_storage`] | [`StateStorage`], in which Terraform keeps its states |
//! | [`vault`] | [`KeyVault`] |
//! | [`logs`] | [`Logs`]: a Log Analytics workspace |
//! | [`insights`] | [`AppInsights`] |
//! | [`registry`] | [`ContainerRegistry`] |
//! | [`model_registry`] | [`ModelRegistry`], in which environments share models |
//! | [`identity`] | [`Identity`], user-assigned |
//! | [`grant`] | who may do what: role assignments |
//! | [`people`] | the people who work with the platform, by groups of Entra |
//! | [`custom_role`] | [`CustomRole`]: roles of one's own |
//! | [`ci`] | [`CiIdentity`]: pipelines that deploy |
//! | [`workspace`] | [`MlWorkspace`], [`FeatureStore`], [`AiHub`] with [`AiProject`]s |
//! | [`compute`] | what a workspace computes on: [`ComputeCluster`], [`ComputeInstance`], [`AttachedKubernetes`] |
//! | [`encryption`] | encryption at rest with a key of one's own |
//! | [`serving`] | what answers with models: [`OnlineEndpoint`], [`BatchEndpoint`], [`ServerlessEndpoint`] |
//! | [`existing`] | what is there already: by reference, or brought under management |
//! | [`sandbox`] | [`SandboxSettings`]: an environment of somebody's own, with an end |
//! | [`budget`] | [`Budget`]: what the platform may cost |
//! | [`alerts`] | [`Alerts`]: who is told when something breaks |
//! | [`dashboard`] | [`Dashboard`] in Azure's portal |
//! | [`diagnostics`] | [`Diagnostics`]: all logs in one place |
//! | [`policy`] | [`Policies`]: Azure Policy for the group |
//! | [`naming`] | how things are called in Azure |
//! | [`tags`] | tags on everything that takes them |
//! | [`frame`] | what every stack needs: versions, providers, names, tags |
//! | [`state`] | where a stack keeps its state, and what others give |
//! | [`client`] | who runs Terraform |
//! | [`codes`] | the codes of findings about settings |

pub mod alerts;
pub mod budget;
pub mod ci;
pub mod client;
pub mod codes;
pub mod compute;
pub mod connection;
pub mod container;
pub mod custom_role;
pub mod dashboard;
pub mod datastore;
pub mod diagnostics;
mod duration;
pub mod encryption;
pub mod existing;
pub mod frame;
mod given;
pub mod grant;
pub mod group;
pub mod identity;
pub mod insights;
mod inventory;
pub mod logs;
pub mod model_registry;
pub mod naming;
pub mod network;
pub mod people;
pub mod policy;
mod protect;
pub mod registry;
mod replication;
mod sample;
pub mod sandbox;
pub mod serving;
pub mod state;
pub mod state_storage;
pub mod storage;
pub mod tags;
mod variable;
pub mod vault;
pub mod workspace;

pub use alerts::{Alert, Alerts, AlertsSettings};
pub use budget::{Budget, BudgetSettings};
pub use ci::{CiIdentity, CiSettings};
pub use compute::{
    AttachedKubernetes, ClusterSettings, ComputeCluster, ComputeInstance, InstanceDefaults,
    InstanceSettings, KubernetesSettings,
};
pub use connection::{ConnectionSettings, SecretSettings};
pub use container::{ContainerSettings, DatastoreAccess, LifecycleSettings, ShareSettings};
pub use custom_role::{CustomRole, RoleSettings};
pub use dashboard::{Dashboard, DashboardSettings};
pub use diagnostics::{Diagnostics, DiagnosticsSettings};
pub use encryption::{Covered, Encryption, EncryptionSettings, KeySettings};
pub use existing::{Existing, ExistingSettings};
pub use frame::{Destroy, Frame, Imports, Project};
pub use given::Given;
pub use grant::{
    AnyRole, EligibleGrant, Grant, GroupRole, IdentityRole, InsightsRole, LogsRole,
    ModelRegistryRole, Principal, RegistryRole, StorageRole, VaultRole, WorkspaceRole,
    wait_for_all,
};
pub use group::{GroupSettings, InGroup, ResourceGroup};
pub use identity::{Identity, IdentitySettings};
pub use insights::{AppInsights, InsightsSettings};
pub use logs::{Logs, LogsSettings};
pub use model_registry::{ModelRegistry, ModelRegistrySettings};
pub use naming::{Naming, NamingSettings};
pub use network::{
    Access, Hub, HubSettings, IsolatedSettings, Network, NetworkSettings, VnetSettings,
};
pub use people::{PeopleGroup, PeopleSettings};
pub use policy::{ExemptionSettings, Policies, PolicySettings};
pub use registry::{ContainerRegistry, RegistrySettings};
pub use sandbox::SandboxSettings;
pub use serving::{
    AutoscaleSettings, BatchDeploymentSettings, BatchEndpoint, BatchEndpointSettings,
    DeploymentSettings, EndpointSettings, HoursSettings, OnlineEndpoint, ServerlessEndpoint,
    ServerlessEndpointSettings,
};
pub use state::{
    AzureState, GcsState, HcpState, HttpState, LocalState, S3State, StateSettings, States,
    remote_state,
};
pub use state_storage::{StateStorage, StateStorageSettings};
pub use storage::{Storage, StorageSettings};
pub use vault::{KeyVault, VaultSettings};
pub use workspace::{
    AiHub, AiHubSettings, AiProject, AiProjectSettings, FeatureStore, FeatureStoreSettings,
    MlWorkspace, Uses, WorkspaceSettings,
};

use std::collections::BTreeMap;

use terrace_ir::{Any, Object, Value};

/// The version of the service's interface for what the provider has no resource for: the oldest one
/// that has all that the constructs need.
///
/// Every resource that is made through it says `ignore_casing`: the service answers with ids, sizes and choices in
/// letters of its own, which would be a change in every plan.
pub const ML_API: &str = "2025-12-01";

/// A parameter of a request to the service, beside the body.
pub(crate) fn query(name: &'static str, value: &str) -> Value<BTreeMap<String, Vec<String>>> {
    Value::untyped(Object::new().with(name, vec![Any::from(value)]).into())
}

/// What holds where a setting that is on by default is left out: `#[serde(default = "crate::yes")]`.
fn yes() -> terrace_ir::Sourced<bool> {
    true.into()
}
