//! What the tests of the constructs share: a stack built and frozen, as JSON and findings.
#![allow(dead_code)] // each test program uses a part of it

use std::collections::BTreeMap;

use serde_json::Value as Json;
use terrace_azureml::compute::ComputeIdentity;
use terrace_azureml::network::Outbound;
use terrace_azureml::{
    AppInsights, ClusterSettings, ContainerRegistry, Frame, InsightsSettings, IsolatedSettings,
    KeyVault, Logs, LogsSettings, MlWorkspace, NamingSettings, Network, NetworkSettings, Project,
    RegistrySettings, ResourceGroup, Storage, StorageSettings, Uses, VaultSettings,
    WorkspaceSettings,
};
use terrace_core::{App, Stack, Stage};
use terrace_ir::{Sourced, render};

/// A module with its resources by address, and the codes of the findings.
pub(crate) struct Result {
    pub(crate) json: Json,
    pub(crate) findings: Vec<String>,
}

impl Result {
    #[track_caller]
    pub(crate) fn resource(&self, type_name: &str, name: &str) -> &Json {
        let resource = &self.json["resource"][type_name][name];
        assert!(
            !resource.is_null(),
            "no {type_name}.{name} in {:#}",
            self.json
        );
        resource
    }
}

pub(crate) fn project(organization: &str) -> Project {
    Project {
        organization: organization.into(),
        naming: NamingSettings::default(),
    }
}

pub(crate) fn build(inside: impl FnOnce(&Stack)) -> Result {
    build_with(&project("example"), Stage::Dev, inside)
}

pub(crate) fn build_with(project: &Project, stage: Stage, inside: impl FnOnce(&Stack)) -> Result {
    let app = App::new();
    let stack = app.stack("test", stage);
    let location: Sourced<String> = "westeurope".into();
    Frame::new(project, &location)
        .tags(&BTreeMap::from([("owner".to_owned(), "team".into())]))
        .build(&stack, || inside(&stack));
    let mut frozen = app.freeze();
    let text = render::module(&frozen.modules[0], None);
    frozen
        .diagnostics
        .extend(terrace_schema::check(&frozen.modules));
    Result {
        json: serde_json::from_str(&text).unwrap(),
        findings: frozen
            .diagnostics
            .iter()
            .map(|finding| format!("{}: {}", finding.code.id, finding.summary))
            .collect(),
    }
}

pub(crate) fn group(stack: &Stack) -> ResourceGroup {
    ResourceGroup::new(stack, "platform", &"westeurope".into())
}

pub(crate) fn managed(outbound: Outbound, public_access: bool) -> NetworkSettings {
    NetworkSettings::Managed(IsolatedSettings {
        outbound: outbound.into(),
        public_access: public_access.into(),
        ..IsolatedSettings::default()
    })
}

/// A whole platform with one thing said differently.
pub(crate) fn platform(
    network: &NetworkSettings,
    workspace: &WorkspaceSettings,
    registry: &RegistrySettings,
) -> Result {
    build(|stack| {
        let ml = ml(stack, network, workspace, registry);
        let cpu = ClusterSettings {
            identity: ComputeIdentity::None.into(),
            ..ClusterSettings::new("Standard_DS3_v2", 4)
        };
        ml.cluster("cpu", &cpu);
    })
}

/// A workspace and all that it stands on.
pub(crate) fn ml(
    stack: &Stack,
    network: &NetworkSettings,
    workspace: &WorkspaceSettings,
    registry: &RegistrySettings,
) -> MlWorkspace {
    ml_after(stack, network, workspace, registry, |_| {})
}

/// A workspace and all that it stands on, with something in its group that comes first.
pub(crate) fn ml_after(
    stack: &Stack,
    network: &NetworkSettings,
    workspace: &WorkspaceSettings,
    registry: &RegistrySettings,
    first: impl FnOnce(&ResourceGroup),
) -> MlWorkspace {
    let group = group(stack);
    let network = Network::new(&group, "network", network);
    first(&group);
    let logs = Logs::new(&group, "logs", &LogsSettings::default());
    let insights = AppInsights::new(&group, "insights", &logs, &InsightsSettings::default());
    let vault = KeyVault::new(&group, "vault", &VaultSettings::default());
    let storage = Storage::new(&group, "data", &StorageSettings::default());
    let registry = ContainerRegistry::new(&group, "images", registry);
    let uses = Uses {
        storage: &storage,
        vault: &vault,
        insights: &insights,
        registry: &registry,
        network: &network,
    };
    MlWorkspace::new(&group, "ml", uses, workspace)
}
