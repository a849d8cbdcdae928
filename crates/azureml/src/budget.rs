//! A budget: who is told when the platform costs more than was meant.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::kinds::Subscription;
use terrace_azurerm::{
    ConsumptionBudgetResourceGroup, ConsumptionBudgetResourceGroupArgs,
    ConsumptionBudgetSubscription, ConsumptionBudgetSubscriptionArgs, CostAnomalyAlert,
    CostAnomalyAlertArgs,
};
use terrace_core::{InScope, IsResource as _, Lifecycle, MAIN, Scope, Stage};
use terrace_ir::expr::call;
use terrace_ir::{Date, Diagnostic, Expr, Id, Sourced, Value, tf};

use crate::alerts::Alerts;
use crate::group::InGroup;
use crate::{client, codes, naming};

/// How many notifications Azure takes in one budget.
const MOST_NOTIFICATIONS: usize = 5;

/// What the platform may cost: `[budget]`. It warns, and stops nothing. No environment inherits it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetSettings {
    /// What may be spent in a period, in the currency in which the subscription is billed.
    #[schemars(range(min = 1))]
    pub amount: Sourced<f64>,

    /// The period after which counting begins anew.
    #[serde(default)]
    pub period: Sourced<BudgetPeriod>,

    /// What is counted.
    #[serde(default)]
    pub scope: Sourced<BudgetScope>,

    /// At how many percent of the amount somebody is told, once that much is spent. With those of
    /// `forecast` at most five.
    #[serde(default = "spent")]
    #[schemars(extend("uniqueItems" = true), inner(range(min = 1, max = 1000)))]
    pub actual: Vec<Sourced<u32>>,

    /// At how many percent of the amount somebody is told, once Azure expects that much to be spent
    /// by the end of the period.
    #[serde(default = "expected")]
    #[schemars(extend("uniqueItems" = true), inner(range(min = 1, max = 1000)))]
    pub forecast: Vec<Sourced<u32>>,

    /// Who is told, by e-mail, besides those in `[alerts]`.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true), inner(email))]
    pub emails: Vec<Sourced<String>>,

    /// The last day on which it counts, `2027-12-31`. Ten years from the first apply when left out.
    #[serde(default)]
    pub ends: Option<Sourced<Date>>,

    /// Whether Azure tells the same people of costs that are unlike those before. It looks at the
    /// whole subscription, so one environment of a subscription is enough.
    #[serde(default)]
    pub anomaly_alert: Sourced<bool>,
}

impl BudgetSettings {
    /// A monthly budget for the group, with the usual thresholds. It tells those in `[alerts]`.
    #[must_use]
    pub fn of(amount: f64) -> Self {
        Self {
            amount: amount.into(),
            period: Sourced::default(),
            scope: Sourced::default(),
            actual: spent(),
            forecast: expected(),
            emails: Vec::new(),
            ends: None,
            anomaly_alert: Sourced::default(),
        }
    }
}

fn spent() -> Vec<Sourced<u32>> {
    vec![80.into(), 100.into()]
}

fn expected() -> Vec<Sourced<u32>> {
    vec![100.into()]
}

/// The period of a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BudgetPeriod {
    /// A month.
    #[default]
    Monthly,
    /// A quarter.
    Quarterly,
    /// A year.
    Annually,
}

/// What a budget counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BudgetScope {
    /// What is in the resource group.
    #[default]
    Group,
    /// Everything in the subscription.
    Subscription,
}

/// A budget with its notifications, and the alert for unusual costs.
#[derive(Clone)]
pub struct Budget {
    scope: Scope,
}

impl Budget {
    /// A budget for the group or its subscription; none where there are no settings, which is a
    /// warning outside of development.
    ///
    /// Reported are notifications that reach nobody, and more of them than Azure takes.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        settings: Option<&BudgetSettings>,
        alerts: &Alerts,
    ) -> Self {
        let scope = Scope::new(parent, name);
        match settings {
            Some(settings) => declare(&scope, parent, settings, alerts),
            None if scope.stage() != Stage::Dev => scope.report(
                Diagnostic::warning(
                    &codes::NO_BUDGET,
                    format!("`{}` has no budget", scope.stack_name()),
                )
                .hint("add to the environment file:\n[budget]\namount = 5000\nemails = [\"ml-platform@example.org\"]"),
            ),
            None => {}
        }
        Self { scope }
    }
}

impl InScope for Budget {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

fn declare(scope: &Scope, parent: &impl InGroup, settings: &BudgetSettings, alerts: &Alerts) {
    let count = settings.actual.len() + settings.forecast.len();
    let amount = settings.amount.origin();
    if !(1..=MOST_NOTIFICATIONS).contains(&count) {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!(
                    "`actual` and `forecast` have {count} thresholds together, but must have 1 to {MOST_NOTIFICATIONS}"
                ),
            )
            .argument("actual")
            .hint("keep those at which somebody would do something")
            .at(settings
                .actual
                .iter()
                .chain(&settings.forecast)
                .next_back()
                .map_or(amount, Sourced::origin)),
        );
        return;
    }
    if settings.emails.is_empty() && alerts.action_group().is_none() {
        scope.report(
            Diagnostic::error(&codes::NOBODY_TOLD, "the budget tells nobody")
                .argument("emails")
                .hint("add `emails` to `[budget]` or to `[alerts]`")
                .at(amount),
        );
        return;
    }
    // An anomaly is known for the whole subscription, and can be told by e-mail alone.
    if *settings.anomaly_alert {
        anomaly_alert(scope, settings, alerts);
    }
    match *settings.scope {
        BudgetScope::Group => {
            let budget = ConsumptionBudgetResourceGroup::new(
                scope,
                MAIN,
                ConsumptionBudgetResourceGroupArgs {
                    amount: (&settings.amount).into(),
                    name: naming::name(scope, "azurerm_consumption_budget_resource_group", None),
                    notification: group::notifications(settings, alerts),
                    resource_group_id: parent.group().id(),
                    time_period: group::time_period(settings),
                },
            );
            budget.set_time_grain(group::grain(settings));
            budget.set_lifecycle(begins_once());
        }
        BudgetScope::Subscription => {
            let budget = ConsumptionBudgetSubscription::new(
                scope,
                MAIN,
                ConsumptionBudgetSubscriptionArgs {
                    amount: (&settings.amount).into(),
                    name: naming::name(scope, "azurerm_consumption_budget_subscription", None),
                    notification: subscription::notifications(settings, alerts),
                    subscription_id: subscription_id(scope),
                    time_period: subscription::time_period(settings),
                },
            );
            budget.set_time_grain(subscription::grain(settings));
            budget.set_lifecycle(begins_once());
        }
    }
}

/// Azure refuses a new budget that begins before the current month, and a start that changes
/// replaces the budget. So it is the month of the plan that makes the budget, and stays that until
/// something else replaces it: then it is the month of that plan.
fn begins_once() -> Lifecycle {
    Lifecycle {
        ignore_changes: vec!["time_period[0].start_date".to_owned()],
        ..Lifecycle::default()
    }
}

fn start() -> Expr<String> {
    let now: Expr<String> = call("plantimestamp", Vec::<Expr<String>>::new());
    call("formatdate", [tf!("YYYY-MM-01'T'00:00:00Z"), now])
}

fn end(day: &Sourced<Date>) -> Value<String> {
    day.map(|day| format!("{day}T00:00:00Z")).into()
}

/// The same for both types of budget, whose blocks have types of their own.
macro_rules! blocks {
    ($name:ident, $bindings:ident) => {
        mod $name {
            use terrace_azurerm::$bindings::{
                Notification, NotificationArgs, NotificationOperator, NotificationThresholdType,
                TimeGrain, TimePeriod, TimePeriodArgs,
            };
            use terrace_ir::Sourced;

            use super::{Alerts, BudgetPeriod, BudgetSettings};

            pub(super) fn notifications(
                settings: &BudgetSettings,
                alerts: &Alerts,
            ) -> Vec<Notification> {
                let actual = settings.actual.iter();
                let forecast = settings.forecast.iter();
                let actual = actual.map(|at| (at, NotificationThresholdType::Actual));
                let forecast = forecast.map(|at| (at, NotificationThresholdType::Forecasted));
                let mut thresholds: Vec<_> = actual.chain(forecast).collect();
                thresholds.sort_by_key(|(at, threshold_type)| {
                    (
                        matches!(threshold_type, NotificationThresholdType::Forecasted),
                        ***at,
                    )
                });
                thresholds
                    .into_iter()
                    .map(|(at, threshold_type)| {
                        let notification = Notification::new(NotificationArgs {
                            operator: NotificationOperator::GreaterThanOrEqualTo.into(),
                            threshold: at.into(),
                        })
                        .threshold_type(threshold_type);
                        let notification = match settings.emails.is_empty() {
                            true => notification,
                            false => notification.contact_emails(&settings.emails),
                        };
                        match alerts.action_group() {
                            Some(group) => notification.contact_groups([group.to_expr()]),
                            None => notification,
                        }
                    })
                    .collect()
            }

            pub(super) fn time_period(settings: &BudgetSettings) -> TimePeriod {
                let period = TimePeriod::new(TimePeriodArgs {
                    start_date: super::start().into(),
                });
                match &settings.ends {
                    Some(day) => period.end_date(super::end(day)),
                    None => period,
                }
            }

            pub(super) fn grain(settings: &BudgetSettings) -> Sourced<TimeGrain> {
                settings.period.map(|period| match period {
                    BudgetPeriod::Monthly => TimeGrain::Monthly,
                    BudgetPeriod::Quarterly => TimeGrain::Quarterly,
                    BudgetPeriod::Annually => TimeGrain::Annually,
                })
            }
        }
    };
}

blocks!(group, consumption_budget_resource_group);
blocks!(subscription, consumption_budget_subscription);

/// `/subscriptions/…` of whoever applies.
fn subscription_id(scope: &Scope) -> Id<Subscription> {
    Id::from_expr(tf!(
        "/subscriptions/{}",
        client::current(scope).subscription_id()
    ))
}

fn anomaly_alert(scope: &Scope, settings: &BudgetSettings, alerts: &Alerts) {
    let emails = match settings.emails.is_empty() {
        true => alerts.emails(),
        false => &settings.emails,
    };
    if emails.is_empty() {
        scope.report(
            Diagnostic::error(
                &codes::NOBODY_TOLD,
                "the alert for unusual costs tells nobody",
            )
            .argument("anomaly_alert")
            .detail("Azure tells it by e-mail alone")
            .hint("add `emails` to `[budget]`")
            .at(settings.anomaly_alert.origin()),
        );
        return;
    }
    let scope = Scope::new(scope, "anomaly");
    let environment = scope.stack_name();
    let alert = CostAnomalyAlert::new(
        &scope,
        MAIN,
        CostAnomalyAlertArgs {
            display_name: format!("Unusual costs ({environment})").into(),
            email_addresses: emails.into(),
            email_subject: format!("Unusual costs of {environment}").into(),
            name: naming::name(&scope, "azurerm_cost_anomaly_alert", None),
        },
    );
    alert.set_subscription_id(subscription_id(&scope));
}
