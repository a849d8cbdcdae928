//! What an environment file says of a workspace.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_ir::Sourced;

use crate::existing::ExistingSettings;
use crate::identity::IdentitySettings;
use crate::naming;

/// Settings of a workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkspaceSettings {
    /// The workspace's name in Azure, where it is not to be made by the naming template: 3 to 33
    /// letters, digits, `-` and `_`. A change replaces the workspace.
    #[schemars(transform = naming::Named("azurerm_machine_learning_workspace"))]
    pub name: Option<Sourced<String>>,

    /// A workspace that is there already, in place of a new one: it stays as it is, and the settings that
    /// would shape a new one have no effect, but for `identity`. What it uses is named in the same way, each
    /// in its own table.
    pub existing: Option<ExistingSettings>,

    /// The id of a workspace that is there and is to be managed from now on: the next apply changes it
    /// into what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// The name that people see in the studio.
    pub friendly_name: Option<Sourced<String>>,

    /// What the workspace is for.
    pub description: Option<Sourced<String>>,

    /// Which identity the workspace acts as. Left out, it is `user`, and `system` for a workspace that is
    /// there already.
    pub identity: Option<Sourced<WorkspaceIdentity>>,

    /// The identity itself, with `identity = "user"`: its name, or one that is there already. It is given
    /// the roles that the workspace needs in any case. Of a workspace that is there already it is the one
    /// that the workspace has, as `existing`.
    pub user_identity: Option<IdentitySettings>,

    /// The cluster that builds images, by its name in `[clusters]`. A private registry needs one, since
    /// Azure's own builder cannot reach it: left out, it gets a small one, `image_builder`.
    pub image_build_cluster: Option<Sourced<String>>,

    /// Machines that Azure keeps for single jobs.
    pub serverless: ServerlessSettings,

    /// Whether the data is of high business impact: less is sent to Microsoft, and scratch disks
    /// are encrypted. A change replaces the workspace.
    pub high_business_impact: Sourced<bool>,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            friendly_name: None,
            description: None,
            identity: None,
            user_identity: None,
            image_build_cluster: None,
            serverless: ServerlessSettings::default(),
            high_business_impact: false.into(),
        }
    }
}

impl WorkspaceSettings {
    /// Which identity the workspace acts as.
    pub(super) fn acts_as(&self) -> Sourced<WorkspaceIdentity> {
        let usual = match self.existing {
            Some(_) => WorkspaceIdentity::System,
            None => WorkspaceIdentity::User,
        };
        self.identity.clone().unwrap_or_else(|| usual.into())
    }
}

/// Which identity a workspace acts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkspaceIdentity {
    /// Its own: it comes and goes with the workspace, and the service grants it what it needs.
    System,
    /// One made before it, which gets exactly the roles that the workspace needs.
    User,
}

/// Machines that Azure keeps for jobs that name no cluster: `[workspace.serverless]`.
///
/// Where the registry is private they can run only images that are built already.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerlessSettings {
    /// Whether they have public addresses. Left out, they have none wherever Azure allows that.
    pub public_address: Option<Sourced<bool>>,

    /// The id of the subnet that they are in, where it is not that of the clusters. It must be in the
    /// workspace's region.
    pub subnet_id: Option<Sourced<String>>,
}
