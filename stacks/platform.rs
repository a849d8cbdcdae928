//! The platform: an Azure Machine Learning workspace and all that it stands on.
//!
//! Every environment is built by this one function. What differs between them stands in their
//! TOML files and nowhere else.

use terrace::{
    AiHub, Alerts, AppInsights, Budget, CiIdentity, ContainerRegistry, CustomRole, Dashboard,
    Diagnostics, Encryption, FeatureStore, KeyVault, Logs, MlWorkspace, ModelRegistry, Network,
    Policies, ResourceGroup, SandboxSettings, Sourced, Stack, Storage, Uses,
};

use crate::environment::Platform;

pub(crate) fn platform(stack: &Stack, location: &Sourced<String>, env: &Platform) {
    let group = ResourceGroup::with(stack, "platform", location, &env.group);
    let network = Network::new(&group, "network", &env.network);
    let logs = Logs::new(&group, "logs", &env.logs);
    let insights = AppInsights::new(&group, "insights", &logs, &env.insights);
    let vault = KeyVault::new(&group, "vault", &env.vault);
    if let Some(encryption) = &env.encryption {
        Encryption::new(&group, "encryption", &vault, encryption);
    }
    if let Some(models) = &env.models {
        ModelRegistry::new(&group, "models", models);
    }
    let storage = Storage::new(&group, "data", &env.storage);
    let registry = ContainerRegistry::new(&group, "images", &env.registry);

    let uses = Uses {
        storage: &storage,
        vault: &vault,
        insights: &insights,
        registry: &registry,
        network: &network,
    };
    let ml = MlWorkspace::new(&group, "ml", uses, &env.workspace);
    ml.datastores(&storage);
    for (name, account) in &env.accounts {
        let account = Storage::named(&group, name, account);
        account.admit(&env.people);
        ml.datastores(&account);
    }
    for (name, cluster) in &env.clusters {
        ml.cluster(name, cluster);
    }
    ml.instance_defaults(&env.instance_defaults);
    for (name, instance) in &env.instances {
        ml.instance(name, instance);
    }
    for (name, cluster) in &env.kubernetes {
        ml.kubernetes(name, cluster);
    }
    for (name, endpoint) in &env.endpoints {
        ml.endpoint(name, endpoint);
    }
    for (name, endpoint) in &env.batch_endpoints {
        ml.batch_endpoint(name, endpoint);
    }
    for (name, endpoint) in &env.serverless_endpoints {
        ml.serverless_endpoint(name, endpoint);
    }
    for (name, connection) in &env.connections {
        ml.connection(name, &vault, connection);
    }
    for (name, role) in &env.roles {
        CustomRole::new(&group, name, role);
    }
    let owner = env.sandbox.as_ref().and_then(SandboxSettings::owner);
    ml.admit(&env.people);
    ml.admit_owner(owner.as_ref());
    if let Some(features) = &env.feature_store {
        let features = FeatureStore::new(&group, "features", uses, features);
        features.admit(&env.people);
        features.admit_owner(owner.as_ref());
        ml.uses_features(&features);
    }
    if let Some(hub) = &env.ai_hub {
        let hub = AiHub::new(&group, "hub", uses, hub);
        hub.admit(&env.people);
        hub.admit_owner(owner.as_ref());
    }
    for (name, pipeline) in &env.ci {
        let pipeline = CiIdentity::new(&ml, name, pipeline);
        stack.output(&format!("ci_{}_client_id", **name), pipeline.client_id());
    }

    // These look after everything above, so they come last.
    let alerts = Alerts::new(&group, "alerts", &logs.id(), &env.alerts);
    Budget::new(&group, "budget", env.budget.as_ref(), &alerts);
    Dashboard::new(&group, "dashboard", &env.dashboard);
    Diagnostics::new(&group, "diagnostics", &logs.id(), &env.diagnostics);
    Policies::new(&group, "policies", &env.policies).exempt(&group, &env.policy_exemptions);

    stack.output("resource_group", group.name());
    stack.output("workspace_id", ml.id());
    stack.output("workspace_name", ml.name());
    stack.output("cores_at_most", ml.cores());
    if let Some(id) = network.id() {
        stack.output("virtual_network_id", id);
        stack.output("names_to_forward", network.names_to_forward());
    }
}
