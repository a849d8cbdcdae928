//! Who may do what: grants, people, roles of one's own, pipelines.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Result, build_with, group, project};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azure::Role;
use terrace_azureml::ci::Deploys;
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    AppInsights, CiIdentity, CiSettings, ContainerRegistry, CustomRole, Grant, GroupRole, Identity,
    IdentitySettings, InsightsSettings, KeyVault, Logs, LogsSettings, MlWorkspace, Network,
    NetworkSettings, PeopleGroup, PeopleSettings, Principal, RegistrySettings, ResourceGroup,
    RoleSettings, Storage, StorageRole, StorageSettings, Uses, VaultRole, VaultSettings,
    WorkspaceSettings,
};
use terrace_azurerm::{RoleAssignment, RoleAssignmentArgs};
use terrace_core::{Scope, Stack, Stage};
use terrace_ir::Sourced;

const SOMEBODY: &str = "00000000-0000-0000-0000-000000000001";
const TEAM: &str = "11111111-aaaa-bbbb-cccc-000000000001";
const OTHER_TEAM: &str = "11111111-aaaa-bbbb-cccc-000000000002";
const REGISTRY: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shared/providers/Microsoft.ContainerRegistry/registries/crshared";
const LOGS: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shared/providers/Microsoft.OperationalInsights/workspaces/log-shared";

/// The resources of a type, by name.
fn all(result: &Result, type_name: &str) -> BTreeMap<String, Json> {
    let resources = result.json["resource"][type_name].as_object();
    resources
        .into_iter()
        .flatten()
        .map(|(name, body)| (name.clone(), body.clone()))
        .collect()
}

/// A stack of a stage, and what is found but where its state is and which tags it lacks.
fn build(stage: Stage, inside: impl FnOnce(&Stack)) -> Result {
    let mut result = build_with(&project("example"), stage, inside);
    result
        .findings
        .retain(|finding| !["T0807", "T0852"].contains(&&finding[..5]));
    result
}

fn workspace(group: &ResourceGroup, identity: WorkspaceIdentity) -> MlWorkspace {
    let settings = WorkspaceSettings {
        identity: Some(identity.into()),
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
    let grants = all(&result, "azurerm_role_assignment");
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
    let grants = all(&result, "azurerm_role_assignment");
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
    let wait = &all(&result, "time_sleep")["platform_ml_identity_roles_known"];
    assert_eq!(wait["create_duration"], "120s");
    let awaited = wait["triggers"].as_object().unwrap();
    // All but the one on the workspace itself, which needs the workspace first.
    let mut granted = all(&result, "azurerm_role_assignment");
    assert!(granted.remove("platform_ml_identity_contributor").is_some());
    assert_eq!(
        awaited.keys().collect::<BTreeSet<_>>(),
        granted.keys().collect::<BTreeSet<_>>()
    );
    let workspace = &all(&result, "azurerm_machine_learning_workspace")["platform_ml"];
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
fn any_role_is_granted_by_its_name_on_what_has_an_id() {
    let result = build(Stage::Dev, |stack| {
        let group = group(stack);
        let control = Identity::new(&group, "control", &IdentitySettings::default());
        let to = control.principal();
        Grant::named(&group, group.id(), "Network Contributor", &to);
        Grant::named(&group, group.id(), "Network Contributer", &to);
    });
    assert_eq!(
        result.findings,
        ["T0843: `role` has \"Network Contributer\", which is no role"]
    );
    let role = Role::find("Network Contributor").unwrap();
    let grant = result.resource(
        "azurerm_role_assignment",
        "platform_control_network_contributor",
    );
    let definition = grant["role_definition_id"].as_str().unwrap();
    assert!(definition.ends_with(role.guid), "{definition}");
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
    let grants = all(&result, "azurerm_role_assignment");
    let grant = &grants["platform_data_team_storage_blob_data_reader"];
    assert_eq!(grant["condition_version"], "2.0");
}

fn team(object_id: &str) -> PeopleGroup {
    PeopleGroup {
        object_id: object_id.into(),
        eligible_days: None,
        roles: Vec::new(),
    }
}

/// A platform with people in it.
fn admitting(people: &PeopleSettings) -> Result {
    build(Stage::Dev, |stack| {
        workspace(&group(stack), WorkspaceIdentity::System).admit(people);
    })
}

/// What the address says after the type: where, who, and the role.
fn granted(result: &Result) -> BTreeSet<String> {
    let grants = all(result, "azurerm_role_assignment").into_keys();
    grants.collect()
}

#[test]
fn a_new_data_scientist_can_work_on_the_first_day() {
    let result = admitting(&PeopleSettings {
        data_scientists: [("vision".to_owned(), team(TEAM))].into(),
        ..PeopleSettings::default()
    });
    assert_eq!(result.findings, [""; 0]);
    let expected = [
        "platform_data_vision_storage_blob_data_contributor",
        "platform_data_vision_storage_file_data_privileged_contributor",
        "platform_images_vision_acrpull",
        "platform_logs_vision_log_analytics_reader",
        "platform_insights_vision_monitoring_reader",
        "platform_ml_vision_azureml_compute_operator",
        "platform_ml_vision_azureml_data_scientist",
    ];
    assert_eq!(granted(&result), expected.map(str::to_owned).into());
    for grant in all(&result, "azurerm_role_assignment").values() {
        assert_eq!(grant["principal_type"], "Group");
        assert_eq!(grant["principal_id"], TEAM);
    }
}

/// The account's keys are off, so that identities alone open it: blobs, and the file share on which
/// notebooks and compute instances are.
#[test]
fn row_30_people_get_both_roles_that_storage_without_keys_takes() {
    let result = admitting(&PeopleSettings {
        data_scientists: [("vision".to_owned(), team(TEAM))].into(),
        ..PeopleSettings::default()
    });
    let account = &all(&result, "azurerm_storage_account")["platform_data"];
    assert_eq!(account["shared_access_key_enabled"], false);
    let grants = granted(&result);
    assert!(grants.contains("platform_data_vision_storage_blob_data_contributor"));
    assert!(grants.contains("platform_data_vision_storage_file_data_privileged_contributor"));
}

#[test]
fn the_stack_that_makes_what_is_shared_admits_people_to_it() {
    let people = PeopleSettings {
        data_scientists: [("vision".to_owned(), team(TEAM))].into(),
        readers: [("audit".to_owned(), team(OTHER_TEAM))].into(),
        ..PeopleSettings::default()
    };
    let result = build(Stage::Dev, |stack| {
        let group = group(stack);
        group.admit(&people);
        ContainerRegistry::new(&group, "images", &RegistrySettings::default()).admit(&people);
        Logs::new(&group, "logs", &LogsSettings::default()).admit(&people);
    });
    let expected = [
        "platform_audit_reader",
        "platform_images_vision_acrpull",
        "platform_logs_vision_log_analytics_reader",
    ];
    assert_eq!(granted(&result), expected.map(str::to_owned).into());
}

#[test]
fn who_reads_or_manages_gets_no_data() {
    let result = admitting(&PeopleSettings {
        readers: [("audit".to_owned(), team(TEAM))].into(),
        platform_admins: [("admins".to_owned(), team(OTHER_TEAM))].into(),
        ..PeopleSettings::default()
    });
    let expected = ["platform_admins_contributor", "platform_audit_reader"];
    assert_eq!(granted(&result), expected.map(str::to_owned).into());
}

#[test]
fn a_group_of_several_kinds_gets_each_right_once() {
    let result = admitting(&PeopleSettings {
        data_scientists: [("vision".to_owned(), team(TEAM))].into(),
        operators: [("vision".to_owned(), team(&TEAM.to_uppercase()))].into(),
        ..PeopleSettings::default()
    });
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(granted(&result).len(), 8);
}

#[test]
fn another_group_renames_nothing() {
    let with = |names: &[(&str, &str)]| {
        let groups = names
            .iter()
            .map(|(name, id)| ((*name).to_owned(), team(id)))
            .collect();
        granted(&admitting(&PeopleSettings {
            data_scientists: groups,
            ..PeopleSettings::default()
        }))
    };
    let one = with(&[("vision", TEAM)]);
    assert!(with(&[("audio", OTHER_TEAM), ("vision", TEAM)]).is_superset(&one));
}

#[test]
fn one_group_under_two_names_is_reported() {
    let result = admitting(&PeopleSettings {
        data_scientists: [("vision".to_owned(), team(TEAM))].into(),
        operators: [("seers".to_owned(), team(TEAM))].into(),
        ..PeopleSettings::default()
    });
    assert_eq!(
        result.findings,
        ["T0805: `vision` and `seers` of `[people]` are one group of Entra"]
    );
}

#[test]
fn people_and_pipelines_of_the_sample_are_one_warning() {
    let result = build(Stage::Dev, |stack| {
        let ml = workspace(&group(stack), WorkspaceIdentity::System);
        ml.admit(&PeopleSettings {
            readers: [
                ("a".to_owned(), team(SOMEBODY)),
                ("b".to_owned(), team("00000000-0000-0000-0000-000000000002")),
            ]
            .into(),
            ..PeopleSettings::default()
        });
        CiIdentity::new(
            &ml,
            "models",
            &github("your--organization/models", &["main"]),
        );
    });
    assert_eq!(
        result.findings,
        [format!(
            "T0841: `object_id` is \"{SOMEBODY}\", the sample's"
        )]
    );
}

#[test]
fn eligible_people_activate_their_rights_when_they_need_them() {
    let mut admins = team(TEAM);
    admins.eligible_days = Some(180.into());
    let result = admitting(&PeopleSettings {
        platform_admins: [("admins".to_owned(), admins)].into(),
        ..PeopleSettings::default()
    });
    assert_eq!(granted(&result), BTreeSet::new());
    let eligible = &all(&result, "azurerm_pim_eligible_role_assignment");
    let grant = &eligible["platform_admins_contributor"];
    assert_eq!(
        grant["schedule"],
        json!({"expiration": {"duration_days": 180}})
    );
}

#[test]
fn people_get_further_roles_of_their_own_or_of_azure() {
    let mut vision = team(TEAM);
    vision.roles = vec![
        "submitter".into(),
        "Cognitive Services User".into(),
        "Cognitive Service User".into(),
    ];
    let result = build(Stage::Dev, |stack| {
        let group = group(stack);
        let ml = workspace(&group, WorkspaceIdentity::System);
        let role = RoleSettings {
            actions: vec!["Microsoft.MachineLearningServices/workspaces/jobs/*".into()],
            ..RoleSettings::default()
        };
        CustomRole::new(&group, "submitter", &role);
        ml.admit(&PeopleSettings {
            readers: [("vision".to_owned(), vision)].into(),
            ..PeopleSettings::default()
        });
    });
    assert_eq!(
        result.findings,
        ["T0843: `roles` has \"Cognitive Service User\", which is no role"]
    );
    let expected = [
        "platform_vision_cognitive_services_user",
        "platform_vision_reader",
        "platform_vision_submitter",
    ];
    assert_eq!(granted(&result), expected.map(str::to_owned).into());
    let grant = &all(&result, "azurerm_role_assignment")["platform_vision_submitter"];
    assert_eq!(
        grant["role_definition_id"],
        "${azurerm_role_definition.platform_submitter.role_definition_resource_id}"
    );
    assert_eq!(
        all(&result, "azurerm_role_definition")["platform_submitter"],
        json!({
            "name": "test-platform-submitter",
            "scope": "${azurerm_resource_group.platform.id}",
            "permissions": [{"actions": ["Microsoft.MachineLearningServices/workspaces/jobs/*"]}],
        })
    );
}

#[test]
fn a_role_with_what_is_no_operation_or_with_none_is_reported() {
    let findings = |role: RoleSettings| {
        build(Stage::Dev, |stack| {
            CustomRole::new(&group(stack), "submitter", &role);
        })
        .findings
    };
    assert_eq!(
        findings(RoleSettings {
            actions: vec!["workspaces/jobs/write".into()],
            ..RoleSettings::default()
        }),
        ["T0844: `actions` has \"workspaces/jobs/write\", which is no operation of Azure"]
    );
    assert_eq!(
        findings(RoleSettings::default()),
        ["T0844: the role `submitter` allows nothing"]
    );
}

#[test]
fn a_role_of_ones_own_is_not_called_as_one_of_azure() {
    let findings = |name: &str| {
        let role = RoleSettings {
            actions: vec!["*/read".into()],
            ..RoleSettings::default()
        };
        build(Stage::Dev, |stack| {
            CustomRole::new(&group(stack), name, &role);
        })
        .findings
    };
    assert_eq!(
        findings("reader"),
        ["T0894: the role `reader` is called as one that Azure has"]
    );
    assert_eq!(findings("readers_of_jobs"), [""; 0]);
}

#[test]
fn the_owner_of_a_sandbox_works_and_operates_in_it() {
    let result = build(Stage::Dev, |stack| {
        let owner = Principal::person_or_group("owner", TEAM);
        workspace(&group(stack), WorkspaceIdentity::System).admit_owner(Some(&owner));
    });
    assert_eq!(result.findings, [""; 0]);
    let grants = all(&result, "azurerm_role_assignment");
    assert_eq!(grants.len(), 8);
    // Azure knows whether the id is a person's or a group's, and refuses a wrong answer.
    assert!(
        grants
            .values()
            .all(|grant| grant.get("principal_type").is_none())
    );
}

#[test]
fn what_is_shared_is_granted_by_who_makes_it() {
    let result = build(Stage::Dev, |stack| {
        let group = group(stack);
        let uses = Uses {
            network: &Network::new(&group, "network", &NetworkSettings::default()),
            storage: &Storage::new(&group, "data", &StorageSettings::default()),
            vault: &KeyVault::new(&group, "vault", &VaultSettings::default()),
            insights: &AppInsights::new(
                &group,
                "insights",
                &Logs::from_id(&group, "logs", LOGS.to_owned()),
                &InsightsSettings::default(),
            ),
            registry: &ContainerRegistry::from_id(&group, "images", REGISTRY.to_owned()),
        };
        let ml = MlWorkspace::new(&group, "ml", uses, &WorkspaceSettings::default());
        ml.admit_owner(Some(&Principal::user("owner", TEAM)));
    });
    assert!(!granted(&result).contains("platform_images_owner_acrpull"));
    assert!(!granted(&result).contains("platform_logs_owner_log_analytics_reader"));
    // The workspace's own identity is nobody else's.
    assert!(granted(&result).contains("platform_images_ml_identity_contributor"));
}

fn github(repository: &str, branches: &[&str]) -> CiSettings {
    CiSettings::Github {
        repository: repository.into(),
        environments: Vec::new(),
        branches: branches.iter().map(|it| Sourced::from(*it)).collect(),
        tags: Vec::new(),
        pull_requests: false.into(),
        deploys: Deploys::Models.into(),
        promotes: false.into(),
    }
}

fn deployed_by(stage: Stage, settings: &CiSettings) -> Result {
    build(stage, |stack| {
        let ml = workspace(&group(stack), WorkspaceIdentity::System);
        CiIdentity::new(&ml, "models", settings);
    })
}

#[test]
fn a_pipeline_on_github_needs_no_secret_and_may_deploy_models_alone() {
    let result = deployed_by(Stage::Dev, &github("example/models", &["main"]));
    assert_eq!(result.findings, [""; 0]);
    let credential = &all(&result, "azurerm_federated_identity_credential");
    assert_eq!(
        credential["platform_ml_ci_models_branch_main"],
        json!({
            "audience": ["api://AzureADTokenExchange"],
            "issuer": "https://token.actions.githubusercontent.com",
            "name": "branch-main",
            "subject": "repo:example/models:ref:refs/heads/main",
            "user_assigned_identity_id": "${azurerm_user_assigned_identity.platform_ml_ci_models.id}",
        })
    );
    let expected = [
        "platform_data_ml_ci_models_storage_blob_data_contributor",
        "platform_ml_ci_models_azureml_data_scientist",
    ];
    assert_eq!(granted(&result), expected.map(str::to_owned).into());
}

#[test]
fn a_pipeline_of_azure_devops_is_known_by_its_service_connection() {
    let result = deployed_by(
        Stage::Dev,
        &CiSettings::AzureDevops {
            organization: "example".into(),
            organization_id: TEAM.into(),
            project: "ml".into(),
            service_connection: "deploy".into(),
            deploys: Deploys::Nothing.into(),
            promotes: false.into(),
        },
    );
    let credentials = all(&result, "azurerm_federated_identity_credential");
    let credential = &credentials["platform_ml_ci_models_service_connection"];
    assert_eq!(credential["subject"], "sc://example/ml/deploy");
    assert_eq!(
        credential["issuer"],
        format!("https://vstoken.dev.azure.com/{TEAM}")
    );
    assert_eq!(
        granted(&result),
        ["platform_ml_ci_models_reader".to_owned()].into()
    );
}

#[test]
fn a_pipeline_that_applies_the_platform_grants_no_role_that_grants() {
    let result = deployed_by(
        Stage::Dev,
        &CiSettings::Other {
            issuer: "https://gitlab.example.org".into(),
            subject: "project_path:ml/platform:ref_type:branch:ref:main".into(),
            deploys: Deploys::Platform.into(),
            promotes: false.into(),
        },
    );
    let grants = all(&result, "azurerm_role_assignment");
    let access = &grants["platform_ml_ci_models_role_based_access_control_administrator"];
    let condition = access["condition"].as_str().unwrap();
    for role in [
        Role::OWNER,
        Role::USER_ACCESS_ADMINISTRATOR,
        Role::ROLE_BASED_ACCESS_CONTROL_ADMINISTRATOR,
    ] {
        assert_eq!(condition.matches(role.guid).count(), 2, "{}", role.name);
    }
}

#[test]
fn a_pipeline_that_nothing_can_act_as_is_reported() {
    assert_eq!(
        deployed_by(Stage::Dev, &github("example/models", &["release/*"])).findings,
        ["T0845: `branches` has \"release/*\", a pattern"]
    );
    assert_eq!(
        deployed_by(Stage::Dev, &github("example/models", &[])).findings,
        ["T0845: nothing of the repository may act as `models`"]
    );
}

#[test]
fn pull_requests_that_deploy_are_a_warning_but_in_development() {
    let settings = CiSettings::Github {
        repository: "example/models".into(),
        environments: Vec::new(),
        branches: Vec::new(),
        tags: Vec::new(),
        pull_requests: true.into(),
        deploys: Deploys::Models.into(),
        promotes: false.into(),
    };
    assert_eq!(
        deployed_by(Stage::Prod, &settings).findings,
        ["T0846: every pull request can deploy as `models`, before anybody has reviewed it"]
    );
    assert_eq!(deployed_by(Stage::Dev, &settings).findings, [""; 0]);
}
