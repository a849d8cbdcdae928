//! How isolated the platform is: one choice that everything in the group follows.

use std::net::Ipv4Addr;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::network::{Cidr, CidrError};
use terrace_core::{InScope, Scope};
use terrace_ir::{Diagnostic, Sourced};

use crate::codes;
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
        #[schemars(extend("uniqueItems" = true))]
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
        #[schemars(extend("uniqueItems" = true))]
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
    ///
    /// Reported are addresses that Azure's network rules do not take, and addresses that are let in
    /// where nothing is reached from outside.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &NetworkSettings) -> Self {
        let scope = Scope::new(parent, name);
        let access = settings.access();
        check_addresses(&scope, &access);
        parent.group().scope().provide(access);
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

fn check_addresses(scope: &Scope, access: &Access) {
    for address in &access.allowed_addresses {
        if let Err(refused) = check_address(address) {
            scope.report(
                Diagnostic::error(
                    &codes::ADDRESS,
                    format!(
                        "`allowed_addresses` has \"{}\", which {}",
                        **address, refused.problem
                    ),
                )
                .argument("allowed_addresses")
                .value(address.as_str())
                .hint(refused.hint)
                .at(address.origin()),
            );
        }
    }
    if let Some(first) = access.allowed_addresses.first()
        && !access.public_services
    {
        scope.report(
            Diagnostic::warning(
                &codes::CONTRADICTION,
                "`allowed_addresses` lets nobody in: there is no public access",
            )
            .argument("allowed_addresses")
            .hint("set `public_access = true`, or leave the addresses out")
            .at(first.origin()),
        );
    }
}

struct Refused {
    problem: &'static str,
    hint: String,
}

/// What the network rules of storage accounts, vaults and registries all take: public IPv4
/// addresses, and ranges of them up to `/30`.
/// Source: "Configure Azure Storage firewalls", "Configure Azure Key Vault networking settings".
fn check_address(text: &str) -> Result<(), Refused> {
    let refused = |problem, hint: String| Err(Refused { problem, hint });
    let range = match text.parse::<Ipv4Addr>() {
        Ok(_) => Cidr::parse(&format!("{text}/32")),
        Err(_) => Cidr::parse(text),
    };
    let range = match range {
        Ok(range) => range,
        Err(CidrError::HostBits { range }) => {
            return refused("is not the first address of its range", instead(range));
        }
        Err(CidrError::Prefix) => {
            return refused(
                "is no range of IPv4 addresses",
                "the number after the slash is 0 to 30".to_owned(),
            );
        }
        Err(CidrError::Form) if text.contains(':') => {
            return refused(
                "is no IPv4 address",
                "Azure's network rules take no IPv6".to_owned(),
            );
        }
        Err(CidrError::Form) => {
            return refused(
                "is no IPv4 address or range",
                "write `203.0.113.7` or `203.0.113.0/24`".to_owned(),
            );
        }
    };
    if range.prefix() == 0 {
        return refused(
            "lets everybody in",
            "name the addresses that you come from".to_owned(),
        );
    }
    if range.is_private() {
        return refused(
            "is private, and Azure sees the public address that you come from",
            "write the address by which your network reaches the internet".to_owned(),
        );
    }
    if range.prefix() > 30 && text.contains('/') {
        return refused("is a range that Azure does not take", instead(range));
    }
    Ok(())
}

fn instead(range: Cidr) -> String {
    match range.prefix() {
        32 => format!("write `{}`", range.first()),
        31 => format!("write `{}` and `{}`", range.first(), range.last()),
        _ => format!("write `{range}`"),
    }
}
