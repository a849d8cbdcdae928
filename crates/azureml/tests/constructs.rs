//! What the constructs declare, and what they report.

mod common;

use std::collections::BTreeMap;

use common::{Result, build, build_with, group, managed, platform, project};
use pretty_assertions::assert_eq;
use serde_json::json;
use terrace_azureml::network::Outbound;
use terrace_azureml::registry::RegistrySku;
use terrace_azureml::storage::Replication;
use terrace_azureml::workspace::WorkspaceIdentity;
use terrace_azureml::{
    AppInsights, AzureState, ContainerRegistry, Frame, InsightsSettings, IsolatedSettings,
    KeyVault, Logs, LogsSettings, Network, NetworkSettings, RegistrySettings, ResourceGroup,
    StateSettings, Storage, StorageSettings, VaultSettings, WorkspaceSettings,
};
use terrace_core::{App, Stage};
use terrace_ir::{Origin, Sourced, render};

#[test]
fn storage_is_closed_and_encrypted_unless_a_setting_says_otherwise() {
    let result = build(|stack| {
        Storage::new(&group(stack), "data", &StorageSettings::default());
    });
    assert_eq!(result.findings, Vec::<String>::new());
    let account = result.resource("azurerm_storage_account", "platform_data");
    for (argument, expected) in [
        ("shared_access_key_enabled", json!(false)),
        ("local_user_enabled", json!(false)),
        ("public_network_access_enabled", json!(false)),
        ("infrastructure_encryption_enabled", json!(true)),
        ("default_to_oauth_authentication", json!(true)),
        (
            "network_rules",
            json!({"default_action": "Deny", "bypass": ["AzureServices"]}),
        ),
        ("tags", json!({"environment": "test", "owner": "team"})),
    ] {
        assert_eq!(account[argument], expected, "{argument}");
    }
}

#[test]
fn the_default_storage_declares_the_cors_rules_that_the_studio_writes() {
    let result = build(|stack| {
        Storage::new(&group(stack), "data", &StorageSettings::default());
    });
    let account = result.resource("azurerm_storage_account", "platform_data");
    let origins = &account["blob_properties"]["cors_rule"][0]["allowed_origins"];
    assert!(
        origins
            .as_array()
            .unwrap()
            .contains(&json!("https://ml.azure.com"))
    );
}

#[test]
fn a_replication_that_the_region_does_not_have_is_reported_at_its_place() {
    let origin = Origin::File { start: 3, end: 7 };
    let settings = StorageSettings {
        replication: Sourced::new(Replication::Zrs, origin),
        ..StorageSettings::default()
    };
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let group = ResourceGroup::new(&stack, "platform", &"northcentralus".into());
    Storage::new(&group, "data", &settings);
    let findings = app.freeze().diagnostics;
    assert_eq!(
        findings[0].summary,
        "`replication` is \"ZRS\", which the region \"northcentralus\" does not have"
    );
    assert!(matches!(findings[0].origin, Origin::File { start: 3, .. }));
}

#[test]
fn a_region_that_may_lack_the_service_is_a_warning() {
    let result = build(|stack| {
        ResourceGroup::new(stack, "platform", &"belgiumcentral".into());
    });
    assert_eq!(
        result.findings,
        [
            "T0802: `location` is \"belgiumcentral\", which is not known to offer Azure Machine Learning"
        ]
    );
}

#[test]
fn row_12_a_vault_is_opened_by_roles_alone_and_never_says_that_purging_is_allowed() {
    let settings = VaultSettings {
        purge_protection: false.into(),
        ..VaultSettings::default()
    };
    let result = build(|stack| {
        KeyVault::new(&group(stack), "vault", &settings);
    });
    let vault = result.resource("azurerm_key_vault", "platform_vault");
    assert_eq!(vault["rbac_authorization_enabled"], true);
    assert!(vault.get("purge_protection_enabled").is_none());
    assert!(vault.get("access_policy").is_none());
}

#[test]
fn row_8_what_insights_gathers_is_in_the_logs_that_it_is_given() {
    let result = build(|stack| {
        let group = group(stack);
        let logs = Logs::new(&group, "logs", &LogsSettings::default());
        AppInsights::new(&group, "insights", &logs, &InsightsSettings::default());
    });
    assert_eq!(
        result.resource("azurerm_application_insights", "platform_insights")["workspace_id"],
        "${azurerm_log_analytics_workspace.platform_logs.id}"
    );
}

#[test]
fn what_needs_a_premium_registry_is_reported_for_a_basic_one() {
    let settings = RegistrySettings {
        sku: RegistrySku::Basic.into(),
        zone_redundancy: true.into(),
        ..RegistrySettings::default()
    };
    let result = build(|stack| {
        ContainerRegistry::new(&group(stack), "images", &settings);
    });
    assert_eq!(
        result.findings,
        [
            "T0805: a registry without public access needs `sku = \"premium\"`",
            "T0805: `zone_redundancy` needs `sku = \"premium\"`",
        ]
    );
}

#[test]
fn a_workspace_identity_gets_its_roles_before_the_workspace_is_made() {
    let result = platform(
        &managed(Outbound::Approved, false),
        &WorkspaceSettings {
            image_build_cluster: Some("cpu".into()),
            ..WorkspaceSettings::default()
        },
        &RegistrySettings::default(),
    );
    assert_eq!(result.findings, Vec::<String>::new());
    let workspace = result.resource("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(
        workspace["depends_on"],
        json!(["time_sleep.platform_ml_identity_roles_known"])
    );
    let wait = result.resource("time_sleep", "platform_ml_identity_roles_known");
    let grants = result.json["resource"]["azurerm_role_assignment"]
        .as_object()
        .unwrap();
    // All but those with which the studio sees endpoints, and the one on the workspace itself, which
    // needs the workspace first.
    let awaited = wait["triggers"].as_object().unwrap();
    let after = grants.keys().filter(|it| it.ends_with("_reader")).count() + 1;
    assert_eq!(awaited.len(), grants.len() - after);
    assert!(!awaited.contains_key("platform_ml_identity_contributor"));
    for grant in grants.values() {
        assert_eq!(grant["principal_type"], "ServicePrincipal");
    }
    // The managed network's endpoints are approved by the workspace's own identity.
    assert!(
        grants.contains_key("platform_ml_identity_azure_ai_enterprise_network_connection_approver")
    );
}

#[test]
fn a_system_assigned_identity_is_granted_nothing_since_azure_does() {
    let result = platform(
        &managed(Outbound::Internet, true),
        &WorkspaceSettings {
            identity: Some(WorkspaceIdentity::System.into()),
            ..WorkspaceSettings::default()
        },
        &RegistrySettings::default(),
    );
    assert!(
        result.json["resource"]
            .get("azurerm_role_assignment")
            .is_none()
    );
    assert!(result.json["resource"].get("time_sleep").is_none());
    assert!(
        result.json["terraform"]["required_providers"]
            .get("time")
            .is_none()
    );
}

#[test]
fn isolation_decides_what_is_reached_from_where() {
    let cases = [
        (
            NetworkSettings::Public {
                allowed_addresses: Vec::new(),
            },
            "Disabled",
            true,
            true,
        ),
        (
            managed(Outbound::Internet, true),
            "AllowInternetOutbound",
            true,
            false,
        ),
        (
            managed(Outbound::Approved, false),
            "AllowOnlyApprovedOutbound",
            false,
            false,
        ),
    ];
    for (network, mode, public, node_address) in cases {
        let workspace = WorkspaceSettings {
            image_build_cluster: Some("cpu".into()),
            ..WorkspaceSettings::default()
        };
        let result = platform(&network, &workspace, &RegistrySettings::default());
        let workspace = result.resource("azurerm_machine_learning_workspace", "platform_ml");
        assert_eq!(workspace["managed_network"]["isolation_mode"], mode);
        assert_eq!(workspace["public_network_access_enabled"], public, "{mode}");
        for (type_name, name) in [
            ("azurerm_storage_account", "platform_data"),
            ("azurerm_key_vault", "platform_vault"),
            ("azurerm_container_registry", "platform_images"),
        ] {
            let resource = result.resource(type_name, name);
            assert_eq!(
                resource["public_network_access_enabled"], public,
                "{mode} {name}"
            );
        }
        let cluster = result.resource(
            "azurerm_machine_learning_compute_cluster",
            "platform_ml_clusters_cpu",
        );
        assert_eq!(cluster["node_public_ip_enabled"], node_address, "{mode}");
    }
}

#[test]
fn addresses_that_network_rules_do_not_take_are_reported() {
    let findings = |address: &str| {
        let settings = NetworkSettings::Public {
            allowed_addresses: vec![address.into()],
        };
        let mut result = build(|stack| {
            Network::new(&group(stack), "network", &settings);
        });
        result.findings.pop().unwrap_or_default()
    };
    for fine in [
        "203.0.113.7",
        "203.0.113.0/24",
        "203.0.113.4/30",
        "0.0.0.0/0",
    ] {
        assert_eq!(findings(fine), "", "{fine}");
    }
    for (wrong, problem) in [
        ("300.1.1.1", "is no IPv4 address or range"),
        ("2001:db8::1", "is no IPv4 address"),
        ("203.0.113.7/24", "is not the first address of its range"),
        ("1.0.0.0/0", "is no network of yours"),
        ("0.0.0.0/1", "is no network of yours"),
        ("203.0.113.0/33", "is no range of IPv4 addresses"),
        ("203.0.113.7/32", "is a range that Azure does not take"),
        (
            "10.0.0.0/8",
            "is private, and Azure sees the public address that you come from",
        ),
    ] {
        assert_eq!(
            findings(wrong),
            format!("T0810: `allowed_addresses` has \"{wrong}\", which {problem}")
        );
    }
}

#[test]
fn addresses_that_let_nobody_in_are_a_warning() {
    let settings = NetworkSettings::Managed(IsolatedSettings {
        allowed_addresses: vec!["203.0.113.7".into()],
        ..IsolatedSettings::default()
    });
    let result = build(|stack| {
        Network::new(&group(stack), "network", &settings);
    });
    assert_eq!(
        result.findings,
        [
            "T0805: `allowed_addresses` lets nobody in: storage, vault and registry have no public access"
        ]
    );
}

#[test]
fn a_tag_that_azure_refuses_is_reported_once_and_put_on_nothing() {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let location: Sourced<String> = "westeurope".into();
    let tags = BTreeMap::from([
        ("cost<center".to_owned(), "ml".into()),
        ("note".to_owned(), "x".repeat(257).into()),
    ]);
    Frame::new(&project("example"), &location)
        .tags(&tags)
        .build(&stack, || {
            Storage::new(&group(&stack), "data", &StorageSettings::default());
        });
    let frozen = app.freeze();
    let findings: Vec<&str> = frozen.diagnostics.iter().map(|it| &*it.summary).collect();
    assert_eq!(
        findings,
        [
            "the tag `cost<center` has `<` in its name",
            "the tag `note` has a value of 257 characters, but must have at most 256",
        ]
    );
    assert!(!render::module(&frozen.modules[0], None).contains("note"));
}

#[test]
fn where_the_state_is_and_which_subscription_are_looked_at() {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let (location, subscription) = ("westeurope".into(), "my subscription".into());
    let state = StateSettings::Azurerm(AzureState {
        resource_group: "rg-terraform".into(),
        storage_account: "St_State".into(),
        container: "tfstate".into(),
        key: Some("/test".into()),
        subscription_id: None,
    });
    Frame::new(&project("example"), &location)
        .subscription_id(Some(&subscription))
        .state(Some(&state))
        .build(&stack, || {});
    let frozen = app.freeze();
    let findings: Vec<&str> = frozen.diagnostics.iter().map(|it| &*it.summary).collect();
    assert_eq!(
        findings,
        [
            "`storage_account` is \"St_State\", but must not contain `S`",
            "`key` is \"/test\", which is no name of a blob",
            "`subscription_id` is \"my subscription\", which is no id of a subscription",
        ]
    );
}

#[test]
fn globally_unique_names_differ_between_organizations_and_not_between_runs() {
    let name = |organization: &str| {
        let result = build_with(&project(organization), Stage::Dev, |stack| {
            Storage::new(&group(stack), "data", &StorageSettings::default());
        });
        result.resource("azurerm_storage_account", "platform_data")["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(name("example"), name("example"));
    assert_ne!(name("example"), name("another"));
}

#[test]
fn a_template_names_a_type_as_the_organization_does() {
    let mut project = project("example");
    project.naming.workload = "ml".into();
    project.naming.templates.insert(
        "azurerm_resource_group".to_owned(),
        "{organization}-{workload}-{environment}-rg-{name}".into(),
    );
    let result = build_with(&project, Stage::Dev, |stack| {
        group(stack);
    });
    assert_eq!(
        result.resource("azurerm_resource_group", "platform")["name"],
        "example-ml-test-rg-platform"
    );
}

#[test]
fn a_template_with_an_unknown_part_is_reported() {
    let mut project = project("example");
    project
        .naming
        .templates
        .insert("azurerm_resource_group".to_owned(), "{team}-{path}".into());
    let result = build_with(&project, Stage::Dev, |stack| {
        group(stack);
    });
    assert!(
        result.findings[0].starts_with("T0808: "),
        "{:?}",
        result.findings
    );
    assert!(result.findings[0].contains("team"), "{:?}", result.findings);
}

#[test]
fn the_sample_organization_and_state_on_ones_own_disk_are_warnings() {
    let result = build_with(&project("contoso"), Stage::Prod, |_| {});
    assert_eq!(
        result.findings,
        [
            "T0852: `test` has no tag `cost-center`",
            "T0809: `organization` is still \"contoso\", the sample's",
            "T0807: the state of `test` is on your own disk",
        ]
    );
    assert_eq!(
        build_with(&project("example"), Stage::Dev, |_| {}).findings,
        Vec::<String>::new()
    );
}

#[test]
fn a_registry_is_written_as_it_is_read_back() {
    let network = NetworkSettings::Public {
        allowed_addresses: vec!["203.0.113.7".into(), "198.51.100.0/24".into()],
    };
    let settings = RegistrySettings {
        sku: RegistrySku::Premium.into(),
        replicas: vec!["northeurope".into(), "France Central".into()],
        ..RegistrySettings::default()
    };
    let result = build(|stack| {
        let group = group(stack);
        Network::new(&group, "network", &network);
        ContainerRegistry::new(&group, "images", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let registry = result.resource("azurerm_container_registry", "platform_images");
    let all = |block: &str, argument: &str| -> Vec<_> {
        let blocks = registry.pointer(block).and_then(|it| it.as_array());
        let each = blocks.into_iter().flatten();
        each.map(|it| it[argument].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        all("/network_rule_set/0/ip_rule", "ip_range"),
        ["203.0.113.7/32", "198.51.100.0/24"]
    );
    assert_eq!(
        all("/georeplications", "location"),
        ["France Central", "northeurope"]
    );
}

fn whole(network: &NetworkSettings) -> Result {
    let built = platform(
        network,
        &WorkspaceSettings::default(),
        &RegistrySettings::default(),
    );
    assert_eq!(built.findings, [""; 0]);
    built
}

#[test]
fn row_10_a_workspace_has_a_registry_from_the_start() {
    let result = whole(&managed(Outbound::Internet, true));
    let workspace = result.resource("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(
        workspace["container_registry_id"],
        "${azurerm_container_registry.platform_images.id}"
    );
}

#[test]
fn row_15_without_keys_storage_is_reached_by_logins_alone() {
    let result = whole(&managed(Outbound::Internet, true));
    assert_eq!(
        result.json["provider"]["azurerm"][0]["storage_use_azuread"],
        true
    );
    let workspace = result.resource("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(workspace["storage_account_access_type"], "Identity");
    let account = result.resource("azurerm_storage_account", "platform_data");
    assert_eq!(account["shared_access_key_enabled"], false);
}

#[test]
fn row_34_nothing_is_written_that_the_provider_has_no_more_or_not_for_long() {
    for network in [
        NetworkSettings::default(),
        managed(Outbound::Approved, true),
        NetworkSettings::OwnVnet(IsolatedSettings::default()),
    ] {
        // An unknown argument would be an error, a deprecated one a warning.
        let result = whole(&network);
        let pinned = &result.json["terraform"]["required_providers"]["azurerm"];
        assert_eq!(pinned["version"], terrace_azurerm::VERSION);
    }
}

#[test]
fn the_provider_registers_what_the_stack_uses_and_nothing_else() {
    let result = build(|stack| {
        KeyVault::new(&group(stack), "vault", &VaultSettings::default());
    });
    let provider = &result.json["provider"]["azurerm"][0];
    let registered = provider["resource_providers_to_register"]
        .as_array()
        .unwrap();
    assert!(registered.contains(&json!("Microsoft.KeyVault")));
    assert!(!registered.contains(&json!("Microsoft.MachineLearningServices")));
    assert_eq!(provider["resource_provider_registrations"], "none");
    assert!(provider["features"].is_object());
}
