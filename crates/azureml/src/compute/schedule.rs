//! When compute instances start and stop.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::{cron, time_zone};
use terrace_core::Scope;
use terrace_ir::{Any, Choice, Diagnostic, Object, Sourced};

use crate::codes;

/// How many schedules Azure takes for one instance. Source: how-to-create-compute-instance.
const MOST: usize = 4;

/// Schedules by name. The names are for people and for what inherits them; Azure does not see them.
pub type Schedules = BTreeMap<Sourced<String>, Schedule>;

/// When an instance starts or stops.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "trigger",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Schedule", tag = "trigger")]
pub enum Schedule {
    /// By a cron expression.
    Cron {
        /// What happens.
        action: Sourced<Action>,
        /// Five fields: minutes, hours, days of the month, months, days of the week. `0 19 * * 1-5` is
        /// seven in the evening from Monday to Friday.
        expression: Sourced<String>,
        /// Whose clock it is: a name of Windows, "W. Europe Standard Time", or a place, "Europe/Berlin".
        time_zone: Sourced<String>,
    },
    /// By days and hours.
    Recurrence {
        /// What happens.
        action: Sourced<Action>,
        /// On which days. Left out, on each.
        #[serde(default)]
        #[schemars(extend("uniqueItems" = true))]
        days: Vec<Sourced<Day>>,
        /// At which hours, 0 to 23.
        #[schemars(length(min = 1), extend("uniqueItems" = true), inner(range(max = 23)))]
        hours: Vec<Sourced<u32>>,
        /// At which minutes of each of the hours. Left out, on the hour.
        #[serde(default = "on_the_hour")]
        #[schemars(length(min = 1), extend("uniqueItems" = true), inner(range(max = 59)))]
        minutes: Vec<Sourced<u32>>,
        /// Whose clock it is: a name of Windows, "W. Europe Standard Time", or a place, "Europe/Berlin".
        time_zone: Sourced<String>,
    },
}

fn on_the_hour() -> Vec<Sourced<u32>> {
    vec![0.into()]
}

/// What a schedule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The instance starts, and costs money from then on.
    Start,
    /// The instance stops. What runs on it is lost.
    Stop,
}

impl Choice for Action {
    const ALL: &'static [Self] = &[Self::Start, Self::Stop];

    fn as_str(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Stop => "Stop",
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Choice for Day {
    const ALL: &'static [Self] = &[
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }
}

impl Schedule {
    /// What happens.
    #[must_use]
    pub fn action(&self) -> &Sourced<Action> {
        match self {
            Self::Cron { action, .. } | Self::Recurrence { action, .. } => action,
        }
    }

    /// As the service takes it. Reported is a time that there is not.
    fn body(&self, scope: &Scope) -> Object {
        let body = Object::new()
            .with("status", "Enabled")
            .with("action", self.action());
        match self {
            Self::Cron {
                expression,
                time_zone,
                ..
            } => {
                check_cron(scope, expression);
                let cron = Object::new()
                    .with("expression", expression)
                    .with("timeZone", zone(scope, time_zone));
                body.with("triggerType", "Cron").with("cron", cron)
            }
            Self::Recurrence {
                days,
                hours,
                minutes,
                time_zone,
                ..
            } => {
                let mut times = Object::new()
                    .with("hours", list(hours))
                    .with("minutes", list(minutes));
                let frequency = match days.is_empty() {
                    true => "Day",
                    false => "Week",
                };
                if !days.is_empty() {
                    let days: Vec<Any> = days.iter().map(Any::from).collect();
                    times.set("weekDays", days);
                }
                let recurrence = Object::new()
                    .with("frequency", frequency)
                    .with("interval", 1)
                    .with("timeZone", zone(scope, time_zone))
                    .with("schedule", times);
                body.with("triggerType", "Recurrence")
                    .with("recurrence", recurrence)
            }
        }
    }
}

/// Schedules as the service takes them, in the order of their names. Reported are more than Azure takes,
/// times that there are not, and starts that nothing answers.
pub(super) fn bodies(scope: &Scope, schedules: &Schedules) -> Vec<Any> {
    if let Some((name, _)) = schedules.iter().nth(MOST) {
        scope.report(
            Diagnostic::error(
                &codes::SCHEDULE,
                format!(
                    "the instance has {} schedules, but must have at most {MOST}",
                    schedules.len()
                ),
            )
            .argument("schedules")
            .hint("join some of them: a cron expression takes several days and hours")
            .at(name.origin()),
        );
    }
    let of = |action| {
        schedules
            .values()
            .map(Schedule::action)
            .find(move |its| ***its == action)
    };
    if let (Some(start), None) = (of(Action::Start), of(Action::Stop)) {
        scope.report(
            Diagnostic::warning(
                &codes::START_WITHOUT_STOP,
                "the instance is started by a schedule and stopped by none",
            )
            .argument("schedules")
            .hint("add a schedule with `action = \"stop\"`")
            .at(start.origin()),
        );
    }
    schedules
        .values()
        .map(|schedule| schedule.body(scope).into())
        .collect()
}

/// Whether one of the schedules stops the instance.
pub(super) fn stop(schedules: &Schedules) -> bool {
    schedules
        .values()
        .any(|schedule| **schedule.action() == Action::Stop)
}

fn list(numbers: &[Sourced<u32>]) -> Vec<Any> {
    let number = |number: &Sourced<u32>| Any::new((**number).into(), number.origin());
    numbers.iter().map(number).collect()
}

fn check_cron(scope: &Scope, expression: &Sourced<String>) {
    if let Err(problem) = cron::check(expression) {
        scope.report(
            Diagnostic::error(
                &codes::SCHEDULE,
                format!("`expression` is \"{}\", {problem}", **expression),
            )
            .argument("expression")
            .value(expression.as_str())
            .at(expression.origin()),
        );
    }
}

/// The zone by Windows's name, as Azure takes it.
pub(crate) fn zone(scope: &Scope, said: &Sourced<String>) -> Any {
    let name = time_zone::find(said).unwrap_or_else(|| {
        let finding = Diagnostic::error(
            &codes::SCHEDULE,
            format!("`time_zone` is \"{}\", which is no time zone", **said),
        )
        .argument("time_zone")
        .value(said.as_str())
        .at(said.origin());
        scope.report(match time_zone::nearest_to(said) {
            Some(nearest) => finding.hint(format!("did you mean \"{nearest}\"?")),
            None => finding.hint("write a name of Windows, \"W. Europe Standard Time\", or a place, \"Europe/Berlin\""),
        });
        said
    });
    Any::new(name.into(), said.origin())
}
