//! What a workspace computes on: clusters, instances, attached Kubernetes.

mod common;

use std::collections::BTreeSet;

use common::{Result, build, build_with, managed, ml, project};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::compute::instance::{OnScheduleChange, ScriptSettings};
use terrace_azureml::compute::kubernetes::InstanceType;
use terrace_azureml::compute::schedule::{Action, Day, Schedules};
use terrace_azureml::compute::{ComputeIdentity, DataAccess, Priority, Schedule};
use terrace_azureml::network::Outbound;
use terrace_azureml::workspace::ServerlessSettings;
use terrace_azureml::{
    ClusterSettings, DeploymentSettings, EndpointSettings, ExistingSettings, IdentitySettings,
    InGroup as _, InstanceDefaults, InstanceSettings, IsolatedSettings, KubernetesSettings,
    MlWorkspace, NetworkSettings, RegistrySettings, WorkspaceSettings,
};
use terrace_core::{App, Resource, Stage};
use terrace_ir::{Object, Origin, Sourced};

const CPU: &str = "Standard_DS3_v2";
const GPU: &str = "Standard_NC4as_T4_v3";
const ALICE: &str = "00000000-0000-0000-0000-000000000001";

/// A workspace that is reached from the internet, with what `inside` makes.
fn open(inside: impl FnOnce(&MlWorkspace)) -> Result {
    build(|stack| {
        inside(&ml(
            stack,
            &managed(Outbound::Internet, true),
            &WorkspaceSettings::default(),
            &RegistrySettings::default(),
        ));
    })
}

/// A workspace whose registry nobody reaches.
fn closed(builder: Option<&str>, inside: impl FnOnce(&MlWorkspace)) -> Result {
    let settings = WorkspaceSettings {
        image_build_cluster: builder.map(Into::into),
        ..WorkspaceSettings::default()
    };
    build(|stack| {
        inside(&ml(
            stack,
            &managed(Outbound::Approved, false),
            &settings,
            &RegistrySettings::default(),
        ));
    })
}

fn cluster<'a>(result: &'a Result, name: &str) -> &'a Json {
    result.resource(
        "azurerm_machine_learning_compute_cluster",
        &format!("platform_ml_clusters_{name}"),
    )
}

/// What roles the identity of a compute has, by the kind of what it has them on.
fn rights(result: &Result, compute: &str) -> Vec<(String, String)> {
    let grants = result.json["resource"]["azurerm_role_assignment"]
        .as_object()
        .expect("there are grants");
    let to = format!(" for platform/ml/{compute}/identity");
    grants
        .values()
        .filter_map(|grant| {
            let role = grant["description"].as_str()?.strip_suffix(&to)?;
            let on = grant["scope"].as_str()?.split('.').next()?;
            let on = on.trim_start_matches("${azurerm_");
            Some((on.to_owned(), role.to_owned()))
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn nightly() -> Schedules {
    Schedules::from([("nightly".into(), cron(Action::Stop, "0 19 * * *"))])
}

fn cron(action: Action, expression: &str) -> Schedule {
    Schedule::Cron {
        action: action.into(),
        expression: expression.into(),
        time_zone: "Europe/Berlin".into(),
    }
}

/// An instance that stops at night.
fn alice() -> InstanceSettings {
    InstanceSettings {
        schedules: nightly(),
        ..InstanceSettings::new(ALICE)
    }
}

fn instance(result: &Result) -> &Json {
    result.resource("azapi_resource", "platform_ml_instances_alice")
}

#[test]
fn clusters_may_act_as_one_identity_that_is_there_already() {
    let result = open(|ml| {
        for name in ["blue", "green"] {
            let cluster = ClusterSettings {
                user_identity: Some(IdentitySettings {
                    existing: Some(ExistingSettings::id(TEAM)),
                    ..IdentitySettings::default()
                }),
                ..ClusterSettings::new(CPU, 4)
            };
            ml.cluster(name, &cluster);
        }
    });
    assert_eq!(result.findings, [""; 0]);
    for name in ["blue", "green"] {
        assert_eq!(
            cluster(&result, name)["identity"]["identity_ids"],
            json!([TEAM])
        );
    }
    result.resource("azurerm_role_assignment", "platform_images_id_team_acrpull");
    let grants = result.json["resource"]["azurerm_role_assignment"].as_object();
    let pulls = grants.unwrap().keys().filter(|it| it.ends_with("acrpull"));
    assert_eq!(pulls.count(), 1);
}

#[test]
fn a_name_that_azure_refuses_is_reported_once() {
    let result = open(|ml| {
        let named = ClusterSettings {
            name: Some("my cluster".into()),
            ..ClusterSettings::new(CPU, 4)
        };
        ml.cluster("cpu", &named);
        let online = EndpointSettings {
            deployments: [("x".into(), DeploymentSettings::new("azureml:fraud:3", CPU))].into(),
            ..EndpointSettings::default()
        };
        ml.endpoint("fraud", &online);
    });
    assert_eq!(
        result.findings,
        [
            "T0806: `name` is \"my cluster\", but must not contain blanks",
            "T0806: `name` is \"x\", but must have 3 to 32 characters",
        ]
    );
}

#[test]
fn row_6_a_cluster_scales_to_zero_has_no_local_login_and_lives_in_its_workspaces_region() {
    let result = open(|ml| {
        ml.cluster("cpu", &ClusterSettings::new(CPU, 4));
    });
    assert_eq!(result.findings, [""; 0]);
    let cluster = cluster(&result, "cpu");
    assert_eq!(cluster["scale_settings"]["min_node_count"], 0);
    assert_eq!(cluster["local_auth_enabled"], false);
    assert_eq!(cluster["ssh_public_access_enabled"], false);
    assert_eq!(cluster["node_public_ip_enabled"], false);
    assert_eq!(cluster["location"], "westeurope");
}

#[test]
fn row_5_a_cluster_keeps_its_one_identity_and_is_scaled_by_a_provider_that_updates_it() {
    let with = |max_nodes| {
        open(|ml| {
            ml.cluster("cpu", &ClusterSettings::new(CPU, max_nodes));
        })
    };
    let (small, large) = (with(2), with(3));
    let (mut small, mut large) = (
        cluster(&small, "cpu").clone(),
        cluster(&large, "cpu").clone(),
    );
    assert_eq!(
        small["identity"]["identity_ids"].as_array().unwrap().len(),
        1
    );
    // Nothing differs but what is updated in place from this version on.
    small["scale_settings"].take();
    large["scale_settings"].take();
    assert_eq!(small, large);
    assert_eq!(terrace_azurerm::VERSION, "5.2.0");
}

#[test]
fn row_7_ids_and_sizes_that_come_back_in_other_letters_are_no_change() {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";
    let result = open(|ml| {
        ml.instance("alice", &alice());
        ml.kubernetes("edge", &KubernetesSettings::new(id));
    });
    assert_eq!(result.findings, [""; 0]);
    let attached = result.resource("azapi_resource", "platform_ml_kubernetes_edge");
    for resource in [instance(&result), attached] {
        assert_eq!(resource["ignore_casing"], true);
    }
    // azurerm reads the ids of a workspace in the letters in which they were written.
    result.resource("azurerm_machine_learning_workspace", "platform_ml");
}

#[test]
fn an_instance_is_deleted_with_its_machine_and_a_cluster_of_kubernetes_only_detached() {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";
    let result = open(|ml| {
        ml.instance("alice", &alice());
        ml.kubernetes("edge", &KubernetesSettings::new(id));
    });
    let said = |resource: &Json| resource["delete_query_parameters"].clone();
    assert_eq!(
        said(instance(&result)),
        json!({"underlyingResourceAction": ["Delete"]})
    );
    assert_eq!(
        said(result.resource("azapi_resource", "platform_ml_kubernetes_edge")),
        json!({"underlyingResourceAction": ["Detach"]})
    );
}

#[test]
fn an_idle_time_is_spelt_as_the_service_spells_it() {
    let result = open(|ml| {
        let settings = ClusterSettings {
            idle_minutes: 120.into(),
            ..ClusterSettings::new(CPU, 4)
        };
        ml.cluster("cpu", &settings);
    });
    let scale = &cluster(&result, "cpu")["scale_settings"];
    assert_eq!(scale["scale_down_nodes_after_idle_duration"], "PT2H");
}

#[test]
fn sizes_are_spelt_as_azure_spells_them_and_wrong_ones_are_reported() {
    let sized = |vm_size: &str| {
        open(|ml| {
            ml.cluster("cpu", &ClusterSettings::new(vm_size, 4));
        })
    };
    let fine = sized("standard_ds3_V2");
    assert_eq!(fine.findings, [""; 0]);
    assert_eq!(cluster(&fine, "cpu")["vm_size"], CPU);
    assert_eq!(
        sized("Standard_DS3v2").findings,
        ["T0804: `vm_size` is \"Standard_DS3v2\", which is no size of Azure"]
    );
    assert_eq!(
        sized("Standard_NC6").findings,
        ["T0804: `vm_size` is \"Standard_NC6\" of the series NC, which Azure retires"]
    );
}

#[test]
fn a_size_that_only_clusters_take_is_reported_for_an_instance() {
    let size = "Standard_FX4mds";
    let result = open(|ml| {
        ml.cluster("fast", &ClusterSettings::new(size, 1));
        let settings = InstanceSettings {
            vm_size: Some(size.into()),
            ..alice()
        };
        ml.instance("alice", &settings);
    });
    assert_eq!(
        result.findings,
        ["T0804: `vm_size` is \"Standard_FX4mds\" of the series FX, which only clusters take"]
    );
}

#[test]
fn row_4_a_recreated_cluster_that_keeps_its_old_size_is_noticed_at_apply() {
    let result = open(|ml| {
        ml.cluster("cpu", &ClusterSettings::new(CPU, 4));
    });
    assert_eq!(
        cluster(&result, "cpu")["lifecycle"]["postcondition"][0]["condition"],
        "${lower(self.vm_size) == \"standard_ds3_v2\"}"
    );
}

#[test]
fn machines_that_azure_may_take_away_are_refused_in_production_alone() {
    let low = ClusterSettings {
        priority: Priority::Low.into(),
        ..ClusterSettings::new(CPU, 4)
    };
    let findings = |stage| {
        let network = managed(Outbound::Internet, true);
        let result = build_with(&project("example"), stage, |stack| {
            let (workspace, registry) = Default::default();
            ml(stack, &network, &workspace, &registry).cluster("cpu", &low);
        });
        let priority = |finding: &String| finding.contains("priority");
        result.findings.into_iter().filter(priority).collect()
    };
    let none: Vec<String> = findings(Stage::Staging);
    assert_eq!(none, [""; 0]);
    let refused: Vec<String> = findings(Stage::Prod);
    assert_eq!(
        refused,
        [
            "T0834: `priority` is \"low\" in production, where Azure may take the machines away from a job"
        ]
    );
}

#[test]
fn a_cluster_acts_as_an_identity_that_pulls_images_and_uses_the_data_as_its_settings_say() {
    let with = |identity: ComputeIdentity, data: DataAccess| {
        let result = open(|ml| {
            let settings = ClusterSettings {
                identity: identity.into(),
                data: data.into(),
                ..ClusterSettings::new(CPU, 4)
            };
            ml.cluster("cpu", &settings);
        });
        assert_eq!(result.findings, [""; 0]);
        let kind = cluster(&result, "cpu")["identity"]["type"].clone();
        (kind, rights(&result, "clusters/cpu"))
    };
    let blobs = |role: &str| ("storage_account".to_owned(), role.to_owned());
    let images = ("container_registry".to_owned(), "AcrPull".to_owned());
    assert_eq!(
        with(ComputeIdentity::User, DataAccess::Write),
        (
            json!("UserAssigned"),
            vec![images.clone(), blobs("Storage Blob Data Contributor")]
        )
    );
    assert_eq!(
        with(ComputeIdentity::System, DataAccess::Read),
        (
            json!("SystemAssigned"),
            vec![images.clone(), blobs("Storage Blob Data Reader")]
        )
    );
    assert_eq!(
        with(ComputeIdentity::User, DataAccess::None),
        (json!("UserAssigned"), vec![images])
    );
    assert_eq!(
        with(ComputeIdentity::None, DataAccess::Write),
        (Json::Null, vec![])
    );
}

const TEAM: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-team/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-team";

#[test]
fn a_cluster_may_act_as_an_identity_that_is_there_already() {
    let with = |identity: ComputeIdentity| {
        open(|ml| {
            let settings = ClusterSettings {
                identity: identity.into(),
                user_identity: Some(IdentitySettings {
                    existing: Some(ExistingSettings::id(TEAM)),
                    ..IdentitySettings::default()
                }),
                ..ClusterSettings::new(CPU, 4)
            };
            ml.cluster("cpu", &settings);
        })
    };
    let result = with(ComputeIdentity::User);
    assert_eq!(result.findings, [""; 0]);
    let ids = &cluster(&result, "cpu")["identity"]["identity_ids"];
    assert_eq!(*ids, json!([TEAM]));
    assert_eq!(
        with(ComputeIdentity::System).findings,
        ["T0805: `user_identity` describes an identity that is not used"]
    );
}

#[test]
fn row_9_a_private_registry_gets_a_cluster_that_builds_its_images() {
    let result = closed(None, |_| {});
    assert_eq!(result.findings, [""; 0]);
    let workspace = result.resource("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(workspace["image_build_compute_name"], "image-builder");
    let builder = cluster(&result, "image_builder");
    assert_eq!(builder["name"], "image-builder");
    assert_eq!(builder["scale_settings"]["max_node_count"], 1);
    assert!(
        rights(&result, "clusters/image_builder")
            .contains(&("container_registry".to_owned(), "AcrPush".to_owned()))
    );
}

#[test]
fn images_are_built_on_a_cluster_that_is_there_and_can() {
    let with = |builder: &str| {
        closed(Some(builder), |ml| {
            ml.cluster("cpu_1", &ClusterSettings::new(CPU, 4));
            ml.cluster("gpu", &ClusterSettings::new(GPU, 4));
            let spot = ClusterSettings {
                priority: Priority::Low.into(),
                ..ClusterSettings::new(CPU, 4)
            };
            ml.cluster("spot", &spot);
            ml.instance("alice", &alice());
        })
    };
    for (builder, problem) in [
        ("cpus", "which is no cluster"),
        ("alice", "which is no cluster"),
        ("gpu", "whose machines have GPUs"),
    ] {
        assert_eq!(
            with(builder).findings,
            [format!(
                "T0805: `image_build_cluster` is \"{builder}\", {problem}"
            )]
        );
    }
    // In production it would be an error.
    let spot = with("spot");
    assert_eq!(
        spot.findings,
        ["T0834: `image_build_cluster` is \"spot\", whose machines Azure may take away"]
    );
    let workspace = spot.resource("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(workspace["image_build_compute_name"], "spot");
    let fine = with("cpu_1");
    assert_eq!(fine.findings, [""; 0]);
    let workspace = fine.resource("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(
        workspace["image_build_compute_name"],
        cluster(&fine, "cpu_1")["name"]
    );
}

#[test]
fn computes_that_azure_cannot_tell_apart_are_blamed_where_they_are_named() {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let ml = ml(
        &stack,
        &managed(Outbound::Internet, true),
        &WorkspaceSettings::default(),
        &RegistrySettings::default(),
    );
    let named = |name: &str, start| Sourced::new(name.to_owned(), Origin::File { start, end: 99 });
    ml.cluster(named("raw-1", 1), &ClusterSettings::new(CPU, 4));
    ml.cluster(named("RAW1", 2), &ClusterSettings::new(CPU, 4));
    let frozen = app.freeze();
    let [finding] = &frozen.diagnostics[..] else {
        panic!("one finding");
    };
    assert_eq!(
        finding.summary,
        "`raw-1` and `RAW1` are both called \"raw1\" in Azure"
    );
    assert!(matches!(finding.origin, Origin::File { start: 2, .. }));
}

#[test]
fn a_compute_may_be_called_like_what_the_workspace_is_made_of() {
    let result = closed(Some("identity"), |ml| {
        ml.cluster("identity", &ClusterSettings::new(CPU, 4));
        ml.cluster("clusters", &ClusterSettings::new(CPU, 4));
        ml.cluster("identity_images", &ClusterSettings::new(CPU, 4));
    });
    assert_eq!(result.findings, [""; 0]);
}

#[test]
fn rows_1_and_26_an_instance_has_an_owner_schedules_and_scripts_and_stops_when_it_is_idle() {
    let settings = InstanceSettings {
        idle_minutes: Some(90.into()),
        schedules: Schedules::from([
            (
                "morning".into(),
                Schedule::Recurrence {
                    action: Action::Start.into(),
                    days: vec![Day::Monday.into(), Day::Friday.into()],
                    hours: vec![8.into()],
                    minutes: vec![30.into()],
                    time_zone: "utc".into(),
                },
            ),
            ("nightly".into(), cron(Action::Stop, "0 19 * * 1-5")),
        ]),
        creation_script: Some(ScriptSettings {
            script: "#!/bin/bash\npip install tidy".into(),
            arguments: None,
            timeout_minutes: Some(20.into()),
        }),
        single_sign_on: Some(true.into()),
        ..InstanceSettings::new(ALICE)
    };
    let result = open(|ml| {
        ml.instance("alice", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let instance = instance(&result);
    assert_eq!(
        instance["type"],
        "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
    );
    assert_eq!(
        instance["body"]["properties"],
        json!({
            "computeType": "ComputeInstance",
            "disableLocalAuth": true,
            "properties": {
                "vmSize": CPU,
                "applicationSharingPolicy": "Personal",
                "computeInstanceAuthorizationType": "personal",
                "enableNodePublicIp": false,
                "personalComputeInstanceSettings": {"assignedUser": {
                    "objectId": ALICE,
                    "tenantId": "${data.azurerm_client_config.current.tenant_id}",
                }},
                "sshSettings": {"sshPublicAccess": "Disabled"},
                "enableSSO": true,
                "idleTimeBeforeShutdown": "PT90M",
                "setupScripts": {"scripts": {"creationScript": {
                    "scriptSource": "inline",
                    "scriptData": "${base64encode(\"#!/bin/bash\\npip install tidy\")}",
                    "timeout": "20m",
                }}},
                "schedules": {"computeStartStop": [
                    {
                        "status": "Enabled",
                        "action": "Start",
                        "triggerType": "Recurrence",
                        "recurrence": {
                            "frequency": "Week",
                            "interval": 1,
                            "timeZone": "UTC",
                            "schedule": {
                                "hours": [8],
                                "minutes": [30],
                                "weekDays": ["Monday", "Friday"],
                            },
                        },
                    },
                    {
                        "status": "Enabled",
                        "action": "Stop",
                        "triggerType": "Cron",
                        "cron": {
                            "expression": "0 19 * * 1-5",
                            "timeZone": "W. Europe Standard Time",
                        },
                    },
                ]},
            },
        })
    );
}

#[test]
fn what_azapi_is_given_fits_the_newer_version_of_the_api_too() {
    let newer = "Microsoft.MachineLearningServices/workspaces/computes@2026-05-01";
    let result = open(|ml| {
        ml.instance("alice", &alice()).instance().set_type(newer);
        let edge = ml.kubernetes("edge", &KubernetesSettings::new(AKS));
        edge.attached().set_type(newer);
    });
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(instance(&result)["type"], newer);
}

#[test]
fn row_2_a_change_of_an_instance_that_azure_would_ignore_replaces_it() {
    let everything = InstanceSettings {
        description: Some("vision".into()),
        single_sign_on: Some(false.into()),
        startup_script: Some(ScriptSettings {
            script: "true".into(),
            arguments: Some("-v".into()),
            timeout_minutes: None,
        }),
        ..alice()
    };
    let result = open(|ml| {
        ml.instance("alice", &everything);
    });
    let instance = instance(&result);
    let triggers = instance["replace_triggers_refs"].as_array().unwrap();
    let properties = instance["body"]["properties"].as_object().unwrap();
    let inside = properties["properties"].as_object().unwrap();
    let outer = properties.keys().map(|key| format!("properties.{key}"));
    let inner = inside
        .keys()
        .map(|key| format!("properties.properties.{key}"));
    for path in outer.chain(inner) {
        let fixed = ["properties.computeType", "properties.properties"].contains(&&*path);
        assert!(fixed || triggers.contains(&json!(path)), "{path}");
    }
    assert_eq!(
        instance["replace_triggers_external_values"],
        json!({"identity": "None"})
    );
}

#[test]
fn a_change_of_schedules_replaces_an_instance_or_is_sent_or_waits() {
    let with = |change: OnScheduleChange| {
        open(|ml| {
            let settings = InstanceSettings {
                on_schedule_change: Some(change.into()),
                ..alice()
            };
            ml.instance("alice", &settings);
        })
    };
    let (idle, schedules) = (
        "body.properties.properties.idleTimeBeforeShutdown",
        "body.properties.properties.schedules",
    );
    let ignored = |result: &Result| instance(result)["lifecycle"]["ignore_changes"].clone();
    let replaced = with(OnScheduleChange::Replace);
    assert_eq!(ignored(&replaced), json!(["tags"]));
    let waits = with(OnScheduleChange::Ignore);
    assert_eq!(ignored(&waits), json!([idle, schedules, "tags"]));
    let sent = with(OnScheduleChange::Action);
    assert_eq!(ignored(&sent), json!([idle, "tags"]));
    let action = sent.resource(
        "azapi_resource_action",
        "platform_ml_instances_alice_idle_time",
    );
    assert_eq!(action["action"], "updateIdleShutdownSetting");
    assert_eq!(action["body"], json!({"idleTimeBeforeShutdown": "PT30M"}));
    for result in [replaced, waits, sent] {
        assert_eq!(result.findings, [""; 0]);
    }
}

#[test]
fn rows_3_and_30_an_instance_with_an_identity_may_stop_itself_and_mount_the_files() {
    let result = open(|ml| {
        let settings = InstanceSettings {
            identity: ComputeIdentity::System.into(),
            ..alice()
        };
        ml.instance("alice", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let rights = rights(&result, "instances/alice");
    for (on, role) in [
        ("machine_learning_workspace", "Contributor"),
        (
            "storage_account",
            "Storage File Data Privileged Contributor",
        ),
    ] {
        let right = (on.to_owned(), role.to_owned());
        assert!(rights.contains(&right), "{rights:?}");
    }
}

#[test]
fn an_instance_takes_what_the_environment_says_and_its_own_schedule_of_one_name_wins() {
    let defaults = InstanceDefaults {
        vm_size: "Standard_DS2_v2".into(),
        idle_minutes: 15.into(),
        schedules: nightly(),
        ..InstanceDefaults::default()
    };
    let result = open(|ml| {
        ml.instance_defaults(&defaults);
        ml.instance("bob", &InstanceSettings::new(ALICE));
        let late = Schedules::from([("nightly".into(), cron(Action::Stop, "0 23 * * *"))]);
        let settings = InstanceSettings {
            schedules: late,
            ..InstanceSettings::new(ALICE)
        };
        ml.instance("alice", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let of = |name: &str| {
        let name = format!("platform_ml_instances_{name}");
        result.resource("azapi_resource", &name)["body"]["properties"]["properties"].clone()
    };
    assert_eq!(of("bob")["vmSize"], "Standard_DS2_v2");
    assert_eq!(of("bob")["idleTimeBeforeShutdown"], "PT15M");
    let stops = |of: &Json| {
        let schedules = of["schedules"]["computeStartStop"].as_array().unwrap();
        let expression = |it: &Json| it["cron"]["expression"].as_str().unwrap().to_owned();
        schedules.iter().map(expression).collect::<Vec<_>>()
    };
    assert_eq!(stops(&of("bob")), ["0 19 * * *"]);
    assert_eq!(stops(&of("alice")), ["0 23 * * *"]);
}

#[test]
fn an_instance_that_nothing_stops_for_certain_needs_a_reason() {
    let endless = open(|ml| {
        ml.instance("alice", &InstanceSettings::new(ALICE));
    });
    assert_eq!(
        endless.findings,
        ["T0830: no schedule stops the instance at night"]
    );
    let reasoned = open(|ml| {
        ml.instance_defaults(&InstanceDefaults {
            schedules: nightly(),
            ..InstanceDefaults::default()
        });
        let settings = InstanceSettings {
            always_on: Some("serves the demo".into()),
            ..InstanceSettings::new(ALICE)
        };
        ml.instance("alice", &settings);
    });
    assert_eq!(reasoned.findings, [""; 0]);
    let machine = &instance(&reasoned)["body"]["properties"]["properties"];
    assert_eq!(machine.get("idleTimeBeforeShutdown"), None);
    assert_eq!(machine.get("schedules"), None);
}

#[test]
fn a_persons_machine_in_production_needs_a_reason() {
    let findings = |reason: Option<&str>| {
        let network = managed(Outbound::Internet, true);
        let result = build_with(&project("example"), Stage::Prod, |stack| {
            let (workspace, registry) = Default::default();
            let settings = InstanceSettings {
                in_production: reason.map(Into::into),
                ..alice()
            };
            ml(stack, &network, &workspace, &registry).instance("alice", &settings);
        });
        let machine = |finding: &String| finding.contains("machine");
        result.findings.into_iter().filter(machine).collect()
    };
    let refused: Vec<String> = findings(None);
    assert_eq!(
        refused,
        ["T0832: a person's machine does not belong in production"]
    );
    let allowed: Vec<String> = findings(Some("the only way into the network"));
    assert_eq!(allowed, [""; 0]);
}

#[test]
fn schedules_that_azure_does_not_take_are_reported() {
    let findings = |schedules: Schedules| {
        open(|ml| {
            let settings = InstanceSettings {
                schedules,
                ..InstanceSettings::new(ALICE)
            };
            ml.instance("alice", &settings);
        })
        .findings
    };
    assert_eq!(
        findings(Schedules::from([(
            "a".into(),
            cron(Action::Stop, "0 24 * * *")
        )])),
        [
            "T0831: `expression` is \"0 24 * * *\", which has \"24\" among the hours; they go from 0 to 23"
        ]
    );
    let zone = Schedule::Cron {
        action: Action::Stop.into(),
        expression: "0 19 * * *".into(),
        time_zone: "W Europe Standard Time".into(),
    };
    assert_eq!(
        findings(Schedules::from([("a".into(), zone)])),
        ["T0831: `time_zone` is \"W Europe Standard Time\", which is no time zone"]
    );
    let five = ["a", "b", "c", "d", "e"];
    assert_eq!(
        findings(
            five.map(|name| (name.into(), cron(Action::Stop, "0 19 * * *")))
                .into()
        ),
        ["T0831: the instance has 5 schedules, but must have at most 4"]
    );
    assert_eq!(
        findings(Schedules::from([(
            "a".into(),
            cron(Action::Start, "0 8 * * *")
        )])),
        [
            "T0830: no schedule stops the instance at night",
            "T0833: the instance is started by a schedule and stopped by none",
        ]
    );
}

const AKS: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-edge";

#[test]
fn a_cluster_of_kubernetes_is_attached_with_what_jobs_may_ask_for() {
    let small = InstanceType {
        node_selector: [("pool".to_owned(), "gpu".into())].into(),
        requests: [("cpu".to_owned(), "1".into())].into(),
        limits: [("nvidia.com/gpu".to_owned(), "1".into())].into(),
    };
    let settings = KubernetesSettings {
        namespace: Some("azureml".into()),
        default_instance_type: Some("small".into()),
        instance_types: [("small".to_owned(), small)].into(),
        ..KubernetesSettings::new(AKS)
    };
    let result = open(|ml| {
        ml.kubernetes("edge", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let attached = result.resource("azapi_resource", "platform_ml_kubernetes_edge");
    assert_eq!(attached["name"], "edge");
    assert_eq!(
        attached["body"]["properties"],
        json!({
            "computeType": "Kubernetes",
            "disableLocalAuth": true,
            "resourceId": AKS,
            "properties": {
                "namespace": "azureml",
                "defaultInstanceType": "small",
                "instanceTypes": {"small": {
                    "nodeSelector": {"pool": "gpu"},
                    "resources": {
                        "requests": {"cpu": "1"},
                        "limits": {"nvidia.com/gpu": "1"},
                    },
                }},
            },
        })
    );
}

#[test]
fn a_cluster_that_the_stack_makes_is_attached_by_its_id() {
    let result = open(|ml| {
        let own = Resource::untyped(ml.group(), "azurerm_kubernetes_cluster", "own");
        let pool = Object::new()
            .with("name", "system")
            .with("vm_size", "Standard_D4s_v3")
            .with("node_count", 1);
        own.set("name", "aks-own")
            .set("resource_group_name", ml.group().name())
            .set("location", ml.group().location())
            .set("dns_prefix", "own")
            .set("default_node_pool", pool)
            .set(
                "node_provisioning_profile",
                Object::new().with("mode", "Manual"),
            )
            .set("identity", Object::new().with("type", "SystemAssigned"));
        ml.kubernetes("own", &KubernetesSettings::new(own.id::<()>()));
    });
    assert_eq!(result.findings, [""; 0]);
    let attached = result.resource("azapi_resource", "platform_ml_kubernetes_own");
    assert_eq!(
        attached["body"]["properties"]["resourceId"],
        "${azurerm_kubernetes_cluster.platform_own.id}"
    );
}

#[test]
fn what_cannot_be_attached_is_reported() {
    let settings = KubernetesSettings {
        default_instance_type: Some("small".into()),
        ..KubernetesSettings::new("aks-edge")
    };
    let result = open(|ml| {
        ml.kubernetes("edge", &settings);
    });
    assert_eq!(
        result.findings,
        [
            "T0835: `cluster_id` is \"aks-edge\", which is no id of a cluster of Kubernetes",
            "T0805: `default_instance_type` is \"small\", which is none of `instance_types`",
        ]
    );
}

/// What is said of serverless machines, and the findings.
fn serverless(public: bool, settings: ServerlessSettings) -> (Json, Vec<String>) {
    let outbound = match public {
        true => Outbound::Internet,
        false => Outbound::Approved,
    };
    let settings = WorkspaceSettings {
        serverless: settings,
        ..WorkspaceSettings::default()
    };
    let result = build(|stack| {
        let registry = RegistrySettings::default();
        ml(stack, &managed(outbound, public), &settings, &registry);
    });
    let workspace = result.resource("azurerm_machine_learning_workspace", "platform_ml");
    (workspace["serverless_compute"].clone(), result.findings)
}

#[test]
fn serverless_machines_have_no_public_address_wherever_the_provider_takes_that() {
    let with = |public_address: Option<bool>| ServerlessSettings {
        public_address: public_address.map(Into::into),
        subnet_id: None,
    };
    let closed = json!({"public_ip_enabled": false});
    assert_eq!(serverless(true, with(None)), (closed, vec![]));
    assert_eq!(serverless(false, with(None)), (Json::Null, vec![]));
    let open = json!({"public_ip_enabled": true});
    assert_eq!(serverless(false, with(Some(true))), (open, vec![]));
    assert_eq!(
        serverless(false, with(Some(false))).1,
        ["T0805: `serverless.public_address` is `false`, which needs a subnet here"]
    );
}

#[test]
fn serverless_machines_in_a_managed_network_have_no_subnet_of_their_own() {
    let subnet = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/jobs";
    let settings = ServerlessSettings {
        public_address: None,
        subnet_id: Some(subnet.into()),
    };
    assert_eq!(
        serverless(true, settings).1,
        ["T0805: `serverless.subnet_id` names a subnet, but the network is managed"]
    );
}

#[test]
fn computes_in_a_network_of_ones_own_are_in_its_subnet_without_public_addresses() {
    let own = NetworkSettings::OwnVnet(IsolatedSettings::default());
    let result = build(|stack| {
        let (workspace, registry) = Default::default();
        let ml = ml(stack, &own, &workspace, &registry);
        ml.cluster("cpu", &ClusterSettings::new(CPU, 4));
        ml.instance("alice", &alice());
    });
    assert_eq!(result.findings, [""; 0]);
    let cluster = cluster(&result, "cpu");
    let machine = &instance(&result)["body"]["properties"]["properties"];
    assert_eq!(cluster["subnet_resource_id"], machine["subnet"]["id"]);
    assert!(machine["subnet"]["id"].as_str().is_some());
    assert_eq!(cluster["node_public_ip_enabled"], false);
    assert_eq!(machine["enableNodePublicIp"], false);
}

#[test]
fn a_workspace_says_what_quotas_its_machines_need() {
    let result = build(|stack| {
        let (workspace, registry) = Default::default();
        let network = managed(Outbound::Internet, true);
        let ml = ml(stack, &network, &workspace, &registry);
        ml.cluster("cpu", &ClusterSettings::new(CPU, 4));
        ml.cluster("gpu", &ClusterSettings::new(GPU, 2));
        let spot = ClusterSettings {
            priority: Priority::Low.into(),
            ..ClusterSettings::new(GPU, 1)
        };
        ml.cluster("spot", &spot);
        ml.instance("alice", &alice());
        stack.output("cores", ml.cores());
    });
    assert_eq!(
        result.json["output"]["cores"]["value"],
        json!({"DSv2": 20, "NCasT4_v3": 8, "low priority": 4})
    );
}
