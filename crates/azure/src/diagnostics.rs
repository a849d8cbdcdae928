//! Which resources write logs and metrics that a diagnostic setting can send somewhere.
//!
//! A diagnostic setting takes groups of categories, `allLogs` or `audit`, so that a category which Azure adds is sent
//! without a change here. Which types have the group `audit` is less than which have logs.
//!
//! Sources, August 2026: Azure Monitor's "Supported resource log categories" and "Supported metrics" by type; for
//! `audit`, the types of the built-in initiative "Enable audit category group resource logging for supported resources to
//! Log Analytics" (1.1.0), and for storage the documentation of its services' logs. That a storage account itself has
//! metrics only, and its services the logs, is what the verified module for storage accounts says too.

/// What one type of resource can send.
#[derive(Debug, PartialEq, Eq)]
pub struct Diagnosed {
    /// The azurerm type, or for what azapi makes, the ARM type without its version.
    pub resource_type: &'static str,
    /// Parts of it that have settings of their own: what to append to its id. Empty for the resource itself.
    pub parts: &'static [Part],
}

/// What a diagnostic setting can be on: a resource, or a part of one.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// A short name for it, unique in its resource: `blob`. Empty for the resource itself.
    pub name: &'static str,
    /// What follows the resource's id: `/blobServices/default`.
    pub suffix: &'static str,
    /// The groups of logs that it has.
    pub logs: Logs,
    /// The categories of its metrics.
    pub metrics: &'static [&'static str],
}

/// Which groups of log categories there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logs {
    /// None: metrics alone.
    None,
    /// `allLogs`.
    All,
    /// `allLogs`, and `audit` for who did what.
    AllAndAudit,
}

impl Diagnosed {
    /// What a type can send; `None` where it sends nothing that is worth a setting. An ARM type is found in any case.
    #[must_use]
    pub fn find(resource_type: &str) -> Option<&'static Self> {
        TYPES
            .iter()
            .find(|known| known.resource_type.eq_ignore_ascii_case(resource_type))
    }

    /// All types.
    #[must_use]
    pub fn all() -> &'static [Self] {
        TYPES
    }
}

const ALL_METRICS: &[&str] = &["AllMetrics"];

const fn own(logs: Logs, metrics: &'static [&'static str]) -> Part {
    Part {
        name: "",
        suffix: "",
        logs,
        metrics,
    }
}

const fn service(name: &'static str, suffix: &'static str) -> Part {
    Part {
        name,
        suffix,
        logs: Logs::AllAndAudit,
        metrics: &["Transaction"],
    }
}

const AUDITED: &[Part] = &[own(Logs::AllAndAudit, ALL_METRICS)];
const LOGGED: &[Part] = &[own(Logs::All, ALL_METRICS)];
const LOGS_ALONE: &[Part] = &[own(Logs::All, &[])];
const MEASURED: &[Part] = &[own(Logs::None, ALL_METRICS)];

const fn diagnosed(resource_type: &'static str, parts: &'static [Part]) -> Diagnosed {
    Diagnosed {
        resource_type,
        parts,
    }
}

/// Sorted by type. Application Insights is left out: its data is in its Log Analytics workspace already, and a setting
/// would send it there a second time. Private endpoints and network interfaces have metrics that nobody asks for.
#[rustfmt::skip]
static TYPES: &[Diagnosed] = &[
    diagnosed("Microsoft.MachineLearningServices/registries", AUDITED),
    diagnosed("Microsoft.MachineLearningServices/workspaces", AUDITED),
    diagnosed("Microsoft.MachineLearningServices/workspaces/onlineEndpoints", LOGGED),
    diagnosed("azurerm_ai_foundry", AUDITED),
    diagnosed("azurerm_ai_foundry_project", AUDITED),
    diagnosed("azurerm_bastion_host", AUDITED),
    diagnosed("azurerm_cognitive_account", AUDITED),
    diagnosed("azurerm_container_registry", AUDITED),
    diagnosed("azurerm_firewall", LOGGED),
    diagnosed("azurerm_key_vault", AUDITED),
    diagnosed("azurerm_kubernetes_cluster", LOGGED),
    diagnosed("azurerm_log_analytics_workspace", AUDITED),
    diagnosed("azurerm_machine_learning_workspace", AUDITED),
    diagnosed("azurerm_nat_gateway", MEASURED),
    diagnosed("azurerm_network_security_group", LOGS_ALONE),
    diagnosed("azurerm_public_ip", AUDITED),
    diagnosed("azurerm_search_service", AUDITED),
    diagnosed("azurerm_storage_account", &[
        Part { name: "", suffix: "", logs: Logs::None, metrics: &["Capacity", "Transaction"] },
        service("blob", "/blobServices/default"),
        service("file", "/fileServices/default"),
        service("queue", "/queueServices/default"),
        service("table", "/tableServices/default"),
    ]),
    diagnosed("azurerm_virtual_network", LOGGED),
    diagnosed("azurerm_virtual_network_gateway", AUDITED),
];

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_storage_account_has_its_logs_in_its_services() {
        let account = Diagnosed::find("azurerm_storage_account").unwrap();
        let logging: Vec<&str> = account
            .parts
            .iter()
            .filter(|part| part.logs != Logs::None)
            .map(|part| part.suffix)
            .collect();
        assert_eq!(
            logging,
            [
                "/blobServices/default",
                "/fileServices/default",
                "/queueServices/default",
                "/tableServices/default"
            ]
        );
    }

    #[test]
    fn types_of_azapi_are_found_in_any_case() {
        assert!(Diagnosed::find("microsoft.machinelearningservices/workspaces").is_some());
    }

    #[test]
    fn what_logs_elsewhere_already_is_left_alone() {
        assert_eq!(Diagnosed::find("azurerm_application_insights"), None);
    }

    #[test]
    fn the_table_is_sorted_and_every_part_sends_something() {
        assert!(TYPES.is_sorted_by_key(|known| known.resource_type));
        for part in TYPES.iter().flat_map(|known| known.parts) {
            assert!(part.logs != Logs::None || !part.metrics.is_empty());
        }
    }
}
