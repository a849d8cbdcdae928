//! Encryption at rest with a key of one's own.
//!
//! The key is made by Azure's management interface, not by the vault's own: that one a vault without
//! public access shows only to those inside its network, and Terraform often runs outside.

use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::{AzapiResourceAction, AzapiResourceActionArgs};
use terrace_azurerm::{
    AiFoundry, ContainerRegistry as Registry, MachineLearningWorkspace, StorageAccount,
    UserAssignedIdentity, ai_foundry, container_registry, machine_learning_workspace,
    storage_account,
};
use terrace_core::{InScope, IsResource, Scope};
use terrace_ir::{Any, Diagnostic, Expr, Id, Object, Origin, Sourced, tf};

use crate::codes;
use crate::existing::ExistingSettings;
use crate::grant::{VaultRole, wait_for_all};
use crate::group::InGroup;
use crate::identity::{Identity, IdentitySettings};
use crate::vault::{KeyVault, VaultSettings, VaultSku};

/// The version of the interface by which keys are made.
const VAULT_API: &str = "2023-07-01";

/// Settings of encryption with a key of one's own: `[encryption]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EncryptionSettings {
    /// What is encrypted with it. Whether a workspace or a registry is must be decided when it is
    /// made: a change replaces it.
    #[schemars(extend("uniqueItems" = true, "minItems" = 1))]
    pub covers: Vec<Sourced<Covered>>,

    /// The key.
    pub key: KeySettings,

    /// The identity that may use the key. Left out, one is made.
    pub identity: IdentitySettings,
}

/// A key of one's own: `[encryption.key]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "made",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Key", tag = "made")]
#[expect(clippy::large_enum_variant, reason = "an environment has one")]
pub enum KeySettings {
    /// It is made in the platform's vault, which makes new versions of it in time.
    Here {
        /// After how many days the vault makes a new version of the key. Storage and registry take it
        /// by themselves; a workspace stays with the version that it was made with.
        #[serde(default = "a_year")]
        #[schemars(range(min = 28, max = 730))]
        rotate_after_days: Sourced<u32>,
    },
    /// It is there already, and others make new versions of it. Its vault must keep deleted keys from
    /// being purged.
    Elsewhere {
        /// The vault that it is in.
        vault: ExistingSettings,

        /// Its name in the vault.
        #[schemars(regex(pattern = "^[0-9a-zA-Z-]{1,127}$"), extend("patternErrorMessage" = "1 to 127 letters, digits and `-`"))]
        name: Sourced<String>,

        /// Its version, which a workspace is made with; storage and registry take the newest. A change
        /// replaces the workspace.
        #[serde(default)]
        #[schemars(regex(pattern = "^[0-9a-f]{32}$"), extend("patternErrorMessage" = "32 characters of 0-9 a-f"))]
        version: Option<Sourced<String>>,

        /// Whether the identity is given its right to use the key here. Without it, somebody must have
        /// given it before.
        #[serde(default = "crate::yes")]
        grant: Sourced<bool>,
    },
}

impl Default for KeySettings {
    fn default() -> Self {
        Self::Here {
            rotate_after_days: a_year(),
        }
    }
}

fn a_year() -> Sourced<u32> {
    365.into()
}

impl Default for EncryptionSettings {
    fn default() -> Self {
        Self {
            covers: Covered::ALL.map(Sourced::from).to_vec(),
            key: KeySettings::default(),
            identity: IdentitySettings::default(),
        }
    }
}

/// What can be encrypted with a key of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Covered {
    /// The storage accounts that the stack makes.
    Storage,
    /// The container registry; it needs `sku = "premium"`.
    Registry,
    /// What the service itself keeps of the workspace.
    Workspace,
}

impl Covered {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Storage, Self::Registry, Self::Workspace];
}

/// A key in a vault with an identity that may use it. What is declared after it in its group is
/// encrypted with it.
#[derive(Clone)]
pub struct Encryption {
    scope: Scope,
    covers: Vec<Covered>,
    vault: KeyVault,
    identity: Identity,
    key: Key,
    known: Option<terrace_time::Sleep>,
}

/// The key, made or there already.
#[derive(Clone)]
enum Key {
    Made(AzapiResourceAction),
    Existing {
        name: Sourced<String>,
        version: Option<Sourced<String>>,
    },
}

impl Encryption {
    /// A key in the vault, which makes a new version of it in time; or the one that the settings name,
    /// in its own vault.
    ///
    /// Reported is a vault whose keys could be lost before their time, which Azure refuses, and a key
    /// without the version that a workspace must be given.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        vault: &KeyVault,
        settings: &EncryptionSettings,
    ) -> Self {
        let scope = Scope::new(parent, name);
        let (vault, key, granted) = match &settings.key {
            KeySettings::Here { rotate_after_days } => {
                check_vault(&scope, vault, settings);
                let made = Key::Made(make_key(&scope, vault, **rotate_after_days));
                (vault.clone(), made, true)
            }
            KeySettings::Elsewhere {
                vault,
                name,
                version,
                grant,
            } => {
                let existing = Key::Existing {
                    name: name.clone(),
                    version: version.clone(),
                };
                check_version(&scope, &existing, settings);
                (vault_of_others(parent, &scope, vault), existing, **grant)
            }
        };
        let identity = Identity::in_scope(parent, scope.clone(), &settings.identity);
        let known = granted.then(|| {
            let role = VaultRole::CryptoServiceEncryptionUser;
            wait_for_all(&scope, &[vault.grant(&identity.principal(), role)])
        });
        let encryption = Self {
            key,
            covers: settings.covers.iter().map(|covered| **covered).collect(),
            vault,
            identity,
            known,
            scope,
        };
        parent.group().scope().provide(encryption.clone());
        encryption
    }

    /// The identity that may use the key.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The key's address in the vault, whatever its version.
    #[must_use]
    pub fn key_id(&self) -> Expr<String> {
        match &self.key {
            Key::Made(_) => tf!("{}keys/{}", self.vault.uri(), KEY),
            Key::Existing { name, .. } => tf!("{}keys/{}", self.vault.uri(), *name),
        }
    }

    /// The key's address with the version that a workspace is made with.
    fn key_version(&self) -> Expr<String> {
        match &self.key {
            Key::Made(key) => {
                let output: Expr<Any> = key.output();
                output
                    .attribute::<Any>("properties")
                    .attribute("keyUriWithVersion")
            }
            Key::Existing { version, .. } => match version {
                Some(version) => tf!("{}/{}", self.key_id(), *version),
                None => self.key_id(),
            },
        }
    }

    fn identity_id(&self) -> Id<UserAssignedIdentity> {
        self.identity.id()
    }

    fn ready(&self, resource: &impl IsResource) {
        if let Key::Made(key) = &self.key {
            resource.depends_on(key);
        }
        if let Some(known) = &self.known {
            resource.depends_on(known);
        }
    }
}

impl InScope for Encryption {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// The key's name.
const KEY: &str = "platform";

#[track_caller]
fn make_key(scope: &Scope, vault: &KeyVault, rotate_after_days: u32) -> AzapiResourceAction {
    let kind = match vault.sku() {
        VaultSku::Standard => "RSA",
        VaultSku::Premium => "RSA-HSM",
    };
    let rotate = |trigger: Object| {
        Object::new()
            .with("action", Object::new().with("type", "rotate"))
            .with("trigger", trigger)
    };
    let days = rotate_after_days;
    let policy = Object::new()
        // A version is of use for as long again after the next one is made.
        .with(
            "attributes",
            Object::new().with("expiryTime", format!("P{}D", 2 * days)),
        )
        .with(
            "lifetimeActions",
            vec![Any::from(rotate(
                Object::new().with("timeAfterCreate", format!("P{days}D")),
            ))],
        );
    let operations: Vec<Any> = ["wrapKey", "unwrapKey"].map(Any::from).to_vec();
    let properties = Object::new()
        .with("keyOps", operations)
        .with("keySize", 3072)
        .with("kty", kind)
        .with("rotationPolicy", policy);
    // An action, since the interface makes keys and shows them, but deletes none: a key goes with its
    // vault.
    let key = AzapiResourceAction::new(
        scope,
        "key",
        AzapiResourceActionArgs {
            resource_id: tf!("{}/keys/{}", vault.id(), KEY).into(),
            type_: format!("Microsoft.KeyVault/vaults/keys@{VAULT_API}").into(),
        },
    );
    let exported: Vec<Any> = vec!["properties.keyUriWithVersion".into()];
    key.set_method("PUT")
        .set_body(Any::from(Object::new().with("properties", properties)))
        .set_response_export_values(Any::from(exported));
    key
}

/// The encryption that the group has, where it covers that.
fn covering(scope: &Scope, covered: Covered) -> Option<Rc<Encryption>> {
    scope
        .provided::<Encryption>()
        .filter(|encryption| encryption.covers.contains(&covered))
}

/// Encrypts a storage account, where the group has encryption for it.
pub(crate) fn of_storage(scope: &Scope, account: &StorageAccount) {
    use storage_account::{
        CustomerManagedKey, CustomerManagedKeyArgs, EncryptionKeyType, Identity, IdentityArgs,
        IdentityType,
    };
    let Some(encryption) = covering(scope, Covered::Storage) else {
        return;
    };
    let identity = Identity::new(IdentityArgs {
        type_: IdentityType::UserAssigned.into(),
    });
    account
        .set_identity(identity.identity_ids([encryption.identity_id()]))
        .set_customer_managed_key(CustomerManagedKey::new(CustomerManagedKeyArgs {
            key_vault_key_id: encryption.key_id().into(),
            user_assigned_identity_id: encryption.identity_id(),
        }))
        // Else queues and tables stay with the service's key.
        .set_queue_encryption_key_type(EncryptionKeyType::Account)
        .set_table_encryption_key_type(EncryptionKeyType::Account);
    encryption.ready(account);
}

/// Encrypts a container registry, where the group has encryption for it.
pub(crate) fn of_registry(scope: &Scope, registry: &Registry) {
    use container_registry::{EncryptionArgs, Identity, IdentityArgs, IdentityType};
    let Some(encryption) = covering(scope, Covered::Registry) else {
        return;
    };
    let identity = Identity::new(IdentityArgs {
        type_: IdentityType::UserAssigned.into(),
    });
    registry
        .set_identity(identity.identity_ids([encryption.identity_id()]))
        .set_encryption(container_registry::Encryption::new(EncryptionArgs {
            identity_client_id: encryption.identity.client_id().into(),
            key_vault_key_id: encryption.key_id().into(),
        }));
    encryption.ready(registry);
}

/// Reports a registry that the group has encryption for and that is of a kind without it.
pub(crate) fn not_of_registry(scope: &Scope, sku: Origin) {
    if covering(scope, Covered::Registry).is_some() {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`[encryption]` covers the registry, which needs `sku = \"premium\"` for it",
            )
            .argument("sku")
            .hint("set `sku = \"premium\"`, or take \"registry\" out of `covers`")
            .at(sku),
        );
    }
}

/// The identity that a workspace must have to be encrypted, where the group has encryption for it.
pub(crate) fn workspace_identity(scope: &Scope) -> Option<Id<UserAssignedIdentity>> {
    covering(scope, Covered::Workspace).map(|encryption| encryption.identity_id())
}

/// Encrypts a workspace, where the group has encryption for it.
pub(crate) fn of_workspace(scope: &Scope, workspace: &MachineLearningWorkspace) {
    use machine_learning_workspace::EncryptionArgs;
    let Some(encryption) = covering(scope, Covered::Workspace) else {
        return;
    };
    let block = machine_learning_workspace::Encryption::new(EncryptionArgs {
        key_id: encryption.key_version().into(),
        key_vault_id: encryption.vault.id(),
    });
    workspace
        .set_encryption(block.user_assigned_identity_id(encryption.identity_id()))
        // Else Azure makes a group of its own for what it keeps, at one's own cost.
        .set_service_side_encryption_enabled(true);
    encryption.ready(workspace);
}

/// Encrypts a hub, where the group has encryption for workspaces. What Azure keeps of it is in a group of
/// its own, at one's own cost: the provider cannot say otherwise.
pub(crate) fn of_hub(scope: &Scope, hub: &AiFoundry) {
    use ai_foundry::EncryptionArgs;
    let Some(encryption) = covering(scope, Covered::Workspace) else {
        return;
    };
    let block = ai_foundry::Encryption::new(EncryptionArgs {
        key_id: encryption.key_version().into(),
        key_vault_id: encryption.vault.id(),
    });
    hub.set_encryption(block.user_assigned_identity_id(encryption.identity_id()));
    encryption.ready(hub);
}

/// The vault of a key that others keep, to which no private endpoint leads unless one is asked for:
/// Azure's services reach it themselves.
#[track_caller]
fn vault_of_others(parent: &impl InGroup, scope: &Scope, vault: &ExistingSettings) -> KeyVault {
    let existing = ExistingSettings {
        private_endpoint: Some(vault.private_endpoint.clone().unwrap_or(false.into())),
        ..vault.clone()
    };
    let settings = VaultSettings {
        existing: Some(existing),
        ..VaultSettings::default()
    };
    KeyVault::in_scope(parent, Scope::new(scope, "vault"), &settings)
}

fn check_version(scope: &Scope, key: &Key, settings: &EncryptionSettings) {
    let covers = |covered: &&Sourced<Covered>| ***covered == Covered::Workspace;
    if let Some(covered) = settings.covers.iter().find(covers)
        && let Key::Existing {
            name,
            version: None,
        } = key
    {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "a workspace is encrypted with one version of the key, and none is named",
            )
            .argument("version")
            .hint("add the `version` of the key, or take \"workspace\" out of `covers`")
            .at(name.origin().or(covered.origin())),
        );
    }
}

fn check_vault(scope: &Scope, vault: &KeyVault, settings: &EncryptionSettings) {
    let Some(protection) = vault.purge_protection() else {
        return;
    };
    if !**protection {
        let at = match settings.covers.first() {
            Some(covered) => protection.origin().or(covered.origin()),
            None => protection.origin(),
        };
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "encryption with a key of one's own needs `purge_protection = true`",
            )
            .argument("purge_protection")
            .detail("a key that is lost takes all data with it, so Azure takes only keys that cannot be purged")
            .hint("set it in `[vault]`, or take `[encryption]` out")
            .at(at),
        );
    }
}
