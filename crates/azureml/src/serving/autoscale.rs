//! How many machines a deployment runs on, by how busy they are.
//!
//! Source: `how-to-autoscale-endpoints`.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::monitor_autoscale_setting::{
    Profile, ProfileArgs, ProfileCapacity, ProfileCapacityArgs, ProfileRule, ProfileRuleArgs,
    ProfileRuleMetricTrigger, ProfileRuleMetricTriggerArgs, ProfileRuleMetricTriggerOperator,
    ProfileRuleMetricTriggerStatistic, ProfileRuleMetricTriggerTimeAggregation,
    ProfileRuleScaleAction, ProfileRuleScaleActionArgs, ProfileRuleScaleActionDirection,
    ProfileRuleScaleActionType,
};
use terrace_azurerm::{MonitorAutoscaleSetting, MonitorAutoscaleSettingArgs};
use terrace_core::{MAIN, Scope};
use terrace_ir::{AnyId, Diagnostic, Sourced};

use super::hours::{self, Hours};
use crate::group::InGroup as _;
use crate::workspace::MlWorkspace;
use crate::{codes, naming};

/// Settings of autoscale: `[endpoints.NAME.deployments.NAME.autoscale]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoscaleSettings {
    /// The fewest machines.
    #[schemars(range(min = 1, max = 50))]
    pub min_instances: Sourced<u32>,

    /// The most machines. Each needs its quota, and an upgrade a fifth more.
    #[schemars(range(min = 1, max = 50))]
    pub max_instances: Sourced<u32>,

    /// What is measured.
    #[serde(default = "cpu")]
    pub metric: Sourced<Metric>,

    /// A machine comes when the average of five minutes is above this, in percent.
    #[serde(default = "busy")]
    #[schemars(range(min = 1, max = 100))]
    pub out_above: Sourced<u32>,

    /// A machine goes when the average of five minutes is below this, in percent.
    #[serde(default = "idle")]
    #[schemars(range(max = 99))]
    pub in_below: Sourced<u32>,

    /// Hours of days in which there are more machines, or fewer, by name.
    #[serde(default)]
    pub hours: Hours,
}

/// What of a machine is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// How busy its processors are.
    Cpu,
    /// How busy its graphics processors are.
    Gpu,
}

impl AutoscaleSettings {
    /// Between so many machines, by how busy their processors are.
    #[must_use]
    pub fn new(min_instances: u32, max_instances: u32) -> Self {
        Self {
            min_instances: min_instances.into(),
            max_instances: max_instances.into(),
            metric: cpu(),
            out_above: busy(),
            in_below: idle(),
            hours: Hours::new(),
        }
    }
}

fn cpu() -> Sourced<Metric> {
    Metric::Cpu.into()
}

fn busy() -> Sourced<u32> {
    70.into()
}

fn idle() -> Sourced<u32> {
    30.into()
}

/// Scales the deployment with that id. It begins with `instances` machines, and has as many again while
/// nothing can be measured.
#[track_caller]
pub(super) fn scale(
    scope: &Scope,
    workspace: &MlWorkspace,
    deployment: AnyId,
    instances: &Sourced<u32>,
    settings: &AutoscaleSettings,
) -> MonitorAutoscaleSetting {
    let scope = Scope::new(scope, "autoscale");
    settings.check(&scope, instances);
    let profile = |name: String, min: &Sourced<u32>, max: &Sourced<u32>| {
        let count = |count: &Sourced<u32>| (&count.map(|&count| i64::from(count))).into();
        // Where the limits are the wrong way round, which is reported, nothing lies between them.
        let default = instances.map(|&at_first| at_first.max(**min).min(**max));
        Profile::new(ProfileArgs {
            name: name.into(),
            capacity: ProfileCapacity::new(ProfileCapacityArgs {
                default: count(&default),
                maximum: count(max),
                minimum: count(min),
            }),
        })
        .add_rule(settings.rule(&deployment, Direction::Out))
        .add_rule(settings.rule(&deployment, Direction::In))
    };
    let always = |name| profile(name, &settings.min_instances, &settings.max_instances);
    let mut profiles = vec![always(ALWAYS.to_owned())];
    for (name, hours) in &settings.hours {
        let (min, max) = (&hours.min_instances, &hours.max_instances);
        let during = profile(name.to_string(), min, max);
        profiles.push(during.recurrence(hours.begin(&scope)));
        if let Some(end) = hours.end(&scope, &settings.hours) {
            let after = always(format!(r#"{{"name":"{ALWAYS}","for":"{}"}}"#, **name));
            profiles.push(after.recurrence(end));
        }
    }
    let group = workspace.group();
    MonitorAutoscaleSetting::new(
        &scope,
        MAIN,
        MonitorAutoscaleSettingArgs {
            name: naming::name(&scope, "azurerm_monitor_autoscale_setting", None),
            resource_group_name: group.name().into(),
            location: group.location(),
            target_resource_id: deployment,
            profile: profiles,
        },
    )
}

/// What holds when nothing else does.
const ALWAYS: &str = "load";

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Out,
    In,
}

impl AutoscaleSettings {
    fn rule(&self, deployment: &AnyId, direction: Direction) -> ProfileRule {
        let (threshold, operator, direction) = match direction {
            Direction::Out => (
                &self.out_above,
                ProfileRuleMetricTriggerOperator::GreaterThan,
                ProfileRuleScaleActionDirection::Increase,
            ),
            Direction::In => (
                &self.in_below,
                ProfileRuleMetricTriggerOperator::LessThan,
                ProfileRuleScaleActionDirection::Decrease,
            ),
        };
        ProfileRule::new(ProfileRuleArgs {
            metric_trigger: ProfileRuleMetricTrigger::new(ProfileRuleMetricTriggerArgs {
                metric_name: (&self.metric.map(|metric| {
                    match metric {
                        Metric::Cpu => "CpuUtilizationPercentage",
                        Metric::Gpu => "GpuUtilizationPercentage",
                    }
                    .to_owned()
                }))
                    .into(),
                metric_resource_id: deployment.into(),
                operator: operator.into(),
                statistic: ProfileRuleMetricTriggerStatistic::Average.into(),
                threshold: (&threshold.map(|&percent| f64::from(percent))).into(),
                time_aggregation: ProfileRuleMetricTriggerTimeAggregation::Average.into(),
                time_grain: "PT1M".into(),
                time_window: "PT5M".into(),
            }),
            scale_action: ProfileRuleScaleAction::new(ProfileRuleScaleActionArgs {
                cooldown: "PT5M".into(),
                direction: direction.into(),
                type_: ProfileRuleScaleActionType::ChangeCount.into(),
                value: 1.into(),
            }),
        })
    }

    /// The fewest machines that there ever are.
    pub(super) fn fewest(&self) -> &Sourced<u32> {
        let others = self.hours.values().map(|hours| &hours.min_instances);
        let always = &self.min_instances;
        others.fold(
            always,
            |fewest, its| if **its < **fewest { its } else { fewest },
        )
    }

    fn check(&self, scope: &Scope, instances: &Sourced<u32>) {
        hours::check(scope, &self.hours);
        let (min, max) = (*self.min_instances, *self.max_instances);
        let problem = if min > max {
            Some((
                format!("`min_instances` is {min}, but `max_instances` is {max}"),
                self.min_instances.origin(),
                format!("write at most {max}, or raise `max_instances`"),
            ))
        } else if !(min..=max).contains(instances) {
            Some((
                format!(
                    "`instances` is {}, but autoscale goes from {min} to {max}",
                    **instances
                ),
                instances.origin().or(self.min_instances.origin()),
                format!("write `instances = {min}` in the deployment: with so many it begins"),
            ))
        } else if self.in_below >= self.out_above {
            Some((
                format!(
                    "`in_below` is {}, but `out_above` is {}: machines would come and go without end",
                    *self.in_below, *self.out_above
                ),
                self.in_below.origin().or(self.out_above.origin()),
                "let some percent lie between the two".to_owned(),
            ))
        } else {
            None
        };
        if let Some((summary, at, hint)) = problem {
            let finding = Diagnostic::error(&codes::CONTRADICTION, summary);
            scope.report(finding.hint(hint).at(at));
        }
    }
}
