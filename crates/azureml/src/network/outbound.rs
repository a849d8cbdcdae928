//! What compute may connect to beside what the platform itself uses: rules by name.
//!
//! In a managed network they are rules of the workspace. In a network of one's own, service tags
//! open the security group, hosts are let through by the firewall, and private endpoints lie beside
//! the platform's own.

use std::cell::RefCell;
use std::rc::Rc;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azapi::{
    AzapiResource, AzapiResourceArgs, AzapiUpdateResource, AzapiUpdateResourceArgs,
};
use terrace_azure::Cloud;
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
use super::settings::{IsolatedSettings, Outbound};
use crate::given::Given;
use crate::grant::{ModelRegistryRole, Principal};
use crate::model_registry::{self, ModelRegistry};
use crate::{ML_API, codes};

/// Something that compute may connect to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "type",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "OutboundRule", tag = "type")]
pub enum OutboundRule {
    /// A host, on ports 80 and 443. It needs an Azure Firewall, which is made and costs money by the
    /// hour, in a managed network too.
    Fqdn {
        /// The host: `models.example.org`, or all below one: `*.example.org`.
        host: Sourced<String>,
    },
    /// A service of Azure, by its service tag.
    ServiceTag {
        /// The service tag: `AzureDataLake`, `AzureOpenDatasets`.
        tag: Sourced<String>,
        /// The protocol.
        #[serde(default)]
        protocol: Sourced<Protocol>,
        /// Ports and ranges of them: `443`, `8000-8010`.
        #[serde(default = "https")]
        ports: Vec<Sourced<String>>,
    },
    /// A resource of Azure, by a private endpoint in the network.
    PrivateEndpoint {
        /// The resource's id.
        target_id: Given,
        /// The part of it that the endpoint leads to, as Azure calls it: `blob`, `sqlServer`,
        /// `searchService`, `account`.
        subresource: Sourced<String>,
        /// Whether serverless Spark jobs reach it too.
        #[serde(default)]
        spark: Sourced<bool>,
    },
}

/// A protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, which has no ports.
    Icmp,
    /// All of them.
    Any,
}

fn https() -> Vec<Sourced<String>> {
    vec!["443".into()]
}

impl OutboundRule {
    /// What the names of rules are, as a schema of the names in a map of them.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A rule's name begins with a letter and has 3 to 33 letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]{2,32}$",
        })
    }

    /// The host, where the rule is about one.
    pub(super) fn host(&self) -> Option<&Sourced<String>> {
        match self {
            Self::Fqdn { host } => Some(host),
            Self::ServiceTag { .. } | Self::PrivateEndpoint { .. } => None,
        }
    }
}

/// Reports rules that Azure refuses.
pub(super) fn check(scope: &Scope, settings: &IsolatedSettings, managed: bool) {
    let open = *settings.outbound == Outbound::Internet;
    for (name, rule) in &settings.rules {
        let what = match rule {
            OutboundRule::Fqdn { host } => {
                check_host(scope, name, host);
                "a host"
            }
            OutboundRule::ServiceTag { ports, .. } => {
                ports
                    .iter()
                    .for_each(|ports| check_ports(scope, name, ports));
                "a service tag"
            }
            OutboundRule::PrivateEndpoint { .. } => continue,
        };
        if open && managed {
            scope.report(
                Diagnostic::error(
                    &codes::RULE,
                    format!(
                        "the rule `{name}` is about {what}, but `outbound` is \"internet\"",
                        name = **name
                    ),
                )
                .argument("rules")
                .detail("Azure refuses such a rule where compute may connect to anywhere")
                .hint("set `outbound = \"approved\"`, or take the rule out")
                .at(name.origin()),
            );
        } else if open {
            scope.report(
                Diagnostic::warning(
                    &codes::CONTRADICTION,
                    format!(
                        "the rule `{}` opens nothing: `outbound` is \"internet\"",
                        **name
                    ),
                )
                .argument("rules")
                .hint("set `outbound = \"approved\"`, or take the rule out")
                .at(name.origin()),
            );
        }
    }
}

fn check_host(scope: &Scope, rule: &str, host: &Sourced<String>) {
    let storage = Cloud::ALL
        .iter()
        .find(|cloud| host.ends_with(cloud.storage_suffix()));
    let (problem, hint) = if let Some(scheme) = host.find("://") {
        let rest = host[scheme + 3..].split('/').next().unwrap_or_default();
        ("is no host", format!("write the host alone: `{rest}`"))
    } else if storage.is_some() {
        (
            "is storage, for which Azure takes no rule by host",
            "reach the account by a rule of the type `private-endpoint`".to_owned(),
        )
    } else if !is_host(host) {
        (
            "is no host",
            "write one like `models.example.org` or `*.example.org`".to_owned(),
        )
    } else {
        return;
    };
    scope.report(
        Diagnostic::error(
            &codes::RULE,
            format!(
                "`host` of the rule `{rule}` is \"{}\", which {problem}",
                **host
            ),
        )
        .argument("host")
        .value(host.as_str())
        .hint(hint)
        .at(host.origin()),
    );
}

/// `models.example.org`, `*.example.org`
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.')
        && name.len() <= 253
        && name.split('.').all(is_label)
        && last.bytes().any(|c| c.is_ascii_alphabetic())
}

fn check_ports(scope: &Scope, rule: &str, ports: &Sourced<String>) {
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let fine = match ports.split_once('-') {
        Some((first, last)) => port(first).is_some() && port(first) <= port(last),
        None => port(ports).is_some() || **ports == *"*",
    };
    if !fine {
        scope.report(
            Diagnostic::error(
                &codes::RULE,
                format!(
                    "`ports` of the rule `{rule}` has \"{}\", which is no port",
                    **ports
                ),
            )
            .argument("ports")
            .value(ports.as_str())
            .hint("write ports from 1 to 65535, and ranges like `8000-8010`")
            .at(ports.origin()),
        );
    }
}

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

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn hosts_are_names_with_a_dot_and_perhaps_a_star_in_front() {
        for host in ["models.example.org", "*.example.org", "a-b.example.org"] {
            assert!(is_host(host), "{host}");
        }
        for text in [
            "*",
            "*.*",
            "example",
            "10.0.0.1",
            "-a.example.org",
            "a..b",
            "a_b.example.org",
        ] {
            assert!(!is_host(text), "{text}");
        }
    }
}
