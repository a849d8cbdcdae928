//! Who may do what: grants.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    AppInsights, ContainerRegistry, Frame, GroupRole, Identity, IdentitySettings, InsightsSettings,
    KeyVault, Logs, LogsSettings, MlWorkspace, NamingSettings, Network, NetworkSettings, Principal,
    Project, RegistrySettings, ResourceGroup, Storage, StorageRole, StorageSettings, Uses,
    VaultRole, VaultSettings, WorkspaceSettings,
};
use terrace_azurerm::{RoleAssignment, RoleAssignmentArgs};
use terrace_core::{App, Scope, Stack, Stage};
use terrace_ir::{Sourced, render};

const SOMEBODY: &str = "00000000-0000-0000-0000-000000000001";

struct Result {
    json: Json,
    findings: Vec<String>,
}

impl Result {
    /// The resources of a type, by name.
    fn all(&self, type_name: &str) -> BTreeMap<String, Json> {
        let resources = self.json["resource"][type_name].as_object();
        resources
            .into_iter()
            .flatten()
            .map(|(name, body)| (name.clone(), body.clone()))
            .collect()
    }
}

fn build(stage: Stage, inside: impl FnOnce(&Stack)) -> Result {
    let app = App::new();
    let stack = app.stack("test", stage);
    let location: Sourced<String> = "westeurope".into();
    let project = Project {
        organization: "example".into(),
        naming: NamingSettings::default(),
    };
    Frame::new(&project, &location).build(&stack, || inside(&stack));
    let frozen = app.freeze();
    let text = render::module(&frozen.modules[0], None);
    Result {
        json: serde_json::from_str(&text).unwrap(),
        findings: frozen
            .diagnostics
            .iter()
            .filter(|finding| finding.code.id != "T0807") // the state is on one's own disk
            .map(|finding| format!("{}: {}", finding.code.id, finding.summary))
            .collect(),
    }
}

fn group(stack: &Stack) -> ResourceGroup {
    ResourceGroup::new(stack, "platform", &"westeurope".into())
}

fn workspace(group: &ResourceGroup, identity: WorkspaceIdentity) -> MlWorkspace {
    let settings = WorkspaceSettings {
        identity: identity.into(),
        ..WorkspaceSettings::default()
    };
    let network = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    let uses = Uses {
        network: &Network::new(group, "network", &network),
        storage: &Storage::new(group, "data", &StorageSettings::default()),
        vault: &KeyVault::new(group, "vault", &VaultSettings::default()),
        insights: &AppInsights::new(
            group,
            "insights",
            &Logs::new(group, "logs", &LogsSettings::default()),
            &InsightsSettings::default(),
        ),
        registry: &ContainerRegistry::new(group, "images", &RegistrySettings::default()),
    };
    MlWorkspace::new(group, "ml", uses, &settings)
}

#[test]
fn a_grant_is_named_by_what_it_is_on_who_gets_it_and_the_role() {
    let result = build(Stage::Dev, |stack| {
        let group = group(stack);
        let vault = KeyVault::new(&group, "vault", &VaultSettings::default());
        let job = Identity::new(&group, "job", &IdentitySettings::default());
        vault.grant(&job.principal(), VaultRole::SecretsUser);
        vault.grant(
            &Principal::group("ML data scientists", SOMEBODY),
            VaultRole::SecretsUser,
        );
    });
    let grants = result.all("azurerm_role_assignment");
    assert_eq!(
        grants.keys().collect::<Vec<_>>(),
        [
            "platform_vault_job_key_vault_secrets_user",
            "platform_vault_ml_data_scientists_key_vault_secrets_user",
        ]
    );
    assert_eq!(
        grants["platform_vault_job_key_vault_secrets_user"],
        json!({
            "description": "Key Vault Secrets User for platform/job",
            "name": "${uuidv5(\"url\", \"${azurerm_key_vault.platform_vault.id}|4633458b-17de-408a-b874-0445c86b69e6|${azurerm_user_assigned_identity.platform_job.principal_id}\")}",
            "principal_id": "${azurerm_user_assigned_identity.platform_job.principal_id}",
            "principal_type": "ServicePrincipal",
            "role_definition_id": "/subscriptions/${data.azurerm_client_config.current.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
            "scope": "${azurerm_key_vault.platform_vault.id}",
        })
    );
}

/// Azure must not look for a new identity in the directory, where it may not be yet.
#[test]
fn row_13_every_grant_says_what_kind_of_principal_it_is_for() {
    let result = build(Stage::Dev, |stack| {
        workspace(&group(stack), WorkspaceIdentity::User);
    });
    let grants = result.all("azurerm_role_assignment");
    assert_eq!(grants.len(), 8);
    for (name, grant) in grants {
        assert_eq!(grant["principal_type"], "ServicePrincipal", "{name}");
    }
}

#[test]
fn row_14_what_azure_grants_to_a_workspace_by_itself_is_reported() {
    let result = build(Stage::Dev, |stack| {
        let group = group(stack);
        let ml = workspace(&group, WorkspaceIdentity::System);
        let extra = Storage::new(&group, "extra", &StorageSettings::default());
        extra.grant(&ml.principal(), StorageRole::BlobDataContributor);
        group.grant(&ml.principal(), GroupRole::Contributor);
    });
    assert_eq!(
        result.findings,
        [
            "T0840: `azurerm_role_assignment.platform_ml_contributor` grants what Azure grants by itself"
        ]
    );
}

#[test]
fn row_32_a_workspace_waits_until_the_roles_of_its_identity_are_known() {
    let result = build(Stage::Dev, |stack| {
        workspace(&group(stack), WorkspaceIdentity::User);
    });
    let wait = &result.all("time_sleep")["platform_ml_identity_roles_known"];
    assert_eq!(wait["create_duration"], "120s");
    let awaited = wait["triggers"].as_object().unwrap();
    // All but the one on the workspace itself, which needs the workspace first.
    let mut granted = result.all("azurerm_role_assignment");
    assert!(granted.remove("platform_ml_identity_contributor").is_some());
    assert_eq!(
        awaited.keys().collect::<BTreeSet<_>>(),
        granted.keys().collect::<BTreeSet<_>>()
    );
    let workspace = &result.all("azurerm_machine_learning_workspace")["platform_ml"];
    assert_eq!(
        workspace["depends_on"],
        json!(["time_sleep.platform_ml_identity_roles_known"])
    );
}

#[test]
fn a_right_that_is_granted_twice_is_reported_however_it_is_said() {
    let result = build(Stage::Dev, |stack| {
        let storage = Storage::new(&group(stack), "data", &StorageSettings::default());
        storage.grant(
            &Principal::group("team", SOMEBODY),
            StorageRole::BlobDataReader,
        );
        let by_hand = RoleAssignment::new(
            &Scope::new(&storage, "by_hand"),
            "reader",
            RoleAssignmentArgs {
                scope: storage.id().into(),
                principal_id: SOMEBODY.to_uppercase().into(),
            },
        );
        by_hand.set_role_definition_name("Storage Blob Data Reader");
    });
    assert_eq!(
        result.findings,
        [
            "T0840: `azurerm_role_assignment.platform_data_by_hand_reader` grants what `azurerm_role_assignment.platform_data_team_storage_blob_data_reader` grants already"
        ]
    );
}

#[test]
fn a_role_for_one_person_is_a_warning_but_in_development() {
    let findings = |stage| {
        build(stage, |stack| {
            let storage = Storage::new(&group(stack), "data", &StorageSettings::default());
            let alice = Principal::user("alice", SOMEBODY);
            storage.grant(&alice, StorageRole::BlobDataReader);
        })
        .findings
        .into_iter()
        .filter(|finding| finding.starts_with("T0842"))
        .collect::<Vec<_>>()
    };
    assert_eq!(
        findings(Stage::Prod),
        ["T0842: a role is granted to one person, `alice`, in prod"]
    );
    assert_eq!(findings(Stage::Dev), [""; 0]);
}

#[test]
fn a_grant_can_be_narrowed_by_a_condition() {
    let result = build(Stage::Dev, |stack| {
        let storage = Storage::new(&group(stack), "data", &StorageSettings::default());
        storage
            .grant(
                &Principal::group("team", SOMEBODY),
                StorageRole::BlobDataReader,
            )
            .only_when("(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'models')");
    });
    let grants = result.all("azurerm_role_assignment");
    let grant = &grants["platform_data_team_storage_blob_data_reader"];
    assert_eq!(grant["condition_version"], "2.0");
}
