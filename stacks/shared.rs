//! What environments share: registries for the images and models that go from one to the next, and one
//! place for logs.

use terrace::azapi::AzapiResource;
use terrace::azurerm::{self, LogAnalyticsWorkspace, VirtualNetwork};
use terrace::{
    ContainerRegistry, Diagnostics, Expr, Hub, Id, Logs, ModelRegistry, Network, Outputs as _,
    ResourceGroup, Sourced, Stack, outputs,
};

use crate::environment::Shared;

outputs! {
    /// What environments take from here: `existing = { stack = "shared" }`.
    pub(crate) struct SharedOutputs {
        /// The registry for images.
        pub(crate) container_registry_id: Id<azurerm::ContainerRegistry>,
        /// The logs of all environments.
        pub(crate) log_analytics_workspace_id: Id<LogAnalyticsWorkspace>,
        /// The registry for models, which `[models]` makes.
        pub(crate) model_registry_id: Option<Id<AzapiResource>>,
        /// The network of the hub, which `[hub]` makes.
        pub(crate) virtual_network_id: Option<Id<VirtualNetwork>>,
        /// The group with the private DNS zones of the hub, which `[hub]` makes.
        pub(crate) resource_group_id: Option<Id<azurerm::ResourceGroup>>,
        /// The address of the hub's firewall, which `[hub.firewall]` makes.
        pub(crate) firewall_address: Option<Expr<String>>,
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

    let hub = env.hub.as_ref();
    let hub = hub.map(|hub| Hub::new(&group, "hub", hub));
    let outputs = SharedOutputs {
        container_registry_id: registry.id(),
        log_analytics_workspace_id: logs.id(),
        model_registry_id: models.map(|models| models.id()),
        virtual_network_id: hub.as_ref().map(Hub::id),
        resource_group_id: hub.as_ref().map(|_| group.id()),
        firewall_address: hub.and_then(|hub| hub.firewall_address()),
    };
    outputs.export(stack);

    // It looks after everything above, so it comes last.
    Diagnostics::new(&group, "diagnostics", &logs.id(), &env.diagnostics);
}
