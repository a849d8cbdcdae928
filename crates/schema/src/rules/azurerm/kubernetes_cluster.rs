//! `azurerm_kubernetes_cluster`: what is refused and what replaces. Its node pool is in `kubernetes_node_pool`.

use super::kubernetes_node_pool as node_pool;
use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[
        node_pool::NAME,
        node_pool::DRAIN_TIMEOUT,
        node_pool::UNDRAINABLE,
        replacement(
            "cluster-oidc-issuer",
            "oidc_issuer_enabled",
            ToFalse,
            "cannot be taken back in place",
        ),
        replacement(
            "cluster-to-service-principal",
            "service_principal.client_id",
            From(&["", "msi"]),
            "only from one principal to another in place",
        ),
        replacement(
            "cluster-gmsa",
            "windows_profile.gmsa",
            If(Any(&[
                Removed("windows_profile.gmsa"),
                Removed("windows_profile.gmsa.dns_server"),
                Removed("windows_profile.gmsa.root_domain"),
            ])),
            "neither the block nor its members can be taken out in place",
        ),
        replacement(
            "cluster-api-server-subnet",
            "api_server_access_profile.subnet_id",
            ToNothing,
            "cannot be taken out in place",
        ),
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
            "cluster-dns-prefix",
            CREATE,
            Needs(False("private_cluster_enabled"), Given("dns_prefix")),
        ),
        refusal(
            "cluster-private-dns-prefix",
            CREATE,
            Needs(
                Given("dns_prefix_private_cluster"),
                All(&[True("private_cluster_enabled"), OWN_DNS_ZONE]),
            ),
        ),
        refusal(
            "cluster-dns-zone-identity",
            CREATE,
            Needs(
                OWN_DNS_ZONE,
                Any(&[
                    Is("identity.type", &["UserAssigned"]),
                    Given("service_principal"),
                ]),
            ),
        ),
        refusal(
            "cluster-workload-identity",
            CREATE,
            Needs(
                True("workload_identity_enabled"),
                True("oidc_issuer_enabled"),
            ),
        ),
        refusal(
            "cluster-node-images",
            APPLY,
            Needs(
                Is("automatic_upgrade_channel", &["node-image"]),
                Is("node_os_upgrade_channel", &["NodeImage"]),
            ),
        )
        .when_changed(&["node_os_upgrade_channel"]),
        refusal(
            "cluster-cost-analysis",
            APPLY,
            Needs(
                True("cost_analysis_enabled"),
                Is("sku_tier", &["Standard", "Premium"]),
            ),
        )
        .when_changed(&["cost_analysis_enabled"]),
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
        node_pool::SCALED_WITHIN,
        node_pool::SCALES_UP,
        node_pool::STARTS_WITHIN,
        node_pool::COUNTS_ITSELF,
        node_pool::MINIMUM_WITHOUT_SCALING,
        node_pool::MAXIMUM_WITHOUT_SCALING,
        node_pool::PORTS_BEGIN,
        node_pool::PORTS_END,
        node_pool::PORTS_IN_ORDER,
        refusal(
            "cluster-upgrade-override",
            UPDATE,
            Never(
                "upgrade_override",
                "cannot be removed",
                Removed("upgrade_override"),
            ),
        ),
        node_pool::NEEDS_ROTATION,
    ],
    ignored: &[
        ignored(
            "cluster-same-instant",
            "maintenance_window.not_allowed.start",
            By(is_same_instant),
        ),
        ignored(
            "cluster-same-instant",
            "maintenance_window.not_allowed.end",
            By(is_same_instant),
        ),
        ignored(
            "cluster-same-instant",
            "maintenance_window_auto_upgrade.not_allowed.start",
            By(is_same_instant),
        ),
        ignored(
            "cluster-same-instant",
            "maintenance_window_auto_upgrade.not_allowed.end",
            By(is_same_instant),
        ),
        ignored(
            "cluster-same-instant",
            "maintenance_window_node_os.not_allowed.start",
            By(is_same_instant),
        ),
        ignored(
            "cluster-same-instant",
            "maintenance_window_node_os.not_allowed.end",
            By(is_same_instant),
        ),
        ignored(
            "cluster-same-instant",
            "maintenance_window_node_os.start_date",
            By(is_same_instant),
        ),
    ],
    follows: &[Follows {
        attribute: "oidc_issuer_url",
        argument: "oidc_issuer_enabled",
    }],
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
const OWN_DNS_ZONE: Condition = All(&[
    Given("private_dns_zone_id"),
    Not(&Is("private_dns_zone_id", &["System", "None"])),
]);

/// Whether two times are the same instant in another spelling: `2030-01-01T02:00:00+02:00` and `2030-01-01T00:00:00Z`.
fn is_same_instant(old: &str, new: &str) -> bool {
    match (seconds(old), seconds(new)) {
        (Some(old), Some(new)) => old == new,
        _ => false,
    }
}

/// Seconds since the year 0, of a time as RFC 3339 has it, without fractions.
fn seconds(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let offset = match text.get(19..)? {
        "Z" | "z" => 0,
        zone => {
            let sign = match zone.get(..1)? {
                "+" => 1,
                "-" => -1,
                _ => return None,
            };
            let of = |range: std::ops::Range<usize>| zone.get(range)?.parse::<i64>().ok();
            sign * (of(1..3)? * 60 + of(4..6)?)
        }
    };
    // Years begin in March, so that the day that comes and goes is their last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day;
    Some(((days * 24 + hour) * 60 + minute - offset) * 60 + second)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;
    use super::is_same_instant;

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

    fn refused(cluster: Value) -> Vec<&'static str> {
        testing::refused(TYPE, cluster)
    }

    fn replaces(old: Value, new: Value) -> Vec<&'static str> {
        testing::replaces(TYPE, old, new)
    }

    #[test]
    fn some_settings_cannot_be_taken_back() {
        let issuer = |on: bool| json!({ "oidc_issuer_enabled": on });
        assert_eq!(
            replaces(issuer(true), issuer(false)),
            ["cluster-oidc-issuer"]
        );
        assert_eq!(replaces(issuer(false), issuer(true)), [""; 0]);
        let principal = |id: &str| json!({ "service_principal": [{ "client_id": id }] });
        assert_eq!(
            replaces(principal("msi"), principal("a")),
            ["cluster-to-service-principal"]
        );
        assert_eq!(replaces(principal("a"), principal("b")), [""; 0]);
        let gmsa = |gmsa: Value| json!({ "windows_profile": [{ "gmsa": gmsa }] });
        let with = |server: &str| gmsa(json!([{"dns_server": server, "root_domain": "b"}]));
        assert_eq!(replaces(with("a"), gmsa(json!([]))), ["cluster-gmsa"]);
        assert_eq!(replaces(with("a"), with("")), ["cluster-gmsa"]);
        assert_eq!(replaces(with("a"), with("c")), [""; 0]);
        let subnet = |id: &str| json!({ "api_server_access_profile": [{ "subnet_id": id }] });
        assert_eq!(
            replaces(subnet("/a"), subnet("")),
            ["cluster-api-server-subnet"]
        );
        assert_eq!(replaces(subnet(""), subnet("/a")), [""; 0]);
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
    fn a_cluster_has_what_its_features_need() {
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
                json!({"identity": [{"type": "SystemAssigned"}]}),
                "cluster-dns-prefix",
            ),
            (
                json!({"private_cluster_enabled": true, "dns_prefix_private_cluster": "a", "private_dns_zone_id": "System"}),
                "cluster-private-dns-prefix",
            ),
            (
                cluster(json!({"private_dns_zone_id": "/a"})),
                "cluster-dns-zone-identity",
            ),
            (
                cluster(json!({"workload_identity_enabled": true, "oidc_issuer_enabled": false})),
                "cluster-workload-identity",
            ),
            (
                cluster(
                    json!({"automatic_upgrade_channel": "node-image", "node_os_upgrade_channel": "None"}),
                ),
                "cluster-node-images",
            ),
            (
                cluster(json!({"cost_analysis_enabled": true})),
                "cluster-cost-analysis",
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
            assert_eq!(refused(cluster.clone()), [rule], "{cluster}");
        }
        for cluster in [
            cluster(json!({})),
            cluster(json!({"private_dns_zone_id": "None"})),
            network(json!({"pod_cidr": "10.0.0.0/8", "network_plugin_mode": "overlay"})),
            network(json!({"dns_service_ip": "10.0.0.10", "service_cidrs": ["10.0.0.0/16"]})),
            network(
                json!({"pod_cidrs": ["10.0.0.0/8", "fd00::/64"], "ip_versions": ["IPv4", "IPv6"]}),
            ),
            network(json!({"ip_versions": ["IPv4"]})),
        ] {
            assert_eq!(refused(cluster.clone()), [""; 0], "{cluster}");
        }
    }

    #[test]
    fn an_override_of_upgrades_stays() {
        let with = |upgrade: Value| cluster(json!({ "upgrade_override": upgrade }));
        let (old, new) = (
            with(json!([{"force_upgrade_enabled": true}])),
            with(json!([])),
        );
        assert_eq!(
            testing::refused_update(TYPE, old, new),
            ["cluster-upgrade-override"]
        );
    }

    #[test]
    fn the_address_of_the_issuer_follows() {
        let issuer = |on: bool| json!({ "oidc_issuer_enabled": on });
        assert_eq!(
            testing::follows(TYPE, issuer(false), issuer(true)),
            ["oidc_issuer_url"]
        );
        assert_eq!(testing::follows(TYPE, issuer(true), issuer(true)), [""; 0]);
    }

    #[test]
    fn an_instant_has_many_spellings() {
        assert!(is_same_instant(
            "2030-01-01T00:00:00Z",
            "2030-01-01T02:00:00+02:00"
        ));
        assert!(is_same_instant(
            "2029-12-31T23:30:00-01:00",
            "2030-01-01T00:30:00Z"
        ));
        assert!(is_same_instant(
            "2028-02-29T23:00:00-02:00",
            "2028-03-01T01:00:00Z"
        ));
        assert!(!is_same_instant(
            "2030-01-01T00:00:00Z",
            "2030-01-01T00:00:01Z"
        ));
        assert!(!is_same_instant("soon", "later"));
        let window =
            |start: &str| json!({"maintenance_window": [{"not_allowed": [{"start": start}]}]});
        let (old, new) = (
            window("2030-01-01T00:00:00Z"),
            window("2030-01-01T02:00:00+02:00"),
        );
        assert!(testing::ignores(
            TYPE,
            "maintenance_window.not_allowed.start",
            old,
            new
        ));
    }
}
