//! A container registry for the images of environments and endpoints.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::private_link::Target;
use terrace_azure::region::Region;
use terrace_azurerm::container_registry::{
    Georeplications, GeoreplicationsArgs, NetworkRuleSet, NetworkRuleSetDefaultAction,
    NetworkRuleSetIpRule, NetworkRuleSetIpRuleAction, NetworkRuleSetIpRuleArgs, Sku,
};
use terrace_azurerm::{ContainerRegistry as Registry, ContainerRegistryArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced};

use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, Principal, RegistryRole};
use crate::group::{InGroup, ResourceGroup, check_further_region};
use crate::network::Access;
use crate::{codes, encryption, naming, network};

/// Settings of a container registry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrySettings {
    /// The registry's name in Azure, where it is not to be made by the naming template: 5 to 50
    /// letters and digits. A change replaces the registry and loses its images.
    #[schemars(transform = naming::Named("azurerm_container_registry"))]
    pub name: Option<Sourced<String>>,

    /// A registry that is there already, in place of a new one. Then the settings that would shape a new
    /// one have no effect.
    pub existing: Option<ExistingSettings>,

    /// The id of a registry that is there and is to be managed from now on: the next apply changes it into
    /// what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// What it can do. All that closes or spreads a registry needs `premium`.
    pub sku: Sourced<RegistrySku>,

    /// Whether its images are spread over the zones of the region; needs `premium`. A change
    /// replaces the registry and loses its images.
    pub zone_redundancy: Sourced<bool>,

    /// After how many days an image without a tag is deleted, 0 to 365; needs `premium`. Never when
    /// left out.
    #[schemars(range(max = 365))]
    pub untagged_retention_days: Option<Sourced<u32>>,

    /// Whether clients load layers from an address of the registry's own instead of a storage
    /// account that all registries of the region share; needs `premium`.
    pub data_endpoint: Sourced<bool>,

    /// Further regions in which its images are kept, beside its own; needs `premium`.
    #[schemars(extend("uniqueItems" = true))]
    pub replicas: Vec<Sourced<String>>,

    /// Whether an image that is pushed is held back until a scanner has passed it; needs `premium`.
    /// The workspace may pull it all the same, since it builds its images here; who has no role for
    /// held-back images may not. Have a scanner before you turn it on.
    pub quarantine: Sourced<bool>,
}

impl Default for RegistrySettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            sku: RegistrySku::Premium.into(),
            zone_redundancy: false.into(),
            untagged_retention_days: None,
            data_endpoint: false.into(),
            replicas: Vec::new(),
            quarantine: false.into(),
        }
    }
}

/// What a registry can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegistrySku {
    /// The least.
    Basic,
    /// More room.
    Standard,
    /// Private, redundant, with retention.
    Premium,
}

/// A container registry that is opened by roles alone.
#[derive(Clone)]
pub struct ContainerRegistry {
    scope: Scope,
    registry: Subject<Registry>,
    private: bool,
}

impl ContainerRegistry {
    /// A container registry. Reported is what needs `premium` in one that is not.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &RegistrySettings) -> Self {
        let scope = Scope::new(parent, name);
        let import_id = settings.import_id.as_ref();
        let registry = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, parent.group(), settings), import_id),
        };
        // One that is there already is taken for one that can.
        let able = registry.made().is_none() || *settings.sku == RegistrySku::Premium;
        if able && ExistingSettings::is_connected(settings.existing.as_ref()) {
            network::connect(&scope, registry.id(), &[Target::Registry]);
        }
        let private = !network::access(&scope).public_services;
        Self {
            scope,
            registry,
            private,
        }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn registry(&self) -> Option<&Registry> {
        self.registry.made()
    }

    /// The registry's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.registry.name()
    }

    /// The registry's id.
    #[must_use]
    pub fn id(&self) -> Id<Registry> {
        self.registry.id()
    }

    /// Whether it has no public address. Azure's own builder cannot reach it then.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.private
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: RegistryRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(ContainerRegistry, RegistrySettings);

impl InScope for ContainerRegistry {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &RegistrySettings) -> Registry {
    let registry = Registry::new(
        scope,
        MAIN,
        ContainerRegistryArgs {
            name: naming::name(scope, "azurerm_container_registry", settings.name.as_ref()),
            resource_group_name: group.name().into(),
            location: group.location(),
            sku: settings
                .sku
                .map(|sku| match sku {
                    RegistrySku::Basic => Sku::Basic,
                    RegistrySku::Standard => Sku::Standard,
                    RegistrySku::Premium => Sku::Premium,
                })
                .into(),
        },
    );
    let access = network::access(scope);
    let premium = *settings.sku == RegistrySku::Premium;
    if !premium {
        needs_premium(scope, settings, &access);
    }
    if premium {
        registry.set_public_network_access_enabled(access.public_services);
        if access.public_services {
            registry.set_network_rule_set(network_rules(&access));
        }
        registry.set_zone_redundancy_enabled(&settings.zone_redundancy);
        registry.set_data_endpoint_enabled(&settings.data_endpoint);
        if *settings.quarantine {
            registry.set_quarantine_policy_enabled(&settings.quarantine);
        }
        replicate(scope, group, &registry, settings);
        if let Some(days) = &settings.untagged_retention_days {
            registry.set_retention_policy_in_days(days);
        }
    }
    match premium {
        true => encryption::of_registry(scope, &registry),
        false => encryption::not_of_registry(scope, settings.sku.origin()),
    }
    registry
}

fn replicate(
    scope: &Scope,
    group: &ResourceGroup,
    registry: &Registry,
    settings: &RegistrySettings,
) {
    // azurerm reads them back in this order: another one would be a change in every plan.
    let mut replicas: Vec<_> = settings.replicas.iter().collect();
    replicas.sort_by_key(|location| location.to_lowercase().replace(' ', ""));
    for location in replicas {
        check_further_region(scope, group, "replicas", location);
        let region = Region::find(location);
        let zones = *settings.zone_redundancy && region.is_some_and(|region| region.zones > 0);
        registry.add_georeplications(
            Georeplications::new(GeoreplicationsArgs {
                location: location.into(),
                global_endpoint_routing_enabled: true.into(),
            })
            .zone_redundancy_enabled(zones),
        );
    }
}

fn network_rules(access: &Access) -> NetworkRuleSet {
    if access.is_open() {
        return NetworkRuleSet::new().default_action(NetworkRuleSetDefaultAction::Allow);
    }
    let addresses = &access.allowed_addresses;
    let closed = NetworkRuleSet::new().default_action(NetworkRuleSetDefaultAction::Deny);
    addresses.iter().fold(closed, |rules, address| {
        rules.add_ip_rule(NetworkRuleSetIpRule::new(NetworkRuleSetIpRuleArgs {
            action: NetworkRuleSetIpRuleAction::Allow.into(),
            // An address alone is read back like this: it would be a change in every plan.
            ip_range: (&address.map(|address| match address.contains('/') {
                true => address.clone(),
                false => format!("{address}/32"),
            }))
                .into(),
        }))
    })
}

fn needs_premium(scope: &Scope, settings: &RegistrySettings, access: &Access) {
    let report = |what: &str, origin| {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!("{what} needs `sku = \"premium\"`"),
            )
            .hint("set `sku = \"premium\"`, or leave it out")
            .at(origin),
        );
    };
    if let Some(first) = access.allowed_addresses.first()
        && access.public_services
        && !access.is_open()
    {
        scope.report(
            Diagnostic::warning(
                &codes::CONTRADICTION,
                "the registry can be reached from everywhere, not only from `allowed_addresses`",
            )
            .detail("only one with `sku = \"premium\"` has network rules; who is not logged in gets nothing from it")
            .hint("set `sku = \"premium\"` in `[registry]`")
            .at(first.origin()),
        );
    }
    if !access.public_services {
        report("a registry without public access", settings.sku.origin());
    }
    if *settings.zone_redundancy {
        report("`zone_redundancy`", settings.zone_redundancy.origin());
    }
    if *settings.data_endpoint {
        report("`data_endpoint`", settings.data_endpoint.origin());
    }
    if *settings.quarantine {
        report("`quarantine`", settings.quarantine.origin());
    }
    if let Some(first) = settings.replicas.first() {
        report("`replicas`", first.origin());
    }
    if let Some(days) = &settings.untagged_retention_days {
        report("`untagged_retention_days`", days.origin());
    }
}
