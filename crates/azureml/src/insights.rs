//! Application Insights: what models and endpoints report of themselves.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::application_insights::ApplicationType;
use terrace_azurerm::{ApplicationInsights, ApplicationInsightsArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Id, Sourced};

use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, InsightsRole, Principal};
use crate::group::{InGroup, ResourceGroup};
use crate::logs::Logs;
use crate::{naming, network};

/// Settings of Application Insights.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InsightsSettings {
    /// The name in Azure, where it is not to be made by the naming template. A change replaces it.
    #[schemars(transform = naming::Named("azurerm_application_insights"))]
    pub name: Option<Sourced<String>>,

    /// One that is there already, in place of a new one.
    pub existing: Option<ExistingSettings>,

    /// The id of one that is there and is to be managed from now on: the next apply changes it into what
    /// the settings say.
    pub import_id: Option<Sourced<String>>,
}

/// Application Insights.
#[derive(Clone)]
pub struct AppInsights {
    scope: Scope,
    insights: Subject<ApplicationInsights>,
    logs: Logs,
}

impl AppInsights {
    /// Application Insights whose data is in `logs`: left to itself, Azure would make a workspace for
    /// it in another resource group.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        logs: &Logs,
        settings: &InsightsSettings,
    ) -> Self {
        let scope = Scope::new(parent, name);
        let import_id = settings.import_id.as_ref();
        let insights = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, parent.group(), logs, settings), import_id),
        };
        if let Some(made) = insights.made() {
            network::observe(&scope, made.id());
        }
        Self {
            scope,
            insights,
            logs: logs.clone(),
        }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn insights(&self) -> Option<&ApplicationInsights> {
        self.insights.made()
    }

    /// The logs that hold its data.
    #[must_use]
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The id of Application Insights.
    #[must_use]
    pub fn id(&self) -> Id<ApplicationInsights> {
        self.insights.id()
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: InsightsRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(AppInsights, InsightsSettings, logs: &Logs);

impl InScope for AppInsights {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(
    scope: &Scope,
    group: &ResourceGroup,
    logs: &Logs,
    settings: &InsightsSettings,
) -> ApplicationInsights {
    let insights = ApplicationInsights::new(
        scope,
        MAIN,
        ApplicationInsightsArgs {
            name: naming::name(
                scope,
                "azurerm_application_insights",
                settings.name.as_ref(),
            ),
            resource_group_name: group.name().into(),
            location: group.location(),
            application_type: ApplicationType::Web.into(),
        },
    );
    insights.set_workspace_id(logs.id());
    insights
}
