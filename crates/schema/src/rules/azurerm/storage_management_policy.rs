//! `azurerm_storage_management_policy`
//!
//! A number of days that is left out is -1.

use super::prelude::*;

macro_rules! begins {
    ($action:literal, $since:literal) => {
        Above(
            concat!($action, "_after_days_since_", $since, "_greater_than"),
            -1,
        )
    };
}

/// An action begins a number of days after one of three things.
macro_rules! begins_once {
    ($action:literal) => {
        refusal(
            "lifecycle-one-beginning",
            APPLY,
            Never(
                concat!($action, "_after_days_since_modification_greater_than"),
                "and those since the last access and since creation exclude each other",
                Any(&[
                    All(&[
                        begins!($action, "modification"),
                        begins!($action, "last_access_time"),
                    ]),
                    All(&[
                        begins!($action, "modification"),
                        begins!($action, "creation"),
                    ]),
                    All(&[
                        begins!($action, "last_access_time"),
                        begins!($action, "creation"),
                    ]),
                ]),
            ),
        )
        .each("rule.actions.base_blob")
    };
}

pub(super) static RULES: Rules = Rules {
    refusals: &[
        begins_once!("tier_to_cool"),
        begins_once!("tier_to_cold"),
        begins_once!("tier_to_archive"),
        begins_once!("delete"),
        refusal(
            "lifecycle-back-to-hot",
            APPLY,
            Needs(
                True("auto_tier_to_hot_from_cool_enabled"),
                Above(
                    "tier_to_cool_after_days_since_last_access_time_greater_than",
                    -1,
                ),
            ),
        )
        .each("rule.actions.base_blob"),
        refusal(
            "lifecycle-index-tags",
            APPLY,
            Excludes(
                Given("filters.match_blob_index_tag"),
                Any(&[Given("actions.snapshot"), Given("actions.version")]),
            ),
        )
        .each("rule"),
        refusal(
            "lifecycle-archived-again",
            AGAIN,
            Needs(
                TIER_CHANGED,
                Any(&[
                    Above(
                        "tier_to_archive_after_days_since_modification_greater_than",
                        -1,
                    ),
                    Above(
                        "tier_to_archive_after_days_since_last_access_time_greater_than",
                        -1,
                    ),
                    Above("tier_to_archive_after_days_since_creation_greater_than", -1),
                ]),
            ),
        )
        .each("rule.actions.base_blob"),
        refusal(
            "lifecycle-archived-again",
            AGAIN,
            Needs(TIER_CHANGED, ARCHIVED),
        )
        .each("rule.actions.snapshot"),
        refusal(
            "lifecycle-archived-again",
            AGAIN,
            Needs(TIER_CHANGED, ARCHIVED),
        )
        .each("rule.actions.version"),
    ],
    ..Rules::of("azurerm_storage_management_policy")
};

const TIER_CHANGED: Condition = Above(
    "tier_to_archive_after_days_since_last_tier_change_greater_than",
    -1,
);
const ARCHIVED: Condition = Above("change_tier_to_archive_after_days_since_creation", -1);

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    fn refused(rule: Value) -> Vec<&'static str> {
        testing::refused(
            "azurerm_storage_management_policy",
            json!({ "rule": [rule] }),
        )
    }

    fn of_blobs(actions: Value) -> Vec<&'static str> {
        refused(json!({"actions": [{ "base_blob": [actions] }]}))
    }

    #[test]
    fn an_action_begins_after_one_thing() {
        let rule = ["lifecycle-one-beginning"];
        for action in ["tier_to_cool", "tier_to_cold", "tier_to_archive", "delete"] {
            let since = |what: &str| format!("{action}_after_days_since_{what}_greater_than");
            let two = json!({since("last_access_time"): 0, since("creation"): 1});
            assert_eq!(of_blobs(two), rule);
            let two = json!({since("modification"): 30, since("creation"): 1});
            assert_eq!(of_blobs(two), rule);
            assert_eq!(of_blobs(json!({since("modification"): 30})), [""; 0]);
        }
    }

    #[test]
    fn only_what_was_cooled_by_access_becomes_hot() {
        let since = |what: &str| {
            of_blobs(json!({
                "auto_tier_to_hot_from_cool_enabled": true,
                format!("tier_to_cool_after_days_since_{what}_greater_than"): 30,
            }))
        };
        assert_eq!(since("modification"), ["lifecycle-back-to-hot"]);
        assert_eq!(since("last_access_time"), [""; 0]);
    }

    #[test]
    fn tags_select_blobs_alone() {
        let with = |action: &str| {
            refused(json!({
                "filters": [{"match_blob_index_tag": [{"name": "a", "value": "b"}]}],
                "actions": [{action: [{}]}],
            }))
        };
        assert_eq!(with("snapshot"), ["lifecycle-index-tags"]);
        assert_eq!(with("version"), ["lifecycle-index-tags"]);
        assert_eq!(with("base_blob"), [""; 0]);
    }

    #[test]
    fn a_change_of_tier_counts_only_beside_an_archive() {
        let changed = "tier_to_archive_after_days_since_last_tier_change_greater_than";
        let created = "change_tier_to_archive_after_days_since_creation";
        let rule = ["lifecycle-archived-again"];
        assert_eq!(of_blobs(json!({changed: 7})), rule);
        let modified = "tier_to_archive_after_days_since_modification_greater_than";
        assert_eq!(of_blobs(json!({changed: 7, modified: 30})), [""; 0]);
        for of in ["snapshot", "version"] {
            let action = |action: Value| refused(json!({"actions": [{of: [action]}]}));
            assert_eq!(action(json!({changed: 7})), rule);
            assert_eq!(action(json!({changed: 7, created: 30})), [""; 0]);
        }
    }
}
