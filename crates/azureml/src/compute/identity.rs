//! What a compute acts as, and may do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_core::Scope;
use terrace_ir::{Expr, Sourced};

use super::accounts;
use crate::grant::{ModelRegistryRole, Principal, RegistryRole, StorageRole, WorkspaceRole};
use crate::identity::{Identity, IdentitySettings};
use crate::model_registry;
use crate::workspace::MlWorkspace;

/// What the jobs on a compute act as, where they do not act as whoever submitted them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ComputeIdentity {
    /// Nothing of its own: jobs act as whoever submitted them.
    None,
    /// An identity that comes and goes with the compute. What others have granted to it is lost when
    /// the compute is replaced.
    System,
    /// An identity made beside it, which stays when the compute is replaced.
    User,
}

/// What a compute's identity may do with the blobs of the workspace's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DataAccess {
    /// Nothing.
    None,
    /// Read them. Jobs need a datastore elsewhere for what they write.
    Read,
    /// Read and write them.
    Write,
}

/// What a compute is for, and so what its identity needs.
#[derive(Clone, Copy)]
pub(super) struct Needs<'a> {
    pub(super) data: DataAccess,
    /// What it may do with the blobs of further accounts.
    pub(super) accounts: Option<&'a BTreeMap<Sourced<String>, Sourced<DataAccess>>>,
    /// It pushes the workspace's images, and does not only pull them.
    pub(super) builds_images: bool,
    /// It mounts the workspace's files, and stops itself.
    pub(super) is_instance: bool,
}

/// The identity of a compute.
pub(super) struct Own {
    /// Where it, and what it is granted, is in the tree.
    scope: Scope,
    /// None for one that comes with the compute.
    pub(super) made: Option<Identity>,
}

impl ComputeIdentity {
    /// Makes what has to be there before the compute, below `scope`, which is the compute's.
    #[track_caller]
    pub(super) fn own(
        self,
        workspace: &MlWorkspace,
        scope: &Scope,
        said: Option<&IdentitySettings>,
    ) -> Option<Own> {
        if self == Self::None {
            return None;
        }
        let scope = Scope::new(scope, "identity");
        let usual = IdentitySettings::default();
        let made = (self == Self::User)
            .then(|| Identity::in_scope(workspace, scope.clone(), said.unwrap_or(&usual)));
        Some(Own { scope, made })
    }
}

impl Own {
    /// Grants what the compute needs, and gives what it acts as. `own` is the principal of one that comes
    /// with the compute.
    ///
    /// Source: how-to-identity-based-service-authentication, how-to-create-compute-instance.
    #[track_caller]
    pub(super) fn grant(
        &self,
        workspace: &MlWorkspace,
        needs: Needs<'_>,
        own: Expr<String>,
    ) -> Principal {
        let principal = match &self.made {
            Some(identity) => identity.principal(),
            None => Principal::service(&*self.scope.path(), own),
        };
        let to = &principal;
        let (storage, registry) = (workspace.storage(), workspace.registry());
        registry.grant(
            to,
            match needs.builds_images {
                true => RegistryRole::Push,
                false => RegistryRole::Pull,
            },
        );
        accounts::on(storage, to, needs.data);
        if let Some(access) = needs.accounts {
            workspace.accounts().grant(&self.scope, to, access);
        }
        if let Some(models) = model_registry::of(workspace) {
            models.grant(to, ModelRegistryRole::Reader);
        }
        if needs.is_instance {
            // Without it an instance that has an identity does not stop when it is idle.
            workspace.grant(to, WorkspaceRole::Contributor);
            // Where there are no keys, it mounts the files as itself.
            if !**storage.shared_keys() {
                storage.grant(to, StorageRole::FileDataPrivilegedContributor);
            }
        }
        principal
    }
}
