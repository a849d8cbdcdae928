//! What compute must reach, and the rules of its security group.
//!
//! Source: "Configure inbound and outbound network traffic" of Azure Machine Learning's
//! documentation, August 2026. Its inbound rule is for compute with public addresses, which the
//! constructs give to none in a network of its own.

use std::collections::BTreeSet;

use terrace_azurerm::network_security_rule::{Access, Direction, Protocol as RuleProtocol};
use terrace_azurerm::{NetworkSecurityGroup, NetworkSecurityRule, NetworkSecurityRuleArgs};
use terrace_core::Scope;
use terrace_ir::{Any, Origin, Value};

use super::outbound::{OutboundRule, Protocol};
use super::settings::{IsolatedSettings, Outbound};
use crate::group::ResourceGroup;

/// Something outside that is opened, by its service tag.
pub(super) struct Opening {
    pub(super) name: String,
    pub(super) tag: Value<String>,
    pub(super) protocol: Protocol,
    pub(super) ports: Vec<Value<String>>,
    priority: u32,
}

/// Priorities in a security group: what compute always needs, the hosts, what `rules` name, the end.
const FIRST: u32 = 100;
const HOSTS: u32 = 900;
const SAID: std::ops::Range<u32> = 1000..4000;
const LAST: u32 = 4096;

/// What compute always needs. A tag that ends in a period has the region behind it.
const REQUIRED: [(&str, &str, Protocol, &[&str]); 9] = [
    (
        "aml-entra",
        "AzureActiveDirectory",
        Protocol::Tcp,
        &["80", "443"],
    ),
    (
        "aml-service",
        "AzureMachineLearning",
        Protocol::Tcp,
        &["443", "8787", "18881"],
    ),
    (
        "aml-service-udp",
        "AzureMachineLearning",
        Protocol::Udp,
        &["5831"],
    ),
    ("aml-batch", "BatchNodeManagement.", Protocol::Tcp, &["443"]),
    (
        "aml-resource-manager",
        "AzureResourceManager",
        Protocol::Tcp,
        &["443"],
    ),
    ("aml-storage", "Storage.", Protocol::Tcp, &["443"]),
    (
        "aml-images",
        "MicrosoftContainerRegistry",
        Protocol::Tcp,
        &["443"],
    ),
    (
        "aml-front-door",
        "AzureFrontDoor.FirstParty",
        Protocol::Tcp,
        &["443"],
    ),
    ("aml-monitor", "AzureMonitor", Protocol::Tcp, &["443"]),
];

/// What Azure Machine Learning's compute must reach in a region, and what the rules add.
pub(super) fn openings(region: &str, settings: &IsolatedSettings) -> Vec<Opening> {
    let required = REQUIRED
        .iter()
        .zip(0..)
        .map(|((name, tag, protocol, ports), at)| Opening {
            name: (*name).to_owned(),
            tag: match tag.ends_with('.') {
                true => format!("{tag}{region}").into(),
                false => (*tag).into(),
            },
            protocol: *protocol,
            ports: ports.iter().map(|ports| (*ports).into()).collect(),
            priority: FIRST + 10 * at,
        });
    let mut taken = BTreeSet::new();
    let said = settings.rules.iter().filter_map(|(name, rule)| match rule {
        OutboundRule::ServiceTag {
            tag,
            protocol,
            ports,
        } => Some(Opening {
            name: name.to_string(),
            tag: tag.into(),
            protocol: **protocol,
            ports: ports.iter().map(Value::from).collect(),
            priority: priority(name, &mut taken),
        }),
        OutboundRule::Fqdn { .. } | OutboundRule::PrivateEndpoint { .. } => None,
    });
    required.chain(said).collect()
}

/// A rule's priority follows from its name, so that another rule does not move it: Azure refuses two
/// rules of one group with one priority, also while they change places.
fn priority(name: &str, taken: &mut BTreeSet<u32>) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let length = SAID.len() as u32;
    (0..length)
        .map(|step| SAID.start + (hash % length + step) % length)
        .find(|priority| taken.insert(*priority))
        .unwrap_or(SAID.end)
}

/// The rules of a security group around compute: out to what is approved, and to nothing else in
/// the internet. What is in the network, and in those that it is connected with, is always reached.
#[track_caller]
pub(super) fn rules(
    scope: &Scope,
    group: &ResourceGroup,
    security: &NetworkSecurityGroup,
    openings: &[Opening],
    settings: &IsolatedSettings,
) {
    if *settings.outbound == Outbound::Internet {
        return;
    }
    let rule =
        |name: &str, priority: u32, access: Access, protocol: Protocol, tag: Value<String>| {
            let rule = NetworkSecurityRule::new(
                scope,
                name,
                NetworkSecurityRuleArgs {
                    name: name.into(),
                    resource_group_name: group.name().into(),
                    network_security_group_name: security.name().into(),
                    direction: Direction::Outbound.into(),
                    access: access.into(),
                    priority: i64::from(priority).into(),
                    protocol: match protocol {
                        Protocol::Tcp => RuleProtocol::Tcp,
                        Protocol::Udp => RuleProtocol::Udp,
                        Protocol::Icmp => RuleProtocol::Icmp,
                        Protocol::Any => RuleProtocol::Any,
                    }
                    .into(),
                },
            );
            rule.set_source_address_prefix("VirtualNetwork")
                .set_source_port_range("*")
                .set_destination_address_prefix(tag);
            rule
        };
    for opening in openings {
        let rule = rule(
            &opening.name,
            opening.priority,
            Access::Allow,
            opening.protocol,
            opening.tag.clone(),
        );
        match (&opening.ports[..], opening.protocol) {
            (_, Protocol::Icmp) | ([], _) => rule.set_destination_port_range("*"),
            ([port], _) => rule.set_destination_port_range(port.clone()),
            (ports, _) => rule.set_destination_port_ranges(ports.to_vec()),
        };
    }
    // A security group knows no names: which hosts these are is the firewall's to say.
    if let Some(host) = settings.rules.values().find_map(OutboundRule::host) {
        let internet = Value::untyped(Any::new("Internet".into(), host.origin()));
        rule("aml-hosts", HOSTS, Access::Allow, Protocol::Tcp, internet)
            .set_destination_port_ranges(["80", "443"]);
    }
    let internet = Value::untyped(Any::new("Internet".into(), Origin::Default));
    rule(
        "aml-nothing-else",
        LAST,
        Access::Deny,
        Protocol::Any,
        internet,
    )
    .set_destination_port_range("*");
}
