//! What answers with models: online and batch endpoints, and the registry that keeps the models.

mod common;

use std::collections::BTreeMap;

use common::{Result, build_with, managed, ml, project};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::network::Outbound;
use terrace_azureml::serving::EndpointIdentity;
use terrace_azureml::serving::online::EndpointAuth;
use terrace_azureml::{
    AutoscaleSettings, BatchDeploymentSettings, BatchEndpointSettings, ClusterSettings,
    DeploymentSettings, EndpointSettings, MlWorkspace, RegistrySettings, WorkspaceSettings,
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
    });
    assert_eq!(result.findings, [""; 0]);
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
        missing.findings,
        ["T0805: `cluster` is \"gpu\", which is no cluster of the workspace"]
    );
}
