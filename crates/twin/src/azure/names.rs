//! Names that are taken, and names that deleted resources keep.

use super::features::Features;
use super::store::Applied;
use super::{Azure, New};

/// Types whose names are addresses on the internet, and so can be there once.
const GLOBAL: [&str; 6] = [
    "azurerm_cognitive_account",
    "azurerm_container_registry",
    "azurerm_key_vault",
    "azurerm_search_service",
    "azurerm_storage_account",
    "azurerm_app_configuration",
];

fn is_global(new: &New<'_>) -> bool {
    GLOBAL.contains(&new.type_name)
}

/// What has the id of a new resource, or its name where that can be there once.
fn namesake(azure: &Azure, new: &New<'_>) -> Option<Applied> {
    let mut all = azure.store.all().into_iter();
    all.find(|other| {
        let has_name = || {
            let own = other.text("name");
            is_global(new) && own.is_some_and(|own| own.eq_ignore_ascii_case(new.name))
        };
        other.type_name == new.type_name && (other.id.eq_ignore_ascii_case(new.id) || has_name())
    })
}

/// Why a name cannot be had.
pub(super) fn taken(azure: &Azure, new: &New<'_>) -> Option<String> {
    let name = new.name;
    if is_global(new) && azure.taken.iter().any(|taken| taken == name) {
        return Some(format!(
            "the name `{name}` is taken by somebody else: choose another"
        ));
    }
    if let Some(assigned) = assigned(azure, new) {
        return Some(format!(
            "RoleAssignmentExists: {assigned} gives the same principal the same role at the same scope: take one of them out"
        ));
    }
    let other = namesake(azure, new).filter(|other| !other.is_soft_deleted)?;
    Some(match other.id.eq_ignore_ascii_case(new.id) {
        true => format!("{} exists already: import it", new.id),
        false => format!("the name `{name}` is taken by {}", other.id),
    })
}

/// The id of the assignment that gives a principal a role at a scope already.
fn assigned(azure: &Azure, new: &New<'_>) -> Option<String> {
    if new.type_name != "azurerm_role_assignment" {
        return None;
    }
    let is_same = |other: &Applied| {
        ["scope", "principal_id", "role_definition_id"]
            .into_iter()
            .all(|name| match (other.text(name), new.text(name)) {
                (Some(other), Some(new)) => other.eq_ignore_ascii_case(new),
                _ => false,
            })
    };
    let mut others = azure.standing();
    let found = others
        .find(|other| other.type_name == new.type_name && other.id != new.id && is_same(other))?;
    Some(found.id)
}

/// Why a name that a deleted resource keeps cannot be had.
pub(super) fn kept(azure: &Azure, new: &New<'_>, features: Features) -> Option<String> {
    let other = namesake(azure, new).filter(|other| other.is_soft_deleted)?;
    let is_same_place =
        other.id.eq_ignore_ascii_case(new.id) && other.text("location") == new.text("location");
    match other.type_name.as_str() {
        "azurerm_key_vault" if is_same_place && features.recover_vaults => None,
        "azurerm_key_vault" => Some(format!(
            "a vault of this name is soft-deleted ({}): purge it, or recover it where it was",
            other.id
        )),
        // Source: "Recover workspace data after accidental deletion with soft delete" in Azure's documentation.
        _ => Some(format!(
            "{} is soft-deleted: Azure keeps a deleted workspace and its name for 14 days, and no other can have the name \
             until then. Give the new one another name, or purge the old one, which the provider does with \
             `machine_learning {{ purge_soft_deleted_workspace_on_destroy = true }}` in its `features`",
            other.id
        )),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value as Json, json};

    use super::super::testing::{azure, id, put, refused};
    use super::*;
    use crate::value::json::untyped;

    fn vault(name: &str, location: &str) -> Json {
        json!({
            "id": id(&format!("Microsoft.KeyVault/vaults/{name}")), "name": name,
            "location": location, "purge_protection_enabled": true,
        })
    }

    #[test]
    fn a_name_that_somebody_has_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let why = refused(
            &azure(&folder),
            "azurerm_key_vault",
            &vault("kv-taken", "westeurope"),
        );
        assert!(why.is_some_and(|why| why.contains("kv-taken")));
    }

    #[test]
    fn a_soft_deleted_vault_comes_back_only_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let old = vault("kv", "westeurope");
        put(
            &azure,
            "azurerm_key_vault",
            old["id"].as_str().unwrap(),
            old.clone(),
        );
        let deleted = azure.delete("azurerm_key_vault", &untyped(&old), Features::of(None));
        deleted.unwrap();
        assert_eq!(refused(&azure, "azurerm_key_vault", &old), None);
        let elsewhere = vault("kv", "northeurope");
        assert!(refused(&azure, "azurerm_key_vault", &elsewhere).is_some());
    }

    #[test]
    fn a_role_is_given_once() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let assignment = |name: &str, principal: &str| {
            json!({
                "id": id(&format!("Microsoft.Authorization/roleAssignments/{name}")), "name": name,
                "scope": "/subscriptions/0/resourceGroups/g", "principal_id": principal,
                "role_definition_id": "/providers/Microsoft.Authorization/roleDefinitions/r",
            })
        };
        let first = assignment("a", "p");
        let own = first["id"].as_str().unwrap();
        put(&azure, "azurerm_role_assignment", own, first.clone());
        let again = |new: &Json| refused(&azure, "azurerm_role_assignment", new);
        assert!(again(&assignment("b", "p")).is_some_and(|why| why.contains(own)));
        assert_eq!(again(&assignment("b", "q")), None);
    }
}
