//! A workspace without a key vault.

use terrace_azurerm::machine_learning_workspace::{Identity, IdentityArgs, IdentityType};
use terrace_azurerm::{
    ApplicationInsights, MachineLearningWorkspace, MachineLearningWorkspaceArgs, StorageAccount,
};
use terrace_core::Stack;

fn platform(stack: &Stack, insights: &ApplicationInsights, data: &StorageAccount) {
    MachineLearningWorkspace::new(
        stack,
        "ml",
        MachineLearningWorkspaceArgs {
            name: "mlw".into(),
            location: "westeurope".into(),
            resource_group_name: "rg".into(),
            application_insights_id: insights.id(),
            storage_account_id: data.id(),
            identity: Identity::new(IdentityArgs {
                type_: IdentityType::SystemAssigned.into(),
            }),
        },
    );
}

fn main() {}
