//! What Azure itself does and tells of: deletions, and problems in the region.

use terrace_azurerm::monitor_activity_log_alert::{
    Action, ActionArgs, Criteria, CriteriaArgs, CriteriaCategory, CriteriaServiceHealth,
    CriteriaServiceHealthEvent,
};
use terrace_azurerm::{MonitorActivityLogAlert, MonitorActivityLogAlertArgs};
use terrace_core::{MAIN, Scope};
use terrace_ir::{Expr, tf};

use super::{Alert, Watch};
use crate::{client, naming};

/// The types whose deletion is told of, and what deleting them is called.
const DELETIONS: [(&str, &str); 3] = [
    ("azurerm_key_vault", "Microsoft.KeyVault/vaults/delete"),
    (
        "azurerm_machine_learning_workspace",
        "Microsoft.MachineLearningServices/workspaces/delete",
    ),
    (
        "azurerm_storage_account",
        "Microsoft.Storage/storageAccounts/delete",
    ),
];

pub(super) fn declare(watch: &Watch<'_>) {
    if watch.settings.wants(Alert::Deletion) {
        for (kind, operation) in DELETIONS {
            if watch.items.iter().any(|item| item.kind == kind) {
                let what = kind.trim_start_matches("azurerm_");
                let group = watch.group.id().to_expr();
                let criteria = Criteria::new(CriteriaArgs {
                    category: CriteriaCategory::Administrative.into(),
                })
                .operation_name(operation)
                .statuses(["Succeeded"]);
                let name = format!("{what}_deleted");
                let words = what.replace('_', " ");
                let described = format!("A {words} was deleted, by Terraform or by somebody else.");
                one(watch, &name, group, criteria, &described);
            }
        }
    }
    if watch.settings.wants(Alert::Health) {
        let mut health = CriteriaServiceHealth::new().events([
            CriteriaServiceHealthEvent::Incident,
            CriteriaServiceHealthEvent::ActionRequired,
            CriteriaServiceHealthEvent::Security,
        ]);
        if let Some(region) = watch.group.region() {
            health = health.locations(["Global", region.display_name]);
        }
        let criteria = Criteria::new(CriteriaArgs {
            category: CriteriaCategory::ServiceHealth.into(),
        })
        .service_health(health);
        let client = client::current(watch.scope);
        let subscription = tf!("/subscriptions/{}", client.subscription_id());
        one(
            watch,
            "service_health",
            subscription,
            criteria,
            "Azure has a problem in the region, or wants something done.",
        );
    }
}

fn one(watch: &Watch<'_>, name: &str, on: Expr<String>, criteria: Criteria, description: &str) {
    let scope = Scope::new(watch.scope, name);
    let alert = MonitorActivityLogAlert::new(
        &scope,
        MAIN,
        MonitorActivityLogAlertArgs {
            criteria,
            // Such alerts are kept in few places, and looked at everywhere.
            location: "global".into(),
            name: naming::name(&scope, "azurerm_monitor_activity_log_alert", None),
            resource_group_name: watch.group.name().into(),
            scopes: [on].into(),
        },
    );
    alert
        .set_description(description)
        .add_action(Action::new(ActionArgs {
            action_group_id: watch.tell.clone(),
        }));
}
