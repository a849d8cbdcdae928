//! Networks of one's own, and outbound rules.

mod common;

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::json;
use terrace_azureml::network::outbound::Protocol;
use terrace_azureml::network::{
    EgressSettings, FirewallSku, IsolatedSettings, NetworkSettings, Outbound, OutboundRule,
    VnetSettings,
};
use terrace_azureml::{RegistrySettings, WorkspaceSettings};
use terrace_ir::Sourced;

use crate::common::{Result, platform};

fn built(network: NetworkSettings) -> Result {
    let workspace = WorkspaceSettings {
        image_build_cluster: Some("cpu".into()),
        ..WorkspaceSettings::default()
    };
    platform(&network, &workspace, &RegistrySettings::default())
}

fn own(settings: IsolatedSettings) -> Result {
    built(NetworkSettings::OwnVnet(settings))
}

fn through(egress: EgressSettings) -> IsolatedSettings {
    IsolatedSettings {
        vnet: Some(VnetSettings {
            egress: Some(egress.into()),
            ..VnetSettings::default()
        }),
        ..IsolatedSettings::default()
    }
}

fn rules<const N: usize>(
    rules: [(&str, OutboundRule); N],
) -> BTreeMap<Sourced<String>, OutboundRule> {
    rules
        .into_iter()
        .map(|(name, rule)| (name.into(), rule))
        .collect()
}

fn fqdn(host: &str) -> OutboundRule {
    OutboundRule::Fqdn { host: host.into() }
}

fn tag(tag: &str) -> OutboundRule {
    OutboundRule::ServiceTag {
        tag: tag.into(),
        protocol: Protocol::Tcp.into(),
        ports: vec!["443".into()],
    }
}

fn endpoint(id: &str, subresource: &str) -> OutboundRule {
    OutboundRule::PrivateEndpoint {
        target_id: format!(
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-data/providers/{id}"
        )
        .into(),
        subresource: subresource.into(),
        spark: false.into(),
    }
}

fn count(result: &Result, type_name: &str) -> usize {
    let resources = result.json["resource"][type_name].as_object();
    resources.map_or(0, serde_json::Map::len)
}

const CLUSTER: &str = "azurerm_machine_learning_compute_cluster";
const WORKSPACE: &str = "azurerm_machine_learning_workspace";
const SECURITY_RULE: &str = "azurerm_network_security_rule";

#[test]
fn compute_in_a_network_of_ones_own_has_no_public_address_and_waits_for_what_it_needs() {
    let result = own(IsolatedSettings::default());
    assert_eq!(result.findings, [""; 0]);
    let cluster = result.resource(CLUSTER, "platform_ml_clusters_cpu");
    assert_eq!(
        cluster["subnet_resource_id"],
        "${azurerm_subnet.platform_network_training.id}"
    );
    assert_eq!(cluster["node_public_ip_enabled"], false);
    assert_eq!(
        cluster["depends_on"],
        json!([
            "azurerm_nat_gateway_public_ip_association.platform_network_nat",
            "azurerm_private_endpoint.platform_ml_amlworkspace",
            "azurerm_subnet_nat_gateway_association.platform_network_nat_training",
            "azurerm_subnet_network_security_group_association.platform_network_training",
        ])
    );
    let entrance = result.resource("azurerm_private_endpoint", "platform_ml_amlworkspace");
    let before = entrance["depends_on"].as_array().unwrap();
    assert!(before.contains(&json!("azurerm_private_endpoint.platform_data_file")));
    assert!(before.contains(&json!(
        "azurerm_private_dns_zone_virtual_network_link.platform_network_blob"
    )));
}

#[test]
fn row_29_the_workspace_has_no_managed_network_beside_one_of_ones_own() {
    let result = own(IsolatedSettings::default());
    let workspace = result.resource(WORKSPACE, "platform_ml");
    assert_eq!(workspace["managed_network"]["isolation_mode"], "Disabled");
    assert_eq!(
        workspace["serverless_compute"]["subnet_id"],
        "${azurerm_subnet.platform_network_training.id}"
    );
    let grants = result.json["resource"]["azurerm_role_assignment"]
        .as_object()
        .unwrap();
    assert!(
        !grants
            .contains_key("platform_ml_identity_azure_ai_enterprise_network_connection_approver")
    );
    assert!(grants.contains_key("platform_data_blob_ml_identity_reader"));
}

#[test]
fn subnets_have_a_security_group_no_delegation_and_no_way_out_by_default() {
    let result = own(IsolatedSettings::default());
    for name in ["platform_network_endpoints", "platform_network_training"] {
        let subnet = result.resource("azurerm_subnet", name);
        assert_eq!(subnet["default_outbound_access_enabled"], false);
        assert!(subnet.get("delegation").is_none());
        result.resource("azurerm_subnet_network_security_group_association", name);
    }
}

/// Policies that refuse a subnet without security group see it from the first moment.
#[test]
fn row_24_a_security_group_may_come_with_its_subnet() {
    let result = own(IsolatedSettings {
        vnet: Some(VnetSettings {
            security_group_at_creation: true.into(),
            ..VnetSettings::default()
        }),
        ..IsolatedSettings::default()
    });
    assert_eq!(
        count(&result, "azurerm_subnet_network_security_group_association"),
        0
    );
    let subnet = result.resource("azurerm_subnet", "platform_network_training");
    assert_eq!(
        subnet["network_security_group_id_wo"],
        "${azurerm_network_security_group.platform_network_training.id}"
    );
    assert_eq!(subnet["network_security_group_id_wo_version"], 1);
}

#[test]
fn only_what_compute_needs_is_let_out() {
    let result = own(IsolatedSettings::default());
    let rules = result.json["resource"][SECURITY_RULE].as_object().unwrap();
    let tags: Vec<&str> = rules
        .values()
        .filter(|rule| rule["access"] == "Allow")
        .map(|rule| rule["destination_address_prefix"].as_str().unwrap())
        .collect();
    for needed in [
        "AzureActiveDirectory",
        "AzureMachineLearning",
        "BatchNodeManagement.westeurope",
        "AzureResourceManager",
        "Storage.westeurope",
        "MicrosoftContainerRegistry",
        "AzureFrontDoor.FirstParty",
        "AzureMonitor",
    ] {
        assert!(tags.contains(&needed), "{needed} in {tags:?}");
    }
    let end = &rules["platform_network_training_aml-nothing-else"];
    assert_eq!(end["access"], "Deny");
    assert_eq!(end["destination_address_prefix"], "Internet");
    assert!(rules.values().all(|rule| rule["direction"] == "Outbound"));
}

#[test]
fn the_priority_of_a_rule_does_not_change_when_another_comes() {
    let priority = |rules: BTreeMap<Sourced<String>, OutboundRule>| {
        let result = own(IsolatedSettings {
            rules,
            ..IsolatedSettings::default()
        });
        result.resource(SECURITY_RULE, "platform_network_training_lake")["priority"].clone()
    };
    let lake = || ("lake", tag("AzureDataLake"));
    assert_eq!(
        priority(rules([lake()])),
        priority(rules([
            ("datasets", tag("AzureOpenDatasets")),
            lake(),
            ("sql", tag("Sql"))
        ]))
    );
}

#[test]
fn a_rule_about_a_host_brings_a_firewall_as_in_a_managed_network() {
    let result = own(IsolatedSettings {
        rules: rules([("models", fqdn("models.example.org"))]),
        ..IsolatedSettings::default()
    });
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(count(&result, "azurerm_nat_gateway"), 0);
    let group = result.resource(
        "azurerm_firewall_policy_rule_collection_group",
        "platform_network_firewall_compute",
    );
    let rule = &group["application_rule_collection"][0]["rule"][0];
    assert_eq!(rule["destination_fqdns"], json!(["models.example.org"]));
    assert_eq!(
        result.resource("azurerm_route", "platform_network_routes_out")["next_hop_in_ip_address"],
        "${azurerm_firewall.platform_network_firewall.ip_configuration[0].private_ip_address}"
    );
}

#[test]
fn a_nat_gateway_knows_no_hosts() {
    let result = own(IsolatedSettings {
        rules: rules([("models", fqdn("models.example.org"))]),
        ..through(EgressSettings::Nat {})
    });
    assert_eq!(
        result.findings,
        ["T0805: \"models.example.org\" is not reached: a NAT gateway knows no hosts"]
    );
}

#[test]
fn a_basic_firewall_is_managed_through_a_subnet_of_its_own() {
    let result = own(IsolatedSettings {
        firewall_sku: Some(FirewallSku::Basic.into()),
        ..through(EgressSettings::Firewall {})
    });
    assert_eq!(result.findings, [""; 0]);
    let firewall = result.resource("azurerm_firewall", "platform_network_firewall");
    assert_eq!(
        firewall["management_ip_configuration"]["subnet_id"],
        "${azurerm_subnet.platform_network_firewall_management.id}"
    );
    assert_eq!(count(&result, "azurerm_public_ip"), 2);
    assert_eq!(
        result.resource("azurerm_subnet", "platform_network_firewall")["name"],
        "AzureFirewallSubnet"
    );
}

#[test]
fn a_hubs_firewall_is_the_next_hop() {
    let result = own(through(EgressSettings::Appliance {
        next_hop: "10.0.0.4".into(),
    }));
    assert_eq!(
        result.resource("azurerm_route", "platform_network_routes_out")["next_hop_in_ip_address"],
        "10.0.0.4"
    );
    assert_eq!(count(&result, "azurerm_firewall"), 0);
    assert_eq!(count(&result, "azurerm_public_ip"), 0);
}

/// The alias stands for the accounts that the service itself needs.
#[test]
fn row_25_storage_of_others_may_be_shut_out_by_a_service_endpoint_policy() {
    let result = own(IsolatedSettings {
        vnet: Some(VnetSettings {
            service_endpoint_policy: true.into(),
            ..VnetSettings::default()
        }),
        ..IsolatedSettings::default()
    });
    let policy = result.resource(
        "azurerm_subnet_service_endpoint_storage_policy",
        "platform_network_training",
    );
    let resources = |at: usize| policy["definition"][at]["service_resources"].clone();
    assert_eq!(resources(0), json!(["/services/Azure/MachineLearning"]));
    assert_eq!(
        resources(1),
        json!(["${azurerm_resource_group.platform.id}"])
    );
}

#[test]
fn compute_that_does_not_fit_into_its_subnet_is_reported() {
    let result = own(IsolatedSettings {
        vnet: Some(VnetSettings {
            address_space: "10.20.0.0/26".into(),
            subnets: terrace_azureml::network::plan::SubnetRanges {
                training: Some("10.20.0.0/29".into()),
                ..Default::default()
            },
            ..VnetSettings::default()
        }),
        ..IsolatedSettings::default()
    });
    assert_eq!(
        result.findings,
        [
            "T0822: `endpoints` is \"10.20.0.32/29\" with room for 3 addresses, but the private endpoints take 8",
            "T0822: `training` is \"10.20.0.0/29\" with room for 3 addresses, but compute may grow to 4",
        ]
    );
}

#[test]
fn subnets_that_overlap_or_lie_outside_are_reported() {
    let findings = |training: &str| {
        own(IsolatedSettings {
            vnet: Some(VnetSettings {
                subnets: terrace_azureml::network::plan::SubnetRanges {
                    training: Some(training.into()),
                    ..Default::default()
                },
                ..VnetSettings::default()
            }),
            ..IsolatedSettings::default()
        })
        .findings
    };
    assert_eq!(
        findings("10.20.8.0/24"),
        ["T0821: `training` is \"10.20.8.0/24\", which overlaps `endpoints`, 10.20.8.0/26"]
    );
    assert_eq!(
        findings("10.21.0.0/24"),
        [
            "T0820: `training` is \"10.21.0.0/24\", which is not inside `address_space`, 10.20.0.0/20"
        ]
    );
    assert_eq!(
        findings("10.20.0.0/30"),
        [
            "T0820: `training` is \"10.20.0.0/30\", which is too small for it",
            "T0822: `training` is \"10.20.0.0/30\" with room for 0 addresses, but compute may grow to 4",
        ]
    );
}

#[test]
fn subnets_that_exist_hold_endpoints_and_compute() {
    let network = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-spoke/subnets";
    let vnet = VnetSettings {
        endpoints_subnet_id: Some(format!("{network}/endpoints").into()),
        ..VnetSettings::default()
    };
    let settings = |vnet| IsolatedSettings {
        vnet: Some(vnet),
        ..IsolatedSettings::default()
    };
    assert_eq!(
        own(settings(vnet.clone())).findings,
        ["T0805: `endpoints_subnet_id` names a network, but no subnet for compute in it"]
    );
    let result = own(settings(VnetSettings {
        training_subnet_id: Some(format!("{network}/training").into()),
        ..vnet
    }));
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(count(&result, "azurerm_virtual_network"), 0);
    assert_eq!(
        result.resource(CLUSTER, "platform_ml_clusters_cpu")["subnet_resource_id"],
        format!("{network}/training")
    );
}

#[test]
fn what_means_nothing_in_a_managed_network_is_a_warning() {
    let result = built(NetworkSettings::Managed(through(EgressSettings::Nat {})));
    assert_eq!(
        result.findings,
        ["T0805: `egress` changes nothing: compute is in a managed network"]
    );
}

#[test]
fn row_23_rules_of_a_managed_network_come_one_after_another() {
    let result = built(NetworkSettings::Managed(IsolatedSettings {
        firewall_sku: Some(FirewallSku::Basic.into()),
        rules: rules([
            (
                "lake",
                endpoint("Microsoft.Storage/storageAccounts/stlake", "dfs"),
            ),
            ("models", fqdn("*.example.org")),
            (
                "search",
                endpoint("Microsoft.Search/searchServices/srch", "searchService"),
            ),
            ("weather", tag("AzureOpenDatasets")),
        ]),
        ..IsolatedSettings::default()
    }));
    assert_eq!(result.findings, [""; 0]);
    let rule = |suffix: &str, name: &str| {
        let type_name =
            format!("azurerm_machine_learning_workspace_network_outbound_rule_{suffix}");
        result
            .resource(&type_name, &format!("platform_ml_outbound_{name}"))
            .clone()
    };
    assert_eq!(
        rule("private_endpoint", "lake")["depends_on"],
        json!(["azapi_update_resource.platform_ml_outbound_firewall"])
    );
    assert_eq!(
        rule("fqdn", "models")["depends_on"],
        json!([
            "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint.platform_ml_outbound_lake"
        ])
    );
    // azurerm makes none for this service.
    let search = result.resource("azapi_resource", "platform_ml_outbound_search");
    assert_eq!(
        search["body"]["properties"]["destination"]["subresourceTarget"],
        "searchService"
    );
    assert_eq!(
        rule("service_tag", "weather")["depends_on"],
        json!(["azapi_resource.platform_ml_outbound_search"])
    );
}

#[test]
fn rules_that_azure_refuses_are_reported() {
    let findings = |rule: OutboundRule| {
        built(NetworkSettings::Managed(IsolatedSettings {
            rules: rules([("mine", rule)]),
            ..IsolatedSettings::default()
        }))
        .findings
    };
    for (host, problem) in [
        ("https://models.example.org/v1", "is no host"),
        ("localhost", "is no host"),
        (
            "stlake.blob.core.windows.net",
            "is storage, for which Azure takes no rule by host",
        ),
    ] {
        assert_eq!(
            findings(fqdn(host)),
            [format!(
                "T0823: `host` of the rule `mine` is \"{host}\", which {problem}"
            )]
        );
    }
    let ports = OutboundRule::ServiceTag {
        tag: "Sql".into(),
        protocol: Protocol::Tcp.into(),
        ports: vec!["1433".into(), "11999-11000".into()],
    };
    assert_eq!(
        findings(ports),
        ["T0823: `ports` of the rule `mine` has \"11999-11000\", which is no port"]
    );
}

#[test]
fn row_28_rules_about_hosts_and_service_tags_need_approved_outbound() {
    let open = |rule: OutboundRule| IsolatedSettings {
        outbound: Outbound::Internet.into(),
        rules: rules([("mine", rule)]),
        ..IsolatedSettings::default()
    };
    assert_eq!(
        built(NetworkSettings::Managed(open(fqdn("models.example.org")))).findings,
        ["T0823: the rule `mine` is about a host, but `outbound` is \"internet\""]
    );
    assert_eq!(
        built(NetworkSettings::Managed(open(tag("Sql")))).findings,
        ["T0823: the rule `mine` is about a service tag, but `outbound` is \"internet\""]
    );
    let lake = endpoint("Microsoft.Storage/storageAccounts/stlake", "dfs");
    assert_eq!(
        built(NetworkSettings::Managed(open(lake))).findings,
        [""; 0]
    );
}
