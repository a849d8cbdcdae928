//! Costs, alerts, logs, policies, tags, and what protects.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::budget::BudgetScope;
use terrace_azureml::diagnostics::LogCategories;
use terrace_azureml::policy::PolicyEffect;
use terrace_azureml::{
    Alert, Alerts, AlertsSettings, Budget, BudgetSettings, Dashboard, DashboardSettings, Destroy,
    Diagnostics, DiagnosticsSettings, ExemptionSettings, Frame, KeyVault, NamingSettings, Policies,
    PolicySettings, Project, ResourceGroup, Storage, StorageSettings, VaultSettings,
};
use terrace_azurerm::{LogAnalyticsWorkspace, StorageAccount};
use terrace_core::{App, InScope as _, IsResource as _, Lifecycle, Resource, Stack, Stage};
use terrace_ir::{Id, Sourced, render};

const LOGS: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central";
const ENDPOINT: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2025-12-01";

struct Built {
    module: Json,
    findings: Vec<String>,
}

impl Built {
    /// The resources of a type, by name.
    fn all(&self, type_name: &str) -> BTreeMap<String, Json> {
        match &self.module["resource"][type_name] {
            Json::Object(all) => all.clone().into_iter().collect(),
            _ => BTreeMap::new(),
        }
    }

    fn names(&self, type_name: &str) -> Vec<String> {
        self.all(type_name).into_keys().collect()
    }

    #[track_caller]
    fn only(&self, type_name: &str) -> Json {
        let mut all = self.all(type_name);
        assert_eq!(all.len(), 1, "{:#}", self.module);
        all.pop_first().map(|(_, one)| one).unwrap_or_default()
    }
}

fn project() -> Project {
    Project {
        organization: "example".into(),
        naming: NamingSettings::default(),
    }
}

fn tags() -> BTreeMap<String, Sourced<String>> {
    BTreeMap::from([
        ("cost-center".to_owned(), "ml".into()),
        ("owner".to_owned(), "team@example.org".into()),
    ])
}

/// A stack with a group; `frame` changes what is around it.
fn build_with(
    stage: Stage,
    frame: impl FnOnce(Frame<'_>) -> Frame<'_>,
    inside: impl FnOnce(&Stack, &ResourceGroup),
) -> Built {
    let app = App::new();
    let stack = app.stack("test", stage);
    let (project, location) = (project(), "westeurope".into());
    frame(Frame::new(&project, &location)).build(&stack, || {
        let group = ResourceGroup::new(&stack, "platform", &location);
        inside(&stack, &group);
    });
    let mut frozen = app.freeze();
    frozen
        .diagnostics
        .extend(terrace_schema::check(&frozen.modules));
    let text = render::module(&frozen.modules[0], None);
    Built {
        module: serde_json::from_str(&text).expect("the output is JSON"),
        findings: frozen
            .diagnostics
            .iter()
            .map(|finding| format!("{}: {}", finding.code.id, finding.summary))
            .collect(),
    }
}

fn build(inside: impl FnOnce(&ResourceGroup)) -> Built {
    build_with(
        Stage::Dev,
        |frame| frame.tags(&tags()),
        |_, group| inside(group),
    )
}

fn logs() -> Id<LogAnalyticsWorkspace> {
    Id::parse(LOGS)
}

fn nobody(group: &ResourceGroup) -> Alerts {
    Alerts::new(group, "alerts", &logs(), &AlertsSettings::default())
}

fn team() -> AlertsSettings {
    AlertsSettings {
        emails: vec!["team@example.org".into()],
        ..AlertsSettings::default()
    }
}

fn budget(amount: f64) -> BudgetSettings {
    BudgetSettings {
        emails: vec!["team@example.org".into()],
        ..BudgetSettings::of(amount)
    }
}

fn endpoint(group: &ResourceGroup) {
    Resource::untyped(group, "azapi_resource", "scoring")
        .set("type", ENDPOINT)
        .set("name", "scoring");
}

fn storage(group: &ResourceGroup) -> Storage {
    Storage::new(group, "data", &StorageSettings::default())
}

#[test]
fn a_budget_begins_in_the_month_of_its_first_plan_and_stays_there() {
    let built = build(|group| {
        Budget::new(group, "budget", Some(&budget(500.0)), &nobody(group));
    });
    assert_eq!(built.findings, [""; 0]);
    let budget = built.only("azurerm_consumption_budget_resource_group");
    assert_eq!(
        budget["time_period"]["start_date"],
        "${formatdate(\"YYYY-MM-01'T'00:00:00Z\", plantimestamp())}"
    );
    assert_eq!(
        budget["lifecycle"]["ignore_changes"],
        json!(["time_period[0].start_date"])
    );
}

#[test]
fn a_budget_tells_people_and_the_action_group() {
    let built = build(|group| {
        let alerts = Alerts::new(group, "alerts", &logs(), &team());
        let settings = BudgetSettings {
            actual: vec![50.into()],
            forecast: vec![120.into()],
            ..budget(500.0)
        };
        Budget::new(group, "budget", Some(&settings), &alerts);
    });
    let budget = built.only("azurerm_consumption_budget_resource_group");
    let told = |threshold: u32, threshold_type: &str| {
        json!({
            "contact_emails": ["team@example.org"],
            "contact_groups": ["${azurerm_monitor_action_group.platform_alerts.id}"],
            "operator": "GreaterThanOrEqualTo",
            "threshold": threshold,
            "threshold_type": threshold_type,
        })
    };
    assert_eq!(
        budget["notification"],
        json!([told(50, "Actual"), told(120, "Forecasted")])
    );
}

#[test]
fn a_budget_that_tells_nobody_is_an_error() {
    let built = build(|group| {
        Budget::new(
            group,
            "budget",
            Some(&BudgetSettings::of(500.0)),
            &nobody(group),
        );
    });
    assert_eq!(built.findings, ["T0851: the budget tells nobody"]);
}

#[test]
fn a_budget_with_more_thresholds_than_azure_takes_is_an_error() {
    let built = build(|group| {
        let settings = BudgetSettings {
            actual: vec![10.into(), 20.into(), 30.into(), 40.into()],
            forecast: vec![100.into(), 120.into()],
            ..budget(500.0)
        };
        Budget::new(group, "budget", Some(&settings), &nobody(group));
    });
    assert_eq!(
        built.findings,
        ["T0805: `actual` and `forecast` have 6 thresholds together, but must have 1 to 5"]
    );
}

#[test]
fn a_budget_of_the_subscription_counts_all_of_it_and_its_anomalies() {
    let built = build(|group| {
        let settings = BudgetSettings {
            scope: BudgetScope::Subscription.into(),
            anomaly_alert: true.into(),
            ..budget(500.0)
        };
        Budget::new(group, "budget", Some(&settings), &nobody(group));
    });
    assert_eq!(built.findings, [""; 0]);
    let subscription = "/subscriptions/${data.azurerm_client_config.current.subscription_id}";
    let budget = built.only("azurerm_consumption_budget_subscription");
    assert_eq!(budget["subscription_id"], subscription);
    let anomalies = built.only("azurerm_cost_anomaly_alert");
    assert_eq!(anomalies["subscription_id"], subscription);
    assert_eq!(anomalies["email_addresses"], json!(["team@example.org"]));
}

#[test]
fn production_without_budget_alerts_or_owner_is_warned_of() {
    let built = build_with(
        Stage::Prod,
        |frame| frame,
        |_, group| {
            Budget::new(group, "budget", None, &nobody(group));
        },
    );
    let ours: Vec<&String> = built
        .findings
        .iter()
        .filter(|finding| finding.starts_with("T085"))
        .collect();
    assert_eq!(
        ours,
        [
            "T0852: `test` has no tag `owner`",
            "T0852: `test` has no tag `cost-center`",
            "T0851: nobody is told when something in `test` breaks",
            "T0854: `test` has no budget",
        ]
    );
}

#[test]
fn development_may_do_without_budget_and_alerts() {
    let built = build(|group| {
        Budget::new(group, "budget", None, &nobody(group));
    });
    assert_eq!(built.findings, [""; 0]);
    assert_eq!(built.names("azurerm_monitor_action_group"), [""; 0]);
}

#[test]
fn everything_that_is_there_is_watched() {
    let built = build(|group| {
        KeyVault::new(group, "vault", &VaultSettings::default());
        storage(group);
        endpoint(group);
        Alerts::new(group, "alerts", &logs(), &team());
    });
    assert_eq!(
        built.names("azurerm_monitor_metric_alert"),
        [
            "platform_alerts_key_vault_vault_availability",
            "platform_alerts_key_vault_vault_serviceapiresult",
            "platform_alerts_online_endpoints_scoring_requestlatency_p95",
            "platform_alerts_online_endpoints_scoring_requestsperminute",
            "platform_alerts_storage_account_data_availability",
        ]
    );
    assert_eq!(
        built.names("azurerm_monitor_activity_log_alert"),
        [
            "platform_alerts_key_vault_deleted",
            "platform_alerts_service_health",
            "platform_alerts_storage_account_deleted",
        ]
    );
}

#[test]
fn what_is_off_is_not_watched() {
    let built = build(|group| {
        KeyVault::new(group, "vault", &VaultSettings::default());
        let settings = AlertsSettings {
            off: [Alert::Availability, Alert::Deletion, Alert::Health]
                .map(Into::into)
                .to_vec(),
            denied_requests: 3.into(),
            ..team()
        };
        Alerts::new(group, "alerts", &logs(), &settings);
    });
    assert_eq!(built.names("azurerm_monitor_activity_log_alert"), [""; 0]);
    let denied = built.only("azurerm_monitor_metric_alert");
    assert_eq!(denied["criteria"][0]["threshold"], 3);
    assert_eq!(
        denied["criteria"][0]["dimension"][0]["values"],
        json!(["403"])
    );
}

#[test]
fn the_address_of_a_webhook_stands_nowhere() {
    let built = build(|group| {
        let settings = AlertsSettings {
            webhooks: vec!["incidents".into()],
            ..AlertsSettings::default()
        };
        Alerts::new(group, "alerts", &logs(), &settings);
    });
    assert_eq!(built.findings, [""; 0]);
    let told = built.only("azurerm_monitor_action_group");
    assert_eq!(
        told["webhook_receiver"][0]["service_uri"],
        "${var.alert_webhook_incidents}"
    );
    let variable = &built.module["variable"]["alert_webhook_incidents"];
    assert_eq!(variable["sensitive"], true);
}

#[test]
fn the_dashboard_is_of_the_form_that_the_provider_reads() {
    let built = build(|group| {
        endpoint(group);
        Dashboard::new(group, "dashboard", &DashboardSettings::default());
    });
    let dashboard = built.only("azurerm_portal_dashboard");
    let properties = dashboard["dashboard_properties"]
        .as_str()
        .unwrap_or_default();
    assert!(
        properties.starts_with("${jsonencode({ lenses = { \"0\" = {"),
        "{properties}"
    );
    assert!(
        properties.contains("azapi_resource.platform_scoring.id"),
        "{properties}"
    );
}

#[test]
fn row_20_a_diagnostic_setting_names_a_group_of_categories_and_no_destination_type() {
    let built = build(|group| {
        KeyVault::new(group, "vault", &VaultSettings::default());
        Diagnostics::new(
            group,
            "diagnostics",
            &logs(),
            &DiagnosticsSettings::default(),
        );
    });
    assert_eq!(built.findings, [""; 0]);
    assert_eq!(
        built.only("azurerm_monitor_diagnostic_setting"),
        json!({
            "name": "diag-diagnostics",
            "target_resource_id": "${azurerm_key_vault.platform_vault.id}",
            "log_analytics_workspace_id": LOGS,
            "enabled_log": [{"category_group": "allLogs"}],
        })
    );
}

#[test]
fn a_storage_account_logs_by_its_services() {
    let built = build(|group| {
        storage(group);
        Diagnostics::new(
            group,
            "diagnostics",
            &logs(),
            &DiagnosticsSettings::default(),
        );
    });
    let targets: Vec<Json> = built
        .all("azurerm_monitor_diagnostic_setting")
        .into_values()
        .map(|setting| setting["target_resource_id"].clone())
        .collect();
    let account = "${azurerm_storage_account.platform_data.id}";
    assert_eq!(
        targets,
        [
            format!("{account}/blobServices/default"),
            format!("{account}/fileServices/default"),
            format!("{account}/queueServices/default"),
            format!("{account}/tableServices/default"),
        ]
    );
}

#[test]
fn a_storage_account_of_one_service_has_no_setting_for_the_others() {
    let built = build(|group| {
        let data = storage(group);
        data.customize(|account: &mut StorageAccount| {
            account.resource().set("account_kind", "BlockBlobStorage");
        });
        Diagnostics::new(
            group,
            "diagnostics",
            &logs(),
            &DiagnosticsSettings::default(),
        );
    });
    assert_eq!(
        built.names("azurerm_monitor_diagnostic_setting"),
        ["platform_diagnostics_storage_account_data_blob"]
    );
}

#[test]
fn an_audit_asks_only_for_what_tells_it_apart() {
    let built = build(|group| {
        KeyVault::new(group, "vault", &VaultSettings::default());
        endpoint(group);
        let settings = DiagnosticsSettings {
            categories: LogCategories::Audit.into(),
            ..DiagnosticsSettings::default()
        };
        Diagnostics::new(group, "diagnostics", &logs(), &settings);
    });
    let setting = built.only("azurerm_monitor_diagnostic_setting");
    assert_eq!(setting["enabled_log"], json!([{"category_group": "audit"}]));
}

#[test]
fn endpoints_made_by_azapi_send_their_logs_too() {
    let built = build(|group| {
        endpoint(group);
        Diagnostics::new(
            group,
            "diagnostics",
            &logs(),
            &DiagnosticsSettings::default(),
        );
    });
    let setting = built.only("azurerm_monitor_diagnostic_setting");
    assert_eq!(
        setting["target_resource_id"],
        "${azapi_resource.platform_scoring.id}"
    );
}

#[test]
fn what_holds_data_is_protected_and_what_others_depend_on_is_locked() {
    let built = build_with(
        Stage::Dev,
        |frame| frame.protect(&true.into()),
        |_, group| {
            storage(group);
            KeyVault::new(group, "vault", &VaultSettings::default());
        },
    );
    assert_eq!(built.findings, [""; 0]);
    for held in ["azurerm_storage_account", "azurerm_key_vault"] {
        assert_eq!(built.only(held)["lifecycle"]["prevent_destroy"], true);
    }
    let locks = built.all("azurerm_management_lock");
    let locked: Vec<(&Json, &Json)> = locks
        .values()
        .map(|lock| (&lock["lock_level"], &lock["scope"]))
        .collect();
    assert_eq!(
        locked,
        [
            (
                &json!("CanNotDelete"),
                &json!("${azurerm_key_vault.platform_vault.id}")
            ),
            (
                &json!("CanNotDelete"),
                &json!("${azurerm_storage_account.platform_data.id}")
            ),
        ]
    );
}

#[test]
fn what_others_have_roles_on_is_protected_without_a_lock_that_would_keep_the_roles() {
    let built = build_with(
        Stage::Dev,
        |frame| frame.protect(&true.into()).lends(true),
        |_, group| {
            storage(group);
        },
    );
    let account = built.only("azurerm_storage_account");
    assert_eq!(account["lifecycle"]["prevent_destroy"], true);
    assert_eq!(built.names("azurerm_management_lock"), [""; 0]);
}

#[test]
fn the_group_is_neither_protected_nor_locked() {
    let built = build_with(Stage::Dev, |frame| frame.protect(&true.into()), |_, _| {});
    assert_eq!(
        built.only("azurerm_resource_group")["lifecycle"],
        Json::Null
    );
    assert_eq!(built.names("azurerm_management_lock"), [""; 0]);
}

#[test]
fn protection_keeps_what_a_lifecycle_says_already() {
    let built = build_with(
        Stage::Dev,
        |frame| frame.protect(&true.into()),
        |_, group| {
            storage(group).customize(|account: &mut StorageAccount| {
                account.set_lifecycle(Lifecycle {
                    prevent_destroy: Some(false),
                    ignore_changes: vec!["access_tier".to_owned()],
                    ..Lifecycle::default()
                });
            });
        },
    );
    assert_eq!(
        built.only("azurerm_storage_account")["lifecycle"],
        json!({"ignore_changes": ["access_tier"], "prevent_destroy": false})
    );
}

#[test]
fn row_33_tags_that_a_policy_sets_are_left_alone() {
    let ignored: [Sourced<String>; 2] = ["created-by".into(), "made by".into()];
    let built = build_with(
        Stage::Dev,
        |frame| frame.ignore_tags(&ignored),
        |_, group| {
            storage(group);
        },
    );
    assert_eq!(built.findings, [""; 0]);
    assert_eq!(
        built.only("azurerm_storage_account")["lifecycle"]["ignore_changes"],
        json!(["tags.created-by", "tags[\"made by\"]"])
    );
}

#[test]
fn row_21_what_smart_detection_leaves_does_not_keep_a_group_from_being_destroyed() {
    let destroy = Destroy {
        groups_with_contents: true.into(),
        ..Destroy::default()
    };
    let built = build_with(Stage::Dev, |frame| frame.destroy(&destroy), |_, _| {});
    let features = &built.module["provider"]["azurerm"][0]["features"];
    assert_eq!(
        features["resource_group"],
        json!({"prevent_deletion_if_contains_resources": false})
    );
    assert_eq!(features["application_insights"], Json::Null);
}

#[test]
fn row_11_a_destroyed_workspace_gives_its_name_back_where_that_is_asked_for() {
    let destroy = Destroy {
        purge_workspaces: true.into(),
        ..Destroy::default()
    };
    let built = build_with(Stage::Dev, |frame| frame.destroy(&destroy), |_, _| {});
    assert_eq!(
        built.module["provider"]["azurerm"][0]["features"]["machine_learning"],
        json!({"purge_soft_deleted_workspace_on_destroy": true})
    );
}

#[test]
fn row_22_destroyed_logs_give_their_name_back_where_that_is_asked_for() {
    let destroy = Destroy {
        purge_logs: true.into(),
        ..Destroy::default()
    };
    let built = build_with(Stage::Dev, |frame| frame.destroy(&destroy), |_, _| {});
    assert_eq!(
        built.module["provider"]["azurerm"][0]["features"]["log_analytics_workspace"],
        json!({"permanently_delete_on_destroy": true})
    );
}

fn policies(name: &str, settings: PolicySettings) -> Built {
    build(|group| {
        Policies::new(
            group,
            "policies",
            &BTreeMap::from([(name.into(), settings)]),
        );
    })
}

#[test]
fn a_built_in_policy_is_assigned_by_its_name() {
    let built = policies(
        "compute-idle-shutdown",
        PolicySettings {
            effect: Some(PolicyEffect::Deny.into()),
            ..PolicySettings::default()
        },
    );
    assert_eq!(built.findings, [""; 0]);
    let assignment = built.only("azurerm_resource_group_policy_assignment");
    assert_eq!(
        assignment["policy_definition_id"],
        "/providers/Microsoft.Authorization/policyDefinitions/679ddf89-ab8f-48a5-9029-e76054077449"
    );
    assert_eq!(
        assignment["parameters"],
        "${jsonencode({ effect = { value = \"Deny\" } })}"
    );
}

#[test]
fn a_policy_that_changes_something_has_an_identity_with_a_role() {
    let built = policies(
        "inherit-tag",
        PolicySettings {
            parameters: BTreeMap::from([("tagName".into(), json!("owner").into())]),
            ..PolicySettings::default()
        },
    );
    assert_eq!(built.findings, [""; 0]);
    let assignment = built.only("azurerm_resource_group_policy_assignment");
    assert_eq!(assignment["identity"], json!({"type": "SystemAssigned"}));
    assert_eq!(assignment["location"], "westeurope");
    let grant = built.only("azurerm_role_assignment");
    assert_eq!(
        grant["principal_id"],
        "${azurerm_resource_group_policy_assignment.platform_policies_inherit-tag.identity[0].principal_id}"
    );
}

#[test]
fn what_a_policy_does_not_have_is_reported_where_it_was_said() {
    let wrong = PolicySettings {
        effect: Some(PolicyEffect::Deny.into()),
        parameters: BTreeMap::from([("tagname".into(), json!("owner").into())]),
        ..PolicySettings::default()
    };
    assert_eq!(
        policies("require-tag", wrong).findings,
        [
            "T0853: the policy `require-tag` has no effect \"Deny\"",
            "T0853: the policy `require-tag` has no parameter `tagname`",
            "T0853: the policy `require-tag` needs the parameter `tagName`",
        ]
    );
    assert_eq!(
        policies("compute-idle", PolicySettings::default()).findings,
        ["T0853: `compute-idle` is no built-in policy that is known here"]
    );
}

#[test]
fn a_policy_of_ones_own_is_named_by_its_definition() {
    let own = "/providers/Microsoft.Management/managementGroups/contoso/providers/Microsoft.Authorization/policyDefinitions/no-public";
    let built = policies(
        "no-public",
        PolicySettings {
            definition: Some(own.into()),
            roles: vec!["Contributor".into()],
            ..PolicySettings::default()
        },
    );
    assert_eq!(built.findings, [""; 0]);
    let assignment = built.only("azurerm_resource_group_policy_assignment");
    assert_eq!(assignment["policy_definition_id"], own);
    assert_eq!(built.names("azurerm_role_assignment").len(), 1);
}

#[test]
fn an_exemption_has_a_reason_and_an_end() {
    let built = build(|group| {
        let settings = ExemptionSettings {
            assignment: "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/policyAssignments/private-link".into(),
            reason: "the hub is not ready".into(),
            expires: "2027-01-31".parse().map(|day: terrace_ir::Date| day.into()).expect("a day"),
            category: Sourced::default(),
        };
        Policies::new(group, "policies", &BTreeMap::new())
            .exempt(group, &BTreeMap::from([("hub".into(), settings)]));
    });
    assert_eq!(built.findings, [""; 0]);
    let exemption = built.only("azurerm_resource_group_policy_exemption");
    assert_eq!(exemption["expires_on"], "2027-01-31T00:00:00Z");
    assert_eq!(exemption["exemption_category"], "Waiver");
    assert_eq!(exemption["description"], "the hub is not ready");
}
