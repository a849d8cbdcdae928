//! What the provider block's `features` say about deletion.

use terrace_schema::eval::Val;

/// The switches that the twin looks at.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    /// A vault is purged when it is destroyed.
    pub purge_vaults: bool,
    /// A soft-deleted vault of the same name is recovered.
    pub recover_vaults: bool,
    /// A machine learning workspace is purged when it is destroyed.
    pub purge_workspaces: bool,
    /// A resource group that holds anything is not destroyed.
    pub keep_full_groups: bool,
}

impl Features {
    /// Reads the configuration of the provider, with azurerm's defaults.
    #[must_use]
    pub fn of(config: Option<&Val>) -> Self {
        let flag = |block: &str, name: &str, default: bool| {
            let first = |value: &Val| value.as_items().and_then(<[Val]>::first).cloned();
            let features = config.and_then(|config| first(config.get("features")?));
            let block = features.and_then(|features| first(features.get(block)?));
            block
                .and_then(|block| block.get(name)?.as_bool())
                .unwrap_or(default)
        };
        Self {
            purge_vaults: flag("key_vault", "purge_soft_delete_on_destroy", true),
            recover_vaults: flag("key_vault", "recover_soft_deleted_key_vaults", true),
            purge_workspaces: flag(
                "machine_learning",
                "purge_soft_deleted_workspace_on_destroy",
                false,
            ),
            keep_full_groups: flag(
                "resource_group",
                "prevent_deletion_if_contains_resources",
                true,
            ),
        }
    }
}
