//! Azure Policy: rules that hold in the resource group whoever makes something there.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::policy::definition_id;
use terrace_azure::{PolicyDefinition, Role};
use terrace_azurerm::resource_group_policy_assignment::{
    Identity, IdentityArgs, IdentityType, NonComplianceMessage, NonComplianceMessageArgs,
};
use terrace_azurerm::resource_group_policy_exemption::ExemptionCategory as Category;
use terrace_azurerm::{
    ResourceGroupPolicyAssignment, ResourceGroupPolicyAssignmentArgs, ResourceGroupPolicyExemption,
    ResourceGroupPolicyExemptionArgs,
};
use terrace_core::{InScope, MAIN, Scope};
use terrace_ir::expr::call;
use terrace_ir::nearest::nearest;
use terrace_ir::{Any, AnyId, Date, Diagnostic, Object, Sourced};

use crate::grant::{Grant, Principal};
use crate::group::InGroup;
use crate::{codes, naming};

/// A policy that holds in the resource group: `[policies.NAME]`. A built-in one that the name says
/// needs no `definition`: `[policies.compute-idle-shutdown]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicySettings {
    /// The definition, where the name is none of the known built-in ones: the GUID of a built-in
    /// definition, or the id of a definition or initiative of your own.
    pub definition: Option<Sourced<String>>,

    /// What happens to what does not comply. The definition's own default when left out.
    pub effect: Option<Sourced<PolicyEffect>>,

    /// The other parameters of the definition, by name.
    pub parameters: BTreeMap<Sourced<String>, Sourced<serde_json::Value>>,

    /// Whether the effect takes place. Without it Azure only reports what would happen. True when
    /// left out.
    pub enforce: Option<Sourced<bool>>,

    /// What somebody reads whose resource does not comply.
    pub message: Option<Sourced<String>>,

    /// Built-in roles that the assignment's own identity gets on the group, by name. A definition
    /// that changes something or deploys something needs them; for known ones they are given.
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<Sourced<String>>,
}

impl PolicySettings {
    /// What the names of policies are, as a schema of the names in a map of settings.
    #[must_use]
    pub fn names() -> Schema {
        let known: Vec<String> = PolicyDefinition::all()
            .iter()
            .map(|known| format!("`{}`: {}", known.name, known.demands))
            .collect();
        json_schema!({
            "type": "string",
            "description": format!(
                "The name of a built-in policy, or one of your own for what `definition` says. {}.",
                known.join("; ")
            ),
            "pattern": "^[a-z][a-z0-9-]*$",
        })
    }
}

/// What happens to what does not comply with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyEffect {
    /// It is reported.
    Audit,
    /// It is reported, where it depends on another resource.
    AuditIfNotExists,
    /// It is refused.
    Deny,
    /// It is changed.
    Modify,
    /// What is missing is made.
    DeployIfNotExists,
    /// Nothing.
    Disabled,
}

impl PolicyEffect {
    /// The effect as Azure writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "Audit",
            Self::AuditIfNotExists => "AuditIfNotExists",
            Self::Deny => "Deny",
            Self::Modify => "Modify",
            Self::DeployIfNotExists => "DeployIfNotExists",
            Self::Disabled => "Disabled",
        }
    }
}

/// That the resource group need not comply with a policy which holds above it:
/// `[policy_exemptions.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExemptionSettings {
    /// The id of the assignment, which is on a management group or on the subscription.
    pub assignment: Sourced<String>,

    /// Why.
    #[schemars(length(min = 1, max = 512))]
    pub reason: Sourced<String>,

    /// The day on which it ends: `2027-01-31`. Azure asks for none, but nobody takes one back that
    /// has no end.
    pub expires: Sourced<Date>,

    /// Whether the risk is borne, or what the policy wants is reached in another way.
    #[serde(default)]
    pub category: Sourced<ExemptionCategory>,
}

/// Why something need not comply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExemptionCategory {
    /// The risk is borne for a while.
    #[default]
    Waiver,
    /// What the policy wants is reached in another way.
    Mitigated,
}

/// The policies of a resource group.
#[derive(Clone)]
pub struct Policies {
    scope: Scope,
}

impl Policies {
    /// Assigns policies to the group.
    ///
    /// Reported are policies that are not known, effects that a policy does not have, and parameters
    /// that it does not have or lacks.
    #[track_caller]
    pub fn new(
        parent: &impl InGroup,
        name: &str,
        policies: &BTreeMap<Sourced<String>, PolicySettings>,
    ) -> Self {
        let scope = Scope::new(parent, name);
        for (name, settings) in policies {
            assign(&scope, parent, name, settings);
        }
        Self { scope }
    }

    /// Exempts the group from policies that hold above it.
    #[track_caller]
    pub fn exempt(
        &self,
        group: &impl InGroup,
        exemptions: &BTreeMap<Sourced<String>, ExemptionSettings>,
    ) {
        let exempt = Scope::new(&self.scope, "exempt");
        for (name, settings) in exemptions {
            let scope = Scope::named(&exempt, name);
            let exemption = ResourceGroupPolicyExemption::new(
                &scope,
                MAIN,
                ResourceGroupPolicyExemptionArgs {
                    exemption_category: settings
                        .category
                        .map(|category| match category {
                            ExemptionCategory::Waiver => Category::Waiver,
                            ExemptionCategory::Mitigated => Category::Mitigated,
                        })
                        .into(),
                    name: naming::name(&scope, "azurerm_resource_group_policy_exemption", None),
                    policy_assignment_id: (&settings.assignment).into(),
                    resource_group_id: group.group().id(),
                },
            );
            exemption
                .set_description(&settings.reason)
                .set_expires_on(settings.expires.map(|day| format!("{day}T00:00:00Z")));
        }
    }
}

impl InScope for Policies {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

fn assign(scope: &Scope, parent: &impl InGroup, name: &Sourced<String>, settings: &PolicySettings) {
    let known = PolicyDefinition::find(name);
    let Some(definition) = definition(scope, name, known, settings) else {
        return;
    };
    if let (Some(known), None) = (known, &settings.definition) {
        check(scope, name, known, settings);
    }
    let scope = Scope::named(scope, name);
    let assignment = ResourceGroupPolicyAssignment::new(
        &scope,
        MAIN,
        ResourceGroupPolicyAssignmentArgs {
            name: naming::name(&scope, "azurerm_resource_group_policy_assignment", None),
            policy_definition_id: definition,
            resource_group_id: parent.group().id(),
        },
    );
    if let Some(enforce) = &settings.enforce {
        assignment.set_enforce(enforce);
    }
    if let Some(message) = &settings.message {
        assignment.add_non_compliance_message(NonComplianceMessage::new(
            NonComplianceMessageArgs {
                content: message.into(),
            },
        ));
    }
    let mut parameters = Object::new();
    let mut give = |name: &str, value: Any| {
        parameters.set(name.to_owned(), Object::new().with("value", value));
    };
    if let Some(effect) = &settings.effect {
        give("effect", Any::new(effect.as_str().into(), effect.origin()));
    }
    for (name, value) in &settings.parameters {
        let given = terrace_ir::Value::<Any>::from((**value).clone()).into_any();
        give(name, Any::new(given.data, value.origin()));
    }
    if !parameters.is_empty() {
        assignment.set_parameters(call::<String>("jsonencode", [Any::from(parameters)]));
    }
    let roles = roles(&scope, known, settings);
    if !roles.is_empty() {
        assignment
            .set_location(parent.group().location())
            .set_identity(Identity::new(IdentityArgs {
                type_: IdentityType::SystemAssigned.into(),
            }));
        let principal = Principal::service(&*scope.path(), assignment.identity_principal_id());
        for role in roles {
            Grant::new(&scope, parent.group().id(), role, &principal);
        }
    }
}

fn definition(
    scope: &Scope,
    name: &Sourced<String>,
    known: Option<&PolicyDefinition>,
    settings: &PolicySettings,
) -> Option<AnyId> {
    match (&settings.definition, known) {
        (Some(said), _) if said.contains('/') => Some(said.into()),
        (Some(guid), _) => {
            let id = Any::new(definition_id(guid).into(), guid.origin());
            Some(terrace_ir::Value::<String>::untyped(id).into())
        }
        (None, Some(known)) => Some(known.id().into()),
        (None, None) => {
            let finding = Diagnostic::error(
                &codes::POLICY,
                format!("`{}` is no built-in policy that is known here", **name),
            )
            .argument("policies")
            .value(name.as_str())
            .at(name.origin());
            scope.report(match PolicyDefinition::nearest(name) {
                Some(nearest) => finding.hint(format!("did you mean `{}`?", nearest.name)),
                None => finding.hint("say which one by `definition`, the GUID of a built-in policy or the id of your own"),
            });
            None
        }
    }
}

fn check(
    scope: &Scope,
    name: &Sourced<String>,
    known: &PolicyDefinition,
    settings: &PolicySettings,
) {
    if let Some(effect) = &settings.effect
        && !known.effects.contains(&effect.as_str())
    {
        let finding = Diagnostic::error(
            &codes::POLICY,
            format!(
                "the policy `{}` has no effect \"{}\"",
                known.name,
                effect.as_str()
            ),
        )
        .argument("effect")
        .value(effect.as_str())
        .at(effect.origin());
        scope.report(match known.effects {
            [] => finding.hint("take `effect` out: it has but one"),
            effects => finding.hint(format!("use one of \"{}\"", effects.join("\", \""))),
        });
    }
    let names = || known.parameters.iter().map(|parameter| parameter.name);
    for name in settings.parameters.keys() {
        if !names().any(|known| known == **name) {
            let finding = Diagnostic::error(
                &codes::POLICY,
                format!("the policy `{}` has no parameter `{}`", known.name, **name),
            )
            .argument("parameters")
            .value(name.as_str())
            .at(name.origin());
            scope.report(match nearest(name, names()) {
                Some(nearest) => finding.hint(format!("did you mean `{nearest}`?")),
                None => finding.hint("take it out"),
            });
        }
    }
    for parameter in known
        .parameters
        .iter()
        .filter(|parameter| parameter.required)
    {
        if !settings.parameters.contains_key(parameter.name) {
            scope.report(
                Diagnostic::error(
                    &codes::POLICY,
                    format!(
                        "the policy `{}` needs the parameter `{}`",
                        known.name, parameter.name
                    ),
                )
                .argument("parameters")
                .hint(format!(
                    "add to the environment file:\n[policies.{}]\nparameters = {{ {} = … }}",
                    known.name, parameter.name
                ))
                .at(name.origin()),
            );
        }
    }
}

fn roles(scope: &Scope, known: Option<&PolicyDefinition>, settings: &PolicySettings) -> Vec<Role> {
    let mut roles: Vec<Role> = match (known, &settings.definition) {
        (Some(known), None) => known.roles.to_vec(),
        _ => Vec::new(),
    };
    for said in &settings.roles {
        match Role::find(said) {
            Some(role) if roles.contains(&role) => {}
            Some(role) => roles.push(role),
            None => {
                let finding = Diagnostic::error(
                    &codes::POLICY,
                    format!("\"{}\" is no built-in role of Azure", **said),
                )
                .argument("roles")
                .value(said.as_str())
                .at(said.origin());
                scope.report(match Role::nearest(said) {
                    Some(nearest) => finding.hint(format!("did you mean \"{}\"?", nearest.name)),
                    None => {
                        finding.hint("write the role's name as Azure does, such as \"Contributor\"")
                    }
                });
            }
        }
    }
    roles
}
