//! Subnets of one's own in a network that is made here: for a cluster of Kubernetes, an application, a
//! database.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azurerm::subnet::{
    Delegation, DelegationArgs, DelegationServiceDelegation, DelegationServiceDelegationArgs,
    ServiceEndpoint, ServiceEndpointArgs,
};
use terrace_azurerm::{Subnet, SubnetArgs};
use terrace_core::{MAIN, Scope};
use terrace_ir::{Any, Sourced, Value};

use super::made::{Made, MadeSubnet};
use crate::naming;

/// A subnet of one's own: `[network.vnet.own_subnets.NAME]`. It is guarded, and has its way out, like
/// that of compute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnSubnetSettings {
    /// The range (CIDR), inside the address space of the network. A change replaces the subnet and
    /// what is in it.
    pub range: Sourced<String>,

    /// The subnet's name in Azure, where it is not to be made by the naming template. A change
    /// replaces the subnet.
    #[serde(default)]
    pub name: Option<Sourced<String>>,

    /// The service that alone may put something into it: `Microsoft.Web/serverFarms`.
    #[serde(default)]
    pub delegation: Option<Sourced<String>>,

    /// Services that are reached from it by Azure's own network, and may let it in:
    /// `Microsoft.Storage`.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub service_endpoints: Vec<Sourced<String>>,
}

impl OwnSubnetSettings {
    /// A subnet of a range.
    #[must_use]
    pub fn new(range: impl Into<Sourced<String>>) -> Self {
        Self {
            range: range.into(),
            name: None,
            delegation: None,
            service_endpoints: Vec::new(),
        }
    }

    /// What the names of subnets are, as a schema of the names in a map of them. Those of the
    /// platform's own are taken.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "The name begins with a letter, goes on with letters, digits, `-` and `_`, and is none of a part of the network.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
            "not": { "enum": [
                "training", "endpoints", "jump_host", "bastion", "firewall", "firewall_management",
                "nat", "routes", "monitor", "peerings", "outbound", "zones",
            ] },
        })
    }

    /// The subnet, in a network that is made here.
    #[track_caller]
    pub(super) fn make(&self, made: &Made, name: &Sourced<String>) -> MadeSubnet {
        let scope = Scope::named(&made.scope, name);
        let subnet = Subnet::new(
            &scope,
            MAIN,
            SubnetArgs {
                name: naming::name(&scope, "azurerm_subnet", self.name.as_ref()),
                resource_group_name: made.group.name().into(),
                virtual_network_name: made.network.name().into(),
            },
        );
        subnet
            .set_address_prefixes([made.own_range(name)])
            .set_default_outbound_access_enabled(false);
        if let Some(service) = &self.delegation {
            subnet.add_delegation(Delegation::new(DelegationArgs {
                name: "service".into(),
                service_delegation: DelegationServiceDelegation::new(
                    DelegationServiceDelegationArgs {
                        name: Value::untyped(Any::from(service)),
                    },
                ),
            }));
        }
        for service in &self.service_endpoints {
            subnet.add_service_endpoint(ServiceEndpoint::new(ServiceEndpointArgs {
                service: Value::untyped(Any::from(service)),
            }));
        }
        MadeSubnet::own(scope, subnet)
    }
}
