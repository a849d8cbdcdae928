//! What `protect = true` does: what holds data is not destroyed, what others depend on not deleted.

use terrace_azurerm::management_lock::LockLevel;
use terrace_azurerm::{ManagementLock, ManagementLockArgs};
use terrace_core::{IsResource as _, Scope, Stack};

use crate::{inventory, naming};

/// What holds data that nobody can make again: a plan that would destroy it is refused.
const HOLDS_DATA: [&str; 16] = [
    "Microsoft.MachineLearningServices/registries",
    "Microsoft.MachineLearningServices/workspaces",
    "azurerm_ai_foundry",
    "azurerm_ai_foundry_project",
    "azurerm_application_insights",
    "azurerm_container_registry",
    "azurerm_key_vault",
    "azurerm_key_vault_key",
    "azurerm_log_analytics_workspace",
    "azurerm_machine_learning_workspace",
    "azurerm_search_service",
    "azurerm_storage_account",
    "azurerm_storage_container",
    "azurerm_storage_data_lake_gen2_filesystem",
    "azurerm_storage_share",
    "azurerm_storage_table",
];

/// What others depend on: Azure itself refuses to delete it, whoever asks. Never the resource group
/// and never the workspace: a lock there keeps compute from scaling down and a managed network from
/// being cleaned up. Never `ReadOnly` either, which would refuse to list a storage account's keys.
/// Source: "Secure an Azure Machine Learning training environment with virtual networks", and "Lock
/// your resources to protect your infrastructure".
const LOCKED: [&str; 4] = [
    "azurerm_container_registry",
    "azurerm_key_vault",
    "azurerm_log_analytics_workspace",
    "azurerm_storage_account",
];

/// Keeps what holds data. A resource that says `prevent_destroy` for itself keeps that.
pub(crate) fn keep(stack: &Stack) {
    for item in inventory::of(stack) {
        if HOLDS_DATA.contains(&&*item.kind) {
            item.resource.change_lifecycle(|lifecycle| {
                lifecycle.prevent_destroy.get_or_insert(true);
            });
        }
    }
}

/// Locks what others depend on.
pub(crate) fn lock(stack: &Stack) {
    let items = inventory::of(stack).into_iter();
    let mut locked = items
        .filter(|item| LOCKED.contains(&&*item.kind))
        .peekable();
    if locked.peek().is_none() {
        return;
    }
    let protection = Scope::new(stack, "protection");
    for item in locked {
        let lock = ManagementLock::new(
            &protection,
            &item.label(),
            ManagementLockArgs {
                name: naming::name(&item.resource.scope(), "azurerm_management_lock", None),
                scope: item.resource.id::<()>().to_expr().into(),
                lock_level: LockLevel::CanNotDelete.into(),
            },
        );
        lock.set_notes("Set by protect = true in the environment file; take it out there.");
    }
}
