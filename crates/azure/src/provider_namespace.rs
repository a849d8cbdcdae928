//! Which of Azure's resource providers a subscription must have registered for a resource to be made.
//!
//! azurerm 5 registers none unless told, so the list is derived from what a module contains.
//! Source: the ARM ids that azurerm 5.2.0's types stand for, and, for what a type needs besides its own provider, the
//! documentation of the services; August 2026.

use std::collections::BTreeSet;

/// The resource providers that a resource of that azurerm type needs, its own first; none for a type that is not in our
/// data.
pub fn of_type(resource_type: &str) -> &'static [&'static str] {
    let Some(rest) = resource_type.strip_prefix("azurerm_") else {
        return &[];
    };
    RULES
        .iter()
        .find(|(prefix, _)| rest.starts_with(prefix))
        .map_or(&[], |(_, namespaces)| namespaces)
}

/// The resource provider of a resource that azapi makes, from its type with or without an API version:
/// `Microsoft.MachineLearningServices/workspaces@2026-05-01` gives `Microsoft.MachineLearningServices`.
pub fn of_arm_type(arm_type: &str) -> Option<&str> {
    let (namespace, kind) = arm_type.split_once('/')?;
    (namespace.contains('.') && !kind.is_empty()).then_some(namespace)
}

/// The resource providers that resources of all these azurerm types need, each once, sorted.
pub fn of_types<'a>(resource_types: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'static str> {
    resource_types
        .into_iter()
        .flat_map(|resource_type| of_type(resource_type).iter().copied())
        .collect()
}

/// The beginning of a type's name after `azurerm_`, and what it needs. The first that fits decides, so an exception
/// stands before its rule.
static RULES: &[(&str, &[&str])] = &[
    // Clusters and instances are virtual machines that the service makes in our name.
    (
        "machine_learning_compute_",
        &["Microsoft.MachineLearningServices", "Microsoft.Compute"],
    ),
    (
        "machine_learning_inference_cluster",
        &[
            "Microsoft.MachineLearningServices",
            "Microsoft.ContainerService",
        ],
    ),
    ("machine_learning_", &["Microsoft.MachineLearningServices"]),
    ("ai_foundry", &["Microsoft.MachineLearningServices"]),
    ("storage_", &["Microsoft.Storage"]),
    ("key_vault", &["Microsoft.KeyVault"]),
    ("container_registry", &["Microsoft.ContainerRegistry"]),
    ("user_assigned_identity", &["Microsoft.ManagedIdentity"]),
    (
        "federated_identity_credential",
        &["Microsoft.ManagedIdentity"],
    ),
    // Azure adds a smart detection rule, which is an alert, to every Application Insights.
    (
        "application_insights",
        &["Microsoft.Insights", "Microsoft.AlertsManagement"],
    ),
    ("log_analytics_", &["Microsoft.OperationalInsights"]),
    (
        "monitor_alert_processing_rule",
        &["Microsoft.AlertsManagement"],
    ),
    (
        "monitor_smart_detector_alert_rule",
        &["Microsoft.AlertsManagement"],
    ),
    (
        "monitor_alert_prometheus_rule_group",
        &["Microsoft.AlertsManagement"],
    ),
    ("monitor_workspace", &["Microsoft.Monitor"]),
    ("monitor_", &["Microsoft.Insights"]),
    ("virtual_network", &["Microsoft.Network"]),
    ("subnet", &["Microsoft.Network"]),
    ("network_security_", &["Microsoft.Network"]),
    ("network_interface", &["Microsoft.Network"]),
    ("linux_virtual_machine", &["Microsoft.Compute"]),
    ("windows_virtual_machine", &["Microsoft.Compute"]),
    ("network_watcher", &["Microsoft.Network"]),
    ("route", &["Microsoft.Network"]),
    ("nat_gateway", &["Microsoft.Network"]),
    ("public_ip", &["Microsoft.Network"]),
    ("private_endpoint", &["Microsoft.Network"]),
    ("private_dns_", &["Microsoft.Network"]),
    ("bastion_host", &["Microsoft.Network"]),
    ("firewall", &["Microsoft.Network"]),
    ("consumption_budget_", &["Microsoft.Consumption"]),
    ("cost_anomaly_alert", &["Microsoft.CostManagement"]),
    ("role_", &["Microsoft.Authorization"]),
    ("pim_", &["Microsoft.Authorization"]),
    ("management_lock", &["Microsoft.Authorization"]),
    ("policy_", &["Microsoft.Authorization"]),
    ("resource_group_policy_", &["Microsoft.Authorization"]),
    ("resource_group", &["Microsoft.Resources"]),
    ("resource_provider_registration", &["Microsoft.Resources"]),
    ("cognitive_", &["Microsoft.CognitiveServices"]),
    ("search_", &["Microsoft.Search"]),
    (
        "kubernetes_cluster",
        &["Microsoft.ContainerService", "Microsoft.Compute"],
    ),
    ("portal_dashboard", &["Microsoft.Portal"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming::NameRule;
    use pretty_assertions::assert_eq;

    #[test]
    fn an_exception_wins_over_its_rule() {
        assert_eq!(
            of_type("azurerm_monitor_metric_alert"),
            ["Microsoft.Insights"]
        );
        assert_eq!(of_type("azurerm_monitor_workspace"), ["Microsoft.Monitor"]);
        assert_eq!(of_type("azurerm_resource_group"), ["Microsoft.Resources"]);
        assert_eq!(
            of_type("azurerm_resource_group_policy_assignment"),
            ["Microsoft.Authorization"]
        );
    }

    #[test]
    fn no_rule_stands_behind_one_that_takes_all_its_types() {
        for (index, (prefix, _)) in RULES.iter().enumerate() {
            let hidden_by = RULES[..index]
                .iter()
                .find(|(earlier, _)| prefix.starts_with(earlier));
            assert_eq!(hidden_by, None, "{prefix}");
        }
    }

    #[test]
    fn every_type_that_can_be_named_has_a_namespace() {
        for rule in NameRule::all() {
            let found = match rule.resource_type.contains('/') {
                true => of_arm_type(rule.resource_type).is_some(),
                false => !of_type(rule.resource_type).is_empty(),
            };
            assert!(found, "{}", rule.resource_type);
        }
    }

    #[test]
    fn a_module_needs_each_namespace_once() {
        let types = [
            "azurerm_key_vault",
            "azurerm_key_vault_key",
            "azurerm_machine_learning_compute_cluster",
            "time_sleep",
        ];
        let needed: Vec<&str> = of_types(types).into_iter().collect();
        assert_eq!(
            needed,
            [
                "Microsoft.Compute",
                "Microsoft.KeyVault",
                "Microsoft.MachineLearningServices"
            ]
        );
    }

    #[test]
    fn the_namespace_of_an_arm_type_is_what_stands_before_the_slash() {
        assert_eq!(
            of_arm_type("Microsoft.Storage/storageAccounts@2024-01-01"),
            Some("Microsoft.Storage")
        );
        assert_eq!(of_arm_type("azurerm_key_vault"), None);
        assert_eq!(of_arm_type("Microsoft.Storage/"), None);
    }
}
