//! The resource group in which a platform lives.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::Cloud;
use terrace_azure::region::{self, Offer, Verdict};
use terrace_azurerm::{ResourceGroup as Group, ResourceGroupArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced, Value};

use crate::existing::{ExistingSettings, Subject};
use crate::grant::{Grant, GroupRole, Principal};
use crate::{codes, naming};

/// Settings of a resource group.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GroupSettings {
    /// The group's name in Azure, where it is not to be made by the naming template. A change
    /// replaces the group and everything in it.
    pub name: Option<Sourced<String>>,

    /// A group that is there already, in place of a new one.
    pub existing: Option<ExistingSettings>,

    /// The id of a group that is there and is to be managed from now on.
    pub import_id: Option<Sourced<String>>,
}

/// A resource group. Constructs that live in one take it, or a place in it, as their parent.
#[derive(Clone)]
pub struct ResourceGroup {
    scope: Scope,
    group: Subject<Group>,
    location: Value<String>,
    region: Option<&'static region::Region>,
}

/// What has a place in a resource group: the group itself, and levels below it.
pub trait InGroup: InScope {
    /// The group.
    fn group(&self) -> &ResourceGroup;
}

impl ResourceGroup {
    /// A resource group called `name` in the tree, in a region of Azure.
    ///
    /// A region that Azure does not have is reported.
    #[track_caller]
    pub fn new(parent: &impl InScope, name: &str, location: &Sourced<String>) -> Self {
        Self::with(parent, name, location, &GroupSettings::default())
    }

    /// A resource group with settings, or one that is there already: what lives in it is in
    /// `location`.
    ///
    /// A region that Azure does not have is reported.
    #[track_caller]
    pub fn with(
        parent: &impl InScope,
        name: &str,
        location: &Sourced<String>,
        settings: &GroupSettings,
    ) -> Self {
        let scope = Scope::new(parent, name);
        check_region(&scope, "location", location);
        let import_id = settings.import_id.as_ref();
        let group = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, location, settings), import_id),
        };
        Self {
            scope,
            group,
            location: location.into(),
            region: region::Region::find(location),
        }
    }

    /// A level below, for grouping constructs of one's own: `platform/vision/…`.
    #[track_caller]
    pub fn level(&self, name: &str) -> Self {
        Self {
            scope: Scope::new(self, name),
            ..self.clone()
        }
    }

    /// The group as the parent of what is made at a place in it.
    pub(crate) fn at(&self, scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            ..self.clone()
        }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn resource_group(&self) -> Option<&Group> {
        self.group.made()
    }

    /// The group's id.
    #[must_use]
    pub fn id(&self) -> Id<Group> {
        self.group.id()
    }

    /// The group's name, as what lives in it refers to it.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.group.name()
    }

    /// The group's region, which what lives in it takes too.
    #[must_use]
    pub fn location(&self) -> Value<String> {
        self.location.clone()
    }

    /// The cloud that the region belongs to.
    #[must_use]
    pub fn cloud(&self) -> Cloud {
        self.location
            .as_any()
            .as_text()
            .map_or(Cloud::Public, cloud_of)
    }

    /// What is known of the region.
    #[must_use]
    pub fn region(&self) -> Option<&'static region::Region> {
        self.region
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: GroupRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

#[track_caller]
fn make(scope: &Scope, location: &Sourced<String>, settings: &GroupSettings) -> Group {
    Group::new(
        scope,
        MAIN,
        ResourceGroupArgs {
            name: naming::name(scope, "azurerm_resource_group", settings.name.as_ref()),
            location: location.into(),
        },
    )
}

impl InScope for ResourceGroup {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl InGroup for ResourceGroup {
    fn group(&self) -> &ResourceGroup {
        self
    }
}

/// The cloud that a region belongs to: the sovereign ones begin their names alike.
pub(crate) fn cloud_of(location: &str) -> Cloud {
    match region::look_up(location) {
        Verdict::Sovereign(cloud) => cloud,
        _ => Cloud::Public,
    }
}

/// Checks a region that something of the group is in too. Reported is one that there is not, and the
/// group's own.
pub(crate) fn check_further_region(
    scope: &Scope,
    group: &ResourceGroup,
    argument: &'static str,
    location: &Sourced<String>,
) {
    check_region(scope, argument, location);
    let own = group.region().map(|own| own.name);
    if own.is_some() && own == region::Region::find(location).map(|region| region.name) {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                format!("`{argument}` names \"{}\", where it is anyway", **location),
            )
            .argument(argument)
            .value(location.as_str())
            .hint("name other regions")
            .at(location.origin()),
        );
    }
}

/// Reports a region that there is not, as what `argument` says.
fn check_region(scope: &Scope, argument: &str, location: &Sourced<String>) {
    match region::look_up(location) {
        Verdict::Known(region) => {
            if matches!(region.machine_learning(), Offer::Unknown) {
                scope.report(not_known_to_offer(argument, location));
            }
        }
        Verdict::Sovereign(cloud) => scope.report(
            not_known_to_offer(argument, location)
                .detail(format!("it is a region of the cloud `{}`", cloud.as_str())),
        ),
        Verdict::Geography | Verdict::Unknown { nearest: None } => scope.report(
            unknown_region(argument, location).hint("write a region such as \"westeurope\""),
        ),
        Verdict::Unknown {
            nearest: Some(nearest),
        } => scope.report(
            unknown_region(argument, location).hint(format!("did you mean \"{}\"?", nearest.name)),
        ),
    }
}

/// One region is, or several are named.
fn says(argument: &str) -> String {
    match argument {
        "location" => "`location` is".to_owned(),
        several => format!("`{several}` names"),
    }
}

fn not_known_to_offer(argument: &str, location: &Sourced<String>) -> Diagnostic {
    Diagnostic::warning(
        &codes::REGION_WITHOUT_ML,
        format!(
            "{} \"{}\", which is not known to offer Azure Machine Learning",
            says(argument),
            **location
        ),
    )
    .argument(argument)
    .value(location.as_str())
    .hint("check Azure's list of products by region")
    .at(location.origin())
}

fn unknown_region(argument: &str, location: &Sourced<String>) -> Diagnostic {
    Diagnostic::error(
        &codes::UNKNOWN_REGION,
        format!(
            "{} \"{}\", which is no region of Azure",
            says(argument),
            **location
        ),
    )
    .argument(argument)
    .value(location.as_str())
    .at(location.origin())
}
