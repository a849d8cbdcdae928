//! What an environment file says about isolation: `[network]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_ir::Sourced;

use super::bastion::BastionSettings;
use super::dns::DnsSettings;
use super::egress::{EgressSettings, FirewallSku};
use super::jump_host::JumpHostSettings;
use super::outbound::OutboundRule;
use super::own_subnet::OwnSubnetSettings;
use super::peering::PeeringSettings;
use super::plan::SubnetRanges;
use crate::Given;
use crate::existing::ExistingSettings;

/// How isolated the platform is, and what follows from it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "isolation",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Network", tag = "isolation")]
pub enum NetworkSettings {
    /// Compute runs with public addresses, and the workspace is reached from the internet. Storage,
    /// vault and registry let in only the addresses that are allowed, and Azure's own services.
    Public {
        /// Public addresses and ranges (CIDR) that may reach storage, vault and registry. Compute has
        /// public addresses that nobody knows before: only `0.0.0.0/0`, which lets everybody in and
        /// leaves the guard to identities alone, lets it read data and pull images.
        #[serde(default)]
        #[schemars(extend("uniqueItems" = true))]
        allowed_addresses: Vec<Sourced<String>>,
    },
    /// Compute runs in a network that Azure Machine Learning manages.
    Managed(IsolatedSettings),
    /// Compute runs in a virtual network of one's own.
    OwnVnet(IsolatedSettings),
}

impl Default for NetworkSettings {
    /// Managed, approved outbound, no public access: what opens something is to be said.
    fn default() -> Self {
        Self::Managed(IsolatedSettings::default())
    }
}

impl NetworkSettings {
    /// Whether compute runs in a network that the service manages.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        matches!(self, Self::Managed(_))
    }
}

/// What can be said of a platform whose compute runs in a network of its own. The two kinds of
/// networks take the same keys, so that one word turns one into the other.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IsolatedSettings {
    /// Where compute may connect to.
    pub outbound: Sourced<Outbound>,

    /// Whether the workspace is reached from the internet, guarded by identities alone. Without it,
    /// private endpoints are the only way in.
    pub public_access: Sourced<bool>,

    /// Whether storage, vault and registry stay closed though the workspace is reached from the
    /// internet: private endpoints are the only way to them, and the studio shows data only to who is
    /// in the network.
    pub private_services: Sourced<bool>,

    /// Public addresses and ranges (CIDR) that may reach storage, vault and registry, where there
    /// is public access. `0.0.0.0/0` lets everybody in: identities alone are the guard then.
    #[schemars(extend("uniqueItems" = true))]
    pub allowed_addresses: Vec<Sourced<String>>,

    /// What compute may connect to beside what the platform itself uses, by name.
    #[schemars(extend("propertyNames" = OutboundRule::names()))]
    pub rules: BTreeMap<Sourced<String>, OutboundRule>,

    /// The kind of Azure Firewall that holds rules by host name. Left out, it is `standard`.
    pub firewall_sku: Option<Sourced<FirewallSku>>,

    /// Whether a managed network is made with the workspace. Without it, it is made with the first
    /// compute, which then waits for half an hour. A change replaces the workspace. A hub's is always made
    /// with its first compute: azurerm has no argument for it.
    pub provision_on_creation: Sourced<bool>,

    /// The virtual network with the private endpoints, and with compute where it is one's own. In a
    /// managed network with public access there is none unless this says something.
    pub vnet: Option<VnetSettings>,
}

/// Where compute in a network of its own may connect to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outbound {
    /// Only to what the platform uses and what `rules` name. In a managed network it cannot be
    /// opened later: Azure does not go back.
    #[default]
    Approved,
    /// Anywhere. Packages install without a rule for each source.
    Internet,
}

/// A virtual network: `[network.vnet]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VnetSettings {
    /// A network that is there already, in which the subnets are made. It must be in the subscription of
    /// this environment. `address_space` then says which part of its addresses is for them, where any are made.
    pub existing: Option<ExistingSettings>,

    /// The network's name in Azure, where it is not to be made by the naming template. A change
    /// replaces the network.
    pub name: Option<Sourced<String>>,

    /// The range (CIDR) from which all subnets are cut, at fixed places: `/22` or larger has room
    /// for each. It must be free in every network that this one is connected with. A change moves
    /// the subnets, and so replaces what is in them.
    pub address_space: Sourced<String>,

    /// Ranges of single subnets, where they are not to be those that are cut from `address_space`.
    pub subnets: SubnetRanges,

    /// Subnets of one's own, by name: each is guarded, and has its way out, like that of compute.
    #[schemars(extend("propertyNames" = OwnSubnetSettings::names()))]
    pub own_subnets: BTreeMap<Sourced<String>, OwnSubnetSettings>,

    /// A subnet that exists, in which the private endpoints get their addresses. Without
    /// `existing` nothing is made in its network.
    pub endpoints_subnet_id: Option<Given>,

    /// The subnet for compute in the network of `endpoints_subnet_id`. How it reaches what it needs
    /// is that network's affair.
    pub training_subnet_id: Option<Given>,

    /// Who keeps the private DNS zones. Left out, they are made here.
    pub dns: DnsSettings,

    /// Addresses of the DNS servers that the network asks, for example a hub's. They must know the
    /// private DNS zones. Left out, Azure's own answer.
    #[schemars(extend("uniqueItems" = true))]
    pub dns_servers: Vec<Sourced<String>>,

    /// How what is in the network reaches what is outside of it. Left out, it is a NAT gateway, or a
    /// firewall where compute is in it and `rules` name hosts.
    pub egress: Option<Sourced<EgressSettings>>,

    /// Whether the subnets have their security groups from their creation on, as policies may
    /// demand. A security group that is replaced later must be attached again by hand.
    pub security_group_at_creation: Sourced<bool>,

    /// Whether compute reaches, of all public storage accounts, only those of Azure Machine Learning
    /// itself and of the platform's resource group.
    pub service_endpoint_policy: Sourced<bool>,

    /// Whether logs and metrics are taken in through a private endpoint too.
    pub monitor: Sourced<bool>,

    /// Other networks that this one is connected with, by name: a hub.
    #[schemars(extend("propertyNames" = PeeringSettings::names()))]
    pub peerings: BTreeMap<Sourced<String>, PeeringSettings>,

    /// Azure Bastion, by which people reach machines in the network from a browser. Left out, there
    /// is none.
    pub bastion: Option<BastionSettings>,

    /// A machine from which people work in the network. Left out, there is none.
    pub jump_host: Option<JumpHostSettings>,

    /// The id of a DDoS protection plan for the network.
    pub ddos_plan_id: Option<Sourced<String>>,
}

impl Default for VnetSettings {
    fn default() -> Self {
        Self {
            existing: None,
            name: None,
            address_space: "10.20.0.0/20".into(),
            subnets: SubnetRanges::default(),
            own_subnets: BTreeMap::new(),
            endpoints_subnet_id: None,
            training_subnet_id: None,
            dns: DnsSettings::default(),
            dns_servers: Vec::new(),
            egress: None,
            security_group_at_creation: false.into(),
            service_endpoint_policy: false.into(),
            monitor: false.into(),
            peerings: BTreeMap::new(),
            bastion: None,
            jump_host: None,
            ddos_plan_id: None,
        }
    }
}
