//! Datastores: containers and file shares by the names that the workspace's users know.
//!
//! None holds a key. The provider's own resources demand one for most kinds of storage, so that these
//! are made by the service's interface.

use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_azure::private_link::Target;
use terrace_core::{InScope as _, MAIN, Scope};
use terrace_ir::{Any, Diagnostic, Object, Sourced};

use crate::container::DatastoreAccess;
use crate::grant::StorageRole;
use crate::network::Reached;
use crate::storage::{Held, Storage};
use crate::workspace::{MlWorkspace, WorkspaceIdentity};
use crate::{ML_API, codes, query};

/// The datastores that every workspace has. Their names are taken.
/// Source: "Use datastores" of Azure Machine Learning.
const TAKEN: [&str; 4] = [
    "workspaceartifactstore",
    "workspaceblobstore",
    "workspacefilestore",
    "workspaceworkingdirectory",
];

impl MlWorkspace {
    /// Lets the workspace know what an account holds: every container and file share whose settings
    /// say `datastore` becomes one of the same name. Compute in a managed network reaches the account
    /// through private endpoints.
    ///
    /// Reported are the names that the workspace gives to its own.
    #[track_caller]
    pub fn datastores(&self, storage: &Storage) {
        self.attach(storage);
        for held in storage.held() {
            let Some(access) = held.datastore else {
                continue;
            };
            check_name(self, held.name);
            let name = held.name.map(|name| format!("datastore_{name}"));
            let datastore = AzapiResource::new(
                &Scope::named(self, &name),
                MAIN,
                AzapiResourceArgs {
                    type_: format!(
                        "Microsoft.MachineLearningServices/workspaces/datastores@{ML_API}"
                    )
                    .into(),
                },
            );
            datastore
                .set_parent_id(self.id())
                .set_name(held.name)
                .set_ignore_casing(true)
                // The service would look into the storage, which it may not be let into from outside.
                .set_create_query_parameters(query("skipValidation", "true"))
                .set_update_query_parameters(query("skipValidation", "true"))
                .set_body(Any::from(
                    Object::new().with("properties", self.properties(storage, &held, access)),
                ));
        }
    }

    /// Lets compute and, where its datastores say so, the workspace itself use an account.
    #[track_caller]
    fn attach(&self, storage: &Storage) {
        let name = &own_name(storage);
        let is_default = storage.scope().path() == self.storage().scope().path();
        if let Some(mut reached) = storage.reached(name) {
            if is_default {
                // The managed network reaches these parts of the default storage by itself.
                let by_itself = [Target::Blob, Target::File];
                reached.targets.retain(|it| !by_itself.contains(it));
            }
            self.reach(reached);
        }
        if is_default {
            // The workspace has its rights there.
            return;
        }
        self.accounts().add(name, storage);
        let as_workspace = |held: &Held<'_>| {
            let access = held.datastore.map(|access| **access);
            access == Some(DatastoreAccess::Workspace)
        };
        let of_workspace = || storage.held().filter(as_workspace);
        if of_workspace().any(|held| !held.is_share) {
            storage.grant(&self.principal(), StorageRole::BlobDataReader);
        }
        if of_workspace().any(|held| held.is_share) {
            storage.grant(&self.principal(), StorageRole::FileDataPrivilegedReader);
        }
    }

    /// Lets compute reach what batch jobs use of the default storage.
    #[track_caller]
    pub(crate) fn serve_batches(&self) {
        if self.serving().serves_batches.replace(true) {
            return;
        }
        let storage = self.storage();
        storage.serve_batches();
        if let Some(reached) = storage.reached(&own_name(storage)) {
            self.reach(Reached {
                targets: storage.batch_targets(),
                ..reached
            });
        }
    }

    fn properties(
        &self,
        storage: &Storage,
        held: &Held<'_>,
        access: &Sourced<DatastoreAccess>,
    ) -> Object {
        let (kind, holder) = match (held.is_share, **storage.is_hierarchical()) {
            (true, _) => ("AzureFile", "fileShareName"),
            (false, true) => ("AzureDataLakeGen2", "filesystem"),
            (false, false) => ("AzureBlob", "containerName"),
        };
        let identity = access.map(|access| match (access, self.acts_as()) {
            (DatastoreAccess::User, _) => "None",
            (DatastoreAccess::Workspace, WorkspaceIdentity::System) => {
                "WorkspaceSystemAssignedIdentity"
            }
            (DatastoreAccess::Workspace, WorkspaceIdentity::User) => {
                "WorkspaceUserAssignedIdentity"
            }
        });
        Object::new()
            .with("datastoreType", kind)
            .with("accountName", storage.name())
            .with(holder, held.in_azure)
            .with("resourceGroup", storage.resource_group())
            .with("subscriptionId", storage.subscription_id())
            .with("credentials", Object::new().with("credentialsType", "None"))
            .with(
                "serviceDataAccessAuthIdentity",
                Any::new((*identity).into(), access.origin()),
            )
    }
}

/// What an account is called in its group.
fn own_name(storage: &Storage) -> String {
    let path = storage.scope().path();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn check_name(workspace: &MlWorkspace, name: &Sourced<String>) {
    if TAKEN.contains(&name.as_str()) {
        workspace.scope().report(
            Diagnostic::error(
                &codes::DATASTORE_NAME,
                format!(
                    "`{}` is a datastore that every workspace has",
                    name.as_str()
                ),
            )
            .value(name.as_str())
            .hint("call the container otherwise")
            .at(name.origin()),
        );
    }
}
