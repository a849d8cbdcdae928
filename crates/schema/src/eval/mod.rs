//! What an expression can be, as far as it is known before apply: Terraform's evaluation with unknown values.
//!
//! [`eval`] takes an expression, [`from_any`] a whole argument. Both give a [`Val`], which may be unknown in part, and the
//! [`Problem`]s that Terraform itself would refuse. [`convert`] holds a value against a type. What is not certain is unknown,
//! and nothing is said about it.
//!
//! ```
//! use terrace_ir::{Any, Root, expr, tf};
//! use terrace_schema::eval::{Scope, Val, eval};
//!
//! struct Nothing;
//! impl Scope for Nothing {
//!     fn root(&self, _: &Root) -> Val {
//!         Val::dynamic()
//!     }
//! }
//! let (value, problems) = eval(tf!("{}-{}", "a", 1).node(), &Nothing);
//! assert_eq!(value.as_text(), Some("a-1"));
//! let (value, problems) = eval(expr::call::<String>("lowr", ["A"]).node(), &Nothing);
//! assert_eq!(problems[0].hint.as_deref(), Some("did you mean `lower`?"));
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`value`] | [`Val`] and [`Marks`] |
//! | [`number`] | exact numbers |
//! | `set` | equality, and the order of the elements of a set |
//! | `convert`, `unify` | conversions, and the type that several types have in common |
//! | `expression` | the kinds of node, with `traverse`, `operator`, `comprehension` and `template` |
//! | `call`, `function` | calls, and what the functions give |
//! | [`problem`] | what is wrong, and its codes |
//!
//! Everything here ends soon and never fails: expressions may be [`MAX_NESTING`] deep and take a million steps, values are
//! limited in depth and size, and what would go beyond is unknown.
//!
//! Source: the semantics of Terraform 1.11.4, held against it by `tests/eval_terraform.rs`.

mod call;
mod comprehension;
mod convert;
mod expression;
mod function;
pub mod number;
pub(crate) mod operator;
pub mod problem;
mod set;
mod template;
pub(crate) mod traverse;
mod unify;
pub mod value;

use std::sync::Arc;

use terrace_ir::{Any, ArgumentPath, Data, Key, Node, Object, Origin, Root, Step, Text, Type};

pub use convert::convert;
pub use number::Number;
pub use problem::{CODES, Problem};
pub use set::equal;
pub use value::{Kind, Marks, SharedText, Val};

/// How deep an expression may be nested; deeper parts are unknown.
pub const MAX_NESTING: u32 = 200;

/// How many nodes are evaluated for one expression, those of a `for` once for each element.
const MAX_STEPS: u32 = 1_000_000;

/// How many problems of one expression are told.
const MAX_PROBLEMS: usize = 20;

/// What references stand for.
pub trait Scope {
    /// The value of a root, before anything is taken from it: the object of a resource (a list or map of objects where it
    /// has `count` or `for_each`), the value of a variable or local, the outputs of a module, `each` as an object of `key`
    /// and `value`, `path` as an object of `module`, `root` and `cwd`, and so on.
    ///
    /// Whatever is not known, or not declared, is [`Val::dynamic`]: undeclared names are another check's to report. Names that
    /// a `for` binds are not asked for. Called for every reference, so it should keep what is costly.
    ///
    /// `terraform validate` takes every variable for unknown, of its declared type, without looking at `default`; every
    /// attribute of a resource for unknown, without looking at its type; `count.index` and `each.key` for unknown of their
    /// types, and `each.value` for dynamic.
    fn root(&self, root: &Root) -> Val;
}

/// The value of an expression, and what Terraform would refuse in it.
///
/// The value of a part that is refused is unknown.
#[must_use]
pub fn eval(node: &Arc<Node>, scope: &dyn Scope) -> (Val, Vec<Problem>) {
    let mut evaluator = Evaluator::new(scope);
    let value = evaluator.evaluate(node);
    (value, evaluator.problems)
}

/// The value of a whole argument: literals, and lists and objects of literals and expressions.
///
/// A problem says by its path and its origin in which part of the argument it is.
#[must_use]
pub fn from_any(any: &Any, scope: &dyn Scope) -> (Val, Vec<Problem>) {
    let mut evaluator = Evaluator::new(scope);
    let value = evaluator.any(any);
    (value, evaluator.problems)
}

/// What is needed on the way through one expression.
struct Evaluator<'a> {
    scope: &'a dyn Scope,
    /// What the surrounding `for`s bind, inner ones last.
    names: Vec<(Text, Val)>,
    problems: Vec<Problem>,
    /// How many problems there were, told or not.
    failures: usize,
    nesting: u32,
    steps: u32,
    path: ArgumentPath,
    origin: Origin,
}

impl<'a> Evaluator<'a> {
    fn new(scope: &'a dyn Scope) -> Self {
        Self {
            scope,
            names: Vec::new(),
            problems: Vec::new(),
            failures: 0,
            nesting: 0,
            steps: 0,
            path: ArgumentPath::root(),
            origin: Origin::Default,
        }
    }

    /// Takes a problem down. The value of what has it is unknown.
    fn refuse(&mut self, mut problem: Problem) -> Val {
        self.failures += 1;
        problem.path = self.path.clone();
        problem.origin = self.origin;
        // The body of a `for` has the same problem for each element.
        let told =
            |earlier: &Problem| earlier.summary == problem.summary && earlier.path == problem.path;
        if self.problems.len() < MAX_PROBLEMS && !self.problems.iter().any(told) {
            self.problems.push(problem);
        }
        Val::dynamic()
    }

    /// Does something and keeps its problems apart.
    fn apart<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> (T, Vec<Problem>) {
        let problems = std::mem::take(&mut self.problems);
        let failures = self.failures;
        let result = what(self);
        self.failures = failures;
        (result, std::mem::replace(&mut self.problems, problems))
    }

    /// Takes in problems that were kept apart.
    fn admit(&mut self, problems: Vec<Problem>) {
        self.failures += problems.len();
        self.problems.extend(problems);
    }

    /// Does something with names bound.
    fn bound<T>(
        &mut self,
        names: impl IntoIterator<Item = (Text, Val)>,
        what: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outside = self.names.len();
        self.names.extend(names);
        let result = what(self);
        self.names.truncate(outside);
        result
    }

    /// Whether what is to be done with these values is no more than can be borne, and takes it off the steps left.
    fn can_bear(&mut self, values: &[Val]) -> bool {
        let weight = values
            .iter()
            .fold(0_u32, |sum, value| sum.saturating_add(value.weight()));
        self.steps = self.steps.saturating_add(weight / 16);
        weight <= value::MAX_WEIGHT && self.steps < MAX_STEPS
    }

    fn root(&self, root: &Root) -> Val {
        if let Root::Name(name) = root
            && let Some((_, value)) = self.names.iter().rev().find(|(bound, _)| bound == name)
        {
            return value.clone();
        }
        self.scope.root(root)
    }

    fn any(&mut self, any: &Any) -> Val {
        match &any.data {
            Data::Null => Val::null(),
            Data::Bool(value) => Val::bool(*value),
            Data::Int(value) => Val::whole(*value),
            Data::Number(digits) => expression::number(digits),
            Data::Text(text) => Val::text(&**text),
            Data::Expr(node) => self.within(any.origin, None, |this| this.evaluate(node)),
            Data::List(items) => Val::tuple(
                items
                    .iter()
                    .enumerate()
                    .map(|(n, item)| {
                        self.within(item.origin, Some(Step::Index(n)), |this| this.any(item))
                    })
                    .collect(),
            ),
            Data::Object(object) => self.object(object),
        }
    }

    fn object(&mut self, object: &Object) -> Val {
        let mut entries = Vec::with_capacity(object.len());
        for entry in object {
            let key = match &entry.key {
                Key::Text(text) => Val::text(SharedText::from(text)),
                Key::Expr(node) => self.within(entry.key_origin, None, |this| this.evaluate(node)),
            };
            let step = match &entry.key {
                Key::Text(name) => Some(Step::Name(name.clone())),
                Key::Expr(_) => None,
            };
            let value = self.within(entry.value.origin, step, |this| this.any(&entry.value));
            entries.push((key, value));
        }
        self.object_of(entries)
    }

    /// Does something at a place further in. Nesting is limited here too.
    fn within(
        &mut self,
        origin: Origin,
        step: Option<Step>,
        what: impl FnOnce(&mut Self) -> Val,
    ) -> Val {
        if self.nesting >= MAX_NESTING {
            return Val::dynamic();
        }
        self.nesting += 1;
        let inside = origin.or(self.origin);
        let outside = std::mem::replace(&mut self.origin, inside);
        let stepped = step.is_some();
        if let Some(step) = step {
            self.path.push(step);
        }
        let value = what(self);
        if stepped {
            self.path.pop();
        }
        self.origin = outside;
        self.nesting -= 1;
        value
    }
}

/// The unknown value of a type that carries the marks of what it is made of.
fn unknown(ty: Type, marks: Marks) -> Val {
    Val::unknown(ty).marked(marks)
}
