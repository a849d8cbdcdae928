//! What a storage account holds, and how the workspace knows it.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::InGroup as _;
use terrace_azureml::compute::{ComputeIdentity, DataAccess};
use terrace_azureml::storage::Replication;
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    AppInsights, ClusterSettings, ConnectionSettings, ContainerRegistry, ContainerSettings,
    Covered, DatastoreAccess, Encryption, EncryptionSettings, Frame, InsightsSettings, KeyVault,
    LifecycleSettings, Logs, LogsSettings, MlWorkspace, NamingSettings, Network, NetworkSettings,
    Project, RegistrySettings, ResourceGroup, SecretSettings, ShareSettings, Storage,
    StorageSettings, Uses, VaultSettings, WorkspaceSettings,
};
use terrace_core::{App, Resource, Stack, Stage};
use terrace_ir::{Sourced, render};

/// The module's JSON with the workspace and the accounts `data` and `lake`, and what was found.
fn build(data: &StorageSettings, lake: &StorageSettings) -> (Json, Vec<String>) {
    build_with(data, lake, |_, _| {})
}

/// The same with what is built around the workspace and the vault.
fn build_with(
    data: &StorageSettings,
    lake: &StorageSettings,
    further: impl FnOnce(&MlWorkspace, &KeyVault),
) -> (Json, Vec<String>) {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let (project, location) = (project(), "westeurope".to_owned().into());
    Frame::new(&project, &location).build(&stack, || {
        let (ml, vault) = platform(&stack, data, lake);
        further(&ml, &vault);
    });
    checked(&app)
}

/// The JSON of the only stack, and what was found in it.
fn checked(app: &App) -> (Json, Vec<String>) {
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

fn platform(
    stack: &Stack,
    data: &StorageSettings,
    lake: &StorageSettings,
) -> (MlWorkspace, KeyVault) {
    let group = ResourceGroup::new(stack, "platform", &"westeurope".into());
    let network = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    let network = Network::new(&group, "network", &network);
    let data = Storage::new(&group, "data", data);
    let vault = KeyVault::new(&group, "vault", &VaultSettings::default());
    let uses = Uses {
        storage: &data,
        vault: &vault,
        insights: &AppInsights::new(
            &group,
            "insights",
            &Logs::new(&group, "logs", &LogsSettings::default()),
            &InsightsSettings::default(),
        ),
        registry: &ContainerRegistry::new(&group, "images", &RegistrySettings::default()),
        network: &network,
    };
    let settings = WorkspaceSettings {
        identity: Some(WorkspaceIdentity::System.into()),
        ..WorkspaceSettings::default()
    };
    let ml = MlWorkspace::new(&group, "ml", uses, &settings);
    ml.datastores(&data);
    ml.datastores(&Storage::new(&group, "lake", lake));
    (ml, vault)
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
fn row_16_a_datastore_holds_no_key_and_waits_for_its_container() {
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
            "create_query_parameters": {"skipValidation": ["true"]},
            "ignore_casing": true,
            "name": "raw",
            "parent_id": "${azurerm_machine_learning_workspace.platform_ml.id}",
            "type": "Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01",
            "update_query_parameters": {"skipValidation": ["true"]},
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

fn variable(name: &str) -> SecretSettings {
    SecretSettings {
        variable: Some(name.to_owned().into()),
        ..SecretSettings::default()
    }
}

fn git(token: Option<SecretSettings>) -> ConnectionSettings {
    ConnectionSettings::Git {
        target: "https://example.org/models.git".to_owned().into(),
        token,
        shared: false.into(),
    }
}

fn connected(
    connections: impl IntoIterator<Item = (&'static str, ConnectionSettings)>,
) -> (Json, Vec<String>) {
    let settings = StorageSettings::default();
    build_with(&settings, &settings, |ml, vault| {
        for (name, connection) in connections {
            ml.connection(&name.to_owned().into(), vault, &connection);
        }
    })
}

#[test]
fn a_secret_of_a_connection_is_sent_and_not_kept() {
    let (module, findings) = connected([("code", git(Some(variable("git_token"))))]);
    assert_eq!(findings, [""; 0]);
    let connection = &module["resource"]["azapi_resource"]["platform_ml_connection_code"];
    assert_eq!(
        connection["body"],
        json!({"properties": {
            "authType": "PAT",
            "category": "Git",
            "isSharedToAll": false,
            "metadata": {},
            "target": "https://example.org/models.git",
        }})
    );
    assert_eq!(
        connection["sensitive_body"],
        json!({"properties": {"credentials": {"pat": "${var.git_token}"}}})
    );
    assert_eq!(
        connection["sensitive_body_version"],
        json!({"properties.credentials.pat": "0"})
    );
    let variable = &module["variable"]["git_token"];
    assert_eq!(variable["ephemeral"], json!(true));
    assert_eq!(variable["sensitive"], json!(true));
    assert_eq!(variable["default"], Json::Null);
}

#[test]
fn a_secret_of_the_vault_is_read_when_it_is_sent() {
    let secret = SecretSettings {
        vault_secret: Some("feed-token".to_owned().into()),
        ..SecretSettings::default()
    };
    let feed = ConnectionSettings::PythonFeed {
        target: "https://feed.example.org/simple".to_owned().into(),
        token: Some(secret),
        shared: true.into(),
    };
    let (module, findings) = connected([("feed", feed)]);
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["ephemeral"]["azurerm_key_vault_secret"]["platform_ml_connection_feed_feed-token"],
        json!({
            "key_vault_id": "${azurerm_key_vault.platform_vault.id}",
            "name": "feed-token",
        })
    );
}

#[test]
fn a_connection_leads_to_what_the_stack_makes() {
    let lake = StorageSettings::default();
    let (module, findings) = build_with(&lake, &lake, |ml, vault| {
        let account = Resource::untyped(ml.group(), "azurerm_cognitive_account", "openai");
        account
            .set("name", "oai-example")
            .set("resource_group_name", ml.group().name())
            .set("location", ml.group().location())
            .set("kind", "OpenAI")
            .set("sku_name", "S0");
        let settings = ConnectionSettings::AzureOpenai {
            target: account.attribute::<String>("endpoint").into(),
            resource_id: account.id::<()>().into(),
            key: None,
            shared: false.into(),
        };
        ml.connection(&"openai".to_owned().into(), vault, &settings);
    });
    assert_eq!(findings, [""; 0]);
    let connection = &module["resource"]["azapi_resource"]["platform_ml_connection_openai"];
    let properties = &connection["body"]["properties"];
    assert_eq!(
        properties["target"],
        "${azurerm_cognitive_account.platform_openai.endpoint}"
    );
    assert_eq!(
        properties["metadata"]["ResourceId"],
        "${azurerm_cognitive_account.platform_openai.id}"
    );
}

#[test]
fn two_connections_can_share_a_variable() {
    let custom = ConnectionSettings::Custom {
        target: "https://example.org".to_owned().into(),
        keys: BTreeMap::from([("token".to_owned(), variable("token"))]),
        metadata: BTreeMap::new(),
        shared: false.into(),
    };
    let (module, findings) =
        connected([("code", git(Some(variable("token")))), ("custom", custom)]);
    assert_eq!(findings, [""; 0]);
    assert_eq!(module["variable"].as_object().map(|all| all.len()), Some(1));
    assert_eq!(
        module["resource"]["azapi_resource"]["platform_ml_connection_custom"]["sensitive_body"],
        json!({"properties": {"credentials": {"keys": {"token": "${var.token}"}}}})
    );
}

#[test]
fn a_service_of_azure_is_opened_by_roles_where_no_key_is_named() {
    let openai = ConnectionSettings::AzureOpenai {
        target: "https://example.openai.azure.com/".to_owned().into(),
        resource_id: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/oai".to_owned().into(),
        key: None,
        shared: false.into(),
    };
    let (module, findings) = connected([("openai", openai)]);
    assert_eq!(findings, [""; 0]);
    let connection = &module["resource"]["azapi_resource"]["platform_ml_connection_openai"];
    assert_eq!(connection["body"]["properties"]["authType"], "AAD");
    assert_eq!(connection["sensitive_body"], Json::Null);
}

#[test]
fn a_secret_without_one_source_is_found() {
    let both = SecretSettings {
        vault_secret: Some("token".to_owned().into()),
        ..variable("token")
    };
    let (_, findings) = connected([
        ("none", git(Some(SecretSettings::default()))),
        ("both", git(Some(both))),
    ]);
    let secrets: Vec<&String> = findings
        .iter()
        .filter(|one| one.starts_with("T0861"))
        .collect();
    assert_eq!(
        secrets,
        [
            "T0861: a secret has no source",
            "T0861: a secret has two sources"
        ]
    );
}

/// A platform that is encrypted with a key of its own.
fn encrypted(vault: &VaultSettings, covers: &[Covered]) -> (Json, Vec<String>) {
    let (project, location) = (project(), "westeurope".to_owned().into());
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let settings = EncryptionSettings {
        covers: covers.iter().map(|one| (*one).into()).collect(),
        ..EncryptionSettings::default()
    };
    Frame::new(&project, &location).build(&stack, || {
        let group = ResourceGroup::new(&stack, "platform", &location);
        let public = NetworkSettings::Public {
            allowed_addresses: Vec::new(),
        };
        let network = Network::new(&group, "network", &public);
        let vault = KeyVault::new(&group, "vault", vault);
        Encryption::new(&group, "encryption", &vault, &settings);
        let logs = Logs::new(&group, "logs", &LogsSettings::default());
        let uses = Uses {
            storage: &Storage::new(&group, "data", &StorageSettings::default()),
            vault: &vault,
            insights: &AppInsights::new(&group, "insights", &logs, &InsightsSettings::default()),
            registry: &ContainerRegistry::new(&group, "images", &RegistrySettings::default()),
            network: &network,
        };
        MlWorkspace::new(&group, "ml", uses, &WorkspaceSettings::default());
    });
    checked(&app)
}

#[test]
fn row_31_what_holds_data_is_encrypted_by_a_key_that_a_closed_vault_is_given_too() {
    let (module, findings) = encrypted(&VaultSettings::default(), &Covered::ALL);
    assert_eq!(findings, [""; 0]);
    let key = "${azurerm_key_vault.platform_vault.vault_uri}keys/platform";
    let identity = "${azurerm_user_assigned_identity.platform_encryption.id}";
    let account = &module["resource"]["azurerm_storage_account"]["platform_data"];
    assert_eq!(
        account["customer_managed_key"],
        json!({"key_vault_key_id": key, "user_assigned_identity_id": identity})
    );
    assert_eq!(
        account["depends_on"],
        json!([
            "azapi_resource_action.platform_encryption_key",
            "time_sleep.platform_encryption_roles_known",
        ])
    );
    let registry = &module["resource"]["azurerm_container_registry"]["platform_images"];
    assert_eq!(registry["encryption"][0]["key_vault_key_id"], key);
    let workspace = &module["resource"]["azurerm_machine_learning_workspace"]["platform_ml"];
    assert_eq!(
        workspace["encryption"]["key_id"],
        "${azapi_resource_action.platform_encryption_key.output.properties.keyUriWithVersion}"
    );
    assert_eq!(
        workspace["identity"]["identity_ids"],
        json!([
            "${azurerm_user_assigned_identity.platform_ml_identity.id}",
            identity,
        ])
    );
}

#[test]
fn what_is_not_covered_stays_with_the_key_of_its_service() {
    let (module, _) = encrypted(&VaultSettings::default(), &[Covered::Registry]);
    let resources = &module["resource"];
    assert_eq!(
        resources["azurerm_storage_account"]["platform_data"]["customer_managed_key"],
        Json::Null
    );
    assert_eq!(
        resources["azurerm_machine_learning_workspace"]["platform_ml"]["encryption"],
        Json::Null
    );
}

#[test]
fn a_key_that_could_be_lost_is_found() {
    let vault = VaultSettings {
        purge_protection: false.into(),
        ..VaultSettings::default()
    };
    let (_, findings) = encrypted(&vault, &[Covered::Storage]);
    assert_eq!(
        findings,
        ["T0805: encryption with a key of one's own needs `purge_protection = true`"]
    );
}

#[test]
fn a_cluster_reads_a_further_account_where_its_settings_say_so() {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let (project, location) = (project(), "westeurope".to_owned().into());
    let cluster = |account: &str| ClusterSettings {
        accounts: BTreeMap::from([(account.to_owned().into(), DataAccess::Read.into())]),
        ..ClusterSettings::new("Standard_DS3_v2", 1)
    };
    Frame::new(&project, &location).build(&stack, || {
        let none = StorageSettings::default();
        let (ml, _) = platform(&stack, &none, &none);
        ml.cluster("cpu", &cluster("lake"));
        ml.cluster("gpu", &cluster("lakes"));
        let nobody = ClusterSettings {
            identity: ComputeIdentity::None.into(),
            ..cluster("lake")
        };
        ml.cluster("bare", &nobody);
    });
    let (json, mut findings) = checked(&app);
    // That compute of a public platform reaches no closed storage.
    findings.retain(|finding| !finding.starts_with("T0836"));
    assert_eq!(
        findings,
        [
            "T0805: `accounts` names `lakes`, which is no account here",
            "T0805: `accounts` gives rights to an identity, and `identity` is \"none\"",
        ]
    );
    let roles = json["resource"]["azurerm_role_assignment"]
        .as_object()
        .unwrap();
    let on_lake: Vec<&String> = roles
        .keys()
        .filter(|name| name.starts_with("platform_lake"))
        .collect();
    assert_eq!(
        on_lake,
        ["platform_lake_ml_clusters_cpu_identity_storage_blob_data_reader"]
    );
}

#[test]
fn the_workspace_reads_what_a_datastore_of_a_further_account_shows_as_itself() {
    let lake = StorageSettings {
        shares: BTreeMap::from([(
            "notes".to_owned().into(),
            ShareSettings {
                quota_gb: 100.into(),
                datastore: Some(DatastoreAccess::Workspace.into()),
            },
        )]),
        ..StorageSettings::default()
    };
    let (json, findings) = build(&StorageSettings::default(), &lake);
    assert_eq!(findings, [""; 0]);
    let roles = json["resource"]["azurerm_role_assignment"]
        .as_object()
        .unwrap();
    let role = "platform_lake_ml_storage_file_data_privileged_reader";
    assert!(roles.contains_key(role), "{:?}", roles.keys());
}
