//! The default node pool of `azurerm_kubernetes_cluster`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[
        replacement(
            "node-pool-name",
            "default_node_pool.name",
            // A rotation that failed half-way left the temporary pool behind.
            If(Holds("", |case| {
                let Old::Was(old) = case.old else {
                    return Truth::Perhaps;
                };
                let (old, temporary) = (
                    old.text("default_node_pool.name"),
                    case.new
                        .text("default_node_pool.temporary_name_for_rotation"),
                );
                Truth::of(old.zip(temporary), |(old, temporary)| old != temporary)
            })),
            "only from `temporary_name_for_rotation` in place",
        ),
        replacement(
            "node-pool-drain-timeout",
            "default_node_pool.upgrade_settings.drain_timeout_in_minutes",
            ToNothing,
            "cannot be taken out in place",
        ),
        replacement(
            "node-pool-undrainable",
            "default_node_pool.upgrade_settings.undrainable_node_behavior",
            ToNothing,
            "cannot be taken out in place",
        ),
    ],
    refusals: &[
        refusal(
            "node-pool-scaled-within",
            APPLY,
            Needs(
                SCALED,
                All(&[
                    Given("default_node_pool.min_count"),
                    Given("default_node_pool.max_count"),
                ]),
            ),
        ),
        refusal(
            "node-pool-scales-up",
            APPLY,
            Never(
                "default_node_pool.min_count",
                "must be at most `default_node_pool.max_count`",
                All(&[
                    SCALED,
                    Given("default_node_pool.min_count"),
                    Given("default_node_pool.max_count"),
                    Holds("", |case| is_below(&case.new, "max_count", "min_count")),
                ]),
            ),
        ),
        refusal(
            "node-pool-starts-within",
            CREATE,
            Never(
                "default_node_pool.node_count",
                "must lie between `min_count` and `max_count`",
                All(&[
                    SCALED,
                    Given("default_node_pool.node_count"),
                    Given("default_node_pool.min_count"),
                    Given("default_node_pool.max_count"),
                    Holds("", |case| {
                        is_below(&case.new, "node_count", "min_count")
                            | is_below(&case.new, "max_count", "node_count")
                    }),
                ]),
            ),
        ),
        refusal(
            "node-pool-counts-itself",
            UPDATE,
            Never(
                "default_node_pool.node_count",
                "cannot be changed with `default_node_pool.auto_scaling_enabled`",
                All(&[SCALED, Changed("default_node_pool.node_count")]),
            ),
        ),
        refusal(
            "node-pool-scaling",
            APPLY,
            Needs(Given("default_node_pool.min_count"), SCALED),
        ),
        refusal(
            "node-pool-scaling",
            APPLY,
            Needs(Given("default_node_pool.max_count"), SCALED),
        ),
        refusal(
            "node-pool-ports",
            APPLY,
            Needs(Given(LAST_PORT), Given(FIRST_PORT)),
        ),
        refusal(
            "node-pool-ports",
            APPLY,
            Needs(Given(FIRST_PORT), Given(LAST_PORT)),
        ),
        refusal(
            "node-pool-ports",
            APPLY,
            Never(
                FIRST_PORT,
                "must be at most that of `net_ipv4_ip_local_port_range_max`",
                All(&[
                    Given(FIRST_PORT),
                    Given(LAST_PORT),
                    Holds("", |case| {
                        let ports = case.new.number(FIRST_PORT).zip(case.new.number(LAST_PORT));
                        Truth::of(ports, |(first, last)| first > last)
                    }),
                ]),
            ),
        ),
        refusal(
            "node-pool-rotation",
            UPDATE,
            Never(
                "default_node_pool.temporary_name_for_rotation",
                "is needed, since the change replaces every node",
                All(&[
                    Missing("default_node_pool.temporary_name_for_rotation"),
                    Any(&[
                        Changed("default_node_pool.name"),
                        Changed("default_node_pool.host_encryption_enabled"),
                        Changed("default_node_pool.node_public_ip_enabled"),
                        Changed("default_node_pool.fips_enabled"),
                        Changed("default_node_pool.kubelet_config"),
                        Changed("default_node_pool.kubelet_disk_type"),
                        Changed("default_node_pool.linux_os_config"),
                        Changed("default_node_pool.max_pods"),
                        Changed("default_node_pool.only_critical_addons_enabled"),
                        Changed("default_node_pool.os_disk_size_gb"),
                        Changed("default_node_pool.os_disk_type"),
                        Changed("default_node_pool.pod_subnet_id"),
                        Changed("default_node_pool.snapshot_id"),
                        Changed("default_node_pool.ultra_ssd_enabled"),
                        Changed("default_node_pool.vnet_subnet_id"),
                        Changed("default_node_pool.vm_size"),
                        Changed("default_node_pool.zones"),
                        All(&[
                            Changed("default_node_pool.os_sku"),
                            Not(&All(&[Was(&ON_LINUX), ON_LINUX])),
                        ]),
                    ]),
                ]),
            ),
        ),
    ],
    ..Rules::of("azurerm_kubernetes_cluster")
};

const SCALED: Condition = True("default_node_pool.auto_scaling_enabled");
const FIRST_PORT: &str =
    "default_node_pool.linux_os_config.sysctl_config.net_ipv4_ip_local_port_range_min";
const LAST_PORT: &str =
    "default_node_pool.linux_os_config.sysctl_config.net_ipv4_ip_local_port_range_max";
const ON_LINUX: Condition = Holds("", |case| {
    Truth::of(case.new.text("default_node_pool.os_sku"), |sku| {
        sku.starts_with("Ubuntu") || sku.starts_with("AzureLinux")
    })
});

/// Whether one count of the pool is less than another.
fn is_below(cluster: &View<'_>, less: &str, more: &str) -> Truth {
    let number = |name: &str| cluster.number(&format!("default_node_pool.{name}"));
    Truth::of(number(less).zip(number(more)), |(less, more)| less < more)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_kubernetes_cluster";

    fn pool(pool: Value) -> Value {
        json!({"dns_prefix": "a", "default_node_pool": [pool]})
    }

    fn refused(with: Value) -> Vec<&'static str> {
        testing::refused(TYPE, pool(with))
    }

    fn refused_update(old: Value, new: Value) -> Vec<&'static str> {
        testing::refused_update(TYPE, pool(old), pool(new))
    }

    fn replaces(old: Value, new: Value) -> Vec<&'static str> {
        testing::replaces(TYPE, pool(old), pool(new))
    }

    #[test]
    fn a_name_changes_in_place_only_after_a_rotation_that_failed() {
        let named = |name: &str| json!({"name": name, "temporary_name_for_rotation": "temp"});
        assert_eq!(replaces(named("a"), named("b")), ["node-pool-name"]);
        assert_eq!(replaces(named("temp"), named("b")), [""; 0]);
    }

    #[test]
    fn upgrade_settings_stay_set() {
        let upgrade = |minutes: i64, behavior: &str| json!({"upgrade_settings": [{"drain_timeout_in_minutes": minutes, "undrainable_node_behavior": behavior}]});
        let old = || upgrade(30, "Cordon");
        assert_eq!(
            replaces(old(), upgrade(0, "Cordon")),
            ["node-pool-drain-timeout"]
        );
        assert_eq!(replaces(old(), upgrade(30, "")), ["node-pool-undrainable"]);
        assert_eq!(replaces(old(), upgrade(10, "Schedule")), [""; 0]);
    }

    #[test]
    fn a_pool_scales_between_two_counts() {
        let scaled = |min: i64, max: i64, count: i64| json!({"auto_scaling_enabled": true, "min_count": min, "max_count": max, "node_count": count});
        assert_eq!(
            refused(json!({"auto_scaling_enabled": true})),
            ["node-pool-scaled-within"]
        );
        assert_eq!(refused(scaled(3, 2, 0)), ["node-pool-scales-up"]);
        assert_eq!(refused(scaled(1, 3, 4)), ["node-pool-starts-within"]);
        assert_eq!(refused(scaled(1, 3, 2)), [""; 0]);
        assert_eq!(
            refused(json!({"min_count": 1, "max_count": 3})),
            ["node-pool-scaling"; 2]
        );
        assert_eq!(
            refused_update(scaled(1, 3, 2), scaled(1, 3, 3)),
            ["node-pool-counts-itself"]
        );
        assert_eq!(refused_update(scaled(1, 3, 2), scaled(1, 5, 2)), [""; 0]);
    }

    #[test]
    fn ports_have_two_ends() {
        let ports = |first: Value, last: Value| {
            refused(json!({"linux_os_config": [{"sysctl_config": [{
                "net_ipv4_ip_local_port_range_min": first,
                "net_ipv4_ip_local_port_range_max": last,
            }]}]}))
        };
        assert_eq!(ports(json!(1024), Value::Null), ["node-pool-ports"]);
        assert_eq!(ports(Value::Null, json!(60000)), ["node-pool-ports"]);
        assert_eq!(ports(json!(60000), json!(32768)), ["node-pool-ports"]);
        assert_eq!(ports(json!(1024), json!(60000)), [""; 0]);
    }

    #[test]
    fn nodes_are_replaced_by_rotation() {
        let size = |size: &str, temporary: &str| json!({"vm_size": size, "temporary_name_for_rotation": temporary});
        assert_eq!(
            refused_update(size("a", ""), size("b", "")),
            ["node-pool-rotation"]
        );
        assert_eq!(refused_update(size("a", ""), size("b", "temp")), [""; 0]);
        let system = |sku: &str| json!({ "os_sku": sku });
        assert_eq!(
            refused_update(system("Ubuntu"), system("AzureLinux3")),
            [""; 0]
        );
        let rule = ["node-pool-rotation"];
        assert_eq!(
            refused_update(system("Ubuntu"), system("Windows2022")),
            rule
        );
    }
}
