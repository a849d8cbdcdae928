//! Texts and variants that are none of the allowed.

use terrace_azurerm::storage_account::{AccountReplicationType, AccountTier};
use terrace_azurerm::{StorageAccount, StorageAccountArgs};
use terrace_core::Stack;

fn platform(stack: &Stack) {
    let data = StorageAccount::new(
        stack,
        "data",
        StorageAccountArgs {
            name: "stdata".into(),
            resource_group_name: "rg".into(),
            location: "westeurope".into(),
            account_tier: "Standard".into(),
            account_replication_type: AccountReplicationType::Lrs.into(),
        },
    );
    data.set_account_tier(AccountTier::Gold);
    data.set_account_tier("Standard");
}

fn main() {}
