//! What Azure fills in where nothing is written, and that a later plan is compared with.
//!
//! An argument that is optional and computed keeps what the service gave it. When it is then written, what the service had
//! given decides whether that is a change. Source: Azure's documentation of each service's defaults.

use terrace_ir::Type;
use terrace_schema::eval::{Kind, Val};

use crate::value::{collection, json};

/// A type, an attribute's dotted path, and its value in JSON.
const FILLED: [(&str, &str, &str); 27] = [
    ("azurerm_firewall", "threat_intel_mode", r#""Alert""#),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.kubelet_disk_type",
        r#""OS""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.max_pods",
        "110",
    ),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.node_count",
        "1",
    ),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.orchestrator_version",
        r#""1.33""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.os_disk_size_gb",
        "128",
    ),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.os_sku",
        r#""Ubuntu""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "default_node_pool.workload_runtime",
        r#""OCIContainer""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "kubernetes_version",
        r#""1.33""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile",
        r#"[{
            "network_plugin": "kubenet", "network_policy": "", "load_balancer_sku": "standard",
            "outbound_type": "loadBalancer", "pod_cidr": "10.244.0.0/16", "pod_cidrs": ["10.244.0.0/16"],
            "service_cidr": "10.0.0.0/16", "service_cidrs": ["10.0.0.0/16"], "dns_service_ip": "10.0.0.10",
            "ip_versions": ["IPv4"]
        }]"#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile.dns_service_ip",
        r#""10.0.0.10""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile.ip_versions",
        r#"["IPv4"]"#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile.pod_cidr",
        r#""10.244.0.0/16""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile.pod_cidrs",
        r#"["10.244.0.0/16"]"#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile.service_cidr",
        r#""10.0.0.0/16""#,
    ),
    (
        "azurerm_kubernetes_cluster",
        "network_profile.service_cidrs",
        r#"["10.0.0.0/16"]"#,
    ),
    ("azurerm_log_analytics_workspace", "retention_in_days", "30"),
    ("azurerm_log_analytics_workspace", "sku", r#""PerGB2018""#),
    (
        "azurerm_machine_learning_workspace",
        "managed_network",
        r#"[{"isolation_mode": "Disabled", "provision_on_creation_enabled": false}]"#,
    ),
    (
        "azurerm_machine_learning_workspace",
        "managed_network.isolation_mode",
        r#""Disabled""#,
    ),
    (
        "azurerm_private_dns_zone",
        "soa_record",
        r#"[{
            "email": "azureprivatedns-host.microsoft.com", "expire_time": 2419200, "minimum_ttl": 10,
            "refresh_time": 3600, "retry_time": 300, "ttl": 3600, "serial_number": 1
        }]"#,
    ),
    (
        "azurerm_private_dns_zone_virtual_network_link",
        "resolution_policy",
        r#""Default""#,
    ),
    ("azurerm_storage_account", "access_tier", r#""Hot""#),
    (
        "azurerm_storage_account",
        "blob_properties",
        r#"[{"versioning_enabled": false, "change_feed_enabled": false, "last_access_time_enabled": false}]"#,
    ),
    (
        "azurerm_storage_container",
        "default_encryption_scope",
        r#""$account-encryption-key""#,
    ),
    (
        "azurerm_storage_data_lake_gen2_filesystem",
        "default_encryption_scope",
        r#""$account-encryption-key""#,
    ),
    (
        "azurerm_storage_share",
        "access_tier",
        r#""TransactionOptimized""#,
    ),
];

/// What the service gives an attribute of a type, if that is known.
#[must_use]
pub fn fills(type_name: &str, path: &str, ty: &Type) -> Option<Val> {
    let mut filled = FILLED.iter();
    let (.., text) = filled.find(|(of, at, _)| *of == type_name && *at == path)?;
    let value = serde_json::from_str(text).ok()?;
    Some(with_empty_blocks(&json::from_json(&value, ty)))
}

/// A value in which blocks that are not there are none instead of `null`.
fn with_empty_blocks(value: &Val) -> Val {
    let element_is_object = |ty: &Type| matches!(ty.element(), Some(Type::Object(_)));
    match value.kind() {
        Kind::Null(ty) if element_is_object(ty) => collection(ty, Vec::new()),
        Kind::List(..) | Kind::Set(..) => {
            let items = value.as_items().unwrap_or_default().iter();
            collection(&value.ty(), items.map(with_empty_blocks).collect())
        }
        Kind::Object(entries) => Val::object(
            entries
                .iter()
                .map(|(name, item)| (name.clone(), with_empty_blocks(item))),
        ),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use terrace_schema::{catalog, model::Kind};

    use super::*;

    #[test]
    fn what_is_filled_in_is_what_the_provider_may_fill_in() {
        for (type_name, path, text) in FILLED {
            let schema = catalog().find(Kind::Resource, type_name).unwrap();
            let names: Vec<&str> = path.split('.').collect();
            let is_computed = match schema.member(&names) {
                Some(terrace_schema::Member::Attribute(attribute)) => {
                    let value = fills(type_name, path, &attribute.ty).unwrap();
                    assert!(!value.is_null(), "{type_name} {path} is not {text}");
                    attribute.presence == terrace_schema::model::Presence::OptionalComputed
                }
                Some(terrace_schema::Member::Block(block)) => block.computed,
                None => panic!("{type_name} has no {path}"),
            };
            assert!(is_computed, "{type_name} {path}");
        }
    }
}
