//! Changes of one argument, and what azurerm plans: the classes of its SDK's behaviour, each in the smallest example.

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_ir::Step;
use terrace_schema::catalog;
use terrace_schema::model::Kind;
use terrace_twin::apply::computed;
use terrace_twin::azure::SUBSCRIPTION;
use terrace_twin::plan::{Asked, legacy, written};
use terrace_twin::protocol::schema::object_type;
use terrace_twin::value::json::from_json;

/// What is planned for a resource that was applied when something else is written: nothing, `update`, or the paths that
/// replace it.
fn planned(type_name: &str, applied: &Json, config: &Json) -> String {
    let schema = catalog().find(Kind::Resource, type_name).unwrap();
    let ty = object_type(&schema.body);
    let read = |object: &Json| from_json(&with_blocks(object.clone(), schema), &ty);
    let (applied, config) = (read(applied), read(config));
    let plan = |prior, config| {
        let written = written(schema, config);
        legacy::plan(Asked {
            schema,
            prior,
            proposed: config,
            config: &written,
        })
    };
    let prior = computed::fill(schema, &plan(None, &applied).value, &applied, SUBSCRIPTION);
    let planned = plan(Some(&prior), &config);
    if planned.value == prior {
        return String::new();
    }
    let path = |steps: &Vec<Step>| {
        let steps: Vec<String> = steps
            .iter()
            .map(|step| match step {
                Step::Name(name) => name.to_string(),
                Step::Index(index) => index.to_string(),
            })
            .collect();
        steps.join(".")
    };
    let mut replace: Vec<String> = planned.replace.iter().map(path).collect();
    replace.sort();
    match replace.is_empty() {
        true => "update".to_owned(),
        false => replace.join(" "),
    }
}

/// An object whose blocks that are not there are none, as Terraform sends them.
fn with_blocks(mut object: Json, schema: &terrace_schema::Schema) -> Json {
    for block in &schema.body.blocks {
        if object.get(&block.name).is_none() {
            object[&block.name] = json!([]);
        }
    }
    object
}

#[test]
fn changes_are_planned_as_the_sdk_does() {
    let cases = [
        // What was never written is read back as the zero of its type.
        (
            "azurerm_machine_learning_workspace",
            json!({}),
            json!({"high_business_impact": false}),
            "",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({}),
            json!({"high_business_impact": true}),
            "high_business_impact",
        ),
        (
            "azurerm_key_vault",
            json!({}),
            json!({"enabled_for_deployment": false}),
            "",
        ),
        (
            "azurerm_key_vault",
            json!({}),
            json!({"enabled_for_deployment": true}),
            "update",
        ),
        // A default that is written out is none, and neither is one that is taken out.
        (
            "azurerm_storage_account",
            json!({"min_tls_version": "TLS1_2"}),
            json!({}),
            "",
        ),
        (
            "azurerm_storage_account",
            json!({"https_traffic_only_enabled": false}),
            json!({}),
            "update",
        ),
        (
            "azurerm_storage_account",
            json!({"is_hns_enabled": true}),
            json!({}),
            "is_hns_enabled",
        ),
        // What Azure fills in stays when it is taken out or emptied.
        (
            "azurerm_log_analytics_workspace",
            json!({"sku": "PerGB2018"}),
            json!({}),
            "",
        ),
        (
            "azurerm_storage_account",
            json!({"access_tier": "Hot"}),
            json!({"access_tier": ""}),
            "",
        ),
        (
            "azurerm_role_assignment",
            json!({"principal_type": "User"}),
            json!({}),
            "",
        ),
        (
            "azurerm_key_vault",
            json!({"network_acls": [{"bypass": "None", "default_action": "Deny"}]}),
            json!({}),
            "",
        ),
        // Text, and lists and maps, that are empty are none.
        (
            "azurerm_machine_learning_workspace",
            json!({}),
            json!({"description": ""}),
            "",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({"description": "a"}),
            json!({"description": ""}),
            "update",
        ),
        ("azurerm_resource_group", json!({}), json!({"tags": {}}), ""),
        (
            "azurerm_resource_group",
            json!({"tags": {"a": "b"}}),
            json!({"tags": {}}),
            "update",
        ),
        (
            "azurerm_machine_learning_compute_instance",
            json!({"tags": {"a": "b"}}),
            json!({}),
            "tags",
        ),
        // Spelling, where the provider ignores it, and where it does not.
        (
            "azurerm_resource_group",
            json!({"location": "westeurope"}),
            json!({"location": "West Europe"}),
            "",
        ),
        (
            "azurerm_resource_group",
            json!({"location": "westeurope"}),
            json!({"location": "northeurope"}),
            "location",
        ),
        (
            "azurerm_resource_group",
            json!({"name": "rg"}),
            json!({"name": "RG"}),
            "name",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({"key_vault_id": "/A"}),
            json!({"key_vault_id": "/a"}),
            "",
        ),
        (
            "azurerm_role_assignment",
            json!({"role_definition_name": "Reader"}),
            json!({"role_definition_name": "READER"}),
            "",
        ),
        (
            "azurerm_portal_dashboard",
            json!({"dashboard_properties": "{\"a\":1}"}),
            json!({"dashboard_properties": "{ \"a\": 1 }"}),
            "",
        ),
        // Lists are compared by place, sets are not.
        (
            "azurerm_cognitive_account",
            json!({"fqdns": ["a", "b"]}),
            json!({"fqdns": ["b", "a"]}),
            "update",
        ),
        (
            "azurerm_network_security_rule",
            json!({"source_port_ranges": ["1", "2"]}),
            json!({"source_port_ranges": ["2", "1"]}),
            "",
        ),
        (
            "azurerm_network_security_rule",
            json!({"source_port_ranges": ["1", "2"]}),
            json!({"source_port_ranges": ["2"]}),
            "update",
        ),
        (
            "azurerm_public_ip",
            json!({"zones": ["1"]}),
            json!({"zones": ["1", "2"]}),
            "zones",
        ),
        // Blocks: what is in them decides, and how many there are where they are marked.
        (
            "azurerm_storage_account",
            json!({"blob_properties": [{"delete_retention_policy": [{"days": 7}]}]}),
            json!({"blob_properties": [{"delete_retention_policy": [{"days": 8}]}]}),
            "update",
        ),
        (
            "azurerm_storage_account",
            json!({"blob_properties": [{"delete_retention_policy": [{"days": 7}]}]}),
            json!({"blob_properties": [{"delete_retention_policy": []}]}),
            "update",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({"managed_network": [{"isolation_mode": "Disabled", "provision_on_creation_enabled": false}]}),
            json!({"managed_network": [{"isolation_mode": "AllowInternetOutbound"}]}),
            "update",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({"managed_network": [{"isolation_mode": "Disabled", "provision_on_creation_enabled": false}]}),
            json!({"managed_network": [{"isolation_mode": "Disabled", "provision_on_creation_enabled": true}]}),
            "managed_network.0.provision_on_creation_enabled",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({}),
            json!({"encryption": [{"key_id": "k", "key_vault_id": "v"}]}),
            "encryption",
        ),
        (
            "azurerm_machine_learning_workspace",
            json!({"encryption": [{"key_id": "k", "key_vault_id": "v"}]}),
            json!({"encryption": [{"key_id": "l", "key_vault_id": "v"}]}),
            "update",
        ),
        (
            "azurerm_private_endpoint",
            json!({}),
            json!({"ip_configuration": [{"name": "a", "private_ip_address": "10.0.0.4"}]}),
            "ip_configuration.0.name ip_configuration.0.private_ip_address",
        ),
        (
            "azurerm_private_endpoint",
            json!({}),
            json!({"private_dns_zone_group": [{"name": "a", "private_dns_zone_ids": ["z"]}]}),
            "update",
        ),
        // How long operations may take is nobody's change.
        (
            "azurerm_resource_group",
            json!({"name": "rg"}),
            json!({"name": "rg", "timeouts": {"create": "1h"}}),
            "",
        ),
    ];
    for (type_name, state, config, expected) in cases {
        assert_eq!(
            planned(type_name, &state, &config),
            expected,
            "{type_name}: {state} becomes {config}"
        );
    }
}
