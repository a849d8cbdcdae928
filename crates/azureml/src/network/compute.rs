//! Compute in a virtual network of one's own: its subnet, what guards it, and its way out.

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
use super::plan::Part;
use super::security::{self, openings};
use super::settings::{IsolatedSettings, Outbound, VnetSettings};
use super::vnet::Place;
use crate::{codes, naming};

/// The way out, chosen.
enum Way<'a> {
    Nat,
    Firewall(Sourced<FirewallSku>),
    Appliance(&'a Sourced<String>),
}

/// Host names need something that reads them: as in a managed network, a firewall comes with the
/// first rule that has one.
fn way<'a>(settings: &IsolatedSettings, vnet: &'a VnetSettings) -> Way<'a> {
    let standard = || FirewallSku::Standard.into();
    let firewall = || Way::Firewall(settings.firewall_sku.clone().unwrap_or_else(standard));
    match vnet.egress.as_deref() {
        Some(EgressSettings::Nat {}) => Way::Nat,
        Some(EgressSettings::Firewall {}) => firewall(),
        Some(EgressSettings::Appliance { next_hop }) => Way::Appliance(next_hop),
        None if first_host(settings).is_some() => firewall(),
        None => Way::Nat,
    }
}

fn first_host(settings: &IsolatedSettings) -> Option<&Sourced<String>> {
    let hosts = || settings.rules.values().find_map(OutboundRule::host);
    (*settings.outbound == Outbound::Approved).then(hosts)?
}

/// What has a subnet beside the private endpoints.
pub(super) fn parts(settings: &IsolatedSettings, vnet: &VnetSettings) -> Vec<Part> {
    match way(settings, vnet) {
        Way::Nat | Way::Appliance(_) => vec![Part::Training],
        Way::Firewall(sku) if *sku == FirewallSku::Basic => {
            vec![Part::Training, Part::FirewallManagement, Part::Firewall]
        }
        Way::Firewall(_) => vec![Part::Training, Part::Firewall],
    }
}

/// The subnet of compute, with all that it needs.
#[track_caller]
pub(super) fn make(made: &Made, settings: &IsolatedSettings, vnet: &VnetSettings) -> Place {
    let group = &made.group;
    let region = match (group.region(), group.location().as_any().as_text()) {
        (Some(region), _) => region.name.to_owned(),
        (None, said) => said.unwrap_or_default().replace(' ', "").to_lowercase(),
    };
    let openings = openings(&region, settings);
    let subnet = made.subnet(Part::Training);
    if *vnet.service_endpoint_policy {
        restrict_storage(made, &subnet);
    }
    let (mut subnet, security) = made.secured(subnet);
    security::rules(&subnet.scope, group, &security, &openings, settings);
    let sources = Sources {
        scope: &made.scope,
        group,
        subnets: vec![(Part::Training.key(), subnet.subnet.id())],
        ranges: vec![made.range(Part::Training)],
    };
    let ready = match way(settings, vnet) {
        Way::Nat => {
            check_hosts(made, settings);
            sources.through_nat()
        }
        Way::Firewall(sku) => {
            let own = made.subnet(Part::Firewall);
            let firewall = OwnFirewall {
                management: (*sku == FirewallSku::Basic)
                    .then(|| made.subnet(Part::FirewallManagement).subnet.id()),
                subnet: own.subnet.id(),
                scope: own.scope,
                sku,
                openings: &openings,
                settings,
            };
            let (mut ready, address) = firewall.make(&sources);
            ready.extend(sources.through(address));
            ready
        }
        Way::Appliance(next_hop) => sources.through(Value::from(next_hop)),
    };
    subnet.after.extend(ready);
    made.place(subnet, "compute may grow to")
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
