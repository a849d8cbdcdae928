//! Machines in a virtual network of one's own: their subnets, what guards them, and the way out.

use std::collections::BTreeMap;

use terrace_azurerm::subnet::{ServiceEndpoint, ServiceEndpointArgs, ServiceEndpointService};
use terrace_azurerm::subnet_service_endpoint_storage_policy::{
    Definition, DefinitionArgs, DefinitionService,
};
use terrace_azurerm::{SubnetServiceEndpointStoragePolicy, SubnetServiceEndpointStoragePolicyArgs};
use terrace_core::MAIN;
use terrace_ir::{Diagnostic, Sourced, Value};

use super::egress::{EgressSettings, FirewallSku, OwnFirewall, Sources};
use super::made::{Made, MadeSubnet};
use super::outbound::OutboundRule;
use super::own_subnet::OwnSubnetSettings;
use super::plan::Part;
use super::security::{self, Opening, openings};
use super::settings::{IsolatedSettings, Outbound, VnetSettings};
use super::vnet::Place;
use crate::{codes, naming};

/// The way out, chosen.
enum Way<'a> {
    Elsewhere,
    Nat,
    Firewall(Sourced<FirewallSku>),
    Appliance(&'a Sourced<String>),
}

/// Host names need something that reads them: a firewall comes with the first rule that has one. That of
/// a managed network is not here.
fn way<'a>(settings: &IsolatedSettings, vnet: &'a VnetSettings, managed: bool) -> Way<'a> {
    let standard = || FirewallSku::Standard.into();
    let firewall = || Way::Firewall(settings.firewall_sku.clone().unwrap_or_else(standard));
    match vnet.egress.as_deref() {
        Some(EgressSettings::Nat {}) => Way::Nat,
        Some(EgressSettings::Firewall {}) => firewall(),
        Some(EgressSettings::Appliance { next_hop }) => Way::Appliance(next_hop),
        Some(EgressSettings::Elsewhere {}) => Way::Elsewhere,
        None if !managed && first_host(settings).is_some() => firewall(),
        None => Way::Nat,
    }
}

fn first_host(settings: &IsolatedSettings) -> Option<&Sourced<String>> {
    let hosts = || settings.rules.values().find_map(OutboundRule::host);
    (*settings.outbound == Outbound::Approved).then(hosts)?
}

/// What machines are in the network: compute, unless that is in a managed network, and the one that
/// people work from.
fn inside(vnet: &VnetSettings, managed: bool) -> Vec<Part> {
    let mut inside = Vec::new();
    if !managed && vnet.training_subnet_id.is_none() {
        inside.push(Part::Training);
    }
    if vnet.jump_host.is_some() {
        inside.push(Part::JumpHost);
    }
    inside
}

/// What machines in a network have.
#[derive(Default)]
pub(super) struct Inside {
    /// The subnet of compute.
    pub(super) training: Option<Place>,
    /// Subnets of one's own, by name.
    pub(super) own: BTreeMap<String, Place>,
}

/// What has a subnet beside the private endpoints.
pub(super) fn parts(settings: &IsolatedSettings, vnet: &VnetSettings, managed: bool) -> Vec<Part> {
    let mut parts = inside(vnet, managed);
    let goes_out = !parts.is_empty() || vnet.own_subnets.values().any(OwnSubnetSettings::goes_out);
    if let (Way::Firewall(sku), true) = (way(settings, vnet, managed), goes_out) {
        parts.extend(sku.parts());
    }
    parts
}

/// The subnets of what is in the network, with all that it needs.
#[track_caller]
pub(super) fn make(
    made: &Made,
    settings: &IsolatedSettings,
    vnet: &VnetSettings,
    managed: bool,
) -> Inside {
    let openings = openings(&made.region(), settings);
    let parts: Vec<(Part, MadeSubnet)> = inside(vnet, managed)
        .into_iter()
        .map(|part| {
            let subnet = made.subnet(part);
            if part == Part::Training && *vnet.service_endpoint_policy {
                restrict_storage(made, &subnet);
            }
            (part, guarded(made, subnet, &openings, settings))
        })
        .collect();
    let own: Vec<(&str, &OwnSubnetSettings, MadeSubnet)> = vnet
        .own_subnets
        .iter()
        .map(|(name, own)| {
            let subnet = own.make(made, name);
            let subnet = match (own.takes_security_group(), *own.guarded) {
                (false, _) => subnet,
                (true, false) => made.secured(subnet).0,
                (true, true) => guarded(made, subnet, &openings, settings),
            };
            (&***name, own, subnet)
        })
        .collect();
    let going_out = own.iter().filter(|(_, own, _)| own.goes_out());
    let ids = parts.iter().map(|(part, subnet)| (part.key(), subnet));
    let ids = ids.chain(going_out.clone().map(|(name, _, subnet)| (*name, subnet)));
    let ranges = parts.iter().map(|(part, _)| made.range(*part));
    let sources = Sources {
        scope: &made.scope,
        group: &made.group,
        subnets: ids.map(|(key, it)| (key, it.subnet.id())).collect(),
        ranges: ranges
            .chain(going_out.map(|(name, ..)| made.own_range(name)))
            .collect(),
    };
    let ready = match way(settings, vnet, managed) {
        _ if sources.subnets.is_empty() => Vec::new(),
        Way::Elsewhere => Vec::new(),
        Way::Nat => {
            if !managed {
                check_hosts(made, settings);
            }
            sources.through_nat()
        }
        Way::Firewall(sku) => {
            let (rules, address) = OwnFirewall::new(made, sku, &openings, settings).make(&sources);
            let mut ready = sources.through(address);
            ready.push(rules);
            ready
        }
        Way::Appliance(next_hop) => sources.through(Value::from(next_hop)),
    };
    let mut inside = Inside::default();
    for (part, mut subnet) in parts {
        subnet.after.extend(ready.iter().cloned());
        match (part, &vnet.jump_host) {
            (Part::JumpHost, Some(host)) => {
                host.make(made, &subnet.scope, subnet.subnet.id(), &subnet.after);
            }
            _ => inside.training = Some(made.place(subnet, "compute may grow to")),
        }
    }
    for (name, own, mut subnet) in own {
        if own.goes_out() {
            subnet.after.extend(ready.iter().cloned());
        }
        inside.own.insert(name.to_owned(), made.place(subnet, ""));
    }
    inside
}

/// A subnet, guarded by the rules of compute.
#[track_caller]
pub(super) fn guarded(
    made: &Made,
    subnet: MadeSubnet,
    openings: &[Opening],
    settings: &IsolatedSettings,
) -> MadeSubnet {
    let (subnet, security) = made.secured(subnet);
    security::rules(&subnet.scope, &made.group, &security, openings, settings);
    subnet
}

fn check_hosts(made: &Made, settings: &IsolatedSettings) {
    if let Some(host) = first_host(settings) {
        made.scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!(
                    "\"{}\" is not reached: a NAT gateway knows no hosts",
                    **host
                ),
            )
            .argument("egress")
            .hint("set `egress = { through = \"firewall\" }`, or leave `egress` out")
            .at(host.origin()),
        );
    }
}

/// Of all public storage accounts, compute reaches those that the service itself needs, by an alias
/// for them, and those of the platform's group.
/// Source: "Configure service endpoint policies" of Azure Machine Learning's documentation.
#[track_caller]
fn restrict_storage(made: &Made, subnet: &MadeSubnet) {
    let policy = SubnetServiceEndpointStoragePolicy::new(
        &subnet.scope,
        MAIN,
        SubnetServiceEndpointStoragePolicyArgs {
            name: naming::made(
                &subnet.scope,
                "azurerm_subnet_service_endpoint_storage_policy",
            )
            .into(),
            resource_group_name: made.group.name().into(),
            location: made.group.location(),
        },
    );
    policy
        .add_definition(
            Definition::new(DefinitionArgs {
                name: "machine-learning".into(),
                service_resources: ["/services/Azure/MachineLearning"].into(),
            })
            .service(DefinitionService::Global),
        )
        .add_definition(
            Definition::new(DefinitionArgs {
                name: "platform".into(),
                service_resources: [made.group.id().to_expr()].into(),
            })
            .service(DefinitionService::MicrosoftStorage),
        );
    subnet
        .subnet
        .add_service_endpoint(ServiceEndpoint::new(ServiceEndpointArgs {
            service: ServiceEndpointService::MicrosoftStorage.into(),
        }))
        .set_service_endpoint_policy_ids([policy.id()]);
}
