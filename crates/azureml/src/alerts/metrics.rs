//! What Azure measures by itself.
//!
//! Sources, August 2026: names, aggregations and dimensions from Azure Monitor's "Supported metrics"
//! of each type; which of them to watch, how severely and how often from Azure Monitor Baseline
//! Alerts. The value `5xx` of an endpoint's status code class stands in no reference: it is how the
//! studio's charts write it.

use terrace_azurerm::monitor_metric_alert::{
    Action, ActionArgs, Aggregation, Criteria, CriteriaArgs, CriteriaDimension,
    CriteriaDimensionArgs, CriteriaOperator, DimensionOperator, Frequency, WindowSize,
};
use terrace_azurerm::{MonitorMetricAlert, MonitorMetricAlertArgs};
use terrace_core::{MAIN, Scope};
use terrace_ir::{Expr, Sourced};

use super::{Alert, AlertsSettings, Watch};
use crate::inventory::Item;
use crate::naming;

/// A metric, and from where on somebody is told.
struct Rule {
    alert: Alert,
    /// The types that have it.
    kinds: &'static [&'static str],
    namespace: &'static str,
    metric: &'static str,
    aggregation: Aggregation,
    threshold: Threshold,
    /// A dimension, and the values of it that count.
    only: Option<(&'static str, &'static str)>,
    /// 0 is critical, 1 an error, 2 a warning, 3 informational.
    severity: i64,
    window: WindowSize,
    frequency: Frequency,
    description: &'static str,
}

enum Threshold {
    Above(fn(&AlertsSettings) -> &Sourced<u32>),
    AboveZero,
    Below(f64),
}

/// Without hubs and projects, though they are of this type in Azure: no reference says which of its metrics
/// they have, and an alert on one that never comes tells nobody anything.
const WORKSPACE: &[&str] = &[
    "azurerm_machine_learning_workspace",
    "Microsoft.MachineLearningServices/workspaces",
];
const ENDPOINT: &[&str] = &["Microsoft.MachineLearningServices/workspaces/onlineEndpoints"];
const STORAGE: &[&str] = &["azurerm_storage_account"];
const VAULT: &[&str] = &["azurerm_key_vault"];

const WORKSPACE_METRICS: &str = "Microsoft.MachineLearningServices/workspaces";
const ENDPOINT_METRICS: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";

static RULES: &[Rule] = &[
    Rule {
        alert: Alert::Quota,
        kinds: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        metric: "Quota Utilization Percentage",
        aggregation: Aggregation::Maximum,
        threshold: Threshold::Above(|settings| &settings.quota_percent),
        only: None,
        severity: 2,
        window: WindowSize::Minutes15,
        frequency: Frequency::Minutes15,
        description: "The quota of a series of machines is nearly used up: ask Azure for more before clusters stop growing.",
    },
    Rule {
        alert: Alert::Nodes,
        kinds: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        metric: "Unusable Nodes",
        aggregation: Aggregation::Maximum,
        threshold: Threshold::AboveZero,
        only: None,
        severity: 2,
        window: WindowSize::Minutes30,
        frequency: Frequency::Minutes15,
        description: "Machines of a cluster do not work. Azure replaces them; when it goes on, look at the cluster's network.",
    },
    Rule {
        alert: Alert::Runs,
        kinds: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        metric: "Failed Runs",
        aggregation: Aggregation::Total,
        threshold: Threshold::Above(|settings| &settings.failed_runs),
        only: None,
        severity: 3,
        window: WindowSize::Hours1,
        frequency: Frequency::Minutes15,
        description: "Many runs failed within an hour.",
    },
    Rule {
        alert: Alert::Deployments,
        kinds: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        metric: "Model Deploy Failed",
        aggregation: Aggregation::Total,
        threshold: Threshold::AboveZero,
        only: None,
        severity: 2,
        window: WindowSize::Minutes15,
        frequency: Frequency::Minutes5,
        description: "A model could not be deployed.",
    },
    Rule {
        alert: Alert::Latency,
        kinds: ENDPOINT,
        namespace: ENDPOINT_METRICS,
        metric: "RequestLatency_P95",
        aggregation: Aggregation::Average,
        threshold: Threshold::Above(|settings| &settings.latency_ms),
        only: None,
        severity: 2,
        window: WindowSize::Minutes15,
        frequency: Frequency::Minutes5,
        description: "An online endpoint is slow for one request in twenty.",
    },
    Rule {
        alert: Alert::Errors,
        kinds: ENDPOINT,
        namespace: ENDPOINT_METRICS,
        metric: "RequestsPerMinute",
        aggregation: Aggregation::Average,
        threshold: Threshold::Above(|settings| &settings.server_errors),
        only: Some(("statusCodeClass", "5xx")),
        severity: 1,
        window: WindowSize::Minutes5,
        frequency: Frequency::Minutes1,
        description: "An online endpoint answers with errors of its own.",
    },
    Rule {
        alert: Alert::Availability,
        kinds: STORAGE,
        namespace: "Microsoft.Storage/storageAccounts",
        metric: "Availability",
        aggregation: Aggregation::Average,
        threshold: Threshold::Below(99.0),
        only: None,
        severity: 1,
        window: WindowSize::Minutes15,
        frequency: Frequency::Minutes5,
        description: "A storage account does not answer every request.",
    },
    Rule {
        alert: Alert::Availability,
        kinds: VAULT,
        namespace: "Microsoft.KeyVault/vaults",
        metric: "Availability",
        aggregation: Aggregation::Average,
        threshold: Threshold::Below(99.0),
        only: None,
        severity: 1,
        window: WindowSize::Minutes15,
        frequency: Frequency::Minutes5,
        description: "A key vault does not answer every request.",
    },
    Rule {
        alert: Alert::Denied,
        kinds: VAULT,
        namespace: "Microsoft.KeyVault/vaults",
        metric: "ServiceApiResult",
        aggregation: Aggregation::Count,
        threshold: Threshold::Above(|settings| &settings.denied_requests),
        only: Some(("StatusCode", "403")),
        severity: 2,
        window: WindowSize::Minutes15,
        frequency: Frequency::Minutes5,
        description: "A key vault denies requests: an identity lacks a role or comes from outside, or somebody tries doors.",
    },
];

pub(super) fn declare(watch: &Watch<'_>) {
    for item in watch.items {
        for rule in RULES {
            if rule.kinds.contains(&&*item.kind) && watch.settings.wants(rule.alert) {
                one(watch, rule, item);
            }
        }
    }
}

fn one(watch: &Watch<'_>, rule: &Rule, item: &Item) {
    let metric = rule.metric.replace(' ', "_").to_lowercase();
    let scope = Scope::new(watch.scope, &format!("{}_{metric}", item.label()));
    let id: Expr<String> = item.resource.attribute("id");
    let alert = MonitorMetricAlert::new(
        &scope,
        MAIN,
        MonitorMetricAlertArgs {
            name: naming::name(&scope, "azurerm_monitor_metric_alert", None),
            resource_group_name: watch.group.name().into(),
            scopes: vec![id.into()],
        },
    );
    let (operator, threshold) = match &rule.threshold {
        Threshold::Above(setting) => (
            CriteriaOperator::GreaterThan,
            setting(watch.settings).map(|limit| f64::from(*limit)),
        ),
        Threshold::AboveZero => (CriteriaOperator::GreaterThan, 0.0.into()),
        Threshold::Below(limit) => (CriteriaOperator::LessThan, (*limit).into()),
    };
    let mut criteria = Criteria::new(CriteriaArgs {
        aggregation: rule.aggregation.into(),
        metric_name: rule.metric.into(),
        metric_namespace: rule.namespace.into(),
        operator: operator.into(),
        threshold: threshold.into(),
    });
    if let Some((name, value)) = rule.only {
        criteria = criteria.add_dimension(CriteriaDimension::new(CriteriaDimensionArgs {
            name: name.into(),
            operator: DimensionOperator::Include.into(),
            values: [value].into(),
        }));
    }
    // An endpoint has its metrics from its first request on only; Azure would refuse the alert.
    if rule.namespace == ENDPOINT_METRICS {
        criteria = criteria.skip_metric_validation(true);
    }
    alert
        .add_criteria(criteria)
        .set_severity(rule.severity)
        .set_window_size(rule.window)
        .set_frequency(rule.frequency)
        .set_description(rule.description)
        .add_action(Action::new(ActionArgs {
            action_group_id: watch.tell.clone(),
        }));
}
