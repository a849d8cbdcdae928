//! How what is in the network reaches what is outside of it.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::firewall::{IpConfiguration, ManagementIpConfiguration};
use terrace_azurerm::firewall::{
    IpConfigurationArgs, ManagementIpConfigurationArgs, SkuName, SkuTier,
};
use terrace_azurerm::firewall_policy::{
    Dns, IntrusionDetection, Mode as PolicyMode, Sku as PolicySku,
};
use terrace_azurerm::public_ip::{AllocationMethod, Sku as AddressSku};
use terrace_azurerm::route::NextHopType;
use terrace_azurerm::{
    Firewall, FirewallArgs, FirewallPolicy, FirewallPolicyArgs, NatGateway, NatGatewayArgs,
    NatGatewayPublicIpAssociation, NatGatewayPublicIpAssociationArgs, PublicIp, PublicIpArgs,
    Route, RouteArgs, RouteTable, RouteTableArgs, Subnet, SubnetNatGatewayAssociation,
    SubnetNatGatewayAssociationArgs, SubnetRouteTableAssociation, SubnetRouteTableAssociationArgs,
};
use terrace_core::{IsResource as _, MAIN, Resource, Scope};
use terrace_ir::{Expr, Id, Sourced, Value};

use super::firewall_rules;
use super::made::Made;
use super::plan::Part;
use super::security::Opening;
use super::settings::IsolatedSettings;
use crate::group::ResourceGroup;
use crate::naming;

/// How compute in the network reaches what is outside of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "through",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Egress", tag = "through")]
pub enum EgressSettings {
    /// A NAT gateway with an address of its own. What may be reached is for the security group to
    /// say, which knows services of Azure and no hosts.
    Nat {},
    /// An Azure Firewall in the network, which lets through what the platform uses and what `rules`
    /// name. It costs money by the hour.
    Firewall {},
    /// A firewall that exists, for example in a hub to which a peering leads. What it lets through
    /// is for its own rules to say.
    Appliance {
        /// Its private address.
        #[schemars(
            regex(pattern = r"^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$"),
            extend("patternErrorMessage" = "an IPv4 address such as \"10.0.3.132\"")
        )]
        next_hop: Sourced<String>,
    },
    /// The way that the network has by itself: routes that a gateway or a virtual WAN announces, or
    /// a NAT gateway that others attach. Nothing is made here.
    Elsewhere {},
}

/// A kind of Azure Firewall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FirewallSku {
    /// For up to 250 megabits a second.
    Basic,
    /// Grows with the traffic, and refuses known bad addresses.
    Standard,
    /// Looks for intrusions too. A managed network does not have it.
    Premium,
}

impl FirewallSku {
    /// The subnets that a firewall of this kind needs.
    pub(super) fn parts(self) -> &'static [Part] {
        match self {
            Self::Basic => &[Part::FirewallManagement, Part::Firewall],
            Self::Standard | Self::Premium => &[Part::Firewall],
        }
    }

    /// The name in Azure.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Standard => "Standard",
            Self::Premium => "Premium",
        }
    }
}

/// What ways out lead from: subnets, each with its range.
pub(super) struct Sources<'a> {
    pub(super) scope: &'a Scope,
    pub(super) group: &'a ResourceGroup,
    pub(super) subnets: Vec<(&'a str, Id<Subnet>)>,
    pub(super) ranges: Vec<Value<String>>,
}

/// A public address in `scope`, called `name` there.
#[track_caller]
pub(super) fn address(scope: &Scope, group: &ResourceGroup, name: &str) -> PublicIp {
    let made = match name {
        MAIN => naming::made(scope, "azurerm_public_ip"),
        name => naming::made(&Scope::new(scope, name), "azurerm_public_ip"),
    };
    let address = PublicIp::new(
        scope,
        name,
        PublicIpArgs {
            name: made.into(),
            resource_group_name: group.name().into(),
            location: group.location(),
            allocation_method: AllocationMethod::Static.into(),
        },
    );
    address.set_sku(AddressSku::Standard);
    address
}

impl Sources<'_> {
    /// Out through a NAT gateway. What is given must be there before anything goes out.
    #[track_caller]
    pub(super) fn through_nat(&self) -> Vec<Resource> {
        let scope = Scope::new(self.scope, "nat");
        let gateway = NatGateway::new(
            &scope,
            MAIN,
            NatGatewayArgs {
                name: naming::made(&scope, "azurerm_nat_gateway").into(),
                resource_group_name: self.group.name().into(),
                location: self.group.location(),
            },
        );
        gateway.set_sku_name(terrace_azurerm::nat_gateway::SkuName::Standard);
        let address = address(&scope, self.group, MAIN);
        let addressed = NatGatewayPublicIpAssociation::new(
            &scope,
            MAIN,
            NatGatewayPublicIpAssociationArgs {
                nat_gateway_id: gateway.id(),
                public_ip_address_id: address.id(),
            },
        );
        let mut ready = vec![addressed.resource().clone()];
        for (name, subnet) in &self.subnets {
            let association = SubnetNatGatewayAssociation::new(
                &scope,
                name,
                SubnetNatGatewayAssociationArgs {
                    nat_gateway_id: gateway.id(),
                    subnet_id: subnet.clone(),
                },
            );
            ready.push(association.resource().clone());
        }
        ready
    }

    /// Out through something at an address.
    #[track_caller]
    pub(super) fn through(&self, next_hop: impl Into<Value<String>>) -> Vec<Resource> {
        let scope = Scope::new(self.scope, "routes");
        let table = RouteTable::new(
            &scope,
            MAIN,
            RouteTableArgs {
                name: naming::made(&scope, "azurerm_route_table").into(),
                resource_group_name: self.group.name().into(),
                location: self.group.location(),
            },
        );
        // Routes that a gateway learns would lead around it.
        table.set_bgp_route_propagation_enabled(false);
        let route = Route::new(
            &scope,
            "out",
            RouteArgs {
                name: "out".into(),
                resource_group_name: self.group.name().into(),
                route_table_name: table.name().into(),
                address_prefix: "0.0.0.0/0".into(),
                next_hop_type: NextHopType::VirtualAppliance.into(),
            },
        );
        route.set_next_hop_in_ip_address(next_hop.into());
        let mut ready = vec![route.resource().clone()];
        for (name, subnet) in &self.subnets {
            let association = SubnetRouteTableAssociation::new(
                &scope,
                name,
                SubnetRouteTableAssociationArgs {
                    route_table_id: table.id(),
                    subnet_id: subnet.clone(),
                },
            );
            ready.push(association.resource().clone());
        }
        ready
    }
}

/// An Azure Firewall with its policy.
pub(super) struct OwnFirewall<'a> {
    sku: Sourced<FirewallSku>,
    /// The scope of its subnet, in which it is too.
    scope: Scope,
    subnet: Id<Subnet>,
    /// For the traffic that manages one of the kind `basic`.
    management: Option<Id<Subnet>>,
    openings: &'a [Opening],
    settings: &'a IsolatedSettings,
    dns_proxy: Sourced<bool>,
}

impl<'a> OwnFirewall<'a> {
    /// One in a network that is made here, with its subnets.
    #[track_caller]
    pub(super) fn new(
        made: &Made,
        sku: Sourced<FirewallSku>,
        openings: &'a [Opening],
        settings: &'a IsolatedSettings,
    ) -> Self {
        let own = made.subnet(Part::Firewall);
        let managed = sku.parts().contains(&Part::FirewallManagement);
        Self {
            management: managed.then(|| made.subnet(Part::FirewallManagement).subnet.id()),
            subnet: own.subnet.id(),
            scope: own.scope,
            sku,
            openings,
            settings,
            dns_proxy: false.into(),
        }
    }

    /// One that answers questions about names too, if that is so.
    pub(super) fn answering(self, dns_proxy: &Sourced<bool>) -> Self {
        Self {
            dns_proxy: dns_proxy.clone(),
            ..self
        }
    }

    /// Its rules, which come last, and its private address.
    #[track_caller]
    pub(super) fn make(&self, sources: &Sources<'_>) -> (Resource, Expr<String>) {
        let scope = &self.scope;
        let group = sources.group;
        let policy = FirewallPolicy::new(
            scope,
            MAIN,
            FirewallPolicyArgs {
                name: naming::made(scope, "azurerm_firewall_policy").into(),
                resource_group_name: group.name().into(),
                location: group.location(),
            },
        );
        policy.set_sku(self.sku.map(|sku| match sku {
            FirewallSku::Basic => PolicySku::Basic,
            FirewallSku::Standard => PolicySku::Standard,
            FirewallSku::Premium => PolicySku::Premium,
        }));
        // The kind `basic` only tells of bad addresses.
        policy.set_threat_intelligence_mode(match *self.sku {
            FirewallSku::Basic => PolicyMode::Alert,
            FirewallSku::Standard | FirewallSku::Premium => PolicyMode::Deny,
        });
        if *self.dns_proxy {
            policy.set_dns(Dns::new().proxy_enabled(&self.dns_proxy));
        }
        if *self.sku == FirewallSku::Premium {
            policy.set_intrusion_detection(IntrusionDetection::new().mode(PolicyMode::Deny));
        }
        let rules = firewall_rules::declare(
            scope,
            &policy,
            &sources.ranges,
            self.openings,
            self.settings,
        );
        let firewall = Firewall::new(
            scope,
            MAIN,
            FirewallArgs {
                name: naming::made(scope, "azurerm_firewall").into(),
                resource_group_name: group.name().into(),
                location: group.location(),
                sku_name: SkuName::AzfwVNet.into(),
                sku_tier: self
                    .sku
                    .map(|sku| match sku {
                        FirewallSku::Basic => SkuTier::Basic,
                        FirewallSku::Standard => SkuTier::Standard,
                        FirewallSku::Premium => SkuTier::Premium,
                    })
                    .into(),
            },
        );
        let public = address(scope, group, MAIN);
        firewall
            .set_firewall_policy_id(policy.id())
            .add_ip_configuration(
                IpConfiguration::new(IpConfigurationArgs {
                    name: "traffic".into(),
                })
                .subnet_id(self.subnet.clone())
                .public_ip_address_id(public.id()),
            );
        if let Some(subnet) = &self.management {
            let public = address(scope, group, "management");
            firewall.set_management_ip_configuration(ManagementIpConfiguration::new(
                ManagementIpConfigurationArgs {
                    name: "management".into(),
                    subnet_id: subnet.clone(),
                    public_ip_address_id: public.id(),
                },
            ));
        }
        let private = firewall
            .resource()
            .attribute::<Vec<()>>("ip_configuration")
            .index::<()>(0)
            .attribute("private_ip_address");
        (rules, private)
    }
}
