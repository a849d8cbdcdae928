//! `azurerm_storage_account`, but for its services

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[
        replacement(
            "storage-account-kind",
            "account_kind",
            If(All(&[
                Not(&Was(&Is("account_kind", &["Storage"]))),
                Not(&Is("account_kind", &["StorageV2"])),
            ])),
            "only from Storage and to StorageV2 in place",
        ),
        replacement(
            "storage-account-replication",
            "account_replication_type",
            OutOf(&[&["LRS", "GRS", "RAGRS"], &["ZRS", "GZRS", "RAGZRS"]]),
            "only within LRS, GRS, RAGRS and within ZRS, GZRS, RAGZRS in place",
        ),
        replacement(
            "storage-account-large-file-share",
            "large_file_share_enabled",
            ToFalse,
            "cannot be taken back in place",
        ),
        replacement(
            "storage-account-locked",
            "immutability_policy.state",
            From(&["Locked"]),
            "a locked policy cannot be changed in place",
        ),
    ],
    refusals: &[
        refusal(
            "storage-account-access-tier",
            PLAN,
            Needs(Given("access_tier"), HAS_TIERS),
        ),
        refusal(
            "storage-account-begins-unlocked",
            PLAN,
            Never(
                "immutability_policy.state",
                "must begin as Disabled or Unlocked, and becomes Locked only from Unlocked",
                All(&[
                    Is("immutability_policy.state", &["Locked"]),
                    Not(&Was(&Is(
                        "immutability_policy.state",
                        &["Locked", "Unlocked"],
                    ))),
                ]),
            ),
        ),
        refusal(
            "storage-account-hierarchical-namespace",
            PLAN,
            Needs(
                True("is_hns_enabled"),
                Is(
                    "account_kind",
                    &["BlobStorage", "BlockBlobStorage", "StorageV2"],
                ),
            ),
        ),
        refusal(
            "storage-account-zone-redundant-blobs",
            APPLY,
            Excludes(
                Is("account_replication_type", &["ZRS"]),
                All(&[STANDARD, Is("account_kind", &["BlobStorage"])]),
            ),
        ),
        refusal(
            "storage-account-nfs-kind",
            CREATE,
            Needs(
                True("nfsv3_enabled"),
                Any(&[
                    All(&[STANDARD, Is("account_kind", &["StorageV2"])]),
                    All(&[PREMIUM, Is("account_kind", &["BlockBlobStorage"])]),
                ]),
            ),
        ),
        refusal(
            "storage-account-nfs-namespace",
            CREATE,
            Needs(True("nfsv3_enabled"), True("is_hns_enabled")),
        ),
        refusal(
            "storage-account-large-file-share-kind",
            APPLY,
            Needs(
                True("large_file_share_enabled"),
                Is("account_kind", &["FileStorage", "StorageV2"]),
            ),
        ),
        refusal(
            "storage-account-queue-key",
            APPLY,
            Excludes(
                Is("queue_encryption_key_type", &["Account"]),
                Is("account_kind", &["Storage"]),
            ),
        )
        .when_changed(&["customer_managed_key"]),
        refusal(
            "storage-account-table-key",
            APPLY,
            Excludes(
                Is("table_encryption_key_type", &["Account"]),
                Is("account_kind", &["Storage"]),
            ),
        )
        .when_changed(&["customer_managed_key"]),
        refusal(
            "storage-account-customer-key-kind",
            APPLY,
            Needs(
                Given("customer_managed_key"),
                Any(&[PREMIUM, Is("account_kind", &["StorageV2"])]),
            ),
        ),
        refusal(
            "storage-account-customer-key-identity",
            APPLY,
            Needs(
                Given("customer_managed_key"),
                Is(
                    "identity.type",
                    &["UserAssigned", "SystemAssigned, UserAssigned"],
                ),
            ),
        ),
        refusal(
            "storage-account-infrastructure-encryption",
            CREATE,
            Needs(
                True("infrastructure_encryption_enabled"),
                Any(&[
                    Is("account_kind", &["StorageV2", "FileStorage"]),
                    All(&[PREMIUM, Is("account_kind", &["BlockBlobStorage"])]),
                ]),
            ),
        ),
        refusal(
            "storage-account-open-network",
            AGAIN,
            Never(
                "network_rules",
                "that say only what holds anyway are read back as none",
                Holds("", |case| says_nothing(&case.new)),
            ),
        ),
    ],
    unsent: &[unsent(
        "storage-account-sas-policy-stays",
        "sas_policy",
        Removed("sas_policy"),
        "the removal is not sent",
    )],
    ..Rules::of("azurerm_storage_account")
};

const STANDARD: Condition = Is("account_tier", &["Standard"]);
const PREMIUM: Condition = Is("account_tier", &["Premium"]);
const HAS_TIERS: Condition = Is("account_kind", &["BlobStorage", "FileStorage", "StorageV2"]);

/// Network rules that leave the network open and let Azure's own services in.
fn says_nothing(account: &View<'_>) -> Truth {
    let bypass = account.items("network_rules.bypass");
    let is_open = Truth::of(
        bypass,
        |bypass| matches!(bypass, [only] if only.as_text() == Some("AzureServices")),
    );
    let allows = account.text("network_rules.default_action");
    let has = |name: &str| account.is_given(&format!("network_rules.{name}"));
    Truth::of(allows, |action| action == "Allow")
        & is_open
        & !has("ip_rules")
        & !has("virtual_network_subnet_ids")
        & !has("private_link_access")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_storage_account";

    /// An account of the kind that is the default, with some arguments.
    fn account(more: Value) -> Value {
        let mut account = json!({"account_tier": "Standard", "account_replication_type": "LRS"});
        let all = account.as_object_mut().unwrap();
        all.extend(more.as_object().unwrap().clone());
        account
    }

    fn refused(more: Value) -> Vec<&'static str> {
        testing::refused(TYPE, account(more))
    }

    fn replaces(old: Value, new: Value) -> Vec<&'static str> {
        testing::replaces(TYPE, account(old), account(new))
    }

    #[test]
    fn a_kind_changes_in_place_only_from_the_oldest_and_to_the_newest() {
        let kind = |kind: &str| json!({ "account_kind": kind });
        let rule = ["storage-account-kind"];
        assert_eq!(replaces(kind("StorageV2"), kind("BlockBlobStorage")), rule);
        assert_eq!(replaces(json!({}), kind("FileStorage")), rule);
        assert_eq!(replaces(kind("BlobStorage"), kind("StorageV2")), [""; 0]);
        assert_eq!(replaces(kind("Storage"), kind("BlobStorage")), [""; 0]);
    }

    #[test]
    fn replication_changes_in_place_only_with_the_same_zones() {
        let replication = |kind: &str| json!({ "account_replication_type": kind });
        assert_eq!(replaces(replication("LRS"), replication("RAGRS")), [""; 0]);
        assert_eq!(replaces(replication("LRS"), replication("lrs")), [""; 0]);
        let rule = ["storage-account-replication"];
        assert_eq!(replaces(replication("LRS"), replication("ZRS")), rule);
        // What is unknown reads as nothing.
        assert_eq!(replaces(replication("LRS"), replication("?")), rule);
    }

    #[test]
    fn large_file_shares_and_locked_policies_are_for_good() {
        let large = |large: bool| json!({ "large_file_share_enabled": large });
        let rule = ["storage-account-large-file-share"];
        assert_eq!(replaces(large(true), large(false)), rule);
        assert_eq!(replaces(large(false), large(true)), [""; 0]);
        let state = |state: &str| json!({ "immutability_policy": [{ "state": state }] });
        let rule = ["storage-account-locked"];
        assert_eq!(replaces(state("Locked"), state("Disabled")), rule);
        assert_eq!(replaces(state("Unlocked"), state("Locked")), [""; 0]);
    }

    #[test]
    fn a_policy_is_locked_only_when_it_was_unlocked() {
        let state = |state: &str| account(json!({ "immutability_policy": [{ "state": state }] }));
        let update = |old: Value, new: Value| testing::refused_update(TYPE, old, new);
        let rule = ["storage-account-begins-unlocked"];
        assert_eq!(update(account(json!({})), state("Locked")), rule);
        assert_eq!(update(state("Disabled"), state("Locked")), rule);
        assert_eq!(update(state("Unlocked"), state("Locked")), [""; 0]);
        assert_eq!(testing::refused(TYPE, state("Locked")), rule);
        assert_eq!(testing::refused(TYPE, state("Unlocked")), [""; 0]);
    }

    #[test]
    fn what_an_account_can_do_depends_on_its_kind() {
        let cases = [
            (
                json!({"account_kind": "Storage", "access_tier": "Hot"}),
                "storage-account-access-tier",
            ),
            (
                json!({"account_kind": "FileStorage", "is_hns_enabled": true}),
                "storage-account-hierarchical-namespace",
            ),
            (
                json!({"account_kind": "BlobStorage", "account_replication_type": "ZRS"}),
                "storage-account-zone-redundant-blobs",
            ),
            (
                json!({"account_kind": "BlockBlobStorage", "is_hns_enabled": true, "nfsv3_enabled": true}),
                "storage-account-nfs-kind",
            ),
            (
                json!({"nfsv3_enabled": true}),
                "storage-account-nfs-namespace",
            ),
            (
                json!({"account_kind": "BlobStorage", "large_file_share_enabled": true}),
                "storage-account-large-file-share-kind",
            ),
            (
                json!({"account_kind": "Storage", "queue_encryption_key_type": "Account"}),
                "storage-account-queue-key",
            ),
            (
                json!({"account_kind": "Storage", "table_encryption_key_type": "Account"}),
                "storage-account-table-key",
            ),
            (
                json!({
                    "account_kind": "BlobStorage",
                    "identity": [{"type": "UserAssigned"}],
                    "customer_managed_key": [{}],
                }),
                "storage-account-customer-key-kind",
            ),
            (
                json!({"customer_managed_key": [{}]}),
                "storage-account-customer-key-identity",
            ),
            (
                json!({"account_kind": "Storage", "infrastructure_encryption_enabled": true}),
                "storage-account-infrastructure-encryption",
            ),
        ];
        for (more, rule) in cases {
            assert_eq!(refused(more.clone()), [rule], "{more}");
        }
    }

    #[test]
    fn rules_for_an_open_network_are_read_back_as_none() {
        let rules = |action: &str, address: &[&str]| {
            refused(json!({"network_rules": [{
                "default_action": action,
                "bypass": ["AzureServices"],
                "ip_rules": address,
            }]}))
        };
        assert_eq!(rules("Allow", &[]), ["storage-account-open-network"]);
        assert_eq!(rules("Deny", &[]), [""; 0]);
        assert_eq!(rules("Allow", &["203.0.113.4"]), [""; 0]);
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        assert_eq!(
            refused(json!({"account_kind": "?", "access_tier": "Hot"})),
            [""; 0]
        );
        assert_eq!(
            refused(json!({"account_kind": "Storage", "access_tier": "?"})),
            [""; 0]
        );
        // The state may hold a tier or not.
        assert_eq!(refused(json!({"account_kind": "Storage"})), [""; 0]);
    }

    #[test]
    fn a_tier_in_the_state_holds_the_kind_back() {
        let (old, new) = (
            account(json!({"account_kind": "StorageV2", "access_tier": "Hot"})),
            account(json!({"account_kind": "Storage", "access_tier": "Hot"})),
        );
        let refused = testing::refused_update(TYPE, old, new);
        assert_eq!(refused, ["storage-account-access-tier"]);
    }

    #[test]
    fn a_sas_policy_cannot_be_removed() {
        let policy = account(json!({"sas_policy": [{"expiration_period": "1.00:00:00"}]}));
        let rule = ["storage-account-sas-policy-stays"];
        assert_eq!(
            testing::unsent(TYPE, policy.clone(), account(json!({}))),
            rule
        );
        assert_eq!(testing::unsent(TYPE, account(json!({})), policy), [""; 0]);
    }
}
