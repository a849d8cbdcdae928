//! Private endpoints: addresses inside the network that lead to one part of a service.

use terrace_azure::private_link::Target;
use terrace_azurerm::private_endpoint::{
    PrivateDnsZoneGroup, PrivateDnsZoneGroupArgs, PrivateServiceConnection,
    PrivateServiceConnectionArgs,
};
use terrace_azurerm::{PrivateEndpoint, PrivateEndpointArgs};
use terrace_core::{InScope, IsResource as _, Lifecycle, MAIN, Scope};
use terrace_ir::AnyId;

use super::vnet::Vnet;
use crate::group::ResourceGroup;
use crate::naming;

/// Private endpoints to parts of a service, in the network of the group, with the names that the
/// private DNS zones need. None where the group's [`Network`](super::Network) has none.
///
/// `scope` is the construct that they lead to: each is called after its part there.
#[track_caller]
pub fn connect(
    scope: &impl InScope,
    to: impl Into<AnyId>,
    targets: &[Target],
) -> Vec<PrivateEndpoint> {
    let Some(vnet) = scope.scope().provided::<Vnet>() else {
        return Vec::new();
    };
    let to = to.into();
    let mut made: Vec<PrivateEndpoint> = Vec::new();
    for target in targets {
        let endpoint = one(&vnet, scope.scope(), &to, *target);
        // Azure refuses two changes of one target at the same time.
        if let Some(before) = made.last() {
            endpoint.depends_on(before);
        } else if let Some(subnet) = &vnet.endpoints.after {
            endpoint.depends_on(subnet);
        }
        vnet.connected
            .borrow_mut()
            .push(endpoint.resource().clone());
        made.push(endpoint);
    }
    made
}

#[track_caller]
fn one(vnet: &Vnet, scope: &Scope, to: &AnyId, target: Target) -> PrivateEndpoint {
    let scope = Scope::new(scope, target.subresource());
    let name = naming::made(&scope, "azurerm_private_endpoint");
    let group: &ResourceGroup = &vnet.group;
    let connection = PrivateServiceConnection::new(PrivateServiceConnectionArgs {
        name: name.as_str().into(),
        is_manual_connection: false.into(),
    })
    .private_connection_resource_id(to)
    .subresource_names([target.subresource()]);
    let endpoint = PrivateEndpoint::new(
        &scope,
        MAIN,
        PrivateEndpointArgs {
            name: name.as_str().into(),
            resource_group_name: group.name().into(),
            location: group.location(),
            subnet_id: vnet.endpoints.id.clone(),
            private_service_connection: connection,
        },
    );
    match vnet.zones.of(target) {
        Some(zones) => {
            endpoint.set_private_dns_zone_group(PrivateDnsZoneGroup::new(
                PrivateDnsZoneGroupArgs {
                    name: "default".into(),
                    private_dns_zone_ids: zones,
                },
            ));
        }
        // Else each plan would take out what the policy has put in.
        None => {
            endpoint.set_lifecycle(Lifecycle {
                ignore_changes: vec!["private_dns_zone_group".to_owned()],
                ..Lifecycle::default()
            });
        }
    }
    endpoint
}
