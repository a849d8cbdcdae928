//! `azurerm_pim_eligible_role_assignment`, `azurerm_resource_group_policy_assignment`,
//! `azurerm_resource_group_policy_exemption`, `azurerm_role_assignment`

use super::prelude::*;

pub(super) static ELIGIBLE_ROLE: Rules = Rules {
    refusals: &[refusal(
        "eligible-role-expires",
        UPDATE,
        Never(
            "schedule.expiration",
            "cannot be removed; replace the assignment by hand",
            Removed("schedule.expiration"),
        ),
    )],
    ..Rules::of("azurerm_pim_eligible_role_assignment")
};

pub(super) static POLICY_ASSIGNMENT: Rules = Rules {
    refusals: &[refusal(
        "policy-identity-location",
        APPLY,
        Needs(Given("identity"), Given("location")),
    )
    .when_changed(&["identity"])],
    ignored: &[
        ignored("policy-bookkeeping", "metadata", JsonWithout(BOOKKEEPING)),
        ignored("policy-parameters", "parameters", Json),
    ],
    ..Rules::of("azurerm_resource_group_policy_assignment")
};

pub(super) static POLICY_EXEMPTION: Rules = Rules {
    ignored: &[ignored(
        "exemption-bookkeeping",
        "metadata",
        JsonWithout(BOOKKEEPING),
    )],
    ..Rules::of("azurerm_resource_group_policy_exemption")
};

pub(super) static ROLE_ASSIGNMENT: Rules = Rules {
    refusals: &[refusal(
        "role-condition-version",
        CREATE,
        Needs(Given("condition_version"), Given("condition")),
    )],
    ..Rules::of("azurerm_role_assignment")
};

/// What Azure itself writes into the metadata of policies.
const BOOKKEEPING: &[&str] = &[
    "assignedBy",
    "createdBy",
    "createdOn",
    "updatedBy",
    "updatedOn",
];

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    #[test]
    fn an_eligible_role_goes_on_expiring() {
        let role = |expiration| json!({ "schedule": [{ "expiration": expiration }] });
        let refused = testing::refused_update(
            "azurerm_pim_eligible_role_assignment",
            role(json!([{"duration_days": 30}])),
            role(json!([])),
        );
        assert_eq!(refused, ["eligible-role-expires"]);
    }

    #[test]
    fn a_policy_with_an_identity_stands_somewhere() {
        let refused = |policy| testing::refused("azurerm_resource_group_policy_assignment", policy);
        let identity = json!([{"type": "SystemAssigned"}]);
        assert_eq!(
            refused(json!({"identity": identity})),
            ["policy-identity-location"]
        );
        assert_eq!(
            refused(json!({"identity": identity, "location": "westeurope"})),
            [""; 0]
        );
    }

    #[test]
    fn what_azure_writes_into_metadata_is_no_change() {
        let metadata = |metadata: &str| json!({ "metadata": metadata, "parameters": metadata });
        let azure = || metadata(r#"{"category":"a","createdBy":"b"}"#);
        let ours = |category: &str| metadata(&format!(r#"{{ "category": "{category}" }}"#));
        for kind in ["assignment", "exemption"] {
            let type_name = format!("azurerm_resource_group_policy_{kind}");
            assert!(testing::ignores(&type_name, "metadata", azure(), ours("a")));
            assert!(!testing::ignores(
                &type_name,
                "metadata",
                azure(),
                ours("b")
            ));
        }
        let type_name = "azurerm_resource_group_policy_assignment";
        let parameters = |text: &str| json!({ "parameters": text });
        let (old, new) = (parameters(r#"{"a":1}"#), parameters(r#"{ "a": 1 }"#));
        assert!(testing::ignores(type_name, "parameters", old, new));
        assert!(!testing::ignores(
            type_name,
            "parameters",
            azure(),
            ours("a")
        ));
    }

    #[test]
    fn a_condition_of_a_role_comes_before_its_version() {
        let type_name = "azurerm_role_assignment";
        let version = || json!({"condition_version": "2.0"});
        assert_eq!(
            testing::refused(type_name, version()),
            ["role-condition-version"]
        );
        assert_eq!(
            testing::refused_update(type_name, json!({}), version()),
            [""; 0]
        );
        let both = json!({"condition_version": "2.0", "condition": "c"});
        assert_eq!(testing::refused(type_name, both), [""; 0]);
    }
}
