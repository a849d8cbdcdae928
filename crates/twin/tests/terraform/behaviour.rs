//! Single behaviours, each in the smallest configuration that shows it.

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

use crate::terraform::Terraform;

const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g";

/// A configuration with all three providers.
fn configuration(parts: Json) -> Json {
    let mut whole = json!({
        "terraform": {"required_providers": {
            "azurerm": {"source": "hashicorp/azurerm", "version": "5.2.0"},
            "azapi": {"source": "azure/azapi", "version": "2.12.0"},
            "time": {"source": "hashicorp/time", "version": "0.14.0"},
        }},
        "provider": {"azurerm": {"features": {}}, "azapi": {}},
    });
    for (key, part) in parts.as_object().unwrap() {
        whole[key] = part.clone();
    }
    whole
}

fn group() -> Json {
    json!({"g": {"name": "g", "location": "West Europe"}})
}

fn vault(name: &str) -> Json {
    json!({
        "name": name, "location": "westeurope", "resource_group_name": "${azurerm_resource_group.g.name}",
        "tenant_id": "00000000-0000-0000-0000-000000000001", "sku_name": "standard",
        "rbac_authorization_enabled": true,
    })
}

/// Address, actions and replace paths of all that changes.
fn changes(plan: &Json) -> Vec<(String, Json, Json)> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let changes = changes.filter(|change| {
        change["mode"] == "managed" && change["change"]["actions"] != json!(["no-op"])
    });
    changes
        .map(|change| {
            let (address, change) = (&change["address"], &change["change"]);
            let paths = change.get("replace_paths").unwrap_or(&Json::Null);
            (
                address.as_str().unwrap().to_owned(),
                change["actions"].clone(),
                paths.clone(),
            )
        })
        .collect()
}

#[test]
fn findings_of_the_check_are_diagnostics_with_a_path() {
    let Some(terraform) = Terraform::new("findings_of_the_check_are_diagnostics_with_a_path")
    else {
        return;
    };
    let mut wrong = vault("kv-1");
    wrong["sku_name"] = json!("gold");
    wrong["network_acls"] = json!([{"bypass": "None", "default_action": "Perhaps"}]);
    terraform.write(
        "main.tf.json",
        &configuration(json!({"resource": {"azurerm_resource_group": group(), "azurerm_key_vault": {"v": wrong}}})),
    );
    terraform.succeeds(&["init", "-no-color"]);
    let ran = terraform.run(&["validate", "-json"]);
    let said: Json = serde_json::from_str(&ran.stdout).unwrap();
    let found: Vec<(Json, bool)> = said["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["address"].clone(),
                finding["detail"].as_str().unwrap().contains("T02"),
            )
        })
        .collect();
    let address = json!("azurerm_key_vault.v");
    assert_eq!(
        found,
        [(address.clone(), true), (address, true)],
        "{}",
        ran.text
    );
    assert!(
        ran.text.contains("gold") && ran.text.contains("Perhaps"),
        "{}",
        ran.text
    );
}

#[test]
fn azapi_and_time_are_planned_by_their_own_rules() {
    let Some(terraform) = Terraform::new("azapi_and_time_are_planned_by_their_own_rules") else {
        return;
    };
    let written = |friendly: &str, location: &str, wait: &str, trigger: &str| {
        configuration(json!({"resource": {
            "azapi_resource": {"w": {
                "type": "Microsoft.MachineLearningServices/workspaces@2025-12-01", "name": "mlw",
                "parent_id": GROUP, "location": location, "identity": [{"type": "SystemAssigned"}],
                "body": {"properties": {"friendlyName": friendly, "description": wait}},
                "replace_triggers_refs": ["properties.friendlyName"],
                "response_export_values": ["properties.workspaceId"],
            }},
            "time_sleep": {"t": {"create_duration": wait, "triggers": {"a": trigger}}},
        }}))
    };
    terraform.write("main.tf.json", &written("f", "westeurope", "30s", "x"));
    terraform.apply();
    let planned = |friendly, location, wait, trigger| {
        terraform.write("main.tf.json", &written(friendly, location, wait, trigger));
        changes(&terraform.plan(&[]).0)
    };
    let of = |address: &str, actions: Json, paths: Json| (address.to_owned(), actions, paths);
    let (update, replace) = (json!(["update"]), json!(["delete", "create"]));
    assert_eq!(planned("f", "West Europe", "30s", "x"), []);
    assert_eq!(
        planned("f", "westeurope", "60s", "x"),
        [
            of("azapi_resource.w", update.clone(), Json::Null),
            of("time_sleep.t", update, Json::Null)
        ]
    );
    assert_eq!(
        planned("other", "westeurope", "30s", "y"),
        [
            of("azapi_resource.w", replace.clone(), json!([["body"]])),
            of("time_sleep.t", replace, json!([["triggers"]]))
        ]
    );
}

#[test]
fn data_sources_answer_from_what_is_applied_and_from_fixtures() {
    let Some(mut terraform) =
        Terraform::new("data_sources_answer_from_what_is_applied_and_from_fixtures")
    else {
        return;
    };
    let fixtures = terraform.work().join("fixtures.json");
    let virtual_network = json!([{
        "type": "azurerm_virtual_network", "match": {"name": "hub"},
        "attributes": {"id": format!("{GROUP}/providers/Microsoft.Network/virtualNetworks/hub"), "location": "northeurope"},
    }]);
    terraform.write("fixtures.json", &virtual_network);
    terraform.set("TERRACE_TWIN_FIXTURES", fixtures.to_string_lossy());
    let written = configuration(json!({
        "resource": {"azurerm_resource_group": group()},
        "data": {
            "azurerm_client_config": {"me": {}},
            "azurerm_resource_group": {"g": {"name": "${azurerm_resource_group.g.name}"}},
            "azurerm_role_definition": {"r": {"name": "Storage Blob Data Contributor"}},
            "azurerm_virtual_network": {"hub": {"name": "hub", "resource_group_name": "shared"}},
        },
        "output": {
            "tenant": {"value": "${data.azurerm_client_config.me.tenant_id}"},
            "place": {"value": "${data.azurerm_resource_group.g.location}"},
            "role": {"value": "${data.azurerm_role_definition.r.role_definition_id}"},
            "hub": {"value": "${data.azurerm_virtual_network.hub.location}"},
            "id": {"value": "${provider::azapi::build_resource_id(azurerm_resource_group.g.id, \"Microsoft.KeyVault/vaults\", \"v\")}"},
        },
    }));
    terraform.write("main.tf.json", &written);
    terraform.apply();
    let outputs: Json = serde_json::from_str(&terraform.succeeds(&["output", "-json"])).unwrap();
    let values = outputs.as_object().unwrap().iter();
    let values: serde_json::Map<String, Json> = values
        .map(|(name, output)| (name.clone(), output["value"].clone()))
        .collect();
    assert_eq!(
        Json::Object(values),
        json!({
            "hub": "northeurope",
            "id": format!("{GROUP}/providers/Microsoft.KeyVault/vaults/v"),
            "place": "westeurope",
            "role": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
            "tenant": "00000000-0000-0000-0000-000000000001",
        })
    );
}

#[test]
fn secrets_are_written_only_and_read_for_the_moment() {
    let Some(terraform) = Terraform::new("secrets_are_written_only_and_read_for_the_moment") else {
        return;
    };
    let written = configuration(json!({
        "ephemeral": {"azurerm_key_vault_secret": {"s": {"name": "s", "key_vault_id": "${azurerm_key_vault.v.id}"}}},
        "resource": {
            "azurerm_resource_group": group(),
            "azurerm_key_vault": {"v": vault("kv-1")},
            "azurerm_key_vault_secret": {"s": {
                "name": "s", "key_vault_id": "${azurerm_key_vault.v.id}", "value_wo": "hush", "value_wo_version": 1,
            }},
        },
    }));
    terraform.write("main.tf.json", &written);
    terraform.apply();
    let state = std::fs::read_to_string(terraform.work().join("terraform.tfstate")).unwrap();
    assert!(!state.contains("hush"));
    assert_eq!(terraform.run(&["plan", "-detailed-exitcode"]).code, Some(0));
}

#[test]
fn an_import_takes_ids_of_its_type_alone() {
    let Some(terraform) = Terraform::new("an_import_takes_ids_of_its_type_alone") else {
        return;
    };
    let written = configuration(json!({"resource": {"azurerm_resource_group": group()}}));
    terraform.write("main.tf.json", &written);
    terraform.succeeds(&["init", "-no-color"]);
    let vault = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/v");
    let refused = terraform.run(&["import", "-no-color", "azurerm_resource_group.g", &vault]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.text.contains("is no id of"), "{}", refused.text);
    terraform.succeeds(&["import", "-no-color", "azurerm_resource_group.g", GROUP]);
}

#[test]
fn azure_keeps_the_name_of_a_deleted_workspace() {
    let Some(terraform) = Terraform::new("azure_keeps_the_name_of_a_deleted_workspace") else {
        return;
    };
    let component = |kind: &str, name: &str| format!("{GROUP}/providers/{kind}/{name}");
    let written = |vault: &str| {
        configuration(json!({"resource": {
            "azurerm_machine_learning_workspace": {"w": {
                "name": "mlw", "location": "westeurope", "resource_group_name": "g",
                "application_insights_id": component("Microsoft.Insights/components", "i"),
                "key_vault_id": component("Microsoft.KeyVault/vaults", vault),
                "storage_account_id": component("Microsoft.Storage/storageAccounts", "saaa"),
                "identity": [{"type": "SystemAssigned"}],
            }},
        }}))
    };
    terraform.write("main.tf.json", &written("kv-1"));
    terraform.apply();
    terraform.write("main.tf.json", &written("kv-2"));
    let refused = terraform.run(&["apply", "-auto-approve", "-no-color"]);
    assert_eq!(refused.code, Some(1), "{}", refused.text);
    assert!(refused.text.contains("soft-deleted"), "{}", refused.text);
}

#[test]
fn a_parent_shows_its_children_after_a_refresh() {
    let Some(terraform) = Terraform::new("a_parent_shows_its_children_after_a_refresh") else {
        return;
    };
    let written = |subnet: Option<Json>| {
        let mut written = configuration(json!({"resource": {
            "azurerm_resource_group": group(),
            "azurerm_virtual_network": {"v": {
                "name": "v", "location": "westeurope", "resource_group_name": "${azurerm_resource_group.g.name}",
                "address_space": ["10.0.0.0/16"],
            }},
        }}));
        if let Some(subnet) = subnet {
            written["resource"]["azurerm_subnet"] = subnet;
        }
        written
    };
    let subnet = json!({"s": {
        "name": "s", "resource_group_name": "${azurerm_resource_group.g.name}",
        "virtual_network_name": "${azurerm_virtual_network.v.name}", "address_prefixes": ["10.0.0.0/24"],
    }});
    let listed = || {
        terraform.succeeds(&["apply", "-auto-approve", "-no-color", "-refresh-only"]);
        let state = std::fs::read_to_string(terraform.work().join("terraform.tfstate")).unwrap();
        let state: Json = serde_json::from_str(&state).unwrap();
        let resources = state["resources"].as_array().unwrap().iter();
        let mut networks =
            resources.filter(|resource| resource["type"] == "azurerm_virtual_network");
        let listed = &networks.next().unwrap()["instances"][0]["attributes"]["subnet"];
        listed
            .as_array()
            .unwrap()
            .iter()
            .map(|subnet| subnet["name"].clone())
            .collect::<Vec<_>>()
    };
    terraform.write("main.tf.json", &written(Some(subnet)));
    terraform.apply();
    assert_eq!(listed(), ["s"]);
    assert_eq!(terraform.run(&["plan", "-detailed-exitcode"]).code, Some(0));
    terraform.write("main.tf.json", &written(None));
    terraform.succeeds(&["apply", "-auto-approve", "-no-color"]);
    assert_eq!(listed(), [] as [&str; 0]);
}
