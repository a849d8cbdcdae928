//! The registry in which environments share models: what it is, and who may do what with it from where.

mod common;

use common::{Result, build, build_with, group, managed, ml, project};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_azureml::InGroup as _;
use terrace_azureml::network::{Outbound, OutboundRule};
use terrace_azureml::storage::Replication;
use terrace_azureml::{
    CiIdentity, CiSettings, ClusterSettings, EndpointSettings, ExistingSettings, IsolatedSettings,
    MlWorkspace, ModelRegistry, ModelRegistrySettings, Network, NetworkSettings, PeopleGroup,
    PeopleSettings, RegistrySettings, ResourceGroup, Storage, StorageSettings, VnetSettings,
    WorkspaceSettings,
};
use terrace_core::{Stack, Stage};

const SHARED: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shared/providers/Microsoft.MachineLearningServices/registries/mlr-shared";

const REGISTRY: &str = "Microsoft.MachineLearningServices/registries@2025-12-01";

fn shared() -> ModelRegistrySettings {
    ModelRegistrySettings {
        existing: Some(ExistingSettings::id(SHARED)),
        ..ModelRegistrySettings::default()
    }
}

/// A registry alone, in a network.
fn alone(network: &NetworkSettings, settings: &ModelRegistrySettings) -> Result {
    build(|stack| {
        let group = group(stack);
        Network::new(&group, "network", network);
        ModelRegistry::new(&group, "models", settings);
    })
}

/// A platform that uses a registry.
fn platform(
    network: &NetworkSettings,
    models: &ModelRegistrySettings,
    inside: impl FnOnce(&Stack, &MlWorkspace),
) -> Result {
    build_with(&project("example"), Stage::Dev, |stack| {
        let ml = ml_with(stack, network, models);
        inside(stack, &ml);
    })
}

fn ml_with(
    stack: &Stack,
    network: &NetworkSettings,
    models: &ModelRegistrySettings,
) -> MlWorkspace {
    let workspace = WorkspaceSettings::default();
    let registry = RegistrySettings::default();
    common::ml_after(stack, network, &workspace, &registry, |group| {
        ModelRegistry::new(group, "models", models);
    })
}

/// What is granted on the registry, and to whom.
fn grants(result: &Result) -> Vec<String> {
    let all = result.json["resource"]["azurerm_role_assignment"].as_object();
    let on_models = all.into_iter().flatten().filter(|(_, grant)| {
        let on = grant["scope"].as_str().unwrap_or_default();
        on == SHARED || on == "${azapi_resource.platform_models.id}"
    });
    on_models
        .filter_map(|(_, grant)| grant["description"].as_str())
        .map(ToOwned::to_owned)
        .collect()
}

fn scientists() -> PeopleSettings {
    let group = PeopleGroup {
        object_id: "11111111-1111-1111-1111-111111111111".into(),
        eligible_days: None,
        roles: Vec::new(),
    };
    PeopleSettings {
        data_scientists: [("science".to_owned(), group)].into(),
        ..PeopleSettings::default()
    }
}

fn pipeline(promotes: bool) -> CiSettings {
    CiSettings::Github {
        repository: "example/models".into(),
        environments: vec!["dev".into()],
        branches: Vec::new(),
        tags: Vec::new(),
        pull_requests: false.into(),
        deploys: terrace_azureml::ci::Deploys::Models.into(),
        promotes: promotes.into(),
    }
}

fn open() -> NetworkSettings {
    managed(Outbound::Internet, true)
}

fn closed() -> NetworkSettings {
    managed(Outbound::Approved, false)
}

#[test]
fn a_registry_keeps_what_is_in_it_privately_and_in_all_its_regions() {
    let settings = ModelRegistrySettings {
        regions: vec!["northeurope".into()],
        ..ModelRegistrySettings::default()
    };
    let result = alone(&closed(), &settings);
    assert_eq!(result.findings, [""; 0]);
    let registry = result.resource("azapi_resource", "platform_models");
    assert_eq!(registry["type"], REGISTRY);
    assert_eq!(registry["identity"], json!({"type": "SystemAssigned"}));
    assert_eq!(registry["location"], "westeurope");
    assert_eq!(registry["tags"]["owner"], "team");
    let region = |name: &str| {
        json!({
            "location": name,
            "acrDetails": [{"systemCreatedAcrAccount": {"acrAccountSku": "Premium"}}],
            "storageAccountDetails": [{"systemCreatedStorageAccount": {
                "storageAccountType": "Standard_ZRS",
                "storageAccountHnsEnabled": false,
                "allowBlobPublicAccess": false,
            }}],
        })
    };
    assert_eq!(
        registry["body"],
        json!({"properties": {
            "publicNetworkAccess": "Disabled",
            "regionDetails": [region("westeurope"), region("northeurope")],
        }})
    );
    assert_eq!(
        registry["list_unique_id_property"],
        json!({"properties.regionDetails": "location"})
    );
}

#[test]
fn a_registry_is_reached_as_the_network_says() {
    let own = NetworkSettings::OwnVnet(terrace_azureml::IsolatedSettings {
        vnet: Some(VnetSettings::default()),
        ..terrace_azureml::IsolatedSettings::default()
    });
    let public = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    for (network, access, endpoint) in [
        (public, "Enabled", false),
        (closed(), "Disabled", true),
        (own, "Disabled", true),
    ] {
        let result = alone(&network, &ModelRegistrySettings::default());
        let registry = result.resource("azapi_resource", "platform_models");
        assert_eq!(
            registry["body"]["properties"]["publicNetworkAccess"],
            access
        );
        let connection = &result.json["resource"]["azurerm_private_endpoint"]["platform_models_amlregistry"]
            ["private_service_connection"];
        assert_eq!(!connection.is_null(), endpoint);
        if endpoint {
            assert_eq!(connection["subresource_names"], json!(["amlregistry"]));
        }
    }
}

#[test]
fn the_name_of_a_registry_is_unique_in_the_tenant() {
    let name = |organization: &str| {
        let result = build_with(&project(organization), Stage::Dev, |stack| {
            ModelRegistry::new(&group(stack), "models", &ModelRegistrySettings::default());
        });
        result.resource("azapi_resource", "platform_models")["name"].clone()
    };
    assert_ne!(name("one"), name("two"));
    let long = ModelRegistrySettings {
        name: Some("-models".into()),
        ..ModelRegistrySettings::default()
    };
    assert_eq!(
        alone(&open(), &long).findings[0],
        "T0806: `name` is \"-models\", but must begin with a letter or digit"
    );
}

#[test]
fn regions_are_others_that_have_the_replication() {
    let regions = |regions: &[&str], replication: Replication| {
        let settings = ModelRegistrySettings {
            regions: regions.iter().map(|region| (*region).into()).collect(),
            replication: replication.into(),
            ..ModelRegistrySettings::default()
        };
        alone(&open(), &settings).findings
    };
    assert_eq!(regions(&["northeurope"], Replication::Zrs), [""; 0]);
    assert_eq!(
        regions(&["westeurope"], Replication::Zrs),
        ["T0805: `regions` names \"westeurope\", where it is anyway"]
    );
    assert_eq!(
        regions(&["westeurop"], Replication::Lrs),
        ["T0801: `regions` names \"westeurop\", which is no region of Azure"]
    );
    assert_eq!(regions(&["westus"], Replication::Lrs), [""; 0]);
    assert_eq!(
        regions(&["westus"], Replication::Zrs),
        ["T0803: `replication` is \"ZRS\", which the region \"westus\" does not have"]
    );
}

#[test]
fn people_use_models_and_pipelines_that_promote_bring_them_in() {
    let result = platform(&open(), &ModelRegistrySettings::default(), |_, ml| {
        ml.admit(&scientists());
        CiIdentity::new(ml, "train", &pipeline(true));
        CiIdentity::new(ml, "deploy", &pipeline(false));
        ml.cluster("cpu", &ClusterSettings::new("Standard_DS3_v2", 4));
        ml.endpoint("fraud", &EndpointSettings::default());
    });
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(
        grants(&result),
        [
            "Reader for platform/ml/ci_deploy",
            "AzureML Registry User for platform/ml/ci_train",
            "Reader for platform/ml/clusters/cpu/identity",
            "Reader for platform/ml/endpoints/fraud/identity",
            "Reader for science",
        ]
    );
}

#[test]
fn people_have_their_rights_on_a_shared_registry_from_who_makes_it() {
    let result = platform(&open(), &shared(), |_, ml| {
        ml.admit(&scientists());
        CiIdentity::new(ml, "train", &pipeline(true));
    });
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(
        result.json["resource"]["azapi_resource"]["platform_models"],
        Json::Null
    );
    assert_eq!(
        grants(&result),
        ["AzureML Registry User for platform/ml/ci_train"]
    );
}

#[test]
fn who_promotes_needs_a_registry() {
    let result = build(|stack| {
        let ml = ml(
            stack,
            &open(),
            &WorkspaceSettings::default(),
            &RegistrySettings::default(),
        );
        CiIdentity::new(&ml, "train", &pipeline(true));
    });
    assert_eq!(
        result.findings,
        ["T0805: `promotes` is `true`, but there is no registry for models"]
    );
}

#[test]
fn a_managed_network_that_is_closed_has_a_way_to_the_registry() {
    let rule = |network: &NetworkSettings, models: &ModelRegistrySettings| {
        let result = platform(network, models, |_, _| {});
        assert_eq!(result.findings, [""; 0]);
        let rule =
            &result.json["resource"]["azapi_resource"]["platform_ml_outbound_model-registry"];
        let approves = |grant: &String| grant.starts_with("Azure AI Enterprise");
        (
            rule.clone(),
            grants(&result)
                .into_iter()
                .filter(approves)
                .collect::<Vec<_>>(),
        )
    };
    let (rule_to_shared, approves) = rule(&closed(), &shared());
    assert_eq!(
        rule_to_shared["body"]["properties"],
        json!({
            "type": "PrivateEndpoint",
            "category": "UserDefined",
            "destination": {
                "serviceResourceId": SHARED,
                "subresourceTarget": "amlregistry",
                "sparkEnabled": false,
            },
        })
    );
    assert_eq!(
        approves,
        ["Azure AI Enterprise Network Connection Approver for platform/ml/identity"]
    );
    // What it has on its own group is enough for what is in there.
    let (rule_to_own, approves) = rule(&closed(), &ModelRegistrySettings::default());
    assert_eq!(
        rule_to_own["body"]["properties"]["destination"]["serviceResourceId"],
        "${azapi_resource.platform_models.id}"
    );
    assert_eq!(approves, [""; 0]);
    assert_eq!(rule(&open(), &shared()).0, Json::Null);
    // Its registry has no public address.
    let half_open = NetworkSettings::Managed(IsolatedSettings {
        outbound: Outbound::Internet.into(),
        public_access: true.into(),
        private_services: true.into(),
        ..IsolatedSettings::default()
    });
    assert_ne!(
        rule(&half_open, &ModelRegistrySettings::default()).0,
        Json::Null
    );
    let without = ModelRegistrySettings {
        existing: Some(ExistingSettings {
            private_endpoint: Some(false.into()),
            ..ExistingSettings::id(SHARED)
        }),
        ..ModelRegistrySettings::default()
    };
    assert_eq!(rule(&closed(), &without).0, Json::Null);
}

#[test]
fn a_rule_cannot_be_called_like_the_way_to_the_registry() {
    let NetworkSettings::Managed(mut network) = closed() else {
        panic!("it is managed")
    };
    let rule = OutboundRule::Fqdn {
        host: "models.example.org".into(),
    };
    network.rules = [("model-registry".into(), rule)].into();
    let result = platform(&NetworkSettings::Managed(network), &shared(), |_, _| {});
    assert_eq!(
        result.findings,
        ["T0823: a rule is called `model-registry`, as the one about `platform/models` is"]
    );
}

#[test]
fn a_registry_cannot_be_left_as_it_is_and_be_managed() {
    let settings = ModelRegistrySettings {
        import_id: Some(SHARED.into()),
        ..shared()
    };
    let network = NetworkSettings::Public {
        allowed_addresses: Vec::new(),
    };
    assert_eq!(
        alone(&network, &settings).findings,
        ["T0815: `existing` says that it is left as it is, and `import_id` that it is managed"]
    );
}

#[test]
fn a_rule_about_a_registry_for_models_is_none_of_azurerms() {
    let NetworkSettings::Managed(mut network) = closed() else {
        panic!("it is managed")
    };
    let rule = OutboundRule::PrivateEndpoint {
        target_id: SHARED.into(),
        subresource: "amlregistry".into(),
        spark: false.into(),
    };
    network.rules = [("others".into(), rule)].into();
    let result = build(|stack| {
        ml(
            stack,
            &NetworkSettings::Managed(network),
            &WorkspaceSettings::default(),
            &RegistrySettings::default(),
        );
    });
    assert_eq!(result.findings, [""; 0]);
    result.resource("azapi_resource", "platform_ml_outbound_others");
}

#[test]
fn a_registry_takes_models_from_the_workspaces_storage_alone_and_where_that_has_a_public_address() {
    let rules = |network: &NetworkSettings| {
        let result = platform(network, &shared(), |_, ml| {
            Storage::new(ml.group(), "lake", &StorageSettings::default());
        });
        let of = |name| result.resource("azurerm_storage_account", name)["network_rules"].clone();
        assert_eq!(of("platform_lake")["private_link_access"], Json::Null);
        of("platform_data")
    };
    assert_eq!(
        rules(&open())["private_link_access"],
        json!([{"endpoint_resource_id": SHARED}])
    );
    assert_eq!(rules(&closed())["private_link_access"], Json::Null);
}

#[test]
fn a_registry_that_is_there_is_found_by_its_name() {
    let settings = ModelRegistrySettings {
        existing: Some(ExistingSettings::lookup("mlr-shared", "rg-shared")),
        ..ModelRegistrySettings::default()
    };
    let result = alone(&open(), &settings);
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(
        result.json["data"]["azapi_resource"]["platform_models"],
        json!({
            "name": "mlr-shared",
            "parent_id": "/subscriptions/${data.azurerm_client_config.current.subscription_id}/resourceGroups/rg-shared",
            "type": REGISTRY,
        })
    );
}

#[test]
fn a_registry_that_is_protected_is_not_destroyed() {
    let settings = ModelRegistrySettings::default();
    let app = terrace_core::App::new();
    let stack = app.stack("test", Stage::Prod);
    let location = "westeurope".into();
    terrace_azureml::Frame::new(&project("example"), &location)
        .protect(&true.into())
        .build(&stack, || {
            let group = ResourceGroup::new(&stack, "platform", &location);
            ModelRegistry::new(&group, "models", &settings);
        });
    let text = terrace_ir::render::module(&app.freeze().modules[0], None);
    let json: Json = serde_json::from_str(&text).expect("the output is JSON");
    let registry = &json["resource"]["azapi_resource"]["platform_models"];
    assert_eq!(registry["lifecycle"], json!({"prevent_destroy": true}));
}
