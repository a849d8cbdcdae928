//! A cluster of Kubernetes that is there already, attached to the workspace.
//!
//! What must be there first: the cluster (Azure Kubernetes Service, or one of one's own through Azure
//! Arc), and on it the extension `Microsoft.AzureML.Kubernetes`, with `enableTraining` for jobs or
//! `enableInference` for endpoints. Source: how-to-attach-kubernetes-anywhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::AzapiResource;
use terrace_azapi::azapi_resource::{Identity as IdentityBlock, IdentityArgs, IdentityType};
use terrace_core::{InScope, Scope};
use terrace_ir::{Any, Diagnostic, Id, Object, Sourced};

use super::accounts;
use super::identity::{ComputeIdentity, DataAccess, Needs};
use super::known::{Builder, Known};
use super::taken_out;
use crate::workspace::MlWorkspace;
use crate::{Given, codes, naming};

/// Settings of an attached cluster of Kubernetes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KubernetesSettings {
    /// The cluster's id: `/subscriptions/…/providers/Microsoft.ContainerService/managedClusters/…`, or
    /// `…/providers/Microsoft.Kubernetes/connectedClusters/…`. The extension of Azure Machine Learning
    /// must be on it. A change attaches anew.
    pub cluster_id: Given,

    /// The name in the workspace, by which jobs know it, where it is not to be that of its table: 3 to
    /// 24 letters, digits and `-`.
    #[serde(default)]
    #[schemars(transform = naming::Named(RULE))]
    pub name: Option<Sourced<String>>,

    /// The namespace in which jobs and endpoints run. It must be there. A change attaches anew.
    #[serde(default)]
    pub namespace: Option<Sourced<String>>,

    /// Which of `instance_types` a job gets that names none.
    #[serde(default)]
    pub default_instance_type: Option<Sourced<String>>,

    /// What jobs may ask for, by name.
    #[serde(default)]
    pub instance_types: BTreeMap<String, InstanceType>,

    /// What jobs and endpoints act as.
    #[serde(default = "own_identity")]
    pub identity: Sourced<ComputeIdentity>,

    /// What the identity may do with the blobs of the workspace's storage.
    #[serde(default = "write")]
    pub data: Sourced<DataAccess>,

    /// What the identity may do with the blobs of further accounts, by their names in `[accounts]`.
    #[serde(default)]
    pub accounts: BTreeMap<Sourced<String>, Sourced<DataAccess>>,

    /// What it is for.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

/// What a job may ask for: on which nodes, and how much of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InstanceType {
    /// Labels of the nodes.
    pub node_selector: BTreeMap<String, Sourced<String>>,
    /// What is set aside: `cpu = "1"`, `memory = "4Gi"`.
    pub requests: BTreeMap<String, Sourced<String>>,
    /// What is the most: `cpu = "2"`, `memory = "8Gi"`, `"nvidia.com/gpu" = "1"`.
    pub limits: BTreeMap<String, Sourced<String>>,
}

impl KubernetesSettings {
    /// A cluster by its id, which may be that of one that the stack makes, with an identity made for
    /// it.
    #[must_use]
    pub fn new(cluster_id: impl Into<Given>) -> Self {
        Self {
            cluster_id: cluster_id.into(),
            name: None,
            namespace: None,
            default_instance_type: None,
            instance_types: BTreeMap::new(),
            identity: own_identity(),
            data: write(),
            accounts: BTreeMap::new(),
            description: None,
        }
    }
}

fn own_identity() -> Sourced<ComputeIdentity> {
    ComputeIdentity::User.into()
}

fn write() -> Sourced<DataAccess> {
    DataAccess::Write.into()
}

const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/computes";
/// Unlike that of an instance, the name is not taken for others in the region.
const RULE: &str = "azurerm_machine_learning_compute_cluster";

/// An attached cluster of Kubernetes.
#[derive(Clone)]
pub struct AttachedKubernetes {
    scope: Scope,
    attached: AzapiResource,
}

impl AttachedKubernetes {
    /// Attaches a cluster to a workspace. Reported are an id that is none of a cluster, and a default
    /// type that is not there.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &KubernetesSettings,
    ) -> Self {
        let name = name.into();
        let scope = Scope::named(&workspace.computes().kubernetes, &name);
        check(&scope, settings);
        let said = settings.name.as_ref();
        workspace.computes().add(
            &scope,
            Known {
                name,
                in_azure: match said {
                    Some(said) => said.to_string(),
                    None => naming::made(&scope, RULE),
                },
                said_at: settings.cluster_id.origin(),
                builder: Builder::NoCluster,
                cores: None,
            },
        );
        let own = settings.identity.own(workspace, &scope, None);
        let attached = workspace.part(&scope, TYPE, naming::name(&scope, RULE, said));
        attached
            .set_body(body(settings))
            .set_delete_query_parameters(taken_out("Detach"))
            .set_replace_triggers_refs([
                "properties.resourceId",
                "properties.properties.namespace",
            ]);
        if let Some(own) = own {
            let kind = settings.identity.map(|identity| match identity {
                ComputeIdentity::User => IdentityType::UserAssigned,
                ComputeIdentity::System | ComputeIdentity::None => IdentityType::SystemAssigned,
            });
            let block = IdentityBlock::new(IdentityArgs { type_: kind.into() });
            attached.set_identity(match &own.made {
                Some(identity) => block.identity_ids([identity.id()]),
                None => block,
            });
            let needs = Needs {
                data: *settings.data,
                accounts: Some(&settings.accounts),
                builds_images: false,
                is_instance: false,
            };
            own.grant(workspace, needs, attached.identity_principal_id());
        } else {
            accounts::without_identity(&scope, &settings.accounts);
        }
        Self { scope, attached }
    }

    /// The resource itself.
    #[must_use]
    pub fn attached(&self) -> &AzapiResource {
        &self.attached
    }

    /// The id in the workspace.
    #[must_use]
    pub fn id(&self) -> Id<AzapiResource> {
        self.attached.id()
    }
}

impl InScope for AttachedKubernetes {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

fn body(settings: &KubernetesSettings) -> Object {
    let mut inside = Object::new();
    if let Some(namespace) = &settings.namespace {
        inside.set("namespace", namespace);
    }
    if let Some(default) = &settings.default_instance_type {
        inside.set("defaultInstanceType", default);
    }
    if !settings.instance_types.is_empty() {
        let types: Object = settings
            .instance_types
            .iter()
            .map(|(name, it)| (name.clone(), it.body()))
            .collect();
        inside.set("instanceTypes", types);
    }
    let mut properties = Object::new()
        .with("computeType", "Kubernetes")
        .with("disableLocalAuth", true)
        .with("resourceId", &settings.cluster_id)
        .with("properties", inside);
    if let Some(description) = &settings.description {
        properties.set("description", description);
    }
    Object::new().with("properties", properties)
}

impl InstanceType {
    fn body(&self) -> Object {
        let map = |map: &BTreeMap<String, Sourced<String>>| -> Object {
            map.iter()
                .map(|(key, value)| (key.clone(), Any::from(value)))
                .collect()
        };
        let resources = Object::new()
            .with("requests", map(&self.requests))
            .with("limits", map(&self.limits));
        let mut body = Object::new();
        if !self.node_selector.is_empty() {
            body.set("nodeSelector", map(&self.node_selector));
        }
        body.with("resources", resources)
    }
}

fn check(scope: &Scope, settings: &KubernetesSettings) {
    let kinds = [
        "/providers/microsoft.containerservice/managedclusters/",
        "/providers/microsoft.kubernetes/connectedclusters/",
    ];
    let is_cluster = |id: &str| {
        let id = id.to_ascii_lowercase();
        id.starts_with("/subscriptions/") && kinds.iter().any(|kind| id.contains(kind))
    };
    if let Some(id) = settings.cluster_id.text()
        && !is_cluster(id)
    {
        scope.report(
            Diagnostic::error(
                &codes::CLUSTER_ID,
                format!(
                    "`cluster_id` is \"{}\", which is no id of a cluster of Kubernetes",
                    **id
                ),
            )
            .argument("cluster_id")
            .value(id.as_str())
            .hint("write \"/subscriptions/…/providers/Microsoft.ContainerService/managedClusters/NAME\"; `az aks show --query id` prints it")
            .at(id.origin()),
        );
    }
    if let Some(default) = &settings.default_instance_type
        && !settings.instance_types.contains_key(&**default)
    {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!(
                    "`default_instance_type` is \"{}\", which is none of `instance_types`",
                    **default
                ),
            )
            .argument("default_instance_type")
            .value(default.as_str())
            .at(default.origin()),
        );
    }
}
