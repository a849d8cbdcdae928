//! How isolated the platform is: one choice that everything in the group follows.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_core::{InScope, Scope};
use terrace_ir::Sourced;

use crate::group::InGroup;

/// How isolated the platform is, and what follows from it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "isolation",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Network", tag = "isolation")]
pub enum NetworkSettings {
    /// Compute runs with public addresses, and the workspace is reached from the internet. Storage,
    /// vault and registry let in only the addresses that are allowed, and Azure's own services.
    Public {
        /// Public addresses and ranges (CIDR) that may reach storage, vault and registry.
        #[serde(default)]
        allowed_addresses: Vec<Sourced<String>>,
    },
    /// Compute runs in a network that Azure Machine Learning manages.
    Managed {
        /// Where compute may connect to.
        #[serde(default)]
        outbound: Sourced<Outbound>,
        /// Whether the workspace is reached from the internet, guarded by identities alone. Without
        /// it, a private endpoint is the only way in.
        #[serde(default)]
        public_access: Sourced<bool>,
        /// Public addresses and ranges (CIDR) that may reach storage, vault and registry, where
        /// there is public access.
        #[serde(default)]
        allowed_addresses: Vec<Sourced<String>>,
    },
}

/// Where compute in a managed network may connect to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outbound {
    /// Only to what the platform uses and what outbound rules name. It cannot be opened later:
    /// Azure does not go back.
    #[default]
    Approved,
    /// Anywhere. Packages install without a rule for each source.
    Internet,
}

impl Default for NetworkSettings {
    /// Managed, approved outbound, no public access: what opens something is to be said.
    fn default() -> Self {
        Self::Managed {
            outbound: Sourced::default(),
            public_access: Sourced::default(),
            allowed_addresses: Vec::new(),
        }
    }
}

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
    /// Makes the choice for everything in the group that is declared after it.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &NetworkSettings) -> Self {
        let scope = Scope::new(parent, name);
        parent.group().scope().provide(settings.access());
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
            Self::Managed {
                public_access,
                allowed_addresses,
                ..
            } => Access {
                public_workspace: public_access.clone(),
                public_services: **public_access,
                allowed_addresses: allowed_addresses.clone(),
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
