//! A feature store: a workspace of its own kind, in which features are defined once, computed into a
//! store, and found again by all who train and serve.
//!
//! Source: "Manage access control for managed feature store" for the roles, and Azure's own tools for
//! the names of its connections.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::Role;
use terrace_azure::private_link::Target;
use terrace_azurerm::MachineLearningWorkspace;
use terrace_azurerm::machine_learning_workspace::{FeatureStore as Block, Kind};
use terrace_core::{InScope, IsResource as _, Scope};
use terrace_ir::{Any, AnyId, Diagnostic, Expr, Id, Object, Sourced, tf};

use super::{MlWorkspace, Uses, WorkspaceIdentity, WorkspaceSettings, made, rights};
use crate::grant::{AnyRole, Grant, Principal, StorageRole, WorkspaceRole};
use crate::group::{InGroup, ResourceGroup};
use crate::identity::{Identity, IdentitySettings};
use crate::network::Reached;
use crate::storage::{Storage, StorageSettings};
use crate::{Given, codes, connection, naming, network};

/// The container of the offline store.
const CONTAINER: &str = "features";

/// The connections to the stores. Azure's tools know the materialization identity by names that begin
/// like these.
const OFFLINE: &str = "OfflineStoreConnectionName";
const ONLINE: &str = "OnlineStoreConnectionName";

/// Settings of a feature store: `[feature_store]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureStoreSettings {
    /// The feature store's name in Azure, where it is not to be made by the naming template: 3 to 33
    /// letters, digits, `-` and `_`. A change replaces the feature store.
    #[schemars(transform = naming::Named("azurerm_machine_learning_workspace"))]
    pub name: Option<Sourced<String>>,

    /// The id of a feature store that is there and is to be managed from now on: the next apply changes it
    /// into what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// The name that people see in the studio.
    pub friendly_name: Option<Sourced<String>>,

    /// What the feature store is for.
    pub description: Option<Sourced<String>>,

    /// The version of Spark that computes features, `3.4`. Left out, it is the service's.
    #[schemars(regex(pattern = r"^[0-9]+\.[0-9]+(\.[0-9]+)?$"), extend("patternErrorMessage" = "a version such as `3.4`"))]
    pub spark_version: Option<Sourced<String>>,

    /// The account in which computed features are kept: a data lake, whatever `hierarchical_namespace`
    /// says. It takes what `[storage]` takes, but for datastores.
    pub offline: StorageSettings,

    /// The id of an Azure Cache for Redis that is there, from which features are read within
    /// milliseconds. Left out, there is no online store.
    pub online_store_id: Option<Given>,
}

/// A feature store, with the identity that computes features into its stores.
#[derive(Clone)]
pub struct FeatureStore {
    scope: Scope,
    group: ResourceGroup,
    workspace: MachineLearningWorkspace,
    offline: Storage,
    online: Option<OnlineStore>,
    materialization: Identity,
}

/// The cache from which features are read.
#[derive(Clone)]
struct OnlineStore {
    scope: Scope,
    id: Given,
}

impl OnlineStore {
    /// The cache as what a managed network leads to, by a rule whose name begins with `name`.
    fn reached<'a>(&'a self, name: &'a str) -> Reached<'a> {
        Reached {
            name,
            scope: &self.scope,
            id: AnyId::from(&self.id),
            targets: vec![Target::Redis],
            is_made: false,
        }
    }
}

impl FeatureStore {
    /// A feature store beside a workspace, on what that uses, with an offline store of its own. Its jobs
    /// act as an identity that reads the workspace's storage and writes the stores, and nothing else.
    ///
    /// Reported is what is reported of a storage account, and datastores there: features are read by what
    /// they are called in the store.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        uses: Uses<'_>,
        settings: &FeatureStoreSettings,
    ) -> Self {
        let scope = Scope::new(parent, name);
        uses.network.covers(&scope);
        let group = parent.group().at(&scope);
        let materialization = Identity::in_scope(
            &group,
            Scope::new(&scope, "materialization"),
            &IdentitySettings::default(),
        );
        let offline = Storage::new(&group, "offline", &offline(settings));
        check_datastores(&scope, &offline);
        let made = made::make(
            &group,
            &scope,
            uses,
            &workspace(settings),
            Some(&materialization),
        );
        let made::Made {
            workspace,
            principal,
            rules,
        } = made;
        let online = settings.online_store_id.clone().map(|id| OnlineStore {
            scope: Scope::new(&scope, "online"),
            id,
        });
        check_online(&scope, settings.online_store_id.as_ref());
        let mut block = Block::new().offline_connection_name(OFFLINE);
        if let Some(version) = &settings.spark_version {
            block = block.computer_spark_runtime_version(version);
        }
        if online.is_some() {
            block = block.online_connection_name(ONLINE);
        }
        workspace
            .set_kind(Kind::FeatureStore)
            .set_feature_store(block);
        if let Some(id) = &settings.import_id {
            workspace.import(id);
        }
        network::connect(&scope, workspace.id(), &[Target::Workspace]);
        rights::show_storage(uses.storage, &principal);
        rights::show_storage(&offline, &principal);
        if let Some(rules) = rules {
            if let Some(offline) = offline.reached("offline") {
                rules.reach(offline);
            }
            if let Some(online) = &online {
                rules.reach(online.reached("online"));
            }
        }
        let this = Self {
            scope,
            group,
            workspace,
            offline,
            online,
            materialization,
        };
        this.grant_materialization(uses);
        let container = this.offline.container(CONTAINER);
        let container = tf!(
            "{}/blobServices/default/containers/{}",
            this.offline.id(),
            container
        );
        this.connect("offline_store", OFFLINE, "ADLSGen2", container.into());
        if let Some(online) = &this.online {
            this.connect("online_store", ONLINE, "Redis", Any::from(&online.id));
        }
        this
    }

    /// What the jobs that compute features need.
    #[track_caller]
    fn grant_materialization(&self, uses: Uses<'_>) {
        let identity = self.materialization.principal();
        self.grant(&identity, WorkspaceRole::DataScientist);
        self.offline
            .grant(&identity, StorageRole::BlobDataContributor);
        // What features are computed from.
        uses.storage.grant(&identity, StorageRole::BlobDataReader);
        if let Some(online) = &self.online {
            Grant::new(&online.scope, &online.id, Role::CONTRIBUTOR, &identity);
        }
    }

    /// A connection that is opened as the materialization identity.
    #[track_caller]
    fn connect(&self, place: &str, name: &str, category: &str, target: Any) {
        let credentials = Object::new()
            .with("clientId", self.materialization.client_id())
            .with("resourceId", self.materialization.id().to_expr());
        let properties = Object::new()
            .with("authType", "ManagedIdentity")
            .with("category", category)
            .with("credentials", credentials)
            .with("isSharedToAll", true)
            .with("target", target);
        let scope = Scope::new(&self.scope, place);
        connection::in_scope(&scope, self.id(), name, properties);
    }

    /// Grants a role on the feature store.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: WorkspaceRole) -> Grant {
        Grant::new(&self.scope, self.id(), AnyRole::from(role), to)
    }

    /// The resource itself.
    #[must_use]
    pub fn workspace(&self) -> &MachineLearningWorkspace {
        &self.workspace
    }

    /// The feature store's id.
    #[must_use]
    pub fn id(&self) -> Id<MachineLearningWorkspace> {
        self.workspace.id()
    }

    /// The feature store's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.workspace.name()
    }

    /// The account in which computed features are kept.
    #[must_use]
    pub fn offline(&self) -> &Storage {
        &self.offline
    }

    /// The identity that computes features, to which rights on further source data are granted.
    #[must_use]
    pub fn materialization(&self) -> &Identity {
        &self.materialization
    }
}

impl MlWorkspace {
    /// Lets compute in the workspace's managed network reach a feature store and what it keeps. In every
    /// other network it does so anyway.
    #[track_caller]
    pub fn uses_features(&self, features: &FeatureStore) {
        self.reach(Reached {
            name: "features",
            scope: &features.scope,
            id: features.id().into(),
            targets: vec![Target::Workspace],
            is_made: true,
        });
        if let Some(offline) = features.offline().reached("features-offline") {
            self.reach(offline);
        }
        if let Some(online) = &features.online {
            self.reach(online.reached("features-online"));
        }
    }
}

impl InScope for FeatureStore {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl InGroup for FeatureStore {
    fn group(&self) -> &ResourceGroup {
        &self.group
    }
}

/// Azure's own tools know an online store of the type `redis` alone. Its id goes into the body of a request,
/// which nobody looks into before Azure does.
fn check_online(scope: &Scope, online: Option<&Given>) {
    let Some(id) = online.and_then(Given::text) else {
        return;
    };
    if !id
        .to_ascii_lowercase()
        .contains("/providers/microsoft.cache/redis/")
    {
        scope.report(
            Diagnostic::error(
                &codes::ONLINE_STORE,
                format!("`online_store_id` is \"{}\", which is no id of an Azure Cache for Redis", **id),
            )
            .argument("online_store_id")
            .value(id.as_str())
            .hint("write \"/subscriptions/…/providers/Microsoft.Cache/redis/NAME\"; `az redis show --query id` prints it")
            .at(id.origin()),
        );
    }
}

fn check_datastores(scope: &Scope, offline: &Storage) {
    for held in offline.held() {
        let Some(access) = held.datastore else {
            continue;
        };
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!(
                    "`{}` has a `datastore`, but is in an offline store, which no workspace has datastores of",
                    held.name.as_str()
                ),
            )
            .argument("datastore")
            .hint("take it out, or keep the data in an account of `[accounts]`")
            .at(access.origin()),
        );
    }
}

fn offline(settings: &FeatureStoreSettings) -> StorageSettings {
    let mut offline = settings.offline.clone();
    offline.hierarchical_namespace = true.into();
    offline.containers.entry(CONTAINER.into()).or_default();
    offline
}

fn workspace(settings: &FeatureStoreSettings) -> WorkspaceSettings {
    WorkspaceSettings {
        name: settings.name.clone(),
        friendly_name: settings.friendly_name.clone(),
        description: settings.description.clone(),
        // Azure's tools take the first user-assigned identity for the one that computes features. Where the
        // workspace is encrypted there is that of the key too, and what they show may be either; jobs go by
        // what the connections say.
        identity: Some(WorkspaceIdentity::System.into()),
        ..WorkspaceSettings::default()
    }
}
