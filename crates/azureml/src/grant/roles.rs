//! What may be granted on each construct.

use terrace_azure::Role;

use super::AnyRole;

/// A closed set of roles that make sense on a construct.
macro_rules! roles {
    ($(
        $(#[$doc:meta])* $name:ident {
            $($(#[$role_doc:meta])* $role:ident = $constant:ident,)*
        }
    )*) => {$(
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

        impl From<$name> for AnyRole {
            fn from(role: $name) -> Self {
                role.role().into()
            }
        }
    )*};
}

roles! {
    /// What may be granted on a storage account.
    StorageRole {
        /// Read blobs.
        BlobDataReader = STORAGE_BLOB_DATA_READER,
        /// Read, write and delete blobs.
        BlobDataContributor = STORAGE_BLOB_DATA_CONTRIBUTOR,
        /// Read, write and delete blobs, and set who may what on paths of a data lake.
        BlobDataOwner = STORAGE_BLOB_DATA_OWNER,
        /// Read files, whatever their own permissions say.
        FileDataPrivilegedReader = STORAGE_FILE_DATA_PRIVILEGED_READER,
        /// Read, write and delete files, whatever their own permissions say.
        FileDataPrivilegedContributor = STORAGE_FILE_DATA_PRIVILEGED_CONTRIBUTOR,
        /// Read, write and delete messages of queues: what parallel runs of a batch need.
        QueueDataContributor = STORAGE_QUEUE_DATA_CONTRIBUTOR,
        /// Read, write and delete entities of tables: what parallel runs of a batch need.
        TableDataContributor = STORAGE_TABLE_DATA_CONTRIBUTOR,
        /// See the account, not its data.
        Reader = READER,
        /// Manage the account, but grant nothing.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on a key vault.
    VaultRole {
        /// Read secrets.
        SecretsUser = KEY_VAULT_SECRETS_USER,
        /// Read and write secrets.
        SecretsOfficer = KEY_VAULT_SECRETS_OFFICER,
        /// Wrap and unwrap with keys, for encryption at rest.
        CryptoServiceEncryptionUser = KEY_VAULT_CRYPTO_SERVICE_ENCRYPTION_USER,
        /// Make and rotate keys.
        CryptoOfficer = KEY_VAULT_CRYPTO_OFFICER,
        /// See what there is, no secret's value.
        Reader = KEY_VAULT_READER,
        /// Everything inside the vault.
        Administrator = KEY_VAULT_ADMINISTRATOR,
        /// Manage the vault, but grant nothing and see no secret.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on a container registry.
    RegistryRole {
        /// Pull images.
        Pull = ACR_PULL,
        /// Pull and push images.
        Push = ACR_PUSH,
        /// Manage the registry, but grant nothing.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on a registry for models.
    ModelRegistryRole {
        /// Find what is in it, and use it.
        Reader = READER,
        /// Find and use what is in it, bring more in, and take out: what promotes models needs it.
        User = AZUREML_REGISTRY_USER,
        /// Approve the private endpoints of a workspace's managed network.
        NetworkConnectionApprover = AZURE_AI_ENTERPRISE_NETWORK_CONNECTION_APPROVER,
        /// Manage it, but grant nothing.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on Application Insights.
    InsightsRole {
        /// Read metrics, traces and alerts.
        Reader = MONITORING_READER,
        /// Send metrics and traces, where keys are switched off.
        MetricsPublisher = MONITORING_METRICS_PUBLISHER,
        /// Manage it, but grant nothing.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on a Log Analytics workspace.
    LogsRole {
        /// Search the logs.
        Reader = LOG_ANALYTICS_READER,
        /// Manage it, but grant nothing.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on a user-assigned identity.
    IdentityRole {
        /// Let resources act as it.
        Operator = MANAGED_IDENTITY_OPERATOR,
    }

    /// What may be granted on a workspace.
    WorkspaceRole {
        /// Work in it: run jobs, register models, deploy endpoints; not change compute or the
        /// workspace itself.
        DataScientist = AZUREML_DATA_SCIENTIST,
        /// Make, start, stop and delete compute.
        ComputeOperator = AZUREML_COMPUTE_OPERATOR,
        /// See everything, change nothing.
        Reader = READER,
        /// Manage it, but grant nothing. What stops an idle compute instance needs it.
        Contributor = CONTRIBUTOR,
    }

    /// What may be granted on a whole resource group. Prefer a grant on the one thing that is meant.
    GroupRole {
        /// See everything, change nothing, read no data.
        Reader = READER,
        /// See everything, with logs, metrics and alerts.
        MonitoringReader = MONITORING_READER,
        /// Approve the private endpoints of a workspace's managed network.
        NetworkConnectionApprover = AZURE_AI_ENTERPRISE_NETWORK_CONNECTION_APPROVER,
        /// Manage everything, but grant nothing.
        Contributor = CONTRIBUTOR,
        /// Grant roles. Narrow it by [`Grant::only_when`](super::Grant::only_when).
        AccessAdministrator = ROLE_BASED_ACCESS_CONTROL_ADMINISTRATOR,
    }
}
