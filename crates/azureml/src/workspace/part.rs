//! What a workspace consists of and azurerm has no resource for.

use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_core::{MAIN, Scope};
use terrace_ir::{AnyId, IntoValue};

use super::MlWorkspace;
use crate::ML_API;

impl MlWorkspace {
    /// A part of the workspace, in its region: the main resource of `scope`.
    #[track_caller]
    pub(crate) fn part(
        &self,
        scope: &Scope,
        arm_type: &str,
        name: impl IntoValue<String>,
    ) -> AzapiResource {
        self.part_of(self.id(), scope, arm_type, name)
    }

    /// A part of something that is itself a part of the workspace.
    #[track_caller]
    pub(crate) fn part_of(
        &self,
        parent: impl Into<AnyId>,
        scope: &Scope,
        arm_type: &str,
        name: impl IntoValue<String>,
    ) -> AzapiResource {
        let part = AzapiResource::new(
            scope,
            MAIN,
            AzapiResourceArgs {
                type_: format!("{arm_type}@{ML_API}").into(),
            },
        );
        part.set_name(name)
            .set_parent_id(parent)
            .set_location(self.location())
            // The service answers with ids in letters of its own.
            .set_ignore_casing(true);
        part
    }
}
