//! Subnets of one's own in a network that is made here: for a cluster of Kubernetes, an application, a
//! database.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::network::{Cidr, ReservedSubnet};
use terrace_azurerm::subnet::{
    Delegation, DelegationArgs, DelegationServiceDelegation, DelegationServiceDelegationArgs,
    ServiceEndpoint, ServiceEndpointArgs,
};
use terrace_azurerm::{Subnet, SubnetArgs};
use terrace_core::{IsResource as _, Lifecycle, MAIN, Scope};
use terrace_ir::{Any, Diagnostic, Sourced, Value};

use super::made::{Made, MadeSubnet};
use crate::{codes, naming};

/// A subnet of one's own: `[network.vnet.own_subnets.NAME]`. It is guarded, and has its way out, like
/// that of compute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnSubnetSettings {
    /// The range (CIDR), inside the address space of the network. A change replaces the subnet and
    /// what is in it.
    pub range: Sourced<String>,

    /// The subnet's name in Azure, where it is not to be made by the naming template. Azure prescribes
    /// some: `GatewaySubnet`. A change replaces the subnet.
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

    /// Whether the rules about where compute may connect to hold in it too. Without them its security
    /// group has none but Azure's own: what lives in it says what it needs.
    #[serde(default = "crate::yes")]
    pub guarded: Sourced<bool>,

    /// Whether what is in it reaches what is outside on the network's way out. Left out, it does, but
    /// for services of Azure's own, such as in `GatewaySubnet`, which have their own.
    #[serde(default)]
    pub egress: Option<Sourced<bool>>,
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
            guarded: crate::yes(),
            egress: None,
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

    fn reserved(&self) -> Option<&'static ReservedSubnet> {
        ReservedSubnet::find(self.name.as_ref()?)
    }

    pub(super) fn longest_prefix(&self) -> u8 {
        self.reserved()
            .map_or(Cidr::LONGEST_SUBNET_PREFIX, |it| it.longest_prefix)
    }

    /// Azure refuses a security group around some services of its own.
    pub(super) fn takes_security_group(&self) -> bool {
        self.reserved().is_none_or(|it| it.security_group)
    }

    /// Whether what is in it takes the network's way out. Azure refuses that of services of its own.
    pub(super) fn goes_out(&self) -> bool {
        let said = self.egress.as_ref().map(|said| **said);
        said.unwrap_or(true) && self.reserved().is_none()
    }

    fn check(&self, scope: &Scope) {
        if let (Some(said), Some(reserved)) = (&self.egress, self.reserved())
            && **said
        {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!(
                        "`egress` is true, but `{}` has a way out of its own",
                        reserved.name
                    ),
                )
                .argument("egress")
                .value("true")
                .detail(format!("it is for {}", reserved.purpose))
                .hint("leave it out")
                .at(said.origin()),
            );
        }
    }

    /// The subnet, in a network that is made here. Reported is a way out that Azure refuses.
    #[track_caller]
    pub(super) fn make(&self, made: &Made, name: &Sourced<String>) -> MadeSubnet {
        let scope = Scope::named(&made.scope, name);
        self.check(&scope);
        let subnet = Subnet::new(
            &scope,
            MAIN,
            SubnetArgs {
                name: naming::name(&scope, "azurerm_subnet", self.name.as_ref()),
                resource_group_name: made.resource_group().into(),
                virtual_network_name: made.network.name().into(),
            },
        );
        subnet.set_address_prefixes([made.own_range(name)]);
        // Azure refuses it for the subnets of its own services.
        if self.reserved().is_none() {
            subnet.set_default_outbound_access_enabled(false);
        }
        if let Some(service) = &self.delegation {
            subnet.add_delegation(Delegation::new(DelegationArgs {
                name: "service".into(),
                service_delegation: DelegationServiceDelegation::new(
                    DelegationServiceDelegationArgs {
                        name: Value::untyped(Any::from(service)),
                    },
                ),
            }));
            // Azure adds what each service may do, and does not let it be changed.
            // Source: hashicorp/terraform-provider-azurerm#5975.
            subnet.set_lifecycle(Lifecycle {
                ignore_changes: vec!["delegation[0].service_delegation[0].actions".to_owned()],
                ..Lifecycle::default()
            });
        }
        for service in &self.service_endpoints {
            subnet.add_service_endpoint(ServiceEndpoint::new(ServiceEndpointArgs {
                service: Value::untyped(Any::from(service)),
            }));
        }
        MadeSubnet::own(scope, subnet)
    }
}
