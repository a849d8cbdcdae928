//! A compute cluster that scales to zero.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::vm_size::{self, Lifecycle, Verdict};
use terrace_azurerm::machine_learning_compute_cluster::{
    Identity as IdentityBlock, IdentityArgs, IdentityType, ScaleSettings, ScaleSettingsArgs,
    VmPriority,
};
use terrace_azurerm::{MachineLearningComputeCluster, MachineLearningComputeClusterArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Any, Diagnostic, Id, Sourced, Value};

use crate::network::NetworkSettings;
use crate::workspace::MlWorkspace;
use crate::{codes, naming};

/// Settings of a compute cluster.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterSettings {
    /// The size of its machines, as Azure writes it: `Standard_DS3_v2`. A change replaces the
    /// cluster.
    pub vm_size: Sourced<String>,

    /// How many machines there are at the least. Anything above zero costs money day and night.
    #[serde(default)]
    pub min_nodes: Sourced<u32>,

    /// How many machines there are at the most.
    #[schemars(range(min = 1))]
    pub max_nodes: Sourced<u32>,

    /// After how many minutes without work a machine goes.
    #[serde(default = "idle_minutes")]
    #[schemars(range(min = 1, max = 120))]
    pub idle_minutes: Sourced<u32>,

    /// Whether Azure may take a machine away in exchange for a lower price. A change replaces the
    /// cluster.
    #[serde(default = "dedicated")]
    pub priority: Sourced<Priority>,

    /// What the cluster is for. A change replaces it.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

fn idle_minutes() -> Sourced<u32> {
    5.into()
}

fn dedicated() -> Sourced<Priority> {
    Priority::Dedicated.into()
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
    /// A cluster of a workspace. Reported is a size that cannot be used.
    #[track_caller]
    pub fn new(workspace: &MlWorkspace, name: &str, settings: &ClusterSettings) -> Self {
        let scope = Scope::new(workspace, name);
        check_size(&scope, &settings.vm_size);
        if *settings.max_nodes < *settings.min_nodes {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!(
                        "`min_nodes` is {}, more than `max_nodes`, {}",
                        *settings.min_nodes, *settings.max_nodes
                    ),
                )
                .argument("min_nodes")
                .value(settings.min_nodes.to_string())
                .at(settings.min_nodes.origin()),
            );
        }
        let idle = settings.idle_minutes.map(|minutes| format!("PT{minutes}M"));
        let cluster = MachineLearningComputeCluster::new(
            &scope,
            MAIN,
            MachineLearningComputeClusterArgs {
                name: naming::name(&scope, "azurerm_machine_learning_compute_cluster", None),
                location: workspace.location(),
                machine_learning_workspace_id: workspace.id(),
                vm_size: canonical(&settings.vm_size),
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
        // Without a network of its own a machine without a public address reaches nothing.
        let public = matches!(workspace.network(), NetworkSettings::Public { .. });
        cluster
            .set_local_auth_enabled(false)
            .set_node_public_ip_enabled(public)
            .set_ssh_public_access_enabled(false)
            .set_identity(IdentityBlock::new(IdentityArgs {
                type_: IdentityType::SystemAssigned.into(),
            }));
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

/// The size in Azure's own spelling: the provider compares letter by letter.
fn canonical(size: &Sourced<String>) -> Value<String> {
    let spelt = vm_size::canonical(size).unwrap_or_else(|| size.to_string());
    Value::untyped(Any::new(spelt.into(), size.origin()))
}

fn check_size(scope: &Scope, size: &Sourced<String>) {
    let finding = |summary: String| {
        Diagnostic::error(&codes::VM_SIZE, summary)
            .argument("vm_size")
            .value(size.as_str())
            .at(size.origin())
    };
    match vm_size::look_up(size) {
        Verdict::Known(..) | Verdict::SeriesSupported(..) => {}
        Verdict::Retired(series) => {
            let mut finding = finding(format!(
                "`{}` is of the series {}, which Azure retires",
                **size, series.name
            ));
            if series.lifecycle == Lifecycle::Retiring {
                finding.severity = terrace_ir::Severity::Warning;
            }
            scope.report(finding.hint("take a size of a newer series"));
        }
        Verdict::Undocumented { nearest } => {
            let mut finding = finding(format!(
                "`{}` is not among the sizes that are documented for Azure Machine Learning",
                **size
            ));
            finding.severity = terrace_ir::Severity::Warning;
            scope.report(match nearest {
                Some(nearest) => finding.hint(format!("a documented one is `{}`", nearest.name)),
                None => finding,
            });
        }
        Verdict::Unknown { nearest } => {
            let finding = finding(format!("`{}` is not a size of Azure's", **size));
            scope.report(match nearest {
                Some(nearest) => finding.hint(format!("did you mean `{}`?", nearest.name)),
                None => finding.hint("write it as Azure does: `Standard_DS3_v2`"),
            });
        }
    }
}
