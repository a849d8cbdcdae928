//! The rules of a managed network: what its compute may connect to, as the workspace knows it.

use std::cell::RefCell;
use std::rc::Rc;

use terrace_azapi::{
    AzapiResource, AzapiResourceArgs, AzapiUpdateResource, AzapiUpdateResourceArgs,
};
use terrace_azure::private_link::Target;
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
use terrace_ir::{Any, AnyId, Choice as _, Diagnostic, Id, Object, Sourced, Value};

use super::egress::FirewallSku;
use super::outbound::{OutboundRule, Protocol};
use super::settings::{IsolatedSettings, Outbound};
use crate::grant::{ModelRegistryRole, Principal};
use crate::model_registry::{self, ModelRegistry};
use crate::{ML_API, codes};

/// The rules of a workspace's managed network. They come one after another: Azure refuses some of those
/// that are made at the same time.
#[derive(Clone)]
pub(crate) struct Rules {
    scope: Scope,
    workspace: Id<MachineLearningWorkspace>,
    last: Rc<RefCell<Option<Resource>>>,
}

impl Rules {
    /// What the network's settings say. `principal` is what the workspace acts as.
    #[track_caller]
    pub(crate) fn declare(
        scope: &Scope,
        workspace: &Id<MachineLearningWorkspace>,
        settings: &IsolatedSettings,
        principal: &Principal,
    ) -> Self {
        let rules = Self {
            scope: Scope::new(scope, "outbound"),
            workspace: workspace.clone(),
            last: Rc::default(),
        };
        let scope = &rules.scope;
        if let Some(sku) = &settings.firewall_sku {
            rules.add(firewall(scope, workspace, sku));
        }
        for (name, rule) in &settings.rules {
            rules.add(one(scope, workspace, name, rule));
        }
        // Compute that reaches the internet reaches a registry that is reached from there.
        let closed = *settings.outbound == Outbound::Approved || !*settings.public_access;
        if let Some(models) = model_registry::of(scope).filter(|it| closed && it.is_connected()) {
            rules.add(to_models(scope, workspace, settings, &models, principal));
        }
        rules
    }

    /// Private endpoints from the managed network to parts of something of the platform's, for serverless
    /// Spark jobs too.
    #[track_caller]
    pub(crate) fn reach(&self, name: &str, to: impl Into<AnyId>, targets: &[Target]) {
        let to = to.into();
        for target in targets {
            let part = target.subresource();
            // Azure takes 33 characters.
            let short: String = name.chars().take(32 - part.len()).collect();
            let name = format!("{short}-{part}");
            let rule = EndpointRule::new(
                &self.scope,
                &name,
                EndpointRuleArgs {
                    name: name.as_str().into(),
                    workspace_id: self.workspace.clone(),
                    service_resource_id: to.clone(),
                    sub_resource_target: Value::untyped(part.into()),
                },
            );
            rule.set_spark_enabled(true);
            self.add(rule.resource().clone());
        }
    }

    fn add(&self, rule: Resource) {
        if let Some(before) = &*self.last.borrow() {
            rule.depends_on(before);
        }
        *self.last.borrow_mut() = Some(rule);
    }
}

/// The way to the registry for models. The workspace approves it itself, for which its rights on its own
/// group are enough.
#[track_caller]
fn to_models(
    scope: &Scope,
    workspace: &Id<MachineLearningWorkspace>,
    settings: &IsolatedSettings,
    models: &ModelRegistry,
    principal: &Principal,
) -> Resource {
    let name = MODELS.to_owned().into();
    if let Some((taken, _)) = settings.rules.iter().find(|(rule, _)| ***rule == *MODELS) {
        scope.report(
            Diagnostic::error(
                &codes::RULE,
                format!("a rule is called `{MODELS}`, as the one about the registry for models is"),
            )
            .argument("rules")
            .value(MODELS)
            .hint("call it otherwise")
            .at(taken.origin()),
        );
    }
    let subresource = Target::MlRegistry.subresource();
    let destination = destination(models.id().to_expr(), subresource, false);
    let rule = private_endpoint(scope, workspace, &name, destination);
    if models.registry().is_none() {
        let approves = models.grant(principal, ModelRegistryRole::NetworkConnectionApprover);
        rule.depends_on(approves.assignment());
    }
    rule
}

/// What the rule about the registry for models is called.
const MODELS: &str = "model-registry";

/// The managed firewall's kind, which azurerm has no argument for.
#[track_caller]
fn firewall(
    scope: &Scope,
    workspace: &Id<MachineLearningWorkspace>,
    sku: &Sourced<FirewallSku>,
) -> Resource {
    if **sku == FirewallSku::Premium {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`firewall_sku` is \"premium\", which a managed network does not have",
            )
            .argument("firewall_sku")
            .hint("use \"standard\", or a network of your own: `isolation = \"own-vnet\"`")
            .at(sku.origin()),
        );
    }
    let update = AzapiUpdateResource::new(
        scope,
        "firewall",
        AzapiUpdateResourceArgs {
            type_: format!("Microsoft.MachineLearningServices/workspaces@{ML_API}").into(),
        },
    );
    let sku = sku.map(|sku| sku.as_str().to_owned());
    let managed = Object::new().with("firewallSku", &sku);
    update
        .set_resource_id(workspace.clone())
        .set_body(properties(Object::new().with("managedNetwork", managed)));
    update.resource().clone()
}

#[track_caller]
fn one(
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
            let (_, origin) = (
                protocol,
                ports.first().map_or(tag.origin(), Sourced::origin),
            );
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
        } if target_id
            .text()
            .is_some_and(|id| azurerm_takes(id, subresource)) =>
        {
            let rule = EndpointRule::new(
                scope,
                name,
                EndpointRuleArgs {
                    name: name.into(),
                    workspace_id: workspace.clone(),
                    service_resource_id: AnyId::from(target_id),
                    sub_resource_target: Value::untyped(subresource.into()),
                },
            );
            rule.set_spark_enabled(spark);
            rule.resource().clone()
        }
        OutboundRule::PrivateEndpoint {
            target_id,
            subresource,
            spark,
        } => {
            let destination = destination(target_id, subresource, spark);
            private_endpoint(scope, workspace, name, destination)
        }
    }
}

fn destination(
    target_id: impl Into<Any>,
    subresource: impl Into<Any>,
    spark: impl Into<Any>,
) -> Object {
    Object::new()
        .with("serviceResourceId", target_id)
        .with("subresourceTarget", subresource)
        .with("sparkEnabled", spark)
}

/// A rule about a private endpoint that azurerm does not make.
#[track_caller]
fn private_endpoint(
    scope: &Scope,
    workspace: &Id<MachineLearningWorkspace>,
    name: &Sourced<String>,
    destination: Object,
) -> Resource {
    let rule = AzapiResource::new(
        scope,
        name,
        AzapiResourceArgs {
            type_: format!("Microsoft.MachineLearningServices/workspaces/outboundRules@{ML_API}")
                .into(),
        },
    );
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

fn properties(of: Object) -> Value<Any> {
    Value::untyped(Object::new().with("properties", of).into())
}

/// The only targets that azurerm makes rules for, by the spelling that it compares with, and the only parts
/// of them: a registry for models is none.
fn azurerm_takes(target_id: &str, subresource: &str) -> bool {
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
