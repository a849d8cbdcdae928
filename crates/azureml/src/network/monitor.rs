//! Logs and metrics by a private way: an Azure Monitor private link scope.

use terrace_azure::private_link::Target;
use terrace_azurerm::monitor_private_link_scope::AccessMode;
use terrace_azurerm::{
    MonitorPrivateLinkScope, MonitorPrivateLinkScopeArgs, MonitorPrivateLinkScopedService,
    MonitorPrivateLinkScopedServiceArgs, PrivateEndpoint,
};
use terrace_core::{InScope, IsResource as _, MAIN, Resource, Scope};
use terrace_ir::AnyId;

use super::vnet::Vnet;
use crate::naming;

/// The private way to logs and metrics: what is on it, and the endpoint that waits for all of it.
pub(super) struct Monitor {
    scope: MonitorPrivateLinkScope,
    endpoint: Option<PrivateEndpoint>,
    last: Option<Resource>,
}

impl Monitor {
    #[track_caller]
    fn new(vnet: &Vnet) -> Self {
        let scope = Scope::new(&vnet.scope, "monitor");
        let link = MonitorPrivateLinkScope::new(
            &scope,
            MAIN,
            MonitorPrivateLinkScopeArgs {
                name: naming::made(&scope, "azurerm_monitor_private_link_scope").into(),
                resource_group_name: vnet.group.name().into(),
            },
        );
        // Closed, it would shut every network that shares the names out of all that is not on it,
        // and Azure Machine Learning's own metrics with it.
        link.set_ingestion_access_mode(AccessMode::Open)
            .set_query_access_mode(AccessMode::Open);
        let endpoints = super::connect(&scope, link.id(), &[Target::Monitor]);
        Self {
            scope: link,
            endpoint: endpoints.into_iter().map(|(_, endpoint)| endpoint).next(),
            last: None,
        }
    }
}

/// Puts something that takes logs or metrics in on the private way, where the group's network has
/// one.
#[track_caller]
pub(crate) fn observe(of: &impl InScope, to: impl Into<AnyId>) {
    let Some(vnet) = super::vnet(of).filter(|vnet| vnet.monitored) else {
        return;
    };
    let mut monitor = vnet.monitor.borrow_mut();
    let monitor = monitor.get_or_insert_with(|| Monitor::new(&vnet));
    let service = MonitorPrivateLinkScopedService::new(
        of,
        "private",
        MonitorPrivateLinkScopedServiceArgs {
            name: naming::made(of.scope(), "azurerm_monitor_private_link_scoped_service").into(),
            resource_group_name: vnet.group.name().into(),
            scope_name: monitor.scope.name().into(),
            linked_resource_id: to.into(),
        },
    );
    // Azure refuses two changes of the scope at the same time.
    if let Some(before) = &monitor.last {
        service.depends_on(before);
    }
    if let Some(endpoint) = &monitor.endpoint {
        endpoint.depends_on(&service);
    }
    monitor.last = Some(service.resource().clone());
}
