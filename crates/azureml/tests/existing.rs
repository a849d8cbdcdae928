//! Things that are there already, and arguments for which a construct has no setting.

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::Principal;
use terrace_azureml::{
    ContainerRegistry, ContainerSettings, ExistingSettings, GroupSettings, ResourceGroup, Storage,
    StorageRole, StorageSettings,
};
use terrace_azurerm::{KeyVault as Vault, StorageAccount};
use terrace_core::{App, InScope as _, Stack, Stage};
use terrace_ir::{Object, render};

const ACCOUNT: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts/stdata";

const VAULT: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.KeyVault/vaults/kv-data";

/// The module's JSON, and what was found.
fn build(inside: impl FnOnce(&Stack, &ResourceGroup)) -> (Json, Vec<String>) {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    stack.provider("azurerm", Object::new().with("features", Object::new()));
    let group = ResourceGroup::new(&stack, "platform", &"westeurope".into());
    inside(&stack, &group);
    let mut frozen = app.freeze();
    frozen
        .diagnostics
        .extend(terrace_schema::check(&frozen.modules));
    let findings = frozen
        .diagnostics
        .iter()
        .map(|finding| format!("{}: {}", finding.code.id, finding.summary))
        .collect();
    let text = render::module(&frozen.modules[0], None);
    (
        serde_json::from_str(&text).expect("the output is JSON"),
        findings,
    )
}

#[test]
fn what_has_an_id_is_used_and_not_made() {
    let (module, findings) = build(|stack, group| {
        let data = Storage::from_id(group, "data", ACCOUNT.to_owned());
        stack.output("id", data.id());
        stack.output("name", data.name());
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"].as_object().map(|types| types.len()),
        Some(1)
    );
    assert_eq!(
        module["output"],
        json!({"id": {"value": ACCOUNT}, "name": {"value": "stdata"}})
    );
}

#[test]
fn what_has_a_name_is_looked_up() {
    let (module, findings) = build(|stack, group| {
        let images = ContainerRegistry::lookup(
            group,
            "images",
            "crshared".to_owned(),
            "rg-shared".to_owned(),
        );
        stack.output("id", images.id());
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["data"]["azurerm_container_registry"]["platform_images"],
        json!({"name": "crshared", "resource_group_name": "rg-shared"})
    );
    assert_eq!(
        module["output"]["id"]["value"],
        "${data.azurerm_container_registry.platform_images.id}"
    );
}

#[test]
fn what_is_there_already_can_be_granted_on() {
    let (module, findings) = build(|_, group| {
        let data = Storage::from_id(group, "data", ACCOUNT.to_owned());
        let readers = Principal::group("readers", "00000000-0000-0000-0000-000000000001");
        data.grant(&readers, StorageRole::BlobDataReader);
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"]["azurerm_role_assignment"]["platform_data_readers_storage_blob_data_reader"]
            ["scope"],
        ACCOUNT
    );
}

#[test]
fn a_group_that_is_there_holds_what_is_new() {
    let (module, findings) = build(|stack, _| {
        let settings = GroupSettings {
            existing: Some(ExistingSettings {
                name: Some("rg-theirs".to_owned().into()),
                ..ExistingSettings::default()
            }),
            ..GroupSettings::default()
        };
        let group = ResourceGroup::with(stack, "theirs", &"westeurope".into(), &settings);
        Storage::new(&group, "data", &StorageSettings::default());
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"]["azurerm_storage_account"]["theirs_data"]["resource_group_name"],
        "${data.azurerm_resource_group.theirs.name}"
    );
}

#[test]
fn half_a_name_is_found() {
    let (_, findings) = build(|_, group| {
        let settings = StorageSettings {
            existing: Some(ExistingSettings {
                name: Some("stdata".to_owned().into()),
                ..ExistingSettings::default()
            }),
            ..StorageSettings::default()
        };
        Storage::new(group, "data", &settings);
    });
    assert_eq!(findings, ["T0815: `existing` has no `resource_group`"]);
}

#[test]
fn an_id_of_another_kind_is_found_where_it_is_used() {
    let (_, findings) = build(|_, group| {
        let settings = StorageSettings {
            existing: Some(ExistingSettings::id(VAULT.to_owned())),
            containers: [("raw".to_owned().into(), ContainerSettings::default())].into(),
            ..StorageSettings::default()
        };
        Storage::new(group, "data", &settings);
    });
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    assert!(
        finding.starts_with("T0205: `storage_account_id` is"),
        "{finding}"
    );
}

#[test]
fn what_is_there_is_brought_under_management() {
    let (module, findings) = build(|_, group| {
        let settings = StorageSettings {
            import_id: Some(ACCOUNT.to_owned().into()),
            ..StorageSettings::default()
        };
        Storage::new(group, "data", &settings);
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["import"],
        json!([{"id": ACCOUNT, "to": "azurerm_storage_account.platform_data"}])
    );
}

#[test]
fn any_argument_inside_a_construct_can_be_set() {
    let (module, findings) = build(|_, group| {
        let data = Storage::new(group, "data", &StorageSettings::default());
        data.customize(|account: &mut StorageAccount| {
            account.set_edge_zone("microsoftlosangeles1");
        });
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"]["azurerm_storage_account"]["platform_data"]["edge_zone"],
        "microsoftlosangeles1"
    );
}

#[test]
fn a_customization_without_a_resource_is_found() {
    let (_, findings) = build(|_, group| {
        let data = Storage::new(group, "data", &StorageSettings::default());
        data.customize(|vault: &mut Vault| {
            vault.set_enabled_for_deployment(true);
        });
    });
    assert_eq!(
        findings,
        ["T0608: `platform/data` has no `azurerm_key_vault` to customize"]
    );
}
