//! The storage account for states, and what a stack reads from others.

mod common;

use common::{build, project};
use pretty_assertions::assert_eq;
use serde_json::json;
use terrace_azureml::{ContainerRegistry, ExistingSettings, RegistrySettings};
use terrace_azureml::{
    Existing, Frame, Principal, RegistryRole, ResourceGroup, StateStorage, StateStorageSettings,
    States, remote_state,
};
use terrace_azurerm::ContainerRegistry as Registry;
use terrace_core::{App, Stack, Stage};
use terrace_ir::{Sourced, render};

fn states(location: &str, settings: StateStorageSettings) -> common::Result {
    build(|stack| {
        StateStorage::new(stack, "state", &location.into(), &settings);
    })
}

#[test]
fn states_have_no_keys_and_can_be_brought_back() {
    let result = states("westeurope", StateStorageSettings::default());
    let account = result.resource("azurerm_storage_account", "state_account");
    assert_eq!(account["shared_access_key_enabled"], false);
    assert_eq!(account["blob_properties"]["versioning_enabled"], true);
    assert_eq!(
        account["blob_properties"]["delete_retention_policy"]["days"],
        90
    );
    assert!(account["blob_properties"].get("cors_rule").is_none());
    assert_eq!(
        result.findings,
        ["T0870: nobody is given the right to read and write the states"]
    );
    // With `AzureServices` azurerm reads back no rules at all, and every plan would make them anew.
    assert_eq!(
        account["network_rules"],
        json!({"default_action": "Allow", "bypass": ["None"]})
    );
    result.resource("azurerm_storage_container", "state_account_tfstate");
}

#[test]
fn states_are_kept_as_safely_as_the_region_can() {
    for (location, replication) in [
        ("westeurope", "GZRS"),
        ("italynorth", "ZRS"),
        ("northcentralus", "GRS"),
    ] {
        let result = states(location, StateStorageSettings::default());
        let account = result.resource("azurerm_storage_account", "state_account");
        assert_eq!(
            account["account_replication_type"], replication,
            "{location}"
        );
    }
}

#[test]
fn states_are_reached_from_some_addresses_by_one_group() {
    let result = states(
        "westeurope",
        StateStorageSettings {
            group: Some("00000000-0000-0000-0000-000000000000".into()),
            allowed_addresses: vec!["203.0.113.0/24".into()],
            ..StateStorageSettings::default()
        },
    );
    let rules = &result.resource("azurerm_storage_account", "state_account")["network_rules"];
    assert_eq!(rules["default_action"], "Deny");
    assert_eq!(rules["ip_rules"], json!(["203.0.113.0/24"]));
    let grant = result.resource(
        "azurerm_role_assignment",
        "state_account_writers_storage_blob_data_contributor",
    );
    assert_eq!(grant["principal_type"], "Group");
    assert_eq!(result.findings, [""; 0]);
}

/// A stack `dev` beside a stack `shared`, and the summaries of what is found.
fn beside_shared(inside: impl FnOnce(&Stack)) -> (serde_json::Value, Vec<String>) {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let location: Sourced<String> = "westeurope".into();
    Frame::new(&project("example"), &location)
        .states(States::from_iter([("dev", None), ("shared", None)]))
        .build(&stack, || inside(&stack));
    let frozen = app.freeze();
    let findings = frozen.diagnostics.iter().map(|it| it.summary.clone());
    let text = render::module(&frozen.modules[0], None);
    (serde_json::from_str(&text).unwrap(), findings.collect())
}

#[test]
fn a_state_that_is_read_twice_is_one_data_source() {
    let (json, findings) = beside_shared(|stack| {
        for name in ["a", "b"] {
            let remote = remote_state(stack, &"shared".into());
            stack.output(name, remote.output::<String>(name));
        }
    });
    assert_eq!(findings, [""; 0]);
    let read = json["data"]["terraform_remote_state"].as_object().unwrap();
    assert_eq!(read.keys().collect::<Vec<_>>(), ["shared"]);
    assert_eq!(
        json["output"]["b"]["value"],
        "${data.terraform_remote_state.shared.outputs.b}"
    );
}

#[test]
fn an_environment_reads_from_others_that_there_are() {
    let (_, findings) = beside_shared(|stack| {
        remote_state(stack, &"dev".into());
        remote_state(stack, &"sharde".into());
    });
    assert_eq!(
        findings,
        [
            "`stack` is \"dev\", which is this environment itself",
            "`stack` is \"sharde\", which is no environment, or one with errors",
        ]
    );
}

#[test]
fn a_registry_of_another_environment_is_used_and_granted_like_ones_own() {
    let (json, findings) = beside_shared(|stack| {
        let group = ResourceGroup::new(stack, "platform", &"westeurope".into());
        let settings = RegistrySettings {
            existing: Some(ExistingSettings::from_stack("shared")),
            ..RegistrySettings::default()
        };
        let registry = ContainerRegistry::new(&group, "images", &settings);
        let readers = Principal::group("readers", "00000000-0000-0000-0000-000000000000");
        registry.grant(&readers, RegistryRole::Pull);
        let same = Existing::<Registry>::new(stack, &ExistingSettings::from_stack("shared"));
        stack.output("name", same.name());
    });
    assert_eq!(findings, [""; 0]);
    let id = "data.terraform_remote_state.shared.outputs.container_registry_id";
    assert_eq!(
        json["resource"]["azurerm_role_assignment"]["platform_images_readers_acrpull"]["scope"],
        format!("${{{id}}}")
    );
    assert_eq!(
        json["output"]["name"]["value"],
        format!("${{basename({id})}}")
    );
}
