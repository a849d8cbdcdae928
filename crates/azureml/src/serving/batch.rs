//! An endpoint that works through files, on a cluster of the workspace.
//!
//! Which deployment answers by default is a part of the endpoint, but can only be said once the deployment
//! is there: it is set afterwards, like the traffic of an online endpoint. The jobs act as whoever calls the
//! endpoint, or as the cluster.
//!
//! Source: how-to-use-batch-model-deployments, how-to-authenticate-batch-endpoint.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::{AzapiResource, AzapiUpdateResource, AzapiUpdateResourceArgs};
use terrace_core::{InScope, IsResource as _, Lifecycle, Scope};
use terrace_ir::{Any, Diagnostic, Expr, Id, Object, Sourced};

use super::asset::{self, Kind};
use super::deployment::CodeSettings;
use super::{count, deployment_names, duration};
use crate::workspace::MlWorkspace;
use crate::{ML_API, codes, naming};

/// Settings of a batch endpoint: `[batch_endpoints.NAME]`. It is called by a login of Entra: Azure has no
/// other way.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BatchEndpointSettings {
    /// The endpoint's name in Azure, where it is not to be made by the naming template: 3 to 32 letters,
    /// digits and single `-`, which nobody else in the region has. A change replaces the endpoint.
    #[schemars(transform = naming::Named(TYPE))]
    pub name: Option<Sourced<String>>,

    /// What it is for.
    pub description: Option<Sourced<String>>,

    /// What runs behind it, by name.
    #[schemars(extend("propertyNames" = deployment_names()))]
    pub deployments: BTreeMap<Sourced<String>, BatchDeploymentSettings>,

    /// The deployment that answers who names none. Left out, the only one there is.
    pub default_deployment: Option<Sourced<String>>,
}

/// Settings of a deployment of a batch endpoint: `[batch_endpoints.NAME.deployments.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchDeploymentSettings {
    /// The model: `azureml:NAME:VERSION` for one of the workspace,
    /// `azureml://registries/REGISTRY/models/NAME/versions/VERSION` for one of a registry. It must be there
    /// already.
    pub model: Sourced<String>,

    /// The cluster that works, by its name in `[clusters]`.
    pub cluster: Sourced<String>,

    /// The environment in which it runs, named like the model. A model in the format of MLflow needs none.
    #[serde(default)]
    pub environment: Option<Sourced<String>>,

    /// The scoring script. A model in the format of MLflow needs none.
    #[serde(default)]
    pub code: Option<CodeSettings>,

    /// On how many machines of the cluster one job runs.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub instances: Sourced<u32>,

    /// How many files the script gets at one time.
    #[serde(default = "ten")]
    #[schemars(range(min = 1))]
    pub mini_batch: Sourced<u32>,

    /// How many scripts run at one time on a machine.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub concurrency: Sourced<u32>,

    /// How often a part that failed is tried again.
    #[serde(default = "three")]
    pub retries: Sourced<u32>,

    /// After how many seconds a part has failed.
    #[serde(default = "half_a_minute")]
    #[schemars(range(min = 1))]
    pub timeout_seconds: Sourced<u32>,

    /// What it is for.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

impl BatchDeploymentSettings {
    /// A model on one machine of a cluster.
    #[must_use]
    pub fn new(model: impl Into<Sourced<String>>, cluster: impl Into<Sourced<String>>) -> Self {
        Self {
            model: model.into(),
            cluster: cluster.into(),
            environment: None,
            code: None,
            instances: one(),
            mini_batch: ten(),
            concurrency: one(),
            retries: three(),
            timeout_seconds: half_a_minute(),
            description: None,
        }
    }
}

fn one() -> Sourced<u32> {
    1.into()
}

fn ten() -> Sourced<u32> {
    10.into()
}

fn three() -> Sourced<u32> {
    3.into()
}

fn half_a_minute() -> Sourced<u32> {
    30.into()
}

const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/batchEndpoints";
const DEPLOYMENT: &str = "Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments";

/// A batch endpoint.
#[derive(Clone)]
pub struct BatchEndpoint {
    scope: Scope,
    endpoint: AzapiResource,
}

impl BatchEndpoint {
    /// An endpoint of a workspace, with its deployments.
    ///
    /// Its jobs reach the queues and tables of the workspace's storage. Reported are a cluster that is not
    /// there, a model that is none, and a default that is no deployment.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &BatchEndpointSettings,
    ) -> Self {
        let scope = Scope::named(&workspace.serving().batch, &name.into());
        workspace.serve_batches();
        let mut properties = Object::new().with("authMode", "AADToken");
        if let Some(description) = &settings.description {
            properties.set("description", description);
        }
        let said = settings.name.as_ref();
        let endpoint = workspace.part(&scope, TYPE, naming::name(&scope, TYPE, said));
        endpoint.set_body(Object::new().with("properties", properties));
        let mut made = Vec::new();
        for (name, settings) in &settings.deployments {
            made.push(settings.deploy(&scope, workspace, &endpoint, name));
        }
        settings.choose(&scope, &endpoint, &made);
        Self { scope, endpoint }
    }

    /// The resource itself.
    #[must_use]
    pub fn endpoint(&self) -> &AzapiResource {
        &self.endpoint
    }

    /// The endpoint's id.
    #[must_use]
    pub fn id(&self) -> Id<AzapiResource> {
        self.endpoint.id()
    }

    /// The endpoint's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.endpoint.name()
    }
}

impl InScope for BatchEndpoint {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl MlWorkspace {
    /// An endpoint that works through files.
    #[track_caller]
    pub fn batch_endpoint(
        &self,
        name: impl Into<Sourced<String>>,
        settings: &BatchEndpointSettings,
    ) -> BatchEndpoint {
        BatchEndpoint::new(self, name, settings)
    }
}

impl BatchEndpointSettings {
    /// Says which deployment answers by default, once the deployments are there.
    #[track_caller]
    fn choose(&self, scope: &Scope, endpoint: &AzapiResource, deployments: &[AzapiResource]) {
        let mut names = self.deployments.keys();
        let chosen = match (&self.default_deployment, names.next(), names.next()) {
            (Some(said), ..) => said,
            (None, Some(only), None) => only,
            _ => return,
        };
        if !self.deployments.contains_key(chosen.as_str()) {
            scope.report(
                Diagnostic::error(
                    &codes::TRAFFIC,
                    format!(
                        "`default_deployment` is \"{}\", which is none of `deployments`",
                        **chosen
                    ),
                )
                .argument("default_deployment")
                .value(chosen.as_str())
                .at(chosen.origin()),
            );
        }
        let defaults = Object::new().with("deploymentName", chosen);
        let update = AzapiUpdateResource::new(
            scope,
            "default",
            AzapiUpdateResourceArgs {
                type_: format!("{TYPE}@{ML_API}").into(),
            },
        );
        update
            .set_resource_id(endpoint.id())
            .set_body(Object::new().with("properties", Object::new().with("defaults", defaults)))
            // Whatever else of the endpoint changes is sent without the default, which is then gone.
            .set_lifecycle(Lifecycle {
                replace_triggered_by: vec![endpoint.resource().reference()],
                ..Lifecycle::default()
            });
        for deployment in deployments {
            update.depends_on(deployment);
        }
    }
}

impl BatchDeploymentSettings {
    #[track_caller]
    fn deploy(
        &self,
        endpoint_scope: &Scope,
        workspace: &MlWorkspace,
        endpoint: &AzapiResource,
        name: &Sourced<String>,
    ) -> AzapiResource {
        let scope = Scope::named(endpoint_scope, name);
        let name = naming::name(&scope, DEPLOYMENT, Some(name));
        let deployment = workspace.part_of(endpoint.id(), &scope, DEPLOYMENT, name);
        deployment.set_body(self.body(&scope, workspace));
        deployment
    }

    #[track_caller]
    fn body(&self, scope: &Scope, workspace: &MlWorkspace) -> Object {
        let model = Object::new().with("referenceType", "Id").with(
            "assetId",
            asset::id(scope, workspace, Kind::Model, &self.model),
        );
        let retries = Object::new()
            .with("maxRetries", count(&self.retries))
            .with("timeout", &duration(&self.timeout_seconds));
        let mut properties = Object::new()
            .with("model", model)
            .with("compute", self.cluster(scope, workspace))
            .with(
                "resources",
                Object::new().with("instanceCount", count(&self.instances)),
            )
            .with("miniBatchSize", count(&self.mini_batch))
            .with("maxConcurrencyPerInstance", count(&self.concurrency))
            .with("retrySettings", retries)
            .with("outputAction", "AppendRow");
        if let Some(environment) = &self.environment {
            let id = asset::id(scope, workspace, Kind::Environment, environment);
            properties.set("environmentId", id);
        }
        if let Some(code) = &self.code {
            properties.set("codeConfiguration", code.body(scope, workspace));
        }
        if let Some(description) = &self.description {
            properties.set("description", description);
        }
        Object::new().with("properties", properties)
    }

    /// The id of the cluster, which is given what it needs.
    #[track_caller]
    fn cluster(&self, scope: &Scope, workspace: &MlWorkspace) -> Any {
        let computes = workspace.computes();
        if let Some(id) = computes.cluster_id(&self.cluster) {
            computes.serve_batches(&self.cluster, workspace.storage());
            return id.into();
        }
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!(
                    "`cluster` is \"{}\", which is no cluster of the workspace",
                    *self.cluster
                ),
            )
            .argument("cluster")
            .value(self.cluster.as_str())
            .hint("name one of `[clusters]`")
            .at(self.cluster.origin()),
        );
        (&self.cluster).into()
    }
}
