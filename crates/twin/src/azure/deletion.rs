//! What is not deleted: because another still uses it, or because of a lock.

use serde_json::Value as Json;

use super::Azure;
use super::features::Features;
use super::store::Applied;
use crate::apply::id::resource_type;

/// A type, the arguments by which others use it, and Azure's code for its refusal.
///
/// Not here is what Azure deletes though others name it: a vault, a storage account or an identity.
/// Source: Azure's documentation of each type's errors.
const USED: [(&str, &[&str], &str); 10] = [
    (
        "azurerm_subnet",
        &[
            "subnet_id",
            "subnet_resource_id",
            "vnet_subnet_id",
            "pod_subnet_id",
            "delegated_subnet_id",
            "virtual_network_subnet_id",
            "infrastructure_subnet_id",
        ],
        "InUseSubnetCannotBeDeleted",
    ),
    (
        "azurerm_network_security_group",
        &["network_security_group_id"],
        "InUseNetworkSecurityGroupCannotBeDeleted",
    ),
    (
        "azurerm_route_table",
        &["route_table_id"],
        "InUseRouteTableCannotBeDeleted",
    ),
    (
        "azurerm_nat_gateway",
        &["nat_gateway_id"],
        "CannotDeleteResource",
    ),
    (
        "azurerm_public_ip",
        &["public_ip_address_id", "public_ip_address_ids"],
        "PublicIPAddressCannotBeDeleted",
    ),
    (
        "azurerm_network_interface",
        &["network_interface_id", "network_interface_ids"],
        "NicInUse",
    ),
    (
        "azurerm_firewall_policy",
        &["firewall_policy_id", "base_policy_id"],
        "CannotDeleteResource",
    ),
    (
        "azurerm_service_plan",
        &["service_plan_id", "app_service_plan_id"],
        "Conflict",
    ),
    (
        "azurerm_container_app_environment",
        &["container_app_environment_id"],
        "CannotDeleteResource",
    ),
    (
        "azurerm_cognitive_account",
        &["cognitive_account_id"],
        "CannotDeleteResource",
    ),
];

/// Why something in use cannot be deleted.
pub(super) fn in_use(
    azure: &Azure,
    type_name: &str,
    id: &str,
    features: Features,
) -> Option<String> {
    let inside = format!("{}/", id.to_lowercase());
    let is_inside = |other: &Applied| other.id.to_lowercase().starts_with(&inside);
    let mut others = azure.standing();
    if type_name == "azurerm_resource_group" {
        let held = others
            .find(|other| features.keep_full_groups && is_listed(other) && is_inside(other))?;
        return Some(format!("the resource group still holds {}", held.id));
    }
    if type_name == "azurerm_private_dns_zone" {
        let is_link = |other: &Applied| {
            is_inside(other) && other.id.to_lowercase().contains("/virtualnetworklinks/")
        };
        let linked = others.find(is_link)?;
        return Some(format!(
            "CannotDeleteResource: the zone is still linked by {}",
            linked.id
        ));
    }
    let (_, arguments, code) = USED.iter().find(|(used, ..)| *used == type_name)?;
    let user = others.find(|other| {
        // What a gateway has of its own is no use of it, and a subnet goes with what is joined to it.
        let is_joined = match type_name {
            "azurerm_subnet" => other.type_name.ends_with("_association"),
            "azurerm_nat_gateway" => other.type_name.starts_with("azurerm_nat_gateway_"),
            _ => false,
        };
        !is_joined && !other.id.eq_ignore_ascii_case(id) && names(&other.attributes, arguments, id)
    })?;
    Some(format!(
        "{code}: {id} is still used by {} ({}), which has to go first",
        user.id, user.type_name
    ))
}

/// Whether one of some arguments, at any depth, names an id.
fn names(attributes: &Json, arguments: &[&str], id: &str) -> bool {
    let is_id = |value: &Json| {
        value
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case(id))
    };
    match attributes {
        Json::Object(object) => object.iter().any(|(name, value)| {
            let is_named = || match value {
                Json::Array(items) => items.iter().any(is_id),
                value => is_id(value),
            };
            arguments.contains(&name.as_str()) && is_named() || names(value, arguments, id)
        }),
        Json::Array(items) => items.iter().any(|item| names(item, arguments, id)),
        _ => false,
    }
}

/// Whether Azure lists it among what a group holds: what has a namespace, and is no extension of another.
fn is_listed(applied: &Applied) -> bool {
    let own = resource_type(&applied.id);
    let is_of = |namespace: &str| own.starts_with(namespace);
    !applied.id.contains('|')
        && own.matches('/').count() == 1
        && !is_of("Microsoft.Resources/")
        && !is_of("Microsoft.Authorization/")
        && !is_of("Microsoft.Consumption/")
}

/// Why something locked cannot be deleted. Only locks at the resource itself count: those at what holds it go in the same
/// destroy, in an order that nobody knows.
pub(super) fn locked(azure: &Azure, id: &str) -> Option<String> {
    let mut locks = azure
        .standing()
        .filter(|other| other.type_name == "azurerm_management_lock");
    let lock = locks.find(|lock| {
        let scope = lock.text("scope").unwrap_or_default();
        scope.trim_end_matches('/').eq_ignore_ascii_case(id)
    })?;
    Some(format!(
        "ScopeLocked: {id} is locked by {}: remove the lock first",
        lock.id
    ))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing::{azure, id, put, stays};

    #[test]
    fn a_group_that_holds_something_stays() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let vault = id("Microsoft.KeyVault/vaults/kv");
        put(&azure, "azurerm_key_vault", &vault, json!({}));
        let why = stays(
            &azure,
            "azurerm_resource_group",
            "/subscriptions/0/resourceGroups/g",
        );
        assert_eq!(why, Some(format!("the resource group still holds {vault}")));
    }

    #[test]
    fn what_is_in_use_stays() {
        let subnet = id("Microsoft.Network/virtualNetworks/v/subnets/s");
        let address = id("Microsoft.Network/publicIPAddresses/p");
        let gateway = id("Microsoft.Network/natGateways/n");
        let plan = id("Microsoft.Web/serverFarms/f");
        let cases = [
            (
                "azurerm_subnet",
                &subnet,
                "azurerm_private_endpoint",
                json!({"subnet_id": subnet}),
                true,
            ),
            (
                "azurerm_subnet",
                &subnet,
                "azurerm_network_interface",
                json!({"ip_configuration": [{"subnet_id": subnet}]}),
                true,
            ),
            (
                "azurerm_subnet",
                &subnet,
                "azurerm_subnet_route_table_association",
                json!({"subnet_id": subnet}),
                false,
            ),
            (
                "azurerm_subnet",
                &subnet,
                "azurerm_key_vault",
                json!({"network_acls": [{"virtual_network_subnet_ids": [subnet]}]}),
                false,
            ),
            (
                "azurerm_public_ip",
                &address,
                "azurerm_nat_gateway_public_ip_association",
                json!({"public_ip_address_id": address}),
                true,
            ),
            (
                "azurerm_nat_gateway",
                &gateway,
                "azurerm_nat_gateway_public_ip_association",
                json!({"nat_gateway_id": gateway}),
                false,
            ),
            (
                "azurerm_nat_gateway",
                &gateway,
                "azurerm_subnet_nat_gateway_association",
                json!({"nat_gateway_id": gateway}),
                true,
            ),
            (
                "azurerm_service_plan",
                &plan,
                "azurerm_linux_web_app",
                json!({"service_plan_id": plan}),
                true,
            ),
            (
                "azurerm_key_vault",
                &plan,
                "azurerm_machine_learning_workspace",
                json!({"key_vault_id": plan}),
                false,
            ),
        ];
        for (used, own, user, attributes, is_refused) in cases {
            let folder = tempfile::tempdir().unwrap();
            let azure = azure(&folder);
            put(&azure, user, &id("Some.Thing/users/u"), attributes);
            let why = stays(&azure, used, own);
            assert_eq!(why.is_some(), is_refused, "{used} used by {user}: {why:?}");
        }
    }

    #[test]
    fn what_is_locked_stays() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let account = id("Microsoft.Storage/storageAccounts/s");
        let lock = format!("{account}/providers/Microsoft.Authorization/locks/keep");
        put(
            &azure,
            "azurerm_management_lock",
            &lock,
            json!({"scope": account}),
        );
        let why = stays(&azure, "azurerm_storage_account", &account);
        assert!(why.is_some_and(|why| why.contains("ScopeLocked") && why.contains(&lock)));
    }

    #[test]
    fn a_zone_with_links_stays() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let zone = id("Microsoft.Network/privateDnsZones/z");
        let link = format!("{zone}/virtualNetworkLinks/l");
        put(
            &azure,
            "azurerm_private_dns_zone_virtual_network_link",
            &link,
            json!({}),
        );
        assert!(stays(&azure, "azurerm_private_dns_zone", &zone).is_some());
    }
}
