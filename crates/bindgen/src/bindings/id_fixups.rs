//! Named corrections of which ids an argument takes, where the provider's validators are silent or vague.
//!
//! Each fails when its argument is gone, or when the provider has learnt to say it itself.

use terrace_schema::Kind;

use super::id_kinds::IdKind;
use super::walk::Place;

/// A correction of arguments that all take the same ids.
pub(crate) struct FixUp {
    pub(crate) name: &'static str,
    pub(crate) provider: &'static str,
    /// Why the provider does not say it, and how it is known.
    pub(crate) reason: &'static str,
    /// `TYPE.PATH`, with `data.` or `ephemeral.` before it for those.
    pub(crate) arguments: &'static [&'static str],
    pub(crate) takes: Takes,
}

/// The ids that the arguments take.
pub(crate) enum Takes {
    /// Those of this type.
    Type(&'static str),
    /// Those of several types.
    AnyId,
}

impl FixUp {
    pub(crate) fn takes(&self) -> IdKind {
        match self.takes {
            Takes::Type(name) => IdKind::Of(name.to_owned()),
            Takes::AnyId => IdKind::Any,
        }
    }

    pub(crate) fn matches(&self, place: &Place<'_>) -> bool {
        self.arguments
            .iter()
            .any(|argument| self.matches_argument(argument, place))
    }

    pub(crate) fn matches_argument(&self, argument: &str, place: &Place<'_>) -> bool {
        let (kind, argument) = match argument.split_once('.') {
            Some(("data", argument)) => (Kind::DataSource, argument),
            Some(("ephemeral", argument)) => (Kind::Ephemeral, argument),
            _ => (Kind::Resource, argument),
        };
        kind == place.kind
            && argument.split_once('.').is_some_and(|(type_name, path)| {
                type_name == place.type_name
                    && path.split('.').eq(place.path.iter().map(String::as_str))
            })
    }
}

/// The corrections of one provider.
pub(crate) fn of(provider: &str) -> Vec<&'static FixUp> {
    FIX_UPS
        .iter()
        .filter(|fix_up| fix_up.provider == provider)
        .collect()
}

const NO_VALIDATOR: &str = "the provider has no validator here and hands the text to Azure";

static FIX_UPS: &[FixUp] = &[
    FixUp {
        name: "workspace of a compute cluster",
        provider: "azurerm",
        reason: "the provider has no validator here, and reads the text as a workspace's id when it creates the cluster",
        arguments: &["azurerm_machine_learning_compute_cluster.machine_learning_workspace_id"],
        takes: Takes::Type("azurerm_machine_learning_workspace"),
    },
    FixUp {
        name: "subnets that may come in",
        provider: "azurerm",
        reason: NO_VALIDATOR,
        arguments: &[
            "azurerm_cognitive_account.network_acls.virtual_network_rules.subnet_id",
            "azurerm_key_vault.network_acls.virtual_network_subnet_ids",
            "azurerm_machine_learning_compute_cluster.subnet_resource_id",
            "azurerm_storage_account.network_rules.virtual_network_subnet_ids",
            "azurerm_storage_account_network_rules.virtual_network_subnet_ids",
        ],
        takes: Takes::Type("azurerm_subnet"),
    },
    FixUp {
        name: "application security groups of a rule",
        provider: "azurerm",
        reason: NO_VALIDATOR,
        arguments: &[
            "azurerm_network_security_group.security_rule.destination_application_security_group_ids",
            "azurerm_network_security_group.security_rule.source_application_security_group_ids",
            "azurerm_network_security_rule.destination_application_security_group_ids",
            "azurerm_network_security_rule.source_application_security_group_ids",
        ],
        takes: Takes::Type("azurerm_application_security_group"),
    },
    FixUp {
        name: "action groups of an alert",
        provider: "azurerm",
        reason: "the validator takes the id of anything, and Azure only those of action groups",
        arguments: &[
            "azurerm_monitor_activity_log_alert.action.action_group_id",
            "azurerm_monitor_metric_alert.action.action_group_id",
            "azurerm_monitor_scheduled_query_rules_alert_v2.action.action_groups",
        ],
        takes: Takes::Type("azurerm_monitor_action_group"),
    },
    FixUp {
        name: "resource group of a budget or policy",
        provider: "azurerm",
        reason: "the validator is a pattern for the id of a resource group",
        arguments: &[
            "azurerm_consumption_budget_resource_group.resource_group_id",
            "azurerm_resource_group_policy_assignment.resource_group_id",
            "azurerm_resource_group_policy_exemption.resource_group_id",
        ],
        takes: Takes::Type("azurerm_resource_group"),
    },
    FixUp {
        name: "policies and initiatives at any scope",
        provider: "azurerm",
        reason: "the validators take the ids of definitions and sets of them, and of assignments at every scope",
        arguments: &[
            "azurerm_resource_group_policy_assignment.policy_definition_id",
            "azurerm_resource_group_policy_exemption.policy_assignment_id",
        ],
        takes: Takes::AnyId,
    },
    FixUp {
        name: "what a managed network reaches privately",
        provider: "azurerm",
        reason: NO_VALIDATOR,
        arguments: &[
            "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint.service_resource_id",
        ],
        takes: Takes::AnyId,
    },
    FixUp {
        name: "what an activity log alert watches",
        provider: "azurerm",
        reason: "the validator of `resource_id` beside it takes the id of anything, and this one has none",
        arguments: &["azurerm_monitor_activity_log_alert.criteria.resource_ids"],
        takes: Takes::AnyId,
    },
    FixUp {
        name: "outbound addresses of a cluster",
        provider: "azurerm",
        reason: "the validator takes the id of anything, and Azure only those of public addresses",
        arguments: &[
            "azurerm_kubernetes_cluster.network_profile.load_balancer_profile.outbound_ip_address_ids",
        ],
        takes: Takes::Type("azurerm_public_ip"),
    },
    FixUp {
        name: "outbound prefixes of a cluster",
        provider: "azurerm",
        reason: "the validator takes the id of anything, and Azure only those of address prefixes",
        arguments: &[
            "azurerm_kubernetes_cluster.network_profile.load_balancer_profile.outbound_ip_prefix_ids",
        ],
        takes: Takes::Type("azurerm_public_ip_prefix"),
    },
    FixUp {
        name: "host group of a node pool",
        provider: "azurerm",
        reason: "the validator takes the ids of host groups and ignores case, so no rule describes it",
        arguments: &["azurerm_kubernetes_cluster.default_node_pool.host_group_id"],
        takes: Takes::Type("azurerm_dedicated_host_group"),
    },
    FixUp {
        name: "vault of an ephemeral value",
        provider: "azurerm",
        reason: "there are no facts about ephemeral resources; the data sources of the same names take ids of vaults",
        arguments: &[
            "ephemeral.azurerm_key_vault_certificate.key_vault_id",
            "ephemeral.azurerm_key_vault_secret.key_vault_id",
        ],
        takes: Takes::Type("azurerm_key_vault"),
    },
    FixUp {
        name: "ids of azapi",
        provider: "azapi",
        reason: "azapi takes resources of every type, and its schema says nothing of its validators",
        arguments: &[
            "azapi_resource.identity.identity_ids",
            "azapi_resource.parent_id",
            "azapi_resource_action.resource_id",
            "azapi_update_resource.parent_id",
            "azapi_update_resource.resource_id",
            "data.azapi_resource.parent_id",
            "data.azapi_resource.resource_id",
            "ephemeral.azapi_resource_action.resource_id",
        ],
        takes: Takes::AnyId,
    },
];
