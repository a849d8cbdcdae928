//! What an environment file says of compute instances.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_ir::Sourced;

use super::RULE;
use crate::compute::identity::{ComputeIdentity, DataAccess};
use crate::compute::schedule::Schedules;
use crate::naming;

/// Settings of a compute instance.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstanceSettings {
    /// Who works on it, and nobody else: the person's object id in Entra.
    #[schemars(extend("format" = "uuid"))]
    pub user: Sourced<String>,

    /// The person's tenant, where it is not the one of the login.
    #[serde(default)]
    #[schemars(extend("format" = "uuid"))]
    pub tenant_id: Option<Sourced<String>>,

    /// The instance's name in Azure, where it is not to be made by the naming template: 3 to 24
    /// letters, digits and `-`, which nobody else in the region has. A change replaces the instance.
    #[serde(default)]
    #[schemars(transform = naming::Named(RULE))]
    pub name: Option<Sourced<String>>,

    /// The size of the machine. Left out, that of `[instance_defaults]`. A change replaces the instance.
    #[serde(default)]
    pub vm_size: Option<Sourced<String>>,

    /// After how many minutes without work the machine stops, 15 (a quarter of an hour) to 4320 (three
    /// days). Left out, those of `[instance_defaults]`.
    #[serde(default)]
    #[schemars(range(min = 15, max = 4320))]
    pub idle_minutes: Option<Sourced<u32>>,

    /// When the machine starts and stops, beside the schedules of `[instance_defaults]`. One of the
    /// same name takes the place of the default one.
    #[serde(default)]
    pub schedules: Schedules,

    /// Why the machine may run day and night. Neither idle time nor the schedules of
    /// `[instance_defaults]` stop it then.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub always_on: Option<Sourced<String>>,

    /// Why there is a person's machine in production, where it is an error otherwise.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub in_production: Option<Sourced<String>>,

    /// What a change of idle time or schedules does. Left out, what `[instance_defaults]` says.
    #[serde(default)]
    pub on_schedule_change: Option<Sourced<OnScheduleChange>>,

    /// Whether the person is signed in on the machine without being asked. Left out, Azure decides.
    #[serde(default)]
    pub single_sign_on: Option<Sourced<bool>>,

    /// A script that runs once, as root, when the instance is made. It is no place for secrets. A
    /// change replaces the instance.
    #[serde(default)]
    pub creation_script: Option<ScriptSettings>,

    /// A script that runs, as root, whenever the instance starts. It is no place for secrets. A change
    /// replaces the instance.
    #[serde(default)]
    pub startup_script: Option<ScriptSettings>,

    /// What the machine itself acts as, beside the person. A change replaces the instance.
    #[serde(default = "no_identity")]
    pub identity: Sourced<ComputeIdentity>,

    /// What the machine's identity may do with the blobs of the workspace's storage.
    #[serde(default = "write")]
    pub data: Sourced<DataAccess>,

    /// What the instance is for. A change replaces it.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

/// What holds for all instances of an environment that do not say otherwise.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InstanceDefaults {
    /// The size of the machines.
    pub vm_size: Sourced<String>,

    /// After how many minutes without work a machine stops, 15 to 4320.
    #[schemars(range(min = 15, max = 4320))]
    pub idle_minutes: Sourced<u32>,

    /// When the machines start and stop.
    pub schedules: Schedules,

    /// What a change of idle time or schedules does to the instances that are there.
    pub on_schedule_change: Sourced<OnScheduleChange>,
}

impl Default for InstanceDefaults {
    fn default() -> Self {
        Self {
            vm_size: "Standard_DS3_v2".into(),
            idle_minutes: 30.into(),
            schedules: Schedules::new(),
            on_schedule_change: OnScheduleChange::Replace.into(),
        }
    }
}

/// What a change of idle time or schedules does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnScheduleChange {
    /// The instance is made anew. What stands on its disk is lost; the workspace's files stay.
    Replace,
    /// A new idle time is sent to the instance. New schedules, for which Azure has no such way, make
    /// it anew.
    Action,
    /// It holds for instances that are made from then on.
    Ignore,
}

/// A script for a machine.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptSettings {
    /// The script itself.
    pub script: Sourced<String>,

    /// What it is called with.
    #[serde(default)]
    pub arguments: Option<Sourced<String>>,

    /// After how many minutes it is given up.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub timeout_minutes: Option<Sourced<u32>>,
}

impl InstanceSettings {
    /// An instance for a person, by the object id in Entra, as the defaults have it.
    #[must_use]
    pub fn new(user: impl Into<Sourced<String>>) -> Self {
        Self {
            user: user.into(),
            tenant_id: None,
            name: None,
            vm_size: None,
            idle_minutes: None,
            schedules: Schedules::new(),
            always_on: None,
            in_production: None,
            on_schedule_change: None,
            single_sign_on: None,
            creation_script: None,
            startup_script: None,
            identity: no_identity(),
            data: write(),
            description: None,
        }
    }
}

fn no_identity() -> Sourced<ComputeIdentity> {
    ComputeIdentity::None.into()
}

fn write() -> Sourced<DataAccess> {
    DataAccess::Write.into()
}
