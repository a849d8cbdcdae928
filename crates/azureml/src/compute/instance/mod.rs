//! One person's machine.
//!
//! The provider's own resource knows no schedules and no idle shutdown, so an instance is made through
//! azapi. Azure changes nothing about an instance that is there and does not say so: what is written to
//! it is ignored. So a change here replaces it, visibly, unless `on_schedule_change` says otherwise.
//!
//! Source: Azure/bicep#17617, Azure/azure-rest-api-specs#23042.

mod resolved;
pub mod settings;

use terrace_azapi::azapi_resource::{Identity as IdentityBlock, IdentityArgs, IdentityType};
use terrace_azapi::{AzapiResource, AzapiResourceAction, AzapiResourceActionArgs};
use terrace_core::bindings::Timeouts;
use terrace_core::{InScope, IsResource as _, Lifecycle, Scope};
use terrace_ir::{Id, Object, Sourced};

use self::resolved::Resolved;
pub use self::settings::{InstanceDefaults, InstanceSettings, OnScheduleChange, ScriptSettings};
use super::identity::{ComputeIdentity, Needs};
use super::known::{Builder, Known};
use super::{machine, taken_out};
use crate::workspace::MlWorkspace;
use crate::{ML_API, naming, network};

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
                builder: Builder::NoCluster,
                cores: machine::cores(settings.vm_size),
            },
        );
        let own = settings.own.identity.own(workspace, &scope, None);
        let instance = workspace.part(&scope, RULE, naming::name(&scope, RULE, said));
        instance
            .set_body(settings.body(&scope, workspace))
            .set_delete_query_parameters(taken_out("Delete"))
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
                accounts: None,
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
