//! What Azure demands of names, type by type.
//!
//! Sources: Microsoft's "Naming rules and restrictions for Azure resources", the validators of azurerm 5.2.0, and the
//! patterns of the service's API for what stands below a machine learning workspace; abbreviations: the Cloud Adoption
//! Framework's "Abbreviation recommendations for Azure resources", and where it has none, the custom of Azure's own
//! templates (`ampls`, `budget`, `dash`, `diag`, `lock`, `ma`, …). All of August 2026. Where two sources differ, the
//! stricter one stands, so that a name made by it suits both.

use super::Characters::{AllBut, Alphanumeric as Any, Lower};
use super::Edge;
use super::ExtraRule::{NoNumberAtEnd, SingleHyphens};
use super::Unique::{Global, Parent, Region, ResourceGroup, Subscription, Tenant};
use super::{Characters, ExtraRule, NameRule, Unique};

const fn rule(
    resource_type: &'static str,
    abbreviation: &'static str,
    (min, max): (usize, usize),
    unique: Unique,
    characters: Characters,
    (first, last): (Edge, Edge),
    extra: Option<ExtraRule>,
) -> NameRule {
    NameRule {
        resource_type,
        abbreviation,
        min,
        max,
        unique,
        characters,
        first,
        last,
        extra,
    }
}

const FREE: (Edge, Edge) = (Edge::Any, Edge::Any);
const ALPHANUMERIC: (Edge, Edge) = (Edge::Alphanumeric, Edge::Alphanumeric);
const ALPHANUMERIC_FIRST: (Edge, Edge) = (Edge::Alphanumeric, Edge::Any);
const LETTER_FIRST: (Edge, Edge) = (Edge::Letter, Edge::Any);
const LETTER_FIRST_ALPHANUMERIC_LAST: (Edge, Edge) = (Edge::Letter, Edge::Alphanumeric);
const WORD_LAST: (Edge, Edge) = (Edge::Any, Edge::Word);
/// How the names of Microsoft.Network begin and end.
const NETWORK: (Edge, Edge) = (Edge::Alphanumeric, Edge::Word);
const NO_PERIOD_LAST: (Edge, Edge) = (Edge::Any, Edge::NoPeriod);
const NO_PERIOD_OR_BLANK_LAST: (Edge, Edge) = (Edge::Any, Edge::NoPeriodOrBlank);

/// Sorted by type.
#[rustfmt::skip]
pub(super) static RULES: &[NameRule] = &[
    rule("Microsoft.MachineLearningServices/registries", "mlr", (3, 33), Tenant, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("Microsoft.MachineLearningServices/workspaces", "mlw", (3, 33), ResourceGroup, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("Microsoft.MachineLearningServices/workspaces/batchEndpoints", "", (3, 32), Region, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(SingleHyphens)),
    rule("Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments", "", (3, 32), Parent, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(SingleHyphens)),
    rule("Microsoft.MachineLearningServices/workspaces/computes", "", (3, 24), Region, Any("-"), LETTER_FIRST, Some(NoNumberAtEnd)),
    rule("Microsoft.MachineLearningServices/workspaces/connections", "", (3, 33), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("Microsoft.MachineLearningServices/workspaces/datastores", "", (1, 255), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("Microsoft.MachineLearningServices/workspaces/marketplaceSubscriptions", "", (1, 255), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("Microsoft.MachineLearningServices/workspaces/onlineEndpoints", "", (3, 32), Region, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(SingleHyphens)),
    rule("Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments", "", (3, 32), Parent, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(SingleHyphens)),
    rule("Microsoft.MachineLearningServices/workspaces/outboundRules", "", (3, 33), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("Microsoft.MachineLearningServices/workspaces/serverlessEndpoints", "", (3, 32), Region, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(SingleHyphens)),
    rule("azurerm_ai_foundry", "hub", (3, 33), ResourceGroup, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_ai_foundry_project", "proj", (3, 33), ResourceGroup, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_application_insights", "appi", (1, 255), ResourceGroup, AllBut(r"%&\?/#"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_bastion_host", "bas", (3, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_cognitive_account", "ais", (2, 64), ResourceGroup, Any("-"), ALPHANUMERIC, None),
    rule("azurerm_cognitive_deployment", "", (2, 64), Parent, Any("-_."), ALPHANUMERIC, None),
    rule("azurerm_consumption_budget_resource_group", "budget", (1, 63), Parent, Any("-_"), FREE, None),
    rule("azurerm_consumption_budget_subscription", "budget", (1, 63), Subscription, Any("-_"), FREE, None),
    rule("azurerm_container_registry", "cr", (5, 50), Global, Any(""), ALPHANUMERIC, None),
    rule("azurerm_container_registry_cache_rule", "", (5, 49), Parent, Any("-"), ALPHANUMERIC, Some(SingleHyphens)),
    rule("azurerm_cost_anomaly_alert", "", (1, 64), Subscription, Lower("-"), FREE, None),
    rule("azurerm_federated_identity_credential", "", (3, 120), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_firewall", "afw", (1, 56), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_firewall_policy", "afwp", (2, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_firewall_policy_rule_collection_group", "", (2, 80), Parent, Any("-._"), NETWORK, None),
    rule("azurerm_key_vault", "kv", (3, 24), Global, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(SingleHyphens)),
    rule("azurerm_key_vault_key", "", (1, 127), Parent, Any("-"), FREE, None),
    rule("azurerm_key_vault_secret", "", (1, 127), Parent, Any("-"), FREE, None),
    rule("azurerm_kubernetes_cluster", "aks", (1, 63), ResourceGroup, Any("-_"), ALPHANUMERIC, None),
    rule("azurerm_linux_virtual_machine", "vm", (1, 64), ResourceGroup, Any("-."), ALPHANUMERIC, None),
    rule("azurerm_log_analytics_workspace", "log", (4, 63), ResourceGroup, Any("-"), ALPHANUMERIC, None),
    rule("azurerm_machine_learning_compute_cluster", "", (3, 24), Parent, Any("-"), LETTER_FIRST_ALPHANUMERIC_LAST, Some(NoNumberAtEnd)),
    rule("azurerm_machine_learning_compute_instance", "", (4, 24), Region, Any("-"), LETTER_FIRST, Some(NoNumberAtEnd)),
    rule("azurerm_machine_learning_datastore_blobstorage", "", (1, 255), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_machine_learning_datastore_datalake_gen2", "", (1, 255), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_machine_learning_datastore_fileshare", "", (1, 255), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_machine_learning_workspace", "mlw", (3, 33), ResourceGroup, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_machine_learning_workspace_network_outbound_rule_fqdn", "", (3, 33), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint", "", (3, 33), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_machine_learning_workspace_network_outbound_rule_service_tag", "", (3, 33), Parent, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_management_lock", "lock", (1, 90), Parent, Any("()-._"), NO_PERIOD_LAST, None),
    rule("azurerm_monitor_action_group", "ag", (1, 260), ResourceGroup, AllBut(r":<>+/&%\?|#*"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_monitor_activity_log_alert", "ala", (1, 260), ResourceGroup, AllBut(r"*#&+:<>?@%{}\/|"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_monitor_autoscale_setting", "as", (1, 260), ResourceGroup, AllBut(r":<>+/&%\?|#*"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_monitor_diagnostic_setting", "diag", (1, 260), Parent, AllBut(r"<>*%&:\?+/"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_monitor_metric_alert", "ma", (1, 260), ResourceGroup, AllBut(r"*#&+:<>?@%{}\/|"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_monitor_private_link_scope", "ampls", (1, 255), ResourceGroup, Any("()-_."), WORD_LAST, None),
    rule("azurerm_monitor_private_link_scoped_service", "", (1, 255), Parent, Any("()-_."), WORD_LAST, None),
    rule("azurerm_monitor_scheduled_query_rules_alert_v2", "sqr", (1, 260), ResourceGroup, AllBut(r"*#&+:<>?@%{}\/|"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_nat_gateway", "ng", (1, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_network_interface", "nic", (1, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_network_security_group", "nsg", (1, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_network_security_rule", "", (1, 80), Parent, Any("-._"), NETWORK, None),
    rule("azurerm_portal_dashboard", "dash", (3, 160), ResourceGroup, Any("-_"), FREE, None),
    rule("azurerm_private_dns_zone_virtual_network_link", "", (1, 80), Parent, Any("-._"), NETWORK, None),
    rule("azurerm_private_endpoint", "pep", (2, 64), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_public_ip", "pip", (1, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_resource_group", "rg", (1, 90), Subscription, Any("()-._"), NO_PERIOD_LAST, None),
    rule("azurerm_resource_group_policy_assignment", "", (1, 64), Parent, AllBut(r"#<>%&:\?/"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_resource_group_policy_exemption", "", (1, 64), Parent, AllBut(r"#<>%&:\?/"), NO_PERIOD_OR_BLANK_LAST, None),
    rule("azurerm_role_definition", "", (1, 512), Subscription, Any("-._ ()"), FREE, None),
    rule("azurerm_route", "", (1, 80), Parent, Any("-._"), NETWORK, None),
    rule("azurerm_route_table", "rt", (1, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_search_service", "srch", (2, 60), Global, Lower("-"), ALPHANUMERIC, Some(SingleHyphens)),
    rule("azurerm_storage_account", "st", (3, 24), Global, Lower(""), ALPHANUMERIC, None),
    rule("azurerm_storage_container", "", (3, 63), Parent, Lower("-"), ALPHANUMERIC, Some(SingleHyphens)),
    rule("azurerm_storage_data_lake_gen2_filesystem", "", (3, 63), Parent, Lower("-"), ALPHANUMERIC, Some(SingleHyphens)),
    rule("azurerm_storage_queue", "", (3, 63), Parent, Lower("-"), ALPHANUMERIC, Some(SingleHyphens)),
    rule("azurerm_storage_share", "", (3, 63), Parent, Lower("-"), ALPHANUMERIC, Some(SingleHyphens)),
    rule("azurerm_storage_table", "", (3, 63), Parent, Any(""), LETTER_FIRST_ALPHANUMERIC_LAST, None),
    rule("azurerm_subnet", "snet", (1, 80), Parent, Any("-._"), NETWORK, None),
    rule("azurerm_subnet_service_endpoint_storage_policy", "se", (1, 80), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_user_assigned_identity", "id", (3, 128), ResourceGroup, Any("-_"), ALPHANUMERIC_FIRST, None),
    rule("azurerm_virtual_network", "vnet", (2, 64), ResourceGroup, Any("-._"), NETWORK, None),
    rule("azurerm_virtual_network_peering", "peer", (1, 80), Parent, Any("-._"), NETWORK, None),
    rule("azurerm_windows_virtual_machine", "vm", (1, 64), ResourceGroup, Any("-"), ALPHANUMERIC, None),
];
