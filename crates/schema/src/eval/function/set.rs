//! Functions over sets.

use terrace_ir::Type;

use super::{Outcome, known};
use crate::eval::convert::convert;
use crate::eval::set::equal;
use crate::eval::unify::unify;
use crate::eval::unknown;
use crate::eval::value::{Marks, Val};

/// The sets as sets of one type; `None` when any is unknown, or has an element that is.
fn of_one_type(values: &[Val]) -> Result<(Type, Option<Vec<Val>>), String> {
    // An empty set takes the type of the others.
    let mut types: Vec<Type> = values
        .iter()
        .filter(|value| value.as_items().is_none_or(|items| !items.is_empty()))
        .map(Val::ty)
        .collect();
    if types.is_empty() {
        types = values.iter().map(Val::ty).collect();
    }
    if types.iter().any(|ty| *ty == Type::set(Type::Dynamic)) {
        return Ok((Type::set(Type::Dynamic), None));
    }
    let ty = unify(&types).ok_or("the sets have no element type in common")?;
    if !values.iter().all(Val::is_wholly_known) {
        return Ok((ty, None));
    }
    let sets = values
        .iter()
        .map(|value| match value.as_items() {
            Some([]) => Ok(Val::set(
                ty.element().cloned().unwrap_or(Type::Dynamic),
                Vec::new(),
            )),
            _ => convert(value, &ty).map_err(|problem| problem.told()),
        })
        .collect::<Result<_, _>>()?;
    Ok((ty, Some(sets)))
}

fn combined(values: &[Val], combine: impl Fn(&mut Vec<Val>, &[Val])) -> Outcome {
    let (ty, sets) = of_one_type(values)?;
    let Some(sets) = sets else {
        return known(Val::unknown(ty));
    };
    let mut sets = sets.iter().map(|set| set.as_items().unwrap_or_default());
    let mut items = sets.next().unwrap_or_default().to_vec();
    sets.for_each(|set| combine(&mut items, set));
    known(Val::set(
        ty.element().cloned().unwrap_or(Type::Dynamic),
        items,
    ))
}

fn has(items: &[Val], wanted: &Val) -> bool {
    items.iter().any(|item| equal(item, wanted) == Some(true))
}

pub(super) fn intersection(values: &[Val]) -> Outcome {
    combined(values, |items, set| items.retain(|item| has(set, item)))
}

pub(super) fn subtract(values: &[Val]) -> Outcome {
    combined(values, |items, set| items.retain(|item| !has(set, item)))
}

pub(super) fn union(values: &[Val]) -> Outcome {
    combined(values, |items, set| items.extend_from_slice(set))
}

pub(super) fn product(values: &[Val]) -> Outcome {
    if values.len() < 2 {
        return Err("at least two sets or lists are needed".to_owned());
    }
    let mut of_sets = false;
    let mut types = Vec::new();
    for value in values {
        let element = match value.ty() {
            Type::Dynamic => return known(Val::dynamic()),
            Type::Set(element) => {
                of_sets = true;
                Some(*element)
            }
            Type::List(element) => Some(*element),
            Type::Tuple(elements) if elements.is_empty() => Some(Type::Dynamic),
            Type::Tuple(elements) => unify(&elements),
            _ => return Err("a set or a list is needed".to_owned()),
        };
        types.push(element.ok_or("the elements have no type in common")?);
    }
    let marks = values
        .iter()
        .fold(Marks::NONE, |marks, value| marks.and(value.marks()));
    let row = Type::Tuple(types.clone());
    let whole = if of_sets {
        Type::set(row.clone())
    } else {
        Type::list(row.clone())
    };
    if !values.iter().all(Val::is_wholly_known) {
        return known(unknown(whole, marks));
    }
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for (value, ty) in values.iter().zip(&types) {
        let items = value.as_items().unwrap_or_default();
        if rows.len().saturating_mul(items.len()) > 100_000 {
            return known(unknown(whole, marks));
        }
        let mut longer = Vec::new();
        for row in &rows {
            for item in items {
                let item = convert(item, ty).map_err(|problem| problem.told())?;
                longer.push(row.iter().cloned().chain([item]).collect());
            }
        }
        rows = longer;
    }
    let rows = rows.into_iter().map(Val::tuple).collect();
    let make = if of_sets { Val::set } else { Val::list };
    known(make(row, rows).marked(marks))
}
