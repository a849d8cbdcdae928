//! An Azure Machine Learning workspace on all that it uses.
//!
//! | module | what |
//! |---|---|
//! | [`settings`] | what an environment file says |
//! | [`feature_store`] | [`FeatureStore`]: a workspace of its own kind, beside one |
//! | [`ai_hub`], [`ai_project`] | [`AiHub`] with [`AiProject`]s: workspaces for generative AI |
//! | `made` | the workspace itself |
//! | `rights` | what the workspace acts as, and may do |
//! | `isolation` | how isolated it is |
//! | `part` | what it consists of and azurerm has no resource for |

pub mod ai_hub;
pub mod ai_project;
pub mod feature_store;
mod isolation;
mod made;
mod part;
mod rights;
pub mod settings;

use std::collections::BTreeMap;
use std::rc::Rc;

use terrace_azure::private_link::Target;
use terrace_azurerm::MachineLearningWorkspace;
use terrace_core::{InScope, IsResource as _, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced, Value};

pub use self::ai_hub::{AiHub, AiHubSettings};
pub use self::ai_project::{AiProject, AiProjectSettings};
pub use self::feature_store::{FeatureStore, FeatureStoreSettings};
pub use self::settings::{ServerlessSettings, WorkspaceIdentity, WorkspaceSettings};
use crate::compute::accounts::Accounts;
use crate::compute::known::{Computes, IMAGE_BUILDER};
use crate::compute::{
    AttachedKubernetes, ClusterSettings, ComputeCluster, ComputeInstance, InstanceDefaults,
    InstanceSettings, KubernetesSettings,
};
use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, Principal, WorkspaceRole};
use crate::group::{InGroup, ResourceGroup};
use crate::insights::AppInsights;
use crate::network::{Network, NetworkSettings, Reached};
use crate::registry::ContainerRegistry;
use crate::serving::Serving;
use crate::storage::Storage;
use crate::vault::KeyVault;
use crate::{codes, model_registry, network};

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
    workspace: Subject<MachineLearningWorkspace>,
    /// `None` where it came with a workspace that is there already: then a data source knows it.
    principal: Option<Principal>,
    network: NetworkSettings,
    rules: Option<network::Rules>,
    storage: Storage,
    accounts: Rc<Accounts>,
    registry: ContainerRegistry,
    insights: AppInsights,
    computes: Rc<Computes>,
    serving: Serving,
    acts_as: WorkspaceIdentity,
}

impl MlWorkspace {
    /// A workspace, with the roles that its identity needs on what it uses. Or one that is there already:
    /// it stays as it is, with the rights that it has, and gets the computes, endpoints and people that
    /// are declared here.
    ///
    /// Reported are settings that Azure refuses together, such as a private registry without a
    /// cluster that builds images, or with one that is not there; and the identity of a workspace that is
    /// there already, where it is said to be one made before it and is not named.
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
        let (existing, import_id) = (settings.existing.as_ref(), settings.import_id.as_ref());
        let (mut principal, mut rules) = (None, None);
        let workspace = match existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => {
                let made = made::make(parent, &scope, uses, settings, None);
                (principal, rules) = (Some(made.principal), made.rules);
                Subject::made_here(made.workspace, import_id)
            }
        };
        if ExistingSettings::is_connected(existing) {
            network::connect(&scope, workspace.id(), &[Target::Workspace]);
        }
        if let Some(models) = model_registry::of(&scope) {
            uses.storage.let_in(models.id());
        }
        if let Some(principal) = &principal {
            rights::show_storage(uses.storage, principal);
        }
        if existing.is_some() {
            principal = rights::named(parent, &scope, settings);
        }
        let said = settings.image_build_cluster.clone();
        let own_builder =
            said.is_none() && uses.registry.is_private() && workspace.made().is_some();
        let builder = said.or_else(|| own_builder.then(|| IMAGE_BUILDER.into()));
        let computes = Rc::new(Computes::new(&scope, builder));
        let this = Self {
            serving: Serving::new(&scope),
            scope,
            group: group.clone(),
            workspace,
            principal,
            network: uses.network.settings().clone(),
            rules,
            acts_as: *settings.acts_as(),
            storage: uses.storage.clone(),
            accounts: Rc::default(),
            registry: uses.registry.clone(),
            insights: uses.insights.clone(),
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
        let Some(workspace) = self.workspace.made() else {
            return;
        };
        let address = workspace.address();
        let computes = self.computes.clone();
        self.scope.aspect(move |resource| {
            if resource.address() == address {
                computes.build_images(resource);
            }
        });
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn workspace(&self) -> Option<&MachineLearningWorkspace> {
        self.workspace.made()
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

    /// The identity that it acts as, as one to which more rights are granted. Of a workspace that is there
    /// already it is the one that came with it, where its settings name no other.
    #[must_use]
    #[track_caller]
    pub fn principal(&self) -> Principal {
        match &self.principal {
            Some(principal) => principal.clone(),
            None => rights::came_with(&self.scope, &self.workspace.attribute("identity")),
        }
    }

    /// The region, which all computes share. Of a workspace that is there already it is its own, whatever
    /// the environment's: azurerm would make a cluster of another region anew with every plan.
    #[must_use]
    #[track_caller]
    pub fn location(&self) -> Value<String> {
        match self.workspace.made() {
            Some(_) => self.group.location(),
            None => self.workspace.attribute::<String>("location").into(),
        }
    }

    /// Lets compute in its managed network, if it has one, reach something of the platform's.
    #[track_caller]
    pub(crate) fn reach(&self, reached: Reached<'_>) {
        if let Some(rules) = &self.rules {
            rules.reach(reached);
        }
    }

    /// Its default storage.
    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// The further accounts that it knows.
    pub(crate) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Where its images are.
    pub(crate) fn registry(&self) -> &ContainerRegistry {
        &self.registry
    }

    /// Where it reports to.
    pub(crate) fn insights(&self) -> &AppInsights {
        &self.insights
    }

    /// What it computes on.
    pub(crate) fn computes(&self) -> &Computes {
        &self.computes
    }

    /// Where its endpoints are.
    pub(crate) fn serving(&self) -> &Serving {
        &self.serving
    }

    /// How many cores its clusters and instances have at the most, by the quota of Azure that they use:
    /// the family of the size, or `low priority`. Those made later are not among them.
    #[must_use]
    pub fn cores(&self) -> Value<BTreeMap<String, i64>> {
        self.computes.cores().into()
    }

    /// How isolated it is.
    #[must_use]
    pub fn network(&self) -> &NetworkSettings {
        &self.network
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: WorkspaceRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(MlWorkspace, WorkspaceSettings, uses: Uses<'_>);

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
