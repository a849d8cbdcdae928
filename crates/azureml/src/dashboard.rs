//! A dashboard in Azure's portal: what the platform is doing, on one page.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::{PortalDashboard, PortalDashboardArgs};
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::expr::call;
use terrace_ir::{Any, Expr, Object, Sourced, tf};

use crate::group::InGroup;
use crate::{inventory, naming};

/// The dashboard in the portal: `[dashboard]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DashboardSettings {
    /// Whether there is one. It costs nothing.
    pub enabled: Sourced<bool>,

    /// What stands above it, where that is not the environment's name.
    pub title: Option<Sourced<String>>,
}

impl Default for DashboardSettings {
    fn default() -> Self {
        Self {
            enabled: true.into(),
            title: None,
        }
    }
}

/// A dashboard with a chart for what matters most of each workspace and online endpoint.
#[derive(Clone)]
pub struct Dashboard {
    scope: Scope,
}

/// A chart: lines of one metric of one resource.
struct Chart {
    kind: &'static str,
    namespace: &'static str,
    title: &'static str,
    metrics: &'static [(&'static str, Aggregation)],
}

/// How the portal counts aggregations. Source: the dashboards that it exports.
#[derive(Clone, Copy)]
enum Aggregation {
    Total = 1,
    Maximum = 3,
    Average = 4,
}

const WORKSPACE: &str = "azurerm_machine_learning_workspace";
const WORKSPACE_METRICS: &str = "microsoft.machinelearningservices/workspaces";
const ENDPOINT: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";
const ENDPOINT_METRICS: &str = "microsoft.machinelearningservices/workspaces/onlineendpoints";

/// Source of the names: Azure Monitor's "Supported metrics", August 2026.
static CHARTS: [Chart; 5] = [
    Chart {
        kind: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        title: "Machines",
        metrics: &[
            ("Active Nodes", Aggregation::Maximum),
            ("Idle Nodes", Aggregation::Maximum),
            ("Unusable Nodes", Aggregation::Maximum),
        ],
    },
    Chart {
        kind: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        title: "Runs",
        metrics: &[
            ("Completed Runs", Aggregation::Total),
            ("Failed Runs", Aggregation::Total),
            ("Queued Runs", Aggregation::Total),
        ],
    },
    Chart {
        kind: WORKSPACE,
        namespace: WORKSPACE_METRICS,
        title: "Quota in use, percent",
        metrics: &[("Quota Utilization Percentage", Aggregation::Maximum)],
    },
    Chart {
        kind: ENDPOINT,
        namespace: ENDPOINT_METRICS,
        title: "Latency, milliseconds",
        metrics: &[
            ("RequestLatency_P50", Aggregation::Average),
            ("RequestLatency_P95", Aggregation::Average),
        ],
    },
    Chart {
        kind: ENDPOINT,
        namespace: ENDPOINT_METRICS,
        title: "Requests per minute",
        metrics: &[("RequestsPerMinute", Aggregation::Average)],
    },
];

/// How many columns and rows a tile takes, and how many stand in a row.
const COLUMNS: i64 = 6;
const ROWS: i64 = 4;
const IN_A_ROW: i64 = 3;

impl Dashboard {
    /// A dashboard of what is in the group. Only what was declared before is seen.
    #[track_caller]
    pub fn new(parent: &impl InGroup, name: &str, settings: &DashboardSettings) -> Self {
        let items = inventory::of(parent.scope());
        let scope = Scope::new(parent, name);
        if !*settings.enabled {
            return Self { scope };
        }
        let group = parent.group();
        let mut tiles = vec![links(&group.id().to_expr())];
        for item in &items {
            let charts = CHARTS.iter().filter(|chart| chart.kind == item.kind);
            tiles.extend(charts.map(|chart| {
                let id: Expr<String> = item.resource.attribute("id");
                chart.tile(&id, &item.resource.attribute("name"))
            }));
        }
        let title: Any = match &settings.title {
            Some(title) => title.into(),
            None => format!("Machine learning: {}", scope.stack_name()).into(),
        };
        // Lenses and parts are maps by number, not the lists that the portal exports: azurerm 5.2.0 was
        // seen to read `{"lenses": {}}`, as its documentation has it. See
        // hashicorp/terraform-provider-azurerm#27608.
        let lens = Object::new().with("order", 0).with("parts", place(tiles));
        let properties = Object::new()
            .with("lenses", Object::new().with("0", lens))
            .with("metadata", Object::new().with("model", Object::new()));
        let dashboard = PortalDashboard::new(
            &scope,
            MAIN,
            PortalDashboardArgs {
                dashboard_properties: call::<String>("jsonencode", [Any::from(properties)]).into(),
                location: group.location(),
                name: naming::name(&scope, "azurerm_portal_dashboard", None),
                resource_group_name: group.name().into(),
            },
        );
        // The portal shows the title from this tag.
        dashboard
            .resource()
            .set("tags", Object::new().with("hidden-title", title));
        Self { scope }
    }
}

impl InScope for Dashboard {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl Chart {
    fn tile(&self, id: &Expr<String>, name: &Expr<String>) -> Object {
        let metrics: Vec<Any> = self
            .metrics
            .iter()
            .map(|(metric, aggregation)| {
                Object::new()
                    .with("aggregationType", *aggregation as i64)
                    .with(
                        "metricVisualization",
                        Object::new().with("displayName", *metric),
                    )
                    .with("name", *metric)
                    .with("namespace", self.namespace)
                    .with("resourceMetadata", Object::new().with("id", id))
                    .into()
            })
            .collect();
        let chart = Object::new()
            .with("metrics", metrics)
            .with("title", tf!("{}: {}", *name, self.title))
            // A title of one's own, and lines.
            .with("titleKind", 2)
            .with("visualization", Object::new().with("chartType", 2));
        let options = Object::new().with("options", Object::new().with("chart", chart));
        Object::new()
            .with("inputs", vec![input("options"), input("sharedTimeRange")])
            .with("settings", Object::new().with("content", options))
            .with("type", "Extension/HubsExtension/PartType/MonitorChartPart")
    }
}

fn input(name: &str) -> Any {
    Object::new()
        .with("isOptional", true)
        .with("name", name.to_owned())
        .into()
}

/// The way to what has no chart: costs, budgets, alerts.
fn links(group: &Expr<String>) -> Object {
    let content = tf!(
        "[Costs](https://portal.azure.com/#@/resource{}/costanalysis)\n\n[Budgets](https://portal.azure.com/#@/resource{}/budgets)\n\n[Alerts](https://portal.azure.com/#@/resource{}/alerts)\n\n[Studio](https://ml.azure.com)",
        *group,
        *group,
        *group
    );
    let settings = Object::new()
        .with("content", content)
        .with("subtitle", "")
        .with("title", "Elsewhere");
    let content = Object::new().with("settings", settings);
    Object::new()
        .with("inputs", Vec::<Any>::new())
        .with("settings", Object::new().with("content", content))
        .with("type", "Extension/HubsExtension/PartType/MarkdownPart")
}

/// Tiles with their places, from left to right and from top to bottom, by their numbers.
fn place(tiles: Vec<Object>) -> Object {
    (0..)
        .zip(tiles)
        .map(|(at, tile): (i64, Object)| {
            let position = Object::new()
                .with("colSpan", COLUMNS)
                .with("rowSpan", ROWS)
                .with("x", at % IN_A_ROW * COLUMNS)
                .with("y", at / IN_A_ROW * ROWS);
            let part = Object::new()
                .with("metadata", tile)
                .with("position", position);
            (at.to_string(), Any::from(part))
        })
        .collect()
}
