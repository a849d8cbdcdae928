//! Operators.

use std::sync::Arc;

use terrace_ir::node::{BinaryOperator, UnaryOperator};
use terrace_ir::{Node, Type};

use super::convert::convert;
use super::problem::{INVALID_OPERAND, Problem};
use super::set::equal;
use super::value::Val;
use super::{Evaluator, unknown};

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, operator: UnaryOperator, operand: &Node, whole: &Node) -> Val {
        let (sign, ty) = match operator {
            UnaryOperator::Negate => ("-", Type::Number),
            UnaryOperator::Not => ("!", Type::Bool),
        };
        let operand = self.evaluate(operand);
        let Some(operand) = self.operand(&operand, sign, &ty, whole) else {
            return Val::unknown(ty);
        };
        let value = match operator {
            UnaryOperator::Negate => operand
                .as_number()
                .and_then(|n| n.checked_neg())
                .map(Val::number),
            UnaryOperator::Not => operand.as_bool().map(|value| Val::bool(!value)),
        };
        value
            .unwrap_or_else(|| Val::unknown(ty))
            .marked(operand.marks())
    }

    pub(super) fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Node,
        right: &Node,
        whole: &Node,
    ) -> Val {
        use BinaryOperator as Op;
        let (takes, gives) = match operator {
            Op::Or | Op::And => (Type::Bool, Type::Bool),
            Op::Equal | Op::NotEqual => (Type::Dynamic, Type::Bool),
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                (Type::Number, Type::Bool)
            }
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo => {
                (Type::Number, Type::Number)
            }
        };
        let (left, right) = (self.evaluate(left), self.evaluate(right));
        let sign = operator.sign();
        let left = self.operand(&left, sign, &takes, whole);
        let right = self.operand(&right, sign, &takes, whole);
        let (Some(left), Some(right)) = (left, right) else {
            return Val::unknown(gives);
        };
        if !self.can_bear(&[left.clone(), right.clone()]) {
            return Val::unknown(gives);
        }
        let marks = left.deep_marks().and(right.deep_marks());
        if operator == Op::Divide && is_zero(&left) && is_zero(&right) {
            self.refuse(Problem::new(
                &INVALID_OPERAND,
                format!("`{}`: zero divided by zero", shown(whole)),
            ));
            return Val::unknown(gives);
        }
        match known(operator, &left, &right) {
            Some(value) => value.marked(marks),
            None => unknown(gives, marks),
        }
    }

    /// An operand of the type that the operator takes; `None` when it is refused.
    fn operand(&mut self, value: &Val, sign: &str, takes: &Type, whole: &Node) -> Option<Val> {
        let refusal = match convert(value, takes) {
            Ok(value) if *takes == Type::Dynamic || !value.is_null() => return Some(value),
            Ok(_) => "`null` is no operand of it".to_owned(),
            Err(problem) => problem.told(),
        };
        let mut problem = Problem::new(&INVALID_OPERAND, format!("`{}`: {refusal}", shown(whole)));
        if sign == "+" && value.as_text().is_some() {
            problem = problem.hint("join text by a template: `\"${a}${b}\"`");
        }
        self.refuse(problem);
        None
    }
}

fn is_zero(value: &Val) -> bool {
    value.as_number() == Some(super::Number::ZERO)
}

/// The result where it is certain.
fn known(operator: BinaryOperator, left: &Val, right: &Val) -> Option<Val> {
    use BinaryOperator as Op;
    let truth = match operator {
        Op::Equal => equal(left, right)?,
        Op::NotEqual => !equal(left, right)?,
        // Terraform waits for both, even where one decides.
        Op::And => {
            let (left, right) = (left.as_bool()?, right.as_bool()?);
            left && right
        }
        Op::Or => {
            let (left, right) = (left.as_bool()?, right.as_bool()?);
            left || right
        }
        _ => {
            let (left, right) = (left.as_number()?, right.as_number()?);
            match operator {
                Op::Less => left < right,
                Op::LessOrEqual => left <= right,
                Op::Greater => left > right,
                Op::GreaterOrEqual => left >= right,
                Op::Add => return left.checked_add(right).map(Val::number),
                Op::Subtract => return left.checked_sub(right).map(Val::number),
                Op::Multiply => return left.checked_mul(right).map(Val::number),
                Op::Divide => return left.checked_div(right).map(Val::number),
                _ => return left.checked_rem(right).map(Val::number),
            }
        }
    };
    Some(Val::bool(truth))
}

/// The expression that a problem is about, cut after 80 characters.
pub(crate) fn shown(node: &Node) -> String {
    let mut text = terrace_ir::render::expression(&Arc::new(node.clone()));
    if let Some((at, _)) = text.char_indices().nth(80) {
        text.truncate(at);
        text.push('…');
    }
    text
}
