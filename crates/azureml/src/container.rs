//! What a storage account holds: containers and file shares, and what becomes of old data.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::region::Replication;
use terrace_azurerm::storage_management_policy::{
    Rule, RuleActions as Actions, RuleActionsBaseBlob as BaseBlob, RuleActionsSnapshot as Snapshot,
    RuleActionsVersion as Version, RuleArgs, RuleFilters as Filters,
    RuleFiltersArgs as FiltersArgs, RuleFiltersBlobType as FiltersBlobType,
};
use terrace_azurerm::{
    StorageAccount, StorageContainer, StorageContainerArgs, StorageManagementPolicy,
    StorageManagementPolicyArgs, StorageShare, StorageShareArgs,
};
use terrace_core::Scope;
use terrace_ir::{Diagnostic, Expr, Id, Sourced};

use crate::codes;

/// Settings of a container: `[storage.containers.NAME]`. It is private.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContainerSettings {
    /// Lets the workspace know the container as a datastore of the same name, and as whom its data
    /// is read.
    pub datastore: Option<Sourced<DatastoreAccess>>,

    /// What becomes of its old blobs.
    pub lifecycle: Option<LifecycleSettings>,
}

/// Settings of a file share: `[storage.shares.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareSettings {
    /// How many gigabytes it may hold, 1 to 102,400.
    #[schemars(range(min = 1, max = 102_400))]
    pub quota_gb: Sourced<u32>,

    /// Lets the workspace know the share as a datastore of the same name, and as whom its files are
    /// read.
    #[serde(default)]
    pub datastore: Option<Sourced<DatastoreAccess>>,
}

/// As whom the data of a datastore is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatastoreAccess {
    /// As whoever asks: each person and each cluster sees what their own roles allow.
    User,
    /// As the workspace, also where the studio shows data: who may use the workspace sees it.
    Workspace,
}

/// What becomes of blobs that were not changed for some days. What is left out does not happen.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LifecycleSettings {
    /// After how many days a blob moves to the tier `cool`: cheaper to keep, dearer to read.
    #[schemars(range(max = 99_999))]
    pub cool_after_days: Option<Sourced<u32>>,

    /// After how many days a blob moves to the tier `cold`.
    #[schemars(range(max = 99_999))]
    pub cold_after_days: Option<Sourced<u32>>,

    /// After how many days a blob moves to the tier `archive`, from which it takes hours to bring
    /// back. Accounts whose data is spread over zones have no such tier.
    #[schemars(range(max = 99_999))]
    pub archive_after_days: Option<Sourced<u32>>,

    /// After how many days a blob is deleted.
    #[schemars(range(max = 99_999))]
    pub delete_after_days: Option<Sourced<u32>>,

    /// After how many days an old version or snapshot of a blob is deleted.
    #[schemars(range(max = 99_999))]
    pub delete_versions_after_days: Option<Sourced<u32>>,
}

/// The names of containers and shares as a schema: 3 to 63 lower-case letters, digits and single
/// dashes.
pub(crate) fn names() -> Schema {
    json_schema!({
        "type": "string",
        "description": "The name has 3 to 63 lower-case letters, digits and single dashes, the first and the last no dash.",
        "minLength": 3,
        "maxLength": 63,
        "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    })
}

/// Makes the containers of an account, and gives their names as what waits for them refers to them.
#[track_caller]
pub(crate) fn containers(
    scope: &Scope,
    account: &Id<StorageAccount>,
    containers: &BTreeMap<Sourced<String>, ContainerSettings>,
) -> Vec<Expr<String>> {
    let make = |name: &Sourced<String>| {
        let container = StorageContainer::new(
            scope,
            &resource_name(name),
            StorageContainerArgs {
                name: name.into(),
                storage_account_id: account.clone(),
            },
        );
        container.name()
    };
    containers.keys().map(make).collect()
}

/// Makes the file shares of an account, and gives their names as what waits for them refers to them.
#[track_caller]
pub(crate) fn shares(
    scope: &Scope,
    account: &Id<StorageAccount>,
    shares: &BTreeMap<Sourced<String>, ShareSettings>,
) -> Vec<Expr<String>> {
    let make = |(name, settings): (&Sourced<String>, &ShareSettings)| {
        let share = StorageShare::new(
            scope,
            &resource_name(name),
            StorageShareArgs {
                name: name.into(),
                quota: (&settings.quota_gb).into(),
                storage_account_id: account.clone(),
            },
        );
        share.name()
    };
    shares.iter().map(make).collect()
}

/// The name in the tree. Azure takes a first digit, Terraform does not.
pub(crate) fn resource_name(name: &str) -> String {
    match name.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name.to_owned(),
    }
}

/// Makes the rules for old blobs: one for the whole account, and one for each container that has
/// its own.
///
/// Reported are days out of order, and a tier that the account does not have.
#[track_caller]
pub(crate) fn lifecycle(
    scope: &Scope,
    account: &Id<StorageAccount>,
    replication: Replication,
    whole: Option<&LifecycleSettings>,
    containers: &BTreeMap<Sourced<String>, ContainerSettings>,
) {
    let own = containers
        .iter()
        .filter_map(|(name, container)| Some((Some(name), container.lifecycle.as_ref()?)));
    let rules: Vec<Rule> = whole
        .map(|lifecycle| (None, lifecycle))
        .into_iter()
        .chain(own)
        .filter(|(_, lifecycle)| !lifecycle.is_empty())
        .map(|(container, lifecycle)| {
            lifecycle.check(scope, replication);
            rule(container, lifecycle)
        })
        .collect();
    if rules.is_empty() {
        return;
    }
    let policy = StorageManagementPolicy::new(
        scope,
        "lifecycle",
        StorageManagementPolicyArgs {
            storage_account_id: account.clone(),
        },
    );
    for rule in rules {
        policy.add_rule(rule);
    }
}

fn rule(container: Option<&Sourced<String>>, lifecycle: &LifecycleSettings) -> Rule {
    let mut filters = Filters::new(FiltersArgs {
        blob_types: [FiltersBlobType::BlockBlob].into(),
    });
    if let Some(container) = container {
        filters = filters.prefix_match([format!("{}/", **container)]);
    }
    Rule::new(RuleArgs {
        name: match container {
            Some(container) => format!("container-{}", **container).into(),
            None => "account".into(),
        },
        enabled: true.into(),
        actions: lifecycle.actions(),
        filters,
    })
}

impl LifecycleSettings {
    fn is_empty(&self) -> bool {
        self.steps().iter().all(|(_, days)| days.is_none())
            && self.delete_versions_after_days.is_none()
    }

    /// What happens to a blob, in the order in which it must.
    fn steps(&self) -> [(&'static str, Option<&Sourced<u32>>); 4] {
        [
            ("cool_after_days", self.cool_after_days.as_ref()),
            ("cold_after_days", self.cold_after_days.as_ref()),
            ("archive_after_days", self.archive_after_days.as_ref()),
            ("delete_after_days", self.delete_after_days.as_ref()),
        ]
    }

    fn actions(&self) -> Actions {
        let mut actions = Actions::new();
        if self.steps().iter().any(|(_, days)| days.is_some()) {
            let mut blob = BaseBlob::new();
            if let Some(days) = &self.cool_after_days {
                blob = blob.tier_to_cool_after_days_since_modification_greater_than(days);
            }
            if let Some(days) = &self.cold_after_days {
                blob = blob.tier_to_cold_after_days_since_modification_greater_than(days);
            }
            if let Some(days) = &self.archive_after_days {
                blob = blob.tier_to_archive_after_days_since_modification_greater_than(days);
            }
            if let Some(days) = &self.delete_after_days {
                blob = blob.delete_after_days_since_modification_greater_than(days);
            }
            actions = actions.base_blob(blob);
        }
        if let Some(days) = &self.delete_versions_after_days {
            actions = actions
                .snapshot(Snapshot::new().delete_after_days_since_creation_greater_than(days))
                .version(Version::new().delete_after_days_since_creation(days));
        }
        actions
    }

    fn check(&self, scope: &Scope, replication: Replication) {
        let said: Vec<(&str, &Sourced<u32>)> = self
            .steps()
            .into_iter()
            .filter_map(|(name, days)| Some((name, days?)))
            .collect();
        for pair in said.windows(2) {
            let [(earlier, first), (later, second)] = pair else {
                continue;
            };
            if first < second {
                continue;
            }
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!(
                        "`{later}` is {}, which is not after `{earlier}`, {}",
                        ***second, ***first
                    ),
                )
                .argument(*later)
                .value(second.to_string())
                .hint(format!(
                    "write more than {}, or leave one of the two out",
                    ***first
                ))
                .at(second.origin()),
            );
        }
        let is_spread = matches!(
            replication,
            Replication::Zrs | Replication::Gzrs | Replication::RaGzrs
        );
        if let Some(days) = &self.archive_after_days
            && is_spread
        {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!(
                        "`archive_after_days` has no effect with `replication = \"{}\"`",
                        replication.as_str()
                    ),
                )
                .argument("archive_after_days")
                .detail("only accounts with LRS, GRS or RAGRS have the tier `archive`")
                .hint("use `cold_after_days`, or another replication")
                .at(days.origin()),
            );
        }
    }
}
