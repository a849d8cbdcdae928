//! Kinds of workspaces beside the workspace itself: a feature store, a hub with projects.

mod common;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::network::{Outbound, OutboundRule};
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    AiHub, AiHubSettings, AiProjectSettings, AppInsights, ConnectionSettings, ContainerRegistry,
    ContainerSettings, Covered, DatastoreAccess, Encryption, EncryptionSettings, ExistingSettings,
    FeatureStore, FeatureStoreSettings, IdentitySettings, InGroup as _, InsightsSettings,
    IsolatedSettings, KeyVault, Logs, LogsSettings, MlWorkspace, Network, NetworkSettings,
    PeopleGroup, PeopleSettings, RegistrySettings, Storage, StorageSettings, Uses, VaultSettings,
    WorkspaceSettings,
};

const TEAM: &str = "00000000-0000-0000-0000-0000000000aa";

/// A workspace with what stands beside it, in a network.
fn beside(
    network: &NetworkSettings,
    inside: impl FnOnce(&MlWorkspace, Uses<'_>),
) -> common::Result {
    common::build(|stack| {
        let group = common::group(stack);
        let network = Network::new(&group, "network", network);
        let logs = Logs::new(&group, "logs", &LogsSettings::default());
        let insights = AppInsights::new(&group, "insights", &logs, &InsightsSettings::default());
        let uses = Uses {
            storage: &Storage::new(&group, "data", &StorageSettings::default()),
            vault: &KeyVault::new(&group, "vault", &VaultSettings::default()),
            insights: &insights,
            registry: &ContainerRegistry::new(&group, "images", &RegistrySettings::default()),
            network: &network,
        };
        let ml = MlWorkspace::new(&group, "ml", uses, &WorkspaceSettings::default());
        inside(&ml, uses);
    })
}

fn public() -> NetworkSettings {
    NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    }
}

fn team() -> PeopleSettings {
    let team = PeopleGroup {
        object_id: TEAM.into(),
        eligible_days: None,
        roles: Vec::new(),
    };
    PeopleSettings {
        data_scientists: [("team".to_owned(), team)].into(),
        ..PeopleSettings::default()
    }
}

/// The roles that are granted on something, by the names of their assignments.
fn grants<'a>(result: &'a common::Result, on: &str) -> Vec<&'a str> {
    let all = result.json["resource"]["azurerm_role_assignment"]
        .as_object()
        .expect("there are grants");
    all.iter()
        .filter(|(_, grant)| grant["scope"] == on)
        .map(|(name, _)| name.as_str())
        .collect()
}

fn features(network: &NetworkSettings, settings: &FeatureStoreSettings) -> common::Result {
    beside(network, |ml, uses| {
        let features = FeatureStore::new(ml.group(), "features", uses, settings);
        features.admit(&team());
        ml.uses_features(&features);
    })
}

#[test]
fn a_feature_store_keeps_features_in_a_data_lake_of_its_own() {
    let result = features(&public(), &FeatureStoreSettings::default());
    assert_eq!(result.findings, [""; 0]);
    let lake = result.resource("azurerm_storage_account", "platform_features_offline");
    assert_eq!(lake["is_hns_enabled"], true);
    let store = result.resource("azurerm_machine_learning_workspace", "platform_features");
    assert_eq!(store["kind"], "FeatureStore");
    // Its name begins as Azure's tools expect it: by that they find the identity.
    assert_eq!(
        store["feature_store"]["offline_connection_name"],
        "OfflineStoreConnectionName"
    );
    let connection = result.resource("azapi_resource", "platform_features_offline_store");
    assert_eq!(connection["name"], "OfflineStoreConnectionName");
    let properties = &connection["body"]["properties"];
    assert_eq!(properties["authType"], "ManagedIdentity");
    assert_eq!(
        properties["target"],
        "${azurerm_storage_account.platform_features_offline.id}/blobServices/default/containers/${azurerm_storage_container.platform_features_offline_features.name}"
    );
}

#[test]
fn features_are_computed_by_an_identity_that_reads_data_and_writes_features() {
    let result = features(&public(), &FeatureStoreSettings::default());
    let store = result.resource("azurerm_machine_learning_workspace", "platform_features");
    assert_eq!(
        store["identity"],
        json!({
            "type": "SystemAssigned, UserAssigned",
            "identity_ids": ["${azurerm_user_assigned_identity.platform_features_materialization.id}"],
        })
    );
    let principal =
        "${azurerm_user_assigned_identity.platform_features_materialization.principal_id}";
    let all = result.json["resource"]["azurerm_role_assignment"]
        .as_object()
        .expect("there are grants");
    let its: Vec<&str> = all
        .iter()
        .filter(|(_, grant)| grant["principal_id"] == principal)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        its,
        [
            "platform_data_features_materialization_storage_blob_data_reader",
            "platform_features_materialization_azureml_data_scientist",
            "platform_features_offline_materialization_storage_blob_data_contributor",
        ]
    );
}

#[test]
fn data_scientists_find_features_and_read_what_is_computed() {
    let result = features(&public(), &FeatureStoreSettings::default());
    assert_eq!(
        grants(
            &result,
            "${azurerm_machine_learning_workspace.platform_features.id}"
        ),
        [
            "platform_features_materialization_azureml_data_scientist",
            "platform_features_team_azureml_data_scientist",
        ]
    );
    assert_eq!(
        grants(
            &result,
            "${azurerm_storage_account.platform_features_offline.id}"
        ),
        [
            "platform_features_offline_materialization_storage_blob_data_contributor",
            "platform_features_offline_team_storage_blob_data_reader",
        ]
    );
}

#[test]
fn a_datastore_in_an_offline_store_is_found() {
    let container = ContainerSettings {
        datastore: Some(DatastoreAccess::User.into()),
        ..ContainerSettings::default()
    };
    let settings = FeatureStoreSettings {
        offline: StorageSettings {
            containers: [("raw".into(), container)].into(),
            ..StorageSettings::default()
        },
        ..FeatureStoreSettings::default()
    };
    assert_eq!(
        features(&public(), &settings).findings,
        [
            "T0805: `raw` has a `datastore`, but is in an offline store, which no workspace has datastores of"
        ]
    );
}

#[test]
fn an_encrypted_feature_store_computes_as_the_same_identity() {
    let result = beside(&public(), |ml, uses| {
        let settings = EncryptionSettings {
            covers: vec![Covered::Workspace.into()],
            ..EncryptionSettings::default()
        };
        Encryption::new(ml.group(), "encryption", uses.vault, &settings);
        FeatureStore::new(
            ml.group(),
            "features",
            uses,
            &FeatureStoreSettings::default(),
        );
    });
    assert_eq!(result.findings, [""; 0]);
    let store = result.resource("azurerm_machine_learning_workspace", "platform_features");
    assert_eq!(
        store["identity"]["identity_ids"],
        json!([
            "${azurerm_user_assigned_identity.platform_features_materialization.id}",
            "${azurerm_user_assigned_identity.platform_encryption.id}",
        ])
    );
    let connection = result.resource("azapi_resource", "platform_features_offline_store");
    assert_eq!(
        connection["body"]["properties"]["credentials"]["resourceId"],
        "${azurerm_user_assigned_identity.platform_features_materialization.id}"
    );
}

#[test]
fn an_online_store_is_a_cache_that_is_there() {
    let cache = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-cache/providers/Microsoft.Cache/redis/redis-features";
    let settings = FeatureStoreSettings {
        online_store_id: Some(cache.into()),
        ..FeatureStoreSettings::default()
    };
    let result = features(&public(), &settings);
    assert_eq!(result.findings, [""; 0]);
    let connection = result.resource("azapi_resource", "platform_features_online_store");
    assert_eq!(connection["body"]["properties"]["category"], "Redis");
    assert_eq!(connection["body"]["properties"]["target"], cache);
    assert_eq!(
        grants(&result, cache),
        ["platform_features_online_materialization_contributor"]
    );
}

#[test]
fn an_online_store_of_another_kind_is_found() {
    let managed = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-cache/providers/Microsoft.Cache/redisEnterprise/amr";
    let settings = FeatureStoreSettings {
        online_store_id: Some(managed.into()),
        ..FeatureStoreSettings::default()
    };
    assert_eq!(
        features(&public(), &settings).findings,
        [format!(
            "T0893: `online_store_id` is \"{managed}\", which is no id of an Azure Cache for Redis"
        )]
    );
}

#[test]
fn jobs_in_a_managed_network_reach_the_feature_store_and_its_lake() {
    let network = common::managed(Outbound::Approved, false);
    let result = features(&network, &FeatureStoreSettings::default());
    assert_eq!(result.findings, [""; 0]);
    let rules = &result.json["resource"]["azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint"];
    let rules = rules.as_object().expect("there are rules");
    assert_eq!(
        rules.keys().collect::<Vec<_>>(),
        [
            "platform_features_outbound_offline-blob",
            "platform_features_outbound_offline-dfs",
            "platform_ml_outbound_features-amlworkspace",
            "platform_ml_outbound_features-offline-blob",
            "platform_ml_outbound_features-offline-dfs",
        ]
    );
    assert!(rules.values().all(|rule| rule["spark_enabled"] == true));
    result.resource("azurerm_private_endpoint", "platform_features_amlworkspace");
    result.resource("azurerm_private_endpoint", "platform_features_offline_dfs");
}

#[test]
fn jobs_in_a_managed_network_reach_further_accounts() {
    let result = beside(&common::managed(Outbound::Internet, true), |ml, uses| {
        ml.datastores(uses.storage);
        let account = Storage::new(ml.group(), "scratch", &StorageSettings::default());
        ml.datastores(&account);
    });
    assert_eq!(result.findings, [""; 0]);
    let rules = &result.json["resource"]["azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint"];
    let rules = rules.as_object().expect("there are rules");
    // The default storage is reached anyway.
    assert_eq!(
        rules.keys().collect::<Vec<_>>(),
        [
            "platform_ml_outbound_scratch-blob",
            "platform_ml_outbound_scratch-file"
        ]
    );
    // Azure refuses some that are made at the same time.
    assert_eq!(
        rules["platform_ml_outbound_scratch-file"]["depends_on"],
        json!([
            "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint.platform_ml_outbound_scratch-blob"
        ])
    );
}

const ENDPOINT_RULE: &str =
    "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint";

const ACCOUNT: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts/stdata";

fn existing(existing: ExistingSettings) -> StorageSettings {
    StorageSettings {
        existing: Some(existing),
        ..StorageSettings::default()
    }
}

#[test]
fn a_workspace_may_approve_its_endpoints_to_what_is_not_made_here() {
    let account = |settings: &StorageSettings| {
        let result = beside(&common::managed(Outbound::Approved, false), |ml, _| {
            ml.datastores(&Storage::new(ml.group(), "scratch", settings));
        });
        assert_eq!(result.findings, [""; 0]);
        let rule = &result.json["resource"][ENDPOINT_RULE]["platform_ml_outbound_scratch-blob"];
        (rule.clone(), grants(&result, ACCOUNT).join(" "))
    };
    let approves = "platform_scratch_ml_identity_azure_ai_enterprise_network_connection_approver";
    let (rule, granted) = account(&existing(ExistingSettings::id(ACCOUNT)));
    assert_eq!(granted, approves);
    assert_eq!(
        rule["depends_on"],
        json!([format!("azurerm_role_assignment.{approves}")])
    );
    let (rule, granted) = account(&existing(ExistingSettings {
        private_endpoint: Some(false.into()),
        ..ExistingSettings::id(ACCOUNT)
    }));
    assert_eq!((rule, granted.as_str()), (Json::Null, ""));
    let (rule, granted) = account(&StorageSettings::default());
    assert_eq!(
        (rule["depends_on"].clone(), granted.as_str()),
        (Json::Null, "")
    );
}

#[test]
fn an_online_store_is_reached_from_a_managed_network_by_who_may_approve_it() {
    let network = common::managed(Outbound::Approved, false);
    // azurerm takes no other spelling of the service.
    let cache = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-cache/providers/microsoft.cache/redis/redis-features";
    let settings = FeatureStoreSettings {
        online_store_id: Some(cache.into()),
        ..FeatureStoreSettings::default()
    };
    let result = features(&network, &settings);
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(
        grants(&result, cache),
        [
            "platform_features_online_features_azure_ai_enterprise_network_connection_approver",
            "platform_features_online_materialization_contributor",
            "platform_features_online_ml_identity_azure_ai_enterprise_network_connection_approver",
        ]
    );
    for rule in ["features_outbound_online", "ml_outbound_features-online"] {
        result.resource("azapi_resource", &format!("platform_{rule}-redisCache"));
    }
}

#[test]
fn two_rules_of_a_managed_network_are_not_called_alike() {
    let findings = |said: Option<&str>, accounts: &[&str]| {
        let rule = OutboundRule::Fqdn {
            host: "models.example.org".into(),
        };
        let network = NetworkSettings::Managed(IsolatedSettings {
            rules: said.map(|name| (name.into(), rule)).into_iter().collect(),
            ..IsolatedSettings::default()
        });
        let result = beside(&network, |ml, _| {
            for name in accounts {
                ml.datastores(&Storage::new(ml.group(), name, &StorageSettings::default()));
            }
        });
        let rules = result.findings.into_iter();
        rules
            .filter(|it| it.starts_with("T0823"))
            .collect::<Vec<_>>()
    };
    assert_eq!(findings(Some("scratch"), &["scratch"]), [""; 0]);
    assert_eq!(
        findings(Some("scratch-blob"), &["scratch"]),
        ["T0823: a rule is called `scratch-blob`, as the one about `platform/scratch` is"]
    );
    let (blue, green) = (
        "pictures_of_all_the_crates_blue",
        "pictures_of_all_the_crates_that",
    );
    assert_eq!(findings(None, &[blue, green]), [""; 0]);
    let (long, longer) = (
        "pictures_of_all_the_crates_in_a",
        "pictures_of_all_the_crates_in_ab",
    );
    assert_eq!(
        findings(None, &[long, longer]),
        [format!(
            "T0823: the rules about `platform/{long}` and `platform/{longer}` are both called `pictures_of_all_the_crates_i-blob`"
        )]
    );
}

fn hub(network: &NetworkSettings, settings: &AiHubSettings) -> common::Result {
    beside(network, |ml, uses| {
        let hub = AiHub::new(ml.group(), "hub", uses, settings);
        hub.admit(&team());
    })
}

fn with_project() -> AiHubSettings {
    AiHubSettings {
        projects: [("support".into(), AiProjectSettings::default())].into(),
        ..AiHubSettings::default()
    }
}

#[test]
fn a_hub_stands_on_what_the_workspace_uses() {
    let result = hub(&public(), &with_project());
    assert_eq!(result.findings, [""; 0]);
    let hub = result.resource("azurerm_ai_foundry", "platform_hub");
    for (argument, id) in [
        (
            "storage_account_id",
            "${azurerm_storage_account.platform_data.id}",
        ),
        ("key_vault_id", "${azurerm_key_vault.platform_vault.id}"),
        (
            "application_insights_id",
            "${azurerm_application_insights.platform_insights.id}",
        ),
        (
            "container_registry_id",
            "${azurerm_container_registry.platform_images.id}",
        ),
    ] {
        assert_eq!(hub[argument], id, "{argument}");
    }
    let project = result.resource("azurerm_ai_foundry_project", "platform_hub_support");
    assert_eq!(
        project["ai_services_hub_id"],
        "${azurerm_ai_foundry.platform_hub.id}"
    );
}

#[test]
fn a_hub_opens_its_storage_without_keys_before_it_gets_projects() {
    let search: ConnectionSettings = ConnectionSettings::AiSearch {
        target: "https://contoso.search.windows.net".into(),
        resource_id: None,
        key: None,
        shared: true.into(),
    };
    let settings = AiHubSettings {
        connections: [("search".into(), search)].into(),
        ..with_project()
    };
    let result = hub(&public(), &settings);
    assert_eq!(result.findings, [""; 0]);
    let update = result.resource("azapi_update_resource", "platform_hub_keyless");
    assert_eq!(
        update["resource_id"],
        "${azurerm_ai_foundry.platform_hub.id}"
    );
    assert_eq!(
        update["body"],
        json!({"properties": {"systemDatastoresAuthMode": "Identity"}})
    );
    for (type_name, name) in [
        ("azurerm_ai_foundry_project", "platform_hub_support"),
        ("azapi_resource", "platform_hub_connection_search"),
    ] {
        assert_eq!(
            result.resource(type_name, name)["depends_on"],
            json!(["azapi_update_resource.platform_hub_keyless"]),
            "{name}"
        );
    }
}

#[test]
fn a_hub_on_storage_with_keys_stays_as_azure_makes_it() {
    let keys = StorageSettings {
        shared_keys: true.into(),
        ..StorageSettings::default()
    };
    let result = beside(&public(), |ml, uses| {
        let storage = Storage::new(ml.group(), "open", &keys);
        let uses = Uses {
            storage: &storage,
            ..uses
        };
        AiHub::new(ml.group(), "hub", uses, &with_project());
    });
    let resources = &result.json["resource"];
    assert_eq!(resources["azapi_update_resource"], json!(null));
    let project = result.resource("azurerm_ai_foundry_project", "platform_hub_support");
    assert_eq!(project["depends_on"], json!(null));
}

#[test]
fn what_changes_a_hub_comes_after_the_rules_of_its_network() {
    let rule = OutboundRule::Fqdn {
        host: "models.example.org".into(),
    };
    let network = NetworkSettings::Managed(IsolatedSettings {
        rules: [("models".into(), rule)].into(),
        ..IsolatedSettings::default()
    });
    let result = hub(&network, &with_project());
    let update = result.resource("azapi_update_resource", "platform_hub_keyless");
    assert_eq!(
        update["depends_on"],
        json!([
            "azurerm_machine_learning_workspace_network_outbound_rule_fqdn.platform_hub_outbound_models"
        ])
    );
}

#[test]
fn a_hub_acts_as_the_identity_that_its_settings_describe() {
    let identity = |identity: WorkspaceIdentity| AiHubSettings {
        identity: identity.into(),
        user_identity: Some(IdentitySettings {
            name: Some("id-hub".into()),
            ..IdentitySettings::default()
        }),
        ..AiHubSettings::default()
    };
    let result = hub(&public(), &identity(WorkspaceIdentity::User));
    assert_eq!(result.findings, [""; 0]);
    let made = result.resource("azurerm_user_assigned_identity", "platform_hub_identity");
    assert_eq!(made["name"], "id-hub");
    assert_eq!(
        hub(&public(), &identity(WorkspaceIdentity::System)).findings,
        ["T0805: `user_identity` describes an identity that is not used"]
    );
}

#[test]
fn a_hub_has_its_rights_before_it_is_made() {
    let result = hub(&public(), &with_project());
    let hub = result.resource("azurerm_ai_foundry", "platform_hub");
    assert_eq!(
        hub["depends_on"],
        json!(["time_sleep.platform_hub_identity_roles_known"])
    );
    let waits = &result.resource("time_sleep", "platform_hub_identity_roles_known")["triggers"];
    let waits: Vec<&String> = waits
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
        .collect();
    assert!(
        waits.contains(&&"platform_vault_hub_identity_key_vault_administrator".to_owned()),
        "{waits:?}"
    );
}

#[test]
fn people_see_the_hub_and_work_in_its_projects() {
    let result = hub(&public(), &with_project());
    assert_eq!(
        grants(&result, "${azurerm_ai_foundry.platform_hub.id}"),
        [
            "platform_hub_identity_contributor",
            "platform_hub_team_reader"
        ]
    );
    assert_eq!(
        grants(
            &result,
            "${azurerm_ai_foundry_project.platform_hub_support.id}"
        ),
        ["platform_hub_support_team_azure_ai_developer"]
    );
}

#[test]
fn a_hub_is_as_isolated_as_the_network_says() {
    let of = |network: &NetworkSettings| -> (Json, Json, bool) {
        let result = hub(network, &with_project());
        assert_eq!(result.findings, [""; 0]);
        let hub = result.resource("azurerm_ai_foundry", "platform_hub");
        let endpoints = &result.json["resource"]["azurerm_private_endpoint"];
        (
            hub["public_network_access"].clone(),
            hub["managed_network"]["isolation_mode"].clone(),
            endpoints["platform_hub_amlworkspace"].is_object(),
        )
    };
    assert_eq!(of(&public()), (json!("Enabled"), json!("Disabled"), false));
    assert_eq!(
        of(&common::managed(Outbound::Internet, true)),
        (json!("Enabled"), json!("AllowInternetOutbound"), false)
    );
    assert_eq!(
        of(&common::managed(Outbound::Approved, false)),
        (json!("Disabled"), json!("AllowOnlyApprovedOutbound"), true)
    );
}

#[test]
fn what_a_hub_connects_to_serves_all_its_projects() {
    let connection: ConnectionSettings = ConnectionSettings::AiSearch {
        target: "https://contoso.search.windows.net".into(),
        resource_id: None,
        key: None,
        shared: true.into(),
    };
    let settings = AiHubSettings {
        connections: [("search".into(), connection)].into(),
        ..AiHubSettings::default()
    };
    let result = hub(&public(), &settings);
    let connection = result.resource("azapi_resource", "platform_hub_connection_search");
    assert_eq!(
        connection["parent_id"],
        "${azurerm_ai_foundry.platform_hub.id}"
    );
}

#[test]
fn a_hub_that_is_there_gets_projects_and_stays_as_it_is() {
    let there = HUB;
    let settings = AiHubSettings {
        existing: Some(ExistingSettings::id(there)),
        ..with_project()
    };
    let result = hub(&common::managed(Outbound::Approved, false), &settings);
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(result.json["resource"]["azurerm_ai_foundry"], json!(null));
    let project = result.resource("azurerm_ai_foundry_project", "platform_hub_support");
    assert_eq!(project["ai_services_hub_id"], there);
    assert_eq!(grants(&result, there), ["platform_hub_team_reader"]);
    let endpoint = result.resource("azurerm_private_endpoint", "platform_hub_amlworkspace");
    assert_eq!(
        endpoint["private_service_connection"]["private_connection_resource_id"],
        there
    );
}

#[test]
fn a_hub_that_is_reached_otherwise_gets_no_private_endpoint() {
    let settings = AiHubSettings {
        existing: Some(ExistingSettings {
            private_endpoint: Some(false.into()),
            ..ExistingSettings::id(HUB)
        }),
        ..AiHubSettings::default()
    };
    let result = hub(&common::managed(Outbound::Approved, false), &settings);
    assert_eq!(result.findings, [""; 0]);
    let endpoints = &result.json["resource"]["azurerm_private_endpoint"];
    assert_eq!(endpoints["platform_hub_amlworkspace"], json!(null));
}

#[test]
fn a_hub_cannot_be_left_as_it_is_and_be_managed() {
    let settings = AiHubSettings {
        existing: Some(ExistingSettings::id(HUB)),
        import_id: Some(HUB.into()),
        ..AiHubSettings::default()
    };
    assert_eq!(
        hub(&public(), &settings).findings,
        ["T0815: `existing` says that it is left as it is, and `import_id` that it is managed"]
    );
}

/// A hub that is there.
const HUB: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/hub-company";
