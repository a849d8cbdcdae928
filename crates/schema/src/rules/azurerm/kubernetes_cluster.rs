//! `azurerm_kubernetes_cluster`, but for its network and its node pool

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[
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
    ],
    refusals: &[
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
            "cluster-upgrade-override",
            UPDATE,
            Never(
                "upgrade_override",
                "cannot be removed",
                Removed("upgrade_override"),
            ),
        ),
    ],
    ignored: &[
        same_instant("maintenance_window.not_allowed.start"),
        same_instant("maintenance_window.not_allowed.end"),
        same_instant("maintenance_window_auto_upgrade.not_allowed.start"),
        same_instant("maintenance_window_auto_upgrade.not_allowed.end"),
        same_instant("maintenance_window_node_os.not_allowed.start"),
        same_instant("maintenance_window_node_os.not_allowed.end"),
        same_instant("maintenance_window_node_os.start_date"),
    ],
    follows: &[Follows {
        attribute: "oidc_issuer_url",
        argument: "oidc_issuer_enabled",
    }],
    ..Rules::of("azurerm_kubernetes_cluster")
};

const OWN_DNS_ZONE: Condition = Other("private_dns_zone_id", &["System", "None"]);

const fn same_instant(time: &'static str) -> Ignored {
    ignored("cluster-same-instant", time, By(is_same_instant))
}

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
    fn a_cluster_has_what_its_features_need() {
        let cases = [
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
        ];
        for (cluster, rule) in cases {
            assert_eq!(refused(cluster.clone()), [rule], "{cluster}");
        }
        for cluster in [
            cluster(json!({})),
            cluster(json!({"private_dns_zone_id": "None"})),
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
