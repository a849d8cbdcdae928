//! What runs behind an online endpoint: a model on machines of its own.
//!
//! Source: `reference-yaml-deployment-managed-online`, how-to-deploy-online-endpoints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::AzapiResource;
use terrace_core::bindings::Timeouts;
use terrace_core::{IsResource as _, Lifecycle, Scope, Stage};
use terrace_ir::{Any, Diagnostic, Object, Sourced};

use super::asset::{self, Kind};
use super::autoscale::{self, AutoscaleSettings};
use super::{count, duration, enabled};
use crate::compute::machine::{self, Part};
use crate::network::{NetworkSettings, Outbound};
use crate::workspace::MlWorkspace;
use crate::{codes, naming};

/// Settings of a deployment of an online endpoint: `[endpoints.NAME.deployments.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeploymentSettings {
    /// The model: `azureml:NAME:VERSION` for one of the workspace,
    /// `azureml://registries/REGISTRY/models/NAME/versions/VERSION` for one of a registry. It must be there
    /// already. Left out, the image has what it needs.
    #[serde(default)]
    pub model: Option<Sourced<String>>,

    /// The environment in which it runs, named like the model. A model in the format of MLflow needs none.
    #[serde(default)]
    pub environment: Option<Sourced<String>>,

    /// The scoring script. A model in the format of MLflow needs none.
    #[serde(default)]
    pub code: Option<CodeSettings>,

    /// Variables of the environment. This is no place for secrets.
    #[serde(default)]
    pub variables: BTreeMap<String, Sourced<String>>,

    /// The size of its machines, as Azure writes it: `Standard_DS3_v2`.
    pub instance_type: Sourced<String>,

    /// How many machines there are; with `autoscale`, how many there are at first. Each costs money day and
    /// night. Fewer than three in production is a warning: an upgrade, or a fault, takes one away.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 50))]
    pub instances: Sourced<u32>,

    /// How many machines there are, by how busy they are.
    #[serde(default)]
    pub autoscale: Option<AutoscaleSettings>,

    /// How many requests a machine works on at one time.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub concurrent_requests: Option<Sourced<u32>>,

    /// After how many seconds a request is given up, 180 at the most.
    #[serde(default)]
    #[schemars(range(min = 1, max = 180))]
    pub request_timeout_seconds: Option<Sourced<u32>>,

    /// How Azure finds out that a machine has started: until then it looks for nothing else. For models that
    /// take long to load.
    #[serde(default)]
    pub startup: Option<ProbeSettings>,

    /// How Azure finds out that a machine no longer works, and starts it anew.
    #[serde(default)]
    pub liveness: Option<ProbeSettings>,

    /// How Azure finds out that a machine can be given requests.
    #[serde(default)]
    pub readiness: Option<ProbeSettings>,

    /// Whether requests and their failures are reported to Application Insights.
    #[serde(default = "crate::yes")]
    pub insights: Sourced<bool>,

    /// What is kept of requests and answers, in the workspace's storage, for monitoring: `model_inputs`,
    /// `model_outputs`, `request`, `response`, or what the scoring script names. Nothing when left out, since
    /// it may be personal data.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub collect: Vec<Sourced<String>>,

    /// What it is for.
    #[serde(default)]
    pub description: Option<Sourced<String>>,
}

/// The code of a deployment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeSettings {
    /// The code asset, named like the model.
    pub id: Sourced<String>,
    /// The file in it that answers requests: `score.py`.
    pub scoring_script: Sourced<String>,
}

/// How Azure looks whether a machine is well.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProbeSettings {
    /// After how many seconds it looks for the first time.
    #[schemars(range(min = 1))]
    pub initial_delay_seconds: Option<Sourced<u32>>,
    /// How many seconds are between two looks.
    #[schemars(range(min = 1))]
    pub period_seconds: Option<Sourced<u32>>,
    /// After how many seconds without an answer a look has failed.
    #[schemars(range(min = 1))]
    pub timeout_seconds: Option<Sourced<u32>>,
    /// After how many failures the machine is not well.
    #[schemars(range(min = 1))]
    pub failures: Option<Sourced<u32>>,
    /// After how many successes it is well again.
    #[schemars(range(min = 1))]
    pub successes: Option<Sourced<u32>>,
}

impl DeploymentSettings {
    /// A model on one machine of a size.
    #[must_use]
    pub fn new(
        model: impl Into<Sourced<String>>,
        instance_type: impl Into<Sourced<String>>,
    ) -> Self {
        Self {
            model: Some(model.into()),
            environment: None,
            code: None,
            variables: BTreeMap::new(),
            instance_type: instance_type.into(),
            instances: one(),
            autoscale: None,
            concurrent_requests: None,
            request_timeout_seconds: None,
            startup: None,
            liveness: None,
            readiness: None,
            insights: crate::yes(),
            collect: Vec::new(),
            description: None,
        }
    }
}

fn one() -> Sourced<u32> {
    1.into()
}

const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments";
/// How long Azure may take: images are built first, and a managed network with the first machine.
const DEPLOY: &str = "90m";
/// Where Azure counts the machines.
const CAPACITY: &str = "body.sku.capacity";

/// Makes a deployment of an endpoint. Reported are a model that is none, a size that endpoints do not
/// take, and too few machines in production.
#[track_caller]
pub(super) fn deploy(
    endpoint_scope: &Scope,
    workspace: &MlWorkspace,
    endpoint: &AzapiResource,
    name: &Sourced<String>,
    settings: &DeploymentSettings,
) -> AzapiResource {
    let scope = Scope::named(endpoint_scope, name);
    settings.check(&scope);
    let name = naming::name(&scope, TYPE, Some(name));
    let deployment = workspace.part_of(endpoint.id(), &scope, TYPE, name);
    deployment
        .set_body(settings.body(&scope, workspace))
        .set_timeouts(Timeouts::new().create(DEPLOY).update(DEPLOY));
    if let Some(autoscale) = &settings.autoscale {
        // Else each plan would take back what autoscale has done.
        deployment.set_lifecycle(Lifecycle {
            ignore_changes: vec![CAPACITY.to_owned()],
            ..Lifecycle::default()
        });
        autoscale::scale(
            &scope,
            workspace,
            deployment.id().into(),
            &settings.instances,
            autoscale,
        );
    }
    deployment
}

impl DeploymentSettings {
    fn body(&self, scope: &Scope, workspace: &MlWorkspace) -> Object {
        let isolated = matches!(
            workspace.network(),
            NetworkSettings::Managed(isolated) if *isolated.outbound == Outbound::Approved
        );
        let mut properties = Object::new()
            .with("endpointComputeType", "Managed")
            .with("instanceType", machine::canonical(&self.instance_type))
            .with("egressPublicNetworkAccess", enabled(!isolated))
            .with("appInsightsEnabled", &self.insights)
            .with("scaleSettings", Object::new().with("scaleType", "Default"));
        if let Some(model) = &self.model {
            properties.set("model", asset::id(scope, workspace, Kind::Model, model));
        }
        if let Some(environment) = &self.environment {
            let id = asset::id(scope, workspace, Kind::Environment, environment);
            properties.set("environmentId", id);
        }
        if let Some(code) = &self.code {
            properties.set("codeConfiguration", code.body(scope, workspace));
        }
        if !self.variables.is_empty() {
            let variables: Object = self
                .variables
                .iter()
                .map(|(name, value)| (name.clone(), Any::from(value)))
                .collect();
            properties.set("environmentVariables", variables);
        }
        let requests = self.requests();
        if !requests.is_empty() {
            properties.set("requestSettings", requests);
        }
        for (name, probe) in [
            ("startupProbe", &self.startup),
            ("livenessProbe", &self.liveness),
            ("readinessProbe", &self.readiness),
        ] {
            if let Some(probe) = probe {
                properties.set(name, probe.body());
            }
        }
        if !self.collect.is_empty() {
            let collections: Object = self
                .collect
                .iter()
                .map(|name| {
                    let on = Object::new().with("dataCollectionMode", "Enabled");
                    (name.to_string(), Any::from(on))
                })
                .collect();
            properties.set(
                "dataCollector",
                Object::new().with("collections", collections),
            );
        }
        if let Some(description) = &self.description {
            properties.set("description", description);
        }
        let machines = Object::new()
            .with("name", "Default")
            .with("capacity", count(&self.instances));
        Object::new()
            .with("properties", properties)
            .with("sku", machines)
    }

    fn requests(&self) -> Object {
        let mut requests = Object::new();
        if let Some(most) = &self.concurrent_requests {
            requests.set("maxConcurrentRequestsPerInstance", count(most));
        }
        if let Some(seconds) = &self.request_timeout_seconds {
            requests.set("requestTimeout", &duration(seconds));
        }
        requests
    }

    fn check(&self, scope: &Scope) {
        machine::check_size(scope, &self.instance_type, Part::Deployment);
        if self.model.is_none() && self.environment.is_none() {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    "a deployment has neither a model nor an environment",
                )
                .hint("name a `model`, or an `environment` whose image has what it needs")
                .at(self.instance_type.origin()),
            );
        }
        let fewest = match &self.autoscale {
            Some(autoscale) => autoscale.fewest(),
            None => &self.instances,
        };
        if **fewest < 3 && scope.stage() == Stage::Prod {
            scope.report(
                Diagnostic::warning(
                    &codes::FEW_INSTANCES,
                    format!(
                        "a deployment in production has {} of the 3 machines that it should have",
                        **fewest
                    ),
                )
                .hint("set `instances = 3`, or with autoscale `min_instances = 3`")
                .at(fewest.origin().or(self.instance_type.origin())),
            );
        }
    }
}

impl CodeSettings {
    pub(super) fn body(&self, scope: &Scope, workspace: &MlWorkspace) -> Object {
        Object::new()
            .with("codeId", asset::id(scope, workspace, Kind::Code, &self.id))
            .with("scoringScript", &self.scoring_script)
    }
}

impl ProbeSettings {
    fn body(&self) -> Object {
        let mut probe = Object::new();
        for (name, seconds) in [
            ("initialDelay", &self.initial_delay_seconds),
            ("period", &self.period_seconds),
            ("timeout", &self.timeout_seconds),
        ] {
            if let Some(seconds) = seconds {
                probe.set(name, &duration(seconds));
            }
        }
        for (name, times) in [
            ("failureThreshold", &self.failures),
            ("successThreshold", &self.successes),
        ] {
            if let Some(times) = times {
                probe.set(name, count(times));
            }
        }
        probe
    }
}
