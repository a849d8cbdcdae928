//! A storage account: the workspace's default storage, or one more for data.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::private_link::Target;
use terrace_azure::region::Replication as Kind;
use terrace_azurerm::storage_account::{
    AccountReplicationType, AccountTier, BlobProperties,
    BlobPropertiesContainerDeleteRetentionPolicy, BlobPropertiesCorsRule,
    BlobPropertiesCorsRuleArgs, BlobPropertiesDeleteRetentionPolicy,
    CorsRuleAllowedMethod as Method, NetworkRules, NetworkRulesArgs, NetworkRulesBypass,
    NetworkRulesDefaultAction, SasPolicy, SasPolicyArgs,
};
use terrace_azurerm::{
    PrivateEndpoint, StorageAccount, StorageAccountArgs, StorageContainer, StorageContainerArgs,
};
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced};

use crate::existing::{ExistingSettings, Subject};
use crate::group::{InGroup, ResourceGroup};
use crate::{codes, naming, network};

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

    /// Containers to make, by name. They are private.
    #[schemars(extend("uniqueItems" = true))]
    pub containers: Vec<Sourced<String>>,
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
            containers: Vec::new(),
        }
    }
}

/// How often and where data is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Replication {
    /// Three copies in one datacenter.
    Lrs,
    /// Three copies in three zones of the region.
    Zrs,
    /// Three copies here and three in the paired region.
    Grs,
    /// As `GRS`, and the paired region can be read.
    Ragrs,
    /// Three zones here, and three copies in the paired region.
    Gzrs,
    /// As `GZRS`, and the paired region can be read.
    Ragzrs,
}

impl Replication {
    fn kinds(self) -> (AccountReplicationType, Kind) {
        match self {
            Self::Lrs => (AccountReplicationType::Lrs, Kind::Lrs),
            Self::Zrs => (AccountReplicationType::Zrs, Kind::Zrs),
            Self::Grs => (AccountReplicationType::Grs, Kind::Grs),
            Self::Ragrs => (AccountReplicationType::Ragrs, Kind::RaGrs),
            Self::Gzrs => (AccountReplicationType::Gzrs, Kind::Gzrs),
            Self::Ragzrs => (AccountReplicationType::Ragzrs, Kind::RaGzrs),
        }
    }
}

/// A storage account with its containers.
#[derive(Clone)]
pub struct Storage {
    scope: Scope,
    account: Subject<StorageAccount>,
    endpoints: Vec<PrivateEndpoint>,
    shared_keys: Sourced<bool>,
}

impl Storage {
    /// A general-purpose v2 account without hierarchical namespace, as a workspace needs it for its
    /// default storage.
    ///
    /// Reported are a replication that the region does not have, and what the schema's check finds.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &StorageSettings) -> Self {
        let scope = Scope::new(parent, name);
        let account = Subject::new(&scope, settings.existing.as_ref(), || {
            make(&scope, parent.group(), settings)
        });
        let endpoints = network::connect(&scope, account.id(), &[Target::Blob, Target::File]);
        for container in &settings.containers {
            StorageContainer::new(
                &scope,
                &container.replace('-', "_"),
                StorageContainerArgs {
                    name: container.into(),
                    storage_account_id: account.id(),
                },
            );
        }
        Self {
            scope,
            account,
            endpoints,
            shared_keys: settings.shared_keys.clone(),
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

    /// The private endpoints that lead to it.
    #[must_use]
    pub fn endpoints(&self) -> &[PrivateEndpoint] {
        &self.endpoints
    }

    /// Whether the account's keys open it.
    #[must_use]
    pub fn shared_keys(&self) -> &Sourced<bool> {
        &self.shared_keys
    }
}

impl InScope for Storage {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &StorageSettings) -> StorageAccount {
    let (replication, kind) = settings.replication.kinds();
    if let Some(region) = group.region()
        && !region.supports(kind)
    {
        scope.report(
            Diagnostic::error(
                &codes::REPLICATION,
                format!(
                    "`replication` is \"{}\", which the region \"{}\" does not have",
                    kind.as_str(),
                    region.name
                ),
            )
            .argument("replication")
            .value(kind.as_str())
            .hint(possible(region))
            .at(settings.replication.origin()),
        );
    }
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
        .set_shared_access_key_enabled(&settings.shared_keys)
        .set_default_to_oauth_authentication(true)
        .set_local_user_enabled(false)
        .set_public_network_access_enabled(access.public_services)
        .set_infrastructure_encryption_enabled(&settings.infrastructure_encryption)
        .set_blob_properties(blob_properties(settings))
        .set_network_rules(closed_but_for(&access.allowed_addresses))
        .set_sas_policy(SasPolicy::new(SasPolicyArgs {
            expiration_period: "01.00:00:00".into(),
        }));
    if let Some(id) = &settings.import_id {
        account.import(id);
    }
    account
}

fn closed_but_for(addresses: &Vec<Sourced<String>>) -> NetworkRules {
    let closed = NetworkRules::new(NetworkRulesArgs {
        default_action: NetworkRulesDefaultAction::Deny.into(),
    })
    .bypass([NetworkRulesBypass::AzureServices]);
    match addresses.as_slice() {
        [] => closed,
        _ => closed.ip_rules(addresses),
    }
}

fn possible(region: &terrace_azure::region::Region) -> String {
    let possible: Vec<&str> = Kind::ALL
        .into_iter()
        .filter(|kind| region.supports(*kind))
        .map(Kind::as_str)
        .collect();
    format!("use one of \"{}\"", possible.join("\", \""))
}

/// The service writes its CORS rules when a workspace takes the account as its default storage.
/// Declared without them, the next plan would take them out and the studio would not open data.
/// Source: the verified modules' examples for Azure Machine Learning workspaces.
fn blob_properties(settings: &StorageSettings) -> BlobProperties {
    BlobProperties::new()
        .versioning_enabled(&settings.versioning)
        .change_feed_enabled(&settings.versioning)
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
            allowed_origins: [
                "https://mlworkspace.azure.ai",
                "https://ml.azure.com",
                "https://*.ml.azure.com",
                "https://ai.azure.com",
                "https://*.ai.azure.com",
            ]
            .into(),
            exposed_headers: ["*"].into(),
            max_age_in_seconds: 1800.into(),
        }))
}
