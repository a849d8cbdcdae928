//! Encryption with a key that others keep.

mod common;

use pretty_assertions::assert_eq;
use terrace_azureml::{
    Covered, Encryption, EncryptionSettings, ExistingSettings, KeySettings, KeyVault, Storage,
    StorageSettings, VaultSettings,
};

use crate::common::{Result, build, group};

const KEYS: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-security/providers/Microsoft.KeyVault/vaults/kv-keys";

fn encrypted_with(key: KeySettings, covers: &[Covered]) -> Result {
    build(|stack| {
        let group = group(stack);
        let vault = KeyVault::new(&group, "vault", &VaultSettings::default());
        let settings = EncryptionSettings {
            covers: covers.iter().map(|covered| (*covered).into()).collect(),
            key,
            ..EncryptionSettings::default()
        };
        Encryption::new(&group, "encryption", &vault, &settings);
        Storage::new(&group, "data", &StorageSettings::default());
    })
}

fn key(grant: bool) -> KeySettings {
    KeySettings::Elsewhere {
        vault: ExistingSettings::id(KEYS),
        name: "ml".into(),
        version: None,
        grant: grant.into(),
    }
}

#[test]
fn a_key_that_is_there_already_is_used_and_not_made() {
    let result = encrypted_with(key(true), &[Covered::Storage]);
    assert_eq!(result.findings, [""; 0]);
    assert!(
        result.json["resource"]
            .get("azapi_resource_action")
            .is_none()
    );
    let account = result.resource("azurerm_storage_account", "platform_data");
    assert_eq!(
        account["customer_managed_key"]["key_vault_key_id"],
        "https://kv-keys.vault.azure.net/keys/ml"
    );
    let grant = result.resource(
        "azurerm_role_assignment",
        "platform_encryption_vault_encryption_key_vault_crypto_service_encryption_user",
    );
    assert_eq!(grant["scope"], KEYS);
}

#[test]
fn a_key_whose_right_others_give_is_only_used() {
    let result = encrypted_with(key(false), &[Covered::Storage]);
    assert_eq!(result.findings, [""; 0]);
    assert!(
        result.json["resource"]
            .get("azurerm_role_assignment")
            .is_none()
    );
}

#[test]
fn a_workspace_needs_the_version_of_a_key_that_is_there_already() {
    let result = encrypted_with(key(true), &[Covered::Workspace]);
    assert_eq!(
        result.findings,
        ["T0805: a workspace is encrypted with one version of the key, and none is named"]
    );
}
