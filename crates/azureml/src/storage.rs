//! A storage account: the workspace's default storage, or one more for data.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azapi::AzapiResource;
use terrace_azure::Cloud;
use terrace_azure::private_link::Target;
use terrace_azurerm::storage_account::{
    AccountTier, BlobProperties, BlobPropertiesContainerDeleteRetentionPolicy,
    BlobPropertiesCorsRule, BlobPropertiesCorsRuleArgs, BlobPropertiesDeleteRetentionPolicy,
    CorsRuleAllowedMethod as Method, MinTlsVersion, NetworkRules, NetworkRulesArgs,
    NetworkRulesBypass, NetworkRulesDefaultAction, NetworkRulesPrivateLinkAccess,
    NetworkRulesPrivateLinkAccessArgs, SasPolicy, SasPolicyArgs,
};
use terrace_azurerm::{PrivateEndpoint, StorageAccount, StorageAccountArgs};
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Origin, Sourced, Value};

use crate::container::{
    self, ContainerSettings, DatastoreAccess, LifecycleSettings, ShareSettings,
};
use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, Principal, StorageRole};
use crate::group::{InGroup, ResourceGroup};
use crate::network::{Access, Reached};
use crate::{codes, encryption, naming, network, replication};

pub use crate::replication::Replication;

/// Settings of a storage account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StorageSettings {
    /// The account's name in Azure, where it is not to be made by the naming template: 3 to 24
    /// lower-case letters and digits. A change replaces the account and loses its data.
    #[schemars(transform = naming::Named("azurerm_storage_account"))]
    pub name: Option<Sourced<String>>,

    /// An account that is there already, in place of a new one. Then the settings that would shape a new
    /// one have no effect.
    pub existing: Option<ExistingSettings>,

    /// The id of an account that is there and is to be managed from now on: the next apply changes it into
    /// what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// How often and where the data is kept. A change between {LRS, GRS, RAGRS} and
    /// {ZRS, GZRS, RAGZRS} replaces the account and loses its data.
    pub replication: Sourced<Replication>,

    /// Whether the account's keys open it. Without them only identities with a role do, and the
    /// workspace uses its own.
    pub shared_keys: Sourced<bool>,

    /// How many days a deleted blob can be brought back, 1 to 365.
    #[schemars(range(min = 1, max = 365))]
    pub blob_retention_days: Sourced<u32>,

    /// How many days a deleted container can be brought back, 1 to 365.
    #[schemars(range(min = 1, max = 365))]
    pub container_retention_days: Sourced<u32>,

    /// Whether old versions of blobs are kept.
    pub versioning: Sourced<bool>,

    /// Whether the data is encrypted a second time below the service. A change replaces the
    /// account and loses its data.
    pub infrastructure_encryption: Sourced<bool>,

    /// Whether the data is kept in folders with permissions of their own: a data lake, which cannot
    /// be a workspace's default storage and has no versions. A change replaces the account and loses
    /// its data.
    pub hierarchical_namespace: Sourced<bool>,

    /// Containers, by name. They are private.
    #[schemars(extend("propertyNames" = container::names()))]
    pub containers: BTreeMap<Sourced<String>, ContainerSettings>,

    /// File shares, by name.
    #[schemars(extend("propertyNames" = container::names()))]
    pub shares: BTreeMap<Sourced<String>, ShareSettings>,

    /// What else private endpoints lead to than blobs and files, and in a data lake its folders, where
    /// there are private endpoints. Parallel jobs use queues and tables, to which a batch endpoint brings
    /// the way by itself.
    #[schemars(extend("uniqueItems" = true))]
    pub endpoints: Vec<Sourced<StoragePart>>,

    /// What becomes of old blobs, in all containers.
    pub lifecycle: Option<LifecycleSettings>,
}

impl StorageSettings {
    /// What private endpoints lead to.
    fn targets(&self) -> Vec<Target> {
        let lake = self.hierarchical_namespace.then_some(Target::Dfs);
        let said = self.endpoints.iter().map(|part| match **part {
            StoragePart::Queue => Target::Queue,
            StoragePart::Table => Target::Table,
            StoragePart::Dfs => Target::Dfs,
        });
        let always = [Target::Blob, Target::File];
        let all: BTreeSet<Target> = always.into_iter().chain(lake).chain(said).collect();
        all.into_iter().collect()
    }

    /// What the names of accounts in a map of settings are, as a schema:
    /// `#[schemars(extend("propertyNames" = StorageSettings::names()))]`.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "An account's name here begins with a letter and goes on with letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
        })
    }
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            replication: Replication::Zrs.into(),
            shared_keys: false.into(),
            blob_retention_days: 14.into(),
            container_retention_days: 14.into(),
            versioning: true.into(),
            infrastructure_encryption: true.into(),
            hierarchical_namespace: false.into(),
            containers: BTreeMap::new(),
            shares: BTreeMap::new(),
            endpoints: Vec::new(),
            lifecycle: None,
        }
    }
}

/// A part of a storage account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StoragePart {
    /// Queues.
    Queue,
    /// Tables.
    Table,
    /// Folders, by the address of a data lake.
    Dfs,
}

/// A storage account with its containers.
#[derive(Clone)]
pub struct Storage {
    scope: Scope,
    account: Subject<StorageAccount>,
    endpoints: Vec<(Target, PrivateEndpoint)>,
    /// Whether private endpoints lead to what batch jobs use.
    serves_batches: Rc<Cell<bool>>,
    settings: StorageSettings,
    containers: Vec<Expr<String>>,
    shares: Vec<Expr<String>>,
}

/// A container or file share that an account holds.
pub(crate) struct Held<'a> {
    pub(crate) name: &'a Sourced<String>,
    /// Its name, for what must wait for it.
    pub(crate) in_azure: &'a Expr<String>,
    pub(crate) is_share: bool,
    pub(crate) datastore: Option<&'a Sourced<DatastoreAccess>>,
}

impl Storage {
    /// A general-purpose v2 account without hierarchical namespace, as a workspace needs it for its
    /// default storage.
    ///
    /// Reported are a replication that the region does not have, and what the schema's check finds.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &StorageSettings) -> Self {
        Self::named(parent, &name.into(), settings)
    }

    /// The same, with a name that a setting says: it is blamed where something else has that name.
    #[track_caller]
    pub fn named(
        parent: &impl InGroup,
        name: &Sourced<String>,
        settings: &StorageSettings,
    ) -> Self {
        let scope = Scope::named(parent, name);
        let import_id = settings.import_id.as_ref();
        let account = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, parent.group(), settings), import_id),
        };
        let (id, (_, replication)) = (account.id(), settings.replication.kinds());
        let containers = container::containers(&scope, &id, &settings.containers);
        let shares = container::shares(&scope, &id, &settings.shares);
        let whole = settings.lifecycle.as_ref();
        container::lifecycle(&scope, &id, replication, whole, &settings.containers);
        let endpoints = match ExistingSettings::is_connected(settings.existing.as_ref()) {
            true => network::connect(&scope, account.id(), &settings.targets()),
            false => Vec::new(),
        };
        Self {
            scope,
            account,
            endpoints,
            serves_batches: Rc::default(),
            settings: settings.clone(),
            containers,
            shares,
        }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn account(&self) -> Option<&StorageAccount> {
        self.account.made()
    }

    /// The account's id.
    #[must_use]
    pub fn id(&self) -> Id<StorageAccount> {
        self.account.id()
    }

    /// The account's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.account.name()
    }

    /// Lets in, as itself, the registry that takes models from here when they are shared, where there is a
    /// public address to come to.
    /// Source: how-to-registry-network-isolation.
    pub(crate) fn let_in(&self, models: Id<AzapiResource>) {
        let access = network::access(&self.scope);
        let Some(account) = self.account().filter(|_| access.public_services) else {
            return;
        };
        if access.is_open() {
            return;
        }
        let models = NetworkRulesPrivateLinkAccessArgs {
            endpoint_resource_id: models.into(),
        };
        let models = NetworkRulesPrivateLinkAccess::new(models);
        account.set_network_rules(network_rules(&access).add_private_link_access(models));
    }

    /// The private endpoints that lead to its parts.
    #[must_use]
    pub fn endpoints(&self) -> &[(Target, PrivateEndpoint)] {
        &self.endpoints
    }

    /// Whether the account's keys open it.
    #[must_use]
    pub fn shared_keys(&self) -> &Sourced<bool> {
        &self.settings.shared_keys
    }

    /// Whether its data is kept in folders with permissions of their own.
    #[must_use]
    pub fn is_hierarchical(&self) -> &Sourced<bool> {
        &self.settings.hierarchical_namespace
    }

    /// The parts of it by which compute reaches its data.
    pub(crate) fn data_targets(&self) -> Vec<Target> {
        let mut targets = self.settings.targets();
        if *self.settings.hierarchical_namespace {
            targets.retain(|target| *target != Target::File);
        }
        targets
    }

    /// The parts in which the pieces of a batch job find and note their work, but for those that the
    /// settings name.
    /// Source: "Workspace managed virtual network isolation", the scenario of batch endpoints; "Network
    /// isolation in batch endpoints".
    pub(crate) fn batch_targets(&self) -> Vec<Target> {
        let named = self.settings.targets();
        let mut targets = vec![Target::Queue, Target::Table];
        targets.retain(|target| !named.contains(target));
        targets
    }

    /// Lets private endpoints lead to these parts too, where some lead to the account.
    #[track_caller]
    pub(crate) fn serve_batches(&self) {
        let is_connected = ExistingSettings::is_connected(self.settings.existing.as_ref());
        if self.serves_batches.replace(true) || !is_connected {
            return;
        }
        let made = network::connect(&self.scope, self.id(), &self.batch_targets());
        // Azure refuses two changes of one account at the same time.
        if let (Some((_, first)), Some((_, before))) = (made.first(), self.endpoints.last()) {
            first.depends_on(before);
        }
    }

    /// The parts by which compute in a managed network reaches its data, for rules whose names begin with
    /// `name`. `None` where the settings say that no private endpoint leads to it.
    pub(crate) fn reached<'a>(&'a self, name: &'a str) -> Option<Reached<'a>> {
        if !ExistingSettings::is_connected(self.settings.existing.as_ref()) {
            return None;
        }
        Some(Reached {
            name,
            scope: &self.scope,
            id: self.id().into(),
            targets: self.data_targets(),
            is_made: self.account.made().is_some(),
        })
    }

    /// The name of a container: of one that is made here, once it is there.
    pub(crate) fn container(&self, name: &str) -> Expr<String> {
        let mut known = self.settings.containers.keys().zip(&self.containers);
        match known.find(|(said, _)| said.as_str() == name) {
            Some((_, made)) => made.clone(),
            None => Value::from(name).to_expr(),
        }
    }

    /// The resource group that it is in.
    pub(crate) fn resource_group(&self) -> Expr<String> {
        self.account.resource_group()
    }

    /// The subscription that it is in.
    pub(crate) fn subscription_id(&self) -> Expr<String> {
        self.account.subscription_id(&self.scope)
    }

    /// Its containers and file shares.
    pub(crate) fn held(&self) -> impl Iterator<Item = Held<'_>> {
        let StorageSettings {
            containers, shares, ..
        } = &self.settings;
        let containers = containers.iter().zip(&self.containers);
        let shares = shares.iter().zip(&self.shares);
        let containers = containers.map(|((name, container), in_azure)| Held {
            name,
            in_azure,
            is_share: false,
            datastore: container.datastore.as_ref(),
        });
        containers.chain(shares.map(|((name, share), in_azure)| Held {
            name,
            in_azure,
            is_share: true,
            datastore: share.datastore.as_ref(),
        }))
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: StorageRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(Storage, StorageSettings);

impl InScope for Storage {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &StorageSettings) -> StorageAccount {
    let (replication, _) = settings.replication.kinds();
    let location = group.location().as_any().origin;
    replication::check(scope, group.region(), location, &settings.replication);
    let account = StorageAccount::new(
        scope,
        MAIN,
        StorageAccountArgs {
            name: naming::name(scope, "azurerm_storage_account", settings.name.as_ref()),
            resource_group_name: group.name().into(),
            location: group.location(),
            account_tier: AccountTier::Standard.into(),
            account_replication_type: settings.replication.map(|_| replication).into(),
        },
    );
    let access = network::access(scope);
    account
        .set_min_tls_version(MinTlsVersion::Tls1_2)
        .set_allow_nested_items_to_be_public(false)
        .set_shared_access_key_enabled(&settings.shared_keys)
        .set_default_to_oauth_authentication(true)
        .set_local_user_enabled(false)
        .set_public_network_access_enabled(access.public_services)
        .set_infrastructure_encryption_enabled(&settings.infrastructure_encryption)
        .set_blob_properties(blob_properties(settings, group.cloud()))
        .set_network_rules(network_rules(&access))
        .set_sas_policy(SasPolicy::new(SasPolicyArgs {
            expiration_period: "01.00:00:00".into(),
        }));
    encryption::of_storage(scope, &account);
    if *settings.hierarchical_namespace {
        account.set_is_hns_enabled(&settings.hierarchical_namespace);
        no_versions(scope, settings);
    }
    account
}

fn no_versions(scope: &Scope, settings: &StorageSettings) {
    let is_said = !matches!(settings.versioning.origin(), Origin::Default);
    if *settings.versioning && is_said {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`versioning` is not there with `hierarchical_namespace`",
            )
            .argument("versioning")
            .hint("set `versioning = false`")
            .at(settings.versioning.origin()),
        );
    }
}

/// Closed but for some addresses.
fn network_rules(access: &Access) -> NetworkRules {
    if access.is_open() {
        // With less, the provider reads back that there are no rules; without any, an account that was
        // closed would stay so.
        return NetworkRules::new(NetworkRulesArgs {
            default_action: NetworkRulesDefaultAction::Allow.into(),
        })
        .bypass([
            NetworkRulesBypass::AzureServices,
            NetworkRulesBypass::Logging,
            NetworkRulesBypass::Metrics,
        ]);
    }
    let addresses = &access.allowed_addresses;
    let mut rules = NetworkRules::new(NetworkRulesArgs {
        default_action: NetworkRulesDefaultAction::Deny.into(),
    })
    .bypass([NetworkRulesBypass::AzureServices]);
    if !addresses.is_empty() {
        rules = rules.ip_rules(addresses);
    }
    rules
}

/// What is kept of deleted and old blobs. A data lake has no versions.
///
/// The service writes its CORS rules when a workspace takes the account as its default storage.
/// Declared without them, the next plan would take them out and the studio would not open data.
/// Source: the verified modules' examples for Azure Machine Learning workspaces.
fn blob_properties(settings: &StorageSettings, cloud: Cloud) -> BlobProperties {
    let properties = match *settings.hierarchical_namespace {
        true => BlobProperties::new(),
        false => BlobProperties::new()
            .versioning_enabled(&settings.versioning)
            .change_feed_enabled(&settings.versioning),
    };
    properties
        .delete_retention_policy(
            BlobPropertiesDeleteRetentionPolicy::new().days(&settings.blob_retention_days),
        )
        .container_delete_retention_policy(
            BlobPropertiesContainerDeleteRetentionPolicy::new()
                .days(&settings.container_retention_days),
        )
        .add_cors_rule(BlobPropertiesCorsRule::new(BlobPropertiesCorsRuleArgs {
            allowed_headers: ["*"].into(),
            allowed_methods: [
                Method::Get,
                Method::Head,
                Method::Put,
                Method::Delete,
                Method::Options,
                Method::Post,
                Method::Patch,
            ]
            .into(),
            allowed_origins: studios(cloud).into(),
            exposed_headers: ["*"].into(),
            max_age_in_seconds: 1800.into(),
        }))
}

/// Where the studio is served from.
fn studios(cloud: Cloud) -> Vec<String> {
    let studio = cloud.studio_endpoint();
    let below = studio.replace("https://", "https://*.");
    let mut studios = vec![studio.to_owned(), below];
    if cloud == Cloud::Public {
        studios.insert(0, "https://mlworkspace.azure.ai".to_owned());
        studios.push("https://ai.azure.com".to_owned());
        studios.push("https://*.ai.azure.com".to_owned());
    }
    studios
}
