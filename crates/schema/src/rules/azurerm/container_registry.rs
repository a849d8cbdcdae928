//! `azurerm_container_registry` and `azurerm_container_registry_cache_rule`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    refusals: &[
        premium(Given("georeplications")),
        premium(True("quarantine_policy_enabled")),
        premium(Above("retention_policy_in_days", 0)),
        premium(False("export_policy_enabled")),
        premium(Given("encryption")),
        premium(True("zone_redundancy_enabled")),
        premium(True("data_endpoint_enabled")),
        refusal(
            "registry-zones-need-premium",
            PLAN,
            Needs(True("zone_redundancy_enabled"), SKU_OF_WHOLE_IS_PREMIUM),
        )
        .each("georeplications"),
        refusal(
            "registry-anonymous-pull",
            PLAN,
            Needs(
                True("anonymous_pull_enabled"),
                Is("sku", &["Standard", "Premium"]),
            ),
        ),
        refusal(
            "registry-export-and-public-access",
            PLAN,
            Needs(
                False("export_policy_enabled"),
                False("public_network_access_enabled"),
            ),
        ),
        refusal(
            "registry-replication-elsewhere",
            PLAN,
            Never(
                "location",
                "of a replication must not be that of the registry",
                Holds("", is_at_home),
            ),
        )
        .each("georeplications"),
        refusal(
            "registry-network-rules",
            CREATE,
            Needs(Given("network_rule_set"), PREMIUM),
        ),
        refusal(
            "registry-network-rules-of-basic",
            UPDATE,
            Excludes(Given("network_rule_set"), Is("sku", &["Basic"])),
        )
        .when_changed(&["network_rule_set"]),
        refusal(
            "registry-private",
            APPLY,
            Needs(False("public_network_access_enabled"), PREMIUM),
        )
        .when_changed(&["public_network_access_enabled"]),
        refusal(
            "registry-address-ranges",
            AGAIN,
            Never(
                "ip_range",
                "without a length is read back with /32",
                Holds("", |case| {
                    Truth::of(case.new.text("ip_range"), |range| {
                        !range.is_empty() && !range.contains('/')
                    })
                }),
            ),
        )
        .each("network_rule_set.ip_rule"),
        refusal(
            "registry-replications-in-order",
            AGAIN,
            Never(
                "georeplications",
                "are read back in the order of their locations",
                Holds("", |case| !are_sorted(&case.new)),
            ),
        ),
    ],
    unsent: &[
        unsent(
            "registry-encryption-stays",
            "encryption",
            Removed("encryption"),
            "the removal is not sent",
        ),
        unsent(
            "registry-network-rules-stay",
            "network_rule_set",
            Removed("network_rule_set"),
            "the removal is not sent; `default_action` Allow opens the registry",
        ),
    ],
    ..Rules::of("azurerm_container_registry")
};

pub(super) static CACHE_RULE: Rules = Rules {
    replacements: &[replacement(
        "registry-cache-credentials",
        "credential_set_id",
        ToNothing,
        "cannot be taken out in place",
    )],
    ..Rules::of("azurerm_container_registry_cache_rule")
};

const PREMIUM: Condition = Is("sku", &["Premium"]);

const SKU_OF_WHOLE_IS_PREMIUM: Condition = Holds("`sku` Premium", |case| {
    Truth::of(case.whole.text("sku"), |sku| sku == "Premium")
});

const fn premium(feature: Condition) -> Refusal {
    refusal(
        "registry-feature-needs-premium",
        PLAN,
        Needs(feature, PREMIUM),
    )
}

/// A location as the provider compares it.
fn plain(location: &str) -> String {
    location.replace(' ', "").to_lowercase()
}

fn are_sorted(registry: &View<'_>) -> Truth {
    let replications = registry.blocks("georeplications");
    let locations = replications.iter().map(|one| one.text("location"));
    let locations: Option<Vec<_>> = locations
        .map(|location| location.map(|location| plain(&location)))
        .collect();
    Truth::of(locations, |locations| locations.is_sorted())
}

/// A replication stands where the registry itself is.
fn is_at_home(case: &Case<'_>) -> Truth {
    let locations = case.new.text("location").zip(case.whole.text("location"));
    Truth::of(locations, |(replication, registry)| {
        !registry.is_empty() && plain(&replication) == plain(&registry)
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_container_registry";

    fn refused(registry: Value) -> Vec<&'static str> {
        testing::refused(TYPE, registry)
    }

    #[test]
    fn much_needs_premium() {
        for feature in [
            json!({"georeplications": [{"location": "northeurope"}]}),
            json!({"quarantine_policy_enabled": true}),
            json!({"retention_policy_in_days": 7}),
            json!({"encryption": [{"key_vault_key_id": "?"}]}),
            json!({"zone_redundancy_enabled": true}),
            json!({"data_endpoint_enabled": true}),
        ] {
            let with_sku = |sku: &str| {
                let mut registry = feature.clone();
                registry["sku"] = sku.into();
                refused(registry)
            };
            let rule = ["registry-feature-needs-premium"];
            assert_eq!(with_sku("Standard"), rule, "{feature}");
            assert_eq!(with_sku("Premium"), [""; 0], "{feature}");
            assert_eq!(with_sku("?"), [""; 0], "{feature}");
        }
        assert_eq!(
            refused(json!({"sku": "Basic", "anonymous_pull_enabled": true})),
            ["registry-anonymous-pull"]
        );
        assert_eq!(
            refused(
                json!({"sku": "Basic", "georeplications": [{"location": "a", "zone_redundancy_enabled": true}]})
            ),
            [
                "registry-feature-needs-premium",
                "registry-zones-need-premium"
            ]
        );
    }

    #[test]
    fn what_must_not_be_exported_must_not_be_public() {
        let registry = |public: bool| json!({"sku": "Premium", "export_policy_enabled": false, "public_network_access_enabled": public});
        assert_eq!(
            refused(registry(true)),
            ["registry-export-and-public-access"]
        );
        assert_eq!(refused(registry(false)), [""; 0]);
        let left_out = json!({"sku": "Premium", "export_policy_enabled": false});
        assert_eq!(refused(left_out), ["registry-export-and-public-access"]);
    }

    #[test]
    fn a_replication_is_elsewhere() {
        let registry = |location: &str| json!({"sku": "Premium", "location": "West Europe", "georeplications": [{"location": location}]});
        assert_eq!(
            refused(registry("westeurope")),
            ["registry-replication-elsewhere"]
        );
        assert_eq!(refused(registry("northeurope")), [""; 0]);
    }

    #[test]
    fn replications_and_ranges_are_read_back_in_their_form() {
        let registry = |locations: [&str; 2], range: &str| {
            let replications = locations.map(|location| json!({ "location": location }));
            refused(json!({
                "sku": "Premium",
                "georeplications": replications,
                "network_rule_set": [{"ip_rule": [{"ip_range": range}]}],
            }))
        };
        let sorted = ["northeurope", "West US"];
        assert_eq!(registry(sorted, "203.0.113.0/24"), [""; 0]);
        assert_eq!(registry(sorted, "203.0.113.4"), ["registry-address-ranges"]);
        assert_eq!(
            registry(["westus", "northeurope"], "203.0.113.0/24"),
            ["registry-replications-in-order"]
        );
    }

    #[test]
    fn an_update_looks_at_the_network_only_when_it_changes() {
        let registry =
            |sku: &str, public: bool| json!({"sku": sku, "public_network_access_enabled": public});
        let update = |old, new| testing::refused_update(TYPE, old, new);
        assert_eq!(
            update(registry("Premium", false), registry("Basic", false)),
            [""; 0]
        );
        assert_eq!(
            update(registry("Basic", true), registry("Basic", false)),
            ["registry-private"]
        );
        assert_eq!(refused(registry("Basic", false)), ["registry-private"]);

        let rules = |sku: &str, rules: Value| json!({"sku": sku, "network_rule_set": rules});
        let deny = || json!([{"default_action": "Deny"}]);
        assert_eq!(
            refused(rules("Standard", deny())),
            ["registry-network-rules"]
        );
        assert_eq!(
            update(rules("Standard", json!([])), rules("Standard", deny())),
            [""; 0]
        );
        assert_eq!(
            update(rules("Basic", json!([])), rules("Basic", deny())),
            ["registry-network-rules-of-basic"]
        );
    }

    #[test]
    fn encryption_and_network_rules_stay() {
        let registry = |with: Value| json!({"sku": "Premium", "encryption": with.clone(), "network_rule_set": with});
        assert_eq!(
            testing::unsent(TYPE, registry(json!([{}])), registry(json!([]))),
            ["registry-encryption-stays", "registry-network-rules-stay"]
        );
    }

    #[test]
    fn credentials_are_added_and_changed_in_place() {
        let rule = |id: Value| json!({ "credential_set_id": id });
        let replaces = |old, new| {
            testing::replaces(
                "azurerm_container_registry_cache_rule",
                rule(old),
                rule(new),
            )
        };
        assert_eq!(
            replaces(json!("/a"), Value::Null),
            ["registry-cache-credentials"]
        );
        assert_eq!(replaces(json!("/a"), json!("/b")), [""; 0]);
        assert_eq!(replaces(Value::Null, json!("/b")), [""; 0]);
    }
}
