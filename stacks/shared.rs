//! What environments share: one registry for the images that go from one to the next, and one place
//! for logs.

use terrace::{ContainerRegistry, Logs, Network, ResourceGroup, Sourced, Stack};

use crate::environment::Shared;

pub(crate) fn shared(stack: &Stack, location: &Sourced<String>, env: &Shared) {
    let group = ResourceGroup::with(stack, "shared", location, &env.group);
    Network::new(&group, "network", &env.network);
    let logs = Logs::new(&group, "logs", &env.logs);
    let registry = ContainerRegistry::new(&group, "images", &env.registry);

    stack.output("logs_id", logs.id());
    stack.output("registry_id", registry.id());
}
