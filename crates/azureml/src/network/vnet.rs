//! The virtual network of a group, and its subnets.

use std::cell::RefCell;

use terrace_azurerm::subnet::PrivateEndpointNetworkPolicies;
use terrace_azurerm::{
    NetworkSecurityGroup, NetworkSecurityGroupArgs, Subnet, SubnetArgs,
    SubnetNetworkSecurityGroupAssociation, SubnetNetworkSecurityGroupAssociationArgs,
    VirtualNetwork, VirtualNetworkArgs,
};
use terrace_core::{IsResource as _, MAIN, Resource, Scope};
use terrace_ir::{Id, Sourced, Value};

use super::dns::{Linked, Zones};
use super::plan::{Part, Plan};
use super::settings::VnetSettings;
use crate::group::ResourceGroup;
use crate::naming;

/// The virtual network of a group: where private endpoints get their addresses.
pub(super) struct Vnet {
    pub(super) group: ResourceGroup,
    pub(super) endpoints: Place,
    pub(super) zones: Zones,
    /// Every private endpoint so far.
    pub(super) connected: RefCell<Vec<Resource>>,
}

/// A subnet in which something can be.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) id: Id<Subnet>,
    /// What must be there before anything is put into it. Azure refuses two changes of a subnet at
    /// the same time.
    pub(super) after: Option<Resource>,
}

impl Vnet {
    #[track_caller]
    pub(super) fn new(scope: &Scope, group: &ResourceGroup, settings: &VnetSettings) -> Self {
        let (network, endpoints) = match &settings.endpoints_subnet_id {
            Some(subnet) => (network_of(subnet), existing(subnet)),
            None => {
                let made = Made::new(scope, group, settings, &[Part::Endpoints]);
                let endpoints = made.subnet(Part::Endpoints);
                // Else a security group means nothing for the endpoints in the subnet.
                endpoints.subnet.set_private_endpoint_network_policies(
                    PrivateEndpointNetworkPolicies::NetworkSecurityGroupEnabled,
                );
                (made.linked(), endpoints.place())
            }
        };
        Self {
            group: group.clone(),
            endpoints,
            zones: Zones::new(scope, group, &settings.dns, network),
            connected: RefCell::default(),
        }
    }
}

/// A network that is made here.
struct Made<'a> {
    scope: &'a Scope,
    group: &'a ResourceGroup,
    plan: Plan,
    name: Value<String>,
    network: VirtualNetwork,
}

impl<'a> Made<'a> {
    #[track_caller]
    fn new(
        scope: &'a Scope,
        group: &'a ResourceGroup,
        settings: &VnetSettings,
        parts: &[Part],
    ) -> Self {
        let plan = Plan::new(scope, settings, parts);
        let name = naming::name(scope, "azurerm_virtual_network", settings.name.as_ref());
        let network = VirtualNetwork::new(
            scope,
            MAIN,
            VirtualNetworkArgs {
                name: name.clone(),
                resource_group_name: group.name().into(),
                location: group.location(),
            },
        );
        network.set_address_space([plan.space()]);
        Self {
            scope,
            group,
            plan,
            name,
            network,
        }
    }

    fn linked(&self) -> Linked {
        Linked {
            name: self.name.clone(),
            id: self.network.id(),
        }
    }

    /// The subnet of a part, with a security group. Nothing in it reaches the internet unless it
    /// is given a way out.
    #[track_caller]
    fn subnet(&self, part: Part) -> MadeSubnet {
        let scope = Scope::new(self.scope, part.key());
        let subnet = Subnet::new(
            &scope,
            MAIN,
            SubnetArgs {
                name: match part.prescribed() {
                    Some(name) => name.into(),
                    None => naming::name(&scope, "azurerm_subnet", None),
                },
                resource_group_name: self.group.name().into(),
                virtual_network_name: self.network.name().into(),
            },
        );
        subnet
            .set_address_prefixes([self.plan.range(part)])
            .set_default_outbound_access_enabled(false);
        let security = NetworkSecurityGroup::new(
            &scope,
            MAIN,
            NetworkSecurityGroupArgs {
                name: naming::name(&scope, "azurerm_network_security_group", None),
                resource_group_name: self.group.name().into(),
                location: self.group.location(),
            },
        );
        let association = SubnetNetworkSecurityGroupAssociation::new(
            &scope,
            MAIN,
            SubnetNetworkSecurityGroupAssociationArgs {
                subnet_id: subnet.id(),
                network_security_group_id: security.id(),
            },
        );
        MadeSubnet {
            subnet,
            association: association.resource().clone(),
        }
    }
}

struct MadeSubnet {
    subnet: Subnet,
    association: Resource,
}

impl MadeSubnet {
    fn place(&self) -> Place {
        Place {
            id: self.subnet.id(),
            after: Some(self.association.clone()),
        }
    }
}

fn existing(id: &Sourced<String>) -> Place {
    Place {
        id: Id::parse(id),
        after: None,
    }
}

/// The network of a subnet: the subnet's id begins with it.
fn network_of(subnet: &Sourced<String>) -> Linked {
    let network = subnet.map(|id| {
        let end = id.to_ascii_lowercase().find("/subnets/");
        id[..end.unwrap_or(id.len())].to_owned()
    });
    let name = network.map(|id| id.rsplit('/').next().unwrap_or_default().to_owned());
    Linked {
        name: name.into(),
        id: Id::parse(network),
    }
}
