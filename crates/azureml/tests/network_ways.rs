//! Ways in and out of a network: Bastion, a jump host, peerings, monitoring, and the hub.

mod common;

use pretty_assertions::assert_eq;
use serde_json::json;
use terrace_azureml::network::{
    BastionSettings, BastionSku, EgressSettings, FirewallSku, HubFirewallSettings,
    IsolatedSettings, JumpHostSettings, NetworkSettings, OutboundRule, OwnSubnetSettings,
    PeeringSettings, VnetSettings,
};
use terrace_azureml::storage::StoragePart;
use terrace_azureml::{
    ConnectionSettings, ExistingSettings, Hub, HubSettings, InGroup as _, KeyVault,
    RegistrySettings, SecretSettings, Storage, StorageSettings, VaultSettings, WorkspaceSettings,
};
use terrace_core::Resource;

use crate::common::{Result, build, group, ml, platform};

fn isolated(vnet: VnetSettings) -> IsolatedSettings {
    IsolatedSettings {
        vnet: Some(vnet),
        ..IsolatedSettings::default()
    }
}

fn built(network: NetworkSettings) -> Result {
    platform(
        &network,
        &WorkspaceSettings::default(),
        &RegistrySettings::default(),
    )
}

/// What is found, but for the note that a body is not ours to check.
fn wrong(result: &Result) -> Vec<&String> {
    let checked = |finding: &&String| !finding.starts_with("T0403: ");
    result.findings.iter().filter(checked).collect()
}

const HUB: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub";

fn to_hub() -> PeeringSettings {
    PeeringSettings {
        remote: ExistingSettings::id(HUB),
        remote_address_space: vec!["10.0.0.0/22".into()],
        both_directions: true.into(),
        allow_forwarded_traffic: None,
        use_remote_gateways: false.into(),
    }
}

#[test]
fn bastion_has_the_subnet_that_azure_prescribes_but_for_the_shared_one() {
    let with = |sku: BastionSku| {
        built(NetworkSettings::Managed(isolated(VnetSettings {
            bastion: Some(BastionSettings { sku: sku.into() }),
            ..VnetSettings::default()
        })))
    };
    let basic = with(BastionSku::Basic);
    assert_eq!(basic.findings, [""; 0]);
    let subnet = basic.resource("azurerm_subnet", "platform_network_bastion");
    assert_eq!(subnet["name"], "AzureBastionSubnet");
    assert_eq!(subnet["address_prefixes"], json!(["10.20.15.192/26"]));
    let security = basic.resource("azurerm_network_security_group", "platform_network_bastion");
    assert_eq!(security["security_rule"].as_array().map(Vec::len), Some(8));
    let host = basic.resource("azurerm_bastion_host", "platform_network_bastion");
    assert_eq!(
        host["depends_on"],
        json!(["azurerm_subnet_network_security_group_association.platform_network_bastion"])
    );
    let developer = with(BastionSku::Developer);
    let host = developer.resource("azurerm_bastion_host", "platform_network_bastion");
    assert!(host.get("ip_configuration").is_none());
    assert!(host.get("virtual_network_id").is_some());
}

#[test]
fn a_jump_host_has_no_public_address_no_password_and_a_way_out() {
    let result = built(NetworkSettings::Managed(isolated(VnetSettings {
        jump_host: Some(JumpHostSettings::linux("ssh-ed25519 AAAA")),
        egress: Some(EgressSettings::Nat {}.into()),
        ..VnetSettings::default()
    })));
    assert_eq!(result.findings, [""; 0]);
    let machine = result.resource(
        "azurerm_linux_virtual_machine",
        "platform_network_jump_host",
    );
    assert_eq!(machine["disable_password_authentication"], true);
    // It is the machine's host name too, which azurerm refuses when it has an underscore.
    assert_eq!(machine["name"], "vm-test-platform-network-jump-host");
    let before = machine["depends_on"].as_array().unwrap();
    assert!(before.contains(&json!(
        "azurerm_subnet_nat_gateway_association.platform_network_nat_jump_host"
    )));
    let interface = result.resource("azurerm_network_interface", "platform_network_jump_host");
    assert!(
        interface["ip_configuration"]
            .get("public_ip_address_id")
            .is_none()
    );
    // Compute is in the managed network.
    let subnets = result.json["resource"]["azurerm_subnet"]
        .as_object()
        .unwrap();
    assert!(!subnets.contains_key("platform_network_training"));
}

/// The managed network has a firewall of its own for them.
#[test]
fn hosts_that_compute_in_a_managed_network_reaches_need_no_firewall_for_a_jump_host() {
    let host = OutboundRule::Fqdn {
        host: "models.example.org".into(),
    };
    let with = |egress: Option<EgressSettings>| {
        built(NetworkSettings::Managed(IsolatedSettings {
            rules: [("models".into(), host.clone())].into(),
            ..isolated(VnetSettings {
                jump_host: Some(JumpHostSettings::linux("ssh-ed25519 AAAA")),
                egress: egress.map(Into::into),
                ..VnetSettings::default()
            })
        }))
    };
    for egress in [None, Some(EgressSettings::Nat {})] {
        let result = with(egress);
        assert_eq!(result.findings, [""; 0]);
        result.resource("azurerm_nat_gateway", "platform_network_nat");
        assert!(result.json["resource"].get("azurerm_firewall").is_none());
    }
}

#[test]
fn a_variable_holds_a_secret_that_is_kept_or_one_that_is_not() {
    let with = |variable: &str| {
        build(|stack| {
            let network = NetworkSettings::Managed(isolated(VnetSettings {
                jump_host: Some(JumpHostSettings::windows("jump_host_password")),
                ..VnetSettings::default()
            }));
            let (workspace, registry) = Default::default();
            let ml = ml(stack, &network, &workspace, &registry);
            let token = SecretSettings {
                variable: Some(variable.into()),
                ..SecretSettings::default()
            };
            let connection = ConnectionSettings::Git {
                target: "https://example.org/models.git".to_owned().into(),
                token: Some(token),
                shared: false.into(),
            };
            let vault = KeyVault::new(ml.group(), "secrets", &VaultSettings::default());
            ml.connection(&"code".into(), &vault, &connection);
        })
    };
    assert_eq!(wrong(&with("git_token")), [""; 0]);
    assert_eq!(
        wrong(&with("jump_host_password")),
        [
            "T0805: the variable `jump_host_password` gives a secret that Terraform keeps, and one that it does not"
        ]
    );
}

#[test]
fn a_hubs_firewall_has_no_rules_about_private_endpoints() {
    let result = build(|stack| {
        let rule = OutboundRule::PrivateEndpoint {
            target_id: HUB.into(),
            subresource: "blob".into(),
            spark: false.into(),
        };
        let settings = HubSettings {
            firewall: Some(HubFirewallSettings {
                sku: FirewallSku::Standard.into(),
                from: vec!["10.20.0.0/20".into()],
                rules: [("pictures".into(), rule)].into(),
                dns_proxy: false.into(),
            }),
            ..HubSettings::default()
        };
        Hub::new(&group(stack), "hub", &settings);
    });
    assert_eq!(
        result.findings,
        ["T0823: the rule `pictures` is about a private endpoint, which a firewall does not make"]
    );
}

#[test]
fn a_machine_with_windows_has_its_password_from_a_variable() {
    let result = built(NetworkSettings::Managed(isolated(VnetSettings {
        jump_host: Some(JumpHostSettings::windows("jump_host_password")),
        ..VnetSettings::default()
    })));
    assert_eq!(result.findings, [""; 0]);
    let machine = result.resource(
        "azurerm_windows_virtual_machine",
        "platform_network_jump_host",
    );
    assert_eq!(machine["name"], "vm-test-platform-network-jump-host");
    assert_eq!(machine["admin_password"], "${var.jump_host_password}");
    let variable = &result.json["variable"]["jump_host_password"];
    assert_eq!(variable["sensitive"], true);
    assert!(variable.get("default").is_none());
}

#[test]
fn a_subnet_of_ones_own_is_guarded_and_let_out_like_that_of_compute() {
    let result = build(|stack| {
        let group = group(stack);
        let own = OwnSubnetSettings {
            service_endpoints: vec!["Microsoft.Storage".into()],
            ..OwnSubnetSettings::new("10.20.9.0/24")
        };
        let settings = NetworkSettings::OwnVnet(isolated(VnetSettings {
            own_subnets: [("scoring".into(), own)].into(),
            ..VnetSettings::default()
        }));
        let network = terrace_azureml::Network::new(&group, "network", &settings);
        assert!(network.subnet("elsewhere").is_none());
        let cluster = Resource::untyped(&group, "azurerm_kubernetes_cluster", "scoring");
        let subnet = network.place_in("scoring", &cluster).unwrap();
        stack.output("subnet", subnet);
        stack.output("waits", cluster.id::<()>());
    });
    let of_scoring = |kind: &str| {
        let all = &result.json["resource"][kind];
        assert!(
            all.get("platform_network_scoring").is_some(),
            "{kind}: {all}"
        );
    };
    of_scoring("azurerm_subnet");
    of_scoring("azurerm_subnet_network_security_group_association");
    let rules = result.json["resource"]["azurerm_network_security_rule"]
        .as_object()
        .unwrap();
    assert!(rules.contains_key("platform_network_scoring_aml-nothing-else"));
    let cluster = result.resource("azurerm_kubernetes_cluster", "platform_scoring");
    let before = cluster["depends_on"].as_array().unwrap();
    assert!(before.contains(&json!(
        "azurerm_subnet_nat_gateway_association.platform_network_nat_scoring"
    )));
}

#[test]
fn a_subnet_of_ones_own_lies_in_the_network_and_overlaps_no_part() {
    let with = |range: &str| {
        let own = OwnSubnetSettings::new(range.to_owned());
        built(NetworkSettings::OwnVnet(isolated(VnetSettings {
            own_subnets: [("scoring".into(), own)].into(),
            ..VnetSettings::default()
        })))
        .findings
    };
    assert_eq!(
        with("10.20.0.0/24"),
        ["T0821: `scoring` is \"10.20.0.0/24\", which overlaps `training`, 10.20.0.0/21"]
    );
    assert_eq!(
        with("10.30.0.0/24"),
        ["T0820: `scoring` is \"10.30.0.0/24\", which is not inside `address_space`, 10.20.0.0/20"]
    );
}

#[test]
fn a_peering_is_made_in_both_directions_and_lets_a_hubs_firewall_answer() {
    let result = built(NetworkSettings::OwnVnet(isolated(VnetSettings {
        peerings: [("hub".into(), to_hub())].into(),
        egress: Some(
            EgressSettings::Appliance {
                next_hop: "10.0.3.132".into(),
            }
            .into(),
        ),
        ..VnetSettings::default()
    })));
    assert_eq!(wrong(&result), [""; 0]);
    let here = result.resource(
        "azurerm_virtual_network_peering",
        "platform_network_peerings_hub",
    );
    assert_eq!(here["remote_virtual_network_id"], HUB);
    assert_eq!(here["allow_forwarded_traffic"], true);
    let there = result.resource("azapi_resource", "platform_network_peerings_hub_back");
    assert_eq!(there["parent_id"], HUB);
    let network = result.resource("azurerm_virtual_network", "platform_network");
    assert_eq!(there["name"], network["name"]);
}

#[test]
fn a_network_that_overlaps_a_peer_is_reported() {
    let result = built(NetworkSettings::OwnVnet(isolated(VnetSettings {
        address_space: "10.0.0.0/20".into(),
        peerings: [("hub".into(), to_hub())].into(),
        ..VnetSettings::default()
    })));
    assert_eq!(
        wrong(&result),
        [
            "T0821: `address_space` is \"10.0.0.0/20\", which overlaps the peering `hub`, 10.0.0.0/22"
        ]
    );
}

/// Closed, the scope would cut off what is not on it.
#[test]
fn logs_come_through_an_open_private_link_scope_one_after_another() {
    let result = built(NetworkSettings::Managed(isolated(VnetSettings {
        monitor: true.into(),
        ..VnetSettings::default()
    })));
    assert_eq!(result.findings, [""; 0]);
    let scope = result.resource(
        "azurerm_monitor_private_link_scope",
        "platform_network_monitor",
    );
    assert_eq!(scope["ingestion_access_mode"], "Open");
    assert_eq!(scope["query_access_mode"], "Open");
    let services = result.json["resource"]["azurerm_monitor_private_link_scoped_service"]
        .as_object()
        .unwrap();
    assert_eq!(services.len(), 2);
    let endpoint = result.resource(
        "azurerm_private_endpoint",
        "platform_network_monitor_azuremonitor",
    );
    let before = endpoint["depends_on"].as_array().unwrap();
    for service in services.keys() {
        let address = format!("azurerm_monitor_private_link_scoped_service.{service}");
        assert!(before.contains(&json!(address)), "{before:?}");
    }
    let zones = &endpoint["private_dns_zone_group"]["private_dns_zone_ids"];
    assert_eq!(zones.as_array().map(Vec::len), Some(5));
}

#[test]
fn queues_and_tables_have_endpoints_on_request() {
    let result = build(|stack| {
        let group = group(stack);
        let network = NetworkSettings::default();
        terrace_azureml::Network::new(&group, "network", &network);
        let settings = StorageSettings {
            endpoints: vec![StoragePart::Table.into(), StoragePart::Queue.into()],
            ..StorageSettings::default()
        };
        Storage::new(&group, "data", &settings);
    });
    let endpoints = result.json["resource"]["azurerm_private_endpoint"]
        .as_object()
        .unwrap();
    assert_eq!(
        endpoints.keys().collect::<Vec<_>>(),
        [
            "platform_data_blob",
            "platform_data_file",
            "platform_data_queue",
            "platform_data_table"
        ]
    );
    assert_eq!(
        endpoints["platform_data_table"]["depends_on"],
        json!(["azurerm_private_endpoint.platform_data_queue"])
    );
}

#[test]
fn what_a_hub_reaches_already_needs_no_endpoint_of_its_own() {
    let result = build(|stack| {
        let group = group(stack);
        terrace_azureml::Network::new(&group, "network", &NetworkSettings::default());
        let settings = RegistrySettings {
            existing: Some(ExistingSettings {
                private_endpoint: Some(false.into()),
                ..ExistingSettings::id(
                    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shared/providers/Microsoft.ContainerRegistry/registries/crshared",
                )
            }),
            ..RegistrySettings::default()
        };
        terrace_azureml::ContainerRegistry::new(&group, "images", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    assert!(
        result.json["resource"]
            .get("azurerm_private_endpoint")
            .is_none()
    );
}

#[test]
fn a_hub_answers_names_and_lets_people_in() {
    let with = |sku: FirewallSku| {
        build(|stack| {
            let settings = HubSettings {
                firewall: Some(HubFirewallSettings {
                    sku: sku.into(),
                    from: vec!["10.20.0.0/20".into()],
                    rules: Default::default(),
                    dns_proxy: true.into(),
                }),
                jump_host: Some(JumpHostSettings::linux("ssh-ed25519 AAAA")),
                ..HubSettings::default()
            };
            Hub::new(&group(stack), "hub", &settings);
        })
    };
    let result = with(FirewallSku::Standard);
    assert_eq!(result.findings, [""; 0]);
    let policy = result.resource("azurerm_firewall_policy", "platform_hub_firewall");
    assert_eq!(policy["dns"], json!({ "proxy_enabled": true }));
    let machine = result.resource("azurerm_linux_virtual_machine", "platform_hub_jump_host");
    assert!(machine["depends_on"].as_array().unwrap().contains(&json!(
        "azurerm_subnet_route_table_association.platform_hub_routes_jump_host"
    )));
    assert_eq!(
        with(FirewallSku::Basic).findings,
        ["T0805: a firewall of the kind `basic` does not answer questions about names"]
    );
}

/// Written by the hub's group alone, the zones would not be there yet when they are linked.
#[test]
fn a_network_joins_a_hub_of_the_same_stack() {
    let result = build(|stack| {
        let group = group(stack);
        let hub = Hub::new(&group, "hub", &HubSettings::default());
        let settings = VnetSettings {
            dns: hub.dns(),
            peerings: [(
                "hub".into(),
                PeeringSettings {
                    remote: ExistingSettings::id(hub.id()),
                    ..to_hub()
                },
            )]
            .into(),
            ..VnetSettings::default()
        };
        let settings = NetworkSettings::Managed(isolated(settings));
        terrace_azureml::Network::new(&group, "network", &settings);
        Storage::new(&group, "data", &StorageSettings::default());
    });
    assert_eq!(wrong(&result), [""; 0]);
    let peering = result.resource(
        "azurerm_virtual_network_peering",
        "platform_network_peerings_hub",
    );
    assert_eq!(
        peering["remote_virtual_network_id"],
        "${azurerm_virtual_network.platform_hub.id}"
    );
    let link = result.resource(
        "azurerm_private_dns_zone_virtual_network_link",
        "platform_network_blob",
    );
    assert_eq!(
        link["private_dns_zone_id"],
        "${azurerm_private_dns_zone.platform_hub_blob.id}"
    );
}

/// Without a firewall the way out is of its own.
#[test]
fn a_hub_may_have_nothing_but_a_machine_to_work_from() {
    let result = build(|stack| {
        let settings = HubSettings {
            jump_host: Some(JumpHostSettings::linux("ssh-ed25519 AAAA")),
            ..HubSettings::default()
        };
        Hub::new(&group(stack), "hub", &settings);
    });
    assert_eq!(result.findings, [""; 0]);
    result.resource("azurerm_nat_gateway", "platform_hub_nat");
}

#[test]
fn a_hub_has_all_zones_of_a_platform_and_lets_out_what_it_is_told() {
    let result = build(|stack| {
        let settings = HubSettings {
            firewall: Some(HubFirewallSettings {
                sku: FirewallSku::Standard.into(),
                from: vec!["10.20.0.0/20".into()],
                rules: Default::default(),
                dns_proxy: false.into(),
            }),
            ..HubSettings::default()
        };
        let hub = Hub::new(&group(stack), "hub", &settings);
        stack.output("firewall", hub.firewall_address().unwrap());
    });
    assert_eq!(result.findings, [""; 0]);
    let zones = result.json["resource"]["azurerm_private_dns_zone"]
        .as_object()
        .unwrap();
    for zone in [
        "api",
        "notebooks",
        "blob",
        "dfs",
        "vaultcore",
        "azurecr",
        "oms",
    ] {
        assert!(
            zones.contains_key(&format!("platform_hub_{zone}")),
            "{zone}"
        );
    }
    let rules = result.resource(
        "azurerm_firewall_policy_rule_collection_group",
        "platform_hub_firewall_compute",
    );
    let rule = &rules["network_rule_collection"][0]["rule"][0];
    assert_eq!(rule["source_addresses"], json!(["10.20.0.0/20"]));
    assert_eq!(
        result.resource("azurerm_subnet", "platform_hub_firewall")["address_prefixes"],
        json!(["10.0.3.128/26"])
    );
}
