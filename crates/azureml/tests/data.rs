//! What a storage account holds, and how the workspace knows it.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::storage::Replication;
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    AppInsights, ContainerRegistry, ContainerSettings, DatastoreAccess, Frame, InsightsSettings,
    KeyVault, LifecycleSettings, MlWorkspace, NamingSettings, Network, NetworkSettings, Project,
    RegistrySettings, ResourceGroup, ShareSettings, Storage, StorageSettings, Uses, VaultSettings,
    WorkspaceSettings,
};
use terrace_core::{App, Stack, Stage};
use terrace_ir::{Sourced, render};

/// The module's JSON with the workspace and the accounts `data` and `lake`, and what was found.
fn build(data: &StorageSettings, lake: &StorageSettings) -> (Json, Vec<String>) {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let (project, location) = (project(), "westeurope".to_owned().into());
    Frame::new(&project, &location).build(&stack, || platform(&stack, data, lake));
    let mut frozen = app.freeze();
    let checked = terrace_schema::check(&frozen.modules);
    frozen.diagnostics.extend(checked);
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

fn project() -> Project {
    Project {
        organization: "example".to_owned().into(),
        naming: NamingSettings::default(),
    }
}

fn platform(stack: &Stack, data: &StorageSettings, lake: &StorageSettings) {
    let group = ResourceGroup::new(stack, "platform", &"westeurope".into());
    let network = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    let network = Network::new(&group, "network", &network);
    let data = Storage::new(&group, "data", data);
    let uses = Uses {
        storage: &data,
        vault: &KeyVault::new(&group, "vault", &VaultSettings::default()),
        insights: &AppInsights::new(&group, "insights", &InsightsSettings::default()),
        registry: &ContainerRegistry::new(&group, "images", &RegistrySettings::default()),
        network: &network,
    };
    let settings = WorkspaceSettings {
        identity: WorkspaceIdentity::System.into(),
        ..WorkspaceSettings::default()
    };
    let ml = MlWorkspace::new(&group, "ml", uses, &settings);
    ml.datastores(&data);
    ml.datastores(&Storage::new(&group, "lake", lake));
}

fn containers(
    containers: impl IntoIterator<Item = (&'static str, ContainerSettings)>,
) -> BTreeMap<Sourced<String>, ContainerSettings> {
    containers
        .into_iter()
        .map(|(name, settings)| (name.to_owned().into(), settings))
        .collect()
}

fn kept_as(datastore: DatastoreAccess) -> ContainerSettings {
    ContainerSettings {
        datastore: Some(datastore.into()),
        ..ContainerSettings::default()
    }
}

#[test]
fn a_datastore_holds_no_key_and_waits_for_its_container() {
    let data = StorageSettings {
        containers: containers([("raw", kept_as(DatastoreAccess::User))]),
        ..StorageSettings::default()
    };
    let (module, findings) = build(&data, &StorageSettings::default());
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"]["azapi_resource"]["platform_ml_datastore_raw"],
        json!({
            "body": {"properties": {
                "accountName": "${azurerm_storage_account.platform_data.name}",
                "containerName": "${azurerm_storage_container.platform_data_raw.name}",
                "credentials": {"credentialsType": "None"},
                "datastoreType": "AzureBlob",
                "resourceGroup": "${azurerm_storage_account.platform_data.resource_group_name}",
                "serviceDataAccessAuthIdentity": "None",
                "subscriptionId": "${data.azurerm_client_config.current.subscription_id}",
            }},
            "name": "raw",
            "parent_id": "${azurerm_machine_learning_workspace.platform_ml.id}",
            "type": "Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01",
        })
    );
}

#[test]
fn the_kind_of_a_datastore_follows_from_where_the_data_is() {
    let lake = StorageSettings {
        hierarchical_namespace: true.into(),
        containers: containers([("events", kept_as(DatastoreAccess::Workspace))]),
        shares: BTreeMap::from([(
            "notebooks".to_owned().into(),
            ShareSettings {
                quota_gb: 100.into(),
                datastore: Some(DatastoreAccess::User.into()),
            },
        )]),
        ..StorageSettings::default()
    };
    let (module, findings) = build(&StorageSettings::default(), &lake);
    assert_eq!(findings, [""; 0]);
    let properties = |name: &str| {
        let body = &module["resource"]["azapi_resource"][name]["body"]["properties"];
        (
            body["datastoreType"].clone(),
            body["serviceDataAccessAuthIdentity"].clone(),
        )
    };
    assert_eq!(
        properties("platform_ml_datastore_events"),
        (
            json!("AzureDataLakeGen2"),
            json!("WorkspaceSystemAssignedIdentity")
        )
    );
    assert_eq!(
        properties("platform_ml_datastore_notebooks"),
        (json!("AzureFile"), json!("None"))
    );
    let lake = &module["resource"]["azurerm_storage_account"]["platform_lake"];
    assert_eq!(lake["is_hns_enabled"], json!(true));
    assert_eq!(lake["blob_properties"]["versioning_enabled"], Json::Null);
}

#[test]
fn a_datastore_that_every_workspace_has_is_found() {
    let data = StorageSettings {
        containers: containers([("workspaceblobstore", kept_as(DatastoreAccess::User))]),
        ..StorageSettings::default()
    };
    let (_, findings) = build(&data, &StorageSettings::default());
    assert_eq!(
        findings,
        ["T0860: `workspaceblobstore` is a datastore that every workspace has"]
    );
}

#[test]
fn a_data_lake_is_no_default_storage() {
    let data = StorageSettings {
        hierarchical_namespace: true.into(),
        ..StorageSettings::default()
    };
    let (_, findings) = build(&data, &StorageSettings::default());
    assert_eq!(
        findings,
        ["T0805: a workspace cannot have a data lake as its default storage"]
    );
}

#[test]
fn each_container_has_its_own_rule_for_old_blobs() {
    let moves = |days: u32| LifecycleSettings {
        cool_after_days: Some(days.into()),
        delete_versions_after_days: Some(90.into()),
        ..LifecycleSettings::default()
    };
    let data = StorageSettings {
        containers: containers([(
            "raw-1",
            ContainerSettings {
                lifecycle: Some(moves(30)),
                ..ContainerSettings::default()
            },
        )]),
        lifecycle: Some(moves(60)),
        ..StorageSettings::default()
    };
    let (module, findings) = build(&data, &StorageSettings::default());
    assert_eq!(findings, [""; 0]);
    let rules =
        &module["resource"]["azurerm_storage_management_policy"]["platform_data_lifecycle"]["rule"];
    assert_eq!(rules[0]["name"], "account");
    assert_eq!(rules[0]["filters"]["prefix_match"], Json::Null);
    assert_eq!(rules[1]["name"], "container-raw-1");
    assert_eq!(rules[1]["filters"]["prefix_match"], json!(["raw-1/"]));
    assert_eq!(
        rules[1]["actions"]["version"],
        json!({"delete_after_days_since_creation": 90})
    );
}

#[test]
fn days_out_of_order_and_a_tier_that_is_not_there_are_found() {
    let data = StorageSettings {
        replication: Replication::Zrs.into(),
        lifecycle: Some(LifecycleSettings {
            cool_after_days: Some(30.into()),
            archive_after_days: Some(30.into()),
            delete_after_days: Some(365.into()),
            ..LifecycleSettings::default()
        }),
        ..StorageSettings::default()
    };
    let (_, findings) = build(&data, &StorageSettings::default());
    assert_eq!(
        findings,
        [
            "T0805: `archive_after_days` is 30, which is not after `cool_after_days`, 30",
            "T0805: `archive_after_days` has no effect with `replication = \"ZRS\"`",
        ]
    );
}
