//! The network of `azurerm_kubernetes_cluster`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[
        replacement(
            "cluster-network-plugin",
            "network_profile.network_plugin",
            If(Not(&All(&[
                Was(&Is("network_profile.network_plugin", &["kubenet"])),
                Is("network_profile.network_plugin", &["azure"]),
                OVERLAY,
            ]))),
            "only from kubenet to azure with `network_plugin_mode` overlay in place",
        ),
        replacement(
            "cluster-network-mode",
            "network_profile.network_plugin_mode",
            ToNothing,
            "cannot be taken out in place",
        ),
        replacement(
            "cluster-network-policy",
            "network_profile.network_policy",
            If(Not(&Any(&[
                Was(&Missing("network_profile.network_policy")),
                All(&[
                    Was(&Is("network_profile.network_policy", &["azure", "calico"])),
                    Is("network_profile.network_policy", &["cilium"]),
                ]),
            ]))),
            "only the first setting, and from azure or calico to cilium, in place",
        ),
        replacement(
            "cluster-data-plane",
            "network_profile.network_data_plane",
            If(Not(&Any(&[
                Was(&Missing("network_profile.network_data_plane")),
                All(&[
                    Was(&Is("network_profile.network_data_plane", &["azure"])),
                    Is("network_profile.network_data_plane", &["cilium"]),
                ]),
            ]))),
            "only from azure to cilium in place",
        ),
        replacement(
            "cluster-pod-range",
            "network_profile.pod_cidr",
            FromGiven,
            "only the first setting in place",
        ),
        replacement(
            "cluster-pod-range",
            "network_profile.pod_cidrs",
            FromGiven,
            "only the first setting in place",
        ),
    ],
    refusals: &[
        refusal(
            "cluster-without-way-out",
            PLAN,
            Needs(
                Is("network_profile.outbound_type", &["none"]),
                Is("bootstrap_profile.artifact_source", &["Cache"]),
            ),
        ),
        refusal(
            "cluster-network-security",
            PLAN,
            Needs(
                True("network_profile.advanced_networking.security_enabled"),
                All(&[Is("network_profile.network_data_plane", &["cilium"]), AZURE]),
            ),
        ),
        refusal(
            "cluster-bridge",
            CREATE,
            Needs(Given("network_profile.network_mode"), AZURE),
        ),
        refusal(
            "cluster-load-balancer",
            CREATE,
            Needs(
                Given("network_profile.load_balancer_profile"),
                STANDARD_BALANCER,
            ),
        ),
        refusal(
            "cluster-nat-gateway",
            CREATE,
            Needs(
                Given("network_profile.nat_gateway_profile"),
                STANDARD_BALANCER,
            ),
        ),
        refusal(
            "cluster-address-families",
            CREATE,
            Never(
                "network_profile.ip_versions",
                "cannot be IPv6 alone",
                Holds("", |case| {
                    let versions = case.new.items("network_profile.ip_versions");
                    Truth::of(
                        versions,
                        |versions| matches!(versions, [only] if only.as_text() == Some("IPv6")),
                    )
                }),
            ),
        ),
        refusal(
            "cluster-pod-range-of-overlay",
            APPLY,
            Needs(All(&[Given("network_profile.pod_cidr"), AZURE]), OVERLAY),
        ),
        refusal(
            "cluster-dns-address",
            APPLY,
            Needs(Given("network_profile.dns_service_ip"), SERVICE_RANGE),
        ),
        refusal(
            "cluster-service-range",
            APPLY,
            Needs(SERVICE_RANGE, Given("network_profile.dns_service_ip")),
        ),
        refusal(
            "cluster-two-ranges",
            APPLY,
            Needs(MoreThan("network_profile.service_cidrs", 1), TWO_FAMILIES),
        ),
        refusal(
            "cluster-two-ranges",
            APPLY,
            Needs(MoreThan("network_profile.pod_cidrs", 1), TWO_FAMILIES),
        ),
    ],
    ..Rules::of("azurerm_kubernetes_cluster")
};

const AZURE: Condition = Is("network_profile.network_plugin", &["azure"]);
const OVERLAY: Condition = Is("network_profile.network_plugin_mode", &["overlay"]);
const STANDARD_BALANCER: Condition = Is("network_profile.load_balancer_sku", &["standard"]);
const TWO_FAMILIES: Condition = MoreThan("network_profile.ip_versions", 1);
const SERVICE_RANGE: Condition = Any(&[
    Given("network_profile.service_cidr"),
    Given("network_profile.service_cidrs"),
]);

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_kubernetes_cluster";

    /// A cluster as small as can be, with some arguments.
    fn cluster(more: Value) -> Value {
        let mut cluster = json!({"dns_prefix": "a", "identity": [{"type": "SystemAssigned"}]});
        cluster
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        cluster
    }

    fn network(more: Value) -> Value {
        let mut network = json!({"network_plugin": "azure"});
        network
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        cluster(json!({ "network_profile": [network] }))
    }

    fn replaces(old: Value, new: Value) -> Vec<&'static str> {
        testing::replaces(TYPE, old, new)
    }

    #[test]
    fn a_network_grows_in_few_ways() {
        let plugin = |plugin: &str, mode: &str| json!({"network_profile": [{"network_plugin": plugin, "network_plugin_mode": mode}]});
        assert_eq!(
            replaces(plugin("kubenet", ""), plugin("azure", "overlay")),
            [""; 0]
        );
        assert_eq!(
            replaces(plugin("kubenet", ""), plugin("azure", "")),
            ["cluster-network-plugin"]
        );
        assert_eq!(
            replaces(plugin("azure", "overlay"), plugin("azure", "")),
            ["cluster-network-mode"]
        );
        let change = |name: &str, old: &str, new: &str| {
            replaces(network(json!({name: old})), network(json!({name: new})))
        };
        assert_eq!(change("network_policy", "", "calico"), [""; 0]);
        assert_eq!(change("network_policy", "calico", "cilium"), [""; 0]);
        assert_eq!(
            change("network_policy", "azure", "calico"),
            ["cluster-network-policy"]
        );
        assert_eq!(change("network_data_plane", "azure", "cilium"), [""; 0]);
        assert_eq!(
            change("network_data_plane", "cilium", "azure"),
            ["cluster-data-plane"]
        );
        assert_eq!(change("pod_cidr", "", "10.0.0.0/8"), [""; 0]);
        assert_eq!(
            change("pod_cidr", "10.0.0.0/8", "10.0.0.0/9"),
            ["cluster-pod-range"]
        );
        let ranges = |range: &str| network(json!({ "pod_cidrs": [range] }));
        assert_eq!(
            replaces(ranges("10.0.0.0/8"), ranges("10.0.0.0/9")),
            ["cluster-pod-range"]
        );
    }

    #[test]
    fn the_parts_of_a_network_go_together() {
        let cases = [
            (
                network(json!({"outbound_type": "none", })),
                "cluster-without-way-out",
            ),
            (
                network(json!({"advanced_networking": [{"security_enabled": true}]})),
                "cluster-network-security",
            ),
            (
                cluster(
                    json!({"network_profile": [{"network_plugin": "kubenet", "network_mode": "bridge"}]}),
                ),
                "cluster-bridge",
            ),
            (
                network(json!({"load_balancer_sku": "basic", "load_balancer_profile": [{}]})),
                "cluster-load-balancer",
            ),
            (
                network(json!({"load_balancer_sku": "basic", "nat_gateway_profile": [{}]})),
                "cluster-nat-gateway",
            ),
            (
                network(json!({"ip_versions": ["IPv6"]})),
                "cluster-address-families",
            ),
            (
                network(json!({"pod_cidr": "10.0.0.0/8"})),
                "cluster-pod-range-of-overlay",
            ),
            (
                network(json!({"dns_service_ip": "10.0.0.10"})),
                "cluster-dns-address",
            ),
            (
                network(json!({"service_cidr": "10.0.0.0/16"})),
                "cluster-service-range",
            ),
            (
                network(json!({"pod_cidrs": ["10.0.0.0/8", "fd00::/64"]})),
                "cluster-two-ranges",
            ),
        ];
        for (cluster, rule) in cases {
            assert_eq!(testing::refused(TYPE, cluster.clone()), [rule], "{cluster}");
        }
        for cluster in [
            network(json!({"pod_cidr": "10.0.0.0/8", "network_plugin_mode": "overlay"})),
            network(json!({"dns_service_ip": "10.0.0.10", "service_cidrs": ["10.0.0.0/16"]})),
            network(
                json!({"pod_cidrs": ["10.0.0.0/8", "fd00::/64"], "ip_versions": ["IPv4", "IPv6"]}),
            ),
            network(json!({"ip_versions": ["IPv4"]})),
        ] {
            assert_eq!(
                testing::refused(TYPE, cluster.clone()),
                [""; 0],
                "{cluster}"
            );
        }
    }
}
