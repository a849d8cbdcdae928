//! How isolated the platform is: one choice that everything in the group follows.
//!
//! | module | what it decides |
//! |---|---|
//! | [`settings`] | what an environment file says |
//! | `allowed` | who is let in by address |
//! | `plan` | which range each subnet has |
//! | `vnet` | the virtual network, and who lives in it |
//! | `endpoint` | private endpoints: [`connect`] |
//! | `dns` | the private DNS zones of the endpoints |

mod allowed;
mod dns;
mod endpoint;
mod plan;
pub mod settings;
mod vnet;

use terrace_core::{InScope, Scope};
use terrace_ir::Sourced;

pub use self::endpoint::connect;
pub use self::settings::{DnsSettings, IsolatedSettings, NetworkSettings, Outbound, VnetSettings};
use self::vnet::Vnet;
use crate::group::InGroup;

/// Who may reach the platform's services from outside.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Whether the workspace is reached from the internet.
    pub public_workspace: Sourced<bool>,
    /// Whether storage, vault and registry have a public address at all. They let in only
    /// [`Access::allowed_addresses`] and Azure's own services.
    pub public_services: bool,
    /// Who is let in by address.
    pub allowed_addresses: Vec<Sourced<String>>,
}

/// The choice, made for a group.
#[derive(Clone)]
pub struct Network {
    scope: Scope,
    settings: NetworkSettings,
}

impl Network {
    /// Makes the choice for everything in the group that is declared after it, and the virtual
    /// network with its private endpoints where there are to be any.
    ///
    /// Reported are addresses that Azure's network rules do not take, addresses that are let in
    /// where nothing is reached from outside, and ranges that do not fit.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &NetworkSettings) -> Self {
        let scope = Scope::new(parent, name);
        let access = settings.access();
        allowed::check(&scope, &access);
        let group = parent.group();
        group.scope().provide(access);
        if let Some(vnet) = settings.vnet() {
            group.scope().provide(Vnet::new(&scope, group, &vnet));
        }
        Self {
            scope,
            settings: settings.clone(),
        }
    }

    /// The choice.
    #[must_use]
    pub fn settings(&self) -> &NetworkSettings {
        &self.settings
    }
}

impl InScope for Network {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl NetworkSettings {
    fn access(&self) -> Access {
        match self {
            Self::Public { allowed_addresses } => Access {
                public_workspace: true.into(),
                public_services: true,
                allowed_addresses: allowed_addresses.clone(),
            },
            Self::Managed(isolated) => Access {
                public_workspace: isolated.public_access.clone(),
                public_services: *isolated.public_access,
                allowed_addresses: isolated.allowed_addresses.clone(),
            },
        }
    }

    /// The virtual network that the choice needs: without public access it is the only way in.
    fn vnet(&self) -> Option<VnetSettings> {
        match self {
            Self::Public { .. } => None,
            Self::Managed(isolated) => match &isolated.vnet {
                None if *isolated.public_access => None,
                said => Some(said.clone().unwrap_or_default()),
            },
        }
    }
}

/// The access that the group's [`Network`] decided; closed where there is none.
#[must_use]
pub fn access(scope: &Scope) -> Access {
    scope
        .provided::<Access>()
        .map_or_else(Access::default, |access| (*access).clone())
}
