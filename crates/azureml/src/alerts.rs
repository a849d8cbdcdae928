//! Alerts: who is told, and of what.
//!
//! [`metrics`] and [`logs`] hold what is watched, a row each; here is who is told.

mod events;
mod logs;
mod metrics;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::monitor_action_group::{
    EmailReceiver, EmailReceiverArgs, WebhookReceiver, WebhookReceiverArgs,
};
use terrace_azurerm::{LogAnalyticsWorkspace, MonitorActionGroup, MonitorActionGroupArgs};
use terrace_core::{InScope, MAIN, Scope, Stage, Variable};
use terrace_ir::{Diagnostic, Id, Sourced, Type, Value};

use crate::existing::{ExistingSettings, Subject};
use crate::group::InGroup;
use crate::{codes, inventory, naming};

/// Who is told, and of what: `[alerts]`. Nothing is watched where nobody is told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlertsSettings {
    /// Who is told by e-mail. A list or a channel outlives a person.
    #[schemars(extend("uniqueItems" = true), inner(email))]
    pub emails: Vec<Sourced<String>>,

    /// Names of webhooks that are called. Their addresses, which often are secrets, are given at
    /// the apply: `TF_VAR_alert_webhook_NAME`.
    #[schemars(extend("uniqueItems" = true), inner(regex(pattern = "^[a-z][a-z0-9_]*$")))]
    pub webhooks: Vec<Sourced<String>>,

    /// An action group that is there already and says who is told, in place of `emails` and `webhooks`.
    pub action_group: Option<ExistingSettings>,

    /// What messages on a telephone name as their sender, at most 12 characters.
    #[schemars(length(min = 1, max = 12))]
    pub short_name: Option<Sourced<String>>,

    /// What nobody is told of.
    #[schemars(extend("uniqueItems" = true))]
    pub off: Vec<Sourced<Alert>>,

    /// How many percent of the quota of a series of machines may be in use.
    #[schemars(range(min = 1, max = 100))]
    pub quota_percent: Sourced<u32>,

    /// How many runs may fail in an hour.
    pub failed_runs: Sourced<u32>,

    /// How many requests a key vault may deny in a quarter of an hour.
    pub denied_requests: Sourced<u32>,

    /// How many milliseconds an online endpoint may take for 95 of 100 requests.
    #[schemars(range(min = 1))]
    pub latency_ms: Sourced<u32>,

    /// How many requests in a minute an online endpoint may answer with an error of its own.
    pub server_errors: Sourced<u32>,
}

impl Default for AlertsSettings {
    fn default() -> Self {
        Self {
            emails: Vec::new(),
            webhooks: Vec::new(),
            action_group: None,
            short_name: None,
            off: Vec::new(),
            quota_percent: 80.into(),
            failed_runs: 5.into(),
            denied_requests: 10.into(),
            latency_ms: 2000.into(),
            server_errors: 1.into(),
        }
    }
}

impl AlertsSettings {
    fn wants(&self, alert: Alert) -> bool {
        !self.off.iter().any(|off| **off == alert)
    }
}

/// What somebody is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Alert {
    /// The quota of a series of machines is nearly used up.
    Quota,
    /// Machines of a cluster do not work.
    Nodes,
    /// A cluster could not be made or could not grow.
    Clusters,
    /// Runs fail.
    Runs,
    /// A model could not be deployed.
    Deployments,
    /// A key vault denies requests.
    Denied,
    /// Storage or a key vault does not answer.
    Availability,
    /// An online endpoint is slow.
    Latency,
    /// An online endpoint fails.
    Errors,
    /// A workspace, a storage account or a key vault was deleted.
    Deletion,
    /// Azure has a problem in the region.
    Health,
}

/// The alerts of a group, and the action group that tells of them.
#[derive(Clone)]
pub struct Alerts {
    scope: Scope,
    action_group: Option<Subject<MonitorActionGroup>>,
    emails: Vec<Sourced<String>>,
}

impl Alerts {
    /// Watches what is in the group: workspaces, online endpoints, storage accounts and key vaults,
    /// and the region. Only what was declared before is seen.
    ///
    /// Without anybody to tell there are none, which is a warning outside of development.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        logs: &Id<LogAnalyticsWorkspace>,
        settings: &AlertsSettings,
    ) -> Self {
        let items = inventory::of(parent.scope());
        let scope = Scope::new(parent, name);
        let named: Vec<_> = settings.emails.iter().chain(&settings.webhooks).collect();
        let existing = settings.action_group.as_ref();
        if let (Some(_), Some(one)) = (existing, named.first()) {
            scope.report(named_twice(one));
        }
        let action_group = match existing {
            Some(existing) => Some(Subject::there_already(&scope, existing, None)),
            None if named.is_empty() => None,
            None => {
                let made = action_group(&scope, parent, settings);
                Some(Subject::made_here(made, None))
            }
        };
        if let Some(action_group) = action_group.as_ref().map(Subject::id) {
            let watch = Watch {
                scope: &scope,
                group: parent.group(),
                items: &items,
                tell: &action_group,
                settings,
            };
            metrics::declare(&watch);
            logs::declare(&watch, logs);
            events::declare(&watch);
        } else if scope.stage() != Stage::Dev {
            scope.report(
                Diagnostic::warning(
                    &codes::NOBODY_TOLD,
                    format!("nobody is told when something in `{}` breaks", scope.stack_name()),
                )
                .hint("add to the environment file:\n[alerts]\nemails = [\"ml-platform@example.org\"]"),
            );
        }
        Self {
            scope,
            action_group,
            emails: settings.emails.clone(),
        }
    }

    /// Who is told; `None` where that is nobody.
    #[must_use]
    pub fn action_group(&self) -> Option<Id<MonitorActionGroup>> {
        self.action_group.as_ref().map(Subject::id)
    }

    /// Who is told by e-mail.
    #[must_use]
    pub fn emails(&self) -> &Vec<Sourced<String>> {
        &self.emails
    }
}

impl InScope for Alerts {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// What the parts of this module need to declare alerts.
struct Watch<'a> {
    scope: &'a Scope,
    group: &'a crate::ResourceGroup,
    items: &'a [inventory::Item],
    tell: &'a Id<MonitorActionGroup>,
    settings: &'a AlertsSettings,
}

fn named_twice(one: &Sourced<String>) -> Diagnostic {
    Diagnostic::error(
        &codes::CONTRADICTION,
        "`action_group` says who is told, and so do `emails` and `webhooks`",
    )
    .argument("action_group")
    .value(one.as_str())
    .hint("add them to the action group where it is made, or take `action_group` out")
    .at(one.origin())
}

fn action_group(
    scope: &Scope,
    parent: &impl InGroup,
    settings: &AlertsSettings,
) -> MonitorActionGroup {
    let short_name: Value<String> = match &settings.short_name {
        Some(said) => said.into(),
        None => {
            let name = format!("ml-{}", scope.stack_name());
            name.chars().take(12).collect::<String>().into()
        }
    };
    let group = MonitorActionGroup::new(
        scope,
        MAIN,
        MonitorActionGroupArgs {
            name: naming::name(scope, "azurerm_monitor_action_group", None),
            resource_group_name: parent.group().name().into(),
            short_name,
        },
    );
    for email in &settings.emails {
        group.add_email_receiver(
            EmailReceiver::new(EmailReceiverArgs {
                name: email.into(),
                email_address: email.into(),
            })
            .use_common_alert_schema(true),
        );
    }
    for webhook in &settings.webhooks {
        let address = scope.variable::<String>(
            &format!("alert_webhook_{}", **webhook),
            Variable {
                ty: Some(Type::String),
                description: Some(format!(
                    "The address of the webhook `{}`, which is called when something breaks.",
                    **webhook
                )),
                sensitive: true,
                nullable: Some(false),
                ..Variable::default()
            },
        );
        group.add_webhook_receiver(
            WebhookReceiver::new(WebhookReceiverArgs {
                name: webhook.into(),
                service_uri: address.into(),
            })
            .use_common_alert_schema(true),
        );
    }
    group
}
