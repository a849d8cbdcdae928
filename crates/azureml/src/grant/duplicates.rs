//! A right that is granted twice: Azure takes one assignment of a role to a principal on a scope,
//! and refuses the second at apply (`RoleAssignmentExists`).

use std::cell::RefCell;
use std::rc::Rc;

use terrace_azure::Role;
use terrace_core::{Resource, Scope};
use terrace_ir::node::TemplatePart;
use terrace_ir::{Any, AnyId, Data, Diagnostic, Node, Value};

use super::Principal;
use crate::codes;

/// The rights of a stack that are known so far.
#[derive(Default)]
struct Rights(RefCell<Vec<Right>>);

struct Right {
    on: Any,
    role: RoleName,
    to: Any,
    /// None where Azure itself made it.
    by: Option<String>,
}

/// A role, by whatever way it was named.
#[derive(PartialEq)]
enum RoleName {
    BuiltIn(Role),
    Other(Any),
}

/// Reports rights that are granted twice in a stack, also by resources that the stack's author made
/// without a construct.
pub(crate) fn report_duplicates(stack: &Scope) {
    let rights = Rc::new(Rights::default());
    stack.provide(rights.clone());
    stack.aspect(move |resource| {
        if &*resource.address().type_name == "azurerm_role_assignment" {
            rights.add(resource);
        }
    });
}

/// Notes a right that Azure gives by itself, so that a second one is found.
pub(crate) fn made_by_azure(scope: &Scope, on: impl Into<AnyId>, role: Role, to: &Principal) {
    if let Some(rights) = scope.provided::<Rc<Rights>>() {
        rights.0.borrow_mut().push(Right {
            on: Value::<String>::from(on.into()).into_any(),
            role: RoleName::BuiltIn(role),
            to: to.object_id().as_any().clone(),
            by: None,
        });
    }
}

impl Rights {
    fn add(&self, resource: &Resource) {
        let role = resource
            .get("role_definition_id")
            .or_else(|| resource.get("role_definition_name"));
        let (Some(on), Some(role), Some(to)) =
            (resource.get("scope"), role, resource.get("principal_id"))
        else {
            return;
        };
        let right = Right {
            on,
            role: role.into(),
            to,
            by: Some(resource.address().to_string()),
        };
        let mut known = self.0.borrow_mut();
        // Two with one address are reported as such.
        if let Some(twin) = known.iter().find(|twin| twin.is_same(&right))
            && twin.by != right.by
        {
            resource.scope().report(finding(twin, &right));
        }
        known.push(right);
    }
}

impl Right {
    fn is_same(&self, other: &Self) -> bool {
        same(&self.to, &other.to) && self.role == other.role && same(&self.on, &other.on)
    }
}

impl From<Any> for RoleName {
    fn from(role: Any) -> Self {
        let built_in = match &role.data {
            Data::Text(text) => Role::by_guid(text).or_else(|| Role::find(text)),
            Data::Expr(node) => match &**node {
                Node::Template(parts) => match parts.last() {
                    Some(TemplatePart::Text(end)) => Role::by_guid(end),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        built_in.map_or(Self::Other(role), Self::BuiltIn)
    }
}

/// Ids are the same in any case.
fn same(one: &Any, other: &Any) -> bool {
    match (one.as_text(), other.as_text()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn finding(twin: &Right, right: &Right) -> Diagnostic {
    let address = right.by.clone().unwrap_or_default();
    let (summary, hint) = match &twin.by {
        Some(other) => (
            format!("`{address}` grants what `{other}` grants already"),
            "take one of the two out",
        ),
        None => (
            format!("`{address}` grants what Azure grants by itself"),
            "take it out: a workspace's own identity gets this role when the workspace is made",
        ),
    };
    Diagnostic::error(&codes::GRANTED_TWICE, summary)
        .detail("Azure takes a role once for one principal and scope, and refuses the second")
        .address(address)
        .hint(hint)
        .at(right.to.origin)
}
