//! `azurerm_key_vault_key` and `azurerm_key_vault_secret`

use super::prelude::*;
use crate::rules::difference::is_same_json;

pub(super) static KEY: Rules = Rules {
    replacements: &[
        replacement(
            "key-expiration",
            "expiration_date",
            ToNothing,
            "cannot be taken out in place",
        ),
        replacement(
            "key-immutable-policy",
            "release_policy.json",
            If(All(&[
                Was(&True("release_policy.immutable")),
                True("release_policy.immutable"),
                Holds("", is_another_policy),
            ])),
            "cannot be changed in place while immutable",
        ),
        replacement(
            "key-policy-stays-immutable",
            "release_policy.immutable",
            ToFalse,
            "cannot be taken back in place",
        ),
    ],
    refusals: &[
        refusal(
            "key-release-policy",
            PLAN,
            Needs(
                Given("release_policy"),
                Is("key_type", &["RSA-HSM", "EC-HSM"]),
            ),
        ),
        refusal(
            "key-size",
            CREATE,
            Needs(Is("key_type", &["RSA", "RSA-HSM"]), Given("key_size")),
        ),
    ],
    ignored: &[
        ignored(
            "key-curve-name",
            "curve",
            By(|old, new| old == "SECP256K1" && new == "P-256K"),
        ),
        ignored("key-policy-spelling", "release_policy.json", Json),
    ],
    unsent: &[unsent(
        "key-not-before-stays",
        "not_before_date",
        Removed("not_before_date"),
        "the removal is not sent",
    )],
    ..Rules::of("azurerm_key_vault_key")
};

pub(super) static SECRET: Rules = Rules {
    unsent: &[
        unsent(
            "secret-not-before-stays",
            "not_before_date",
            All(&[Removed("not_before_date"), SAME_VERSION]),
            "the removal is not sent without a new version",
        ),
        unsent(
            "secret-expiration-stays",
            "expiration_date",
            All(&[Removed("expiration_date"), SAME_VERSION]),
            "the removal is not sent without a new version",
        ),
    ],
    ..Rules::of("azurerm_key_vault_secret")
};

const SAME_VERSION: Condition = All(&[Not(&Changed("value")), Not(&Changed("value_wo_version"))]);

fn is_another_policy(case: &Case<'_>) -> Truth {
    let Old::Was(old) = case.old else {
        return Truth::Perhaps;
    };
    let path = "release_policy.json";
    Truth::of(old.text(path).zip(case.new.text(path)), |(old, new)| {
        !is_same_json(&old, &new, &[])
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const KEY: &str = "azurerm_key_vault_key";
    const SECRET: &str = "azurerm_key_vault_secret";

    #[test]
    fn an_expiration_is_moved_and_never_removed() {
        let key = |date: &str| json!({ "expiration_date": date });
        let replaces = |old, new| testing::replaces(KEY, key(old), key(new));
        assert_eq!(replaces("2030-01-01T00:00:00Z", ""), ["key-expiration"]);
        assert_eq!(replaces("2030-01-01T00:00:00Z", "?"), ["key-expiration"]);
        assert_eq!(
            replaces("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"),
            [""; 0]
        );
    }

    #[test]
    fn an_immutable_policy_stays() {
        let key = |json: &str, immutable: bool| json!({"release_policy": [{"json": json, "immutable": immutable}]});
        let replaces = |old, new| testing::replaces(KEY, old, new);
        let old = || key(r#"{"a":1}"#, true);
        assert_eq!(
            replaces(old(), key(r#"{"a":2}"#, true)),
            ["key-immutable-policy"]
        );
        assert_eq!(replaces(old(), key(r#"{ "a": 1 }"#, true)), [""; 0]);
        assert_eq!(
            replaces(old(), key(r#"{"a":1}"#, false)),
            ["key-policy-stays-immutable"]
        );
        assert!(testing::ignores(
            KEY,
            "release_policy.json",
            old(),
            key(r#"{ "a": 1 }"#, true)
        ));
    }

    #[test]
    fn a_key_has_what_its_type_needs() {
        let refused = |key| testing::refused(KEY, key);
        assert_eq!(refused(json!({"key_type": "RSA"})), ["key-size"]);
        assert_eq!(
            refused(json!({"key_type": "RSA", "key_size": 2048})),
            [""; 0]
        );
        assert_eq!(
            refused(json!({"key_type": "EC", "release_policy": [{"json": "{}"}]})),
            ["key-release-policy"]
        );
    }

    #[test]
    fn a_curve_has_two_names() {
        let key = |curve: &str| json!({ "curve": curve });
        assert!(testing::ignores(
            KEY,
            "curve",
            key("SECP256K1"),
            key("P-256K")
        ));
        assert!(!testing::ignores(KEY, "curve", key("P-256"), key("P-256K")));
    }

    #[test]
    fn a_date_is_removed_only_with_a_new_version() {
        let secret = |value: &str, date: Value| json!({"value": value, "not_before_date": date.clone(), "expiration_date": date});
        let old = || secret("a", json!("2030-01-01T00:00:00Z"));
        assert_eq!(
            testing::unsent(SECRET, old(), secret("a", Value::Null)),
            ["secret-not-before-stays", "secret-expiration-stays"]
        );
        assert_eq!(
            testing::unsent(SECRET, old(), secret("b", Value::Null)),
            [""; 0]
        );
        let key = |date: Value| json!({ "not_before_date": date });
        let unsent = testing::unsent(KEY, key(json!("2030-01-01T00:00:00Z")), key(Value::Null));
        assert_eq!(unsent, ["key-not-before-stays"]);
    }
}
