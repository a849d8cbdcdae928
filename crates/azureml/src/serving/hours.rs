//! Hours in which a deployment has other limits than at all other times.
//!
//! Azure knows when a profile begins and not when it ends: it holds until another one begins. So hours are
//! two profiles, one with their own limits and one that brings back what holds at all other times. The
//! name of the second says which it ends, as Azure's portal writes and reads it.
//!
//! Source: `autoscale-multiprofile`, autoscale with multiple profiles.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::time_zone;
use terrace_azurerm::monitor_autoscale_setting::{ProfileRecurrence, ProfileRecurrenceArgs};
use terrace_core::Scope;
use terrace_ir::{Any, Choice as _, Diagnostic, Origin, Sourced, Value};

use crate::codes;
use crate::compute::schedule::{self, Day};

/// Hours by name, with the limits that hold in them.
pub type Hours = BTreeMap<Sourced<String>, HoursSettings>;

/// Hours of days: `[endpoints.NAME.deployments.NAME.autoscale.hours.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursSettings {
    /// On which days. Left out, on each.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub days: Vec<Sourced<Day>>,

    /// When they begin: `07:30`.
    #[schemars(regex(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"), extend("patternErrorMessage" = "a time such as \"07:30\""))]
    pub from: Sourced<String>,

    /// When they end, on the same day: `19:00`, or `24:00` for its end.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"), extend("patternErrorMessage" = "a time such as \"19:00\", at the latest \"24:00\""))]
    pub to: Sourced<String>,

    /// Whose clock it is: a name of Windows, "W. Europe Standard Time", or a place, "Europe/Berlin".
    pub time_zone: Sourced<String>,

    /// The fewest machines in these hours.
    #[schemars(range(min = 1, max = 50))]
    pub min_instances: Sourced<u32>,

    /// The most machines in these hours.
    #[schemars(range(min = 1, max = 50))]
    pub max_instances: Sourced<u32>,
}

/// How many there may be: Azure takes 20 profiles of a setting.
const MOST: usize = 9;

impl HoursSettings {
    /// When the hours begin.
    pub(super) fn begin(&self, scope: &Scope) -> ProfileRecurrence {
        let days: Vec<Day> = self.on().collect();
        self.recurrence(scope, &days, &self.from, clock(&self.from))
    }

    /// When they end, but for when others begin: of two profiles that begin at one time, nobody knows
    /// which one holds.
    pub(super) fn end(&self, scope: &Scope, all: &Hours) -> Option<ProfileRecurrence> {
        let (at, later) = match clock(&self.to) {
            Some((24, minute)) => (Some((0, minute)), 1),
            at => (at, 0),
        };
        let begins = |day: &Day| {
            all.values().any(|other| {
                other.zone() == self.zone()
                    && clock(&other.from) == at
                    && other.on().any(|its| its == *day)
            })
        };
        let days: Vec<Day> = self
            .on()
            .map(|day| Day::ALL[(day as usize + later) % Day::ALL.len()])
            .filter(|day| !begins(day))
            .collect();
        (!days.is_empty()).then(|| self.recurrence(scope, &days, &self.to, at))
    }

    fn recurrence(
        &self,
        scope: &Scope,
        days: &[Day],
        said: &Sourced<String>,
        at: Option<(u32, u32)>,
    ) -> ProfileRecurrence {
        let (hour, minute) = at.unwrap_or_default();
        let list = |number: u32| {
            let number = Any::new(i64::from(number).into(), said.origin());
            Value::untyped(Any::new(vec![number].into(), said.origin()))
        };
        let days: Vec<Any> = days.iter().map(|day| day.as_str().into()).collect();
        ProfileRecurrence::new(ProfileRecurrenceArgs {
            days: Value::untyped(days.into()),
            hours: list(hour),
            minutes: list(minute),
        })
        .timezone(Value::untyped(schedule::zone(scope, &self.time_zone)))
    }

    fn zone(&self) -> Option<&'static str> {
        time_zone::find(&self.time_zone)
    }

    fn on(&self) -> impl Iterator<Item = Day> {
        let said = self.days.iter().map(|day| **day);
        let each = self.days.is_empty().then_some(Day::ALL);
        said.chain(each.into_iter().flatten().copied())
    }

    /// Whether both hold at one time. Hours by other clocks are not compared.
    fn meets(&self, other: &Self) -> bool {
        let shared = self.on().any(|day| other.on().any(|it| it == day));
        shared
            && self.zone() == other.zone()
            && clock(&self.from) < clock(&other.to)
            && clock(&other.from) < clock(&self.to)
    }
}

/// Reports hours that end before they begin, that meet others, that are too many, and limits that are the
/// wrong way round.
pub(super) fn check(scope: &Scope, hours: &Hours) {
    let report = |summary: String, hint: &str, at: Origin| {
        scope.report(
            Diagnostic::error(&codes::HOURS, summary)
                .argument("hours")
                .hint(hint)
                .at(at),
        );
    };
    for (index, (name, its)) in hours.iter().enumerate() {
        if index == MOST {
            report(
                format!(
                    "there are {} hours, but Azure takes at most {MOST}",
                    hours.len()
                ),
                "join some of them: hours may be on several days",
                name.origin(),
            );
        }
        if clock(&its.from) >= clock(&its.to) {
            report(
                format!(
                    "`{}` ends at {}, but begins at {}",
                    **name, *its.to, *its.from
                ),
                "write hours of one day; those over midnight are two",
                its.to.origin(),
            );
            continue;
        }
        if *its.min_instances > *its.max_instances {
            report(
                format!(
                    "`min_instances` is {}, but `max_instances` is {}",
                    *its.min_instances, *its.max_instances
                ),
                "raise the one, or lower the other",
                its.min_instances.origin(),
            );
        }
        if let Some((other, _)) = hours.iter().take(index).find(|other| other.1.meets(its)) {
            report(
                format!("`{}` and `{}` hold at the same time", **other, **name),
                "let one end when the other begins, or on other days",
                its.from.origin(),
            );
        }
    }
}

/// `07:30` as hour and minute.
fn clock(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}
