//! A stack of as many resources as its environment says, for measuring.
//!
//! ```text
//! cargo run --release --example large -- --stacks examples/large synth
//! ```
//!
//! Each group of ten holds a storage account, eight containers in it and a role on it, so that most
//! resources refer to another.

use std::process::ExitCode;

use terrace::{
    Environment, Frame, InScope, Project, Resource, ResourceGroup, Scope, Sourced, Stack, Stage,
};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    stage: Stage,
    location: Sourced<String>,
    /// How many resources there are, in tens.
    resources: u32,
}

impl Environment for Settings {
    fn stage(&self) -> Stage {
        self.stage
    }
    fn frame<'a>(&'a self, project: &'a Project) -> Frame<'a> {
        Frame::new(project, &self.location)
    }
}

fn large(stack: &Stack, settings: &Settings) {
    let group = ResourceGroup::new(stack, "platform", &settings.location);
    for number in 0..settings.resources / 10 {
        shelf(&group, number);
    }
}

fn shelf(group: &ResourceGroup, number: u32) {
    let scope = Scope::new(group, &format!("shelf{number}"));
    let account = Resource::untyped(&scope, "azurerm_storage_account", terrace::MAIN);
    account
        .set("name", format!("stlarge{number}"))
        .set("resource_group_name", group.name())
        .set("location", group.location())
        .set("account_tier", "Standard")
        .set("account_replication_type", "LRS");
    for container in 0..8 {
        Resource::untyped(
            scope.scope(),
            "azurerm_storage_container",
            &format!("c{container}"),
        )
        .set("name", format!("container-{container}"))
        .set("storage_account_id", account.id::<()>());
    }
    Resource::untyped(&scope, "azurerm_role_assignment", "reader")
        .set("scope", account.id::<()>())
        .set("role_definition_name", "Storage Blob Data Reader")
        .set("principal_id", "00000000-0000-0000-0000-000000000000")
        .set("principal_type", "Group");
}

fn main() -> ExitCode {
    terrace::main(large)
}
