//! A key vault's id where a storage account's is wanted.

use terrace_azurerm::{KeyVault, StorageContainer, StorageContainerArgs};
use terrace_core::Stack;

fn platform(stack: &Stack, vault: &KeyVault) {
    let models = StorageContainer::new(
        stack,
        "models",
        StorageContainerArgs {
            name: "models".into(),
            storage_account_id: vault.id(),
        },
    );
    models.set_storage_account_id(vault.id());
}

fn main() {}
