//! One rule of a managed network, by azurerm where that makes it, else by azapi.

use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_azurerm::machine_learning_workspace_network_outbound_rule_private_endpoint::SubResourceTarget;
use terrace_azurerm::machine_learning_workspace_network_outbound_rule_service_tag::Protocol as TagProtocol;
use terrace_azurerm::{
    MachineLearningWorkspace, MachineLearningWorkspaceNetworkOutboundRuleFqdn as FqdnRule,
    MachineLearningWorkspaceNetworkOutboundRuleFqdnArgs as FqdnRuleArgs,
    MachineLearningWorkspaceNetworkOutboundRulePrivateEndpoint as EndpointRule,
    MachineLearningWorkspaceNetworkOutboundRulePrivateEndpointArgs as EndpointRuleArgs,
    MachineLearningWorkspaceNetworkOutboundRuleServiceTag as TagRule,
    MachineLearningWorkspaceNetworkOutboundRuleServiceTagArgs as TagRuleArgs,
};
use terrace_core::{IsResource as _, Resource, Scope};
use terrace_ir::{Any, AnyId, Choice as _, Id, Object, Sourced, Value};

use super::super::outbound::{OutboundRule, Protocol};
use crate::ML_API;

/// The rule that a setting says.
#[track_caller]
pub(super) fn one(
    scope: &Scope,
    workspace: &Id<MachineLearningWorkspace>,
    name: &Sourced<String>,
    rule: &OutboundRule,
) -> Resource {
    match rule {
        OutboundRule::Fqdn { host } => FqdnRule::new(
            scope,
            name,
            FqdnRuleArgs {
                name: name.into(),
                workspace_id: workspace.clone(),
                destination_fqdn: host.into(),
            },
        )
        .resource()
        .clone(),
        OutboundRule::ServiceTag {
            tag,
            protocol,
            ports,
        } => {
            let origin = ports.first().map_or(tag.origin(), Sourced::origin);
            let ports = match **protocol {
                Protocol::Icmp => "*".to_owned(),
                _ => ports
                    .iter()
                    .map(|it| it.as_str())
                    .collect::<Vec<_>>()
                    .join(","),
            };
            let rule = TagRule::new(
                scope,
                name,
                TagRuleArgs {
                    name: name.into(),
                    workspace_id: workspace.clone(),
                    service_tag: Value::untyped(tag.into()),
                    protocol: protocol
                        .map(|protocol| match protocol {
                            Protocol::Tcp => TagProtocol::Tcp,
                            Protocol::Udp => TagProtocol::Udp,
                            Protocol::Icmp => TagProtocol::Icmp,
                            Protocol::Any => TagProtocol::Any,
                        })
                        .into(),
                    port_ranges: Value::untyped(Any::new(ports.into(), origin)),
                },
            );
            rule.resource().clone()
        }
        OutboundRule::PrivateEndpoint {
            target_id,
            subresource,
            spark,
        } => endpoint(
            scope,
            workspace,
            name,
            Destination {
                // What a reference leads to may be of any kind.
                by_azurerm: target_id
                    .text()
                    .is_some_and(|id| azurerm_takes(id, subresource)),
                id: AnyId::from(target_id),
                subresource: subresource.into(),
                spark: spark.into(),
            },
        ),
    }
}

/// A part of something, to which a private endpoint leads.
pub(super) struct Destination {
    pub(super) id: AnyId,
    pub(super) subresource: Any,
    /// Whether serverless Spark jobs reach it too.
    pub(super) spark: Value<bool>,
    /// Whether azurerm makes such a rule.
    pub(super) by_azurerm: bool,
}

/// A rule about a private endpoint.
#[track_caller]
pub(super) fn endpoint(
    scope: &Scope,
    workspace: &Id<MachineLearningWorkspace>,
    name: &Sourced<String>,
    to: Destination,
) -> Resource {
    if to.by_azurerm {
        let rule = EndpointRule::new(
            scope,
            name,
            EndpointRuleArgs {
                name: name.into(),
                workspace_id: workspace.clone(),
                service_resource_id: to.id,
                sub_resource_target: Value::untyped(to.subresource),
            },
        );
        rule.set_spark_enabled(to.spark);
        return rule.resource().clone();
    }
    let rule = AzapiResource::new(
        scope,
        name,
        AzapiResourceArgs {
            type_: format!("Microsoft.MachineLearningServices/workspaces/outboundRules@{ML_API}")
                .into(),
        },
    );
    let destination = Object::new()
        .with("serviceResourceId", to.id.into_any())
        .with("subresourceTarget", to.subresource)
        .with("sparkEnabled", to.spark.into_any());
    rule.set_name(name)
        .set_parent_id(workspace.clone())
        .set_ignore_casing(true)
        .set_body(properties(
            Object::new()
                .with("type", "PrivateEndpoint")
                .with("category", "UserDefined")
                .with("destination", destination),
        ));
    rule.resource().clone()
}

pub(super) fn properties(of: Object) -> Value<Any> {
    Value::untyped(Object::new().with("properties", of).into())
}

/// The only targets that azurerm makes rules for, by the spelling that it compares with, and the only parts
/// of them: a registry for models is none.
pub(super) fn azurerm_takes(target_id: &str, subresource: &str) -> bool {
    let is_part = |part: &SubResourceTarget| part.as_str() == subresource;
    let known = SubResourceTarget::ALL.iter().any(is_part);
    known
        && [
            "Microsoft.KeyVault",
            "Microsoft.Cache",
            "Microsoft.MachineLearningServices",
            "Microsoft.Storage",
        ]
        .iter()
        .any(|namespace| target_id.contains(&format!("/providers/{namespace}/")))
}
