//! A compute cluster that does not say how it scales.

use terrace_azurerm::machine_learning_compute_cluster::VmPriority;
use terrace_azurerm::{
    MachineLearningComputeCluster, MachineLearningComputeClusterArgs, MachineLearningWorkspace,
};
use terrace_core::Stack;

fn platform(stack: &Stack, workspace: &MachineLearningWorkspace) {
    MachineLearningComputeCluster::new(
        stack,
        "gpu",
        MachineLearningComputeClusterArgs {
            name: "gpu".into(),
            location: "westeurope".into(),
            machine_learning_workspace_id: workspace.id(),
            vm_priority: VmPriority::LowPriority.into(),
            vm_size: "Standard_NC6s_v3".into(),
        },
    );
}

fn main() {}
