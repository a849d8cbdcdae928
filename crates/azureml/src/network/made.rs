//! A virtual network that is made here, and its subnets.

use std::cell::Cell;
use std::rc::Rc;

use terrace_azurerm::subnet::PrivateEndpointNetworkPolicies;
use terrace_azurerm::virtual_network::{DdosProtectionPlan, DdosProtectionPlanArgs};
use terrace_azurerm::{
    NetworkSecurityGroup, NetworkSecurityGroupArgs, Subnet, SubnetArgs,
    SubnetNetworkSecurityGroupAssociation, SubnetNetworkSecurityGroupAssociationArgs,
    VirtualNetwork, VirtualNetworkArgs,
};
use terrace_core::{IsResource as _, MAIN, Resource, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Value};

use super::dns::Linked;
use super::plan::{Part, Plan};
use super::settings::VnetSettings;
use super::vnet::Place;
use crate::existing::Subject;
use crate::group::ResourceGroup;
use crate::{codes, naming};

const TYPE: &str = "azurerm_virtual_network";

/// A network in which subnets are made here; the network itself may be there already.
pub(super) struct Made {
    pub(super) scope: Scope,
    pub(super) group: ResourceGroup,
    pub(super) network: Subject<VirtualNetwork>,
    name: Value<String>,
    plan: Plan,
    security_at_creation: bool,
}

/// A subnet that is made here.
pub(super) struct MadeSubnet {
    pub(super) scope: Scope,
    pub(super) subnet: Subnet,
    /// Which part it is of, if it is none of one's own.
    part: Option<Part>,
    security_group: Option<NetworkSecurityGroup>,
    /// What must be there before anything is put into it.
    pub(super) after: Vec<Resource>,
}

impl MadeSubnet {
    /// One of one's own.
    pub(super) fn own(scope: Scope, subnet: Subnet) -> Self {
        Self {
            scope,
            subnet,
            part: None,
            security_group: None,
            after: Vec::new(),
        }
    }
}

/// The network that the settings describe.
#[track_caller]
pub(super) fn network(
    scope: &Scope,
    group: &ResourceGroup,
    settings: &VnetSettings,
) -> VirtualNetwork {
    let network = VirtualNetwork::new(
        scope,
        MAIN,
        VirtualNetworkArgs {
            name: naming::name(scope, TYPE, settings.name.as_ref()),
            resource_group_name: group.name().into(),
            location: group.location(),
        },
    );
    network.set_address_space([Value::from(&settings.address_space)]);
    if !settings.dns_servers.is_empty() {
        network.set_dns_servers(&settings.dns_servers);
    }
    if let Some(plan) = &settings.ddos_plan_id {
        network.set_ddos_protection_plan(DdosProtectionPlan::new(DdosProtectionPlanArgs {
            enable: true.into(),
            id: Id::parse(plan),
        }));
    }
    network
}

impl Made {
    /// The ranges of the parts in a network.
    #[track_caller]
    pub(super) fn new(
        scope: &Scope,
        group: &ResourceGroup,
        network: Subject<VirtualNetwork>,
        settings: &VnetSettings,
        parts: &[Part],
    ) -> Self {
        Self {
            scope: scope.clone(),
            group: group.clone(),
            name: match &network {
                Subject::Made(_) => naming::name(scope, TYPE, settings.name.as_ref()),
                Subject::Existing(existing) => existing.name().into(),
            },
            network,
            plan: Plan::new(scope, settings, parts),
            security_at_creation: *settings.security_group_at_creation,
        }
    }

    /// The resource group that the network is in.
    pub(super) fn resource_group(&self) -> Expr<String> {
        match &self.network {
            Subject::Made(_) => self.group.name(),
            Subject::Existing(_) => self.network.resource_group(),
        }
    }

    /// The network, as zones are linked to it.
    pub(super) fn linked(&self) -> Linked {
        Linked {
            name: self.name.clone(),
            id: self.network.id(),
        }
    }

    /// The region, as service tags name it.
    pub(super) fn region(&self) -> String {
        match (
            self.group.region(),
            self.group.location().as_any().as_text(),
        ) {
            (Some(region), _) => region.name.to_owned(),
            (None, said) => said.unwrap_or_default().replace(' ', "").to_lowercase(),
        }
    }

    /// The range of a part.
    pub(super) fn range(&self, part: Part) -> Value<String> {
        self.plan.range(part)
    }

    /// The range of a subnet of one's own.
    pub(super) fn own_range(&self, name: &str) -> Value<String> {
        self.plan.own_range(name)
    }

    /// The subnet of the private endpoints.
    #[track_caller]
    pub(super) fn endpoints(&self) -> Place {
        let made = self.subnet(Part::Endpoints);
        // Else a security group means nothing for the endpoints in the subnet.
        made.subnet.set_private_endpoint_network_policies(
            PrivateEndpointNetworkPolicies::NetworkSecurityGroupEnabled,
        );
        let (made, _) = self.secured(made);
        self.place(made, "the private endpoints take")
    }

    /// The subnet of a part. Nothing in it reaches the internet unless it is given a way out.
    #[track_caller]
    pub(super) fn subnet(&self, part: Part) -> MadeSubnet {
        let scope = Scope::new(&self.scope, part.key());
        let subnet = Subnet::new(
            &scope,
            MAIN,
            SubnetArgs {
                name: match part.prescribed() {
                    Some(name) => name.into(),
                    None => naming::made(&scope, "azurerm_subnet").into(),
                },
                resource_group_name: self.resource_group().into(),
                virtual_network_name: self.network.name().into(),
            },
        );
        subnet.set_address_prefixes([self.plan.range(part)]);
        // Azure refuses it for the subnets of its own services.
        if part.prescribed().is_none() {
            subnet.set_default_outbound_access_enabled(false);
        }
        MadeSubnet {
            scope,
            subnet,
            part: Some(part),
            security_group: None,
            after: Vec::new(),
        }
    }

    /// Gives a subnet a security group.
    #[track_caller]
    pub(super) fn secured(&self, mut made: MadeSubnet) -> (MadeSubnet, NetworkSecurityGroup) {
        let security = NetworkSecurityGroup::new(
            &made.scope,
            MAIN,
            NetworkSecurityGroupArgs {
                name: naming::made(&made.scope, "azurerm_network_security_group").into(),
                resource_group_name: self.group.name().into(),
                location: self.group.location(),
            },
        );
        // Both at once would undo each other.
        if self.security_at_creation {
            made.subnet
                .set_network_security_group_id_wo(security.id())
                .set_network_security_group_id_wo_version(1);
        } else {
            let association = SubnetNetworkSecurityGroupAssociation::new(
                &made.scope,
                MAIN,
                SubnetNetworkSecurityGroupAssociationArgs {
                    subnet_id: made.subnet.id(),
                    network_security_group_id: security.id(),
                },
            );
            made.after.push(association.resource().clone());
        }
        made.security_group = Some(security.clone());
        (made, security)
    }

    /// A subnet as a place to put something. At the end, more in it than it has addresses for is
    /// reported; `who` says whose they are.
    pub(super) fn place(&self, made: MadeSubnet, who: &'static str) -> Place {
        let taken = Rc::new(Cell::new(0));
        if let Some((part, (range, origin))) = made
            .part
            .and_then(|part| Some((part, self.plan.known(part)?)))
        {
            let (key, address, taken) = (part.key(), made.subnet.address(), taken.clone());
            made.scope.aspect(move |resource| {
                let room = range.usable_in_subnet();
                if resource.address() == address && taken.get() > room {
                    let needed = taken.get();
                    let finding = Diagnostic::error(
                        &codes::TOO_SMALL,
                        format!("`{key}` is \"{range}\" with room for {room} addresses, but {who} {needed}"),
                    )
                    .argument(key)
                    .value(range.to_string())
                    .at(origin);
                    resource.scope().report(match terrace_azure::network::Cidr::prefix_for(needed) {
                        Some(prefix) => finding.hint(format!("take a `/{prefix}` or larger in `subnets`")),
                        None => finding,
                    });
                }
            });
        }
        Place {
            id: made.subnet.id(),
            after: made.after,
            security_group: made.security_group,
            taken,
        }
    }
}
