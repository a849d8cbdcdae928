//! Subnets of one's own, and subnets in a network that is there already.

mod common;

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::json;
use terrace_azureml::network::{EgressSettings, OwnSubnetSettings};
use terrace_azureml::{
    ExistingSettings, Given, IsolatedSettings, Network, NetworkSettings, RegistrySettings, Storage,
    StorageSettings, VnetSettings, WorkspaceSettings,
};

use terrace_azurerm::network_security_rule::{Access, Direction, Protocol};
use terrace_azurerm::{NetworkSecurityRule, NetworkSecurityRuleArgs};

use terrace_core::Resource;
use terrace_ir::Any;

use crate::common::{Result, build, group, ml};

const SUBNET: &str = "azurerm_subnet";

fn own(vnet: VnetSettings) -> NetworkSettings {
    NetworkSettings::OwnVnet(IsolatedSettings {
        vnet: Some(vnet),
        ..IsolatedSettings::default()
    })
}

fn subnets<const N: usize>(subnets: [(&str, OwnSubnetSettings); N]) -> VnetSettings {
    VnetSettings {
        own_subnets: subnets
            .into_iter()
            .map(|(name, subnet)| (name.into(), subnet))
            .collect::<BTreeMap<_, _>>(),
        ..VnetSettings::default()
    }
}

fn built(vnet: VnetSettings) -> Result {
    build(|stack| {
        let builder = WorkspaceSettings::default();
        ml(stack, &own(vnet), &builder, &RegistrySettings::default());
    })
}

fn names(result: &Result, type_name: &str) -> Vec<String> {
    let resources = result.json["resource"][type_name].as_object();
    resources.map_or_else(Vec::new, |all| all.keys().cloned().collect())
}

#[test]
fn a_service_has_a_subnet_for_itself() {
    let environment = OwnSubnetSettings {
        delegation: Some("Microsoft.App/environments".into()),
        service_endpoints: vec!["Microsoft.Storage".into()],
        egress: Some(false.into()),
        ..OwnSubnetSettings::new("10.20.10.0/23")
    };
    let result = built(subnets([("apps", environment)]));
    assert_eq!(result.findings, [""; 0]);
    let subnet = result.resource(SUBNET, "platform_network_apps");
    assert_eq!(
        subnet["delegation"][0]["service_delegation"],
        json!({ "name": "Microsoft.App/environments" })
    );
    assert_eq!(
        subnet["lifecycle"]["ignore_changes"],
        json!(["delegation[0].service_delegation[0].actions"])
    );
    assert_eq!(
        subnet["service_endpoint"],
        json!([{ "service": "Microsoft.Storage" }])
    );
    let way_out = "azurerm_subnet_nat_gateway_association";
    assert_eq!(names(&result, way_out), ["platform_network_nat_training"]);
}

#[test]
fn a_gateways_subnet_has_the_name_that_azure_prescribes_and_no_security_group() {
    let gateway = OwnSubnetSettings {
        name: Some("GatewaySubnet".into()),
        ..OwnSubnetSettings::new("10.20.8.64/27")
    };
    let result = built(subnets([("gateway", gateway.clone())]));
    assert_eq!(result.findings, [""; 0]);
    let subnet = result.resource(SUBNET, "platform_network_gateway");
    assert_eq!(subnet["name"], "GatewaySubnet");
    assert_eq!(subnet["default_outbound_access_enabled"], json!(null));
    let groups = names(&result, "azurerm_network_security_group");
    assert!(!groups.contains(&"platform_network_gateway".to_owned()));
    let way_out = "azurerm_subnet_nat_gateway_association";
    assert_eq!(names(&result, way_out), ["platform_network_nat_training"]);
    let gateway = OwnSubnetSettings {
        egress: Some(true.into()),
        ..gateway
    };
    assert_eq!(
        built(subnets([("gateway", gateway)])).findings,
        ["T0805: `egress` is true, but `GatewaySubnet` has a way out of its own"]
    );
}

#[test]
fn a_firewall_lets_a_subnet_of_ones_own_out_too() {
    let vnet = VnetSettings {
        egress: Some(EgressSettings::Firewall {}.into()),
        ..subnets([("aks", OwnSubnetSettings::new("10.20.8.128/25"))])
    };
    let result = built(vnet);
    assert_eq!(result.findings, [""; 0]);
    let rules = result.resource(
        "azurerm_firewall_policy_rule_collection_group",
        "platform_network_firewall_compute",
    );
    assert_eq!(
        rules["network_rule_collection"][0]["rule"][0]["source_addresses"],
        json!(["10.20.0.0/21", "10.20.8.128/25"])
    );
}

#[test]
fn a_stack_adds_rules_to_the_security_group_of_a_subnet() {
    let result = build(|stack| {
        let group = group(stack);
        let network = Network::new(&group, "network", &own(VnetSettings::default()));
        let guard = network.security_group("training").expect("it is made here");
        let rule = NetworkSecurityRuleArgs {
            name: "from-office".into(),
            resource_group_name: group.name().into(),
            network_security_group_name: guard.name().into(),
            direction: Direction::Inbound.into(),
            access: Access::Allow.into(),
            priority: 200.into(),
            protocol: Protocol::Tcp.into(),
        };
        NetworkSecurityRule::new(&group, "from_office", rule)
            .set_source_address_prefix("10.9.0.0/24")
            .set_source_port_range("*")
            .set_destination_address_prefix("*")
            .set_destination_port_range("443");
        assert!(network.security_group("bastion").is_none());
    });
    assert_eq!(result.findings, [""; 0]);
    let rule = result.resource("azurerm_network_security_rule", "platform_from_office");
    assert_eq!(
        rule["network_security_group_name"],
        "${azurerm_network_security_group.platform_network_training.name}"
    );
}

#[test]
fn what_lives_in_an_unguarded_subnet_says_itself_what_it_reaches() {
    let open = OwnSubnetSettings {
        guarded: false.into(),
        ..OwnSubnetSettings::new("10.20.10.0/23")
    };
    let result = built(subnets([("aks", open)]));
    assert_eq!(result.findings, [""; 0]);
    let groups = names(&result, "azurerm_network_security_group");
    assert!(groups.contains(&"platform_network_aks".to_owned()));
    let rules = names(&result, "azurerm_network_security_rule");
    assert!(
        rules
            .iter()
            .all(|rule| !rule.starts_with("platform_network_aks"))
    );
}

const NETWORK: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-company";

fn in_existing() -> VnetSettings {
    VnetSettings {
        existing: Some(ExistingSettings::id(NETWORK)),
        address_space: "10.1.16.0/20".into(),
        ..VnetSettings::default()
    }
}

#[test]
fn subnets_are_made_in_a_network_that_is_there() {
    let result = built(in_existing());
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(names(&result, "azurerm_virtual_network"), [""; 0]);
    let subnet = result.resource(SUBNET, "platform_network_training");
    assert_eq!(subnet["virtual_network_name"], "vnet-company");
    assert_eq!(subnet["resource_group_name"], "rg-network");
    assert_eq!(subnet["address_prefixes"], json!(["10.1.16.0/21"]));
    let link = result.resource(
        "azurerm_private_dns_zone_virtual_network_link",
        "platform_network_blob",
    );
    assert_eq!(link["virtual_network_id"], NETWORK);
    assert_eq!(link["name"], "vnet-company");
}

#[test]
fn a_stack_may_make_the_whole_network_itself() {
    let result = build(|stack| {
        let group = group(stack);
        let whole = Resource::untyped(&group, "azurerm_virtual_network", "whole");
        whole
            .set("name", "vnet-whole")
            .set("resource_group_name", group.name())
            .set("location", group.location())
            .set("address_space", vec![Any::from("10.1.0.0/16")]);
        let subnet = |name: &str, range: &str| {
            let subnet = Resource::untyped(&group, SUBNET, name);
            subnet
                .set("name", name)
                .set("resource_group_name", group.name())
                .set("virtual_network_name", whole.attribute::<String>("name"))
                .set("address_prefixes", vec![Any::from(range)]);
            Given::from(subnet.id::<()>())
        };
        let vnet = VnetSettings {
            endpoints_subnet_id: Some(subnet("endpoints", "10.1.0.0/24")),
            training_subnet_id: Some(subnet("training", "10.1.1.0/24")),
            ..VnetSettings::default()
        };
        Network::new(&group, "network", &own(vnet));
        Storage::new(&group, "data", &StorageSettings::default());
    });
    assert_eq!(result.findings, [""; 0]);
    let endpoint = result.resource("azurerm_private_endpoint", "platform_data_blob");
    assert_eq!(
        endpoint["subnet_id"],
        "${azurerm_subnet.platform_endpoints.id}"
    );
    let link = result.resource(
        "azurerm_private_dns_zone_virtual_network_link",
        "platform_network_blob",
    );
    assert_eq!(
        link["virtual_network_id"],
        "${split(\"/subnets/\", azurerm_subnet.platform_endpoints.id)[0]}"
    );
}

#[test]
fn a_network_that_is_there_is_looked_up_by_its_name() {
    let result = built(VnetSettings {
        existing: Some(ExistingSettings::lookup("vnet-company", "rg-network")),
        ..in_existing()
    });
    assert_eq!(result.findings, [""; 0]);
    let found = &result.json["data"]["azurerm_virtual_network"]["platform_network"];
    assert_eq!(found["name"], "vnet-company");
    let subnet = result.resource(SUBNET, "platform_network_endpoints");
    assert_eq!(
        subnet["virtual_network_name"],
        "${data.azurerm_virtual_network.platform_network.name}"
    );
}

#[test]
fn the_endpoints_may_be_in_a_subnet_that_is_there_too() {
    let result = built(VnetSettings {
        endpoints_subnet_id: Some(format!("{NETWORK}/subnets/services").into()),
        egress: Some(EgressSettings::Elsewhere {}.into()),
        ..in_existing()
    });
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(names(&result, SUBNET), ["platform_network_training"]);
    assert_eq!(names(&result, "azurerm_nat_gateway"), [""; 0]);
    assert_eq!(names(&result, "azurerm_route_table"), [""; 0]);
    let entrance = result.resource("azurerm_private_endpoint", "platform_ml_amlworkspace");
    assert_eq!(entrance["subnet_id"], format!("{NETWORK}/subnets/services"));
}

#[test]
fn a_network_in_which_no_subnet_is_made_needs_no_free_addresses() {
    let settings = VnetSettings {
        endpoints_subnet_id: Some(format!("{NETWORK}/subnets/services").into()),
        training_subnet_id: Some(format!("{NETWORK}/subnets/compute").into()),
        address_space: VnetSettings::default().address_space,
        ..in_existing()
    };
    let result = built(settings.clone());
    assert_eq!(result.findings, [""; 0]);
    assert_eq!(names(&result, SUBNET), [""; 0]);
    let one = [("aks".into(), OwnSubnetSettings::new("10.20.8.128/25"))];
    assert_eq!(
        built(VnetSettings {
            own_subnets: one.into(),
            ..settings
        })
        .findings,
        ["T0805: `existing` names a network, but nothing says which of its addresses are free"]
    );
}

#[test]
fn of_a_network_that_is_there_its_free_addresses_must_be_said() {
    let result = built(VnetSettings {
        dns_servers: vec!["10.0.0.4".into()],
        address_space: VnetSettings::default().address_space,
        ..in_existing()
    });
    assert_eq!(
        result.findings,
        [
            "T0805: `dns_servers` changes nothing: the network is there already",
            "T0805: `existing` names a network, but nothing says which of its addresses are free",
        ]
    );
}
