//! How things are called in Azure.
//!
//! A name comes from a template for its type, filled and cut by Azure's rules
//! ([`terrace_azure::NameRule`]). All names of a stack are made here; a setting may say another.

use std::collections::BTreeMap;

use schemars::transform::Transform;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use terrace_azure::naming::Part;
use terrace_azure::{NameRule, NameSeed, NameTemplate};
use terrace_core::Scope;
use terrace_ir::nearest::nearest;
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
        let parts = Part::ALL.map(|part| format!("{{{}}}", part.as_str()));
        for (resource_type, template) in &settings.templates {
            if NameRule::find(resource_type).is_none() {
                let known = NameRule::all().iter().map(|rule| rule.resource_type);
                let finding = Diagnostic::error(
                    &codes::TEMPLATE,
                    format!("no names are made for the type `{resource_type}`"),
                )
                .argument("naming.templates")
                .value(resource_type)
                .at(template.origin());
                scope.report(match nearest(resource_type, known) {
                    Some(nearest) => finding.hint(format!("did you mean `{nearest}`?")),
                    None => finding,
                });
                continue;
            }
            match NameTemplate::parse(template) {
                Ok(parsed) => {
                    templates.insert(resource_type.clone(), parsed);
                }
                Err(error) => scope.report(
                    Diagnostic::error(&codes::TEMPLATE, error.to_string())
                        .argument(format!("naming.templates.{resource_type}"))
                        .value(template.as_str())
                        .hint(format!("use {}", parts.join(", ")))
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

/// What Azure demands of the names of a type, added to the schema of a setting, so that it is said
/// together with all else that is wrong in the file: `#[schemars(transform = Named("azurerm_key_vault"))]`.
pub(crate) struct Named(pub(crate) &'static str);

impl Transform for Named {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(rule) = NameRule::find(self.0) {
            schema.insert("minLength".to_owned(), rule.min.into());
            schema.insert("maxLength".to_owned(), rule.max.into());
            schema.insert("pattern".to_owned(), rule.pattern().into());
            schema.insert("patternErrorMessage".to_owned(), rule.to_string().into());
        }
    }
}

/// The name of a resource: what the setting says, else what the stack's [`Naming`] makes of the
/// construct's path.
///
/// A name that is said and that Azure would refuse is reported. The one that is made stands in for it, so
/// that no check of the output says the same again.
#[must_use]
pub fn name(scope: &Scope, resource_type: &str, said: Option<&Sourced<String>>) -> Value<String> {
    match said {
        Some(said) if check(scope, resource_type, "name", said) => said.into(),
        _ => made(scope, resource_type).into(),
    }
}

/// Whether Azure takes a name, said by the setting `argument`. Reported is one that it would refuse.
pub(crate) fn check(
    scope: &Scope,
    resource_type: &str,
    argument: &'static str,
    said: &Sourced<String>,
) -> bool {
    let Some((rule, Err(problem))) =
        NameRule::find(resource_type).map(|rule| (rule, rule.check(said)))
    else {
        return true;
    };
    scope.report(
        Diagnostic::error(
            &codes::NAME,
            format!("`{argument}` is \"{}\", but {problem}", **said),
        )
        .argument(argument)
        .value(said.as_str())
        .hint(format!("use {rule}"))
        .at(said.origin()),
    );
    false
}

/// The name that the stack's [`Naming`] makes of the construct's path.
pub(crate) fn made(scope: &Scope, resource_type: &str) -> String {
    let path = scope.path();
    match scope.provided::<Naming>() {
        Some(naming) => naming.name(resource_type, &path),
        None => {
            let alone = Naming {
                organization: String::new(),
                workload: String::new(),
                environment: scope.stack_name().to_string(),
                region: String::new(),
                templates: BTreeMap::new(),
            };
            alone.name(resource_type, &path)
        }
    }
}
