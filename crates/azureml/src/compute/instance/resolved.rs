//! The settings of one instance with the defaults where they are silent: what is wrong with them, and
//! what azapi is given.

use terrace_core::{Scope, Stage};
use terrace_ir::expr::call;
use terrace_ir::{Any, Diagnostic, Expr, Object, Sourced, Value};

use super::settings::{InstanceDefaults, InstanceSettings, OnScheduleChange};
use super::{IDLE, SCHEDULES};
use crate::compute::machine::{self, Part};
use crate::compute::schedule::{self, Schedules};
use crate::workspace::MlWorkspace;
use crate::{client, codes, network};

/// Settings with the defaults where they are silent.
pub(super) struct Resolved<'a> {
    pub(super) own: &'a InstanceSettings,
    pub(super) vm_size: &'a Sourced<String>,
    idle_minutes: &'a Sourced<u32>,
    pub(super) on_change: &'a Sourced<OnScheduleChange>,
    schedules: Schedules,
}

impl<'a> Resolved<'a> {
    pub(super) fn new(own: &'a InstanceSettings, defaults: &'a InstanceDefaults) -> Self {
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

    /// Reports what is wrong, but for the schedules, at which [`Resolved::body`] looks.
    pub(super) fn check(&self, scope: &Scope) {
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
    pub(super) fn idle(&self) -> Option<Any> {
        let idle = self.idle_minutes.map(|minutes| format!("PT{minutes}M"));
        self.own.always_on.is_none().then(|| Any::from(&idle))
    }

    /// Changes that are not to be seen. Tags are among them: Azure would ignore new ones too, and every
    /// plan would show them again.
    pub(super) fn spared(&self) -> Vec<String> {
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

    /// What azapi sends. Reported are schedules that Azure does not take.
    pub(super) fn body(&self, scope: &Scope, workspace: &MlWorkspace) -> Object {
        let own = self.own;
        let tenant = match &own.tenant_id {
            Some(tenant) => Value::from(tenant),
            None => client::current(scope).tenant_id().into(),
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
