//! What a firewall lets through.

use terrace_azurerm::firewall_policy_rule_collection_group::{
    Action, ApplicationRuleCollection, ApplicationRuleCollectionArgs,
    ApplicationRuleCollectionRule, ApplicationRuleCollectionRuleArgs,
    ApplicationRuleCollectionRuleProtocols, ApplicationRuleCollectionRuleProtocolsArgs,
    ApplicationRuleCollectionRuleProtocolsType as Scheme, NetworkRuleCollection,
    NetworkRuleCollectionArgs, NetworkRuleCollectionRule, NetworkRuleCollectionRuleArgs,
    NetworkRuleCollectionRuleProtocol as RuleProtocol,
};
use terrace_azurerm::{
    FirewallPolicy, FirewallPolicyRuleCollectionGroup, FirewallPolicyRuleCollectionGroupArgs,
};
use terrace_core::{IsResource as _, Resource, Scope};
use terrace_ir::Value;

use super::outbound::{OutboundRule, Protocol};
use super::security::Opening;
use super::settings::{IsolatedSettings, Outbound};

/// The rules of a policy for what comes from `ranges`: services by their tags, hosts by name, or
/// everything where everything is open. What no rule names does not pass.
#[track_caller]
pub(super) fn declare(
    scope: &Scope,
    policy: &FirewallPolicy,
    ranges: &[Value<String>],
    openings: &[Opening],
    settings: &IsolatedSettings,
) -> Resource {
    let group = FirewallPolicyRuleCollectionGroup::new(
        scope,
        "compute",
        FirewallPolicyRuleCollectionGroupArgs {
            name: "compute".into(),
            firewall_policy_id: policy.id(),
            priority: 1000.into(),
        },
    );
    let services = match *settings.outbound {
        Outbound::Approved => openings.iter().map(|it| service(it, ranges)).collect(),
        Outbound::Internet => vec![everything(ranges)],
    };
    group.add_network_rule_collection(NetworkRuleCollection::new(NetworkRuleCollectionArgs {
        name: "services".into(),
        action: Action::Allow.into(),
        priority: 100.into(),
        rule: services,
    }));
    let hosts: Vec<_> = settings
        .rules
        .iter()
        .filter_map(|(name, rule)| match rule {
            OutboundRule::Fqdn { host } => {
                Some(application_rule(name.into(), ranges).destination_fqdns([Value::from(host)]))
            }
            OutboundRule::ServiceTag { .. } | OutboundRule::PrivateEndpoint { .. } => None,
        })
        .collect();
    if !hosts.is_empty() {
        group.add_application_rule_collection(ApplicationRuleCollection::new(
            ApplicationRuleCollectionArgs {
                name: "hosts".into(),
                action: Action::Allow.into(),
                priority: 200.into(),
                rule: hosts,
            },
        ));
    }
    group.resource().clone()
}

fn service(opening: &Opening, ranges: &[Value<String>]) -> NetworkRuleCollectionRule {
    let ports = match opening.protocol {
        Protocol::Icmp => vec!["*".into()],
        _ => opening.ports.clone(),
    };
    NetworkRuleCollectionRule::new(NetworkRuleCollectionRuleArgs {
        name: opening.name.as_str().into(),
        protocols: [match opening.protocol {
            Protocol::Tcp => RuleProtocol::Tcp,
            Protocol::Udp => RuleProtocol::Udp,
            Protocol::Icmp => RuleProtocol::Icmp,
            Protocol::Any => RuleProtocol::Any,
        }]
        .into(),
        destination_ports: ports.into(),
    })
    .source_addresses(ranges.to_vec())
    .destination_addresses([opening.tag.clone()])
}

fn everything(ranges: &[Value<String>]) -> NetworkRuleCollectionRule {
    NetworkRuleCollectionRule::new(NetworkRuleCollectionRuleArgs {
        name: "everything".into(),
        protocols: [RuleProtocol::Any].into(),
        destination_ports: ["*"].into(),
    })
    .source_addresses(ranges.to_vec())
    .destination_addresses(["*"])
}

fn application_rule(
    name: Value<String>,
    ranges: &[Value<String>],
) -> ApplicationRuleCollectionRule {
    let protocol = |scheme: Scheme, port: i64| {
        ApplicationRuleCollectionRuleProtocols::new(ApplicationRuleCollectionRuleProtocolsArgs {
            type_: scheme.into(),
            port: port.into(),
        })
    };
    ApplicationRuleCollectionRule::new(ApplicationRuleCollectionRuleArgs { name })
        .source_addresses(ranges.to_vec())
        .add_protocols(protocol(Scheme::Http, 80))
        .add_protocols(protocol(Scheme::Https, 443))
}
