//! Things that are there already, and arguments for which a construct has no setting.

mod common;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    Alerts, AlertsSettings, AppInsights, Budget, BudgetSettings, ClusterSettings,
    ContainerRegistry, ContainerSettings, DatastoreAccess, ExistingSettings, Frame, GroupSettings,
    Identity, IdentitySettings, Imports, InsightsSettings, KeyVault, Logs, LogsSettings,
    MlWorkspace, Network, NetworkSettings, Principal, RegistrySettings, ResourceGroup, Storage,
    StorageRole, StorageSettings, Uses, WorkspaceRole, WorkspaceSettings,
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

const IDENTITY: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-jobs";

const WORKSPACE: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-vision/providers/Microsoft.MachineLearningServices/workspaces/mlw-vision";

#[test]
fn an_identity_that_is_there_is_granted_rights_by_its_principal_id() {
    let (module, findings) = build(|stack, group| {
        let jobs = Identity::from_id(group, "jobs", IDENTITY.to_owned());
        let data = Storage::new(group, "data", &StorageSettings::default());
        data.grant(&jobs.principal(), StorageRole::BlobDataReader);
        stack.output("client_id", jobs.client_id());
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["data"]["azurerm_user_assigned_identity"],
        json!({"platform_jobs": {"name": "id-jobs", "resource_group_name": "rg-ids"}})
    );
    assert_eq!(
        module["resource"]["azurerm_role_assignment"]["platform_data_jobs_storage_blob_data_reader"]
            ["principal_id"],
        "${data.azurerm_user_assigned_identity.platform_jobs.principal_id}"
    );
    assert_eq!(
        module["output"]["client_id"]["value"],
        "${data.azurerm_user_assigned_identity.platform_jobs.client_id}"
    );
}

#[test]
fn application_insights_that_are_there_are_used() {
    let (module, findings) = build(|stack, group| {
        let logs = Logs::new(group, "logs", &LogsSettings::default());
        let insights = AppInsights::lookup(
            group,
            "insights",
            &logs,
            "appi-vision".to_owned(),
            "rg-vision".to_owned(),
        );
        stack.output("id", insights.id());
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"]["azurerm_application_insights"],
        json!(null)
    );
    assert_eq!(
        module["output"]["id"]["value"],
        "${data.azurerm_application_insights.platform_insights.id}"
    );
}

fn workspace_that_is_there(stack: &Stack, group: &ResourceGroup) -> MlWorkspace {
    let settings = WorkspaceSettings {
        existing: Some(ExistingSettings::id(WORKSPACE)),
        ..WorkspaceSettings::default()
    };
    workspace_with(stack, group, &settings)
}

fn workspace_with(
    stack: &Stack,
    group: &ResourceGroup,
    settings: &WorkspaceSettings,
) -> MlWorkspace {
    let network = Network::new(group, "network", &NetworkSettings::default());
    let logs = Logs::new(group, "logs", &LogsSettings::default());
    let (storage, vault, insights, registry) = (
        Storage::from_id(group, "data", ACCOUNT.to_owned()),
        KeyVault::from_id(group, "vault", VAULT.to_owned()),
        AppInsights::new(group, "insights", &logs, &InsightsSettings::default()),
        ContainerRegistry::new(group, "images", &RegistrySettings::default()),
    );
    let uses = Uses {
        storage: &storage,
        vault: &vault,
        insights: &insights,
        registry: &registry,
        network: &network,
    };
    let ml = MlWorkspace::new(group, "ml", uses, settings);
    stack.output("workspace", ml.id());
    ml
}

#[test]
fn a_workspace_that_is_there_gets_clusters_and_people_and_stays_as_it_is() {
    let (module, findings) = build(|stack, group| {
        let ml = workspace_that_is_there(stack, group);
        ml.cluster("cpu", &ClusterSettings::new("Standard_DS3_v2", 2));
        let readers = Principal::group("readers", "00000000-0000-0000-0000-000000000001");
        ml.grant(&readers, WorkspaceRole::DataScientist);
    });
    assert_eq!(findings, [""; 0]);
    let resources = &module["resource"];
    assert_eq!(resources["azurerm_machine_learning_workspace"], json!(null));
    assert_eq!(
        resources["azurerm_machine_learning_compute_cluster"]["platform_ml_clusters_cpu"]["machine_learning_workspace_id"],
        WORKSPACE
    );
    assert_eq!(
        resources["azurerm_role_assignment"]["platform_ml_readers_azureml_data_scientist"]["scope"],
        WORKSPACE
    );
    // Row 6: a cluster elsewhere than its workspace would be replaced by every plan.
    assert_eq!(
        resources["azurerm_machine_learning_compute_cluster"]["platform_ml_clusters_cpu"]["location"],
        "${data.azurerm_machine_learning_workspace.platform_ml.location}"
    );
}

#[test]
fn the_identity_of_a_workspace_that_is_there_is_granted_rights() {
    let (module, findings) = build(|stack, group| {
        let ml = workspace_that_is_there(stack, group);
        let lake = Storage::new(group, "lake", &StorageSettings::default());
        lake.grant(&ml.principal(), StorageRole::BlobDataReader);
    });
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["resource"]["azurerm_role_assignment"]["platform_lake_ml_storage_blob_data_reader"]
            ["principal_id"],
        "${data.azurerm_machine_learning_workspace.platform_ml.identity[0].principal_id}"
    );
}

/// A workspace that is there and reads a datastore: as what it does, and to whom the right is granted.
fn reads_as(settings: &WorkspaceSettings) -> (Json, Json, Vec<String>) {
    let settings = WorkspaceSettings {
        existing: Some(ExistingSettings::id(WORKSPACE)),
        ..settings.clone()
    };
    let kept = ContainerSettings {
        datastore: Some(DatastoreAccess::Workspace.into()),
        ..ContainerSettings::default()
    };
    let lake = StorageSettings {
        containers: [("raw".into(), kept)].into(),
        ..StorageSettings::default()
    };
    let common::Result {
        json: module,
        findings,
    } = common::build(|stack| {
        let group = common::group(stack);
        let ml = workspace_with(stack, &group, &settings);
        ml.datastores(&Storage::new(&group, "lake", &lake));
    });
    let datastore = &module["resource"]["azapi_resource"]["platform_ml_datastore_raw"];
    let grants = module["resource"]["azurerm_role_assignment"].as_object();
    let on_lake = |(name, _): &(&String, &Json)| name.starts_with("platform_lake_");
    let grant = grants.into_iter().flatten().find(on_lake);
    (
        datastore["body"]["properties"]["serviceDataAccessAuthIdentity"].clone(),
        grant.map_or(Json::Null, |(_, grant)| grant["principal_id"].clone()),
        findings,
    )
}

#[test]
fn a_workspace_that_is_there_reads_as_the_identity_that_has_the_right() {
    let (identity, principal, findings) = reads_as(&WorkspaceSettings::default());
    assert_eq!(findings, [""; 0]);
    assert_eq!(identity, "WorkspaceSystemAssignedIdentity");
    assert_eq!(
        principal,
        "${data.azurerm_machine_learning_workspace.platform_ml.identity[0].principal_id}"
    );
    let named = IdentitySettings {
        existing: Some(ExistingSettings::lookup("id-vision", "rg-vision")),
        ..IdentitySettings::default()
    };
    let settings = WorkspaceSettings {
        identity: Some(WorkspaceIdentity::User.into()),
        user_identity: Some(named),
        ..WorkspaceSettings::default()
    };
    let (identity, principal, findings) = reads_as(&settings);
    assert_eq!(findings, [""; 0]);
    assert_eq!(identity, "WorkspaceUserAssignedIdentity");
    assert_eq!(
        principal,
        "${data.azurerm_user_assigned_identity.platform_ml_identity.principal_id}"
    );
}

#[test]
fn the_identity_made_before_a_workspace_that_is_there_must_be_named() {
    let settings = WorkspaceSettings {
        identity: Some(WorkspaceIdentity::User.into()),
        ..WorkspaceSettings::default()
    };
    assert_eq!(
        reads_as(&settings).2,
        [
            "T0805: `identity` is \"user\", but the workspace is there already and its identity is not named"
        ]
    );
}

#[test]
fn who_is_told_can_be_an_action_group_that_is_there() {
    let (module, findings) = build(|_, group| {
        let logs = Logs::new(group, "logs", &LogsSettings::default());
        let settings = AlertsSettings {
            action_group: Some(ExistingSettings::lookup(
                "ag-oncall".to_owned(),
                "rg-oncall".to_owned(),
            )),
            ..AlertsSettings::default()
        };
        let alerts = Alerts::new(group, "alerts", &logs.id(), &settings);
        Budget::new(group, "budget", Some(&BudgetSettings::of(100.0)), &alerts);
    });
    assert_eq!(findings, [""; 0]);
    let told = "${data.azurerm_monitor_action_group.platform_alerts.id}";
    let resources = &module["resource"];
    assert_eq!(resources["azurerm_monitor_action_group"], json!(null));
    let health = &resources["azurerm_monitor_activity_log_alert"]["platform_alerts_service_health"];
    assert_eq!(health["action"][0]["action_group_id"], told);
    let budget = &resources["azurerm_consumption_budget_resource_group"]["platform_budget"];
    assert_eq!(budget["notification"][0]["contact_groups"], json!([told]));
}

#[test]
fn what_is_left_as_it_is_cannot_be_managed_too() {
    let (_, findings) = build(|_, group| {
        let settings = StorageSettings {
            existing: Some(ExistingSettings::id(ACCOUNT.to_owned())),
            import_id: Some(ACCOUNT.to_owned().into()),
            ..StorageSettings::default()
        };
        Storage::new(group, "data", &settings);
    });
    assert_eq!(
        findings,
        ["T0815: `existing` says that it is left as it is, and `import_id` that it is managed"]
    );
}

/// A stack of which `imports` are there already.
fn imported(imports: [(&str, &str, &str); 1]) -> (Json, Vec<String>) {
    let imports: Imports = imports
        .map(|(kind, name, id)| (kind.into(), [(name.into(), id.into())].into()))
        .into();
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let (project, location) = (common::project("example"), "westeurope".into());
    Frame::new(&project, &location)
        .imports(&imports)
        .build(&stack, || {
            let group = common::group(&stack);
            let data = Storage::new(&group, "data", &StorageSettings::default());
            let readers = Principal::group("readers", "00000000-0000-0000-0000-000000000001");
            data.grant(&readers, StorageRole::BlobDataReader);
        });
    let mut frozen = app.freeze();
    frozen
        .diagnostics
        .extend(terrace_schema::check(&frozen.modules));
    let findings = frozen.diagnostics.iter();
    let findings = findings.map(|finding| format!("{}: {}", finding.code.id, finding.summary));
    let text = render::module(&frozen.modules[0], None);
    (
        serde_json::from_str(&text).expect("the output is JSON"),
        findings.collect(),
    )
}

#[test]
fn anything_in_a_stack_is_brought_under_management_by_its_address() {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000002";
    let (module, findings) = imported([(
        "azurerm_role_assignment",
        "platform_data_readers_storage_blob_data_reader",
        id,
    )]);
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        module["import"],
        json!([{
            "id": id,
            "to": "azurerm_role_assignment.platform_data_readers_storage_blob_data_reader",
        }])
    );
}

#[test]
fn an_import_of_what_is_not_in_the_stack_is_found() {
    let (_, findings) = imported([("azurerm_storage_account", "platform_dat", ACCOUNT)]);
    assert_eq!(
        findings,
        [
            "T0892: `azurerm_storage_account.platform_dat` is to be imported, but is not in the stack"
        ]
    );
}

#[test]
fn an_import_of_something_of_another_kind_is_found() {
    let (_, findings) = imported([("azurerm_storage_account", "platform_data", VAULT)]);
    assert_eq!(
        findings,
        [format!(
            "T0213: `id` is \"{VAULT}\", which is none of `azurerm_storage_account`"
        )]
    );
}

#[test]
fn what_the_same_stack_makes_serves_as_what_is_there_already() {
    let (json, findings) = build(|_, group| {
        let network = NetworkSettings::Public {
            allowed_addresses: Vec::new(),
        };
        Network::new(group, "network", &network);
        let made = Storage::new(group, "lake", &StorageSettings::default());
        let again = StorageSettings {
            existing: Some(ExistingSettings::id(made.id())),
            ..StorageSettings::default()
        };
        let again = Storage::new(group, "again", &again);
        again.grant(&Principal::group("team", TEAM), StorageRole::BlobDataReader);
    });
    assert_eq!(findings, [""; 0]);
    let grants = json["resource"]["azurerm_role_assignment"]
        .as_object()
        .unwrap();
    for grant in grants.values() {
        assert_eq!(
            grant["scope"],
            "${azurerm_storage_account.platform_lake.id}"
        );
    }
}

const TEAM: &str = "00000000-0000-0000-0000-000000000001";
