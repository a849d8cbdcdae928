//! Functions over numbers.

use terrace_ir::Type;

use super::{Outcome, known, text, whole};
use crate::eval::convert::convert;
use crate::eval::number::Number;
use crate::eval::problem::described;
use crate::eval::value::{Kind, Val};

/// Terraform gives at most this many numbers in a range.
const MAX_RANGE: usize = 1024;

fn number(values: &[Val], n: usize) -> Number {
    values
        .get(n)
        .and_then(Val::as_number)
        .unwrap_or(Number::ZERO)
}

fn result(number: Option<Number>) -> Outcome {
    Ok(number.map(Val::number))
}

pub(super) fn abs(values: &[Val]) -> Outcome {
    let number = number(values, 0);
    match number < Number::ZERO {
        true => result(number.checked_neg()),
        false => known(number),
    }
}

pub(super) fn ceil(values: &[Val]) -> Outcome {
    result(number(values, 0).ceil())
}

pub(super) fn floor(values: &[Val]) -> Outcome {
    known(number(values, 0).floor())
}

pub(super) fn max(values: &[Val]) -> Outcome {
    let most = values.iter().filter_map(Val::as_number).max();
    most.map_or_else(|| Err("at least one number is needed".to_owned()), known)
}

pub(super) fn min(values: &[Val]) -> Outcome {
    let least = values.iter().filter_map(Val::as_number).min();
    least.map_or_else(|| Err("at least one number is needed".to_owned()), known)
}

pub(super) fn parseint(values: &[Val]) -> Outcome {
    if let Some(digits) = values.first()
        && digits.ty() != Type::String
    {
        return Err(format!(
            "the digits must be text, but this is {}",
            described(digits)
        ));
    }
    if !values.iter().all(Val::is_known) {
        return Ok(None);
    }
    let digits = text(values, 0);
    let base = whole(values, 1)
        .ok()
        .filter(|base| (2..=62).contains(base))
        .ok_or("the base must be a whole number from 2 to 62")?;
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    let refuse = || Err(format!("\"{digits}\" is no whole number in base {base}"));
    if unsigned.is_empty() {
        return refuse();
    }
    let mut value: Option<i64> = Some(0);
    for c in unsigned.chars() {
        // Up to base 36 case does not count; beyond, small letters come before capitals.
        let digit = match c {
            '0'..='9' => c as i64 - '0' as i64,
            'a'..='z' => c as i64 - 'a' as i64 + 10,
            'A'..='Z' if base <= 36 => c as i64 - 'A' as i64 + 10,
            'A'..='Z' => c as i64 - 'A' as i64 + 36,
            _ => return refuse(),
        };
        if digit >= base {
            return refuse();
        }
        value = value.and_then(|value| value.checked_mul(base)?.checked_add(digit));
    }
    let sign = if digits.starts_with('-') { -1 } else { 1 };
    Ok(value.map(|value| Val::whole(value * sign)))
}

pub(super) fn pow(values: &[Val]) -> Outcome {
    let (base, exponent) = (number(values, 0), number(values, 1));
    let Some(times) = exponent.to_whole().filter(|times| (0..=64).contains(times)) else {
        return Ok(None);
    };
    result((0..times).try_fold(Number::whole(1), |power, _| power.checked_mul(base)))
}

pub(super) fn range(values: &[Val]) -> Outcome {
    let one = Number::whole(1);
    let down = |start: Number, end: Number| match end < start {
        true => Number::whole(-1),
        false => one,
    };
    let (start, end, step) = match values.len() {
        1 => (
            Number::ZERO,
            number(values, 0),
            down(Number::ZERO, number(values, 0)),
        ),
        2 => (
            number(values, 0),
            number(values, 1),
            down(number(values, 0), number(values, 1)),
        ),
        3 => (number(values, 0), number(values, 1), number(values, 2)),
        _ => return Err("one, two or three numbers are needed".to_owned()),
    };
    if step == Number::ZERO {
        return Err("the step must not be 0".to_owned());
    }
    let descends = step < Number::ZERO;
    if descends && end > start {
        return Err("the end must be below the start when the step is negative".to_owned());
    }
    if !descends && end < start {
        return Err("the end must be above the start when the step is positive".to_owned());
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if descends { next > end } else { next < end } {
        if numbers.len() == MAX_RANGE {
            return Err(format!("a range has at most {MAX_RANGE} numbers"));
        }
        numbers.push(Val::number(next));
        match next.checked_add(step) {
            Some(sum) => next = sum,
            None => return Ok(None),
        }
    }
    known(Val::list(Type::Number, numbers))
}

pub(super) fn signum(values: &[Val]) -> Outcome {
    whole(values, 0)?;
    known(Val::whole(match number(values, 0).cmp(&Number::ZERO) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }))
}

pub(super) fn sum(values: &[Val]) -> Outcome {
    let refuse = || Err("a list, set or tuple of numbers is needed".to_owned());
    let items = match values.first().map(Val::kind) {
        Some(Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items)) => items,
        _ => return refuse(),
    };
    if items.is_empty() {
        return Err("an empty list has no sum".to_owned());
    }
    if !values.iter().all(Val::is_wholly_known) {
        return Ok(None);
    }
    let mut sum = Some(Number::ZERO);
    for item in items.iter() {
        match convert(item, &Type::Number) {
            Ok(item) if !item.is_null() => {
                sum = sum.and_then(|sum| sum.checked_add(item.as_number()?));
            }
            _ => return refuse(),
        }
    }
    result(sum)
}
