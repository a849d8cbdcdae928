//! What an argument for a password, key or token takes.

use std::sync::Arc;

use crate::any::{Any, Data};
use crate::expr::Expr;
use crate::node::Node;

/// A secret, by reference: a sensitive variable, an attribute of another resource, an ephemeral
/// value.
///
/// It has no literal form, so that no secret can stand in a stack, in an environment file or in
/// the output.
///
/// ```
/// use terrace_ir::{Expr, Secret, expr};
/// let password: Expr<String> = expr::var("admin_password");
/// let secret: Secret = password.into();
/// ```
///
/// ```compile_fail
/// let secret: terrace_ir::Secret = "correct horse battery staple".into();
/// ```
#[derive(Clone)]
pub struct Secret(Arc<Node>);

impl Secret {
    /// The reference without its wrapper.
    #[must_use]
    pub fn into_any(self) -> Any {
        Data::Expr(self.0).into()
    }

    /// The secret as an expression.
    #[must_use]
    pub fn to_expr(&self) -> Expr<String> {
        Expr::from_node(self.0.clone())
    }
}

impl From<Expr<String>> for Secret {
    fn from(expr: Expr<String>) -> Self {
        Self(expr.into_node())
    }
}

impl From<&Expr<String>> for Secret {
    fn from(expr: &Expr<String>) -> Self {
        Self(expr.node().clone())
    }
}

impl From<Secret> for Any {
    fn from(secret: Secret) -> Self {
        secret.into_any()
    }
}

/// What a setter takes for a secret.
#[diagnostic::on_unimplemented(
    message = "a secret cannot be written down: `{Self}` is not a reference to one",
    label = "expected a `Secret` or an `Expr<String>`",
    note = "take a sensitive variable (`stack.variable(…)`), an attribute of another resource, or an ephemeral value"
)]
pub trait IntoSecret {
    /// The secret.
    fn into_secret(self) -> Secret;
}

#[diagnostic::do_not_recommend]
impl IntoSecret for Secret {
    fn into_secret(self) -> Secret {
        self
    }
}

#[diagnostic::do_not_recommend]
impl IntoSecret for Expr<String> {
    fn into_secret(self) -> Secret {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoSecret for &Expr<String> {
    fn into_secret(self) -> Secret {
        self.into()
    }
}
