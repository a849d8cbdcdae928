//! Changes of our own production environment and of the bases, and what Terraform plans for each.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

use crate::applied::{Applied, Change};
use crate::terraform::{committed, data};

/// Changes as `(address, path, new value)`, and actions by address: `update`, `replace`, `create` or `delete`.
type Case = (
    Vec<(&'static str, &'static str, Json)>,
    &'static [(&'static str, &'static str)],
);

#[track_caller]
fn are_planned(test: &str, base: Json, cases: Vec<Case>) {
    let Some(applied) = Applied::new(test, base) else {
        return;
    };
    let changes: Vec<Vec<Change>> = cases
        .iter()
        .map(|(changes, _)| changes.iter().map(change).collect())
        .collect();
    for ((changes, expected), plan) in cases.iter().zip(applied.plans(&changes)) {
        let plan = plan.map(|plan| {
            let actions = plan.into_iter();
            actions
                .map(|(address, (actions, _))| (address, word(&actions)))
                .collect::<BTreeMap<_, _>>()
        });
        let expected = (*expected != REFUSED).then(|| {
            let expected = expected.iter();
            expected
                .map(|(address, word)| ((*address).to_owned(), (*word).to_owned()))
                .collect()
        });
        assert_eq!(plan, expected, "{changes:?}");
    }
}

/// What stands for a plan that the provider refuses.
const REFUSED: &[(&str, &str)] = &[("", "refused")];

fn word(actions: &[String]) -> String {
    match actions {
        [one] => one.clone(),
        _ => "replace".to_owned(),
    }
}

fn change((address, path, new): &(&'static str, &'static str, Json)) -> Change {
    let step = |step: &str| match step.parse::<u64>() {
        Ok(index) => json!(index),
        Err(_) => json!(step),
    };
    Change {
        address: (*address).to_owned(),
        path: path.split('.').map(step).collect(),
        new: new.clone(),
    }
}

const WORKSPACE: &str = "azurerm_machine_learning_workspace.platform_ml";
const CPU: &str = "azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu";
const GPU: &str = "azurerm_machine_learning_compute_cluster.platform_ml_clusters_gpu";
const DATA: &str = "azurerm_storage_account.platform_data";
const VAULT: &str = "azurerm_key_vault.platform_vault";
const IMAGES: &str = "azurerm_container_registry.platform_images";
const LOGS: &str = "azurerm_log_analytics_workspace.platform_logs";
const INSIGHTS: &str = "azurerm_application_insights.platform_insights";

const U: &str = "update";
const R: &str = "replace";

/// What follows when production's logs are replaced: what stands on them is replaced too, what
/// sends to them is pointed to the new ones.
const LOGS_REPLACED: &[(&str, &str)] = &[
    (INSIGHTS, U),
    (LOGS, R),
    (
        "azurerm_management_lock.protection_log_analytics_workspace_platform_logs",
        R,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_container_registry_images",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_key_vault_vault",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_log_analytics_workspace_logs",
        R,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_machine_learning_workspace_ml",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_network_security_group_network_endpoints",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_storage_account_data",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_storage_account_data_blob",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_storage_account_data_file",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_storage_account_data_queue",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_storage_account_data_table",
        U,
    ),
    (
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_virtual_network_network",
        U,
    ),
    (
        "azurerm_monitor_scheduled_query_rules_alert_v2.platform_alerts_machine_learning_workspace_ml_cluster_errors",
        R,
    ),
];

#[test]
fn changes_of_production_are_planned_as_expected() {
    let cases: Vec<Case> = vec![
        (
            vec![(WORKSPACE, "friendly_name", json!("Other"))],
            &[(WORKSPACE, U)],
        ),
        (
            vec![(WORKSPACE, "tags.owner", json!("else"))],
            &[(WORKSPACE, U)],
        ),
        (vec![(WORKSPACE, "high_business_impact", json!(false))], &[]),
        (
            vec![(CPU, "scale_settings.max_node_count", json!(16))],
            &[(CPU, U)],
        ),
        (
            vec![(CPU, "vm_priority", json!("LowPriority"))],
            &[(CPU, R)],
        ),
        (
            vec![
                (GPU, "vm_priority", json!("LowPriority")),
                (CPU, "tags", Json::Null),
            ],
            &[(CPU, U), (GPU, R)],
        ),
        (vec![(DATA, "access_tier", json!("Hot"))], &[]),
        (vec![(DATA, "access_tier", json!("Cool"))], &[(DATA, U)]),
        (vec![(DATA, "blob_properties", Json::Null)], &[]),
        (
            vec![(DATA, "shared_access_key_enabled", Json::Null)],
            &[(DATA, U)],
        ),
        (vec![(VAULT, "sku_name", json!("standard"))], &[(VAULT, U)]),
        (vec![(LOGS, "retention_in_days", Json::Null)], &[]),
        (vec![(LOGS, "sku", json!("PerNode"))], LOGS_REPLACED),
        (vec![(IMAGES, "sku", json!("Standard"))], REFUSED),
        (vec![(INSIGHTS, "location", json!("West Europe"))], &[]),
    ];
    are_planned(
        "changes_of_production_are_planned_as_expected",
        committed("prod"),
        cases,
    );
}

#[test]
fn changes_drag_along_what_depends_on_them() {
    let name = |name: &str| json!(name);
    let cases: Vec<Case> = vec![
        (
            vec![("azurerm_virtual_network.hub", "name", name("other"))],
            &[
                ("azurerm_virtual_network.hub", R),
                ("azurerm_virtual_network_peering.out", R),
            ],
        ),
        (
            vec![("azurerm_user_assigned_identity.id", "name", name("other"))],
            &[
                ("azurerm_container_registry.acr", U),
                ("azurerm_federated_identity_credential.gh", R),
                ("azurerm_machine_learning_workspace.ml", U),
                ("azurerm_role_assignment.a", R),
                ("azurerm_user_assigned_identity.id", R),
            ],
        ),
        // Another name for the same role is no change.
        (
            vec![
                (
                    "azurerm_role_assignment.a",
                    "role_definition_name",
                    Json::Null,
                ),
                (
                    "azurerm_role_assignment.a",
                    "role_definition_id",
                    json!(
                        "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
                    ),
                ),
            ],
            &[],
        ),
        (
            vec![
                ("azurerm_search_service.s", "sku", json!("standard2")),
                ("azurerm_search_service.s", "replica_count", json!(3)),
            ],
            &[("azurerm_search_service.s", U)],
        ),
        (
            vec![
                ("azurerm_public_ip.nat", "name", name("other")),
                ("azurerm_nat_gateway.nat", "tags", json!({"a": "b"})),
            ],
            &[
                ("azurerm_nat_gateway.nat", U),
                ("azurerm_nat_gateway_public_ip_association.a", R),
                ("azurerm_public_ip.nat", R),
            ],
        ),
        (
            vec![("azurerm_cognitive_account.oai", "kind", json!("AIServices"))],
            &[("azurerm_cognitive_account.oai", U)],
        ),
        (
            vec![("azurerm_nat_gateway.nat", "sku_name", json!("StandardV2"))],
            REFUSED,
        ),
    ];
    are_planned(
        "changes_drag_along_what_depends_on_them",
        data("base-2.tf.json"),
        cases,
    );
}
