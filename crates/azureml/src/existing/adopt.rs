//! `from_id` and `lookup` of the constructs: the short ways to what is there already.

use terrace_ir::Sourced;

use super::ExistingSettings;
use crate::given::Given;
use crate::group::InGroup;
use crate::identity::{Identity, IdentitySettings};
use crate::insights::{AppInsights, InsightsSettings};
use crate::logs::{Logs, LogsSettings};
use crate::registry::{ContainerRegistry, RegistrySettings};
use crate::storage::{Storage, StorageSettings};
use crate::vault::{KeyVault, VaultSettings};
use crate::workspace::{MlWorkspace, Uses, WorkspaceSettings};

/// The two ways to a construct for what is there already.
macro_rules! adopts {
    ($($construct:ident: $settings:ident;)*) => {$(
        impl $construct {
            /// What has that id in Azure. Nothing is made.
            #[track_caller]
            pub fn from_id(
                parent: &impl InGroup,
                name: &str,
                id: impl Into<Given>,
            ) -> Self {
                let settings = $settings {
                    existing: Some(ExistingSettings::id(id)),
                    ..$settings::default()
                };
                Self::new(parent, name, &settings)
            }

            /// What has that name in a resource group, looked up when Terraform plans. Nothing is
            /// made.
            #[track_caller]
            pub fn lookup(
                parent: &impl InGroup,
                name: &str,
                in_azure: impl Into<Sourced<String>>,
                resource_group: impl Into<Sourced<String>>,
            ) -> Self {
                let settings = $settings {
                    existing: Some(ExistingSettings::lookup(in_azure, resource_group)),
                    ..$settings::default()
                };
                Self::new(parent, name, &settings)
            }
        }
    )*};
}

adopts! {
    ContainerRegistry: RegistrySettings;
    Identity: IdentitySettings;
    KeyVault: VaultSettings;
    Logs: LogsSettings;
    Storage: StorageSettings;
}

impl AppInsights {
    /// The one that has that id in Azure, with its data in `logs`. Nothing is made.
    #[track_caller]
    pub fn from_id(parent: &impl InGroup, name: &str, logs: &Logs, id: impl Into<Given>) -> Self {
        let settings = InsightsSettings {
            existing: Some(ExistingSettings::id(id)),
            ..InsightsSettings::default()
        };
        Self::new(parent, name, logs, &settings)
    }

    /// The one that has that name in a resource group, with its data in `logs`, looked up when Terraform
    /// plans. Nothing is made.
    #[track_caller]
    pub fn lookup(
        parent: &impl InGroup,
        name: &str,
        logs: &Logs,
        in_azure: impl Into<Sourced<String>>,
        resource_group: impl Into<Sourced<String>>,
    ) -> Self {
        let settings = InsightsSettings {
            existing: Some(ExistingSettings::lookup(in_azure, resource_group)),
            ..InsightsSettings::default()
        };
        Self::new(parent, name, logs, &settings)
    }
}

impl MlWorkspace {
    /// The workspace that has that id in Azure, for computes, endpoints and people. It stays as it is.
    #[track_caller]
    pub fn from_id(
        parent: &impl InGroup,
        name: &str,
        uses: Uses<'_>,
        id: impl Into<Given>,
    ) -> Self {
        let settings = WorkspaceSettings {
            existing: Some(ExistingSettings::id(id)),
            ..WorkspaceSettings::default()
        };
        Self::new(parent, name, uses, &settings)
    }

    /// The workspace that has that name in a resource group, looked up when Terraform plans. It stays as
    /// it is.
    #[track_caller]
    pub fn lookup(
        parent: &impl InGroup,
        name: &str,
        uses: Uses<'_>,
        in_azure: impl Into<Sourced<String>>,
        resource_group: impl Into<Sourced<String>>,
    ) -> Self {
        let settings = WorkspaceSettings {
            existing: Some(ExistingSettings::lookup(in_azure, resource_group)),
            ..WorkspaceSettings::default()
        };
        Self::new(parent, name, uses, &settings)
    }
}
