//! How isolated the platform is: one choice that everything in the group follows.
//!
//! | module | what it decides |
//! |---|---|
//! | [`settings`] | what an environment file says |
//! | `allowed` | who is let in by address |
//! | [`plan`] | which range each subnet has |
//! | `vnet` | the virtual network of a group: who lives in it, and what must be there before |
//! | `managed` | the rules of a managed network |
//! | `made` | a network that is made here, and its subnets |
//! | `compute` | machines in a network of one's own |
//! | [`bastion`] | Azure Bastion, a way in for people |
//! | [`jump_host`] | a machine to work from in the network |
//! | [`peering`] | connections to other networks |
//! | `monitor` | logs and metrics by a private way |
//! | [`hub`] | [`Hub`]: a network that environments share |
//! | `security` | what compute must reach, and the rules of its security group |
//! | [`egress`] | the way out: a NAT gateway, a firewall, one that exists |
//! | `firewall_rules` | what a firewall lets through |
//! | [`outbound`] | what compute may connect to beside what the platform uses |
//! | [`own_subnet`] | subnets of one's own |
//! | `endpoint` | private endpoints: [`connect`] |
//! | [`dns`] | the private DNS zones of the endpoints |

mod allowed;
pub mod bastion;
mod compute;
pub mod dns;
pub mod egress;
mod endpoint;
mod firewall_rules;
pub mod hub;
pub mod jump_host;
mod made;
mod managed;
mod monitor;
pub mod outbound;
pub mod own_subnet;
pub mod peering;
pub mod plan;
mod security;
pub mod settings;
mod vnet;

use std::rc::Rc;

use terrace_azurerm::{NetworkSecurityGroup, Subnet, VirtualNetwork};
use terrace_core::{InScope, IsResource, Scope};
use terrace_ir::{AnyId, Id, Sourced, Value};

pub use self::bastion::{BastionSettings, BastionSku};
pub use self::dns::DnsSettings;
pub use self::egress::{EgressSettings, FirewallSku};
pub use self::endpoint::connect;
pub use self::hub::{Hub, HubFirewallSettings, HubSettings};
pub use self::jump_host::{ImageSettings, JumpHostSettings};
pub(crate) use self::managed::{Reached, Rules};
pub(crate) use self::monitor::observe;
pub use self::outbound::OutboundRule;
pub use self::own_subnet::OwnSubnetSettings;
pub use self::peering::PeeringSettings;
pub use self::settings::{IsolatedSettings, NetworkSettings, Outbound, VnetSettings};
use self::vnet::Vnet;
use crate::group::InGroup;

/// Who may reach the platform's services from outside.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Whether the workspace is reached from the internet.
    pub public_workspace: Sourced<bool>,
    /// Whether storage, vault and registry have a public address at all. They let in only
    /// [`Access::allowed_addresses`] and Azure's own services.
    pub public_services: bool,
    /// Who is let in by address.
    pub allowed_addresses: Vec<Sourced<String>>,
}

impl Access {
    /// Whether every address is let in, so that identities alone guard the services.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let mut addresses = self.allowed_addresses.iter();
        self.public_services && addresses.any(|it| **it == allowed::EVERYBODY)
    }
}

/// The choice, made for a group.
#[derive(Clone)]
pub struct Network {
    scope: Scope,
    settings: NetworkSettings,
    vnet: Option<Rc<Vnet>>,
}

impl Network {
    /// Makes the choice for everything in the group that is declared after it, and the virtual
    /// network where there is to be one.
    ///
    /// Reported are addresses and ranges that Azure does not take or that do not fit, rules that it
    /// refuses, and settings that mean nothing together.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &NetworkSettings) -> Self {
        let scope = Scope::new(parent, name);
        allowed::check(&scope, &settings.access());
        let vnet = settings.vnet(&scope, parent).map(Rc::new);
        let network = Self {
            scope,
            settings: settings.clone(),
            vnet,
        };
        network.covers(parent.group());
        network.connect_rules();
        network
    }

    /// Lets everything that is declared in another group after this follow the choice too.
    pub fn covers(&self, group: &impl InScope) {
        let scope = group.scope();
        scope.provide(self.settings.access());
        if let Some(vnet) = &self.vnet {
            scope.provide(vnet.clone());
        }
    }

    /// The id of the virtual network, where there is one.
    #[must_use]
    pub fn id(&self) -> Option<Id<VirtualNetwork>> {
        self.vnet.as_ref().map(|vnet| vnet.id.clone())
    }

    /// The names that DNS servers of one's own, in the network or on premises, must forward to Azure's
    /// (168.63.129.16), sorted: without it names lead to public addresses, which are closed. It
    /// covers the private endpoints that were declared before; none where there is no network.
    #[must_use]
    pub fn names_to_forward(&self) -> Value<Vec<String>> {
        let vnet = self.vnet.iter();
        let names = vnet.flat_map(|vnet| vnet.zones.forwarded());
        names.map(str::to_owned).collect::<Vec<_>>().into()
    }

    /// The id of a subnet: `training`, `endpoints`, or one of `own_subnets` by its name.
    #[must_use]
    pub fn subnet(&self, name: &str) -> Option<Id<Subnet>> {
        Some(self.vnet.as_ref()?.subnet(name)?.id.clone())
    }

    /// The security group of such a subnet, for further rules, where it is made here.
    #[must_use]
    pub fn security_group(&self, name: &str) -> Option<&NetworkSecurityGroup> {
        self.vnet.as_ref()?.subnet(name)?.security_group.as_ref()
    }

    /// Puts something into such a subnet: it waits for the way out. Gives the subnet, which is for
    /// the caller to set.
    pub fn place_in(&self, name: &str, what: &impl IsResource) -> Option<Id<Subnet>> {
        let place = self.vnet.as_ref()?.subnet(name)?;
        for before in &place.after {
            what.depends_on(before);
        }
        Some(place.id.clone())
    }

    /// In a network of one's own, the endpoints that `rules` ask for lie beside the platform's.
    #[track_caller]
    fn connect_rules(&self) {
        let NetworkSettings::OwnVnet(settings) = &self.settings else {
            return;
        };
        let rules = Scope::new(&self.scope, "outbound");
        for (name, rule) in &settings.rules {
            if let OutboundRule::PrivateEndpoint {
                target_id,
                subresource,
                ..
            } = rule
            {
                endpoint::to_other(
                    &Scope::new(&rules, name),
                    AnyId::from(target_id),
                    subresource,
                );
            }
        }
    }

    /// The choice.
    #[must_use]
    pub fn settings(&self) -> &NetworkSettings {
        &self.settings
    }
}

impl InScope for Network {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl NetworkSettings {
    fn access(&self) -> Access {
        match self {
            Self::Public { allowed_addresses } => Access {
                public_workspace: true.into(),
                public_services: true,
                allowed_addresses: allowed_addresses.clone(),
            },
            Self::Managed(isolated) | Self::OwnVnet(isolated) => Access {
                public_workspace: isolated.public_access.clone(),
                public_services: *isolated.public_access && !*isolated.private_services,
                allowed_addresses: isolated.allowed_addresses.clone(),
            },
        }
    }

    /// The virtual network that the choice needs. In a managed network it is the only way in, and
    /// not needed where there is another.
    #[track_caller]
    fn vnet(&self, scope: &Scope, parent: &impl InGroup) -> Option<Vnet> {
        let (settings, managed) = match self {
            Self::Public { .. } => return None,
            Self::Managed(settings) => (settings, true),
            Self::OwnVnet(settings) => (settings, false),
        };
        outbound::check(scope, settings, managed);
        let closed = !*settings.public_access || *settings.private_services;
        let needed = !managed || closed || settings.vnet.is_some();
        // In a closure, the stack's line would be lost.
        match needed {
            true => Some(Vnet::new(scope, parent.group(), settings, managed)),
            false => None,
        }
    }
}

/// The access that the group's [`Network`] decided; closed where there is none.
#[must_use]
pub fn access(scope: &Scope) -> Access {
    scope
        .provided::<Access>()
        .map_or_else(Access::default, |access| (*access).clone())
}

fn vnet(scope: &impl InScope) -> Option<Rc<Vnet>> {
    let vnet = scope.scope().provided::<Rc<Vnet>>()?;
    Some((*vnet).clone())
}

/// The subnet of compute, where the group's network is one's own.
#[must_use]
pub fn training_subnet(scope: &impl InScope) -> Option<Id<Subnet>> {
    vnet(scope)?.training()
}

/// Puts compute of up to so many machines into the group's network, where that is one's own: it
/// waits for what it needs there. Gives the subnet, which is for the caller to set.
///
/// More machines than the subnet has addresses for are reported in the end.
pub fn place(compute: &impl IsResource, machines: u32) -> Option<Id<Subnet>> {
    let resource = compute.resource();
    vnet(&resource.scope())?.place(resource, machines)
}
