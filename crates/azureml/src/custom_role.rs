//! Roles of one's own, where none of Azure's is narrow enough.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::Role;
use terrace_azurerm::role_definition::Permissions;
use terrace_azurerm::{RoleDefinition, RoleDefinitionArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Diagnostic, Sourced};

use crate::grant::{AnyRole, named};
use crate::group::InGroup;
use crate::{codes, naming};

/// A role of one's own: `[roles.NAME]`. It can be granted in its resource group.
///
/// An operation is written as Azure does: `Microsoft.MachineLearningServices/workspaces/jobs/read`;
/// `*` stands for any part.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RoleSettings {
    /// What the role is for.
    pub description: Option<Sourced<String>>,

    /// What it allows on resources: `Microsoft.MachineLearningServices/workspaces/*/read`.
    pub actions: Vec<Sourced<String>>,

    /// What it leaves out of `actions`. It forbids nothing that another role allows.
    pub not_actions: Vec<Sourced<String>>,

    /// What it allows on the data in resources:
    /// `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read`.
    pub data_actions: Vec<Sourced<String>>,

    /// What it leaves out of `data_actions`.
    pub not_data_actions: Vec<Sourced<String>>,
}

impl RoleSettings {
    /// What roles may be called, as a schema of the names in a map of roles.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A role's name begins with a letter and goes on with letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
        })
    }
}

/// A role of one's own.
#[derive(Clone)]
pub struct CustomRole {
    scope: Scope,
    definition: RoleDefinition,
    role: AnyRole,
}

impl CustomRole {
    /// A role that can be granted in the group. From here on `[people]` knows it by its name.
    ///
    /// Reported are operations that are none, a role that allows nothing, and one that is called as one
    /// of Azure's.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: impl Into<Sourced<String>>,
        settings: &RoleSettings,
    ) -> Self {
        let name = name.into();
        let scope = Scope::named(parent, &name);
        check(&scope, &name, settings);
        let definition = RoleDefinition::new(
            &scope,
            MAIN,
            RoleDefinitionArgs {
                name: naming::name(&scope, "azurerm_role_definition", None),
                scope: parent.group().id().into(),
            },
        );
        definition.add_permissions(permissions(settings));
        if let Some(description) = &settings.description {
            definition.set_description(description);
        }
        let role = AnyRole::custom(&**name, definition.role_definition_resource_id());
        named::declare(&scope, &name, &role);
        Self {
            scope,
            definition,
            role,
        }
    }

    /// The resource itself.
    #[must_use]
    pub fn definition(&self) -> &RoleDefinition {
        &self.definition
    }

    /// The role, to be granted.
    #[must_use]
    pub fn role(&self) -> AnyRole {
        self.role.clone()
    }
}

impl InScope for CustomRole {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

fn permissions(settings: &RoleSettings) -> Permissions {
    let mut permissions = Permissions::new();
    if !settings.actions.is_empty() {
        permissions = permissions.actions(&settings.actions);
    }
    if !settings.not_actions.is_empty() {
        permissions = permissions.not_actions(&settings.not_actions);
    }
    if !settings.data_actions.is_empty() {
        permissions = permissions.data_actions(&settings.data_actions);
    }
    if !settings.not_data_actions.is_empty() {
        permissions = permissions.not_data_actions(&settings.not_data_actions);
    }
    permissions
}

fn check(scope: &Scope, name: &Sourced<String>, settings: &RoleSettings) {
    if let Some(azures) = Role::all().find(|role| role.name.eq_ignore_ascii_case(name)) {
        scope.report(
            Diagnostic::error(
                &codes::ROLE_OF_AZURE,
                format!("the role `{}` is called as one that Azure has", **name),
            )
            .value(name.as_str())
            .detail(format!(
                "who reads `roles = [\"{}\"]` takes it for Azure's",
                azures.name
            ))
            .hint("call it after what it is for")
            .at(name.origin()),
        );
    }
    let RoleSettings {
        actions,
        not_actions,
        data_actions,
        not_data_actions,
        ..
    } = settings;
    if actions.is_empty() && data_actions.is_empty() {
        scope.report(
            Diagnostic::error(
                &codes::OPERATION,
                format!("the role `{}` allows nothing", **name),
            )
            .argument("actions")
            .hint("add `actions` or `data_actions`")
            .at(not_actions
                .first()
                .or(not_data_actions.first())
                .or(settings.description.as_ref())
                .map_or(name.origin(), Sourced::origin)),
        );
    }
    for (argument, operations) in [
        ("actions", actions),
        ("not_actions", not_actions),
        ("data_actions", data_actions),
        ("not_data_actions", not_data_actions),
    ] {
        for operation in operations
            .iter()
            .filter(|operation| !is_operation(operation))
        {
            scope.report(
                Diagnostic::error(
                    &codes::OPERATION,
                    format!(
                        "`{argument}` has \"{}\", which is no operation of Azure",
                        **operation
                    ),
                )
                .argument(argument)
                .value(operation.as_str())
                .detail("an operation is a provider, what it is on, and `read`, `write`, `delete`, `action` or `*`, joined by `/`")
                .hint("look it up: `az provider operation show --namespace Microsoft.MachineLearningServices`")
                .at(operation.origin()),
            );
        }
    }
}

/// `Microsoft.Storage/storageAccounts/read`, with `*` for any part. Names alone are not checked:
/// Azure's list of operations has tens of thousands and grows.
/// Source: "Understand Azure role definitions", actions format.
fn is_operation(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let is_part = |part: &&str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_$*".contains(c);
        !part.is_empty() && part.chars().all(allowed)
    };
    let last = parts.last().copied().unwrap_or_default();
    let acts = ["read", "write", "delete", "action", "*"]
        .iter()
        .any(|act| last.eq_ignore_ascii_case(act));
    let provider = parts.first().copied().unwrap_or_default();
    parts.iter().all(is_part)
        && acts
        && (provider == "*" || (provider.contains('.') && parts.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_told_from_what_is_none() {
        for fine in [
            "*",
            "*/read",
            "Microsoft.MachineLearningServices/workspaces/*/read",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
            "Microsoft.CostManagement/*/query/*",
        ] {
            assert!(is_operation(fine), "{fine}");
        }
        for wrong in [
            "",
            "read",
            "Reader",
            "workspaces/read",
            "Microsoft.Storage",
            "Microsoft.Storage/storageAccounts",
            "Microsoft.Storage//read",
            "Microsoft.Storage/storage accounts/read",
            "Microsoft.Storage/storageAccounts/list",
        ] {
            assert!(!is_operation(wrong), "{wrong}");
        }
    }
}
