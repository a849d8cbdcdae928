//! A key vault.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::Cloud;
use terrace_azure::private_link::Target;
use terrace_azurerm::key_vault::{
    NetworkAcls, NetworkAclsArgs, NetworkAclsBypass, NetworkAclsDefaultAction, SkuName,
};
use terrace_azurerm::{KeyVault as Vault, KeyVaultArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Expr, Id, Sourced, tf};

use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, Principal, VaultRole};
use crate::group::{InGroup, ResourceGroup};
use crate::network::Access;
use crate::{client, naming, network};

/// Settings of a key vault.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VaultSettings {
    /// The vault's name in Azure, where it is not to be made by the naming template: 3 to 24
    /// letters, digits and dashes. A change replaces the vault.
    #[schemars(transform = naming::Named("azurerm_key_vault"))]
    pub name: Option<Sourced<String>>,

    /// A vault that is there already, in place of a new one. Then the settings that would shape a new
    /// one have no effect.
    pub existing: Option<ExistingSettings>,

    /// The id of a vault that is there and is to be managed from now on: the next apply changes it into
    /// what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// `premium` keeps keys in hardware.
    pub sku: Sourced<VaultSku>,

    /// Whether nobody, not even the owner, can purge a deleted vault before its time is over. Once
    /// on, it cannot be turned off.
    pub purge_protection: Sourced<bool>,

    /// How many days a deleted vault or secret can be brought back, 7 to 90. It cannot be changed
    /// later.
    #[schemars(range(min = 7, max = 90))]
    pub soft_delete_days: Sourced<u32>,
}

impl Default for VaultSettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            sku: VaultSku::Standard.into(),
            purge_protection: true.into(),
            soft_delete_days: 90.into(),
        }
    }
}

/// What a vault keeps keys in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VaultSku {
    /// In software.
    Standard,
    /// In hardware.
    Premium,
}

/// A key vault that is opened by roles alone.
#[derive(Clone)]
pub struct KeyVault {
    scope: Scope,
    vault: Subject<Vault>,
    settings: VaultSettings,
    cloud: Cloud,
}

impl KeyVault {
    /// A key vault.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &VaultSettings) -> Self {
        Self::in_scope(parent, Scope::new(parent, name), settings)
    }

    /// A key vault as a part of another construct.
    #[track_caller]
    pub(crate) fn in_scope(parent: &impl InGroup, scope: Scope, settings: &VaultSettings) -> Self {
        let import_id = settings.import_id.as_ref();
        let vault = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, parent.group(), settings), import_id),
        };
        if ExistingSettings::is_connected(settings.existing.as_ref()) {
            network::connect(&scope, vault.id(), &[Target::Vault]);
        }
        Self {
            scope,
            vault,
            settings: settings.clone(),
            cloud: parent.group().cloud(),
        }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn vault(&self) -> Option<&Vault> {
        self.vault.made()
    }

    /// The vault's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.vault.name()
    }

    /// Its address: `https://NAME.vault.azure.net/`.
    #[must_use]
    pub fn uri(&self) -> Expr<String> {
        match self.vault.made() {
            Some(vault) => vault.vault_uri(),
            None => tf!(
                "https://{}.{}/",
                self.vault.name(),
                self.cloud.key_vault_suffix()
            ),
        }
    }

    /// What it keeps keys in.
    #[must_use]
    pub fn sku(&self) -> VaultSku {
        *self.settings.sku
    }

    /// Whether nobody can purge it before its time; unknown of one that is there already.
    pub(crate) fn purge_protection(&self) -> Option<&Sourced<bool>> {
        self.vault.made().map(|_| &self.settings.purge_protection)
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> Id<Vault> {
        self.vault.id()
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: VaultRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(KeyVault, VaultSettings);

impl InScope for KeyVault {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &VaultSettings) -> Vault {
    let vault = Vault::new(
        scope,
        MAIN,
        KeyVaultArgs {
            name: naming::name(scope, "azurerm_key_vault", settings.name.as_ref()),
            resource_group_name: group.name().into(),
            location: group.location(),
            tenant_id: client::current(scope).tenant_id().into(),
            sku_name: settings
                .sku
                .map(|sku| match sku {
                    VaultSku::Standard => SkuName::Standard,
                    VaultSku::Premium => SkuName::Premium,
                })
                .into(),
            rbac_authorization_enabled: true.into(),
        },
    );
    let access = network::access(scope);
    vault
        .set_soft_delete_retention_days(&settings.soft_delete_days)
        .set_public_network_access_enabled(access.public_services)
        .set_network_acls(network_acls(&access));
    // Azure refuses an explicit `false`: only what is on is said.
    if *settings.purge_protection {
        vault.set_purge_protection_enabled(&settings.purge_protection);
    }
    vault
}

fn network_acls(access: &Access) -> NetworkAcls {
    let others = match access.is_open() {
        true => NetworkAclsDefaultAction::Allow,
        false => NetworkAclsDefaultAction::Deny,
    };
    let rules = NetworkAcls::new(NetworkAclsArgs {
        bypass: NetworkAclsBypass::AzureServices.into(),
        default_action: others.into(),
    });
    let addresses = &access.allowed_addresses;
    match addresses.is_empty() || access.is_open() {
        true => rules,
        false => rules.ip_rules(addresses),
    }
}
