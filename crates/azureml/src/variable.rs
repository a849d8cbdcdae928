//! Variables of Terraform that give secrets. One that two settings name is declared once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use terrace_core::{Scope, Variable};
use terrace_ir::{Diagnostic, Expr, Sourced, Type, expr};

use crate::codes;

/// Where a secret is after Terraform has run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Nowhere but where it was sent.
    Nowhere,
    /// In Terraform's state too.
    InState,
}

/// The variables that were declared, by their names.
#[derive(Default)]
struct Variables(RefCell<BTreeMap<String, Kept>>);

/// The secret that a variable gives. Reported, where the name is said, is a variable that gives a secret of
/// the other kind too: Terraform lets none that is kept come from a variable that is not.
#[track_caller]
pub(crate) fn secret(scope: &Scope, name: &Sourced<String>, kept: Kept) -> Expr<String> {
    let stack = scope.root();
    let variables = stack.provided::<Variables>().unwrap_or_else(|| {
        stack.provide(Variables::default());
        stack.provided().unwrap_or_default()
    });
    if let Some(declared) = variables.0.borrow().get(name.as_str()) {
        if *declared != kept {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!(
                        "the variable `{}` gives a secret that Terraform keeps, and one that it does not",
                        name.as_str()
                    ),
                )
                .value(name.as_str())
                .hint("name another variable for one of the two")
                .at(name.origin()),
            );
        }
        return expr::var(name.to_string());
    }
    variables.0.borrow_mut().insert(name.to_string(), kept);
    let (ephemeral, description) = match kept {
        Kept::Nowhere => (true, "A secret, which is stored nowhere."),
        // The provider has no argument for it that is kept out of the state.
        Kept::InState => (false, "The password of the jump host."),
    };
    stack.variable(
        name,
        Variable {
            ty: Some(Type::String),
            description: Some(description.to_owned()),
            sensitive: true,
            ephemeral,
            ..Variable::default()
        },
    )
}
