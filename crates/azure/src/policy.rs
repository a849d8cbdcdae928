//! The built-in definitions of Azure Policy that matter for an Azure Machine Learning platform.
//!
//! Source: the repository of Azure's built-in policies, August 2026: ids, parameters, effects and the roles that an
//! assignment's identity needs. The names are ours.

use crate::nearest::nearest;
use crate::role::Role;

/// A built-in definition.
#[derive(Debug, PartialEq, Eq)]
pub struct PolicyDefinition {
    /// A short name for it: `compute-idle-shutdown`.
    pub name: &'static str,
    /// The GUID of the definition, the same in every tenant.
    pub guid: &'static str,
    /// What it demands.
    pub demands: &'static str,
    /// The effects that an assignment can choose from. Empty where the definition has but one.
    pub effects: &'static [&'static str],
    /// Its parameters besides the effect.
    pub parameters: &'static [Parameter],
    /// What the assignment's own identity must be on the scope, for definitions that change something.
    pub roles: &'static [Role],
}

/// A parameter of a definition.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, as the definition spells it.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

impl PolicyDefinition {
    /// The definition with one of our names.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|known| known.name == name)
    }

    /// The name that was probably meant.
    #[must_use]
    pub fn nearest(name: &str) -> Option<&'static Self> {
        nearest(name, DEFINITIONS.iter().map(|known| known.name)).and_then(Self::find)
    }

    /// All definitions, in order of name.
    #[must_use]
    pub fn all() -> &'static [Self] {
        DEFINITIONS
    }

    /// `/providers/Microsoft.Authorization/policyDefinitions/…`
    #[must_use]
    pub fn id(&self) -> String {
        definition_id(self.guid)
    }
}

/// The id of a built-in definition by its GUID.
#[must_use]
pub fn definition_id(guid: &str) -> String {
    format!("/providers/Microsoft.Authorization/policyDefinitions/{guid}")
}

const fn policy(
    name: &'static str,
    guid: &'static str,
    demands: &'static str,
    effects: &'static [&'static str],
    parameters: &'static [Parameter],
) -> PolicyDefinition {
    PolicyDefinition {
        name,
        guid,
        demands,
        effects,
        parameters,
        roles: &[],
    }
}

const fn changing(
    name: &'static str,
    guid: &'static str,
    demands: &'static str,
    effects: &'static [&'static str],
    parameters: &'static [Parameter],
) -> PolicyDefinition {
    PolicyDefinition {
        name,
        guid,
        demands,
        effects,
        parameters,
        roles: &[Role::CONTRIBUTOR],
    }
}

const fn required(name: &'static str) -> Parameter {
    Parameter {
        name,
        required: true,
    }
}

const fn optional(name: &'static str) -> Parameter {
    Parameter {
        name,
        required: false,
    }
}

const AUDIT: &[&str] = &["Audit", "Disabled"];
const AUDIT_OR_DENY: &[&str] = &["Audit", "Deny", "Disabled"];
const AUDIT_IF_NOT_EXISTS: &[&str] = &["AuditIfNotExists", "Disabled"];
const MODIFY: &[&str] = &["Modify", "Disabled"];

/// Sorted by name.
#[rustfmt::skip]
static DEFINITIONS: &[PolicyDefinition] = &[
    policy("allowed-locations", "e56962a6-4747-49cd-b67b-bf8b01975c4c", "resources are in certain regions", &[], &[required("listOfAllowedLocations")]),
    policy("compute-idle-shutdown", "679ddf89-ab8f-48a5-9029-e76054077449", "compute instances shut down when idle", AUDIT_OR_DENY, &[]),
    policy("compute-in-network", "7804b5c7-01dc-4723-969b-ae300cc07ff1", "compute is in a subnet of one's own; a managed network does not count", AUDIT, &[]),
    policy("compute-local-auth", "e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f", "compute has no local authentication", AUDIT_OR_DENY, &[]),
    changing("compute-local-auth-off", "a6f9a2d0-cff7-4855-83ad-4cd750666512", "local authentication of compute is switched off", MODIFY, &[]),
    policy("compute-updates", "f110a506-2dcb-422e-bcea-d533fc8c35e2", "compute instances run the latest image", AUDIT, &[]),
    changing("inherit-tag", "ea3f2387-9b95-492a-a190-fcdc54f7b070", "a missing tag is taken from the resource group", &[], &[required("tagName")]),
    policy("require-tag", "871b6d14-10aa-478d-b590-94f262ecfa99", "resources have a tag", &[], &[required("tagName")]),
    policy("storage-public-access", "b2982f36-99f2-4db5-8eff-283140c09693", "storage accounts have no public address", AUDIT_OR_DENY, &[]),
    policy("storage-shared-keys", "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54", "storage accounts are not opened by their keys", AUDIT_OR_DENY, &[]),
    policy("vault-purge-protection", "0b60c0b2-2dc2-4e1c-b5c9-abbed971de53", "key vaults are protected from being purged", AUDIT_OR_DENY, &[]),
    policy("workspace-customer-key", "7f40cee6-e933-4d0f-a782-b96615e0f4a6", "workspaces are encrypted with a key of one's own", AUDIT_IF_NOT_EXISTS, &[]),
    policy("workspace-isolation", "6ddb1705-c8cf-450e-aa4b-19ad6703c440", "managed networks are isolated in a certain mode", AUDIT_OR_DENY, &[optional("isolationMode")]),
    policy("workspace-logs", "afe0c3be-ba3b-4544-ba52-0c99672a8ad6", "workspaces send their logs somewhere", AUDIT_IF_NOT_EXISTS, &[optional("requiredRetentionDays")]),
    policy("workspace-private-link", "45e05259-1eb5-4f70-9574-baf73e9d219b", "workspaces have a private endpoint", AUDIT, &[]),
    policy("workspace-public-access", "438c38d2-3772-465a-a9cc-7a6666a275ce", "workspaces have no public address", AUDIT_OR_DENY, &[]),
    changing("workspace-public-access-off", "a10ee784-7409-4941-b091-663697637c0f", "public access to workspaces is switched off", MODIFY, &[]),
    policy("workspace-user-identity", "5f0c7d88-c7de-45b8-ac49-db49e72eaa78", "workspaces act as an identity that is made before them", AUDIT_OR_DENY, &[]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn names_are_sorted_and_every_definition_stands_once() {
        assert!(DEFINITIONS.is_sorted_by_key(|known| known.name));
        let guids: BTreeSet<&str> = DEFINITIONS.iter().map(|known| known.guid).collect();
        assert_eq!(guids.len(), DEFINITIONS.len());
        for guid in guids {
            assert_eq!(
                guid.split('-').map(str::len).collect::<Vec<_>>(),
                [8, 4, 4, 4, 12]
            );
        }
    }

    #[test]
    fn what_changes_something_has_a_role() {
        for known in DEFINITIONS {
            let changes = known.effects.contains(&"Modify") || known.name == "inherit-tag";
            assert_eq!(!known.roles.is_empty(), changes, "{}", known.name);
        }
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let nearest = PolicyDefinition::nearest("compute-idle-shutdwon").unwrap();
        assert_eq!(nearest.name, "compute-idle-shutdown");
    }
}
