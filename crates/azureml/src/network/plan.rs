//! Which range each subnet has: cut from one address space at fixed places, so that a part that is
//! added later moves no other.
//!
//! | place | part |
//! |---|---|
//! | the first half of the space | training |
//! | from there on | endpoints: `/26`, an eighth of a small space |
//! | the rest of the third quarter | free, for subnets of one's own |
//! | from three quarters on | the machine that people work from: `/28` |
//! | the last three `/26` | management of the firewall, the firewall, Bastion |

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::network::{Cidr, CidrError, ReservedSubnet};
use terrace_core::Scope;
use terrace_ir::{Any, Diagnostic, Origin, Sourced, Value};

use super::settings::VnetSettings;
use crate::codes;

/// Ranges (CIDR) of subnets, inside the address space. A change replaces the subnet and what is in
/// it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SubnetRanges {
    /// Where compute runs: an address for each machine. By default the first half of the space.
    pub training: Option<Sourced<String>>,
    /// Where the private endpoints are. By default up to 59 addresses.
    pub endpoints: Option<Sourced<String>>,
    /// Where the machine is that people work from.
    pub jump_host: Option<Sourced<String>>,
    /// Where Azure Bastion is: a `/26` or larger.
    pub bastion: Option<Sourced<String>>,
    /// Where the firewall is: a `/26` or larger.
    pub firewall: Option<Sourced<String>>,
    /// Where a firewall of the kind `basic` is managed: a `/26` or larger.
    pub firewall_management: Option<Sourced<String>>,
}

/// What has a subnet of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Training,
    Endpoints,
    JumpHost,
    FirewallManagement,
    Firewall,
    Bastion,
}

impl Part {
    /// Its key in `subnets`.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Endpoints => "endpoints",
            Self::JumpHost => "jump_host",
            Self::FirewallManagement => "firewall_management",
            Self::Firewall => "firewall",
            Self::Bastion => "bastion",
        }
    }

    /// The name of its subnet, where Azure prescribes one.
    pub(super) const fn prescribed(self) -> Option<&'static str> {
        match self {
            Self::Training | Self::Endpoints | Self::JumpHost => None,
            Self::FirewallManagement => Some("AzureFirewallManagementSubnet"),
            Self::Firewall => Some("AzureFirewallSubnet"),
            Self::Bastion => Some("AzureBastionSubnet"),
        }
    }

    /// Its place in an address space; `None` where there is no room for a subnet at all.
    fn place(self, space: Cidr) -> Option<Cidr> {
        let prefix = space.prefix();
        let last_but = |behind: u32| {
            let all = 1_u32.checked_shl(26_u8.checked_sub(prefix)?.into())?;
            space.subnet(26, all.checked_sub(behind + 1)?)
        };
        let place = match self {
            Self::Training => space.subnet(prefix + 1, 0),
            Self::Endpoints => {
                let own = (prefix + 3).max(26);
                space.subnet(own, 1_u32.checked_shl((own - prefix - 1).into())?)
            }
            Self::JumpHost => {
                let own = (prefix + 2).max(28);
                space.subnet(own, 3_u32.checked_shl((own - prefix - 2).into())?)
            }
            Self::FirewallManagement => last_but(2),
            Self::Firewall => last_but(1),
            Self::Bastion => last_but(0),
        };
        place.filter(|range| range.prefix() <= self.longest_prefix())
    }

    fn said(self, settings: &VnetSettings) -> Option<&Sourced<String>> {
        let subnets = &settings.subnets;
        match self {
            Self::Training => subnets.training.as_ref(),
            Self::Endpoints => subnets.endpoints.as_ref(),
            Self::JumpHost => subnets.jump_host.as_ref(),
            Self::FirewallManagement => subnets.firewall_management.as_ref(),
            Self::Firewall => subnets.firewall.as_ref(),
            Self::Bastion => subnets.bastion.as_ref(),
        }
    }

    fn longest_prefix(self) -> u8 {
        self.prescribed()
            .and_then(ReservedSubnet::find)
            .map_or(Cidr::LONGEST_SUBNET_PREFIX, |subnet| subnet.longest_prefix)
    }
}

/// The ranges of a network.
pub(super) struct Plan {
    space: Value<String>,
    ranges: BTreeMap<Part, (Cidr, Origin)>,
    own: BTreeMap<String, (Cidr, Origin)>,
}

impl Plan {
    /// The ranges of the parts that there are.
    ///
    /// Reported are ranges that Azure does not take, that lie outside the address space, or that
    /// overlap, and an address space without room.
    pub(super) fn new(scope: &Scope, settings: &VnetSettings, parts: &[Part]) -> Self {
        let said = &settings.address_space;
        let mut plan = Self {
            space: said.into(),
            ranges: BTreeMap::new(),
            own: BTreeMap::new(),
        };
        if settings.existing.is_some() && parts.is_empty() && settings.own_subnets.is_empty() {
            // Nothing is cut from it.
            return plan;
        }
        let Some(space) = read(scope, "address_space", said) else {
            return plan;
        };
        if let Some(reason) = refused(space) {
            scope.report(
                finding("address_space", said, reason).hint("choose another private range"),
            );
            return plan;
        }
        plan.check_peers(scope, settings, space);
        for part in parts {
            if let Some(range) = plan.range_of(scope, settings, space, *part) {
                plan.ranges.insert(*part, range);
            }
        }
        for (name, subnet) in &settings.own_subnets {
            let longest = subnet.longest_prefix();
            if let Some(range) = plan.said(scope, space, name, &subnet.range, longest) {
                plan.own.insert(name.to_string(), range);
            }
        }
        plan
    }

    /// Reports networks that are connected and have addresses of this one.
    fn check_peers(&self, scope: &Scope, settings: &VnetSettings, space: Cidr) {
        for (name, peering) in &settings.peerings {
            for said in &peering.remote_address_space {
                let theirs = read(scope, "remote_address_space", said);
                if theirs.is_some_and(|theirs| theirs.overlaps(space)) {
                    scope.report(
                        Diagnostic::error(
                            &codes::OVERLAP,
                            format!(
                                "`address_space` is \"{space}\", which overlaps the peering `{}`, {}",
                                **name, **said
                            ),
                        )
                        .argument("address_space")
                        .value(space.to_string())
                        .detail("Azure refuses to connect networks that have addresses in common")
                        .hint("choose a range that is free in both")
                        .at(settings.address_space.origin()),
                    );
                }
            }
        }
    }

    /// The whole address space.
    pub(super) fn space(&self) -> Value<String> {
        self.space.clone()
    }

    /// The range of a part and where it was said, where there is one.
    pub(super) fn known(&self, part: Part) -> Option<(Cidr, Origin)> {
        self.ranges.get(&part).copied()
    }

    /// The range of a part. One that could not be had was reported; the text then is the space.
    pub(super) fn range(&self, part: Part) -> Value<String> {
        match self.ranges.get(&part) {
            Some((range, origin)) => Value::untyped(Any::new(range.to_string().into(), *origin)),
            None => self.space(),
        }
    }

    /// The range of a subnet of one's own, in the same way.
    pub(super) fn own_range(&self, name: &str) -> Value<String> {
        match self.own.get(name) {
            Some((range, origin)) => Value::untyped(Any::new(range.to_string().into(), *origin)),
            None => self.space(),
        }
    }

    fn range_of(
        &self,
        scope: &Scope,
        settings: &VnetSettings,
        space: Cidr,
        part: Part,
    ) -> Option<(Cidr, Origin)> {
        let key = part.key();
        let Some(said) = part.said(settings) else {
            let origin = settings.address_space.origin();
            let place = part.place(space);
            if place.is_none() {
                scope.report(no_room(settings, format!("`{key}` has no room in it")));
            }
            let place = place?;
            if let Some((other, _)) = self.overlapping(place) {
                scope.report(no_room(
                    settings,
                    format!("`{other}` and `{key}` do not both have room in it"),
                ));
            }
            return Some((place, origin));
        };
        self.said(scope, space, key, said, part.longest_prefix())
    }

    /// The range that is said for a subnet, in which no prefix may be longer than `longest`.
    fn said(
        &self,
        scope: &Scope,
        space: Cidr,
        key: &str,
        said: &Sourced<String>,
        longest: u8,
    ) -> Option<(Cidr, Origin)> {
        let range = read(scope, key, said)?;
        if !space.contains(range) {
            scope.report(
                finding(key, said, format!("is not inside `address_space`, {space}"))
                    .hint(format!("take a range inside {space}")),
            );
        } else if range.prefix() > longest {
            scope.report(
                finding(key, said, "is too small for it".to_owned())
                    .hint(format!("take a `/{}` at least", longest)),
            );
        } else if let Some((other, theirs)) = self.overlapping(range) {
            scope.report(
                Diagnostic::error(
                    &codes::OVERLAP,
                    format!("`{key}` is \"{range}\", which overlaps `{other}`, {theirs}"),
                )
                .argument(key)
                .value(said.as_str())
                .hint("move one of the two")
                .at(said.origin()),
            );
        }
        Some((range, said.origin()))
    }

    fn overlapping(&self, range: Cidr) -> Option<(&str, Cidr)> {
        let parts = self.ranges.iter().map(|(part, (it, _))| (part.key(), *it));
        let own = self.own.iter().map(|(name, (it, _))| (name.as_str(), *it));
        parts.chain(own).find(|(_, theirs)| theirs.overlaps(range))
    }
}

/// Reads a range that a setting says. One that is none is reported.
pub(super) fn read(scope: &Scope, argument: &str, said: &Sourced<String>) -> Option<Cidr> {
    let finding = match Cidr::parse(said) {
        Ok(range) => return Some(range),
        Err(CidrError::HostBits { range }) => finding(
            argument,
            said,
            "does not begin with its first address".to_owned(),
        )
        .hint(format!("write `{range}`")),
        Err(CidrError::Prefix) => finding(argument, said, "is no range".to_owned())
            .hint("the number after the slash is 0 to 32"),
        Err(CidrError::Form) => {
            finding(argument, said, "is no range".to_owned()).hint("write one like `10.20.0.0/20`")
        }
    };
    scope.report(finding);
    None
}

fn finding(argument: &str, said: &Sourced<String>, problem: String) -> Diagnostic {
    Diagnostic::error(
        &codes::RANGE,
        format!("`{argument}` is \"{}\", which {problem}", **said),
    )
    .argument(argument)
    .value(said.as_str())
    .at(said.origin())
}

fn no_room(settings: &VnetSettings, problem: String) -> Diagnostic {
    let said = &settings.address_space;
    Diagnostic::error(
        &codes::RANGE,
        format!("`address_space` is \"{}\", but {problem}", **said),
    )
    .argument("address_space")
    .value(said.as_str())
    .hint("take a `/22` or larger, or give the ranges in `subnets`")
    .at(said.origin())
}

/// Why no network of a platform can have a range.
fn refused(range: Cidr) -> Option<String> {
    if range.overlaps(Cidr::DOCKER_BRIDGE) {
        return Some(format!(
            "overlaps {}, the network inside of compute",
            Cidr::DOCKER_BRIDGE
        ));
    }
    let reason = range.refused_in_virtual_network()?;
    Some(format!("no network can have: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn place(part: Part, space: &str) -> Option<String> {
        let space = Cidr::parse(space).unwrap_or_else(|error| panic!("{space}: {error}"));
        part.place(space).map(|range| range.to_string())
    }

    #[test]
    fn every_part_has_its_place_in_a_space() {
        let place = |part, space| place(part, space).unwrap_or_default();
        for (part, large, small) in [
            (Part::Training, "10.20.0.0/21", "10.20.0.0/23"),
            (Part::Endpoints, "10.20.8.0/26", "10.20.2.0/26"),
            (Part::JumpHost, "10.20.12.0/28", "10.20.3.0/28"),
            (Part::FirewallManagement, "10.20.15.64/26", "10.20.3.64/26"),
            (Part::Firewall, "10.20.15.128/26", "10.20.3.128/26"),
            (Part::Bastion, "10.20.15.192/26", "10.20.3.192/26"),
        ] {
            assert_eq!(place(part, "10.20.0.0/20"), large);
            assert_eq!(place(part, "10.20.0.0/22"), small);
        }
    }

    #[test]
    fn a_space_that_is_too_small_has_no_place() {
        assert_eq!(
            place(Part::Endpoints, "10.20.0.0/26").as_deref(),
            Some("10.20.0.32/29")
        );
        assert_eq!(place(Part::Endpoints, "10.20.0.0/27"), None);
        assert_eq!(place(Part::Firewall, "10.20.0.0/26"), None);
        assert_eq!(place(Part::Training, "10.20.0.0/32"), None);
    }
}
