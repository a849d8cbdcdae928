//! Private endpoints: addresses inside the network that lead to one part of a service.

use terrace_azure::private_link::Target;
use terrace_azurerm::private_endpoint::{
    PrivateDnsZoneGroup, PrivateDnsZoneGroupArgs, PrivateServiceConnection,
    PrivateServiceConnectionArgs,
};
use terrace_azurerm::{PrivateDnsZone, PrivateEndpoint, PrivateEndpointArgs};
use terrace_core::{InScope, IsResource as _, Lifecycle, MAIN, Scope};
use terrace_ir::{AnyId, Diagnostic, Id, Sourced};

use super::vnet::Vnet;
use crate::group::ResourceGroup;
use crate::{codes, naming};

/// Private endpoints to parts of a service, in the network of the group, with the names that the
/// private DNS zones need. None where the group's [`Network`](super::Network) has none.
///
/// `scope` is the construct that they lead to: each is called after its part there.
#[track_caller]
pub fn connect(
    scope: &impl InScope,
    to: impl Into<AnyId>,
    targets: &[Target],
) -> Vec<(Target, PrivateEndpoint)> {
    let Some(vnet) = super::vnet(scope) else {
        return Vec::new();
    };
    let to = to.into();
    let mut made: Vec<(Target, PrivateEndpoint)> = Vec::new();
    for target in targets {
        let zones = vnet.zones.of(*target);
        let endpoint = one(&vnet, scope.scope(), &to, target.subresource(), zones);
        // Azure refuses two changes of one target at the same time.
        match made.last() {
            Some((_, before)) => {
                endpoint.depends_on(before);
            }
            None => vnet.endpoints.after.iter().for_each(|before| {
                endpoint.depends_on(before);
            }),
        }
        let taken = &vnet.endpoints.taken;
        taken.set(taken.get() + u64::from(target.addresses()));
        if *target == Target::Workspace {
            vnet.entered(&endpoint);
        }
        made.push((*target, endpoint));
    }
    if let Some((_, last)) = made.last() {
        vnet.connected(last);
    }
    made
}

/// A private endpoint to something of which an outbound rule says the part.
#[track_caller]
pub(super) fn to_other(scope: &Scope, to: AnyId, subresource: &Sourced<String>) {
    if let Some(target) = Target::parse(subresource) {
        connect(scope, to, &[target]);
        return;
    }
    let Some(vnet) = super::vnet(scope) else {
        return;
    };
    scope.report(
        Diagnostic::warning(
            &codes::RULE,
            format!("no private DNS zones are known for `{}`", **subresource),
        )
        .argument("subresource")
        .value(subresource.as_str())
        .detail("the endpoint is made, but the target's name leads to its public address")
        .hint("add the endpoint's zone group by an override, or leave it to a policy: `dns = { zones = \"policy\" }`")
        .at(subresource.origin()),
    );
    let endpoint = one(&vnet, scope, &to, subresource, None);
    vnet.endpoints.after.iter().for_each(|before| {
        endpoint.depends_on(before);
    });
    vnet.connected(&endpoint);
}

#[track_caller]
fn one(
    vnet: &Vnet,
    scope: &Scope,
    to: &AnyId,
    subresource: &str,
    zones: Option<Vec<Id<PrivateDnsZone>>>,
) -> PrivateEndpoint {
    let scope = Scope::new(scope, subresource);
    let name = naming::made(&scope, "azurerm_private_endpoint");
    let group: &ResourceGroup = &vnet.group;
    let connection = PrivateServiceConnection::new(PrivateServiceConnectionArgs {
        name: name.as_str().into(),
        is_manual_connection: false.into(),
    })
    .private_connection_resource_id(to)
    .subresource_names([subresource]);
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
    match zones {
        Some(zones) => {
            endpoint.set_private_dns_zone_group(PrivateDnsZoneGroup::new(
                PrivateDnsZoneGroupArgs {
                    name: "default".into(),
                    private_dns_zone_ids: zones,
                },
            ));
        }
        // Else each plan would take out what a policy has put in.
        None => {
            endpoint.set_lifecycle(Lifecycle {
                ignore_changes: vec!["private_dns_zone_group".to_owned()],
                ..Lifecycle::default()
            });
        }
    }
    endpoint
}
