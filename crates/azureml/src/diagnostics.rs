//! Diagnostic settings: everything that writes logs sends them to one Log Analytics workspace.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::Diagnosed;
use terrace_azure::diagnostics::{Logs, Part};
use terrace_azurerm::monitor_diagnostic_setting::{EnabledLog, EnabledMetric, EnabledMetricArgs};
use terrace_azurerm::{
    LogAnalyticsWorkspace, MonitorDiagnosticSetting, MonitorDiagnosticSettingArgs,
};
use terrace_core::{InScope, Resource, Scope};
use terrace_ir::{AnyId, Expr, Id, Sourced, tf};

use crate::group::InGroup;
use crate::{inventory, naming};

/// Which logs are sent: `[diagnostics]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DiagnosticsSettings {
    /// Which logs are sent.
    pub categories: Sourced<LogCategories>,

    /// Whether metrics are sent to the logs too. Azure keeps them for 93 days anyway, at no cost.
    pub metrics: Sourced<bool>,

    /// Whether every request to a storage account is logged. A busy account writes a lot.
    pub storage: Sourced<bool>,
}

impl Default for DiagnosticsSettings {
    fn default() -> Self {
        Self {
            categories: LogCategories::All.into(),
            metrics: false.into(),
            storage: true.into(),
        }
    }
}

/// Which logs are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogCategories {
    /// Everything that there is.
    All,
    /// Who did what, from what tells it apart; nothing from the rest.
    Audit,
    /// None.
    None,
}

/// The diagnostic settings of everything in a group.
#[derive(Clone)]
pub struct Diagnostics {
    scope: Scope,
}

impl Diagnostics {
    /// Sends the logs of everything in the group to a Log Analytics workspace. Only what was
    /// declared before is seen, so this comes last.
    ///
    /// Categories are named by their group alone, and where the logs go by nothing but the
    /// workspace: either said otherwise would differ again on every plan.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        logs: &Id<LogAnalyticsWorkspace>,
        settings: &DiagnosticsSettings,
    ) -> Self {
        let items = inventory::of(parent.scope());
        let scope = Scope::new(parent, name);
        for item in items {
            let Some(known) = Diagnosed::find(&item.kind) else {
                continue;
            };
            for part in known.parts.iter().filter(|part| has(&item.resource, part)) {
                let is_storage = known.resource_type == "azurerm_storage_account";
                let group = match part.logs {
                    _ if is_storage && !*settings.storage => None,
                    Logs::None => None,
                    Logs::All => match *settings.categories {
                        LogCategories::All => Some("allLogs"),
                        LogCategories::Audit | LogCategories::None => None,
                    },
                    Logs::AllAndAudit => match *settings.categories {
                        LogCategories::All => Some("allLogs"),
                        LogCategories::Audit => Some("audit"),
                        LogCategories::None => None,
                    },
                };
                let metrics = match *settings.metrics {
                    true => part.metrics,
                    false => &[],
                };
                if group.is_none() && metrics.is_empty() {
                    continue;
                }
                let label = match part.name {
                    "" => item.label(),
                    part => format!("{}_{part}", item.label()),
                };
                let setting = MonitorDiagnosticSetting::new(
                    &scope,
                    &label,
                    MonitorDiagnosticSettingArgs {
                        name: naming::name(&scope, "azurerm_monitor_diagnostic_setting", None),
                        target_resource_id: target(&item.resource, part),
                    },
                );
                setting.set_log_analytics_workspace_id(logs);
                if let Some(group) = group {
                    setting.add_enabled_log(EnabledLog::new().category_group(group));
                }
                for metric in metrics {
                    setting.add_enabled_metric(EnabledMetric::new(EnabledMetricArgs {
                        category: (*metric).into(),
                    }));
                }
            }
        }
        Self { scope }
    }
}

impl InScope for Diagnostics {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// Whether a resource has a part: a storage account of one kind has not the services of another.
fn has(resource: &Resource, part: &Part) -> bool {
    let kind = resource.get("account_kind");
    match kind.as_ref().and_then(|kind| kind.as_text()) {
        Some("BlobStorage" | "BlockBlobStorage") => matches!(part.name, "" | "blob"),
        Some("FileStorage") => matches!(part.name, "" | "file"),
        _ => true,
    }
}

fn target(resource: &Resource, part: &Part) -> AnyId {
    let id: Expr<String> = resource.attribute("id");
    match part.suffix {
        "" => id.into(),
        suffix => tf!("{}{}", id, suffix).into(),
    }
}
