//! Who may do what: role assignments on the narrowest scope.

use terrace_azure::Role;
use terrace_azurerm::role_assignment::PrincipalType;
use terrace_azurerm::{RoleAssignment, RoleAssignmentArgs};
use terrace_core::{InScope, IsResource as _, Scope};
use terrace_ir::{AnyId, Value, tf};

use crate::frame;
use crate::registry::ContainerRegistry;
use crate::storage::Storage;
use crate::vault::KeyVault;

/// One to whom rights are granted.
#[derive(Clone)]
pub struct Principal {
    object_id: Value<String>,
    kind: PrincipalType,
}

impl Principal {
    /// An identity, by its principal id. Naming its kind keeps Azure from looking for it in the
    /// directory, which it may not have reached yet.
    #[must_use]
    pub fn service(object_id: impl Into<Value<String>>) -> Self {
        Self {
            object_id: object_id.into(),
            kind: PrincipalType::ServicePrincipal,
        }
    }

    /// A group of people, by its object id in Entra.
    #[must_use]
    pub fn group(object_id: impl Into<Value<String>>) -> Self {
        Self {
            object_id: object_id.into(),
            kind: PrincipalType::Group,
        }
    }
}

/// A right that was granted.
#[derive(Clone)]
pub struct Grant(RoleAssignment);

impl Grant {
    /// Grants a role on something. `name` is the assignment's name in `scope`.
    #[track_caller]
    pub fn new(
        scope: &impl InScope,
        name: &str,
        on: impl Into<AnyId>,
        role: Role,
        to: &Principal,
    ) -> Self {
        let assignment = RoleAssignment::new(
            scope,
            name,
            RoleAssignmentArgs {
                scope: on.into(),
                principal_id: to.object_id.clone(),
            },
        );
        // The id of a built-in role is the same everywhere, its name may change.
        let definition = tf!(
            "/subscriptions/{}{}",
            frame::client(scope.scope()).subscription_id(),
            role.definition_id()
        );
        assignment
            .set_role_definition_id(definition)
            .set_principal_type(to.kind)
            .set_description(role.name);
        Self(assignment)
    }

    /// The resource itself.
    #[must_use]
    pub fn assignment(&self) -> &RoleAssignment {
        &self.0
    }
}

macro_rules! roles {
    ($(#[$doc:meta])* $name:ident: $($(#[$role_doc:meta])* $role:ident = $constant:ident,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$role_doc])* $role,)*
        }

        impl $name {
            /// The built-in role.
            #[must_use]
            pub fn role(self) -> Role {
                match self {
                    $(Self::$role => Role::$constant,)*
                }
            }
        }
    };
}

roles! {
    /// What may be granted on a storage account.
    StorageRole:
    /// Read blobs.
    BlobDataReader = STORAGE_BLOB_DATA_READER,
    /// Read, write and delete blobs.
    BlobDataContributor = STORAGE_BLOB_DATA_CONTRIBUTOR,
    /// Read, write and delete files, whatever their own permissions say.
    FileDataPrivilegedContributor = STORAGE_FILE_DATA_PRIVILEGED_CONTRIBUTOR,
    /// Manage the account, but grant nothing.
    Contributor = CONTRIBUTOR,
}

roles! {
    /// What may be granted on a key vault.
    VaultRole:
    /// Read secrets.
    SecretsUser = KEY_VAULT_SECRETS_USER,
    /// Read and write secrets.
    SecretsOfficer = KEY_VAULT_SECRETS_OFFICER,
    /// Wrap and unwrap with keys, for encryption at rest.
    CryptoServiceEncryptionUser = KEY_VAULT_CRYPTO_SERVICE_ENCRYPTION_USER,
    /// Everything inside the vault.
    Administrator = KEY_VAULT_ADMINISTRATOR,
    /// Manage the vault, but grant nothing and see no secret.
    Contributor = CONTRIBUTOR,
}

roles! {
    /// What may be granted on a container registry.
    RegistryRole:
    /// Pull images.
    Pull = ACR_PULL,
    /// Pull and push images.
    Push = ACR_PUSH,
    /// Manage the registry, but grant nothing.
    Contributor = CONTRIBUTOR,
}

macro_rules! grants {
    ($($construct:ty: $role:ty;)*) => {$(
        impl $construct {
            /// Grants a role on this, and nothing around it. `name` is the assignment's name below
            /// this construct.
            #[track_caller]
            pub fn grant(&self, name: &str, to: &Principal, role: $role) -> Grant {
                Grant::new(self, name, self.id(), role.role(), to)
            }
        }
    )*};
}

grants! {
    Storage: StorageRole;
    KeyVault: VaultRole;
    ContainerRegistry: RegistryRole;
}

/// Grants made together, for what must wait for them.
pub(crate) fn wait_for_all(scope: &Scope, grants: &[Grant]) -> terrace_time::Sleep {
    let sleep = terrace_time::Sleep::new(scope, "roles_known");
    // Azure answers before a new role is known everywhere. Two minutes is what the public
    // templates wait; a replaced role starts the wait anew.
    sleep.set_create_duration("120s");
    let triggers = grants
        .iter()
        .map(|grant| {
            let address = grant.0.resource().address();
            (address.name.to_string(), Value::from(grant.0.id()))
        })
        .collect::<std::collections::BTreeMap<String, Value<String>>>();
    sleep.set_triggers(triggers);
    sleep
}
