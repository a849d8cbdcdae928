//! `azurerm_machine_learning_workspace`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    refusals: &[
        refusal(
            "ml-workspace-is-no-feature-store",
            APPLY,
            Excludes(Given("feature_store"), Is("kind", &["Default"])),
        )
        .when_changed(&["feature_store"]),
        refusal(
            "ml-workspace-is-feature-store",
            APPLY,
            Needs(Is("kind", &["FeatureStore"]), Given("feature_store")),
        )
        .when_changed(&["feature_store"]),
        refusal(
            "ml-workspace-serverless-without-address",
            APPLY,
            Never(
                "serverless_compute.public_ip_enabled",
                "false needs `serverless_compute.subnet_id` or `public_network_access_enabled` true",
                All(&[
                    False("serverless_compute.public_ip_enabled"),
                    SERVERLESS_WITHOUT_SUBNET,
                    False("public_network_access_enabled"),
                ]),
            ),
        )
        .when_changed(&["serverless_compute"]),
        refusal(
            "ml-workspace-serverless-loses-address",
            UPDATE,
            Never(
                "serverless_compute.public_ip_enabled",
                "may become false only with `serverless_compute.subnet_id`",
                All(&[
                    Was(&True("serverless_compute.public_ip_enabled")),
                    False("serverless_compute.public_ip_enabled"),
                    SERVERLESS_WITHOUT_SUBNET,
                ]),
            ),
        ),
    ],
    ignored: &[
        ignored("ml-workspace-id-case", "application_insights_id", InAnyCase),
        ignored("ml-workspace-id-case", "key_vault_id", InAnyCase),
        ignored("ml-workspace-id-case", "storage_account_id", InAnyCase),
        ignored("ml-workspace-id-case", "container_registry_id", InAnyCase),
    ],
    unsent: &[
        encryption_stays("encryption.key_id"),
        encryption_stays("encryption.key_vault_id"),
        encryption_stays("encryption.user_assigned_identity_id"),
    ],
    ..Rules::of("azurerm_machine_learning_workspace")
};

const SERVERLESS_WITHOUT_SUBNET: Condition = All(&[
    Given("serverless_compute"),
    Missing("serverless_compute.subnet_id"),
]);

const fn encryption_stays(argument: &'static str) -> Unsent {
    unsent(
        "ml-workspace-encryption-stays",
        argument,
        // Adding or removing the block replaces.
        All(&[Given("encryption"), Was(&Given("encryption"))]),
        "a change is never sent",
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_machine_learning_workspace";

    #[test]
    fn a_feature_store_is_of_its_own_kind() {
        let refused = |workspace| testing::refused(TYPE, workspace);
        assert_eq!(
            refused(json!({"feature_store": [{}]})),
            ["ml-workspace-is-no-feature-store"]
        );
        assert_eq!(
            refused(json!({"kind": "FeatureStore"})),
            ["ml-workspace-is-feature-store"]
        );
        assert_eq!(
            refused(json!({"kind": "FeatureStore", "feature_store": [{}]})),
            [""; 0]
        );
    }

    #[test]
    fn serverless_compute_without_address_needs_a_way_in() {
        let workspace = |address: bool, subnet: Value, public: bool| {
            json!({
                "serverless_compute": [{"public_ip_enabled": address, "subnet_id": subnet}],
                "public_network_access_enabled": public,
            })
        };
        let refused = |workspace| testing::refused(TYPE, workspace);
        let rule = ["ml-workspace-serverless-without-address"];
        assert_eq!(refused(workspace(false, Value::Null, false)), rule);
        assert_eq!(refused(workspace(false, json!("?"), false)), [""; 0]);
        assert_eq!(refused(workspace(true, Value::Null, false)), [""; 0]);
        assert_eq!(refused(workspace(false, Value::Null, true)), [""; 0]);
        assert_eq!(
            testing::refused_update(
                TYPE,
                workspace(true, Value::Null, true),
                workspace(false, Value::Null, true)
            ),
            ["ml-workspace-serverless-loses-address"]
        );
    }

    #[test]
    fn ids_are_compared_without_case() {
        let vault = |id: &str| json!({ "key_vault_id": id });
        assert!(testing::ignores(
            TYPE,
            "key_vault_id",
            vault("/A/b"),
            vault("/a/B")
        ));
        assert!(!testing::ignores(
            TYPE,
            "key_vault_id",
            vault("/a/b"),
            vault("/a/c")
        ));
    }

    #[test]
    fn the_key_of_an_encryption_is_never_changed() {
        let workspace = |key: &str| json!({ "encryption": [{ "key_id": key }] });
        let rule = ["ml-workspace-encryption-stays"];
        assert_eq!(testing::unsent(TYPE, workspace("a"), workspace("b")), rule);
        assert_eq!(
            testing::unsent(TYPE, workspace("a"), workspace("a")),
            [""; 0]
        );
        assert_eq!(testing::unsent(TYPE, json!({}), workspace("b")), [""; 0]);
    }
}
