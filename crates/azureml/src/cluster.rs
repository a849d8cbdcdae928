//! A compute cluster that scales to zero.

use std::cell::RefCell;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::vm_size::{self, Lifecycle, Verdict};
use terrace_azurerm::machine_learning_compute_cluster::{
    Identity as IdentityBlock, IdentityArgs, IdentityType, ScaleSettings, ScaleSettingsArgs,
    VmPriority,
};
use terrace_azurerm::{MachineLearningComputeCluster, MachineLearningComputeClusterArgs};
use terrace_core::{InScope, MAIN, Resource, Scope};
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

    /// How many machines there are at the most. Azure starts with a quota of 100.
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

    /// What the cluster is for. A change replaces it.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

impl ClusterSettings {
    /// What the names of clusters are, as a schema of the names in a map of settings:
    /// `#[schemars(extend("propertyNames" = ClusterSettings::names()))]`.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A cluster's name begins with a letter and goes on with letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
        })
    }
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
    /// A cluster of a workspace. Reported are a size that cannot be used, and a name that another
    /// cluster of the workspace has in Azure.
    #[track_caller]
    pub fn new(workspace: &MlWorkspace, name: &str, settings: &ClusterSettings) -> Self {
        let scope = Scope::new(workspace, name);
        check_size(&scope, &settings.vm_size);
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
        let in_azure = naming::made(&scope, "azurerm_machine_learning_compute_cluster");
        workspace.clusters().add(&scope, name, &in_azure, settings);
        let idle = settings.idle_minutes.map(|minutes| format!("PT{minutes}M"));
        let cluster = MachineLearningComputeCluster::new(
            &scope,
            MAIN,
            MachineLearningComputeClusterArgs {
                name: in_azure.into(),
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

/// The clusters of a workspace, as the workspace and each other know them.
#[derive(Default)]
pub(crate) struct Clusters(RefCell<Vec<Known>>);

struct Known {
    name: String,
    in_azure: String,
    has_gpus: bool,
}

impl Clusters {
    /// Adds a cluster. Reported is another one that is called the same in Azure.
    fn add(&self, scope: &Scope, name: &str, in_azure: &str, settings: &ClusterSettings) {
        let mut known = self.0.borrow_mut();
        if let Some(other) = known
            .iter()
            .find(|other| other.name != name && other.in_azure == in_azure)
        {
            scope.report(
                Diagnostic::error(
                    &codes::NAME,
                    format!(
                        "the clusters `{}` and `{name}` are both called \"{in_azure}\" in Azure",
                        other.name
                    ),
                )
                .detail("names become lower case, `_` becomes `-`, and a number at the end loses the hyphen before it")
                .hint("rename one of the two")
                .at(settings.vm_size.origin()),
            );
        }
        known.push(Known {
            name: name.to_owned(),
            in_azure: in_azure.to_owned(),
            has_gpus: has_gpus(&settings.vm_size),
        });
    }

    /// Lets the cluster called `builder` build the images of a workspace. Reported are one that is
    /// not there, and one that cannot.
    pub(crate) fn build_images(&self, workspace: &Resource, builder: &Sourced<String>) {
        let known = self.0.borrow();
        let finding = |summary: String| {
            Diagnostic::error(&codes::CONTRADICTION, summary)
                .argument("image_build_cluster")
                .value(builder.as_str())
                .at(builder.origin())
        };
        let cluster = known.iter().find(|cluster| cluster.name == **builder);
        let others = || {
            let able = known.iter().filter(|cluster| !cluster.has_gpus);
            let names: Vec<String> = able.map(|it| format!("\"{}\"", it.name)).collect();
            match names.is_empty() {
                true => "add a cluster of a size without GPUs".to_owned(),
                false => format!("name one that can: \"{}\"", names.join("\" or \"")),
            }
        };
        match cluster {
            None => workspace.scope().report(
                finding(format!("`image_build_cluster` is \"{}\", which is no cluster", **builder))
                    .detail("it is to build the workspace's images")
                    .hint(others()),
            ),
            Some(cluster) if cluster.has_gpus => workspace.scope().report(
                finding(format!(
                    "`image_build_cluster` is \"{}\", whose machines have GPUs, on which Azure builds no images",
                    **builder
                ))
                .hint(others()),
            ),
            Some(cluster) => {
                let name = Any::new(cluster.in_azure.clone().into(), builder.origin());
                workspace.set("image_build_compute_name", name);
            }
        }
    }
}

fn has_gpus(size: &str) -> bool {
    match vm_size::look_up(size) {
        Verdict::Known(size, _) => size.gpus > 0,
        Verdict::SeriesSupported(series) | Verdict::Retired(series) => series.gpu.is_some(),
        Verdict::Undocumented { .. } | Verdict::Unknown { .. } => false,
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
                "`vm_size` is \"{}\" of the series {}, which Azure retires",
                **size, series.name
            ));
            if series.lifecycle == Lifecycle::Retiring {
                finding.severity = terrace_ir::Severity::Warning;
            }
            scope.report(finding.hint("use a size of a newer series"));
        }
        Verdict::Undocumented { nearest } => {
            let mut finding = finding(format!(
                "`vm_size` is \"{}\", which is not documented for Azure Machine Learning",
                **size
            ));
            finding.severity = terrace_ir::Severity::Warning;
            scope.report(match nearest {
                Some(nearest) => finding.hint(format!(
                    "use a documented one, such as \"{}\"",
                    nearest.name
                )),
                None => finding,
            });
        }
        Verdict::Unknown { nearest } => {
            let finding = finding(format!(
                "`vm_size` is \"{}\", which is no size of Azure",
                **size
            ));
            scope.report(match nearest {
                Some(nearest) => finding.hint(format!("did you mean \"{}\"?", nearest.name)),
                None => finding.hint("write it as Azure does: \"Standard_DS3_v2\""),
            });
        }
    }
}
