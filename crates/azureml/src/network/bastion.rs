//! Azure Bastion: a way in for people.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::bastion_host::{IpConfiguration, IpConfigurationArgs, Sku};
use terrace_azurerm::network_security_group::{
    SecurityRule, SecurityRuleAccess as Access, SecurityRuleArgs,
    SecurityRuleDirection as Direction, SecurityRuleProtocol as Protocol,
};
use terrace_azurerm::{BastionHost, BastionHostArgs, NetworkSecurityGroup};
use terrace_core::{IsResource as _, MAIN, Scope};
use terrace_ir::Sourced;

use super::egress::address;
use super::made::Made;
use super::plan::Part;
use crate::naming;

/// Azure Bastion, by which people reach machines in the network from a browser.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BastionSettings {
    /// What it can do. A step down replaces it.
    pub sku: Sourced<BastionSku>,
}

impl Default for BastionSettings {
    fn default() -> Self {
        Self {
            sku: BastionSku::Basic.into(),
        }
    }
}

/// What Azure Bastion can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BastionSku {
    /// One session at a time, on machines that are shared with others. It needs no subnet.
    Developer,
    /// A host of one's own.
    Basic,
    /// Clients other than the browser too.
    Standard,
    /// Recorded sessions too.
    Premium,
}

impl BastionSettings {
    /// Whether it has a subnet.
    pub(super) fn has_subnet(&self) -> bool {
        *self.sku != BastionSku::Developer
    }

    /// The host, in a network that is made here.
    #[track_caller]
    pub(super) fn make(&self, made: &Made) -> BastionHost {
        let subnet = self.has_subnet().then(|| {
            let (subnet, security) = made.secured(made.subnet(Part::Bastion));
            guard(&security);
            subnet
        });
        let scope = match &subnet {
            Some(subnet) => subnet.scope.clone(),
            None => Scope::new(&made.scope, Part::Bastion.key()),
        };
        let host = BastionHost::new(
            &scope,
            MAIN,
            BastionHostArgs {
                name: naming::made(&scope, "azurerm_bastion_host").into(),
                resource_group_name: made.group.name().into(),
                location: made.group.location(),
            },
        );
        host.set_sku(self.sku.map(|sku| match sku {
            BastionSku::Developer => Sku::Developer,
            BastionSku::Basic => Sku::Basic,
            BastionSku::Standard => Sku::Standard,
            BastionSku::Premium => Sku::Premium,
        }));
        match subnet {
            None => {
                host.set_virtual_network_id(made.network.id());
            }
            Some(subnet) => {
                let address = address(&scope, &made.group, MAIN);
                host.set_ip_configuration(
                    IpConfiguration::new(IpConfigurationArgs {
                        name: "entrance".into(),
                        subnet_id: subnet.subnet.id(),
                    })
                    .public_ip_address_id(address.id()),
                );
                for before in &subnet.after {
                    host.depends_on(before);
                }
            }
        }
        if matches!(*self.sku, BastionSku::Standard | BastionSku::Premium) {
            host.set_tunneling_enabled(true);
        }
        host
    }
}

/// What is on the other side of Bastion, as prefixes and service tags: from, to.
type Between = (&'static str, &'static str);

const INSIDE: Between = ("VirtualNetwork", "VirtualNetwork");

/// What Bastion must be reached by, and must reach.
///
/// Source: "Working with NSG access and Azure Bastion".
const NEEDED: [(&str, Direction, i64, Between, &[&str]); 8] = [
    (
        "https",
        Direction::Inbound,
        120,
        ("Internet", "*"),
        &["443"],
    ),
    (
        "gateway-manager",
        Direction::Inbound,
        130,
        ("GatewayManager", "*"),
        &["443"],
    ),
    (
        "load-balancer",
        Direction::Inbound,
        140,
        ("AzureLoadBalancer", "*"),
        &["443"],
    ),
    (
        "hosts-in",
        Direction::Inbound,
        150,
        INSIDE,
        &["5701", "8080"],
    ),
    (
        "machines",
        Direction::Outbound,
        100,
        ("*", "VirtualNetwork"),
        &["22", "3389"],
    ),
    (
        "azure",
        Direction::Outbound,
        110,
        ("*", "AzureCloud"),
        &["443"],
    ),
    (
        "hosts-out",
        Direction::Outbound,
        120,
        INSIDE,
        &["5701", "8080"],
    ),
    (
        "certificates",
        Direction::Outbound,
        130,
        ("*", "Internet"),
        &["80"],
    ),
];

/// Lets Bastion's traffic through. Azure refuses a security group that lacks one of the rules, so
/// they come with the group and not one after another.
fn guard(security: &NetworkSecurityGroup) {
    for (name, direction, priority, (from, to), ports) in NEEDED {
        let rule = SecurityRule::new(SecurityRuleArgs {
            access: Access::Allow.into(),
            direction: direction.into(),
            name: name.into(),
            priority: priority.into(),
            protocol: match ports {
                ["443"] => Protocol::Tcp.into(),
                _ => Protocol::Any.into(),
            },
        })
        .source_address_prefix(from)
        .source_port_range("*")
        .destination_address_prefix(to);
        security.add_security_rule(match ports {
            [port] => rule.destination_port_range(*port),
            ports => {
                let ports: Vec<String> = ports.iter().map(|port| (*port).to_owned()).collect();
                rule.destination_port_ranges(ports)
            }
        });
    }
}
