//! What Terraform plans for stacks, by the assertions that users have for their own.

use pretty_assertions::assert_eq;
use terrace::compute::instance::{OnScheduleChange, ScriptSettings};
use terrace::compute::schedule::Action as ScheduleAction;
use terrace::compute::{ComputeIdentity, Schedule};
use terrace::ir::tf;
use terrace::testing::{Action, rehearse};
use terrace::{
    AiHub, AiHubSettings, AiProjectSettings, App, AppInsights, ClusterSettings, ContainerRegistry,
    FeatureStore, FeatureStoreSettings, Frame, InsightsSettings, InstanceDefaults,
    InstanceSettings, IsResource, KeyVault, KubernetesSettings, Lifecycle, Logs, LogsSettings,
    MlWorkspace, NamingSettings, Network, NetworkSettings, Project, RegistrySettings,
    ResourceGroup, Sourced, Stack, Stage, Storage, StorageSettings, Uses, VaultSettings,
    WorkspaceSettings,
};

/// A stack of its own in a region, with Azure's names as in an environment.
fn app(region: &str, inside: impl FnOnce(&Stack, &ResourceGroup)) -> App {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let project = Project {
        organization: "example".into(),
        naming: NamingSettings::default(),
    };
    let location: Sourced<String> = region.into();
    Frame::new(&project, &location).build(&stack, || {
        let group = ResourceGroup::new(&stack, "platform", &location);
        inside(&stack, &group);
    });
    app
}

fn lake(region: &str, settings: &StorageSettings) -> App {
    app(region, |_, group| {
        Storage::new(group, "data", settings);
    })
}

/// A workspace with all that it needs.
fn workspace(settings: &WorkspaceSettings) -> App {
    computing(settings, |_| {})
}

/// A workspace with what `inside` lets it compute on.
fn computing(settings: &WorkspaceSettings, inside: impl FnOnce(&MlWorkspace)) -> App {
    // A private registry would need a cluster that builds images.
    let open = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    app("westeurope", |_, group| {
        let logs = Logs::new(group, "logs", &LogsSettings::default());
        let uses = Uses {
            network: &Network::new(group, "network", &open),
            insights: &AppInsights::new(group, "insights", &logs, &InsightsSettings::default()),
            vault: &KeyVault::new(group, "vault", &VaultSettings::default()),
            storage: &Storage::new(group, "data", &StorageSettings::default()),
            registry: &ContainerRegistry::new(group, "images", &RegistrySettings::default()),
        };
        inside(&MlWorkspace::new(group, "ml", uses, settings));
    })
}

const ACCOUNT: &str = "azurerm_storage_account.platform_data";

#[test]
fn another_region_replaces_everything() {
    let settings = StorageSettings::default();
    let Some(plan) = rehearse(&lake("westeurope", &settings)) else {
        return;
    };
    plan.creates(ACCOUNT);
    plan.creates("azurerm_resource_group");
    let plan = plan.apply().plan(&lake("northeurope", &settings));
    plan.replaces(ACCOUNT).because("location");
    let replaced = plan.changes().iter();
    assert!(replaced.into_iter().all(|it| it.action == Action::Replace));
}

#[test]
fn what_stays_the_same_is_planned_as_nothing() {
    let app = || lake("westeurope", &StorageSettings::default());
    let Some(plan) = rehearse(&app()) else {
        return;
    };
    let plan = plan.apply().plan(&app());
    assert!(plan.is_empty(), "{plan}");
    plan.keeps(ACCOUNT);
    plan.apply().destroy();
}

#[test]
fn keeping_blobs_longer_changes_the_account_in_place() {
    let mut settings = StorageSettings::default();
    let Some(plan) = rehearse(&lake("westeurope", &settings)) else {
        return;
    };
    let standing = plan.apply();
    settings.blob_retention_days = 60.into();
    let plan = standing.plan(&lake("westeurope", &settings));
    plan.updates(ACCOUNT).because("blob_properties");
    plan.keeps("azurerm_resource_group");
}

#[test]
fn a_construct_that_is_gone_is_destroyed() {
    let Some(plan) = rehearse(&lake("westeurope", &StorageSettings::default())) else {
        return;
    };
    let plan = plan.apply().plan(&app("westeurope", |_, _| {}));
    plan.destroys(ACCOUNT);
    let _ = plan.apply();
}

#[test]
fn a_protected_resource_is_destroyed_at_the_end_of_a_rehearsal() {
    let protected = app("westeurope", |_, group| {
        let storage = Storage::new(group, "data", &StorageSettings::default());
        storage
            .account()
            .expect("it is new")
            .set_lifecycle(Lifecycle::protected());
    });
    let Some(plan) = rehearse(&protected) else {
        return;
    };
    plan.apply().destroy();
}

#[test]
fn a_workspace_lives_with_all_that_it_stands_on() {
    let Some(plan) = rehearse(&workspace(&WorkspaceSettings::default())) else {
        return;
    };
    for made in [
        "azurerm_machine_learning_workspace.platform_ml",
        "azurerm_key_vault",
    ] {
        plan.creates(made);
    }
    let standing = plan.apply();
    let plan = standing.plan(&workspace(&WorkspaceSettings::default()));
    assert!(plan.is_empty(), "{plan}");
}

#[test]
fn azure_keeps_the_name_of_a_replaced_workspace() {
    let Some(plan) = rehearse(&workspace(&WorkspaceSettings::default())) else {
        return;
    };
    let sensitive = WorkspaceSettings {
        high_business_impact: true.into(),
        ..WorkspaceSettings::default()
    };
    let plan = plan.apply().plan(&workspace(&sensitive));
    plan.replaces("azurerm_machine_learning_workspace.platform_ml")
        .because("high_business_impact");
    let refused = refusal(|| drop(plan.apply()));
    assert!(refused.contains("soft-deleted"), "{refused}");
    assert!(refused.contains("made by: platform/ml\n"), "{refused}");
}

/// What an assertion, or what Terraform refuses, says.
fn refusal(act: impl FnOnce()) -> String {
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
    let message = failed.expect_err("nothing is refused");
    message
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_default()
}

#[test]
fn a_failing_assertion_shows_what_the_plan_holds() {
    let Some(plan) = rehearse(&app("westeurope", |stack, group| {
        stack.output("id", tf!("{}", group.name()));
    })) else {
        return;
    };
    let said = refusal(|| {
        plan.destroys("azurerm_resource_group.platform");
    });
    assert_eq!(
        said,
        "`azurerm_resource_group.platform` is not destroyed, the plan changes:\n    + azurerm_resource_group.platform"
    );
}

/// Three instances that differ in what a change of idle time or schedules does to them, and one of each
/// other kind of compute.
fn computes(defaults: &InstanceDefaults) -> App {
    computing(&WorkspaceSettings::default(), |ml| {
        let user = "00000000-0000-0000-0000-000000000001";
        let instance = |on_change: OnScheduleChange| InstanceSettings {
            identity: ComputeIdentity::System.into(),
            on_schedule_change: Some(on_change.into()),
            creation_script: Some(ScriptSettings {
                script: "#!/bin/bash\necho \"${HOME}\" '%{x}'\n".into(),
                arguments: None,
                timeout_minutes: None,
            }),
            ..InstanceSettings::new(user)
        };
        ml.instance_defaults(defaults);
        ml.instance("replaced", &instance(OnScheduleChange::Replace));
        ml.instance("told", &instance(OnScheduleChange::Action));
        ml.instance("left", &instance(OnScheduleChange::Ignore));
        ml.cluster("cpu", &ClusterSettings::new("Standard_DS3_v2", 2));
        ml.kubernetes("edge", &KubernetesSettings::new("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-edge"));
    })
}

fn stopped_at(hour: u32, idle_minutes: u32) -> InstanceDefaults {
    let nightly = Schedule::Recurrence {
        action: ScheduleAction::Stop.into(),
        days: Vec::new(),
        hours: vec![hour.into()],
        minutes: vec![0.into()],
        time_zone: "Europe/Berlin".into(),
    };
    InstanceDefaults {
        idle_minutes: idle_minutes.into(),
        schedules: [("nightly".into(), nightly)].into(),
        ..InstanceDefaults::default()
    }
}

#[test]
fn a_change_that_azure_would_ignore_replaces_an_instance_or_is_sent_or_waits() {
    let Some(plan) = rehearse(&computes(&stopped_at(19, 30))) else {
        return;
    };
    let name = |name: &str| format!("azapi_resource.platform_ml_instances_{name}");
    plan.creates(&name("replaced"));

    let plan = plan.apply().plan(&computes(&stopped_at(19, 45)));
    plan.replaces(&name("replaced"));
    plan.keeps(&name("told"));
    plan.updates("azapi_resource_action.platform_ml_instances_told_idle_time");
    plan.keeps(&name("left"));

    let plan = plan.apply().plan(&computes(&stopped_at(20, 45)));
    plan.replaces(&name("replaced"));
    plan.replaces(&name("told"));
    plan.keeps(&name("left"));
    plan.keeps("azurerm_machine_learning_compute_cluster");
    plan.keeps("azapi_resource.platform_ml_kubernetes_edge");
    plan.apply().destroy();
}

#[test]
fn a_feature_store_and_a_hub_are_made_and_stand() {
    let open = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    let kinds = || {
        app("westeurope", |_, group| {
            let logs = Logs::new(group, "logs", &LogsSettings::default());
            let uses = Uses {
                network: &Network::new(group, "network", &open),
                insights: &AppInsights::new(group, "insights", &logs, &InsightsSettings::default()),
                vault: &KeyVault::new(group, "vault", &VaultSettings::default()),
                storage: &Storage::new(group, "data", &StorageSettings::default()),
                registry: &ContainerRegistry::new(group, "images", &RegistrySettings::default()),
            };
            let features = FeatureStoreSettings::default();
            FeatureStore::new(group, "features", uses, &features);
            AiHub::new(group, "hub", uses, &AiHubSettings::default())
                .project("support", &AiProjectSettings::default());
        })
    };
    let Some(plan) = rehearse(&kinds()) else {
        return;
    };
    plan.creates("azurerm_ai_foundry_project.platform_hub_support");
    let again = plan.apply().plan(&kinds());
    again.keeps("azurerm_machine_learning_workspace.platform_features");
    again.keeps("azurerm_ai_foundry.platform_hub");
}
