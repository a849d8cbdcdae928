//! Ids of the wrong kind: a reference to one resource where the id of another kind is wanted.
//!
//! Terraform cannot see this before apply, since the id is not known. Its form is: an id of the referenced type looks like
//! the one that can be imported. Only what no id of that kind could satisfy is a finding.

use terrace_ir::node::Root;
use terrace_ir::{Any, Data, Diagnostic, Mode, Node, Object};

use super::codes::WRONG_ID;
use super::scope::kind_of;
use super::walk::Walk;
use crate::catalog::catalog;
use crate::eval::operator::shown;
use crate::model::{Attribute, Kind, ValueFacts};
use crate::rule::{Rule, arm_type};

impl Walk<'_, '_> {
    /// What is wrong with a reference to an id.
    pub(super) fn id_of_wrong_kind(
        &self,
        facts: &ValueFacts,
        attribute: &Attribute,
        node: &Node,
    ) -> Option<Diagnostic> {
        let rule = facts.rule.as_ref()?;
        let (mode, type_name) = self.id_in(node, 0)?;
        // Nearly always the type is one that the validator was seen to take.
        if facts.accepts_ids_of.iter().any(|taken| taken == type_name)
            || !refuses_kind(rule, sample(mode, type_name)?)
        {
            return None;
        }
        let summary = format!(
            "`{}` does not take the id of `{type_name}`, which `{}` is",
            attribute.name,
            shown(node)
        );
        let mut finding = Diagnostic::error(&WRONG_ID, summary);
        if let Some(allowed) = facts.allowed() {
            finding = finding.detail(format!("must be {allowed}"));
        }
        let wanted = facts.accepts_ids_of.iter().take(4);
        let wanted: Vec<String> = wanted.map(|name| format!("`{name}`")).collect();
        if !wanted.is_empty() {
            finding = finding.hint(format!("give the id of {}", wanted.join(" or ")));
        }
        Some(finding)
    }

    /// The type whose id an expression is for certain.
    fn id_in<'n>(&'n self, node: &'n Node, depth: usize) -> Option<(Mode, &'n str)> {
        /// How many locals are looked through.
        const DEEPEST: usize = 8;
        match node {
            Node::Attribute(source, name) if name == "id" => {
                let source = match &**source {
                    Node::Index(source, _) => source,
                    _ => source,
                };
                let Node::Root(Root::Resource { address, .. }) = &**source else {
                    return None;
                };
                let resource =
                    self.place
                        .declared
                        .find(address.mode, &address.type_name, &address.name)?;
                Some((address.mode, &resource.schema?.name))
            }
            Node::Root(Root::Local(name)) if depth < DEEPEST => {
                match self.place.declared.local(name)? {
                    Any {
                        data: Data::Expr(node),
                        ..
                    } => self.id_in(node, depth + 1),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// What is wrong with an id by which something is imported: the provider refuses one of another kind.
pub(super) fn imported(body: &Object) -> Option<Diagnostic> {
    let (to, id) = (body.get("to")?, body.get("id")?.as_text()?);
    let Data::Expr(node) = &to.data else {
        return None;
    };
    let node = match &**node {
        Node::Index(source, _) => source,
        _ => node,
    };
    let Node::Root(Root::Resource { address, .. }) = &**node else {
        return None;
    };
    let sample = sample(address.mode, &address.type_name)?;
    if kind(sample) == kind(id) {
        return None;
    }
    let summary = format!("`id` is \"{id}\", which is none of `{}`", address.type_name);
    let hint = match sample.contains('{') {
        true => format!("give an id that ends like `…{}/NAME`", arm_type(sample)?),
        false => format!("give an id like `{sample}`"),
    };
    Some(
        Diagnostic::error(&WRONG_ID, summary)
            .value(id)
            .detail("Azure tells kinds of things apart by their ids")
            .hint(hint),
    )
}

/// An id of a type as it looks in Azure.
fn sample(mode: Mode, type_name: &str) -> Option<&'static str> {
    if mode == Mode::Ephemeral {
        return None;
    }
    // The data source reads a subscription, the resource makes an alias of one.
    if kind_of(mode) == Kind::DataSource && type_name == "azurerm_subscription" {
        return Some("/subscriptions/00000000-0000-0000-0000-000000000000");
    }
    let schema = catalog().find(Kind::Resource, type_name)?;
    let example = schema.behaviour.as_ref()?.import_id_example.as_deref()?;
    let is_of_one_resource = (example.starts_with("/subscriptions/")
        || example.starts_with("/providers/"))
        && !example.contains('|')
        && !kind(example).contains(['{', '<']);
    is_of_one_resource.then_some(example)
}

/// Whether no id of the kind of a sample meets a rule.
fn refuses_kind(rule: &Rule, sample: &str) -> bool {
    match rule {
        Rule::All(rules) => rules.iter().any(|rule| refuses_kind(rule, sample)),
        Rule::Any(rules) => rules.iter().all(|rule| refuses_kind(rule, sample)),
        Rule::Id(form) => kind(form) != kind(sample),
        Rule::IdOf(types) => {
            let kind = kind(sample);
            !types.iter().any(|ty| ty.to_ascii_lowercase() == kind)
        }
        // What is no id of Azure Resource Manager at all.
        Rule::KeyVaultItem { .. } | Rule::Url(_) => true,
        Rule::OneOf(values) | Rule::OneOfIgnoreCase(values) => {
            !values.iter().any(|value| value.to_string().contains('/'))
        }
        Rule::Format(format) => format.holds(sample) == Some(false),
        _ => false,
    }
}

/// The kind of an id, whatever its scope: its type in Azure, or the fixed parts of what belongs to no provider.
fn kind(id: &str) -> String {
    let kind = arm_type(id).unwrap_or_else(|| {
        let fixed: Vec<&str> = id.trim_start_matches('/').split('/').step_by(2).collect();
        fixed.join("/")
    });
    kind.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::model::BlockType;

    fn each_value(body: &'static BlockType, see: &mut impl FnMut(&'static ValueFacts, &str)) {
        for attribute in &body.attributes {
            see(&attribute.value, &attribute.name);
            if let Some(element) = attribute.element.as_deref() {
                see(element, &attribute.name);
            }
        }
        for block in &body.blocks {
            each_value(&block.body, see);
        }
    }

    /// The facts name the types whose ids each validator was seen to take.
    #[test]
    fn no_kind_that_a_validator_was_seen_to_take_is_refused() {
        let (mut taken, mut refused, mut wrong) = (0, 0, Vec::new());
        let stranger = sample(Mode::Managed, "azurerm_dashboard_grafana").unwrap();
        for schema in catalog().schemas() {
            each_value(&schema.body, &mut |facts, name| {
                let Some(rule) = &facts.rule else { return };
                for type_name in &facts.accepts_ids_of {
                    let Some(sample) = sample(Mode::Managed, type_name) else {
                        continue;
                    };
                    taken += 1;
                    if refuses_kind(rule, sample) {
                        wrong.push(format!("{}.{name} takes {type_name}", schema.name));
                    }
                }
                let is_id = !facts.accepts_ids_of.is_empty() && !facts.accepts_any_id;
                refused += usize::from(is_id && refuses_kind(rule, stranger));
            });
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert!(taken > 1_000, "only {taken} pairs were tried");
        assert!(
            refused > 1_000,
            "only {refused} arguments refuse a stranger"
        );
    }

    #[test]
    fn the_kind_of_an_id_does_not_depend_on_its_scope() {
        let of_subscription =
            "/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/p";
        let of_group = "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/policyDefinitions/p";
        assert_eq!(kind(of_subscription), kind(of_group));
        assert_eq!(
            kind("/subscriptions/s/resourceGroups/g"),
            "subscriptions/resourcegroups"
        );
    }
}
