//! The private DNS zones in which private endpoints have their names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::private_link::Target;
use terrace_azurerm::{
    PrivateDnsZone, PrivateDnsZoneArgs, PrivateDnsZoneVirtualNetworkLink,
    PrivateDnsZoneVirtualNetworkLinkArgs, ResourceGroup as ResourceGroupResource, VirtualNetwork,
};
use terrace_core::{IsResource as _, Resource, Scope};
use terrace_ir::{Id, Sourced, Value, tf};

use crate::existing::{Existing, ExistingSettings};
use crate::given::Given;
use crate::group::ResourceGroup;

/// Who keeps the private DNS zones.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(
    rename = "zones",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Dns", tag = "zones")]
#[expect(clippy::large_enum_variant, reason = "an environment has one")]
pub enum DnsSettings {
    /// They are made here, and linked to the network.
    #[default]
    Create,
    /// They exist, for example in a hub.
    Existing {
        /// The resource group in which they are: `{ id = "/subscriptions/…" }`, or
        /// `{ stack = "shared" }`.
        group: ExistingSettings,
        /// Ids of zones that are elsewhere, by their names.
        #[serde(default)]
        ids: BTreeMap<String, Given>,
        /// Whether they are linked to the network from here. Not needed where the network asks a
        /// hub's DNS servers.
        #[serde(default = "crate::yes")]
        link: Sourced<bool>,
    },
    /// An Azure Policy puts the endpoints into zones, and nothing is said of them here.
    Policy,
}

/// A network that is linked to zones. Each link has its name, so that a zone that several
/// environments share has one for each.
pub(super) struct Linked {
    pub(super) name: Value<String>,
    pub(super) id: Id<VirtualNetwork>,
}

/// The zones of a network, each made or linked when the first endpoint needs it.
pub(super) struct Zones {
    scope: Scope,
    group: ResourceGroup,
    settings: DnsSettings,
    network: Linked,
    known: RefCell<BTreeMap<&'static str, Id<PrivateDnsZone>>>,
    links: RefCell<Vec<Resource>>,
    /// What has endpoints so far.
    targets: RefCell<BTreeSet<Target>>,
    /// The group of zones that exist, once one was needed.
    group_id: RefCell<Option<Id<ResourceGroupResource>>>,
}

impl Zones {
    pub(super) fn new(
        scope: &Scope,
        group: &ResourceGroup,
        settings: &DnsSettings,
        network: Linked,
    ) -> Self {
        Self {
            scope: scope.clone(),
            group: group.clone(),
            settings: settings.clone(),
            network,
            known: RefCell::default(),
            links: RefCell::default(),
            targets: RefCell::default(),
            group_id: RefCell::default(),
        }
    }

    /// The zones for endpoints to `target`; `None` where a policy cares for that.
    #[track_caller]
    pub(super) fn of(&self, target: Target) -> Option<Vec<Id<PrivateDnsZone>>> {
        self.targets.borrow_mut().insert(target);
        if matches!(self.settings, DnsSettings::Policy) {
            return None;
        }
        let names = target.zones(self.group.cloud()).names;
        Some(names.iter().map(|name| self.zone(name)).collect())
    }

    /// The zones so far, by their names.
    pub(super) fn ids(&self) -> BTreeMap<String, Given> {
        let known = self.known.borrow();
        let ids = known
            .iter()
            .map(|(name, id)| ((*name).to_owned(), id.clone().into()));
        ids.collect()
    }

    /// The links so far: without them, names resolve to public addresses.
    pub(super) fn links(&self) -> Vec<Resource> {
        self.links.borrow().clone()
    }

    /// The names that DNS servers of one's own forward, sorted.
    pub(super) fn forwarded(&self) -> BTreeSet<&'static str> {
        let cloud = self.group.cloud();
        let targets = self.targets.borrow();
        targets.iter().flat_map(|it| it.forwarded(cloud)).collect()
    }

    #[track_caller]
    fn zone(&self, name: &'static str) -> Id<PrivateDnsZone> {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let (zone, link) = match &self.settings {
            DnsSettings::Existing { group, ids, link } => {
                let zone = match ids.get(name) {
                    Some(id) => Id::parse(id.to_value()),
                    None => self.in_group(group, name),
                };
                (zone, **link)
            }
            DnsSettings::Create | DnsSettings::Policy => (self.make(name), true),
        };
        if link {
            self.link(name, &zone);
        }
        self.known.borrow_mut().insert(name, zone.clone());
        zone
    }

    #[track_caller]
    fn in_group(&self, group: &ExistingSettings, name: &str) -> Id<PrivateDnsZone> {
        let (known, said) = (self.group_id.borrow().clone(), group.origin());
        let group = match known {
            Some(known) => known,
            None => {
                let scope = Scope::new(&self.scope, "zones");
                let found = Existing::<ResourceGroupResource>::new(&scope, group).id();
                self.group_id.replace(Some(found.clone()));
                found
            }
        };
        let provider = "providers/Microsoft.Network/privateDnsZones";
        let zone = tf!("{}/{}/{}", group.to_expr(), provider, name);
        Id::parse(Value::from(zone).or_at(said))
    }

    #[track_caller]
    fn make(&self, name: &'static str) -> Id<PrivateDnsZone> {
        PrivateDnsZone::new(
            &self.scope,
            short(name),
            PrivateDnsZoneArgs {
                name: name.into(),
                resource_group_name: self.group.name().into(),
            },
        )
        .id()
    }

    /// Registration stays off: it would write the names of machines into the zone.
    #[track_caller]
    fn link(&self, name: &'static str, zone: &Id<PrivateDnsZone>) {
        let link = PrivateDnsZoneVirtualNetworkLink::new(
            &self.scope,
            short(name),
            PrivateDnsZoneVirtualNetworkLinkArgs {
                name: self.network.name.clone(),
                private_dns_zone_id: zone.clone(),
                virtual_network_id: self.network.id.clone(),
            },
        );
        link.set_registration_enabled(false);
        self.links.borrow_mut().push(link.resource().clone());
    }
}

/// What tells a zone from the others: `blob` of `privatelink.blob.core.windows.net`.
fn short(zone: &str) -> &str {
    let rest = zone.strip_prefix("privatelink.").unwrap_or(zone);
    // The cache for Redis has the first word already: `privatelink.redis.cache.windows.net`.
    if rest.starts_with("redis.azure.") {
        return "managed_redis";
    }
    rest.split('.').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use terrace_azure::Cloud;

    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn short_names_tell_all_zones_of_a_cloud_apart() {
        for cloud in Cloud::ALL {
            let zones = || Target::ALL.into_iter().flat_map(|it| it.zones(cloud).names);
            let by_short: BTreeMap<&str, &str> = zones().map(|name| (short(name), *name)).collect();
            for name in zones() {
                assert_eq!(by_short[short(name)], *name);
            }
        }
    }
}
