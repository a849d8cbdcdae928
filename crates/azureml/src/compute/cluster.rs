//! A compute cluster that scales to zero.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::machine_learning_compute_cluster::{
    Identity as IdentityBlock, IdentityArgs, IdentityType, ScaleSettings, ScaleSettingsArgs,
    VmPriority,
};
use terrace_azurerm::{MachineLearningComputeCluster, MachineLearningComputeClusterArgs};
use terrace_core::bindings::Timeouts;
use terrace_core::lifecycle::Condition;
use terrace_core::{InScope, IsResource as _, Lifecycle, MAIN, Scope, Stage};
use terrace_ir::expr::{call, name};
use terrace_ir::{Diagnostic, Expr, Id, Sourced};

use super::accounts;
use super::identity::{ComputeIdentity, DataAccess, Needs};
use super::known::{Builder, Known};
use super::machine::{self, Part};
use crate::duration::duration;
use crate::identity::IdentitySettings;
use crate::workspace::MlWorkspace;
use crate::{codes, naming, network};

/// Settings of a compute cluster.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterSettings {
    /// The cluster's name in Azure, by which jobs know it, where it is not to be that of its table: 3
    /// to 24 letters, digits and `-`. A change replaces the cluster.
    #[serde(default)]
    #[schemars(transform = naming::Named(TYPE))]
    pub name: Option<Sourced<String>>,

    /// The size of its machines, as Azure writes it: `Standard_DS3_v2`. A change replaces the
    /// cluster.
    pub vm_size: Sourced<String>,

    /// How many machines there are at the least. Anything above zero costs money day and night.
    #[serde(default)]
    pub min_nodes: Sourced<u32>,

    /// How many machines there are at the most. Azure starts with a quota of 100, and with none for
    /// machines with GPUs.
    #[schemars(range(min = 1, max = 65_000))]
    pub max_nodes: Sourced<u32>,

    /// After how many minutes without work a machine goes.
    #[serde(default = "idle_minutes")]
    #[schemars(range(min = 1, max = 120))]
    pub idle_minutes: Sourced<u32>,

    /// Whether Azure may take a machine away in exchange for a lower price. A change replaces the
    /// cluster.
    #[serde(default = "dedicated")]
    pub priority: Sourced<Priority>,

    /// What jobs act as. A change replaces the cluster.
    #[serde(default = "own_identity")]
    pub identity: Sourced<ComputeIdentity>,

    /// The identity itself, with `identity = "user"`: its name, or one that is there already. It is given
    /// the roles that the cluster needs in any case.
    #[serde(default)]
    pub user_identity: Option<IdentitySettings>,

    /// What the cluster's identity may do with the blobs of the workspace's storage.
    #[serde(default = "write")]
    pub data: Sourced<DataAccess>,

    /// What the identity may do with the blobs of further accounts, by their names in `[accounts]`.
    #[serde(default)]
    pub accounts: BTreeMap<Sourced<String>, Sourced<DataAccess>>,

    /// What the cluster is for. A change replaces it.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

impl ClusterSettings {
    /// A cluster of up to `max_nodes` machines of one size: none when idle, dedicated, with an
    /// identity of its own.
    #[must_use]
    pub fn new(vm_size: impl Into<Sourced<String>>, max_nodes: impl Into<Sourced<u32>>) -> Self {
        Self {
            name: None,
            vm_size: vm_size.into(),
            min_nodes: 0.into(),
            max_nodes: max_nodes.into(),
            idle_minutes: idle_minutes(),
            priority: dedicated(),
            identity: own_identity(),
            user_identity: None,
            data: write(),
            accounts: BTreeMap::new(),
            description: None,
        }
    }
}

const TYPE: &str = "azurerm_machine_learning_compute_cluster";

fn idle_minutes() -> Sourced<u32> {
    5.into()
}

fn dedicated() -> Sourced<Priority> {
    Priority::Dedicated.into()
}

fn own_identity() -> Sourced<ComputeIdentity> {
    ComputeIdentity::User.into()
}

fn write() -> Sourced<DataAccess> {
    DataAccess::Write.into()
}

/// Whether a machine can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// It stays until it is given back.
    Dedicated,
    /// Azure takes it when it needs it, and asks less for it.
    Low,
}

/// A compute cluster.
#[derive(Clone)]
pub struct ComputeCluster {
    scope: Scope,
    cluster: MachineLearningComputeCluster,
}

impl ComputeCluster {
    /// A cluster of a workspace. Reported are a size that cannot be used, a name that another compute
    /// of the workspace has in Azure, and machines that may be taken away in production.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &ClusterSettings,
    ) -> Self {
        let name = name.into();
        let scope = Scope::named(&workspace.computes().clusters, &name);
        check(&scope, settings);
        machine::check_reach(workspace, &scope, settings.vm_size.origin());
        let said = settings.name.as_ref().map(|name| name.to_string());
        workspace.computes().add(
            &scope,
            Known {
                name: name.clone(),
                in_azure: said.unwrap_or_else(|| naming::made(&scope, TYPE)),
                said_at: settings.vm_size.origin(),
                builder: Builder::of(settings),
                cores: cores(settings),
            },
        );
        let own = settings
            .identity
            .own(workspace, &scope, settings.user_identity.as_ref());
        let idle = duration(&settings.idle_minutes.map(|minutes| minutes * 60));
        let cluster = MachineLearningComputeCluster::new(
            &scope,
            MAIN,
            MachineLearningComputeClusterArgs {
                name: naming::name(&scope, TYPE, settings.name.as_ref()),
                location: workspace.location(),
                machine_learning_workspace_id: workspace.id(),
                vm_size: machine::canonical(&settings.vm_size),
                vm_priority: settings
                    .priority
                    .map(|priority| match priority {
                        Priority::Dedicated => VmPriority::Dedicated,
                        Priority::Low => VmPriority::LowPriority,
                    })
                    .into(),
                scale_settings: ScaleSettings::new(ScaleSettingsArgs {
                    min_node_count: (&settings.min_nodes).into(),
                    max_node_count: (&settings.max_nodes).into(),
                    scale_down_nodes_after_idle_duration: idle.into(),
                }),
            },
        );
        cluster
            .set_local_auth_enabled(false)
            .set_node_public_ip_enabled(machine::has_public_address(workspace))
            .set_ssh_public_access_enabled(false)
            .set_timeouts(Timeouts::new().create(machine::FIRST_COMPUTE))
            .set_lifecycle(Lifecycle {
                postconditions: vec![has_its_own_size(&settings.vm_size)],
                ..Lifecycle::default()
            });
        if let Some(subnet) = network::place(&cluster, *settings.max_nodes) {
            cluster.set_subnet_resource_id(subnet);
        }
        if let Some(own) = own {
            let kind = settings.identity.map(|identity| match identity {
                ComputeIdentity::User => IdentityType::UserAssigned,
                ComputeIdentity::System | ComputeIdentity::None => IdentityType::SystemAssigned,
            });
            let block = IdentityBlock::new(IdentityArgs { type_: kind.into() });
            cluster.set_identity(match &own.made {
                Some(identity) => block.identity_ids([identity.id()]),
                None => block,
            });
            let needs = Needs {
                data: *settings.data,
                accounts: Some(&settings.accounts),
                builds_images: workspace.computes().builds_images(&name),
                is_instance: false,
            };
            let acts_as = own.grant(workspace, needs, cluster.identity_principal_id());
            workspace.computes().add_worker(&name, acts_as);
        } else {
            accounts::without_identity(&scope, &settings.accounts);
        }
        if let Some(description) = &settings.description {
            cluster.set_description(description);
        }
        Self { scope, cluster }
    }

    /// The resource itself.
    #[must_use]
    pub fn cluster(&self) -> &MachineLearningComputeCluster {
        &self.cluster
    }

    /// The cluster's id.
    #[must_use]
    pub fn id(&self) -> Id<MachineLearningComputeCluster> {
        self.cluster.id()
    }
}

impl InScope for ComputeCluster {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// A cluster that is made again under its name, in another size, may get the machines that it had
/// before. The name stays all the same, since people type it into jobs that run in every environment;
/// so an apply says what happened.
///
/// Source: Azure/azure-rest-api-specs#18889. Azure gives the size back in any case.
fn has_its_own_size(size: &str) -> Condition {
    let size = machine::spelt(size);
    let is: Expr<String> = call("lower", [name::<()>("self").attribute::<String>("vm_size")]);
    Condition::new(
        is.equals(size.to_lowercase()),
        format!(
            "Azure kept the machines that the cluster had before, not {size}. Destroy the cluster and apply again, or give it another `name`."
        ),
    )
}

/// All machines that may be taken away share one quota.
fn cores(settings: &ClusterSettings) -> Option<(String, i64)> {
    let (family, cores) = machine::cores(&settings.vm_size)?;
    let quota = match *settings.priority {
        Priority::Dedicated => family,
        Priority::Low => "low priority".to_owned(),
    };
    Some((quota, cores * i64::from(*settings.max_nodes)))
}

fn check(scope: &Scope, settings: &ClusterSettings) {
    let acts_as_user = *settings.identity == ComputeIdentity::User;
    IdentitySettings::check_used(settings.user_identity.as_ref(), scope, acts_as_user);
    machine::check_size(scope, &settings.vm_size, Part::Cluster);
    if *settings.max_nodes < *settings.min_nodes {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!(
                    "`min_nodes` is {}, but must be at most `max_nodes`, which is {}",
                    *settings.min_nodes, *settings.max_nodes
                ),
            )
            .argument("min_nodes")
            .value(settings.min_nodes.to_string())
            .hint("lower `min_nodes`: so many machines run day and night")
            .at(settings.min_nodes.origin()),
        );
    }
    if *settings.priority == Priority::Low && scope.stage() == Stage::Prod {
        scope.report(
            Diagnostic::error(
                &codes::INTERRUPTIBLE,
                "`priority` is \"low\" in production, where Azure may take the machines away from a job",
            )
            .argument("priority")
            .value("low")
            .hint("write `priority = \"dedicated\"`, or leave it out")
            .at(settings.priority.origin()),
        );
    }
}
