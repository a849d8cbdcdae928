//! What environments share: registries for the images and models that go from one to the next, and one
//! place for logs.

use terrace::azapi::AzapiResource;
use terrace::azurerm::{ContainerRegistry as Registry, LogAnalyticsWorkspace};
use terrace::{
    ContainerRegistry, Diagnostics, Hub, Id, Logs, ModelRegistry, Network, Outputs as _,
    ResourceGroup, Sourced, Stack, outputs,
};

use crate::environment::Shared;

outputs! {
    /// What environments take from here: `existing = { stack = "shared" }`.
    pub(crate) struct SharedOutputs {
        /// The registry for images.
        pub(crate) container_registry_id: Id<Registry>,
        /// The logs of all environments.
        pub(crate) log_analytics_workspace_id: Id<LogAnalyticsWorkspace>,
        /// The registry for models, where there is one.
        pub(crate) model_registry_id: Option<Id<AzapiResource>>,
    }
}

pub(crate) fn shared(stack: &Stack, location: &Sourced<String>, env: &Shared) {
    let group = ResourceGroup::with(stack, "shared", location, &env.group);
    Network::new(&group, "network", &env.network);
    let logs = Logs::new(&group, "logs", &env.logs);
    let registry = ContainerRegistry::new(&group, "images", &env.registry);
    let models = env.models.as_ref();
    let models = models.map(|models| ModelRegistry::new(&group, "models", models));
    group.admit(&env.people);
    logs.admit(&env.people);
    registry.admit(&env.people);
    if let Some(models) = &models {
        models.admit(&env.people);
    }

    let outputs = SharedOutputs {
        container_registry_id: registry.id(),
        log_analytics_workspace_id: logs.id(),
        model_registry_id: models.map(|models| models.id()),
    };
    outputs.export(stack);
    if let Some(hub) = &env.hub {
        let hub = Hub::new(&group, "hub", hub);
        stack.output("resource_group_id", group.id());
        stack.output("virtual_network_id", hub.id());
        if let Some(address) = hub.firewall_address() {
            stack.output("firewall_address", address);
        }
    }

    // It looks after everything above, so it comes last.
    Diagnostics::new(&group, "diagnostics", &logs.id(), &env.diagnostics);
}
