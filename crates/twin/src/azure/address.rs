//! The address ranges of networks and subnets.

use std::net::IpAddr;

use serde_json::Value as Json;

use super::store::Applied;
use super::{Azure, New};

/// Subnets by name, and the longest prefix that the service in them takes. Source: Azure's documentation of each.
const LONGEST: [(&str, u32); 4] = [
    ("AzureBastionSubnet", 26),
    ("AzureFirewallSubnet", 26),
    ("AzureFirewallManagementSubnet", 26),
    ("GatewaySubnet", 27),
];

/// A range of addresses.
struct Range {
    first: u128,
    last: u128,
    is_six: bool,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (address, bits, is_six): (u128, u32, bool) = match address.parse().ok()? {
            IpAddr::V4(four) => (u128::from(u32::from(four)), 32, false),
            IpAddr::V6(six) => (u128::from(six), 128, true),
        };
        let others = match bits.checked_sub(length)? {
            128 => u128::MAX,
            free => (1 << free) - 1,
        };
        Some(Self {
            first: address & !others,
            last: address | others,
            is_six,
        })
    }

    fn is_in(&self, other: &Self) -> bool {
        self.is_six == other.is_six && self.first >= other.first && self.last <= other.last
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.is_six == other.is_six && self.first <= other.last && other.first <= self.last
    }
}

/// The ranges that an argument lists.
fn ranges(attributes: &Json, name: &str) -> Vec<(String, Range)> {
    let texts = attributes[name].as_array().into_iter().flatten();
    let texts = texts.filter_map(Json::as_str);
    texts
        .filter_map(|text| Some((text.to_owned(), Range::parse(text)?)))
        .collect()
}

/// Why a subnet is too small for what is to stand in it.
pub(super) fn too_small(new: &New<'_>) -> Option<String> {
    if new.type_name != "azurerm_subnet" {
        return None;
    }
    let name = new.name;
    let longest = LONGEST.iter().find(|(subnet, _)| *subnet == name);
    let longest = longest.map_or(29, |(_, longest)| *longest);
    ranges(&new.attributes, "address_prefixes")
        .into_iter()
        .find_map(|(prefix, range)| {
            let length: u32 = prefix.split_once('/')?.1.parse().ok()?;
            (!range.is_six && length > longest).then(|| {
                format!(
                    "the subnet `{name}` is too small: {prefix}, at least a /{longest} is needed"
                )
            })
        })
}

/// Why something cannot stand where its addresses say.
pub(super) fn misplaced(azure: &Azure, new: &New<'_>) -> Option<String> {
    match new.type_name {
        "azurerm_subnet" => subnet(azure, new),
        "azurerm_private_endpoint" => endpoint(azure, new),
        "azurerm_virtual_network_peering" => peering(azure, new),
        _ => None,
    }
}

fn subnet(azure: &Azure, new: &New<'_>) -> Option<String> {
    let (network, _) = new.id.rsplit_once("/subnets/")?;
    let own = ranges(&new.attributes, "address_prefixes");
    if let Some(network) = azure.store.get("azurerm_virtual_network", network) {
        let space = ranges(&network.attributes, "address_space");
        let is_inside = |range: &Range| space.iter().any(|(_, outer)| range.is_in(outer));
        let outside = own.iter().find(|(_, range)| !is_inside(range));
        if let Some((prefix, _)) = outside.filter(|_| !space.is_empty()) {
            let space: Vec<&str> = space.iter().map(|(text, _)| text.as_str()).collect();
            return Some(format!(
                "NetcfgSubnetRangeOutsideVnet: {prefix} of the subnet `{}` is outside its network's {}",
                new.name,
                space.join(", ")
            ));
        }
    }
    let is_sibling = |other: &Applied| {
        let of_network = other.id.rsplit_once("/subnets/");
        other.type_name == new.type_name
            && !other.id.eq_ignore_ascii_case(new.id)
            && of_network.is_some_and(|(of, _)| of.eq_ignore_ascii_case(network))
    };
    azure.standing().filter(is_sibling).find_map(|sibling| {
        let theirs = ranges(&sibling.attributes, "address_prefixes");
        let (prefix, taken) = overlap(&own, &theirs)?;
        Some(format!(
            "NetcfgSubnetRangesOverlap: {prefix} of the subnet `{}` overlaps {taken} of {}",
            new.name, sibling.id
        ))
    })
}

fn overlap<'a>(
    own: &'a [(String, Range)],
    theirs: &'a [(String, Range)],
) -> Option<(&'a str, &'a str)> {
    own.iter().find_map(|(prefix, range)| {
        let (taken, _) = theirs.iter().find(|(_, other)| range.overlaps(other))?;
        Some((prefix.as_str(), taken.as_str()))
    })
}

fn endpoint(azure: &Azure, new: &New<'_>) -> Option<String> {
    let subnet = azure.store.get("azurerm_subnet", new.text("subnet_id")?)?;
    let service = &subnet.attributes["delegation"][0]["service_delegation"][0]["name"];
    let service = service.as_str()?;
    Some(format!(
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated: {} is delegated to {service}: choose another subnet",
        subnet.id
    ))
}

fn peering(azure: &Azure, new: &New<'_>) -> Option<String> {
    let (near, _) = new.id.rsplit_once("/virtualNetworkPeerings/")?;
    let network = |id: &str| azure.store.get("azurerm_virtual_network", id);
    let (near, far) = (
        network(near)?,
        network(new.text("remote_virtual_network_id")?)?,
    );
    let near_space = ranges(&near.attributes, "address_space");
    let far_space = ranges(&far.attributes, "address_space");
    let (one, other) = overlap(&near_space, &far_space)?;
    Some(format!(
        "VnetAddressSpacesOverlap: {one} of {} overlaps {other} of {}",
        near.id, far.id
    ))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value as Json, json};

    use super::super::testing::{azure, id, put, refused};
    use super::*;

    fn a_subnet(name: &str, prefix: &str) -> Json {
        json!({
            "id": id(&format!("Microsoft.Network/virtualNetworks/v/subnets/{name}")),
            "name": name, "address_prefixes": [prefix],
        })
    }

    #[test]
    fn a_subnet_has_its_place_in_the_network() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let network = id("Microsoft.Network/virtualNetworks/v");
        let space = json!({"address_space": ["10.0.0.0/16", "fd00::/48"]});
        put(&azure, "azurerm_virtual_network", &network, space);
        let first = a_subnet("a", "10.0.1.0/24");
        let own = first["id"].as_str().unwrap();
        put(&azure, "azurerm_subnet", own, first.clone());
        let code = |name: &str, prefix: &str| {
            let why = refused(&azure, "azurerm_subnet", &a_subnet(name, prefix));
            why.map(|why| why.split(':').next().unwrap_or_default().to_owned())
        };
        assert_eq!(code("b", "10.0.2.0/24"), None);
        assert_eq!(code("b", "fd00::/64"), None);
        let outside = code("b", "10.1.2.0/24");
        assert_eq!(outside.as_deref(), Some("NetcfgSubnetRangeOutsideVnet"));
        let overlapping = code("b", "10.0.0.0/23");
        assert_eq!(overlapping.as_deref(), Some("NetcfgSubnetRangesOverlap"));
    }

    #[test]
    fn a_service_needs_room() {
        let new = |name: &str, prefix: &str| {
            let subnet = crate::value::json::untyped(&a_subnet(name, prefix));
            too_small(&New::of("azurerm_subnet", &subnet)).is_some()
        };
        assert!(new("AzureBastionSubnet", "10.0.0.0/27"));
        assert!(!new("AzureBastionSubnet", "10.0.0.0/26"));
        assert!(new("plain", "10.0.0.0/30"));
    }

    #[test]
    fn a_delegated_subnet_takes_no_private_endpoint() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let subnet = a_subnet("a", "10.0.1.0/24");
        let own = subnet["id"].as_str().unwrap();
        let endpoint = json!({"id": id("Microsoft.Network/privateEndpoints/p"), "subnet_id": own});
        put(&azure, "azurerm_subnet", own, subnet.clone());
        assert_eq!(refused(&azure, "azurerm_private_endpoint", &endpoint), None);
        let delegated = json!({"delegation": [{"service_delegation": [{"name": "Microsoft.Web/serverFarms"}]}]});
        put(&azure, "azurerm_subnet", own, delegated);
        assert!(refused(&azure, "azurerm_private_endpoint", &endpoint).is_some());
    }

    #[test]
    fn networks_that_overlap_are_not_peered() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        for (name, space) in [
            ("a", "10.0.0.0/16"),
            ("b", "10.0.128.0/17"),
            ("c", "10.1.0.0/16"),
        ] {
            let network = id(&format!("Microsoft.Network/virtualNetworks/{name}"));
            put(
                &azure,
                "azurerm_virtual_network",
                &network,
                json!({"address_space": [space]}),
            );
        }
        let peering = |far: &str| {
            let new = json!({
                "id": id("Microsoft.Network/virtualNetworks/a/virtualNetworkPeerings/p"),
                "remote_virtual_network_id": id(&format!("Microsoft.Network/virtualNetworks/{far}")),
            });
            refused(&azure, "azurerm_virtual_network_peering", &new).is_some()
        };
        assert!(peering("b"));
        assert!(!peering("c"));
    }
}
