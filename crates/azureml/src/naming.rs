//! How things are called in Azure.
//!
//! A name comes from a template for its type, filled and cut by Azure's rules
//! ([`terrace_azure::NameRule`]). All names of a stack are made here; a setting may say another.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::{NameRule, NameSeed, NameTemplate};
use terrace_core::Scope;
use terrace_ir::{Diagnostic, Sourced, Value};

use crate::codes;

/// How an organization names things: `[naming]` in `stacks/terrace.toml`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NamingSettings {
    /// What the platform is for, the part `{workload}` of a template.
    pub workload: Sourced<String>,

    /// A template for each resource type that differs from the default, by the type's name:
    /// `azurerm_storage_account = "st{organization}{environment}{suffix}"`.
    pub templates: BTreeMap<String, Sourced<String>>,
}

/// How the things of one stack are named. Given to the stack by its [`Frame`](crate::Frame).
pub struct Naming {
    organization: String,
    workload: String,
    environment: String,
    region: String,
    templates: BTreeMap<String, NameTemplate>,
}

impl Naming {
    /// The naming of an environment. Templates that cannot be read are reported on `scope`, and
    /// the default ones are used in their place.
    #[must_use]
    pub fn new(
        scope: &Scope,
        organization: &str,
        environment: &str,
        region: &str,
        settings: &NamingSettings,
    ) -> Self {
        let mut templates = BTreeMap::new();
        for (resource_type, template) in &settings.templates {
            if NameRule::find(resource_type).is_none() {
                let known = NameRule::all().iter().map(|rule| rule.resource_type);
                scope.report(
                    Diagnostic::error(
                        &codes::TEMPLATE,
                        format!("there is no naming rule for the type `{resource_type}`"),
                    )
                    .detail(format!(
                        "known are {}",
                        known.collect::<Vec<_>>().join(", ")
                    ))
                    .value(resource_type)
                    .at(template.origin()),
                );
                continue;
            }
            match NameTemplate::parse(template) {
                Ok(parsed) => {
                    templates.insert(resource_type.clone(), parsed);
                }
                Err(error) => scope.report(
                    Diagnostic::error(&codes::TEMPLATE, error.to_string())
                        .value(template.as_str())
                        .at(template.origin()),
                ),
            }
        }
        Self {
            organization: organization.to_owned(),
            workload: settings.workload.to_string(),
            environment: environment.to_owned(),
            region: region.to_owned(),
            templates,
        }
    }

    fn name(&self, resource_type: &str, path: &str) -> String {
        let path: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let seed = NameSeed {
            organization: &self.organization,
            workload: &self.workload,
            environment: &self.environment,
            region: &self.region,
            path: &path,
        };
        match NameRule::find(resource_type) {
            Some(rule) => {
                let template = self.templates.get(resource_type);
                match template {
                    Some(template) => rule.name(template, &seed),
                    None => rule.name(&rule.default_template(), &seed),
                }
            }
            // Without a rule nothing is known that the path would break.
            None => path.join("-"),
        }
    }
}

/// The name of a resource: what the setting says, else what the stack's [`Naming`] makes of the
/// construct's path.
///
/// A name that is said and that Azure would refuse is reported.
#[must_use]
pub fn name(scope: &Scope, resource_type: &str, said: Option<&Sourced<String>>) -> Value<String> {
    if let Some(said) = said {
        if let Some(Err(problem)) = NameRule::find(resource_type).map(|rule| rule.check(said)) {
            scope.report(
                Diagnostic::error(&codes::NAME, format!("\"{}\" {problem}", **said))
                    .value(said.as_str())
                    .at(said.origin()),
            );
        }
        return said.into();
    }
    let path = scope.path();
    let naming = scope.provided::<Naming>();
    match naming {
        Some(naming) => naming.name(resource_type, &path).into(),
        None => {
            let alone = Naming {
                organization: String::new(),
                workload: String::new(),
                environment: scope.stack_name().to_string(),
                region: String::new(),
                templates: BTreeMap::new(),
            };
            alone.name(resource_type, &path).into()
        }
    }
}
