//! `azurerm_search_service`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[replacement(
        "search-sku",
        "sku",
        NotUp(&["basic", "standard", "standard2", "standard3"]),
        "only upwards in basic, standard, standard2, standard3 in place",
    )],
    refusals: &[
        refusal(
            "search-failure-mode",
            PLAN,
            Excludes(
                Given("authentication_failure_mode"),
                False("local_authentication_enabled"),
            ),
        ),
        refusal(
            "search-density",
            APPLY,
            Needs(DENSE, Is("sku", &["standard3"])),
        ),
        refusal(
            "search-partitions",
            APPLY,
            Excludes(Above("partition_count", 1), Is("sku", &["free"])),
        )
        .when_changed(&["partition_count"]),
        refusal(
            "search-partitions",
            APPLY,
            Excludes(
                Above("partition_count", 3),
                Any(&[
                    Is("sku", &["basic"]),
                    All(&[DENSE, Is("sku", &["standard3"])]),
                ]),
            ),
        )
        .when_changed(&["partition_count"]),
        refusal(
            "search-replicas",
            APPLY,
            Excludes(Above("replica_count", 1), Is("sku", &["free"])),
        )
        .when_changed(&["replica_count"]),
        refusal(
            "search-replicas",
            APPLY,
            Excludes(Above("replica_count", 3), Is("sku", &["basic"])),
        )
        .when_changed(&["replica_count"]),
        refusal(
            "search-semantic",
            APPLY,
            Excludes(Given("semantic_search_sku"), Is("sku", &["free"])),
        )
        .when_changed(&["semantic_search_sku"]),
    ],
    ..Rules::of("azurerm_search_service")
};

const DENSE: Condition = IsInAnyCase("hosting_mode", &["HighDensity"]);

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    const TYPE: &str = "azurerm_search_service";

    #[test]
    fn only_a_step_up_is_in_place() {
        let sku = |sku: &str| json!({ "sku": sku });
        let replaces = |old, new| testing::replaces(TYPE, sku(old), sku(new));
        assert_eq!(replaces("basic", "standard3"), [""; 0]);
        assert_eq!(replaces("standard", "basic"), ["search-sku"]);
        assert_eq!(replaces("free", "basic"), ["search-sku"]);
        assert_eq!(replaces("standard", "storage_optimized_l1"), ["search-sku"]);
    }

    #[test]
    fn what_a_service_can_do_depends_on_its_sku() {
        let cases = [
            (
                json!({"sku": "basic", "local_authentication_enabled": false, "authentication_failure_mode": "http403"}),
                "search-failure-mode",
            ),
            (
                json!({"sku": "standard", "hosting_mode": "highdensity"}),
                "search-density",
            ),
            (
                json!({"sku": "free", "partition_count": 2}),
                "search-partitions",
            ),
            (
                json!({"sku": "basic", "partition_count": 4}),
                "search-partitions",
            ),
            (
                json!({"sku": "standard3", "hosting_mode": "HighDensity", "partition_count": 4}),
                "search-partitions",
            ),
            (
                json!({"sku": "free", "replica_count": 2}),
                "search-replicas",
            ),
            (
                json!({"sku": "basic", "replica_count": 4}),
                "search-replicas",
            ),
            (
                json!({"sku": "free", "semantic_search_sku": "free"}),
                "search-semantic",
            ),
        ];
        for (service, rule) in cases {
            assert_eq!(testing::refused(TYPE, service.clone()), [rule], "{service}");
        }
        for service in [
            json!({"sku": "basic", "partition_count": 3, "replica_count": 3}),
            json!({"sku": "standard3", "partition_count": 12}),
            json!({"sku": "free"}),
            json!({"sku": "?", "replica_count": 4}),
        ] {
            assert_eq!(
                testing::refused(TYPE, service.clone()),
                [""; 0],
                "{service}"
            );
        }
    }

    #[test]
    fn an_update_looks_at_counts_only_when_they_change() {
        let service = |sku: &str, count: i64| json!({"sku": sku, "replica_count": count});
        let update = |old, new| testing::refused_update(TYPE, old, new);
        assert_eq!(update(service("standard", 4), service("basic", 4)), [""; 0]);
        assert_eq!(
            update(service("basic", 3), service("basic", 4)),
            ["search-replicas"]
        );
    }
}
