//! A network that environments share: firewall, ways in for people, and the private DNS zones.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::private_link::Target;
use terrace_azurerm::VirtualNetwork;
use terrace_core::{InScope, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced, Value};

use super::bastion::BastionSettings;
use super::compute;
use super::dns::{DnsSettings, Zones};
use super::egress::{FirewallSku, OwnFirewall, Sources};
use super::jump_host::JumpHostSettings;
use super::made::{self, Made};
use super::outbound::{self, OutboundRule};
use super::plan::{self, Part, SubnetRanges};
use super::security::openings;
use super::settings::{IsolatedSettings, VnetSettings};
use crate::codes;
use crate::existing::{ExistingSettings, Subject};
use crate::given::Given;
use crate::group::{InGroup, ResourceGroup};

/// Settings of a hub: `[hub]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HubSettings {
    /// The network's name in Azure, where it is not to be made by the naming template. A change
    /// replaces the network.
    pub name: Option<Sourced<String>>,

    /// The range (CIDR) from which all subnets are cut: `/22` or larger has room for each. No network
    /// that is connected with it may overlap it.
    pub address_space: Sourced<String>,

    /// Ranges of single subnets, where they are not to be those that are cut from `address_space`.
    pub subnets: SubnetRanges,

    /// The firewall through which the networks of environments reach what is outside.
    pub firewall: Option<HubFirewallSettings>,

    /// Azure Bastion, by which people reach machines in all networks that are connected.
    pub bastion: Option<BastionSettings>,

    /// A machine from which people work in all networks that are connected. Left out, there is none.
    pub jump_host: Option<JumpHostSettings>,

    /// Whether the private DNS zones of all that a platform uses are made here.
    pub zones: Sourced<bool>,
}

impl Default for HubSettings {
    fn default() -> Self {
        Self {
            name: None,
            address_space: "10.0.0.0/22".into(),
            subnets: SubnetRanges::default(),
            firewall: None,
            bastion: None,
            jump_host: None,
            zones: true.into(),
        }
    }
}

/// The firewall of a hub.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HubFirewallSettings {
    /// What it can do.
    #[serde(default = "standard")]
    pub sku: Sourced<FirewallSku>,

    /// The ranges (CIDR) of the networks whose compute it lets out.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub from: Vec<Sourced<String>>,

    /// What that compute may connect to beside what Azure Machine Learning needs, by name: hosts and
    /// service tags.
    #[serde(default)]
    #[schemars(extend("propertyNames" = OutboundRule::names()))]
    pub rules: BTreeMap<Sourced<String>, OutboundRule>,

    /// Whether it answers questions about names, as the hub's network knows them: the networks of
    /// environments then ask it by `dns_servers`, and need no links to the zones. It needs `standard`
    /// or `premium`.
    #[serde(default)]
    pub dns_proxy: Sourced<bool>,
}

fn standard() -> Sourced<FirewallSku> {
    FirewallSku::Standard.into()
}

/// A network that environments share.
#[derive(Clone)]
pub struct Hub {
    scope: Scope,
    network: VirtualNetwork,
    group: ResourceGroup,
    zones: BTreeMap<String, Given>,
    firewall_address: Option<Expr<String>>,
}

impl Hub {
    /// A hub. Environments join it with `peerings`, take its zones with
    /// `dns = { zones = "existing", … }`, and its firewall with
    /// `egress = { through = "appliance", … }`.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &HubSettings) -> Self {
        let scope = Scope::new(parent, name);
        let vnet = VnetSettings {
            name: settings.name.clone(),
            address_space: settings.address_space.clone(),
            subnets: settings.subnets.clone(),
            ..VnetSettings::default()
        };
        let network = made::network(&scope, parent.group(), &vnet);
        let subject = Subject::Made(network.clone());
        let made = Made::new(&scope, parent.group(), subject, &vnet, &settings.parts());
        let zones = Zones::new(&scope, parent.group(), &DnsSettings::Create, made.linked());
        if *settings.zones {
            for target in Target::OF_A_PLATFORM {
                zones.of(target);
            }
        }
        if let Some(bastion) = &settings.bastion {
            bastion.make(&made);
        }
        Self {
            firewall_address: settings.machines(&made),
            group: parent.group().clone(),
            zones: zones.ids(),
            scope,
            network,
        }
    }

    /// The network itself.
    #[must_use]
    pub fn network(&self) -> &VirtualNetwork {
        &self.network
    }

    /// The network's id, for the peerings of others.
    #[must_use]
    pub fn id(&self) -> Id<VirtualNetwork> {
        self.network.id()
    }

    /// Its zones, as a network of the same stack takes them. One of another stack names the hub's
    /// resource group.
    #[must_use]
    pub fn dns(&self) -> DnsSettings {
        DnsSettings::Existing {
            group: ExistingSettings::id(self.group.id()),
            ids: self.zones.clone(),
            link: true.into(),
        }
    }

    /// The private address of the firewall, where there is one.
    #[must_use]
    pub fn firewall_address(&self) -> Option<Expr<String>> {
        self.firewall_address.clone()
    }
}

impl InScope for Hub {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl HubSettings {
    fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        if self.jump_host.is_some() {
            parts.push(Part::JumpHost);
        }
        if let Some(firewall) = &self.firewall {
            parts.extend(firewall.sku.parts());
        }
        if self
            .bastion
            .as_ref()
            .is_some_and(BastionSettings::has_subnet)
        {
            parts.push(Part::Bastion);
        }
        parts
    }

    /// The firewall, and the machine that people work from with its way out. Gives the firewall's
    /// private address.
    #[track_caller]
    fn machines(&self, made: &Made) -> Option<Expr<String>> {
        let firewall = self.firewall.as_ref();
        let settings = IsolatedSettings {
            rules: firewall.map_or_else(BTreeMap::new, |firewall| firewall.rules.clone()),
            ..IsolatedSettings::default()
        };
        let openings = openings(&made.region(), &settings);
        let host = self.jump_host.as_ref().map(|host| {
            let subnet = made.subnet(Part::JumpHost);
            let subnet = compute::guarded(made, subnet, &openings, &settings);
            (host, subnet)
        });
        let from = firewall.map_or(&[][..], |firewall| &firewall.from);
        let sources = Sources {
            scope: &made.scope,
            group: &made.group,
            subnets: host
                .iter()
                .map(|(_, subnet)| (Part::JumpHost.key(), subnet.subnet.id()))
                .collect(),
            ranges: from
                .iter()
                .map(Value::from)
                .chain(host.as_ref().map(|_| made.range(Part::JumpHost)))
                .collect(),
        };
        let (ready, address) = match firewall {
            Some(firewall) => {
                firewall.check(&made.scope, &settings);
                let (rules, address) =
                    OwnFirewall::new(made, firewall.sku.clone(), &openings, &settings)
                        .answering(&firewall.dns_proxy)
                        .make(&sources);
                let mut ready = match host {
                    Some(_) => sources.through(address.clone()),
                    None => Vec::new(),
                };
                ready.push(rules);
                (ready, Some(address))
            }
            None if host.is_some() => (sources.through_nat(), None),
            None => (Vec::new(), None),
        };
        if let Some((host, mut subnet)) = host {
            subnet.after.extend(ready);
            host.make(made, &subnet.scope, subnet.subnet.id(), &subnet.after);
        }
        address
    }
}

impl HubFirewallSettings {
    fn check(&self, scope: &Scope, settings: &IsolatedSettings) {
        outbound::check(scope, settings, false);
        for (name, rule) in &self.rules {
            if let OutboundRule::PrivateEndpoint { target_id, .. } = rule {
                scope.report(
                    Diagnostic::error(
                        &codes::RULE,
                        format!(
                            "the rule `{}` is about a private endpoint, which a firewall does not make",
                            **name
                        ),
                    )
                    .argument("rules")
                    .hint("put it into `[network.rules]` of the environments that need it")
                    .at(target_id.origin()),
                );
            }
        }
        for range in &self.from {
            plan::read(scope, "from", range);
        }
        if *self.dns_proxy && *self.sku == FirewallSku::Basic {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    "a firewall of the kind `basic` does not answer questions about names",
                )
                .argument("dns_proxy")
                .hint("set `sku = \"standard\"`, or leave `dns_proxy` out")
                .at(self.dns_proxy.origin()),
            );
        }
    }
}
