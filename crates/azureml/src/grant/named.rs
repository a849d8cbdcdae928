//! Roles by their names: those of the stack's own, and Azure's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use terrace_azure::Role;
use terrace_core::Scope;
use terrace_ir::nearest::nearest;
use terrace_ir::{Diagnostic, Sourced};

use super::AnyRole;
use crate::codes;

/// The stack's own roles, by name.
#[derive(Default)]
struct Known(RefCell<BTreeMap<String, AnyRole>>);

fn known(scope: &Scope) -> Rc<Known> {
    let root = scope.root();
    match root.provided::<Known>() {
        Some(known) => known,
        None => {
            root.provide(Known::default());
            root.provided().unwrap_or_default()
        }
    }
}

/// Lets a role of the stack's own be found by its name from here on.
pub(crate) fn declare(scope: &Scope, name: &str, role: &AnyRole) {
    let known = known(scope);
    known.0.borrow_mut().insert(name.to_owned(), role.clone());
}

/// The role of that name: one of the stack's own, else one of Azure's. Reported is one that neither
/// has, as what `argument` says.
pub(crate) fn find(scope: &Scope, argument: &str, said: &Sourced<String>) -> Option<AnyRole> {
    let known = known(scope);
    let own = known.0.borrow();
    if let Some(role) = own.get(&**said) {
        return Some(role.clone());
    }
    if let Some(role) = Role::find(said) {
        return Some(role.into());
    }
    let near = nearest(said, own.keys().map(String::as_str))
        .or_else(|| Role::nearest(said).map(|role| role.name));
    scope.report(
        Diagnostic::error(
            &codes::UNKNOWN_ROLE,
            format!("`{argument}` has \"{}\", which is no role", **said),
        )
        .argument(argument)
        .value(said.as_str())
        .hint(match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "write a role of Azure as Azure does, or define it in `[roles]`".to_owned(),
        })
        .at(said.origin()),
    );
    None
}
