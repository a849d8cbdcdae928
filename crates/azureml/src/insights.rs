//! Application Insights with the Log Analytics workspace that holds its data.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::application_insights::ApplicationType;
use terrace_azurerm::log_analytics_workspace::Sku;
use terrace_azurerm::{
    ApplicationInsights, ApplicationInsightsArgs, LogAnalyticsWorkspace, LogAnalyticsWorkspaceArgs,
};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Id, Sourced};

use crate::group::InGroup;
use crate::naming;

/// Settings of Application Insights and its logs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InsightsSettings {
    /// The name in Azure, where it is not to be made by the naming template. A change replaces it.
    #[schemars(transform = naming::Named("azurerm_application_insights"))]
    pub name: Option<Sourced<String>>,

    /// How many days logs are kept, 30 to 730.
    #[schemars(range(min = 30, max = 730))]
    pub retention_days: Sourced<u32>,

    /// How many gigabytes of logs are taken in on one day, before the rest is dropped. Unlimited
    /// when left out.
    #[schemars(range(min = 0.023))]
    pub daily_quota_gb: Option<Sourced<f64>>,
}

impl Default for InsightsSettings {
    fn default() -> Self {
        Self {
            name: None,
            retention_days: 90.into(),
            daily_quota_gb: None,
        }
    }
}

/// Application Insights, and the Log Analytics workspace to which all else may log too.
#[derive(Clone)]
pub struct AppInsights {
    scope: Scope,
    insights: ApplicationInsights,
    logs: LogAnalyticsWorkspace,
}

impl AppInsights {
    /// Application Insights on a Log Analytics workspace of its own: left to itself, Azure would
    /// attach one in another resource group.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &InsightsSettings) -> Self {
        let scope = Scope::new(parent, name);
        let group = parent.group();
        let logs = LogAnalyticsWorkspace::new(
            &scope,
            MAIN,
            LogAnalyticsWorkspaceArgs {
                name: naming::name(&scope, "azurerm_log_analytics_workspace", None),
                resource_group_name: group.name().into(),
                location: group.location(),
            },
        );
        logs.set_sku(Sku::PerGB2018)
            .set_retention_in_days(&settings.retention_days);
        if let Some(quota) = &settings.daily_quota_gb {
            logs.set_daily_quota_gb(quota);
        }
        let insights = ApplicationInsights::new(
            &scope,
            MAIN,
            ApplicationInsightsArgs {
                name: naming::name(
                    &scope,
                    "azurerm_application_insights",
                    settings.name.as_ref(),
                ),
                resource_group_name: group.name().into(),
                location: group.location(),
                application_type: ApplicationType::Web.into(),
            },
        );
        insights.set_workspace_id(logs.id());
        Self {
            scope,
            insights,
            logs,
        }
    }

    /// The resource itself.
    #[must_use]
    pub fn insights(&self) -> &ApplicationInsights {
        &self.insights
    }

    /// The Log Analytics workspace.
    #[must_use]
    pub fn logs(&self) -> &LogAnalyticsWorkspace {
        &self.logs
    }

    /// The id of Application Insights.
    #[must_use]
    pub fn id(&self) -> Id<ApplicationInsights> {
        self.insights.id()
    }
}

impl InScope for AppInsights {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}
