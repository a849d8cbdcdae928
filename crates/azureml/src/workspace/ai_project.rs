//! A project of a hub: where some people work together.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azurerm::ai_foundry_project::{Identity as IdentityBlock, IdentityArgs, IdentityType};
use terrace_azurerm::{AiFoundryProject, AiFoundryProjectArgs, MachineLearningWorkspace};
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::{Expr, Id, Sourced};

use super::ai_hub::AiHub;
use crate::grant::Principal;
use crate::group::InGroup as _;
use crate::naming;

/// Settings of a project: `[ai_hub.projects.NAME]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AiProjectSettings {
    /// The project's name in Azure, where it is not to be made by the naming template: 3 to 33 letters,
    /// digits, `-` and `_`. A change replaces the project.
    #[schemars(transform = naming::Named("azurerm_ai_foundry_project"))]
    pub name: Option<Sourced<String>>,

    /// The id of a project that is there and is to be managed from now on: the next apply changes it into
    /// what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// The name that people see.
    pub friendly_name: Option<Sourced<String>>,

    /// What the project is for.
    pub description: Option<Sourced<String>>,
}

impl AiProjectSettings {
    /// What the names of projects are, as a schema of the names in a map of settings.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A project's name here begins with a letter and goes on with letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
        })
    }
}

/// A project, which acts as an identity that comes with it: Azure grants it what it needs in the hub.
#[derive(Clone)]
pub struct AiProject {
    scope: Scope,
    project: AiFoundryProject,
}

impl AiProject {
    #[track_caller]
    pub(super) fn new(hub: &AiHub, name: &Sourced<String>, settings: &AiProjectSettings) -> Self {
        let scope = Scope::named(hub, name);
        let project = AiFoundryProject::new(
            &scope,
            MAIN,
            AiFoundryProjectArgs {
                name: naming::name(&scope, "azurerm_ai_foundry_project", settings.name.as_ref()),
                location: hub.group().location(),
                ai_services_hub_id: hub.id(),
            },
        );
        project.set_identity(IdentityBlock::new(IdentityArgs {
            type_: IdentityType::SystemAssigned.into(),
        }));
        if let Some(id) = &settings.import_id {
            project.import(id);
        }
        if let Some(name) = &settings.friendly_name {
            project.set_friendly_name(name);
        }
        if let Some(description) = &settings.description {
            project.set_description(description);
        }
        Self { scope, project }
    }

    /// The resource itself.
    #[must_use]
    pub fn project(&self) -> &AiFoundryProject {
        &self.project
    }

    /// The project's id: to Azure it is a workspace.
    #[must_use]
    pub fn id(&self) -> Id<MachineLearningWorkspace> {
        self.project.resource().id()
    }

    /// The project's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.project.name()
    }

    /// The identity that it acts as, as one to which more rights are granted.
    #[must_use]
    pub fn principal(&self) -> Principal {
        Principal::service(&*self.scope.path(), self.project.identity_principal_id())
    }
}

impl InScope for AiProject {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}
