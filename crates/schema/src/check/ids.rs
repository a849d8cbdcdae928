//! Ids of the wrong kind: a reference to one resource where the id of another kind is wanted.
//!
//! Terraform cannot see this before apply, since the id is not known. Its form is: an id of the referenced type looks like
//! the one that can be imported. Only what no id of that kind could satisfy is a finding.

use terrace_ir::node::Root;
use terrace_ir::{Any, Data, Diagnostic, Mode, Node};

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
        let (type_name, sample) = self.id_in(node, 0)?;
        if !refuses_kind(rule, sample) {
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

    /// The type whose id an expression is for certain, and a sample of such an id.
    fn id_in<'n>(&'n self, node: &'n Node, depth: usize) -> Option<(&'n str, &'static str)> {
        /// How many locals are looked through.
        const DEEPEST: usize = 8;
        match node {
            Node::Attribute(source, name) if name == "id" => {
                let source = match &**source {
                    Node::Index(source, _) => source,
                    _ => source,
                };
                let Node::Root(Root::Resource { stack: 0, address }) = &**source else {
                    return None;
                };
                let resource =
                    self.place
                        .declared
                        .find(address.mode, &address.type_name, &address.name)?;
                let schema = resource.schema?;
                Some((&schema.name, sample(address.mode, &schema.name)?))
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
