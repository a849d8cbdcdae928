//! `lifecycle`: its conditions, and what it says of the resource's attributes.

use terrace_ir::address::is_identifier;
use terrace_ir::{Any, Block, Data, Diagnostic, Node, Object, Root};

use super::codes::READ_ONLY;
use super::scope::Resource;
use super::walk::Walk;
use crate::eval::operator::shown;
use crate::eval::{Problem, Val, traverse};
use crate::language::nested;

impl<'a> Walk<'_, 'a> {
    /// Conditions, and what a replacement is triggered by.
    pub(super) fn lifecycle(&mut self, body: &'a Object) {
        let Some(lifecycle) = body.get("lifecycle") else {
            return;
        };
        self.at("lifecycle", |walk| {
            for (index, lifecycle) in nested::bodies(lifecycle) {
                walk.inside(index, |walk| {
                    walk.conditions(lifecycle, "precondition");
                    walk.conditions(lifecycle, "postcondition");
                    if let Some(triggers) = lifecycle.get("replace_triggered_by") {
                        walk.at("replace_triggered_by", |walk| {
                            walk.references(triggers, triggers.origin)
                        });
                    }
                });
            }
        });
    }

    /// What `ignore_changes` names must be there, and what only the provider sets cannot be ignored.
    pub(super) fn ignored(&mut self, block: &'a Block) {
        let Some(lifecycle) = block.body.get("lifecycle") else {
            return;
        };
        let address = block.resource_address();
        let resource =
            address.and_then(|it| self.place.declared.find(it.mode, &it.type_name, &it.name));
        let Some(resource) = resource else { return };
        for (index, lifecycle) in nested::bodies(lifecycle) {
            let ignored = lifecycle.get("ignore_changes").and_then(Any::as_list);
            for (at, item) in ignored.unwrap_or_default().iter().enumerate() {
                let finding = match &item.data {
                    Data::Expr(node) => ignored_path(resource, node),
                    Data::Text(name) if is_identifier(name) => {
                        let node = Node::Root(Root::Name(name.to_string().into()));
                        ignored_path(resource, &node)
                    }
                    _ => None,
                };
                let Some(finding) = finding else { continue };
                self.at("lifecycle", |walk| {
                    walk.inside(index, |walk| {
                        walk.at("ignore_changes", |walk| {
                            walk.inside(Some(at), |walk| walk.find(finding, item.origin));
                        });
                    });
                });
            }
        }
    }
}

/// What is wrong with an element of `ignore_changes`.
fn ignored_path(resource: &Resource, node: &Node) -> Option<Diagnostic> {
    /// The names from the resource inward, and the value that they lead to.
    fn follow(node: &Node, instance: &Val) -> Option<Result<Val, Problem>> {
        match node {
            Node::Root(Root::Name(name)) => Some(traverse::attribute(instance, name)),
            Node::Root(Root::Resource { address, .. }) => {
                // Two names that look like the address of a resource.
                let outer = traverse::attribute(instance, &address.type_name);
                Some(outer.and_then(|outer| traverse::attribute(&outer, &address.name)))
            }
            Node::Attribute(source, name) => {
                Some(follow(source, instance)?.and_then(|value| traverse::attribute(&value, name)))
            }
            Node::Index(source, key) => {
                let key = match &**key {
                    Node::Text(text) => Val::text(&**text),
                    Node::Number(digits) => Val::whole(digits.parse().ok()?),
                    _ => return None,
                };
                Some(follow(source, instance)?.and_then(|value| traverse::index(&value, &key)))
            }
            _ => None,
        }
    }
    if let Err(problem) = follow(node, &resource.instance())? {
        let shown = shown(node);
        let mut finding = problem.to_diagnostic();
        finding.summary = format!("`{shown}`: {}", finding.summary);
        return Some(finding);
    }
    let Node::Root(Root::Name(name)) = node else {
        return None;
    };
    let attribute = resource.schema?.body.attribute(name)?;
    (!attribute.presence.is_settable()).then(|| {
        let summary =
            format!("`{name}` is set by the provider alone: its changes cannot be ignored");
        Diagnostic::warning(&READ_ONLY, summary).hint("take it out")
    })
}
