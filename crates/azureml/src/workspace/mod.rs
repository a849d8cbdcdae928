//! An Azure Machine Learning workspace on all that it uses.

use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::Role;
use terrace_azure::private_link::Target;
use terrace_azurerm::machine_learning_workspace::{
    Identity as IdentityBlock, IdentityArgs, IdentityType, ManagedNetwork,
    ManagedNetworkIsolationMode, ServerlessCompute, StorageAccountAccessType,
};
use terrace_azurerm::{MachineLearningWorkspace, MachineLearningWorkspaceArgs};
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced, Value};

use crate::compute::known::{Computes, IMAGE_BUILDER};
use crate::compute::{
    AttachedKubernetes, ClusterSettings, ComputeCluster, ComputeInstance, InstanceDefaults,
    InstanceSettings, KubernetesSettings,
};
use crate::grant::{
    self, Grant, GroupRole, InsightsRole, Principal, RegistryRole, StorageRole, VaultRole,
    WorkspaceRole,
};
use crate::group::{InGroup, ResourceGroup};
use crate::identity::{Identity, IdentitySettings};
use crate::insights::AppInsights;
use crate::network::{Network, NetworkSettings, Outbound};
use crate::registry::ContainerRegistry;
use crate::storage::Storage;
use crate::vault::KeyVault;
use crate::{codes, encryption, naming, network};

/// Settings of a workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkspaceSettings {
    /// The workspace's name in Azure, where it is not to be made by the naming template: 3 to 33
    /// letters, digits, `-` and `_`. A change replaces the workspace.
    #[schemars(transform = naming::Named("azurerm_machine_learning_workspace"))]
    pub name: Option<Sourced<String>>,

    /// The name that people see in the studio.
    pub friendly_name: Option<Sourced<String>>,

    /// What the workspace is for.
    pub description: Option<Sourced<String>>,

    /// Which identity the workspace acts as.
    pub identity: Sourced<WorkspaceIdentity>,

    /// The cluster that builds images, by its name in `[clusters]`. A private registry needs one, since
    /// Azure's own builder cannot reach it: left out, it gets a small one, `image_builder`.
    pub image_build_cluster: Option<Sourced<String>>,

    /// Whether the data is of high business impact: less is sent to Microsoft, and scratch disks
    /// are encrypted. A change replaces the workspace.
    pub high_business_impact: Sourced<bool>,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            name: None,
            friendly_name: None,
            description: None,
            identity: WorkspaceIdentity::User.into(),
            image_build_cluster: None,
            high_business_impact: false.into(),
        }
    }
}

/// Which identity a workspace acts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkspaceIdentity {
    /// Its own: it comes and goes with the workspace, and the service grants it what it needs.
    System,
    /// One made before it, which gets exactly the roles that the workspace needs.
    User,
}

/// What a workspace uses.
#[derive(Clone, Copy)]
pub struct Uses<'a> {
    /// Its default storage.
    pub storage: &'a Storage,
    /// Where it keeps its secrets.
    pub vault: &'a KeyVault,
    /// Where it reports to.
    pub insights: &'a AppInsights,
    /// Where its images are.
    pub registry: &'a ContainerRegistry,
    /// How isolated it is.
    pub network: &'a Network,
}

/// An Azure Machine Learning workspace.
#[derive(Clone)]
pub struct MlWorkspace {
    scope: Scope,
    group: ResourceGroup,
    workspace: MachineLearningWorkspace,
    principal: Principal,
    network: NetworkSettings,
    storage: Storage,
    registry: ContainerRegistry,
    computes: Rc<Computes>,
    acts_as: WorkspaceIdentity,
}

impl MlWorkspace {
    /// A workspace, with the roles that its identity needs on what it uses.
    ///
    /// Reported are settings that Azure refuses together, such as a private registry without a
    /// cluster that builds images, or with one that is not there.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        uses: Uses<'_>,
        settings: &WorkspaceSettings,
    ) -> Self {
        let scope = Scope::new(parent, name);
        uses.network.covers(&scope);
        let group = parent.group();
        check_storage(&scope, uses.storage);
        let identity = match *settings.identity {
            WorkspaceIdentity::System => None,
            WorkspaceIdentity::User => Some(own_identity(parent, &scope)),
        };
        let workspace = MachineLearningWorkspace::new(
            &scope,
            MAIN,
            MachineLearningWorkspaceArgs {
                name: naming::name(
                    &scope,
                    "azurerm_machine_learning_workspace",
                    settings.name.as_ref(),
                ),
                resource_group_name: group.name().into(),
                location: group.location(),
                storage_account_id: uses.storage.id(),
                key_vault_id: uses.vault.id(),
                application_insights_id: uses.insights.id(),
                identity: identity_block(&scope, identity.as_ref(), settings),
            },
        );
        encryption::of_workspace(&scope, &workspace);
        // Left out, Azure makes a registry of its own, with an admin user and without our tags; set
        // later, it replaces the workspace.
        workspace.set_container_registry_id(uses.registry.id());
        let principal = match &identity {
            Some(identity) => identity.principal(),
            None => granted_by_azure(&scope, &workspace, group, uses),
        };
        if let Some(identity) = &identity {
            workspace.set_primary_user_assigned_identity(identity.id());
            let grants = needed_grants(&principal, group, uses);
            workspace.depends_on(&grant::wait_for_all(identity, &grants));
            // On the workspace itself it can only be granted once that exists.
            Grant::new(
                &scope,
                workspace.id(),
                WorkspaceRole::Contributor,
                &principal,
            );
        }
        if !**uses.storage.shared_keys() {
            workspace.set_storage_account_access_type(StorageAccountAccessType::Identity);
        }
        if *settings.high_business_impact {
            workspace.set_high_business_impact(&settings.high_business_impact);
        }
        if let Some(name) = &settings.friendly_name {
            workspace.set_friendly_name(name);
        }
        if let Some(description) = &settings.description {
            workspace.set_description(description);
        }
        isolate(&scope, &workspace, uses.network.settings());
        network::connect(&scope, workspace.id(), &[Target::Workspace]);
        show_storage(uses.storage, &principal);
        let said = settings.image_build_cluster.clone();
        let own_builder = said.is_none() && uses.registry.is_private();
        let builder = said.or_else(|| own_builder.then(|| IMAGE_BUILDER.into()));
        let computes = Rc::new(Computes::new(&scope, builder));
        let this = Self {
            scope,
            group: group.clone(),
            workspace,
            principal,
            network: uses.network.settings().clone(),
            acts_as: *settings.identity,
            storage: uses.storage.clone(),
            registry: uses.registry.clone(),
            computes,
        };
        this.build_images();
        if own_builder {
            this.cluster(IMAGE_BUILDER, &ClusterSettings::new("Standard_DS3_v2", 1));
        }
        this
    }

    /// Which identity it acts as.
    #[must_use]
    pub fn acts_as(&self) -> WorkspaceIdentity {
        self.acts_as
    }

    /// A compute cluster of the workspace.
    #[track_caller]
    pub fn cluster(
        &self,
        name: impl Into<Sourced<String>>,
        settings: &ClusterSettings,
    ) -> ComputeCluster {
        ComputeCluster::new(self, name, settings)
    }

    /// A person's machine.
    #[track_caller]
    pub fn instance(
        &self,
        name: impl Into<Sourced<String>>,
        settings: &InstanceSettings,
    ) -> ComputeInstance {
        ComputeInstance::new(self, name, settings)
    }

    /// Says what holds for all instances that are made afterwards and do not say otherwise.
    pub fn instance_defaults(&self, defaults: &InstanceDefaults) {
        self.computes.set_defaults(defaults);
    }

    /// Attaches a cluster of Kubernetes that is there already.
    #[track_caller]
    pub fn kubernetes(
        &self,
        name: impl Into<Sourced<String>>,
        settings: &KubernetesSettings,
    ) -> AttachedKubernetes {
        AttachedKubernetes::new(self, name, settings)
    }

    /// The cluster needs the workspace first, so the workspace knows it by its name, and only at the
    /// end.
    fn build_images(&self) {
        let address = self.workspace.address();
        let computes = self.computes.clone();
        self.scope.aspect(move |resource| {
            if resource.address() == address {
                computes.build_images(resource);
            }
        });
    }

    /// The resource itself.
    #[must_use]
    pub fn workspace(&self) -> &MachineLearningWorkspace {
        &self.workspace
    }

    /// The workspace's id.
    #[must_use]
    pub fn id(&self) -> Id<MachineLearningWorkspace> {
        self.workspace.id()
    }

    /// The workspace's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.workspace.name()
    }

    /// The identity that it acts as, as one to which more rights are granted.
    #[must_use]
    pub fn principal(&self) -> Principal {
        self.principal.clone()
    }

    /// The region, which its clusters share.
    #[must_use]
    pub fn location(&self) -> Value<String> {
        self.group.location()
    }

    /// Its default storage.
    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Where its images are.
    pub(crate) fn registry(&self) -> &ContainerRegistry {
        &self.registry
    }

    /// What it computes on.
    pub(crate) fn computes(&self) -> &Computes {
        &self.computes
    }

    /// How many machines its clusters and instances have at the most, each with an address in the
    /// network. It grows until the stack is complete.
    #[must_use]
    pub fn machines(&self) -> u32 {
        self.computes.machines()
    }

    /// How isolated it is.
    #[must_use]
    pub fn network(&self) -> &NetworkSettings {
        &self.network
    }
}

impl InScope for MlWorkspace {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl InGroup for MlWorkspace {
    fn group(&self) -> &ResourceGroup {
        &self.group
    }
}

/// Source: "Azure Machine Learning workspace", the storage account.
fn check_storage(scope: &Scope, storage: &Storage) {
    if **storage.is_hierarchical() {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "a workspace cannot have a data lake as its default storage",
            )
            .argument("hierarchical_namespace")
            .hint("set `hierarchical_namespace = false`, and make the data lake a further account")
            .at(storage.is_hierarchical().origin()),
        );
    }
}

#[track_caller]
fn own_identity(parent: &impl InGroup, scope: &Scope) -> Identity {
    Identity::in_scope(
        parent,
        Scope::new(scope, "identity"),
        &IdentitySettings::default(),
    )
}

fn identity_block(
    scope: &Scope,
    identity: Option<&Identity>,
    settings: &WorkspaceSettings,
) -> IdentityBlock {
    let encrypting = encryption::workspace_identity(scope);
    let kind = settings.identity.map(|identity| match identity {
        WorkspaceIdentity::System if encrypting.is_some() => IdentityType::SystemAndUserAssigned,
        WorkspaceIdentity::System => IdentityType::SystemAssigned,
        WorkspaceIdentity::User => IdentityType::UserAssigned,
    });
    let block = IdentityBlock::new(IdentityArgs { type_: kind.into() });
    let ids: Vec<_> = identity
        .map(Identity::id)
        .into_iter()
        .chain(encrypting)
        .collect();
    match ids.as_slice() {
        [] => block,
        _ => block.identity_ids(ids),
    }
}

/// What a user-assigned identity needs before the workspace is made. Azure grants the same to a
/// system-assigned one by itself, and refuses a second time.
/// Source: how-to-identity-based-service-authentication, how-to-assign-roles, how-to-managed-network.
#[track_caller]
fn needed_grants(identity: &Principal, group: &ResourceGroup, uses: Uses<'_>) -> Vec<Grant> {
    let mut grants = vec![
        uses.storage.grant(identity, StorageRole::Contributor),
        uses.storage
            .grant(identity, StorageRole::BlobDataContributor),
        uses.storage
            .grant(identity, StorageRole::FileDataPrivilegedContributor),
        uses.vault.grant(identity, VaultRole::Contributor),
        uses.vault.grant(identity, VaultRole::Administrator),
        uses.registry.grant(identity, RegistryRole::Contributor),
        uses.insights.grant(identity, InsightsRole::Contributor),
    ];
    if let NetworkSettings::Managed { .. } = uses.network.settings() {
        // The managed network's private endpoints are approved by the workspace itself.
        grants.push(group.grant(identity, GroupRole::NetworkConnectionApprover));
    }
    grants
}

/// The identity that comes with the workspace, to which Azure grants what it needs.
/// Source: how-to-assign-roles: the role on the group since November 2024, and the one before.
fn granted_by_azure(
    scope: &Scope,
    workspace: &MachineLearningWorkspace,
    group: &ResourceGroup,
    uses: Uses<'_>,
) -> Principal {
    let principal = Principal::service(&*scope.path(), workspace.identity_principal_id());
    for role in [Role::AZURE_AI_ADMINISTRATOR, Role::CONTRIBUTOR] {
        grant::made_by_azure(scope, group.id(), role, &principal);
    }
    grant::made_by_azure(
        scope,
        uses.storage.id(),
        Role::STORAGE_BLOB_DATA_CONTRIBUTOR,
        &principal,
    );
    principal
}

/// Behind private endpoints the studio shows data only if the workspace may read the endpoints.
/// Source: "Use Azure Machine Learning studio in an Azure virtual network".
#[track_caller]
fn show_storage(storage: &Storage, principal: &Principal) {
    for (_, endpoint) in storage.endpoints() {
        let scope = endpoint.resource().scope();
        Grant::new(&scope, endpoint.id(), Role::READER, principal);
    }
}

fn isolate(scope: &Scope, workspace: &MachineLearningWorkspace, settings: &NetworkSettings) {
    let access = network::access(scope);
    workspace.set_public_network_access_enabled(&access.public_workspace);
    match settings {
        NetworkSettings::Public { .. } | NetworkSettings::OwnVnet(_) => {
            workspace.set_managed_network(
                ManagedNetwork::new().isolation_mode(ManagedNetworkIsolationMode::Disabled),
            );
        }
        NetworkSettings::Managed(isolated) => {
            let mode = isolated.outbound.map(|outbound| match outbound {
                Outbound::Approved => ManagedNetworkIsolationMode::AllowOnlyApprovedOutbound,
                Outbound::Internet => ManagedNetworkIsolationMode::AllowInternetOutbound,
            });
            let mut block = ManagedNetwork::new().isolation_mode(&mode);
            if *isolated.provision_on_creation {
                block = block.provision_on_creation_enabled(&isolated.provision_on_creation);
            }
            workspace.set_managed_network(block);
            network::outbound::declare(scope, workspace, isolated);
        }
    }
    // Without a public workspace the provider refuses serverless compute without public addresses,
    // unless it is given a subnet: nothing is said then, and the service's own default holds.
    let serverless = ServerlessCompute::new().public_ip_enabled(false);
    if let Some(subnet) = network::training_subnet(scope) {
        workspace.set_serverless_compute(serverless.subnet_id(subnet));
    } else if *access.public_workspace && settings.is_managed() {
        workspace.set_serverless_compute(serverless);
    }
}
