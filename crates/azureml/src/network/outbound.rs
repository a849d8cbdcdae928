//! What compute may connect to beside what the platform itself uses: rules by name.
//!
//! In a managed network they are rules of the workspace. In a network of one's own, service tags
//! open the security group, hosts are let through by the firewall, and private endpoints lie beside
//! the platform's own.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::Cloud;
use terrace_core::Scope;
use terrace_ir::{Diagnostic, Sourced};

use super::settings::{IsolatedSettings, Outbound};
use crate::codes;
use crate::given::Given;

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
            OutboundRule::PrivateEndpoint { target_id, .. } => {
                check_target(scope, name, target_id);
                continue;
            }
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

fn check_target(scope: &Scope, rule: &str, target: &Given) {
    let Some(id) = target.text() else {
        return;
    };
    if !id.starts_with("/subscriptions/") || !id.contains("/providers/") {
        scope.report(
            Diagnostic::error(
                &codes::RULE,
                format!(
                    "`target_id` of the rule `{rule}` is \"{}\", which is no id of a resource",
                    **id
                ),
            )
            .argument("target_id")
            .value(id.as_str())
            .hint("write \"/subscriptions/…/resourceGroups/…/providers/…\"")
            .at(id.origin()),
        );
    }
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
