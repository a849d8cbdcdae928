//! What stands in the logs alone.
//!
//! Source: the tables of Azure Machine Learning in "Monitor Azure Machine Learning data reference":
//! `ClusterErrorCodes` holds what went wrong when a cluster was made or scaled.

use terrace_azurerm::monitor_scheduled_query_rules_alert_v2::{
    Action, Criteria, CriteriaArgs, CriteriaOperator, CriteriaTimeAggregationMethod,
    EvaluationFrequency, WindowDuration,
};
use terrace_azurerm::{
    LogAnalyticsWorkspace, MonitorScheduledQueryRulesAlertV2, MonitorScheduledQueryRulesAlertV2Args,
};
use terrace_core::{MAIN, Scope};
use terrace_ir::{Expr, Id, tf};

use super::{Alert, Watch};
use crate::naming;

/// Tells of clusters that cannot be made or cannot grow, most often for lack of quota or capacity.
/// It needs the workspace's logs, which `[diagnostics]` sends.
pub(super) fn declare(watch: &Watch<'_>, logs: &Id<LogAnalyticsWorkspace>) {
    if !watch.settings.wants(Alert::Clusters) {
        return;
    }
    for item in watch.items {
        if item.kind != "azurerm_machine_learning_workspace" {
            continue;
        }
        let scope = Scope::new(watch.scope, &format!("{}_cluster_errors", item.label()));
        let workspace: Expr<String> = item.resource.attribute("id");
        // Several workspaces may share the logs: each alert looks at its own.
        let query = tf!(
            "AmlComputeClusterEvent\n| where _ResourceId =~ \"{}\"\n| where isnotempty(ClusterErrorCodes)",
            workspace
        );
        let alert = MonitorScheduledQueryRulesAlertV2::new(
            &scope,
            MAIN,
            MonitorScheduledQueryRulesAlertV2Args {
                criteria: vec![Criteria::new(CriteriaArgs {
                    operator: CriteriaOperator::GreaterThan.into(),
                    query: query.into(),
                    threshold: 0.0.into(),
                    time_aggregation_method: CriteriaTimeAggregationMethod::Count.into(),
                })],
                evaluation_frequency: EvaluationFrequency::Minutes15.into(),
                location: watch.group.location(),
                name: naming::name(
                    &scope,
                    "azurerm_monitor_scheduled_query_rules_alert_v2",
                    None,
                ),
                resource_group_name: watch.group.name().into(),
                scopes: vec![logs.into()],
                severity: 2.into(),
                window_duration: WindowDuration::Minutes15.into(),
            },
        );
        // The table is there from the first log on only; Azure would refuse the query.
        alert
            .set_skip_query_validation(true)
            .set_description(
                "A cluster could not be made or could not grow: look for quota and capacity.",
            )
            .set_action(Action::new().action_groups([watch.tell.clone()]));
    }
}
