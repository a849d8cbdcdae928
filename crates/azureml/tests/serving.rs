//! What answers with models: online and batch endpoints, and the registry that keeps the models.

mod common;

use std::collections::BTreeMap;

use common::{Result, build_with, managed, ml, project};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::compute::schedule::Day;
use terrace_azureml::network::Outbound;
use terrace_azureml::serving::EndpointIdentity;
use terrace_azureml::serving::deployment::ProbeSettings;
use terrace_azureml::serving::online::EndpointAuth;
use terrace_azureml::serving::serverless::ServerlessAuth;
use terrace_azureml::{
    AutoscaleSettings, BatchDeploymentSettings, BatchEndpointSettings, ClusterSettings,
    DeploymentSettings, EndpointSettings, HoursSettings, MlWorkspace, RegistrySettings,
    ServerlessEndpointSettings, WorkspaceSettings,
};
use terrace_core::Stage;

const MODEL: &str = "azureml:fraud:3";
const SIZE: &str = "Standard_DS3_v2";

fn build(stage: Stage, outbound: Outbound, inside: impl FnOnce(&MlWorkspace)) -> Result {
    build_with(&project("example"), stage, |stack| {
        inside(&ml(
            stack,
            &managed(outbound, outbound == Outbound::Internet),
            &WorkspaceSettings::default(),
            &RegistrySettings::default(),
        ));
    })
}

/// A workspace in development that is reached from the internet.
fn open(inside: impl FnOnce(&MlWorkspace)) -> Result {
    build(Stage::Dev, Outbound::Internet, inside)
}

/// An endpoint with deployments and their shares of the traffic.
fn endpoint(shares: &[(&str, u32)], deployments: &[&str]) -> EndpointSettings {
    EndpointSettings {
        deployments: deployments
            .iter()
            .map(|name| ((*name).into(), DeploymentSettings::new(MODEL, SIZE)))
            .collect(),
        traffic: shares
            .iter()
            .map(|(name, share)| ((*name).to_owned(), (*share).into()))
            .collect(),
        ..EndpointSettings::default()
    }
}

/// An endpoint with one deployment.
fn one(deployment: DeploymentSettings) -> EndpointSettings {
    EndpointSettings {
        deployments: BTreeMap::from([("blue".into(), deployment)]),
        ..EndpointSettings::default()
    }
}

fn azapi<'a>(result: &'a Result, name: &str) -> &'a Json {
    result.resource("azapi_resource", &format!("platform_ml_{name}"))
}

#[test]
fn an_endpoint_is_opened_by_logins_and_acts_as_an_identity_that_pulls_and_reads() {
    let result = open(|ml| {
        ml.endpoint("fraud", &EndpointSettings::default());
    });
    assert_eq!(result.findings, [""; 0]);
    let endpoint = azapi(&result, "endpoints_fraud");
    assert_eq!(
        endpoint["body"]["properties"],
        json!({"authMode": "AADToken", "publicNetworkAccess": "Enabled"})
    );
    assert_eq!(endpoint["identity"]["type"], "UserAssigned");
    let grants = result.json["resource"]["azurerm_role_assignment"]
        .as_object()
        .expect("there are grants");
    let mut roles: Vec<&str> = grants
        .values()
        .filter_map(|grant| grant["description"].as_str())
        .filter_map(|text| text.strip_suffix(" for platform/ml/endpoints/fraud/identity"))
        .collect();
    roles.sort_unstable();
    assert_eq!(roles, ["AcrPull", "Storage Blob Data Reader"]);
}

#[test]
fn row_27_the_name_of_an_endpoint_is_unique_in_the_region() {
    let name = |organization: &str| {
        let result = build_with(&project(organization), Stage::Dev, |stack| {
            let ml = ml(
                stack,
                &managed(Outbound::Internet, true),
                &WorkspaceSettings::default(),
                &RegistrySettings::default(),
            );
            ml.endpoint("fraud", &EndpointSettings::default());
        });
        azapi(&result, "endpoints_fraud")["name"].clone()
    };
    assert!(
        name("one")
            .as_str()
            .is_some_and(|name| name.contains("fraud"))
    );
    assert_ne!(name("one"), name("two"));
}

#[test]
fn a_closed_platform_closes_endpoints_and_what_deployments_reach() {
    let settings = one(DeploymentSettings::new(MODEL, SIZE));
    let result = build(Stage::Dev, Outbound::Approved, |ml| {
        ml.endpoint("fraud", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let endpoint = azapi(&result, "endpoints_fraud");
    assert_eq!(
        endpoint["body"]["properties"]["publicNetworkAccess"],
        "Disabled"
    );
    let blue = azapi(&result, "endpoints_fraud_blue");
    assert_eq!(
        blue["body"]["properties"]["egressPublicNetworkAccess"],
        "Disabled"
    );
}

#[test]
fn traffic_is_set_after_the_deployments_and_never_by_the_endpoint() {
    let settings = endpoint(&[("blue", 90), ("green", 10)], &["blue", "green"]);
    let result = open(|ml| {
        ml.endpoint("fraud", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    let endpoint = azapi(&result, "endpoints_fraud");
    assert!(endpoint["body"]["properties"]["traffic"].is_null());
    let traffic = result.resource(
        "azapi_update_resource",
        "platform_ml_endpoints_fraud_traffic",
    );
    assert_eq!(
        traffic["body"]["properties"]["traffic"],
        json!({"blue": 90, "green": 10})
    );
    assert_eq!(
        traffic["depends_on"],
        json!([
            "azapi_resource.platform_ml_endpoints_fraud_blue",
            "azapi_resource.platform_ml_endpoints_fraud_green",
        ])
    );
    // Any other change of the endpoint is sent without it.
    assert_eq!(
        traffic["lifecycle"]["replace_triggered_by"],
        json!(["azapi_resource.platform_ml_endpoints_fraud"])
    );
}

#[test]
fn traffic_that_does_not_add_up_or_goes_nowhere_is_reported() {
    let both = ["blue", "green"];
    for (shares, expected) in [
        (
            vec![("blue", 90), ("green", 20)],
            "T0872: the shares of the traffic add up to 110, not to 100",
        ),
        (
            vec![("red", 100)],
            "T0872: traffic goes to `red`, which is none of `deployments`",
        ),
    ] {
        let result = open(|ml| {
            ml.endpoint("fraud", &endpoint(&shares, &both));
        });
        assert_eq!(result.findings, [expected]);
    }
    let nobody = open(|ml| {
        ml.endpoint("fraud", &endpoint(&[("blue", 0), ("green", 0)], &both));
    });
    assert_eq!(nobody.findings, [""; 0]);
}

#[test]
fn a_copy_of_the_traffic_goes_to_one_that_answers_nobody() {
    let mirrored = |name: &str, share: u32| EndpointSettings {
        mirror_traffic: BTreeMap::from([(name.to_owned(), share.into())]),
        ..endpoint(&[("blue", 100)], &["blue", "green"])
    };
    for (settings, expected) in [
        (mirrored("green", 10), None),
        (
            mirrored("green", 60),
            Some("T0872: a copy of 60% of the traffic goes to `green`, but 50% is the most"),
        ),
        (
            mirrored("blue", 10),
            Some("T0872: `blue` gets traffic and a copy of it"),
        ),
    ] {
        let result = open(|ml| {
            ml.endpoint("fraud", &settings);
        });
        assert_eq!(result.findings, Vec::from_iter(expected));
    }
}

#[test]
fn models_of_the_workspace_become_ids_and_newest_ones_are_refused() {
    let result = open(|ml| {
        ml.endpoint("fraud", &one(DeploymentSettings::new(MODEL, SIZE)));
    });
    assert_eq!(
        azapi(&result, "endpoints_fraud_blue")["body"]["properties"]["model"],
        "${azurerm_machine_learning_workspace.platform_ml.id}/models/fraud/versions/3"
    );
    let newest = one(DeploymentSettings::new("azureml:fraud@latest", SIZE));
    let result = open(|ml| {
        ml.endpoint("fraud", &newest);
    });
    assert_eq!(
        result.findings,
        ["T0873: `model` is \"azureml:fraud@latest\", which names no version of one"]
    );
}

#[test]
fn sizes_that_endpoints_do_not_take_are_reported() {
    for (size, expected) in [
        (SIZE, None),
        (
            "Standard_M64s",
            Some(
                "T0804: `instance_type` is \"Standard_M64s\" of the series M, which endpoints do not take",
            ),
        ),
        (
            "standard_f2s_v2",
            Some(
                "T0804: `instance_type` is \"standard_f2s_v2\", which is too small for most models",
            ),
        ),
    ] {
        let result = open(|ml| {
            ml.endpoint("fraud", &one(DeploymentSettings::new(MODEL, size)));
        });
        assert_eq!(result.findings, Vec::from_iter(expected), "{size}");
    }
}

#[test]
fn few_machines_and_keys_are_reported_in_production() {
    let settings = EndpointSettings {
        auth: EndpointAuth::Key.into(),
        ..one(DeploymentSettings::new(MODEL, SIZE))
    };
    let findings = |stage| {
        let result = build(stage, Outbound::Approved, |ml| {
            ml.endpoint("fraud", &settings);
        });
        result
            .findings
            .into_iter()
            .filter(|finding| finding.starts_with("T087"))
            .collect::<Vec<_>>()
    };
    assert_eq!(findings(Stage::Dev), [""; 0]);
    assert_eq!(
        findings(Stage::Prod),
        [
            "T0875: an endpoint in production is opened by a key",
            "T0874: a deployment in production has 1 of the 3 machines that it should have",
        ]
    );
}

#[test]
fn autoscale_goes_both_ways_and_no_plan_takes_back_what_it_did() {
    let settings = DeploymentSettings {
        instances: 3.into(),
        autoscale: Some(AutoscaleSettings::new(3, 6)),
        ..DeploymentSettings::new(MODEL, SIZE)
    };
    let result = open(|ml| {
        ml.endpoint("fraud", &one(settings));
    });
    assert_eq!(result.findings, [""; 0]);
    let blue = azapi(&result, "endpoints_fraud_blue");
    assert_eq!(
        blue["lifecycle"]["ignore_changes"],
        json!(["body.sku.capacity"])
    );
    let autoscale = result.resource(
        "azurerm_monitor_autoscale_setting",
        "platform_ml_endpoints_fraud_blue_autoscale",
    );
    let profile = match &autoscale["profile"] {
        Json::Array(profiles) => &profiles[0],
        profile => profile,
    };
    assert_eq!(
        profile["capacity"],
        json!({"default": 3, "maximum": 6, "minimum": 3})
    );
    let directions: Vec<&Json> = profile["rule"]
        .as_array()
        .expect("there are rules")
        .iter()
        .map(|rule| &rule["scale_action"]["direction"])
        .collect();
    assert_eq!(directions, ["Increase", "Decrease"]);
}

#[test]
fn autoscale_without_sense_is_reported() {
    let scaled = |autoscale| DeploymentSettings {
        instances: 2.into(),
        autoscale: Some(autoscale),
        ..DeploymentSettings::new(MODEL, SIZE)
    };
    for (autoscale, expected) in [
        (
            AutoscaleSettings::new(4, 3),
            "T0805: `min_instances` is 4, but `max_instances` is 3",
        ),
        (
            AutoscaleSettings::new(3, 6),
            "T0805: `instances` is 2, but autoscale goes from 3 to 6",
        ),
        (
            AutoscaleSettings {
                in_below: 80.into(),
                ..AutoscaleSettings::new(1, 6)
            },
            "T0805: `in_below` is 80, but `out_above` is 70: machines would come and go without end",
        ),
    ] {
        let result = open(|ml| {
            ml.endpoint("fraud", &one(scaled(autoscale)));
        });
        assert_eq!(result.findings, [expected]);
    }
}

#[test]
fn an_identity_of_the_endpoints_own_is_granted_nothing_that_azure_grants() {
    let settings = EndpointSettings {
        identity: EndpointIdentity::System.into(),
        ..EndpointSettings::default()
    };
    let count = |result: &Result| {
        let grants = result.json["resource"]["azurerm_role_assignment"].as_object();
        grants.map_or(0, serde_json::Map::len)
    };
    let without = open(|_| {});
    let with = open(|ml| {
        ml.endpoint("fraud", &settings);
    });
    assert_eq!(with.findings, [""; 0]);
    assert_eq!(count(&with), count(&without));
}

#[test]
fn batch_jobs_reach_queues_and_tables_of_the_storage() {
    let rules = "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint";
    let result = build(Stage::Dev, Outbound::Approved, |ml| {
        for name in ["scores", "labels"] {
            ml.batch_endpoint(name, &BatchEndpointSettings::default());
        }
    });
    assert_eq!(result.findings, [""; 0]);
    for part in ["queue", "table"] {
        let rule = result.resource(rules, &format!("platform_ml_outbound_data-{part}"));
        assert_eq!(rule["sub_resource_target"], part);
        result.resource("azurerm_private_endpoint", &format!("platform_data_{part}"));
    }
    let first = result.resource("azurerm_private_endpoint", "platform_data_queue");
    assert_eq!(
        first["depends_on"][0],
        "azurerm_private_endpoint.platform_data_file"
    );
}

#[test]
fn a_batch_endpoint_runs_on_a_cluster_of_the_workspace() {
    let settings = |cluster: &str| BatchEndpointSettings {
        deployments: BTreeMap::from([(
            "nightly".into(),
            BatchDeploymentSettings::new(MODEL, cluster),
        )]),
        ..BatchEndpointSettings::default()
    };
    let result = open(|ml| {
        ml.cluster("cpu", &ClusterSettings::new(SIZE, 4));
        ml.batch_endpoint("scores", &settings("cpu"));
        ml.batch_endpoint("labels", &settings("cpu"));
    });
    assert_eq!(result.findings, [""; 0]);
    for role in ["queue", "table"] {
        result.resource(
            "azurerm_role_assignment",
            &format!("platform_data_ml_clusters_cpu_identity_storage_{role}_data_contributor"),
        );
    }
    assert_eq!(
        azapi(&result, "batch_endpoints_scores_nightly")["body"]["properties"]["compute"],
        "${azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu.id}"
    );
    let default = result.resource(
        "azapi_update_resource",
        "platform_ml_batch_endpoints_scores_default",
    );
    assert_eq!(
        default["body"]["properties"],
        json!({"defaults": {"deploymentName": "nightly"}})
    );
    let missing = open(|ml| {
        ml.batch_endpoint("scores", &settings("gpu"));
    });
    assert_eq!(
        missing.findings[0],
        "T0805: `cluster` is \"gpu\", which is no cluster of the workspace"
    );
}

fn hours(from: &str, to: &str, machines: (u32, u32)) -> HoursSettings {
    HoursSettings {
        days: vec![Day::Monday.into(), Day::Tuesday.into()],
        from: from.into(),
        to: to.into(),
        time_zone: "Europe/Berlin".into(),
        min_instances: machines.0.into(),
        max_instances: machines.1.into(),
    }
}

/// A deployment of one to three machines, with other limits in some hours.
fn at_hours(hours: &[(&str, HoursSettings)]) -> DeploymentSettings {
    let hours = hours.iter().cloned();
    DeploymentSettings {
        autoscale: Some(AutoscaleSettings {
            hours: hours.map(|(name, hours)| (name.into(), hours)).collect(),
            ..AutoscaleSettings::new(1, 3)
        }),
        ..DeploymentSettings::new(MODEL, SIZE)
    }
}

#[test]
fn in_its_hours_a_deployment_has_other_limits_and_afterwards_its_own_again() {
    let result = open(|ml| {
        let office = ("office", hours("07:30", "19:00", (2, 6)));
        ml.endpoint("fraud", &one(at_hours(&[office])));
    });
    assert_eq!(result.findings, [""; 0]);
    let autoscale = result.resource(
        "azurerm_monitor_autoscale_setting",
        "platform_ml_endpoints_fraud_blue_autoscale",
    );
    let profile = |index: usize| {
        let profile = &autoscale["profile"][index];
        let rules = profile["rule"].as_array().map(Vec::len);
        assert_eq!(rules, Some(2));
        json!([profile["name"], profile["capacity"], profile["recurrence"]])
    };
    let at = |hour: u32, minute: u32| {
        json!({
            "days": ["Monday", "Tuesday"],
            "hours": [hour],
            "minutes": [minute],
            "timezone": "W. Europe Standard Time",
        })
    };
    let always = json!({"default": 1, "minimum": 1, "maximum": 3});
    let office = json!({"default": 2, "minimum": 2, "maximum": 6});
    assert_eq!(profile(0), json!(["load", always, null]));
    assert_eq!(profile(1), json!(["office", office, at(7, 30)]));
    assert_eq!(
        profile(2),
        json!([r#"{"name":"load","for":"office"}"#, always, at(19, 0)])
    );
}

#[test]
fn hours_that_follow_each_other_begin_once() {
    let result = open(|ml| {
        let late = ("late", hours("19:00", "24:00", (2, 2)));
        let mut early = hours("00:00", "06:00", (1, 1));
        early.days = vec![Day::Tuesday.into()];
        ml.endpoint("fraud", &one(at_hours(&[late, ("early", early)])));
    });
    assert_eq!(result.findings, [""; 0]);
    let autoscale = result.resource(
        "azurerm_monitor_autoscale_setting",
        "platform_ml_endpoints_fraud_blue_autoscale",
    );
    let begin: Vec<Json> = autoscale["profile"]
        .as_array()
        .expect("profiles")
        .iter()
        .map(|it| {
            json!([
                it["name"],
                it["recurrence"]["days"],
                it["recurrence"]["hours"]
            ])
        })
        .collect();
    assert_eq!(
        begin,
        [
            json!(["load", null, null]),
            json!(["early", ["Tuesday"], [0]]),
            json!([r#"{"name":"load","for":"early"}"#, ["Tuesday"], [6]]),
            json!(["late", ["Monday", "Tuesday"], [19]]),
            // On Tuesday begins what is early.
            json!([r#"{"name":"load","for":"late"}"#, ["Wednesday"], [0]]),
        ]
    );
}

#[test]
fn hours_without_sense_are_reported() {
    let mut elsewhere = hours("08:00", "10:00", (2, 3));
    elsewhere.days = vec![Day::Sunday.into()];
    let mut nowhere = hours("08:00", "10:00", (2, 3));
    nowhere.time_zone = "Europe/Berln".into();
    let day = ("day", hours("07:00", "19:00", (2, 3)));
    for (hours, expected) in [
        (vec![day.clone(), ("sunday", elsewhere)], None),
        (
            vec![("night", hours("22:00", "06:00", (1, 1)))],
            Some("T0878: `night` ends at 06:00, but begins at 22:00"),
        ),
        (
            vec![day.clone(), ("noon", hours("11:00", "13:00", (4, 5)))],
            Some("T0878: `day` and `noon` hold at the same time"),
        ),
        (
            vec![("day", hours("07:00", "19:00", (3, 2)))],
            Some("T0878: `min_instances` is 3, but `max_instances` is 2"),
        ),
    ] {
        let result = open(|ml| {
            ml.endpoint("fraud", &one(at_hours(&hours)));
        });
        assert_eq!(result.findings, Vec::from_iter(expected));
    }
    let result = open(|ml| {
        ml.endpoint("fraud", &one(at_hours(&[("day", nowhere)])));
    });
    let unknown = "`time_zone` is \"Europe/Berln\", which is no time zone";
    assert!(
        result.findings[0].ends_with(unknown),
        "{:?}",
        result.findings
    );
}

#[test]
fn few_machines_at_night_are_few_in_production() {
    let night = ("night", hours("00:00", "06:00", (1, 3)));
    let mut settings = at_hours(&[night]);
    settings.instances = 3.into();
    if let Some(autoscale) = &mut settings.autoscale {
        autoscale.min_instances = 3.into();
    }
    let result = build(Stage::Prod, Outbound::Approved, |ml| {
        ml.endpoint("fraud", &one(settings));
    });
    let few = "T0874: a deployment in production has 1 of the 3 machines that it should have";
    assert!(
        result.findings.iter().any(|it| it == few),
        "{:?}",
        result.findings
    );
}

#[test]
fn probes_say_how_azure_looks() {
    let probe = |failures: u32| {
        Some(ProbeSettings {
            period_seconds: Some(90.into()),
            failures: Some(failures.into()),
            ..ProbeSettings::default()
        })
    };
    let result = open(|ml| {
        let settings = DeploymentSettings {
            startup: probe(60),
            liveness: probe(5),
            readiness: probe(3),
            ..DeploymentSettings::new(MODEL, SIZE)
        };
        ml.endpoint("fraud", &one(settings));
    });
    assert_eq!(result.findings, [""; 0]);
    let properties = &azapi(&result, "endpoints_fraud_blue")["body"]["properties"];
    for (name, failures) in [
        ("startupProbe", 60),
        ("livenessProbe", 5),
        ("readinessProbe", 3),
    ] {
        assert_eq!(
            properties[name],
            json!({"period": "PT1M30S", "failureThreshold": failures})
        );
    }
}

const PHI: &str = "azureml://registries/azureml/models/Phi-4";
const LLAMA: &str = "azureml://registries/azureml-meta/models/Meta-Llama-3.1-8B-Instruct";

#[test]
fn a_model_of_the_catalog_is_opened_by_logins_and_looked_after() {
    let result = open(|ml| {
        ml.serverless_endpoint("phi", &ServerlessEndpointSettings::new(PHI));
    });
    assert_eq!(result.findings, [""; 0]);
    let endpoint = azapi(&result, "serverless_endpoints_phi");
    assert_eq!(
        endpoint["body"],
        json!({
            "properties": {
                "authMode": "AAD",
                "contentSafety": {"contentSafetyStatus": "Enabled"},
                "modelSettings": {"modelId": PHI},
            },
            "sku": {"name": "Consumption"},
        })
    );
    assert_eq!(endpoint["location"], "westeurope");
    assert_eq!(endpoint["tags"]["owner"], "team");
    assert_eq!(endpoint["depends_on"], Json::Null);
}

#[test]
fn a_model_from_the_marketplace_is_subscribed_to_once() {
    let result = open(|ml| {
        ml.serverless_endpoint("chat", &ServerlessEndpointSettings::new(LLAMA));
        ml.serverless_endpoint("search", &ServerlessEndpointSettings::new(LLAMA));
        let without = ServerlessEndpointSettings {
            subscribe: Some(false.into()),
            ..ServerlessEndpointSettings::new("azureml://registries/azureml-xai/models/grok-3")
        };
        ml.serverless_endpoint("grok", &without);
    });
    assert_eq!(result.findings, [""; 0]);
    let name = "marketplace_meta-llama-3-1-8b-instruct";
    let subscription = azapi(&result, name);
    assert_eq!(
        subscription["body"],
        json!({"properties": {"modelId": LLAMA}})
    );
    assert_eq!(subscription["name"], "meta-llama-3-1-8b-instruct");
    let waits = json!([format!("azapi_resource.platform_ml_{name}")]);
    for endpoint in ["chat", "search"] {
        let endpoint = azapi(&result, &format!("serverless_endpoints_{endpoint}"));
        assert_eq!(endpoint["depends_on"], waits);
    }
    let grok = azapi(&result, "serverless_endpoints_grok");
    assert_eq!(grok["depends_on"], Json::Null);
}

#[test]
fn models_of_one_name_in_two_registries_are_both_subscribed_to() {
    let models = ["azureml-meta", "azureml-nvidia"]
        .map(|registry| format!("azureml://registries/{registry}/models/Llama-4"));
    let result = open(|ml| {
        for (name, model) in ["chat", "search"].into_iter().zip(&models) {
            ml.serverless_endpoint(name, &ServerlessEndpointSettings::new(model.clone()));
        }
    });
    assert_eq!(result.findings, [""; 0]);
    for (name, model) in ["llama-4", "azureml-nvidia-llama-4"]
        .into_iter()
        .zip(&models)
    {
        let subscription = azapi(&result, &format!("marketplace_{name}"));
        assert_eq!(subscription["name"], name);
        assert_eq!(subscription["body"]["properties"]["modelId"], **model);
    }
}

#[test]
fn a_model_that_is_none_of_the_catalog_is_reported() {
    let with_version = format!("{PHI}/versions/7");
    for model in ["azureml:fraud:3", &*with_version] {
        let result = open(|ml| {
            let settings = ServerlessEndpointSettings {
                subscribe: Some(true.into()),
                ..ServerlessEndpointSettings::new(model)
            };
            ml.serverless_endpoint("phi", &settings);
        });
        assert_eq!(
            result.findings,
            [format!(
                "T0876: `model` is \"{model}\", which is no model of the catalog"
            )]
        );
    }
}

#[test]
fn keys_and_unsafe_content_are_reported_in_production() {
    let settings = ServerlessEndpointSettings {
        auth: ServerlessAuth::AadAndKey.into(),
        content_safety: false.into(),
        ..ServerlessEndpointSettings::new(PHI)
    };
    let findings = |stage| {
        let result = build(stage, Outbound::Approved, |ml| {
            ml.serverless_endpoint("phi", &settings);
        });
        let findings = result.findings.into_iter();
        findings
            .filter(|finding| finding.starts_with("T087"))
            .collect::<Vec<_>>()
    };
    assert_eq!(findings(Stage::Dev), [""; 0]);
    assert_eq!(
        findings(Stage::Prod),
        [
            "T0875: an endpoint in production is opened by a key",
            "T0877: nobody looks at the content of a model in production",
        ]
    );
}
