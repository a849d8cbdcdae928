//! Isolation is one choice: one edited line, and what follows from it.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use crate::workplace::Workplace;

/// The addresses of production's resources.
fn resources(place: &Workplace) -> BTreeMap<String, Json> {
    place.run(&["synth", "--env", "prod"]).ends_with(0);
    let module: Json = serde_json::from_str(&place.read("synth-out/prod/main.tf.json")).unwrap();
    let types = module["resource"].as_object().unwrap();
    types
        .iter()
        .flat_map(|(type_name, named)| {
            let named = named.as_object().unwrap().iter();
            named.map(move |(name, body)| (format!("{type_name}.{name}"), body.clone()))
        })
        .collect()
}

#[test]
fn one_word_takes_production_into_a_network_of_its_own() {
    let place = Workplace::new();
    let before = resources(&place);
    place.edit(
        "stacks/prod.toml",
        "isolation = \"managed\"",
        "isolation = \"own-vnet\"",
    );
    let after = resources(&place);
    let gone: Vec<&String> = before
        .keys()
        .filter(|it| !after.contains_key(*it))
        .collect();
    // The managed network's rules go, with the right to approve its endpoints.
    assert!(
        gone.iter().all(|address| address.contains("outbound_rule")
            || *address == "azurerm_role_assignment.platform_ml_identity_azure_ai_enterprise_network_connection_approver"),
        "{gone:#?}"
    );
    for new in [
        "azurerm_subnet.platform_network_training",
        "azurerm_firewall.platform_network_firewall",
        "azurerm_network_security_rule.platform_network_training_open-datasets",
    ] {
        assert!(
            after.contains_key(new) && !before.contains_key(new),
            "{new}"
        );
    }
    let storage = "azurerm_storage_account.platform_data";
    assert_eq!(before[storage], after[storage]);
    let cluster = "azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu";
    assert!(before[cluster].get("subnet_resource_id").is_none());
    assert!(after[cluster].get("subnet_resource_id").is_some());
}
