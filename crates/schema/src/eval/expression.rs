//! The kinds of node.

use terrace_ir::{Node, Type};

use super::convert::convert;
use super::number::{Number, Parsed};
use super::problem::{INCONSISTENT_RESULTS, INVALID_EXPRESSION, Problem, described, type_name};
use super::unify::unify;
use super::value::{Kind, Marks, Val};
use super::{Evaluator, MAX_NESTING, MAX_STEPS, unknown};

impl Evaluator<'_> {
    /// The value of a node.
    pub(super) fn evaluate(&mut self, node: &Node) -> Val {
        if self.nesting >= MAX_NESTING || self.steps >= MAX_STEPS {
            return Val::dynamic();
        }
        self.nesting += 1;
        self.steps += 1;
        let value = self.node(node);
        self.nesting -= 1;
        value
    }

    fn node(&mut self, node: &Node) -> Val {
        match node {
            Node::Null => Val::null(),
            Node::Bool(value) => Val::bool(*value),
            Node::Number(digits) => number(digits),
            Node::Text(text) => Val::text(&**text),
            Node::List(items) => Val::tuple(items.iter().map(|item| self.evaluate(item)).collect()),
            Node::Object(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (self.evaluate(key), self.evaluate(value)))
                    .collect();
                self.object_of(entries)
            }
            Node::Root(root) => self.root(root),
            Node::Attribute(source, name) => {
                let source = self.evaluate(source);
                self.attribute(&source, name, node)
            }
            Node::Index(source, key) => {
                let (source, key) = (self.evaluate(source), self.evaluate(key));
                self.index(&source, &key, node)
            }
            Node::Splat(splat) => self.splat(splat, node),
            Node::Call(call) => self.call(call, node),
            Node::Unary(operator, operand) => self.unary(*operator, operand, node),
            Node::Binary(operator, left, right) => self.binary(*operator, left, right, node),
            Node::Conditional(condition, then, otherwise) => self.conditional(
                condition,
                |this| this.evaluate(then),
                |this| this.evaluate(otherwise),
            ),
            Node::For(each) => self.comprehension(each),
            Node::Template(parts) => self.template(parts),
        }
    }

    /// An object of evaluated keys and values. One unknown key makes the whole unknown.
    pub(super) fn object_of(&mut self, entries: Vec<(Val, Val)>) -> Val {
        let mut attributes = Vec::with_capacity(entries.len());
        let mut marks = Marks::NONE;
        let mut known = true;
        for (key, value) in entries {
            marks = marks.and(key.marks());
            let key = if key.is_null() {
                Err(Problem::new(
                    &INVALID_EXPRESSION,
                    "the key of an object is `null`",
                ))
            } else {
                convert(&key, &Type::String).map_err(|_| {
                    let summary = format!(
                        "the key of an object must be text, but this is {}",
                        described(&key)
                    );
                    Problem::new(&INVALID_EXPRESSION, summary)
                })
            };
            match key {
                Ok(key) => match key.kind() {
                    Kind::Text(text) => attributes.push((text.clone(), value)),
                    _ => known = false,
                },
                Err(problem) => {
                    self.refuse(problem);
                    known = false;
                }
            }
        }
        if known {
            Val::object(attributes).marked(marks)
        } else {
            unknown(Type::Dynamic, marks)
        }
    }

    /// One of two results. Both are evaluated, since both decide the type; only the problems of the one that is taken
    /// count.
    pub(super) fn conditional(
        &mut self,
        condition: &Node,
        then: impl FnOnce(&mut Self) -> Val,
        otherwise: impl FnOnce(&mut Self) -> Val,
    ) -> Val {
        let (then, then_problems) = self.apart(then);
        let (otherwise, otherwise_problems) = self.apart(otherwise);
        if !self.can_bear(&[then.clone(), otherwise.clone()]) {
            return Val::dynamic();
        }
        let Some(ty) = common_type(&then, &otherwise) else {
            let summary = format!(
                "the results of a conditional must have one type, but one is {} and the other is {}",
                described(&then),
                described(&otherwise)
            );
            return self.refuse(
                Problem::new(&INCONSISTENT_RESULTS, summary)
                    .hint(difference(&then.ty(), &otherwise.ty())),
            );
        };
        let condition = self.evaluate(condition);
        if condition.is_null() {
            self.refuse(Problem::new(
                &INVALID_EXPRESSION,
                "the condition of a conditional is `null`",
            ));
            return Val::unknown(ty);
        }
        if !condition.is_known() {
            let marks = condition.marks().and(then.marks()).and(otherwise.marks());
            return unknown(ty, marks);
        }
        let Ok(decided) = convert(&condition, &Type::Bool) else {
            let summary = format!(
                "the condition of a conditional must be `true` or `false`, but this is {}",
                described(&condition)
            );
            self.refuse(Problem::new(&INVALID_EXPRESSION, summary));
            return Val::unknown(ty);
        };
        let (taken, problems) = match decided.as_bool() {
            Some(true) => (then, then_problems),
            _ => (otherwise, otherwise_problems),
        };
        self.admit(problems);
        if ty == Type::Dynamic {
            return taken.marked(condition.marks());
        }
        match convert(&taken, &ty) {
            Ok(value) => value.marked(condition.marks()),
            Err(problem) => {
                let summary = format!("the result of a conditional: {}", problem.told());
                self.refuse(Problem::new(&INCONSISTENT_RESULTS, summary));
                Val::unknown(ty)
            }
        }
    }
}

/// A number by its digits.
pub(super) fn number(digits: &str) -> Val {
    match Number::parse(digits) {
        Parsed::Exact(number) => Val::number(number),
        Parsed::OutOfRange | Parsed::Not => Val::unknown(Type::Number),
    }
}

/// The type of a conditional; [`Type::Dynamic`] where it depends on the value.
fn common_type(then: &Val, otherwise: &Val) -> Option<Type> {
    let untyped_null = |value: &Val| value.is_null() && value.is_of(&Type::Dynamic);
    if untyped_null(then) {
        Some(otherwise.ty())
    } else if untyped_null(otherwise) {
        Some(then.ty())
    } else if then.is_dynamic() || otherwise.is_dynamic() {
        Some(Type::Dynamic)
    } else if otherwise.is_of(&then.ty()) {
        Some(then.ty())
    } else {
        unify(&[then.ty(), otherwise.ty()])
    }
}

/// In what two types without a common one differ.
fn difference(a: &Type, b: &Type) -> String {
    if let (Type::Object(a_fields), Type::Object(b_fields)) = (a, b) {
        for field in a_fields {
            match b.field(&field.name) {
                None => return format!("only the first has the attribute `{}`", field.name),
                Some(other) if unify(&[field.ty.clone(), other.ty.clone()]).is_none() => {
                    return format!(
                        "the attribute `{}` is a {} in the first and a {} in the second",
                        field.name,
                        type_name(&field.ty),
                        type_name(&other.ty)
                    );
                }
                Some(_) => {}
            }
        }
        if let Some(field) = b_fields.iter().find(|field| a.field(&field.name).is_none()) {
            return format!("only the second has the attribute `{}`", field.name);
        }
    }
    if let (Type::Tuple(a), Type::Tuple(b)) = (a, b) {
        return match a.len() == b.len() {
            true => "their elements have types that differ".to_owned(),
            false => format!("one has {} elements, the other {}", a.len(), b.len()),
        };
    }
    "write `null` where nothing is meant".to_owned()
}
