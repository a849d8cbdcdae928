//! How often and where data is kept.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::region::{Region, Replication as Kind};
use terrace_azurerm::storage_account::AccountReplicationType;
use terrace_core::Scope;
use terrace_ir::{Diagnostic, Origin, Sourced};

use crate::codes;

/// How often and where data is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Replication {
    /// Three copies in one datacenter.
    Lrs,
    /// Three copies in three zones of the region.
    Zrs,
    /// Three copies here and three in the paired region.
    Grs,
    /// As `GRS`, and the paired region can be read.
    Ragrs,
    /// Three zones here, and three copies in the paired region.
    Gzrs,
    /// As `GZRS`, and the paired region can be read.
    Ragzrs,
}

impl Replication {
    /// As Azure writes it.
    pub(crate) fn as_str(self) -> &'static str {
        self.kinds().1.as_str()
    }

    /// As the provider and as regions know it.
    pub(crate) fn kinds(self) -> (AccountReplicationType, Kind) {
        match self {
            Self::Lrs => (AccountReplicationType::Lrs, Kind::Lrs),
            Self::Zrs => (AccountReplicationType::Zrs, Kind::Zrs),
            Self::Grs => (AccountReplicationType::Grs, Kind::Grs),
            Self::Ragrs => (AccountReplicationType::Ragrs, Kind::RaGrs),
            Self::Gzrs => (AccountReplicationType::Gzrs, Kind::Gzrs),
            Self::Ragzrs => (AccountReplicationType::Ragzrs, Kind::RaGzrs),
        }
    }
}

/// Reports a replication that a region does not have, at `location` where nobody said the replication.
pub(crate) fn check(
    scope: &Scope,
    region: Option<&Region>,
    location: Origin,
    replication: &Sourced<Replication>,
) {
    let kind = replication.kinds().1;
    if let Some(region) = region
        && !region.supports(kind)
    {
        scope.report(
            Diagnostic::error(
                &codes::REPLICATION,
                format!(
                    "`replication` is \"{}\", which the region \"{}\" does not have",
                    kind.as_str(),
                    region.name
                ),
            )
            .argument("replication")
            .value(kind.as_str())
            .hint(possible(region))
            .at(replication.origin().or(location)),
        );
    }
}

fn possible(region: &Region) -> String {
    let possible: Vec<&str> = Kind::ALL
        .into_iter()
        .filter(|kind| region.supports(*kind))
        .map(Kind::as_str)
        .collect();
    format!("use one of \"{}\"", possible.join("\", \""))
}
