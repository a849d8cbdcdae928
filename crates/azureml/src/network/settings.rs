//! What an environment file says about isolation: `[network]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_ir::Sourced;

/// How isolated the platform is, and what follows from it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "isolation",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Network", tag = "isolation")]
#[expect(clippy::large_enum_variant, reason = "an environment has one")]
pub enum NetworkSettings {
    /// Compute runs with public addresses, and the workspace is reached from the internet. Storage,
    /// vault and registry let in only the addresses that are allowed, and Azure's own services.
    Public {
        /// Public addresses and ranges (CIDR) that may reach storage, vault and registry.
        #[serde(default)]
        #[schemars(extend("uniqueItems" = true))]
        allowed_addresses: Vec<Sourced<String>>,
    },
    /// Compute runs in a network that Azure Machine Learning manages.
    Managed(IsolatedSettings),
}

impl Default for NetworkSettings {
    /// Managed, approved outbound, no public access: what opens something is to be said.
    fn default() -> Self {
        Self::Managed(IsolatedSettings::default())
    }
}

/// What can be said of a platform whose compute runs in a network of its own.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IsolatedSettings {
    /// Where compute may connect to.
    pub outbound: Sourced<Outbound>,

    /// Whether the workspace is reached from the internet, guarded by identities alone. Without it,
    /// private endpoints are the only way in.
    pub public_access: Sourced<bool>,

    /// Public addresses and ranges (CIDR) that may reach storage, vault and registry, where there
    /// is public access.
    #[schemars(extend("uniqueItems" = true))]
    pub allowed_addresses: Vec<Sourced<String>>,

    /// The virtual network with the private endpoints. In a managed network with public access
    /// there is none unless this says something.
    pub vnet: Option<VnetSettings>,
}

/// Where compute in a network of its own may connect to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outbound {
    /// Only to what the platform uses and what outbound rules name. In a managed network it cannot
    /// be opened later: Azure does not go back.
    #[default]
    Approved,
    /// Anywhere. Packages install without a rule for each source.
    Internet,
}

/// A virtual network: `[network.vnet]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VnetSettings {
    /// The network's name in Azure, where it is not to be made by the naming template. A change
    /// replaces the network.
    pub name: Option<Sourced<String>>,

    /// The range (CIDR) from which all subnets are cut, at fixed places: `/22` or larger has room
    /// for each. It must be free in every network that this one is connected with. A change moves
    /// the subnets, and so replaces what is in them.
    pub address_space: Sourced<String>,

    /// Ranges of single subnets, where they are not to be those that are cut from `address_space`.
    pub subnets: SubnetRanges,

    /// A subnet that exists, in which the private endpoints get their addresses. No network is made
    /// then.
    pub endpoints_subnet_id: Option<Sourced<String>>,

    /// Who keeps the private DNS zones. Left out, they are made here.
    pub dns: DnsSettings,
}

impl Default for VnetSettings {
    fn default() -> Self {
        Self {
            name: None,
            address_space: "10.20.0.0/20".into(),
            subnets: SubnetRanges::default(),
            endpoints_subnet_id: None,
            dns: DnsSettings::default(),
        }
    }
}

/// Ranges (CIDR) of subnets, inside the address space.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SubnetRanges {
    /// Where the private endpoints are. By default up to 59 addresses.
    pub endpoints: Option<Sourced<String>>,
}

/// Who keeps the private DNS zones.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(
    rename = "zones",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Dns", tag = "zones")]
pub enum DnsSettings {
    /// They are made here, and linked to the network.
    #[default]
    Create,
    /// They exist, for example in a hub.
    Existing {
        /// The id of the resource group in which they are.
        resource_group_id: Sourced<String>,
        /// Ids of zones that are elsewhere, by their names.
        #[serde(default)]
        ids: BTreeMap<String, Sourced<String>>,
        /// Whether they are linked to the network from here. Not needed where the network asks a
        /// hub's DNS servers.
        #[serde(default = "yes")]
        link: Sourced<bool>,
    },
    /// An Azure Policy puts the endpoints into zones, and nothing is said of them here.
    Policy,
}

fn yes() -> Sourced<bool> {
    true.into()
}
