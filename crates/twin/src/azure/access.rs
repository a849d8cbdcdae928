//! Roles that a principal needs when a service first acts as it.
//!
//! Only what this run has applied is looked at: what stands outside may have roles from outside. Source: Azure Machine
//! Learning's pages on identity-based access and on roles, and those of customer-managed keys.

use serde_json::Value as Json;
use terrace_azure::Role;

use super::store::Applied;
use super::{Azure, New};

/// Any of these lets a principal manage the resource.
const MANAGES: [&str; 2] = ["Owner", "Contributor"];

/// What a principal needs at a resource: one of the roles.
struct Need {
    what: String,
    roles: Vec<&'static str>,
}

/// Why a resource cannot be made: which principal lacks what.
pub(super) fn lacking(azure: &Azure, new: &New<'_>) -> Option<String> {
    let standing: Vec<Applied> = azure.standing().collect();
    let all = Standing(&standing);
    match new.type_name {
        "azurerm_machine_learning_workspace" => all
            .workspace(new)
            .or_else(|| all.key(new, "encryption", "user_assigned_identity_id", "key_id")),
        "azurerm_storage_account" => all.key(
            new,
            "customer_managed_key",
            "user_assigned_identity_id",
            "key_vault_key_id",
        ),
        "azurerm_container_registry" => {
            all.key(new, "encryption", "identity_client_id", "key_vault_key_id")
        }
        _ => None,
    }
}

struct Standing<'a>(&'a [Applied]);

impl Standing<'_> {
    /// What a workspace without an identity of its own making does, it does as its user-assigned one, from its creation on.
    fn workspace(&self, new: &New<'_>) -> Option<String> {
        let is_own = new
            .text("identity.type")
            .is_some_and(|ty| ty.contains("SystemAssigned"));
        if is_own {
            return None;
        }
        let identity = new.text("primary_user_assigned_identity").or_else(|| {
            let identities = &new.attributes["identity"][0]["identity_ids"];
            identities[0].as_str()
        })?;
        let principal = self.get("azurerm_user_assigned_identity", identity)?;
        let principal = principal.text("principal_id")?;
        let needed = |argument: &str, of: &str, needs: &[&[&'static str]]| {
            let target = self.get(of, new.text(argument)?)?;
            let mut needs = needs.iter().map(|roles| Need {
                what: target.id.clone(),
                roles: roles.to_vec(),
            });
            needs.find(|need| !self.has(principal, need))
        };
        let account = needed(
            "storage_account_id",
            "azurerm_storage_account",
            &[
                &[MANAGES[0], MANAGES[1], "Storage Account Contributor"],
                &["Storage Blob Data Contributor", "Storage Blob Data Owner"],
            ],
        );
        let files = || {
            let by_identity = new.text("storage_account_access_type") == Some("Identity");
            by_identity.then(|| {
                needed(
                    "storage_account_id",
                    "azurerm_storage_account",
                    &[&["Storage File Data Privileged Contributor"]],
                )
            })?
        };
        let vault = || {
            needed(
                "key_vault_id",
                "azurerm_key_vault",
                &[&[MANAGES[0], MANAGES[1], "Key Vault Contributor"]],
            )
        };
        let insights = || {
            needed(
                "application_insights_id",
                "azurerm_application_insights",
                &[&[
                    MANAGES[0],
                    MANAGES[1],
                    "Application Insights Component Contributor",
                ]],
            )
        };
        let secrets = || {
            let vault = self.get("azurerm_key_vault", new.text("key_vault_id")?)?;
            let by_roles = vault.attributes["rbac_authorization_enabled"] == true;
            by_roles.then(|| {
                needed(
                    "key_vault_id",
                    "azurerm_key_vault",
                    &[&["Key Vault Administrator", "Key Vault Secrets Officer"]],
                )
            })?
        };
        let need = account
            .or_else(files)
            .or_else(vault)
            .or_else(secrets)
            .or_else(insights)?;
        Some(sentence(new, identity, &need))
    }

    /// A key is used as an identity that may use it.
    fn key(&self, new: &New<'_>, block: &str, identity: &str, key: &str) -> Option<String> {
        let identity = new.text(&format!("{block}.{identity}"))?;
        let key = new.text(&format!("{block}.{key}"))?;
        let vault = self.0.iter().find(|vault| {
            let uri = vault.text("vault_uri").unwrap_or("/");
            vault.type_name == "azurerm_key_vault" && key.starts_with(uri)
        })?;
        if vault.attributes["rbac_authorization_enabled"] != Json::Bool(true) {
            return None;
        }
        let owner = self.0.iter().find(|one| {
            let is_it =
                |own: Option<&str>| own.is_some_and(|own| own.eq_ignore_ascii_case(identity));
            one.type_name == "azurerm_user_assigned_identity"
                && (is_it(Some(&one.id)) || is_it(one.text("client_id")))
        })?;
        let need = Need {
            what: vault.id.clone(),
            roles: vec![
                "Key Vault Crypto Service Encryption User",
                "Key Vault Crypto Officer",
                "Key Vault Administrator",
            ],
        };
        (!self.has(owner.text("principal_id")?, &need)).then(|| sentence(new, &owner.id, &need))
    }

    fn get(&self, type_name: &str, id: &str) -> Option<&Applied> {
        let mut all = self.0.iter();
        all.find(|one| one.type_name == type_name && one.id.eq_ignore_ascii_case(id))
    }

    /// Whether a principal has one of the roles, at the resource or at what holds it.
    fn has(&self, principal: &str, need: &Need) -> bool {
        let is_at = |scope: &str| {
            let (scope, what) = (scope.to_lowercase(), need.what.to_lowercase());
            let rest = what.strip_prefix(scope.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let gives = |one: &&Applied| {
            let role = one
                .text("role_definition_id")
                .and_then(Role::by_guid)
                .map(|role| role.name)
                .or_else(|| one.text("role_definition_name"));
            one.type_name == "azurerm_role_assignment"
                && one.text("principal_id") == Some(principal)
                && one.text("scope").is_some_and(is_at)
                && role.is_some_and(|role| need.roles.contains(&role))
        };
        self.0.iter().any(|one| gives(&one))
    }
}

fn sentence(new: &New<'_>, identity: &str, need: &Need) -> String {
    format!(
        "AuthorizationFailed: {} acts as {identity}, which has none of the roles {} at {}: assign one before",
        new.id,
        need.roles.join(", "),
        need.what
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing::{azure, id, put, refused};
    use super::*;

    const PRINCIPAL: &str = "00000000-0000-0000-0000-0000000000aa";

    /// An identity, a vault and a storage account.
    fn platform(folder: &tempfile::TempDir) -> Azure {
        let azure = azure(folder);
        let identity = json!({"principal_id": PRINCIPAL, "client_id": "c"});
        put(
            &azure,
            "azurerm_user_assigned_identity",
            &id("Microsoft.ManagedIdentity/userAssignedIdentities/i"),
            identity,
        );
        let vault =
            json!({"vault_uri": "https://v.vault.azure.net/", "rbac_authorization_enabled": true});
        put(
            &azure,
            "azurerm_key_vault",
            &id("Microsoft.KeyVault/vaults/v"),
            vault,
        );
        let account = id("Microsoft.Storage/storageAccounts/s");
        put(&azure, "azurerm_storage_account", &account, json!({}));
        azure
    }

    fn grant(azure: &Azure, role: &str, scope: &str) {
        let assignment = format!(
            "{scope}/providers/Microsoft.Authorization/roleAssignments/{}",
            role.replace(' ', "")
        );
        let attributes =
            json!({"scope": scope, "principal_id": PRINCIPAL, "role_definition_name": role});
        put(azure, "azurerm_role_assignment", &assignment, attributes);
    }

    fn workspace() -> Json {
        let identity = id("Microsoft.ManagedIdentity/userAssignedIdentities/i");
        json!({
            "id": id("Microsoft.MachineLearningServices/workspaces/w"), "name": "w",
            "identity": [{"type": "UserAssigned", "identity_ids": [identity]}],
            "primary_user_assigned_identity": identity,
            "storage_account_id": id("Microsoft.Storage/storageAccounts/s"),
            "key_vault_id": id("Microsoft.KeyVault/vaults/v"),
        })
    }

    #[test]
    fn a_workspace_needs_the_roles_of_its_identity_before() {
        let folder = tempfile::tempdir().unwrap();
        let azure = platform(&folder);
        let refused = |new: &Json| refused(&azure, "azurerm_machine_learning_workspace", new);
        let why = refused(&workspace());
        assert!(why.is_some_and(|why| why.contains("Storage Account Contributor")));
        grant(&azure, "Contributor", "/subscriptions/0/resourceGroups/g");
        let why = refused(&workspace());
        assert!(why.is_some_and(|why| why.contains("Storage Blob Data Contributor")));
        let account = id("Microsoft.Storage/storageAccounts/s");
        grant(&azure, "Storage Blob Data Contributor", &account);
        let why = refused(&workspace());
        assert!(why.is_some_and(|why| why.contains("Key Vault Administrator")));
        grant(
            &azure,
            "Key Vault Administrator",
            &id("Microsoft.KeyVault/vaults/v"),
        );
        assert_eq!(refused(&workspace()), None);
        let mut by_identity = workspace();
        by_identity["storage_account_access_type"] = json!("Identity");
        let why = refused(&by_identity);
        assert!(why.is_some_and(|why| why.contains("Storage File Data Privileged Contributor")));
    }

    #[test]
    fn a_workspace_with_an_identity_of_its_own_is_given_its_roles_by_azure() {
        let folder = tempfile::tempdir().unwrap();
        let mut own = workspace();
        own["identity"] = json!([{"type": "SystemAssigned"}]);
        let azure = platform(&folder);
        let why = refused(&azure, "azurerm_machine_learning_workspace", &own);
        assert_eq!(why, None);
    }

    #[test]
    fn a_key_is_used_by_who_may() {
        let folder = tempfile::tempdir().unwrap();
        let azure = platform(&folder);
        let registry = json!({
            "id": id("Microsoft.ContainerRegistry/registries/r"), "name": "r",
            "encryption": [{"identity_client_id": "c", "key_vault_key_id": "https://v.vault.azure.net/keys/k"}],
        });
        let refused = || refused(&azure, "azurerm_container_registry", &registry);
        assert!(refused().is_some_and(|why| why.contains("Crypto Service Encryption User")));
        grant(
            &azure,
            "Key Vault Crypto Service Encryption User",
            &id("Microsoft.KeyVault/vaults/v"),
        );
        assert_eq!(refused(), None);
    }
}
