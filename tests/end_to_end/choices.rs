//! A choice is one edit in one environment file, and what differs in the output is what follows from
//! it.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use crate::workplace::Workplace;

/// What one edit changes in the output of an environment.
#[derive(Default)]
struct Change {
    added: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// The arguments that changed, as `address argument`.
    changed: BTreeSet<String>,
}

impl Change {
    /// What replacing a text in a file of `place` by another changes in an environment.
    fn of(place: &Workplace, environment: &str, (file, from, to): (&str, &str, &str)) -> Self {
        let before = resources(place, environment);
        place.edit(file, from, to);
        let after = resources(place, environment);
        let mut change = Self::default();
        for (address, body) in &before {
            match after.get(address) {
                None => drop(change.removed.insert(address.clone())),
                Some(new) => {
                    let arguments = body.as_object().unwrap().keys();
                    let arguments = arguments.chain(new.as_object().unwrap().keys());
                    let differ =
                        arguments.filter(|argument| body.get(argument) != new.get(argument));
                    let differ = differ.map(|argument| format!("{address} {argument}"));
                    change.changed.extend(differ);
                }
            }
        }
        let added = after.into_keys().filter(|it| !before.contains_key(it));
        change.added.extend(added);
        change
    }
}

/// The resources of an environment by their addresses.
fn resources(place: &Workplace, environment: &str) -> BTreeMap<String, Json> {
    place.run(&["synth", "--env", environment]).ends_with(0);
    let file = format!("synth-out/{environment}/main.tf.json");
    let module: Json = serde_json::from_str(&place.read(&file)).unwrap();
    let types = module["resource"].as_object().unwrap();
    types
        .iter()
        .flat_map(|(type_name, named)| {
            let named = named.as_object().unwrap().iter();
            named.map(move |(name, body)| (format!("{type_name}.{name}"), body.clone()))
        })
        .collect()
}

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.into_iter().map(str::to_owned).collect()
}

#[test]
fn one_word_takes_production_into_a_network_of_its_own() {
    let place = Workplace::new();
    let edit = (
        "stacks/prod.toml",
        "isolation = \"managed\"",
        "isolation = \"own-vnet\"",
    );
    let change = Change::of(&place, "prod", edit);
    // The managed network's rules go, with the right to approve its endpoints.
    assert!(
        change.removed.iter().all(|address| address.contains("outbound_rule")
            || *address == "azurerm_role_assignment.platform_ml_identity_azure_ai_enterprise_network_connection_approver"),
        "{:#?}",
        change.removed
    );
    assert!(change.removed.iter().any(|it| it.contains("outbound_rule")));
    for new in [
        "azurerm_subnet.platform_network_training",
        "azurerm_firewall.platform_network_firewall",
        "azurerm_network_security_rule.platform_network_training_open-datasets",
    ] {
        assert!(change.added.contains(new), "{new}: {:#?}", change.added);
    }
    let cluster = "azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu";
    let moved = format!("{cluster} subnet_resource_id");
    assert!(change.changed.contains(&moved), "{:#?}", change.changed);
    let storage = "azurerm_storage_account.platform_data ";
    assert!(!change.changed.iter().any(|it| it.starts_with(storage)));
}

#[test]
fn a_new_replication_touches_one_argument_of_one_resource() {
    let edit = (
        "stacks/prod.toml",
        "replication = \"GZRS\"",
        "replication = \"RAGZRS\"",
    );
    let change = Change::of(&Workplace::new(), "prod", edit);
    assert_eq!(
        change.changed,
        set(["azurerm_storage_account.platform_data account_replication_type"])
    );
    assert_eq!((change.added, change.removed), Default::default());
}

#[test]
fn a_new_cluster_brings_its_identity_with_its_rights_and_changes_nothing_else() {
    let edit = (
        "stacks/prod.toml",
        "[clusters.gpu]",
        "[clusters.large]\nvm_size = \"Standard_NC48ads_A100_v4\"\nmax_nodes = 2\n\n[clusters.gpu]",
    );
    let change = Change::of(&Workplace::new(), "prod", edit);
    assert_eq!(
        change.added,
        set([
            "azurerm_machine_learning_compute_cluster.platform_ml_clusters_large",
            "azurerm_role_assignment.platform_data_ml_clusters_large_identity_storage_blob_data_contributor",
            "azurerm_role_assignment.platform_images_ml_clusters_large_identity_acrpull",
            "azurerm_user_assigned_identity.platform_ml_clusters_large_identity",
        ])
    );
    assert_eq!((change.changed, change.removed), Default::default());
}

#[test]
fn a_new_group_of_people_gets_its_roles_and_nobody_else_is_touched() {
    let edit = (
        "stacks/dev.toml",
        "[people.operators]",
        "[people.readers]\nml-audit = { object_id = \"00000000-0000-0000-0000-000000000009\" }\n\n[people.operators]",
    );
    let change = Change::of(&Workplace::new(), "dev", edit);
    assert_eq!(
        change.added,
        set(["azurerm_role_assignment.platform_ml_audit_reader"])
    );
    assert_eq!((change.changed, change.removed), Default::default());
}

#[test]
fn a_new_region_changes_where_things_are_and_neither_names_nor_addresses() {
    let edit = ("stacks/dev.toml", "westeurope", "northeurope");
    let change = Change::of(&Workplace::new(), "dev", edit);
    assert!(change.changed.iter().all(|it| it.ends_with(" location")));
    for moved in [
        "azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu location",
        "azurerm_machine_learning_workspace.platform_ml location",
        "azurerm_storage_account.platform_data location",
    ] {
        assert!(
            change.changed.contains(moved),
            "{moved}: {:#?}",
            change.changed
        );
    }
    assert_eq!((change.added, change.removed), Default::default());
}

#[test]
fn a_feature_store_and_a_hub_are_a_table_each() {
    let edit = (
        "stacks/dev.toml",
        "[clusters.cpu]",
        "[feature_store]\n\n[ai_hub.projects.support]\n\n[clusters.cpu]",
    );
    let change = Change::of(&Workplace::new(), "dev", edit);
    for new in [
        "azurerm_machine_learning_workspace.platform_features",
        "azurerm_storage_account.platform_features_offline",
        "azurerm_role_assignment.platform_features_ml_research_azureml_data_scientist",
        "azurerm_ai_foundry.platform_hub",
        "azurerm_ai_foundry_project.platform_hub_support",
        "azurerm_monitor_diagnostic_setting.platform_diagnostics_ai_foundry_hub",
    ] {
        assert!(change.added.contains(new), "{new}: {:#?}", change.added);
    }
    // All workspaces are on one page.
    let page = "azurerm_portal_dashboard.platform_dashboard dashboard_properties";
    assert_eq!(change.changed, set([page]));
    assert_eq!(change.removed, BTreeSet::new());
}

#[test]
fn what_is_imported_or_used_as_it_is_belongs_to_one_environment() {
    let place = Workplace::new();
    let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hand/providers/Microsoft.MachineLearningServices/workspaces/mlw-hand";
    let existing = format!("[workspace]\nexisting = {{ id = \"{id}\" }}");
    place.edit("stacks/prod.toml", "[workspace]", &existing);
    // It acts as what came with it.
    place.edit("stacks/prod.toml", "identity = \"user\"\n", "");
    let vault = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hand/providers/Microsoft.KeyVault/vaults/kv-hand";
    let imports =
        format!("[imports]\nazurerm_key_vault.platform_vault = \"{vault}\"\n\n[workspace]");
    place.edit("stacks/prod.toml", "[workspace]", &imports);
    let made = "azurerm_machine_learning_workspace.platform_ml";
    assert!(!resources(&place, "prod").contains_key(made));
    assert!(resources(&place, "staging").contains_key(made));
    let imported = |environment: &str| {
        place
            .read(&format!("synth-out/{environment}/terraform.tf.json"))
            .contains(vault)
    };
    assert_eq!((imported("prod"), imported("staging")), (true, false));
}

#[test]
fn an_account_or_an_identity_that_is_there_already_belongs_to_one_environment() {
    let place = Workplace::new();
    let id = |of: &str| {
        format!(
            "existing = {{ id = \"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hand/providers/{of}\" }}"
        )
    };
    let storage = format!(
        "[storage]\n{}",
        id("Microsoft.Storage/storageAccounts/sthand")
    );
    place.edit("stacks/prod.toml", "[storage]", &storage);
    let acts_as = format!(
        "[clusters.cpu]\nuser_identity.{}",
        id("Microsoft.ManagedIdentity/userAssignedIdentities/id-hand")
    );
    place.edit("stacks/prod.toml", "[clusters.cpu]", &acts_as);
    let (prod, staging) = (resources(&place, "prod"), resources(&place, "staging"));
    for made in [
        "azurerm_storage_account.platform_data",
        "azurerm_user_assigned_identity.platform_ml_clusters_cpu_identity",
    ] {
        let are_made = (prod.contains_key(made), staging.contains_key(made));
        assert_eq!(are_made, (false, true), "{made}");
    }
}

#[test]
fn who_keeps_the_key_is_one_choice_and_rotation_belongs_to_one_of_its_ways() {
    let place = Workplace::new();
    place.edit(
        "stacks/prod.toml",
        "[encryption]",
        "[encryption]\nkey = { made = \"here\", rotate_after_days = 90 }",
    );
    let vault = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-security/providers/Microsoft.KeyVault/vaults/kv-keys";
    let elsewhere = format!(
        "[encryption.key]\nmade = \"elsewhere\"\nvault = {{ id = \"{vault}\" }}\nname = \"ml\"\n\n[vault]"
    );
    place.edit("stacks/staging.toml", "[vault]", &elsewhere);
    let key = "azapi_resource_action.platform_encryption_key";
    assert!(resources(&place, "prod").contains_key(key));
    assert!(!resources(&place, "staging").contains_key(key));

    place.edit(
        "stacks/staging.toml",
        "name = \"ml\"",
        "name = \"ml\"\nrotate_after_days = 90",
    );
    let run = place.run(&["synth", "--env", "staging"]);
    run.ends_with(1).complains(&[
        "error[T0508]: there is no key `rotate_after_days` here",
        "`rotate_after_days` belongs to `made = \"here\"`",
    ]);
}
