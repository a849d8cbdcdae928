//! What isolation declares, and what it reports.

mod common;

use pretty_assertions::assert_eq;
use serde_json::json;
use terrace_azureml::network::{DnsSettings, IsolatedSettings, Outbound, VnetSettings};
use terrace_azureml::{
    ExistingSettings, Frame, Network, NetworkSettings, RegistrySettings, ResourceGroup, Storage,
    StorageSettings, WorkspaceSettings,
};
use terrace_core::{App, Stage};
use terrace_ir::{Sourced, render};

use crate::common::{Result, build, build_with, group, managed, platform, project};

/// A platform in which nothing is reached from outside, with one thing said of its network.
fn closed(vnet: VnetSettings) -> Result {
    let network = NetworkSettings::Managed(IsolatedSettings {
        vnet: Some(vnet),
        ..IsolatedSettings::default()
    });
    platform(&network, &builder(), &RegistrySettings::default())
}

fn builder() -> WorkspaceSettings {
    WorkspaceSettings {
        image_build_cluster: Some("cpu".into()),
        ..WorkspaceSettings::default()
    }
}

fn names(result: &Result, type_name: &str) -> Vec<String> {
    match result.json["resource"][type_name].as_object() {
        Some(resources) => resources.keys().cloned().collect(),
        None => Vec::new(),
    }
}

const ENDPOINT: &str = "azurerm_private_endpoint";

#[test]
fn without_public_access_private_endpoints_are_the_way_in() {
    let result = closed(VnetSettings::default());
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(
        names(&result, ENDPOINT),
        [
            "platform_data_blob",
            "platform_data_file",
            "platform_images_registry",
            "platform_ml_amlworkspace",
            "platform_vault_vault",
        ]
    );
}

#[test]
fn a_workspace_may_be_public_while_what_it_uses_is_not() {
    let NetworkSettings::Managed(settings) = managed(Outbound::Internet, true) else {
        unreachable!()
    };
    let result = platform(
        &NetworkSettings::Managed(IsolatedSettings {
            private_services: true.into(),
            ..settings
        }),
        &WorkspaceSettings::default(),
        &RegistrySettings::default(),
    );
    assert_eq!(result.findings, [""; 0]);
    let is_public = |kind: &str, name: &str| {
        result.resource(kind, name)["public_network_access_enabled"].clone()
    };
    let workspace = is_public("azurerm_machine_learning_workspace", "platform_ml");
    assert_eq!(workspace, true);
    assert_eq!(is_public("azurerm_storage_account", "platform_data"), false);
    assert_eq!(is_public("azurerm_key_vault", "platform_vault"), false);
    let registry = is_public("azurerm_container_registry", "platform_images");
    assert_eq!(registry, false);
    result.resource("azurerm_private_endpoint", "platform_data_blob");
    result.resource(
        "azurerm_machine_learning_compute_cluster",
        "platform_ml_clusters_image_builder",
    );
}

#[test]
fn with_public_access_there_are_no_endpoints_and_no_network() {
    let result = platform(
        &managed(Outbound::Internet, true),
        &WorkspaceSettings::default(),
        &RegistrySettings::default(),
    );
    assert_eq!(names(&result, ENDPOINT), [""; 0]);
    assert_eq!(names(&result, "azurerm_virtual_network"), [""; 0]);
}

/// Azure refuses to change a target, or a subnet, twice at the same time.
#[test]
fn row_17_endpoints_of_one_target_wait_for_each_other_and_for_the_subnet() {
    let result = closed(VnetSettings::default());
    assert_eq!(
        result.resource(ENDPOINT, "platform_data_file")["depends_on"],
        json!(["azurerm_private_endpoint.platform_data_blob"])
    );
    assert_eq!(
        result.resource(ENDPOINT, "platform_data_blob")["depends_on"],
        json!(["azurerm_subnet_network_security_group_association.platform_network_endpoints"])
    );
    for endpoint in names(&result, ENDPOINT) {
        let connection = &result.resource(ENDPOINT, &endpoint)["private_service_connection"];
        let parts = connection["subresource_names"].as_array().map(Vec::len);
        assert_eq!(parts, Some(1), "{endpoint}");
    }
}

#[test]
fn row_19_the_workspace_has_its_name_in_both_zones() {
    let result = closed(VnetSettings::default());
    let endpoint = result.resource(ENDPOINT, "platform_ml_amlworkspace");
    assert_eq!(
        endpoint["private_dns_zone_group"]["private_dns_zone_ids"],
        json!([
            "${azurerm_private_dns_zone.platform_network_api.id}",
            "${azurerm_private_dns_zone.platform_network_notebooks.id}",
        ])
    );
    let link = "azurerm_private_dns_zone_virtual_network_link";
    assert_eq!(
        names(&result, link),
        names(&result, "azurerm_private_dns_zone")
    );
    for name in names(&result, link) {
        assert_eq!(result.resource(link, &name)["registration_enabled"], false);
    }
}

#[test]
fn row_18_a_policy_may_keep_the_zone_groups_and_no_plan_takes_them_out() {
    let result = closed(VnetSettings {
        dns: DnsSettings::Policy,
        ..VnetSettings::default()
    });
    assert_eq!(names(&result, "azurerm_private_dns_zone"), [""; 0]);
    let endpoint = result.resource(ENDPOINT, "platform_vault_vault");
    assert!(endpoint.get("private_dns_zone_group").is_none());
    assert_eq!(
        endpoint["lifecycle"]["ignore_changes"],
        json!(["private_dns_zone_group"])
    );
}

#[test]
fn zones_that_exist_are_linked_under_the_networks_name() {
    let hub = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub";
    let own = format!("{hub}/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io");
    let result = closed(VnetSettings {
        dns: DnsSettings::Existing {
            group: ExistingSettings::id(format!("{hub}-dns")),
            ids: [("privatelink.azurecr.io".to_owned(), own.clone().into())].into(),
            link: true.into(),
        },
        ..VnetSettings::default()
    });
    assert_eq!(names(&result, "azurerm_private_dns_zone"), [""; 0]);
    let zones = |endpoint: &str| {
        result.resource(ENDPOINT, endpoint)["private_dns_zone_group"]["private_dns_zone_ids"]
            .clone()
    };
    assert_eq!(zones("platform_images_registry"), json!([own]));
    assert_eq!(
        zones("platform_vault_vault"),
        json!([format!(
            "{hub}-dns/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
        )])
    );
    let link = result.resource(
        "azurerm_private_dns_zone_virtual_network_link",
        "platform_network_azurecr",
    );
    let network = result.resource("azurerm_virtual_network", "platform_network");
    assert_eq!(link["name"], network["name"]);
}

#[test]
fn endpoints_go_into_a_subnet_that_exists() {
    let network = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-spoke";
    let result = closed(VnetSettings {
        endpoints_subnet_id: Some(format!("{network}/subnets/endpoints").into()),
        ..VnetSettings::default()
    });
    assert_eq!(names(&result, "azurerm_virtual_network"), [""; 0]);
    assert_eq!(
        result.resource(ENDPOINT, "platform_vault_vault")["subnet_id"],
        format!("{network}/subnets/endpoints")
    );
    let link = result.resource(
        "azurerm_private_dns_zone_virtual_network_link",
        "platform_network_azurecr",
    );
    assert_eq!(link["name"], "vnet-spoke");
    assert_eq!(link["virtual_network_id"], network);
}

#[test]
fn ranges_that_no_network_takes_are_reported() {
    let findings = |address_space: &str| {
        let settings = NetworkSettings::Managed(IsolatedSettings {
            vnet: Some(VnetSettings {
                address_space: address_space.into(),
                ..VnetSettings::default()
            }),
            ..IsolatedSettings::default()
        });
        let mut result = build(|stack| {
            Network::new(&group(stack), "network", &settings);
        });
        result.findings.pop().unwrap_or_default()
    };
    assert_eq!(findings("10.1.0.0/16"), "");
    for (wrong, problem) in [
        ("10.1.0.0", "which is no range"),
        ("10.1.0.0/40", "which is no range"),
        ("10.1.0.5/16", "which does not begin with its first address"),
        (
            "172.16.0.0/12",
            "which overlaps 172.17.0.0/16, the network inside of compute",
        ),
        (
            "224.0.0.0/8",
            "which no network can have: 224.0.0.0/4 is multicast",
        ),
        ("10.1.0.0/28", "but `endpoints` has no room in it"),
    ] {
        assert_eq!(
            findings(wrong),
            format!("T0820: `address_space` is \"{wrong}\", {problem}")
        );
    }
}

#[test]
fn the_region_decides_the_cloud_and_so_the_zones_and_whom_the_providers_talk_to() {
    let app = App::new();
    let stack = app.stack("test", Stage::Dev);
    let location: Sourced<String> = "usgovvirginia".into();
    Frame::new(&project("example"), &location).build(&stack, || {
        let group = ResourceGroup::new(&stack, "platform", &location);
        Network::new(&group, "network", &NetworkSettings::default());
        Storage::new(&group, "data", &StorageSettings::default());
    });
    let frozen = app.freeze();
    let findings: Vec<&str> = frozen.diagnostics.iter().map(|it| &*it.summary).collect();
    assert_eq!(
        findings,
        ["`location` is \"usgovvirginia\", which is not known to offer Azure Machine Learning"]
    );
    let json: serde_json::Value =
        serde_json::from_str(&render::module(&frozen.modules[0], None)).unwrap();
    assert_eq!(
        json["provider"]["azurerm"][0]["environment"],
        "usgovernment"
    );
    let zones = &json["resource"]["azurerm_private_dns_zone"];
    assert_eq!(
        zones["platform_network_blob"]["name"],
        "privatelink.blob.core.usgovcloudapi.net"
    );
}

/// A public platform that lets in the addresses.
fn public(addresses: &[&str]) -> Result {
    let network = NetworkSettings::Public {
        allowed_addresses: addresses.iter().map(|it| (*it).into()).collect(),
    };
    platform(
        &network,
        &WorkspaceSettings::default(),
        &RegistrySettings::default(),
    )
}

#[test]
fn who_lets_everybody_in_says_so_and_identities_alone_guard_the_services() {
    let result = public(&["0.0.0.0/0"]);
    assert_eq!(result.findings, [""; 0]);
    let findings = |stage, addresses: &[&str]| {
        let network = NetworkSettings::Public {
            allowed_addresses: addresses.iter().map(|it| (*it).into()).collect(),
        };
        let built = build_with(&project("example"), stage, |stack| {
            Network::new(&group(stack), "network", &network);
        });
        let findings = built.findings.into_iter();
        findings
            .filter(|it| it.contains("everybody"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        findings(Stage::Prod, &["0.0.0.0/0"]),
        ["T0837: storage, vault and registry let everybody in, in prod"]
    );
    assert_eq!(
        findings(Stage::Dev, &["203.0.113.7", "0.0.0.0/0"]),
        [
            "T0805: \"203.0.113.7\" in `allowed_addresses` changes nothing: \"0.0.0.0/0\" lets everybody in"
        ]
    );
    let rules = |type_name, name: &str, rules| result.resource(type_name, name)[rules].clone();
    let storage = rules("azurerm_storage_account", "platform_data", "network_rules");
    assert_eq!(storage["default_action"], "Allow");
    assert_eq!(storage["ip_rules"], json!(null));
    let vault = rules("azurerm_key_vault", "platform_vault", "network_acls");
    assert_eq!(vault["default_action"], "Allow");
    let registry = "azurerm_container_registry";
    let registry = rules(registry, "platform_images", "network_rule_set");
    assert_eq!(registry[0]["default_action"], "Allow");
}

#[test]
fn compute_with_public_addresses_is_told_that_storage_does_not_let_it_in() {
    let closed =
        "T0836: storage does not let in the public addresses of compute, so jobs read no data";
    assert_eq!(public(&[]).findings, [closed]);
    assert_eq!(public(&["203.0.113.7"]).findings, [closed]);
}
