//! `azurerm_key_vault`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    refusals: &[
        refusal(
            "key-vault-purge-protection-stays",
            UPDATE,
            Never(
                "purge_protection_enabled",
                "cannot be taken back once true",
                All(&[
                    Was(&True("purge_protection_enabled")),
                    False("purge_protection_enabled"),
                ]),
            ),
        ),
        refusal(
            "key-vault-retention-stays",
            UPDATE,
            Never(
                "soft_delete_retention_days",
                "cannot be changed",
                Changed("soft_delete_retention_days"),
            ),
        ),
    ],
    ..Rules::of("azurerm_key_vault")
};

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    fn refused(old: serde_json::Value, new: serde_json::Value) -> Vec<&'static str> {
        testing::refused_update("azurerm_key_vault", old, new)
    }

    #[test]
    fn purge_protection_is_for_good() {
        let vault = |protected: bool| json!({ "purge_protection_enabled": protected });
        assert_eq!(
            refused(vault(true), vault(false)),
            ["key-vault-purge-protection-stays"]
        );
        assert_eq!(
            refused(vault(true), json!({})),
            ["key-vault-purge-protection-stays"]
        );
        assert_eq!(refused(vault(false), vault(true)), [""; 0]);
    }

    #[test]
    fn the_retention_is_for_good() {
        let vault = |days: i64| json!({ "soft_delete_retention_days": days });
        assert_eq!(refused(vault(30), vault(90)), ["key-vault-retention-stays"]);
        assert_eq!(refused(vault(90), json!({})), [""; 0]);
        assert_eq!(testing::refused("azurerm_key_vault", vault(7)), [""; 0]);
    }
}
