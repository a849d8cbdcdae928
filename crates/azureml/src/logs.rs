//! A Log Analytics workspace: where the logs of everything go.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::log_analytics_workspace::Sku;
use terrace_azurerm::{LogAnalyticsWorkspace, LogAnalyticsWorkspaceArgs};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::{Expr, Id, Sourced};

use crate::existing::{ExistingSettings, Subject, adopts};
use crate::grant::{Grant, LogsRole, Principal};
use crate::group::{InGroup, ResourceGroup};
use crate::{naming, network};

/// Settings of a Log Analytics workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogsSettings {
    /// The name in Azure, where it is not to be made by the naming template: 4 to 63 letters, digits
    /// and dashes. A change replaces the workspace and loses its logs.
    #[schemars(transform = naming::Named("azurerm_log_analytics_workspace"))]
    pub name: Option<Sourced<String>>,

    /// A workspace that is there already, in place of a new one. Then the settings that would shape a
    /// new one have no effect.
    pub existing: Option<ExistingSettings>,

    /// The id of a workspace that is there and is to be managed from now on: the next apply changes it
    /// into what the settings say.
    pub import_id: Option<Sourced<String>>,

    /// How many days logs are kept, 30 to 730.
    #[schemars(range(min = 30, max = 730))]
    pub retention_days: Sourced<u32>,

    /// How many gigabytes of logs are taken in on one day, before the rest is dropped. Unlimited
    /// when left out.
    #[schemars(range(min = 0.023))]
    pub daily_quota_gb: Option<Sourced<f64>>,
}

impl Default for LogsSettings {
    fn default() -> Self {
        Self {
            name: None,
            existing: None,
            import_id: None,
            retention_days: 90.into(),
            daily_quota_gb: None,
        }
    }
}

/// A Log Analytics workspace.
#[derive(Clone)]
pub struct Logs {
    scope: Scope,
    workspace: Subject<LogAnalyticsWorkspace>,
}

impl Logs {
    /// A workspace that is paid by what it takes in.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &LogsSettings) -> Self {
        let scope = Scope::new(parent, name);
        let import_id = settings.import_id.as_ref();
        let workspace = match &settings.existing {
            Some(existing) => Subject::there_already(&scope, existing, import_id),
            None => Subject::made_here(make(&scope, parent.group(), settings), import_id),
        };
        if let Some(made) = workspace.made() {
            network::observe(&scope, made.id());
        }
        Self { scope, workspace }
    }

    /// The resource itself, where this stack makes it.
    #[must_use]
    pub fn workspace(&self) -> Option<&LogAnalyticsWorkspace> {
        self.workspace.made()
    }

    /// The workspace's id.
    #[must_use]
    pub fn id(&self) -> Id<LogAnalyticsWorkspace> {
        self.workspace.id()
    }

    /// The workspace's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.workspace.name()
    }

    /// Grants a role on it, and on nothing around it.
    #[track_caller]
    pub fn grant(&self, to: &Principal, role: LogsRole) -> Grant {
        Grant::new(self, self.id(), role, to)
    }
}

adopts!(Logs, LogsSettings);

impl InScope for Logs {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[track_caller]
fn make(scope: &Scope, group: &ResourceGroup, settings: &LogsSettings) -> LogAnalyticsWorkspace {
    let workspace = LogAnalyticsWorkspace::new(
        scope,
        MAIN,
        LogAnalyticsWorkspaceArgs {
            name: naming::name(
                scope,
                "azurerm_log_analytics_workspace",
                settings.name.as_ref(),
            ),
            resource_group_name: group.name().into(),
            location: group.location(),
        },
    );
    workspace
        .set_sku(Sku::PerGB2018)
        .set_retention_in_days(&settings.retention_days);
    if let Some(quota) = &settings.daily_quota_gb {
        workspace.set_daily_quota_gb(quota);
    }
    workspace
}
