//! The services of `azurerm_storage_account`: blobs, files and shares
//!
//! A creation that is refused for one of them leaves the account behind.

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    refusals: &[
        refusal(
            "storage-account-active-directory",
            APPLY,
            Needs(
                Is("azure_files_authentication.directory_type", &["AD"]),
                All(&[
                    Given("azure_files_authentication.active_directory.storage_sid"),
                    Given("azure_files_authentication.active_directory.domain_sid"),
                    Given("azure_files_authentication.active_directory.forest_name"),
                    Given("azure_files_authentication.active_directory.netbios_domain_name"),
                ]),
            ),
        ),
        refusal(
            "storage-account-blobs-of-files",
            APPLY,
            Excludes(
                Given("blob_properties"),
                Is("account_kind", &["FileStorage"]),
            ),
        ),
        refusal(
            "storage-account-versions-in-namespace",
            APPLY,
            Excludes(
                True("blob_properties.versioning_enabled"),
                True("is_hns_enabled"),
            ),
        ),
        refusal(
            "storage-account-restore-policy",
            APPLY,
            Needs(
                Given("blob_properties.restore_policy"),
                All(&[
                    True("blob_properties.versioning_enabled"),
                    True("blob_properties.change_feed_enabled"),
                ]),
            ),
        ),
        refusal(
            "storage-account-restore-in-dns-zone",
            APPLY,
            Excludes(
                Given("blob_properties.restore_policy"),
                Is("dns_endpoint_type", &["AzureDnsZone"]),
            ),
        ),
        refusal(
            "storage-account-immutable-versions",
            CREATE,
            Needs(
                All(&[Given("immutability_policy"), Given("blob_properties")]),
                True("blob_properties.versioning_enabled"),
            ),
        ),
        of_old_kind("blob_properties.last_access_time_enabled"),
        of_old_kind("blob_properties.change_feed_enabled"),
        of_old_kind("blob_properties.change_feed_retention_in_days"),
        of_old_kind("blob_properties.restore_policy"),
        of_old_kind("blob_properties.versioning_enabled"),
        refusal(
            "storage-account-shares",
            APPLY,
            Needs(
                Given("share_properties"),
                Any(&[
                    Is("account_kind", &["FileStorage"]),
                    All(&[Not(&PREMIUM), Is("account_kind", &["StorageV2"])]),
                    All(&[
                        Not(&PREMIUM),
                        Is("account_kind", &["Storage"]),
                        Is("account_replication_type", &["LRS", "GRS", "RAGRS"]),
                    ]),
                ]),
            ),
        ),
        refusal(
            "storage-account-multichannel",
            APPLY,
            Needs(True("share_properties.smb.multichannel_enabled"), PREMIUM),
        ),
    ],
    ..Rules::of("azurerm_storage_account")
};

const PREMIUM: Condition = Is("account_tier", &["Premium"]);

/// What accounts of the kind Storage, the oldest one, do not have.
const fn of_old_kind(argument: &'static str) -> Refusal {
    refusal(
        "storage-account-old-kind",
        APPLY,
        Excludes(Given(argument), Is("account_kind", &["Storage"])),
    )
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

    #[test]
    fn a_service_depends_on_the_kind_of_its_account() {
        let cases = [
            (
                json!({"azure_files_authentication": [{"directory_type": "AD", "active_directory": [{"domain_sid": "s"}]}]}),
                "storage-account-active-directory",
            ),
            (
                json!({"account_kind": "FileStorage", "account_tier": "Premium", "blob_properties": [{}]}),
                "storage-account-blobs-of-files",
            ),
            (
                json!({"is_hns_enabled": true, "blob_properties": [{"versioning_enabled": true}]}),
                "storage-account-versions-in-namespace",
            ),
            (
                json!({"blob_properties": [{"versioning_enabled": true, "restore_policy": [{"days": 1}]}]}),
                "storage-account-restore-policy",
            ),
            (
                json!({
                    "dns_endpoint_type": "AzureDnsZone",
                    "blob_properties": [{
                        "versioning_enabled": true,
                        "change_feed_enabled": true,
                        "restore_policy": [{"days": 1}],
                    }],
                }),
                "storage-account-restore-in-dns-zone",
            ),
            (
                json!({"immutability_policy": [{"state": "Unlocked"}], "blob_properties": [{}]}),
                "storage-account-immutable-versions",
            ),
            (
                json!({"account_kind": "Storage", "blob_properties": [{"last_access_time_enabled": true}]}),
                "storage-account-old-kind",
            ),
            (
                json!({"account_tier": "Premium", "share_properties": [{}]}),
                "storage-account-shares",
            ),
            (
                json!({"share_properties": [{"smb": [{"multichannel_enabled": true}]}]}),
                "storage-account-multichannel",
            ),
        ];
        for (more, rule) in cases {
            let refused = testing::refused(TYPE, account(more.clone()));
            assert_eq!(refused, [rule], "{more}");
        }
    }

    #[test]
    fn services_that_fit_their_account_are_made() {
        for more in [
            json!({"blob_properties": [{"versioning_enabled": true, "change_feed_enabled": true, "restore_policy": [{"days": 1}]}]}),
            json!({"account_kind": "Storage", "share_properties": [{}]}),
            json!({"account_kind": "FileStorage", "account_tier": "Premium", "share_properties": [{"smb": [{"multichannel_enabled": true}]}]}),
            json!({"azure_files_authentication": [{"directory_type": "AADKERB"}]}),
        ] {
            let refused = testing::refused(TYPE, account(more.clone()));
            assert_eq!(refused, [""; 0], "{more}");
        }
    }
}
