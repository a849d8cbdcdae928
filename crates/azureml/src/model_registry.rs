//! The registry in which environments share models: what one has trained and tested, the next ones use by
//! its name and version, without another copy.
//!
//! It keeps them in a storage account and a container registry of its own, in a resource group that Azure
//! makes beside ours and that nobody else may change.
//!
//! Who uses it from an environment has its rights from there: an identity from the environment that makes
//! it, people from the stack that makes the registry, once for all environments.
//!
//! Source: how-to-manage-registries, how-to-registry-network-isolation, how-to-managed-network.

use std::collections::BTreeMap;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::azapi_resource::{Identity as IdentityBlock, IdentityArgs, IdentityType};
use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_azure::private_link::Target;
use terrace_azure::region::Region;
use terrace_core::bindings::Timeouts;
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::{Any, Expr, Id, Object, Sourced, Value};

use crate::existing::{self, Existing, ExistingSettings, Subject};
use crate::grant::{Grant, ModelRegistryRole, Principal};
use crate::group::{InGroup, ResourceGroup, check_further_region};
use crate::network::Reached;
use crate::replication::{self, Replication};
use crate::{ML_API, naming, network};

/// Settings of a registry for models: `[models]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelRegistrySettings {
    /// The registry's name in Azure, where it is not to be made by the naming template: 3 to 33 letters,
    /// digits, `-` and `_`, which nobody else in the tenant has. It stands in the id of every model. A
    /// change replaces the registry and loses what is in it.
    #[schemars(transform = naming::Named(TYPE))]
    pub name: Option<Sourced<String>>,

    /// A registry that is there already, in place of a new one: `{ stack = "shared" }`. Then the settings
    /// that would shape a new one have no effect.
    pub existing: Option<ExistingSettings>,

    /// The id of a registry that is there and is to be managed from now on: the next apply changes it into
    /// what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// Further regions in which what is in it is kept, beside its own: those of the workspaces that use it.
    #[schemars(extend("uniqueItems" = true))]
    pub regions: Vec<Sourced<String>>,

    /// How often and where, in each region, what is in it is kept. Decide before the first apply: Azure
    /// documents no way to change it.
    pub replication: Sourced<Replication>,
}

impl Default for ModelRegistrySettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            regions: Vec::new(),
            replication: Replication::Zrs.into(),
        }
    }
}

const TYPE: &str = "Microsoft.MachineLearningServices/registries";

/// A registry for models, environments and components.
#[derive(Clone)]
pub struct ModelRegistry {
    scope: Scope,
    registry: Subject<AzapiResource>,
    connected: bool,
}

impl ModelRegistry {
    /// A registry. What is declared after it in its group uses it: identities may read it, and a managed
    /// network lets compute through to it.
    ///
    /// It is reached from the internet only where the group's network lets services be.
    ///
    /// Reported are regions that there are not, and a replication that a region does not have.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &ModelRegistrySettings) -> Self {
        let scope = Scope::new(parent, name);
        let registry = match &settings.existing {
            Some(existing) => {
                existing::check_not_imported(&scope, settings.import_id.as_ref());
                let registry = Existing::of_arm_type(&scope, existing, "model_registry", TYPE);
                Subject::Existing(registry)
            }
            None => Subject::Made(make(&scope, parent.group(), settings)),
        };
        let connected = ExistingSettings::is_connected(settings.existing.as_ref());
        if connected {
            network::connect(&scope, registry.id(), &[Target::MlRegistry]);
        }
        let this = Self {
            scope,
            registry,
            connected,
        };
        parent.group().scope().provide(this.clone());
        this
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn registry(&self) -> Option<&AzapiResource> {
        self.registry.made()
    }

    /// The registry's id.
    #[must_use]
    pub fn id(&self) -> Id<AzapiResource> {
        self.registry.id()
    }

    /// The registry's name in Azure, which the ids of its models begin with:
    /// `azureml://registries/NAME/models/…`.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.registry.name()
    }

    /// It as what a managed network leads to, unless private endpoints of one's own are not to.
    pub(crate) fn reached(&self) -> Option<Reached<'_>> {
        self.connected.then(|| Reached {
            name: "model-registry",
            scope: &self.scope,
            id: self.id().into(),
            targets: vec![Target::MlRegistry],
            is_made: self.registry().is_some(),
        })
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: ModelRegistryRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

impl InScope for ModelRegistry {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// The registry that a group uses, if it has one.
pub(crate) fn of(scope: &impl InScope) -> Option<Rc<ModelRegistry>> {
    scope.scope().provided::<ModelRegistry>()
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &ModelRegistrySettings) -> AzapiResource {
    let own = group.location().as_any().origin;
    replication::check(scope, group.region(), own, &settings.replication);
    for location in &settings.regions {
        check_further_region(scope, group, "regions", location);
        let (region, said) = (Region::find(location), location.origin());
        replication::check(scope, region, said, &settings.replication);
    }
    let registry = AzapiResource::new(
        scope,
        MAIN,
        AzapiResourceArgs {
            type_: format!("{TYPE}@{ML_API}").into(),
        },
    );
    registry
        .set_name(naming::name(scope, TYPE, settings.name.as_ref()))
        .set_parent_id(group.id())
        .set_location(group.location())
        .set_identity(IdentityBlock::new(IdentityArgs {
            type_: IdentityType::SystemAssigned.into(),
        }))
        .set_body(settings.body(scope, group))
        .set_ignore_casing(true)
        // Azure may answer with the regions in an order of its own.
        .set_list_unique_id_property(BTreeMap::from([(
            "properties.regionDetails".to_owned(),
            Value::from("location"),
        )]))
        // Each further region is a storage account and a replica.
        .set_timeouts(Timeouts::new().create("60m").update("60m"));
    if let Some(id) = &settings.import_id {
        registry.import(id);
    }
    registry
}

impl ModelRegistrySettings {
    fn body(&self, scope: &Scope, group: &ResourceGroup) -> Object {
        let public = match network::access(scope).public_services {
            true => "Enabled",
            false => "Disabled",
        };
        let own = Any::from(group.location());
        let regions: Vec<Any> = std::iter::once(own)
            .chain(self.regions.iter().map(Any::from))
            .map(|location| self.region(location))
            .collect();
        let properties = Object::new()
            .with("publicNetworkAccess", public)
            .with("regionDetails", regions);
        Object::new().with("properties", properties)
    }

    /// What Azure makes in a region. Images need `Premium`, which alone has replicas.
    fn region(&self, location: Any) -> Any {
        let kind = self
            .replication
            .map(|replication| format!("Standard_{}", replication.as_str()));
        let images = Object::new().with("acrAccountSku", "Premium");
        let files = Object::new()
            .with("storageAccountType", &kind)
            .with("storageAccountHnsEnabled", false)
            .with("allowBlobPublicAccess", false);
        let images = Object::new().with("systemCreatedAcrAccount", images);
        let files = Object::new().with("systemCreatedStorageAccount", files);
        let region = Object::new()
            .with("location", location)
            .with("acrDetails", vec![Any::from(images)])
            .with("storageAccountDetails", vec![Any::from(files)]);
        region.into()
    }
}
