//! What a workspace acts as, and may do.

use terrace_azure::Role;
use terrace_azurerm::UserAssignedIdentity;
use terrace_azurerm::machine_learning_workspace::{
    Identity as IdentityBlock, IdentityArgs, IdentityType,
};
use terrace_core::{IsResource as _, Scope};
use terrace_ir::{Any, Diagnostic, Expr, Id};

use super::{Uses, WorkspaceIdentity, WorkspaceSettings};
use crate::grant::{
    self, Grant, GroupRole, InsightsRole, Principal, RegistryRole, StorageRole, VaultRole,
};
use crate::group::{InGroup, ResourceGroup};
use crate::identity::{Identity, IdentitySettings};
use crate::network::NetworkSettings;
use crate::storage::Storage;
use crate::{codes, encryption};

/// The identity that a workspace acts as, made before it.
#[track_caller]
pub(super) fn own_identity(
    parent: &impl InGroup,
    scope: &Scope,
    said: Option<&IdentitySettings>,
) -> Identity {
    let made = IdentitySettings::default();
    let scope = Scope::new(scope, "identity");
    Identity::in_scope(parent, scope, said.unwrap_or(&made))
}

/// The user-assigned identities that a workspace has: its own, and the one that opens the key by which it
/// is encrypted.
pub(super) fn identity_ids<'a>(
    scope: &Scope,
    own: impl IntoIterator<Item = &'a Identity>,
) -> Vec<Id<UserAssignedIdentity>> {
    let own = own.into_iter().map(Identity::id);
    own.chain(encryption::workspace_identity(scope)).collect()
}

/// Which identities a workspace has.
pub(super) fn identity_block(
    scope: &Scope,
    identity: Option<&Identity>,
    further: Option<&Identity>,
    settings: &WorkspaceSettings,
) -> IdentityBlock {
    let ids = identity_ids(scope, [identity, further].into_iter().flatten());
    let kind = settings.acts_as().map(|identity| match identity {
        WorkspaceIdentity::System if ids.is_empty() => IdentityType::SystemAssigned,
        WorkspaceIdentity::System => IdentityType::SystemAndUserAssigned,
        WorkspaceIdentity::User => IdentityType::UserAssigned,
    });
    let block = IdentityBlock::new(IdentityArgs { type_: kind.into() });
    match ids.as_slice() {
        [] => block,
        _ => block.identity_ids(ids),
    }
}

/// What a user-assigned identity needs before the workspace is made. Azure grants the same to a
/// system-assigned one by itself, and refuses a second time.
/// Source: how-to-identity-based-service-authentication, how-to-assign-roles, how-to-managed-network.
#[track_caller]
pub(super) fn needed_grants(
    identity: &Principal,
    group: &ResourceGroup,
    uses: Uses<'_>,
) -> Vec<Grant> {
    let mut grants = vec![
        uses.storage.grant(identity, StorageRole::Contributor),
        uses.storage
            .grant(identity, StorageRole::BlobDataContributor),
        uses.storage
            .grant(identity, StorageRole::FileDataPrivilegedContributor),
        uses.vault.grant(identity, VaultRole::Contributor),
        uses.vault.grant(identity, VaultRole::Administrator),
        uses.registry.grant(identity, RegistryRole::Contributor),
        uses.insights.grant(identity, InsightsRole::Contributor),
    ];
    if let NetworkSettings::Managed { .. } = uses.network.settings() {
        // The managed network's private endpoints are approved by the workspace itself.
        grants.push(group.grant(identity, GroupRole::NetworkConnectionApprover));
    }
    grants
}

/// The identity that comes with the workspace, to which Azure grants what it needs.
/// Source: how-to-assign-roles: the role on the group since November 2024, and the one before.
pub(super) fn granted_by_azure(
    scope: &Scope,
    principal_id: Expr<String>,
    group: &ResourceGroup,
    uses: Uses<'_>,
) -> Principal {
    let principal = Principal::service(&*scope.path(), principal_id);
    for role in [Role::AZURE_AI_ADMINISTRATOR, Role::CONTRIBUTOR] {
        grant::made_by_azure(scope, group.id(), role, &principal);
    }
    grant::made_by_azure(
        scope,
        uses.storage.id(),
        Role::STORAGE_BLOB_DATA_CONTRIBUTOR,
        &principal,
    );
    principal
}

/// The identity that came with a workspace that is there already.
pub(super) fn came_with(scope: &Scope, identities: &Expr<Vec<Any>>) -> Principal {
    let own: Expr<Any> = identities.index(0);
    Principal::service(&*scope.path(), own.attribute::<String>("principal_id"))
}

/// The identity made before it that a workspace which is there already acts as.
///
/// Reported is one that the settings do not name.
#[track_caller]
pub(super) fn named(
    parent: &impl InGroup,
    scope: &Scope,
    settings: &WorkspaceSettings,
) -> Option<Principal> {
    let acts_as = settings.acts_as();
    let said = settings.user_identity.as_ref();
    let acts_as_user = *acts_as == WorkspaceIdentity::User;
    IdentitySettings::check_used(said, scope, acts_as_user);
    if !acts_as_user {
        return None;
    }
    let named = said.filter(|said| said.existing.is_some());
    if named.is_none() {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`identity` is \"user\", but the workspace is there already and its identity is not named",
            )
            .argument("user_identity")
            .hint("name it, `user_identity = { existing = { … } }`, or take `identity` out")
            .at(acts_as.origin()),
        );
    }
    named.map(|said| own_identity(parent, scope, Some(said)).principal())
}

/// Behind private endpoints the studio shows data only if the workspace may read the endpoints.
/// Source: "Use Azure Machine Learning studio in an Azure virtual network".
#[track_caller]
pub(super) fn show_storage(storage: &Storage, principal: &Principal) {
    for (_, endpoint) in storage.endpoints() {
        let scope = endpoint.resource().scope();
        Grant::new(&scope, endpoint.id(), Role::READER, principal);
    }
}
