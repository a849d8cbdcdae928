//! The storage account in which Terraform keeps the state of environments.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::region::{Region, Replication as Kind};
use terrace_azurerm::storage_account::{
    BlobProperties, BlobPropertiesContainerDeleteRetentionPolicy,
    BlobPropertiesDeleteRetentionPolicy, NetworkRules, NetworkRulesArgs, NetworkRulesBypass,
    NetworkRulesDefaultAction,
};
use terrace_azurerm::{StorageContainer, StorageContainerArgs};
use terrace_core::{InScope, Scope};
use terrace_ir::{Diagnostic, Expr, Sourced, tf};

use crate::client;
use crate::grant::{Principal, StorageRole};
use crate::group::ResourceGroup;
use crate::network::{Network, NetworkSettings};
use crate::state::HoldsStates;
use crate::storage::{Replication, Storage, StorageSettings};
use crate::{codes, naming};

/// The container in which the states are.
const CONTAINER: &str = "tfstate";

/// Settings of the storage account that holds states.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StateStorageSettings {
    /// The account's name in Azure, where it is not to be made by the naming template: 3 to 24
    /// lower-case letters and digits. A change replaces the account and loses all states.
    #[schemars(transform = naming::Named("azurerm_storage_account"))]
    pub name: Option<Sourced<String>>,

    /// How often and where states are kept. Left out, it is the best that the region has: `GZRS`, or
    /// else `ZRS`, `GRS` or `LRS`.
    pub replication: Option<Sourced<Replication>>,

    /// How many days a deleted or overwritten state can be brought back, 30 to 365.
    #[schemars(range(min = 30, max = 365))]
    pub retention_days: Sourced<u32>,

    /// The group in Entra, by its object id, whose members read and write states: the people and the
    /// pipelines that run Terraform. Nobody else does, whatever rights on the account they have.
    #[schemars(extend("format" = "uuid"))]
    pub group: Option<Sourced<String>>,

    /// The public addresses and ranges from which states are reached. Empty, it is from everywhere,
    /// with a login that has the right.
    pub allowed_addresses: Vec<Sourced<String>>,
}

impl Default for StateStorageSettings {
    fn default() -> Self {
        Self {
            name: None,
            replication: None,
            retention_days: 90.into(),
            group: None,
            allowed_addresses: Vec::new(),
        }
    }
}

/// A storage account for states, in a resource group of its own: no keys, no public blobs, and what
/// is lost can be brought back.
#[derive(Clone)]
pub struct StateStorage {
    group: ResourceGroup,
    storage: Storage,
}

impl StateStorage {
    /// The account and its container, in a region.
    ///
    /// Reported are a replication that the region does not have, addresses that network rules do not
    /// take, and that nobody is given the right to the states.
    #[track_caller]
    pub fn new(
        parent: &impl InScope,
        name: &str,
        location: &Sourced<String>,
        settings: &StateStorageSettings,
    ) -> Self {
        let group = ResourceGroup::new(parent, name, location);
        let network = NetworkSettings::Public {
            allowed_addresses: settings.allowed_addresses.clone(),
        };
        Network::new(&group, "network", &network);
        let best = || best_replication(group.region()).into();
        let storage = Storage::new(
            &group,
            "account",
            &StorageSettings {
                name: settings.name.clone(),
                replication: settings.replication.clone().unwrap_or_else(best),
                ..StorageSettings::default()
            },
        );
        if let Some(account) = storage.account() {
            account.set_blob_properties(recoverable(&settings.retention_days));
            if settings.allowed_addresses.is_empty() {
                // Whom to let by has no meaning where all are let in. But rules that say what holds
                // without them are read back as none, a change in every plan.
                let open = NetworkRules::new(NetworkRulesArgs {
                    default_action: NetworkRulesDefaultAction::Allow.into(),
                });
                account.set_network_rules(open.bypass([NetworkRulesBypass::None]));
            }
        }
        StorageContainer::new(
            &storage,
            CONTAINER,
            StorageContainerArgs {
                name: CONTAINER.into(),
                storage_account_id: storage.id(),
            },
        );
        match &settings.group {
            Some(id) => {
                let writers = Principal::group("writers", id);
                storage.grant(&writers, StorageRole::BlobDataContributor);
            }
            None => group.scope().root().report(
                Diagnostic::warning(
                    &codes::STATE_WITHOUT_READERS,
                    "nobody is given the right to read and write the states",
                )
                .hint("set `group` to the object id of the group in Entra whose members run Terraform"),
            ),
        }
        group.scope().root().provide(HoldsStates);
        Self { group, storage }
    }

    /// The storage account.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// The table `[state]` of an environment whose state is kept here.
    #[must_use]
    pub fn settings(&self) -> Expr<String> {
        tf!(
            "[state]\nbackend = \"azurerm\"\nsubscription_id = \"{}\"\nresource_group = \"{}\"\nstorage_account = \"{}\"\ncontainer = \"{}\"\n",
            client::current(self.scope()).subscription_id(),
            self.group.name(),
            self.storage.name(),
            CONTAINER
        )
    }
}

impl InScope for StateStorage {
    fn scope(&self) -> &Scope {
        self.group.scope()
    }
}

fn best_replication(region: Option<&Region>) -> Replication {
    let has = |kind| region.is_some_and(|region| region.supports(kind));
    let best = [
        (Kind::Gzrs, Replication::Gzrs),
        (Kind::Zrs, Replication::Zrs),
        (Kind::Grs, Replication::Grs),
    ];
    let best = best.into_iter().find(|(kind, _)| has(*kind));
    best.map_or(Replication::Lrs, |(_, replication)| replication)
}

/// Every write of a state leaves the one before as a version.
fn recoverable(days: &Sourced<u32>) -> BlobProperties {
    BlobProperties::new()
        .versioning_enabled(true)
        .delete_retention_policy(BlobPropertiesDeleteRetentionPolicy::new().days(days))
        .container_delete_retention_policy(
            BlobPropertiesContainerDeleteRetentionPolicy::new().days(days),
        )
}
