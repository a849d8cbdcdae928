//! The resource group in which a platform lives.

use terrace_azure::region::{self, Offer, Verdict};
use terrace_azurerm::{ResourceGroup as Group, ResourceGroupArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Diagnostic, Expr, Id, Sourced, Value};

use crate::{codes, naming};

/// A resource group. Constructs that live in one take it, or a place in it, as their parent.
#[derive(Clone)]
pub struct ResourceGroup {
    scope: Scope,
    group: Group,
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
        let scope = Scope::new(parent, name);
        check_region(&scope, location);
        let group = Group::new(
            &scope,
            MAIN,
            ResourceGroupArgs {
                name: naming::name(&scope, "azurerm_resource_group", None),
                location: location.into(),
            },
        );
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

    /// The resource itself.
    #[must_use]
    pub fn resource_group(&self) -> &Group {
        &self.group
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

    /// What is known of the region.
    #[must_use]
    pub fn region(&self) -> Option<&'static region::Region> {
        self.region
    }
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

fn check_region(scope: &Scope, location: &Sourced<String>) {
    match region::look_up(location) {
        Verdict::Known(region) => {
            if matches!(region.machine_learning(), Offer::Unknown) {
                scope.report(
                    Diagnostic::warning(
                        &codes::REGION_WITHOUT_ML,
                        format!(
                            "`location` is \"{}\", which is not known to offer Azure Machine Learning",
                            **location
                        ),
                    )
                    .value(location.as_str())
                    .hint("check Azure's list of products by region")
                    .at(location.origin()),
                );
            }
        }
        Verdict::Sovereign(cloud) => scope.report(
            unknown_region(location)
                .detail(format!(
                    "it is a region of another cloud, {}",
                    cloud.as_str()
                ))
                .hint("write a region of the public cloud, for which the constructs are made"),
        ),
        Verdict::Geography | Verdict::Unknown { nearest: None } => {
            scope.report(unknown_region(location).hint("write a region such as \"westeurope\""))
        }
        Verdict::Unknown {
            nearest: Some(nearest),
        } => scope
            .report(unknown_region(location).hint(format!("did you mean \"{}\"?", nearest.name))),
    }
}

fn unknown_region(location: &Sourced<String>) -> Diagnostic {
    Diagnostic::error(
        &codes::UNKNOWN_REGION,
        format!(
            "`location` is \"{}\", which is no region of Azure",
            **location
        ),
    )
    .argument("location")
    .value(location.as_str())
    .at(location.origin())
}
