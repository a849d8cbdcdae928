//! The virtual network of a group: who lives in it, and what must be there before.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use terrace_azurerm::{NetworkSecurityGroup, Subnet, VirtualNetwork};
use terrace_core::{IsResource, Resource, Scope};
use terrace_ir::expr::{Part as Argument, call};
use terrace_ir::{AnyId, Diagnostic, Id, IntoId as _, Origin, Sourced};

use super::bastion::BastionSettings;
use super::compute::{self, Inside};
use super::dns::{Linked, Zones};
use super::egress::EgressSettings;
use super::made::{self, Made};
use super::monitor::Monitor;
use super::plan::Part;
use super::settings::{IsolatedSettings, VnetSettings};
use crate::existing::{Existing, ExistingSettings, Subject};
use crate::group::ResourceGroup;
use crate::{Given, codes};

/// The virtual network of a group.
pub(super) struct Vnet {
    pub(super) scope: Scope,
    pub(super) id: Id<VirtualNetwork>,
    pub(super) group: ResourceGroup,
    pub(super) endpoints: Place,
    /// Where compute is, in a network of one's own.
    training: Option<Place>,
    /// Subnets of one's own, by name.
    own: BTreeMap<String, Place>,
    pub(super) zones: Zones,
    /// The last private endpoint of each target so far.
    connected: RefCell<Vec<Resource>>,
    /// The private endpoint of the workspace.
    entrance: RefCell<Option<Resource>>,
    /// Whether logs and metrics come through a private endpoint too, and which.
    pub(super) monitored: bool,
    pub(super) monitor: RefCell<Option<Monitor>>,
}

/// A subnet in which something can be.
pub(super) struct Place {
    pub(super) id: Id<Subnet>,
    /// What must be there before anything is put into it: Azure refuses two changes of a subnet at
    /// the same time, and without a way out compute does not start.
    pub(super) after: Vec<Resource>,
    /// What guards it, where it is made here.
    pub(super) security_group: Option<NetworkSecurityGroup>,
    /// How many addresses are taken.
    pub(super) taken: Rc<Cell<u64>>,
}

impl Vnet {
    /// The network that the settings ask for, or those subnets of another one that they name. In a
    /// managed network it holds no compute.
    ///
    /// Reported are settings that mean nothing together, and what does not fit.
    #[track_caller]
    pub(super) fn new(
        scope: &Scope,
        group: &ResourceGroup,
        settings: &IsolatedSettings,
        managed: bool,
    ) -> Self {
        let vnet = settings.vnet.clone().unwrap_or_default();
        let mut parts = compute::parts(settings, &vnet, managed);
        if vnet.endpoints_subnet_id.is_none() {
            parts.insert(0, Part::Endpoints);
        }
        let bastion = vnet.bastion.as_ref();
        if bastion.is_some_and(BastionSettings::has_subnet) {
            parts.push(Part::Bastion);
        }
        let is_cut = !parts.is_empty() || !vnet.own_subnets.is_empty();
        check(scope, settings, &vnet, managed, is_cut);
        let training = vnet.training_subnet_id.as_ref().filter(|_| !managed);
        let training = training.map(Place::existing);
        let (network, endpoints, inside) = match (&vnet.endpoints_subnet_id, &vnet.existing) {
            (Some(subnet), None) => {
                let inside = Inside {
                    training,
                    own: BTreeMap::new(),
                };
                (network_of(subnet), Place::existing(subnet), inside)
            }
            (subnet, existing) => {
                let network = match existing {
                    Some(existing) => Subject::Existing(Existing::new(scope, existing)),
                    None => Subject::Made(made::network(scope, group, &vnet)),
                };
                let made = Made::new(scope, group, network, &vnet, &parts);
                let endpoints = match subnet {
                    Some(subnet) => Place::existing(subnet),
                    None => made.endpoints(),
                };
                let mut inside = compute::make(&made, settings, &vnet, managed);
                inside.training = inside.training.or(training);
                if let Some(bastion) = bastion {
                    bastion.make(&made);
                }
                let peerings = Scope::new(scope, "peerings");
                let egress = vnet.egress.as_deref();
                let appliance = matches!(egress, Some(EgressSettings::Appliance { .. }));
                for (name, peering) in &vnet.peerings {
                    peering.make(&made, &peerings, name, appliance);
                }
                (made.linked(), endpoints, inside)
            }
        };
        Self {
            scope: scope.clone(),
            id: network.id.clone(),
            group: group.clone(),
            endpoints,
            training: inside.training,
            own: inside.own,
            zones: Zones::new(scope, group, &vnet.dns, network),
            connected: RefCell::default(),
            entrance: RefCell::default(),
            monitored: *vnet.monitor,
            monitor: RefCell::default(),
        }
    }

    /// Takes note of the last private endpoint of a target.
    pub(super) fn connected(&self, endpoint: &impl IsResource) {
        self.connected
            .borrow_mut()
            .push(endpoint.resource().clone());
    }

    /// Takes note of the workspace's private endpoint: who waits for it waits for all the others,
    /// and for their names.
    pub(super) fn entered(&self, endpoint: &impl IsResource) {
        for other in self.connected.borrow().iter().chain(&self.zones.links()) {
            endpoint.depends_on(other);
        }
        *self.entrance.borrow_mut() = Some(endpoint.resource().clone());
    }

    /// The subnet in which compute is, for something without machines of its own.
    pub(super) fn training(&self) -> Option<Id<Subnet>> {
        self.training.as_ref().map(|place| place.id.clone())
    }

    /// A subnet that is made here, by its name in the settings.
    pub(super) fn subnet(&self, name: &str) -> Option<&Place> {
        match name {
            _ if name == Part::Training.key() => self.training.as_ref(),
            _ if name == Part::Endpoints.key() => Some(&self.endpoints),
            _ => self.own.get(name),
        }
    }

    /// Puts compute into the network: it waits for its way out, and for the endpoints of what it
    /// uses.
    pub(super) fn place(&self, compute: &Resource, machines: u32) -> Option<Id<Subnet>> {
        let place = self.training.as_ref()?;
        place.taken.set(place.taken.get() + u64::from(machines));
        let entrance = self.entrance.borrow();
        for before in place.after.iter().chain(&*entrance) {
            compute.depends_on(before);
        }
        Some(place.id.clone())
    }
}

impl Place {
    fn existing(id: &Given) -> Self {
        Self {
            id: AnyId::from(id).into_id(),
            after: Vec::new(),
            security_group: None,
            taken: Rc::default(),
        }
    }
}

/// The network of a subnet: the subnet's id begins with it.
fn network_of(subnet: &Given) -> Linked {
    let Some(id) = subnet.text() else {
        let parts = [
            Argument::from("/subnets/"),
            Argument::from(subnet.to_value().to_expr()),
        ];
        let network = call::<Vec<String>>("split", parts).index::<String>(0);
        return Linked {
            name: call::<String>("basename", [&network]).into(),
            id: Id::from_expr(network),
        };
    };
    let network = id.map(|id| {
        let end = id.to_ascii_lowercase().find("/subnets/");
        id[..end.unwrap_or(id.len())].to_owned()
    });
    let name = network.map(|id| id.rsplit('/').next().unwrap_or_default().to_owned());
    Linked {
        name: name.into(),
        id: Id::<VirtualNetwork>::parse(network),
    }
}

/// `is_cut` is whether any subnet is made.
fn check(
    scope: &Scope,
    settings: &IsolatedSettings,
    vnet: &VnetSettings,
    managed: bool,
    is_cut: bool,
) {
    let useless = |key: &str, why: &str, origin: Origin| {
        scope.report(
            Diagnostic::warning(
                &codes::CONTRADICTION,
                format!("`{key}` changes nothing: {why}"),
            )
            .argument(key)
            .hint("leave it out")
            .at(origin),
        );
    };
    if managed {
        let why = "compute is in a managed network";
        let said = [
            (
                "training_subnet_id",
                vnet.training_subnet_id.as_ref().map(Given::origin),
            ),
            (
                "egress",
                vnet.egress
                    .as_ref()
                    .filter(|_| vnet.jump_host.is_none() && vnet.own_subnets.is_empty())
                    .map(Sourced::origin),
            ),
            (
                "service_endpoint_policy",
                vnet.service_endpoint_policy
                    .then(|| vnet.service_endpoint_policy.origin()),
            ),
        ];
        for (key, origin) in said {
            if let Some(origin) = origin {
                useless(key, why, origin);
            }
        }
    } else if *settings.provision_on_creation {
        let origin = settings.provision_on_creation.origin();
        useless(
            "provision_on_creation",
            "compute is in a network of your own",
            origin,
        );
    }
    if vnet.existing.is_some() {
        check_existing(scope, vnet, is_cut, useless);
        return;
    }
    match (&vnet.endpoints_subnet_id, &vnet.training_subnet_id) {
        (Some(endpoints), None) if !managed => scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`endpoints_subnet_id` names a network, but no subnet for compute in it",
            )
            .argument("endpoints_subnet_id")
            .hint("add `training_subnet_id`")
            .at(endpoints.origin()),
        ),
        (None, Some(training)) if !managed => scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`training_subnet_id` names a network, but no subnet for the private endpoints in it",
            )
            .argument("training_subnet_id")
            .hint("add `endpoints_subnet_id`")
            .at(training.origin()),
        ),
        _ => {}
    }
    if vnet.endpoints_subnet_id.is_some() {
        let keys = vnet.bastion.as_ref().map(|it| ("bastion", it.sku.origin()));
        let host = vnet.jump_host.as_ref();
        let host = host.map(|it| ("jump_host", it.origin()));
        let egress = vnet.egress.as_ref().filter(|_| !managed);
        let egress = egress.map(|it| ("egress", it.origin()));
        let peering = vnet.peerings.keys().next();
        let peering = peering.map(|it| ("peerings", it.origin()));
        let own = vnet.own_subnets.keys().next();
        let own = own.map(|it| ("own_subnets", it.origin()));
        for (key, origin) in [keys, host, egress, peering, own].into_iter().flatten() {
            useless(key, "the network is made elsewhere", origin);
        }
    }
}

/// A network that is there already has its own name, servers and plan, and addresses that are others'.
fn check_existing(
    scope: &Scope,
    vnet: &VnetSettings,
    is_cut: bool,
    useless: impl Fn(&str, &str, Origin),
) {
    let name = vnet.name.as_ref().map(|it| ("name", it.origin()));
    let servers = vnet.dns_servers.first();
    let servers = servers.map(|it| ("dns_servers", it.origin()));
    let plan = vnet.ddos_plan_id.as_ref();
    let plan = plan.map(|it| ("ddos_plan_id", it.origin()));
    for (key, origin) in [name, servers, plan].into_iter().flatten() {
        useless(key, "the network is there already", origin);
    }
    let is_said = !matches!(vnet.address_space.origin(), Origin::Default);
    let existing = vnet.existing.as_ref();
    if is_cut && !is_said && vnet.address_space == VnetSettings::default().address_space {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`existing` names a network, but nothing says which of its addresses are free",
            )
            .argument("existing")
            .hint("add `address_space`, a part of the network's in which the subnets have room")
            .at(existing.map_or(Origin::Default, ExistingSettings::origin)),
        );
    }
}
