//! How isolated a workspace is, and the machines that Azure keeps for it.

use terrace_azurerm::MachineLearningWorkspace;
use terrace_azurerm::machine_learning_workspace::{
    ManagedNetwork, ManagedNetworkIsolationMode, ServerlessCompute,
};
use terrace_core::Scope;
use terrace_ir::{Diagnostic, Id, Sourced};

use super::ServerlessSettings;
use crate::grant::Principal;
use crate::model_registry::{self, ModelRegistry};
use crate::network::{NetworkSettings, Outbound};
use crate::{codes, network};

/// How a managed network isolates compute.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    Disabled,
    Internet,
    Approved,
}

/// How the network's settings isolate compute, and where that was said.
pub(super) fn mode(settings: &NetworkSettings) -> Sourced<Mode> {
    match settings {
        NetworkSettings::Public { .. } | NetworkSettings::OwnVnet(_) => Mode::Disabled.into(),
        NetworkSettings::Managed(isolated) => isolated.outbound.map(|outbound| match outbound {
            Outbound::Approved => Mode::Approved,
            Outbound::Internet => Mode::Internet,
        }),
    }
}

/// Isolates a workspace, which acts as `principal`, as its network's settings say. Gives the rules of a managed network.
#[track_caller]
pub(super) fn isolate(
    scope: &Scope,
    workspace: &MachineLearningWorkspace,
    settings: &NetworkSettings,
    principal: &Principal,
) -> Option<network::Rules> {
    let access = network::access(scope);
    workspace.set_public_network_access_enabled(&access.public_workspace);
    let mode = mode(settings).map(|mode| match mode {
        Mode::Disabled => ManagedNetworkIsolationMode::Disabled,
        Mode::Internet => ManagedNetworkIsolationMode::AllowInternetOutbound,
        Mode::Approved => ManagedNetworkIsolationMode::AllowOnlyApprovedOutbound,
    });
    let block = ManagedNetwork::new().isolation_mode(&mode);
    let NetworkSettings::Managed(isolated) = settings else {
        workspace.set_managed_network(block);
        return None;
    };
    workspace.set_managed_network(match *isolated.provision_on_creation {
        true => block.provision_on_creation_enabled(&isolated.provision_on_creation),
        false => block,
    });
    let models = model_registry::of(scope);
    Some(network::Rules::declare(
        scope,
        &workspace.id(),
        isolated,
        principal,
        models.as_deref().and_then(ModelRegistry::reached),
    ))
}

/// Says where serverless machines are. Reported is what the provider or Azure refuses: a subnet beside a
/// managed network, and machines without public addresses that reach nothing.
///
/// Source: azurerm 5.2.0's workspace resource; how-to-use-serverless-compute.
pub(super) fn serverless(
    scope: &Scope,
    workspace: &MachineLearningWorkspace,
    isolation: &NetworkSettings,
    settings: &ServerlessSettings,
) {
    let subnet = match &settings.subnet_id {
        Some(said) if isolation.is_managed() => {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    "`serverless.subnet_id` names a subnet, but the network is managed",
                )
                .argument("subnet_id")
                .detail("Azure puts all machines into the network that it manages")
                .hint("take it out")
                .at(said.origin()),
            );
            return;
        }
        Some(said) => Some(Id::parse(said)),
        None => network::training_subnet(scope),
    };
    let is_public = *network::access(scope).public_workspace;
    // Without a subnet the provider refuses machines without public addresses in a workspace that is not
    // public, and outside of a managed network they would reach nothing. Nothing is said then, and the
    // service's own default holds.
    let closed_is_possible = subnet.is_some() || (is_public && isolation.is_managed());
    let public_address = match &settings.public_address {
        Some(said) if !**said && !closed_is_possible => {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    "`serverless.public_address` is `false`, which needs a subnet here",
                )
                .argument("public_address")
                .value("false")
                .hint("take it out, or name a subnet: `subnet_id`")
                .at(said.origin()),
            );
            return;
        }
        Some(said) => said.clone(),
        None if closed_is_possible => Sourced::from(false),
        None => return,
    };
    let block = ServerlessCompute::new().public_ip_enabled(&public_address);
    workspace.set_serverless_compute(match subnet {
        Some(subnet) => block.subnet_id(subnet),
        None => block,
    });
}
