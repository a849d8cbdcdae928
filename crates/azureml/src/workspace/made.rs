//! A workspace that is made here.

use terrace_azurerm::machine_learning_workspace::StorageAccountAccessType;
use terrace_azurerm::{MachineLearningWorkspace, MachineLearningWorkspaceArgs};
use terrace_core::{IsResource as _, MAIN, Scope};

use super::{Uses, WorkspaceIdentity, WorkspaceSettings, isolation, rights};
use crate::grant::{self, Grant, Principal, WorkspaceRole};
use crate::group::InGroup;
use crate::identity::{Identity, IdentitySettings};
use crate::{encryption, naming, network};

/// What comes with a workspace.
pub(super) struct Made {
    pub(super) workspace: MachineLearningWorkspace,
    /// What it acts as.
    pub(super) principal: Principal,
    /// The rules of its managed network, if it has one.
    pub(super) rules: Option<network::Rules>,
}

/// A workspace. `further` is an identity that it has beside the one that it acts as.
#[track_caller]
pub(super) fn make(
    parent: &impl InGroup,
    scope: &Scope,
    uses: Uses<'_>,
    settings: &WorkspaceSettings,
    further: Option<&Identity>,
) -> Made {
    let group = parent.group();
    let said = settings.user_identity.as_ref();
    let acts_as_user = *settings.acts_as() == WorkspaceIdentity::User;
    IdentitySettings::check_used(said, scope, acts_as_user);
    let identity = acts_as_user.then(|| rights::own_identity(parent, scope, said));
    let workspace = MachineLearningWorkspace::new(
        scope,
        MAIN,
        MachineLearningWorkspaceArgs {
            name: naming::name(
                scope,
                "azurerm_machine_learning_workspace",
                settings.name.as_ref(),
            ),
            resource_group_name: group.name().into(),
            location: group.location(),
            storage_account_id: uses.storage.id(),
            key_vault_id: uses.vault.id(),
            application_insights_id: uses.insights.id(),
            identity: rights::identity_block(scope, identity.as_ref(), further, settings),
        },
    );
    encryption::of_workspace(scope, &workspace);
    // Left out, Azure makes a registry of its own, with an admin user and without our tags; set
    // later, it replaces the workspace.
    workspace.set_container_registry_id(uses.registry.id());
    let principal = match &identity {
        Some(identity) => identity.principal(),
        None => rights::granted_by_azure(scope, workspace.identity_principal_id(), group, uses),
    };
    if let Some(identity) = &identity {
        workspace.set_primary_user_assigned_identity(identity.id());
        let grants = rights::needed_grants(&principal, group, uses);
        workspace.depends_on(&grant::wait_for_all(identity, &grants));
        // On the workspace itself it can only be granted once that exists.
        Grant::new(
            scope,
            workspace.id(),
            WorkspaceRole::Contributor,
            &principal,
        );
    }
    if !**uses.storage.shared_keys() {
        workspace.set_storage_account_access_type(StorageAccountAccessType::Identity);
    }
    if *settings.high_business_impact {
        workspace.set_high_business_impact(&settings.high_business_impact);
    }
    if let Some(name) = &settings.friendly_name {
        workspace.set_friendly_name(name);
    }
    if let Some(description) = &settings.description {
        workspace.set_description(description);
    }
    let rules = isolation::isolate(scope, &workspace, uses.network.settings(), &principal);
    let serverless = &settings.serverless;
    isolation::serverless(scope, &workspace, uses.network.settings(), serverless);
    Made {
        workspace,
        principal,
        rules,
    }
}
