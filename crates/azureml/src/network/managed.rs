//! The rules of a managed network: what its compute may connect to, as the workspace knows it.

mod rule;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use terrace_azapi::{AzapiUpdateResource, AzapiUpdateResourceArgs};
use terrace_azure::Role;
use terrace_azure::private_link::Target;
use terrace_azurerm::MachineLearningWorkspace;
use terrace_core::{IsResource as _, Resource, Scope};
use terrace_ir::{AnyId, Diagnostic, Id, Object, Origin, Sourced};

use self::rule::{Destination, azurerm_takes, properties};
use super::egress::FirewallSku;
use super::settings::{IsolatedSettings, Outbound};
use crate::grant::{Grant, Principal};
use crate::{ML_API, codes};

/// The rules of a workspace's managed network. They come one after another: Azure refuses some of those
/// that are made at the same time.
#[derive(Clone)]
pub(crate) struct Rules {
    scope: Scope,
    workspace: Id<MachineLearningWorkspace>,
    /// What the workspace acts as.
    principal: Principal,
    last: Rc<RefCell<Option<Resource>>>,
    /// What each rule is about, by its name.
    names: Rc<RefCell<BTreeMap<String, About>>>,
}

/// What a rule is about.
enum About {
    /// What a setting says, and where.
    Said(Origin),
    /// The construct of that path.
    Construct(Arc<str>),
}

/// Something to which private endpoints of a managed network lead.
pub(crate) struct Reached<'a> {
    /// What the names of its rules begin with.
    pub(crate) name: &'a str,
    /// Its place in the tree.
    pub(crate) scope: &'a Scope,
    /// Its id.
    pub(crate) id: AnyId,
    /// The parts of it that are reached.
    pub(crate) targets: Vec<Target>,
    /// Whether it is made here. To approve an endpoint of something else the workspace needs a right on
    /// it, beside those on its own group.
    pub(crate) is_made: bool,
}

impl Rules {
    /// What the network's settings say, and the way to a registry for models where compute has none yet.
    /// `principal` is what the workspace acts as.
    #[track_caller]
    pub(crate) fn declare(
        scope: &Scope,
        workspace: &Id<MachineLearningWorkspace>,
        settings: &IsolatedSettings,
        principal: &Principal,
        models: Option<Reached<'_>>,
    ) -> Self {
        let rules = Self {
            scope: Scope::new(scope, "outbound"),
            workspace: workspace.clone(),
            principal: principal.clone(),
            last: Rc::default(),
            names: Rc::default(),
        };
        let scope = &rules.scope;
        if let Some(sku) = &settings.firewall_sku {
            rules.add(firewall(scope, workspace, sku));
        }
        for (name, said) in &settings.rules {
            if rules.claim(name, About::Said(name.origin())) {
                rules.add(rule::one(scope, workspace, name, said));
            }
        }
        // Compute that reaches the internet reaches a registry that is reached from there.
        let closed = *settings.outbound == Outbound::Approved
            || !*settings.public_access
            || *settings.private_services;
        if let Some(models) = models.filter(|_| closed) {
            rules.reach_models(&models);
        }
        rules
    }

    /// Private endpoints from the managed network to parts of something of the platform's, for serverless
    /// Spark jobs too.
    ///
    /// Reported are rules that would be called as others are.
    #[track_caller]
    pub(crate) fn reach(&self, reached: Reached<'_>) {
        let mut approves = None;
        for target in reached.targets {
            let part = target.subresource();
            // Azure takes 33 characters.
            let short: String = reached.name.chars().take(32 - part.len()).collect();
            let name = format!("{short}-{part}");
            if !self.claim(&name, About::Construct(reached.scope.path())) {
                // So would the names of its other rules be.
                return;
            }
            let to = reached.id.clone();
            let by_azurerm = {
                let id = to.clone().into_any();
                // What a reference leads to here is of a kind that azurerm takes.
                id.as_text().is_none_or(|id| azurerm_takes(id, part))
            };
            let rule = rule::endpoint(
                &self.scope,
                &self.workspace,
                &name.into(),
                Destination {
                    id: to,
                    subresource: part.into(),
                    spark: true.into(),
                    by_azurerm,
                },
            );
            if !reached.is_made {
                let grant = || self.approve(reached.scope, &reached.id);
                rule.depends_on(approves.get_or_insert_with(grant).assignment());
            }
            self.add(rule);
        }
    }

    /// The way to the registry for models, which is one and has its name alone.
    #[track_caller]
    fn reach_models(&self, models: &Reached<'_>) {
        if !self.claim(models.name, About::Construct(models.scope.path())) {
            return;
        }
        let rule = rule::endpoint(
            &self.scope,
            &self.workspace,
            &models.name.to_owned().into(),
            Destination {
                id: models.id.clone(),
                subresource: Target::MlRegistry.subresource().into(),
                spark: false.into(),
                by_azurerm: false,
            },
        );
        if !models.is_made {
            let approves = self.approve(models.scope, &models.id);
            rule.depends_on(approves.assignment());
        }
        self.add(rule);
    }

    /// Lets the workspace approve the private endpoints to something that is not in its own group.
    #[track_caller]
    fn approve(&self, scope: &Scope, on: &AnyId) -> Grant {
        let role = Role::AZURE_AI_ENTERPRISE_NETWORK_CONNECTION_APPROVER;
        Grant::new(scope, on, role, &self.principal)
    }

    /// Takes a name for a rule, whatever its case. Reported is one that another rule has.
    fn claim(&self, name: &str, about: About) -> bool {
        let mut names = self.names.borrow_mut();
        let Some(first) = names.get(&name.to_lowercase()) else {
            names.insert(name.to_lowercase(), about);
            return true;
        };
        let second = match &about {
            About::Said(_) => "another one",
            About::Construct(path) => path,
        };
        let finding = match first {
            // Two constructs with one path are reported as such.
            About::Construct(first) if first.eq_ignore_ascii_case(second) => return false,
            About::Said(origin) => Diagnostic::error(
                &codes::RULE,
                format!("a rule is called `{name}`, as the one about `{second}` is"),
            )
            .argument("rules")
            .at(*origin),
            About::Construct(first) => Diagnostic::error(
                &codes::RULE,
                format!("the rules about `{first}` and `{second}` are both called `{name}`"),
            ),
        };
        self.scope.report(
            finding
                .value(name)
                .hint("call one of the two otherwise; Azure takes 33 characters"),
        );
        false
    }

    /// Puts a change of the workspace after those before it.
    pub(crate) fn add(&self, rule: Resource) {
        if let Some(before) = &*self.last.borrow() {
            rule.depends_on(before);
        }
        *self.last.borrow_mut() = Some(rule);
    }
}

/// The managed firewall's kind, which azurerm has no argument for.
#[track_caller]
fn firewall(
    scope: &Scope,
    workspace: &Id<MachineLearningWorkspace>,
    sku: &Sourced<FirewallSku>,
) -> Resource {
    if **sku == FirewallSku::Premium {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`firewall_sku` is \"premium\", which a managed network does not have",
            )
            .argument("firewall_sku")
            .hint("use \"standard\", or a network of your own: `isolation = \"own-vnet\"`")
            .at(sku.origin()),
        );
    }
    let update = AzapiUpdateResource::new(
        scope,
        "firewall",
        AzapiUpdateResourceArgs {
            type_: format!("Microsoft.MachineLearningServices/workspaces@{ML_API}").into(),
        },
    );
    let sku = sku.map(|sku| sku.as_str().to_owned());
    let managed = Object::new().with("firewallSku", &sku);
    update
        .set_resource_id(workspace.clone())
        .set_body(properties(Object::new().with("managedNetwork", managed)));
    update.resource().clone()
}
