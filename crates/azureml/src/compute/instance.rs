//! One person's machine.
//!
//! The provider's own resource knows no schedules and no idle shutdown, so an instance is made through
//! azapi. Azure changes nothing about an instance that is there and does not say so: what is written to
//! it is ignored. So a change here replaces it, visibly, unless `on_schedule_change` says otherwise.
//!
//! Source: Azure/bicep#17617, Azure/azure-rest-api-specs#23042.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::azapi_resource::{Identity as IdentityBlock, IdentityArgs, IdentityType};
use terrace_azapi::{
    AzapiResource, AzapiResourceAction, AzapiResourceActionArgs, AzapiResourceArgs,
};
use terrace_core::bindings::Timeouts;
use terrace_core::{InScope, IsResource as _, Lifecycle, MAIN, Scope, Stage};
use terrace_ir::expr::call;
use terrace_ir::{Any, Diagnostic, Expr, Id, Object, Sourced, Value};

use super::identity::{ComputeIdentity, DataAccess, Needs};
use super::known::{Builder, Known};
use super::machine::{self, Part};
use super::schedule::{self, Schedules};
use crate::workspace::MlWorkspace;
use crate::{ML_API, codes, frame, naming, network};

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

const RULE: &str = "Microsoft.MachineLearningServices/workspaces/computes";

/// What makes an instance anew when it changes: everything, since Azure would ignore it. What
/// `on_schedule_change` spares does not differ in a plan.
const IMMUTABLE: [&str; 13] = [
    "properties.description",
    "properties.disableLocalAuth",
    "properties.properties.applicationSharingPolicy",
    "properties.properties.computeInstanceAuthorizationType",
    "properties.properties.enableNodePublicIp",
    "properties.properties.enableSSO",
    IDLE,
    "properties.properties.personalComputeInstanceSettings",
    SCHEDULES,
    "properties.properties.setupScripts",
    "properties.properties.sshSettings",
    "properties.properties.subnet",
    "properties.properties.vmSize",
];
const IDLE: &str = "properties.properties.idleTimeBeforeShutdown";
const SCHEDULES: &str = "properties.properties.schedules";

/// A compute instance.
#[derive(Clone)]
pub struct ComputeInstance {
    scope: Scope,
    instance: AzapiResource,
}

impl ComputeInstance {
    /// An instance of a workspace, for one person. It stops when it is idle, unless its settings say why
    /// not.
    ///
    /// Reported are one in production, one that nothing stops at night, schedules that Azure does not
    /// take, and a size that cannot be used.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &InstanceSettings,
    ) -> Self {
        let name = name.into();
        let scope = Scope::named(&workspace.computes().instances, &name);
        let defaults = workspace.computes().defaults.borrow();
        let settings = Resolved::new(settings, &defaults);
        settings.check(&scope);
        let said = settings.own.name.as_ref();
        workspace.computes().add(
            &scope,
            Known {
                name,
                in_azure: match said {
                    Some(said) => said.to_string(),
                    None => naming::made(&scope, RULE),
                },
                said_at: settings.own.user.origin(),
                machines: 1,
                builder: Builder::NoCluster,
            },
        );
        let own = settings.own.identity.own(workspace, &scope);
        let instance = AzapiResource::new(
            &scope,
            MAIN,
            AzapiResourceArgs {
                type_: format!("{RULE}@{ML_API}").into(),
            },
        );
        instance
            .set_name(naming::name(&scope, RULE, said))
            .set_parent_id(workspace.id())
            .set_location(workspace.location())
            .set_body(settings.body(&scope, workspace))
            .set_replace_triggers_refs(IMMUTABLE)
            .set_timeouts(Timeouts::new().create(machine::FIRST_COMPUTE))
            .set_lifecycle(Lifecycle {
                ignore_changes: settings.spared(),
                ..Lifecycle::default()
            });
        network::place(&instance, 1);
        // The kind of the identity is no part of the body.
        let kind = settings.own.identity.map(|identity| match identity {
            ComputeIdentity::None => IdentityType::None,
            ComputeIdentity::System => IdentityType::SystemAssigned,
            ComputeIdentity::User => IdentityType::UserAssigned,
        });
        instance.set_replace_triggers_external_values(Object::new().with("identity", &kind));
        if let Some(own) = own {
            let block = IdentityBlock::new(IdentityArgs { type_: kind.into() });
            instance.set_identity(match &own.made {
                Some(identity) => block.identity_ids([identity.id()]),
                None => block,
            });
            let needs = Needs {
                data: *settings.own.data,
                builds_images: false,
                is_instance: true,
            };
            own.grant(workspace, needs, instance.identity_principal_id());
        }
        if **settings.on_change == OnScheduleChange::Action
            && let Some(idle) = settings.idle()
        {
            let action = AzapiResourceAction::new(
                &scope,
                "idle_time",
                AzapiResourceActionArgs {
                    type_: format!("{RULE}@{ML_API}").into(),
                    resource_id: instance.id().into(),
                },
            );
            action
                .set_action("updateIdleShutdownSetting")
                .set_method("POST")
                .set_body(Object::new().with("idleTimeBeforeShutdown", idle));
        }
        Self { scope, instance }
    }

    /// The resource itself.
    #[must_use]
    pub fn instance(&self) -> &AzapiResource {
        &self.instance
    }

    /// The instance's id.
    #[must_use]
    pub fn id(&self) -> Id<AzapiResource> {
        self.instance.id()
    }
}

impl InScope for ComputeInstance {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// Settings with the defaults where they are silent.
struct Resolved<'a> {
    own: &'a InstanceSettings,
    vm_size: &'a Sourced<String>,
    idle_minutes: &'a Sourced<u32>,
    on_change: &'a Sourced<OnScheduleChange>,
    schedules: Schedules,
}

impl<'a> Resolved<'a> {
    fn new(own: &'a InstanceSettings, defaults: &'a InstanceDefaults) -> Self {
        let mut schedules = match &own.always_on {
            None => defaults.schedules.clone(),
            Some(_) => Schedules::new(),
        };
        for (name, schedule) in &own.schedules {
            // The key too, since it says where.
            schedules.remove(name.as_str());
            schedules.insert(name.clone(), schedule.clone());
        }
        let or = own.on_schedule_change.as_ref();
        Self {
            own,
            vm_size: own.vm_size.as_ref().unwrap_or(&defaults.vm_size),
            idle_minutes: own.idle_minutes.as_ref().unwrap_or(&defaults.idle_minutes),
            on_change: or.unwrap_or(&defaults.on_schedule_change),
            schedules,
        }
    }

    fn check(&self, scope: &Scope) {
        machine::check_size(scope, self.vm_size, Part::Instance);
        let user = &self.own.user;
        if scope.stage() == Stage::Prod && self.own.in_production.is_none() {
            scope.report(
                Diagnostic::error(
                    &codes::INSTANCE_IN_PRODUCTION,
                    "a person's machine does not belong in production",
                )
                .hint("take it out, or say why: `in_production = \"…\"`")
                .at(user.origin()),
            );
        }
        if self.own.always_on.is_none() && !schedule::stop(&self.schedules) {
            scope.report(
                Diagnostic::warning(
                    &codes::NOTHING_STOPS,
                    "no schedule stops the instance at night",
                )
                .detail("an open notebook may count as work, so that it is never idle")
                .hint("add a schedule with `action = \"stop\"` to `[instance_defaults.schedules]`, or say why not: `always_on = \"…\"`")
                .at(user.origin()),
            );
        }
        if let (Some(reason), Some(_)) = (&self.own.always_on, &self.own.idle_minutes) {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    "the instance is `always_on`, but has `idle_minutes`",
                )
                .argument("always_on")
                .hint("take one of the two out")
                .at(reason.origin()),
            );
        }
    }

    /// The idle time as the service takes it, in minutes, as its own command line writes it.
    fn idle(&self) -> Option<Any> {
        let idle = self.idle_minutes.map(|minutes| format!("PT{minutes}M"));
        self.own.always_on.is_none().then(|| Any::from(&idle))
    }

    /// Changes that are not to be seen. Tags are among them: Azure would ignore new ones too, and every
    /// plan would show them again.
    fn spared(&self) -> Vec<String> {
        let body = |path: &str| format!("body.{path}");
        let mut spared = vec!["tags".to_owned()];
        if **self.on_change != OnScheduleChange::Replace {
            spared.push(body(IDLE));
        }
        if **self.on_change == OnScheduleChange::Ignore {
            spared.push(body(SCHEDULES));
        }
        spared
    }

    fn body(&self, scope: &Scope, workspace: &MlWorkspace) -> Object {
        let own = self.own;
        let tenant = match &own.tenant_id {
            Some(tenant) => Value::from(tenant),
            None => frame::client(scope).tenant_id().into(),
        };
        let user = Object::new()
            .with("objectId", &own.user)
            .with("tenantId", tenant);
        let mut machine = Object::new()
            .with("vmSize", machine::canonical(self.vm_size))
            .with("applicationSharingPolicy", "Personal")
            .with("computeInstanceAuthorizationType", "personal")
            .with("enableNodePublicIp", machine::has_public_address(workspace))
            .with(
                "personalComputeInstanceSettings",
                Object::new().with("assignedUser", user),
            )
            .with(
                "sshSettings",
                Object::new().with("sshPublicAccess", "Disabled"),
            );
        if let Some(subnet) = network::training_subnet(scope) {
            machine.set("subnet", Object::new().with("id", subnet.to_expr()));
        }
        if let Some(single_sign_on) = &own.single_sign_on {
            machine.set("enableSSO", single_sign_on);
        }
        if let Some(idle) = self.idle() {
            machine.set("idleTimeBeforeShutdown", idle);
        }
        let scripts = scripts(own);
        if !scripts.is_empty() {
            machine.set("setupScripts", Object::new().with("scripts", scripts));
        }
        let schedules = schedule::bodies(scope, &self.schedules);
        if !schedules.is_empty() {
            let schedules = Object::new().with("computeStartStop", schedules);
            machine.set("schedules", schedules);
        }
        let mut properties = Object::new()
            .with("computeType", "ComputeInstance")
            .with("disableLocalAuth", true)
            .with("properties", machine);
        if let Some(description) = &own.description {
            properties.set("description", description);
        }
        Object::new().with("properties", properties)
    }
}

fn scripts(settings: &InstanceSettings) -> Object {
    let mut scripts = Object::new();
    for (name, settings) in [
        ("creationScript", &settings.creation_script),
        ("startupScript", &settings.startup_script),
    ] {
        let Some(settings) = settings else {
            continue;
        };
        // The text stays readable in the output: Terraform encodes it.
        let text: Expr<String> = call("base64encode", [&settings.script]);
        let mut script = Object::new()
            .with("scriptSource", "inline")
            .with("scriptData", text);
        if let Some(arguments) = &settings.arguments {
            script.set("scriptArguments", arguments);
        }
        if let Some(minutes) = &settings.timeout_minutes {
            let timeout = minutes.map(|minutes| format!("{minutes}m"));
            script.set("timeout", &timeout);
        }
        scripts.set(name, script);
    }
    scripts
}
