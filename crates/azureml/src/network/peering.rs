//! Connections to other virtual networks, for example to a hub.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_azurerm::{VirtualNetwork, VirtualNetworkPeering, VirtualNetworkPeeringArgs};
use terrace_core::{IsResource as _, MAIN, Scope};
use terrace_ir::{Object, Sourced, Value};

use super::made::Made;
use crate::existing::{Existing, ExistingSettings};
use crate::naming;

/// The version of the network's API in the body of a peering's other direction.
const NETWORK_API: &str = "2024-05-01";

/// A connection to another virtual network.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeeringSettings {
    /// The other network: `{ id = "/subscriptions/…" }`, or `{ stack = "shared" }`. A change replaces
    /// the peering.
    pub remote: ExistingSettings,

    /// The ranges (CIDR) of the other network, where they are known: none may overlap with this one.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub remote_address_space: Vec<Sourced<String>>,

    /// Whether the other direction is made from here too, with the right to do so there. Without it,
    /// nothing flows until somebody makes it.
    #[serde(default = "crate::yes")]
    pub both_directions: Sourced<bool>,

    /// Whether traffic is let in that the other network only forwards. Left out, it is where `egress`
    /// leads through an appliance, whose answers would not arrive otherwise.
    #[serde(default)]
    pub allow_forwarded_traffic: Option<Sourced<bool>>,

    /// Whether the VPN or ExpressRoute gateway of the other network is used from here.
    #[serde(default)]
    pub use_remote_gateways: Sourced<bool>,
}

impl PeeringSettings {
    /// What the names of peerings are, as a schema of the names in a map of them.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A peering's name begins with a letter and goes on with letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]{0,60}$",
        })
    }

    /// The peering, called `name`, of a network that is made here, in which what is outside is
    /// reached through an appliance or not.
    #[track_caller]
    pub(super) fn make(
        &self,
        made: &Made,
        scope: &Scope,
        name: &Sourced<String>,
        through_appliance: bool,
    ) {
        let forwarded = self.allow_forwarded_traffic.clone();
        let forwarded = forwarded.unwrap_or_else(|| through_appliance.into());
        let scope = Scope::named(scope, name);
        let remote = Existing::<VirtualNetwork>::new(&scope, &self.remote).id();
        let here = VirtualNetworkPeering::new(
            &scope,
            MAIN,
            VirtualNetworkPeeringArgs {
                name: name.into(),
                resource_group_name: made.resource_group().into(),
                virtual_network_name: made.network.name().into(),
                remote_virtual_network_id: remote.clone(),
            },
        );
        here.set_allow_forwarded_traffic(&forwarded)
            .set_use_remote_gateways(&self.use_remote_gateways);
        if !*self.both_directions {
            return;
        }
        // azurerm looks for the other network in its own subscription alone.
        let there = AzapiResource::new(
            &scope,
            "back",
            AzapiResourceArgs {
                type_: format!(
                    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@{NETWORK_API}"
                )
                .into(),
            },
        );
        let properties = Object::new()
            .with(
                "remoteVirtualNetwork",
                Object::new().with("id", made.network.id().to_expr()),
            )
            .with("allowVirtualNetworkAccess", true)
            .with("allowForwardedTraffic", &forwarded)
            .with("allowGatewayTransit", &self.use_remote_gateways);
        // The other network tells its peerings apart by our names.
        there
            .set_name(naming::made(&made.scope, "azurerm_virtual_network"))
            .set_parent_id(&remote)
            .set_ignore_casing(true)
            .set_body(Value::untyped(
                Object::new().with("properties", properties).into(),
            ))
            .set_locks([remote.to_expr()]);
        if *self.use_remote_gateways {
            // A gateway must be offered before it is used.
            here.depends_on(&there);
        } else {
            there.depends_on(&here);
        }
    }
}
