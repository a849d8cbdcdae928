//! Private Link: which part of a service a private endpoint leads to, and in which private DNS zones its names belong.
//!
//! A private endpoint without the right zones resolves to the public address and fails silently, so the names are facts
//! to take from here, never to type.
//!
//! Source: Microsoft's "Azure Private Endpoint private DNS zone values" with its tables for Azure Government and Azure
//! China, and the documentation of Azure Machine Learning's network isolation, August 2026.

use crate::cloud::Cloud;

/// What a private endpoint leads to: a part of a service. One endpoint leads to one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// An Azure Machine Learning workspace.
    Workspace,
    /// An Azure Machine Learning registry.
    MlRegistry,
    /// A storage account's blobs. Every workspace needs it.
    Blob,
    /// A storage account's file shares. Every workspace needs it.
    File,
    /// A storage account's queues. Batch endpoints and parallel jobs need it.
    Queue,
    /// A storage account's tables. Batch endpoints and parallel jobs need it.
    Table,
    /// A storage account's hierarchical file system (ADLS Gen2).
    Dfs,
    /// A key vault.
    Vault,
    /// A container registry, which must be of the Premium tier.
    Registry,
    /// An Azure Monitor private link scope. Its access mode must be `Open` for Azure Machine Learning.
    Monitor,
    /// An account of Azure AI services, Azure OpenAI among them.
    CognitiveAccount,
    /// A search service.
    Search,
    /// An Azure SQL server.
    SqlServer,
    /// A Cosmos DB account, by its NoSQL API.
    CosmosSql,
    /// A PostgreSQL flexible server.
    Postgres,
    /// The browser and API of a Databricks workspace.
    Databricks,
    /// The login page of all Databricks workspaces of a region and a network, which need one.
    DatabricksLogin,
    /// An Event Hubs or Service Bus namespace.
    Namespace,
    /// A cache for Redis.
    Redis,
    /// Azure Managed Redis.
    ManagedRedis,
}

/// The private DNS zones of one target in one cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zones {
    /// The zones' names. All of them go into the one zone group of the endpoint.
    pub names: &'static [&'static str],
    /// Whether Microsoft's tables name them for this cloud. Otherwise they follow from the host names of the cloud by
    /// analogy: use them, but do not refuse others.
    pub documented: bool,
}

/// The names of a workspace that are no zone's: those of notebooks' content, of compute instances and
/// of managed online endpoints, whose records lead into the two zones.
const fn beside_the_zones_of_a_workspace(cloud: Cloud) -> [&'static str; 3] {
    match cloud {
        Cloud::Public => [
            "instances.azureml.ms",
            "aznbcontent.net",
            "inference.ml.azure.com",
        ],
        Cloud::UsGovernment => [
            "instances.azureml.us",
            "aznbcontent.net",
            "inference.ml.azure.us",
        ],
        Cloud::China => [
            "instances.azureml.cn",
            "aznbcontent.net",
            "inference.ml.azure.cn",
        ],
    }
}

/// The zones of a part of storage.
macro_rules! storage {
    ($part:literal) => {
        [
            documented(&[concat!("privatelink.", $part, ".core.windows.net")]),
            documented(&[concat!("privatelink.", $part, ".core.usgovcloudapi.net")]),
            documented(&[concat!("privatelink.", $part, ".core.chinacloudapi.cn")]),
        ]
    };
}
impl Target {
    /// All targets.
    pub const ALL: [Target; 20] = [
        Target::Workspace,
        Target::MlRegistry,
        Target::Blob,
        Target::File,
        Target::Queue,
        Target::Table,
        Target::Dfs,
        Target::Vault,
        Target::Registry,
        Target::Monitor,
        Target::CognitiveAccount,
        Target::Search,
        Target::SqlServer,
        Target::CosmosSql,
        Target::Postgres,
        Target::Databricks,
        Target::DatabricksLogin,
        Target::Namespace,
        Target::Redis,
        Target::ManagedRedis,
    ];

    /// The targets that a platform of Azure Machine Learning itself consists of.
    pub const OF_A_PLATFORM: [Target; 10] = [
        Target::Workspace,
        Target::MlRegistry,
        Target::Blob,
        Target::File,
        Target::Queue,
        Target::Table,
        Target::Dfs,
        Target::Vault,
        Target::Registry,
        Target::Monitor,
    ];

    /// The target of that subresource name.
    pub fn parse(subresource: &str) -> Option<Target> {
        Target::ALL
            .into_iter()
            .find(|target| target.subresource() == subresource)
    }

    /// The targets that a resource of that azurerm type offers; none for a type that is not in our data.
    pub fn of(resource_type: &str) -> &'static [Target] {
        match resource_type {
            "azurerm_ai_foundry" | "azurerm_machine_learning_workspace" => &[Target::Workspace],
            "azurerm_storage_account" => &[
                Target::Blob,
                Target::File,
                Target::Queue,
                Target::Table,
                Target::Dfs,
            ],
            "azurerm_key_vault" => &[Target::Vault],
            "azurerm_container_registry" => &[Target::Registry],
            "azurerm_monitor_private_link_scope" => &[Target::Monitor],
            "azurerm_cognitive_account" => &[Target::CognitiveAccount],
            "azurerm_search_service" => &[Target::Search],
            _ => &[],
        }
    }

    /// The name that a private service connection takes in `subresource_names` (Azure also says group id).
    pub const fn subresource(self) -> &'static str {
        match self {
            Target::Workspace => "amlworkspace",
            Target::MlRegistry => "amlregistry",
            Target::Blob => "blob",
            Target::File => "file",
            Target::Queue => "queue",
            Target::Table => "table",
            Target::Dfs => "dfs",
            Target::Vault => "vault",
            Target::Registry => "registry",
            Target::Monitor => "azuremonitor",
            Target::CognitiveAccount => "account",
            Target::Search => "searchService",
            Target::SqlServer => "sqlServer",
            Target::CosmosSql => "Sql",
            Target::Postgres => "postgresqlServer",
            Target::Databricks => "databricks_ui_api",
            Target::DatabricksLogin => "browser_authentication",
            Target::Namespace => "namespace",
            Target::Redis => "redisCache",
            Target::ManagedRedis => "redisEnterprise",
        }
    }

    /// How many addresses of its subnet an endpoint to this target takes. A container registry takes one more for each
    /// replica beyond the first; for a monitor scope, which takes many, this is the least.
    pub const fn addresses(self) -> u32 {
        match self {
            Target::Workspace => 3,
            Target::Registry | Target::CosmosSql => 2,
            _ => 1,
        }
    }

    /// The private DNS zones of this target in that cloud.
    pub const fn zones(self, cloud: Cloud) -> Zones {
        let [public, us_government, china] = match self {
            Target::Workspace => [
                documented(&[
                    "privatelink.api.azureml.ms",
                    "privatelink.notebooks.azure.net",
                ]),
                documented(&[
                    "privatelink.api.ml.azure.us",
                    "privatelink.notebooks.usgovcloudapi.net",
                ]),
                documented(&[
                    "privatelink.api.ml.azure.cn",
                    "privatelink.notebooks.chinacloudapi.cn",
                ]),
            ],
            Target::MlRegistry => [
                documented(&["privatelink.api.azureml.ms"]),
                by_analogy(&["privatelink.api.ml.azure.us"]),
                by_analogy(&["privatelink.api.ml.azure.cn"]),
            ],
            Target::Blob => storage!("blob"),
            Target::File => storage!("file"),
            Target::Queue => storage!("queue"),
            Target::Table => storage!("table"),
            Target::Dfs => [
                documented(&["privatelink.dfs.core.windows.net"]),
                // Missing from the table for Azure Government, where the other four of storage are.
                by_analogy(&["privatelink.dfs.core.usgovcloudapi.net"]),
                documented(&["privatelink.dfs.core.chinacloudapi.cn"]),
            ],
            Target::Vault => [
                documented(&["privatelink.vaultcore.azure.net"]),
                documented(&["privatelink.vaultcore.usgovcloudapi.net"]),
                documented(&["privatelink.vaultcore.azure.cn"]),
            ],
            Target::Registry => [
                documented(&["privatelink.azurecr.io"]),
                documented(&["privatelink.azurecr.us"]),
                // In an older table for Azure China, no longer in the current one.
                by_analogy(&["privatelink.azurecr.cn"]),
            ],
            Target::Monitor => [
                documented(&[
                    "privatelink.monitor.azure.com",
                    "privatelink.oms.opinsights.azure.com",
                    "privatelink.ods.opinsights.azure.com",
                    "privatelink.agentsvc.azure-automation.net",
                    "privatelink.blob.core.windows.net",
                ]),
                documented(&[
                    "privatelink.monitor.azure.us",
                    "privatelink.adx.monitor.azure.us",
                    "privatelink.oms.opinsights.azure.us",
                    "privatelink.ods.opinsights.azure.us",
                    "privatelink.agentsvc.azure-automation.us",
                    "privatelink.blob.core.usgovcloudapi.net",
                ]),
                by_analogy(&[
                    "privatelink.monitor.azure.cn",
                    "privatelink.oms.opinsights.azure.cn",
                    "privatelink.ods.opinsights.azure.cn",
                    "privatelink.agentsvc.azure-automation.cn",
                    "privatelink.blob.core.chinacloudapi.cn",
                ]),
            ],
            Target::CognitiveAccount => [
                documented(&[
                    "privatelink.cognitiveservices.azure.com",
                    "privatelink.openai.azure.com",
                    "privatelink.services.ai.azure.com",
                ]),
                documented(&[
                    "privatelink.cognitiveservices.azure.us",
                    "privatelink.openai.azure.us",
                ]),
                documented(&["privatelink.cognitiveservices.azure.cn"]),
            ],
            Target::Search => [
                documented(&["privatelink.search.windows.net"]),
                documented(&["privatelink.search.azure.us"]),
                by_analogy(&["privatelink.search.azure.cn"]),
            ],
            Target::SqlServer => [
                documented(&["privatelink.database.windows.net"]),
                documented(&["privatelink.database.usgovcloudapi.net"]),
                documented(&["privatelink.database.chinacloudapi.cn"]),
            ],
            Target::CosmosSql => [
                documented(&["privatelink.documents.azure.com"]),
                documented(&["privatelink.documents.azure.us"]),
                documented(&["privatelink.documents.azure.cn"]),
            ],
            Target::Postgres => [
                documented(&["privatelink.postgres.database.azure.com"]),
                documented(&["privatelink.postgres.database.usgovcloudapi.net"]),
                documented(&["privatelink.postgres.database.chinacloudapi.cn"]),
            ],
            Target::Databricks | Target::DatabricksLogin => [
                documented(&["privatelink.azuredatabricks.net"]),
                documented(&["privatelink.databricks.azure.us"]),
                documented(&["privatelink.databricks.azure.cn"]),
            ],
            Target::Namespace => [
                documented(&["privatelink.servicebus.windows.net"]),
                documented(&["privatelink.servicebus.usgovcloudapi.net"]),
                documented(&["privatelink.servicebus.chinacloudapi.cn"]),
            ],
            Target::Redis => [
                documented(&["privatelink.redis.cache.windows.net"]),
                documented(&["privatelink.redis.cache.usgovcloudapi.net"]),
                documented(&["privatelink.redis.cache.chinacloudapi.cn"]),
            ],
            // The other clouds' tables have only the cache.
            Target::ManagedRedis => [
                documented(&["privatelink.redis.azure.net"]),
                by_analogy(&["privatelink.redis.azure.us"]),
                by_analogy(&["privatelink.redis.azure.cn"]),
            ],
        };
        match cloud {
            Cloud::Public => public,
            Cloud::UsGovernment => us_government,
            Cloud::China => china,
        }
    }

    /// The names that a DNS server of one's own must forward to Azure's (168.63.129.16), so that those of
    /// the target lead to its private endpoint: clients ask for the public names, which lead into the
    /// zones.
    ///
    /// Source: "How to use your workspace with a custom DNS server" and the table of public DNS zone
    /// forwarders beside that of the zones.
    pub fn forwarded(self, cloud: Cloud) -> Vec<&'static str> {
        let zones = self.zones(cloud).names.iter().copied();
        let mut names: Vec<&str> = zones
            .map(|zone| zone.strip_prefix("privatelink.").unwrap_or(zone))
            .collect();
        match self {
            Target::Workspace => names.extend(beside_the_zones_of_a_workspace(cloud)),
            Target::Vault => names.push(cloud.key_vault_suffix()),
            _ => {}
        }
        names
    }
}

const fn documented(names: &'static [&'static str]) -> Zones {
    Zones {
        names,
        documented: true,
    }
}

const fn by_analogy(names: &'static [&'static str]) -> Zones {
    Zones {
        names,
        documented: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_workspace_has_two_zones_in_every_cloud() {
        for cloud in Cloud::ALL {
            assert_eq!(Target::Workspace.zones(cloud).names.len(), 2);
        }
    }

    #[test]
    fn the_storage_zones_follow_the_clouds_storage_suffix() {
        for target in Target::of("azurerm_storage_account") {
            for cloud in Cloud::ALL {
                let zone = format!(
                    "privatelink.{}.{}",
                    target.subresource(),
                    cloud.storage_suffix()
                );
                assert_eq!(target.zones(cloud).names, [zone]);
            }
        }
    }

    #[test]
    fn of_a_workspace_five_names_are_forwarded() {
        assert_eq!(
            Target::Workspace.forwarded(Cloud::Public),
            [
                "api.azureml.ms",
                "notebooks.azure.net",
                "instances.azureml.ms",
                "aznbcontent.net",
                "inference.ml.azure.com",
            ]
        );
    }

    #[test]
    fn a_vault_is_asked_for_by_another_name_than_its_zone_has() {
        assert_eq!(
            Target::Vault.forwarded(Cloud::China),
            ["vaultcore.azure.cn", "vault.azure.cn"]
        );
    }

    #[test]
    fn every_zone_of_the_public_cloud_is_documented() {
        assert!(
            Target::ALL
                .iter()
                .all(|target| target.zones(Cloud::Public).documented)
        );
    }

    #[test]
    fn a_target_is_found_by_its_subresource() {
        for target in Target::ALL {
            assert_eq!(Target::parse(target.subresource()), Some(target));
        }
        assert_eq!(Target::parse("Blob"), None);
    }
}
